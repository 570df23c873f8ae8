"""How fast footprints are solved, and how time grows with the number of processes.

    cargo build --release -p truecost --example chain_speed
    python3 tests/bench/chain.py --data DIR [--sizes 1000,20000,200000] [--runs 5]

Writes the systems of `chain_data.py` into DIR (once), runs the example `chain_speed` on each, and prints the best of the
runs as a table. Memory is the peak of the process. Needs numpy.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parents[1] / "target/release/examples/chain_speed"


def measured(folder, task, threads):
    """The line that the program printed, and its peak of memory in MiB."""
    with subprocess.Popen([PROGRAM, folder, task, str(threads)], stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{folder}: it failed")
    return line, usage.ru_maxrss / 1024


def best(folder, task, threads, pattern, runs):
    """The least time of all runs, the last line, and the largest peak."""
    lines = [measured(folder, task, threads) for _ in range(runs)]
    times = [float(re.search(pattern + r" ([\d.]+) ms", line)[1]) for line, _ in lines]
    return min(times), lines[-1][0], max(peak for _, peak in lines)


def main():
    """Measures all sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--sizes", default="1000,2000,5000,10000,20000,50000,100000,200000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    given = parser.parse_args()
    print("| processes | inputs | largest loop | made ready, ms | all x 20, ms | bound | one from files, ms | MiB |")
    print("|---|---|---|---|---|---|---|---|")
    for size in map(int, given.sizes.split(",")):
        folder = given.data / str(size)
        if not (folder / "factors.f64").exists():
            command = [sys.executable, HERE / "chain_data.py", folder, "--processes", str(size)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        entries = (folder / "amounts.f64").stat().st_size // 8
        solved, line, peak = best(folder, "all", given.threads, "right-hand sides", given.runs)
        ready = float(re.search(r"certificate ([\d.]+) ms", line)[1])
        loop = re.search(r"largest loop (\d+)", line)[1]
        bound = re.search(r"largest bound (\S+)", line)[1]
        one, _, _ = best(folder, "one", given.threads, "together", given.runs)
        print(f"| {size:,} | {entries:,} | {int(loop):,} | {ready:.1f} | {solved:.1f} | {bound} | {one:.1f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
