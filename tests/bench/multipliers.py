"""Multipliers of a dense economy beside pymrio and beside LU by hand, in one run.

    cargo build --release -p truecost --example multipliers_speed
    python3 tests/bench/multipliers.py --data DIR --peers PYTHON [--sectors 9800] [--stressors 49] [--runs 2]

PYTHON is the interpreter of an environment with pymrio, numpy and scipy. The economy is that of `multipliers_data.py`. Each does its work in a
process of its own, in turn, on two threads, from the numbers in memory to the multipliers `S (I - A)^-1`; reading does not count. pymrio:
`calc_all` of an IOSystem with `A`, final demand and one extension. By hand: `lu_factor(I - Aᵀ)` of scipy in place, then `lu_solve` for all
stressors. truecost: `rollup::dense`, with a bound on each multiplier. Best of the runs; memory is the largest peak of the process.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parents[1] / "target/release/examples/multipliers_speed"
THREADS = "2"
READ = """
import numpy, resource, sys, time
folder, n = sys.argv[1], int(sys.argv[2])
matrix = numpy.fromfile(folder + "/matrix.f64").reshape(n, n)
causes = numpy.fromfile(folder + "/intensities.f64").reshape(-1, n)
"""
TOLD = """
made.astype("<f8").tofile(folder + "/peer.f64")
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
PEERS = {
    "pymrio `calc_all`": READ + """
import pandas, pymrio
names = pandas.RangeIndex(n)
demand = pandas.DataFrame(numpy.ones((n, 1)), index=names, columns=["final demand"])
start = time.perf_counter()
economy = pymrio.IOSystem(A=pandas.DataFrame(matrix, names, names), Y=demand)
economy.satellite = pymrio.Extension("satellite", S=pandas.DataFrame(causes, columns=names))
economy.calc_all()
seconds = time.perf_counter() - start
made = economy.satellite.M.to_numpy()
""" + TOLD,
    "LU by hand (scipy)": READ + """
import scipy.linalg
start = time.perf_counter()
matrix *= -1.0
matrix[numpy.diag_indices(n)] += 1.0
factors = scipy.linalg.lu_factor(matrix.T, overwrite_a=True, check_finite=False)
made = numpy.ascontiguousarray(scipy.linalg.lu_solve(factors, causes.T, check_finite=False).T)
seconds = time.perf_counter() - start
""" + TOLD,
}


def peak(command):
    """What a command printed, and its peak of memory in MiB."""
    threads = {name: THREADS for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | threads) as process:
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]}: it failed")
    return printed, usage.ru_maxrss / 1024


def main():
    """Measures all three."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--peers", required=True)
    parser.add_argument("--sectors", type=int, default=9_800)
    parser.add_argument("--stressors", type=int, default=49)
    parser.add_argument("--runs", type=int, default=2)
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    folder, count = str(given.data), str(given.sectors)
    write = (
        "import sys; sys.path.insert(0, sys.argv[4]); from multipliers_data import economy;"
        "a, s = economy(int(sys.argv[2]), int(sys.argv[3]));"
        "a.tofile(sys.argv[1] + '/matrix.f64'); s.tofile(sys.argv[1] + '/intensities.f64')"
    )
    peak([given.peers, "-c", write, folder, count, str(given.stressors), str(HERE)])
    compare = (
        "import numpy, sys; a, b = (numpy.fromfile(sys.argv[1] + name) for name in ('/truecost.f64', '/peer.f64'));"
        "print(numpy.max(numpy.abs(a - b) / numpy.maximum(numpy.abs(b), 1e-12 * numpy.abs(b).max())))"
    )
    found = {name: [] for name in PEERS}
    own, differs = [], {}
    for _ in range(given.runs):
        printed, memory = peak([str(PROGRAM), folder, count, THREADS])
        own.append((float(re.search(r"solved ([\d.]+) s", printed)[1]), memory))
        print(printed.strip(), file=sys.stderr)
        for name, code in PEERS.items():
            printed, _ = peak([given.peers, "-c", code, folder, count])
            found[name].append(tuple(map(float, printed.split())))
            differs[name] = float(peak([given.peers, "-c", compare, folder])[0])
    mine, room = min(own)[0], max(run[1] for run in own)
    print("| multipliers of | s | MiB | truecost is faster | of its memory | differs by |")
    print("|---|---|---|---|---|---|")
    for name, runs in found.items():
        seconds, memory = min(runs)[0], max(run[1] for run in runs)
        words = [name, f"{seconds:.2f}", f"{memory:.0f}", f"{seconds / mine:.1f} x", f"{room / memory:.2f}"]
        print("|", " | ".join([*words, f"{differs[name]:.0e}"]), "|")
    print(f"| truecost, with bounds | {mine:.2f} | {room:.0f} | | | |")


if __name__ == "__main__":
    main()
