"""What can go wrong: one class for each thing that a caller may want to catch.

    TrueCostError
    ├── DataError (ValueError)        the data have errors; all of them are listed
    ├── ChoiceError (ValueError)      nobody says what to price with, or figures for it are missing
    ├── NotFoundError (LookupError)   there is no dataset, factor set, product or indicator of that name
    ├── UnreadableError (OSError)     a file, folder or stream cannot be read
    └── UnwritableError (OSError)     a file or folder cannot be written

An argument of a wrong type is a `TypeError`, as everywhere in Python. Work that is stopped by Ctrl-C ends with
`KeyboardInterrupt`.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from truecost import _wording

__all__ = [
    "ChoiceError",
    "DataError",
    "Diagnostic",
    "NotFoundError",
    "TrueCostError",
    "TrueCostWarning",
    "UnreadableError",
    "UnwritableError",
]

#: Characters of a message that are shown.
_SHOWN = 600


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that was noticed: what, where, and what to do about it.

    >>> print(Diagnostic("unknown-unit", "error", "`kgs` is not a unit", "shop/inputs.csv", 3, "unit", "use `kg`"))
    error[unknown-unit] shop/inputs.csv:3:unit: `kgs` is not a unit
      hint: use `kg`
    """

    #: Stable name of the kind of problem; docs/reference/errors.md lists them.
    code: str
    #: `error`: nothing is computed. `warning`: the answer stands, and says this.
    severity: str
    #: What is wrong.
    message: str
    #: Path of the file, or `dataset/table` of a table in memory.
    file: str | None = None
    #: Line of a CSV, row of a Parquet file, table or sheet, from 1.
    row: int | None = None
    #: Name of the column.
    column: str | None = None
    #: What to do.
    hint: str | None = None
    #: The cell of a workbook, as a formula names it: `Deliveries!D17`. `file` is then the workbook.
    cell: str | None = None

    @classmethod
    def of_engine(
        cls,
        code: str,
        severity: str,
        message: str,
        file: str | None,
        row: int | None,
        column: str | None,
        hint: str | None,
        cell: str | None = None,
    ) -> "Diagnostic":
        """What the engine says in the words of its command line, in words of Python."""
        said = hint if hint is None else _wording.of_python(hint)
        return cls(code, severity, _wording.of_python(message), file, row, column, said, cell)

    def __str__(self) -> str:
        if self.cell is not None:
            place = f"{self.file}: {self.cell}"
        else:
            place = ":".join(str(part) for part in (self.file, self.row, self.column) if part is not None)
        head = f"{self.severity}[{self.code}]" + (f" {place}" if place else "")
        hint = "" if self.hint is None else f"\n  hint: {_printable(self.hint)}"
        return f"{head}: {_printable(self.message)}{hint}"


#: Rows with one and the same problem that a message lists; a column of wrong units would fill a notebook.
_SHOWN_ALIKE = 20


class TrueCostError(Exception):
    """The root of all errors of truecost; `diagnostics` says all that is wrong."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        #: All that is wrong, by file, row and column.
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        lines, left = [], 0
        seen: dict[tuple[str, str | None, str | None, str], int] = {}
        for diagnostic in self.diagnostics:
            sheet = diagnostic.cell and diagnostic.cell.rpartition("!")[0]
            place = f"{diagnostic.file}: {sheet}" if sheet else diagnostic.file
            kind = (diagnostic.code, place, diagnostic.column, diagnostic.message)
            seen[kind] = seen.get(kind, 0) + 1
            if seen[kind] <= _SHOWN_ALIKE:
                lines.append(str(diagnostic))
            else:
                left += 1
        if left:
            lines.append(f"and {left} more rows with one of these problems: `diagnostics` has them all")
        errors = sum(diagnostic.severity == "error" for diagnostic in self.diagnostics)
        return "\n".join(lines + ([f"{errors} errors"] if errors > 1 else []))


class DataError(TrueCostError, ValueError):
    """The data have errors."""


class ChoiceError(TrueCostError, ValueError):
    """Nobody says what to price with, or the figures that the choice needs are missing."""


class NotFoundError(TrueCostError, LookupError):
    """There is no dataset, factor set, price list, product or indicator of that name."""


class UnreadableError(TrueCostError, OSError):
    """A file, folder or stream cannot be read."""


class UnwritableError(TrueCostError, OSError):
    """A file or folder cannot be written."""


class TrueCostWarning(UserWarning):
    """The answer stands, and a reader should know this."""


#: Which error a kind of problem is. Others are errors of the data if they stand in a file, and else of a choice.
_CLASSES: dict[str, type[TrueCostError]] = {
    "emission-year-outside": ChoiceError,
    "missing-choice": ChoiceError,
    "missing-income": ChoiceError,
    "missing-index": ChoiceError,
    "missing-manifest": UnreadableError,
    "missing-rate": ChoiceError,
    "not-found": NotFoundError,
    "unreadable-path": UnreadableError,
    "unwritable-path": UnwritableError,
    "year-outside": ChoiceError,
}

#: Where problems of several classes come together, the first of these is raised.
_ORDER = (DataError, ChoiceError, NotFoundError, UnreadableError, UnwritableError)

#: Problems of a whole dataset, which stand in no file.
_OF_DATA = frozenset({"no-process", "not-productive", "not-certified", "overflow", "shares-do-not-sum"})


def exception(diagnostics: Sequence[Diagnostic]) -> TrueCostError:
    """The error that says all this."""
    wrong = {_class_of(diagnostic) for diagnostic in diagnostics if diagnostic.severity == "error"}
    return next((kind for kind in _ORDER if kind in wrong), TrueCostError)(diagnostics)


def warn(diagnostics: Sequence[Diagnostic]) -> None:
    """Warns of each, at the line that called the engine."""
    for diagnostic in diagnostics:
        warnings.warn(str(diagnostic), TrueCostWarning, stacklevel=2)


def _class_of(diagnostic: Diagnostic) -> type[TrueCostError]:
    is_of_data = diagnostic.file is not None or diagnostic.code in _OF_DATA
    return _CLASSES.get(diagnostic.code, DataError if is_of_data else ChoiceError)


def _printable(text: str) -> str:
    """Data may hold anything: control characters are escaped, and nobody reads a megabyte."""
    shown = "".join(c if c.isprintable() or c == " " else repr(c)[1:-1] for c in text[:_SHOWN])
    return shown if len(text) <= _SHOWN else shown + "…"
