//! What flows are.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::data::flows::FlowData;
use truecost::data::source::Library;
use truecost::regime::{Judged, Summary, summary};
use truecost::report::columns::Columns;
use truecost::report::{json as texts, regimes as report};

use crate::answers::{Json, Notices};
use crate::arguments::{self, Maybe, text};
use crate::diagnose::one;
use crate::given::Given;
use crate::html;
use crate::long::long;
use crate::rules::{Chosen, Rules};
use crate::table::{Parts, Table};
use crate::watch::Watch;

/// What flows are: the answer of `truecost.classify`, with why. It never changes.
///
/// `print` shows the summary of the command line, a notebook shows the same as HTML. `table`, `summary`, `totals`,
/// `confidence`, `disagreements` and `undecided` are tables for polars, pandas, DuckDB and others.
///
/// >>> import truecost as tc
/// >>> street = tc.classify("datasets/flows/street")
/// >>> street
/// truecost.Regimes("street": 40 flows among 15 agents, rules default)
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Regimes {
    judged: Arc<Judged>,
    /// Made when it is first asked for: of many agents it is larger than the judgements.
    summary: OnceLock<Arc<Summary>>,
    library: Library,
    warnings: Vec<Diagnostic>,
    table: PyOnceLock<Py<Table>>,
    sums: PyOnceLock<Py<Table>>,
    totals: PyOnceLock<Py<Table>>,
    confidence: PyOnceLock<Py<Table>>,
    disagreements: PyOnceLock<Py<Table>>,
    undecided: PyOnceLock<Py<Table>>,
}

/// Says of every flow of a dataset what it is: commons, reciprocity, market or redistribution, how sure that is, and
/// why.
///
/// - `flows`: a `truecost.Flows`, or the path of a flow dataset.
/// - `profile`: the rules: a name, a path, or a `truecost.Rules`; those that are built in if left out.
/// - `datasets`: a folder whose `regimes/` and `reference/` win over what is built in.
/// - `progress`: see `truecost.price`.
///
/// Raises `NotFoundError` if there are no rules of that name, and `DataError` with every problem of the data and of the
/// rules.
///
/// >>> import truecost as tc
/// >>> street = tc.classify("datasets/flows/street")
/// >>> row = street.table.to_pylist()[0]
/// >>> row["flow"], row["regime"], row["subregime"], row["confidence"]
/// ('bread-ana-goods', 'market', 'coop_internal', 0.88)
#[pyfunction]
#[pyo3(signature = (
    flows: "Flows | str | os.PathLike[str]",
    *,
    profile: "Rules | str | os.PathLike[str] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Regimes")]
pub(crate) fn classify(
    py: Python<'_>,
    flows: &Bound<'_, PyAny>,
    profile: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Regimes> {
    let profile = Chosen::new("profile", profile)?;
    let given = Given::<FlowData>::new(py, "flows", flows, datasets)?;
    let mut warnings = given.warnings();
    let ((judged, library), noticed) =
        long(py, progress, |watch, found| judge(given, profile, watch, found))?;
    warnings.extend(noticed);
    Ok(Regimes {
        judged: Arc::new(judged),
        summary: OnceLock::new(),
        library,
        warnings,
        table: PyOnceLock::new(),
        sums: PyOnceLock::new(),
        totals: PyOnceLock::new(),
        confidence: PyOnceLock::new(),
        disagreements: PyOnceLock::new(),
        undecided: PyOnceLock::new(),
    })
}

/// Reads what has to be read, and says what each flow is; the problems of all of it are found.
fn judge(
    given: Given<FlowData>,
    profile: Chosen,
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<(Judged, Library)> {
    let (data, reference, library) = given.open(watch, found);
    let rules = profile.open(&library, found);
    if found.has_errors() {
        return None;
    }
    let judged = Judged::new(data?, rules?.as_ref().clone(), &reference, watch, found)?;
    Some((judged, library))
}

/// Flows as a table, made part by part whenever they are asked for.
struct FlowRows {
    judged: Arc<Judged>,
    /// Only these; all if there is no list.
    chosen: Option<Vec<usize>>,
}

impl Parts for FlowRows {
    fn rows(&self) -> usize {
        self.chosen.as_ref().map_or(self.judged.data.flows.len(), Vec::len)
    }

    fn part(&self, from: usize, to: usize) -> Columns {
        let view = without_sums(&self.judged);
        match &self.chosen {
            None => report::flow_columns(&view, from, to),
            Some(chosen) => report::some_flows(&view, &chosen[from..to]),
        }
    }
}

/// All that a report of single flows needs.
fn without_sums(judged: &Judged) -> report::Regimes<'_> {
    report::Regimes::with(judged, Arc::default())
}

impl Regimes {
    /// All that any report needs.
    fn view(&self) -> report::Regimes<'_> {
        let summary =
            self.summary.get_or_init(|| Arc::new(summary(&self.judged.data, &self.judged.classified)));
        report::Regimes::with(&self.judged, summary.clone())
    }

    fn lineage_text(&self) -> String {
        report::lineage(&without_sums(&self.judged)).to_string()
    }

    /// A small table, made when it is first asked for.
    fn made(
        &self,
        py: Python<'_>,
        kept: &PyOnceLock<Py<Table>>,
        columns: impl FnOnce() -> Columns + Send,
    ) -> PyResult<Py<Table>> {
        let make = || Py::new(py, py.detach(|| Table::with_lineage(&columns(), &self.lineage_text()))?);
        kept.get_or_try_init(py, make).map(|table| table.clone_ref(py))
    }

    /// A table of flows, of which only the places are kept.
    fn rows(
        &self,
        py: Python<'_>,
        kept: &PyOnceLock<Py<Table>>,
        chosen: impl FnOnce() -> Option<Vec<usize>> + Send,
    ) -> PyResult<Py<Table>> {
        let make = || {
            let table = py.detach(|| {
                let rows = FlowRows { judged: self.judged.clone(), chosen: chosen() };
                Table::in_parts(Arc::new(rows), &self.lineage_text())
            });
            Py::new(py, table?)
        };
        kept.get_or_try_init(py, make).map(|table| table.clone_ref(py))
    }
}

