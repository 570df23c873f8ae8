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

/// Folders that are looked into, one in another.
const DEEPEST: usize = 32;

/// Paths of all files in a folder of the user and in its folders, relative to it, sorted, with `/` between their parts.
/// Links are not followed: `Err` names the first, or the folder that lies too deep.
pub fn files_under(path: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    look_under(path, "", 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn look_under(root: &Path, folder: &str, depth: usize, found: &mut Vec<String>) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("`{folder}` lies deeper than {DEEPEST} folders"));
    }
    for name in names_in(&root.join(folder)) {
        let inside = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let kind = std::fs::symlink_metadata(root.join(&inside)).map_err(|error| error.to_string())?;
        if kind.is_symlink() {
            return Err(format!("`{inside}` is a link"));
        }
        if kind.is_dir() {
            look_under(root, &inside, depth + 1, found)?;
        } else {
            found.push(inside);
        }
    }
    Ok(())
}
