//! Pricing, and its answer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::data::products::unknown;
use truecost::data::reference::Reference;
use truecost::data::source::Library;
use truecost::data::supply::Supply;
use truecost::data::write::Batch;
use truecost::pricing::{self, Choices, Prepared, Request, scenario};
use truecost::report::columns::{self, Columns};
use truecost::report::{coverage, explain, files, html as pages, json, table};
use truecost::study::contribution::{Graph, graphs_of};

use crate::answers::{Json, Notices};
use crate::arguments::{Maybe, named, optional_text, text};
use crate::choices::Valuing;
use crate::diagnose::one;
use crate::given::Given;
use crate::long::long;
use crate::table::Table;
use crate::watch::Watch;
use crate::{arguments, html, scenarios};

/// True prices: the answer of `truecost.price`, with where every number comes from. It never changes.
///
/// `print` shows the table of the command line, a notebook shows the same as HTML. `table`, `breakdown`, `coverage` and
/// `indicators` are tables for polars, pandas, DuckDB and others.
///
/// >>> import truecost as tc
/// >>> prices = tc.price("datasets/supply/coffee")
/// >>> prices.currency, prices.year, prices.factors
/// ('EUR', 2024, 'true-price-2025:standard')
#[pyclass(frozen, module = "truecost")]
pub(crate) struct TruePrices {
    prices: pricing::TruePrices,
    prepared: Prepared,
    request: Request,
    reference: Reference,
    warnings: Vec<Diagnostic>,
    /// What it is read from, where that is a path: `write` puts no file in place of it.
    read: Option<PathBuf>,
    table: PyOnceLock<Py<Table>>,
    breakdown: PyOnceLock<Py<Table>>,
    coverage: PyOnceLock<Py<Table>>,
}

/// Prices a supply dataset: external costs, gap and true price of every product, per reference unit.
///
/// `dataset`: a `truecost.Dataset`, or the path of one. What is left out is taken from its manifest.
///
/// - `factors`: a name (`SET` or `SET:VARIANT`), a path, or a `truecost.FactorSet`.
/// - `year`, `currency`: price year and currency of the answer; the year is the latest that all tables in use have if
///   nobody says.
/// - `emission_year`: of processes that state no period; the price year if left out.
/// - `prices`: a price list to lay over the dataset: a CSV or Parquet file, a workbook, a folder, or a name such as `us-bls-2021`.
/// - `outside`: what to do where the factor set is not valid: list the amount `"unpriced"`, use the factor `"as_is"`,
///   flagged, or `"transfer"` it as its class says.
/// - `order`: `"inflate-first"` in the own currency, or `"convert-first"`.
/// - `netting`: let benefits cancel costs; the answer says so.
/// - `origin`: place of published footprints whose region is `origin`.
/// - `indices`: your own values of a price index: `{("hicp-euro-area", 2026): 131.2}`, or `{2026: 131.2}` for the index
///   of the factor set.
/// - `rates`, `ppp_rates`: your own exchange rates in units per euro: `{("USD", 2026): 1.15}`.
/// - `income`: GDP per head in PPP for income transfers: the path of a dataset of kind `income`.
/// - `products`: only these, by id; `None` for all. An empty list is refused: it would be all too.
/// - `scenario`: changes to lay over the dataset first, as for `truecost.compare`: a path, or a mapping with the keys of a
///   scenario file.
/// - `datasets`: a folder whose `factors/`, `reference/` and `prices/` win over what is built in.
/// - `progress`: `True` for a bar, a callable of `(stage, done, total)`, or a bar with the protocol of tqdm.
///
/// Other threads run meanwhile, and Ctrl-C stops it. Raises `ChoiceError` where nobody says what to price with,
/// `NotFoundError` for names that there are not, and `DataError` with every problem of the data. What the engine warns
/// of is a `TrueCostWarning`, and in `.warnings` of the answer.
///
/// >>> import truecost as tc
/// >>> prices = tc.price("datasets/supply/grocery", products="banana")
/// >>> row = prices.table.to_pylist()[0]
/// >>> row["market_price"] + row["gap"] == row["true_price"]
/// True
#[pyfunction]
#[pyo3(signature = (
    dataset: "Dataset | str | os.PathLike[str]",
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
    scenario: "str | os.PathLike[str] | typing.Mapping[str, typing.Any] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "TruePrices")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn price(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
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
) -> PyResult<TruePrices> {
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
    let given = Given::new(py, "dataset", dataset, datasets)?;
    let mut noticed = given.warnings();
    let scenario = scenario.map(|scenario| scenarios::scenario("scenario", scenario, 1)).transpose()?;
    let (mut answer, warnings) =
        long(py, progress, |watch, found| answer(given, &choices, scenario.as_ref(), watch, found))?;
    noticed.extend(warnings);
    answer.warnings = noticed;
    answer.read = arguments::path("dataset", dataset).ok();
    Ok(answer)
}

