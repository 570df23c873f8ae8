//! Tables as a workbook: numbers are numbers, dates are dates, the header stands still, nothing is a formula.

use std::collections::BTreeSet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde_json::Value;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::base::period::Period;
use crate::data::workbook::REPORT;

use super::columns::{Cell, Column, Columns, Kind};

/// A sheet of a workbook: its name, and what it shows.
pub type Sheet<'a> = (&'a str, &'a Columns);

/// Rows of a sheet, without the header.
const ROWS: usize = 1_048_575;
/// Letters of the name of a sheet.
const NAME: usize = 31;
/// Letters of a cell, as UTF-16 counts them.
const LETTERS: usize = 32_767;
/// Decimals that are shown; a cell holds more.
const DECIMALS: usize = 6;
/// Width of the widest column, in pixels.
const WIDEST: u32 = 420;
/// Rows whose cells say how wide a column is.
const FITTED: u32 = 1_000;
/// Rows of a table that a workbook holds where other files hold it whole.
const MOST_ROWS: usize = 200_000;

/// The bytes of a workbook; the same sheets give the same bytes. A spreadsheet program keeps 15 digits of a number, and
/// so does the workbook: CSV and Parquet have them all. A table of more rows than a sheet has goes on in the next sheet.
pub fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, Diagnostic> {
    written(sheets).map_err(|error| failed(&error))
}

/// Why a workbook cannot be made.
pub(super) fn failed(error: &XlsxError) -> Diagnostic {
    let hint = "CSV and Parquet have no limits";
    Diagnostic::error(codes::UNWRITABLE, format!("the workbook cannot be made: {error}")).hint(hint)
}

/// What the tables of a workbook rest on, in plain rows: notes first, then what the lineage says.
pub fn about(notes: &[String], lineage: &Value) -> Columns {
    let mut rows: Vec<(String, String)> =
        notes.iter().map(|note| ("note".to_owned(), note.clone())).collect();
    flatten("", lineage, &mut rows);
    Columns::of(&rows).text("about", |row| row.0.clone()).text("value", |row| row.1.clone()).done()
}

/// Tables with at most 200,000 rows; of others a note says which file holds them.
pub fn fitting<'a>(tables: &[(&'a str, &'a Columns, &str)]) -> (Vec<Sheet<'a>>, Vec<String>) {
    let (mut sheets, mut notes) = (Vec::new(), Vec::new());
    for (name, columns, file) in tables {
        if columns.rows() <= MOST_ROWS {
            sheets.push((*name, *columns));
        } else {
            notes.push(format!("{name} has {} rows: {file} holds them", columns.rows()));
        }
    }
    (sheets, notes)
}

/// A value of JSON as rows, each with its path in words.
fn flatten(path: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path} {key}") };
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| flatten(&below(&key.replace('_', " ")), value, rows));
        }
        Value::Array(all) if all.iter().any(|value| value.is_object() || value.is_array()) => {
            for (number, value) in (1..).zip(all) {
                flatten(&below(&number.to_string()), value, rows);
            }
        }
        Value::Array(all) => all.iter().for_each(|value| rows.push((path.to_owned(), plain(value)))),
        Value::Null => {}
        other => rows.push((path.to_owned(), plain(other))),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A workbook without sheets, whose bytes do not depend on the day.
pub(super) fn new(company: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&epoch).set_company(company));
    Ok(workbook)
}

fn written(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = new(REPORT)?;
    let mut names = BTreeSet::new();
    for (name, columns) in sheets {
        // A table without rows has a sheet too.
        for first in (0..columns.rows().max(1)).step_by(ROWS) {
            let sheet = workbook.add_worksheet();
            sheet.set_name(free(name, &mut names))?;
            fill(sheet, columns, first)?;
        }
    }
    workbook.save_to_buffer()
}

/// A name that a sheet may have, and none has yet.
fn free(name: &str, names: &mut BTreeSet<String>) -> String {
    let allowed = |c: char| if "[]:*?/\\".contains(c) || c.is_control() { '-' } else { c };
    let name: String = name.chars().map(allowed).collect();
    let name = name.trim_matches('\'').trim();
    let name = if name.is_empty() { "sheet" } else { name };
    (1..=ROWS)
        .map(|number| {
            let end = if number == 1 { String::new() } else { format!(" {number}") };
            let room = NAME - end.chars().count();
            name.chars().take(room).collect::<String>().trim_end_matches(['\'', ' ']).to_owned() + &end
        })
        .find(|name| names.insert(name.to_lowercase()))
        .unwrap_or_default()
}

/// Fills a sheet with the rows from `first` on, as many as it holds.
fn fill(sheet: &mut Worksheet, columns: &Columns, first: usize) -> Result<(), XlsxError> {
    let header = Format::new().set_bold();
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0..).zip(columns.iter()) {
        sheet.write_string_with_format(0, at, column.name.replace('_', " "), &header)?;
        let dated = days(column);
        let column = dated.as_ref().unwrap_or(column);
        let format = format_of(column);
        for (row, cell) in (1..).zip(column.cells.iter().skip(first).take(ROWS)) {
            write(sheet, row, at, cell, &format)?;
        }
    }
    sheet.set_autofit_max_width(WIDEST).set_autofit_max_row(FITTED);
    sheet.autofit();
    Ok(())
}

