//! Living wages, living incomes and reference prices.

use std::path::{Path, PathBuf};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use truecost::base::decimal::{self, Exact, one, zero};
use truecost::base::diagnostic::Diagnostics;
use truecost::data::coop::living::LivingData;
use truecost::data::coop::reference_prices::ReferencePriceSet;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Shelf};
use truecost::fairtrade::living::{Asked, benchmark, must_have};
use truecost::report::coop::{CoopReport as Report, living};

use crate::arguments::{Maybe, optional_text, optional_year, path_or_name};
use crate::choices::{indices as own_indices, number};
use crate::coop::GivenCoop;
use crate::coop_report::CoopReport;
use crate::library::library;
use crate::long::long;
use crate::watch::Watch;

/// A share from 0 to 1, with the digits it has.
fn share(name: &str, value: Maybe) -> PyResult<Option<Exact>> {
    let Some(value) = value else { return Ok(None) };
    let text = number(name, value)?;
    let share = decimal::parse(&text).ok().filter(|share| *share >= zero() && *share <= one());
    share
        .map(Some)
        .ok_or_else(|| PyValueError::new_err(format!("{name}: {text} is not a number from 0 to 1")))
}

/// Benchmarks beside the dataset's own: a name or a path.
fn chosen(benchmarks: Maybe) -> PyResult<Option<String>> {
    benchmarks.map(|value| path_or_name("benchmarks", value, "a name or a path")).transpose()
}

/// What a question about living wages and incomes is asked with.
struct Question {
    coop: GivenCoop,
    table: &'static str,
    benchmarks: Option<String>,
    indices: Vec<String>,
    library: Library,
}

impl Question {
    fn new(
        py: Python<'_>,
        table: &'static str,
        (coop, benchmarks, indices, datasets): (&Bound<'_, PyAny>, Maybe, Maybe, Maybe),
    ) -> PyResult<Self> {
        Ok(Self {
            coop: GivenCoop::new("coop", coop)?,
            table,
            benchmarks: chosen(benchmarks)?,
            indices: indices.map(own_indices).transpose()?.unwrap_or_default(),
            library: library(py, datasets)?,
        })
    }

    /// What the answer is made from, where that is in files.
    fn made_from(&self) -> Vec<PathBuf> {
        self.coop.path().into_iter().chain(self.benchmarks.as_ref().map(PathBuf::from)).collect()
    }

    fn read(self, watch: &Watch, found: &mut Diagnostics) -> Option<Asked> {
        let opened = self.coop.open(self.table, watch, found)?;
        let with = (self.benchmarks.as_deref(), self.indices.as_slice());
        Asked::read(opened, self.table, with, &self.library, found)
    }
}

/// Holds the wages of a co-op against living wages: who earns less, by how much, and what that is for each unit made.
///
/// `coop`: the path of a dataset of a co-op, or of a file of workers; or a mapping of names of tables to tables (`workers`,
/// `output`, `benchmarks`, and `settings`).
///
/// - `benchmarks`: beside the table `benchmarks` of the dataset: a name or a path; all that are built in if left out.
/// - `indices`: your own values of price indices, which move a benchmark to another year: `{("cpi-kenya", 2026): 150}`; an
///   index of your own with the code of its country, and both years: `{("cpi-hn@HN", 2022): 100, ("cpi-hn@HN", 2024): 112}`.
/// - `in_kind_cap`: of a living wage at most this share counts in kind, where a row does not say: 0.3, which no publication
///   that was read confirms.
/// - `datasets`, `progress`: see `truecost.price`.
///
/// Tables of the answer: `workers`, `jobs`, `products`, `steps`, `benchmarks`. Raises `DataError` with every problem.
///
/// >>> import polars as pl
/// >>> import truecost as tc
/// >>> workers = pl.DataFrame(
/// ...     {"id": ["ana"], "benchmark": ["lw-ke-naivasha-horticulture-2014-net"], "period": ["2014"], "pay": [12000],
/// ...      "pay_per": ["month"], "basis": ["net"], "currency": ["KES"]}
/// ... )
/// >>> tc.living_wage({"workers": workers}).table.to_pylist()[0]["gap"]
/// Decimal('5276.000000000000')
#[pyfunction]
#[pyo3(signature = (
    coop: "str | os.PathLike[str] | typing.Mapping[str, typing.Any]",
    *,
    benchmarks: "str | os.PathLike[str] | None" = None,
    indices: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    in_kind_cap: "truecost._arrow.Figure | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "CoopReport")]
pub(crate) fn living_wage(
    py: Python<'_>,
    coop: &Bound<'_, PyAny>,
    benchmarks: Maybe,
    indices: Maybe,
    in_kind_cap: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<CoopReport> {
    let question = Question::new(py, "workers", (coop, benchmarks, indices, datasets))?;
    let read = question.made_from();
    let cap = share("in_kind_cap", in_kind_cap)?;
    let answer = long(py, progress, |watch, found| {
        let asked = question.read(watch, found)?;
        let mut terms = asked.terms();
        if let Some(cap) = cap {
            terms.in_kind_cap = cap;
        }
        living::wages(&asked.data, &terms, found)
    })?;
    Ok(CoopReport::new(answer).made_from(read))
}

/// Holds the incomes of households against living incomes: who lives on less, by how much, and which price of their
/// product closes the gap.
///
/// `coop`, `benchmarks`, `indices`, `datasets`, `progress`: as in `truecost.living_wage`, with the table `households`.
///
/// - `year`: only incomes of this year.
/// - `share`: which price brings this share of the households to a living income, such as 0.8, beside all of them.
///
/// Tables of the answer: `households`, `prices`, `products`, `steps`, `benchmarks`. Raises `DataError` with every problem.
///
/// >>> import polars as pl
/// >>> import truecost as tc
/// >>> households = pl.DataFrame(
/// ...     {"id": ["h1"], "benchmark": ["li-ke-rural-kericho-2024"], "period": ["2024"], "adults": [2], "children": [3],
/// ...      "net_income": [500000], "currency": ["KES"], "product": ["tea"], "quantity": [10000], "unit": ["kg"]}
/// ... )
/// >>> report = tc.fairtrade.living_income({"households": households})
/// >>> report.table.to_pylist()[0]["gap"], report["prices"].to_pylist()[0]["rise"]
/// (Decimal('96976.000000000000'), Decimal('9.700000000000'))
#[pyfunction]
#[pyo3(signature = (
    coop: "str | os.PathLike[str] | typing.Mapping[str, typing.Any]",
    *,
    benchmarks: "str | os.PathLike[str] | None" = None,
    year: "int | None" = None,
    share: "truecost._arrow.Figure | None" = None,
    indices: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "CoopReport")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn living_income(
    py: Python<'_>,
    coop: &Bound<'_, PyAny>,
    benchmarks: Maybe,
    year: Maybe,
    share: Maybe,
    indices: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<CoopReport> {
    let question = Question::new(py, "households", (coop, benchmarks, indices, datasets))?;
    let read = question.made_from();
    let (year, share) = (optional_year("year", year)?, self::share("share", share)?);
    let answer = long(py, progress, |watch, found| {
        let asked = question.read(watch, found)?;
        living::income(&asked.data, year, share.as_ref(), &asked.terms(), found)
    })?;
    Ok(CoopReport::new(answer).made_from(read))
}

/// The price at the farm gate that gives a living income, of each farm of a dataset; or published prices held against
/// their inputs.
///
/// `coop`: the path of a dataset of a co-op, or of a file of farms; a mapping with the table `farms`; or the name of a
/// dataset of published prices, `"living-income-reference-prices"`.
///
/// >>> import truecost as tc
/// >>> prices = tc.fairtrade.reference_price("living-income-reference-prices")
/// >>> [row["id"] for row in prices.table.to_pylist() if row["of_inputs"] is not None]
/// ['lirp-ci-cocoa-2025']
#[pyfunction]
#[pyo3(signature = (
    coop: "str | os.PathLike[str] | typing.Mapping[str, typing.Any]",
    *,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "CoopReport")]
