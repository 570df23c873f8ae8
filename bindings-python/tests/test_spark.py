"""Lines on a real Spark cluster of two executors: the same lines and sums as on one machine, also when one dies."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import missing
from sales import MONEY, by_row, plain, sales, taken

import truecost as tc

# Spark 4.3 does not know pandas 3 yet, and says so whenever it looks; nothing here is of pandas.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")

BY = ["shop", "category", "year"]
OPTIONS: dict[str, Any] = {"indicators": "all", "bounds": True, "keep": ["row", "product", "shop", "year"]}
LINES = 4_000
PARTITIONS = 4


@pytest.fixture(scope="module")
def book() -> tc.PriceBook:
    return tc.compile_price_book(Path(__file__).parents[2] / "datasets/supply/grocery")


@pytest.fixture(scope="module")
def lines(book: tc.PriceBook) -> pa.Table:
    return sales(book, LINES)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A master and two workers with an executor each, which is a process of its own."""
    java = os.environ.get("JAVA_HOME", "") and f"{os.environ['JAVA_HOME']}/bin/java"
    if shutil.which(java or "java") is None:
        missing("Java", "Spark needs Java 17: apt install openjdk-17-jre-headless")
    import pyspark
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    # Workers keep their files in the home of Spark: it is one of links to that of the package.
    (folder / "home").mkdir()
    for name in ("bin", "jars"):
        (folder / "home" / name).symlink_to(Path(pyspark.__file__).parent / name)
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executor.memory": "512m",
        "spark.local.dir": folder / "local",
        "spark.log.level": "OFF",
        # A file is a partition.
        "spark.sql.files.openCostInBytes": 128 * 1024 * 1024,
        "spark.sql.shuffle.partitions": 2,
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    with pytest.MonkeyPatch.context() as patch:
        # Java that starts soon, for work that ends soon.
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_HOME", str(folder / "home"))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local-cluster[2,1,512]").appName("truecost")
        for name, value in settings.items():
            builder = builder.config(name, str(value))
        session = builder.getOrCreate()
        yield session
        session.stop()


