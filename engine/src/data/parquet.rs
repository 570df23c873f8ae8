//! A table from Parquet.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::table::{CHUNK, Table};

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Does this thread read a file of others just now? Damaged files make the crates that read them panic: the reading
/// ends, not the program, and the command keeps quiet about it.
pub fn is_decoding() -> bool {
    DECODING.get()
}

/// Reads what others wrote. `None`: it panicked.
pub fn caught<T>(read: impl FnOnce() -> T) -> Option<T> {
    let before = DECODING.replace(true);
    let done = catch_unwind(AssertUnwindSafe(read));
    DECODING.set(before);
    done.ok()
}

/// Reads what others wrote: a panic in it is an error.
pub fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    caught(read).unwrap_or_else(|| Err("the file is damaged".to_owned()))
}

impl Table {
    /// Reads a Parquet file.
    pub fn from_parquet(file: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<Self> {
        match guarded(|| decode(bytes)) {
            Ok((schema, batches)) => Self::from_batches(file, &schema, &batches, diagnostics),
            Err(message) => {
                let hint = "is it a complete Parquet file?";
                diagnostics.push(Diagnostic::error(codes::PARQUET, message).at(Place::file(file)).hint(hint));
                None
            }
        }
    }
}

fn decode(bytes: Vec<u8>) -> Result<(SchemaRef, Vec<RecordBatch>), String> {
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|e| e.to_string())?;
    let schema = builder.schema().clone();
    let reader = builder.with_batch_size(CHUNK).build().map_err(|e| e.to_string())?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
    Ok((schema, batches))
}
