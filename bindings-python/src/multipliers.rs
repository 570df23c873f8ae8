//! Multipliers of economies.

use std::num::NonZeroUsize;
use std::ops::Range;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString};
use truecost::base::diagnostic::Diagnostics;
use truecost::data::importers::supply::{EconomySector, EconomySettings, Stressor, economy};
use truecost::data::write::Batch;
use truecost::report::columns::{Columns, csv_of};
use truecost::report::{json, multipliers as report};
use truecost::rollup::dense::Order;
use truecost::study::multipliers::{Kept, Multipliers as Found, System, multipliers as solve};

use crate::answers::{Notices, View};
use crate::arguments::{self, Maybe, flag, named, wrong_type};
use crate::diagnose::one;
use crate::long::long;
use crate::numbers::{Labels, Matrix};
use crate::parted::{Answer, Parted};
use crate::table::Table;
use crate::watch::Watch;

/// Multipliers of an economy: the answer of `truecost.multipliers`. It never changes.
///
/// `values` and `bounds` are views of stressors x sectors: `numpy.asarray(found.values)` is an array, without a copy.
/// `print` shows the table of the command line.
///
/// >>> import truecost as tc
/// >>> from array import array
/// >>> requirements = memoryview(array("d", [0.15, 0.25, 0.20, 0.05])).cast("B").cast("d", (2, 2))
/// >>> found = tc.multipliers(requirements, array("d", [1.0, 0.0]))
/// >>> found.values.shape, found.proved
/// ((1, 2), True)
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Multipliers {
    answer: Answer<Found>,
    values: PyOnceLock<Py<PyAny>>,
    bounds: PyOnceLock<Py<PyAny>>,
}

impl Parted for Found {
    fn count(&self) -> usize {
        self.values.len()
    }

    fn some(&self, rows: Range<usize>) -> Columns {
        report::rows(self, rows)
    }

    fn lineage(&self) -> String {
        report::lineage()
    }

    fn csv(&self) -> String {
        csv_of(report::parts(self))
    }

    fn json(&self) -> String {
        json::text(&report::json(self))
    }
}

/// Multipliers of an economy, `M = S (I - A)^-1`: how much of each stressor a unit of final demand for each sector causes
/// along its whole chain, each with a bound on its error.
///
/// - `system`: the path of a folder or zip as pymrio saves it, or of EXIOBASE 3; or `A`, sectors x sectors: how much of each
///   sector (row) a unit of each sector (column) takes. A numpy array of float64 (C or Fortran order) is not copied, and must
///   not be changed meanwhile; a frame of pandas brings its labels; other objects with the buffer protocol and tables of
///   Arrow will do.
/// - `intensities`: with `A`, `S`, stressors x sectors: how much of each stressor a unit of each sector causes itself.
/// - `extensions`: with a path, only these, by folder or name. `stressors`, `sectors`, `regions`: only these, by name.
/// - `threads`: as many as the machine has if left out. The numbers are the same for any number.
/// - `progress`: as for `truecost.price`. Ctrl-C is heard.
///
/// Raises `DataError` with every problem of the tables, also where sectors use up as much as they make, and `ValueError` where
/// shapes or labels do not fit.
///
/// >>> import truecost as tc
/// >>> from array import array
/// >>> requirements = memoryview(array("d", [0.15, 0.25, 0.20, 0.05])).cast("B").cast("d", (2, 2))
/// >>> [round(number, 4) for number in tc.multipliers(requirements, array("d", [1.0, 0.0])).values.tolist()[0]]
/// [1.2541, 0.33]
#[pyfunction]
#[pyo3(signature = (
    system: "str | os.PathLike[str] | truecost._arrow.Matrix",
    intensities: "truecost._arrow.Matrix | None" = None,
    *,
    extensions: "str | typing.Iterable[str] | None" = None,
    stressors: "str | typing.Iterable[str] | None" = None,
    sectors: "str | typing.Iterable[str] | None" = None,
    regions: "str | typing.Iterable[str] | None" = None,
    threads: "int | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Multipliers")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn multipliers(
    py: Python<'_>,
    system: &Bound<'_, PyAny>,
    intensities: Maybe,
    extensions: Maybe,
    stressors: Maybe,
    sectors: Maybe,
    regions: Maybe,
    threads: Option<NonZeroUsize>,
    progress: Maybe,
) -> PyResult<Multipliers> {
    let kept = Kept { sectors: named("sectors", sectors)?, regions: named("regions", regions)? };
    let (extensions, stressors) = (named("extensions", extensions)?, named("stressors", stressors)?);
    let is_path = system.is_instance_of::<PyString>() || system.hasattr("__fspath__")?;
    let (found, warnings) = if is_path {
        if intensities.is_some() {
            return Err(PyTypeError::new_err("intensities: a folder has its own; give them with a matrix"));
        }
        let settings = EconomySettings { source: arguments::path("system", system)?, extensions, stressors };
        long(py, progress, |watch, found| of_folder(&settings, &kept, threads, watch, found))?
    } else {
        if !extensions.is_empty() {
            return Err(PyTypeError::new_err("extensions: a folder has some, a matrix has none"));
        }
        let given = Given::new(system, intensities, &stressors)?;
        long(py, progress, |watch, found| solve(&given.system(), &kept, threads, watch, found))?
    };
    let answer = Answer::new(found, warnings);
    Ok(Multipliers { answer, values: PyOnceLock::new(), bounds: PyOnceLock::new() })
}