@pytest.fixture(scope="module")
def stored(lines: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lines as Parquet, a file for each partition."""
    folder = tmp_path_factory.mktemp("sales")
    for part in range(PARTITIONS):
        step = LINES // PARTITIONS
        pq.write_table(lines.slice(part * step, step), folder / f"part-{part}.parquet")
    return folder


def killer(marker: Path) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What kills the executor that has line 2,000, the first time. Executors do not have this module: they get it whole."""

    def kill_once(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import os

        import psutil

        for batch in batches:
            if 2_000 in batch["row"].to_pylist():
                executor = next(process for process in psutil.Process().parents() if process.name() == "java")
                try:
                    file = os.open(marker, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
                except FileExistsError:
                    pass
                else:
                    os.write(file, str(executor.pid).encode())
                    executor.kill()
            yield batch

    return kill_once


def alone(lines: pa.Table, book: tc.PriceBook, by: str | list[str], **options: Any) -> list[dict[str, Any]]:
    """The sums of one machine."""
    stream = tc.price_lines(lines, book, group_by=by, **options)
    taken(stream)
    return plain(stream.summary.to_pylist())


def test_two_executors(book: tc.PriceBook, lines: pa.Table, stored: Path, spark: Any) -> None:
    given = spark.read.parquet(str(stored))
    assert given.rdd.getNumPartitions() == PARTITIONS
    priced = tc.spark.price_lines(given, book, **OPTIONS)
    assert dict(priced.dtypes)["gap"] == "decimal(18,6)"
    assert plain(by_row(priced.toArrow())) == plain(taken(tc.price_lines(lines, book, **OPTIONS)).to_pylist())
    for by in ([], BY):
        sums = tc.spark.summarise(priced, book, by).toArrow()
        assert plain(sums.to_pylist()) == alone(lines, book, by, **OPTIONS)
    assert sums.schema.field("gap").type == pa.decimal128(38, 6)


def test_an_executor_is_killed_half_way(
    book: tc.PriceBook, lines: pa.Table, stored: Path, spark: Any, tmp_path: Path
) -> None:
    given = spark.read.parquet(str(stored))
    dying = given.mapInArrow(killer(tmp_path / "killed"), given.schema)
    priced = tc.spark.price_lines(dying, book, **OPTIONS)
    sums = tc.spark.summarise(priced, book, BY).toArrow().to_pylist()
    assert not psutil.pid_exists(int((tmp_path / "killed").read_text()))
    assert plain(sums) == alone(lines, book, BY, **OPTIONS)


def test_columns_of_other_names(book: tc.PriceBook, lines: pa.Table, stored: Path, spark: Any) -> None:
    names = {"product": "sku", "price": "per unit"}
    given = spark.read.parquet(str(stored)).withColumnsRenamed(names)
    options: dict[str, Any] = {"columns": names, "indicators": "all"}
    priced = tc.spark.price_lines(given, book, **options)
    sums = tc.spark.summarise(priced, book, ["name"], product="sku").toArrow().to_pylist()
    renamed = lines.rename_columns([names.get(name, name) for name in lines.column_names])
    assert plain(sums) == alone(renamed, book, ["name"], **options)


def test_sums_that_leave_what_decimals_of_lines_hold(book: tc.PriceBook, spark: Any) -> None:
    """More than 10^12 in one group: nothing is lost, and nothing becomes null."""
    big = pa.table({"product": ["banana"] * 40, "quantity": [3e11] * 40, "price": ["0.000001"] * 40, "currency": ["EUR"] * 40})
    priced = tc.spark.price_lines(spark.createDataFrame(big).repartition(2), book)
    sums = tc.spark.summarise(priced, book, "currency").toArrow().to_pylist()
    expected = alone(big, book, "currency")
    assert expected[0]["external_cost"] > "2"
    assert len(expected[0]["external_cost"]) > len("999999999999.999999")
    assert plain(sums) == [{k: v for k, v in expected[0].items() if not k.startswith("external_cost.")}]


def test_what_does_not_fit_is_said_at_once(book: tc.PriceBook, stored: Path, spark: Any) -> None:
    given = spark.read.parquet(str(stored))
    with pytest.raises(tc.DataError, match="there is no column `sku`"):
        tc.spark.price_lines(given, book, columns={"product": "sku"})
    with pytest.raises(ValueError, match="price_lines comes before summarise"):
        tc.spark.summarise(given, book)
    with pytest.raises(ValueError, match="by: there is no column 'region'"):
        tc.spark.summarise(tc.spark.price_lines(given, book), book, "region")
    none = tc.spark.price_lines(given.where("row < 0"), book)
    assert none.toArrow().num_rows == 0
    assert set(MONEY) <= set(none.columns)
    with pytest.raises(Exception, match="DataError: error.bad-line. lines:"):
        tc.spark.price_lines(given, book, strict=True).toArrow()


def test_where_spark_is_asked_from_afar_the_book_goes_with_the_function(
    book: tc.PriceBook, lines: pa.Table, stored: Path, spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session of Spark Connect has no context to broadcast with."""
    from pyspark.errors import PySparkAttributeError

    class Afar:
        @property
        def sparkSession(self) -> Any:
            raise PySparkAttributeError(errorClass="JVM_ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": "sc"})

    assert tc.spark._sent(Afar(), book) is book  # type: ignore[arg-type]
    monkeypatch.setattr(tc.spark, "_sent", lambda df, book: book)
    priced = tc.spark.price_lines(spark.read.parquet(str(stored)), book, indicators="all")
    sums = tc.spark.summarise(priced, book, "shop").toArrow().to_pylist()
    assert plain(sums) == alone(lines, book, "shop")


@pytest.mark.parametrize("package", ["pyspark", "dask", "pyarrow"])
def test_a_package_that_is_missing_is_named(package: str) -> None:
    program = f"""
import sys
import truecost as tc
sys.modules[{package!r}] = None
book = tc.compile_price_book("datasets/supply/grocery")
what = tc.dask if {package!r} == "dask" else tc.spark
try:
    what.price_lines(None, book)
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert f"needs {package}" in done.stdout, done.stderr
    assert "pip install" in done.stdout


def test_versions_are_those_that_are_promised() -> None:
    assert int(importlib.metadata.version("pyspark").split(".")[0]) >= 4
