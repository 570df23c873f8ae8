//! A table as text cells with their rows, read from CSV or Parquet.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{ArrowError, DataType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

/// A table: a header, and rows of cells. An empty cell is `""`.
#[derive(Clone, Debug)]
pub struct Table {
    /// What diagnostics call it: a path, or `name/table.csv` for a built-in one.
    pub file: String,
    /// Line of the header; a Parquet file has none.
    pub header_row: Option<u64>,
    /// Column names.
    pub header: Vec<String>,
    /// Line of the file (CSV) or number of the row (Parquet), with the cells.
    pub rows: Vec<(u64, csv::StringRecord)>,
    /// Was a row left out because it could not be read?
    pub dropped: bool,
}

/// Counts lines up to an offset: `\n`, `\r\n` and `\r` end one.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    fn step(&mut self) {
        let byte = self.bytes[self.at];
        let pair = byte == b'\r' && self.bytes.get(self.at + 1) == Some(&b'\n');
        if (byte == b'\n' || byte == b'\r') && !pair {
            self.line += 1;
        }
        self.at += 1;
    }

    /// The line of the record whose scan began at `offset`: blank lines and comments before it are not it.
    fn of_record(&mut self, offset: usize) -> u64 {
        while self.at < offset.min(self.bytes.len()) {
            self.step();
        }
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' | b'\r' => self.step(),
                b'#' => {
                    while self.bytes.get(self.at).is_some_and(|b| *b != b'\n' && *b != b'\r') {
                        self.at += 1;
                    }
                }
                _ => break,
            }
        }
        self.line
    }
}

impl Table {
    /// The cell of a row, trimmed; empty cells are `None`.
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        self.rows[row].1.get(column).map(str::trim).filter(|cell| !cell.is_empty())
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|header| header == name)
    }

    /// Reads a CSV. All rows that cannot be read are reported, and left out.
    pub fn from_csv(file: &str, bytes: &[u8], diagnostics: &mut Diagnostics) -> Option<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            let message = "the file is UTF-16, not UTF-8";
            let place = Place::file(file);
            diagnostics.push(Diagnostic::error(codes::BAD_UTF8, message).at(place).hint(SAVE_AS));
            return None;
        }
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .flexible(true)
            .has_headers(false)
            .from_reader(bytes);
        let unreadable =
            |error: csv::Error| Diagnostic::error(codes::UNREADABLE, error.to_string()).at(Place::file(file));
        let mut lines = Lines::new(bytes);
        let mut record = csv::ByteRecord::new();
        loop {
            let more = reader
                .read_byte_record(&mut record)
                .map_err(|error| diagnostics.push(unreadable(error)))
                .ok()?;
            if !more || !(is_comment(&record) || record.iter().all(<[u8]>::is_empty)) {
                break;
            }
        }
        let header_row =
            Some(lines.of_record(record.position().map_or(0, |position| position.byte() as usize)));
        let header = csv::StringRecord::from_byte_record(record.clone());
        let Ok(header) = header else {
            let message = "the header is not UTF-8 text";
            let place = Place { row: header_row, ..Place::file(file) };
            diagnostics.push(Diagnostic::error(codes::BAD_UTF8, message).at(place).hint(SAVE_AS));
            return None;
        };
        let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        check_header(file, header_row, &header, diagnostics)?;
        let mut table = Self { file: file.to_owned(), header_row, header, rows: Vec::new(), dropped: false };
        while reader
            .read_byte_record(&mut record)
            .map_err(|error| diagnostics.push(unreadable(error)))
            .ok()?
        {
            let offset = record.position().map_or(0, |position| position.byte() as usize);
            let line = lines.of_record(offset);
            match text_cells(file, line, &table.header, &record, diagnostics) {
                Some(cells) if cells.is_empty() => {}
                Some(cells) => table.rows.push((line, cells)),
                None => table.dropped = true,
            }
        }
        Some(table)
    }

    /// A table in memory; every column is taken as text, numbers in their shortest exact form.
    pub fn from_batches(file: &str, batches: &[RecordBatch], diagnostics: &mut Diagnostics) -> Option<Self> {
        let header = batches.first()?.schema().fields().iter().map(|f| f.name().clone()).collect();
        let mut table =
            Self { file: file.to_owned(), header_row: None, header, rows: Vec::new(), dropped: false };
        check_header(file, None, &table.header, diagnostics)?;
        for batch in batches {
            if let Err(message) = table.add(batch) {
                let hint = "give it text or numbers";
                diagnostics.push(Diagnostic::error(codes::PARQUET, message).at(Place::file(file)).hint(hint));
                return None;
            }
        }
        Some(table)
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), String> {
        let columns = self.header.iter().zip(batch.columns());
        let columns: Vec<_> = columns
            .map(|(name, column)| texts(column).map_err(|e| format!("column `{name}`: {e}")))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let record: csv::StringRecord = columns.iter().map(|column| column[row].as_str()).collect();
            self.rows.push((self.rows.len() as u64 + 1, record));
        }
        Ok(())
    }

    /// Reads a Parquet file; every column is taken as text, numbers in their shortest exact form.
    pub fn from_parquet(file: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<Self> {
        match read_parquet(file, bytes) {
            Ok(table) => {
                check_header(file, table.header_row, &table.header, diagnostics)?;
                Some(table)
            }
            Err(message) => {
                let hint = "is it a complete Parquet file? List and struct columns are not read";
                diagnostics.push(Diagnostic::error(codes::PARQUET, message).at(Place::file(file)).hint(hint));
                None
            }
        }
    }
}

