//! What moves a true price.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::data::supply::Supply;
use truecost::pricing::{self, Choices};
use truecost::report::{columns, json, sensitivity as report};
use truecost::study::sensitivity::{self as study, By, Of, Question};

use crate::answers::{Json, Notices};
use crate::arguments::{Maybe, optional_text, text, word};
use crate::choices::Valuing;
use crate::given::Given;
use crate::long::long;
use crate::table::Table;
use crate::watch::Watch;

const BY: [(&str, By); 2] = [("effect", By::Effect), ("uncertainty", By::Uncertainty)];

/// What moves a result of one product: the answer of `truecost.sensitivity`. It never changes.
///
/// `print` shows the lists of the command line; `table` is a table for polars, pandas, DuckDB and others.
///
/// >>> import truecost as tc
/// >>> moving = tc.sensitivity("datasets/supply/coffee", "filter-coffee", of="climate-change", top=1)
/// >>> moving.of, moving.unit, moving.per
/// ('climate-change', 'kg CO2-eq', 'cup')
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Sensitivity {
    found: study::Sensitivity,
    warnings: Vec<Diagnostic>,
    table: PyOnceLock<Py<Table>>,
}

/// Says which data move a result of a product most, and by how much: every input, intervention, factor, payment, price,
/// output, share and property that it rests on.
///
/// `dataset`: a `truecost.Dataset`, or the path of one. `product`: its id; where it is made in several places, `origin` says
/// which.
///
/// - `of`: `"true-price"`, `"gap"`, `"external"`, an indicator (its footprint), or `"cost:INDICATOR"`; the true price if left
///   out, or the gap where there is no market price.
/// - `by`: `"effect"` ranks all data by elasticity, `"uncertainty"` those whose spread is stated by what that does to the
///   result; data of known and of unknown spread in two lists if left out.
/// - `top`: how many data of each ranking to list; `None` for all.
///
/// All else is as for `truecost.price`. Raises `ChoiceError`, `NotFoundError` and `DataError`.
///
/// >>> import truecost as tc
/// >>> moving = tc.sensitivity("datasets/supply/coffee", "filter-coffee", top=3)
/// >>> for row in moving.table.to_pylist():
/// ...     print(row["table"], row["process"], row["item"], round(row["elasticity"], 2))
/// prices  filter-coffee NL 0.63
/// processes brewing-nl filter-coffee -0.37
/// inputs brewing-nl coffee-pack NL 0.36
#[pyfunction]
#[pyo3(signature = (
    dataset: "Dataset | str | os.PathLike[str]",
    product: "str",
    *,
    of: "str | None" = None,
    by: "typing.Literal['effect', 'uncertainty'] | None" = None,
    top: "int | None" = 20,
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
) -> "Sensitivity")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn sensitivity(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    product: &Bound<'_, PyAny>,
    of: Maybe,
    by: Maybe,
    top: Option<i64>,
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
) -> PyResult<Sensitivity> {
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
    let question = Question {
        product: text("product", product)?,
        of: optional_text("of", of)?.as_deref().map(Of::parse),
        by: by.map(|by| word("by", by, &BY)).transpose()?,
        top: top.map(count).transpose()?,
    };
    let choices = Choices { products: vec![question.product.clone()], ..valuing.choices()? };
    let given = Given::new(py, "dataset", dataset, datasets)?;
    let mut warnings = given.warnings();
    let (found, noticed) =
        long(py, progress, |watch, found| answer(given, &choices, &question, watch, found))?;
    warnings.extend(noticed);
    Ok(Sensitivity { found, warnings, table: PyOnceLock::new() })
}

/// A count of 1 or more.
fn count(found: i64) -> PyResult<usize> {
    usize::try_from(found)
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| PyValueError::new_err(format!("top: {found} is not 1 or more; None lists all")))
}

/// Reads what has to be read, and finds what moves the result.
fn answer(
    given: Given<Supply>,
    choices: &Choices,
    question: &Question,
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<study::Sensitivity> {
    let (supply, reference, library) = given.open(watch, found);
    let mut reference = Arc::unwrap_or_clone(reference);
    let default = supply.as_ref().and_then(|supply| supply.manifest.defaults.factors.as_deref());
    let request = choices.request(&library, &mut reference, default, found);
    let request = question.fitted(request);
    let prepared = pricing::prepare(supply?, &request, &library, &reference, found)?;
    study::sensitivity(&prepared, &request, &reference, question, watch, found)
}

#[pymethods]
impl Sensitivity {
    /// One row a datum, the strongest of each ranking first: where it is, its amount, derivative and elasticity; if a range
    /// is known its standard deviation, what that does, and its part of the variance of the result (`share_of_variance`).
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        let make = || {
            let lineage = json::lineage(&self.found.lineage).to_string();
            Py::new(py, Table::with_lineage(&report::columns(&self.found), &lineage)?)
        };
        self.table.get_or_try_init(py, make).map(|table| table.clone_ref(py))
    }

    /// Product.
    #[getter]
    fn product(&self) -> &str {
        &self.found.product
    }

    /// Name of the product.
    #[getter]
    fn name(&self) -> &str {
        &self.found.name
    }

    /// Place the product is made in.
    #[getter]
    fn origin(&self) -> &str {
        &self.found.origin
    }

    /// Reference unit of the product.
    #[getter]
    fn per(&self) -> &str {
        &self.found.per
    }

    /// Of what the derivatives are.
    #[getter]
    fn of(&self) -> String {
        self.found.of.to_string()
    }

    /// What it is, per reference unit; `None` where no price is known.
    #[getter]
    fn value(&self) -> Option<f64> {
        self.found.value
    }

    /// Unit of the value: the currency of the answer, or that of the indicator.
    #[getter]
    fn unit(&self) -> &str {
        &self.found.unit
    }

    /// The standard deviation of the value to first order, from all data whose spread is stated; `None` where none is.
    #[getter]
    fn standard_deviation(&self) -> Option<f64> {
        self.found.deviation
    }

    /// How many data with a stated spread move the value.
    #[getter]
    fn unsure(&self) -> usize {
        self.found.unsure
    }

    /// What the answer rests on, as in `TruePrices.lineage`.
    #[getter]
    fn lineage(&self) -> Json {
        Json(json::lineage(&self.found.lineage).to_string())
    }

    /// What was noticed while reading and pricing, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    /// The answer as JSON, with the lineage.
    fn to_json(&self) -> String {
        json::text(&report::json(&self.found))
    }

    /// `table` as CSV.
    fn to_csv(&self) -> String {
        columns::csv_of(report::parts(&self.found))
    }

    fn __str__(&self) -> String {
        report::table(&self.found)
    }

    fn __repr__(&self) -> String {
        let Self { found, .. } = self;
        let count: usize = found.counts.iter().map(|(_, count)| count).sum();
        format!("truecost.Sensitivity({:?}, {:?}: {count} data)", found.product, found.of.to_string())
    }
}
