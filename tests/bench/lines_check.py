#!/usr/bin/env python3
"""Are the summary and the lines of a peer those of truecost?

    python3 tests/bench/lines_check.py SUMMARY PEER_SUMMARY [PRICED PEER_PRICED]

The peers compute in doubles, and truecost rounds every line and indicator to 1e-6. So a cell may differ by 1e-6 of it, and
by the half of 1e-6 that each rounding may cost: one a line of a group for an indicator, one an indicator for a total. Exit
code 1 if something differs. Lines are compared row by row, where the peer kept their order.
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

KEYS = ["category", "origin", "year"]
HALF = 5e-7
INDICATORS = "external_cost."


def floats(column: pa.ChunkedArray) -> np.ndarray:
    return pc.cast(column, pa.float64()).to_numpy()


def sorted_table(path: str) -> pa.Table:
    table = pq.read_table(path)
    for at, name in enumerate(table.schema.names):
        if pa.types.is_dictionary(table.schema.field(name).type) or pa.types.is_large_string(table.schema.field(name).type):
            table = table.set_column(at, name, pc.cast(table[name], pa.string()))
    return table.sort_by([(key, "ascending") for key in KEYS])


def summaries(own: str, peer: str) -> list[str]:
    ours, theirs = sorted_table(own), sorted_table(peer)
    if len(ours) != len(theirs):
        return [f"{len(ours)} groups against {len(theirs)}"]
    for key in KEYS:
        if not pc.all(pc.equal(ours[key], pc.cast(theirs[key], ours[key].type))).as_py():
            return [f"the groups differ in {key}"]
    names = [n for n in theirs.schema.names if n not in KEYS]
    if missing := [n for n in names if n not in ours.schema.names]:
        return [f"truecost has no {', '.join(missing)}"]
    indicators = sum(name.startswith(INDICATORS) for name in names)
    lines = floats(ours["lines"])
    wrong, largest, rounded = [], 0.0, 0
    for name in names:
        a, b = floats(ours[name]), floats(theirs[name])
        roundings = 0 if name == "lines" else 1 if name.startswith(INDICATORS) or name == "market_price" else indicators + 1
        bad = np.abs(a - b) > 1e-6 * np.abs(b) + HALF * lines * roundings
        rounded += int(np.sum((np.abs(a - b) > 1e-6 * np.abs(b)) & ~bad))
        largest = max(largest, float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-300))))
        if bad.any():
            at = int(np.argmax(bad))
            wrong.append(f"{name}: {bad.sum()} of {len(a)} groups differ, such as {a[at]} against {b[at]}")
    print(f"{len(ours):,} groups x {len(names)} columns, largest relative difference {largest:.1e}, "
          f"{rounded} cells above 1e-6 within the rounding of their lines")
    return wrong


def lines(own: str, peer: str) -> list[str]:
    ours, theirs = pq.ParquetFile(own), pq.ParquetFile(peer)
    if ours.metadata.num_rows != theirs.metadata.num_rows:
        return [f"{ours.metadata.num_rows} lines against {theirs.metadata.num_rows}"]
    kept = ["product", "quantity", "price"]
    money = {"market_price": 1, "external_cost": 20, "gap": 20, "true_price": 21}

    def batches(file: pq.ParquetFile):
        """Tables of equal length, whatever the row groups."""
        held: list[pa.RecordBatch] = []
        for batch in file.iter_batches(1 << 17, columns=[*kept, *money]):
            held.append(batch)
            while sum(map(len, held)) >= 1 << 17:
                table = plain(held)
                yield table.slice(0, 1 << 17)
                held = table.slice(1 << 17).to_batches()
        if held:
            yield plain(held)

    def plain(held: list[pa.RecordBatch]) -> pa.Table:
        table = pa.Table.from_batches(held)
        return table.set_column(0, "product", pc.cast(table["product"], pa.string()))

    at = 0
    for a, b in zip(batches(ours), batches(theirs), strict=True):
        if not all(pc.all(pc.equal(a[name], b[name])).as_py() for name in kept):
            print("the peer's lines are in another order: not compared")
            return []
        for name, roundings in money.items():
            one, other = floats(a[name]), floats(b[name])
            bad = np.abs(one - other) > 1e-9 * np.abs(other) + HALF * (roundings + 1)
            if bad.any():
                row = int(np.argmax(bad))
                return [f"{name} of line {at + row + 1}: {one[row]} against {other[row]}"]
        at += len(a)
    print(f"{at:,} lines agree")
    return []


if __name__ == "__main__":
    problems = summaries(*sys.argv[1:3]) + (lines(*sys.argv[3:5]) if len(sys.argv) > 3 else [])
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
