#!/usr/bin/env python3
"""What `truecost lines` is measured against: DuckDB, Polars and pandas as an expert writes them, and the limit.

    python3 tests/bench/lines_peers.py JOB DATA LINES OUT SUMMARY [PRICED]

One job in one process, on two threads: read LINES, write OUT with four columns of money more, and the SUMMARY by
category, origin and year. `tests/bench/lines.py` runs and measures it. JOB is a name with options, `duckdb+decimal`:

- `duckdb`, `polars`, `pandas`: doubles, so not exact. They join footprints, factors by place and year (fallback already
  resolved) and multipliers of money. The summary uses that factors are the same within a group: the footprints are
  summed, and multiplied once a group. DuckDB reads the lines twice, because it writes one file a statement; Polars
  and pandas once.
- `limit-pyarrow`: no computation. Reads LINES, and writes what the file PRICED of truecost has in so many columns: those
  it adds are of its first rows, again and again.
- `limit-polars`, `limit-duckdb`: no computation. They read PRICED and write it again.

Options: `decimal` (money as DECIMAL(18, 6), as truecost writes it), `words` (with a column that says which fallback was
used), `level-N` (of zstd, where the tool's default is another), `each` (DuckDB and Polars: the summary adds up the cost of
each line by indicator, as one by columns of any kind has to, and as truecost does), `dense` for Polars (unit
costs of every product x place x year, 40 million rows, made before and joined), and for pandas `dense` (a table of the total unit cost of
every product x place x year, and one of the quantities to sum, 320 MB each, in place of products of 20 numbers).
"""

import importlib
import os
import sys
import time
from pathlib import Path

THREADS = 2
os.environ["POLARS_MAX_THREADS"] = str(THREADS)
BLOCK = 1 << 20
KEPT = ["product", "origin", "year", "currency", "quantity", "price"]
MONEY = ["market_price", "external_cost", "gap", "true_price"]
KEYS = ["category", "origin", "year"]
OPTIONS = ("decimal", "words", "dense", "each")


class Job:
    """What is asked of a peer, and the names of the columns."""

    def __init__(self, name: str, data: str, lines: str, out: str, summary: str, priced: str = "") -> None:
        self.name, *options = name.split("+")
        self.lines, self.out, self.summary, self.priced = lines, out, summary, priced
        self.tables = Path(data) / "tables"
        self.is_decimal, self.has_words, self.is_dense, self.sums_each = (o in options for o in OPTIONS)
        self.level = next((int(option[6:]) for option in options if option.startswith("level-")), None)
        unknown = [o for o in options if o not in OPTIONS and not o.startswith("level-")]
        assert not unknown, unknown
        import pyarrow.parquet as pq

        self.indicators = pq.read_table(self.tables / "indicators.parquet")["indicator"].to_pylist()
        self.each = range(len(self.indicators))

    def table(self, name: str) -> str:
        return str(self.tables / f"{name}.parquet")


def duckdb_connection():
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    return connection


def duckdb_copy(job: Job, query: str, out: str) -> str:
    level = "" if job.level is None else f", COMPRESSION_LEVEL {job.level}"
    return f"COPY ({query}) TO '{out}' (FORMAT parquet, COMPRESSION zstd{level})"


def duckdb(job: Job) -> None:
    connection = duckdb_connection()
    for name in ["footprints", "factors", "moves"]:
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM '{job.table(name)}'")
    connection.execute(f"CREATE VIEW lines AS SELECT * FROM '{job.lines}'")
    unit = " + ".join(f"fp{k} * factor{k}" for k in job.each)
    values = {"market_price": "market", "external_cost": "external", "gap": "external", "true_price": "market + external"}
    if job.is_decimal:
        values = {name: f"CAST({value} AS DECIMAL(18, 6))" for name, value in values.items()}
    money = ", ".join(f"{value} AS {name}" for name, value in values.items())
    words = ", fallback" if job.has_words else ""
    connection.execute(duckdb_copy(job, f"""
        SELECT {", ".join(KEPT)}, {money}{words} FROM (
            SELECT {", ".join(KEPT)}{words}, quantity * price * multiplier AS market, quantity * ({unit}) AS external
            FROM lines JOIN footprints USING (product) JOIN factors USING (origin, year)
                JOIN moves USING (currency, year))""", job.out))
    sums = ", ".join(f"sum(quantity * fp{k}) AS amount{k}" for k in job.each)
    costs = [f"amount{k} * factor{k}" for k in job.each]
    named = ", ".join(f'{cost} AS "external_cost.{job.indicators[k]}"' for k, cost in enumerate(costs))
    if job.sums_each:
        named = ", ".join(
            f'sum(quantity * fp{k} * factor{k}) AS "external_cost.{name}"' for k, name in enumerate(job.indicators)
        )
        total = " + ".join(f'"external_cost.{name}"' for name in job.indicators)
        connection.execute(duckdb_copy(job, f"""
            WITH sums AS (
                SELECT {", ".join(KEYS)}, count(*) AS lines, sum(quantity * price * multiplier) AS market_price, {named}
                FROM lines JOIN footprints USING (product) JOIN factors USING (origin, year)
                    JOIN moves USING (currency, year) GROUP BY ALL)
            SELECT {", ".join(KEYS)}, lines, market_price, {total} AS external_cost, external_cost AS gap,
                market_price + external_cost AS true_price, * EXCLUDE ({", ".join(KEYS)}, lines, market_price)
            FROM sums ORDER BY ALL""", job.summary))
        return
    connection.execute(duckdb_copy(job, f"""
        WITH sums AS (
            SELECT {", ".join(KEYS)}, count(*) AS lines, sum(quantity * price * multiplier) AS market, {sums}
            FROM lines JOIN footprints USING (product) JOIN moves USING (currency, year) GROUP BY ALL)
        SELECT {", ".join(KEYS)}, lines, market AS market_price, {" + ".join(costs)} AS external_cost,
            external_cost AS gap, market_price + external_cost AS true_price, {named}
        FROM sums JOIN factors USING (origin, year) ORDER BY ALL""", job.summary))


