//! A table from Parquet.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::table::{CHUNK, Table};

/// Name of the thread that reads Parquet. Damaged files make the parquet crate panic: the thread ends, not the
/// program, and the command keeps quiet about panics of a thread of this name.
pub const PARQUET_THREAD: &str = "truecost-parquet";

impl Table {
    /// Reads a Parquet file.
    pub fn from_parquet(file: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<Self> {
        match read(bytes) {
            Ok((schema, batches)) => Self::from_batches(file, &schema, &batches, diagnostics),
            Err(message) => {
                let hint = "is it a complete Parquet file?";
                diagnostics.push(Diagnostic::error(codes::PARQUET, message).at(Place::file(file)).hint(hint));
                None
            }
        }
    }
}

fn read(bytes: Vec<u8>) -> Result<(SchemaRef, Vec<RecordBatch>), String> {
    let reader = std::thread::Builder::new().name(PARQUET_THREAD.to_owned());
    let thread = reader.spawn(move || decode(bytes)).map_err(|e| e.to_string())?;
    thread.join().unwrap_or_else(|_| Err("the file is damaged".to_owned()))
}

fn decode(bytes: Vec<u8>) -> Result<(SchemaRef, Vec<RecordBatch>), String> {
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|e| e.to_string())?;
    let schema = builder.schema().clone();
    let reader = builder.with_batch_size(CHUNK).build().map_err(|e| e.to_string())?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
    Ok((schema, batches))
}
