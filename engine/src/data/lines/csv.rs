//! Lines in CSV: cut into blocks of whole rows, each read by the thread that takes it. All cells are text; an empty one
//! is null.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::csv::{Lines, is_comment, read_header, reader, text_cells};
use crate::data::quotes::{open_at_end, unclosed, unfinished};

use super::files::{same_columns, unreadable};
use super::unit::{Content, Numbers, Rows, Unit, Unreadable};
use super::{BATCH, CSV_ROW, LineSource, Seen, Total, Units};

/// Bytes of a block: at least, and at most.
const BLOCK: [usize; 2] = [1 << 20, 8 << 20];
/// Bytes at which a header is looked for.
const HEADER: usize = 64 << 10;
/// Bytes beyond which a row is none.
const LONGEST: usize = 64 << 20;

/// Whole rows of a file.
pub(super) struct Block {
    file: Arc<str>,
    schema: SchemaRef,
    header: Arc<Vec<String>>,
    bytes: Vec<u8>,
    /// The line that it begins on.
    line: u64,
}

impl Block {
    /// About how many rows it has.
    pub(super) fn size(&self) -> usize {
        self.bytes.len() / CSV_ROW
    }
}

/// A file whose header was read.
struct Open {
    file: File,
    label: Arc<str>,
    /// What was read and is in no block yet.
    bytes: Vec<u8>,
    /// The line that those begin on.
    line: u64,
    is_read: bool,
}

impl Open {
    /// Opens a file and reads its header.
    fn new(path: &Path, seen: &Seen, diagnostics: &mut Diagnostics) -> Option<(Self, Vec<String>)> {
        let label: Arc<str> = path.to_string_lossy().into();
        let failed = |error: std::io::Error, diagnostics: &mut Diagnostics| {
            diagnostics.push(unreadable(&label, &error));
        };
        let file = File::open(path).map_err(|error| failed(error, diagnostics)).ok()?;
        let mut open = Self { file, label: label.clone(), bytes: Vec::new(), line: 1, is_read: false };
        let mut size = HEADER;
        let (start, line, names) = loop {
            open.fill(size, seen).map_err(|error| failed(error, diagnostics)).ok()?;
            let mut found = Diagnostics::new();
            let header = read_header(&label, &open.bytes, &mut found);
            if let Some(header) = header
                && (open.is_read || (header.reader.position().byte() as usize) < header.bytes.len())
            {
                let end = header.reader.position().byte() as usize;
                let mark = open.bytes.len() - header.bytes.len();
                let line = Lines::from(header.bytes, 1).at_offset(end);
                if open.is_read && end == header.bytes.len() {
                    let start = header.bytes.len();
                    if let Some(quote) = open_at_end(header.bytes, b',', true).filter(|quote| *quote < start)
                    {
                        let line = Lines::from(header.bytes, 1).at_offset(quote);
                        diagnostics.push(unclosed(Place::row(&*label, line)));
                        return None;
                    }
                }
                break (mark + end, line, header.names);
            }
            if open.is_read || size >= LONGEST {
                diagnostics.extend(found);
                return None;
            }
            size *= 4;
        };
        open.bytes.drain(..start);
        open.line = line;
        Some((open, names))
    }

    /// Reads on until there are as many bytes, or all.
    fn fill(&mut self, size: usize, seen: &Seen) -> std::io::Result<()> {
        let missing = size.saturating_sub(self.bytes.len());
        let read = (&mut self.file).take(missing as u64).read_to_end(&mut self.bytes)?;
        seen.add(read);
        self.is_read = read < missing;
        Ok(())
    }

    /// The line of a byte that is in no block yet.
    fn line_of(&self, offset: usize) -> u64 {
        let before = &self.bytes[..offset];
        if before.contains(&b'\r') {
            return Lines::from(&self.bytes, self.line).at_offset(offset);
        }
        // Each is 0 or 1: summed up like that, many at a time are looked at.
        self.line + before.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>()
    }

