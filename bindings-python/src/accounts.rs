//! Books of flows.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::base::period::Period;
use truecost::data::flows::FlowData;
use truecost::data::source::Library;
use truecost::fairtrade::books::postings_of;
use truecost::ledger::{Books, PostingRules, books, embodied};
use truecost::regime::Judged;
use truecost::report::accounts as report;
use truecost::report::columns::Columns;
use truecost::report::json as texts;

use crate::answers::{Json, Notices};
use crate::arguments::{self, Maybe, named, optional_text, path_or_name};
use crate::choices::Valuing;
use crate::classify::{Classified, judge};
use crate::costs::{Priced, Supplied};
use crate::diagnose::one;
use crate::given::Given;
use crate::html;
use crate::long::long;
use crate::regimes::Regimes;
use crate::rules::Chosen;
use crate::table::Table;
use crate::watch::Watch;

/// The double-entry books of flows: the answer of `truecost.accounts`. It never changes.
///
/// `print` shows what the command line shows, a notebook shows the same. Money, hours and things stand side by side, each
/// in its unit, and are never added to one another; the same holds of external costs (`EUR.environmental`), where flows
/// are priced. Amounts are exact.
///
/// >>> import truecost as tc
/// >>> tc.accounts("datasets/flows/circle", agent="bakery")
/// truecost.Accounts("circle": ... transactions, 2024-01-01 to 2024-12-31, postings default)
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Accounts {
    made: Made,
    warnings: Vec<Diagnostic>,
    journal: PyOnceLock<Py<Table>>,
    balances: PyOnceLock<Py<Table>>,
    trial_balance: PyOnceLock<Py<Table>>,
    income_statement: PyOnceLock<Py<Table>>,
    balance_sheet: PyOnceLock<Py<Table>>,
    results: PyOnceLock<Py<Table>>,
    credit: PyOnceLock<Py<Table>>,
    not_booked: PyOnceLock<Py<Table>>,
}

/// Books with what they were made of.
struct Made {
    judged: Arc<Judged>,
    rules: PostingRules,
    books: Books,
    agents: Vec<u32>,
    period: Option<Period>,
    priced: Option<Priced>,
}

impl Made {
    fn view(&self) -> report::Accounts<'_> {
        let lineage = self.priced.as_ref().map(Priced::lineage);
        let agents = self.agents.clone();
        report::Accounts::new(&self.judged, &self.rules, &self.books, agents, self.period).valued(lineage)
    }
}

