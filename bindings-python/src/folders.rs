//! Folders of datasets, and the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::prelude::*;
use truecost::cli;
use truecost::report::template as workbook;

use crate::arguments::{self, Maybe, optional_text};
use crate::diagnose::{one, settle};
use crate::library::library;
use crate::long::long;

/// Reads a dataset of any kind from a folder, and says in words what it holds. Nothing is priced.
///
/// `seal`: also writes the checksums of its tables into its manifest. For `datasets` see `truecost.read_dataset`, for
/// `progress` `truecost.price`.
///
/// Raises `DataError` with every problem at once, and `UnreadableError` if there is no such folder.
///
/// >>> import truecost as tc
/// >>> tc.check("datasets/supply/coffee").split(", sha256")[0]
/// '18 products, 24 processes, 44 inputs, 63 interventions, 5 prices, 2 loops between processes'
#[pyfunction]
#[pyo3(signature = (
    path: "str | os.PathLike[str]",
    *,
    seal: "bool" = false,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "str")]
pub(crate) fn check(
    py: Python<'_>,
    path: &Bound<'_, PyAny>,
    seal: bool,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<String> {
    let folder = arguments::path("path", path)?;
    let library = library(py, datasets)?;
    let (summary, _) =
        long(py, progress, |watch, found| cli::check::check(&folder, seal, &library, watch, found))?;
    Ok(summary)
}

/// Writes a small dataset that prices at once, with comments that teach; gives the files written.
///
/// Raises `UnwritableError` if the folder holds something, or cannot be written.
///
/// >>> import truecost as tc
/// >>> files = tc.init("my-shop")
/// >>> tc.price("my-shop").table.to_pylist()[0]["name"]
/// 'Bread, a loaf of 800 g'
#[pyfunction]
#[pyo3(signature = (folder: "str | os.PathLike[str]") -> "list[pathlib.Path]")]
pub(crate) fn init(py: Python<'_>, folder: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    let folder = arguments::path("folder", folder)?;
    py.detach(|| cli::init::init(&folder)).map_err(|diagnostic| one(py, diagnostic))
}

/// Writes a workbook that a co-op fills in: a sheet a table, with the rows of a made-up co-op, notes and drop-downs; gives
/// its path. What reads the dataset of a co-op, such as `truecost.statements`, reads it.
///
/// `currency`, three letters such as `KES`, and `unit`, a unit of weight such as `kg`, make a workbook for one's own rows:
/// its headers and its settings say them, and the rows of the made-up co-op are left out.
///
/// Raises `UnwritableError` if the file is there already, is not called `.xlsx`, or cannot be written.
///
/// >>> import truecost as tc
/// >>> workbook = tc.template("coop.xlsx")
/// >>> tc.check(workbook).split(",")[0]
/// '12 producers'
#[pyfunction]
#[pyo3(signature = (path: "str | os.PathLike[str]", *, currency: "str | None" = None, unit: "str | None" = None) -> "pathlib.Path")]
pub(crate) fn template(
    py: Python<'_>,
    path: &Bound<'_, PyAny>,
    currency: Maybe,
    unit: Maybe,
) -> PyResult<PathBuf> {
    let path = arguments::path("path", path)?;
    let (currency, unit) = (optional_text("currency", currency)?, optional_text("unit", unit)?);
    let own = workbook::Own::parse(currency.as_deref(), unit.as_deref());
    let own = own.or_else(|found| settle(py, None, &found).map(|(own, _)| own))?;
    py.detach(|| workbook::create(&path, &own)).map_err(|diagnostic| one(py, diagnostic))?;
    Ok(path)
}

/// Runs the `truecost` command and gives its exit code; the first argument is the name of the program.
#[pyfunction]
#[pyo3(signature = (arguments: "list[str]") -> "int")]
pub(crate) fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| cli::run(arguments))
}
