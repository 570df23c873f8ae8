//! Where lines come from: a stream of the caller, or files.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::prelude::*;
use truecost::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use truecost::data::lines::{LineSource, MOST, Rows};

use crate::arguments::wrong_type;
use crate::arrow;
use crate::batches::{Batches, Failure, LINES};
use crate::long::long;

/// Rows that are read ahead of those that are priced.
const AHEAD: usize = 2;

/// Lines, before the first is read.
pub(crate) enum Source {
    /// A stream of the caller.
    Stream(Box<dyn RecordBatchReader + Send>),
    /// Files.
    Files(LineSource),
}

/// Some lines.
pub(crate) enum Piece {
    /// Of a stream.
    Batch(RecordBatch),
    /// Of a file.
    Rows(Rows),
}

/// Lines, piece by piece.
pub(crate) type Pieces = Box<dyn Iterator<Item = Result<Piece, Diagnostic>> + Send>;

impl Source {
    /// The argument `lines`: a path, or a stream. Nothing is read but the columns.
    pub(crate) fn new(py: Python<'_>, lines: &Bound<'_, PyAny>) -> PyResult<Self> {
        if arrow::speaks(lines) {
            return arrow::reader(LINES, lines).map(Self::Stream);
        }
        let accepted = format!("{}, or the path of a file or folder", arrow::ACCEPTED);
        let path: PathBuf = lines.extract().map_err(|_| wrong_type(LINES, lines, &accepted))?;
        let (source, _) = long(py, None, |_, found| LineSource::open(&path, found))?;
        Ok(Self::Files(source))
    }

    /// What diagnostics call them.
    pub(crate) fn label(&self) -> &str {
        match self {
            Self::Stream(_) => LINES,
            Self::Files(source) => &source.label,
        }
    }

    /// Their columns.
    pub(crate) fn schema(&self) -> SchemaRef {
        match self {
            Self::Stream(reader) => reader.schema(),
            Self::Files(source) => source.schema.clone(),
        }
    }

    /// They, for the job that writes files.
    pub(crate) fn lines(self, found: &mut Diagnostics) -> Option<LineSource> {
        match self {
            Self::Stream(reader) => LineSource::batches(LINES, reader, found),
            Self::Files(source) => Some(source),
        }
    }

    /// Reads them, as they are asked for.
    pub(crate) fn pieces(self) -> Pieces {
        match self {
            Self::Stream(reader) => Box::new(reader.flat_map(|batch| match batch {
                Ok(batch) => parts(&batch).into_iter().map(|part| Ok(Piece::Batch(part))).collect(),
                Err(error) => vec![Err(broken(&error))],
            })),
            Self::Files(source) => Box::new(ahead(source)),
        }
    }
}

impl Piece {
    /// Its lines with what they cost.
    pub(crate) fn priced(self, batches: &mut Batches) -> Result<RecordBatch, Failure> {
        match self {
            Self::Batch(batch) => batches.price(&batch),
            Self::Rows(rows) => batches.price_rows(&rows),
        }
    }
}

/// Lines that are priced, and handed on, at once.
const PART: usize = 65_536;

/// A batch in parts: a table of millions of rows may come as one.
fn parts(batch: &RecordBatch) -> Vec<RecordBatch> {
    let rows = batch.num_rows();
    if rows <= PART {
        return vec![batch.clone()];
    }
    (0..rows).step_by(PART).map(|start| batch.slice(start, PART.min(rows - start))).collect()
}

fn broken(error: &ArrowError) -> Diagnostic {
    let message = format!("the lines could not be fetched: {error}");
    Diagnostic::error(codes::UNREADABLE, message).at(Place::file(LINES))
}

/// Rows of files, read on a thread of their own from when the first is asked for.
fn ahead(source: LineSource) -> impl Iterator<Item = Result<Piece, Diagnostic>> + Send {
    let mut waiting = Some(source);
    let mut read: Option<mpsc::Receiver<Result<Rows, Diagnostic>>> = None;
    let mut reader: Option<thread::JoinHandle<()>> = None;
    std::iter::from_fn(move || {
        if let Some(source) = waiting.take() {
            let (give, take) = mpsc::sync_channel(AHEAD);
            read = Some(take);
            reader = Some(thread::spawn(move || {
                for unit in source.units(MOST).0 {
                    match unit {
                        Ok(unit) => {
                            for rows in unit.rows() {
                                if give.send(rows).is_err() {
                                    return;
                                }
                            }
                        }
                        Err(error) => {
                            // Nobody waits for it any more, or it is told.
                            let _ = give.send(Err(error));
                        }
                    }
                }
            }));
        }
        match read.as_ref()?.recv() {
            Ok(rows) => Some(rows.map(Piece::Rows)),
            // A reader that broke down has not read all.
            Err(_) => reader.take()?.join().err().map(|_| {
                let message = "the lines could not be read to their end";
                Err(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(LINES)))
            }),
        }
    })
}
