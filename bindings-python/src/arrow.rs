//! Tables from Python: anything with the Arrow PyCapsule interface. Buffers are shared, not copied.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchReader, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;
use truecost::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use truecost::base::progress::stopped;

use crate::arguments::wrong_type;
use crate::watch::Watch;

/// What a table argument may be.
const ACCEPTED: &str = "a table with the Arrow PyCapsule interface (of pyarrow, polars, pandas, DuckDB, nanoarrow, …)";

/// A table of a caller before its rows are fetched.
pub(crate) struct Incoming {
    name: String,
    reader: Box<dyn RecordBatchReader + Send>,
}

impl Incoming {
    /// The table given as the argument `name`. Its schema is read, and no row.
    pub(crate) fn new(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = value.py();
        let speaks_arrow = |method| value.hasattr(method).unwrap_or(false);
        // A class has the methods, and no rows.
        let is_class = value.is_instance_of::<pyo3::types::PyType>();
        if is_class || !(speaks_arrow("__arrow_c_stream__") || speaks_arrow("__arrow_c_array__")) {
            return Err(wrong_type(name, value, ACCEPTED));
        }
        let reader = value.extract::<AnyRecordBatch>().and_then(AnyRecordBatch::into_reader);
        let reader = reader.map_err(|cause| {
            let error = wrong_type(name, value, "a table, with named columns");
            error.set_cause(py, Some(cause));
            error
        })?;
        Ok(Self { name: name.to_owned(), reader })
    }

    /// Fetches all rows. A table without any still has its columns.
    pub(crate) fn fetch(
        self,
        dataset: &str,
        watch: &Watch,
        diagnostics: &mut Diagnostics,
    ) -> Option<(String, Vec<RecordBatch>)> {
        let label = format!("{dataset}/{}", self.name);
        let schema = self.reader.schema();
        let mut batches = Vec::new();
        for batch in self.reader {
            if !watch.breathe() {
                diagnostics.push(stopped());
                return None;
            }
            match batch {
                Ok(batch) => batches.push(batch),
                Err(error) => {
                    let message = format!("the table could not be fetched: {error}");
                    diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(label)));
                    return None;
                }
            }
        }
        check_types(&label, &schema, diagnostics)?;
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(schema));
        }
        let batches = batches.into_iter().map(with_words).collect();
        Some((self.name, batches))
    }
}

/// Every column must be text, numbers, yes or no, or dates.
fn check_types(label: &str, schema: &SchemaRef, diagnostics: &mut Diagnostics) -> Option<()> {
    let refused = schema.fields().iter().filter(|field| !is_flat(field.data_type()));
    let mut fine = Some(());
    for field in refused {
        let message = format!("a column of type {} holds neither text nor numbers", field.data_type());
        let hint = "cast it to text, or leave the column out";
        let place = Place::file(label).column(field.name());
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        fine = None;
    }
    fine
}

fn is_flat(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_flat(values),
        DataType::RunEndEncoded(_, values) => is_flat(values.data_type()),
        DataType::Null
        | DataType::Boolean
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Date32
        | DataType::Date64
        | DataType::Timestamp(..) => true,
        _ => kind.is_numeric(),
    }
}

/// Truth values as the words that tables use: `yes` and `no`.
fn with_words(batch: RecordBatch) -> RecordBatch {
    let schema = batch.schema();
    if schema.fields().iter().all(|field| *field.data_type() != DataType::Boolean) {
        return batch;
    }
    let columns = batch.columns().iter().map(|column| match column.as_boolean_opt() {
        Some(truths) => {
            let words = truths.iter().map(|truth| truth.map(|truth| if truth { "yes" } else { "no" }));
            Arc::new(words.collect::<StringArray>()) as ArrayRef
        }
        None => column.clone(),
    });
    let columns: Vec<ArrayRef> = columns.collect();
    let fields = schema.fields().iter().zip(&columns);
    let fields: Vec<Field> =
        fields.map(|(field, column)| field.as_ref().clone().with_data_type(column.data_type().clone())).collect();
    // Columns and fields agree by construction.
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap_or(batch)
}
