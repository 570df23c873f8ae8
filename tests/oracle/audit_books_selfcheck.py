#!/usr/bin/env python3
"""Shows that the auditor of the books finds mistakes: each is planted in a copy of good books, and must be found.

    audit_books_selfcheck.py DATASET DIR

DIR is what `truecost accounts DATASET --out DIR` wrote, without mistakes, of a dataset with a ledger of members.
"""

import csv
import shutil
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from audit_books import Audit


def change(path, pick, edit):
    """Edits the first row that `pick` accepts; `edit` may return None to leave it out."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    names, at = list(rows[0]), next(at for at, row in enumerate(rows) if pick(row))
    row = edit(dict(rows[at]))
    rows[at:at + 1] = [] if row is None else row if isinstance(row, list) else [row]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def more(column):
    def edit(row):
        row[column] = str(float(Fraction(row[column])) + 0.01)
        return row
    return edit


def put(column, value):
    return lambda row: row | {column: value}


def leaf(row):
    return row.get("account", "").startswith("assets:credit:")


PLANTED = {
    "an amount of a posting": ("journal.csv", lambda row: row["kind"] == "flow", more("amount")),
    "a posting that is gone": ("journal.csv", lambda row: row["kind"] == "flow", lambda row: None),
    "a posting twice": ("journal.csv", lambda row: row["kind"] == "flow", lambda row: [row, row]),
    "a posting of somebody else": ("journal.csv", leaf, lambda row: row | {"agent": row["agent"] + "x"}),
    "a posting in another unit": ("journal.csv", lambda row: row["kind"] == "flow", put("unit", "CHF")),
    "credit booked as cash": ("journal.csv", leaf, put("account", "assets:cash")),
    "an event on another day": ("journal.csv", lambda row: row["kind"] == "flow", put("date", "1999-01-01")),
    "demurrage that is gone": ("journal.csv", lambda row: row["kind"] == "demurrage", lambda row: None),
    "an opening that is gone": ("journal.csv", lambda row: row["kind"] == "opening", lambda row: None),
    "a balance": ("balances.csv", lambda row: True, more("balance")),
    "a balance that is gone": ("balances.csv", lambda row: True, lambda row: None),
    "a line of the trial balance": ("trial_balance.csv", lambda row: True, more("debit")),
    "a closing balance": ("trial_balance.csv", lambda row: True, more("closing")),
    "a result": ("income_statement.csv", lambda row: row["section"] == "result", more("amount")),
    "an income": ("income_statement.csv", lambda row: row["section"] == "income", more("amount")),
    "an asset": ("balance_sheet.csv", lambda row: row["section"] == "assets", more("amount")),
    "a flow that is listed as not booked": ("not_booked.csv", lambda row: True, lambda row: None),
    "a balance in credit": ("credit.csv", lambda row: True, more("balance")),
    "the age of a debt": ("credit.csv", lambda row: row["oldest_debt"], more("days_31_90")),
    "where a balance stands": ("credit.csv", lambda row: True, put("position", "somewhere")),
    "a flow on another account": ("journal.csv", lambda row: row["account"] == "income:sales",
                                  put("account", "income:work")),
    "another rule": ("journal.csv", lambda row: row["rule"] == "sale", put("rule", "gift-in-kind")),
    "no rule of the table": ("journal.csv", lambda row: row["rule"] == "sale", put("rule", "sold")),
    "an opening on another account": ("journal.csv", lambda row: row["account"] == "equity:opening",
                                      put("account", "equity:retained")),
    "a day beyond a limit too many": ("credit.csv", lambda row: int(row["days_beyond"]) > 0,
                                      lambda row: row | {"days_beyond": str(int(row["days_beyond"]) + 1)}),
    "days beyond a limit": ("credit.csv", lambda row: int(row["days_beyond"]) > 0, put("days_beyond", "0")),
}


def main(dataset, out):
    good = Audit(dataset, out).run()
    assert not good, good
    missed = []
    for name, (file, pick, edit) in PLANTED.items():
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "books"
            shutil.copytree(out, copy)
            change(copy / file, pick, edit)
            if not Audit(dataset, copy).run():
                missed.append(name)
    if missed:
        print(f"the auditor missed: {', '.join(missed)}", file=sys.stderr)
        return 1
    print(f"all of {len(PLANTED)} planted mistakes were found")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
