"""LibreOffice opens the workbooks that truecost writes, keeps every value, and its own files are read back."""

import csv
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import ROOT, missing

Command = Callable[..., subprocess.CompletedProcess[str]]
COOP = ROOT / "datasets" / "coop" / "coffee"
#: What is asked of the template before and after.
QUESTIONS = [
    ["statements", "--format", "csv"],
    ["price", "--format", "csv"],
    ["fairtrade", "pay", "--format", "csv"],
    ["fairtrade", "surplus", "--format", "csv"],
    ["fairtrade", "income", "--format", "csv"],
    ["accounts", "--format", "csv"],
]


@pytest.fixture(scope="module")
def resaved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Opens a workbook in LibreOffice and saves it as a new one."""
    program = shutil.which("soffice")
    if program is None:
        missing("soffice", "apt install libreoffice-calc-nogui")
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def save(workbook: Path) -> Path:
        out = workbook.parent / "resaved"
        options = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
        done = subprocess.run([str(program), *options, str(workbook)], capture_output=True, text=True, timeout=300)
        assert (out / workbook.name).is_file(), done.stdout + done.stderr
        return out / workbook.name

    return save


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The values of all sheets, without empty rows and columns at their ends."""
    sheets = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
        while rows and not any(value is not None for value in rows[-1]):
            rows.pop()
        width = max((at + 1 for row in rows for at, value in enumerate(row) if value is not None), default=0)
        sheets[sheet.title] = [row[:width] for row in rows]
    return sheets


def test_the_template_goes_through_libreoffice(
    tmp_path: Path, command: Command, resaved: Callable[[Path], Path]
) -> None:
    template = tmp_path / "coop.xlsx"
    assert command("template", template).returncode == 0
    again = resaved(template)
    before, after = cells(template), cells(again)
    assert list(before) == list(after)
    for name, rows in before.items():
        assert rows == after[name], name
    assert any(isinstance(value, datetime) for row in after["Deliveries"] for value in row)
    assert any(isinstance(value, int | float) for row in after["Deliveries"] for value in row)
    lists = {sheet.title: len(sheet.data_validations.dataValidation) for sheet in openpyxl.load_workbook(again)}
    assert lists["Deliveries"] > 0 and lists["Payments"] > 0
    for question in QUESTIONS:
        *words, _, _ = question
        asked = [command(*words, dataset, "--format", "csv") for dataset in (COOP, template, again)]
        assert [done.returncode for done in asked] == [0, 0, 0], asked[-1].stderr
        of_folder, of_template, of_resaved = (done.stdout for done in asked)
        assert of_folder == of_template == of_resaved, words


@pytest.mark.parametrize(
    ("words", "workbook", "sheet", "table"),
    [
        (["statements"], "statements.xlsx", "Lines", "lines.csv"),
        (["fairtrade", "pay"], "pay.xlsx", "Pay", "pay.csv"),
        (["fairtrade", "surplus"], "surplus.xlsx", "Members", "members.csv"),
        (["price"], "true_prices.xlsx", "True prices", "true_prices.csv"),
    ],
)
def test_results_are_numbers_and_days(
    words: list[str],
    workbook: str,
    sheet: str,
    table: str,
    tmp_path: Path,
    command: Command,
    resaved: Callable[[Path], Path],
) -> None:
    assert command(*words, COOP, "--out", tmp_path).returncode == 0
    header, *rows = cells(resaved(tmp_path / workbook))[sheet]
    with (tmp_path / table).open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    names = expected[0]
    assert [str(name).lower().replace(" ", "_") for name in header] == [name.lower() for name in names]
    assert len(rows) == len(expected) - 1 > 0
    numbers = 0
    for row, texts in zip(rows, expected[1:], strict=True):
        for value, text in zip(row, texts, strict=False):
            if isinstance(value, datetime):
                assert value.date().isoformat() == text
            elif isinstance(value, bool):
                assert str(value).lower() == text
            elif isinstance(value, int | float):
                numbers += 1
                assert abs(Decimal(repr(value)) - Decimal(text)) <= abs(Decimal(text)) * Decimal("1e-14")
            else:
                assert (value or "") == text
    assert numbers > 0


def test_a_formula_is_read_as_its_value(tmp_path: Path, command: Command, resaved: Callable[[Path], Path]) -> None:
    template = tmp_path / "coop.xlsx"
    assert command("template", template).returncode == 0
    book = openpyxl.load_workbook(template)
    sheet = book["Payments"]
    header = [str(cell.value) for cell in sheet[1]]
    column = next(at for at, name in enumerate(header, 1) if name.startswith("Amount"))
    cell = sheet.cell(row=2, column=column)
    cell.value = f"={cell.value}/2*2"
    book.save(tmp_path / "formula.xlsx")  # openpyxl stores no values
    refused = command("check", tmp_path / "formula.xlsx")
    assert refused.returncode == 1
    assert f"Payments!{cell.coordinate}" in refused.stderr and "formula-not-computed" in refused.stderr
    again = resaved(tmp_path / "formula.xlsx")
    with zipfile.ZipFile(again) as parts:
        assert any(b"<f" in parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name)
    computed = command("statements", again, "--format", "csv")
    assert computed.returncode == 0, computed.stderr
    assert computed.stdout == command("statements", COOP, "--format", "csv").stdout
