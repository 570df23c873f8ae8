//! A table: columns in memory, read as text cells, chunk by chunk. No column is copied that is text or numbers.

use std::cell::OnceCell;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, LargeStringArray, RecordBatch, StringArray, StringViewArray};
use arrow_cast::{CastOptions, cast, cast_with_options};
use arrow_schema::{ArrowError, DataType, Schema};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::file_name::FileName;

use super::csv::SAVE_AS;
use super::rows::Rows;

/// Rows that are text at one time.
pub const CHUNK: usize = 65_536;

/// A table: a header, and rows of cells. An empty cell is `""`.
#[derive(Clone, Debug)]
pub struct Table {
    /// What diagnostics call it: a path, `name/table.csv` for a built-in one, or a sheet of a workbook.
    pub file: FileName,
    /// Line of the header; a CSV and a sheet have one.
    pub header_row: Option<u64>,
    /// Column names.
    pub header: Vec<String>,
    /// Was a row left out because it could not be read?
    pub dropped: bool,
    pub(super) parts: Vec<Part>,
    /// Line of each row of a CSV or a sheet. Empty: rows are counted from 1.
    pub(super) lines: Vec<u64>,
}

/// Rows of a table that came together: its columns, of one length.
#[derive(Clone, Debug)]
pub(super) struct Part {
    columns: Vec<ArrayRef>,
    rows: usize,
}

impl Part {
    /// `None` if there are no rows.
    pub(super) fn new(columns: Vec<ArrayRef>) -> Option<Self> {
        let rows = columns.first().map_or(0, Array::len);
        (rows > 0).then_some(Self { columns, rows })
    }
}

impl Table {
    /// A table in memory.
    pub fn from_batches(
        file: &str,
        schema: &Schema,
        batches: &[RecordBatch],
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let header: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        check_header(file, None, &header, diagnostics)?;
        let mut parts = Vec::new();
        for batch in batches {
            let mut columns = Vec::new();
            for (name, column) in header.iter().zip(batch.columns()) {
                match readable(column) {
                    Ok(column) => columns.push(column),
                    Err(error) => {
                        let message = format!("the column `{name}` cannot be read: {error}");
                        let place = Place::file(file).column(name);
                        let hint = "a column holds text, numbers, dates or yes and no; no lists or structs";
                        let diagnostic = Diagnostic::error(codes::COLUMN_TYPE, message);
                        diagnostics.push(diagnostic.at(place).hint(hint));
                    }
                }
            }
            if columns.len() < header.len() {
                return None;
            }
            parts.extend(Part::new(columns));
        }
        let file = file.into();
        Some(Self { file, header_row: None, header, dropped: false, parts, lines: Vec::new() })
    }

    /// A table of rows that are text, each with the line it stands in and one cell a column.
    pub fn from_rows(file: FileName, header: Vec<String>, rows: &[(u64, Vec<String>)]) -> Self {
        let mut cells = Rows::new(header.len());
        for (line, row) in rows {
            cells.push(*line, row.iter().map(String::as_str));
        }
        let (parts, lines) = cells.finish();
        Self { file, header_row: None, header, dropped: false, parts, lines }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// Has it no rows?
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The line of a row in its file, or its number, from 1.
    pub fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or(row as u64 + 1)
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|header| header == name)
    }

    /// All rows, some at a time.
    pub fn chunks(&self) -> impl Iterator<Item = Chunk<'_>> {
        self.chunks_of(CHUNK)
    }

    /// All rows, so many at a time at most; at least one.
    pub fn chunks_of(&self, rows: usize) -> impl Iterator<Item = Chunk<'_>> {
        let size = rows.max(1);
        let starts = self.parts.iter().scan(0, |next, part| {
            let start = *next;
            *next += part.rows;
            Some((start, part))
        });
        starts.flat_map(move |(start, part)| {
            (0..part.rows)
                .step_by(size)
                .map(move |offset| Chunk::new(self, part, start, offset, size.min(part.rows - offset)))
        })
    }

    /// The cells of some columns of one row.
    pub fn row(&self, row: usize, columns: &[Option<usize>]) -> Vec<String> {
        let mut start = 0;
        for part in &self.parts {
            if row < start + part.rows {
                let chunk = Chunk::new(self, part, start, row - start, 1);
                let cell = |column: &Option<usize>| column.and_then(|column| chunk.cell(0, column));
                return columns.iter().map(|column| cell(column).unwrap_or_default().to_owned()).collect();
            }
            start += part.rows;
        }
        Vec::new()
    }
}

/// Rows of a table as text.
pub struct Chunk<'a> {
    table: &'a Table,
    part: &'a Part,
    first: usize,
    /// Where it begins in its part.
    offset: usize,
    rows: usize,
    /// Columns that were looked at.
    columns: Vec<OnceCell<Texts>>,
}

impl<'a> Chunk<'a> {
    fn new(table: &'a Table, part: &'a Part, start: usize, offset: usize, rows: usize) -> Self {
        let columns = part.columns.iter().map(|_| OnceCell::new()).collect();
        Self { table, part, first: start + offset, offset, rows, columns }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Has it no rows?
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Which row of the table a row of the chunk is.
    pub fn index(&self, row: usize) -> usize {
        self.first + row
    }

    /// The line of a row in its file, or its number, from 1.
    pub fn line(&self, row: usize) -> u64 {
        self.table.line(self.index(row))
    }

    /// The cell of a row, trimmed; empty cells are `None`.
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        let texts = self.columns[column]
            .get_or_init(|| Texts::new(&self.part.columns[column].slice(self.offset, self.rows)));
        Some(trimmed(texts.get(row)?)).filter(|cell| !cell.is_empty())
    }
}

