"""The examples of docstrings and documents run, and print what they say."""

import contextlib
import doctest
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

import truecost as tc
from truecost import _wording, errors

DOCUMENTS = [
    "README.md",
    "bindings-python/README.md",
    "docs/guide/python.md",
    "docs/guide/lines.md",
    "docs/reference/price-book.md",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder from which `datasets/…` and `docs/…` can be seen."""
    for name in ("datasets", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def docstrings() -> Iterator[tuple[str, str]]:
    for module in (tc, errors, _wording):
        yield module.__name__, module.__doc__ or ""
    yield "Diagnostic", errors.Diagnostic.__doc__ or ""
    for name in tc.fairtrade.__all__:
        yield f"fairtrade.{name}", getattr(tc.fairtrade, name).__doc__ or ""
    for name in tc.__all__:
        thing = getattr(tc, name)
        yield name, thing.__doc__ or ""
        if isinstance(thing, type):
            for part in vars(thing):
                yield f"{name}.{part}", getattr(getattr(thing, part), "__doc__", None) or ""


EXAMPLES = {name: text for name, text in docstrings() if ">>>" in text}


@pytest.mark.parametrize("name", EXAMPLES)
def test_docstring(name: str, folder: Path) -> None:
    names = {"Diagnostic": errors.Diagnostic, "of_python": _wording.of_python}
    example = doctest.DocTestParser().get_doctest(EXAMPLES[name], names, name, None, None)
    told = io.StringIO()
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=told.write)
    assert result.attempted > 0
    assert result.failed == 0, told.getvalue()


def test_there_are_examples() -> None:
    assert {"truecost", "read_dataset", "Dataset.from_tables", "price", "Table", "TruePrices"} <= set(EXAMPLES)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document(document: str, folder: Path) -> None:
    """Blocks of `python` run one after another; a block of `text` right after one is what it prints."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", text, re.MULTILINE | re.DOTALL)
    assert blocks, f"{document} has no example"
    names: dict[str, object] = {}
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, document, "exec"), names)
        if expected:
            pattern = re.escape(expected).replace("…\n", ".*\n").replace("…", ".*")
            assert re.fullmatch(pattern, printed.getvalue(), re.DOTALL), printed.getvalue()
