//! Footprints in physical units.

use std::ops::Range;
use std::sync::Arc;

use pyo3::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::supply::Supply;
use truecost::pricing::Choices;
use truecost::report::columns::{Columns, csv_of};
use truecost::report::{footprints as report, json};
use truecost::study::footprints::{self as study, FootprintTable};

use crate::answers::{Json, Notices};
use crate::arguments::{Maybe, named, optional_text, optional_year};
use crate::choices::{indices as index_values, rates as rate_values};
use crate::given::Given;
use crate::long::long;
use crate::parted::{Answer, Parted};
use crate::table::Table;
use crate::watch::Watch;

/// Footprints of products: the answer of `truecost.footprints`. It never changes.
///
/// `print` shows the table of the command line; `table` is a table for polars, pandas, DuckDB and others.
///
/// >>> import truecost as tc
/// >>> coffee = tc.footprints("datasets/supply/coffee", products="filter-coffee")
/// >>> len(coffee.indicators)
/// 22
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Footprints {
    answer: Answer<FootprintTable>,
}

impl Parted for FootprintTable {
    fn count(&self) -> usize {
        self.points.len() * self.indicators.len()
    }

    fn some(&self, rows: Range<usize>) -> Columns {
        report::rows(self, rows)
    }

    fn lineage(&self) -> String {
        json::lineage(&self.lineage).to_string()
    }

    fn csv(&self) -> String {
        csv_of(report::parts(self))
    }

    fn json(&self) -> String {
        json::text(&report::json(self))
    }
}

/// Footprints of products in physical units, per reference unit, along their whole chains, each with a bound on its error.
/// No factor set is needed.
///
/// `dataset`: a `truecost.Dataset`, or the path of one.
///
/// - `products`: only these, by id; `None` for all. `indicators`: likewise.
/// - `currency`, `year`: of amounts that are money, such as a wage gap; what the manifest says if left out.
/// - `indices`, `rates`: your own price indices and exchange rates, as for `truecost.price`.
/// - `datasets`: a folder whose `reference/` wins over what is built in.
/// - `progress`: as for `truecost.price`.
///
/// Raises `NotFoundError` and `DataError`, and `ChoiceError` where money needs a currency.
///
/// >>> import truecost as tc
/// >>> coffee = tc.footprints("datasets/supply/coffee", products="filter-coffee", indicators="climate-change")
/// >>> row = coffee.table.to_pylist()[0]
/// >>> round(row["amount"], 5), row["amount_unit"], row["unit"], row["coverage"], row["proved"]
/// (0.04311, 'kg CO2-eq', 'cup', 'partial', True)
#[pyfunction]
#[pyo3(signature = (
    dataset: "Dataset | str | os.PathLike[str]",
    *,
    products: "str | typing.Iterable[str] | None" = None,
    indicators: "str | typing.Iterable[str] | None" = None,
    currency: "str | None" = None,
    year: "int | None" = None,
    indices: "typing.Mapping[int | tuple[str, int], truecost._arrow.Figure] | None" = None,
    rates: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Footprints")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn footprints(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    products: Maybe,
    indicators: Maybe,
    currency: Maybe,
    year: Maybe,
    indices: Maybe,
    rates: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Footprints> {
    let asked = named("indicators", indicators)?;
    let choices = Choices {
        products: named("products", products)?,
        currency: optional_text("currency", currency)?,
        year: optional_year("year", year)?,
        indices: indices.map(index_values).transpose()?.unwrap_or_default(),
        rates: rates.map(|rates| rate_values("rates", rates)).transpose()?.unwrap_or_default(),
        ..Choices::default()
    };
    let given = Given::new(py, "dataset", dataset, datasets)?;
    let mut warnings = given.warnings();
    let (found, noticed) = long(py, progress, |watch, found| answer(given, &choices, &asked, watch, found))?;
    warnings.extend(noticed);
    Ok(Footprints { answer: Answer::new(found, warnings) })
}

fn answer(
    given: Given<Supply>,
    choices: &Choices,
    indicators: &[String],
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<FootprintTable> {
    let (supply, reference, library) = given.open(watch, found);
    let mut reference = Arc::unwrap_or_clone(reference);
    let default = supply.as_ref().and_then(|supply| supply.manifest.defaults.factors.as_deref());
    let request = choices.request(&library, &mut reference, default, found);
    study::footprints(&*supply?, &request, indicators, &reference, watch, found)
}

#[pymethods]
impl Footprints {
    /// One row a product x origin x indicator: amount, unit, bound on its error, whether that is proved, and how far the chain
    /// states it. The amount is null where nothing is stated.
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.answer.table(py)
    }

    /// Ids of the indicators, in the order of the rows.
    #[getter]
    fn indicators(&self) -> Vec<String> {
        self.answer.found.indicators.iter().map(|indicator| indicator.id.clone()).collect()
    }

    /// What the answer rests on: the dataset with version, licence and hash, choices, sources, verification and cautions.
    #[getter]
    fn lineage(&self) -> Json {
        Json(self.answer.found.lineage())
    }

    /// What was noticed while reading and solving, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        self.answer.warnings()
    }

    /// The answer as JSON, with the lineage; where products were named, with the processes that do not state an indicator.
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
        let (points, indicators) = (self.answer.found.points.len(), self.answer.found.indicators.len());
        format!("truecost.Footprints({points} products, {indicators} indicators)")
    }
}
