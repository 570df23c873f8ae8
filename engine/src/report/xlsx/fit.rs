//! What a sheet holds, and what it does not.

use rust_xlsxwriter::utility::row_col_to_cell;

use crate::report::columns::{Cell, Columns};

use super::name::shortened;

/// The most rows of a table: a sheet has 1,048,576, and one is the header.
pub const MOST_ROWS: usize = 1_048_575;

/// The most characters of a cell, in UTF-16 units, as spreadsheet programs count.
pub const MOST_CHARACTERS: usize = 32_767;

const MOST_COLUMNS: usize = 16_384;

/// Why no sheet holds a table.
pub(super) fn unfit(name: &str, columns: &Columns) -> Option<String> {
    let (rows, wide) = (columns.rows(), columns.iter().len());
    if rows > MOST_ROWS {
        return Some(format!("`{name}` has {rows} rows, and a sheet holds {MOST_ROWS} below its header"));
    }
    if wide > MOST_COLUMNS {
        return Some(format!("`{name}` has {wide} columns, and a sheet holds {MOST_COLUMNS}"));
    }
    for (at, column) in columns.iter().enumerate() {
        for (row, cell) in column.cells.iter().enumerate() {
            // No character has fewer bytes than UTF-16 units.
            let Some(text) = words(cell).filter(|text| text.len() > MOST_CHARACTERS) else { continue };
            let length = text.encode_utf16().count();
            if length > MOST_CHARACTERS {
                let cell = row_col_to_cell(u32::try_from(row + 1).ok()?, u16::try_from(at).ok()?);
                return Some(format!(
                    "`{name}` has a text of {length} characters in {cell}, and a cell holds {MOST_CHARACTERS}"
                ));
            }
        }
    }
    None
}

/// The words of a cell, if it holds words.
pub(super) fn words(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        Cell::Missing(word) => Some(word),
        _ => None,
    }
}

/// A text that fits a cell; one that was cut says so.
pub(super) fn cut(text: &str) -> String {
    const END: &str = " \u{2026} (cut)";
    if text.encode_utf16().count() <= MOST_CHARACTERS {
        return text.to_owned();
    }
    format!("{}{END}", shortened(text, MOST_CHARACTERS - END.encode_utf16().count()))
}
