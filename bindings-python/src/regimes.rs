//! What flows are.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use truecost::base::diagnostic::Diagnostic;
use truecost::data::source::Library;
use truecost::data::write;
use truecost::regime::{By, Judged};
use truecost::report::columns::Columns;
use truecost::report::regimes::Whole;
use truecost::report::{json as texts, regimes as report, statement};

use crate::answers::{Json, Notices};
use crate::arguments::{self, text};
use crate::classify::Classified;
use crate::costs::{Priced, not_priced};
use crate::diagnose::one;
use crate::flow_rows::FlowRows;
use crate::html;
use crate::long::long;
use crate::rules::Rules;
use crate::table::Table;

/// What flows are: the answer of `truecost.classify`, with why. It never changes.
///
/// `print` shows the summary of the command line, a notebook shows the same as HTML. `table`, `summary`, `totals`,
/// `confidence`, `disagreements` and `undecided` are tables for polars, pandas, DuckDB and others; with a supply dataset
/// also `statement` and `costs`.
///
/// >>> import truecost as tc
/// >>> street = tc.classify("datasets/flows/street")
/// >>> street
/// truecost.Regimes("street": ... flows among 15 agents, rules default)
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Regimes {
    judged: Arc<Judged>,
    /// Which time the sums are by.
    by: By,
    /// What is made of all flows together, when it is first asked for: sums of many agents are larger than judgements.
    unsummed: OnceLock<Whole>,
    summed: OnceLock<Whole>,
    library: Library,
    /// What they cost others, if there is a supply dataset.
    priced: Option<Priced>,
    warnings: Vec<Diagnostic>,
    table: PyOnceLock<Py<Table>>,
    sums: PyOnceLock<Py<Table>>,
    totals: PyOnceLock<Py<Table>>,
    confidence: PyOnceLock<Py<Table>>,
    disagreements: PyOnceLock<Py<Table>>,
    undecided: PyOnceLock<Py<Table>>,
    statement: PyOnceLock<Py<Table>>,
    costs: PyOnceLock<Py<Table>>,
}

impl Regimes {
    /// What was found; tables and sums are made when they are asked for.
    pub(crate) fn new(
        judged: Arc<Judged>,
        by: By,
        library: Library,
        priced: Option<Priced>,
        warnings: Vec<Diagnostic>,
    ) -> Self {
        Self {
            judged,
            by,
            unsummed: OnceLock::new(),
            summed: OnceLock::new(),
            library,
            priced,
            warnings,
            table: PyOnceLock::new(),
            sums: PyOnceLock::new(),
            totals: PyOnceLock::new(),
            confidence: PyOnceLock::new(),
            disagreements: PyOnceLock::new(),
            undecided: PyOnceLock::new(),
            statement: PyOnceLock::new(),
            costs: PyOnceLock::new(),
        }
    }

    /// The flows with what they are, for whoever goes on from there.
    pub(crate) fn classified(&self) -> Classified {
        (self.judged.clone(), self.priced.clone(), self.library.clone())
    }

    /// What was noticed.
    pub(crate) fn noticed(&self) -> Vec<Diagnostic> {
        self.warnings.clone()
    }

    fn unsummed(&self) -> Whole {
        self.unsummed.get_or_init(|| Whole::of_flows(&self.judged)).clone()
    }

