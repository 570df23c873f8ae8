//! The sheet of a table: header, notes, drop-downs, and the rows of the example.

use rust_xlsxwriter::{ExcelDateTime, Format, IgnoreError, Note, Worksheet, XlsxError};

use crate::base::decimal;
use crate::data::schema::Schema;
use crate::data::workbook::names::title;

use super::columns::{ColumnHelp, Kind};
use super::example::ExampleTable;
use super::headers::SheetColumn;
use super::style;
use super::validation::{self, LAST_ROW};

/// Fills the sheet of a table.
pub(super) fn fill(
    sheet: &mut Worksheet,
    schema: &'static Schema,
    columns: &[SheetColumn],
    example: Option<&ExampleTable>,
) -> Result<(), XlsxError> {
    sheet.set_name(title(schema.table))?;
    sheet.set_freeze_panes(1, 1)?;
    sheet.set_row_height(0, 32)?;
    for (at, column) in (0_u16..).zip(columns) {
        let cells: Vec<&str> =
            example.map(|example| example.cells(column.name).collect()).unwrap_or_default();
        sheet.set_column_width(at, width(&column.header, &cells))?;
        let format = format(column.help.kind);
        sheet.set_column_format(at, &format)?;
        header(sheet, at, column)?;
        validation::add(sheet, at, column)?;
        for (row, cell) in (1_u32..).zip(cells) {
            write(sheet, row, at, cell, column.help.kind, &format)?;
        }
        if is_text(column.help.kind) {
            // Ids and years are meant to be texts.
            sheet.ignore_error_range(1, at, LAST_ROW - 1, at, IgnoreError::NumberStoredAsText)?;
        }
    }
    Ok(())
}

fn header(sheet: &mut Worksheet, at: u16, column: &SheetColumn) -> Result<(), XlsxError> {
    let format = if column.is_required { style::required() } else { style::optional() };
    sheet.write_string_with_format(0, at, &column.header, &format)?;
    let text = note(column.help, column.is_required);
    let lines = u32::try_from(text.chars().count() / 34 + 2 + text.matches('\n').count()).unwrap_or(8);
    let note =
        Note::new(text).add_author_prefix(false).set_author("truecost").set_width(240).set_height(lines * 17);
    sheet.insert_note(0, at, &note)?;
    Ok(())
}

fn note(help: &ColumnHelp, is_required: bool) -> String {
    let mut lines = vec![help.help.clone()];
    lines.extend(match help.kind {
        Kind::Words => Some(format!("One of: {}", help.words.join(", "))),
        Kind::YesNo => Some("yes or no".to_owned()),
        Kind::Period => Some("2024, 2024-03 or 2024-03-15".to_owned()),
        Kind::Ref(table) => Some(format!("See the sheet {}", title(table))),
        _ => None,
    });
    lines.push((if is_required { "Must be filled" } else { "May be empty" }).to_owned());
    lines.join("\n")
}

fn is_text(kind: Kind) -> bool {
    !matches!(kind, Kind::Number | Kind::Figure | Kind::Date)
}

fn format(kind: Kind) -> Format {
    match kind {
        Kind::Number | Kind::Figure => style::number(0),
        Kind::Date => style::day(),
        _ => style::text(),
    }
}

/// Wide enough for its words, and never so wide that others are pushed out of sight.
fn width(header: &str, cells: &[&str]) -> f64 {
    let longest = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
    let header = header.split(' ').map(|word| word.chars().count()).max().unwrap_or(0) + 2;
    u32::try_from(longest.max(header).clamp(8, 40) + 2).map_or(12.0, f64::from)
}

/// Writes a cell so that the very value is read back.
fn write(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    cell: &str,
    kind: Kind,
    format: &Format,
) -> Result<(), XlsxError> {
    if cell.is_empty() {
        return Ok(());
    }
    if let Some((number, decimals)) = number(cell).filter(|_| matches!(kind, Kind::Number | Kind::Figure)) {
        sheet.write_number_with_format(row, at, number, &style::number(decimals))?;
        return Ok(());
    }
    if let Some(day) = day(cell).filter(|_| kind == Kind::Date) {
        sheet.write_datetime_with_format(row, at, &day, format)?;
        return Ok(());
    }
    sheet.write_string_with_format(row, at, cell, format)?;
    Ok(())
}

/// A number that a double means exactly as it is written, and the decimals to show: those of `1250.50` are two.
fn number(cell: &str) -> Option<(f64, usize)> {
    let exact = decimal::parse(cell).ok()?;
    let number: f64 = cell.parse().ok()?;
    let shortest = number.to_string();
    let is_same = decimal::parse(&shortest).is_ok_and(|read| read == exact);
    let decimals =
        if shortest == cell { 0 } else { cell.split_once('.').map_or(0, |(_, digits)| digits.len()) };
    is_same.then_some((number, decimals))
}

fn day(cell: &str) -> Option<ExcelDateTime> {
    let is_day = crate::base::period::Period::parse(cell).is_some_and(|period| period.day().is_some());
    is_day.then(|| ExcelDateTime::parse_from_str(cell).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_so_that_they_are_read_back() {
        assert_eq!(number("379.3"), Some((379.3, 0)));
        assert_eq!(number("1250.50"), Some((1250.5, 2)));
        assert_eq!(number("-3200000"), Some((-3_200_000.0, 0)));
        // A double means another number.
        assert_eq!(number("0.12345678901234567890"), None);
        assert_eq!(number("none"), None);
    }
}
