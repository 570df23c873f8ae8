//! Diagnostics of the engine as Python objects, exceptions and warnings.
//!
//! The classes live in `truecost.errors`: exceptions made in Rust would be missing from generated stubs.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use truecost::base::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use truecost::data::workbook::words::in_words;

/// The value, with the warnings beside it; with an error, the exception that says all that is wrong.
pub(crate) fn settle<T>(
    py: Python<'_>,
    value: Option<T>,
    diagnostics: &Diagnostics,
) -> PyResult<(T, Vec<Diagnostic>)> {
    let list: Vec<Diagnostic> = in_words(diagnostics.clone()).sorted().into_iter().cloned().collect();
    match value {
        Some(value) if !diagnostics.has_errors() => {
            errors(py)?.call_method1("warn", (objects(py, &list)?,))?;
            Ok((value, list))
        }
        _ => Err(exception(py, &list)),
    }
}

/// One diagnostic as an exception.
pub(crate) fn one(py: Python<'_>, diagnostic: Diagnostic) -> PyErr {
    exception(py, &[diagnostic])
}

/// What the engine says in the words of its command line, in words of Python.
pub(crate) fn of_python(py: Python<'_>, text: &str) -> PyResult<String> {
    py.import("truecost._wording")?.call_method1("of_python", (text,))?.extract()
}

/// Diagnostics as a tuple of `truecost.Diagnostic`.
pub(crate) fn objects<'py>(py: Python<'py>, list: &[Diagnostic]) -> PyResult<Bound<'py, PyTuple>> {
    let class = errors(py)?.getattr("Diagnostic")?;
    let objects = list.iter().map(|diagnostic| {
        let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
        let place = diagnostic.place.as_ref();
        let (file, row) = (place.map(|p| p.file.path()), place.and_then(|p| p.row));
        let column = place.and_then(|p| p.column.as_deref());
        let (message, hint) = (diagnostic.message.as_str(), diagnostic.hint.as_deref());
        let cell = place.and_then(Place::cell);
        class.call_method1("of_engine", (diagnostic.code, severity, message, file, row, column, hint, cell))
    });
    PyTuple::new(py, objects.collect::<PyResult<Vec<_>>>()?)
}

fn exception(py: Python<'_>, list: &[Diagnostic]) -> PyErr {
    let made = errors(py).and_then(|module| module.call_method1("exception", (objects(py, list)?,)));
    made.map_or_else(|error| error, PyErr::from_value)
}

fn errors(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    py.import("truecost.errors")
}
