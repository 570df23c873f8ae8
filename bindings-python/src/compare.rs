//! A dataset beside scenarios of it, and its answer.

use std::path::{Path, PathBuf};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use serde_json::json;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::data::supply::Supply;
use truecost::data::write::Batch;
use truecost::pricing::Choices;
use truecost::pricing::scenario::Given as GivenScenario;
use truecost::report::columns::{self, Columns};
use truecost::report::{compare as report, json as texts};
use truecost::study::compare as study;

use crate::answers::{Json, Notices};
use crate::arguments::{Maybe, named};
use crate::choices::Valuing;
use crate::diagnose::one;
use crate::given::Given;
use crate::long::long;
use crate::scenarios::scenarios as given_scenarios;
use crate::table::Table;
use crate::watch::Watch;
use crate::{arguments, html};

/// A dataset beside scenarios of it: the answer of `truecost.compare`. It never changes.
///
/// `print` shows the tables of the command line. `table` has the true prices, `causes` and `causes_by_indicator` what of
/// each difference comes from which change; they add up to the last digit.
///
/// >>> import truecost as tc
/// >>> tax = {"title": "A carbon tax", "change": [{"id": "tax", "title": "100 EUR per t", "kind": "tax",
/// ...     "indicator": "climate-change", "rate": 100, "unit": "t CO2-eq", "currency": "EUR", "year": 2024,
/// ...     "market_price": "passed_on"}]}
/// >>> tc.compare("datasets/supply/coffee", tax, products="coffee-pack").names
/// ['scenario-1']
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Comparison {
    of: study::Comparison,
    warnings: Vec<Diagnostic>,
    /// What it is read from, where that is a path: `write` puts no file in place of it.
    read: Vec<PathBuf>,
    table: PyOnceLock<Py<Table>>,
    causes: PyOnceLock<Py<Table>>,
    by_indicator: PyOnceLock<Py<Table>>,
}

/// Prices a supply dataset as it is and with each scenario, and splits the differences by cause: by the Shapley value for
/// up to six causes, in the order of the scenario beyond. The parts add up exactly.
///
/// `dataset`: a `truecost.Dataset`, or the path of one. `scenarios`: a list of paths of scenario files, of folders of
/// tables, and of mappings with the keys of a scenario file (`name` is what it is called; `scenario-1` and so on if left
/// out), or one of these. The other keywords are those of `truecost.price`; scenarios are priced in the currency and price
/// year of the dataset as it is unless a change says otherwise.
///
/// Raises what `truecost.price` raises; a change that matches nothing is an error. Where a scenario does not cover the same
/// as the dataset, that is a `TrueCostWarning`.
///
/// >>> import truecost as tc
/// >>> scenario = {"title": "Less gas", "change": [{"id": "gas", "title": "Half the gas", "kind": "scale",
/// ...     "table": "inputs", "where": {"process": "roastery-blend", "product": "natural-gas"}, "by": 0.5}]}
/// >>> found = tc.compare("datasets/supply/coffee", [scenario], products="roasted-coffee")
/// >>> [(row["cause"], round(row["gap"], 3)) for row in found.causes.to_pylist()]
/// [('gas', Decimal('-0.033'))]
#[pyfunction]
#[pyo3(signature = (
    dataset: "Dataset | str | os.PathLike[str]",
    scenarios: "str | os.PathLike[str] | typing.Mapping[str, typing.Any] | typing.Iterable[str | os.PathLike[str] | typing.Mapping[str, typing.Any]]",
    *,
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
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Comparison")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn compare(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    scenarios: &Bound<'_, PyAny>,
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
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Comparison> {
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
    let asked = given_scenarios(scenarios)?;
    let given = Given::new(py, "dataset", dataset, datasets)?;
    let mut warnings = given.warnings();
    let (comparison, found) =
        long(py, progress, |watch, found| answer(given, &choices, &asked, watch, found))?;
    warnings.extend(found);
    let mut read: Vec<PathBuf> = arguments::path("dataset", dataset).into_iter().collect();
    read.extend(asked.into_iter().filter_map(|given| match given {
        GivenScenario::Path(path) => Some(path),
        GivenScenario::Json { .. } => None,
    }));
    Ok(Comparison {
        of: comparison,
        warnings,
        read,
        table: PyOnceLock::new(),
        causes: PyOnceLock::new(),
        by_indicator: PyOnceLock::new(),
    })
}

