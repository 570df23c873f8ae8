"""Arguments of a wrong type are refused by name: what came, what is accepted."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from conftest import SUPPLY, Tables

import truecost as tc

GROCERY = SUPPLY / "grocery"

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"dataset": 3}, r"dataset: expected a truecost.Dataset, or the path of one \(str or os.PathLike\), not int"),
    ({"dataset": pl.DataFrame()}, "dataset: expected .*, not polars"),
    ({"factors": 3}, r"factors: expected a truecost.FactorSet, a name \(SET or SET:VARIANT\) or a path, not int"),
    ({"year": "2024"}, r"year: expected a year \(int\), not str"),
    ({"year": 2024.0}, r"year: expected a year \(int\), not float"),
    ({"emission_year": True}, r"emission_year: expected a year \(int\), not bool"),
    ({"currency": 7}, "currency: expected a str, not int"),
    ({"prices": 7}, "prices: expected the name or path of a price list, not int"),
    ({"outside": 1}, "outside: expected a str, not int"),
    ({"netting": "yes"}, "netting: expected True or False, not str"),
    ({"indices": [1]}, "indices: expected a mapping, not list"),
    ({"indices": {"x": 1}}, r"indices: expected keys that are a year or \(name, year\), not str"),
    ({"indices": {2026: None}}, "indices: expected values that are int, float, decimal.Decimal or str, not NoneType"),
    ({"rates": {"USD": 1.1}}, r"rates: expected keys that are \(currency, year\), not str"),
    ({"ppp_rates": {("USD", "2026"): 1}}, r"ppp_rates: expected a year \(int\), not str"),
    ({"income": 1}, r"income: expected a path \(str or os.PathLike\), not int"),
    ({"products": 1}, "products: expected a str, or several of them, not int"),
    ({"products": [1]}, "products: expected a str, not int"),
    ({"datasets": 1}, r"datasets: expected a path \(str or os.PathLike\), not int"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[str(case[0]) for case in WRONG])
def test_price(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        tc.price(**{"dataset": GROCERY, **arguments})


def test_values_that_there_are_not() -> None:
    with pytest.raises(ValueError, match="outside: \"free\" is not one of \"unpriced\", \"as_is\", \"transfer\""):
        tc.price(GROCERY, outside="free")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="year: 20240 is not a year from 1900 to 2200"):
        tc.price(GROCERY, year=20240)
    with pytest.raises(ValueError, match="year"):
        tc.price(GROCERY, year=2**70)


@pytest.mark.parametrize("table", [[{"id": "bread"}], {"id": ["bread"]}, "products.csv", 3, pa.Table, None])
def test_what_is_no_table(bakery: Tables, table: Any) -> None:
    with pytest.raises(TypeError, match="products: expected a table"):
        tc.Dataset.from_tables(**{**bakery, "products": table})


def test_a_column_is_no_table(bakery: Tables) -> None:
    for column in (pl.Series("id", ["bread"]), pa.chunked_array([["bread"]])):
        with pytest.raises(TypeError, match="products: expected a table, with named columns"):
            tc.Dataset.from_tables(**{**bakery, "products": column})


def test_facts_of_a_wrong_type(bakery: Tables) -> None:
    wrong: dict[str, Any] = {
        "name": 3,
        "title": 3,
        "licence": 3,
        "published": 2024,
        "defaults": "ce-delft-2024",
        "absent_interventions": 0,
    }
    for name, value in wrong.items():
        with pytest.raises(TypeError, match=name):
            tc.Dataset.from_tables(**bakery, **{name: value})


def test_a_set_may_be_given_as_it_was_read() -> None:
    handbook = tc.factor_set("ce-delft-2024")
    assert tc.price(GROCERY, factors=handbook).factors == handbook.label
    folder = Path("datasets/factors/ce-delft-2024")
    assert tc.price(GROCERY, factors=tc.factor_set(folder)).to_csv() == tc.price(GROCERY, factors=handbook).to_csv()


def test_figures_of_your_own() -> None:
    for value in (1.08, "1.08", Decimal("1.08")):
        prices = tc.price(GROCERY, rates={("USD", 2024): value}, indices={2024: 126})
        assert "market rate USD 2024 = 1.08 per EUR was given by the user" in prices.lineage["notes"]
        assert "index hicp-euro-area 2024 = 126 was given by the user" in prices.lineage["notes"]


def test_one_product_or_many() -> None:
    assert len(tc.price(GROCERY, products="banana").table) == 1
    assert len(tc.price(GROCERY, products=pl.Series(["banana", "apple"])).table) == 2
