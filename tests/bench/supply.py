"""Footprints beside bw2calc, on the same matrices, in one run.

    cargo build --release -p truecost --bins --example chain_speed
    python3 tests/bench/supply.py --data DIR --peers PYTHON [--runs 3] [--slow]

PYTHON is the interpreter of an environment with bw2calc 3.1, pypardiso (its best solver), numpy and, for the store, bw2data:
`python3 -m venv V && V/bin/pip install bw2calc==3.1 bw2data pypardiso numpy`.

Two made-up systems of 20,000 processes (`chain_data.py`): `knotted`, in which one process in three takes from any other, and
`branched` (`--far 0.02 --back 30`), which a sparse LU can factor in a second. Each task runs in a process of its own, ours and
the peer's in turn, so that a slow minute of the machine hits both. Times begin with the files and end with the scores;
starting Python and importing its libraries does not count. Best of the runs; memory is the largest peak of the process.
`--slow` adds what takes the peer minutes. Scores are compared: the largest difference, against the score.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "target/release"
SYSTEMS = {"branched": ["--far", "0.02", "--back", "30"], "knotted": []}
# Task of the peer, what it is called, our task, and whether it is slow.
TASKS = [
    ("one", "one product x 20, from files", "one", False),
    ("thousand", "1,000 products x 20", "all", False),
    ("all", "all 20,000 x 20, adjoint", "all", False),
    ("all-default", "all 20,000 x 20, as it comes", "all", True),
]


def run(command):
    """What a command printed, its seconds, and its peak of memory in MiB."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}: it failed")
    return printed, time.perf_counter() - start, usage.ru_maxrss / 1024


def difference(peers, ours, theirs):
    """The largest difference of two tables of scores, against the largest score of the indicator."""
    code = (
        "import numpy, sys; a = numpy.fromfile(sys.argv[1]); b = numpy.load(sys.argv[2]); n = b.shape[1];"
        "a = a.reshape(-1, n); a = a[-1:] if len(b) == 1 else a[: len(b)];"
        "print(numpy.max(numpy.abs(a - b) / numpy.maximum(numpy.abs(b), 1e-9 * numpy.abs(b).max(axis=0))))"
    )
    return float(run([peers, "-c", code, ours, theirs])[0])


def main():
    """Measures all tasks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--peers", required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--slow", action="store_true")
    given = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp())
    print("| system | task | bw2calc, s | MiB | truecost, s | MiB | times faster | differs by |")
    print("|---|---|---|---|---|---|---|---|")
    for system, options in SYSTEMS.items():
        folder = given.data / system
        if not (folder / "packages").exists():
            run([given.peers, HERE / "chain_data.py", folder, *options])
            run([given.peers, HERE / "supply_peer.py", folder, "write"])
        for task, words, own, slow in TASKS:
            if slow and not given.slow:
                continue
            theirs, ours = [], []
            # What takes the peer longer than a minute runs once.
            for _ in range(given.runs):
                if not theirs or theirs[0][0] < 60:
                    printed, _, _ = run([given.peers, HERE / "supply_peer.py", folder, task, scratch / "peer.npy"])
                    theirs.append(tuple(map(float, printed.split())))
                scores = scratch / "own.f64"
                printed, _, peak = run([TARGET / "examples/chain_speed", folder, own, str(given.threads), scores])
                ours.append((float(re.search(r"together ([\d.]+) ms", printed)[1]) / 1e3, peak))
            peer, mine = min(theirs)[0], min(ours)[0]
            memory = [max(run[1] for run in runs) for runs in (theirs, ours)]
            off = difference(given.peers, scores, scratch / "peer.npy")
            row = [system, words, f"{peer:.2f}", f"{memory[0]:.0f}", f"{mine:.3f}", f"{memory[1]:.0f}"]
            print("|", " | ".join([*row, f"{peer / mine:.0f}", f"{off:.0e}"]), "|", flush=True)


if __name__ == "__main__":
    main()
