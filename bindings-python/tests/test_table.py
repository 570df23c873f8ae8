"""Tables of results, for other packages and without any."""

import sys
from decimal import Decimal

import duckdb
import nanoarrow as na
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import truecost as tc


@pytest.fixture
def prices() -> tc.TruePrices:
    return tc.price("datasets/supply/grocery", products=["banana", "beef-steak-cooked"])


def test_others_take_it_as_it_is(prices: tc.TruePrices) -> None:
    table = prices.table
    arrow = pa.table(table)
    assert arrow.schema.field("gap").type == pa.decimal128(38, 12)
    assert arrow.to_pylist() == table.to_pylist()
    assert pl.DataFrame(table)["gap"].to_list() == [row["gap"] for row in table.to_pylist()]
    assert table.to_polars().equals(pl.from_arrow(arrow))
    assert duckdb.from_arrow(arrow).fetchall()[0][0] == "banana"
    assert na.ArrayStream(table).read_all().to_pylist()[0]["product"] == "banana"
    assert pa.schema(table).names == arrow.schema.names


def test_pandas_gets_exact_money(prices: tc.TruePrices) -> None:
    frame = prices.table.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert frame["gap"][0] == prices.table.to_pylist()[0]["gap"]
    assert pd.DataFrame.from_arrow(prices.table).shape == frame.shape


def test_nothing_is_copied(prices: tc.TruePrices) -> None:
    one, two = pa.table(prices.table), pa.table(prices.table)
    address = [table.column("gap").chunk(0).buffers()[1].address for table in (one, two)]
    assert address[0] == address[1]


def test_rows_as_python_values(prices: tc.TruePrices) -> None:
    banana, steak = prices.table.to_pylist()
    assert isinstance(banana["gap"], Decimal)
    assert banana["market_price"] + banana["gap"] == banana["true_price"]
    assert banana["price_year"] == 2024
    assert steak["true_price"] is None
    assert isinstance(prices.breakdown.to_pylist()[0]["amount"], float)
    assert all(isinstance(row["factors"], int) for row in tc.factor_sets().to_pylist())


def test_schema_without_any_package(prices: tc.TruePrices) -> None:
    assert prices.table.schema["product"] == "string"
    assert prices.table.schema["gap"] == "decimal128(38, 12)"
    assert prices.breakdown.schema["amount"] == "double"
    assert list(prices.table.schema) == list(prices.table.to_pylist()[0])


def test_a_table_is_made_once(prices: tc.TruePrices) -> None:
    assert prices.table is prices.table
    assert prices.breakdown is prices.breakdown


def test_the_lineage_goes_with_the_table(prices: tc.TruePrices) -> None:
    assert b"grocery" in pa.table(prices.table).schema.metadata[b"truecost"]


def test_results_go_in_again() -> None:
    prices = tc.price("datasets/supply/grocery")
    rows = prices.table.to_polars()
    products = rows.select(id="product", name="name", unit="unit")
    with pytest.raises(tc.DataError, match="tables/processes"):
        tc.Dataset.from_tables(products=products, processes=prices.table)


def test_shown_to_people(prices: tc.TruePrices) -> None:
    text = repr(tc.price("datasets/supply/grocery").table)
    assert text.startswith("truecost.Table, 99 rows x 32 columns\nproduct")
    assert "… and 89 more rows" in text
    html = prices.table._repr_html_()
    assert html.count("<tr>") == 3
    assert "text-align:right" in html


@pytest.mark.parametrize(
    ("method", "package"), [("to_polars", "polars"), ("to_pandas", "pandas"), ("to_pandas", "pyarrow")]
)
def test_a_package_that_is_missing(
    prices: tc.TruePrices, method: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=f"{method} needs {package}, .* pip install {package}"):
        getattr(prices.table, method)()
