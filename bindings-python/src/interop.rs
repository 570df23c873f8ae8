//! Flows from other programs, and for them.

use std::path::{Path, PathBuf};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyMapping, PyString};
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::base::money::BOOK_SCALE;
use truecost::cli::init::must_be_free;
use truecost::data::flows::Field;
use truecost::data::importers::{Currency, Format, Imported, Input, Komunitin, import, valid_unit};
use truecost::data::reference::Reference;
use truecost::data::source::{Source, read_file};
use truecost::data::write::{self, Batch};
use truecost::report::interop;

use crate::arguments::{self, Maybe, optional_text, text, word, wrong_type};
use crate::diagnose::{of_python, one};
use crate::flows::Flows;
use crate::given::Read;
use crate::library::library;
use crate::long::long;

/// Formats that can be read.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Valueflows,
    Komunitin,
    TimeOverflow,
    Csv,
}

const FROM: [(&str, From); 4] = [
    ("valueflows", From::Valueflows),
    ("komunitin", From::Komunitin),
    ("timeoverflow", From::TimeOverflow),
    ("csv", From::Csv),
];

/// What has to be said about files of a format.
struct Settings<'a, 'py> {
    money: Maybe<'a, 'py>,
    unit: Maybe<'a, 'py>,
    decimals: Maybe<'a, 'py>,
    members: Maybe<'a, 'py>,
    mapping: Maybe<'a, 'py>,
}

impl Settings<'_, '_> {
    /// What is of another format is refused: it would be missed in silence.
    fn check(&self, from: From) -> PyResult<()> {
        let given = [
            ("money", self.money.is_some(), From::Valueflows),
            ("unit", self.unit.is_some(), From::Komunitin),
            ("decimals", self.decimals.is_some(), From::Komunitin),
            ("members", self.members.is_some(), From::Komunitin),
            ("mapping", self.mapping.is_some(), From::Csv),
        ];
        let name = |of: From| FROM.iter().find(|(_, known)| *known == of).map_or("", |(name, _)| *name);
        for (argument, is_given, of) in given {
            if is_given && of != from {
                let message =
                    format!("{argument}: this is of the format {:?}, not {:?}", name(of), name(from));
                return Err(PyValueError::new_err(message));
            }
        }
        Ok(())
    }

    /// The format of the engine; a mapping is still to be read.
    fn format(&self, from: From) -> PyResult<(Option<Format>, Option<PathBuf>)> {
        self.check(from)?;
        Ok(match from {
            From::Valueflows => (Some(Format::Valueflows(currencies(self.money)?)), None),
            From::TimeOverflow => (Some(Format::TimeOverflow), None),
            From::Komunitin => (Some(Format::Komunitin(self.komunitin()?)), None),
            From::Csv => {
                let Some(mapping) = self.mapping else { return Err(needed("mapping", "csv")) };
                (None, Some(arguments::path("mapping", mapping)?))
            }
        })
    }

    fn komunitin(&self) -> PyResult<Komunitin> {
        let Some(unit) = optional_text("unit", self.unit)? else { return Err(needed("unit", "komunitin")) };
        if !valid_unit(&unit) {
            let message = format!("unit: {unit:?} is not an id of letters a to z, digits, `-`, `_` and `.`");
            return Err(PyValueError::new_err(message));
        }
        let members = optional_text("members", self.members)?.unwrap_or_else(|| "person".to_owned());
        if Field::FromKind.code(&members).is_none() {
            let kinds = Field::FromKind.values().join(", ");
            return Err(PyValueError::new_err(format!("members: {members:?} is not one of {kinds}")));
        }
        let decimals = self.decimals.map(decimals).transpose()?.unwrap_or(2);
        Ok(Komunitin { unit, decimals, members })
    }
}

/// Decimals of a unit: as many as money is kept with.
fn decimals(value: &Bound<'_, PyAny>) -> PyResult<u32> {
    if !value.is_instance_of::<PyInt>() || value.is_instance_of::<PyBool>() {
        return Err(wrong_type("decimals", value, "an int"));
    }
    let found = value.extract().ok().filter(|decimals| *decimals <= BOOK_SCALE);
    let refused = || PyValueError::new_err(format!("decimals: {value} is not from 0 to {BOOK_SCALE}"));
    found.ok_or_else(refused)
}

