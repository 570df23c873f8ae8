"""Multipliers of a whole economy: truecost beside pymrio and beside LU by hand, with two threads each.

    cargo build --release -p truecost --example multipliers_speed
    python3 tests/bench/multipliers.py --data DIR --peers PYTHON [--sectors 9800 --stressors 49] [--credits] [--runs 3]

Makes up the economy of `multipliers_data.py` in DIR (once for each size). Each tool runs in a process of its own, in turn:

- `truecost`: the example `multipliers_speed`, which reads the numbers into memory and solves, with a bound on each
  multiplier; `--truecost PYTHON` runs `truecost.multipliers` of arrays of numpy instead, in an interpreter that has it.
- `pymrio`: what multipliers need of `calc_all`: `calc_system` of the same A, given as Z and x, `calc_S` and `calc_M`. The accounts of
  final demand, which `calc_all` goes on to, are left out.
- `lu`: `scipy.linalg.lu_factor(I - A.T)` in place and `lu_solve` for all stressors.

Seconds are those of solving, without reading and imports; CPU seconds are those of the whole process, which a busy machine
changes less; memory is the kernel's peak of the process. The best of the runs is printed, and by how much answers differ at
most, relative to the larger. PYTHON has numpy, scipy and pymrio.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parents[1] / "target/release/examples/multipliers_speed"

LOAD = """
import json, sys, time, numpy
folder, sectors = sys.argv[1], int(sys.argv[2])
A = numpy.fromfile(folder + "/matrix.f64").reshape(sectors, sectors)
S = numpy.fromfile(folder + "/intensities.f64").reshape(-1, sectors)
"""
PEERS = {
    "lu": LOAD
    + """
from scipy.linalg import lu_factor, lu_solve
begun = time.perf_counter()
numpy.negative(A, out=A)
A[numpy.diag_indices(sectors)] += 1.0
M = lu_solve(lu_factor(A.T, overwrite_a=True, check_finite=False), S.T, check_finite=False).T
seconds = time.perf_counter() - begun
""",
    "pymrio": LOAD
    + """
import pandas, pymrio
index = pandas.MultiIndex.from_tuples([("r%d" % (i * 49 // sectors), "s%d" % i) for i in range(sectors)], names=["region", "sector"])
x = pandas.DataFrame(numpy.ones(sectors), index=index, columns=["indout"])
system = pymrio.IOSystem(Z=pandas.DataFrame(A, index=index, columns=index), x=x)
F = pandas.DataFrame(S, columns=index)
begun = time.perf_counter()
system.calc_system()
M = pymrio.calc_M(pymrio.calc_S(F, system.x), system.L).to_numpy()
seconds = time.perf_counter() - begun
""",
    "python": LOAD
    + """
import truecost
begun = time.perf_counter()
found = truecost.multipliers(A, S, threads=2)
seconds = time.perf_counter() - begun
M = numpy.asarray(found.values)
relative = numpy.asarray(found.bounds) / numpy.where(M == 0.0, 1.0, numpy.abs(M))
print("widest bound %.1e of a multiplier, proved: %s" % (relative.max(), found.proved), file=sys.stderr)
""",
}
SAVE = """
M.astype(float).tofile(folder + "/" + sys.argv[3] + ".f64")
print(json.dumps(seconds))
"""


def measured(command):
    """What a process printed, its CPU seconds, and its peak of memory in MiB."""
    threads = {name: "2" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | threads) as process:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]}: it failed")
    return text, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def run(tool, folder, given):
    """Seconds of solving, CPU seconds and MiB."""
    if tool == "truecost" and given.truecost is None:
        text, cpu, memory = measured([str(PROGRAM), str(folder), str(given.sectors), "2"])
        print(text.strip().replace("\n", "; "), file=sys.stderr)
        return float(text.split("solved ")[1].split()[0]), cpu, memory
    python, code = (given.truecost, "python") if tool == "truecost" else (given.peers, tool)
    text, cpu, memory = measured([python, "-c", PEERS[code] + SAVE, str(folder), str(given.sectors), tool])
    return json.loads(text.splitlines()[-1]), cpu, memory


DATA = """
import sys; sys.path.insert(0, sys.argv[1])
from multipliers_data import economy
A, S = economy(int(sys.argv[3]), int(sys.argv[4]), credits=sys.argv[5] == "True")
A.tofile(sys.argv[2] + "/matrix.f64"); S.tofile(sys.argv[2] + "/intensities.f64")
"""
DIFFERENCE = """
import sys, numpy
a, b = (numpy.fromfile(path) for path in sys.argv[1:])
print("%.1e" % (numpy.abs(a - b) / numpy.maximum(numpy.abs(a), numpy.abs(b)).clip(1e-300)).max())
"""


def main():
    """Measures all tools on one economy."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--peers", required=True, help="interpreter with numpy, scipy and pymrio")
    parser.add_argument("--truecost", help="interpreter with truecost and numpy, in place of the example")
    parser.add_argument("--tools", default="truecost,lu,pymrio")
    parser.add_argument("--sectors", type=int, default=9800)
    parser.add_argument("--stressors", type=int, default=49)
    parser.add_argument("--credits", action="store_true")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    folder = given.data / f"{given.sectors}-{given.stressors}{'-credits' if given.credits else ''}"
    if not (folder / "intensities.f64").exists():
        folder.mkdir(parents=True, exist_ok=True)
        sizes = [str(given.sectors), str(given.stressors), str(given.credits)]
        subprocess.run([given.peers, "-c", DATA, str(HERE), str(folder), *sizes], check=True)
    tools = given.tools.split(",")
    results = {tool: [] for tool in tools}
    for _ in range(given.runs):
        for tool in tools:
            results[tool].append(run(tool, folder, given))
    print("| tool | solving, s | CPU of the process, s | MiB | differs from truecost by |")
    print("|---|---|---|---|---|")
    for tool in tools:
        seconds, cpu, memory = (min(values) for values in zip(*results[tool]))
        difference = ""
        if tool != "truecost" and "truecost" in tools:
            pair = [str(folder / f"{name}.f64") for name in ("truecost", tool)]
            difference = subprocess.run([given.peers, "-c", DIFFERENCE, *pair], capture_output=True, text=True, check=True).stdout.strip()
        print(f"| {tool} | {seconds:.2f} | {cpu:.2f} | {memory:.0f} | {difference} |", flush=True)


if __name__ == "__main__":
    main()
