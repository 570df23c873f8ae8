//! Tables to Python.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type, Int32Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_cast::display::array_value_to_string;
use arrow_schema::{ArrowError, DataType, Field, SchemaRef};
use pyo3::exceptions::{PyImportError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use pyo3_arrow::error::PyArrowError;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};
use truecost::report::columns::Columns;
use truecost::report::parquet;
use truecost::report::regimes::FLOWS_AT_ONCE;
use truecost::report::table::aligned;

use crate::answers::Schema;
use crate::html;

/// Rows and columns that are shown of a table.
const SHOWN_ROWS: usize = 10;
const SHOWN_COLUMNS: usize = 8;

/// A table of results. It speaks the Arrow PyCapsule interface, so that pyarrow, polars, pandas, DuckDB and others take
/// it as it is, without a copy:
///
///     polars.DataFrame(table)
///     pyarrow.table(table)
///     duckdb.sql("SELECT ... FROM table")   # with `table = prices.table.to_polars()`
///
/// Money is `decimal128(38, 12)`: exact, in the currency of the result. Without any other package, `to_pylist` gives
/// rows.
///
/// >>> import truecost as tc
/// >>> table = tc.factor_sets()
/// >>> table.to_pylist()[0]["name"]
/// 'ce-delft-2024'
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Table {
    schema: SchemaRef,
    content: Content,
}

/// A table of so many rows that it is made part by part, whenever somebody takes it.
pub(crate) trait Parts: Send + Sync {
    /// How many rows.
    fn rows(&self) -> usize;

    /// Rows from one place up to another, of one schema also where there are none.
    fn part(&self, from: usize, to: usize) -> Columns;
}

#[derive(Clone)]
enum Content {
    Whole(RecordBatch),
    Parts(Arc<dyn Parts>),
}

impl Content {
    fn rows(&self) -> usize {
        match self {
            Self::Whole(batch) => batch.num_rows(),
            Self::Parts(parts) => parts.rows(),
        }
    }

    fn slice(&self, from: usize, to: usize) -> Result<RecordBatch, ArrowError> {
        match self {
            Self::Whole(batch) => Ok(batch.slice(from, to - from)),
            Self::Parts(parts) => parquet::batch(&parts.part(from, to)),
        }
    }

    /// All rows, in batches; at least one, so that there is a schema.
    fn batches(self) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
        let rows = self.rows();
        let step = if matches!(self, Self::Whole(_)) { rows.max(1) } else { FLOWS_AT_ONCE };
        (0..rows.max(1)).step_by(step).map(move |from| self.slice(from, (from + step).min(rows)))
    }
}

impl Table {
    /// The columns of a report.
    pub(crate) fn of(columns: &Columns) -> PyResult<Self> {
        let batch = parquet::batch(columns).map_err(|error| failed(&error))?;
        Ok(Self { schema: batch.schema(), content: Content::Whole(batch) })
    }

    /// Rows that there are.
    pub(crate) fn of_batch(batch: RecordBatch) -> Self {
        Self { schema: batch.schema(), content: Content::Whole(batch) }
    }

    /// The columns of a report, with its lineage in their metadata: what is written from it later keeps it.
    pub(crate) fn with_lineage(columns: &Columns, lineage: &str) -> PyResult<Self> {
        let table = Self::of(columns)?;
        Ok(Self { schema: with_metadata(&table.schema, lineage), ..table })
    }

    /// A report that is made part by part, with its lineage in the metadata.
    pub(crate) fn in_parts(parts: Arc<dyn Parts>, lineage: &str) -> PyResult<Self> {
        let none = parquet::batch(&parts.part(0, 0)).map_err(|error| failed(&error))?;
        Ok(Self { schema: with_metadata(&none.schema(), lineage), content: Content::Parts(parts) })
    }

    fn names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The first rows as text, for people.
    fn shown(&self) -> PyResult<Vec<Vec<String>>> {
        let rows = self.content.rows().min(SHOWN_ROWS);
        let batch = self.content.slice(0, rows).map_err(|error| failed(&error))?;
        Ok((0..rows).map(|row| batch.columns().iter().map(|column| cell(column, row)).collect()).collect())
    }

    fn more(&self) -> Option<String> {
        let rows = self.content.rows();
        (rows > SHOWN_ROWS).then(|| format!("… and {} more rows", rows - SHOWN_ROWS))
    }
}

fn with_metadata(schema: &SchemaRef, lineage: &str) -> SchemaRef {
    let metadata = HashMap::from([("truecost".to_owned(), lineage.to_owned())]);
    Arc::new(schema.as_ref().clone().with_metadata(metadata))
}

