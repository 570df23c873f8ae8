//! A matrix in JSON, `[[1, 2], [3, 4]]`, cell by cell: the text of a number is what a table keeps.

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

/// Cells that are reported one by one; more of them are counted.
const REPORTED: usize = 100;

/// The size that a matrix should have, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape<'a> {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// What the rows and the columns are: `flows.json lists 1989 flows`.
    pub(super) why: &'a str,
}

/// Hands every cell to `look`: its row, its column, its text. `false`: something is wrong, and was reported.
pub(super) fn scan(
    file: &str,
    text: &str,
    shape: Shape,
    diagnostics: &mut Diagnostics,
    mut look: impl FnMut(usize, usize, &str, &mut Diagnostics),
) -> bool {
    let before = diagnostics.len();
    let mut scanner = Scanner { file, text, at: 0 };
    match scanner.rows(shape, diagnostics, &mut look) {
        Ok(rows) if rows != shape.rows => {
            let message = format!("the matrix has {rows} rows, not {}", shape.rows);
            let diagnostic = Diagnostic::error(codes::RAGGED_ROW, message).at(Place::file(file));
            diagnostics.push(diagnostic.hint(shape.why));
        }
        Ok(_) => {}
        Err(diagnostic) => diagnostics.push(diagnostic),
    }
    diagnostics.len() == before
}

struct Scanner<'a> {
    file: &'a str,
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// What stands up to the next comma or bracket.
    fn cell(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find([',', '[', ']', '{', '}', '\n']).unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim()
    }

    fn broken(&self, row: usize, wanted: &str) -> Diagnostic {
        let rest: String = self.text[self.at..].chars().take(20).collect();
        let found = if rest.is_empty() { "the end of the file".to_owned() } else { format!("`{rest}`") };
        let message = format!("{wanted} should stand where {found} is");
        let hint = "a matrix is a list of rows, and a row a list of numbers: [[1, 2], [3, 4]]";
        Diagnostic::error(codes::BAD_SYNTAX, message).at(Place::row(self.file, row as u64 + 1)).hint(hint)
    }

    fn rows(
        &mut self,
        shape: Shape,
        diagnostics: &mut Diagnostics,
        look: &mut impl FnMut(usize, usize, &str, &mut Diagnostics),
    ) -> Result<usize, Diagnostic> {
        if !self.takes(b'[') {
            return Err(self.broken(0, "`[`"));
        }
        let mut row = 0;
        if !self.takes(b']') {
            loop {
                let columns = self.row(row, shape, diagnostics, look)?;
                if columns != shape.columns {
                    let message = format!("the row has {columns} numbers, not {}", shape.columns);
                    let place = Place::row(self.file, row as u64 + 1);
                    let diagnostic = Diagnostic::error(codes::RAGGED_ROW, message).at(place);
                    diagnostics.push(diagnostic.hint(shape.why));
                }
                row += 1;
                if !self.takes(b',') {
                    break;
                }
            }
            if !self.takes(b']') {
                return Err(self.broken(row, "`,` or `]`"));
            }
        }
        if self.peek().is_some() {
            return Err(self.broken(row, "the end of the file"));
        }
        Ok(row)
    }

    fn row(
        &mut self,
        row: usize,
        shape: Shape,
        diagnostics: &mut Diagnostics,
        look: &mut impl FnMut(usize, usize, &str, &mut Diagnostics),
    ) -> Result<usize, Diagnostic> {
        if !self.takes(b'[') {
            return Err(self.broken(row, "`[`"));
        }
        let mut column = 0;
        if self.takes(b']') {
            return Ok(0);
        }
        loop {
            if self.peek().is_none_or(|byte| b",[]{}".contains(&byte)) {
                return Err(self.broken(row, "a number"));
            }
            let cell = self.cell();
            // A matrix of another size is reported by its rows; its cells have no meaning.
            if row < shape.rows && column < shape.columns && diagnostics.len() < REPORTED {
                look(row, column, cell, diagnostics);
            }
            column += 1;
            if !self.takes(b',') {
                break;
            }
        }
        if !self.takes(b']') {
            return Err(self.broken(row, "`,` or `]`"));
        }
        Ok(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, rows: usize, columns: usize) -> (Vec<(usize, usize, String)>, Vec<String>) {
        let (mut cells, mut diagnostics) = (Vec::new(), Diagnostics::new());
        let shape = Shape { rows, columns, why: "why" };
        let fine = scan("m.json", text, shape, &mut diagnostics, |row, column, cell, _| {
            cells.push((row, column, cell.to_owned()));
        });
        let problems: Vec<String> =
            diagnostics.sorted().iter().map(std::string::ToString::to_string).collect();
        assert_eq!(fine, problems.is_empty());
        (cells, problems)
    }

    #[test]
    fn cells_are_the_text_that_was_written() {
        let (found, problems) = cells(" [ [1, -2.50e-3 ],\n[0 ,\t4]]\n", 2, 2);
        assert!(problems.is_empty(), "{problems:?}");
        let texts: Vec<&str> = found.iter().map(|(_, _, text)| text.as_str()).collect();
        assert_eq!(texts, ["1", "-2.50e-3", "0", "4"]);
        assert_eq!((found[2].0, found[2].1), (1, 0));
        assert_eq!(cells("[]", 0, 3).1.len(), 0);
    }

    #[test]
    fn what_is_no_matrix_is_said() {
        for text in [
            "", "[", "[[", "[[1", "[[1,", "[[1,2]", "[[1,2],", "{}", "[[1,2]]x", "[[[1]]]", "[1,2]", "[[1,]]",
        ] {
            assert_eq!(cells(text, 1, 2).1.len(), 1, "{text}");
        }
        assert!(cells("[[1,2,3],[1]]", 2, 2).1.iter().all(|problem| problem.contains("ragged-row")));
        assert!(cells("[[1,2]]", 2, 2).1[0].contains("1 rows, not 2"));
        let deep = "[".repeat(1_000_000);
        assert_eq!(cells(&deep, 1, 1).1.len(), 1);
    }
}
