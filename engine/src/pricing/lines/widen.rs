//! Priced lines as other programs know them: decimals of 128 bits, and text without a dictionary.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Schema};

/// The type that others know: not all read decimals of 64 bits.
fn wide(kind: &DataType) -> DataType {
    match kind {
        DataType::Decimal64(digits, scale) => DataType::Decimal128(*digits, *scale),
        other => other.clone(),
    }
}

/// A schema of priced lines with decimals of 128 bits; the last `texts` columns are text.
pub fn widened_schema(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| {
        let kind = match field.name().as_str() {
            "fallback" | "unpriced" => DataType::Utf8,
            _ => wide(field.data_type()),
        };
        Arc::new(Field::new(field.name(), kind, field.is_nullable()))
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
}

/// A batch of priced lines in that schema.
pub fn widened(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let schema = Arc::new(widened_schema(&batch.schema()));
    let columns = batch.columns().iter().zip(schema.fields());
    let columns =
        columns.map(|(column, field)| cast(column, field.data_type())).collect::<Result<Vec<_>, _>>()?;
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema, columns, &options)
}
