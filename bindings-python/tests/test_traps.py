"""What a user would not notice: another set than the one given, lost cells, rows and files."""

import shutil
from datetime import datetime, timezone
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import truecost as tc
from conftest import ROOT, Tables

CHOICES = {"factors": "ce-delft-2024", "currency": "EUR", "year": 2024}


def factors_used(prices: tc.TruePrices) -> list[str]:
    return [dataset["hash"] for dataset in prices.lineage["datasets"] if dataset["role"] == "factors"]


def test_the_set_that_was_read_is_the_one_that_prices(tmp_path: Path) -> None:
    folder = tmp_path / "factors" / "ce-delft-2024"
    shutil.copytree(ROOT / "datasets" / "factors" / "ce-delft-2024", folder)
    manifest = (folder / "manifest.toml").read_text(encoding="utf-8").split("[checksums]")[0]
    (folder / "manifest.toml").write_text(manifest.replace('version = "', 'version = "own, '), encoding="utf-8")
    own = tc.factor_set("ce-delft-2024", datasets=tmp_path)
    assert own.hash != tc.factor_set("ce-delft-2024").hash
    shutil.rmtree(folder)
    prices = tc.price("datasets/supply/grocery", factors=own, products="banana")
    assert factors_used(prices) == [own.hash]


def test_no_product_is_not_every_product(bakery: Tables) -> None:
    dataset = tc.Dataset.from_tables(**bakery)
    with pytest.raises(ValueError, match="products: none is named"):
        tc.price(dataset, products=[], **CHOICES)


def test_names_that_lead_nowhere_are_problems_of_reading(bakery: Tables) -> None:
    inputs = pa.table({"process": ["baking"], "product": ["flour"], "amount": ["x"], "unit": ["kg"]})
    with pytest.raises(tc.DataError) as caught:
        tc.Dataset.from_tables(**bakery, inputs=inputs)
    assert [problem.code for problem in caught.value.diagnostics] == ["not-a-number"]
    inputs = inputs.set_column(2, "amount", pa.array([1.0]))
    with pytest.raises(tc.DataError) as caught:
        tc.Dataset.from_tables(**bakery, inputs=inputs)
    assert [problem.code for problem in caught.value.diagnostics] == ["dangling-reference"]


@pytest.mark.parametrize("rows", [1, 70_000])
def test_a_dictionary_of_long_texts_keeps_them(bakery: Tables, rows: int) -> None:
    """Unpacked, the notes of these rows would be more than an Arrow array of text can hold."""
    ids = [f"p{i}" for i in range(rows)]
    note = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["n" * 40_000])
    products = pa.table({"id": ids, "name": note, "unit": ["kg"] * rows})
    processes = pa.table(
        {"id": ids, "product": ids, "amount": [1] * rows, "unit": ["kg"] * rows, "region": ["NL"] * rows}
    )
    read = tc.Dataset.from_tables(products=products, processes=processes)
    other = products.set_column(1, "name", pa.DictionaryArray.from_arrays(note.indices, ["m" * 40_000]))
    assert tc.Dataset.from_tables(products=other, processes=processes).hash != read.hash


def test_dictionaries_read_as_what_they_hold(bakery: Tables) -> None:
    plain = tc.Dataset.from_tables(**bakery)
    day = pa.array([datetime(2024, 1, 1, tzinfo=timezone.utc)], pa.timestamp("us", "UTC"))
    for column in (day, day.cast(pa.timestamp("s")).dictionary_encode(), pa.array(["2024-01-01"])):
        prices = bakery["prices"].set_column(4, "date", column)
        assert tc.Dataset.from_tables(**{**bakery, "prices": prices}).hash != plain.hash
    for column in (pa.array([2024.0]).dictionary_encode(), pa.array([2024]).dictionary_encode()):
        prices = bakery["prices"].set_column(4, "date", column)
        assert tc.Dataset.from_tables(**{**bakery, "prices": prices}).hash == plain.hash
    nothing = pa.DictionaryArray.from_arrays(pa.array([None], pa.int32()), pa.array([], pa.string()))
    products = bakery["products"].append_column("category", nothing)
    assert tc.Dataset.from_tables(**{**bakery, "products": products}).hash == plain.hash


def test_a_filtered_frame_is_the_same_data(bakery: Tables) -> None:
    frame = pd.DataFrame({"id": ["x", "bread"], "name": ["X", "Bread"], "unit": ["kg", "kg"]})
    filtered = tc.Dataset.from_tables(**{**bakery, "products": frame[frame["id"] == "bread"]})
    assert filtered.hash == tc.Dataset.from_tables(**bakery).hash


def test_a_stream_that_was_used_up_is_noticed(bakery: Tables) -> None:
    reader = bakery["interventions"].to_reader()
    reader.read_all()
    with pytest.warns(tc.TrueCostWarning, match="no rows came out of this stream"):
        tc.Dataset.from_tables(**{**bakery, "interventions": reader})


def test_many_rows_with_one_problem_do_not_fill_the_screen(bakery: Tables) -> None:
    rows = 3_000
    interventions = pa.table(
        {
            "process": ["baking"] * rows,
            "indicator": ["climate-change"] * rows,
            "subject": [f"s{i % 7}" for i in range(rows)],
            "amount": [1.0] * rows,
            "unit": ["kgg"] * rows,
        }
    )
    with pytest.raises(tc.DataError) as caught:
        tc.Dataset.from_tables(**{**bakery, "interventions": interventions})
    problems = [p for p in caught.value.diagnostics if p.code == "unknown-unit"]
    assert [p.row for p in problems] == list(range(1, rows + 1))
    assert "more rows with one of these problems" in str(caught.value)
    assert len(str(caught.value)) < rows * 60


def test_more_files_than_may_be_open(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="Unix only")
    ids = [f"p{i:04}" for i in range(400)]
    many = len(ids)
    dataset = tc.Dataset.from_tables(
        products=pa.table({"id": ids, "name": ids, "unit": ["kg"] * many}),
        processes=pa.table(
            {"id": ids, "product": ids, "amount": [1] * many, "unit": ["kg"] * many, "region": ["NL"] * many}
        ),
        interventions=pa.table(
            {
                "process": ids,
                "indicator": ["climate-change"] * many,
                "amount": [1.0] * many,
                "unit": ["kg CO2-eq"] * many,
            }
        ),
    )
    prices = tc.price(dataset, **CHOICES)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
    try:
        written = prices.write(tmp_path / "report")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert len(written) > many


def test_a_bar_that_was_used_goes_on(bakery: Tables) -> None:
    tqdm = pytest.importorskip("tqdm").tqdm
    with tqdm(total=10, disable=False, leave=False) as bar:
        bar.update(3)
        tc.price(tc.Dataset.from_tables(**bakery), progress=bar, **CHOICES)
        assert 3 <= bar.n <= bar.total


def test_labels_are_those_of_the_report(bakery: Tables, tmp_path: Path) -> None:
    prices = tc.price(tc.Dataset.from_tables(**bakery), **CHOICES)
    prices.write(tmp_path)
    assert prices.labels() == (tmp_path / "labels.html").read_text(encoding="utf-8")
    assert prices.labels().count('<figure class="label-figure">') == 1
