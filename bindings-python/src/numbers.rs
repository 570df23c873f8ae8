//! Matrices from Python: arrays with the buffer protocol, frames of pandas, tables of Arrow. An array is not copied.

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};
use arrow_cast::cast;
use arrow_schema::DataType;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pyo3_arrow::PyArray;
use truecost::rollup::dense::Order;

use crate::arguments::wrong_type;
use crate::arrow::{reader, speaks};

const ACCEPTED: &str = "a matrix of float64: a numpy array, another object with the buffer protocol, a frame of pandas, or a \
                        table with the Arrow PyCapsule interface";

/// Labels of a row or a column, one a level.
pub(crate) type Labels = Vec<String>;

/// Numbers where they lie, or a copy.
enum Held {
    Shared(Float64Array),
    Own(Vec<f64>),
}

/// A matrix, with labels if it has some.
pub(crate) struct Matrix {
    held: Held,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) order: Order,
    pub(crate) row_labels: Option<Vec<Labels>>,
    pub(crate) column_labels: Option<Vec<Labels>>,
}

impl Matrix {
    /// The matrix that was given as the argument `name`. An array of one dimension is one row.
    pub(crate) fn new(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let is_frame = value.hasattr("to_numpy")? && value.hasattr("index")? && value.hasattr("columns")?;
        let matrix = if is_frame {
            let (index, columns) = (value.getattr("index")?, value.getattr("columns")?);
            let numbers = value.call_method1("to_numpy", ("float64",)).map_err(|cause| {
                let error = wrong_type(name, value, "a frame of numbers");
                error.set_cause(value.py(), Some(cause));
                error
            })?;
            let found = Self::array(name, &numbers)?;
            Self { row_labels: Some(labels(&index)?), column_labels: Some(labels(&columns)?), ..found }
        } else if speaks(value) {
            Self::table(name, value)?
        } else {
            Self::array(name, value)?
        };
        if matrix.rows == 0 || matrix.columns == 0 {
            return Err(PyValueError::new_err(format!("{name}: it has no numbers")));
        }
        Ok(matrix)
    }

    fn array(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = value.py();
        let buffer = PyBuffer::<f64>::get(value).map_err(|cause| {
            let error = wrong_type(name, value, ACCEPTED);
            error.set_cause(py, Some(cause));
            error
        })?;
        let (rows, columns) = match *buffer.shape() {
            [columns] => (1, columns),
            [rows, columns] => (rows, columns),
            _ => {
                let message = format!("{name}: it has {} dimensions, and not 2", buffer.dimensions());
                return Err(PyValueError::new_err(message));
            }
        };
        let made = |held, order| Self { held, rows, columns, order, row_labels: None, column_labels: None };
        if rows == 0 || columns == 0 {
            return Ok(made(Held::Own(Vec::new()), Order::Rows));
        }
        if buffer.is_c_contiguous() {
            return Ok(made(Held::Shared(shared(value)?), Order::Rows));
        }
        if buffer.is_fortran_contiguous() && value.hasattr("T")? {
            return Ok(made(Held::Shared(shared(&value.getattr("T")?)?), Order::Columns));
        }
        Ok(made(Held::Own(buffer.to_vec(py)?), Order::Rows))
    }

    /// A table: its columns are copied, one after the other.
    fn table(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let batches = reader(name, value)?.collect::<Result<Vec<_>, _>>();
        let refused = |what: String| PyValueError::new_err(format!("{name}: {what}"));
        let batches = batches.map_err(|error| refused(error.to_string()))?;
        let names: Vec<String> = batches.first().map_or_else(Vec::new, |batch| {
            batch.schema().fields().iter().map(|field| field.name().clone()).collect()
        });
        let rows: usize = batches.iter().map(arrow_array::RecordBatch::num_rows).sum();
        let mut numbers = Vec::with_capacity(rows * names.len());
        for (at, column) in names.iter().enumerate() {
            for batch in &batches {
                let values = batch.column(at);
                let is_number = values.data_type().is_numeric();
                let values = cast(values, &DataType::Float64)
                    .ok()
                    .filter(|values| is_number && values.null_count() == 0);
                let values =
                    values.ok_or_else(|| refused(format!("`{column}` is not a number in every row")))?;
                numbers.extend_from_slice(values.as_primitive::<Float64Type>().values());
            }
        }
        Ok(Self {
            held: Held::Own(numbers),
            rows,
            columns: names.len(),
            order: Order::Columns,
            row_labels: None,
            column_labels: Some(names.into_iter().map(|name| vec![name]).collect()),
        })
    }

    /// Its numbers, as they lie.
    pub(crate) fn numbers(&self) -> &[f64] {
        match &self.held {
            Held::Shared(array) => array.values(),
            Held::Own(numbers) => numbers,
        }
    }

    /// Its numbers, row after row.
    pub(crate) fn in_rows(&self) -> Vec<f64> {
        let numbers = self.numbers();
        match self.order {
            Order::Rows => numbers.to_vec(),
            Order::Columns => (0..self.rows * self.columns)
                .map(|at| numbers[at % self.columns * self.rows + at / self.columns])
                .collect(),
        }
    }
}

/// The numbers of an array that lies row after row, without a copy: it must not be changed while they are read.
fn shared(value: &Bound<'_, PyAny>) -> PyResult<Float64Array> {
    let (mut array, _): (ArrayRef, _) = value.extract::<PyArray>()?.into_inner();
    // Each dimension beyond the first is a list within a list.
    while let Some(list) = array.as_fixed_size_list_opt() {
        let values = list.values().clone();
        array = values;
    }
    array
        .as_primitive_opt::<Float64Type>()
        .cloned()
        .ok_or_else(|| PyValueError::new_err("the array is not one of float64"))
}

/// Labels of an axis of pandas.
fn labels(axis: &Bound<'_, PyAny>) -> PyResult<Vec<Labels>> {
    let words = |label: Bound<'_, PyAny>| -> PyResult<Labels> {
        match label.cast::<PyTuple>() {
            Ok(levels) => levels.iter().map(|level| Ok(level.str()?.to_string())).collect(),
            Err(_) => Ok(vec![label.str()?.to_string()]),
        }
    };
    axis.try_iter()?.map(|label| words(label?)).collect()
}
