//! Lines in Arrow IPC: files, streams, and standard input.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_ipc::reader::{FileReaderBuilder, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::parquet::guarded;

use super::batches::{Batches, Waiting};
use super::files::{Format, same_columns};
use super::{LineSource, Seen, Total};

const HINT: &str =
    "is it a complete Arrow IPC file (Feather version 2), or a stream that was read to its end?";

/// Counts what is read.
struct Counting<R> {
    reader: R,
    seen: Arc<Seen>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.seen.add(read);
        Ok(read)
    }
}

impl<R: Seek> Seek for Counting<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.reader.seek(to)
    }
}

fn told(error: ArrowError) -> String {
    match error {
        ArrowError::IpcError(message) | ArrowError::ParseError(message) => message,
        other => other.to_string(),
    }
}

/// The schema and the batches of a file.
fn open(path: &Path, format: Format, seen: Arc<Seen>) -> Result<(SchemaRef, Batches), String> {
    let reader = File::open(path).map_err(|error| error.to_string())?;
    let reader = Counting { reader, seen };
    if format == Format::ArrowStream {
        return stream(reader);
    }
    let reader = FileReaderBuilder::new().build(BufReader::new(reader)).map_err(told)?;
    Ok((reader.schema(), Box::new(reader.map(|batch| batch.map_err(told)))))
}

/// The schema and the batches of a stream.
fn stream(reader: impl Read + Send + 'static) -> Result<(SchemaRef, Batches), String> {
    let reader = StreamReader::try_new_buffered(reader, None).map_err(told)?;
    Ok((reader.schema(), Box::new(reader.map(|batch| batch.map_err(told)))))
}

impl LineSource {
    /// An Arrow IPC stream on standard input.
    pub fn standard_input(diagnostics: &mut Diagnostics) -> Option<Self> {
        let label = "-";
        let opened = guarded(|| stream(std::io::stdin()));
        let (schema, read) = opened
            .map_err(|message| {
                let hint = "standard input must be an Arrow IPC stream; a file is read by its name";
                let message = format!("standard input cannot be read: {message}");
                diagnostics.push(Diagnostic::error(codes::ARROW, message).hint(hint));
            })
            .ok()?;
        let waiting = Waiting { label: label.into(), open: Box::new(move || Ok(read)) };
        Self::gathered(label, schema, vec![waiting], HINT, diagnostics)
    }

    /// Arrow IPC files or streams with the same columns.
    pub(super) fn arrow(
        label: &Path,
        paths: Vec<PathBuf>,
        format: Format,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let seen = Seen::new(&paths);
        let mut schema: Option<(SchemaRef, String)> = None;
        let mut waiting = Vec::new();
        for path in &paths {
            let name = path.to_string_lossy().into_owned();
            let unseen = Arc::new(Seen::default());
            let opened = guarded(|| open(path, format, unseen).map(|(schema, _)| schema));
            let opened = opened.map_err(|message| {
                diagnostics.push(Diagnostic::error(codes::ARROW, message).at(Place::file(&name)).hint(HINT));
            });
            let own = opened.ok()?;
            schema = Some(match schema {
                None => (own, name.clone()),
                Some((schema, first)) => {
                    let same = same_columns(&schema, &own, &first, &name);
                    (same.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()?, first)
                }
            });
            let (path, seen) = (path.clone(), seen.clone());
            let open = Box::new(move || open(&path, format, seen).map(|(_, batches)| batches));
            waiting.push(Waiting { label: name.into(), open });
        }
        let (schema, _) = schema?;
        let source = Self::gathered(&label.to_string_lossy(), schema, waiting, HINT, diagnostics)?;
        Some(Self { files: paths, total: Total::Bytes(seen), ..source })
    }
}
