//! Files of the user that are read piece by piece, and what lies in a folder.

use std::fs::File;
use std::io::{BufReader, Error};
use std::path::Path;

use crate::base::diagnostic::Diagnostics;

use super::source::unreadable;

/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// Opens one file of the user to read it piece by piece; a pipe or a device would never end.
pub fn open_file(path: &Path, diagnostics: &mut Diagnostics) -> Option<BufReader<File>> {
    let opened = std::fs::metadata(path).and_then(|metadata| {
        if metadata.is_file() { File::open(path) } else { Err(Error::other("it is not a regular file")) }
    });
    let file = opened.map_err(|error| diagnostics.push(unreadable(&path.to_string_lossy(), &error))).ok()?;
    Some(BufReader::with_capacity(PIECE, file))
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

/// Something that lies in a folder of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lying {
    /// A file of so many bytes.
    File(u64),
    /// A folder.
    Folder,
    /// A link, a pipe or a device: it is not followed.
    Other,
}

/// What lies in a folder of the user, sorted by name. Links are not followed.
pub fn lying_in(path: &Path) -> Vec<(String, Lying)> {
    let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<(String, Lying)> = entries
        .map(|entry| {
            let lying = match entry.metadata() {
                Ok(metadata) if metadata.is_file() => Lying::File(metadata.len()),
                Ok(metadata) if metadata.is_dir() => Lying::Folder,
                _ => Lying::Other,
            };
            (entry.file_name().to_string_lossy().into_owned(), lying)
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}
