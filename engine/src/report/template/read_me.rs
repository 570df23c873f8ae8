//! The sheet `Read me`.

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::data::workbook::names::title;

use super::overview::{PURPOSES, STEPS};
use super::style;

/// Fills the sheet.
pub(super) fn fill(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("Read me")?;
    sheet.set_column_width(0, 46)?;
    sheet.set_column_width(1, 90)?;
    sheet.set_column_width(2, 46)?;
    sheet.write_string_with_format(0, 0, "The accounts of a co-op", &style::title())?;
    sheet.write_string(
        1,
        0,
        "Written by truecost. This sheet is for people; the program does not read it.",
    )?;
    sheet.write_string_with_format(3, 0, "What to do", &style::title())?;
    let mut row = 4;
    for (number, (command, what)) in (1..).zip(STEPS) {
        let first = if command.is_empty() { format!("{number}.") } else { format!("{number}. {command}") };
        sheet.write_string_with_format(row, 0, first, &style::strong())?;
        sheet.write_string_with_format(row, 1, *what, &style::words())?;
        row += 1;
    }
    row += 1;
    sheet.write_string_with_format(row, 0, "Sheets", &style::title())?;
    row += 1;
    for (at, name) in (0_u16..).zip(["Sheet", "What its rows are", "Commands that read it"]) {
        sheet.write_string_with_format(row, at, name, &style::required())?;
    }
    let settings = (
        "settings",
        "What holds of all sheets: the co-op, its currency and units, how true prices are computed",
        "all",
    );
    for (table, rows, commands) in std::iter::once(&settings).chain(PURPOSES) {
        row += 1;
        sheet.write_string_with_format(row, 0, title(table), &style::strong())?;
        sheet.write_string_with_format(row, 1, *rows, &style::words())?;
        sheet.write_string_with_format(row, 2, *commands, &style::words())?;
    }
    Ok(())
}
