//! Supply datasets from matrices of other programs: input-output tables of pymrio, datapackages of Brightway.

use pyo3::prelude::*;
use truecost::data::importers::supply::{As, Brightway, Flows, Pymrio, SupplyFormat};
use truecost::data::supply::Supply;
use truecost::data::write;
use truecost::report::interop;

use crate::arguments::{self, Maybe, flag, word, year};
use crate::dataset::Dataset;
use crate::diagnose::{of_python, one};
use crate::given::Given;
use crate::imports::{INTERVENTIONS, imported, table};
use crate::interop::paths;
use crate::library::library;
use crate::long::long;

/// Makes a supply dataset of input-output tables as pymrio saves them, or of EXIOBASE 3: what sectors of regions take of
/// one another and cause.
///
/// - `source`: a folder or zip with Z or A, x or Y, unit, and folders with F or S and unit.
/// - `out`: a folder to write the dataset into; it must not exist, or be empty.
/// - `price_year`: the year whose money the tables count in; they do not say.
/// - `extensions`: folders or names of those to read, such as `"satellite"`; all if left out.
/// - `characterisation`: a table, in memory or by its path or name, by which stressors become indicators. `leave_others` leaves out what the
///   table does not have; otherwise each is an indicator of the dataset's own.
///
/// `imported` of the answer says what became of all that was read. For `datasets` see `truecost.read_dataset`, for
/// `progress` `truecost.price`. Raises `DataError` with every problem, `UnreadableError` and `UnwritableError`.
#[pyfunction]
#[pyo3(signature = (
    source: "str | os.PathLike[str]",
    out: "str | os.PathLike[str]",
    *,
    price_year: "int",
    extensions: "str | typing.Iterable[str] | None" = None,
    characterisation: "str | os.PathLike[str] | truecost._arrow.ArrowTable | None" = None,
    leave_others: "bool | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Dataset")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn import_pymrio(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    price_year: &Bound<'_, PyAny>,
    extensions: Maybe,
    characterisation: Maybe,
    leave_others: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Dataset> {
    let (out, library) = (arguments::path("out", out)?, library(py, datasets)?);
    let leave_others = leave_others.map(|value| flag("leave_others", value)).transpose()?.unwrap_or_default();
    let settings = Pymrio {
        source: arguments::path("source", source)?,
        price_year: year("price_year", price_year)?,
        extensions: arguments::texts("extensions", extensions)?,
        flows: Flows { table: table(py, characterisation, &library)?, leave_others },
    };
    imported(py, &SupplyFormat::Pymrio(settings), &out, library, progress)
}

/// Makes a supply dataset of datapackages of Brightway (`bw_processing`): matrices by integer ids, with their names
/// where they are there.
///
/// - `sources`: a zip or folder with datapackage.json, or several: of an inventory and of methods, later ones on top of
///   earlier ones.
/// - `out`: a folder to write the dataset into; it must not exist, or be empty.
/// - `interventions`: `"indicators"`, scores by the methods, or `"flows"`. Scores if a package holds a method, if left out.
/// - `characterisation`: a table, in memory or by its path or name, by which scores or flows become indicators. `leave_others` leaves out what
///   the table does not have; otherwise each is an indicator of the dataset's own.
///
/// `imported` of the answer says what became of all that was read. For `datasets` see `truecost.read_dataset`, for
/// `progress` `truecost.price`. Raises `DataError` with every problem, `UnreadableError` and `UnwritableError`.
#[pyfunction]
#[pyo3(signature = (
    sources: "str | os.PathLike[str] | typing.Iterable[str | os.PathLike[str]]",
    out: "str | os.PathLike[str]",
    *,
    interventions: "typing.Literal['indicators', 'flows'] | None" = None,
    characterisation: "str | os.PathLike[str] | truecost._arrow.ArrowTable | None" = None,
    leave_others: "bool | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Dataset")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn import_brightway(
    py: Python<'_>,
    sources: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    interventions: Maybe,
    characterisation: Maybe,
    leave_others: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Dataset> {
    let (out, library) = (arguments::path("out", out)?, library(py, datasets)?);
    let interventions: Option<As> =
        interventions.map(|value| word("interventions", value, &INTERVENTIONS)).transpose()?;
    let leave_others = leave_others.map(|value| flag("leave_others", value)).transpose()?.unwrap_or_default();
    let settings = Brightway {
        sources: paths(sources)?,
        interventions,
        flows: Flows { table: table(py, characterisation, &library)?, leave_others },
    };
    imported(py, &SupplyFormat::Brightway(settings), &out, library, progress)
}

/// Writes a supply dataset as a datapackage of Brightway (`bw_processing`), and gives what should be known beside it.
///
/// - `dataset`: a `truecost.Dataset`, or the path of one.
/// - `path`: the zip to write.
///
/// Each indicator is a method of the name `("truecost", indicator)`. For `datasets` see `truecost.read_dataset`. Raises
/// `DataError` with every problem, and `UnwritableError`.
#[pyfunction]
#[pyo3(signature = (
    dataset: "Dataset | str | os.PathLike[str]",
    path: "str | os.PathLike[str]",
    *,
    datasets: "str | os.PathLike[str] | None" = None,
) -> "list[str]")]
pub(crate) fn export_brightway(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    path: &Bound<'_, PyAny>,
    datasets: Maybe,
) -> PyResult<Vec<String>> {
    let given: Given<Supply> = Given::new(py, "dataset", dataset, datasets)?;
    let path = arguments::path("path", path)?;
    let (archive, _) = long(py, None, |watch, found| {
        let (supply, reference, _) = given.open(watch, found);
        interop::brightway(&*supply?, &reference, found)
    })?;
    py.detach(|| write::replace(&path, &archive.bytes)).map_err(|diagnostic| one(py, diagnostic))?;
    archive.notes.iter().map(|note| of_python(py, note)).collect()
}
