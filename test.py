#!/usr/bin/env python3
"""All the tests of truecost, with one command: `python3 test.py`.

Needs Rust, and Python 3.11 or later with its standard library. Options:

    --require-all   a test that would be skipped fails instead (what CI uses)
    --only STEP     run one step; --list names them
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent

# Each step is a name and a command. Building comes before testing: the tests run the command that was built.
STEPS = [
    ("format", ["cargo", "fmt", "--all", "--check"]),
    ("build", ["cargo", "build", "--workspace", "--locked"]),
    ("test", ["cargo", "test", "--workspace", "--locked"]),
    ("lint", ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    ("docs", ["cargo", "doc", "--package", "truecost", "--no-deps", "--locked"]),
    ("auditor", [sys.executable, "tests/oracle/selfcheck.py"]),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--require-all", action="store_true", help="a test that would be skipped fails instead")
    parser.add_argument("--only", metavar="STEP", help="run one step")
    parser.add_argument("--list", action="store_true", help="name the steps")
    options = parser.parse_args()
    if options.list:
        print("\n".join(name for name, _ in STEPS))
        return 0
    if sys.version_info < (3, 11):
        print("Python 3.11 or later is needed", file=sys.stderr)
        return 2
    if shutil.which("cargo") is None:
        print("cargo is missing: install Rust from https://rustup.rs", file=sys.stderr)
        return 2
    steps = [step for step in STEPS if options.only in (None, step[0])]
    if not steps:
        print(f"there is no step {options.only!r}; there are {', '.join(name for name, _ in STEPS)}", file=sys.stderr)
        return 2
    environment = dict(os.environ, RUSTDOCFLAGS="-D warnings")
    if options.require_all:
        environment["TRUECOST_REQUIRE_ALL"] = "1"
    results = []
    for name, command in steps:
        print(f"\n== {name}: {' '.join(command)}", flush=True)
        start = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode
        results.append((name, code, time.monotonic() - start))
    print()
    for name, code, seconds in results:
        print(f"{name:8} {'passed' if code == 0 else f'FAILED ({code})':12} {seconds:7.1f} s")
    failed = sum(code != 0 for _, code, _ in results)
    print(f"{len(results) - failed} steps passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
