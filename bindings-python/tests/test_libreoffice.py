"""Workbooks in LibreOffice: it opens and saves the template and the results, and nothing changes; openpyxl reads them too."""

import csv
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from conftest import ROOT, missing
from openpyxl.worksheet.worksheet import Worksheet

Command = Callable[..., subprocess.CompletedProcess[str]]
Convert = Callable[[Path], Path]
Cell = str | int | float | bool | datetime | None
COFFEE = ROOT / "datasets" / "coop" / "coffee"
#: Commands whose answers must be the same before and after.
ANSWERS = [
    "check COOP",
    "price COOP --format csv",
    "statements COOP --format csv",
    "fairtrade pay COOP --format csv",
    "fairtrade mass-balance COOP --format csv",
    "fairtrade wages COOP --format csv",
    "fairtrade income COOP --format csv",
    "fairtrade surplus COOP --year 2024 --format csv",
    "fairtrade drift COOP --format csv",
    "accounts COOP --format csv",
]


@pytest.fixture(scope="module")
def soffice() -> str:
    program = shutil.which("soffice")
    if program is None:
        missing("soffice", "apt install libreoffice-calc-nogui")
    return str(program)


@pytest.fixture
def convert(soffice: str, tmp_path: Path) -> Convert:
    """Opens a workbook in LibreOffice, which computes and saves it anew."""

    def saved(path: Path) -> Path:
        folder = tmp_path / "saved"
        profile = (tmp_path / "profile").as_uri()
        done = subprocess.run(
            [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir", folder, path],
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert (folder / path.name).exists(), done.stdout + done.stderr
        return folder / path.name

    return saved


@pytest.fixture
def template(tmp_path: Path, command: Command) -> Path:
    path = tmp_path / "coop.xlsx"
    answer = command("template", path)
    assert answer.returncode == 0, answer.stderr
    return path


def sheets(path: Path) -> dict[str, list[list[Cell]]]:
    """The values of all sheets; rows and columns that are empty to their end are cut off."""
    found = {}
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        for row in rows:
            while row and row[-1] is None:
                row.pop()
        while rows and not rows[-1]:
            rows.pop()
        found[sheet.title] = rows
    return found


def answers(command: Command, path: Path) -> Iterator[tuple[str, str]]:
    for words in ANSWERS:
        answer = command(*(path if word == "COOP" else word for word in words.split()))
        assert answer.returncode == 0, f"{words}\n{answer.stderr}"
        assert answer.stdout.count("\n") > (words != "check COOP"), words
        yield words, answer.stdout.replace(str(path), "COOP")


def validations(sheet: Worksheet) -> dict[str, tuple[str, str]]:
    """What the cells of a column accept, by its letter."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        for cells in rule.sqref.ranges:
            assert cells.min_row == 2 and cells.min_col == cells.max_col and cells.max_row > 900
            found[openpyxl.utils.get_column_letter(cells.min_col)] = (rule.type, str(rule.formula1).replace("'", ""))
    return found


def test_libreoffice_keeps_every_value_of_the_template(template: Path, convert: Convert) -> None:
    before, after = sheets(template), sheets(convert(template))
    assert list(before) == list(after)
    for name, rows in before.items():
        assert rows == after[name], name
    assert sum(len(row) for rows in before.values() for row in rows) > 2300


def test_the_template_is_the_folder_value_by_value(template: Path, convert: Convert) -> None:
    """As openpyxl reads it, which knows nothing of truecost."""
    book = sheets(convert(template))
    seen = 0
    for path in sorted(COFFEE.glob("*.csv")):
        header, *rows = book[path.stem.replace("_", " ").capitalize()]
        units = {str(name).split(" (")[0].lower().replace(" ", "_"): str(name).partition("(")[2].rstrip(")") for name in header}
        names = [name if name != "mass" else "mass_kg" for name in units]
        with path.open(newline="", encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        assert len(table) == len(rows), path.stem
        for theirs, row in zip(table, rows):
            ours = dict(zip(names, row))
            for name, text in theirs.items():
                if name not in names:
                    # It stands in headers, of the cells that are filled.
                    assert not text or any(text in unit.split("/") for unit in units.values()), (path.stem, name, text)
                    continue
                cell = ours.get(name)
                if isinstance(cell, datetime):
                    assert cell == datetime.fromisoformat(text), (path.stem, name)
                elif isinstance(cell, (int, float)):
                    assert Decimal(repr(cell)) == Decimal(text), (path.stem, name)
                else:
                    assert (cell or "") == text, (path.stem, name)
                seen += bool(text)
    assert seen > 1500


def test_answers_are_the_same_when_libreoffice_saved_the_workbook(
    template: Path, convert: Convert, command: Command
) -> None:
    saved = convert(template)
    before, after = dict(answers(command, template)), dict(answers(command, saved))
    for words, text in before.items():
        assert text == after[words], words


def test_drop_downs_dates_and_notes_survive(template: Path, convert: Convert) -> None:
    before, after = openpyxl.load_workbook(template), openpyxl.load_workbook(convert(template))
    count = 0
    for sheet in before.worksheets:
        if sheet.title in ("Read me", "Settings"):
            continue
        ours, theirs = validations(sheet), validations(after[sheet.title])
        assert ours == theirs, sheet.title
        count += len(ours)
        for cell, other in zip(sheet[1], after[sheet.title][1]):
            assert cell.comment and other.comment and len(cell.comment.text) > 10, (sheet.title, cell.value)
        # LibreOffice keeps it too, but not without a window.
        assert sheet.freeze_panes == "B2"
    assert count > 150
    payments = validations(after["Payments"])
    assert payments["C"] == ("list", "Producers!$A$2:$A$5000")
    assert payments["D"] == ("list", '"advance,payment,second_payment"')
    assert payments["B"][0] == "date" and payments["E"][0] == "decimal"
    day = after["Payments"]["B2"]
    assert day.is_date and day.value == datetime(2024, 8, 20)


def test_formulas_are_read_once_somebody_computed_them(template: Path, convert: Convert, command: Command) -> None:
    before = command("statements", template, "--format", "csv").stdout
    book = openpyxl.load_workbook(template)
    # The weight of the first delivery as a sum: openpyxl stores no value for it.
    book["Deliveries"]["H2"] = "=300+79.3"
    book.save(template)
    answer = command("statements", template)
    assert answer.returncode == 1 and answer.stdout == ""
    assert f"error[formula-not-computed] {template}: Deliveries!H2" in answer.stderr, answer.stderr
    assert "open the workbook in LibreOffice" in answer.stderr

    saved = convert(template)
    assert openpyxl.load_workbook(saved)["Deliveries"]["H2"].value == "=300+79.3"
    assert command("statements", saved, "--format", "csv").stdout == before


@pytest.mark.parametrize(
    ("words", "workbook"),
    [
        ("statements COOP", "statements.xlsx"),
        ("fairtrade surplus COOP --year 2024", "surplus.xlsx"),
        ("fairtrade pay COOP", "pay.xlsx"),
    ],
)
def test_results_are_workbooks_that_are_their_csv(
    words: str, workbook: str, tmp_path: Path, convert: Convert, command: Command
) -> None:
    folder = tmp_path / "out"
    answer = command(*(COFFEE if word == "COOP" else word for word in words.split()), "-o", folder)
    assert answer.returncode == 0, answer.stderr
    written = folder / workbook
    assert zipfile.ZipFile(written).testzip() is None
    before, after = sheets(written), sheets(convert(written))
    assert before == after
    # What the numbers rest on, in words.
    assert len(after.pop("About")) > 3
    kinds = set()
    for name, (header, *rows) in after.items():
        with (folder / f"{name.lower().replace(' ', '_')}.csv").open(newline="", encoding="utf-8") as file:
            names, *table = list(csv.reader(file))
        assert [str(title).lower().replace(" ", "_") for title in header] == names, name
        assert len(table) == len(rows), name
        for texts, cells in zip(table, rows):
            for column, text, cell in zip(names, texts, [*cells, *[None] * len(texts)]):
                kinds.add(type(cell))
                if isinstance(cell, bool):
                    assert text == str(cell).lower() or text == ("yes" if cell else "no"), (name, column)
                elif isinstance(cell, datetime):
                    assert cell.strftime("%Y-%m-%d") == text, (name, column)
                elif isinstance(cell, (int, float)):
                    # A spreadsheet keeps 15 digits.
                    assert float(text) == pytest.approx(cell, rel=1e-14, abs=0), (name, column)
                else:
                    assert (cell or "") == text, (name, column)
                    assert not text.lstrip("-").replace(".", "", 1).isdigit(), f"{name}.{column}: {text} is no number"
    assert str in kinds and (int in kinds or float in kinds)
    assert datetime in kinds