def polars(job: Job) -> None:
    import polars as pl

    if job.is_dense:
        return polars_dense(job)
    footprints, factors, moves = (pl.scan_parquet(job.table(name)) for name in ["footprints", "factors", "moves"])
    kinds = {
        name: pl.Enum(frame.select(pl.col(name).unique().sort()).collect()[name])
        for name, frame in [("product", footprints), ("category", footprints), ("origin", factors), ("currency", moves)]
    }

    def coded(frame: pl.LazyFrame, *names: str) -> pl.LazyFrame:
        return frame.with_columns(pl.col(name).cast(kinds[name]) for name in names)

    quantity = pl.col("quantity")
    unit = pl.col("fp0") * pl.col("factor0")
    for k in job.each[1:]:
        unit = unit + pl.col(f"fp{k}") * pl.col(f"factor{k}")
    factors = coded(factors, "origin")
    joined = (
        coded(pl.scan_parquet(job.lines), "product", "origin", "currency")
        .join(coded(footprints, "product", "category"), on="product", how="left")
        .join(factors, on=["origin", "year"], how="left")
        .join(coded(moves, "currency"), on=["currency", "year"], how="left")
        .with_columns(market_price=quantity * pl.col("price") * pl.col("multiplier"), external_cost=quantity * unit)
    )
    priced = joined.with_columns(gap="external_cost", true_price=pl.col("market_price") + pl.col("external_cost"))
    priced = priced.select(*KEPT, *MONEY, *(["fallback"] if job.has_words else []))
    if job.is_decimal:
        priced = priced.with_columns(pl.col(MONEY).cast(pl.Decimal(18, 6)))
    named = [f"external_cost.{indicator}" for indicator in job.indicators]
    amounts = [quantity * pl.col(f"fp{k}") for k in job.each]
    counts = [pl.len().alias("lines"), pl.col("market_price").sum()]
    if job.sums_each:
        costs = [(amount * pl.col(f"factor{k}")).sum().alias(named[k]) for k, amount in enumerate(amounts)]
        sums = joined.group_by(KEYS).agg(*counts, *costs)
    else:
        costs = [(pl.col(f"amount{k}") * pl.col(f"factor{k}")).alias(named[k]) for k in job.each]
        sums = joined.group_by(KEYS).agg(*counts, *(a.sum().alias(f"amount{k}") for k, a in enumerate(amounts)))
        sums = sums.join(factors, on=["origin", "year"]).select(*KEYS, "lines", "market_price", *costs)
    summary = (
        sums.with_columns(external_cost=pl.sum_horizontal(pl.col("^external_cost[.].*$")))
        .with_columns(gap="external_cost", true_price=pl.col("market_price") + pl.col("external_cost"))
        .sort(KEYS)
    )
    codec = {"compression": "zstd", "compression_level": job.level}
    # Both files in one pass over the lines.
    sinks = [priced.sink_parquet(job.out, lazy=True, **codec), summary.sink_parquet(job.summary, lazy=True, **codec)]
    pl.collect_all(sinks, engine="streaming")


