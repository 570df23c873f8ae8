"""Lines on a real Dask cluster of two processes: the same lines and sums as on one machine, also when a worker dies."""

import os
import signal
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import dask
import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
import pytest
from distributed import Client, LocalCluster
from sales import plain, sales, taken

import truecost as tc

BY = ["shop", "category", "year"]
OPTIONS: dict[str, Any] = {"indicators": "all", "bounds": True, "keep": ["row", "product", "shop", "year"]}


@pytest.fixture(scope="module")
def book() -> tc.PriceBook:
    return tc.compile_price_book(Path(__file__).parents[2] / "datasets/supply/grocery")


@pytest.fixture(scope="module")
def lines(book: tc.PriceBook) -> pa.Table:
    return sales(book, 4_000)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Client]:
    """Two workers, each a process of its own."""
    with (
        dask.config.set({"distributed.admin.log-format": "%(message)s", "logging.distributed": "critical"}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as two,
        Client(two) as client,
    ):
        yield client


def frame(lines: pa.Table, partitions: int = 8) -> Any:
    return dd.from_pandas(lines.to_pandas(types_mapper=pd.ArrowDtype), npartitions=partitions)


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return plain(pa.Table.from_pandas(table, preserve_index=False).to_pylist())


def kill_once(part: pd.DataFrame, marker: Path) -> pd.DataFrame:
    """Kills the worker that has line 2,000, the first time."""
    if (part["row"] == 2_000).any():
        try:
            marker.touch(exist_ok=False)
        except FileExistsError:
            return part
        os.kill(os.getpid(), signal.SIGKILL)
    return part


def check(priced: Any, book: tc.PriceBook, lines: pa.Table) -> None:
    """The lines, and sums by nothing, by columns and by what the book knows, are those of one machine."""
    assert rows(priced.compute().sort_values("row")) == plain(taken(tc.price_lines(lines, book, **OPTIONS)).to_pylist())
    for by in ([], "shop", BY):
        alone = tc.price_lines(lines, book, group_by=by, **OPTIONS)
        taken(alone)
        assert rows(tc.dask.summarise(priced, book, by).compute()) == plain(alone.summary.to_pylist())


def test_two_workers(book: tc.PriceBook, lines: pa.Table, cluster: Client) -> None:
    priced = tc.dask.price_lines(frame(lines), book, **OPTIONS)
    check(priced, book, lines)
    assert len(cluster.scheduler_info()["workers"]) == 2


def test_a_worker_is_killed_half_way(book: tc.PriceBook, lines: pa.Table, cluster: Client, tmp_path: Path) -> None:
    before = set(cluster.run(os.getpid).values())
    given = frame(lines)
    dying = given.map_partitions(kill_once, tmp_path / "killed", meta=given._meta)
    priced = tc.dask.price_lines(dying, book, **OPTIONS)
    assert rows(tc.dask.summarise(priced, book, BY).compute()) == summary(lines, book)
    assert (tmp_path / "killed").exists()
    assert len(before - set(cluster.run(os.getpid).values())) == 1
    check(priced, book, lines)


def summary(lines: pa.Table, book: tc.PriceBook) -> list[dict[str, Any]]:
    alone = tc.price_lines(lines, book, group_by=BY, **OPTIONS)
    taken(alone)
    return plain(alone.summary.to_pylist())


def test_the_graph_has_the_book_once(book: tc.PriceBook, lines: pa.Table) -> None:
    priced = tc.dask.price_lines(frame(lines), book)
    graph = dict(priced.optimize().__dask_graph__())
    assert sum("price-book-" in str(key) for key in graph) == 1
    assert priced._name == tc.dask.price_lines(frame(lines), book)._name
    other = tc.compile_price_book(Path("datasets/supply/grocery"), years=(2022, 2024))
    assert priced._name != tc.dask.price_lines(frame(lines), other)._name


def test_frames_of_other_types(book: tc.PriceBook, lines: pa.Table) -> None:
    """Types of numpy, categories, an index of its own, no rows in a partition."""
    with dask.config.set({"dataframe.convert-string": False, "scheduler": "synchronous"}):
        given = lines.to_pandas().set_index("row")
        given["product"] = given["product"].astype("category")
        given = dd.from_pandas(given, npartitions=3)
        priced = tc.dask.price_lines(given[given["shop"] == "Utrecht"], book)
        result = priced.compute()
        assert result["product"].dtype == "category"
        assert result.index.name == "row"
        assert list(result.columns) == list(priced.columns)
        alone = taken(tc.price_lines(lines, book)).to_pandas()
        alone = alone[alone["shop"] == "Utrecht"].set_index("row")
        assert [gap if isinstance(gap, Decimal) else None for gap in result["gap"]] == alone["gap"].to_list()
        none = tc.dask.price_lines(given[given["shop"] == "nowhere"], book)
        assert len(none.compute()) == 0
        assert rows(tc.dask.summarise(none, book).compute())[0]["lines"] == 0
        sums = tc.dask.summarise(priced, book, ["product", "name"]).compute()
        assert sums["lines"].sum() == alone["rejected"].isna().sum()


def test_columns_of_other_names(book: tc.PriceBook, lines: pa.Table) -> None:
    renamed = lines.rename_columns([{"product": "sku", "price": "cents"}.get(name, name) for name in lines.column_names])
    columns = {"product": "sku", "price": "cents"}
    priced = tc.dask.price_lines(frame(renamed, 2), book, columns=columns, indicators="all")
    alone = tc.price_lines(renamed, book, columns=columns, group_by="name")
    taken(alone)
    with dask.config.set(scheduler="synchronous"):
        assert rows(tc.dask.summarise(priced, book, "name", product="sku").compute()) == plain(alone.summary.to_pylist())


def test_what_does_not_fit_is_said_at_once(book: tc.PriceBook, lines: pa.Table) -> None:
    with pytest.raises(tc.DataError, match="there is no column `sku`"):
        tc.dask.price_lines(frame(lines), book, columns={"product": "sku"})
    with pytest.raises(tc.DataError, match="gap"):
        tc.dask.price_lines(frame(lines.append_column("gap", lines["row"])), book)
    with pytest.raises(ValueError, match="price_lines comes before summarise"):
        tc.dask.summarise(frame(lines), book)
    priced = tc.dask.price_lines(frame(lines), book)
    with pytest.raises(ValueError, match="by: there is no column 'region'; there are row, product"):
        tc.dask.summarise(priced, book, "region")
    with pytest.raises(ValueError, match="twice"):
        tc.dask.summarise(priced, book, ["shop", "shop"])
    with dask.config.set(scheduler="synchronous"), pytest.raises(tc.DataError, match="unknown-product"):
        tc.dask.price_lines(frame(lines, 1), book, strict=True).compute()
