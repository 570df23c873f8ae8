"""How long an iteration of Monte Carlo takes: one product, all products x 20 indicators, and bw2calc beside them.

    cargo build --release -p truecost
    python3 tests/bench/monte_carlo.py --data DIR --peers PYTHON [--processes 20000] [--runs 5] [--threads N]

Writes the system of `chain_data.py` with `--tables --spread` into DIR/PROCESSES (once): every input and intervention is lognormal.
An iteration of truecost is the difference of two runs with different `--samples`, each the best of the runs, divided by the
difference of the samples; it includes the figures that are made of the draws. An iteration of bw2calc is the median of its calls of
`next(lca)`; PYTHON is an interpreter that has bw2calc 3.1, numpy, scipy, pypardiso and stats_arrays. Its score is one: the external
cost, all indicators at once, where truecost tells each; both draw data and leave factors as they are. Both take turns, so that a slow minute
of the machine hits both. Needs numpy.
"""

import argparse
import csv
import io
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parents[1] / "target/release/truecost"
# Iterations of the two runs: of one product, and of all.
ONE, ALL = (20, 220), (4, 44)
PEERS = {"IterativeLCA": 50, "LCA": 2}
# It factors anew in each iteration, which takes up to half a minute: once is enough to know.
ONCE = ("LCA",)


def measured(folder, samples, threads, product):
    """Seconds on the clock, seconds of processors, and what was printed."""
    command = [PROGRAM, "price", folder / "dataset", "--samples", samples, "--seed", 7, "--threads", threads]
    command += ["--vary", "data", "--datasets", folder / "shelf", "--format", "csv", *(["--product", product] if product else [])]
    before, start = os.times(), time.perf_counter()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - start, os.times()
    if done.returncode != 0:
        sys.exit(done.stderr)
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, used, done.stdout


def peer(python, folder, kind, number):
    """Milliseconds of each iteration, mean and sd of the scores."""
    command = [python, HERE / "monte_carlo_peer.py", folder, kind, number, PEERS[kind]]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    times, figures = done.stdout.splitlines()[-2:]
    return [float(word) for word in times.split()], [float(word) for word in figures.split()]


def main():
    """Measures all, in turns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--peers", help="an interpreter that has bw2calc")
    parser.add_argument("--processes", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    given = parser.parse_args()
    folder, number = given.data / str(given.processes), given.processes // 2
    if not (folder / "shelf").exists():
        command = [sys.executable, HERE / "chain_data.py", folder, "--processes", str(given.processes), "--tables", "--spread"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    product = f"p{number:06}"
    tasks = {
        "truecost, one product x 20, one thread": (ONE, 1, product),
        f"truecost, one product x 20, {given.threads} threads": (ONE, given.threads, product),
        f"truecost, all products x 20, {given.threads} threads": (ALL, given.threads, None),
    }
    found = {name: {count: [] for count in counts} for name, (counts, *_) in tasks.items()}
    peers = {kind: [] for kind in PEERS} if given.peers else {}
    figures = {}
    for turn in range(given.runs):
        for name, (counts, threads, asked) in tasks.items():
            for count in counts:
                *spent, text = measured(folder, count, threads, asked)
                found[name][count].append(spent)
                figures[name] = text
        for kind, times in peers.items():
            if turn > 0 and kind in ONCE:
                continue
            own, figures[kind] = peer(given.peers, folder, kind, number)
            times += own
    rows = []
    for name, runs in found.items():
        (few, short), (many, long) = runs.items()
        least = [min(run[at] for run in long) - min(run[at] for run in short) for at in (0, 1)]
        rows.append((name, *(1000 * value / (many - few) for value in least)))
    one = min(wall for name, wall, _ in rows if "one product" in name)
    rows += [(f"bw2calc {kind}, one product, one score", statistics.median(times), None) for kind, times in peers.items()]
    print("| an iteration | ms | ms of processors | against one product |")
    print("|---|---|---|---|")
    for name, wall, used in rows:
        print(f"| {name} | {wall:.1f} | {'' if used is None else f'{used:.1f}'} | {wall / one:.2f} x |")
    row = next(row for row in csv.DictReader(io.StringIO(figures[next(iter(tasks))])) if row["measure"] == "gap")
    print(f"\ntruecost: mean {float(row['mean']):.6g}, sd {float(row['sd']):.3g}", end="")
    for kind in peers:
        print(f"; {kind}: mean {figures[kind][0]:.6g}, sd {figures[kind][1]:.3g}", end="")
    print()


if __name__ == "__main__":
    main()
