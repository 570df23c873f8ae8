//! How to price, from keywords of Python to the choices of the engine.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyMapping, PyTuple};
use truecost::data::factors::FactorSet as Set;
use truecost::valuation::{Order, Outside};

use truecost::pricing::Choices;

use crate::arguments::{
    Maybe, first, flag, optional_text, optional_year, path, path_or_name, text, word, wrong_type, year,
};
use crate::catalogue::FactorSet;

/// What to do where a factor set is not valid, in words.
const OUTSIDE: [(&str, Outside); 3] =
    [("unpriced", Outside::Unpriced), ("as_is", Outside::AsIs), ("transfer", Outside::Transfer)];

/// Which comes first when money changes year and currency, in words.
const ORDER: [(&str, Order); 2] =
    [("inflate-first", Order::InflateFirst), ("convert-first", Order::ConvertFirst)];

/// How to price, as keywords of Python.
pub(crate) struct Valuing<'a, 'py> {
    pub(crate) factors: Maybe<'a, 'py>,
    pub(crate) year: Maybe<'a, 'py>,
    pub(crate) currency: Maybe<'a, 'py>,
    pub(crate) emission_year: Maybe<'a, 'py>,
    pub(crate) prices: Maybe<'a, 'py>,
    pub(crate) outside: Maybe<'a, 'py>,
    pub(crate) order: Maybe<'a, 'py>,
    pub(crate) netting: Maybe<'a, 'py>,
    pub(crate) origin: Maybe<'a, 'py>,
    pub(crate) indices: Maybe<'a, 'py>,
    pub(crate) rates: Maybe<'a, 'py>,
    pub(crate) ppp_rates: Maybe<'a, 'py>,
    pub(crate) income: Maybe<'a, 'py>,
}

impl Valuing<'_, '_> {
    /// The first keyword that was given.
    pub(crate) fn first(&self) -> Option<&'static str> {
        first(&[
            ("factors", self.factors),
            ("year", self.year),
            ("currency", self.currency),
            ("emission_year", self.emission_year),
            ("prices", self.prices),
            ("outside", self.outside),
            ("order", self.order),
            ("netting", self.netting),
            ("origin", self.origin),
            ("indices", self.indices),
            ("rates", self.rates),
            ("ppp_rates", self.ppp_rates),
            ("income", self.income),
        ])
    }

    /// As choices of the engine, for all products.
    pub(crate) fn choices(self) -> PyResult<Choices> {
        let price_list = |list| path_or_name("prices", list, "the name or path of a price list");
        let list = |figures: PyResult<Option<Vec<String>>>| figures.map(Option::unwrap_or_default);
        let (factors, set) = self.factors.map(factors).transpose()?.unzip();
        Ok(Choices {
            factors,
            set: set.flatten(),
            currency: optional_text("currency", self.currency)?,
            year: optional_year("year", self.year)?,
            emission_year: optional_year("emission_year", self.emission_year)?,
            prices: self.prices.map(price_list).transpose()?,
            outside: self.outside.map(|o| word("outside", o, &OUTSIDE)).transpose()?.unwrap_or_default(),
            order: self.order.map(|o| word("order", o, &ORDER)).transpose()?.unwrap_or_default(),
            netting: self.netting.map(|n| flag("netting", n)).transpose()?.unwrap_or_default(),
            origin: optional_text("origin", self.origin)?,
            indices: list(self.indices.map(indices).transpose())?,
            rates: list(self.rates.map(|r| rates("rates", r)).transpose())?,
            ppp_rates: list(self.ppp_rates.map(|r| rates("ppp_rates", r)).transpose())?,
            income: self.income.map(|folder| path("income", folder)).transpose()?,
            products: Vec::new(),
        })
    }
}

/// A factor set by name or path, or the very one that was read.
fn factors(value: &Bound<'_, PyAny>) -> PyResult<(String, Option<Arc<Set>>)> {
    if let Ok(set) = value.cast::<FactorSet>() {
        return Ok((set.get().found_as.clone(), Some(set.get().set.clone())));
    }
    let accepted = "a truecost.FactorSet, a name (SET or SET:VARIANT) or a path";
    Ok((path_or_name("factors", value, accepted)?, None))
}

/// Own index values: `{2026: 131.2}` for the index of the factor set, or `{("hicp-euro-area", 2026): 131.2}`.
pub(crate) fn indices(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    figures("indices", value, |key| match key.cast::<PyTuple>() {
        Ok(_) => named_year("indices", key, "(name, year)"),
        Err(_) if key.extract::<i64>().is_ok() => Ok(year("indices", key)?.to_string()),
        Err(_) => Err(wrong_type("indices", key, "keys that are a year or (name, year)")),
    })
}

/// Own rates, units per euro: `{("USD", 2026): 1.15}`.
pub(crate) fn rates(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    figures(name, value, |key| named_year(name, key, "(currency, year)"))
}

fn named_year(name: &str, key: &Bound<'_, PyAny>, accepted: &str) -> PyResult<String> {
    let (word, number): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
        key.extract().map_err(|_| wrong_type(name, key, &format!("keys that are {accepted}")))?;
    Ok(format!("{}:{}", text(name, &word)?, year(name, &number)?))
}

/// A mapping of keys to figures, as the engine reads them: `KEY=VALUE`.
fn figures<'py>(
    name: &str,
    value: &Bound<'py, PyAny>,
    key_text: impl Fn(&Bound<'py, PyAny>) -> PyResult<String>,
) -> PyResult<Vec<String>> {
    let mapping = value.cast::<PyMapping>().map_err(|_| wrong_type(name, value, "a mapping"))?;
    let dict = PyDict::new(value.py());
    dict.update(mapping)?;
    dict.iter().map(|(key, figure)| Ok(format!("{}={}", key_text(&key)?, number(name, &figure)?))).collect()
}

/// A figure with the digits it has: int, float, `decimal.Decimal` or str.
pub(crate) fn number(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let is_number = !value.is_instance_of::<PyBool>() && value.extract::<f64>().is_ok();
    if is_number || value.is_instance_of::<pyo3::types::PyString>() {
        return Ok(value.str()?.to_str()?.to_owned());
    }
    Err(wrong_type(name, value, "values that are int, float, decimal.Decimal or str"))
}
