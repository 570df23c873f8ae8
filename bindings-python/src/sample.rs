//! Samples of true prices, and their figures.

use std::sync::Arc;

use pyo3::prelude::*;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::data::supply::Supply;
use truecost::pricing::{self, Choices, scenario};
use truecost::report::json;
use truecost::report::uncertainty::{self, Uncertainty};
use truecost::study::sample::{Asked, Vary, compare, compare_pairs, price};

use crate::answers::{Json, Notices};
use crate::arguments::{Maybe, named, text, word};
use crate::choices::Valuing;
use crate::diagnose::one;
use crate::given::Given;
use crate::long::long;
use crate::scenarios;
use crate::table::Table;
use crate::watch::Watch;

/// What is drawn, in words.
const VARY: [(&str, Vary); 3] = [("all", Vary::All), ("data", Vary::Data), ("factors", Vary::Factors)];

/// Samples of true prices: the answer of `truecost.sample`. It never changes.
///
/// `print` shows the table of the command line. `table` has the figures of each product, `draws` all draws, `comparisons` who is
/// dearer than whom.
///
/// >>> import truecost as tc
/// >>> samples = tc.sample("datasets/supply/grocery", products="banana", samples=200, seed=7)
/// >>> samples.done, samples.without_solution
/// (200, 0)
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Samples {
    uncertainty: Uncertainty,
    warnings: Vec<Diagnostic>,
}

