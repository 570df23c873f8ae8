//! A table from CSV: every row that cannot be read is reported, with its line.

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::quotes::{open_at_end, swallowed, unclosed};
use super::rows::Rows;
use super::table::{Table, check_header};

impl Table {
    /// Reads a CSV. All rows that cannot be read are reported, and left out.
    pub fn from_csv(file: &str, bytes: &[u8], diagnostics: &mut Diagnostics) -> Option<Self> {
        let Header { bytes, mut reader, mut record, row, names: header } =
            read_header(file, bytes, diagnostics)?;
        let header_row = Some(row);
        let mut lines = Lines::new(bytes);
        let unreadable =
            |error: csv::Error| Diagnostic::error(codes::UNREADABLE, error.to_string()).at(Place::file(file));
        let start = record.position().map_or(0, |position| position.byte() as usize);
        if reader.position().byte() as usize == bytes.len()
            && let Some(quote) = open_at_end(&bytes[start..], b',', true)
        {
            diagnostics.push(unclosed(Place::row(file, Lines::new(bytes).at_offset(start + quote))));
            return None;
        }
        let mut rows = Rows::new(header.len());
        let mut dropped = false;
        while reader
            .read_byte_record(&mut record)
            .map_err(|error| diagnostics.push(unreadable(error)))
            .ok()?
        {
            let offset = record.position().map_or(0, |position| position.byte() as usize);
            let is_last = reader.position().byte() as usize == bytes.len();
            if is_last && let Some(quote) = open_at_end(&bytes[offset..], b',', true) {
                diagnostics.push(unclosed(Place::row(file, Lines::new(bytes).at_offset(offset + quote))));
                dropped = true;
                break;
            }
            let line = lines.of_record(offset);
            match text_cells(file, line, &header, &record, diagnostics) {
                Some(cells) if cells.is_empty() => {}
                Some(cells) => rows.push(line, &cells),
                None => dropped = true,
            }
        }
        let (parts, lines) = rows.finish();
        Some(Self { file: file.into(), header_row, header, dropped, parts, lines })
    }
}

/// The header of a CSV, and what stands after it.
pub(super) struct Header<'a> {
    /// Without the mark of UTF-8.
    pub(super) bytes: &'a [u8],
    /// Has read the header.
    pub(super) reader: csv::Reader<&'a [u8]>,
    record: csv::ByteRecord,
    /// Its line.
    pub(super) row: u64,
    /// The columns.
    pub(super) names: Vec<String>,
}

/// A reader of the one dialect that there is.
pub(super) fn reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).has_headers(false).from_reader(bytes)
}

/// Reads the header.
pub(super) fn read_header<'a>(
    file: &str,
    bytes: &'a [u8],
    diagnostics: &mut Diagnostics,
) -> Option<Header<'a>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let message = "the file is UTF-16, not UTF-8";
        let place = Place::file(file);
        diagnostics.push(Diagnostic::error(codes::BAD_UTF8, message).at(place).hint(SAVE_AS));
        return None;
    }
    let mut reader = reader(bytes);
    let mut record = csv::ByteRecord::new();
    loop {
        let more = reader.read_byte_record(&mut record);
        let more = more.map_err(|error| {
            diagnostics.push(Diagnostic::error(codes::UNREADABLE, error.to_string()).at(Place::file(file)));
        });
        if !more.ok()? || !(is_comment(&record) || record.iter().all(<[u8]>::is_empty)) {
            break;
        }
    }
    let row = Lines::new(bytes).of_record(record.position().map_or(0, |position| position.byte() as usize));
    let Ok(header) = csv::StringRecord::from_byte_record(record.clone()) else {
        let message = "the header is not UTF-8 text";
        let place = Place::row(file, row);
        diagnostics.push(Diagnostic::error(codes::BAD_UTF8, message).at(place).hint(SAVE_AS));
        return None;
    };
    let names: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    check_header(file, Some(row), &names, diagnostics)?;
    Some(Header { bytes, reader, record, row, names })
}

/// Counts lines up to an offset: `\n`, `\r\n` and `\r` end one.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self::from(bytes, 1)
    }

    /// Of bytes that begin on this line.
    pub(super) fn from(bytes: &'a [u8], line: u64) -> Self {
        Self { bytes, at: 0, line }
    }

    fn step(&mut self) {
        let byte = self.bytes[self.at];
        let pair = byte == b'\r' && self.bytes.get(self.at + 1) == Some(&b'\n');
        if (byte == b'\n' || byte == b'\r') && !pair {
            self.line += 1;
        }
        self.at += 1;
    }

    /// The line that an offset is in.
    pub(super) fn at_offset(mut self, offset: usize) -> u64 {
        while self.at < offset.min(self.bytes.len()) {
            self.step();
        }
        self.line
    }

    /// The line of the record whose scan began at `offset`: blank lines and comments before it are not it.
    pub(super) fn of_record(&mut self, offset: usize) -> u64 {
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

/// A comment, also one that a spreadsheet program put in quotes.
pub(super) fn is_comment(record: &csv::ByteRecord) -> bool {
    record.get(0).is_some_and(|cell| cell.starts_with(b"#"))
}

/// What to do about a wrong encoding.
pub(super) const SAVE_AS: &str = "save it as \"CSV UTF-8\" with `,` between cells: in LibreOffice the field delimiter of `Save as`, \
                       in Excel the list separator of the system's region settings";

/// The cells of a row; none of a row that is empty or a comment. `None`: it cannot be read.
pub(super) fn text_cells(
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
        } else if cell.contains(&b'\n') || cell.contains(&b'\r') {
            let text = String::from_utf8_lossy(cell);
            let found = swallowed(&text, b',', header.len(), Place::row(file, line).column(name));
            clean &= found.is_none();
            if let Some(diagnostic) = found {
                diagnostics.push(diagnostic);
            }
        }
    }
    clean.then(|| csv::StringRecord::from_byte_record_lossy(record.clone()))
}
