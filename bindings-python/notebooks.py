#!/usr/bin/env python3
"""Executes every notebook of `notebooks/`, each as a copy; fails if one raises. Needs nbclient and ipykernel."""

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
#: What one cell may take.
LIMIT_S = 300


def run(path: Path) -> str | None:
    """Executes a copy in the folder of the notebook; what went wrong, if anything did."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=LIMIT_S, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return str(error)
    return None


def missing(path: Path) -> str | None:
    """The folder of public data that a notebook needs and that is not here; its metadata name it."""
    needs: str | None = nbformat.read(path, as_version=4).metadata.get("truecost", {}).get("needs")
    data = os.environ.get("TRUECOST_DATA")
    return needs if needs and not (data and (Path(data) / needs).is_dir()) else None


def main() -> int:
    paths = sorted(NOTEBOOKS.rglob("*.ipynb"))
    paths = [path for path in paths if ".ipynb_checkpoints" not in path.parts]
    failed = skipped = 0
    for path in paths:
        if (folder := missing(path)) and os.environ.get("TRUECOST_REQUIRE_ALL") != "1":
            skipped += 1
            print(f"{path.name}: skipped; it needs the folder {folder} in the folder that TRUECOST_DATA names")
            continue
        begun = time.monotonic()
        problem = run(path)
        failed += problem is not None
        word = "passed" if problem is None else "FAILED"
        print(f"{path.name}: {word} in {time.monotonic() - begun:.1f} s")
        if problem is not None:
            print(problem)
    print(f"{len(paths) - failed - skipped} notebooks passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
