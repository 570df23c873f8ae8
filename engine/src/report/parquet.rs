//! Columns as Parquet: money as exact decimals, the lineage in the file's metadata.

use std::io::Write;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray,
};
use arrow_schema::{ArrowError, Schema};
use num_traits::ToPrimitive;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::base::decimal::{Exact, ten};
use crate::base::money::{BOOK_SCALE, FACTOR_SCALE};

use super::columns::{Cell, Column, Columns, Kind};

/// Digits of a 128-bit decimal.
const PRECISION: u8 = 38;

/// A figure that the column cannot hold exactly.
fn inexact(column: &Column, cell: &Cell) -> ArrowError {
    ArrowError::InvalidArgumentError(format!(
        "`{}`: {} has more than {FACTOR_SCALE} decimals, or is too large to be kept exactly",
        column.name,
        cell.text()
    ))
}

/// A cell of money or factors as an integer of the scale of its column.
fn units(column: &Column, cell: &Cell) -> Result<Option<i128>, ArrowError> {
    Ok(match cell {
        Cell::Money(money) => Some(money.units()),
        Cell::Factor(factor) => Some(factor.units()),
        Cell::Published(value) => {
            let scaled = value * Exact::from_integer(ten(FACTOR_SCALE));
            let units = scaled.is_integer().then(|| scaled.numer().to_i128()).flatten();
            let fits = units.filter(|units| units.unsigned_abs() < 10_u128.pow(u32::from(PRECISION)));
            Some(fits.ok_or_else(|| inexact(column, cell))?)
        }
        _ => None,
    })
}

fn array(column: &Column) -> Result<ArrayRef, ArrowError> {
    let cells = &column.cells;
    let decimals = |scale: u32| -> Result<ArrayRef, ArrowError> {
        let values: Vec<Option<i128>> =
            cells.iter().map(|cell| units(column, cell)).collect::<Result<_, _>>()?;
        Ok(Arc::new(Decimal128Array::from(values).with_precision_and_scale(PRECISION, scale as i8)?))
    };
    Ok(match column.kind {
        Kind::Text => Arc::new(StringArray::from_iter_values(cells.iter().map(Cell::text))),
        Kind::Year => Arc::new(
            cells
                .iter()
                .map(|cell| if let Cell::Year(year) = cell { Some(*year) } else { None })
                .collect::<Int32Array>(),
        ),
        Kind::Date => Arc::new(
            cells
                .iter()
                .map(|cell| if let Cell::Date(day) = cell { day.day() } else { None })
                .collect::<Date32Array>(),
        ),
        Kind::Count => Arc::new(
            cells
                .iter()
                .map(|cell| if let Cell::Count(count) = cell { Some(*count as i64) } else { None })
                .collect::<Int64Array>(),
        ),
        Kind::Flag => Arc::new(
            cells
                .iter()
                .map(|cell| if let Cell::Flag(flag) = cell { Some(*flag) } else { None })
                .collect::<BooleanArray>(),
        ),
        Kind::Amount => Arc::new(
            cells
                .iter()
                .map(|cell| if let Cell::Amount(value) = cell { Some(*value) } else { None })
                .collect::<Float64Array>(),
        ),
        Kind::Money => decimals(BOOK_SCALE)?,
        Kind::Factor => decimals(FACTOR_SCALE)?,
    })
}

/// The columns as one record batch; with no rows, of the same schema.
/// A published figure that 38 digits with 18 decimals do not hold exactly is an error, never rounded.
pub fn batch(columns: &Columns) -> Result<RecordBatch, ArrowError> {
    let arrays = columns.iter().map(|column| Ok((column.name, array(column)?, true)));
    let arrays: Vec<(&str, ArrayRef, bool)> = arrays.collect::<Result<_, ArrowError>>()?;
    RecordBatch::try_from_iter_with_nullable(arrays)
}

/// The columns as the bytes of a Parquet file; `lineage` goes into its metadata under `truecost`.
pub fn bytes(columns: &Columns, lineage: &str) -> Result<Vec<u8>, ParquetError> {
    let mut bytes = Vec::new();
    stream(&mut bytes, columns, std::iter::empty(), lineage)?;
    Ok(bytes)
}

/// A table as the bytes of a Parquet file, likewise.
pub fn of_batch(batch: &RecordBatch, lineage: &str) -> Result<Vec<u8>, ParquetError> {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties(lineage)))?;
    writer.write(batch)?;
    writer.close()?;
    Ok(bytes)
}

fn properties(lineage: &str) -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(parquet::basic::ZstdLevel::default()))
        .set_created_by(format!("truecost {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(vec![KeyValue::new("truecost".to_owned(), lineage.to_owned())]))
        .build()
}

/// Columns that come one part after the other, of one schema, as a Parquet file.
pub fn stream(
    target: impl Write + Send,
    first: &Columns,
    more: impl Iterator<Item = Columns>,
    lineage: &str,
) -> Result<(), ParquetError> {
    let first = batch(first)?;
    let schema: Arc<Schema> = first.schema();
    let mut writer = ArrowWriter::try_new(target, schema, Some(properties(lineage)))?;
    writer.write(&first)?;
    for columns in more {
        writer.write(&batch(&columns)?)?;
    }
    writer.close().map(|_| ())
}