    /// All that is said of single flows.
    fn flows(&self) -> report::Regimes<'_> {
        report::Regimes::with(&self.judged, self.unsummed())
    }

    /// What is said without looking at what is made of all flows together.
    fn bare(&self) -> report::Regimes<'_> {
        report::Regimes::with(&self.judged, Whole::default())
    }

    /// All that any report needs.
    fn view(&self) -> report::Regimes<'_> {
        let summed = self.summed.get_or_init(|| {
            let mut whole = self.unsummed();
            whole.sum_up(&self.judged, self.by);
            whole
        });
        report::Regimes::with(&self.judged, summed.clone())
    }

    fn lineage_text(&self) -> String {
        report::lineage(&self.bare()).to_string()
    }

    /// What the flows cost others, or that nobody said what to price them with.
    fn priced(&self, py: Python<'_>) -> PyResult<&Priced> {
        self.priced.as_ref().ok_or_else(|| one(py, not_priced()))
    }

    /// What flows and their costs rest on.
    fn lineage_of_costs(&self, priced: &Priced) -> String {
        statement::lineage(&self.bare(), &priced.costs()).to_string()
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
                let rows = FlowRows { judged: self.judged.clone(), whole: self.unsummed(), chosen: chosen() };
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

    /// One row an agent, year (or month), unit and class: what it gave and what it received. Sums are exact.
    #[getter]
    fn summary(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.sums, || report::summary_columns(&self.view()))
    }

    /// One row a class, unit and year (or month): what all gave, which is what all received.
    #[getter]
    fn totals(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.totals, || report::total_columns(&self.view()))
    }

    /// One row a class and confidence: how many flows, and whether a rule decided.
    #[getter]
    fn confidence(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.confidence, || report::confidence_columns(&self.bare()))
    }

    /// The rows of `table` whose class is another than the one that the dataset declares.
    #[getter]
    fn disagreements(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.rows(py, &self.disagreements, || Some(self.bare().disagreements().collect()))
    }

    /// The rows of `table` that no rule decides, as the rules that could do not agree; `missing` names the columns that
    /// would narrow it down.
    #[getter]
    fn undecided(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.rows(py, &self.undecided, || Some(self.bare().undecided().collect()))
    }

    /// The statement of what the network did, by regime, priced and unpriced: one row a class, year, measure and unit.
    ///
    /// Raises `ChoiceError` where there is no supply dataset to price with.
    ///
    /// >>> import truecost as tc
    /// >>> street = tc.classify("datasets/flows/street")
    /// >>> [row["count"] for row in street.statement.to_pylist() if row["measure"] == "uses"]
    /// [2, 1]
    #[getter]
    fn statement(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        let priced = self.priced(py)?;
        let make = || {
            let columns = || statement::statement_columns(&priced.statement);
            Py::new(py, py.detach(|| Table::with_lineage(&columns(), &self.lineage_of_costs(priced)))?)
        };
        self.statement.get_or_try_init(py, make).map(|table| table.clone_ref(py))
    }

    /// One row a flow, by id: what it costs others, or why that is not known. Rows are made part by part as they are
    /// taken, and not kept.
    ///
    /// Raises `ChoiceError` where there is no supply dataset to price with.
    #[getter]
    fn costs(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        let priced = self.priced(py)?;
        let make = || {
            let parts = || Table::in_parts(Arc::new(priced.clone()), &self.lineage_of_costs(priced));
            Py::new(py, py.detach(parts)?)
        };
        self.costs.get_or_try_init(py, make).map(|table| table.clone_ref(py))
    }

    /// The currency of external costs; `None` where nothing is priced.
    #[getter]
    fn currency(&self) -> Option<String> {
        Some(self.priced.as_ref()?.statement.target.currency.to_string())
    }

    /// The price year of external costs; `None` where nothing is priced.
    #[getter]
    fn year(&self) -> Option<i32> {
        Some(self.priced.as_ref()?.statement.target.year)
    }

    /// The factor set, with its variant; `None` where nothing is priced.
    #[getter]
    fn factors(&self) -> Option<String> {
        Some(self.priced.as_ref()?.factors())
    }

    /// What the answer rests on: the dataset, the rules and the table of licences with versions and hashes, cautions,
    /// what is stated of all flows, and, where they are priced, what the prices rest on.
    #[getter]
    fn lineage(&self) -> Json {
        match &self.priced {
            Some(priced) => Json(self.lineage_of_costs(priced)),
            None => Json(self.lineage_text()),
        }
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

    /// Says in plain words what a flow is, by which rules, and from which statements; and what it costs others, where
    /// flows are priced.
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
        let (text, _) = long(py, None, |_, found| report::explain(&self.flows(), &flow, found))?;
        let costs = self.priced.as_ref().map(|priced| statement::explain(&priced.costs(), &flow));
        Ok(text + &costs.unwrap_or_default())
    }

    /// Writes the files of `truecost classify --out` into a folder, all of them or none, and gives their paths:
    /// `flows.csv` and `.parquet`, `summary.csv` and `.parquet`, `totals.csv`, `regimes.json` and the report `index.html`;
    /// where flows are priced, also `statement.csv`, `.parquet` and `.json`, and `flow_costs.csv` and `.parquet`.
    ///
    /// Raises `UnwritableError`.
    #[pyo3(signature = (folder: "str | os.PathLike[str]") -> "list[pathlib.Path]")]
    fn write(&self, py: Python<'_>, folder: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
        let folder = arguments::path("folder", folder)?;
        let write = || {
            let view = self.view();
            let section = self.priced.as_ref().map(|priced| statement::section(&priced.statement));
            let mut batch = report::stage_with(&folder, &view, section.as_slice())?;
            if let Some(priced) = &self.priced {
                statement::add(&mut batch, &view, &priced.costs(), &priced.statement)?;
            }
            batch.commit()
        };
        py.detach(write).map_err(|diagnostic| one(py, diagnostic))
    }

    /// Writes the report, one page to read and print without a network: as the file `path`, or, if `path` does not end in
    /// `.html`, as `index.html` into that folder. Gives the file to open.
    ///
    /// Raises `UnwritableError`.
    #[pyo3(signature = (path: "str | os.PathLike[str]") -> "pathlib.Path")]
    fn to_html(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
        let path = arguments::path("path", path)?;
        let is_file = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("html"));
        let file = if is_file { path } else { path.join("index.html") };
        let section = self.priced.as_ref().map(|priced| statement::section(&priced.statement));
        let page = py.detach(|| report::html::render(&self.view(), section.as_slice()));
        let page = page.map_err(|error| PyValueError::new_err(error.to_string()))?;
        py.detach(|| write::replace(&file, page.as_bytes())).map_err(|diagnostic| one(py, diagnostic))?;
        Ok(file)
    }

    /// The answer without its single flows as JSON: lineage, totals, what is not settled, what is declared, and the
    /// statement, where flows are priced.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| {
            let mut value = report::json(&self.view());
            if let Some(priced) = &self.priced {
                value["statement"] = statement::json(&priced.costs(), &priced.statement);
            }
            texts::text(&value)
        })
    }

    /// `table` as CSV.
    fn to_csv(&self, py: Python<'_>) -> String {
        py.detach(|| {
            let mut bytes = Vec::new();
            // Writing to memory does not fail.
            let _ = report::csv(&self.flows(), &mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    }

    /// The number of flows.
    fn __len__(&self) -> usize {
        self.judged.data.flows.len()
    }

    fn __str__(&self, py: Python<'_>) -> String {
        py.detach(|| {
            let of = |priced: &Priced| format!("\n{}", statement::text(&priced.costs(), &priced.statement));
            report::text(&self.view()) + &self.priced.as_ref().map(of).unwrap_or_default()
        })
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
        py.detach(|| {
            let of = |priced: &Priced| html::plain(&statement::text(&priced.costs(), &priced.statement));
            html::regimes(&self.view()) + &self.priced.as_ref().map(of).unwrap_or_default()
        })
    }
}
