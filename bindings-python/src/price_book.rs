//! Price books: compiled from a dataset, read and written, and sent to other processes.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::data::reference::Reference;
use truecost::data::source::{Library, read_file};
use truecost::data::supply::Supply;
use truecost::data::write;
use truecost::pricing::book::{self, Book, ipc};
use truecost::pricing::{self, Choices, scenario};
use truecost::report::columns::Columns;
use truecost::report::price_book as tables;

use crate::answers::{Json, Notices};
use crate::arguments::{self, Maybe, wrong_type};
use crate::choices::Valuing;
use crate::diagnose::one;
use crate::given::Given;
use crate::long::long;
use crate::scenarios;
use crate::table::Table;
use crate::watch::Watch;

/// What products cost others, compiled once, to price any number of lines with. It never changes.
///
/// `truecost.compile_price_book` makes one, `truecost.read_price_book` reads one that was written. It is small, and can
/// be pickled: Spark, Dask, Ray and others send it to their workers as it is.
///
/// >>> import pickle
/// >>> import truecost as tc
/// >>> book = tc.compile_price_book("datasets/supply/grocery")
/// >>> book.currency, book.year, len(book.products)
/// ('EUR', 2024, 99)
/// >>> pickle.loads(pickle.dumps(book)).hash == book.hash
/// True
#[pyclass(frozen, module = "truecost")]
pub(crate) struct PriceBook {
    pub(crate) book: Arc<Book>,
    hash: String,
    warnings: Vec<Diagnostic>,
}

impl PriceBook {
    fn new(book: Book, warnings: Vec<Diagnostic>) -> Self {
        let hash = book.hash();
        Self { book: Arc::new(book), hash, warnings }
    }

    fn table(&self, py: Python<'_>, columns: fn(&Book) -> Columns) -> PyResult<Table> {
        py.detach(|| Table::with_lineage(&columns(&self.book), &self.book.head.lineage))
    }

    fn bytes(&self) -> PyResult<Vec<u8>> {
        ipc::to_ipc(&self.book).map_err(|error| PyValueError::new_err(error.to_string()))
    }
}

