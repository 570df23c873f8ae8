//! Reads a scenario: a TOML file, a text in memory, or a folder of tables.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::hash;
use crate::data::reference::Reference;
use crate::data::source::read_file;
use crate::data::supply::Supply;

use super::build::Builder;
use super::change::Scenario;
use super::doc::{Lines, entries};
use super::fields::SCENARIO;
use super::folder;

/// Bytes of a scenario file: nobody writes larger ones by hand, and tables belong into files of their own.
const LARGEST: usize = 4 << 20;

/// The file of a scenario that is a folder, if its changes are not tables alone.
pub(super) const FILE: &str = "scenario.toml";

impl Scenario {
    /// Reads a scenario file, or a folder: with a `scenario.toml`, with tables that are laid over those of the dataset by
    /// their keys, or both. Every problem is reported; whether its ids exist is found out when it is laid over a dataset.
    pub fn read(
        path: &Path,
        supply: &Supply,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        if path.is_dir() {
            return folder::read(path, supply, reference, diagnostics);
        }
        let bytes = read_file(path, diagnostics)?;
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let label = path.to_string_lossy();
        let text = text(&label, bytes, diagnostics)?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Self::parse(&name, &label, &text, &folder, supply, reference, diagnostics)
    }

    /// Reads the text of a scenario. Diagnostics call it `label`; its files are looked for from `folder`.
    pub fn parse(
        name: &str,
        label: &str,
        text: &str,
        folder: &Path,
        supply: &Supply,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let before = diagnostics.errors();
        let lines = Lines::new(label, text);
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message().replace('\n', ", ");
            let hint = "docs/reference/scenarios.md shows scenario files";
            diagnostics.push(Diagnostic::error(codes::SCENARIO, message).at(lines.place(at)).hint(hint));
        }
        if !errors.is_empty() {
            return None;
        }
        let table = document.get_ref();
        let mut own = entries(table, 0, SCENARIO, &["change"], &lines, diagnostics);
        let mut builder = Builder::new(label, folder, supply, reference);
        let changes = builder.changes(table, &lines, diagnostics);
        let title = own.text("title");
        let scenario = Self {
            name: name.to_owned(),
            title: title.unwrap_or_default(),
            description: own.text("description").unwrap_or_default(),
            source: own.text("source").unwrap_or_default(),
            file: label.to_owned(),
            hash: hash_of(text, &builder.hashes),
            changes,
        };
        (diagnostics.errors() == before).then_some(scenario)
    }
}

/// The hash of a text and of tables.
pub(super) fn hash_of(text: &str, tables: &[String]) -> String {
    hash::bytes([&[text.to_owned()], tables].concat().join("\n").as_bytes())
}

/// The text of a file that is one.
pub(super) fn text(label: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<String> {
    if bytes.len() > LARGEST {
        let message = format!("the file has {} bytes, more than a scenario may", bytes.len());
        let hint = "write rows into a CSV, and name it by a change of the kind `table`";
        diagnostics.push(Diagnostic::error(codes::SCENARIO, message).at(Place::file(label)).hint(hint));
        return None;
    }
    String::from_utf8(bytes)
        .map_err(|_| {
            let hint = "save it as UTF-8";
            let diagnostic = Diagnostic::error(codes::BAD_UTF8, "the file is not UTF-8 text");
            diagnostics.push(diagnostic.at(Place::file(label)).hint(hint));
        })
        .ok()
}

/// A file that a scenario names, from its folder.
pub(super) fn beside(folder: &Path, name: &str) -> PathBuf {
    folder.join(name)
}
