#!/usr/bin/env python3
"""Shows that the auditor of lines finds mistakes: each is planted in a copy of good files, and must be found.

    audit_lines_selfcheck.py …            the arguments of audit_lines.py, for files without mistakes
"""

import csv
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from audit_lines import Auditor, listed, pairs, parser
from lines import UnitCosts


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def cell(column, edit, pick=lambda row: True):
    """Edits a cell of the first row that `pick` takes."""

    def change(rows):
        at = rows[0].index(column)
        row = next(row for row in rows[1:] if row[at] != "" and pick(dict(zip(rows[0], row))))
        row[at] = edit(row[at])
        return rows

    return change


def more(text):
    """One digit of the last place."""
    return str(Fraction(text) + Fraction(1, 10**6)) if "/" in text else f"{float(text) + 1e-6:.6f}"


def put(value):
    return lambda _: value


def moved(source, target):
    """The first row of one file goes into the other."""

    def change(files):
        row = files[source].pop(1)
        files[target].insert(1, (row + [""] * 99)[: len(files[target][0])])

    return change


def of(name, change):
    def edit(files):
        files[name] = change(files[name])

    return edit


def without(at):
    return lambda rows: rows[:at] + rows[at + 1 :] if at >= 0 else rows[:at]


PLANTED = {
    **{f"{name} of a line": of("priced", cell(name, more)) for name in ("external_cost", "gap", "market_price", "true_price")},
    **{f"{name} of the summary": of("summary", cell(name, more)) for name in ("external_cost", "gap", "market_price", "true_price")},
    "a price where there is none": of("priced", lambda rows: [
        [cell or ("1" if name == "market_price" else "") for name, cell in zip(rows[0], row)] for row in rows]),
    "a price that is gone": of("priced", cell("market_price", put(""))),
    "an indicator that is not unpriced": of("priced", cell("unpriced", put(""))),
    "a fallback": of("priced", lambda rows: [rows[0], [*rows[1][:-2], "origin 150", rows[1][-1]], *rows[2:]]),
    "a line that is gone": of("priced", without(1)),
    "the last line that is gone": of("priced", without(-1)),
    "a line twice": of("priced", lambda rows: [*rows[:2], *rows[1:]]),
    "two lines in another order": of("priced", lambda rows: [rows[0], rows[2], rows[1], *rows[3:]]),
    "a cell that is not kept": of("priced", lambda rows: [rows[0], ["x" + rows[1][0], *rows[1][1:]], *rows[2:]]),
    "a column that is gone": of("priced", lambda rows: [row[:-1] for row in rows]),
    "a rejected line that is gone": of("rejects", without(1)),
    "a rejected line twice": of("rejects", lambda rows: [*rows[:2], *rows[1:]]),
    "another reason": of("rejects", cell("reason", put("no-rate"), lambda row: row["reason"] != "no-rate")),
    "another column": of("rejects", cell("column", put("quantity"), lambda row: row["reason"] != "bad-value")),
    "another value": of("rejects", cell("value", lambda text: text + "1")),
    "another row": of("rejects", cell("row", lambda text: str(int(text) + 1))),
    "a rejected line without a word": of("rejects", cell("message", put(""))),
    "a rejected line that overflows": of("rejects", cell("reason", put("overflow"))),
    "an accepted line that is rejected": moved("priced", "rejects"),
    "a group that is gone": of("summary", without(-1)),
    "a number of lines": of("summary", cell("lines", lambda text: str(int(text) + 1))),
    "a number of prices": of("summary", cell("lines_with_price", lambda text: str(int(text) + 1))),
    "an indicator of the summary": of("summary", cell("external_cost.climate-change", more)),
}  # fmt: skip


def main():
    given = parser().parse_args()
    costs = UnitCosts(given.supply, given.datasets, given.factors, given.currency, given.year, given.emission_year,
                      given.netting, given.outside, given.order)  # fmt: skip
    years = tuple(int(year) for year in given.years.split("-")) if given.years else None
    indicators = given.indicators if given.indicators == "all" else listed(given.indicators)
    names = {"priced": given.priced, "rejects": given.rejects, "summary": given.summary}

    def audit(paths):
        auditor = Auditor(costs, years)
        return auditor.run(given.lines, paths["priced"], paths["rejects"], paths["summary"], pairs(given.column),
                           pairs(given.set), listed(given.keep), indicators, given.bounds, listed(given.group_by))  # fmt: skip

    good = audit(names)
    assert not good, good
    missed, planted = [], 0
    for name, plant in PLANTED.items():
        files = {file: read(path) for file, path in names.items()}
        before = {file: [list(row) for row in rows] for file, rows in files.items()}
        try:
            plant(files)
        except StopIteration:  # there is no such row
            continue
        if files == before:
            continue
        planted += 1
        with tempfile.TemporaryDirectory() as folder:
            paths = {file: Path(folder) / f"{file}.csv" for file in files}
            for file, rows in files.items():
                write(paths[file], rows)
            try:
                found = audit(paths)
            except (ValueError, KeyError, IndexError):
                found = True
        if not found:
            missed.append(name)
    if missed:
        print(f"the auditor missed: {', '.join(missed)}", file=sys.stderr)
        return 1
    print(f"all of {planted} planted mistakes were found")
    return 0 if planted > 20 else 1


if __name__ == "__main__":
    sys.exit(main())
