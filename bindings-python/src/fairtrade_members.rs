//! What members get, and where their co-op drifts to.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use truecost::base::decimal::{self, Exact};
use truecost::base::diagnostic::{Diagnostic, Diagnostics, codes};
use truecost::data::coop::members::MemberTables;
use truecost::data::flows::FlowData;
use truecost::data::source::{Library, Opened, Shelf};
use truecost::fairtrade::drift::{FlowYears, drift_of};
use truecost::fairtrade::surplus::{Asked, RuleSet, distribute};
use truecost::fairtrade::value_equation::value_equation as share;
use truecost::regime::{DEFAULT_RULES, Judged, Rules};
use truecost::report::coop as report;

use crate::arguments::{Maybe, optional_text, optional_year, path_or_name, wrong_type};
use crate::choices::number;
use crate::coop::GivenCoop;
use crate::coop_report::CoopReport;
use crate::given::Given;
use crate::library::library;
use crate::long::long;
use crate::regimes::Regimes;
use crate::watch::Watch;

/// Shares out the surplus of a co-op: reserves first, then members by their business, in cash and as capital.
///
/// - `coop`: the path of a dataset of a co-op, or a mapping of names of tables to tables; `"settings"` in it is what the
///   section `[coop]` of a manifest says. The tables are `surpluses`, `patronage`, `capital` and `surplus_rules`.
/// - `year`: only the surplus of this year; all if left out.
/// - `rules`: a rule set: one of the dataset, a name such as `"italy-30-3"`, or a path; what `surpluses` says if left out.
/// - `cash_rate`: what part of each share is paid in cash, from 0 to 1.
/// - `redeem_after`: after how many years capital of members falls due.
/// - `datasets`: a folder whose `surplus/` wins over what is built in.
/// - `progress`: see `truecost.price`.
///
/// The answer has the tables `surplus`, `members`, `capital`, `ageing`, `journal` and `rules`; all amounts add up exactly.
///
/// Raises `NotFoundError` if there are no rules of that name, and `DataError` with every problem of the data.
///
/// >>> import pyarrow as pa
/// >>> import truecost as tc
/// >>> coop = {
/// ...     "settings": {"currency": "EUR"},
/// ...     "surpluses": pa.table({"year": [2024], "surplus": [1000], "member_surplus": [1000]}),
/// ...     "patronage": pa.table({"year": [2024, 2024], "member": ["ana", "bo"], "amount": [3, 1]}),
/// ... }
/// >>> shared = tc.surplus(coop, rules="italy-30-3", cash_rate="0.2")
/// >>> [(row["member"], row["cash"], row["retained"]) for row in shared["members"].to_pylist()]
/// [('ana', Decimal('100.500000000000'), Decimal('402.000000000000')), ('bo', Decimal('33.500000000000'), Decimal('134.000000000000'))]
#[pyfunction]
#[pyo3(signature = (
    coop: "str | os.PathLike[str] | typing.Mapping[str, truecost._arrow.ArrowTable | typing.Mapping[str, str]]",
    *,
    year: "int | None" = None,
    rules: "str | os.PathLike[str] | None" = None,
    cash_rate: "truecost._arrow.Figure | None" = None,
    redeem_after: "int | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "CoopReport")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn surplus(
    py: Python<'_>,
    coop: &Bound<'_, PyAny>,
    year: Maybe,
    rules: Maybe,
    cash_rate: Maybe,
    redeem_after: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<CoopReport> {
    let asked = Asked {
        year: optional_year("year", year)?,
        rules: rules.map(|rules| path_or_name("rules", rules, "a name or a path")).transpose()?,
        cash_rate: cash_rate.map(|rate| fraction("cash_rate", rate)).transpose()?,
        redeem_after: redeem_after.map(|after| years("redeem_after", after)).transpose()?,
    };
    let given = GivenCoop::new("coop", coop)?;
    let read: Vec<PathBuf> =
        given.path().into_iter().chain(asked.rules.as_ref().map(PathBuf::from)).collect();
    let library = library(py, datasets)?;
    let made = long(py, progress, |watch, found| {
        let mut opened = given.open("surpluses", watch, found)?;
        let tables = MemberTables::read(&mut opened, found);
        let made = distribute(&tables, &asked, &library, found)?;
        Some(report::surplus::surplus(&made, &asked, &opened))
    })?;
    Ok(CoopReport::new(made).made_from(read))
}

