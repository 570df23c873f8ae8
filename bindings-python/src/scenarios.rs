//! Scenarios as callers give them: paths, or mappings with the keys of a scenario file.

use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use truecost::base::diagnostic::Diagnostics;
use truecost::data::reference::Reference;
use truecost::data::supply::Supply;
use truecost::pricing::Request;
use truecost::pricing::scenario::{Base, Given};

use crate::arguments;

/// One scenario; a mapping that has no `name` is called by its number.
pub(crate) fn scenario(what: &str, value: &Bound<'_, PyAny>, number: usize) -> PyResult<Given> {
    let Ok(mapping) = value.cast::<PyMapping>() else {
        return Ok(Given::Path(arguments::path(what, value)?));
    };
    let py = value.py();
    // Decimals, dates and paths become text, as a file would write them.
    let options = PyDict::new(py);
    options.set_item("default", py.get_type::<PyString>())?;
    let whole = PyDict::new(py);
    for item in mapping.items()?.iter() {
        let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        whole.set_item(key, value)?;
    }
    let text = py.import("json")?.call_method("dumps", (whole,), Some(&options))?.extract()?;
    Ok(Given::Json { name: format!("scenario-{number}"), text })
}

/// Scenarios: one, or some.
pub(crate) fn scenarios(value: &Bound<'_, PyAny>) -> PyResult<Vec<Given>> {
    let is_one = value.cast::<PyMapping>().is_ok() || arguments::path("scenarios", value).is_ok();
    if is_one {
        return Ok(vec![scenario("scenarios", value, 1)?]);
    }
    let list = value.try_iter().map_err(|_| {
        PyTypeError::new_err("scenarios: a list of paths and mappings is needed, or one of them")
    })?;
    let given: Vec<Given> =
        list.enumerate().map(|(at, one)| scenario("scenarios", &one?, at + 1)).collect::<PyResult<_>>()?;
    if given.is_empty() {
        return Err(pyo3::exceptions::PyValueError::new_err("scenarios: one at least is needed"));
    }
    Ok(given)
}

/// A dataset with the changes of a scenario, if there is one.
pub(crate) fn laid_over(
    scenario: Option<&Given>,
    supply: Arc<Supply>,
    request: Request,
    reference: &Reference,
    found: &mut Diagnostics,
) -> Option<(Arc<Supply>, Request)> {
    let Some(given) = scenario else { return Some((supply, request)) };
    let scenario = given.read(&supply, reference, found)?;
    let base = Base { supply, request: &request, reference };
    if !scenario.check(&base, found) {
        return None;
    }
    scenario.whole(&base, found).map(|changed| (changed.supply, changed.request))
}