    /// Where the last whole row ends.
    fn whole(&self) -> usize {
        // Whether a `\n` follows, and belongs to it, is not known yet.
        let bytes = self.bytes.strip_suffix(b"\r").unwrap_or(&self.bytes);
        let plain = if bytes.contains(&b'"') { None } else { bytes.iter().rposition(|byte| *byte == b'\n') };
        plain.map_or_else(|| unfinished(bytes, b',', true), |end| end + 1)
    }

    /// The next block: its line, and whole rows. `None` at the end.
    fn block(&mut self, size: usize, seen: &Seen) -> Result<Option<(u64, Vec<u8>)>, Diagnostic> {
        let mut size = size;
        loop {
            self.fill(size, seen).map_err(|error| unreadable(&self.label, &error))?;
            let end = if self.is_read { self.bytes.len() } else { self.whole() };
            let open = || open_at_end(&self.bytes, b',', true);
            if let Some(quote) = if self.is_read || (end == 0 && size >= LONGEST) { open() } else { None } {
                return Err(unclosed(Place::row(&*self.label, self.line_of(quote))));
            }
            if end > 0 {
                let line = self.line_of(end);
                let rest = self.bytes.split_off(end);
                let block = std::mem::replace(&mut self.bytes, rest);
                return Ok(Some((std::mem::replace(&mut self.line, line), block)));
            }
            if self.is_read {
                return Ok(None);
            }
            if size >= LONGEST {
                let message = format!("a row has more than {} million bytes", LONGEST >> 20);
                let place = Place::row(&*self.label, self.line);
                return Err(Diagnostic::error(codes::UNREADABLE, message).at(place));
            }
            size *= 2;
        }
    }
}

/// Cuts files into blocks.
struct Blocks {
    /// Bytes of a block.
    size: usize,
    waiting: VecDeque<PathBuf>,
    open: Option<Open>,
    schema: SchemaRef,
    header: Arc<Vec<String>>,
    seen: Arc<Seen>,
    failed: bool,
}

impl Blocks {
    fn block(&mut self) -> Result<Option<Block>, Diagnostic> {
        loop {
            let Some(open) = &mut self.open else {
                let Some(path) = self.waiting.pop_front() else { return Ok(None) };
                let mut diagnostics = Diagnostics::new();
                let opened = Open::new(&path, &self.seen, &mut diagnostics);
                let changed = || {
                    let error = std::io::Error::other("the file was changed while it was read");
                    unreadable(&path.to_string_lossy(), &error)
                };
                let why = || diagnostics.sorted().first().map_or_else(changed, |first| (*first).clone());
                let (open, header) = opened.ok_or_else(why)?;
                if header != *self.header {
                    return Err(changed());
                }
                self.open = Some(open);
                continue;
            };
            if let Some((line, bytes)) = open.block(self.size, &self.seen)? {
                let (schema, header) = (self.schema.clone(), self.header.clone());
                return Ok(Some(Block { file: open.label.clone(), schema, header, bytes, line }));
            }
            self.open = None;
        }
    }
}

impl Iterator for Blocks {
    type Item = Result<Unit, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let block = self.block().transpose()?;
        self.failed = block.is_err();
        Some(block.map(|block| Unit(Content::Block(block))))
    }
}

