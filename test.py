#!/usr/bin/env python3
"""All the tests of truecost, with one command: `python3 test.py`.

Needs Rust, and Python 3.11 or later with its standard library: what the tests of the Python package need is installed
into `.venv`. Options:

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
VENV = ROOT / ".venv"
PYTHON = str(VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
STUBTEST = ["--mypy-config-file=bindings-python/pyproject.toml", "--allowlist=bindings-python/stubtest-allowlist.txt"]
BINDING = ["--exclude", "truecost-python"]

# Each step is a name and a command. Building comes before testing: the tests run the command that was built, and some of
# them a program of the environment. The Python package is built by maturin, which knows the interpreter; it takes what was
# compiled for the engine.
STEPS = [
    ("format", ["cargo", "fmt", "--all", "--check"]),
    ("build", ["cargo", "build", "--workspace", *BINDING, "--locked"]),
    ("environment", [sys.executable, "bindings-python/environment.py"]),
    ("test", ["cargo", "test", "--workspace", *BINDING, "--locked"]),
    ("package", [PYTHON, "-m", "maturin", "develop", "--locked", "--profile", "dev", "-m", "bindings-python/Cargo.toml"]),
    ("pytest", [PYTHON, "-m", "pytest", "-c", "bindings-python/pyproject.toml", "bindings-python/tests"]),
    ("types", [PYTHON, "-m", "mypy", "--config-file", "bindings-python/pyproject.toml", "bindings-python/python"]),
    ("stubs", [PYTHON, "-m", "mypy.stubtest", "truecost", *STUBTEST]),
    ("notebooks", [PYTHON, "bindings-python/notebooks.py"]),
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
    environment = dict(os.environ, RUSTDOCFLAGS="-D warnings", VIRTUAL_ENV=str(VENV))
    # The environment's Python is the one that pyo3 asks, in every step: another would have it compiled again.
    environment["PATH"] = os.pathsep.join([str(Path(PYTHON).parent), environment.get("PATH", "")])
    if options.require_all:
        environment["TRUECOST_REQUIRE_ALL"] = "1"
    results = []
    for name, command in steps:
        if command[0] == PYTHON and not Path(PYTHON).exists():
            print(f"\n== {name}: there is no {PYTHON}; run the step `environment` first", flush=True)
            results.append((name, 2, 0.0))
            continue
        print(f"\n== {name}: {' '.join(command)}", flush=True)
        start = time.monotonic()
        settings = environment | (as_maturin() if name == "lint" else {})
        code = subprocess.run(command, cwd=ROOT, env=settings, stdin=subprocess.DEVNULL).returncode
        results.append((name, code, time.monotonic() - start))
    print()
    for name, code, seconds in results:
        print(f"{name:11} {'passed' if code == 0 else f'FAILED ({code})':12} {seconds:7.1f} s")
    failed = sum(code != 0 for _, code, _ in results)
    print(f"{len(results) - failed} steps passed, {failed} failed")
    return 1 if failed else 0


def as_maturin() -> dict[str, str]:
    """What maturin tells pyo3 of the interpreter; told anything else, pyo3 is compiled again, and again the next time."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    files = sorted((target / "maturin").glob("pyo3-config-*.txt"))
    return {"PYO3_CONFIG_FILE": str(files[0]), "PYO3_BUILD_EXTENSION_MODULE": "1"} if len(files) == 1 else {}


if __name__ == "__main__":
    sys.exit(main())
