"""Statements of producers in Python: what the command says, to the byte, and amounts known by hand."""

import subprocess
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from test_same_as_cli import files

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]

COFFEE = "datasets/coop/coffee"

CASES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "all": ([], {}),
    "a month": (["--period", "2024-10"], {"period": "2024-10"}),
    "from a day": (["--from", "2024-11-01"], {"period": ("2024-11-01", None)}),
    "two, in French": (
        ["--producer", "p02", "--producer", "p01", "--language", "fr"],
        {"producers": ["p02", "p01"], "language": "fr"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_as_the_command(case: str, command: Command, tmp_path: Path) -> None:
    options, keywords = CASES[case]
    report = tc.statements(COFFEE, **keywords)
    told = command("statements", COFFEE, *options, "--out", tmp_path / "command")
    assert told.returncode == 0, told.stderr
    assert str(report) == told.stdout
    assert report.to_json() == command("statements", COFFEE, *options, "--format", "json").stdout
    assert report.to_csv() == command("statements", COFFEE, *options, "--format", "csv").stdout
    report.write(tmp_path / "python")
    assert files(tmp_path / "python") == files(tmp_path / "command")
    for name, page in report.pages.items():
        assert (tmp_path / "command" / name).read_bytes() == page


def small() -> dict[str, Any]:
    return {
        "settings": {"name": "Seed", "agent": "seed", "currency": "USD", "weight_unit": "kg"},
        "producers": pa.table({"id": ["ana"], "name": ["Ana"], "language": ["es"]}),
        "deliveries": pa.table(
            {
                "id": ["d1", "d2"],
                "date": ["2024-03-05", "2024-04-01"],
                "producer": ["ana", "ana"],
                "product": ["coffee", "coffee"],
                "gross_weight": ["101", "50.5"],
                "tare": ["1", None],
                "price": ["3.105", "3.2"],
            }
        ),
        "payments": pa.table({"id": ["m"], "date": ["2024-03-20"], "producer": ["ana"], "kind": ["payment"], "amount": ["300"]}),
    }


def test_tables_in_memory() -> None:
    report = tc.statements(small(), period="2024-03")
    [row] = report.table.to_pylist()
    known = {"opening": 0, "value": Decimal("310.5"), "paid": -300, "closing": Decimal("10.5"), "premium": 0}
    assert {name: row[name] for name in known} == known
    assert report.tables == ["statements", "lines", "sums", "products", "totals", "product_totals"]
    amounts = [(line["kind"], line["amount"], line["balance"]) for line in report["lines"].to_pylist()]
    assert amounts == [("delivery", Decimal("310.5"), Decimal("310.5")), ("payment", -300, Decimal("10.5"))]
    assert sorted(report.pages) == ["index.html", "producers/ana.html", "statements.html"]
    assert "La cooperativa le debe 10,50 USD" in report.pages["producers/ana.html"].decode()


def test_a_co_op_is_a_dataset_of_flows() -> None:
    flows = tc.read_flows(COFFEE)
    assert tc.accounts(flows).trial_balance.to_pylist() == tc.accounts(COFFEE).trial_balance.to_pylist()
    statements = tc.statements(COFFEE)
    assert statements.lineage["books"]["postings"] == "coop 1"
    owed = sum(row["closing"] for row in statements.table.to_pylist())
    claims = ("assets:receivable", "liabilities:payable", "assets:advances")
    manifest = tomllib.loads(Path(COFFEE, "manifest.toml").read_text(encoding="utf-8"))
    rows = tc.accounts(COFFEE, agent=manifest["coop"]["agent"]).trial_balance.to_pylist()
    booked = -sum(row["closing"] for row in rows if row["account"] in claims)
    assert owed == booked
    classes = {row["subregime"] for row in tc.classify(COFFEE).table.to_pylist() if row["flow"].startswith("delivery.")}
    assert "fair_trade" in classes


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError, match="period: expected a str, or the first and the last day"):
        tc.statements(COFFEE, period=2024)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="period: expected a str"):
        tc.statements(COFFEE, period=("2024",))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="language: 'de' is not one of|language: \"de\" is not one of"):
        tc.statements(COFFEE, language="de")  # type: ignore[arg-type]
    with pytest.raises(tc.NotFoundError, match="there is no producer `nobody`"):
        tc.statements(COFFEE, producers="nobody")
    with pytest.raises(tc.ChoiceError, match="period: `June` is not a date"):
        tc.statements(COFFEE, period="June")


def test_every_problem_is_raised_at_once() -> None:
    coop = small()
    coop["payments"] = pa.table(
        {"id": ["m", "n"], "date": ["2024", "2024-03-20"], "producer": ["ana", "anna"], "kind": ["gift", "payment"], "amount": ["300", "0.001"]}
    )
    with pytest.raises(tc.DataError) as raised:
        tc.statements(coop)
    found = {(problem.code, problem.row, problem.column) for problem in raised.value.diagnostics}
    assert found == {
        ("bad-date", 1, "date"),
        ("bad-value", 1, "kind"),
        ("dangling-reference", 2, "producer"),
        ("not-whole-units", 2, "amount"),
    }
