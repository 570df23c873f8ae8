#!/usr/bin/env python3
"""Plants mistakes in statements and books of the co-op `seed` that are right; the auditor must find each.

    statements_selfcheck.py DATASET STATEMENTS BOOKS
"""

import csv
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

AUDITOR = Path(__file__).with_name("statements.py")


def audit(dataset, statements, books):
    return subprocess.run([sys.executable, AUDITOR, dataset, statements, "--books", books], capture_output=True, text=True)


def changed(path, change):
    """Rewrites a table with one change; says whether something was changed."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        names, rows = reader.fieldnames, list(reader)
    before = [dict(row) for row in rows]
    rows = change(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return rows != before


def more(column, where=lambda row: True, by=Fraction(1, 100)):
    """A cent more in the first row that fits."""
    def change(rows):
        row = next(row for row in rows if where(row) and row[column] not in ("", "0"))
        row[column] = str(float(Fraction(row[column]) + by))
        return rows
    return change


def both(rows):
    """A cent from one line to the next of one statement: the sum stays."""
    first, second = next(
        (a, b) for a, b in zip(rows, rows[1:]) if a["producer"] == b["producer"] and a["currency"] == b["currency"] and a["kind"] == b["kind"]
    )
    for row, by in ((first, 1), (second, -1)):
        row["amount"] = str(float(Fraction(row["amount"]) + Fraction(by, 100)))
    return rows


MISTAKES = {
    "a cent in a closing balance": ("statements/statements.csv", more("closing")),
    "a cent in a value": ("statements/lines.csv", more("value")),
    "a cent in a premium": ("statements/lines.csv", more("premium")),
    "a cent in a floor adjustment": ("statements/lines.csv", more("floor_adjustment")),
    "a cent in a running balance": ("statements/lines.csv", more("balance")),
    "a cent that another line lacks": ("statements/lines.csv", both),
    "a cent in a second payment": ("statements/lines.csv", more("amount", lambda row: row["kind"] == "second_payment")),
    "a line less": ("statements/lines.csv", lambda rows: rows[1:]),
    "a statement less": ("statements/statements.csv", lambda rows: rows[1:]),
    "a cent in a total": ("statements/totals.csv", more("closing")),
    "a cent in a total of a product": ("statements/product_totals.csv", more("value")),
    "a cent in a sum by kind": ("statements/sums.csv", more("amount")),
    "a cent in the payable": ("books/journal.csv", more("amount", lambda row: row["account"] == "liabilities:payable" and row["flow"].startswith("delivery"))),
    "a cent in cash": ("books/journal.csv", more("amount", lambda row: row["account"] == "assets:cash" and row["flow"].startswith("payment"))),
    "a cent in the fund": ("books/journal.csv", more("amount", lambda row: row["account"] == "assets:premiums-set-aside")),
    "a cent set off": ("books/trial_balance.csv", more("closing", lambda row: (row["agent"], row["account"]) == ("seed", "liabilities:payable"))),
}


def main():
    dataset, statements, books = (Path(path) for path in sys.argv[1:4])
    right = audit(dataset, statements, books)
    if right.returncode != 0:
        sys.exit(f"what is right is refused:\n{right.stderr}")
    missed = []
    for name, (file, change) in MISTAKES.items():
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder)
            shutil.copytree(statements, copy / "statements")
            shutil.copytree(books, copy / "books")
            if not changed(copy / file, change):
                missed.append(f"{name}: nothing was changed")
            elif audit(dataset, copy / "statements", copy / "books").returncode == 0:
                missed.append(f"{name}: was not found")
    if missed:
        sys.exit("\n".join(missed))
    print(f"{len(MISTAKES)} mistakes, all found")


if __name__ == "__main__":
    main()
