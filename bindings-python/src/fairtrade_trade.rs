//! Trade of a co-op: what contracts pay, which minimum prices are in force, and the mass balance.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyMapping;
use truecost::base::period::Period;
use truecost::fairtrade::mass_balance::By;
use truecost::report::coop::mass_balance as balance;
use truecost::report::coop::minimum_prices as listed;
use truecost::report::coop::pay::{self as paid, Asked, MARKET_DAYS, Prices};

use crate::arguments::{Maybe, optional_text, path_or_name, word};
use crate::arrow::speaks;
use crate::choices;
use crate::coop::GivenCoop;
use crate::coop_report::CoopReport;
use crate::library::library;
use crate::long::long;

/// Minimum prices as a caller gives them: by name or path, or in memory.
enum GivenPrices {
    Default,
    Named(String),
    Tables(GivenCoop),
}

impl GivenPrices {
    fn new(value: Maybe) -> PyResult<Self> {
        let Some(value) = value else { return Ok(Self::Default) };
        if speaks(value) || value.cast::<PyMapping>().is_ok() {
            return Ok(Self::Tables(GivenCoop::new("prices", value)?));
        }
        let accepted = "a name, a path (str or os.PathLike), a table, or a mapping of tables";
        Ok(Self::Named(path_or_name("prices", value, accepted)?))
    }

    /// The file or folder that they are in, where they are in one.
    fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Default => None,
            Self::Named(name) => Some(PathBuf::from(name)),
            Self::Tables(given) => given.path(),
        }
    }
}

/// What is to be paid for contracts: max(minimum, market, agreed) + organic differential + premium, by the prices in force
/// on the day of each contract; where a government sets the price, its FOB price and what it is below the minimum.
///
/// `contracts`: a dataset of a co-op (a folder or a workbook), a file of contracts, one table of contracts, or a mapping of
/// names of tables to tables. `market`: market prices by day, given in the same ways; those of `contracts` if left out.
/// `prices`: minimum prices and premiums, by name, path or table; the table of `contracts` if it has one, else
/// `"minimum-prices"`. `market_days`: how many days before its contract a market price may be of. `rates`: your own market
/// rates for figures in another currency than a contract, units per euro: `{("USD", 2026): 1.15}`. For `datasets` see
/// `truecost.read_dataset`, for `progress` `truecost.price`.
///
/// A contract without a figure that it needs is in the table as `not priced`, with the reason, and `failed` is true.
///
/// Raises `DataError` with every problem of every table.
///
/// >>> import polars as pl
/// >>> import truecost as tc
/// >>> contracts = pl.DataFrame(
/// ...     {"id": ["c1"], "date": ["2023-09-01"], "product": ["coffee"], "form": ["arabica-washed"],
/// ...      "quality": ["organic"], "incoterm": ["FOB"], "quantity": ["37500"], "unit": ["lb"], "market": ["1.60"],
/// ...      "price_unit": ["lb"], "currency": ["USD"]}
/// ... )
/// >>> [(row["decided"], row["pay"], row["total"]) for row in tc.fairtrade.pay(contracts).table.to_pylist()]
/// [('minimum', Decimal('2.400000000000'), Decimal('90000.000000000000'))]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
#[pyfunction]
#[pyo3(name = "fairtrade_pay", signature = (
    contracts: "str | os.PathLike[str] | truecost._arrow.ArrowTable | typing.Mapping[str, typing.Any]",
    *,
    market: "str | os.PathLike[str] | truecost._arrow.ArrowTable | typing.Mapping[str, typing.Any] | None" = None,
    prices: "str | os.PathLike[str] | truecost._arrow.ArrowTable | typing.Mapping[str, typing.Any] | None" = None,
    market_days: "int" = MARKET_DAYS,
    rates: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "CoopReport")]