/// Reads what has to be read, and compares; the problems of all of it are found.
fn answer(
    given: Given<Supply>,
    choices: &Choices,
    asked: &[GivenScenario],
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<study::Comparison> {
    let (supply, reference, library) = given.open(watch, found);
    let mut reference = std::sync::Arc::unwrap_or_clone(reference);
    let default = supply.as_ref().and_then(|supply| supply.manifest.defaults.factors.as_deref());
    let request = choices.request(&library, &mut reference, default, found);
    let supply = supply?;
    let scenarios: Vec<_> = asked.iter().map(|given| given.read(&supply, &reference, found)).collect();
    let scenarios = scenarios.into_iter().collect::<Option<_>>()?;
    let asked = study::Asked { supply, request: &request, reference: &reference, library: &library };
    study::compare(&asked, scenarios, watch, found)
}

impl Comparison {
    /// A table, made when it is first asked for.
    fn made(
        &self,
        py: Python<'_>,
        kept: &PyOnceLock<Py<Table>>,
        columns: fn(&study::Comparison) -> Columns,
    ) -> PyResult<Py<Table>> {
        let make = || {
            let lineage = self.lineage_json().to_string();
            Py::new(py, py.detach(|| Table::with_lineage(&columns(&self.of), &lineage))?)
        };
        kept.get_or_try_init(py, make).map(|table| table.clone_ref(py))
    }

    fn lineage_json(&self) -> serde_json::Value {
        let of = &self.of;
        let scenarios: Vec<_> = of.scenarios.iter().map(|one| texts::lineage(&one.prices.lineage)).collect();
        json!({ "base": texts::lineage(&of.base.lineage), "scenarios": scenarios })
    }

    fn page(&self) -> PyResult<String> {
        report::page(&self.of).map_err(|error| PyValueError::new_err(error.to_string()))
    }
}

#[pymethods]
impl Comparison {
    /// One row a product x origin in the dataset as it is (`base`) and in each scenario: market price, external cost by
    /// dimension, internalised, gap and true price, and their differences to `base`.
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.table, report::comparison)
    }

    /// One row a scenario, product x origin and cause: what of each difference comes from it. The rows of a product add up
    /// to its differences exactly.
    #[getter]
    fn causes(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.causes, report::causes)
    }

    /// The same by indicator: the rows of a cause add up to that of `causes`.
    #[getter]
    fn causes_by_indicator(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.by_indicator, report::by_indicator)
    }

    /// What the scenarios are called, in their order.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.of.scenarios.iter().map(|one| one.scenario.name.clone()).collect()
    }

    /// How the differences of each scenario were split: `shapley` or `order`.
    #[getter]
    fn rules(&self) -> Vec<&'static str> {
        self.of.scenarios.iter().map(|one| one.rule.word()).collect()
    }

    /// The currency of all money in the answer.
    #[getter]
    fn currency(&self) -> String {
        self.of.base.target.currency.to_string()
    }

    /// The price year of the dataset as it is.
    #[getter]
    fn year(&self) -> i32 {
        self.of.base.target.year
    }

    /// What the answer rests on: of the dataset as it is, and of each scenario, which is named with its hash.
    #[getter]
    fn lineage(&self) -> Json {
        Json(self.lineage_json().to_string())
    }

    /// What was noticed, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    /// Writes the files of `truecost compare --out` into a folder, all of them or none, and gives their paths.
    ///
    /// Raises `UnwritableError`.
    #[pyo3(signature = (folder: "str | os.PathLike[str]") -> "list[pathlib.Path]")]
    fn write(&self, py: Python<'_>, folder: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
        let folder = arguments::path("folder", folder)?;
        let write = || {
            let files = report::stage(&folder, &self.of)?;
            self.read.iter().try_for_each(|read| files.spare(read))?;
            files.commit()
        };
        py.detach(write).map_err(|diagnostic| one(py, diagnostic))
    }

    /// Writes the page, to read and print without a network: as the file `path`, or, if `path` does not end in `.html`, as
    /// `index.html` of that folder. Gives the file to open.
    ///
    /// Raises `UnwritableError`.
    #[pyo3(signature = (path: "str | os.PathLike[str]") -> "pathlib.Path")]
    fn to_html(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
        let path = arguments::path("path", path)?;
        let page = py.detach(|| self.page())?;
        let is_file = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("html"));
        let (folder, name) = match path.file_name().filter(|_| is_file) {
            Some(name) => (
                path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")),
                name.to_string_lossy().into_owned(),
            ),
            None => (path.as_path(), "index.html".to_owned()),
        };
        let write = || {
            let mut batch = Batch::report(folder)?;
            batch.add(&name, page.as_bytes())?;
            batch.commit()
        };
        py.detach(write).map_err(|diagnostic| one(py, diagnostic))?;
        Ok(folder.join(name))
    }

    /// The answer as JSON: exact, with every indicator and the lineage. Money is text.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| texts::text(&report::json(&self.of)))
    }

    /// `table` as CSV, exact; in words where there is no amount.
    fn to_csv(&self, py: Python<'_>) -> String {
        py.detach(|| String::from_utf8_lossy(&columns::csv(&report::comparison(&self.of))).into_owned())
    }

    fn __str__(&self) -> String {
        report::table(&self.of)
    }

    fn __repr__(&self) -> String {
        format!(
            "truecost.Comparison({} products, {}, {} {})",
            self.of.base.products.len(),
            self.names().join(", "),
            self.of.base.target.currency,
            self.of.base.target.year,
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> String {
        py.detach(|| html::plain(&report::table(&self.of)))
    }
}
