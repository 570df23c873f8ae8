"""Dataset folders: manifests, tables, and the names they go by."""

import csv
import tomllib
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path


class OracleError(Exception):
    """What is wrong with the data or the request, in words."""


class Dataset:
    """One folder: `manifest.toml` and its CSV tables."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.id = self.folder.resolve().name
        self.manifest = tomllib.loads((self.folder / "manifest.toml").read_text("utf-8"))
        self.kind = self.manifest["kind"]

    def table(self, name):
        """The rows of one table as dictionaries; cells are stripped, lines that begin with # skipped."""
        path = self.folder / f"{name}.csv"
        if not path.exists():
            return []
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(line for line in file if not line.startswith("#"))
            return [Row(path.name, row) for row in reader]


class Row(dict):
    """A row that says which table it came from when a cell cannot be used."""

    def __init__(self, table, cells):
        super().__init__((k, (v or "").strip()) for k, v in cells.items() if k is not None)
        self.table = table

    def __missing__(self, column):  # a column that is absent is a column of empty cells
        return ""

    def need(self, column):
        if self[column] == "":
            raise OracleError(f"{self.table}: {column} is empty in {dict(self)}")
        return self[column]

    def exact(self, column):
        """The decimal as written."""
        try:
            return Fraction(Decimal(self.need(column)))
        except (InvalidOperation, ValueError, OverflowError):
            raise OracleError(f"{self.table}: {column} is no number in {dict(self)}") from None

    def float(self, column):
        """The nearest double, as an exact fraction."""
        return Fraction(float(self.exact(column)))

    def year(self, column):
        """The year of a date, month or year; None if empty."""
        return int(self[column][:4]) if self[column] else None


class Library:
    """All datasets under one folder, by kind and id."""

    def __init__(self, folder):
        found = sorted(Path(folder).glob("**/manifest.toml"))
        self.datasets = sorted((Dataset(path.parent) for path in found), key=lambda d: d.id.encode())

    def of_kind(self, kind):
        return [d for d in self.datasets if d.kind == kind]

    def get(self, kind, name):
        """A path to a folder, or the name of a dataset of that kind."""
        if (Path(name) / "manifest.toml").exists():
            return Dataset(name)
        for dataset in self.of_kind(kind):
            if dataset.id == name:
                return dataset
        raise OracleError(f"no {kind} dataset {name!r}; there are {[d.id for d in self.of_kind(kind)]}")
