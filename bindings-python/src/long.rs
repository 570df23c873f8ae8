//! Long work: done without the interpreter lock, watched, and settled.

use pyo3::prelude::*;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};

use crate::arguments::Maybe;
use crate::diagnose::settle;
use crate::watch::Watch;

/// Does work while other threads of Python go on. Gives its value and its warnings, or raises: what stopped it, or
/// all that is wrong with the data.
pub(crate) fn long<T: Send>(
    py: Python<'_>,
    progress: Maybe,
    work: impl FnOnce(&Watch, &mut Diagnostics) -> Option<T> + Send,
) -> PyResult<(T, Vec<Diagnostic>)> {
    let watch = Watch::new(py, progress)?;
    let mut diagnostics = Diagnostics::new();
    let value = py.detach(|| work(&watch, &mut diagnostics));
    watch.close(py, value.is_some())?;
    py.check_signals()?;
    settle(py, value, &diagnostics)
}