def unit_costs(job: Job) -> str:
    """The file of the total unit cost of every product x place x year; made if it is not there."""
    import numpy as np
    import polars as pl

    path = job.tables / "units.parquet"
    if not path.exists():
        footprints, factors = (pl.read_parquet(job.table(name)) for name in ["footprints", "factors"])
        amounts, costs = (
            frame.select(f"{name}{k}" for k in job.each).to_numpy() for frame, name in [(footprints, "fp"), (factors, "factor")]
        )
        product = np.repeat(np.arange(len(amounts)), len(costs))
        place = np.tile(np.arange(len(costs)), len(amounts))
        columns = {"product": footprints["product"].gather(product)}
        columns |= {name: factors[name].gather(place) for name in ["origin", "year"]}
        pl.DataFrame(columns | {"unit": (amounts @ costs.T).ravel()}).write_parquet(path)
    return str(path)


def polars_dense(job: Job) -> None:
    """Lines joined with unit costs that were made before; the summary by indicator joins the tables they are made of."""
    import polars as pl

    footprints, factors, moves = (pl.scan_parquet(job.table(name)) for name in ["footprints", "factors", "moves"])
    quantity = pl.col("quantity")
    joined = (
        pl.scan_parquet(job.lines)
        .join(pl.scan_parquet(job.tables / "units.parquet"), on=["product", "origin", "year"], how="left")
        .join(moves, on=["currency", "year"], how="left")
        .with_columns(market_price=quantity * pl.col("price") * pl.col("multiplier"), external_cost=quantity * pl.col("unit"))
        .with_columns(gap="external_cost", true_price=pl.col("market_price") + pl.col("external_cost"))
    )
    costs = [
        (quantity * pl.col(f"fp{k}") * pl.col(f"factor{k}")).sum().alias(f"external_cost.{name}")
        for k, name in enumerate(job.indicators)
    ]
    summary = (
        joined.join(footprints, on="product", how="left")
        .join(factors, on=["origin", "year"], how="left")
        .group_by(KEYS)
        .agg(pl.len().alias("lines"), *(pl.col(name).sum() for name in MONEY), *costs)
        .sort(KEYS)
    )
    priced = joined.select(*KEPT, *MONEY)
    codec = {"compression": "zstd", "compression_level": job.level}
    sinks = [priced.sink_parquet(job.out, lazy=True, **codec), summary.sink_parquet(job.summary, lazy=True, **codec)]
    pl.collect_all(sinks, engine="streaming")


