//! How lines are to be priced, from keywords of Python to the options of the engine.

use std::collections::BTreeMap;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyMapping, PyString};
use truecost::pricing::lines::{Indicators, LineOptions, Role};

use crate::arguments::{Maybe, text, texts, wrong_type};

/// How lines are to be priced, as keywords of Python.
pub(crate) struct Keywords<'a, 'py> {
    pub(crate) columns: Maybe<'a, 'py>,
    pub(crate) constants: Maybe<'a, 'py>,
    pub(crate) keep: Maybe<'a, 'py>,
    pub(crate) indicators: Maybe<'a, 'py>,
    pub(crate) bounds: bool,
    pub(crate) group_by: Maybe<'a, 'py>,
}

impl Keywords<'_, '_> {
    /// As options of the engine.
    pub(crate) fn options(self) -> PyResult<LineOptions> {
        Ok(LineOptions {
            columns: roles("columns", self.columns, |value| text("columns", value))?,
            constants: roles("constants", self.constants, constant)?,
            keep: self.keep.map(|names| texts("keep", Some(names))).transpose()?,
            indicators: self.indicators.map(indicators).transpose()?.unwrap_or_default(),
            bounds: self.bounds,
            group_by: self.group_by.map(|names| texts("group_by", Some(names))).transpose()?,
        })
    }
}

/// A mapping by role: `{"product": "sku"}`.
fn roles(
    name: &str,
    value: Maybe,
    read: impl Fn(&Bound<'_, PyAny>) -> PyResult<String>,
) -> PyResult<BTreeMap<Role, String>> {
    let Some(value) = value else { return Ok(BTreeMap::new()) };
    let mapping = value.cast::<PyMapping>().map_err(|_| wrong_type(name, value, "a mapping by role"))?;
    let dict = PyDict::new(value.py());
    dict.update(mapping)?;
    dict.iter().map(|(key, value)| Ok((role(name, &key)?, read(&value)?))).collect()
}

fn role(name: &str, key: &Bound<'_, PyAny>) -> PyResult<Role> {
    let word = text(name, key)?;
    Role::parse(&word).ok_or_else(|| {
        let words: Vec<&str> = Role::ALL.into_iter().map(Role::word).collect();
        PyValueError::new_err(format!("{name}: {word:?} is not a role; there are {}", words.join(", ")))
    })
}

/// What holds for all lines, with the digits it has.
fn constant(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let is_number = !value.is_instance_of::<PyBool>() && value.extract::<f64>().is_ok();
    let is_date = value.hasattr("isoformat")?;
    if is_number || is_date || value.is_instance_of::<PyString>() {
        return Ok(value.str()?.to_str()?.to_owned());
    }
    Err(wrong_type("constants", value, "values that are str, int, float, decimal.Decimal or a date"))
}

/// For which indicators there is a column.
fn indicators(value: &Bound<'_, PyAny>) -> PyResult<Indicators> {
    if value.is_instance_of::<PyString>() && text("indicators", value)? == "all" {
        return Ok(Indicators::All);
    }
    texts("indicators", Some(value)).map(Indicators::Some)
}
