"""Lines of sales priced by a book: streams and files in, streams and files out."""

import itertools
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from sales import BAD, MONEY, SCHEMA, by_row, plain, sales, taken

import truecost as tc
from truecost._sums import is_money

Command = Callable[..., subprocess.CompletedProcess[str]]
BY = ["shop", "category", "year"]


@pytest.fixture(scope="module")
def book() -> tc.PriceBook:
    return tc.compile_price_book(Path(__file__).parents[2] / "datasets/supply/grocery")


@pytest.fixture(scope="module")
def lines(book: tc.PriceBook) -> pa.Table:
    return sales(book, 3_000)


def in_batches(table: pa.Table, rows: int) -> pa.RecordBatchReader:
    return table.to_reader(max_chunksize=rows)


PRODUCERS: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "pyarrow batch": lambda table: table.combine_chunks().to_batches()[0],
    "pyarrow reader": lambda table: in_batches(table, 77),
    "polars": pl.from_arrow,
    "pandas": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "pandas filtered": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype)[lambda frame: frame["row"] >= 0],
    "duckdb": lambda table: duckdb.from_arrow(table),
}


@pytest.mark.parametrize("producer", PRODUCERS)
def test_any_stream_in(producer: str, book: tc.PriceBook, lines: pa.Table) -> None:
    expected = tc.price_lines(lines, book, group_by=BY)
    same = tc.price_lines(PRODUCERS[producer](lines), book, group_by=BY)
    assert plain(by_row(taken(same))) == plain(by_row(taken(expected)))
    assert plain(same.summary.to_pylist()) == plain(expected.summary.to_pylist())
    assert (same.read, same.accepted, same.rejected) == (expected.read, expected.accepted, expected.rejected)


def test_any_stream_out(book: tc.PriceBook, lines: pa.Table) -> None:
    expected = plain(by_row(taken(tc.price_lines(lines, book))))
    assert plain(pl.DataFrame(tc.price_lines(lines, book)).sort("row").to_dicts()) == expected
    stream = pa.RecordBatchReader.from_stream(tc.price_lines(lines, book))
    assert plain(by_row(duckdb.sql("select * from stream").to_arrow_table())) == expected
    frame = pa.table(tc.price_lines(lines, book)).to_pandas()
    assert isinstance(frame["gap"][0], Decimal)
    assert sum(frame["gap"].dropna()) == sum(line["gap"] for line in by_row(taken(tc.price_lines(lines, book))) if line["gap"])
    assert pa.Table.from_batches(list(tc.price_lines(lines, book))).num_rows == len(lines)


def test_a_line_is_unit_cost_times_quantity(book: tc.PriceBook) -> None:
    unit = tc.price("datasets/supply/grocery", products="banana")
    [cost] = unit.table.to_pylist()
    given = {"product": ["banana"], "quantity": [1500], "unit": ["g"], "price": [Decimal("0.002")], "currency": ["EUR"]}
    lines = tc.price_lines(pa.table(given), book, indicators="all", bounds=True, group_by=["name"])
    [line] = taken(lines).to_pylist()
    micro = Decimal("0.000001")
    parts = {row["indicator"]: (row["cost"] * Decimal("1.5")).quantize(micro) for row in unit.breakdown.to_pylist()}
    assert {name: line[f"external_cost.{name}"] for name in parts} == parts
    assert line["external_cost"] == line["gap"] == sum(parts.values())
    assert abs(line["external_cost"] - cost["external_cost"] * Decimal("1.5")) < 6 * micro
    assert line["market_price"] == 3
    assert line["true_price"] == line["market_price"] + line["gap"]
    assert line["external_cost_lower"] < line["external_cost"] < line["external_cost_upper"]
    assert list(line) == [
        *given,
        *MONEY[:2],
        "gap",
        "true_price",
        *(f"{name}_{end}" for name in ("external_cost", "gap", "true_price") for end in ("lower", "upper")),
        *(f"external_cost.{row['id']}" for row in book.indicators.to_pylist()),
        "fallback",
        "unpriced",
        "rejected",
        "rejected_because",
    ]
    [row] = lines.summary.to_pylist()
    assert (row["name"], row["lines"], row["lines_with_price"], row["gap"]) == ("Banana", 1, 1, line["gap"])


