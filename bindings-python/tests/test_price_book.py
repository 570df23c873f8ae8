"""Price books: compiled, written, read, pickled."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pytest

import truecost as tc
from truecost import _lines

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def book() -> tc.PriceBook:
    return tc.compile_price_book(Path(__file__).parents[2] / "datasets/supply/grocery")


def test_what_it_holds(book: tc.PriceBook) -> None:
    prices = tc.price("datasets/supply/grocery")
    assert (book.currency, book.year, book.years) == ("EUR", 2024, (2021, 2024))
    assert [row["id"] for row in book.products.to_pylist()] == sorted(row["product"] for row in prices.table.to_pylist())
    banana = [row for row in book.costs.to_pylist() if (row["product"], row["year"]) == ("banana", 2024)]
    parts = {row["indicator"]: row["cost"] for row in prices.breakdown.to_pylist() if row["product"] == "banana"}
    assert {row["indicator"]: row["cost"] for row in banana} == parts
    assert [row["id"] for row in book.indicators.to_pylist()] == sorted(parts)
    assert {row["place"] for row in book.cells.to_pylist()} == {"NL"}
    assert ("EUR", 2024, 1.0) in [(row["currency"], row["year"], row["multiplier"]) for row in book.moves.to_pylist()]
    assert book.lineage["datasets"][0] == prices.lineage["datasets"][0]
    assert (len(book.footprints), len(book.factors)) == (0, 0)
    assert book.footprints.schema["amount"] == "double"


def test_the_same_file_as_the_command(book: tc.PriceBook, command: Command, tmp_path: Path) -> None:
    done = command("pricebook", "datasets/supply/grocery", "-o", tmp_path / "cli.arrow")
    assert done.returncode == 0, done.stderr
    written = book.write(tmp_path / "python.arrow")
    assert written.read_bytes() == (tmp_path / "cli.arrow").read_bytes() == book.to_bytes()
    chosen = {"currency": "USD", "year": 2023, "factors": "ce-delft-2024", "years": (2022, 2023)}
    flags = ["--currency", "USD", "--year", "2023", "--factors", "ce-delft-2024", "--years", "2022-2023"]
    done = command("pricebook", "datasets/supply/grocery", *flags, "-o", tmp_path / "cli.arrow")
    assert done.returncode == 0, done.stderr
    other = tc.compile_price_book("datasets/supply/grocery", **chosen)
    assert other.to_bytes() == (tmp_path / "cli.arrow").read_bytes()
    assert other.hash != book.hash
    assert other != book
    assert other.years == (2022, 2023)


def test_any_arrow_tool_reads_it(book: tc.PriceBook) -> None:
    batch = pa.ipc.open_file(book.to_bytes()).read_all()
    assert batch.num_rows == 1
    assert len(batch["costs"][0]) == len(book.costs)
    assert batch.schema.metadata[b"truecost.hash"].decode() == book.hash


def test_read_and_pickled_it_is_the_same(book: tc.PriceBook, tmp_path: Path) -> None:
    for same in (
        tc.read_price_book(book.write(tmp_path / "book.arrow")),
        tc.read_price_book(book.to_bytes()),
        pickle.loads(pickle.dumps(book)),
    ):
        assert same == book
        assert hash(same) == hash(book)
        assert same.hash == book.hash
        assert same.costs.to_pylist() == book.costs.to_pylist()
        assert repr(same) == repr(book)
        assert same.to_bytes() == book.to_bytes()


def test_a_process_decodes_a_book_once(book: tc.PriceBook) -> None:
    data = pickle.dumps(book)
    assert pickle.loads(data) is pickle.loads(data)
    others = [tc.compile_price_book("datasets/supply/grocery", years=(2024 - n, 2024)) for n in range(4)]
    for other in others:
        pickle.loads(pickle.dumps(other))
    assert len(_lines._books) <= 4
    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer).hash)"
    done = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True)
    assert done.stdout.decode().strip() == book.hash


@pytest.mark.parametrize("cut", [0, 1, 8, 100, 5_000, -20, -1])
def test_damaged_bytes_are_a_diagnostic(book: tc.PriceBook, cut: int) -> None:
    with pytest.raises(tc.DataError) as caught:
        tc.read_price_book(book.to_bytes()[:cut])
    [found] = caught.value.diagnostics
    assert found.code == "book-unreadable"
    assert found.hint is not None
    assert "--" not in found.hint


def test_changed_bytes_are_a_diagnostic(book: tc.PriceBook) -> None:
    data = book.to_bytes()
    for at in range(64, len(data), len(data) // 40):
        changed = data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :]
        try:
            same = tc.read_price_book(changed)
        except tc.DataError:
            continue
        # A byte between columns.
        assert same.hash == book.hash


def test_what_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(tc.UnreadableError):
        tc.read_price_book(tmp_path / "none.arrow")
    (tmp_path / "text.arrow").write_text("product,quantity\n")
    with pytest.raises(tc.DataError, match="no price book"):
        tc.read_price_book(tmp_path / "text.arrow")
    with pytest.raises(TypeError, match="source: expected bytes, or a path"):
        tc.read_price_book(3)  # type: ignore[arg-type]
    with pytest.raises(tc.UnwritableError):
        tc.compile_price_book("datasets/supply/grocery").write(tmp_path / "text.arrow" / "book.arrow")


@pytest.mark.parametrize("years", [(2024, 2021), (1, 2), ("2021", 2022), 2021, (2021, 2022, 2023), [2021]])
def test_years_are_two_years(years: object) -> None:
    with pytest.raises((TypeError, ValueError), match="years"):
        tc.compile_price_book("datasets/supply/grocery", years=years)  # type: ignore[arg-type]


def test_one_year_for_all_lines() -> None:
    book = tc.compile_price_book("datasets/supply/grocery", emission_year=2023)
    assert book.years is None
    assert {row["year"] for row in book.cells.to_pylist()} == {None}


def test_a_dataset_in_memory(bakery: dict[str, pa.Table]) -> None:
    dataset = tc.Dataset.from_tables(**bakery, defaults={"factors": "ce-delft-2024", "currency": "EUR", "year": 2024})
    book = tc.compile_price_book(dataset, emission_year=2024)
    [cost] = book.costs.to_pylist()
    assert cost["cost"] == tc.price(dataset).table.to_pylist()[0]["external_cost"] == Decimal("0.094576763434")
    with pytest.raises(AttributeError):
        book.currency = "USD"  # type: ignore[misc]
