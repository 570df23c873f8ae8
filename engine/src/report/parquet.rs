//! Columns as Parquet: money as exact decimals, the lineage in the file's metadata.

use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, Float64Array, Int32Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::base::money::{BOOK_SCALE, FACTOR_SCALE};

use super::columns::{Cell, Columns};

/// Digits of a 128-bit decimal.
const PRECISION: u8 = 38;

fn array(cells: &[Cell]) -> Result<ArrayRef, ArrowError> {
    let decimals = |values: Vec<Option<i128>>, scale: u32| -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(Decimal128Array::from(values).with_precision_and_scale(PRECISION, scale as i8)?))
    };
    Ok(match cells.first() {
        Some(Cell::Year(_)) => Arc::new(
            cells
                .iter()
                .map(|cell| if let Cell::Year(year) = cell { Some(*year) } else { None })
                .collect::<Int32Array>(),
        ),
        Some(Cell::Amount(_)) => Arc::new(
            cells
                .iter()
                .map(|cell| if let Cell::Amount(value) = cell { Some(*value) } else { None })
                .collect::<Float64Array>(),
        ),
        Some(Cell::Money(..)) => {
            let units = |cell: &Cell| {
                if let Cell::Money(money, _) = cell {
                    money.map(crate::base::money::Money::units)
                } else {
                    None
                }
            };
            decimals(cells.iter().map(units).collect(), BOOK_SCALE)?
        }
        Some(Cell::Factor(_)) => {
            let units = |cell: &Cell| {
                if let Cell::Factor(factor) = cell {
                    factor.map(crate::base::money::Factor::units)
                } else {
                    None
                }
            };
            decimals(cells.iter().map(units).collect(), FACTOR_SCALE)?
        }
        _ => Arc::new(StringArray::from_iter_values(cells.iter().map(Cell::text))),
    })
}

/// The columns as one record batch.
pub fn batch(columns: &Columns) -> Result<RecordBatch, ArrowError> {
    let arrays = columns.iter().map(|(name, cells)| Ok((*name, array(cells)?, true)));
    let arrays: Vec<(&str, ArrayRef, bool)> = arrays.collect::<Result<_, ArrowError>>()?;
    RecordBatch::try_from_iter_with_nullable(arrays)
}

/// The columns as the bytes of a Parquet file; `lineage` goes into its metadata under `truecost`.
pub fn bytes(columns: &Columns, lineage: &str) -> Result<Vec<u8>, ParquetError> {
    let batch = batch(columns)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(parquet::basic::ZstdLevel::default()))
        .set_created_by(format!("truecost {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(vec![KeyValue::new("truecost".to_owned(), lineage.to_owned())]))
        .build();
    let schema: Arc<Schema> = batch.schema();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties))?;
    writer.write(&batch)?;
    writer.into_inner()
}