fn of_folder(
    settings: &EconomySettings,
    kept: &Kept,
    threads: Option<NonZeroUsize>,
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<Found> {
    let economy = economy(settings, watch, found)?;
    let system = System {
        source: &settings.source.to_string_lossy(),
        sectors: &economy.sectors,
        stressors: &economy.stressors,
        requirements: &economy.requirements,
        order: Order::Rows,
        intensities: &economy.intensities,
    };
    solve(&system, kept, threads, watch, found)
}

/// Matrices of a caller, with names for what they are of.
struct Given {
    requirements: Matrix,
    intensities: Vec<f64>,
    sectors: Vec<EconomySector>,
    stressors: Vec<Stressor>,
}

impl Given {
    fn new(system: &Bound<'_, PyAny>, intensities: Maybe, wanted: &[String]) -> PyResult<Self> {
        let Some(intensities) = intensities else {
            let accepted = "a path (str or os.PathLike), or a matrix with `intensities` beside it";
            return Err(wrong_type("system", system, accepted));
        };
        let requirements = Matrix::new("system", system)?;
        let caused = Matrix::new("intensities", intensities)?;
        let n = requirements.columns;
        if requirements.rows != n {
            let message =
                format!("system: it has {} rows and {n} columns, and is not square", requirements.rows);
            return Err(PyValueError::new_err(message));
        }
        if caused.columns != n {
            let message = format!(
                "intensities: it has {} columns, and not one for each of {n} sectors",
                caused.columns
            );
            return Err(PyValueError::new_err(message));
        }
        let labels = requirements.column_labels.as_ref();
        for (name, other) in [
            ("system: its rows", requirements.row_labels.as_ref()),
            ("intensities: its columns", caused.column_labels.as_ref()),
        ] {
            if let Some((at, (own, other))) = labels.zip(other).and_then(|(labels, other)| {
                labels.iter().zip(other).enumerate().find(|(_, (own, other))| own != other)
            }) {
                let (own, other) = (own.join(", "), other.join(", "));
                let message =
                    format!("{name} are not its sectors in their order: {at} is {other:?}, and not {own:?}");
                return Err(PyValueError::new_err(message));
            }
        }
        let sectors = match labels.or(caused.column_labels.as_ref()) {
            Some(labels) => labels.iter().map(|labels| sector(labels)).collect(),
            None => (0..n).map(|at| sector(&[at.to_string()])).collect(),
        };
        let names: Vec<Labels> = caused
            .row_labels
            .clone()
            .unwrap_or_else(|| (0..caused.rows).map(|at| vec![at.to_string()]).collect());
        let is_wanted = |labels: &Labels| {
            wanted.is_empty() || wanted.iter().any(|name| *name == labels.join(", ") || labels.contains(name))
        };
        if let Some(unknown) = wanted
            .iter()
            .find(|name| !names.iter().any(|labels| **name == labels.join(", ") || labels.contains(name)))
        {
            return Err(PyValueError::new_err(format!("stressors: there is no {unknown:?}")));
        }
        let all = caused.in_rows();
        let rows = names.iter().zip(all.chunks(n)).filter(|(labels, _)| is_wanted(labels));
        let (stressors, numbers): (Vec<Stressor>, Vec<&[f64]>) = rows
            .map(|(labels, row)| (Stressor { name: labels.join(", "), ..Stressor::default() }, row))
            .unzip();
        Ok(Self { requirements, intensities: numbers.concat(), sectors, stressors })
    }

    fn system(&self) -> System<'_> {
        System {
            source: "system",
            sectors: &self.sectors,
            stressors: &self.stressors,
            requirements: self.requirements.numbers(),
            order: self.requirements.order,
            intensities: &self.intensities,
        }
    }
}

