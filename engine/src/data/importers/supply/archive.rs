//! What a database of inventories is handed over as: a zip archive, a folder, or one file. Read entry by entry, never
//! unpacked as a whole; an archive that would harm whoever unpacks it is refused.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::source::{files_under, open_file};

/// Entries of an archive.
const MOST: usize = 2_000_000;
/// Bytes of one entry that is held in memory.
const LARGEST: u64 = 512 << 20;
/// Bytes of all entries, unpacked.
const TOTAL: u64 = 256 << 30;
/// What an archive may unpack to, as a multiple of its size; text of inventories is packed to a tenth or a thirtieth.
const RATIO: u64 = 200;
/// Bytes that are no bomb, however small they were packed.
const SMALL: u64 = 64 << 20;

enum Kind {
    Zip(Box<ZipArchive<BufReader<File>>>),
    Folder(PathBuf),
    One(PathBuf),
}

/// A file in an archive.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its path in the archive, with `/` between its parts.
    pub(super) name: String,
    at: usize,
}

impl Entry {
    /// The folder that it lies in, without those around it.
    pub(super) fn folder(&self) -> &str {
        self.name.rsplit('/').nth(1).unwrap_or_default()
    }
}

/// An archive that was looked at.
pub(super) struct Archive {
    kind: Kind,
    label: String,
    entries: Vec<Entry>,
    /// Bytes that may still be unpacked in one reading of all.
    allowed: u64,
}

impl Archive {
    /// Opens an archive: a zip, a folder, or a file with one of these endings.
    pub(super) fn open(
        path: &Path,
        endings: &[&str],
        hint: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let label = path.to_string_lossy().into_owned();
        let refuse = |message: String| {
            Diagnostic::error(codes::UNREADABLE, message).at(Place::file(&label)).hint(hint)
        };
        let opened = if path.is_dir() {
            files_under(path).map(|names| (Kind::Folder(path.to_owned()), names, TOTAL))
        } else if path.exists() {
            let file = open_file(path, diagnostics)?;
            Self::of_file(path, file, endings)
        } else {
            Err("does not exist".to_owned())
        };
        let (kind, names, allowed) = opened.map_err(|message| diagnostics.push(refuse(message))).ok()?;
        let mut entries: Vec<Entry> = names
            .into_iter()
            .enumerate()
            .filter(|(_, name)| !name.is_empty() && !name.ends_with('/'))
            .map(|(at, name)| Entry { name, at })
            .collect();
        // A folder and a zip of it give the same.
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Some(Self { kind, label, entries, allowed })
    }

    fn of_file(
        path: &Path,
        mut file: BufReader<File>,
        endings: &[&str],
    ) -> Result<(Kind, Vec<String>, u64), String> {
        let is_zip = file.fill_buf().is_ok_and(|bytes| bytes.starts_with(b"PK"));
        if !is_zip {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if endings.iter().any(|ending| name.to_lowercase().ends_with(ending)) {
                return Ok((Kind::One(path.to_owned()), vec![name], TOTAL));
            }
            return Err("is neither a zip archive nor a folder".to_owned());
        }
        let packed = file.get_ref().metadata().map_or(0, |metadata| metadata.len());
        let damaged = |error: &dyn std::fmt::Display| format!("is a damaged zip archive: {error}");
        let mut zip = ZipArchive::new(file).map_err(|error| damaged(&error))?;
        if zip.len() > MOST {
            return Err(format!("holds {} entries, more than {MOST}", zip.len()));
        }
        let allowed = packed.saturating_mul(RATIO).saturating_add(SMALL).min(TOTAL);
        let mut names = Vec::with_capacity(zip.len());
        let (mut seen, mut said) = (BTreeSet::new(), 0_u64);
        for at in 0..zip.len() {
            let entry = zip.by_index_raw(at).map_err(|error| damaged(&error))?;
            let name = entry.name().map_err(|error| damaged(&error))?.into_owned();
            if let Some(why) = harm(&name, entry.is_symlink(), entry.encrypted()) {
                return Err(format!("is refused: its entry `{}` {why}", shown(&name)));
            }
            if !seen.insert(name.clone()) {
                return Err(format!("is refused: it holds two entries `{}`", shown(&name)));
            }
            said = said.saturating_add(entry.size());
            names.push(name);
        }
        if said > allowed {
            return Err(bomb(packed));
        }
        Ok((Kind::Zip(Box::new(zip)), names, allowed))
    }