/// A comment, also one that a spreadsheet program put in quotes.
fn is_comment(record: &csv::ByteRecord) -> bool {
    record.get(0).is_some_and(|cell| cell.starts_with(b"#"))
}

/// What to do about a wrong encoding.
const SAVE_AS: &str = "save it as \"CSV UTF-8\" with `,` between cells: in LibreOffice the field delimiter of `Save as`, \
                       in Excel the list separator of the system's region settings";

fn check_header(
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

fn text_cells(
    file: &str,
    line: u64,
    header: &[String],
    record: &csv::ByteRecord,
    diagnostics: &mut Diagnostics,
) -> Option<csv::StringRecord> {
    if record.iter().all(<[u8]>::is_empty) || is_comment(record) {
        return Some(csv::StringRecord::new()); // a row that a spreadsheet left behind
    }
    if record.len() != header.len() {
        let message = format!("the row has {} cells, the header {}", record.len(), header.len());
        let hint = "a cell that holds a comma needs double quotes around it";
        diagnostics.push(Diagnostic::error(codes::RAGGED_ROW, message).at(Place::row(file, line)).hint(hint));
        return None;
    }
    let mut clean = true;
    for (name, cell) in header.iter().zip(record.iter()) {
        if std::str::from_utf8(cell).is_err() {
            let message = format!("`{}` is not UTF-8 text", String::from_utf8_lossy(cell));
            let place = Place::row(file, line).column(name);
            diagnostics.push(Diagnostic::error(codes::BAD_UTF8, message).at(place).hint(SAVE_AS));
            clean = false;
        } else if cell.iter().any(|b| b.is_ascii_control() && !b"\n\r\t".contains(b)) {
            let message = "the cell holds a control character";
            let place = Place::row(file, line).column(name);
            diagnostics
                .push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint("type the cell anew"));
            clean = false;
        }
    }
    clean.then(|| csv::StringRecord::from_byte_record_lossy(record.clone()))
}

/// Name of the thread that reads Parquet. Damaged files make the parquet crate panic: the thread ends, not the
/// program, and the command keeps quiet about panics of a thread of this name.
pub const PARQUET_THREAD: &str = "truecost-parquet";

fn read_parquet(file: &str, bytes: Vec<u8>) -> Result<Table, String> {
    let file = file.to_owned();
    let reader = std::thread::Builder::new().name(PARQUET_THREAD.to_owned());
    let thread = reader.spawn(move || decode_parquet(&file, bytes)).map_err(|e| e.to_string())?;
    thread.join().unwrap_or_else(|_| Err("the file is damaged".to_owned()))
}

fn decode_parquet(file: &str, bytes: Vec<u8>) -> Result<Table, String> {
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|e| e.to_string())?;
    let header: Vec<String> = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
    let mut table =
        Table { file: file.to_owned(), header_row: None, header, rows: Vec::new(), dropped: false };
    for batch in builder.build().map_err(|e| e.to_string())? {
        table.add(&batch.map_err(|e| e.to_string())?)?;
    }
    Ok(table)
}

/// A column as text. Nothing becomes empty that was not null; times at midnight are dates, as pandas writes
/// dates, and whole doubles have no decimals, as pandas writes years with gaps.
fn texts(column: &ArrayRef) -> Result<Vec<String>, ArrowError> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    let text = cast_with_options(column, &DataType::Utf8, &options)?;
    let text = text.as_string::<i32>();
    let shown = |row: usize| -> &str {
        if text.is_null(row) {
            return "";
        }
        let value = text.value(row);
        match column.data_type() {
            DataType::Timestamp(..) => value.strip_suffix("T00:00:00").unwrap_or(value),
            DataType::Float64 | DataType::Float32 => value.strip_suffix(".0").unwrap_or(value),
            _ => value,
        }
    };
    Ok((0..text.len()).map(|row| shown(row).to_owned()).collect())
}
