//! The manifest of tables in memory, as the TOML that a folder would hold.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyMapping};
use toml::{Table, Value};

use crate::arguments::{Maybe, path_or_name, text, wrong_type};

/// What is said of tables of which nobody said anything: the lineage of every result repeats it.
const DEFAULTS: [(&str, &str); 5] = [
    ("producer", "not stated"),
    ("citation", "not stated: tables in memory"),
    ("version", "not stated"),
    ("geography", "not stated"),
    ("licence", "not stated: tables in memory"),
];

/// Facts about a dataset, by the names of the manifest.
pub(crate) struct Facts<'a, 'py> {
    /// What kind of dataset.
    pub(crate) kind: &'static str,
    /// Texts: title, producer and so on.
    pub(crate) texts: Vec<(&'static str, Maybe<'a, 'py>)>,
    /// A name, or a mapping of name and redistribute.
    pub(crate) licence: Maybe<'a, 'py>,
    /// Settings of this kind of dataset, which stand in the section of its name.
    pub(crate) settings: Option<Table>,
    /// Factors, currency and so on.
    pub(crate) defaults: Maybe<'a, 'py>,
}

impl Facts<'_, '_> {
    /// The manifest of the dataset of this name.
    pub(crate) fn manifest(&self, name: &str) -> PyResult<String> {
        let mut table = Table::new();
        let mut put = |key: &str, value: Value| table.insert(key.to_owned(), value);
        put("kind", self.kind.into());
        put("title", name.into());
        for (key, value) in DEFAULTS {
            put(key, value.into());
        }
        for (key, value) in &self.texts {
            if let Some(value) = value {
                put(key, stated(key, value)?);
            }
        }
        put("licence", licence(self.licence)?);
        if let Some(settings) = &self.settings {
            put(self.kind, Value::Table(settings.clone()));
        }
        if let Some(defaults) = self.defaults {
            put("defaults", Value::Table(mapping("defaults", defaults)?));
        }
        toml::to_string(&table).map_err(|error| PyTypeError::new_err(error.to_string()))
    }
}

/// What an absent row of interventions means, as settings of a supply dataset.
pub(crate) fn absent(value: &Bound<'_, PyAny>) -> PyResult<Table> {
    let value = text("absent_interventions", value)?.into();
    Ok(Table::from_iter([("absent_interventions".to_owned(), value)]))
}

/// What holds of every flow whose cell is empty, and what prices flows, as settings of a flow dataset.
pub(crate) fn of_flows(stated: Maybe, supply: Maybe) -> PyResult<Option<Table>> {
    let mut settings = Table::new();
    if let Some(stated) = stated {
        settings.insert("stated".to_owned(), Value::Table(stated_of_all(stated)?));
    }
    if let Some(supply) = supply {
        let path = path_or_name("supply", supply, "a path (str or os.PathLike)")?;
        settings.insert("supply".to_owned(), path.into());
    }
    Ok((!settings.is_empty()).then_some(settings))
}

/// True and False are yes and no, as in cells.
fn stated_of_all(value: &Bound<'_, PyAny>) -> PyResult<Table> {
    let mut stated = mapping("stated", value)?;
    for (_, value) in &mut stated {
        if let Value::Boolean(flag) = value {
            *value = if *flag { "yes" } else { "no" }.into();
        }
    }
    Ok(stated)
}

/// A text, or the date of `published`.
fn stated(key: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if key == "published" && value.hasattr("isoformat")? {
        return Ok(value.str()?.to_str()?.into());
    }
    Ok(text(key, value)?.into())
}

/// A licence by name may not be passed on unless its mapping says so.
fn licence(value: Maybe) -> PyResult<Value> {
    let table = match value {
        Some(value) if value.cast::<PyMapping>().is_ok() => mapping("licence", value)?,
        Some(value) => named(&text("licence", value)?),
        None => named("not stated: tables in memory"),
    };
    Ok(Value::Table(table))
}

fn named(name: &str) -> Table {
    Table::from_iter([("name".to_owned(), name.into()), ("redistribute".to_owned(), false.into())])
}

/// A mapping of names to texts, whole numbers and truth values; `None` is left out.
pub(crate) fn mapping(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Table> {
    let mapping = value.cast::<PyMapping>().map_err(|_| wrong_type(name, value, "a mapping"))?;
    let mut table = Table::new();
    let dict = PyDict::new(value.py());
    dict.update(mapping)?;
    for (key, value) in dict {
        let key = text(name, &key)?;
        let place = format!("{name}[{key:?}]");
        let value: Value = if value.is_none() {
            continue;
        } else if let Ok(flag) = value.cast::<PyBool>() {
            flag.is_true().into()
        } else if value.is_instance_of::<PyInt>() {
            value.extract::<i64>()?.into()
        } else {
            text(&place, &value)?.into()
        };
        table.insert(key, value);
    }
    Ok(table)
}
