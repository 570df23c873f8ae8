//! Statements of producers.

use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use truecost::data::coop::settings::LANGUAGES;
use truecost::data::reference::Reference;
use truecost::fairtrade::statements::{self as engine, Choices, Dates};
use truecost::report::coop::statements::report;

use crate::arguments::{Maybe, named, text, word, wrong_type};
use crate::coop::GivenCoop;
use crate::coop_report::CoopReport;
use crate::library::library;
use crate::long::long;

/// Writes the statements of a co-op's producers: deliveries, floor adjustments, premium, deductions, advances, payments,
/// second payments, and what is owed at the beginning and at the end. Every statement is what the books of the co-op say,
/// or there is none.
///
/// - `coop`: the path of a dataset of a co-op, a folder or a workbook; or a mapping of names of tables to tables, with
///   `"settings"` for what `[coop]` of a manifest says.
/// - `period`: such as `"2024"` or `"2024-06"`, or the first and the last day, `("2024-03-01", None)`; all days if left out.
/// - `producers`: only this one, or several; all if left out.
/// - `language`: of all pages; that of each producer if left out, else that of the co-op.
/// - `datasets`: a folder whose `reference/` wins over what is built in.
///
/// The answer has the tables `statements`, `lines`, `sums`, `products`, `totals` and `product_totals`; its `pages` are HTML
/// to read and to print.
///
/// Raises `NotFoundError` if there is no such producer, `ChoiceError` for a period that is no date, and `DataError` with every
/// problem of the data.
///
/// >>> import polars as pl
/// >>> import truecost as tc
/// >>> coop = {
/// ...     "settings": {"currency": "USD", "weight_unit": "kg"},
/// ...     "producers": pl.DataFrame({"id": ["ana"], "name": ["Ana"]}),
/// ...     "deliveries": pl.DataFrame(
/// ...         {"id": ["d1"], "date": ["2024-03-05"], "producer": ["ana"], "product": ["coffee"], "gross_weight": ["100.5"], "price": ["3.10"]}
/// ...     ),
/// ...     "payments": pl.DataFrame({"id": ["m1"], "date": ["2024-03-20"], "producer": ["ana"], "kind": ["payment"], "amount": ["300"]}),
/// ... }
/// >>> [row] = tc.statements(coop).table.to_pylist()
/// >>> row["value"], row["paid"], row["closing"]
/// (Decimal('311.550000000000'), Decimal('-300.000000000000'), Decimal('11.550000000000'))
#[pyfunction]
#[pyo3(signature = (
    coop: "str | os.PathLike[str] | typing.Mapping[str, typing.Any]",
    *,
    period: "str | tuple[str | None, str | None] | None" = None,
    producers: "str | typing.Iterable[str] | None" = None,
    language: "typing.Literal['en', 'es', 'fr'] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "CoopReport")]
pub(crate) fn statements(
    py: Python<'_>,
    coop: &Bound<'_, PyAny>,
    period: Maybe,
    producers: Maybe,
    language: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<CoopReport> {
    let given = GivenCoop::new("coop", coop)?;
    let read = given.path();
    let [whole, from, until] = days(period)?;
    let producers = named("producers", producers)?;
    let language = language.map(|language| word("language", language, &LANGUAGES)).transpose()?;
    let library = library(py, datasets)?;
    let made = long(py, progress, |watch, found| {
        let reference = Reference::read(&library, found);
        let dates = Dates::parse(whole.as_deref(), from.as_deref(), until.as_deref(), found);
        let choices = Choices { dates, producers, language };
        let opened = given.open("deliveries", watch, found)?;
        let made = engine::statements(opened, &choices, &reference, watch, found)?;
        report(&made, true).map_err(|diagnostic| found.push(diagnostic)).ok()
    })?;
    Ok(CoopReport::new(made).made_from(read))
}

/// A period, its first day, its last day.
fn days(period: Maybe) -> PyResult<[Option<String>; 3]> {
    let Some(period) = period else { return Ok([None, None, None]) };
    if period.is_instance_of::<PyString>() {
        return Ok([Some(text("period", period)?), None, None]);
    }
    let accepted = "a str, or the first and the last day as two of them";
    let refused = || wrong_type("period", period, accepted);
    let pair = period.cast::<PyTuple>().map_err(|_| refused())?;
    if pair.len() != 2 {
        return Err(refused());
    }
    let end = |at: usize| {
        let item = pair.get_item(at)?;
        if item.is_none() { Ok(None) } else { text("period", &item).map(Some) }
    };
    Ok([None, end(0)?, end(1)?])
}
