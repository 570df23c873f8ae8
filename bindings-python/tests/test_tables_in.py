"""Tables from any producer, with the same result from each."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import nanoarrow as na
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import SUPPLY, Tables, folder_tables

import truecost as tc


class ArrayOnly:
    """A record batch that speaks only the array half of the interface."""

    def __init__(self, table: pa.Table) -> None:
        self.batch = table.combine_chunks().to_batches()[0]

    def __arrow_c_array__(self, requested_schema: object = None) -> Any:
        return self.batch.__arrow_c_array__(requested_schema)


PRODUCERS: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "pyarrow batch": lambda table: table.combine_chunks().to_batches()[0],
    "pyarrow reader": lambda table: table.to_reader(max_chunksize=7),
    "polars": pl.from_arrow,
    "pandas": lambda table: table.to_pandas(),
    "duckdb": lambda table: duckdb.from_arrow(table),
    "nanoarrow": na.ArrayStream,
    "array only": ArrayOnly,
}

CHOICES: dict[str, Any] = {"factors": "ce-delft-2024", "currency": "EUR", "year": 2024}


def priced(tables: dict[str, Any], **facts: Any) -> tc.TruePrices:
    return tc.price(tc.Dataset.from_tables(**tables, **facts), **CHOICES)


@pytest.mark.parametrize("producer", PRODUCERS)
def test_every_producer_gives_the_same_result(producer: str) -> None:
    tables = folder_tables(SUPPLY / "grocery")
    given = {name: PRODUCERS[producer](table) for name, table in tables.items()}
    folder = tc.read_dataset(SUPPLY / "grocery")
    expected = tc.price(folder, **CHOICES)
    dataset = tc.Dataset.from_tables(**given, defaults=folder.manifest["defaults"])
    result = tc.price(dataset, **CHOICES)
    assert result.table.to_pylist() == expected.table.to_pylist()
    assert result.breakdown.to_pylist() == expected.breakdown.to_pylist()


def test_types_of_columns(bakery: Tables) -> None:
    whole = {
        "int8": pa.array([55], pa.int8()),
        "uint64": pa.array([55], pa.uint64()),
        "float32": pa.array([55], pa.float32()),
        "float64": pa.array([55.0]),
        "decimal128": pa.array([Decimal("55.000")]),
        "decimal256": pa.array([Decimal("55.0")], pa.decimal256(50, 3)),
        "string": pa.array(["55"]),
        "large string": pa.array(["55"], pa.large_string()),
        "string view": pa.array(["55"], pa.string_view()),
        "dictionary": pa.array(["55"]).dictionary_encode(),
        "dictionary of ints": pa.array([55]).dictionary_encode(),
    }
    expected = priced(dict(bakery)).table.to_pylist()
    for name, amounts in whole.items():
        interventions = bakery["interventions"].set_column(2, "amount", amounts)
        assert priced({**bakery, "interventions": interventions}).table.to_pylist() == expected, name


def test_dates_and_truth_values(bakery: Tables) -> None:
    day = {
        "text": pa.array(["2023-05-01"]),
        "date": pa.array([date(2023, 5, 1)]),
        "date64": pa.array([date(2023, 5, 1)], pa.date64()),
        "timestamp": pa.array([datetime(2023, 5, 1)], pa.timestamp("ns")),
    }
    results = []
    for dates in day.values():
        prices = bakery["prices"].set_column(4, "date", dates)
        results.append(priced({**bakery, "prices": prices}).table.to_pylist())
    assert all(result == results[0] for result in results)
    inputs = pa.table(
        {"process": ["baking"], "product": ["yeast"], "amount": [1], "unit": ["kg"], "cutoff": [True]}
    )
    products = pa.concat_tables([bakery["products"], pa.table({"id": ["yeast"], "name": ["Yeast"], "unit": ["kg"]})])
    row = priced({**bakery, "inputs": inputs, "products": products}).table.to_pylist()[0]
    assert row["cut_off"] == "yeast"


def test_decimals_keep_their_digits(bakery: Tables) -> None:
    amounts = pa.array([Decimal("0.1000000000000000000001")])
    prices = bakery["prices"].set_column(1, "amount", amounts)
    [row] = priced({**bakery, "prices": prices}).table.to_pylist()
    assert row["market_price"] == Decimal("0.100000000000")


def test_a_null_is_not_stated_and_a_nan_is_refused(bakery: Tables) -> None:
    silent = bakery["interventions"].set_column(2, "amount", pa.array([None], pa.float64()))
    assert priced({**bakery, "interventions": silent}).coverage.to_pylist()[0]["status"] == "not stated"
    # pandas writes what is missing as NaN, and hands it on as null.
    frame = silent.to_pandas()
    assert pd.isna(frame["amount"][0])
    assert priced({**bakery, "interventions": frame}).coverage.to_pylist()[0]["status"] == "not stated"
    for nan in (silent.set_column(2, "amount", pa.array([float("nan")])), pl.DataFrame({"amount": [float("nan")]})):
        table = nan if isinstance(nan, pa.Table) else pl.from_arrow(silent).with_columns(nan["amount"])
        with pytest.raises(tc.DataError) as caught:
            priced({**bakery, "interventions": table})
        [found] = caught.value.diagnostics
        assert (found.code, found.file, found.row, found.column) == (
            "not-a-number",
            "tables/interventions",
            1,
            "amount",
        )


def test_a_table_without_rows_keeps_its_columns(bakery: Tables) -> None:
    schema = bakery["interventions"].schema
    empty = pa.RecordBatchReader.from_batches(schema, [])
    result = priced({**bakery, "interventions": empty})
    assert result.coverage.to_pylist() == []
    assert len(result.breakdown) == 0
    assert result.breakdown.schema == priced(dict(bakery)).breakdown.schema
    with pytest.raises(tc.DataError, match="amount"):
        priced({**bakery, "interventions": pa.table({"process": [], "indicator": []})})


@pytest.mark.parametrize("values", [[["kg"]], [{"unit": "kg"}]], ids=["list", "struct"])
def test_columns_of_lists_and_structs_are_refused(bakery: Tables, values: Any) -> None:
    products = bakery["products"].append_column("mass_kg", pa.array(values))
    with pytest.raises(tc.DataError) as caught:
        priced({**bakery, "products": products})
    [found] = caught.value.diagnostics
    assert found.file == "tables/products"
    assert found.column == "mass_kg"


def test_a_stream_that_breaks_says_so(bakery: Tables) -> None:
    def batches() -> Any:
        yield bakery["products"].to_batches()[0]
        raise RuntimeError("the network is gone")

    reader = pa.RecordBatchReader.from_batches(bakery["products"].schema, batches())
    with pytest.raises(tc.UnreadableError, match="tables/products.*the network is gone"):
        priced({**bakery, "products": reader})


def test_what_is_not_said_stands_in_the_lineage(bakery: Tables) -> None:
    [silent] = [d for d in priced(dict(bakery)).lineage["datasets"] if d["role"] == "supply"]
    assert silent["name"] == "tables"
    assert silent["licence"] == "not stated: tables in memory"
    assert silent["citation"] == "not stated: tables in memory"
    assert silent["redistribute"] is False
    facts = {"name": "bakery", "title": 'The "bakery" = ours\n', "licence": {"name": "CC0-1.0", "redistribute": True}}
    told = priced(dict(bakery), **facts, published=date(2024, 5, 1), geography="NL").lineage["datasets"][0]
    assert (told["title"], told["licence"], told["redistribute"]) == (facts["title"], "CC0-1.0", True)


def test_defaults_stand_in_the_manifest(bakery: Tables) -> None:
    defaults = {"factors": "uba-2025:prtp-0", "currency": "USD", "year": 2024, "prices": None}
    prices = tc.price(tc.Dataset.from_tables(**bakery, defaults=defaults))
    assert (prices.factors, prices.currency, prices.year) == ("uba-2025:prtp-0", "USD", 2024)
    with pytest.raises(tc.DataError, match="factor"):
        tc.Dataset.from_tables(**bakery, defaults={"factor": "uba-2025"})