/// Keeps the books of a flow dataset: double entry in every unit, for all agents.
///
/// - `flows`: a `truecost.Flows`, or the path of a flow dataset; or a `truecost.Regimes`, whose flows are classified, and
///   priced where it is priced, and of which only the books are made.
/// - `agent`: only this one, or several; all if left out.
/// - `period`: of the statements, such as `"2024"` or `"2024-06"`; the books end with it. All days if left out.
/// - `postings`: the table that says where flows are booked: a name or a path; if left out, `"default"`, and `"coop"` for
///   the flows of a co-op.
/// - `profile`, `supply`, `factors` and all other keywords: see `truecost.classify`. With a supply dataset external costs
///   stand beside the money. With a `truecost.Regimes` leave them out: `classify` was told.
///
/// Raises `NotFoundError` if there is no such agent, table or set, and `DataError` with every problem of the data, and
/// where a limit that must hold is breached.
///
/// >>> import truecost as tc
/// >>> bakery = tc.accounts("datasets/flows/circle", agent="bakery", period="2024-02")
/// >>> row = bakery.trial_balance.to_pylist()[0]
/// >>> row["account"], row["unit"], row["closing"]
/// ('assets:cash', 'EUR', Decimal('720.000000000000'))
#[pyfunction]
#[pyo3(signature = (
    flows: "Flows | Regimes | str | os.PathLike[str]",
    *,
    agent: "str | typing.Iterable[str] | None" = None,
    period: "str | None" = None,
    postings: "str | os.PathLike[str] | None" = None,
    profile: "Rules | str | os.PathLike[str] | None" = None,
    supply: "Dataset | str | os.PathLike[str] | None" = None,
    factors: "FactorSet | str | os.PathLike[str] | None" = None,
    year: "int | None" = None,
    currency: "str | None" = None,
    emission_year: "int | None" = None,
    prices: "str | os.PathLike[str] | None" = None,
    outside: "typing.Literal['unpriced', 'as_is', 'transfer'] | None" = None,
    order: "typing.Literal['inflate-first', 'convert-first'] | None" = None,
    netting: "bool | None" = None,
    origin: "str | None" = None,
    indices: "typing.Mapping[int | tuple[str, int], truecost._arrow.Figure] | None" = None,
    rates: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    ppp_rates: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    income: "str | os.PathLike[str] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Accounts")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn accounts(
    py: Python<'_>,
    flows: &Bound<'_, PyAny>,
    agent: Maybe,
    period: Maybe,
    postings: Maybe,
    profile: Maybe,
    supply: Maybe,
    factors: Maybe,
    year: Maybe,
    currency: Maybe,
    emission_year: Maybe,
    prices: Maybe,
    outside: Maybe,
    order: Maybe,
    netting: Maybe,
    origin: Maybe,
    indices: Maybe,
    rates: Maybe,
    ppp_rates: Maybe,
    income: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Accounts> {
    let asked = Asked {
        agents: named("agent", agent)?,
        period: optional_text("period", period)?,
        postings: postings.map(|name| path_or_name("postings", name, "a name or a path")).transpose()?,
    };
    let valuing = Valuing {
        factors,
        year,
        currency,
        emission_year,
        prices,
        outside,
        order,
        netting,
        origin,
        indices,
        rates,
        ppp_rates,
        income,
    };
    let ((made, noticed), mut warnings) = if let Ok(regimes) = flows.cast::<Regimes>() {
        let regimes = regimes.get();
        let own = [("profile", profile), ("supply", supply), ("datasets", datasets)];
        if let Some(name) = arguments::first(&own).or_else(|| valuing.first()) {
            return Err(classified_already(name));
        }
        let keep = |_: &Watch, found: &mut Diagnostics| {
            let classified = regimes.classified();
            keep(&asked, &classified.2.clone(), found, |_| Some(classified))
        };
        (long(py, progress, keep)?, regimes.noticed())
    } else {
        let profile = Chosen::new("profile", profile)?;
        let (supply, of_supply) = Supplied::new(supply)?;
        let choices = valuing.choices()?;
        let given = Given::<FlowData>::new(py, "flows", flows, datasets)?;
        let mut warnings = given.warnings();
        warnings.extend(of_supply);
        let keep = |watch: &Watch, found: &mut Diagnostics| {
            let library = given.library().clone();
            keep(&asked, &library, found, |found| judge(given, profile, (supply, &choices), watch, found))
        };
        (long(py, progress, keep)?, warnings)
    };
    warnings.extend(noticed);
    Ok(Accounts::new(made, warnings))
}

/// What of the books is asked for.
struct Asked {
    agents: Vec<String>,
    period: Option<String>,
    /// That of the kind of dataset if left out.
    postings: Option<String>,
}

/// Keeps the books of flows that are classified, or that `classified` classifies.
fn keep(
    asked: &Asked,
    library: &Library,
    found: &mut Diagnostics,
    classified: impl FnOnce(&mut Diagnostics) -> Option<Classified>,
) -> Option<Made> {
    let classified = classified(found);
    let period = report::period(asked.period.as_deref(), found);
    let kind = classified.as_ref().map(|(judged, ..)| judged.data.manifest.kind);
    let postings = asked.postings.as_deref().unwrap_or_else(|| postings_of(kind));
    let rules = PostingRules::find(postings, library, found);
    let (judged, priced, _) = classified?;
    let agents = report::agents(&asked.agents, &judged, found);
    if found.has_errors() {
        return None;
    }
    let costs = priced.as_ref().map(|priced| embodied(&priced.costs())).unwrap_or_default();
    let rules = rules?;
    let books = books(&judged, &rules, &costs, period, found)?;
    Some(Made { judged, rules, books, agents, period, priced })
}

/// The refusal of a keyword that was for `classify`.
fn classified_already(name: &str) -> PyErr {
    PyValueError::new_err(format!("{name}: these flows are classified already; give it to `classify`"))
}

impl Accounts {
    fn new(made: Made, warnings: Vec<Diagnostic>) -> Self {
        Self {
            made,
            warnings,
            journal: PyOnceLock::new(),
            balances: PyOnceLock::new(),
            trial_balance: PyOnceLock::new(),
            income_statement: PyOnceLock::new(),
            balance_sheet: PyOnceLock::new(),
            results: PyOnceLock::new(),
            credit: PyOnceLock::new(),
            not_booked: PyOnceLock::new(),
        }
    }

    /// A table, made when it is first asked for.
    fn table(
        &self,
        py: Python<'_>,
        kept: &PyOnceLock<Py<Table>>,
        columns: fn(&report::Accounts) -> Columns,
    ) -> PyResult<Py<Table>> {
        let make = || {
            let table = py.detach(|| {
                let view = self.made.view();
                Table::with_lineage(&columns(&view), &report::lineage(&view).to_string())
            });
            Py::new(py, table?)
        };
        kept.get_or_try_init(py, make).map(|table| table.clone_ref(py))
    }

    fn made<T: Send>(&self, py: Python<'_>, make: impl FnOnce(&report::Accounts) -> T + Send) -> T {
        py.detach(|| make(&self.made.view()))
    }
}

#[pymethods]
impl Accounts {
    /// One row a posting: day, transaction, agent, account, unit, amount (debits above 0), flow, class and rule.
    #[getter]
    fn journal(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.journal, report::journal_columns)
    }

    /// One row an agent, account, unit and day on which it moves: the balance at the end of that day.
    #[getter]
    fn balances(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.balances, report::balance_columns)
    }

    /// One row an agent, unit and account: opening, debits, credits and closing. Each adds up to 0 by agent and unit.
    #[getter]
    fn trial_balance(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.trial_balance, report::trial_balance)
    }

    /// Income and expenses of the period, by agent, unit and account.
    #[getter]
    fn income_statement(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.income_statement, report::income_statement)
    }

    /// Assets, liabilities and equity at the end of the period, by agent, unit and account.
    #[getter]
    fn balance_sheet(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.balance_sheet, report::balance_sheet)
    }

    /// One row an agent and unit: net result, assets, liabilities and equity.
    #[getter]
    fn results(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.results, report::results)
    }

    /// Balances in ledgers of members and where limits are stated, with limits, days beyond them, and the age of debts.
    #[getter]
    fn credit(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.credit, report::credit_columns)
    }

    /// Flows that are not booked, each with the reason.
    #[getter]
    fn not_booked(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.not_booked, report::not_booked_columns)
    }

    /// What the books rest on: the dataset, the rules, the postings, with versions and hashes, and cautions.
    #[getter]
    fn lineage(&self, py: Python<'_>) -> Json {
        Json(self.made(py, |view| report::lineage(view).to_string()))
    }

    /// What was noticed while reading, classifying and booking, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    /// The journal for hledger, with assertions of all balances at its end.
    fn to_hledger(&self, py: Python<'_>) -> String {
        self.made(py, report::hledger)
    }

    /// The journal for beancount, with assertions of all balances at its end.
    fn to_beancount(&self, py: Python<'_>) -> String {
        self.made(py, report::beancount)
    }

    /// The books without their postings as JSON: lineage, statements, credit, what waits in suspense and what is not
    /// booked.
    fn to_json(&self, py: Python<'_>) -> String {
        self.made(py, |view| texts::text(&report::json(view)))
    }

    /// `journal` as CSV.
    fn to_csv(&self, py: Python<'_>) -> String {
        self.made(py, |view| {
            let bytes = truecost::report::columns::csv(&report::journal_columns(view));
            String::from_utf8_lossy(&bytes).into_owned()
        })
    }

    /// Writes the files of `truecost accounts --out` into a folder, all of them or none, and gives their paths.
    ///
    /// Raises `UnwritableError`.
    #[pyo3(signature = (folder: "str | os.PathLike[str]") -> "list[pathlib.Path]")]
    fn write(&self, py: Python<'_>, folder: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
        let folder = arguments::path("folder", folder)?;
        let written = self.made(py, |view| report::stage(&folder, view)?.commit());
        written.map_err(|diagnostic| one(py, diagnostic))
    }

    fn __str__(&self, py: Python<'_>) -> String {
        self.made(py, report::text)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        self.made(py, |view| {
            let (first, last) = view.days();
            format!(
                "truecost.Accounts({:?}: {} transactions, {first} to {last}, postings {})",
                view.judged.data.name,
                view.books.journal.transactions.len(),
                view.rules.table.name
            )
        })
    }

    fn _repr_html_(&self, py: Python<'_>) -> String {
        html::plain(&self.made(py, report::text))
    }
}
