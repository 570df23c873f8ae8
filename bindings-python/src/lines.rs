//! Lines priced by a price book: a stream goes in, a stream comes out.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow_array::{ArrayRef, StructArray};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::error::PyArrowError;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};
use truecost::base::diagnostic::Diagnostic;
use truecost::pricing::lines::{LineOptions, Pricer, Summary};
use truecost::report::lines::{Job, Out, Outputs, run};

use crate::answers::RecordBatches;
use crate::arguments::{self, Maybe};
use crate::batches::{Batches, Counts, Failure};
use crate::diagnose::one;
use crate::line_options::Keywords;
use crate::line_source::{Pieces, Source};
use crate::long::long;
use crate::price_book::PriceBook;
use crate::table::Table;

/// Signals are asked for no more often than this.
const PAUSE: Duration = Duration::from_millis(50);

/// Makes what prices lines of a schema.
pub(crate) fn pricer(
    py: Python<'_>,
    book: &PriceBook,
    schema: &Schema,
    options: &LineOptions,
    file: &str,
) -> PyResult<Arc<Pricer>> {
    let book = book.book.clone();
    let (pricer, _) = long(py, None, |_, found| Pricer::new(book, schema, options, file, found))?;
    Ok(Arc::new(pricer))
}

/// The columns that are kept, by their place among the lines'.
pub(crate) fn kept(schema: &Schema, options: &LineOptions) -> Vec<usize> {
    match &options.keep {
        None => (0..schema.fields().len()).collect(),
        Some(names) => names.iter().filter_map(|name| schema.index_of(name).ok()).collect(),
    }
}

/// Lines with what they cost others: an Arrow stream that is made as it is taken, once. `truecost.price_lines` gives it.
///
/// It keeps every line where it was. One that cannot be priced has no money; `rejected` says why in a word, and
/// `rejected_because` in a sentence. `for batch in lines` gives batches of pyarrow.
#[pyclass(frozen, module = "truecost")]
pub(crate) struct PricedLines {
    schema: SchemaRef,
    state: Arc<Mutex<State>>,
    label: String,
}

/// How far a stream is.
enum State {
    /// Nobody has taken it.
    Waiting(Box<Ready>),
    /// Somebody takes it.
    Taken,
    /// It is used up.
    Done { counts: Counts, summary: Option<Summary> },
    /// It broke off.
    Failed(Diagnostic),
}

/// Lines, and how they are to be priced.
struct Ready {
    source: Source,
    pricer: Arc<Pricer>,
    options: LineOptions,
    strict: bool,
}

/// Lines that are priced as they are taken.
struct Stream {
    batches: Batches,
    pieces: Pieces,
}

/// Prices lines of sales with a price book: what they cost others, the gap and the true price of every line.
///
/// - `lines`: anything with the Arrow PyCapsule interface (of pyarrow, polars, pandas, DuckDB, …), or the path of a
///   CSV, Parquet or Arrow IPC file, or of a folder of them. A stream is read a batch at a time, and never kept.
/// - `book`: from `truecost.compile_price_book` or `truecost.read_price_book`.
/// - `columns`: columns that are named otherwise than their role: `{"product": "sku"}`. The roles are `product` and
///   `quantity`, which are required, and `unit`, `origin`, `price` (of one unit) or `value` (of the line), `currency`,
///   and `year` or `date`.
/// - `constants`: what holds for all lines: `{"currency": "EUR", "year": 2024}`.
/// - `keep`: columns of the lines that stay; all if left out.
/// - `indicators`: a column of its own for each of these, by id, or `"all"`.
/// - `bounds`: also the lower and upper scenario.
/// - `group_by`: sums up by these columns, or by `name` or `category` of the product, or `year`; `[]` for one sum of
///   all. `.summary` has it in the end.
/// - `strict`: stops at the first line that cannot be priced.
///
/// Money is exact: `decimal128(18, 6)` in the currency and price year of the book, rounded once a line and indicator.
///
/// Raises `DataError` if columns are missing or do not fit, before a line is read; `ChoiceError` if prices have no
/// currency.
///
/// >>> import polars as pl
/// >>> import truecost as tc
/// >>> book = tc.compile_price_book("datasets/supply/grocery")
/// >>> sales = pl.DataFrame({"product": ["banana", "whole-milk", "soap"], "quantity": [1.5, 2.0, 1.0]})
/// >>> lines = tc.price_lines(sales, book, group_by=[])
/// >>> priced = pl.DataFrame(lines)
/// >>> priced["rejected"].to_list()
/// [None, None, 'unknown-product']
/// >>> lines.accepted, lines.rejected
/// (2, 1)
/// >>> priced["external_cost"].sum() == lines.summary.to_pylist()[0]["external_cost"]
/// True
#[pyfunction]
#[pyo3(signature = (
    lines: "truecost._arrow.ArrowTable | str | os.PathLike[str]",
    book: "PriceBook",
    *,
    columns: "typing.Mapping[str, str] | None" = None,
    constants: "typing.Mapping[str, truecost._lines.Constant] | None" = None,
    keep: "str | typing.Iterable[str] | None" = None,
    indicators: "str | typing.Iterable[str] | None" = None,
    bounds: "bool" = false,
    group_by: "str | typing.Iterable[str] | None" = None,
    strict: "bool" = false,
) -> "PricedLines")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn price_lines(
    py: Python<'_>,
    lines: &Bound<'_, PyAny>,
    book: &Bound<'_, PriceBook>,
    columns: Maybe,
    constants: Maybe,
    keep: Maybe,
    indicators: Maybe,
    bounds: bool,
    group_by: Maybe,
    strict: bool,
) -> PyResult<PricedLines> {
    let keywords = Keywords { columns, constants, keep, indicators, bounds, group_by };
    let options = keywords.options()?;
    let source = Source::new(py, lines)?;
    let (lines, label) = (source.schema(), source.label().to_owned());
    let pricer = pricer(py, book.get(), &lines, &options, &label)?;
    let schema = Batches::new(&pricer, kept(&lines, &options), strict).schema();
    let ready = State::Waiting(Box::new(Ready { source, pricer, options, strict }));
    Ok(PricedLines { schema, state: Arc::new(Mutex::new(ready)), label })
}