def test_bad_lines_stay_where_they_are(book: tc.PriceBook, lines: pa.Table) -> None:
    stream = tc.price_lines(in_batches(lines, 100), book)
    priced = taken(stream)
    assert priced.select(SCHEMA.names).equals(lines)
    for line in priced.to_pylist():
        wrong = {column for every, (column, _) in BAD.items() if line["row"] % every == every - 1}
        if line["price"] is None:
            wrong -= {"currency"}  # nobody asks for it
        assert (line["rejected"] is not None) == (line["rejected_because"] is not None) == bool(wrong)
        assert (line["external_cost"] is None) == bool(wrong)
        assert (line["market_price"] is None) == (bool(wrong) or line["price"] is None)
        assert not wrong or all(line[name] is None for name in MONEY)
    words = set(priced["rejected"].to_pylist())
    assert words == {None, "unknown-product", "other-unit", "missing-value", "unknown-currency"}
    rejected = priced.num_rows - priced["rejected"].null_count
    assert (stream.read, stream.accepted, stream.rejected) == (3_000, 3_000 - rejected, rejected)
    assert stream.rejected > 300


def test_the_summary_is_the_sum_of_the_lines(book: tc.PriceBook, lines: pa.Table) -> None:
    stream = tc.price_lines(lines, book, group_by="shop", indicators="all")
    sums: dict[Any, dict[str, Any]] = {}
    for line in taken(stream).to_pylist():
        if line["rejected"] is None:
            group = sums.setdefault(line["shop"], {"lines": 0, "lines_with_price": 0})
            group["lines"] += 1
            group["lines_with_price"] += line["price"] is not None
            for name, value in line.items():
                if name in MONEY or name.startswith("external_cost."):
                    group[name] = group.get(name, Decimal(0)) + (value or 0)
    assert stream.summary.to_pylist() == [
        {"shop": shop} | sums[shop] for shop in sorted(sums, key=lambda shop: (shop is not None, shop))
    ]
    assert stream.summary.schema["gap"] == "decimal128(38, 6)"


def test_batches_make_no_difference(book: tc.PriceBook, lines: pa.Table) -> None:
    whole = tc.price_lines(lines, book, group_by=BY)
    expected = taken(whole)
    for rows in (1, 7, 1_000):
        cut = tc.price_lines(in_batches(lines, rows), book, group_by=BY)
        assert taken(cut).combine_chunks() == expected.combine_chunks()
        assert cut.summary.to_pylist() == whole.summary.to_pylist()


def test_price_batches(book: tc.PriceBook, lines: pa.Table) -> None:
    expected = taken(tc.price_lines(lines, book, indicators=["land-use"]))
    batches = list(tc.price_batches(lines.to_batches(max_chunksize=999), book, indicators=["land-use"]))
    assert [batch.num_rows for batch in batches] == [999, 999, 999, 3]
    assert pa.Table.from_batches(batches) == expected
    [table] = tc.price_batches([lines], book, indicators=["land-use"])
    assert table == expected
    assert list(tc.price_batches([], book)) == []
    [empty] = tc.price_batches([lines.slice(0, 0)], book)
    assert empty.schema == taken(tc.price_lines(lines, book)).schema
    with pytest.raises(TypeError, match=r"expected batches of pyarrow \(RecordBatch or Table\), not builtins.dict"):
        next(tc.price_batches([{"product": "banana"}], book))  # type: ignore[list-item]
    with pytest.raises(tc.DataError, match="column `product`"):
        next(tc.price_batches(pa.table({"sku": ["banana"], "quantity": [1]}).to_batches(), book))


def test_batches_of_several_schemas(book: tc.PriceBook) -> None:
    first = pa.record_batch({"product": ["banana"], "quantity": [1.0]})
    second = pa.record_batch({"product": ["banana"], "quantity": pa.array(["1"]), "unit": ["kg"]})
    costs = [batch["external_cost"][0] for batch in tc.price_batches([first, second, first], book)]
    assert len(set(costs)) == 1


