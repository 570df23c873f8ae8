"""Lines batch by batch, on this machine or on many, and price books that travel between processes."""

from collections import OrderedDict
from collections.abc import Generator, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, Unpack

from truecost._native import LinePricer, PriceBook, PricedLines, read_price_book
from truecost.errors import TrueCostError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Constant", "Options", "batches", "decoded", "price_batches", "pyarrow_for"]

Constant: TypeAlias = str | int | float | Decimal | date

#: Roles of columns, in `columns` and `constants`.
ROLES = ("product", "quantity", "unit", "origin", "price", "value", "currency", "year", "date")

#: Books that a process keeps, each made of its bytes once.
_KEPT = 4
_books: OrderedDict[str, PriceBook] = OrderedDict()
_lock = Lock()


class Options(TypedDict, total=False):
    """How lines are to be priced; `truecost.price_lines` says what each is."""

    columns: Mapping[str, str] | None
    constants: Mapping[str, Constant] | None
    keep: str | Iterable[str] | None
    indicators: str | Iterable[str] | None
    bounds: bool
    strict: bool


def decoded(hash: str, data: bytes) -> PriceBook:
    """The book of these bytes; a process makes it of them once."""
    with _lock:
        book = _books.get(hash)
        if book is None:
            book = read_price_book(data)
            _books[book.hash] = book
            if len(_books) > _KEPT:
                _books.popitem(last=False)
        _books.move_to_end(book.hash)
        return book


def price_batches(
    lines: "Iterable[pa.RecordBatch | pa.Table]", book: PriceBook, **options: Unpack[Options]
) -> "Generator[Any]":
    """Prices batches of lines of pyarrow, one after the other: for Ray, Daft, and whatever else yields batches.

    Gives one batch for each, a `pyarrow.Table` for a table, with as many lines in their order. A line that cannot be
    priced has no money, and says why in `rejected` and `rejected_because`. Nothing is taken before it is asked for, and
    nothing is kept. Keywords are those of `truecost.price_lines`; sums are yours to make: money is exact.

    >>> import pyarrow as pa
    >>> import truecost as tc
    >>> book = tc.compile_price_book("datasets/supply/grocery")
    >>> days = ({"product": ["banana"], "quantity": [float(day)]} for day in (1, 2))
    >>> for batch in tc.price_batches(map(pa.RecordBatch.from_pydict, days), book, indicators=["climate-change"]):
    ...     print(batch.num_rows, batch["rejected"].to_pylist())
    1 [None]
    1 [None]
    """
    pa = pyarrow_for("price_batches")
    schema = pricer = None
    for batch in lines:
        if not isinstance(batch, pa.RecordBatch | pa.Table):
            found = f"{type(batch).__module__}.{type(batch).__qualname__}"
            raise TypeError(f"lines: expected batches of pyarrow (RecordBatch or Table), not {found}")
        if pricer is None or batch.schema != schema:
            schema = batch.schema
            pricer = LinePricer(book, schema, **options)
        if isinstance(batch, pa.RecordBatch):
            yield pricer.price(batch)
        else:
            parts = [pricer.price(part) for part in batch.to_batches()]
            yield pa.Table.from_batches(parts, schema=pricer.schema())


def batches(lines: PricedLines) -> "Iterator[pa.RecordBatch]":
    """Batches of a stream; what breaks it is raised as what it is."""
    reader = pyarrow_for("iterating").RecordBatchReader.from_stream(lines)
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except Exception as error:
            if (problem := broken(lines)) is not None:
                raise problem from error
            raise
        yield batch


def broken(lines: PricedLines) -> TrueCostError | None:
    """What broke a stream off, if the engine knows it."""
    try:
        _ = lines.read
    except TrueCostError as error:
        return error
    except RuntimeError:
        pass
    return None


def pyarrow_for(what: str) -> ModuleType:
    """The package pyarrow."""
    try:
        import pyarrow
    except ImportError as error:
        raise ImportError(f"{what} needs pyarrow, which is not installed: pip install pyarrow") from error
    return pyarrow  # type: ignore[no-any-return,unused-ignore]