impl PricedLines {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lines, which there are once.
    fn take(&self) -> PyResult<Ready> {
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Waiting(ready) => Ok(*ready),
            other => {
                *state = other;
                Err(PyRuntimeError::new_err(
                    "these priced lines were taken before: there is one stream of them; \
                     call `truecost.price_lines` again",
                ))
            }
        }
    }

    /// Something of a stream that is used up.
    fn done<T>(&self, py: Python<'_>, get: impl Fn(&Counts, Option<&Summary>) -> PyResult<T>) -> PyResult<T> {
        match &*self.state() {
            State::Done { counts, summary } => get(counts, summary.as_ref()),
            State::Failed(diagnostic) => Err(one(py, diagnostic.clone())),
            State::Waiting(_) | State::Taken => Err(PyRuntimeError::new_err(
                "the lines are not all priced yet: this is known when the stream is used up",
            )),
        }
    }
}

#[pymethods]
impl PricedLines {
    /// The priced lines as an Arrow C stream, which is made as it is taken. There is one only.
    #[pyo3(signature = (requested_schema: "object | None" = None) -> "object")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> Result<Bound<'py, PyCapsule>, PyArrowError> {
        let Ready { source, pricer, options, strict } = self.take()?;
        let batches = Batches::new(&pricer, kept(&source.schema(), &options), strict);
        let stream = Stream { batches, pieces: source.pieces() };
        let field = Field::new_struct("", self.schema.fields().clone(), false);
        let field = field.with_metadata(self.schema.metadata().clone());
        let running = Running { stream: Some(stream), state: self.state.clone(), heard: Instant::now() };
        to_stream_pycapsule(py, Box::new(ArrayIterator::new(running, field.into())), requested_schema)
    }

    /// The columns as an Arrow C schema.
    #[pyo3(signature = () -> "object")]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyCapsule>, PyArrowError> {
        to_schema_pycapsule(py, self.schema.as_ref())
    }

    /// Batches of pyarrow, as the lines come. What goes wrong is raised as what it is, such as a `DataError` of a line.
    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<RecordBatches<'py>> {
        Ok(RecordBatches(slf.py().import("truecost._lines")?.call_method1("batches", (slf,))?))
    }

    /// Writes the priced lines into a file instead, on all cores, as `truecost lines` does: `.parquet`, `.csv`, `.arrow`
    /// or `.arrows`. What cannot be priced goes into a CSV of its own: `rejects`, or beside the lines. All files are
    /// written, or none. Gives the path of the lines.
    ///
    /// - `summary`: a file for the sums that `group_by` asks for; of all lines, if it does not.
    /// - `threads`: as many as the machine has, if left out. The files are the same for any number.
    /// - `progress`: see `truecost.price`.
    ///
    /// Raises `UnwritableError`, and `DataError` at the first bad line where `strict` was said.
    ///
    /// >>> import truecost as tc
    /// >>> book = tc.compile_price_book("datasets/supply/grocery")
    /// >>> with open("sales.csv", "w") as file:
    /// ...     _ = file.write("product,quantity\nbanana,2\nbananna,1\n")
    /// >>> lines = tc.price_lines("sales.csv", book)
    /// >>> lines.write("priced.parquet").name, lines.accepted, lines.rejected
    /// ('priced.parquet', 1, 1)
    #[pyo3(signature = (
        out: "str | os.PathLike[str]",
        *,
        summary: "str | os.PathLike[str] | None" = None,
        rejects: "str | os.PathLike[str] | None" = None,
        threads: "int | None" = None,
        progress: "truecost._progress.Progress" = None,
    ) -> "pathlib.Path")]
    fn write(
        &self,
        py: Python<'_>,
        out: &Bound<'_, PyAny>,
        summary: Maybe,
        rejects: Maybe,
        threads: Option<NonZeroUsize>,
        progress: Maybe,
    ) -> PyResult<PathBuf> {
        let out = arguments::path("out", out)?;
        let summary = summary.map(|path| arguments::path("summary", path)).transpose()?;
        let rejects = rejects.map(|path| arguments::path("rejects", path)).transpose()?;
        let Ready { source, pricer, options, strict } = self.take()?;
        let rejects = rejects.or_else(|| (!strict).then(|| out.with_extension("rejects.csv")));
        let outputs = Outputs { lines: Out::File(out.clone()), summary, rejects };
        let state = &self.state;
        let (counts, _) = long(py, progress, |watch, found| {
            let book = pricer.book().clone();
            let job = |source| Job { source, book, book_file: None, options, outputs, strict, threads };
            let counts = source.lines(found).map(job).and_then(|job| run(job, watch, found));
            if let Some(problem) = found.sorted().first().filter(|_| counts.is_none()) {
                set(state, State::Failed((*problem).clone()));
            }
            counts
        })?;
        let counts = Counts { read: counts.read, rejected: counts.rejected() };
        set(state, State::Done { counts, summary: None });
        Ok(out)
    }

    /// How many lines were read. Known when the stream is used up, as is all below.
    #[getter]
    fn read(&self, py: Python<'_>) -> PyResult<u64> {
        self.done(py, |counts, _| Ok(counts.read))
    }

    /// How many of them are priced.
    #[getter]
    fn accepted(&self, py: Python<'_>) -> PyResult<u64> {
        self.done(py, |counts, _| Ok(counts.read - counts.rejected))
    }

    /// How many of them could not be priced.
    #[getter]
    fn rejected(&self, py: Python<'_>) -> PyResult<u64> {
        self.done(py, |counts, _| Ok(counts.rejected))
    }

    /// The sums that `group_by` asked for, of all lines that are priced: one row a group, sorted. Exact, as
    /// `decimal128(38, 6)`.
    #[getter]
    fn summary(&self, py: Python<'_>) -> PyResult<Table> {
        self.done(py, |_, summary| match summary {
            Some(summary) => Ok(Table::of_batch(
                summary.batch().map_err(|error| PyRuntimeError::new_err(error.to_string()))?,
            )),
            None => {
                Err(PyRuntimeError::new_err("no sums were asked for: say `group_by`, such as `group_by=[]`"))
            }
        })
    }

    fn __repr__(&self) -> String {
        let how = match &*self.state() {
            State::Waiting(_) => "to be priced as they are taken".to_owned(),
            State::Taken => "being taken".to_owned(),
            State::Done { counts, .. } => {
                format!("{} read, {} rejected", counts.read, counts.rejected)
            }
            State::Failed(_) => "broken off".to_owned(),
        };
        format!("truecost.PricedLines({:?}: {how})", self.label)
    }
}

