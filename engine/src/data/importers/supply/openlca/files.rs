//! The files of an archive of openLCA, read one by one.

use serde::de::DeserializeOwned;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::supply::archive::{Archive, Entry};

/// An archive whose files are JSON, in a folder for each type.
pub(super) struct Files {
    pub(super) archive: Archive,
}

impl Files {
    /// The files of a type, by name.
    pub(super) fn of(&self, folder: &str) -> Vec<Entry> {
        let is_json =
            |name: &str| name.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        let entries = self.archive.entries().iter();
        entries.filter(|entry| entry.folder() == folder && is_json(&entry.name)).cloned().collect()
    }

    /// Reads each file of a type; one that cannot be read is reported.
    pub(super) fn each<T: DeserializeOwned>(
        &mut self,
        folder: &str,
        diagnostics: &mut Diagnostics,
        mut look: impl FnMut(T, Place, &mut Diagnostics),
    ) {
        for entry in self.of(folder) {
            if let Some(read) = self.read(&entry, diagnostics) {
                look(read, self.archive.place(&entry), diagnostics);
            }
        }
    }

    /// Reads a file.
    pub(super) fn read<T: DeserializeOwned>(
        &mut self,
        entry: &Entry,
        diagnostics: &mut Diagnostics,
    ) -> Option<T> {
        let text = self.archive.text(entry, diagnostics)?;
        match serde_json::from_str(&text) {
            Ok(read) => Some(read),
            Err(error) => {
                let place = self.archive.place(entry);
                let place = Place::row(place.file, error.line() as u64);
                let (code, hint) = match error.classify() {
                    serde_json::error::Category::Data => {
                        (codes::BAD_VALUE, "the JSON is read, and is not what openLCA writes")
                    }
                    _ => (
                        codes::BAD_SYNTAX,
                        "a file of an archive of openLCA is one JSON object, nested at most 128 deep",
                    ),
                };
                diagnostics.push(Diagnostic::error(code, error.to_string()).at(place).hint(hint));
                None
            }
        }
    }
}
