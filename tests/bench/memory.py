#!/usr/bin/env python3
"""Memory of a table of interventions that goes in: peak above the input, per row.

Makes tables of synthetic interventions with pyarrow (160 indicators a process, rows shuffled on request), hands them to
`truecost.Dataset.from_tables`, and compares the process's peak with its size just before. Then prices one product
whose chain holds every process. Linux only: the peak is read from /proc.

    python3 tests/bench/memory.py [--rows N] [--shuffled] [--no-price]

It needs the installed package (a release build: `pip install ./bindings-python`) and pyarrow.
"""

import argparse
import time
from pathlib import Path

import pyarrow as pa
import truecost as tc

PER_PROCESS = 160


def memory(field: str) -> int:
    """Bytes of VmRSS or VmHWM of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise SystemExit(f"/proc/self/status has no {field}")


def forget_the_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def repeated(values: list[str], index: pa.Array) -> pa.Array:
    return pa.array(values).take(index)


def tables(rows: int, shuffled: bool) -> dict[str, pa.Table]:
    import numpy as np

    indicators = [row for row in tc.indicators().to_pylist() if row["unit"] != "money"][:PER_PROCESS]
    count = rows // PER_PROCESS
    ids = [f"p{i:06d}" for i in range(count)]
    makers = [f"make-{i}" for i in ids]
    order = np.arange(count * PER_PROCESS)
    if shuffled:
        np.random.default_rng(1).shuffle(order)
    process, indicator = pa.array(order // PER_PROCESS), pa.array(order % PER_PROCESS)
    edges = [(i, j) for i in range(count) for j in (2 * i + 1, 2 * i + 2) if j < count]
    return {
        "products": pa.table({"id": ids, "name": ids, "unit": ["kg"] * count}),
        "processes": pa.table({
            "id": makers, "product": ids, "amount": [1.0] * count, "unit": ["kg"] * count,
            "region": ["NL"] * count, "period": ["2024"] * count, "stage": [f"stage {i % 7}" for i in range(count)],
        }),
        "inputs": pa.table({
            "process": [makers[i] for i, _ in edges], "product": [ids[j] for _, j in edges],
            "amount": [0.3] * len(edges), "unit": ["kg"] * len(edges),
        }),
        "interventions": pa.table({
            "process": repeated(makers, process),
            "indicator": repeated([row["id"] for row in indicators], indicator),
            "amount": pa.array(np.random.default_rng(2).random(len(order)).round(6)),
            "unit": repeated([row["unit"] for row in indicators], indicator),
            "source": repeated(["synthetic"], pa.array(np.zeros(len(order), dtype="int32"))),
        }),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--shuffled", action="store_true", help="rows in no order")
    parser.add_argument("--no-price", action="store_true", help="only take the tables in")
    options = parser.parse_args()
    given = tables(options.rows, options.shuffled)
    rows = given["interventions"].num_rows
    print(f"{rows:,} rows, {given['interventions'].nbytes / rows:.1f} bytes a row in Arrow")

    def measured(what: str, work):
        forget_the_peak()
        before, start = memory("VmRSS"), time.perf_counter()
        result = work()
        seconds = time.perf_counter() - start
        peak, after = memory("VmHWM") - before, memory("VmRSS") - before
        print(f"{what}: {seconds:.1f} s, peak {peak / rows:.1f} and after it {after / rows:.1f} bytes a row above before")
        return result

    dataset = measured("taken in", lambda: tc.Dataset.from_tables(**given))
    if not options.no_price:
        choices = {"factors": "ce-delft-2024", "currency": "EUR", "year": 2024, "products": ["p000000"]}
        prices = measured("one product priced", lambda: tc.price(dataset, **choices))
        print(prices.table.to_pylist()[0]["coverage"])


if __name__ == "__main__":
    main()