/// The rows of a block.
pub(super) fn rows(block: &Block) -> impl Iterator<Item = Result<Rows, Diagnostic>> + '_ {
    let mut reader = reader(&block.bytes);
    let mut lines = Lines::from(&block.bytes, block.line);
    let mut record = csv::ByteRecord::new();
    let mut ended = false;
    std::iter::from_fn(move || {
        let mut columns: Vec<StringBuilder> = block.header.iter().map(|_| StringBuilder::new()).collect();
        let (mut numbers, mut unreadable) = (Vec::new(), Vec::new());
        while !ended && numbers.len() + unreadable.len() < BATCH {
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => {
                    ended = true;
                    break;
                }
                Err(error) => {
                    ended = true;
                    let place = Place::file(&*block.file);
                    return Some(Err(Diagnostic::error(codes::UNREADABLE, error.to_string()).at(place)));
                }
            }
            if record.as_slice().is_empty() || is_comment(&record) {
                continue;
            }
            let line = lines.of_record(record.position().map_or(0, |position| position.byte() as usize));
            match cells(block, line, &record) {
                Ok(cells) => {
                    for (column, cell) in columns.iter_mut().zip(cells) {
                        column.append_option(Some(cell).filter(|cell| !cell.is_empty()));
                    }
                    numbers.push(line);
                }
                Err(row) => unreadable.push(row),
            }
        }
        if numbers.is_empty() && unreadable.is_empty() {
            return None;
        }
        let arrays = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let batch = RecordBatch::try_new(block.schema.clone(), arrays).map_err(|error| {
            Diagnostic::error(codes::UNREADABLE, error.to_string()).at(Place::file(&*block.file))
        });
        let numbers = Numbers::Lines(numbers);
        Some(batch.map(|batch| Rows { file: block.file.clone(), batch, unreadable, numbers }))
    })
}

/// The cells of a row that is not empty.
fn cells<'a>(
    block: &Block,
    line: u64,
    record: &'a csv::ByteRecord,
) -> Result<impl Iterator<Item = &'a str>, Unreadable> {
    let is_odd = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    let is_plain = record.len() == block.header.len()
        && !record.as_slice().iter().any(is_odd)
        && record.iter().all(|cell| std::str::from_utf8(cell).is_ok());
    if !is_plain {
        let mut diagnostics = Diagnostics::new();
        if text_cells(&block.file, line, &block.header, record, &mut diagnostics).is_none() {
            return Err(refused(line, record, &diagnostics));
        }
    }
    // Each was looked at.
    Ok(record.iter().map(|cell| std::str::from_utf8(cell).unwrap_or_default()))
}

fn refused(line: u64, record: &csv::ByteRecord, diagnostics: &Diagnostics) -> Unreadable {
    let cells = csv::StringRecord::from_byte_record_lossy(record.clone());
    let cells: Vec<String> = cells.iter().map(str::to_owned).collect();
    let text = cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",");
    let sorted = diagnostics.sorted();
    let first = sorted.first();
    let column = first.and_then(|d| d.place.as_ref()).and_then(|place| place.column.clone());
    let message = first.map_or_else(String::new, |first| first.message.clone());
    Unreadable { line, column: column.unwrap_or_default(), text, message, cells }
}

/// A cell as it stands in a CSV.
fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

impl LineSource {
    /// CSV files with the same header.
    pub(super) fn csv(label: &Path, paths: Vec<PathBuf>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut schema: Option<(SchemaRef, Vec<String>, String)> = None;
        for path in &paths {
            let (open, names) = Open::new(path, &Seen::default(), diagnostics)?;
            let fields: Vec<Field> =
                names.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
            let own = Arc::new(Schema::new(fields));
            schema = Some(match schema {
                None => (own, names, open.label.to_string()),
                Some((schema, header, first)) => {
                    let same = same_columns(&schema, &own, &first, &open.label);
                    (same.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()?, header, first)
                }
            });
        }
        let (schema, header, _) = schema?;
        let seen = Seen::new(&paths);
        let (waiting, read, counted) = (paths.clone().into(), schema.clone(), seen.clone());
        let cut = move |most: usize| -> Units {
            let size = (most * CSV_ROW).clamp(BLOCK[0], BLOCK[1]);
            let header = Arc::new(header);
            Box::new(Blocks { size, waiting, open: None, schema: read, header, seen: counted, failed: false })
        };
        Some(Self {
            label: label.to_string_lossy().into_owned(),
            stated: schema.clone(),
            schema,
            files: paths,
            folder: None,
            cut: Box::new(cut),
            total: Total::Bytes(seen),
        })
    }
}
