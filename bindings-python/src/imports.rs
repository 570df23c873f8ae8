//! Supply datasets from other programs, and product footprints for them.

use std::path::Path;

use pyo3::prelude::*;
use truecost::cli::init::must_be_free;
use truecost::data::importers::Told;
use truecost::data::importers::supply::pact::parts::Version;
use truecost::data::importers::supply::{
    Agribalyse, As, Flows, Pact, SupplyFormat, Uptake, Useeio, find_characterisation, import_supply,
};
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::data::supply::Supply;
use truecost::data::write::{self, Batch};
use truecost::report::interop;

use crate::arguments::{self, Maybe, flag, optional_text, text, word, year};
use crate::arrow::{Tables, speaks};
use crate::dataset::{self, Dataset};
use crate::diagnose::{of_python, one};
use crate::given::{Given, Read};
use crate::interop::{input, paths};
use crate::library::library;
use crate::long::long;
use crate::manifest::Facts;

pub(crate) const INTERVENTIONS: [(&str, As); 2] = [("indicators", As::Indicators), ("flows", As::Flows)];
const UPTAKES: [(&str, Uptake); 2] = [("excluded", Uptake::Excluded), ("included", Uptake::Included)];
const SPECS: [(&str, Version); 2] = [("2.3", Version::Two), ("3.0", Version::Three)];

/// A table of characterisation: a path, a name that is built in, or a table in memory.
pub(crate) fn table(py: Python<'_>, given: Maybe, library: &Library) -> PyResult<Option<Source>> {
    const NAME: &str = "characterisation";
    let Some(given) = given else { return Ok(None) };
    if speaks(given) {
        let facts = Facts { kind: NAME, texts: Vec::new(), licence: None, settings: None, defaults: None };
        let (manifest, tables) = (facts.manifest(NAME)?, Tables::new([(NAME, Some(given))])?);
        let fetched = long(py, None, |watch, found| tables.fetch(NAME, manifest, watch, found))?;
        return Ok(Some(fetched.0));
    }
    let accepted = "a path (str or os.PathLike), a name such as 'gwp100-ar4', or a table";
    let name = arguments::path_or_name(NAME, given, accepted)?;
    find_characterisation(&name, library).map(Some).map_err(|diagnostic| one(py, diagnostic))
}

/// Imports into a folder that is free, and reads what was written.
pub(crate) fn imported(
    py: Python<'_>,
    format: &SupplyFormat,
    out: &Path,
    library: Library,
    progress: Maybe,
) -> PyResult<Dataset> {
    must_be_free(out).map_err(|diagnostic| one(py, diagnostic))?;
    let mut batch = Batch::new(out).map_err(|diagnostic| one(py, diagnostic))?;
    let (told, mut warnings): (Told, _) = long(py, None, |_, found| {
        let reference = Reference::read(&library, found);
        if found.has_errors() { None } else { import_supply(format, &mut batch, &reference, found) }
    })?;
    py.detach(|| batch.commit()).map_err(|diagnostic| one(py, diagnostic))?;
    let mut read = Read::new(py, progress, library, |_, _| Some(Source::at(out)), dataset::check)?;
    warnings.append(&mut read.warnings);
    read.warnings = warnings;
    Ok(Dataset { read, imported: Some(of_python(py, &told.text())?) })
}

