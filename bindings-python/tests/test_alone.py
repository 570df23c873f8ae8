"""The package needs no other: it prices in an environment that has none."""

import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import truecost as tc

PROGRAM = """
import importlib.metadata, sys
sys.path.insert(0, sys.argv[1])
assert not list(importlib.metadata.distributions(path=[p for p in sys.path if "site-packages" in p]))
import truecost as tc
prices = tc.price("datasets/supply/grocery", products="banana", progress=True)
print(prices.table.to_pylist()[0]["true_price"], len(prices.breakdown), prices.table.schema["gap"])
try:
    prices.table.to_polars()
except ImportError as error:
    print(error)
"""


def test_in_an_empty_environment(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "empty"], check=True)
    python = tmp_path / "empty" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    package = Path(tc.__file__).parent.parent
    done = subprocess.run([python, "-c", PROGRAM, package], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "1.597399707697 6 decimal128(38, 12)\n"
        "to_polars needs polars, which is not installed: pip install polars\n"
    )


def test_nothing_is_required() -> None:
    assert all("extra ==" in requirement for requirement in requires("truecost") or [])
