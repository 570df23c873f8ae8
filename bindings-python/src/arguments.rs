//! Arguments from Python. What does not fit is refused by name: which argument, what came, what is accepted.

use std::path::PathBuf;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBoolMethods, PyString};

/// Years that money and emissions may be of.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// An argument that was given, or left out.
pub(crate) type Maybe<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// The refusal of a value of a wrong type.
pub(crate) fn wrong_type(name: &str, value: &Bound<'_, PyAny>, accepted: &str) -> PyErr {
    let found = value.get_type().fully_qualified_name();
    let found = found.map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{name}: expected {accepted}, not {found}"))
}

/// A text.
pub(crate) fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(text.to_str()?.to_owned()),
        Err(_) => Err(wrong_type(name, value, "a str")),
    }
}

/// A text, if one was given.
pub(crate) fn optional_text(name: &str, value: Maybe) -> PyResult<Option<String>> {
    value.map(|value| text(name, value)).transpose()
}

/// The path of a file or folder.
pub(crate) fn path(name: &str, value: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    value.extract().map_err(|_| wrong_type(name, value, "a path (str or os.PathLike)"))
}

/// A path or a name, as text; `accepted` says of what.
pub(crate) fn path_or_name(name: &str, value: &Bound<'_, PyAny>, accepted: &str) -> PyResult<String> {
    let path: PathBuf = value.extract().map_err(|_| wrong_type(name, value, accepted))?;
    Ok(path.to_string_lossy().into_owned())
}

/// A year, if one was given.
pub(crate) fn optional_year(name: &str, value: Maybe) -> PyResult<Option<i32>> {
    value.map(|value| year(name, value)).transpose()
}

/// A year of 1900 to 2200.
pub(crate) fn year(name: &str, value: &Bound<'_, PyAny>) -> PyResult<i32> {
    let is_whole = value.hasattr("__index__")? && !value.is_instance_of::<PyBool>();
    if !is_whole {
        return Err(wrong_type(name, value, "a year (int)"));
    }
    value
        .extract()
        .ok()
        .filter(|year| YEARS.contains(year))
        .ok_or_else(|| PyValueError::new_err(format!("{name}: {value} is not a year from 1900 to 2200")))
}

/// One of a few words.
pub(crate) fn word<T: Copy>(name: &str, value: &Bound<'_, PyAny>, words: &[(&str, T)]) -> PyResult<T> {
    let found = text(name, value)?;
    words.iter().find(|(word, _)| *word == found).map(|(_, value)| *value).ok_or_else(|| {
        let list: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
        PyValueError::new_err(format!("{name}: {found:?} is not one of {}", list.join(", ")))
    })
}

/// One text, or many.
pub(crate) fn texts(name: &str, value: Maybe) -> PyResult<Vec<String>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    if value.is_instance_of::<PyString>() {
        return Ok(vec![text(name, value)?]);
    }
    let items = value.try_iter().map_err(|_| wrong_type(name, value, "a str, or several of them"))?;
    items.map(|item| text(name, &item?)).collect()
}

/// One text, or many; nobody means all of them by naming none.
pub(crate) fn named(name: &str, value: Maybe) -> PyResult<Vec<String>> {
    let named = texts(name, value)?;
    if value.is_some() && named.is_empty() {
        return Err(PyValueError::new_err(format!("{name}: none is named; leave it out for all")));
    }
    Ok(named)
}

/// The first argument of a list that was given.
pub(crate) fn first<'a>(arguments: &[(&'a str, Maybe)]) -> Option<&'a str> {
    arguments.iter().find(|(_, value)| value.is_some()).map(|(name, _)| *name)
}

/// Yes or no.
pub(crate) fn flag(name: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    value.cast::<PyBool>().map(PyBoolMethods::is_true).map_err(|_| wrong_type(name, value, "True or False"))
}