/// The sets of rules by which a surplus can be shared out, with their sources.
///
/// >>> import truecost as tc
/// >>> [row["set"] for row in tc.fairtrade.surplus_rules().table.to_pylist()]
/// ['italy-30-3', 'mondragon-45-45-10', 'rochdale']
#[pyfunction]
#[pyo3(signature = (*, datasets: "str | os.PathLike[str] | None" = None) -> "CoopReport")]
pub(crate) fn surplus_rules(py: Python<'_>, datasets: Maybe) -> PyResult<CoopReport> {
    let library = library(py, datasets)?;
    let made = long(py, None, |_, found| {
        let names = library.names(Shelf::Surplus);
        let sets: Vec<RuleSet> =
            names.iter().filter_map(|name| RuleSet::find(name, &[], None, &library, found)).collect();
        Some(report::surplus::rule_sets(&sets))
    })?;
    Ok(CoopReport::new(made))
}

/// Shares out amounts over contributions, bucket by bucket: debts until they are paid, claims that are paid once, and shares
/// that are kept for ever.
///
/// - `coop`: as in `truecost.surplus`; the tables are `contributions`, `buckets` and `distributions`.
/// - `left_to`: who gets what no claim takes, where a distribution does not say; it is an error if nobody does.
/// - `progress`: see `truecost.price`.
///
/// The answer has the tables `shares`, `parts`, `buckets` and `claims`; the parts of a distribution add up to it.
///
/// Raises `DataError` with every problem of the data.
///
/// >>> import pyarrow as pa
/// >>> import truecost as tc
/// >>> coop = {
/// ...     "settings": {"currency": "EUR"},
/// ...     "buckets": pa.table({"id": ["loan", "work"], "rank": [1, 2], "percentage": [50, 100],
/// ...                          "of": ["straight", "remaining"], "claim": ["debt", "equity"]}),
/// ...     "contributions": pa.table({"id": ["l", "w"], "agent": ["ana", "bo"], "bucket": ["loan", "work"],
/// ...                                "amount": [30, 8]}),
/// ...     "distributions": pa.table({"id": ["d"], "date": ["2024-06-30"], "amount": [100]}),
/// ... }
/// >>> for row in tc.fairtrade.value_equation(coop).table.to_pylist():
/// ...     print(row["agent"], round(row["amount"], 2))
/// ana 30.00
/// bo 70.00
#[pyfunction]
#[pyo3(signature = (
    coop: "str | os.PathLike[str] | typing.Mapping[str, truecost._arrow.ArrowTable | typing.Mapping[str, str]]",
    *,
    left_to: "str | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "CoopReport")]
pub(crate) fn value_equation(
    py: Python<'_>,
    coop: &Bound<'_, PyAny>,
    left_to: Maybe,
    progress: Maybe,
) -> PyResult<CoopReport> {
    let left_to = optional_text("left_to", left_to)?;
    let given = GivenCoop::new("coop", coop)?;
    let read = given.path();
    let made = long(py, progress, |watch, found| {
        let mut opened = given.open("contributions", watch, found)?;
        let shares = share(&mut opened, left_to.as_deref(), found)?;
        Some(report::value_equation::value_equation(&shares, left_to.as_deref(), &opened))
    })?;
    Ok(CoopReport::new(made).made_from(read))
}

/// Measures, year by year, whether a co-op turns into an ordinary firm: business with non-members, the ratio of pay, where
/// the surplus goes, conventional markets, and who decides. Each is reported, and there is no grade of them all.
///
/// - `coop`: as in `truecost.surplus`; the tables are `years`, `patronage`, `surpluses`, `workers` and `decisions`, as far as
///   they are there. What `years` states wins.
/// - `flows`: a `truecost.Regimes`, a `truecost.Flows`, or the path of a flow dataset.
/// - `unit`: unit of account of the flows that are counted; the currency of the co-op if left out.
/// - `datasets`, `progress`: see `truecost.price`.
///
/// The answer has the tables `drift` and `years`; `truecost.plot.drift` draws it.
///
/// Raises `DataError` with every problem of the data.
///
/// >>> import pyarrow as pa
/// >>> import truecost as tc
/// >>> years = pa.table({"year": [2020, 2024], "business": [100, 200], "business_members": [90, 120]})
/// >>> row = tc.fairtrade.drift({"years": years}).table.to_pylist()[0]
/// >>> row["measure"], row["first"], row["last"], row["direction"]
/// ('non_member_share', 0.1, 0.4, 'towards a firm')
#[pyfunction]
#[pyo3(signature = (
    coop: "str | os.PathLike[str] | typing.Mapping[str, truecost._arrow.ArrowTable | typing.Mapping[str, str]]",
    *,
    flows: "Regimes | Flows | str | os.PathLike[str] | None" = None,
    unit: "str | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "CoopReport")]