/// Reads what has to be read, and prices it; the problems of all of it are found.
fn answer(
    given: Given<Supply>,
    choices: &Choices,
    scenario: Option<&scenario::Given>,
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<TruePrices> {
    let (supply, reference, library): (Option<Arc<Supply>>, Arc<Reference>, Library) =
        given.open(watch, found);
    let mut reference = Arc::unwrap_or_clone(reference);
    let default = supply.as_ref().and_then(|supply| supply.manifest.defaults.factors.as_deref());
    let request = choices.request(&library, &mut reference, default, found);
    let (supply, request) = scenarios::laid_over(scenario, supply?, request, &reference, found)?;
    let prepared = pricing::prepare(supply, &request, &library, &reference, found)?;
    let prices = pricing::price(&prepared, &request, &reference, watch, found)?;
    Some(TruePrices {
        prices,
        prepared,
        request,
        reference,
        warnings: Vec::new(),
        read: None,
        table: PyOnceLock::new(),
        breakdown: PyOnceLock::new(),
        coverage: PyOnceLock::new(),
    })
}

impl TruePrices {
    /// A table, made when it is first asked for.
    fn made(
        &self,
        py: Python<'_>,
        kept: &PyOnceLock<Py<Table>>,
        columns: fn(&pricing::TruePrices) -> Columns,
    ) -> PyResult<Py<Table>> {
        let make = || {
            let lineage = json::lineage(&self.prices.lineage).to_string();
            Py::new(py, py.detach(|| Table::with_lineage(&columns(&self.prices), &lineage))?)
        };
        kept.get_or_try_init(py, make).map(|table| table.clone_ref(py))
    }

    /// The chains that the report draws. They are solved when a report is written.
    fn graphs(&self, py: Python<'_>) -> PyResult<Vec<Option<Graph>>> {
        let (graphs, _) = long(py, None, |watch, found| {
            let Self { prices, prepared, request, reference, .. } = self;
            // What is noticed was told with the prices.
            let mut again = Diagnostics::new();
            let graphs = graphs_of(prices, prepared, request, reference, watch, &mut again);
            if graphs.is_none() {
                found.extend(again);
            }
            graphs
        })?;
        Ok(graphs)
    }

    fn check_product(&self, id: &str) -> Result<(), Diagnostic> {
        let products = &self.prepared.supply.products;
        if products.iter().any(|product| product.id == id) {
            return Ok(());
        }
        Err(unknown(id, products))
    }
}

#[pymethods]
impl TruePrices {
    /// One row a product x origin: market price, external cost by dimension, internalised, gap and true price with their
    /// scenarios, and what is covered. Money per reference unit; no value where there is no price.
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.table, columns::true_prices)
    }

    /// One row a product x origin x stage x region x indicator x factor. The costs of a product add up to its external
    /// cost exactly.
    #[getter]
    fn breakdown(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.breakdown, columns::breakdown)
    }

    /// One row a product x origin x indicator x status: what became of every indicator, and why.
    #[getter]
    fn coverage(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.made(py, &self.coverage, coverage::coverage)
    }

    /// One row an indicator of the answer: id, name, unit, dimension and kind.
    #[getter]
    fn indicators(&self) -> PyResult<Table> {
        Table::of(&coverage::indicators_of(&self.prices))
    }

    /// What the answer rests on: datasets with versions, licences and hashes, choices, sources, verification, cautions
    /// and notes.
    #[getter]
    fn lineage(&self) -> Json {
        Json(json::lineage(&self.prices.lineage).to_string())
    }

    /// The currency of all money in the answer.
    #[getter]
    fn currency(&self) -> String {
        self.prices.target.currency.to_string()
    }

    /// The price year of all money in the answer.
    #[getter]
    fn year(&self) -> i32 {
        self.prices.target.year
    }

    /// The factor set, with its variant.
    #[getter]
    fn factors(&self) -> String {
        self.prepared.set.label()
    }

    /// What was noticed while reading and pricing, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    /// Walks the numbers of a product back to the rows and sources that made them, as text; `indicator` narrows it to
    /// one. For `progress` see `truecost.price`.
    ///
    /// Raises `NotFoundError` if there is no such product or indicator.
    ///
    /// >>> import truecost as tc
    /// >>> prices = tc.price("datasets/supply/grocery")
    /// >>> print(prices.explain("banana", "climate-change").splitlines()[0])
    /// Banana (banana, NL), per kg: EUR 2024, factors ce-delft-2024:standard
    #[pyo3(signature = (
        product: "str",
        indicator: "str | None" = None,
        *,
        progress: "truecost._progress.Progress" = None,
    ) -> "str")]
    fn explain(
        &self,
        py: Python<'_>,
        product: &Bound<'_, PyAny>,
        indicator: Maybe,
        progress: Maybe,
    ) -> PyResult<String> {
        let (product, indicator) = (text("product", product)?, optional_text("indicator", indicator)?);
        self.check_product(&product).map_err(|diagnostic| one(py, diagnostic))?;
        let (text, _) = long(py, progress, |watch, found| {
            let Self { prepared, request, reference, .. } = self;
            explain::explain(prepared, request, reference, &product, indicator.as_deref(), watch, found)
        })?;
        Ok(text)
    }

    /// Writes the files of `truecost price --out` into a folder, all of them or none, and gives their paths:
    /// `true_prices.csv`, `.parquet`, `.json` and `.xlsx`, `breakdown.parquet`, the report `index.html` and the shelf
    /// labels `labels.html`.
    ///
    /// Raises `UnwritableError`.
    #[pyo3(signature = (folder: "str | os.PathLike[str]") -> "list[pathlib.Path]")]
    fn write(&self, py: Python<'_>, folder: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
        let folder = arguments::path("folder", folder)?;
        let graphs = self.graphs(py)?;
        let write = || {
            let files = files::stage(&folder, &self.prices, &graphs)?;
            self.read.iter().try_for_each(|read| files.spare(read))?;
            files.commit()
        };
        let written = py.detach(write);
        written.map_err(|diagnostic| one(py, diagnostic))
    }

    /// Writes the report, to read and print without a network: one page as the file `path`, or, if `path` does not end in
    /// `.html`, all its pages into that folder. Gives the file to open.
    ///
    /// Raises `UnwritableError`, and `ValueError` where more products than fit one page are to go into one file.
    #[pyo3(signature = (path: "str | os.PathLike[str]") -> "pathlib.Path")]
    fn to_html(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
        let path = arguments::path("path", path)?;
        let graphs = self.graphs(py)?;
        let pages = py.detach(|| pages::render(&self.prices, &graphs, self.prices.target.currency));
        let mut pages = pages.map_err(|error| PyValueError::new_err(error.to_string()))?;
        let is_file = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("html"));
        if is_file && pages.len() > 1 {
            let count = self.prices.products.len();
            let message =
                format!("path: {count} products do not fit one page; name a folder instead of a file");
            return Err(PyValueError::new_err(message));
        }
        let (folder, first) = match path.file_name().filter(|_| is_file) {
            Some(name) => {
                for page in &mut pages {
                    page.0 = name.to_string_lossy().into_owned();
                }
                (path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")), path.clone())
            }
            None => (path.as_path(), path.join("index.html")),
        };
        let write = || {
            let mut batch = Batch::report(folder)?;
            pages.iter().try_for_each(|(name, page)| batch.add(name, page.as_bytes()))?;
            batch.commit()
        };
        py.detach(write).map_err(|diagnostic| one(py, diagnostic))?;
        Ok(first)
    }

    /// A page of HTML with a shelf label for each product, 70 by 40 millimetres, to print and cut.
    ///
    /// >>> import truecost as tc
    /// >>> prices = tc.price("datasets/supply/grocery", products="banana")
    /// >>> "1.60</b>" in prices.labels()
    /// True
    fn labels(&self, py: Python<'_>) -> PyResult<String> {
        let page = py.detach(|| pages::labels(&self.prices, self.prices.target.currency));
        page.map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// The answer as JSON: exact, with every indicator and the lineage. Money is text.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| json::text(&json::true_prices(&self.prices)))
    }

    /// `table` as CSV, exact; in words where there is no amount.
    fn to_csv(&self, py: Python<'_>) -> String {
        py.detach(|| String::from_utf8_lossy(&columns::csv(&columns::true_prices(&self.prices))).into_owned())
    }

    fn __str__(&self) -> String {
        table::true_prices(&self.prices)
    }

    fn __repr__(&self) -> String {
        format!(
            "truecost.TruePrices({:?}: {} products, {} {}, factors {})",
            self.prepared.supply.name,
            self.prices.products.len(),
            self.prices.target.currency,
            self.prices.target.year,
            html::factors(&self.prices)
        )
    }

    fn _repr_html_(&self) -> String {
        html::true_prices(&self.prices)
    }
}