def pandas(job: Job) -> None:
    """A million lines at a time: categories are numbers, numpy looks up and multiplies; one thread reads ahead and prices,
    another writes."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(THREADS)
    footprints, factors, moves = (pd.read_parquet(job.table(name)) for name in ["footprints", "factors", "moves"])
    products, origins = pd.Index(footprints["product"]), pd.Index(factors["origin"].unique())
    currencies, years = pd.Index(moves["currency"].unique()), np.sort(factors["year"].unique())
    amounts = np.ascontiguousarray(footprints[[f"fp{k}" for k in job.each]].to_numpy())
    # The tables are sorted by origin or currency, then year.
    costs = np.ascontiguousarray(factors[[f"factor{k}" for k in job.each]].to_numpy())
    multipliers = moves["multiplier"].to_numpy()
    category, categories = pd.factorize(footprints["category"], sort=True)
    groups = len(categories) * len(costs)
    sums, market_sums, counts = np.zeros((len(job.each), groups)), np.zeros(groups), np.zeros(groups, "int64")
    if job.is_dense:
        totals, sold = (amounts @ costs.T).ravel(), np.zeros(len(amounts) * len(costs))
    words = pa.array(factors["fallback"]).dictionary_encode()
    money = pa.decimal128(18, 6) if job.is_decimal else pa.float64()

    def priced(batch: pa.RecordBatch) -> pa.RecordBatch:
        frame = batch.to_pandas()

        def codes(name: str, known: pd.Index) -> np.ndarray:
            column = frame[name].cat
            return known.get_indexer(column.categories)[column.codes]

        year = frame["year"].to_numpy() - years[0]
        product, place = codes("product", products), codes("origin", origins) * len(years) + year
        quantity = frame["quantity"].to_numpy()
        market = quantity * frame["price"].to_numpy() * multipliers[codes("currency", currencies) * len(years) + year]
        group = category[product] * len(costs) + place
        if job.is_dense:
            cell = product * len(costs) + place
            external = quantity * totals[cell]
            np.add.at(sold, cell, quantity)
        else:
            own = amounts[product]
            external = quantity * np.einsum("ij,ij->i", own, costs[place])
            own *= quantity[:, None]
            for k in job.each:
                sums[k] += np.bincount(group, own[:, k], groups)
        market_sums[:] += np.bincount(group, market, groups)
        counts[:] += np.bincount(group, minlength=groups)
        new = {"market_price": market, "external_cost": external, "gap": external, "true_price": market + external}
        if job.is_decimal:
            new = {name: decimals(values) for name, values in new.items()}
        columns = {name: batch.column(name) for name in KEPT} | {n: pa.array(v, type=money) for n, v in new.items()}
        if job.has_words:
            columns["fallback"] = pa.DictionaryArray.from_arrays(words.indices.take(pa.array(place)), words.dictionary)
        return pa.RecordBatch.from_pydict(columns)

    def decimals(values: np.ndarray) -> pa.Array:
        """Millionths as decimals: low and high word."""
        low = np.rint(values * 1e6).astype("int64")
        halves = np.stack([low, low >> 63], axis=1)
        return pa.Array.from_buffers(money, len(low), [None, pa.py_buffer(halves)])

    with ThreadPoolExecutor(1) as writing:
        file, writer, done = pq.ParquetFile(job.lines, read_dictionary=["product", "origin", "currency"]), None, None
        for batch in file.iter_batches(BLOCK):
            result = priced(batch)
            if done is not None:
                done.result()
            if writer is None:
                writer = pq.ParquetWriter(
                    job.out, result.schema, compression="zstd", compression_level=job.level,
                    store_decimal_as_integer=job.is_decimal,
                )
            done = writing.submit(writer.write_batch, result)
        done.result()
        writer.close()
    if job.is_dense:
        for own, by_place in zip(range(len(categories)), np.split(sums, len(categories), axis=1), strict=True):
            by_place[:] = amounts[category == own].T @ sold.reshape(len(amounts), -1)[category == own]
    by_indicator = sums * np.tile(costs.T, len(categories))
    index = pd.MultiIndex.from_product([categories, origins, years], names=KEYS)
    summary = pd.DataFrame({"lines": counts, "market_price": market_sums, "external_cost": by_indicator.sum(axis=0)}, index)
    summary["gap"], summary["true_price"] = summary["external_cost"], summary["external_cost"] + market_sums
    named = {f"external_cost.{name}": by_indicator[k] for k, name in enumerate(job.indicators)}
    summary = pd.concat([summary, pd.DataFrame(named, index)], axis=1)
    summary[counts > 0].reset_index().to_parquet(job.summary, compression="zstd")


def limit_pyarrow(job: Job) -> None:
    """Reads and writes at once, on two threads."""
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(THREADS)
    schema = pq.read_schema(job.priced)
    # Words come back as dictionaries, as a writer wants them.
    texts = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
    taken, rows = [], 0
    for batch in pq.ParquetFile(job.priced, read_dictionary=texts).iter_batches(BLOCK):
        taken.append(batch)
        rows += len(batch)
        if rows >= BLOCK:
            break
    sample = pa.Table.from_batches(taken).unify_dictionaries().combine_chunks().to_batches()[0]
    lines = pq.ParquetFile(job.lines, read_dictionary=[t for t in texts if t in KEPT])
    with ThreadPoolExecutor(1) as writing:
        writer, done = None, None
        for batch in lines.iter_batches(BLOCK):
            own = {n: c for n, c in zip(batch.schema.names, batch.columns, strict=True) if n in sample.schema.names}
            new = {
                n: c.slice(0, len(batch)) for n, c in zip(sample.schema.names, sample.columns, strict=True) if n not in own
            }
            result = pa.RecordBatch.from_pydict(own | new)
            if done is not None:
                done.result()
            if writer is None:
                writer = pq.ParquetWriter(
                    job.out, result.schema, compression="zstd", compression_level=job.level, store_decimal_as_integer=True
                )
            done = writing.submit(writer.write_batch, result)
        done.result()
        writer.close()


def limit_polars(job: Job) -> None:
    import polars as pl

    pl.scan_parquet(job.priced).sink_parquet(job.out, compression="zstd", compression_level=job.level)


def limit_duckdb(job: Job) -> None:
    duckdb_connection().execute(duckdb_copy(job, f"SELECT * FROM '{job.priced}'", job.out))


JOBS = {
    "duckdb": duckdb, "polars": polars, "pandas": pandas,
    "limit-pyarrow": limit_pyarrow, "limit-polars": limit_polars, "limit-duckdb": limit_duckdb,
}  # fmt: skip

if __name__ == "__main__":
    asked = Job(*sys.argv[1:])
    # Unit costs that are precomputed are there before the clock starts; what a session has loaded does not count.
    if asked.name == "polars" and asked.is_dense:
        unit_costs(asked)
    importlib.import_module(asked.name.removeprefix("limit-"))
    start = time.perf_counter()
    JOBS[asked.name](asked)
    print(f"seconds {time.perf_counter() - start:.4f}")
