//! Where the answer goes: never over what is read.

use std::path::{Path, PathBuf};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::lines::{Format, LineSource, same_file};
use crate::data::write::not_a_dataset;

/// Where priced lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// A file; the end of its name says how it is written.
    File(PathBuf),
    /// Standard output, as an Arrow IPC stream.
    StandardOutput,
}

/// Where the answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Priced lines.
    pub lines: Out,
    /// Their sums, if they are wanted.
    pub summary: Option<PathBuf>,
    /// Lines that cannot be priced, as CSV.
    pub rejects: Option<PathBuf>,
}

impl Outputs {
    /// What a user asks for: `-` is standard output, and rejects go beside the lines if nobody says otherwise. Priced
    /// lines on standard output need a place for rejects, or `strict`, which has none.
    pub fn new(
        out: &Path,
        summary: Option<&Path>,
        rejects: Option<&Path>,
        strict: bool,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let is_standard = out == Path::new("-");
        let rejects = match rejects {
            Some(path) => Some(path.to_owned()),
            None if strict => None,
            None if is_standard => {
                let message = "nobody says what becomes of lines that cannot be priced";
                let hint = "`--rejects FILE` keeps them, `--strict` stops at the first one";
                diagnostics.push(Diagnostic::error(codes::MISSING_CHOICE, message).hint(hint));
                return None;
            }
            None => Some(out.with_extension("rejects.csv")),
        };
        let lines = if is_standard { Out::StandardOutput } else { Out::File(out.to_owned()) };
        Some(Self { lines, summary: summary.map(Path::to_owned), rejects })
    }

    fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let lines = if let Out::File(path) = &self.lines { Some(path) } else { None };
        lines.into_iter().chain(&self.summary).chain(&self.rejects)
    }

    /// Reports what cannot be written where it should be.
    pub(super) fn check(
        &self,
        source: &LineSource,
        book: Option<&Path>,
        diagnostics: &mut Diagnostics,
    ) -> Option<()> {
        let before = diagnostics.errors();
        let mut refuse = |path: &Path, message: &str, hint: &str| {
            let place = Place::file(path.to_string_lossy());
            diagnostics.push(Diagnostic::error(codes::UNWRITABLE, message).at(place).hint(hint));
        };
        let ends =
            "the name of a file ends in `.parquet`, `.csv`, `.arrow` or `.arrows`; `-` is standard output";
        if let Out::File(path) = &self.lines
            && Format::of(path).is_none()
        {
            refuse(path, "its name does not say how it is written", ends);
        }
        if let Some(path) = &self.summary
            && !matches!(Format::of(path), Some(Format::Parquet | Format::Csv | Format::ArrowFile))
        {
            refuse(path, "its name does not say how it is written", "`.parquet`, `.csv` or `.arrow`");
        }
        let all: Vec<&PathBuf> = self.files().collect();
        for (at, path) in all.iter().enumerate() {
            if all[..at].iter().any(|other| same_file(other, path)) {
                refuse(path, "two results cannot be written to one file", "give each a name of its own");
            }
            if source.files.iter().any(|file| same_file(file, path)) {
                refuse(path, "the lines are read from this file", "write to another file");
            } else if book.is_some_and(|book| same_file(book, path)) {
                refuse(path, "the price book is read from this file", "write to another file");
            } else if source.folder.as_ref().is_some_and(|folder| is_in(path, folder)) {
                refuse(path, "the lines are read from this folder", "write to another folder");
            }
        }
        for path in &all {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            if let Err(diagnostic) = not_a_dataset(folder.unwrap_or(Path::new("."))) {
                diagnostics.push(diagnostic);
                break;
            }
        }
        (diagnostics.errors() == before).then_some(())
    }
}

fn is_in(path: &Path, folder: &Path) -> bool {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    same_file(parent, folder)
}