/// Makes a supply dataset of a USEEIO model in JSON: what a dollar of each sector takes and causes.
///
/// - `folder`: with sectors.json, indicators.json, flows.json and the folder matrix, or a zip of it.
/// - `out`: a folder to write the dataset into; it must not exist, or be empty.
/// - `price_year`: the year whose dollars the model counts in; its files do not say.
/// - `interventions`: `"indicators"` of the model, or its `"flows"`, which become indicators by a table of
///   `characterisation`: a path, a name, or a table in memory; left out: the one for USEEIO that is built in.
///   `leave_others` leaves out what the table does not have; otherwise each is an indicator of the dataset's own.
/// - `domestic`: take what is made in the country only.
///
/// `imported` of the answer says what became of all that was read. For `datasets` see `truecost.read_dataset`, for
/// `progress` `truecost.price`. Raises `DataError` with every problem, `UnreadableError` and `UnwritableError`.
#[pyfunction]
#[pyo3(signature = (
    folder: "str | os.PathLike[str]",
    out: "str | os.PathLike[str]",
    *,
    price_year: "int",
    interventions: "typing.Literal['indicators', 'flows'] | None" = None,
    domestic: "bool | None" = None,
    characterisation: "str | os.PathLike[str] | truecost._arrow.ArrowTable | None" = None,
    leave_others: "bool | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Dataset")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn import_useeio(
    py: Python<'_>,
    folder: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    price_year: &Bound<'_, PyAny>,
    interventions: Maybe,
    domestic: Maybe,
    characterisation: Maybe,
    leave_others: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Dataset> {
    let (out, library) = (arguments::path("out", out)?, library(py, datasets)?);
    let interventions =
        interventions.map(|value| word("interventions", value, &INTERVENTIONS)).transpose()?;
    let is_domestic = domestic.map(|value| flag("domestic", value)).transpose()?.unwrap_or_default();
    let leave_others = leave_others.map(|value| flag("leave_others", value)).transpose()?.unwrap_or_default();
    let settings = Useeio {
        folder: arguments::path("folder", folder)?,
        price_year: year("price_year", price_year)?,
        interventions: interventions.unwrap_or(As::Indicators),
        is_domestic,
        flows: Flows { table: table(py, characterisation, &library)?, leave_others },
    };
    imported(py, &SupplyFormat::Useeio(settings), &out, library, progress)
}

/// Makes a supply dataset of AGRIBALYSE, foods by stage: the CSV with its French header.
///
/// - `file`: the CSV.
/// - `out`: a folder to write the dataset into; it must not exist, or be empty.
/// - `method`: of its indicators, such as `"EF 3.1"`; the file does not say.
/// - `region`: where the foods are eaten (`"FR"` if left out): factors are taken for this place.
/// - `characterisation`: a table, in memory or by its path, that says what the columns of the file are of our indicators;
///   left out: the one for AGRIBALYSE that is built in.
///
/// `imported` of the answer says what became of all that was read. For `datasets` see `truecost.read_dataset`, for
/// `progress` `truecost.price`. Raises `DataError` with every problem, `UnreadableError` and `UnwritableError`.
#[pyfunction]
#[pyo3(signature = (
    file: "str | os.PathLike[str]",
    out: "str | os.PathLike[str]",
    *,
    method: "str",
    region: "str | None" = None,
    characterisation: "str | os.PathLike[str] | truecost._arrow.ArrowTable | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Dataset")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn import_agribalyse(
    py: Python<'_>,
    file: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    method: &Bound<'_, PyAny>,
    region: Maybe,
    characterisation: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Dataset> {
    let (out, library) = (arguments::path("out", out)?, library(py, datasets)?);
    let settings = Agribalyse {
        file: arguments::path("file", file)?,
        method: text("method", method)?.trim().to_owned(),
        region: optional_text("region", region)?.unwrap_or_else(|| "FR".to_owned()),
        table: table(py, characterisation, &library)?,
    };
    imported(py, &SupplyFormat::Agribalyse(settings), &out, library, progress)
}

/// Makes a supply dataset of product footprints of PACT as JSON, versions 2.x and 3.x.
///
/// - `files`: one path, or several: a footprint, a list of them, or an answer of a host.
/// - `out`: a folder to write the dataset into; it must not exist, or be empty.
/// - `biogenic_uptake`: is climate change the footprint with the carbon that plants took up (`"included"`) or without it
///   (`"excluded"`, if left out)?
///
/// `imported` of the answer says what became of all that was read. For `datasets` see `truecost.read_dataset`, for
/// `progress` `truecost.price`. Raises `DataError` with every problem, `UnreadableError` and `UnwritableError`.
#[pyfunction]
#[pyo3(signature = (
    files: "str | os.PathLike[str] | typing.Iterable[str | os.PathLike[str]]",
    out: "str | os.PathLike[str]",
    *,
    biogenic_uptake: "typing.Literal['excluded', 'included'] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Dataset")]
pub(crate) fn import_pact(
    py: Python<'_>,
    files: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    biogenic_uptake: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Dataset> {
    let settings = Pact { files: paths(files)?, uptake: uptake(biogenic_uptake)? };
    let (out, library) = (arguments::path("out", out)?, library(py, datasets)?);
    imported(py, &SupplyFormat::Pact(settings), &out, library, progress)
}

fn uptake(value: Maybe) -> PyResult<Uptake> {
    let found = value.map(|value| word("biogenic_uptake", value, &UPTAKES)).transpose()?;
    Ok(found.unwrap_or(Uptake::Excluded))
}

/// Writes the footprint of a product as JSON of PACT, and gives what should be known beside it.
///
/// - `dataset`: a `truecost.Dataset`, or the path of one.
/// - `product`, `origin`: which product; `origin` is needed if it is made in several places.
/// - `path`: the file to write.
/// - `about`: the path of a TOML with what the dataset does not say: names of the company, ids of the product, exemptions.
/// - `spec`: `"2.3"` or `"3.0"` (if left out).
/// - `biogenic_uptake`: see `truecost.import_pact`.
///
/// For `datasets` see `truecost.read_dataset`. Raises `DataError` with every problem, and `UnwritableError`.
#[pyfunction]
#[pyo3(signature = (
    dataset: "Dataset | str | os.PathLike[str]",
    product: "str",
    path: "str | os.PathLike[str]",
    *,
    about: "str | os.PathLike[str]",
    origin: "str | None" = None,
    spec: "typing.Literal['2.3', '3.0'] | None" = None,
    biogenic_uptake: "typing.Literal['excluded', 'included'] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
) -> "list[str]")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn export_pact(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    product: &Bound<'_, PyAny>,
    path: &Bound<'_, PyAny>,
    about: &Bound<'_, PyAny>,
    origin: Maybe,
    spec: Maybe,
    biogenic_uptake: Maybe,
    datasets: Maybe,
) -> PyResult<Vec<String>> {
    let given: Given<Supply> = Given::new(py, "dataset", dataset, datasets)?;
    let (product, path) = (text("product", product)?, arguments::path("path", path)?);
    let (about, origin) = (arguments::path("about", about)?, optional_text("origin", origin)?);
    let version = spec.map(|value| word("spec", value, &SPECS)).transpose()?.unwrap_or(Version::Three);
    let uptake = uptake(biogenic_uptake)?;
    let (exported, _) = long(py, None, |watch, found| {
        let (supply, reference, _) = given.open(watch, found);
        let about = input(&about, found)?;
        let (product, origin) = (product.as_str(), origin.as_deref());
        let asked = interop::pact::Pact { product, origin, version, uptake, about: &about };
        interop::pact(supply.as_deref(), &asked, &reference, found)
    })?;
    py.detach(|| write::replace(&path, exported.text.as_bytes()))
        .map_err(|diagnostic| one(py, diagnostic))?;
    exported.notes.iter().map(|note| of_python(py, note)).collect()
}
