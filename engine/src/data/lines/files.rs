//! Which files lines are in: one, or all of a folder that are of one format.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::LineSource;

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Parquet.
    Parquet,
    /// Comma-separated values.
    Csv,
    /// An Arrow IPC file.
    ArrowFile,
    /// An Arrow IPC stream.
    ArrowStream,
}

impl Format {
    /// The extensions of files, in words.
    pub const EXTENSIONS: &'static str = "`.parquet`, `.csv`, `.arrow` or `.arrows`";

    /// By the extension of a file's name.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "parquet" | "pq" => Some(Self::Parquet),
            "csv" => Some(Self::Csv),
            "arrow" | "feather" | "ipc" => Some(Self::ArrowFile),
            "arrows" => Some(Self::ArrowStream),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Parquet => "Parquet",
            Self::Csv => "CSV",
            Self::ArrowFile => "Arrow IPC",
            Self::ArrowStream => "an Arrow IPC stream",
        }
    }
}

pub(super) fn unreadable(label: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(codes::UNREADABLE, format!("cannot be read: {error}")).at(Place::file(label))
}

/// Where a path leads, whether there is a file or not.
fn resolved(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let in_folder = || Some(folder.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}

/// Do two paths lead to one file, or would they?
pub fn same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(one), Ok(other)) = (std::fs::metadata(one), std::fs::metadata(other)) {
        use std::os::unix::fs::MetadataExt;
        return (one.dev(), one.ino()) == (other.dev(), other.ino());
    }
    resolved(one) == resolved(other)
}

/// The files of a folder that hold lines, by name, and their one format.
fn in_folder(folder: &Path, diagnostics: &mut Diagnostics) -> Result<(Format, Vec<PathBuf>), Diagnostic> {
    let label = folder.to_string_lossy();
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| unreadable(&label, &error))?;
    let mut files: BTreeMap<Format, Vec<PathBuf>> = BTreeMap::new();
    let mut left_out: Vec<String> = Vec::new();
    for path in entries.into_iter().map(|entry| folder.join(entry.file_name())) {
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(['.', '_']));
        if is_hidden {
            continue;
        }
        match Format::of(&path).filter(|_| !path.is_dir()) {
            Some(format) => files.entry(format).or_default().push(path),
            None => left_out.extend(path.file_name().map(|name| name.to_string_lossy().into_owned())),
        }
    }
    if !left_out.is_empty() {
        left_out.sort();
        let message = format!("not read: {}", left_out.join(", "));
        let hint = format!(
            "lines are read from files that end in {}, not from folders in folders",
            Format::EXTENSIONS
        );
        diagnostics.push(
            Diagnostic::warning(codes::FILES_DIFFER, message).at(Place::file(label.clone())).hint(hint),
        );
    }
    for paths in files.values_mut() {
        paths.sort();
    }
    let mut formats = files.into_iter();
    let Some((format, paths)) = formats.next() else {
        let hint = format!("lines are read from files that end in {}", Format::EXTENSIONS);
        let message = "the folder holds no lines";
        return Err(Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(label)).hint(hint));
    };
    if let Some((other, others)) = formats.next() {
        let message = format!("this is {}, and {} is {}", other.word(), paths[0].display(), format.word());
        let place = Place::file(others[0].to_string_lossy());
        let hint = "files of one folder are of one format; name a file, or move the others away";
        return Err(Diagnostic::error(codes::FILES_DIFFER, message).at(place).hint(hint));
    }
    Ok((format, paths))
}

/// The columns that two files have alike; a column may hold nulls if it does in one of them.
pub(super) fn same_columns(
    one: &SchemaRef,
    other: &SchemaRef,
    one_label: &str,
    label: &str,
) -> Result<SchemaRef, Diagnostic> {
    let differ = |column: Option<&str>, message: String| {
        let place = Place { column: column.map(str::to_owned), ..Place::file(label) };
        let hint = "files of one folder have the same columns, in the same order, of the same types";
        Err(Diagnostic::error(codes::FILES_DIFFER, message).at(place).hint(hint))
    };
    let mut fields = Vec::new();
    for (place, field) in one.fields().iter().enumerate() {
        let name = field.name();
        match other.fields().get(place) {
            Some(own) if own.name() != name => {
                let message =
                    format!("the column {} is `{}`, and `{name}` in {one_label}", place + 1, own.name());
                return differ(None, message);
            }
            Some(own) if own.data_type() != field.data_type() => {
                let (has, had) = (own.data_type(), field.data_type());
                return differ(
                    Some(name),
                    format!("the column is of the type {has}, and {had} in {one_label}"),
                );
            }
            Some(own) => {
                let is_nullable = own.is_nullable() || field.is_nullable();
                fields.push(field.as_ref().clone().with_nullable(is_nullable));
            }
            None => return differ(None, format!("there is no column `{name}`, as there is in {one_label}")),
        }
    }
    match other.fields().get(fields.len()) {
        Some(more) => differ(Some(more.name()), format!("there is no such column in {one_label}")),
        None => Ok(Arc::new(Schema::new_with_metadata(fields, one.metadata().clone()))),
    }
}

impl LineSource {
    /// A file, or all files of a folder that hold lines, sorted by name. Their columns must be the same.
    pub fn open(path: &Path, diagnostics: &mut Diagnostics) -> Option<Self> {
        let label = path.to_string_lossy();
        let refuse = |diagnostic: Diagnostic, diagnostics: &mut Diagnostics| diagnostics.push(diagnostic);
        let (format, files) = match std::fs::metadata(path) {
            Err(error) => {
                refuse(unreadable(&label, &error), diagnostics);
                return None;
            }
            Ok(metadata) if metadata.is_dir() => {
                in_folder(path, diagnostics).map_err(|diagnostic| refuse(diagnostic, diagnostics)).ok()?
            }
            Ok(metadata) if !metadata.is_file() => {
                let error = std::io::Error::other("it is not a regular file");
                let hint = "`-` reads an Arrow IPC stream from standard input";
                refuse(unreadable(&label, &error).hint(hint), diagnostics);
                return None;
            }
            Ok(_) => {
                let Some(format) = Format::of(path) else {
                    let hint = format!("the name of a file of lines ends in {}", Format::EXTENSIONS);
                    let message = "its name does not say what it is";
                    let diagnostic = Diagnostic::error(codes::UNREADABLE, message);
                    refuse(diagnostic.at(Place::file(label)).hint(hint), diagnostics);
                    return None;
                };
                (format, vec![path.to_owned()])
            }
        };
        let source = match format {
            Format::Parquet => Self::parquet(path, files, diagnostics),
            Format::Csv => Self::csv(path, files, diagnostics),
            Format::ArrowFile | Format::ArrowStream => Self::arrow(path, files, format, diagnostics),
        };
        source.map(|source| Self { folder: path.is_dir().then(|| path.to_owned()), ..source })
    }
}