class Counted:
    """Batches that know how many were asked for."""

    def __init__(self, batch: pa.RecordBatch, count: int) -> None:
        self.batch, self.count, self.given = batch, count, 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for _ in range(self.count):
            self.given += 1
            yield self.batch


@pytest.mark.parametrize("how", ["price_lines", "price_batches"])
def test_nothing_is_taken_before_it_is_asked_for(how: str, book: tc.PriceBook, lines: pa.Table) -> None:
    source = Counted(lines.to_batches()[0], 1_000)
    if how == "price_batches":
        stream: Any = tc.price_batches(source, book)
    else:
        reader = pa.RecordBatchReader.from_batches(lines.schema, iter(source))
        stream = pa.RecordBatchReader.from_stream(tc.price_lines(reader, book))
    assert source.given == 0
    for taken_so_far in (1, 2, 3):
        next(iter(stream)) if how == "price_batches" else stream.read_next_batch()
        assert source.given <= taken_so_far


@pytest.mark.parametrize("dataset", ["grocery", "coffee"])
def test_sums_know_every_amount_of_money(dataset: str, lines: pa.Table) -> None:
    book = tc.compile_price_book(Path(__file__).parents[2] / "datasets/supply" / dataset)
    schema = pa.schema(tc.price_lines(lines, book, bounds=True, indicators="all"))
    money = {field.name for field in schema if field.type == pa.decimal128(18, 6)} - set(lines.column_names)
    assert money >= {"market_price", "external_cost", "gap", "true_price", "true_price_upper"}
    assert ("overpaid" in money) == (dataset == "coffee")
    assert [name for name in sorted(money) if not is_money(name)] == []


