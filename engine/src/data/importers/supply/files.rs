//! The files of a source: a folder, or a zip that is read where it is. What is hostile is refused before it is unpacked.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Input;
use crate::data::source::{Lying, lying_in, open_file};

/// How deeply folders may lie in one another.
const DEEPEST: usize = 8;
/// Files of one source.
const MOST_FILES: usize = 100_000;
/// Bytes of one file that is held in memory.
pub(super) const LARGEST: u64 = 8 << 30;
/// Bytes of one file that are unpacked however small it was packed.
const PLAIN: u64 = 64 << 20;
/// How many times as large as it is packed a larger file may be: numbers do not shrink to less.
const RATIO: u64 = 200;

/// Where the files are.
enum Holder {
    Folder(PathBuf),
    Zip(RefCell<ZipArchive<BufReader<File>>>),
}

/// Files by name, folders parted by `/`, of the folder that the source really is.
pub(super) struct Files {
    holder: Holder,
    /// What diagnostics call the source.
    label: String,
    name: String,
    /// Name of the folder within that all names begin with: empty, or ending in `/`.
    root: String,
    /// By name: where it is in the archive, and its bytes.
    found: BTreeMap<String, (usize, u64)>,
    /// Names of links and devices, which are not read.
    others: Vec<String>,
}

impl Files {
    /// Opens a folder or a zip. `marker` is a file that tells where in it the source begins: the highest one.
    pub(super) fn open(
        path: &Path,
        marker: &[&str],
        hint: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let label = path.to_string_lossy().into_owned();
        let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name =
            absolute.file_stem().map_or_else(|| label.clone(), |name| name.to_string_lossy().into_owned());
        let before = diagnostics.errors();
        let mut files = if path.is_dir() {
            let folder = Holder::Folder(path.to_owned());
            let mut files = Self {
                holder: folder,
                label,
                name,
                root: String::new(),
                found: BTreeMap::new(),
                others: Vec::new(),
            };
            files.walk(path, "", 0, diagnostics);
            files
        } else {
            if !path.exists() {
                let diagnostic = Diagnostic::error(codes::UNREADABLE, "does not exist");
                diagnostics.push(diagnostic.at(Place::file(label)).hint(hint));
                return None;
            }
            Self::archive(label, name, open_file(path, diagnostics)?, hint, diagnostics)?
        };
        let depth = |name: &&String| name.matches('/').count();
        let is_marker = |name: &&String| marker.contains(&name.rsplit('/').next().unwrap_or(name));
        if let Some(first) = files.found.keys().filter(is_marker).min_by_key(depth) {
            files.root = first.rfind('/').map_or_else(String::new, |at| first[..=at].to_owned());
        }
        (diagnostics.errors() == before).then_some(files)
    }

