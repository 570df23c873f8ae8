//! A table of pymrio: labels of several levels on both sides, numbers or words between them. Text is read row by row.

use std::io::BufRead;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::table::Table;

use super::super::archive::{Archive, HELD};
use super::HINT;

/// Cells of Parquet that are text at one time.
const CELLS: usize = 1 << 20;

/// Labels of a row or a column, one a level.
pub(super) type Labels = Vec<String>;

/// A table, and how many of its columns and rows are labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) file: String,
    pub(super) index: usize,
    pub(super) headers: usize,
}

/// What stands above the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Names of the levels of row labels.
    pub(super) names: Labels,
    /// Labels of the columns.
    pub(super) columns: Vec<Labels>,
}

/// A row.
pub(super) struct Row<'a> {
    pub(super) line: u64,
    pub(super) labels: &'a [String],
    cells: &'a dyn Fn(usize) -> &'a str,
    count: usize,
}

impl<'a> Row<'a> {
    /// Its cells, trimmed.
    pub(super) fn cells(&self) -> impl Iterator<Item = &'a str> + '_ {
        (0..self.count).map(|at| (self.cells)(at).trim())
    }
}

/// Takes what is read of a table.
pub(super) trait Take {
    /// Asked after each row: is the rest wanted?
    fn goes_on(&self) -> bool {
        true
    }

    /// The header; `false` ends the reading.
    fn head(&mut self, head: &Head, diagnostics: &mut Diagnostics) -> bool;
    /// A row, with as many cells as the header has columns.
    fn row(&mut self, row: &Row, diagnostics: &mut Diagnostics);
}

/// Reads a table. `false`: something is wrong, and was reported.
pub(super) fn read(files: &Archive, spec: &Spec, diagnostics: &mut Diagnostics, take: &mut dyn Take) -> bool {
    let before = diagnostics.errors();
    if spec.file.ends_with(".parquet") {
        read_parquet(files, spec, diagnostics, take);
    } else {
        files.stream(&spec.file, diagnostics, |reader, diagnostics| {
            Text { label: files.label_of(&spec.file), spec }.read(reader, diagnostics, take);
        });
    }
    diagnostics.errors() == before
}

struct Text<'a> {
    label: String,
    spec: &'a Spec,
}

impl Text<'_> {
    fn read(&self, reader: &mut dyn BufRead, diagnostics: &mut Diagnostics, take: &mut dyn Take) {
        let mut csv = csv::ReaderBuilder::new()
            .delimiter(if self.spec.file.to_lowercase().ends_with(".csv") { b',' } else { b'\t' })
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 20)
            .from_reader(reader);
        let (mut record, mut heads, mut head) = (csv::StringRecord::new(), Vec::new(), None);
        let index = self.spec.index;
        loop {
            let line = csv.position().line();
            match csv.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    diagnostics.push(self.unreadable(&error, line));
                    return;
                }
            }
            if heads.len() < self.spec.headers {
                heads.push(record.clone());
                continue;
            }
            let found = match &head {
                Some(found) => found,
                None => {
                    let is_names = self.spec.headers > 1 && record.iter().skip(index).all(str::is_empty);
                    let found = &*head.insert(self.head(&heads, is_names.then_some(&record)));
                    if !take.head(found, diagnostics) {
                        return;
                    }
                    if is_names {
                        continue;
                    }
                    found
                }
            };
            let count = found.columns.len();
            if record.len() != index + count {
                let message = format!("the row has {} cells, the header {}", record.len(), index + count);
                let place = Place::row(&self.label, line);
                diagnostics.push(Diagnostic::error(codes::RAGGED_ROW, message).at(place).hint(HINT));
                continue;
            }
            let labels: Labels = record.iter().take(index).map(|label| label.trim().to_owned()).collect();
            let cells = |at: usize| record.get(index + at).unwrap_or_default();
            take.row(&Row { line, labels: &labels, cells: &cells, count }, diagnostics);
            if !take.goes_on() {
                return;
            }
        }
        if head.is_none() {
            let message = "the table has no rows";
            diagnostics
                .push(Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(&self.label)).hint(HINT));
        }
    }

    fn head(&self, heads: &[csv::StringRecord], names: Option<&csv::StringRecord>) -> Head {
        let index = self.spec.index;
        let first = heads.first().map_or(0, csv::StringRecord::len);
        let cell =
            |record: &csv::StringRecord, at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        let columns = (index..first.max(index))
            .map(|at| heads.iter().map(|record| cell(record, at)).collect())
            .collect();
        let named = names.or(heads.last());
        let names = (0..index).map(|at| named.map(|record| cell(record, at)).unwrap_or_default()).collect();
        Head { names, columns }
    }

    fn unreadable(&self, error: &csv::Error, line: u64) -> Diagnostic {
        let code = match error.kind() {
            csv::ErrorKind::Utf8 { .. } => codes::BAD_UTF8,
            _ => codes::UNREADABLE,
        };
        Diagnostic::error(code, format!("cannot be read: {error}")).at(Place::row(&self.label, line))
    }
}