#: A process of its own, for memory that other tests have freed is not given back to the system at once.
STREAM = """
import itertools, resource, sys
import pyarrow, pyarrow.parquet
import truecost as tc

[batch] = pyarrow.parquet.read_table(sys.argv[1]).combine_chunks().to_batches()
reader = pyarrow.RecordBatchReader.from_batches(batch.schema, itertools.repeat(batch, int(sys.argv[2])))
stream = tc.price_lines(reader, tc.compile_price_book(sys.argv[3]), group_by=["shop", "category", "year"])
given = sum(priced.nbytes for priced in stream)
print(stream.read, given, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in KiB on Linux alone")
def test_a_long_stream_needs_no_more_memory(lines: pa.Table, tmp_path: Path) -> None:
    pq.write_table(pa.concat_tables([lines] * 5), tmp_path / "lines.parquet")
    dataset = Path(__file__).parents[2] / "datasets/supply/grocery"

    def run(batches: int) -> list[int]:
        command = [sys.executable, "-c", STREAM, str(tmp_path / "lines.parquet"), str(batches), str(dataset)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return [int(word) for word in told.split()]

    (few, small, low), (many, large, high) = run(20), run(200)
    assert (few, many) == (300_000, 3_000_000)
    assert high - low < (large - small) / 4


def test_a_stream_is_there_once(book: tc.PriceBook, lines: pa.Table) -> None:
    stream = tc.price_lines(lines, book)
    assert repr(stream) == 'truecost.PricedLines("lines": to be priced as they are taken)'
    with pytest.raises(RuntimeError, match="not all priced yet"):
        _ = stream.accepted
    reader = pa.RecordBatchReader.from_stream(stream)
    reader.read_next_batch()
    assert repr(stream) == 'truecost.PricedLines("lines": being taken)'
    for again in (pa.table, pl.DataFrame, lambda lines: list(lines), lambda lines: lines.write("x.csv")):
        with pytest.raises(RuntimeError, match="taken before"):
            again(stream)
    reader.read_all()
    with pytest.raises(RuntimeError, match="no sums were asked for"):
        _ = stream.summary
    assert repr(stream) == f'truecost.PricedLines("lines": 3000 read, {stream.rejected} rejected)'
    schema = pa.schema(tc.price_lines(lines, book))
    assert schema.names[:3] == ["row", "product", "quantity"]
    assert schema.field("gap").type == pa.decimal128(18, 6)


def test_strict_stops_at_the_first_bad_line(book: tc.PriceBook, lines: pa.Table) -> None:
    stream = tc.price_lines(in_batches(lines, 5), book, strict=True)
    rows = 0
    with pytest.raises(tc.DataError) as caught:
        for batch in stream:
            rows += batch.num_rows
    [found] = caught.value.diagnostics
    assert rows == 10
    assert (found.file, found.row, found.column, found.code) == ("lines", 13, "product", "bad-line")
    assert "unobtainium" in found.message
    assert found.hint == "without `strict` such lines stay among the others, and say so"
    with pytest.raises(tc.DataError, match="unobtainium"):
        _ = stream.read
    with pytest.raises(tc.DataError) as caught:
        list(tc.price_batches(lines.to_batches(max_chunksize=5), book, strict=True))
    assert caught.value.diagnostics[0].row == 13
    with pytest.raises(Exception, match="lines:13:product: unknown-product"):
        taken(tc.price_lines(lines, book, strict=True))
    good = lines.slice(0, 12)
    assert taken(tc.price_lines(good, book, strict=True)).num_rows == 12


def test_columns_and_constants(book: tc.PriceBook) -> None:
    sold = {"sku": ["banana", "apple"], "n": [2, 3], "cents": [Decimal(100), None], "when": ["2023-05-01", "2024-01"]}
    columns = {"product": "sku", "quantity": "n", "value": "cents", "date": "when"}
    stream = tc.price_lines(
        pa.table(sold), book, columns=columns, constants={"currency": "EUR", "unit": "kg"}, keep=["sku"], group_by="year"
    )
    priced = taken(stream)
    assert priced.schema.names == ["sku", *MONEY, "fallback", "unpriced", "rejected", "rejected_because"]
    assert priced["market_price"].to_pylist()[1] is None
    assert [row["year"] for row in stream.summary.to_pylist()] == [2023, 2024]
    explicit = pa.table({"product": ["banana", "apple"], "quantity": [2, 3], "year": [2023, 2024]})
    assert taken(tc.price_lines(explicit, book, keep=[]))["external_cost"] == priced["external_cost"]
    year = taken(tc.price_lines(explicit.drop(["year"]), book, constants={"year": 2023, "price": 1.1, "currency": "EUR"}))
    assert year["external_cost"][0] == priced["external_cost"][0]
    assert year["external_cost"][1] != priced["external_cost"][1]
    assert taken(tc.price_lines(explicit, book, keep=[])).num_columns == 8


def test_what_does_not_fit_is_said_before_a_line_is_read(book: tc.PriceBook, lines: pa.Table) -> None:
    source = Counted(lines.to_batches()[0], 1)
    reader = pa.RecordBatchReader.from_batches(lines.schema, iter(source))
    with pytest.raises(tc.DataError) as caught:
        tc.price_lines(reader, book, columns={"product": "produkt", "origin": "from"}, keep=["sho"])
    assert {found.message for found in caught.value.diagnostics} == {
        "there is no column `produkt` for the product",
        "there is no column `from` for the origin",
        "there is no column `sho` to keep",
    }
    assert all("--" not in (found.hint or "") for found in caught.value.diagnostics)
    assert source.given == 0
    with pytest.raises(tc.TrueCostError, match="currency"):
        tc.price_lines(lines.drop(["currency"]), book)
    with pytest.raises(tc.DataError, match="gap"):
        tc.price_lines(lines.append_column("gap", pa.nulls(len(lines))), book)
    with pytest.raises(tc.TrueCostError, match="land-usage.*\n.*land-use"):
        tc.price_lines(lines, book, indicators=["land-usage"])


@pytest.mark.parametrize(
    ("keywords", "kind", "message"),
    [
        ({"columns": {"produce": "sku"}}, ValueError, "columns: \"produce\" is not a role; there are product, quantity"),
        ({"columns": ["product"]}, TypeError, "columns: expected a mapping by role, not list"),
        ({"columns": {"product": 3}}, TypeError, "columns: expected a str, not int"),
        ({"constants": {"year": True}}, TypeError, "constants: expected values that are str"),
        ({"keep": 3}, TypeError, "keep: expected a str, or several"),
        ({"group_by": 3}, TypeError, "group_by: expected a str, or several"),
        ({"bounds": 1}, TypeError, "bounds"),
        ({"strict": None}, TypeError, "strict"),
    ],
)
def test_arguments_of_a_wrong_type(
    keywords: dict[str, Any], kind: type[Exception], message: str, book: tc.PriceBook, lines: pa.Table
) -> None:
    with pytest.raises(kind, match=message):
        tc.price_lines(lines, book, **keywords)


def test_lines_that_are_none(book: tc.PriceBook, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="lines: expected a table with the Arrow.*, or the path of a file or folder, not int"):
        tc.price_lines(3, book)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        tc.price_lines(pa.table({}), "grocery")  # type: ignore[arg-type]
    with pytest.raises(tc.UnreadableError):
        tc.price_lines(tmp_path / "none.parquet", book)


FORMATS: dict[str, Callable[[pa.Table, Path], object]] = {
    "parquet": pq.write_table,
    "csv": pa.csv.write_csv,
    "arrow": lambda table, path: pl.from_arrow(table).write_ipc(path),  # type: ignore[union-attr]
}


@pytest.mark.parametrize("kind", FORMATS)
def test_files_in(kind: str, book: tc.PriceBook, lines: pa.Table, tmp_path: Path) -> None:
    FORMATS[kind](lines, tmp_path / f"sales.{kind}")
    expected = tc.price_lines(lines, book, group_by=BY, keep=["row"])
    priced = by_row(taken(expected))
    for path in (tmp_path / f"sales.{kind}", str(tmp_path / f"sales.{kind}"), tmp_path):
        stream = tc.price_lines(path, book, group_by=BY, keep=["row"])
        # A CSV is text, and an empty cell of it is no shop, as a null is.
        same = [line | {"row": int(line["row"])} for line in taken(stream).to_pylist()]
        assert plain(same) == plain(priced)
        sums = [row | {"year": int(row["year"])} for row in stream.summary.to_pylist()]
        assert plain(sums) == plain(expected.summary.to_pylist())


def test_rows_of_a_csv_that_cannot_be_read_stand_where_they_are(book: tc.PriceBook, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("product,quantity\nbanana,1\nbanana\nbanana,2\nbanana,3,4\napple,1\n")
    stream = tc.price_lines(tmp_path / "sales.csv", book)
    priced = taken(stream)
    assert priced["rejected"].to_pylist() == [None, "unreadable", None, "unreadable", None]
    assert priced["product"].to_pylist() == ["banana", None, "banana", None, "apple"]
    assert (stream.read, stream.rejected) == (5, 2)
    with pytest.raises(tc.DataError) as caught:
        list(tc.price_lines(tmp_path / "sales.csv", book, strict=True))
    assert caught.value.diagnostics[0].row == 3


def test_the_same_files_as_the_command(
    book: tc.PriceBook, lines: pa.Table, command: Command, tmp_path: Path
) -> None:
    pq.write_table(lines, tmp_path / "sales.parquet", row_group_size=700)
    book.write(tmp_path / "book.arrow")
    flags = ["--group-by", ",".join(BY), "--indicators", "all", "--bounds", "--keep", "row,shop"]
    outputs = ["-o", tmp_path / "cli.parquet", "--summary", tmp_path / "cli.csv", "--rejects", tmp_path / "cli.bad.csv"]
    done = command("lines", tmp_path / "sales.parquet", "--pricebook", tmp_path / "book.arrow", *flags, *outputs)
    assert done.returncode == 1, done.stderr
    options: dict[str, Any] = {"group_by": BY, "indicators": "all", "bounds": True, "keep": ["row", "shop"]}
    stream = tc.price_lines(tmp_path / "sales.parquet", book, **options)
    written = stream.write(
        tmp_path / "python.parquet", summary=tmp_path / "python.csv", rejects=str(tmp_path / "python.bad.csv"), threads=2
    )
    assert written == tmp_path / "python.parquet"
    for name in ("parquet", "csv", "bad.csv"):
        assert (tmp_path / f"python.{name}").read_bytes() == (tmp_path / f"cli.{name}").read_bytes(), name
    assert (stream.read, stream.rejected) == (3_000, len(pa.csv.read_csv(tmp_path / "cli.bad.csv")))
    # The stream has the same lines, with the bad ones among them.
    stream = tc.price_lines(tmp_path / "sales.parquet", book, **options)
    priced = taken(stream)
    good = priced.filter(priced["rejected"].is_null()).drop(["rejected", "rejected_because"])
    assert plain(good.to_pylist()) == plain(pq.read_table(tmp_path / "cli.parquet").to_pylist())
    sums = pa.csv.read_csv(tmp_path / "cli.csv", convert_options=pa.csv.ConvertOptions(strings_can_be_null=True))
    assert plain(stream.summary.to_pylist()) == plain(sums.cast(pa.schema(stream.summary)).to_pylist())


def test_a_stream_is_written_too(book: tc.PriceBook, lines: pa.Table, tmp_path: Path) -> None:
    stages = []
    stream = tc.price_lines(in_batches(lines, 100), book)
    stream.write(tmp_path / "a.csv", summary=tmp_path / "sums.parquet", progress=lambda *at: stages.append(at))
    whole = tc.price_lines(lines, book, group_by=[])
    taken(whole)
    assert plain(pq.read_table(tmp_path / "sums.parquet").to_pylist()) == plain(whole.summary.to_pylist())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.rejects.csv", "sums.parquet"]
    assert stages
    with pytest.raises(RuntimeError, match="taken before"):
        stream.write(tmp_path / "b.csv")
    with pytest.raises(tc.DataError, match="unknown-product"):
        tc.price_lines(lines, book, strict=True).write(tmp_path / "c.csv")
    with pytest.raises(tc.UnwritableError):
        tc.price_lines(lines, book).write(tmp_path / "d.xlsx")
    assert len(list(tmp_path.iterdir())) == 3


def test_a_producer_that_breaks(book: tc.PriceBook, lines: pa.Table) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield from lines.slice(0, 10).to_batches()
        raise RuntimeError("the till is on fire")

    stream = tc.price_lines(pa.RecordBatchReader.from_batches(lines.schema, batches()), book)
    with pytest.raises(tc.UnreadableError, match="the till is on fire"):
        list(stream)
    with pytest.raises(tc.UnreadableError, match="the till is on fire"):
        _ = stream.read
    with pytest.raises(RuntimeError, match="the till is on fire"):
        list(tc.price_batches(batches(), book))


@pytest.mark.parametrize("how", ["read_all", "iterate", "write"])
def test_ctrl_c(how: str, book: tc.PriceBook, lines: pa.Table, tmp_path: Path) -> None:
    batch = pa.concat_tables([lines] * 5).combine_chunks().to_batches()[0]
    reader = pa.RecordBatchReader.from_batches(batch.schema, itertools.repeat(batch, 100_000))
    stream = tc.price_lines(reader, book)
    threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        try:
            if how == "read_all":
                for _ in pa.RecordBatchReader.from_stream(stream):
                    pass
            elif how == "iterate":
                for _ in stream:
                    pass
            else:
                stream.write(tmp_path / "lines.parquet")
        except pa.ArrowException:
            time.sleep(0.01)
    assert time.monotonic() - begun < 10
    assert list(tmp_path.iterdir()) == []


def test_threads_price_at_once(book: tc.PriceBook, lines: pa.Table) -> None:
    """One book serves all, and no thread waits for the interpreter."""
    expected = taken(tc.price_lines(lines, book))
    found: list[bool] = []
    work = lambda: found.append(taken(tc.price_lines(in_batches(lines, 10), book)).combine_chunks() == expected)  # noqa: E731
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4
