"""Lines on Dask: priced where they are, with a price book that every worker gets once.

    book = tc.compile_price_book("datasets/supply/grocery")
    priced = tc.dask.price_lines(dask.dataframe.read_parquet("sales"), book, columns={"product": "sku"})
    priced.to_parquet("priced")
    tc.dask.summarise(priced, book, ["region", "year"]).compute()

Money is exact, in columns of Arrow decimals: sums are those of `truecost.price_lines` on one machine, to the last digit,
whatever the partitions and however often a task is tried again. Needs dask with pandas and pyarrow, and truecost on the
workers.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Unpack

from truecost._lines import ROLES, Options, pyarrow_for
from truecost._native import LinePricer, PriceBook
from truecost._sums import is_money, named, problem

if TYPE_CHECKING:
    import pandas
    import pyarrow

__all__ = ["price_lines", "summarise"]


def price_lines(ddf: Any, book: PriceBook, **options: Unpack[Options]) -> Any:
    """The lines of a data frame of Dask, with what they cost others: columns are added, no line is lost.

    Keywords are those of `truecost.price_lines`. Lines that cannot be priced stay among the others, without money;
    `rejected` and `rejected_because` say why. With `strict=True` such a line ends the computation.

    Nothing is computed before Dask is asked for it. What does not fit, such as a column that there is not, is raised
    now.
    """
    dask = _dask("price_lines")
    empty = ddf._meta
    keep = options.get("keep")
    kept = list(empty.columns) if keep is None else named(keep)
    # All columns are looked at here, and only those of a role where the lines are.
    LinePricer(book, _arrow(empty).schema, **options)
    sent = dask.delayed(book, name=f"price-book-{book.hash}", traverse=False)
    return ddf.map_partitions(_priced, sent, kept, options, meta=_priced(empty, book, kept, options))


def summarise(priced: Any, book: PriceBook, by: str | Iterable[str] = (), *, product: str = "product") -> Any:
    """Sums up priced lines by columns, or by `name` or `category` of the product: one row a group, sorted.

    The same table as `truecost.price_lines(..., group_by=by).summary` of all lines on one machine: how many lines, how
    many of them with a price, and all money that `priced` has columns of, as exact decimals of 38 digits. Lines that
    could not be priced are not in it. `product` names the column of the product, for its `name` and `category`. A data
    frame of Dask, of one partition.
    """
    _dask("summarise")
    keys = named(by)
    if missing := problem(keys, list(priced.columns), product):
        raise ValueError(missing)
    of_product = [key for key in keys if key not in priced.columns]
    words = {key: {row["id"]: row[key] for row in book.products.to_pylist()} for key in of_product}
    meta = _added(_counted(priced._meta, keys, words, product), keys, True)
    return priced.reduction(
        _counted,
        combine=_added,
        aggregate=_added,
        meta=meta,
        chunk_kwargs={"keys": keys, "words": words, "product": product},
        combine_kwargs={"keys": keys, "last": False},
        aggregate_kwargs={"keys": keys, "last": True},
    )


def _priced(
    frame: "pandas.DataFrame", book: PriceBook, kept: list[str], options: Options
) -> "pandas.DataFrame":
    """Runs on the workers, once for each partition. Kept columns stay as they are, and the index too."""
    columns = options.get("columns") or {}
    used = {columns.get(role, role) for role in ROLES}
    lines = _arrow(frame[[name for name in frame.columns if name in used]])
    of_roles = options.copy()
    of_roles["keep"] = []
    pricer = LinePricer(book, lines.schema, **of_roles)
    parts = [pricer.price(part) for part in lines.to_batches()]
    made = _frame(_pyarrow().Table.from_batches(parts, schema=pricer.schema()))
    made.index = frame.index
    priced = frame[kept].copy(deep=False)
    for name in made.columns:
        priced[name] = made[name]
    return priced


def _counted(
    frame: "pandas.DataFrame", keys: list[str], words: dict[str, dict[str, str]], product: str
) -> "pandas.DataFrame":
    """The sums of a partition."""
    money = [name for name in frame.columns if is_money(name)]
    frame = frame[frame["rejected"].isna()]
    table = _arrow(frame[[name for name in frame.columns if name in money or name in keys]])
    pa = _pyarrow()
    for key, of_product in words.items():
        ids = _arrow(frame[[product]])[product].to_pylist()
        table = table.append_column(key, pa.array([of_product.get(str(id).strip()) for id in ids], pa.string()))
    counts = {"lines": pa.repeat(1, len(table)), "lines_with_price": table["market_price"].is_valid().cast("int64")}
    for name, count in counts.items():
        table = table.append_column(name, count)
    return _frame(_summed(table, keys, list(counts), money))


def _added(frame: "pandas.DataFrame", keys: list[str], last: bool) -> "pandas.DataFrame":
    """The sums of sums; the last one sorted."""
    table = _arrow(frame)
    counts = ["lines", "lines_with_price"]
    money = [name for name in table.column_names if is_money(name)]
    table = _summed(table, keys, counts, money)
    if last and keys:
        # What is empty comes first, as on one machine.
        table = table.sort_by([(key, "ascending", "at_start") for key in keys])
    return _frame(table)


def _summed(table: "pyarrow.Table", keys: list[str], counts: list[str], money: list[str]) -> "pyarrow.Table":
    pa = _pyarrow()
    wide = pa.decimal128(38, 6)
    for name in money:
        at = table.column_names.index(name)
        table = table.set_column(at, name, table[name].cast(wide).fill_null(0))
    for key in keys:
        if pa.types.is_dictionary(table[key].type):
            at = table.column_names.index(key)
            table = table.set_column(at, key, table[key].cast(table[key].type.value_type))
    names = [*counts, *money]
    groups = table.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in names])
    groups = groups.select([*keys, *(f"{name}_sum" for name in names)]).rename_columns([*keys, *names])
    for at, name in enumerate(names, len(keys)):
        groups = groups.set_column(at, name, groups[name].cast(wide if name in money else pa.int64()).fill_null(0))
    return groups


def _arrow(frame: "pandas.DataFrame") -> "pyarrow.Table":
    """A frame in Arrow, without its index."""
    return _pyarrow().Table.from_pandas(frame, preserve_index=False)


def _frame(table: "pyarrow.Table") -> "pandas.DataFrame":
    """A table in pandas, exact: every column stays what it is in Arrow."""
    import pandas

    return table.to_pandas(types_mapper=pandas.ArrowDtype, ignore_metadata=True)


def _pyarrow() -> Any:
    return pyarrow_for("truecost.dask")


def _dask(what: str) -> Any:
    """The package dask, with data frames."""
    pyarrow_for(f"truecost.dask.{what}")
    try:
        import dask
        import dask.dataframe
    except ImportError as error:
        message = f"truecost.dask.{what} needs dask with data frames: pip install 'dask[dataframe]'"
        raise ImportError(message) from error
    return dask