fn needed(argument: &str, format: &str) -> PyErr {
    PyValueError::new_err(format!("{argument}: the format {format:?} needs it"))
}

/// Resources that are a currency: `{"http://www.wikidata.org/entity/Q4916": "EUR"}`, or `"LEAF:member_credit"`.
fn currencies(value: Maybe) -> PyResult<Vec<Currency>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let mapping = value.cast::<PyMapping>().map_err(|_| wrong_type("money", value, "a mapping"))?;
    let dict = PyDict::new(value.py());
    dict.update(mapping)?;
    dict.iter()
        .map(|(resource, unit)| {
            let written = format!("{}={}", text("money", &resource)?, text("money", &unit)?);
            Currency::parse(&written)
                .map_err(|hint| PyValueError::new_err(format!("money: {written:?}: {hint}")))
        })
        .collect()
}

/// One file, or many.
pub(crate) fn paths(value: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    if value.is_instance_of::<PyString>() || value.hasattr("__fspath__")? {
        return Ok(vec![arguments::path("files", value)?]);
    }
    let items = value.try_iter().map_err(|_| wrong_type("files", value, "a path, or several of them"))?;
    let paths: Vec<PathBuf> = items.map(|item| arguments::path("files", &item?)).collect::<PyResult<_>>()?;
    if paths.is_empty() {
        return Err(PyValueError::new_err("files: none is named"));
    }
    Ok(paths)
}

pub(crate) fn input(path: &Path, found: &mut Diagnostics) -> Option<Input> {
    let bytes = read_file(path, found)?;
    Some(Input { name: path.to_string_lossy().into_owned(), bytes })
}

