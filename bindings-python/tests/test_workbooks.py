"""Workbooks that another program wrote, as Python reads them: values, and problems with their cells."""

import datetime
from pathlib import Path

import openpyxl
import pytest

import truecost as tc

#: A workbook that prices: its sheets, row by row.
BAKERY = {
    "Settings": [
        ["Setting", "Value"],
        ["Factors", "ce-delft-2024"],
        ["Report currency", "EUR"],
        ["Year", 2024],
        ["Method", "ReCiPe 2016 H"],
    ],
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


def test_a_workbook_of_another_program_is_priced(tmp_path: Path) -> None:
    path = write(tmp_path / "bakery.xlsx", BAKERY)
    bakery = tc.read_dataset(path)
    assert bakery.name == "bakery"
    prices = tc.price(path)
    # A loaf: 0.25 kg of its own, and of the mill 0.5 kg of flour at 0.1 kg for 0.8 kg.
    rows = {row["product"]: row for row in prices.table.to_pylist()}
    ratio = float(rows["bread"]["environmental"]) / float(rows["flour"]["environmental"])
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


def test_a_price_list_may_be_a_workbook(tmp_path: Path) -> None:
    path = write(tmp_path / "bakery.xlsx", BAKERY)
    rows = [
        ["Product", "Amount (EUR)", "Unit", "Date", "Vat", "Source"],
        ["bread", 2.95, "loaf", "2024-06", "included", "shelf of the co-op"],
    ]
    shop = write(tmp_path / "shop.xlsx", {"Prices": rows})
    prices = tc.price(path, prices=shop)
    market = {row["product"]: row["market_price"] for row in prices.table.to_pylist()}
    assert (str(market["bread"]).rstrip("0"), market["flour"]) == ("2.95", None)
    with pytest.raises(tc.DataError, match="a workbook of prices has the sheet `Prices`"):
        tc.price(path, prices=write(tmp_path / "none.xlsx", {"Producers": [["Id"], ["ana"]]}))


def test_a_template_in_ones_own_currency(tmp_path: Path) -> None:
    path = tc.template(tmp_path / "own.xlsx", currency="KES", unit="kg")
    book = openpyxl.load_workbook(path)
    assert "Amount (KES)" in [cell.value for cell in book["Payments"][1]]
    assert book["Payments"].max_row == 1
    with pytest.raises(tc.TrueCostError, match="not a currency"):
        tc.template(tmp_path / "other.xlsx", currency="shilling")


def test_a_header_that_contradicts_the_settings_is_told(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "Settings": [["Setting", "Value"], ["Currency", "KES"]],
        "Producers": [["Id"], ["m01"]],
        "Payments": [["Id", "Date", "Producer", "Kind", "Amount (COP)"], ["p1", "2024-10-20", "m01", "payment", 500]],
    }
    path = write(tmp_path / "coop.xlsx", sheets)
    with pytest.warns(tc.TrueCostWarning, match="Payments!E1 says COP"):
        assert tc.check(path).startswith("1 producer, 1 payment (500.00 COP)")
