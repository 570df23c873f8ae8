//! Rows of text on their way into columns.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;

use super::table::{CHUNK, Part};

/// Bytes of a column after which a part is closed: its offsets are 32-bit.
const PART_BYTES: usize = 1 << 28;

/// Cells on their way into columns.
pub(super) struct Rows {
    columns: Vec<StringBuilder>,
    parts: Vec<Part>,
    lines: Vec<u64>,
}

impl Rows {
    pub(super) fn new(columns: usize) -> Self {
        let columns = (0..columns).map(|_| StringBuilder::new()).collect();
        Self { columns, parts: Vec::new(), lines: Vec::new() }
    }

    /// Adds a row with its line; one cell a column.
    pub(super) fn push<'a>(&mut self, line: u64, cells: impl IntoIterator<Item = &'a str>) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.append_value(cell);
        }
        self.lines.push(line);
        let is_long = || self.columns.iter().any(|column| column.values_slice().len() > PART_BYTES);
        if self.lines.len().is_multiple_of(CHUNK) || is_long() {
            self.close();
        }
    }

    fn close(&mut self) {
        let arrays: Vec<ArrayRef> =
            self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        self.parts.extend(Part::new(arrays));
    }

    /// The columns, and the line of each row.
    pub(super) fn finish(mut self) -> (Vec<Part>, Vec<u64>) {
        self.close();
        (self.parts, self.lines)
    }
}
