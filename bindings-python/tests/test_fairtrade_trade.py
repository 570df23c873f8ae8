"""Pay, prices and mass balance: what Python gives is what the command gives, however tables are given."""

import datetime
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pytest

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]

CONTRACTS = """id,date,product,form,quality,origin,incoterm,quantity,unit,price_unit,currency
organic,2023-09-01,coffee,arabica-washed,organic,HN,FOB,37500,lb,lb,USD
dear,2024-02-20,coffee,arabica-washed,conventional,HN,FOB,100,[qq_46],lb,USD
cocoa,2026-02-20,cocoa,beans,conventional,PE,FOB,1,t,t,USD
"""
MARKET = """product,date,price,unit,currency
coffee,2023-08-31,1.60,lb,USD
coffee,2024-02-19,2.50,lb,USD
cocoa,2026-02-19,6000,t,USD
"""
MOVEMENTS = """id,date,site,product,certificate,kind,quantity,unit
in,2024-01-10,mill,parchment,fairtrade,bought,100,kg
out,2024-02-01,mill,green,fairtrade,sold,81,kg
"""
MANIFEST = """kind = "coop"
title = "t"
producer = "p"
citation = "c"
version = "1"
geography = "HN"
licence = { name = "CC0-1.0", redistribute = true }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset of a co-op."""
    texts = {"contracts": CONTRACTS, "market_prices": MARKET, "movements": MOVEMENTS}
    texts["yields"] = "input,output,yield\nparchment,green,0.8\n"
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


def table(folder: Path, name: str) -> pa.Table:
    """A table of the folder, all text."""
    path = folder / f"{name}.csv"
    names = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    types = {name: pa.string() for name in names}
    return pyarrow.csv.read_csv(path, convert_options=pyarrow.csv.ConvertOptions(column_types=types))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_pay_is_that_of_the_command(folder: Path, command: Command) -> None:
    done = command("fairtrade", "pay", folder, "--out", folder / "cli")
    assert done.returncode == 1, done.stderr
    report = tc.fairtrade.pay(folder)
    assert report.failed
    report.write(folder / "python")
    assert files(folder / "python") == files(folder / "cli")
    assert str(report) == done.stdout
    pays = {row["contract"]: row["pay"] for row in report.table.to_pylist()}
    assert pays == {"organic": Decimal("2.4"), "dear": Decimal("2.7"), "cocoa": None}


def test_tables_may_be_given_in_any_way(folder: Path) -> None:
    contracts, market = table(folder, "contracts"), table(folder, "market_prices")
    given: list[tuple[Any, Any]] = [
        (contracts, market),
        (folder / "contracts.csv", folder / "market_prices.csv"),
        ({"contracts": contracts, "market_prices": market}, None),
        (contracts, {"market_prices": market}),
        (str(folder), None),
    ]
    answers = [tc.fairtrade.pay(contracts, market=market).to_csv() for contracts, market in given]
    places = {answer.replace(str(folder), "tables") for answer in answers}
    assert len(places) == 1


def test_own_minimum_prices_and_age(folder: Path) -> None:
    own = tc.fairtrade.prices(product="coffee", date=datetime.date(2024, 5, 1)).table
    assert {row["minimum"] for row in own.to_pylist()} == {"1.2", "1.25", "1.75", "1.8"}
    columns = {"product": ["coffee"], "incoterm": ["FOB"], "unit": ["lb"], "currency": ["USD"], "minimum": ["9"]}
    columns |= {"premium": ["none"], "organic_differential": ["none"], "from": ["2020"], "source": ["ours"]}
    prices = pa.table(columns | {"verification": ["primary"]})
    report = tc.fairtrade.pay(folder, prices=prices)
    pays = {row["contract"]: row["pay"] for row in report.table.to_pylist()}
    assert pays["organic"] == pays["dear"] == Decimal(9)
    old = tc.fairtrade.pay(folder, prices=prices, market_days=0).table.to_pylist()
    assert all("0 days up to" in row["why"] for row in old if row["product"] == "coffee")


def test_own_rates(folder: Path, command: Command) -> None:
    text = CONTRACTS.replace("lb,USD", "lb,EUR")
    (folder / "contracts.csv").write_text(text, encoding="utf-8")
    report = tc.fairtrade.pay(folder, rates={("USD", 2023): "1.25", ("USD", 2024): 1.25})
    pays = {row["contract"]: row["pay"] for row in report.table.to_pylist()}
    assert (pays["organic"], pays["dear"]) == (Decimal("1.92"), Decimal("2.16"))
    done = command("fairtrade", "pay", folder, "--rate", "USD:2023=1.25", "--rate", "USD:2024=1.25")
    assert str(report) == done.stdout


def test_mass_balance_is_that_of_the_command(folder: Path, command: Command) -> None:
    done = command("fairtrade", "mass-balance", folder, "--by", "month", "--out", folder / "cli")
    assert done.returncode == 1, done.stderr
    report = tc.fairtrade.mass_balance(folder, by="month")
    report.write(folder / "python")
    assert files(folder / "python") == files(folder / "cli")
    broken = report["violations"].to_pylist()
    assert [(row["movement"], row["short"], row["later"]) for row in broken] == [("out", 1.0, 0)]
    assert not tc.fairtrade.mass_balance(table(folder, "movements").slice(0, 1)).failed


def test_what_is_wrong_is_raised(folder: Path) -> None:
    with pytest.raises(TypeError, match="prices: expected a name, a path"):
        tc.fairtrade.pay(folder, prices=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="by: 'week' is not one of|by: \"week\" is not one of"):
        tc.fairtrade.mass_balance(folder, by="week")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="date: \"2024\" is not a day"):
        tc.fairtrade.prices(date="2024")
    with pytest.raises(tc.NotFoundError, match="did you mean `coffee`"):
        tc.fairtrade.prices(product="cofee")
    with pytest.raises(ValueError, match="there is no table"):
        tc.fairtrade.pay({"contract": table(folder, "contracts")})
    with pytest.raises(tc.DataError) as raised:
        tc.fairtrade.pay(table(folder, "contracts").drop_columns(["date"]))
    assert [found.code for found in raised.value.diagnostics] == ["missing-column"]


def test_no_report_is_written_over_the_table_that_it_is_made_from(tmp_path: Path) -> None:
    table = tmp_path / "mass_balance.csv"
    table.write_text(MOVEMENTS, encoding="utf-8")
    report = tc.fairtrade.mass_balance(table)
    with pytest.raises(tc.UnwritableError, match="nothing is written over the file that it is made from"):
        report.write(tmp_path)
    assert table.read_text(encoding="utf-8") == MOVEMENTS
    assert [path.name for path in tmp_path.iterdir()] == ["mass_balance.csv"]
    assert report.write(tmp_path / "out")


def test_no_report_is_written_over_minimum_prices(tmp_path: Path) -> None:
    prices = tmp_path / "minimum_prices.csv"
    text = (
        "product,form,quality,incoterm,unit,currency,minimum,premium,from,source,verification\n"
        "tea,leaf,conventional,FOB,kg,USD,3,0.5,2020-01-01,made up,unverified\n"
    )
    prices.write_text(text, encoding="utf-8")
    with pytest.raises(tc.UnwritableError, match="nothing is written over the file that it is made from"):
        tc.fairtrade.prices(prices=prices).write(tmp_path)
    assert prices.read_text(encoding="utf-8") == text
