"""Workbooks as another program sees them: openpyxl reads what is written, and writes what is read."""

import csv
import datetime
from pathlib import Path

import openpyxl
import pytest
from conftest import ROOT

import truecost as tc

COFFEE = ROOT / "datasets" / "coop" / "coffee"
#: A workbook that prices: its sheets, row by row.
BAKERY = {
    "Settings": [["Setting", "Value"], ["Factors", "ce-delft-2024"], ["Report currency", "EUR"], ["Year", 2024]],
    "Products": [["Id", "Name", "Unit"], ["bread", "Bread", "loaf"], ["flour", "Flour", "kg"]],
    "Processes": [
        ["Id", "Product", "Amount", "Unit", "Region"],
        ["mill", "flour", 0.8, "kg", "NL"],
        ["bakery", "bread", 1, "loaf", "NL"],
    ],
    "Inputs": [["Process", "Product", "Amount (kg)"], ["bakery", "flour", 0.5]],
    "Interventions": [
        ["Process", "Indicator", "Amount", "Unit"],
        ["mill", "climate-change", 0.1, "kg CO2-eq"],
        ["bakery", "climate-change", 0.25, "kg CO2-eq"],
    ],
}


def write(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Writes sheets as openpyxl does."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def template(command, tmp_path: Path) -> Path:
    path = tmp_path / "coop.xlsx"
    answer = command("template", path)
    assert answer.returncode == 0, answer.stderr
    return path


def test_a_workbook_of_another_program_is_priced(tmp_path: Path) -> None:
    path = write(tmp_path / "bakery.xlsx", BAKERY)
    bakery = tc.read_dataset(path)
    assert bakery.name == "bakery"
    prices = tc.price(path)
    # A loaf: 0.25 of its own, 0.5 / 0.8 of 0.1 from the mill.
    rows = {row["product"]: row for row in prices.table.to_pylist()}
    ratio = float(rows["bread"]["external_cost"]) / float(rows["flour"]["external_cost"])
    assert ratio == pytest.approx((0.25 + 0.5 * 0.1 / 0.8) / (0.1 / 0.8), rel=1e-9)


def test_problems_name_their_cells(tmp_path: Path) -> None:
    sheets = {name: [list(row) for row in rows] for name, rows in BAKERY.items()}
    sheets["Inputs"][1][2] = "half a kilo"
    sheets["Interventions"][2][2] = "=0.2+0.05"
    path = write(tmp_path / "bakery.xlsx", sheets)
    with pytest.raises(tc.DataError) as caught:
        tc.read_dataset(path)
    found = {d.code: d for d in caught.value.diagnostics}
    assert found["not-a-number"].cell == "Inputs!C2"
    assert found["formula-not-computed"].cell == "Interventions!C3"
    for diagnostic in found.values():
        assert (diagnostic.file, diagnostic.row) == (str(path), int(diagnostic.cell[-1]))
        assert str(diagnostic).startswith(f"error[{diagnostic.code}] {path}: {diagnostic.cell}: ")
    assert found["not-a-number"].column == "amount"


def test_the_template_has_types_lists_and_notes(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    assert book.sheetnames[:3] == ["Read me", "Settings", "Producers"]
    sheet = book["Deliveries"]
    header = [cell.value for cell in sheet[1]]
    assert header[:4] == ["Id", "Date", "Producer", "Product"]
    assert "Gross weight (kg)" in header
    assert sheet.freeze_panes == "B2"
    assert all(cell.comment is not None and cell.comment.text for cell in sheet[1])
    weight = header.index("Gross weight (kg)")
    for row in sheet.iter_rows(min_row=2):
        assert isinstance(row[1].value, datetime.datetime)
        assert row[1].number_format == "yyyy-mm-dd"
        assert isinstance(row[weight].value, int | float)
    lists = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert lists["C2"].type == "list"
    assert lists["C2"].formula1 == "'Producers'!$A$2:$A$20000"
    words = {rule.formula1 for rule in book["Payments"].data_validations.dataValidation}
    assert '"advance,payment,second_payment"' in words
    formulas = [c.coordinate for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []


def test_values_of_the_template_are_those_of_the_dataset(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    with (COFFEE / "deliveries.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sheet = book["Deliveries"]
    header = [cell.value for cell in sheet[1]]
    read = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(read) == len(rows)
    for cells, row in zip(read, rows, strict=True):
        found = dict(zip(header, cells, strict=True))
        assert found["Id"] == row["id"]
        assert found["Date"].date().isoformat() == row["date"]
        assert found["Gross weight (kg)"] == float(row["gross_weight"])
        assert (found["Grade"] or "") == row["grade"]


def test_true_prices_are_numbers_to_another_program(command, tmp_path: Path) -> None:
    answer = command("price", COFFEE, "--out", tmp_path)
    assert answer.returncode == 0, answer.stderr
    sheet = openpyxl.load_workbook(tmp_path / "true_prices.xlsx")["true prices"]
    with (tmp_path / "true_prices.csv").open(newline="", encoding="utf-8") as file:
        told = list(csv.DictReader(file))
    header = [cell.value for cell in sheet[1]]
    at = header.index("true price")
    for row, line in zip(sheet.iter_rows(min_row=2), told, strict=True):
        cell = row[at]
        if line["true_price"] and line["true_price"][0].isdigit():
            assert cell.value == pytest.approx(float(line["true_price"]), rel=1e-14)
            assert cell.number_format.startswith("#,##0")
    assert any(isinstance(row[at].value, float) for row in sheet.iter_rows(min_row=2))


def test_what_openpyxl_saves_is_read_as_the_same(command, template: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template)
    book.save(tmp_path / "saved.xlsx")
    first = command("price", template, "--format", "csv")
    again = command("price", tmp_path / "saved.xlsx", "--format", "csv")
    assert first.returncode == 0, first.stderr
    assert (again.returncode, again.stdout) == (0, first.stdout), again.stderr


def test_a_number_typed_as_text_and_a_date_with_a_time(tmp_path: Path) -> None:
    sheets = {name: [list(row) for row in rows] for name, rows in BAKERY.items()}
    sheets["Processes"][0].append("Period")
    sheets["Processes"][1].append(datetime.datetime(2024, 3, 15, 10, 30))
    sheets["Processes"][2].append(datetime.date(2024, 3, 15))
    sheets["Inputs"][1][2] = "1 234,5"
    path = write(tmp_path / "bakery.xlsx", sheets)
    with pytest.raises(tc.DataError) as caught:
        tc.read_dataset(path)
    found = {(d.code, d.cell) for d in caught.value.diagnostics}
    assert found == {("bad-date", "Processes!F2"), ("not-a-number", "Inputs!C2")}