#[pymethods]
impl Table {
    /// The rows as an Arrow C stream: of one batch that is not copied, or, where a row is a flow, of many that are made as
    /// they are taken.
    #[pyo3(signature = (requested_schema: "object | None" = None) -> "object")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> Result<Bound<'py, PyCapsule>, PyArrowError> {
        let field = Field::new_struct("", self.schema.fields().clone(), false);
        let field = field.with_metadata(self.schema.metadata().clone());
        let rows = |batch: RecordBatch| -> ArrayRef { Arc::new(StructArray::from(batch)) };
        let batches = self.content.clone().batches().map(move |batch| batch.map(rows));
        let reader = ArrayIterator::new(batches, field.into());
        to_stream_pycapsule(py, Box::new(reader), requested_schema)
    }

    /// The columns as an Arrow C schema.
    #[pyo3(signature = () -> "object")]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyCapsule>, PyArrowError> {
        to_schema_pycapsule(py, self.schema.as_ref())
    }

    /// The number of rows.
    fn __len__(&self) -> usize {
        self.content.rows()
    }

    /// Names of the columns, each with its type in words such as `string` or `decimal128(38, 12)`.
    #[getter]
    fn schema(&self) -> Schema {
        let named =
            self.schema.fields().iter().map(|field| (field.name().clone(), type_name(field.data_type())));
        Schema(named.collect())
    }

    /// The rows as dicts by column. Money and factors are `decimal.Decimal`, amounts `float`, years `int`; what there is
    /// not is `None`.
    #[pyo3(signature = () -> "list[dict[str, typing.Any]]")]
    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let names = self.names();
        let list = PyList::empty(py);
        for batch in self.content.clone().batches() {
            py.check_signals()?;
            let batch = batch.map_err(|error| failed(&error))?;
            let columns: Vec<Vec<Bound<'py, PyAny>>> =
                batch.columns().iter().map(|column| values(py, column)).collect::<PyResult<_>>()?;
            for row in 0..batch.num_rows() {
                let cells = PyDict::new(py);
                names
                    .iter()
                    .zip(&columns)
                    .try_for_each(|(name, values)| cells.set_item(name, &values[row]))?;
                list.append(cells)?;
            }
        }
        Ok(list)
    }

    /// The table as a `polars.DataFrame`, without a copy. Needs polars.
    #[pyo3(signature = () -> "polars.DataFrame")]
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        import(slf.py(), "polars", "to_polars")?.getattr("DataFrame")?.call1((slf,))
    }

    /// The table as a `pandas.DataFrame`. Money stays exact, as `decimal.Decimal`; `.astype(float)` makes numbers to
    /// plot of it. Needs pandas and pyarrow.
    #[pyo3(signature = () -> "pandas.DataFrame")]
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        import(slf.py(), "pandas", "to_pandas")?;
        import(slf.py(), "pyarrow", "to_pandas")?.call_method1("table", (slf,))?.call_method0("to_pandas")
    }

    fn __repr__(&self) -> PyResult<String> {
        let (names, rows) = (self.names(), self.shown()?);
        let kept = names.len().min(SHOWN_COLUMNS);
        let header: Vec<&str> = names[..kept].iter().map(String::as_str).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row[..kept].to_vec()).collect();
        let mut text = format!("truecost.Table, {} rows x {} columns\n", self.content.rows(), names.len());
        text.push_str(&aligned(&header, &rows, kept));
        text.extend(self.more().map(|more| more + "\n"));
        if names.len() > kept {
            text.push_str(&format!("further columns: {}\n", names[kept..].join(", ")));
        }
        Ok(text.trim_end().to_owned())
    }

    fn _repr_html_(&self) -> PyResult<String> {
        let left: Vec<bool> = self.schema.fields().iter().map(|f| !f.data_type().is_numeric()).collect();
        let more: Vec<String> = self.more().into_iter().collect();
        Ok(html::table(&self.names(), &self.shown()?, &left, &more))
    }
}

fn failed(error: &ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

fn import<'py>(py: Python<'py>, package: &str, method: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(package).map_err(|cause| {
        let message = format!("{method} needs {package}, which is not installed: pip install {package}");
        let error = PyImportError::new_err(message);
        error.set_cause(py, Some(cause));
        error
    })
}

fn type_name(kind: &DataType) -> String {
    match kind {
        DataType::Utf8 => "string".to_owned(),
        DataType::Float64 => "double".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal128({precision}, {scale})"),
        other => other.to_string().to_lowercase(),
    }
}

/// A cell for people; decimals without zeros at the end.
fn cell(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    let text = array_value_to_string(column, row).unwrap_or_default();
    match column.data_type() {
        DataType::Decimal128(..) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ => text,
    }
}

/// A column as Python values.
fn values<'py>(py: Python<'py>, column: &ArrayRef) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let decimal = py.import("decimal")?.getattr("Decimal")?;
    let value = |row: usize| -> PyResult<Bound<'py, PyAny>> {
        if column.is_null(row) {
            return Ok(py.None().into_bound(py));
        }
        Ok(match column.data_type() {
            DataType::Utf8 => column.as_string::<i32>().value(row).into_pyobject(py)?.into_any(),
            DataType::Int32 => column.as_primitive::<Int32Type>().value(row).into_pyobject(py)?.into_any(),
            DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any(),
            DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).into_pyobject(py)?.into_any(),
            DataType::Float64 => {
                column.as_primitive::<Float64Type>().value(row).into_pyobject(py)?.into_any()
            }
            DataType::Boolean => column.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any(),
            DataType::Decimal128(..) => {
                decimal.call1((column.as_primitive::<Decimal128Type>().value_as_string(row),))?
            }
            _ => array_value_to_string(column, row)
                .map_err(|error| failed(&error))?
                .into_pyobject(py)?
                .into_any(),
        })
    };
    (0..column.len()).map(value).collect()
}