pub(crate) fn drift(
    py: Python<'_>,
    coop: &Bound<'_, PyAny>,
    flows: Maybe,
    unit: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<CoopReport> {
    let unit = optional_text("unit", unit)?;
    let given = GivenCoop::new("coop", coop)?;
    let of_flows = flows.and_then(|flows| flows.extract::<PathBuf>().ok());
    let read: Vec<PathBuf> = given.path().into_iter().chain(of_flows).collect();
    let passed = flows.map(|flows| Passed::new(py, flows, datasets)).transpose()?;
    let library = library(py, datasets)?;
    let made = long(py, progress, |watch, found| {
        let mut opened = given.open("years", watch, found)?;
        let counted = match passed {
            Some(passed) => Some(passed.years(&opened, unit.as_deref(), &library, watch, found)?),
            None => None,
        };
        let (years, of) = counted.unzip();
        let drift = drift_of(&mut opened, years.as_ref(), &library, found)?;
        match report::drift::drift(&drift, years.as_ref().zip(of), &opened) {
            Ok(report) => Some(report),
            Err(error) => {
                let message = format!("the page cannot be made: {error}");
                found.push(Diagnostic::error(codes::UNWRITABLE, message));
                None
            }
        }
    })?;
    Ok(CoopReport::new(made).made_from(read))
}

/// Flows as a caller gives them.
enum Passed {
    /// Classified.
    Judged(Arc<Judged>),
    /// To be classified.
    Given(Given<FlowData>),
}

impl Passed {
    fn new(py: Python<'_>, value: &Bound<'_, PyAny>, datasets: Maybe) -> PyResult<Self> {
        match value.cast::<Regimes>() {
            Ok(regimes) => Ok(Self::Judged(regimes.get().classified().0)),
            Err(_) => Given::new(py, "flows", value, datasets).map(Self::Given),
        }
    }

    /// The flows by year, and what they are in the lineage.
    fn years(
        self,
        opened: &Opened,
        unit: Option<&str>,
        library: &Library,
        watch: &Watch,
        found: &mut Diagnostics,
    ) -> Option<(FlowYears, serde_json::Value)> {
        let judged = match self {
            Self::Judged(judged) => judged,
            Self::Given(given) => {
                let (data, reference, _) = given.open(watch, found);
                let rules = Rules::find(DEFAULT_RULES, library, found);
                Arc::new(Judged::new(data?, rules?, &reference, watch, found)?)
            }
        };
        let coop = &opened.manifest.coop;
        let unit = unit.or(coop.currency.as_deref());
        let years = FlowYears::new(&judged, coop.agent.as_deref(), unit, found)?;
        Some((years, report::drift::flows_in_lineage(&judged)))
    }
}

/// A rate from 0 to 1.
fn fraction(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Exact> {
    let text = number(name, value)?;
    decimal::parse(&text).ok().filter(|rate| *rate >= decimal::zero() && *rate <= decimal::one()).ok_or_else(
        || PyValueError::new_err(format!("{name}: {text} is not a rate from 0 to 1, such as 0.2")),
    )
}

/// A number of years, 0 or more.
fn years(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u32> {
    if !value.hasattr("__index__")? || value.is_instance_of::<pyo3::types::PyBool>() {
        return Err(wrong_type(name, value, "a number of years (int)"));
    }
    value.extract().ok().filter(|years| *years <= 200).ok_or_else(|| {
        PyValueError::new_err(format!("{name}: {value} is not a number of years from 0 to 200"))
    })
}