/// Reads files of other programs as a flow dataset; `imported` of it says what became of all that was read.
///
/// - `format`: `"valueflows"` (1.0, as JSON-LD or YAML), `"komunitin"` or `"timeoverflow"` (their CSV), or `"csv"` of a
///   bank or a shop.
/// - `files`: one path, or several that are read together.
/// - `money`: of valueflows: resources that are a currency, each with its unit:
///   `{"http://www.wikidata.org/entity/Q4916": "EUR"}`, or `"LEAF:member_credit"` for a unit of your own.
/// - `unit`, `decimals`, `members`: of komunitin: the id of its unit, the decimals of its smallest part (2 if left out),
///   and what the members are (`"person"` if left out).
/// - `mapping`: of csv: the path of the mapping that says how to read it.
/// - `out`: a folder to write the dataset into; it must not exist, or be empty.
///
/// For `datasets` see `truecost.read_dataset`, for `progress` `truecost.price`. Raises `DataError` with every problem of
/// the files, and `UnreadableError` and `UnwritableError`.
///
/// >>> import truecost as tc
/// >>> notes = tc.export_flows("datasets/flows/street", "valueflows", "street.jsonld")
/// >>> again = tc.import_flows("valueflows", "street.jsonld")
/// >>> len(again) == len(tc.read_flows("datasets/flows/street"))
/// True
#[pyfunction]
#[pyo3(signature = (
    format: "typing.Literal['valueflows', 'komunitin', 'timeoverflow', 'csv']",
    files: "str | os.PathLike[str] | typing.Iterable[str | os.PathLike[str]]",
    *,
    money: "typing.Mapping[str, str] | None" = None,
    unit: "str | None" = None,
    decimals: "int | None" = None,
    members: "str | None" = None,
    mapping: "str | os.PathLike[str] | None" = None,
    out: "str | os.PathLike[str] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Flows")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn import_flows(
    py: Python<'_>,
    format: &Bound<'_, PyAny>,
    files: &Bound<'_, PyAny>,
    money: Maybe,
    unit: Maybe,
    decimals: Maybe,
    members: Maybe,
    mapping: Maybe,
    out: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Flows> {
    let settings = Settings { money, unit, decimals, members, mapping };
    let (format, mapping) = settings.format(word("format", format, &FROM)?)?;
    let files = paths(files)?;
    let out = out.map(|folder| arguments::path("out", folder)).transpose()?;
    if let Some(folder) = &out {
        must_be_free(folder).map_err(|diagnostic| one(py, diagnostic))?;
    }
    let library = library(py, datasets)?;
    let (imported, mut warnings) = long(py, None, |_, found| {
        let inputs: Vec<Input> = files.iter().filter_map(|file| input(file, found)).collect();
        let mapped = mapping.and_then(|mapping| input(&mapping, found)).map(Format::Csv);
        let format = format.or(mapped).filter(|_| !found.has_errors())?;
        let reference = Reference::read(&library, found);
        import(&format, &inputs, &reference, found)
    })?;
    let source = match &out {
        Some(folder) => {
            py.detach(|| written(&imported, folder)).map_err(|diagnostic| one(py, diagnostic))?;
            Source::at(folder)
        }
        None => imported.source("imported"),
    };
    let mut read = Read::new(py, progress, library, |_, _| Some(source), |_, _, _| Some(()))?;
    warnings.append(&mut read.warnings);
    read.warnings = warnings;
    Ok(Flows { read, imported: Some(of_python(py, &imported.told.text())?) })
}

/// Writes the files of the dataset into a folder, all of them or none.
fn written(imported: &Imported, folder: &Path) -> Result<(), Diagnostic> {
    let mut batch = Batch::new(folder)?;
    imported.files().iter().try_for_each(|(name, bytes)| batch.add(name, bytes))?;
    batch.commit().map(drop)
}

/// Formats that can be written.
#[derive(Clone, Copy)]
enum To {
    Valueflows,
    Komunitin,
}

const TO: [(&str, To); 2] = [("valueflows", To::Valueflows), ("komunitin", To::Komunitin)];

/// Writes a flow dataset as a file of another program, and gives what should be known beside it.
///
/// - `dataset`: the path of a flow dataset. Cells are taken as they stand in its files, so that nothing is rounded.
/// - `format`: `"valueflows"` (1.0, as JSON-LD), or `"komunitin"` (CSV of the transfers of one `unit` of member credit).
/// - `path`: the file to write.
///
/// For `datasets` see `truecost.read_dataset`. Raises `DataError` with every problem of the dataset, and
/// `UnwritableError`.
///
/// >>> import truecost as tc
/// >>> notes = tc.export_flows("datasets/flows/street", "valueflows", "street.jsonld")
#[pyfunction]
#[pyo3(signature = (
    dataset: "str | os.PathLike[str]",
    format: "typing.Literal['valueflows', 'komunitin']",
    path: "str | os.PathLike[str]",
    *,
    unit: "str | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
) -> "list[str]")]
pub(crate) fn export_flows(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    format: &Bound<'_, PyAny>,
    path: &Bound<'_, PyAny>,
    unit: Maybe,
    datasets: Maybe,
) -> PyResult<Vec<String>> {
    let source = Source::at(&arguments::path("dataset", dataset)?);
    let (path, unit) = (arguments::path("path", path)?, optional_text("unit", unit)?);
    let unit = match (word("format", format, &TO)?, unit) {
        (To::Valueflows, None) => None,
        (To::Valueflows, Some(_)) => {
            return Err(PyValueError::new_err(
                "unit: this is of the format \"komunitin\", not \"valueflows\"",
            ));
        }
        (To::Komunitin, Some(unit)) => Some(unit),
        (To::Komunitin, None) => return Err(needed("unit", "komunitin")),
    };
    let library = library(py, datasets)?;
    let (exported, _) = long(py, None, |_, found| {
        let reference = Reference::read(&library, found);
        match &unit {
            None => interop::valueflows(source, &reference, found),
            Some(unit) => interop::komunitin(source, unit, &reference, found),
        }
    })?;
    py.detach(|| write::replace(&path, exported.text.as_bytes()))
        .map_err(|diagnostic| one(py, diagnostic))?;
    exported.notes.iter().map(|note| of_python(py, note)).collect()
}