pub(crate) fn reference_price(
    py: Python<'_>,
    coop: &Bound<'_, PyAny>,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<CoopReport> {
    let library = library(py, datasets)?;
    let coop = GivenCoop::new("coop", coop)?;
    let read = coop.path();
    let answer = long(py, progress, |watch, found| {
        let reference = Reference::read(&library, found);
        if let GivenCoop::Path(path) = &coop
            && let Some(set) = named(path, &library, &reference, found)
        {
            return living::published(&set?, found);
        }
        farms(coop, &reference, watch, found)
    })?;
    Ok(CoopReport::new(answer).made_from(read))
}

/// A dataset of published prices, if the path is no path but its name.
#[expect(clippy::option_option, reason = "not named is not wrong")]
fn named(
    path: &Path,
    library: &Library,
    reference: &Reference,
    found: &mut Diagnostics,
) -> Option<Option<ReferencePriceSet>> {
    let name = path.to_str().filter(|_| !path.exists())?;
    if !library.names(Shelf::Fairtrade).iter().any(|known| known == name) {
        return None;
    }
    let source = library.find(Shelf::Fairtrade, name).map_err(|problem| found.push(problem)).ok();
    Some(source.and_then(|source| ReferencePriceSet::read(source, reference, found)))
}

fn farms(coop: GivenCoop, reference: &Reference, watch: &Watch, found: &mut Diagnostics) -> Option<Report> {
    let opened = coop.open("farms", watch, found)?;
    must_have(&opened, "farms", found);
    let data = LivingData::read(opened, reference, found);
    living::reference_price(&data, found)
}

/// Living wages and living incomes by region and year, with their ids, owners and sources.
///
/// - `country`: only of this one, such as `"KE"`.
/// - `benchmarks`: of this dataset: a name or a path; all that are built in if left out.
///
/// >>> import truecost as tc
/// >>> [row["amount"] for row in tc.fairtrade.benchmarks(country="UG").table.to_pylist()]
/// ['14423256']
#[pyfunction]
#[pyo3(signature = (
    *,
    country: "str | None" = None,
    benchmarks: "str | os.PathLike[str] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
) -> "CoopReport")]
pub(crate) fn benchmarks(
    py: Python<'_>,
    country: Maybe,
    benchmarks: Maybe,
    datasets: Maybe,
) -> PyResult<CoopReport> {
    let (country, chosen) = (optional_text("country", country)?, chosen(benchmarks)?);
    let library = library(py, datasets)?;
    let read = chosen.as_ref().map(PathBuf::from);
    let answer = long(py, None, |_, found| {
        let reference = Reference::read(&library, found);
        let sets = benchmark::sets(chosen.as_deref(), &library, &reference, found)?;
        living::benchmarks(&sets, country.as_deref(), &reference.regions, found)
    })?;
    Ok(CoopReport::new(answer).made_from(read))
}
