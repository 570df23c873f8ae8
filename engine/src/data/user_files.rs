//! Files of the user, as a whole or piece by piece, and what lies in a folder.

use std::fs::{File, Metadata};
use std::io::{BufReader, Error, ErrorKind};
use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::table::Table;

/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// Opens one file of the user to read it piece by piece; a pipe or a device would never end.
pub fn open_file(path: &Path, diagnostics: &mut Diagnostics) -> Option<BufReader<File>> {
    let opened = std::fs::metadata(path)
        .and_then(|metadata| if metadata.is_file() { File::open(path) } else { Err(not_a_file(&metadata)) });
    let file = opened.map_err(|error| diagnostics.push(unreadable(&path.to_string_lossy(), &error))).ok()?;
    Some(BufReader::with_capacity(PIECE, file))
}

/// Reads a regular file: a pipe or a device would never end.
pub(super) fn read_regular(path: &Path) -> std::io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_file() { std::fs::read(path) } else { Err(not_a_file(&metadata)) }
}

fn not_a_file(metadata: &Metadata) -> Error {
    if metadata.is_dir() { ErrorKind::IsADirectory.into() } else { Error::other("it is not a regular file") }
}

pub(super) fn unreadable(label: &str, error: &std::io::Error) -> Diagnostic {
    let diagnostic = |message: String| Diagnostic::error(codes::UNREADABLE, message).at(Place::file(label));
    match error.kind() {
        ErrorKind::NotFound => diagnostic("does not exist".to_owned())
            .hint("is the path right? It is looked for from the folder that the program was started in"),
        ErrorKind::IsADirectory => {
            diagnostic("is a folder, not a file".to_owned()).hint("name a file, such as one in it")
        }
        _ => diagnostic(format!("cannot be read: {error}")),
    }
}

/// Reads one file of the user as a table.
pub fn read_table(path: &Path, is_csv: bool, diagnostics: &mut Diagnostics) -> Option<Table> {
    let label = path.to_string_lossy();
    match read_regular(path) {
        Ok(bytes) if is_csv => Table::from_csv(&label, &bytes, diagnostics),
        Ok(bytes) => Table::from_parquet(&label, bytes, diagnostics),
        Err(error) => {
            diagnostics.push(unreadable(&label, &error));
            None
        }
    }
}

/// Reads one file of the user as a table, by its ending.
pub(super) fn read_user_table(path: &Path, diagnostics: &mut Diagnostics) -> Option<Table> {
    let end = path.extension().map(|end| end.to_string_lossy().to_lowercase());
    match end.as_deref() {
        Some("csv") => read_table(path, true, diagnostics),
        Some("parquet") => read_table(path, false, diagnostics),
        _ => {
            let place = Place::file(path.to_string_lossy());
            let hint = "save it as CSV (\"CSV UTF-8, comma delimited\") or Parquet";
            let message = "is neither a .csv nor a .parquet file";
            diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(place).hint(hint));
            None
        }
    }
}

/// Reads one file of the user as it is.
pub fn read_file(path: &Path, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
    read_regular(path).map_err(|error| diagnostics.push(unreadable(&path.to_string_lossy(), &error))).ok()
}

/// The bytes of a workbook.
pub(super) fn read_workbook(path: &Path, label: &str, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
    read_regular(path)
        .map_err(|error| {
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            let hint = "`truecost template FILE.xlsx` writes a workbook to start from";
            let diagnostic = if missing {
                Diagnostic::error(codes::UNREADABLE, "does not exist").at(Place::file(label)).hint(hint)
            } else {
                unreadable(label, &error)
            };
            diagnostics.push(diagnostic);
        })
        .ok()
}

/// Is there a file of this path?
pub fn is_there(path: &Path) -> bool {
    path.is_file()
}

/// Names of what lies in a folder of the user, sorted.
pub fn names_in(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Paths of all files in a folder of the user and in its folders, relative to it, with `/` between their parts, and
/// their bytes. Links are not followed. `Err`: what cannot be read, all of it; folders deeper and files more than so many
/// are not looked at.
pub fn files_under(path: &Path, deepest: usize, most: usize) -> Result<Vec<(String, u64)>, Vec<String>> {
    let mut under = Under { root: path, deepest, most, found: Vec::new(), problems: Vec::new() };
    under.look("", 0);
    if under.found.len() > most {
        under.problems.push(format!("holds more than {most} files"));
    }
    if under.problems.is_empty() { Ok(under.found) } else { Err(under.problems) }
}

struct Under<'a> {
    root: &'a Path,
    deepest: usize,
    most: usize,
    found: Vec<(String, u64)>,
    problems: Vec<String>,
}

impl Under<'_> {
    fn look(&mut self, folder: &str, depth: usize) {
        if depth > self.deepest {
            self.problems.push(format!("holds `{folder}`, which lies deeper than {} folders", self.deepest));
            return;
        }
        let listed =
            std::fs::read_dir(self.root.join(folder)).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = match listed {
            Ok(entries) => entries,
            Err(error) => {
                self.problems.push(format!("its folder `{folder}` cannot be read: {error}"));
                return;
            }
        };
        for entry in entries {
            if self.found.len() > self.most {
                return;
            }
            let Ok(name) = entry.file_name().into_string() else {
                let shown = entry.file_name().to_string_lossy().into_owned();
                self.problems.push(format!("holds `{folder}{shown}`, whose name is not UTF-8"));
                continue;
            };
            let inside = format!("{folder}{name}");
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => self.look(&format!("{inside}/"), depth + 1),
                Ok(metadata) if metadata.is_file() => self.found.push((inside, metadata.len())),
                Ok(metadata) if metadata.is_symlink() => {
                    self.problems.push(format!("holds `{inside}`, which is a link"));
                }
                Ok(_) => self.problems.push(format!("holds `{inside}`, which is no regular file")),
                Err(error) => self.problems.push(format!("holds `{inside}`, which cannot be read: {error}")),
            }
        }
    }
}