/// Most cells have nothing around them, as two bytes tell.
fn trimmed(text: &str) -> &str {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if is_letter(text.as_bytes().first()) && is_letter(text.as_bytes().last()) { text } else { text.trim() }
}

/// A column as text. Nothing becomes empty that was not null; times at midnight are dates, as pandas writes dates,
/// and whole doubles have no decimals, as pandas writes years with gaps.
struct Texts {
    text: Text,
    without: &'static str,
}

enum Text {
    /// Which of the texts each row has; what they are is kept once.
    Shared(Vec<Option<usize>>, Box<Texts>),
    Small(StringArray),
    Large(LargeStringArray),
    View(StringViewArray),
}

impl Texts {
    /// Casting what [`readable`] let pass does not fail; should it fail, the cells are empty.
    fn new(column: &ArrayRef) -> Self {
        let without = if column.data_type().is_floating() { ".0" } else { "" };
        let text = match column.data_type() {
            DataType::LargeUtf8 => Text::Large(column.as_string::<i64>().clone()),
            DataType::Utf8View => Text::View(column.as_string_view().clone()),
            DataType::Utf8 => Text::Small(column.as_string::<i32>().clone()),
            DataType::Dictionary(..) => {
                let shared = column.as_any_dictionary();
                let keys = if shared.values().is_empty() { Vec::new() } else { shared.normalized_keys() };
                let nulls = shared.keys().nulls();
                let is_null = |row: usize| nulls.is_some_and(|nulls| nulls.is_null(row));
                let keys = keys.into_iter().enumerate().map(|(row, key)| (!is_null(row)).then_some(key));
                Text::Shared(keys.collect(), Box::new(Self::new(shared.values())))
            }
            _ => Text::Small(
                to_text(column)
                    .map_or_else(|_| StringArray::new_null(column.len()), |t| t.as_string().clone()),
            ),
        };
        Self { text, without }
    }

    fn get(&self, row: usize) -> Option<&str> {
        let value = match &self.text {
            Text::Shared(keys, texts) => return texts.get((*keys.get(row)?)?),
            Text::Small(text) => text.is_valid(row).then(|| text.value(row)),
            Text::Large(text) => text.is_valid(row).then(|| text.value(row)),
            Text::View(text) => text.is_valid(row).then(|| text.value(row)),
        }?;
        // Comparing with nothing is not free where it is done for every cell.
        if self.without.is_empty() {
            return Some(value);
        }
        Some(value.strip_suffix(self.without).unwrap_or(value))
    }
}

fn to_text(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    cast_with_options(column, &DataType::Utf8, &CastOptions { safe: false, ..CastOptions::default() })
}

/// Midnight of a day, in whichever zone it is told, is the day.
fn date_at_midnight(moment: &str) -> &str {
    match moment.split_once("T00:00:00") {
        Some((date, zone)) if !zone.starts_with('.') => date,
        _ => moment,
    }
}

/// A column that is certain to become text, the same one wherever it can be.
fn readable(column: &ArrayRef) -> Result<ArrayRef, String> {
    use DataType as T;
    let is_text = |t: &T| matches!(t, T::Utf8 | T::LargeUtf8 | T::Utf8View);
    match column.data_type() {
        T::Boolean => {
            let truths = column.as_boolean().iter();
            let words = truths.map(|truth| truth.map(|truth| if truth { "yes" } else { "no" }));
            Ok(Arc::new(words.collect::<StringArray>()))
        }
        T::Null | T::Float32 | T::Float64 | T::Decimal128(..) | T::Decimal256(..) => Ok(column.clone()),
        T::Dictionary(_, values) if is_text(values) => Ok(column.clone()),
        T::Dictionary(_, values) if !values.is_nested() => {
            readable(&cast(column, values).map_err(|e| e.to_string())?)
        }
        other if other.is_integer() || is_text(other) => Ok(column.clone()),
        other if other.is_nested() => Err(format!("it holds values of the type {other}")),
        T::Date64 | T::Timestamp(..) => {
            let text = to_text(column).map_err(|e| e.to_string())?;
            let dates = text.as_string::<i32>().iter().map(|moment| moment.map(date_at_midnight));
            Ok(Arc::new(dates.collect::<StringArray>()))
        }
        _ => to_text(column).map_err(|e| e.to_string()),
    }
}

/// Reports a header that cannot be one.
pub(super) fn check_header(
    file: &str,
    row: Option<u64>,
    header: &[String],
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let at = || Place { row, ..Place::file(file) };
    if header.is_empty() || (header.len() == 1 && header[0].is_empty()) {
        let message = "the file has no header row";
        diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(file)));
        return None;
    }
    if let [only] = header
        && let Some(separator) = [';', '\t'].into_iter().find(|separator| only.contains(*separator))
    {
        let name = if separator == ';' { "semicolons" } else { "tabs" };
        let message = format!("the cells of this file are separated by {name}, not commas");
        let place = at();
        diagnostics.push(Diagnostic::error(codes::WRONG_SEPARATOR, message).at(place).hint(SAVE_AS));
        return None;
    }
    if header[0].to_lowercase().starts_with("sep=") {
        let message =
            format!("the first line, `{}`, is a note to a spreadsheet program, not a header", header[0]);
        let place = at();
        diagnostics
            .push(Diagnostic::error(codes::WRONG_SEPARATOR, message).at(place).hint("delete that line"));
        return None;
    }
    let mut clean = true;
    let mut seen = std::collections::BTreeSet::new();
    for name in header {
        if !name.is_empty() && !seen.insert(name) {
            let message = format!("there are two columns `{name}`");
            let hint = "delete one of them, or give it another name";
            diagnostics
                .push(Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(at().column(name)).hint(hint));
            clean = false;
        }
    }
    clean.then_some(())
}
