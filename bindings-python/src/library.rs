//! What is built in, and the folder that may be laid over it.

use std::path::PathBuf;

use pyo3::prelude::*;
use truecost::data::source::Library;

use crate::arguments::{Maybe, path};
use crate::diagnose;

/// The datasets found by name: built in, and under `datasets` or the variable `TRUECOST_DATASETS`, which win.
pub(crate) fn library(py: Python<'_>, datasets: Maybe) -> PyResult<Library> {
    let given = datasets.map(|folder| path("datasets", folder)).transpose()?;
    // Set and empty is not set.
    let variable =
        || std::env::var_os("TRUECOST_DATASETS").filter(|value| !value.is_empty()).map(PathBuf::from);
    let library = Library::new(given.or_else(variable));
    library.check().map_err(|diagnostic| diagnose::one(py, diagnostic))?;
    Ok(library)
}
