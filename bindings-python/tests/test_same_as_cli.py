"""What Python gives is what the command line gives, to the byte."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, SUPPLY, folder_tables

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]

CASES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "grocery": ("grocery", [], {}),
    "coffee": ("coffee", [], {}),
    "another set and year": (
        "coffee",
        ["--factors", "uba-2025:prtp-0", "--year", "2023", "--currency", "USD", "--emission-year", "2030"],
        {"factors": "uba-2025:prtp-0", "year": 2023, "currency": "USD", "emission_year": 2030},
    ),
    "all the rest": (
        "coffee",
        ["--outside", "as_is", "--order", "convert-first", "--netting", "--origin", "CO", "--rate", "USD:2024=1.1"]
        + ["--ppp-rate", "USD:2024=1.3", "--index", "2024=126", "--product", "filter-coffee", "--prices", "penny-2023"],
        {
            "outside": "as_is",
            "order": "convert-first",
            "netting": True,
            "origin": "CO",
            "rates": {("USD", 2024): 1.1},
            "ppp_rates": {("USD", 2024): "1.3"},
            "indices": {2024: 126},
            "products": ["filter-coffee"],
            "prices": "penny-2023",
        },
    ),
}


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.filterwarnings("ignore::truecost.TrueCostWarning")
@pytest.mark.parametrize("case", CASES)
def test_files_are_the_same(case: str, command: Command, tmp_path: Path) -> None:
    name, flags, choices = CASES[case]
    done = command("price", SUPPLY / name, *flags, "--out", tmp_path / "cli")
    assert done.returncode == 0, done.stderr
    for given in (SUPPLY / name, tc.read_dataset(SUPPLY / name)):
        prices = tc.price(given, **choices)
        written = prices.write(tmp_path / "python")
        assert files(tmp_path / "python") == files(tmp_path / "cli")
        assert sorted(str(p.relative_to(tmp_path / "python")) for p in written) == list(files(tmp_path / "cli"))
    cli = files(tmp_path / "cli")
    assert str(prices) == done.stdout
    assert prices.to_csv().encode() == cli["true_prices.csv"]
    assert prices.to_json().encode() == cli["true_prices.json"]
    assert prices.to_html(tmp_path / "one.html").read_bytes() == cli["index.html"]
    assert prices.lineage == json.loads(cli["true_prices.json"])["lineage"]
    assert pq.read_table(tmp_path / "cli" / "true_prices.parquet").to_pylist() == prices.table.to_pylist()
    assert pq.read_table(tmp_path / "cli" / "breakdown.parquet").to_pylist() == prices.breakdown.to_pylist()


@pytest.mark.filterwarnings("ignore::truecost.TrueCostWarning")
@pytest.mark.parametrize("name", ["grocery", "coffee"])
def test_tables_in_memory_give_the_same_files(name: str, tmp_path: Path) -> None:
    folder = tc.read_dataset(SUPPLY / name)
    facts = {key: value for key, value in folder.manifest.items() if key in FACTS and value is not None}
    facts["absent_interventions"] = folder.manifest["supply"]["absent_interventions"]
    memory = tc.Dataset.from_tables(**folder_tables(SUPPLY / name), name=name, **facts)
    assert memory.manifest == folder.manifest
    assert memory.hash == folder.hash
    tc.price(folder).write(tmp_path / "folder")
    tc.price(memory).write(tmp_path / "memory")
    assert files(tmp_path / "folder") == files(tmp_path / "memory")


FACTS = (
    "title description caveat producer citation version published url geography licence defaults".split()
)


def test_explanations_are_the_same(command: Command) -> None:
    prices = tc.price("datasets/supply/grocery")
    done = command("explain", "datasets/supply/grocery", "banana", "--indicator", "climate-change")
    assert prices.explain("banana", "climate-change") == done.stdout
    coffee = tc.price("datasets/supply/coffee", products="coffee-cherry")
    assert coffee.explain("filter-coffee") == command("explain", "datasets/supply/coffee", "filter-coffee").stdout


def test_checks_are_the_same(command: Command, tmp_path: Path) -> None:
    kinds = ("supply/coffee", "factors/uba-2025", "prices/penny-2023", "reference/units", "flows/street")
    for folder in (*kinds, "regimes/default"):
        path = f"datasets/{folder}"
        assert f"{path}: {tc.check(path)}\n" == command("check", path).stdout
    tc.init(tmp_path / "python")
    command("init", tmp_path / "cli")
    assert files(tmp_path / "python") == files(tmp_path / "cli")
    assert tc.template(tmp_path / "python.xlsx") == tmp_path / "python.xlsx"
    command("template", tmp_path / "cli.xlsx")
    assert (tmp_path / "python.xlsx").read_bytes() == (tmp_path / "cli.xlsx").read_bytes()
    tc.check(tmp_path / "python", seal=True)
    command("check", "--seal", tmp_path / "cli")
    assert files(tmp_path / "python") == files(tmp_path / "cli")


def test_the_catalogue_is_the_same(command: Command) -> None:
    listed = command("factors", "list").stdout
    for row in tc.factor_sets().to_pylist():
        assert row["name"] in listed
    lines = command("factors", "indicators").stdout.splitlines()[2:]
    assert [line.split()[0] for line in lines] == [row["id"] for row in tc.indicators().to_pylist()]
    shown = command("factors", "show", "uba-2025").stdout
    rows = tc.factor_set("uba-2025").factors.to_pylist()
    assert all(row["indicator"] in shown for row in rows)
    compared = tc.compare_factors("climate-change", currency="USD", year=2024, emission_year=2030).to_pylist()
    lines = command("factors", "compare", "climate-change", "--currency", "USD", "--year", "2024")
    assert lines.returncode == 0
    assert {row["currency"] for row in compared} == {"USD"}


def test_datasets_of_your_own_win(tmp_path: Path) -> None:
    folder = tmp_path / "factors" / "mine"
    folder.mkdir(parents=True)
    for file in (ROOT / "datasets/factors/uba-2025").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    assert "mine" in [row["name"] for row in tc.factor_sets(datasets=tmp_path).to_pylist()]
    dataset = tc.read_dataset("datasets/supply/grocery", datasets=tmp_path)
    assert tc.price(dataset, factors="mine").factors == "mine:prtp-1"
    assert tc.price("datasets/supply/grocery", factors="mine", datasets=tmp_path).factors == "mine:prtp-1"


def test_many_products_need_a_folder(tmp_path: Path) -> None:
    rows = folder_tables(SUPPLY / "grocery")
    copies = dict(rows)
    for name, table in rows.items():
        ids = [c for c in ("id", "product", "process") if c in table.column_names]
        parts = []
        for copy in range(3):
            part = table
            for column in ids:
                values = pa.array([f"{value}.{copy}" for value in part[column].to_pylist()])
                part = part.set_column(part.column_names.index(column), column, values)
            parts.append(part)
        copies[name] = pa.concat_tables(parts)
    prices = tc.price(tc.Dataset.from_tables(**copies), factors="ce-delft-2024", currency="EUR", year=2024)
    with pytest.raises(ValueError, match="297 products do not fit one page; name a folder"):
        prices.to_html(tmp_path / "all.html")
    first = prices.to_html(tmp_path / "pages")
    assert first == tmp_path / "pages" / "index.html"
    assert len(files(tmp_path / "pages")) == 298
