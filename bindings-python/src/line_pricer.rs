//! Lines that come one batch at a time: what `truecost.price_batches`, Spark and Dask price with.

use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatch, PySchema};

use crate::arguments::Maybe;
use crate::batches::{Batches, Failure, LINES};
use crate::diagnose::one;
use crate::line_options::Keywords;
use crate::lines::{kept, pricer};
use crate::price_book::PriceBook;

/// Prices batches of lines of one schema; see `truecost.price_batches`.
#[pyclass(frozen, module = "truecost")]
pub(crate) struct LinePricer {
    batches: Mutex<Batches>,
}

#[pymethods]
impl LinePricer {
    #[new]
    #[pyo3(signature = (
        book: "PriceBook",
        schema: "object",
        *,
        columns: "typing.Mapping[str, str] | None" = None,
        constants: "typing.Mapping[str, truecost._lines.Constant] | None" = None,
        keep: "str | typing.Iterable[str] | None" = None,
        indicators: "str | typing.Iterable[str] | None" = None,
        bounds: "bool" = false,
        strict: "bool" = false,
    ))]
    #[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
    fn new(
        py: Python<'_>,
        book: &Bound<'_, PriceBook>,
        schema: PySchema,
        columns: Maybe,
        constants: Maybe,
        keep: Maybe,
        indicators: Maybe,
        bounds: bool,
        strict: bool,
    ) -> PyResult<Self> {
        let keywords = Keywords { columns, constants, keep, indicators, bounds, group_by: None };
        let options = keywords.options()?;
        let schema = schema.into_inner();
        let pricer = pricer(py, book.get(), &schema, &options, LINES)?;
        let batches = Batches::new(&pricer, kept(&schema, &options), strict);
        Ok(Self { batches: Mutex::new(batches) })
    }

    /// The schema of priced lines, as a `pyarrow.Schema`.
    #[pyo3(signature = () -> "typing.Any")]
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let schema = self.batches.lock().unwrap_or_else(PoisonError::into_inner).schema();
        PySchema::new(schema).into_pyarrow(py)
    }

    /// Prices a batch; gives a `pyarrow.RecordBatch` of as many lines.
    #[pyo3(signature = (batch: "truecost._arrow.ArrowArray") -> "typing.Any")]
    fn price<'py>(&self, py: Python<'py>, batch: PyRecordBatch) -> PyResult<Bound<'py, PyAny>> {
        let batch = batch.into_inner();
        let priced = py.detach(|| self.batches.lock().unwrap_or_else(PoisonError::into_inner).price(&batch));
        match priced {
            Ok(priced) => PyRecordBatch::new(priced).into_pyarrow(py),
            Err(Failure::Line(diagnostic)) => Err(one(py, diagnostic)),
            Err(Failure::Batch(error)) => Err(PyValueError::new_err(error.to_string())),
        }
    }
}