#[pymethods]
impl Regimes {
    /// One row a flow, by id: what it is, by which rule, how sure that is, what else it might be, and what would settle
    /// it. Rows are made part by part as they are taken, and not kept.
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.rows(py, &self.table, || None)
    }

    /// One row an agent, year, unit and class: what it gave and what it received. Sums are exact.
    #[getter]
    fn summary(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.sums, || report::summary_columns(&self.view()))
    }

    /// One row a class, unit and year: what all gave, which is what all received.
    #[getter]
    fn totals(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.totals, || report::total_columns(&self.view()))
    }

    /// One row a class and confidence: how many flows, and whether a rule decided.
    #[getter]
    fn confidence(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.confidence, || report::confidence_columns(&without_sums(&self.judged)))
    }

    /// The rows of `table` whose class is another than the one that the dataset declares.
    #[getter]
    fn disagreements(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.rows(py, &self.disagreements, || Some(without_sums(&self.judged).disagreements().collect()))
    }

    /// The rows of `table` that no rule decides, as the rules that could do not agree; `missing` names the columns that
    /// would narrow it down.
    #[getter]
    fn undecided(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.rows(py, &self.undecided, || Some(without_sums(&self.judged).undecided().collect()))
    }

    /// What the answer rests on: the dataset, the rules and the table of licences with versions and hashes, cautions,
    /// and what is stated of all flows.
    #[getter]
    fn lineage(&self) -> Json {
        Json(self.lineage_text())
    }

    /// The rules it was judged by.
    #[getter]
    fn rules(&self) -> Rules {
        Rules { rules: Arc::new(self.judged.rules.clone()), library: self.library.clone() }
    }

    /// What was noticed while reading and classifying, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    /// Says in plain words what a flow is, by which rules, and from which statements.
    ///
    /// Raises `NotFoundError` if there is no such flow.
    ///
    /// >>> import truecost as tc
    /// >>> street = tc.classify("datasets/flows/street")
    /// >>> print(street.explain("coffee-premium").splitlines()[2])
    /// market.fair_trade, confidence 0.73; mode market pricing
    #[pyo3(signature = (flow: "str") -> "str")]
    fn explain(&self, py: Python<'_>, flow: &Bound<'_, PyAny>) -> PyResult<String> {
        let flow = text("flow", flow)?;
        let (text, _) =
            long(py, None, |_, found| report::explain(&without_sums(&self.judged), &flow, found))?;
        Ok(text)
    }

    /// Writes the files of `truecost classify --out` into a folder, all of them or none, and gives their paths:
    /// `flows.csv` and `.parquet`, `summary.csv` and `.parquet`, `totals.csv` and `regimes.json`.
    ///
    /// Raises `UnwritableError`.
    #[pyo3(signature = (folder: "str | os.PathLike[str]") -> "list[pathlib.Path]")]
    fn write(&self, py: Python<'_>, folder: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
        let folder = arguments::path("folder", folder)?;
        let written = py.detach(|| report::stage(&folder, &self.view())?.commit());
        written.map_err(|diagnostic| one(py, diagnostic))
    }

    /// The answer without its single flows as JSON: lineage, totals, what is not settled, and what is declared.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| texts::text(&report::json(&self.view())))
    }

    /// `table` as CSV.
    fn to_csv(&self, py: Python<'_>) -> String {
        py.detach(|| {
            let mut bytes = Vec::new();
            // Writing to memory does not fail.
            let _ = report::csv(&without_sums(&self.judged), &mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    }

    /// The number of flows.
    fn __len__(&self) -> usize {
        self.judged.data.flows.len()
    }

    fn __str__(&self, py: Python<'_>) -> String {
        py.detach(|| report::text(&self.view()))
    }

    fn __repr__(&self) -> String {
        let Judged { data, rules, .. } = self.judged.as_ref();
        format!(
            "truecost.Regimes({:?}: {} flows among {} agents, rules {})",
            data.name,
            data.flows.len(),
            data.agents.len(),
            rules.table.name
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> String {
        py.detach(|| html::regimes(&self.view()))
    }
}