/// Says how sure true prices are: draws every amount that has a distribution and every factor that has a range, prices all
/// of it again, `samples` times, and gives mean, spread, percentiles and who is dearer than whom.
///
/// `dataset` and what says how to price are those of `truecost.price`.
///
/// - `samples`: how many; `seed`: the same seed gives the same draws on any machine.
/// - `percentiles`: those to tell, from 0 to 100; 2.5, 5, 25, 50, 75, 95 and 97.5 if nobody says.
/// - `vary`: draw `"all"`, `"data"` alone, or `"factors"` alone.
/// - `versus`: pairs of products to compare, `"product"` or `"product@origin"`; all pairs of up to six products if nobody says.
/// - `scenario`: changes to lay over the dataset first, as for `truecost.compare`; amounts that it sets are sure.
/// - `threads`: how many; the answer is the same for any number.
///
/// Ctrl-C, or a `progress` that raises `KeyboardInterrupt`, keeps the samples that are finished: `.done` says how many. Raises
/// what `truecost.price` raises.
///
/// >>> import truecost as tc
/// >>> samples = tc.sample("datasets/supply/grocery", products="banana", samples=200, seed=7)
/// >>> samples.table.to_pylist()[0]["measure"]
/// 'true_price'
#[pyfunction]
#[pyo3(signature = (
    dataset: "Dataset | str | os.PathLike[str]",
    *,
    samples: "int" = 1000,
    seed: "int" = 0,
    percentiles: "typing.Iterable[float] | None" = None,
    vary: "typing.Literal['all', 'data', 'factors'] | None" = None,
    versus: "typing.Iterable[tuple[str, str]] | None" = None,
    threads: "int | None" = None,
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
    products: "str | typing.Iterable[str] | None" = None,
    scenario: "str | os.PathLike[str] | typing.Mapping[str, typing.Any] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Samples")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn sample(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    samples: u32,
    seed: u64,
    percentiles: Maybe,
    vary: Maybe,
    versus: Maybe,
    threads: Option<usize>,
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
    products: Maybe,
    scenario: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Samples> {
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
    let choices = Choices { products: named("products", products)?, ..valuing.choices()? };
    let asked = asked(samples, seed, percentiles, vary, versus, threads)?;
    let given = Given::new(py, "dataset", dataset, datasets)?;
    let mut noticed = given.warnings();
    let scenario = scenario.map(|scenario| scenarios::scenario("scenario", scenario, 1)).transpose()?;
    let work = |watch: &Watch, found: &mut Diagnostics| {
        answer(given, &choices, scenario.as_ref(), &asked, watch, found)
    };
    let (uncertainty, warnings) = long(py, progress, work)?;
    noticed.extend(warnings);
    Ok(Samples { uncertainty, warnings: noticed })
}

fn asked(
    samples: u32,
    seed: u64,
    percentiles: Maybe,
    vary: Maybe,
    versus: Maybe,
    threads: Option<usize>,
) -> PyResult<Asked> {
    let invalid = |message: &str| Err(pyo3::exceptions::PyValueError::new_err(message.to_owned()));
    if samples < 2 {
        return invalid("samples: a spread needs two at least");
    }
    let mut asked =
        Asked { samples: samples as usize, seed, threads: threads.map(|n| n.max(1)), ..Asked::default() };
    if let Some(percentiles) = percentiles {
        let mut list = Vec::new();
        for value in percentiles.try_iter()? {
            list.push(value?.extract::<f64>()?);
        }
        if list.is_empty() || list.iter().any(|p| !(0.0..=100.0).contains(p)) {
            return invalid("percentiles: numbers from 0 to 100, one at least");
        }
        list.sort_unstable_by(f64::total_cmp);
        list.dedup();
        asked.percentiles = list;
    }
    if let Some(vary) = vary {
        asked.vary = word("vary", vary, &VARY)?;
    }
    if let Some(versus) = versus {
        for pair in versus.try_iter()? {
            asked.versus.push(pair?.extract::<(String, String)>()?);
        }
    }
    Ok(asked)
}

fn answer(
    given: Given<Supply>,
    choices: &Choices,
    scenario: Option<&scenario::Given>,
    asked: &Asked,
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<Uncertainty> {
    let (supply, reference, library): (Option<Arc<Supply>>, _, _) = given.open(watch, found);
    let mut reference = Arc::unwrap_or_clone(reference);
    let default = supply.as_ref().and_then(|supply| supply.manifest.defaults.factors.as_deref());
    let request = choices.request(&library, &mut reference, default, found);
    let (supply, request) = scenarios::laid_over(scenario, supply?, request, &reference, found)?;
    let prepared = pricing::prepare(supply, &request, &library, &reference, found)?;
    let (prices, samples) = price(&prepared, &request, &reference, asked, watch, found)?;
    if samples.is_cut_short() {
        watch.keep();
    }
    let comparisons = compare(&samples, &prices, found)?;
    Some(Uncertainty { prices, samples, comparisons })
}

#[pymethods]
impl Samples {
    /// One row a product x origin x measure (`true_price`, `gap`, `external_cost`, indicators): the figure as stated, mean, standard
    /// deviation, standard error, percentiles. Floats: a spread is an estimate.
    #[getter]
    fn table(&self) -> PyResult<Table> {
        made(uncertainty::summary_batch(&self.uncertainty))
    }

    /// One row a product x origin x sample, with a column for each indicator.
    #[getter]
    fn draws(&self) -> PyResult<Table> {
        made(uncertainty::draws_batch(&self.uncertainty))
    }

    /// One row a pair of products: how often the first is above the second, and the figures of the difference.
    #[getter]
    fn comparisons(&self) -> PyResult<Table> {
        made(uncertainty::comparisons_batch(&self.uncertainty))
    }

    /// The probability that the true price of `a` is above that of `b` (the gap, where one has no market price), by samples
    /// in which both share what they have in common.
    ///
    /// Raises `NotFoundError` if one of them was not sampled, and `ChoiceError` if they are one product.
    ///
    /// >>> import truecost as tc
    /// >>> samples = tc.sample("datasets/supply/grocery", products=["whole-milk", "banana"], samples=200)
    /// >>> samples.probability("banana", "whole-milk")
    /// 1.0
    #[pyo3(signature = (a: "str", b: "str") -> "float")]
    fn probability(&self, py: Python<'_>, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<f64> {
        let pair = (text("a", a)?, text("b", b)?);
        let Uncertainty { prices, samples, .. } = &self.uncertainty;
        let mut found = Diagnostics::new();
        let compared = compare_pairs(samples, prices, &[pair], &mut found);
        match (compared.as_deref(), found.sorted().first()) {
            (Some([pair]), _) => Ok(pair.probability()),
            (_, Some(problem)) => Err(one(py, (*problem).clone())),
            _ => Ok(f64::NAN),
        }
    }

    /// How many samples were done: fewer than asked for if the work was stopped.
    #[getter]
    fn done(&self) -> usize {
        self.uncertainty.samples.done
    }

    /// Samples without a solution that makes sense, a loop that uses up what it makes: they count in no figure.
    #[getter]
    fn without_solution(&self) -> usize {
        self.uncertainty.samples.failed.len()
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.uncertainty.samples.asked.seed
    }

    /// The currency of all money in the answer.
    #[getter]
    fn currency(&self) -> String {
        self.uncertainty.prices.target.currency.to_string()
    }

    /// The price year of all money in the answer.
    #[getter]
    fn year(&self) -> i32 {
        self.uncertainty.prices.target.year
    }

    /// What the answer rests on, as that of `truecost.price`.
    #[getter]
    fn lineage(&self) -> Json {
        Json(json::lineage(&self.uncertainty.prices.lineage).to_string())
    }

    /// What was noticed while reading and pricing, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    /// How it was sampled, and all figures, as JSON.
    fn to_json(&self) -> String {
        json::text(&uncertainty::json(&self.uncertainty))
    }

    /// `table` as CSV.
    fn to_csv(&self) -> PyResult<String> {
        let batch = uncertainty::summary_batch(&self.uncertainty);
        batch.map(|batch| uncertainty::csv(&batch)).map_err(|error| failed(&error))
    }

    fn __str__(&self) -> String {
        uncertainty::table(&self.uncertainty)
    }

    fn __repr__(&self) -> String {
        let samples = &self.uncertainty.samples;
        format!(
            "truecost.Samples({} of {} products, seed {})",
            samples.done,
            samples.products.len(),
            samples.asked.seed
        )
    }
}

fn failed(error: &arrow_schema::ArrowError) -> PyErr {
    pyo3::exceptions::PyValueError::new_err(error.to_string())
}

fn made(batch: Result<arrow_array::RecordBatch, arrow_schema::ArrowError>) -> PyResult<Table> {
    batch.map(Table::of_batch).map_err(|error| failed(&error))
}
