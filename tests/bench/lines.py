#!/usr/bin/env python3
"""Speed and memory of `truecost lines` beside DuckDB, Polars, pandas and plain reading and writing.

Makes data from a seed (`lines_data.py`), compiles a price book, then runs truecost and the peers (`lines_peers.py`) in
turn, each in a process of its own on two threads: Parquet (zstd) in, Parquet (zstd) with four columns of money more and a
summary by category, origin, year and 20 indicators out. Prints medians and ratios, compares every summary with that of
truecost, and writes all that was measured as JSON.

    cargo build --release && .venv/bin/python tests/bench/lines.py [--lines 1e6,1e7,5e7] [--runs 5] [--data DIR]

It needs duckdb, polars, pandas, pyarrow and numpy. Linux only. `tests/bench/README.md` says how to read it.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

# Nothing big is imported here: a child's peak of memory would count what this process holds when it starts it.
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OWN = "truecost"
COMMAND = "limit-command"
PEERS = [
    "duckdb", "duckdb+level-1", "duckdb+decimal+words+level-1", "polars", "polars+decimal+words", "pandas", "pandas+dense",
]  # fmt: skip
LIMITS = ["limit-pyarrow", "limit-polars", "limit-duckdb"]
THREADS = 2


def busy() -> float:
    """Seconds that all cores have worked, for anybody."""
    fields = [int(f) for f in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / os.sysconf("SC_CLK_TCK")


def run(command: list[str], outputs: list[Path]) -> dict[str, float]:
    """Runs a child: seconds, CPU seconds, peak MiB, bytes it wrote, and how much of the machine others took."""
    for output in outputs:
        output.unlink(missing_ok=True)
    os.sync()
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as wrong:
        before, start = busy(), time.perf_counter()
        child = subprocess.Popen(command, stdout=said, stderr=wrong)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        used = usage.ru_utime + usage.ru_stime
        others = max(0.0, busy() - before - used)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        wrong.seek(0)
        if child.returncode != 0:
            sys.exit(f"{' '.join(command)}\nexit code {child.returncode}\n{said.read()}{wrong.read()}")
        own = [line.split()[1] for line in said if line.startswith("seconds ")]
    sizes = {f"bytes {output.suffixes[0][1:]}": output.stat().st_size for output in outputs if output.exists()}
    seconds = float(own[0]) if own else wall
    return {"seconds": seconds, "wall": wall, "cpu": used, "peak MiB": usage.ru_maxrss / 1024,
            "others": min(1.0, others / wall / os.cpu_count())} | sizes


def python(script: str, *arguments: object) -> list[str]:
    return [sys.executable, str(HERE / script), *map(str, arguments)]


def quietly(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


class Bench:
    """What is run, on what, and what came out."""

    def __init__(self, options: argparse.Namespace, data: Path) -> None:
        self.options, self.data = options, data
        self.binary = Path(options.truecost)
        self.has_own = not options.no_truecost
        self.book = data / "book.arrow"
        self.names = [OWN] if self.has_own else []
        self.names += [n for n in options.peers.split(",") if n]
        self.names += [n for n in options.limits.split(",") if n]
        self.names += [COMMAND] if options.limit_command else []
        self.measured: dict[str, dict[str, list[dict[str, float]]]] = {}
        self.checked: dict[str, dict[str, str]] = {}
        self.compiled: dict[str, float] = {}

    def compile(self) -> None:
        """The price book, which is made once and not counted."""
        command = [self.binary, "pricebook", self.data / "supply", "--datasets", self.data / "datasets",
                   "--factors", "bench", "--currency", "EUR", "--year", "2024", "-o", self.book]
        self.compiled = run([str(part) for part in command], [self.book])
        self.compiled["bytes"] = self.book.stat().st_size
        print(f"price book: {self.compiled['seconds']:.2f} s, {self.compiled['peak MiB']:.0f} MiB at the peak, "
              f"{self.compiled['bytes'] / 1e6:.1f} MB\n", flush=True)

    def outputs(self, name: str) -> list[Path]:
        return [self.data / f"{name}.{kind}.parquet" for kind in ["lines", "summary"]]

    def priced(self) -> Path:
        """The lines that the limits write again: those of truecost, or else of the first peer with its types."""
        name = OWN if self.has_own else next((n for n in self.names if "decimal" in n), self.names[0])
        return self.outputs(name)[0]

    def command(self, name: str, lines: Path) -> list[str]:
        out, summary = self.outputs(name)
        if name == OWN:
            own = [self.binary, "lines", lines, "--pricebook", self.book, "-o", out, "--group-by", "category,origin,year",
                   "--summary", summary, "--threads", THREADS, *self.options.truecost_options.split()]
            return [str(part) for part in own]
        if name == COMMAND:
            places = {"lines": lines, "priced": self.priced(), "out": out}
            return [part.format(**places) for part in self.options.limit_command.split()]
        return python("lines_peers.py", name, self.data, lines, out, summary, self.priced())

    def measure(self, count: int) -> None:
        options = self.options
        flags = [*(["--skew"] if options.skew else []), *(["--row-group", options.row_group] if options.row_group else [])]
        said = quietly(python("lines_data.py", self.data, "--lines", count, "--seed", options.seed, *flags))
        lines = Path(said.splitlines()[-1])
        # Into the page cache, for all.
        with open(lines, "rb") as file:
            while file.read(1 << 24):
                pass
        print(f"{count:,} lines, {lines.stat().st_size / 1e6:.0f} MB", flush=True)
        runs = self.measured[str(count)] = {name: [] for name in self.names}
        for turn in range(options.runs):
            for name in self.names:
                runs[name].append(run(self.command(name, lines), self.outputs(name)))
                last = runs[name][-1]
                print(f"  {turn + 1}/{options.runs} {name:24} {last['seconds']:8.2f} s, others took "
                      f"{100 * last['others']:.0f} % of the machine", file=sys.stderr, flush=True)
        self.check(str(count))
        self.table(str(count))
        for name in self.names:
            for output in [*self.outputs(name), self.data / f"{name}.lines.rejects.csv"]:
                output.unlink(missing_ok=True)

    def check(self, count: str) -> None:
        results = self.checked[count] = {}
        peers = [n for n in self.names if not n.startswith("limit-") and n != OWN]
        against = OWN if self.has_own else peers[0] if peers else None
        for name in peers:
            if name != against:
                (own, own_summary), (out, summary) = self.outputs(against), self.outputs(name)
                command = python("lines_check.py", own_summary, summary, *([own, out] if self.options.check_lines else []))
                done = subprocess.run(command, capture_output=True, text=True)
                results[name] = (done.stdout + done.stderr).strip()
                verdict = "the same as" if done.returncode == 0 else "DIFFERS from"
                print(f"  {name} {verdict} {against}: " + results[name].replace("\n", "; "), flush=True)

    def median(self, count: str, name: str, what: str) -> float:
        return statistics.median(run[what] for run in self.measured[count][name])

    def table(self, count: str) -> None:
        """Medians, and how many times as long as truecost (or the first peer)."""
        base = self.names[0]
        print(f"\n| | s | from | to | CPU s | peak MiB | output MB | million lines/s | time / {base} |")
        print("|---" * 9 + "|")
        for name in self.names:
            seconds = [run["seconds"] for run in self.measured[count][name]]
            median = statistics.median(seconds)
            size = self.measured[count][name][-1].get("bytes lines", 0) / 1e6
            cpu, peak = (self.median(count, name, what) for what in ["cpu", "peak MiB"])
            print(f"| {name} | {median:.2f} | {min(seconds):.2f} | {max(seconds):.2f} | {cpu:.2f} | {peak:.0f} "
                  f"| {size:.0f} | {int(count) / median / 1e6:.2f} "
                  f"| {median / self.median(count, base, 'seconds'):.2f} |")
        limits = [n for n in self.names if n.startswith("limit-")]
        if self.has_own and limits:
            fastest = min(limits, key=lambda n: self.median(count, n, "seconds"))
            ratio = self.median(count, OWN, "seconds") / self.median(count, fastest, "seconds")
            print(f"\ntruecost takes {ratio:.2f} times the fastest limit, {fastest}")
        shares = [run["others"] for runs in self.measured[count].values() for run in runs]
        if max(shares) > 0.05:
            print(f"\nOthers took up to {100 * max(shares):.0f} % of the machine: measure again when it is idle.")
        print(flush=True)

    def growth(self) -> None:
        if len(self.measured) < 2:
            return
        counts = list(self.measured)
        print("Seconds a million lines, and MiB at the peak:\n\n| | " + " | ".join(f"{int(c):,}" for c in counts) + " |")
        print("|---" * (len(counts) + 1) + "|")
        for name in self.names:
            cells = [f"{self.median(c, name, 'seconds') / int(c) * 1e6:.3f}, {self.median(c, name, 'peak MiB'):.0f}"
                     for c in counts]
            print(f"| {name} | " + " | ".join(cells) + " |")

    def json(self) -> dict:
        cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                    if line.startswith("model name")), "")
        commands = {name: self.command(name, self.data / "lines.parquet") for name in self.names}
        return {
            "machine": {"cpu": cpu, "cores": os.cpu_count(), "kernel": platform.release(),
                        "memory GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)},
            "versions": {n: version(n) for n in ["duckdb", "polars", "pandas", "pyarrow", "numpy"]},
            "options": {k: str(v) for k, v in vars(self.options).items()},
            "commands": {n: [part.replace(f"{self.data}/", "") for part in c[1:]] for n, c in commands.items()},
            "price book": self.compiled,
            "runs": self.measured,
            "checks": self.checked,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", default="1e7", help="how many, with commas between: 1e6,1e7,5e7")
    parser.add_argument("--runs", type=int, default=5, help="of each, in turn")
    parser.add_argument("--data", type=Path, help="folder to keep the data in, and to take them from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skew", action="store_true", help="products by Zipf's law, not evenly")
    parser.add_argument("--row-group", type=int, help="lines in a row group of the input; 1,048,576 if left out")
    parser.add_argument("--truecost", default=ROOT / "target" / "release" / "truecost", help="the command to measure")
    parser.add_argument("--truecost-options", default="", help="more flags of `truecost lines`")
    parser.add_argument("--no-truecost", action="store_true", help="only the peers")
    parser.add_argument("--peers", default=",".join(PEERS), help="with commas between; options with +: duckdb+decimal")
    parser.add_argument("--limits", default=",".join(LIMITS), help="with commas between")
    parser.add_argument("--limit-command", help="one more limit: a command with {lines}, {priced} and {out}")
    parser.add_argument("--check-lines", action="store_true", help="compare line by line too")
    parser.add_argument("--json", type=Path, help="file to write what was measured into")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(options, (options.data or Path(temporary)).resolve())
        counts = [int(float(count)) for count in options.lines.split(",")]
        quietly(python("lines_data.py", bench.data, "--lines", 1, "--seed", options.seed))
        if bench.has_own:
            bench.compile()
        for count in counts:
            bench.measure(count)
        bench.growth()
        if options.json:
            options.json.write_text(json.dumps(bench.json(), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