/// A column of texts that are all days, as days.
fn days(column: &Column) -> Option<Column> {
    if column.kind != Kind::Text {
        return None;
    }
    let day = |cell: &Cell| match cell {
        Cell::Text(text) if !text.is_empty() => {
            Period::parse(text).filter(|day| day.day().is_some()).map(Cell::Date)
        }
        _ => Some(Cell::Missing("")),
    };
    let cells: Vec<Cell> = column.cells.iter().map(day).collect::<Option<_>>()?;
    let has_days = cells.iter().any(|cell| matches!(cell, Cell::Date(_)));
    has_days.then_some(Column { name: column.name, kind: Kind::Date, cells })
}

fn format_of(column: &Column) -> Format {
    match column.kind {
        Kind::Text | Kind::Flag => Format::new(),
        Kind::Year | Kind::Count => Format::new().set_num_format("0"),
        Kind::Date => Format::new().set_num_format("yyyy-mm-dd"),
        Kind::Money => Format::new().set_num_format(money(column)),
        Kind::Amount | Kind::Factor => Format::new().set_num_format("General"),
    }
}

/// As many decimals as the amounts of the column have: all of them stand point under point.
fn money(column: &Column) -> String {
    let decimals = |cell: &Cell| match cell {
        Cell::Money(money) => money.to_string().split_once('.').map_or(0, |(_, digits)| digits.len()),
        _ => 0,
    };
    match column.cells.iter().map(decimals).max().unwrap_or(0).min(DECIMALS) {
        0 => "#,##0".to_owned(),
        count => format!("#,##0.{}", "0".repeat(count)),
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
            sheet.write_string(row, column, shortened(cell.text()))?;
        }
        Cell::Flag(flag) => {
            sheet.write_boolean(row, column, *flag)?;
        }
        Cell::Date(day) => match ExcelDateTime::parse_from_str(&day.to_string()) {
            Ok(date) if day.day().is_some() => {
                sheet.write_datetime_with_format(row, column, &date, format)?;
            }
            // A year or a month is no day, and sheets have no days before 1900.
            _ => {
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
                sheet.write_number_with_format(row, column, kept(number), format)?;
            }
            _ => {
                sheet.write_string(row, column, cell.text())?;
            }
        },
    }
    Ok(())
}

/// What spreadsheet programs keep of a number: 15 digits. Those after them would be lost when the user saves.
pub(super) fn kept(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

/// What a cell can hold of a text, and a word that says so.
fn shortened(text: String) -> String {
    const CUT: &str = " … (cut: a cell holds no more)";
    if text.len() <= LETTERS || text.encode_utf16().count() <= LETTERS {
        return text;
    }
    let mut left = LETTERS - CUT.encode_utf16().count();
    let kept = text.chars().take_while(|letter| {
        let fits = letter.len_utf16() <= left;
        left = left.saturating_sub(letter.len_utf16());
        fits
    });
    kept.collect::<String>() + CUT
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_sheets_are_allowed_short_and_different() {
        let mut names = BTreeSet::new();
        assert_eq!(free("trial balance", &mut names), "trial balance");
        assert_eq!(free("Trial Balance", &mut names), "Trial Balance 2");
        assert_eq!(free("a/b:c*d?e[f]g\\h", &mut names), "a-b-c-d-e-f-g-h");
        assert_eq!(free("'quoted'", &mut names), "quoted");
        assert_eq!(free("", &mut names), "sheet");
        let long = "x".repeat(40);
        assert_eq!(free(&long, &mut names), "x".repeat(31));
        assert_eq!(free(&long, &mut names), format!("{} 2", "x".repeat(29)));
    }

    #[test]
    fn numbers_have_the_digits_that_spreadsheets_keep() {
        let third: f64 = "0.333333333333333".parse().unwrap();
        assert_eq!(kept(1.0 / 3.0).to_bits(), third.to_bits());
        assert_eq!(kept(0.1 + 0.2).to_bits(), 0.3_f64.to_bits());
        for exact in [0.0, -1.5, 379.3, 1e15, 123_456_789.012_345, 1e-300, 1e300] {
            assert_eq!(kept(exact).to_bits(), exact.to_bits());
        }
    }

    #[test]
    fn texts_are_as_long_as_cells_are() {
        let fits = "é".repeat(LETTERS);
        assert_eq!(shortened(fits.clone()), fits);
        let long = shortened("🌱".repeat(LETTERS));
        assert!(long.encode_utf16().count() <= LETTERS, "{}", long.encode_utf16().count());
        assert!(long.ends_with("(cut: a cell holds no more)") && long.starts_with("🌱🌱"));
    }

    #[test]
    fn lineage_is_plain_rows() {
        let value = json!({"price_year": 2024, "datasets": [{"name": "a"}, {"name": "b"}], "cautions": ["x", "y"], "no": null});
        let columns = about(&["read me".to_owned()], &value);
        let rows: Vec<(String, String)> =
            (0..columns.rows()).map(|row| (columns.text("about", row), columns.text("value", row))).collect();
        let expected = [
            ("note", "read me"),
            ("price year", "2024"),
            ("datasets 1 name", "a"),
            ("datasets 2 name", "b"),
            ("cautions", "x"),
            ("cautions", "y"),
        ];
        assert_eq!(rows, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
