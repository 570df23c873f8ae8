//! Tables from Python: anything with the Arrow PyCapsule interface. Buffers are shared, not copied.

use arrow_array::{RecordBatch, RecordBatchReader};
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
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(schema));
        }
        Some((self.name, batches))
    }
}