pub(crate) fn pay(
    py: Python<'_>,
    contracts: &Bound<'_, PyAny>,
    market: Maybe,
    prices: Maybe,
    market_days: u32,
    rates: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<CoopReport> {
    let contracts = GivenCoop::new("contracts", contracts)?;
    let market = market.map(|market| GivenCoop::new("market", market)).transpose()?;
    let prices = GivenPrices::new(prices)?;
    let read = [contracts.path(), market.as_ref().and_then(GivenCoop::path), prices.path()];
    let rates = rates.map_or(Ok(Vec::new()), |rates| choices::rates("rates", rates))?;
    let library = library(py, datasets)?;
    long(py, progress, |watch, found| {
        let contracts = contracts.open("contracts", watch, found);
        let market = market.map(|market| market.open("market_prices", watch, found));
        let prices = match prices {
            GivenPrices::Default => Prices::Default,
            GivenPrices::Named(name) => Prices::Named(name),
            GivenPrices::Tables(given) => {
                Prices::Given(Box::new(given.open("minimum_prices", watch, found)?))
            }
        };
        let market = market.map_or(Some(None), |market| market.map(Some));
        paid::pay(
            Asked { contracts: contracts?, market: market?, prices, market_days, rates },
            &library,
            found,
        )
    })
    .map(|answer| CoopReport::new(answer).made_from(read.into_iter().flatten()))
}

/// Minimum prices, premiums and organic differentials with the days they hold, and with their sources.
///
/// `product`: only this one. `date`: only what is in force on this day (a date, or a text such as `"2024-05-01"`).
/// `prices`: by name, path or table; `"minimum-prices"` if left out. An empty figure exists and was not seen; `none` is none
/// by rule. For `datasets` see `truecost.read_dataset`.
///
/// Raises `NotFoundError` if no price is of that product.
///
/// >>> import truecost as tc
/// >>> coffee = tc.fairtrade.prices(product="coffee", date="2024-05-01").table.to_pylist()
/// >>> {row["form"]: row["minimum"] for row in coffee}["arabica-washed"]
/// '1.8'
#[pyfunction]
#[pyo3(name = "fairtrade_prices", signature = (
    *,
    product: "str | None" = None,
    date: "str | datetime.date | None" = None,
    prices: "str | os.PathLike[str] | truecost._arrow.ArrowTable | typing.Mapping[str, typing.Any] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
) -> "CoopReport")]
pub(crate) fn prices(
    py: Python<'_>,
    product: Maybe,
    date: Maybe,
    prices: Maybe,
    datasets: Maybe,
) -> PyResult<CoopReport> {
    let product = optional_text("product", product)?;
    let day = date.map(day).transpose()?;
    let prices = GivenPrices::new(prices)?;
    let read = prices.path();
    let library = library(py, datasets)?;
    long(py, None, |watch, found| {
        let prices = match prices {
            GivenPrices::Default => Prices::Default,
            GivenPrices::Named(name) => Prices::Named(name),
            GivenPrices::Tables(given) => {
                Prices::Given(Box::new(given.open("minimum_prices", watch, found)?))
            }
        };
        listed::minimum_prices(prices, product.as_deref(), day, &library, found)
    })
    .map(|answer| CoopReport::new(answer).made_from(read))
}

/// A day: a date, or a text.
fn day(value: &Bound<'_, PyAny>) -> PyResult<Period> {
    let text = value.str()?.to_string();
    Period::parse(&text)
        .filter(|day| day.day().is_some())
        .ok_or_else(|| PyValueError::new_err(format!("date: {text:?} is not a day such as \"2024-05-01\"")))
}

/// The words for how finely a balance tells time apart.
const SPANS: [(&str, By); 4] =
    [("month", By::Month), ("quarter", By::Quarter), ("year", By::Year), ("all", By::All)];

/// Is no more sold as certified than was bought? By site, product, certificate and period; every day is checked.
///
/// `dataset`: a dataset of a co-op (a folder or a workbook), a file of movements, one table of movements, or a mapping of
/// names of tables to tables (`movements` and `yields`; or `deliveries` and `contracts`). `by`: `"month"`, `"quarter"`,
/// `"year"` or `"all"`. `group`: all sites together. For `datasets` see `truecost.read_dataset`, for `progress`
/// `truecost.price`.
///
/// Stocks that fell below 0 are in `report["violations"]`, each with the first movement that broke it, and `failed` is true.
///
/// Raises `DataError` with every problem of every table.
///
/// >>> import polars as pl
/// >>> import truecost as tc
/// >>> movements = pl.DataFrame(
/// ...     {"id": ["in", "out"], "date": ["2024-01-10", "2024-02-01"], "site": ["mill", "mill"],
/// ...      "product": ["parchment", "green"], "certificate": ["fairtrade"] * 2, "kind": ["bought", "sold"],
/// ...      "quantity": ["100", "81"], "unit": ["kg", "kg"]}
/// ... )
/// >>> yields = pl.DataFrame({"input": ["parchment"], "output": ["green"], "yield": ["0.8"]})
/// >>> balance = tc.fairtrade.mass_balance({"movements": movements, "yields": yields})
/// >>> balance.failed, [(row["movement"], row["short"]) for row in balance["violations"].to_pylist()]
/// (True, [('out', 1.0)])
#[pyfunction]
#[pyo3(name = "fairtrade_mass_balance", signature = (
    dataset: "str | os.PathLike[str] | truecost._arrow.ArrowTable | typing.Mapping[str, typing.Any]",
    *,
    by: "typing.Literal['month', 'quarter', 'year', 'all'] | None" = None,
    group: "bool" = false,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "CoopReport")]
pub(crate) fn mass_balance(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    by: Maybe,
    group: bool,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<CoopReport> {
    let given = GivenCoop::new("dataset", dataset)?;
    let read = given.path();
    let by = by.map_or(Ok(By::default()), |by| word("by", by, &SPANS))?;
    let library = library(py, datasets)?;
    long(py, progress, |watch, found| {
        let opened = given.open("movements", watch, found)?;
        balance::mass_balance(opened, by, group, &library, found)
    })
    .map(|answer| CoopReport::new(answer).made_from(read))
}
