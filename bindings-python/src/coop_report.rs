//! Answers about a co-op: tables with names.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use truecost::base::diagnostic::Diagnostic;
use truecost::report::coop;

use crate::answers::{Json, Notices};
use crate::arguments;
use crate::diagnose::one;
use crate::html;
use crate::table::Table;

/// The answer to a question about a co-op: what functions of `truecost.fairtrade`, `truecost.living_wage`,
/// `truecost.statements` and `truecost.surplus` give. It never changes.
///
/// `report.table` is the answer, `report["name"]` another of its tables; `print` shows what the command line shows.
#[pyclass(frozen, module = "truecost")]
pub(crate) struct CoopReport {
    report: coop::CoopReport,
    warnings: Vec<Diagnostic>,
    /// What it is made from: `write` puts no file in place of it.
    read: Vec<PathBuf>,
}

impl CoopReport {
    pub(crate) fn new((report, warnings): (coop::CoopReport, Vec<Diagnostic>)) -> Self {
        Self { report, warnings, read: Vec::new() }
    }

    /// The same, made from these files or folders.
    pub(crate) fn made_from(self, read: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { read: read.into_iter().collect(), ..self }
    }

    fn made(&self, py: Python<'_>, name: &str) -> PyResult<Option<Table>> {
        let lineage = || self.report.lineage.to_string();
        py.detach(|| {
            self.report.sheet(name).map(|columns| Table::with_lineage(columns, &lineage())).transpose()
        })
    }
}

#[pymethods]
impl CoopReport {
    /// What was asked, such as `"pay"`.
    #[getter]
    fn name(&self) -> &str {
        self.report.name
    }

    /// The names of its tables.
    #[getter]
    fn tables(&self) -> Vec<&str> {
        self.report.sheets.iter().map(|sheet| sheet.name).collect()
    }

    /// The first table: the answer.
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<Table> {
        let first = self.report.sheets.first().map(|sheet| sheet.name).unwrap_or_default();
        self.__getitem__(py, first)
    }

    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        self.made(py, name)?
            .ok_or_else(|| PyKeyError::new_err(format!("{name:?}: there are {}", self.tables().join(", "))))
    }

    /// Pages and other files beside the tables, as bytes by their names in the folder that `write` fills.
    #[getter]
    fn pages(&self) -> BTreeMap<&str, &[u8]> {
        self.report.pages.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
    }

    /// What a reader must know.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.report.notes.clone()
    }

    /// Are figures missing, or rules broken?
    #[getter]
    fn failed(&self) -> bool {
        self.report.failed
    }

    /// What it rests on: datasets with versions and hashes, choices, cautions.
    #[getter]
    fn lineage(&self) -> Json {
        Json(self.report.lineage.to_string())
    }

    /// What was noticed while reading, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    /// The first table as CSV, exact.
    fn to_csv(&self) -> String {
        self.report.csv()
    }

    /// All tables as JSON, with lineage; amounts are texts, for they are exact.
    fn to_json(&self) -> String {
        self.report.json()
    }

    /// Writes the files of the command's `--out` into a folder, all of them or none, and gives their paths: each table as
    /// CSV and Parquet, all of them as a workbook and as JSON, and pages.
    ///
    /// Raises `UnwritableError`, also where a file that the report is made from would be written over.
    #[pyo3(signature = (folder: "str | os.PathLike[str]") -> "list[pathlib.Path]")]
    fn write(&self, py: Python<'_>, folder: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
        let folder = arguments::path("folder", folder)?;
        let write = || {
            let files = self.report.stage(&folder)?;
            self.read.iter().try_for_each(|read| files.spare(read))?;
            files.commit()
        };
        let written = py.detach(write);
        written.map_err(|diagnostic| one(py, diagnostic))
    }

    fn __str__(&self) -> String {
        self.report.text()
    }

    fn __repr__(&self) -> String {
        let rows = self.report.sheets.first().map_or(0, |sheet| sheet.columns.rows());
        format!(
            "truecost.CoopReport({:?}: {rows} rows; tables {})",
            self.report.name,
            self.tables().join(", ")
        )
    }

    fn _repr_html_(&self) -> String {
        html::plain(&self.report.text())
    }
}
