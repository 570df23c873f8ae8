"""The `truecost` command of the package is that of the engine."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]

SCRIPT = Path(sys.executable).with_name("truecost")


@pytest.mark.parametrize(
    "arguments",
    [
        ["price", "datasets/supply/grocery", "--product", "banana"],
        ["price", "no/such/folder"],
        ["price"],
        ["--help"],
        ["--version"],
        ["check", "datasets/supply/coffee"],
        ["price", "datasets/supply/coffee", "--factors", "nothing"],
    ],
    ids=" ".join,
)
def test_output_and_exit_code(arguments: list[str], command: Command) -> None:
    expected = command(*arguments)
    for program in ([SCRIPT], [sys.executable, "-m", "truecost"]):
        done = subprocess.run([*program, *arguments], capture_output=True, text=True, encoding="utf-8")
        assert (done.returncode, done.stdout) == (expected.returncode, expected.stdout)
        assert done.stderr == expected.stderr


def test_a_closed_pipe_is_done() -> None:
    process = subprocess.Popen([SCRIPT, "factors", "show", "epa-scghg-2023"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(timeout=30) == 0