    fn archive(
        label: String,
        name: String,
        file: BufReader<File>,
        hint: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut refuse = |message: String, hint: &str| {
            diagnostics
                .push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(&label)).hint(hint));
        };
        let mut archive = match ZipArchive::new(file) {
            Ok(archive) => archive,
            Err(error) => {
                refuse(format!("is not a zip that can be read: {error}"), hint);
                return None;
            }
        };
        if archive.len() > MOST_FILES {
            refuse(format!("has {} files, more than {MOST_FILES}", archive.len()), hint);
            return None;
        }
        if archive.has_overlapping_files().unwrap_or(true) {
            refuse("is a bomb: files of it lie in one another".to_owned(), "do not unpack it");
            return None;
        }
        let anew = "do not unpack it: whoever made it may mean harm; get it from where it is published";
        let mut found = BTreeMap::new();
        for at in 0..archive.len() {
            let entry = match archive.by_index_raw(at) {
                Ok(entry) => entry,
                Err(error) => {
                    refuse(format!("is damaged: {error}"), hint);
                    return None;
                }
            };
            let named = entry.name().ok().filter(|name| is_safe(name)).map(std::borrow::Cow::into_owned);
            let shown = String::from_utf8_lossy(entry.name_raw()).chars().take(80).collect::<String>();
            let (size, packed) = (entry.size(), entry.compressed_size());
            match named {
                None => refuse(format!("holds `{shown}`, whose name leads out of the archive"), anew),
                Some(_) if entry.is_symlink() => refuse(format!("holds `{shown}`, which is a link"), anew),
                Some(_) if entry.encrypted() => refuse(format!("holds `{shown}`, which is encrypted"), anew),
                Some(_) if size > PLAIN && size / RATIO > packed => {
                    let text =
                        format!("holds `{shown}`, which unpacks to {} times its size", size / packed.max(1));
                    refuse(text, anew);
                }
                Some(name) if entry.is_file() => {
                    if found.insert(name, (at, size)).is_some() {
                        refuse(format!("holds `{shown}` twice"), anew);
                    }
                }
                Some(_) => {}
            }
        }
        let holder = Holder::Zip(RefCell::new(archive));
        Some(Self { holder, label, name, root: String::new(), found, others: Vec::new() })
    }

    fn walk(&mut self, folder: &Path, within: &str, depth: usize, diagnostics: &mut Diagnostics) {
        if depth > DEEPEST || self.found.len() > MOST_FILES {
            let message =
                format!("has more than {DEEPEST} folders in one another, or more than {MOST_FILES} files");
            diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(&self.label)));
            return;
        }
        for (name, lying) in lying_in(folder) {
            let full = format!("{within}{name}");
            match lying {
                Lying::File(size) => {
                    self.found.insert(full, (0, size));
                }
                Lying::Folder => self.walk(&folder.join(&name), &format!("{full}/"), depth + 1, diagnostics),
                Lying::Other => self.others.push(full),
            }
        }
    }

    /// The name of the source, without the ending of an archive.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What diagnostics call the source.
    pub(super) fn source(&self) -> &str {
        &self.label
    }

    /// What diagnostics call a file of it.
    pub(super) fn label(&self, file: &str) -> String {
        format!("{}/{}{file}", self.label.trim_end_matches('/'), self.root)
    }

    /// Has it a file of this name?
    pub(super) fn has(&self, file: &str) -> bool {
        self.size(file).is_some()
    }

    /// Bytes of a file.
    pub(super) fn size(&self, file: &str) -> Option<u64> {
        self.found.get(&format!("{}{file}", self.root)).map(|(_, size)| *size)
    }

    /// Names of all files below its beginning, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.found.keys().filter_map(|name| name.strip_prefix(&self.root))
    }

    fn missing(&self, file: &str, hint: &str) -> Diagnostic {
        let full = format!("{}{file}", self.root);
        let place = Place::file(&self.label);
        if self.others.contains(&full) {
            let message = format!("`{file}` is a link or a device, not a file");
            return Diagnostic::error(codes::UNREADABLE, message).at(place).hint("put the file itself there");
        }
        if !is_safe(file) {
            let message = format!("`{file}` leads out of the folder");
            return Diagnostic::error(codes::UNREADABLE, message).at(place).hint(hint);
        }
        Diagnostic::error(codes::MISSING_TABLE, format!("there is no `{file}`")).at(place).hint(hint)
    }

    /// Hands what reads a file to `read`. What cannot be read is reported.
    pub(super) fn stream<T>(
        &self,
        file: &str,
        hint: &str,
        diagnostics: &mut Diagnostics,
        read: impl FnOnce(&mut dyn Read, &mut Diagnostics) -> T,
    ) -> Option<T> {
        let full = format!("{}{file}", self.root);
        let Some((at, size)) = self.found.get(&full) else {
            diagnostics.push(self.missing(file, hint));
            return None;
        };
        match &self.holder {
            Holder::Folder(path) => Some(read(&mut open_file(&path.join(&full), diagnostics)?, diagnostics)),
            Holder::Zip(archive) => {
                let mut archive = archive.borrow_mut();
                match archive.by_index(*at) {
                    Ok(entry) => Some(read(&mut entry.take(*size), diagnostics)),
                    Err(error) => {
                        let diagnostic =
                            Diagnostic::error(codes::UNREADABLE, format!("cannot be unpacked: {error}"));
                        diagnostics.push(diagnostic.at(Place::file(self.label(file))));
                        None
                    }
                }
            }
        }
    }

    /// A file as a whole, of so many bytes at most.
    pub(super) fn bytes(
        &self,
        file: &str,
        most: u64,
        hint: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Input> {
        let size = self.size(file).unwrap_or_default();
        if size > most {
            let message = format!("has {size} bytes, more than the {most} that are read");
            diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(self.label(file))));
            return None;
        }
        let mut bytes = Vec::new();
        let done = self.stream(file, hint, diagnostics, |reader, _| reader.read_to_end(&mut bytes))?;
        if let Err(error) = done {
            let message = format!("cannot be read: {error}");
            diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(self.label(file))));
            return None;
        }
        Some(Input { name: self.label(file), bytes })
    }
}

/// Does a name stay in its folder?
pub(super) fn is_safe(name: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    let parts = name.strip_suffix('/').unwrap_or(name);
    !name.contains(['\\', '\0', ':']) && parts.split('/').all(is_plain)
}
