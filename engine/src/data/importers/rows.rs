//! Rows of any CSV, with their lines in the file.

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::quotes::{open_at_end, swallowed, unclosed};

/// A row of a file.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub(super) file: &'a str,
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

impl Row<'_> {
    /// Where it is.
    pub(super) fn place(&self) -> Place {
        Place::row(self.file, self.line)
    }

    /// A cell, trimmed; empty if it is not there.
    pub(super) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map(|cell| cell.trim()).unwrap_or_default()
    }
}

/// All rows of a text that are not empty; a row that cannot be read is reported.
pub(super) fn rows<'a>(
    file: &'a str,
    text: &str,
    separator: u8,
    skip_lines: usize,
    diagnostics: &mut Diagnostics,
) -> Vec<Row<'a>> {
    let skipped: usize = text.split_inclusive('\n').take(skip_lines).map(str::len).sum();
    let body = &text[skipped..];
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(body.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut rows = Vec::new();
    let (mut at, mut line, mut last, mut columns) = (0, skip_lines as u64 + 1, 0, 0);
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => {
                if let Some(quote) = open_at_end(&body.as_bytes()[last..], separator, false) {
                    let before = text[..skipped + last + quote].matches('\n').count() as u64;
                    diagnostics.push(unclosed(Place::row(file, before + 1)));
                }
                return rows;
            }
            Err(error) => {
                let diagnostic = Diagnostic::error(codes::RAGGED_ROW, error.to_string());
                diagnostics.push(diagnostic.at(Place::file(file)));
                return rows;
            }
        }
        let start = record.position().map_or(at, |position| position.byte() as usize);
        last = start;
        let blank = body[start..].bytes().take_while(|byte| b"\r\n".contains(byte)).count();
        line += body[at..start + blank].matches('\n').count() as u64;
        at = start + blank;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if columns == 0 {
            columns = cells.len();
        }
        let holds_rows = |cell: &String| swallowed(cell, separator, columns, Place::row(file, line));
        let is_open = |_: &Diagnostic| {
            reader.position().byte() as usize == body.len()
                && open_at_end(&body.as_bytes()[start..], separator, false).is_some()
        };
        if let Some(diagnostic) = cells.iter().find_map(holds_rows).filter(|found| !is_open(found)) {
            diagnostics.push(diagnostic);
        }
        let is_odd = |c: char| c.is_control() && !"\n\r\t".contains(c);
        if cells.iter().any(|cell| cell.contains(is_odd)) {
            let message = "the row holds a control character";
            let place = Place::row(file, line);
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place));
        } else if cells.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(Row { file, line, cells });
        }
    }
}

/// Columns of a header by name; those that are missing are reported.
pub(super) fn columns<const N: usize>(
    header: &Row,
    names: [&str; N],
    diagnostics: &mut Diagnostics,
) -> Option<[usize; N]> {
    let mut found = [0; N];
    let mut complete = true;
    for (slot, name) in found.iter_mut().zip(names) {
        match find(header, name) {
            Some(at) => *slot = at,
            None => {
                complete = false;
                diagnostics.push(missing(header, name, diagnostics));
            }
        }
    }
    complete.then_some(found)
}

/// The column of a name.
pub(super) fn find(header: &Row, name: &str) -> Option<usize> {
    header.cells.iter().position(|cell| cell.trim() == name)
}

/// Says that a column is not there, and which one was probably meant.
pub(super) fn missing(header: &Row, name: &str, diagnostics: &Diagnostics) -> Diagnostic {
    let hint = match diagnostics.nearest(name, header.cells.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let cells: Vec<String> = header.cells.iter().map(|cell| format!("`{}`", cell.trim())).collect();
            format!("the header has {}", cells.join(", "))
        }
    };
    let message = format!("the column `{name}` is missing");
    Diagnostic::error(codes::MISSING_COLUMN, message).at(header.place()).hint(hint)
}

/// Reports a row with more or fewer cells than there should be.
pub(super) fn is_whole(row: &Row, columns: usize, diagnostics: &mut Diagnostics) -> bool {
    let fine = row.cells.len() == columns;
    if !fine {
        let message = format!("the row has {} cells, not {columns}", row.cells.len());
        let hint = "a cell that holds the separator needs double quotes around it";
        diagnostics.push(Diagnostic::error(codes::RAGGED_ROW, message).at(row.place()).hint(hint));
    }
    fine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_know_their_lines() {
        let text = "note\n\na;b\r\n\r\n\"x\ny\";2\n\n;\n3;4";
        let mut diagnostics = Diagnostics::new();
        let rows = rows("f", text, b';', 1, &mut diagnostics);
        let lines: Vec<(u64, &str)> = rows.iter().map(|row| (row.line, row.cell(0))).collect();
        assert_eq!(lines, [(3, "a"), (5, "x\ny"), (9, "3")]);
        assert!(diagnostics.is_empty());
    }
}
