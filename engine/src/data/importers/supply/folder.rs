//! The files of a model: a folder that is read, and nothing outside it.

use std::path::{Path, PathBuf};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Input;
use crate::data::source::{is_there, names_in, read_file};

/// A folder with the files of a model.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A folder that must be there.
    pub(super) fn open(path: &Path, hint: &str, diagnostics: &mut Diagnostics) -> Option<Self> {
        if path.is_dir() {
            return Some(Self { path: path.to_owned() });
        }
        let message = if path.exists() { "is not a folder" } else { "does not exist" };
        let place = Place::file(path.to_string_lossy());
        diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(place).hint(hint));
        None
    }

    /// Where a file of it is.
    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    /// What diagnostics call a file of it.
    pub(super) fn label(&self, file: &str) -> String {
        self.path(file).to_string_lossy().into_owned()
    }

    /// Its own name.
    pub(super) fn name(&self) -> String {
        let absolute = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        absolute.file_name().map_or_else(|| "model".into(), |name| name.to_string_lossy().into_owned())
    }

    /// Has it a file of this name?
    pub(super) fn has(&self, file: &str) -> bool {
        is_there(&self.path(file))
    }

    /// Names of what lies in a folder of it.
    pub(super) fn names(&self, folder: &str) -> Vec<String> {
        names_in(&self.path.join(folder))
    }

    /// A file that must be there.
    pub(super) fn needs(&self, file: &str, hint: &str, diagnostics: &mut Diagnostics) -> Option<Input> {
        if !self.has(file) {
            let message = format!("there is no `{file}`");
            let place = Place::file(self.path.to_string_lossy());
            diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
            return None;
        }
        let bytes = read_file(&self.path(file), diagnostics)?;
        Some(Input { name: self.label(file), bytes })
    }
}
