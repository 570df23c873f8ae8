//! Where priced lines are written, by the one thread that writes.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{ArrowError, SchemaRef};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::data::lines::{Format, LineSource};
use crate::data::write::{Batch, Staged, unwritable};

use super::encode::{Encoded, Encoder, declared, failed, with_lineage};
use super::group::Groups;
use super::paths::Out;
use super::text;

/// What is written.
pub(super) enum Sink {
    Parquet(Box<SerializedFileWriter<Staged>>, std::path::PathBuf),
    Csv(Staged),
    ArrowFile(Box<FileWriter<Staged>>, std::path::PathBuf),
    ArrowStream(Box<StreamWriter<Staged>>, std::path::PathBuf),
    Standard(Box<StreamWriter<std::io::BufWriter<std::io::Stdout>>>),
}

/// Why it cannot be written on.
pub(super) enum Stopped {
    /// Who reads standard output went away.
    Closed,
    /// This.
    For(Diagnostic),
}

impl From<Diagnostic> for Stopped {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::For(diagnostic)
    }
}

/// The error of the system that is the cause.
fn cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a std::io::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return Some(error);
        }
        next = error.source();
    }
    None
}

fn of_parquet(path: &Path, error: &ParquetError) -> Stopped {
    Stopped::For(cause(error).map_or_else(|| failed(error), |cause| unwritable(path, cause)))
}

fn of_arrow(path: Option<&Path>, error: &ArrowError) -> Stopped {
    let cause = match error {
        ArrowError::IoError(_, error) => Some(error),
        error => cause(error),
    };
    match (cause, path) {
        (Some(error), None) if error.kind() == ErrorKind::BrokenPipe => Stopped::Closed,
        (Some(error), Some(path)) => Stopped::For(unwritable(path, error)),
        (Some(error), None) => {
            let message = format!("standard output cannot be written: {error}");
            let full = error.kind() == ErrorKind::StorageFull;
            let diagnostic = Diagnostic::error(codes::UNWRITABLE, message);
            Stopped::For(if full { diagnostic.hint("the disk is full") } else { diagnostic })
        }
        (None, _) => Stopped::For(failed(error)),
    }
}

impl Sink {
    /// Begins to write lines of a schema.
    pub(super) fn begin(
        out: &Out,
        batch: &mut Batch,
        source: &LineSource,
        schema: &SchemaRef,
        lineage: &str,
    ) -> Result<(Self, Encoder), Stopped> {
        let Out::File(path) = out else {
            let schema = with_lineage(declared(source, schema, false), lineage);
            let writer = std::io::BufWriter::with_capacity(1 << 20, std::io::stdout());
            let writer = StreamWriter::try_new(writer, &schema).map_err(|error| of_arrow(None, &error))?;
            return Ok((Self::Standard(Box::new(writer)), Encoder::Batches(schema)));
        };
        let mut file = batch.open(path)?;
        let name = path.clone();
        Ok(match Format::of(path).unwrap_or(Format::Parquet) {
            Format::Parquet => {
                let others = declared(source, schema, true);
                let column = |name: &String| source.schema.index_of(name).ok();
                let kept = schema.fields().iter().map(|field| column(field.name())).collect();
                let (writer, groups) = Groups::begin(file, schema, &others, kept, lineage)
                    .map_err(|error| of_parquet(path, &error))?;
                (Self::Parquet(Box::new(writer), name), Encoder::Parquet(Arc::new(groups)))
            }
            Format::Csv => {
                let header = text::header(schema);
                file.write_all(&header).map_err(|error| unwritable(path, &error))?;
                (Self::Csv(file), Encoder::Csv)
            }
            Format::ArrowFile => {
                let schema = with_lineage(declared(source, schema, false), lineage);
                let writer =
                    FileWriter::try_new(file, &schema).map_err(|error| of_arrow(Some(path), &error))?;
                (Self::ArrowFile(Box::new(writer), name), Encoder::Batches(schema))
            }
            Format::ArrowStream => {
                let schema = with_lineage(declared(source, schema, false), lineage);
                let writer =
                    StreamWriter::try_new(file, &schema).map_err(|error| of_arrow(Some(path), &error))?;
                (Self::ArrowStream(Box::new(writer), name), Encoder::Batches(schema))
            }
        })
    }

    /// Writes what was made.
    pub(super) fn write(&mut self, encoded: Encoded) -> Result<(), Stopped> {
        match (self, encoded) {
            (Self::Parquet(writer, path), Encoded::Group(group)) => {
                group.append(writer).map_err(|error| of_parquet(path, &error))
            }
            (Self::Csv(file), Encoded::Bytes(bytes)) => {
                file.write_all(&bytes).map_err(|error| Stopped::For(file.failed(&error)))
            }
            (sink, Encoded::Batches(batches)) => batches.iter().try_for_each(|batch| match sink {
                Self::ArrowFile(writer, path) => writer.write(batch).map_err(|e| of_arrow(Some(path), &e)),
                Self::ArrowStream(writer, path) => writer.write(batch).map_err(|e| of_arrow(Some(path), &e)),
                Self::Standard(writer) => {
                    writer.write(batch).and_then(|()| writer.flush()).map_err(|e| of_arrow(None, &e))
                }
                _ => Ok(()),
            }),
            _ => Ok(()),
        }
    }

    /// Ends it; a file goes to the others of its batch.
    pub(super) fn close(self, batch: &mut Batch) -> Result<(), Stopped> {
        let file = match self {
            Self::Parquet(writer, path) => writer.into_inner().map_err(|error| of_parquet(&path, &error))?,
            Self::Csv(file) => file,
            Self::ArrowFile(mut writer, path) => {
                let ended = writer.finish().and_then(|()| writer.into_inner());
                ended.map_err(|error| of_arrow(Some(&path), &error))?
            }
            Self::ArrowStream(mut writer, path) => {
                let ended = writer.finish().and_then(|()| writer.into_inner());
                ended.map_err(|error| of_arrow(Some(&path), &error))?
            }
            Self::Standard(mut writer) => {
                let ended = writer.finish().and_then(|()| writer.flush());
                return ended.map_err(|error| of_arrow(None, &error));
            }
        };
        Ok(batch.close(file)?)
    }
}
