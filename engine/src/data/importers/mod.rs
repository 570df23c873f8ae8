//! Importers: files of other programs become the tables of a flow dataset. What is not a flow is counted and told.

pub mod bank;
mod draft;
mod komunitin;
mod names;
mod rows;
mod sheet;
pub mod supply;
mod timeoverflow;
mod told;
mod tree;
mod value;
pub mod valueflows;

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::flows::FlowData;
use super::reference::Reference;
use super::source::Source;

pub use komunitin::Komunitin;
pub use sheet::Sheet;
pub use told::Told;
pub use valueflows::Currency;

/// Can it be the id of a unit?
pub fn valid_unit(id: &str) -> bool {
    !id.is_empty() && names::slug(id) == id
}

/// A text in the letters of an id.
pub fn id_of(text: &str) -> String {
    names::slug(text)
}

/// A file to import.
#[derive(Clone, Debug)]
pub struct Input {
    /// What diagnostics call it: its path.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Input {
    /// Its name without folders.
    pub fn file_name(&self) -> &str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name)
    }

    /// It as text; what is not UTF-8 is reported.
    fn text(&self, diagnostics: &mut Diagnostics) -> Option<&str> {
        let text = std::str::from_utf8(&self.bytes).ok();
        if text.is_none() {
            let hint = "save it as UTF-8";
            let message = "the file is not UTF-8 text";
            diagnostics
                .push(Diagnostic::error(codes::BAD_UTF8, message).at(Place::file(&self.name)).hint(hint));
        }
        text.map(|text| text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}

/// What the files are, with what has to be said about them.
#[derive(Clone, Debug)]
pub enum Format {
    /// Valueflows 1.0, as JSON-LD or YAML, with the currencies that its resources are.
    Valueflows(Vec<Currency>),
    /// CSV of Komunitin: transfers, and accounts.
    Komunitin(Komunitin),
    /// CSV of `TimeOverflow`: its import, or its report.
    TimeOverflow,
    /// CSV of a bank or a shop, and the mapping that says how to read it.
    Csv(Input),
}

/// A flow dataset that was imported.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Text of its manifest.
    pub manifest: String,
    /// Its tables by name.
    pub tables: BTreeMap<&'static str, Sheet>,
    /// What was read, and what became of it.
    pub told: Told,
}

impl Imported {
    /// As a dataset that was never a file.
    pub fn source(&self, name: &str) -> Source {
        let tables = self.tables.iter().map(|(table, sheet)| ((*table).to_owned(), vec![sheet.batch()]));
        Source::tables(name, self.manifest.clone(), tables.collect())
    }

    /// As the files of a folder.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let manifest = ("manifest.toml".to_owned(), self.manifest.clone().into_bytes());
        let tables = self.tables.iter().map(|(table, sheet)| (format!("{table}.csv"), sheet.csv()));
        std::iter::once(manifest).chain(tables).collect()
    }
}

/// Imports files; all that is wrong with them is reported, and then there is no dataset.
pub fn import(
    format: &Format,
    files: &[Input],
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Imported> {
    let imported = match format {
        Format::Valueflows(currencies) => valueflows::import(files, currencies, reference, diagnostics),
        Format::Komunitin(settings) => Some(komunitin::import(files, settings, diagnostics)),
        Format::TimeOverflow => Some(timeoverflow::import(files, diagnostics)),
        Format::Csv(mapping) => bank::import(files, mapping, diagnostics),
    };
    let imported = imported.filter(|_| !diagnostics.has_errors())?;
    if imported.tables.get("flows").is_none_or(Sheet::is_empty) {
        let message = format!("there is no flow in what was read: {}", imported.told.sentence());
        let hint = "a flow is something that passed from one agent to another";
        let place = files.first().map(|file| Place::file(&file.name)).unwrap_or_default();
        diagnostics.push(Diagnostic::error(codes::NO_FLOW, message).at(place).hint(hint));
        return None;
    }
    // What is written can be read: whatever an importer let pass is said here, of the rows it made.
    let before = diagnostics.errors();
    FlowData::read(imported.source("imported"), reference, &(), diagnostics);
    (diagnostics.errors() == before).then_some(imported)
}
