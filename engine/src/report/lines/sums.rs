//! The sums of priced lines as a file.

use std::path::Path;

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::base::diagnostic::Diagnostic;
use crate::data::lines::Format;
use crate::data::write::Batch;

use super::encode::with_lineage;
use super::text;

/// Without dictionaries, and with the lineage.
fn plain(sums: &RecordBatch, lineage: &str) -> Result<RecordBatch, ArrowError> {
    let schema = sums.schema();
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Dictionary(_, values) => field.as_ref().clone().with_data_type(values.as_ref().clone()),
        _ => field.as_ref().clone(),
    });
    let schema = with_lineage(Schema::new(fields.collect::<Vec<_>>()), lineage);
    let columns = sums.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| arrow_cast::cast(column, field.data_type()));
    RecordBatch::try_new(schema.clone(), columns.collect::<Result<Vec<_>, _>>()?)
}

fn parquet(sums: &RecordBatch, lineage: &str) -> Result<Vec<u8>, ParquetError> {
    let mut bytes = Vec::new();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_created_by(format!("truecost {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(vec![KeyValue::new("truecost".to_owned(), lineage.to_owned())]))
        .build();
    let mut writer = ArrowWriter::try_new(&mut bytes, sums.schema(), Some(properties))?;
    writer.write(sums)?;
    writer.close()?;
    Ok(bytes)
}

fn bytes(sums: &RecordBatch, format: Format, lineage: &str) -> Result<Vec<u8>, ParquetError> {
    let sums = plain(sums, lineage)?;
    match format {
        Format::Parquet => parquet(&sums, lineage),
        Format::Csv => {
            let mut bytes = text::header(&sums.schema());
            text::rows(&sums, &mut bytes)?;
            Ok(bytes)
        }
        Format::ArrowFile | Format::ArrowStream => {
            let mut writer = FileWriter::try_new(Vec::new(), &sums.schema())?;
            writer.write(&sums)?;
            writer.finish()?;
            Ok(writer.into_inner()?)
        }
    }
}

/// Writes the sums, under no name yet.
pub(super) fn write(
    batch: &mut Batch,
    path: &Path,
    sums: &RecordBatch,
    lineage: &str,
) -> Result<(), Diagnostic> {
    use std::io::Write as _;
    let mut file = batch.open(path)?;
    let format = Format::of(path).unwrap_or(Format::Parquet);
    let bytes = bytes(sums, format, lineage).map_err(|error| file.failed(&error))?;
    file.write_all(&bytes).map_err(|error| file.failed(&error))?;
    batch.close(file)
}
