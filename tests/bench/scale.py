#!/usr/bin/env python3
"""How time and memory grow with the number of products.

Writes `datasets/supply/grocery` 1, 10 and 100 times over (and coffee, whose chains have loops), prices each copy
with the release build and prints a table. The copies differ in their ids only, so the work per product is the same.

    cargo build --release && python3 tests/bench/scale.py
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Columns that hold ids of the dataset, by table: each copy has its own.
IDS = {
    "products": ["id"],
    "processes": ["id", "product"],
    "inputs": ["process", "product", "supplier"],
    "interventions": ["process"],
    "prices": ["product"],
    "paid": ["process"],
}


def write_copies(source: Path, target: Path, copies: int) -> None:
    target.mkdir()
    manifest = (source / "manifest.toml").read_text("utf-8").split("[checksums]")[0]
    # A price list of its own would match the first copy alone.
    (target / "manifest.toml").write_text(
        "\n".join(line for line in manifest.splitlines() if not line.startswith("prices =")), "utf-8"
    )
    for table, columns in IDS.items():
        path = source / f"{table}.csv"
        if not path.exists():
            continue
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with open(target / path.name, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            for copy in range(copies):
                for row in rows:
                    named = {c: f"{row[c]}-{copy}" for c in columns if row.get(c)}
                    writer.writerow({**row, **named})


def measure(command: list[str], repeats: int) -> tuple[float, float]:
    """Best wall time in seconds, and peak memory in MiB, of a child process."""
    best, peak = float("inf"), 0
    for _ in range(repeats):
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            sys.exit(child.stderr.read().decode())
        best = min(best, time.perf_counter() - start)
        peak = max(peak, usage.ru_maxrss)
    return best, peak / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="release", help="folder of the build under target")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    binary = ROOT / "target" / options.profile / "truecost"
    print("| dataset | products | interventions | time, s | per product, ms | memory, MiB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in ["grocery", "coffee"]:
            source = ROOT / "datasets" / "supply" / name
            for copies in [1, 10, 100]:
                target = Path(folder) / f"{name}-{copies}"
                write_copies(source, target, copies)
                command = [str(binary), "price", str(target), "--format", "csv"]
                seconds, memory = measure(command, options.repeats)
                products = len(subprocess.run(command, capture_output=True, text=True).stdout.splitlines()) - 1
                rows = sum(1 for _ in open(target / "interventions.csv")) - 1
                print(
                    f"| {name} x {copies} | {products:,} | {rows:,} | {seconds:.3f} "
                    f"| {1000 * seconds / products:.3f} | {memory:.0f} |"
                )
                shutil.rmtree(target)


if __name__ == "__main__":
    main()
