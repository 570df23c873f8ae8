//! Priced lines as they are written, made where they are priced.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use crate::base::diagnostic::{Diagnostic, Place, codes};
use crate::data::lines::{BATCH, LineSource, MOST, Unit};

use super::group::{Failed, Group, Making, SharedGroups};
use super::text;

/// Makes of priced lines what is written.
#[derive(Clone)]
pub(super) enum Encoder {
    /// Row groups of Parquet.
    Parquet(SharedGroups),
    /// Rows of a CSV.
    Csv,
    /// Batches of this schema.
    Batches(SchemaRef),
}

/// The priced lines of a unit, ready to be written.
pub(super) enum Encoded {
    Nothing,
    Group(Group),
    Bytes(Vec<u8>),
    Batches(Vec<RecordBatch>),
}

/// A unit on the way.
pub(super) enum Encoding<'a> {
    Group(Making<'a>),
    Csv(Vec<u8>),
    Batches(SchemaRef, Vec<RecordBatch>),
}

/// The schema that others see: money as decimals of 128 bits, no dictionary that the files do not have. Without
/// `dictionaries` there is none at all.
pub(super) fn declared(source: &LineSource, schema: &Schema, dictionaries: bool) -> Schema {
    let fields = schema.fields().iter().map(|field| {
        let stated = source.stated.field_with_name(field.name()).ok();
        let kind = match (stated, field.data_type()) {
            (Some(stated), _) => stated.data_type().clone(),
            (None, DataType::Decimal64(digits, scale)) => DataType::Decimal128(*digits, *scale),
            (None, DataType::Dictionary(_, values)) => values.as_ref().clone(),
            (None, kind) => kind.clone(),
        };
        let kind = match kind {
            DataType::Dictionary(_, values) if !dictionaries => *values,
            kind => kind,
        };
        field.as_ref().clone().with_data_type(kind)
    });
    Schema::new_with_metadata(fields.collect::<Vec<Field>>(), schema.metadata().clone())
}

/// A batch in the schema that others see.
fn in_schema(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(schema.fields());
    let columns =
        columns.map(|(column, field)| cast(column, field.data_type())).collect::<Result<Vec<_>, _>>()?;
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), columns, &rows)
}

/// Why lines cannot be made what is written; not for want of room.
pub(super) fn failed(error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(codes::UNWRITABLE, format!("priced lines cannot be written: {error}"))
}

/// Bytes of a unit that is not cut by row groups of the lines.
const UNIT: usize = 24 << 20;
/// Bytes of a unit up to which a long row group is one: its columns can be copied then.
const WHOLE: usize = 64 << 20;

impl Encoder {
    /// About how many bytes a row has when it waits to be written. `schema` is that of priced lines.
    pub(super) fn row_bytes(&self, schema: &Schema) -> usize {
        let bytes = |kind: &DataType| match (self, kind) {
            (Self::Batches(_), DataType::Decimal64(..) | DataType::Dictionary(..)) => 16,
            (_, kind) if kind.is_nested() => 64,
            (Self::Parquet(_), DataType::Decimal64(..)) => 5,
            (Self::Parquet(_), DataType::Dictionary(..)) => 2,
            (Self::Parquet(_), kind) => kind.primitive_width().map_or(12, |width| width.div_ceil(2)),
            (Self::Csv, _) => 10,
            (Self::Batches(_), kind) => kind.primitive_width().unwrap_or(16),
        };
        schema.fields().iter().map(|field| bytes(field.data_type())).sum::<usize>().max(1)
    }

    /// How many rows a unit has at most, so that units that wait to be written do not fill the memory.
    pub(super) fn most_rows(&self, schema: &Schema) -> usize {
        let row = self.row_bytes(schema);
        let is_whole = matches!(self, Self::Parquet(_)) && row * MOST <= WHOLE;
        if is_whole { MOST } else { (UNIT / row / BATCH * BATCH).clamp(BATCH, MOST) }
    }

    /// Begins a unit.
    pub(super) fn begin<'a>(&'a self, unit: &'a Unit) -> Result<Encoding<'a>, Diagnostic> {
        Ok(match self {
            Self::Parquet(groups) => Encoding::Group(groups.group(unit).map_err(|error| failed(&error))?),
            Self::Csv => Encoding::Csv(Vec::new()),
            Self::Batches(schema) => Encoding::Batches(schema.clone(), Vec::new()),
        })
    }
}

impl Encoding<'_> {
    /// Adds priced lines; `is_all`: no row was left out of those that were read with them.
    pub(super) fn write(&mut self, batch: &RecordBatch, is_all: bool) -> Result<(), Diagnostic> {
        match self {
            Self::Group(group) => group.write(batch, is_all).map_err(told)?,
            Self::Csv(bytes) => text::rows(batch, bytes).map_err(|error| failed(&error))?,
            Self::Batches(schema, batches) if batch.num_rows() > 0 => {
                batches.push(in_schema(batch, schema).map_err(|error| failed(&error))?);
            }
            Self::Batches(..) => {}
        }
        Ok(())
    }

    /// What is written, and about how many bytes it has.
    pub(super) fn close(self) -> Result<(Encoded, usize), Diagnostic> {
        Ok(match self {
            Self::Group(group) => match group.close().map_err(told)? {
                Some((group, bytes)) => (Encoded::Group(group), bytes),
                None => (Encoded::Nothing, 0),
            },
            Self::Csv(bytes) => {
                let count = bytes.len();
                (Encoded::Bytes(bytes), count)
            }
            Self::Batches(_, batches) => {
                let bytes = batches.iter().map(RecordBatch::get_array_memory_size).sum();
                (Encoded::Batches(batches), bytes)
            }
        })
    }
}

fn told(error: Failed) -> Diagnostic {
    match error {
        Failed::Reading(diagnostic) => diagnostic,
        Failed::Writing(message) => failed(&message),
    }
}

/// A batch that the pricer did not take: it is not of the schema of its file.
pub(super) fn unfit(file: &str, error: &ArrowError) -> Diagnostic {
    Diagnostic::error(codes::UNREADABLE, format!("cannot be read: {error}")).at(Place::file(file))
}

/// Schemas with the lineage in their metadata.
pub(super) fn with_lineage(schema: Schema, lineage: &str) -> SchemaRef {
    let mut metadata = schema.metadata().clone();
    metadata.insert("truecost".to_owned(), lineage.to_owned());
    Arc::new(schema.with_metadata(metadata))
}
