//! Tables from Python: anything with the Arrow PyCapsule interface. Buffers are shared, not copied.

use std::collections::BTreeMap;

use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyType};
use pyo3_arrow::input::AnyRecordBatch;
use truecost::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use truecost::data::source::Source;

use crate::arguments::{Maybe, wrong_type};
use crate::watch::Watch;

/// What a table argument may be.
pub(crate) const ACCEPTED: &str =
    "a table with the Arrow PyCapsule interface (of pyarrow, polars, pandas, DuckDB, nanoarrow, …)";

/// The tables of a caller, before their rows are fetched.
pub(crate) struct Tables(Vec<Incoming>);

impl Tables {
    /// The tables that were given, each as the argument of its name.
    pub(crate) fn new<const N: usize>(given: [(&str, Maybe<'_, '_>); N]) -> PyResult<Self> {
        let given = given.into_iter().filter_map(|(name, table)| Some((name, table?)));
        Self::named(given)
    }

    /// Tables by their names.
    pub(crate) fn named<'a, 'py: 'a>(
        given: impl IntoIterator<Item = (&'a str, &'a Bound<'py, PyAny>)>,
    ) -> PyResult<Self> {
        given.into_iter().map(|(name, table)| Incoming::new(name, table)).collect::<PyResult<_>>().map(Self)
    }

    /// The same under one name: of one table.
    pub(crate) fn called(self, name: &str) -> Self {
        Self(self.0.into_iter().map(|table| Incoming { name: name.to_owned(), ..table }).collect())
    }

    /// Fetches all rows of all tables: a dataset in memory.
    pub(crate) fn fetch(
        self,
        name: &str,
        manifest: String,
        watch: &Watch,
        diagnostics: &mut Diagnostics,
    ) -> Option<Source> {
        let tables = self.0.into_iter().map(|table| table.fetch(name, watch, diagnostics));
        Some(Source::tables(name, manifest, tables.collect::<Option<BTreeMap<_, _>>>()?))
    }
}

/// A table of a caller before its rows are fetched.
struct Incoming {
    name: String,
    table: Py<PyAny>,
    /// Can it be read once only?
    is_stream: bool,
}

impl Incoming {
    /// The table given as the argument `name`; it is not asked for anything yet.
    fn new(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !speaks(value) {
            return Err(wrong_type(name, value, ACCEPTED));
        }
        let is_stream = !value.hasattr("__len__").unwrap_or(false);
        Ok(Self { name: name.to_owned(), table: value.clone().unbind(), is_stream })
    }

    /// Fetches all rows. A table without any still has its columns. Tables are fetched one after the other: a
    /// connection to a database may give only one at a time.
    fn fetch(
        self,
        dataset: &str,
        watch: &Watch,
        diagnostics: &mut Diagnostics,
    ) -> Option<(String, Vec<RecordBatch>)> {
        let reader = Python::attach(|py| open(&self.name, self.table.bind(py)))
            .map_err(|error| watch.fail(error))
            .ok()?;
        let schema = reader.schema();
        let mut batches = Vec::new();
        for batch in reader {
            if !watch.breathe() {
                return None;
            }
            match batch {
                Ok(batch) => batches.push(without_index(batch)),
                // A producer that runs Python hears Ctrl-C itself, and can only say so in words.
                Err(error) if error.to_string().contains("KeyboardInterrupt") => {
                    watch.fail(PyKeyboardInterrupt::new_err(()));
                    return None;
                }
                Err(error) => {
                    let message = format!("the table could not be fetched: {error}");
                    let place = Place::file(format!("{dataset}/{}", self.name));
                    diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(place));
                    return None;
                }
            }
        }
        if self.is_stream && batches.iter().all(|batch| batch.num_rows() == 0) {
            let place = Place::file(format!("{dataset}/{}", self.name));
            let warning = Diagnostic::warning(codes::EMPTY_TABLE, "no rows came out of this stream");
            diagnostics.push(warning.at(place).hint("was it read before? A stream gives its rows once"));
        }
        if batches.is_empty() {
            batches.push(without_index(RecordBatch::new_empty(schema)));
        }
        Some((self.name, batches))
    }
}

/// Is it something with the Arrow PyCapsule interface?
pub(crate) fn speaks(value: &Bound<'_, PyAny>) -> bool {
    let has = |method| value.hasattr(method).unwrap_or(false);
    // A class has the methods, and no rows.
    !value.is_instance_of::<PyType>() && (has("__arrow_c_stream__") || has("__arrow_c_array__"))
}

/// The rows of a table that is the argument `name`, as they are fetched, without the index of pandas.
pub(crate) fn reader(name: &str, table: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
    let rows = open(name, table)?;
    let schema = without_index(RecordBatch::new_empty(rows.schema())).schema();
    let rows = rows.map(|batch| batch.map(without_index));
    Ok(Box::new(RecordBatchIterator::new(rows, schema)))
}

fn open(name: &str, table: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
    let table = &with_text_for_nothing(table)?;
    table.extract::<AnyRecordBatch>().and_then(AnyRecordBatch::into_reader).map_err(|cause| {
        let error = wrong_type(name, table, "a table, with named columns");
        error.set_cause(table.py(), Some(cause));
        error
    })
}

/// A frame of polars with text in place of its type Null, which it hands on with a buffer too many: nobody can read that.
fn with_text_for_nothing<'py>(table: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let module = table.get_type().module()?;
    if !module.to_str()?.starts_with("polars.") || !table.hasattr("columns")? {
        return Ok(table.clone());
    }
    let polars = table.py().import("polars")?;
    let types = [(polars.getattr("Null")?, polars.getattr("String")?)].into_py_dict(table.py())?;
    table.call_method1("cast", (types,))
}

/// The table without the index that pandas adds of its own: equal data have one hash, however they were filtered.
fn without_index(batch: RecordBatch) -> RecordBatch {
    let is_index = |name: &str| name.starts_with("__index_level_") && name.ends_with("__");
    let fields = batch.schema();
    let kept = fields.fields().iter().enumerate().filter(|(_, field)| !is_index(field.name()));
    let kept: Vec<usize> = kept.map(|(place, _)| place).collect();
    if kept.len() == batch.num_columns() {
        return batch;
    }
    batch.project(&kept).unwrap_or(batch)
}
