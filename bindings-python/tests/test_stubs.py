"""The committed stubs are those of the compiled module."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def test_stubs_are_fresh() -> None:
    done = subprocess.run([sys.executable, HERE / "stubs.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
