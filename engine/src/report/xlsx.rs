//! Tables as a workbook: numbers are numbers, dates are dates, the header stands still.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::base::diagnostic::{Diagnostic, codes};

use super::columns::{Cell, Columns, Kind};

/// A sheet of a workbook: its name, of at most 31 characters, and what it shows.
pub type Sheet<'a> = (&'a str, &'a Columns);

/// The bytes of a workbook; the same sheets give the same bytes. A spreadsheet program computes with doubles: money
/// keeps about 15 digits there. More than 1,048,575 rows do not fit a sheet and are an error.
pub fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, Diagnostic> {
    written(sheets).map_err(|error| {
        Diagnostic::error(codes::UNWRITABLE, format!("the workbook cannot be written: {error}"))
            .hint("a sheet has at most 1,048,576 rows; CSV and Parquet have no such limit")
    })
}

fn written(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The day a file was made would make it another file every day.
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
    for (name, columns) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name)?;
        fill(sheet, columns)?;
    }
    workbook.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, columns: &Columns) -> Result<(), XlsxError> {
    let header = Format::new().set_bold();
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in columns.iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        sheet.write_string_with_format(0, at, column.name.replace('_', " "), &header)?;
        let format = format_of(column.kind);
        for (row, cell) in column.cells.iter().enumerate() {
            let row = u32::try_from(row + 1).unwrap_or(u32::MAX);
            write(sheet, row, at, cell, &format)?;
        }
    }
    sheet.autofit();
    Ok(())
}

fn format_of(kind: Kind) -> Format {
    match kind {
        Kind::Text | Kind::Flag => Format::new(),
        Kind::Year | Kind::Count => Format::new().set_num_format("0"),
        Kind::Date => Format::new().set_num_format("yyyy-mm-dd"),
        Kind::Money => Format::new().set_num_format("#,##0.00####"),
        Kind::Amount | Kind::Factor => Format::new().set_num_format("General"),
    }
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Missing("") => {}
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(_) | Cell::Missing(_) => {
            sheet.write_string(row, column, cell.text())?;
        }
        Cell::Flag(flag) => {
            sheet.write_boolean(row, column, *flag)?;
        }
        Cell::Date(day) => match ExcelDateTime::parse_from_str(&day.to_string()) {
            Ok(date) => {
                sheet.write_datetime_with_format(row, column, &date, format)?;
            }
            // A year or a month is no day.
            Err(_) => {
                sheet.write_string(row, column, cell.text())?;
            }
        },
        Cell::Year(_)
        | Cell::Count(_)
        | Cell::Amount(_)
        | Cell::Money(_)
        | Cell::Factor(_)
        | Cell::Published(_) => match cell.text().parse::<f64>() {
            Ok(number) if number.is_finite() => {
                sheet.write_number_with_format(row, column, number, format)?;
            }
            _ => {
                sheet.write_string(row, column, cell.text())?;
            }
        },
    }
    Ok(())
}