    /// Its entries, by name.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What it is called.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// Its name without folders and ending.
    pub(super) fn title(&self) -> String {
        let path = Path::new(&self.label);
        let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        absolute.file_stem().map_or_else(|| "archive".into(), |name| name.to_string_lossy().into_owned())
    }

    /// Where an entry is.
    pub(super) fn place(&self, entry: &Entry) -> Place {
        match &self.kind {
            Kind::One(_) => Place::file(&self.label),
            _ => Place::file(format!("{}/{}", self.label.trim_end_matches('/'), entry.name)),
        }
    }

    fn open_entry(&mut self, entry: &Entry) -> Result<Box<dyn Read + '_>, Diagnostic> {
        let place = self.place(entry);
        let failed = |error: &dyn std::fmt::Display| {
            Diagnostic::error(codes::UNREADABLE, format!("cannot be read: {error}")).at(place.clone())
        };
        let path = match &mut self.kind {
            Kind::Zip(zip) => {
                let file = zip.by_index(entry.at).map_err(|error| failed(&error))?;
                return Ok(Box::new(file));
            }
            Kind::Folder(root) => root.join(&entry.name),
            Kind::One(path) => path.clone(),
        };
        let mut found = Diagnostics::new();
        match open_file(&path, &mut found) {
            Some(file) => Ok(Box::new(file)),
            None => Err(found.sorted().first().map_or_else(|| failed(&"unknown"), |first| (*first).clone())),
        }
    }

    /// The text of an entry. An entry may say that it is small, and not be.
    pub(super) fn text(&mut self, entry: &Entry, diagnostics: &mut Diagnostics) -> Option<String> {
        let place = self.place(entry);
        let most = LARGEST.min(self.allowed);
        let mut bytes = Vec::new();
        let read = self.open_entry(entry).and_then(|mut file| {
            let read = file.by_ref().take(most + 1).read_to_end(&mut bytes);
            read.map_err(|error| {
                Diagnostic::error(codes::UNREADABLE, format!("is damaged: {error}")).at(place.clone())
            })
        });
        if let Err(problem) = read {
            diagnostics.push(problem);
            return None;
        }
        if bytes.len() as u64 > most {
            let message = format!("unpacks to more than {} MiB", most >> 20);
            diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(place));
            return None;
        }
        match String::from_utf8(bytes) {
            Ok(text) => Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
            Err(_) => {
                let message = "the file is not UTF-8 text";
                diagnostics
                    .push(Diagnostic::error(codes::BAD_UTF8, message).at(place).hint("save it as UTF-8"));
                None
            }
        }
    }

    /// An entry that is read piece by piece.
    pub(super) fn stream(
        &mut self,
        entry: &Entry,
        diagnostics: &mut Diagnostics,
    ) -> Option<Box<dyn BufRead + '_>> {
        let allowed = self.allowed;
        match self.open_entry(entry) {
            Ok(file) => Some(Box::new(BufReader::with_capacity(1 << 16, file.take(allowed)))),
            Err(problem) => {
                diagnostics.push(problem);
                None
            }
        }
    }
}

fn shown(name: &str) -> String {
    name.chars().take(80).collect()
}

fn bomb(packed: u64) -> String {
    format!(
        "is refused: its {packed} bytes unpack to more than {RATIO} times as much, which is what a zip bomb does"
    )
}

/// Why an entry would harm whoever unpacks it.
fn harm(name: &str, is_link: bool, is_encrypted: bool) -> Option<&'static str> {
    let mut bytes = name.bytes();
    let has_drive = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic()) && bytes.next() == Some(b':');
    if name.starts_with('/') || name.starts_with('\\') || has_drive {
        return Some("has an absolute name");
    }
    if name.split(['/', '\\']).any(|part| part == "..") {
        return Some("leads out of the archive");
    }
    if name.contains('\0') {
        return Some("has a name that no file has");
    }
    if is_link {
        return Some("is a link");
    }
    is_encrypted.then_some("is encrypted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_harm() {
        for name in ["/etc/passwd", "\\x", "C:/x", "a/../../x", "..", "a\\..\\b"] {
            assert!(harm(name, false, false).is_some(), "{name}");
        }
        for name in ["processes/a.json", "a..b/c..json", "...", "x:y"] {
            assert!(harm(name, false, false).is_none() || name == "x:y", "{name}");
        }
        assert_eq!(harm("a", true, false), Some("is a link"));
    }
}