fn set(state: &Mutex<State>, to: State) {
    *state.lock().unwrap_or_else(PoisonError::into_inner) = to;
}

/// A stream that somebody takes.
struct Running {
    stream: Option<Stream>,
    state: Arc<Mutex<State>>,
    heard: Instant,
}

impl Running {
    /// Is Ctrl-C to be heard? Who takes the stream gets an error, and Python hears the signal after it.
    fn interrupted(&mut self) -> Option<ArrowError> {
        if self.heard.elapsed() < PAUSE {
            return None;
        }
        self.heard = Instant::now();
        Python::attach(|py| {
            let error = py.check_signals().err()?;
            let _ = py.import("_thread").and_then(|thread| thread.call_method0("interrupt_main"));
            Some(ArrowError::ComputeError(error.to_string()))
        })
    }
}

impl Iterator for Running {
    type Item = Result<ArrayRef, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.stream.take()?;
        if let Some(error) = self.interrupted() {
            return Some(Err(error));
        }
        let priced = match stream.pieces.next() {
            None => {
                let counts = stream.batches.counts;
                set(&self.state, State::Done { counts, summary: stream.batches.done() });
                return None;
            }
            Some(piece) => piece.map_err(Failure::Line).and_then(|piece| piece.priced(&mut stream.batches)),
        };
        match priced {
            Ok(batch) => {
                self.stream = Some(stream);
                Some(Ok(Arc::new(StructArray::from(batch))))
            }
            Err(Failure::Line(diagnostic)) => {
                let message = diagnostic.to_string();
                set(&self.state, State::Failed(diagnostic));
                Some(Err(ArrowError::ExternalError(message.into())))
            }
            Err(Failure::Batch(error)) => Some(Err(error)),
        }
    }
}