/// Of several labels the first is the region.
fn sector(labels: &[String]) -> EconomySector {
    let (region, name) = if labels.len() > 1 { labels.split_at(1) } else { (&labels[..0], labels) };
    EconomySector { region: region.concat(), name: name.join(", "), unit: String::new() }
}

#[pymethods]
impl Multipliers {
    /// One row a stressor x sector: region, sector, its unit, extension, stressor, multiplier, its unit, bound on its error,
    /// and whether that is proved.
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.answer.table(py)
    }

    /// The multipliers as a view of doubles, stressors x sectors; `numpy.asarray` takes it without a copy.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<View<'py>> {
        let made = || view(py, &self.answer.found.values, self.answer.found.stressors.len());
        self.values.get_or_try_init(py, made).map(|view| View(view.bind(py).clone()))
    }

    /// A bound on the error of each, of the same shape.
    #[getter]
    fn bounds<'py>(&self, py: Python<'py>) -> PyResult<View<'py>> {
        let made = || view(py, &self.answer.found.bounds, self.answer.found.stressors.len());
        self.bounds.get_or_try_init(py, made).map(|view| View(view.bind(py).clone()))
    }

    /// Are all bounds proved? `table` says it of each.
    #[getter]
    fn proved(&self) -> bool {
        self.answer.found.proved.iter().all(|proved| *proved)
    }

    /// Names of the stressors, in the order of the rows of `values`.
    #[getter]
    fn stressors(&self) -> Vec<String> {
        self.answer.found.stressors.iter().map(|stressor| stressor.name.clone()).collect()
    }

    /// Region and name of the sectors, in the order of the columns of `values`.
    #[getter]
    fn sectors(&self) -> Vec<(String, String)> {
        self.answer.found.sectors.iter().map(|sector| (sector.region.clone(), sector.name.clone())).collect()
    }

    /// What was noticed while reading and solving, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        self.answer.warnings()
    }

    /// Writes a file .csv, .parquet or .json, one row a stressor x sector; with `wide` one row a sector and a column for each
    /// stressor, without bounds. Raises `UnwritableError`.
    #[pyo3(signature = (path: "str | os.PathLike[str]", *, wide: "bool | None" = None) -> "None")]
    fn write(&self, py: Python<'_>, path: &Bound<'_, PyAny>, wide: Maybe) -> PyResult<()> {
        let path = arguments::path("path", path)?;
        let wide = wide.map(|value| flag("wide", value)).transpose()?.unwrap_or_default();
        let written = py.detach(|| report::stage(&path, &self.answer.found, wide).and_then(Batch::commit));
        written.map(|_| ()).map_err(|diagnostic| one(py, diagnostic))
    }

    /// The answer as JSON.
    fn to_json(&self, py: Python<'_>) -> String {
        self.answer.json(py)
    }

    /// `table` as CSV.
    fn to_csv(&self, py: Python<'_>) -> String {
        self.answer.csv(py)
    }

    fn __str__(&self) -> String {
        report::table(&self.answer.found)
    }

    fn __repr__(&self) -> String {
        let (stressors, sectors) = (self.answer.found.stressors.len(), self.answer.found.sectors.len());
        format!("truecost.Multipliers({stressors} stressors, {sectors} sectors)")
    }
}

/// Numbers as a view of two dimensions.
fn view(py: Python<'_>, numbers: &[f64], rows: usize) -> PyResult<Py<PyAny>> {
    let bytes = PyBytes::new_with(py, size_of_val(numbers), |bytes| {
        for (into, number) in bytes.chunks_exact_mut(size_of::<f64>()).zip(numbers) {
            into.copy_from_slice(&number.to_ne_bytes());
        }
        Ok(())
    })?;
    let view = py.import("builtins")?.getattr("memoryview")?.call1((bytes,))?;
    let shape = (rows, numbers.len() / rows.max(1));
    Ok(view.call_method1("cast", ("d", shape))?.unbind())
}