fn read_parquet(
    files: &Archive,
    spec: &Spec,
    diagnostics: &mut Diagnostics,
    take: &mut dyn Take,
) -> Option<()> {
    let input = files.bytes(&spec.file, HELD, diagnostics)?;
    let label = input.name.clone();
    let table = Table::from_parquet(&label, input.bytes, diagnostics)?;
    // pandas puts the labels of rows last.
    let Some(count) = table.header.len().checked_sub(spec.index) else {
        let message =
            format!("the table has {} columns, fewer than its {} labels", table.header.len(), spec.index);
        diagnostics.push(Diagnostic::error(codes::RAGGED_ROW, message).at(Place::file(&label)).hint(HINT));
        return None;
    };
    let columns = table.header[..count].iter();
    let columns: Vec<Labels> =
        columns.map(|name| if spec.headers > 1 { tuple(name) } else { vec![name.clone()] }).collect();
    let head = Head { names: table.header[count..].to_vec(), columns };
    if let Some(odd) = head.columns.iter().position(|labels| labels.len() != spec.headers) {
        let message = format!("`{}` is not {} labels as pandas writes them", table.header[odd], spec.headers);
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(Place::file(&label)).hint(HINT));
        return None;
    }
    if !take.head(&head, diagnostics) {
        return None;
    }
    let mut line = 0;
    // Rows may be as long as those of a whole economy: few of them are text at a time.
    let rows = (CELLS / table.header.len().max(1)).max(1);
    for chunk in table.chunks_of(rows) {
        for row in 0..chunk.len() {
            line += 1;
            let labels: Labels = (count..count + spec.index)
                .map(|at| chunk.cell(row, at).unwrap_or_default().to_owned())
                .collect();
            let cells = |at: usize| chunk.cell(row, at).unwrap_or_default();
            take.row(&Row { line, labels: &labels, cells: &cells, count }, diagnostics);
            if !take.goes_on() {
                return None;
            }
        }
    }
    Some(())
}

/// The words of a tuple as Python writes it: `('reg1', 'food')`. Empty: it is none.
fn tuple(text: &str) -> Labels {
    let mut found = Vec::new();
    let Some(inside) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else { return found };
    let mut letters = inside.chars();
    while let Some(quote) = letters.by_ref().find(|letter| "'\"".contains(*letter)) {
        let mut word = String::new();
        loop {
            match letters.next() {
                Some('\\') => word.extend(letters.next()),
                Some(letter) if letter != quote => word.push(letter),
                Some(_) => break,
                None => return Vec::new(),
            }
        }
        found.push(word);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuples_are_read_as_python_writes_them() {
        assert_eq!(tuple("('reg1', 'food')"), ["reg1", "food"]);
        assert_eq!(tuple(r#"("it's", 'a "b"')"#), ["it's", "a \"b\""]);
        assert_eq!(tuple(r"('a\'b', '')"), ["a'b", ""]);
        assert_eq!(tuple("food"), Labels::new());
        assert_eq!(tuple("('food"), Labels::new());
    }
}
