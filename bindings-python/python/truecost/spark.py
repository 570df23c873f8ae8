"""Lines on Apache Spark: priced where they are, with a price book that is sent to every executor once.

    book = tc.compile_price_book("datasets/supply/grocery")
    priced = tc.spark.price_lines(spark.read.parquet("sales"), book, columns={"product": "sku"})
    priced.write.parquet("priced")
    tc.spark.summarise(priced, book, ["region", "year"]).show()

Money is exact: sums are those of `truecost.price_lines` on one machine, to the last digit, whatever the partitions and
however often a task is tried again. Needs pyspark 4 and pyarrow, and truecost on the executors.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from truecost._lines import Options, price_batches, pyarrow_for
from truecost._native import LinePricer, PriceBook
from truecost._sums import is_money, named, problem

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

__all__ = ["price_lines", "summarise"]


def price_lines(df: "DataFrame", book: PriceBook, **options: Unpack[Options]) -> "DataFrame":
    """The lines of a data frame of Spark, with what they cost others: columns are added, no line is lost.

    Keywords are those of `truecost.price_lines`. Lines that cannot be priced stay among the others, without money;
    `rejected` and `rejected_because` say why. With `strict=True` such a line ends the job.

    Nothing is computed before Spark is asked for it. What does not fit, such as a column that there is not, is raised
    now.
    """
    types = _spark("price_lines").types
    from pyspark.sql.pandas.types import to_arrow_schema

    priced = LinePricer(book, to_arrow_schema(df.schema), **options).schema()
    own = {field.name: field for field in df.schema.fields}
    made = {"decimal128(18, 6)": types.DecimalType(18, 6), "string": types.StringType()}
    fields = [own.get(field.name) or types.StructField(field.name, made[str(field.type)]) for field in priced]
    return df.mapInArrow(partial(_priced, _sent(df, book), options), types.StructType(fields))


def summarise(
    priced: "DataFrame", book: PriceBook, by: str | Iterable[str] = (), *, product: str = "product"
) -> "DataFrame":
    """Sums up priced lines by columns, or by `name` or `category` of the product: one row a group, sorted.

    The same table as `truecost.price_lines(..., group_by=by).summary` of all lines on one machine: how many lines, how
    many of them with a price, and all money that `priced` has columns of, as exact decimals of 38 digits. Lines that
    could not be priced are not in it. `product` names the column of the product, for its `name` and `category`.
    """
    functions = _spark("summarise").functions
    keys = named(by)
    if missing := problem(keys, priced.columns, product):
        raise ValueError(missing)

    def column(name: str) -> Any:
        return functions.col("`" + name.replace("`", "``") + "`")

    lines = priced.where(column("rejected").isNull())
    of_product = [key for key in keys if key not in priced.columns]
    if of_product:
        rows = [(row["id"], *(row[key] for key in of_product)) for row in book.products.to_pylist()]
        texts = ", ".join(f"`{name}` string" for name in ("of product", *of_product))
        products = functions.broadcast(priced.sparkSession.createDataFrame(rows, texts))
        # Spaces around an id do not count, of whatever kind.
        id = functions.regexp_replace(column(product).cast("string"), r"(?U)^\s+|\s+$", "")
        lines = lines.join(products, id == column("of product"), "left")
    sums = [
        functions.count(functions.lit(1)).alias("lines"),
        functions.count(column("market_price")).alias("lines_with_price"),
    ]
    nothing = functions.lit(0).cast("decimal(38,6)")
    for name in filter(is_money, priced.columns):
        # A decimal of Spark keeps 38 digits at most: from here on a sum stays exact.
        total = functions.sum(column(name).cast("decimal(38,6)"))
        sums.append(functions.coalesce(total, nothing).alias(name))
    groups = lines.groupBy(*(column(key) for key in keys)).agg(*sums)
    return groups.orderBy(*(column(key) for key in keys)) if keys else groups


def _priced(sent: Any, options: Options, lines: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    """Runs on the executors, once for each partition."""
    book = sent if isinstance(sent, PriceBook) else sent.value
    return price_batches(lines, book, **options)


def _sent(df: "DataFrame", book: PriceBook) -> Any:
    """The book as executors get it: broadcast, or, where Spark is asked from afar, within the function."""
    try:
        context = df.sparkSession.sparkContext
    except Exception as error:
        # A session of Spark Connect has none, and says so by an error of its own.
        if type(error).__name__ in ("PySparkAttributeError", "PySparkNotImplementedError"):
            return book
        raise
    return context.broadcast(book)


def _spark(what: str) -> Any:
    """The module `pyspark.sql`."""
    pyarrow_for(f"truecost.spark.{what}")
    try:
        import pyspark.sql.functions
        import pyspark.sql.types
    except ImportError as error:
        message = f"truecost.spark.{what} needs pyspark, which is not installed: pip install pyspark"
        raise ImportError(message) from error
    return pyspark.sql