/// What makes an object anew, and of what.
type Pickled<'py> = (Bound<'py, PyAny>, (String, Bound<'py, PyBytes>));

/// Compiles a price book of a supply dataset: what its products cost others per unit, from every place, in every year.
///
/// `dataset`: a `truecost.Dataset`, or the path of one. `years`: first and last emission year that lines may be of;
/// if left out, from the first emission year of the factors in use to the price year. `scenario`: changes to lay over the
/// dataset first, as for `truecost.compare`. All other keywords are those of `truecost.price`; `emission_year` holds for all
/// lines, whatever their year.
///
/// Raises what `truecost.price` raises.
///
/// >>> import truecost as tc
/// >>> book = tc.compile_price_book("datasets/supply/coffee", years=(2020, 2024))
/// >>> book.write("coffee.arrow").name
/// 'coffee.arrow'
#[pyfunction]
#[pyo3(signature = (
    dataset: "Dataset | str | os.PathLike[str]",
    *,
    years: "tuple[int, int] | None" = None,
    factors: "FactorSet | str | os.PathLike[str] | None" = None,
    year: "int | None" = None,
    currency: "str | None" = None,
    emission_year: "int | None" = None,
    prices: "str | os.PathLike[str] | None" = None,
    outside: "typing.Literal['unpriced', 'as_is', 'transfer'] | None" = None,
    order: "typing.Literal['inflate-first', 'convert-first'] | None" = None,
    netting: "bool | None" = None,
    indices: "typing.Mapping[int | tuple[str, int], truecost._arrow.Figure] | None" = None,
    rates: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    ppp_rates: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    income: "str | os.PathLike[str] | None" = None,
    scenario: "str | os.PathLike[str] | typing.Mapping[str, typing.Any] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "PriceBook")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn compile_price_book(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    years: Maybe,
    factors: Maybe,
    year: Maybe,
    currency: Maybe,
    emission_year: Maybe,
    prices: Maybe,
    outside: Maybe,
    order: Maybe,
    netting: Maybe,
    indices: Maybe,
    rates: Maybe,
    ppp_rates: Maybe,
    income: Maybe,
    scenario: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<PriceBook> {
    let valuing = Valuing {
        factors,
        year,
        currency,
        emission_year,
        prices,
        outside,
        order,
        netting,
        origin: None,
        indices,
        rates,
        ppp_rates,
        income,
    };
    let choices = valuing.choices()?;
    let years = years.map(span).transpose()?;
    let given = Given::new(py, "dataset", dataset, datasets)?;
    let mut noticed = given.warnings();
    let scenario = scenario.map(|scenario| scenarios::scenario("scenario", scenario, 1)).transpose()?;
    let work = |watch: &Watch, found: &mut Diagnostics| {
        compile(given, &choices, years, scenario.as_ref(), watch, found)
    };
    let (book, warnings) = long(py, progress, work)?;
    noticed.extend(warnings);
    Ok(PriceBook::new(book, noticed))
}

fn compile(
    given: Given<Supply>,
    choices: &Choices,
    years: Option<(i32, i32)>,
    scenario: Option<&scenario::Given>,
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<Book> {
    let (supply, reference, library): (Option<Arc<Supply>>, Arc<Reference>, Library) =
        given.open(watch, found);
    let mut reference = Arc::unwrap_or_clone(reference);
    let default = supply.as_ref().and_then(|supply| supply.manifest.defaults.factors.as_deref());
    let request = choices.request(&library, &mut reference, default, found);
    let (supply, request) = scenarios::laid_over(scenario, supply?, request, &reference, found)?;
    let prepared = pricing::prepare(supply, &request, &library, &reference, found)?;
    book::compile(&prepared, &request, years, &reference, watch, found)
}

/// First and last year.
fn span(value: &Bound<'_, PyAny>) -> PyResult<(i32, i32)> {
    let pair: (Bound<'_, PyAny>, Bound<'_, PyAny>) =
        value.extract().map_err(|_| wrong_type("years", value, "a pair of years: (first, last)"))?;
    let (first, last) = (arguments::year("years", &pair.0)?, arguments::year("years", &pair.1)?);
    if first > last {
        return Err(PyValueError::new_err(format!("years: {first} comes after {last}")));
    }
    Ok((first, last))
}

/// Reads a price book that was written by `PriceBook.write` or `truecost pricebook`, or of its bytes.
///
/// Raises `UnreadableError` if there is no such file, and `DataError` if it is no price book, or damaged.
///
/// >>> import truecost as tc
/// >>> written = tc.compile_price_book("datasets/supply/coffee").write("coffee.arrow")
/// >>> tc.read_price_book(written)
/// truecost.PriceBook("coffee": 15 products, EUR 2024, factors true-price-2025:standard)
#[pyfunction]
#[pyo3(signature = (source: "str | os.PathLike[str] | bytes") -> "PriceBook")]
pub(crate) fn read_price_book(py: Python<'_>, source: &Bound<'_, PyAny>) -> PyResult<PriceBook> {
    let (book, warnings) = if let Ok(bytes) = source.cast::<PyBytes>() {
        let bytes = bytes.as_bytes().to_vec();
        long(py, None, |_, found| book::from_ipc("bytes", bytes, found))?
    } else {
        let accepted = "bytes, or a path (str or os.PathLike)";
        let path: PathBuf = source.extract().map_err(|_| wrong_type("source", source, accepted))?;
        long(py, None, |_, found| book::from_ipc(&path.to_string_lossy(), read_file(&path, found)?, found))?
    };
    Ok(PriceBook::new(book, warnings))
}

#[pymethods]
impl PriceBook {
    /// Writes it as an Arrow IPC file, whole or not at all; gives its path.
    ///
    /// Raises `UnwritableError`.
    #[pyo3(signature = (path: "str | os.PathLike[str]") -> "pathlib.Path")]
    fn write(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
        let path = arguments::path("path", path)?;
        let bytes = py.detach(|| self.bytes())?;
        py.detach(|| write::replace(&path, &bytes)).map_err(|diagnostic| one(py, diagnostic))?;
        Ok(path)
    }

    /// The bytes of its file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &py.detach(|| self.bytes())?))
    }

    /// A hash of its content: equal books have one hash.
    #[getter]
    fn hash(&self) -> &str {
        &self.hash
    }

    /// The currency of all money.
    #[getter]
    fn currency(&self) -> String {
        self.book.head.currency.to_string()
    }

    /// The price year of all money.
    #[getter]
    fn year(&self) -> i32 {
        self.book.head.year
    }

    /// First and last emission year that lines may be of; `None` where costs are the same in every year.
    #[getter]
    fn years(&self) -> Option<(i32, i32)> {
        self.book.head.years
    }

    /// Its indicators: id, name, unit, dimension and kind.
    #[getter]
    fn indicators(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, tables::indicators)
    }

    /// Its products: id, name, category, reference unit, mass, and which indicators only some processes state, or none.
    #[getter]
    fn products(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, tables::products)
    }

    /// One row a product, place and year that has costs of its own, with what stands in for factors, and what has none.
    #[getter]
    fn cells(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, tables::cells)
    }

    /// One row a product, place, year and indicator: cost to others and what is paid for it, per reference unit.
    #[getter]
    fn costs(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, tables::costs)
    }

    /// One row a product and indicator whose cost hangs on where a line is from: the amount per reference unit.
    #[getter]
    fn footprints(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, tables::footprints)
    }

    /// One row a place, year, indicator and method: money per unit of the indicator, for `footprints`.
    #[getter]
    fn factors(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, tables::factors)
    }

    /// One row a currency and year: what its money is multiplied with to be money of the book.
    #[getter]
    fn moves(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, tables::moves)
    }

    /// What was noticed while it was compiled, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    /// What it rests on, as the lineage of true prices.
    #[getter]
    fn lineage(&self) -> Json {
        Json(self.book.head.lineage.clone())
    }

    /// Pickles it: as its bytes. A process makes a book of them once.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Pickled<'py>> {
        let decoded = py.import("truecost._lines")?.getattr("decoded")?;
        Ok((decoded, (self.hash.clone(), self.to_bytes(py)?)))
    }

    /// What tells it from other books, for Dask.
    #[pyo3(signature = () -> "tuple[str, str]")]
    fn __dask_tokenize__(&self) -> (&str, &str) {
        ("truecost.PriceBook", &self.hash)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.hash == other.hash
    }

    fn __hash__(&self) -> u64 {
        self.hash
            .get(self.hash.len().saturating_sub(16)..)
            .and_then(|digits| u64::from_str_radix(digits, 16).ok())
            .unwrap_or_default()
    }

    fn __repr__(&self) -> String {
        let head = &self.book.head;
        format!(
            "truecost.PriceBook({:?}: {} products, {} {}, factors {})",
            head.dataset,
            self.book.products.len(),
            head.currency,
            head.year,
            head.factors
        )
    }
}
