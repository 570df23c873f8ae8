//! The cells of a sheet, and how they look.

use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use crate::report::columns::{Cell, Column, Columns, Kind};

use super::fit::words;

/// Widths of a column, in digits. Wider words are wrapped.
const NARROWEST: usize = 6;
const WIDEST: usize = 60;

/// Decimals of money that are shown; a cell keeps all that a double has.
const MOST_DECIMALS: usize = 6;

/// Digits of a number that has no format of its own.
const GENERAL: usize = 11;

pub(super) fn fill(sheet: &mut Worksheet, columns: &Columns) -> Result<(), XlsxError> {
    let header = Format::new().set_bold().set_align(FormatAlign::Top);
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in columns.iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let name = column.name.replace('_', " ");
        sheet.write_string_with_format(0, at, &name, &header)?;
        let look = Look::of(column);
        let width = look.width.max(name.width() + 2).clamp(NARROWEST, WIDEST);
        sheet.set_column_width(at, width as f64)?;
        for (row, cell) in column.cells.iter().enumerate() {
            let row = u32::try_from(row + 1).unwrap_or(u32::MAX);
            write(sheet, row, at, cell, &look)?;
        }
    }
    Ok(())
}

/// How the cells of a column look.
struct Look {
    number: Format,
    words: Format,
    /// Words that would be a formula if somebody typed them: they stay words, even if the cell is edited.
    quoted: Format,
    /// Of the widest cell, in digits.
    width: usize,
}

impl Look {
    fn of(column: &Column) -> Self {
        let decimals = decimals(column);
        let width = column.cells.iter().map(|cell| width(cell, decimals)).max().unwrap_or(0);
        let is_broken = |cell: &Cell| words(cell).is_some_and(|text| text.contains('\n'));
        let top = Format::new().set_align(FormatAlign::Top);
        let wraps = width > WIDEST || column.cells.iter().any(is_broken);
        let words = if wraps { top.clone().set_text_wrap() } else { top.clone() };
        let quoted = words.clone().set_quote_prefix();
        Self { number: top.set_num_format(pattern(column.kind, decimals)), words, quoted, width }
    }
}

/// Decimals that the money of a column needs: none, or two and more.
fn decimals(column: &Column) -> usize {
    if column.kind != Kind::Money {
        return 0;
    }
    let needed = |cell: &Cell| match cell {
        Cell::Money(_) => fraction(&cell.text()).trim_end_matches('0').len(),
        _ => 0,
    };
    match column.cells.iter().map(needed).max().unwrap_or(0) {
        0 => 0,
        some => some.clamp(2, MOST_DECIMALS),
    }
}

/// The digits behind the point.
fn fraction(number: &str) -> &str {
    number.split_once('.').map_or("", |(_, decimals)| decimals)
}

fn pattern(kind: Kind, decimals: usize) -> String {
    match kind {
        Kind::Text | Kind::Flag | Kind::Amount | Kind::Factor => "General".to_owned(),
        Kind::Year | Kind::Count => "0".to_owned(),
        Kind::Date => "yyyy-mm-dd".to_owned(),
        Kind::Money if decimals == 0 => "#,##0".to_owned(),
        Kind::Money => format!("#,##0.{}", "0".repeat(decimals)),
    }
}

/// How wide a cell is as it is shown, in digits.
fn width(cell: &Cell, decimals: usize) -> usize {
    let shown = match cell {
        Cell::Text(_) | Cell::Missing(_) => {
            words(cell).unwrap_or_default().lines().map(UnicodeWidthStr::width).max().unwrap_or(0)
        }
        Cell::Money(_) => {
            let text = cell.text();
            let whole = text.len() - fraction(&text).len();
            whole + whole / 3 + decimals
        }
        Cell::Amount(_) | Cell::Factor(_) | Cell::Published(_) => cell.text().len().min(GENERAL),
        Cell::Year(_) | Cell::Date(_) | Cell::Count(_) | Cell::Flag(_) => cell.text().len(),
    };
    shown + 1
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, look: &Look) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => say(sheet, row, column, text, look),
        Cell::Missing(word) => say(sheet, row, column, word, look),
        Cell::Flag(flag) => sheet.write_boolean_with_format(row, column, *flag, &look.number).map(drop),
        Cell::Date(period) => {
            let text = cell.text();
            // A year or a month is no day, and a spreadsheet has none before 1900.
            match period.day().and_then(|_| ExcelDateTime::parse_from_str(&text).ok()) {
                Some(date) => sheet.write_datetime_with_format(row, column, &date, &look.number).map(drop),
                None => say(sheet, row, column, &text, look),
            }
        }
        Cell::Year(_)
        | Cell::Count(_)
        | Cell::Amount(_)
        | Cell::Money(_)
        | Cell::Factor(_)
        | Cell::Published(_) => {
            let text = cell.text();
            match text.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    sheet.write_number_with_format(row, column, number, &look.number).map(drop)
                }
                _ => say(sheet, row, column, &text, look),
            }
        }
    }
}

/// Words, whatever they look like. Nothing stays an empty cell.
fn say(sheet: &mut Worksheet, row: u32, column: u16, text: &str, look: &Look) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    let format = if text.starts_with(['=', '+', '-', '@']) { &look.quoted } else { &look.words };
    // Two characters that no XML holds, escaped or not.
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    sheet.write_string_with_format(row, column, text, format).map(drop)
}
