//! A table as text cells with their rows, read from CSV or Parquet.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

/// A table: a header, and rows of cells. An empty cell is `""`.
#[derive(Clone, Debug)]
pub struct Table {
    /// What diagnostics call it: a path, or `name/table.csv` for a built-in one.
    pub file: String,
    /// Column names.
    pub header: Vec<String>,
    /// Line of the file (CSV) or number of the row (Parquet), with the cells.
    pub rows: Vec<(u64, csv::StringRecord)>,
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
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(bytes);
        let header = match reader.byte_headers() {
            Ok(record) => record.clone(),
            Err(error) => {
                diagnostics.push(Diagnostic::error(codes::BAD_UTF8, error.to_string()).at(Place::file(file)));
                return None;
            }
        };
        let header = csv::StringRecord::from_byte_record_lossy(header);
        let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        check_header(file, &header, diagnostics)?;
        let mut rows = Vec::new();
        let mut record = csv::ByteRecord::new();
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    if let Some(cells) = text_cells(file, line, &header, &record, diagnostics) {
                        rows.push((line, cells));
                    }
                }
                Err(error) => {
                    diagnostics.push(Diagnostic::error(codes::UNREADABLE, error.to_string()).at(Place::file(file)));
                    return None;
                }
            }
        }
        Some(Self { file: file.to_owned(), header, rows })
    }

    /// Reads a Parquet file; every column is taken as text, numbers in their shortest exact form.
    pub fn from_parquet(file: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<Self> {
        match read_parquet(file, bytes) {
            Ok(table) => {
                check_header(file, &table.header, diagnostics)?;
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

fn check_header(file: &str, header: &[String], diagnostics: &mut Diagnostics) -> Option<()> {
    if header.is_empty() || (header.len() == 1 && header[0].is_empty()) {
        let message = "the file has no header row";
        diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(file)));
        return None;
    }
    let mut clean = true;
    for (index, name) in header.iter().enumerate() {
        if !name.is_empty() && header[..index].contains(name) {
            let message = format!("there are two columns `{name}`");
            let place = Place::row(file, 1).column(name);
            diagnostics.push(Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(place));
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
            let hint = "save the file as \"CSV UTF-8\"";
            diagnostics.push(Diagnostic::error(codes::BAD_UTF8, message).at(place).hint(hint));
            clean = false;
        }
    }
    clean.then(|| csv::StringRecord::from_byte_record_lossy(record.clone()))
}

fn read_parquet(file: &str, bytes: Vec<u8>) -> Result<Table, String> {
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|e| e.to_string())?;
    let header: Vec<String> = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
    let mut rows = Vec::new();
    for batch in builder.build().map_err(|e| e.to_string())? {
        let batch = batch.map_err(|e| e.to_string())?;
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| arrow_cast::cast(column, &DataType::Utf8).map_err(|e| e.to_string()))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let cells = columns.iter().map(|column| {
                let column = column.as_string::<i32>();
                if column.is_null(row) { "" } else { column.value(row) }
            });
            let record: csv::StringRecord = cells.collect();
            rows.push((rows.len() as u64 + 1, record));
        }
    }
    Ok(Table { file: file.to_owned(), header, rows })
}
