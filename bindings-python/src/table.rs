//! Tables to Python.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type, Int32Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::display::array_value_to_string;
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::{PyImportError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use pyo3_arrow::error::PyArrowError;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};
use truecost::report::columns::Columns;
use truecost::report::parquet;
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
    batch: RecordBatch,
}

impl Table {
    /// The columns of a report.
    pub(crate) fn of(columns: &Columns) -> PyResult<Self> {
        Ok(Self { batch: parquet::batch(columns).map_err(|error| failed(&error))? })
    }

    /// The columns of a report, with its lineage in their metadata: what is written from it later keeps it.
    pub(crate) fn with_lineage(columns: &Columns, lineage: &str) -> PyResult<Self> {
        let batch = parquet::batch(columns).map_err(|error| failed(&error))?;
        let metadata = HashMap::from([("truecost".to_owned(), lineage.to_owned())]);
        let schema = batch.schema().as_ref().clone().with_metadata(metadata);
        Ok(Self { batch: batch.with_schema(schema.into()).map_err(|error| failed(&error))? })
    }

    fn names(&self) -> Vec<String> {
        self.batch.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The first rows as text, for people.
    fn shown(&self) -> Vec<Vec<String>> {
        let rows = self.batch.num_rows().min(SHOWN_ROWS);
        (0..rows).map(|row| self.batch.columns().iter().map(|column| cell(column, row)).collect()).collect()
    }

    fn more(&self) -> Option<String> {
        let rows = self.batch.num_rows();
        (rows > SHOWN_ROWS).then(|| format!("… and {} more rows", rows - SHOWN_ROWS))
    }
}

#[pymethods]
impl Table {
    /// The rows as an Arrow C stream of one batch; nothing is copied.
    #[pyo3(signature = (requested_schema: "object | None" = None) -> "object")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> Result<Bound<'py, PyCapsule>, PyArrowError> {
        let rows: ArrayRef = std::sync::Arc::new(arrow_array::StructArray::from(self.batch.clone()));
        let schema = self.batch.schema();
        let field = arrow_schema::Field::new_struct("", schema.fields().clone(), false);
        let field = field.with_metadata(schema.metadata().clone());
        let reader = ArrayIterator::new([Ok(rows)], field.into());
        to_stream_pycapsule(py, Box::new(reader), requested_schema)
    }

    /// The columns as an Arrow C schema.
    #[pyo3(signature = () -> "object")]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyCapsule>, PyArrowError> {
        to_schema_pycapsule(py, self.batch.schema().as_ref())
    }

    /// The number of rows.
    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// Names of the columns, each with its type in words such as `string` or `decimal128(38, 12)`.
    #[getter]
    fn schema(&self) -> Schema {
        let schema = self.batch.schema();
        let named = schema.fields().iter().map(|field| (field.name().clone(), type_name(field.data_type())));
        Schema(named.collect())
    }

    /// The rows as dicts by column. Money and factors are `decimal.Decimal`, amounts `float`, years `int`; what there is
    /// not is `None`.
    #[pyo3(signature = () -> "list[dict[str, typing.Any]]")]
    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let names = self.names();
        let columns: Vec<Vec<Bound<'py, PyAny>>> =
            self.batch.columns().iter().map(|column| values(py, column)).collect::<PyResult<_>>()?;
        let rows = (0..self.batch.num_rows()).map(|row| {
            let cells = PyDict::new(py);
            names.iter().zip(&columns).try_for_each(|(name, values)| cells.set_item(name, &values[row]))?;
            Ok(cells)
        });
        PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
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

    fn __repr__(&self) -> String {
        let (names, rows) = (self.names(), self.shown());
        let kept = names.len().min(SHOWN_COLUMNS);
        let header: Vec<&str> = names[..kept].iter().map(String::as_str).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row[..kept].to_vec()).collect();
        let mut text = format!("truecost.Table, {} rows x {} columns\n", self.batch.num_rows(), names.len());
        text.push_str(&aligned(&header, &rows, kept));
        text.extend(self.more().map(|more| more + "\n"));
        if names.len() > kept {
            text.push_str(&format!("further columns: {}\n", names[kept..].join(", ")));
        }
        text.trim_end().to_owned()
    }

    fn _repr_html_(&self) -> String {
        let numeric = |column: &ArrayRef| column.data_type().is_numeric();
        let left: Vec<bool> = self.batch.columns().iter().map(|column| !numeric(column)).collect();
        html::table(&self.names(), &self.shown(), &left, &self.more().into_iter().collect::<Vec<_>>())
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
