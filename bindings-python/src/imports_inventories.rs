//! Supply datasets from inventories of other programs: openLCA, ecoSpold.

use pyo3::prelude::*;
use truecost::data::importers::supply::{Allocation, Ecospold, Flows, Openlca, SupplyFormat};
use truecost::data::source::Library;

use crate::arguments::{self, Maybe, flag, optional_text, word};
use crate::dataset::Dataset;
use crate::imports::{imported, table};
use crate::library::library;

const ALLOCATIONS: [(&str, Allocation); 5] = [
    ("stated", Allocation::Stated),
    ("physical", Allocation::Physical),
    ("economic", Allocation::Economic),
    ("causal", Allocation::Causal),
    ("reference", Allocation::Reference),
];

fn flows(py: Python<'_>, characterisation: Maybe, leave_others: Maybe, library: &Library) -> PyResult<Flows> {
    let leave_others = leave_others.map(|value| flag("leave_others", value)).transpose()?;
    Ok(Flows { table: table(py, characterisation, library)?, leave_others: leave_others.unwrap_or_default() })
}

/// Makes a supply dataset of a database of openLCA: JSON-LD of its versions 1 and 2.
///
/// - `source`: a zip or its folder.
/// - `out`: a folder to write the dataset into; it must not exist, or be empty.
/// - `method`: the method of the archive whose categories become indicators; `"none"`: flows stay flows. Left out: the
///   only one.
/// - `allocation`: how the burden of a process with several products is divided: `"stated"` (if left out),
///   `"physical"`, `"economic"`, `"causal"` or `"reference"`.
/// - `characterisation`: a table by which flows become indicators: in memory, by its path, or by a name that is built in,
///   such as `"gwp100-ar4"`. `leave_others` leaves out what the table does not have; otherwise each is an indicator of the
///   dataset's own.
///
/// `imported` of the answer says what became of all that was read. For `datasets` see `truecost.read_dataset`, for
/// `progress` `truecost.price`. Raises `DataError` with every problem, `UnreadableError` and `UnwritableError`.
#[pyfunction]
#[pyo3(signature = (
    source: "str | os.PathLike[str]",
    out: "str | os.PathLike[str]",
    *,
    method: "str | None" = None,
    allocation: "typing.Literal['stated', 'physical', 'economic', 'causal', 'reference'] | None" = None,
    characterisation: "str | os.PathLike[str] | truecost._arrow.ArrowTable | None" = None,
    leave_others: "bool | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Dataset")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn import_openlca(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    method: Maybe,
    allocation: Maybe,
    characterisation: Maybe,
    leave_others: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Dataset> {
    let (out, library) = (arguments::path("out", out)?, library(py, datasets)?);
    let allocation = allocation.map(|value| word("allocation", value, &ALLOCATIONS)).transpose()?;
    let settings = Openlca {
        path: arguments::path("source", source)?,
        flows: flows(py, characterisation, leave_others, &library)?,
        method: optional_text("method", method)?,
        allocation: allocation.unwrap_or(Allocation::Stated),
    };
    imported(py, &SupplyFormat::Openlca(settings), &out, library, progress)
}

/// Makes a supply dataset of a database in ecoSpold, versions 1 and 2.
///
/// - `source`: XML files, in a zip or a folder, or one file.
/// - `out`: a folder to write the dataset into; it must not exist, or be empty.
/// - `characterisation`, `leave_others`: as of `truecost.import_openlca`.
///
/// `imported` of the answer says what became of all that was read. For `datasets` see `truecost.read_dataset`, for
/// `progress` `truecost.price`. Raises `DataError` with every problem, `UnreadableError` and `UnwritableError`.
#[pyfunction]
#[pyo3(signature = (
    source: "str | os.PathLike[str]",
    out: "str | os.PathLike[str]",
    *,
    characterisation: "str | os.PathLike[str] | truecost._arrow.ArrowTable | None" = None,
    leave_others: "bool | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Dataset")]
pub(crate) fn import_ecospold(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    characterisation: Maybe,
    leave_others: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Dataset> {
    let (out, library) = (arguments::path("out", out)?, library(py, datasets)?);
    let path = arguments::path("source", source)?;
    let settings = Ecospold { path, flows: flows(py, characterisation, leave_others, &library)? };
    imported(py, &SupplyFormat::Ecospold(settings), &out, library, progress)
}
