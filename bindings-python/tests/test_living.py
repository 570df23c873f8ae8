"""Living wages and incomes from Python: the same answers as the command, and arguments that are refused by name."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import truecost as tc

WORKERS = pl.DataFrame(
    {
        "id": ["ana", "bo"],
        "job": ["cutter", "packer"],
        "count": [2, 1],
        "benchmark": ["lw-ke-naivasha-horticulture-2014-net"] * 2,
        "period": ["2014"] * 2,
        "pay": [12000, 20000],
        "pay_per": ["month"] * 2,
        "basis": ["net"] * 2,
        "minimum_wage": [10000, 10000],
        "product": ["roses"] * 2,
    }
)
OUTPUT = pl.DataFrame({"product": ["roses"], "period": ["2014"], "quantity": [1000], "unit": ["kg"]})
SETTINGS = {"currency": "KES"}


def test_wages_of_tables_in_memory() -> None:
    report = tc.living_wage({"workers": WORKERS, "output": OUTPUT, "settings": SETTINGS})
    assert report.name == "wages"
    assert report.tables == ["workers", "jobs", "products", "steps", "benchmarks"]
    ana, bo = report.table.to_pylist()
    assert (ana["gap"], ana["gap_of_period"], ana["below"]) == (Decimal(5276), Decimal(5276 * 24), "living")
    assert (bo["gap"], bo["below"]) == (Decimal(0), "")
    assert report["products"].to_pylist()[0]["gap_per_unit"] == Decimal("126.624")
    total = next(row for row in report["jobs"].to_pylist() if row["job"] == "all")
    assert (total["people"], total["below_living_wage"]) == (3, 2)
    roles = [dataset["role"] for dataset in report.lineage["datasets"]]
    assert roles == ["coop", "benchmarks"]


def test_a_cap_in_kind() -> None:
    given = WORKERS.with_columns(pl.Series("in_kind", [9000, 0]))
    gap = lambda **cap: tc.living_wage({"workers": given, "settings": SETTINGS}, **cap).table.to_pylist()[0]["gap"]
    assert gap() == Decimal("93.2")  # 17276 - 12000 - 30 % of 17276
    assert gap(in_kind_cap="0.1") == Decimal("3548.4")
    with pytest.raises(ValueError, match=r"in_kind_cap: 3 is not a number from 0 to 1"):
        gap(in_kind_cap=3)


def test_incomes_and_the_price_that_closes_the_gap() -> None:
    households = pl.DataFrame(
        {
            "id": ["a", "b"],
            "benchmark": ["li-ke-rural-kericho-2024"] * 2,
            "period": ["2024"] * 2,
            "adults": [2, 2],
            "children": [3, 3],
            "net_income": [500000, 596976],
            "product": ["tea"] * 2,
            "quantity": [10000, 5000],
            "unit": ["kg"] * 2,
        }
    )
    report = tc.fairtrade.living_income({"households": households, "settings": SETTINGS}, share=0.5)
    assert [row["gap"] for row in report.table.to_pylist()] == [Decimal(96976), Decimal(0)]
    rises = {row["aim"]: row["rise"] for row in report["prices"].to_pylist()}
    assert rises == {"on average": Decimal("6.47"), "50 %": Decimal(0), "all": Decimal("9.7")}
    with pytest.raises(tc.NotFoundError, match="no household states an income of 2020"):
        tc.fairtrade.living_income({"households": households, "settings": SETTINGS}, year=2020)


def test_a_benchmark_is_moved_by_own_figures() -> None:
    workers = WORKERS.with_columns(pl.lit("2031").alias("period"))
    tables = {"workers": workers, "settings": SETTINGS}
    with pytest.raises(tc.ChoiceError, match="cpi-kenya"):
        tc.living_wage(tables)
    indices = {("cpi-kenya", 2014): 50, ("cpi-kenya", 2031): 100}
    living = tc.living_wage(tables, indices=indices).table.to_pylist()[0]["living_wage"]
    assert living == Decimal(2 * 17276)


def test_reference_prices_and_benchmarks() -> None:
    farms = pl.DataFrame(
        {
            "id": ["f"],
            "product": ["coffee"],
            "year": ["2024"],
            "decent_living": [6000],
            "production_cost": [0],
            "land": [3],
            "yield": [500],
            "unit": ["kg"],
            "currency": ["USD"],
        }
    )
    assert tc.fairtrade.reference_price({"farms": farms}).table.to_pylist()[0]["price"] == Decimal(4)
    published = tc.fairtrade.reference_price("living-income-reference-prices").table.to_pylist()
    assert len(published) == 10
    kenya = tc.fairtrade.benchmarks(country="KE").table.to_pylist()
    assert {row["kind"] for row in kenya} == {"wage", "income"}
    with pytest.raises(tc.ChoiceError, match="is not a region"):
        tc.fairtrade.benchmarks(country="Kenia")


def test_a_price_holds_what_its_workers_lack(tmp_path: Path) -> None:
    files = {
        "manifest.toml": 'kind = "coop"\ntitle = "t"\nproducer = "t"\ncitation = "t"\nversion = "1"\ngeography = "KE"\n'
        'licence = { name = "CC0-1.0", redistribute = true }\n[defaults]\nfactors = "true-price-2025"\n'
        'currency = "EUR"\nyear = 2024\n[coop]\ncurrency = "EUR"\n',
        "products.csv": "id,name,unit\njeans,Jeans,pair\n",
        "processes.csv": "id,product,amount,unit,region,period\nsewing,jeans,1,pair,BD,2024\n",
        "workers.csv": "id,benchmark,period,pay,pay_per,basis,minimum_wage,process\n"
        "w,own,2024,10940,year,net,10000,sewing\n",
        "benchmarks.csv": "id,kind,country,region,period,amount,per,currency,basis,source,verification\n"
        "own,wage,BD,x,2024,12000,year,EUR,net,made up,unverified\n",
        "output.csv": "product,process,period,quantity,unit\njeans,sewing,2024,5000,pair\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert tc.price(tmp_path).table.to_pylist()[0]["social"] == Decimal("0.21836")  # 1060 / 5000 x 1.03
