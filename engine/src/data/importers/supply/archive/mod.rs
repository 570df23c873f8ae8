//! What supply data are handed over as: a zip archive, a folder, or one file. Read entry by entry, never unpacked as a
//! whole; one set of limits holds for all, and what would harm whoever unpacks it is refused before it is read.

mod limits;
mod zipped;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Input;
use crate::data::source::{files_under, open_file};

use limits::{DEEPEST, MOST, SAID, TOTAL};
pub(super) use limits::{DOCUMENT, HELD, NESTED};
use zipped::{Exact, Zip};

/// Bytes that are read of a zip at once: every entry begins with a new reading.
const PIECE: usize = 1 << 14;

enum Holder {
    Zip(Box<RefCell<Zip>>),
    Folder(PathBuf),
    One(PathBuf),
}

/// An entry: where it is in a zip, and its bytes.
#[derive(Clone, Copy, Debug)]
struct Found {
    at: usize,
    size: u64,
}

/// Why a source is not read; without a hint of its own, that of the importer says what it should be.
struct Refusal {
    message: String,
    hint: Option<&'static str>,
}

impl Refusal {
    fn new(message: String) -> Self {
        Self { message, hint: None }
    }
}

type Opened = Result<(Holder, BTreeMap<String, Found>), Vec<Refusal>>;

/// A source that was looked at. Its entries are called by their paths, with `/` between their parts.
pub(super) struct Archive {
    holder: Holder,
    label: String,
    hint: &'static str,
    /// The folder within that all names begin with: empty, or ending in `/`.
    root: String,
    entries: BTreeMap<String, Found>,
}

impl Archive {
    /// Opens a zip, a folder, or a file with one of these endings. `hint` says what it should be.
    pub(super) fn open(
        path: &Path,
        endings: &[&str],
        hint: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let label = path.to_string_lossy().into_owned();
        let opened = if path.is_dir() {
            of_folder(path)
        } else if path.exists() {
            of_file(path, open_file(path, diagnostics)?, endings)
        } else {
            Err(vec![Refusal::new("does not exist".to_owned())])
        };
        match opened {
            Ok((holder, entries)) => Some(Self { holder, label, hint, root: String::new(), entries }),
            Err(refused) => {
                let more = refused.len().saturating_sub(SAID);
                let more =
                    (more > 0).then(|| Refusal::new(format!("{more} more of its entries are refused")));
                for refusal in refused.into_iter().take(SAID).chain(more) {
                    let diagnostic = Diagnostic::error(codes::UNREADABLE, refusal.message);
                    diagnostics.push(diagnostic.at(Place::file(&label)).hint(refusal.hint.unwrap_or(hint)));
                }
                None
            }
        }
    }

    /// Begins where the highest file of one of these names lies; there must be one such folder.
    pub(super) fn beginning_at(mut self, names: &[&str], diagnostics: &mut Diagnostics) -> Option<Self> {
        let end = |name: &str| name.rfind('/').map_or(0, |at| at + 1);
        let holds_one =
            self.entries.keys().filter(|name| names.contains(&name.rsplit('/').next().unwrap_or(name)));
        let mut folders: Vec<&str> = holds_one.map(|name| &name[..end(name)]).collect();
        folders.sort_unstable();
        folders.dedup();
        let depth = |folder: &&str| folder.matches('/').count();
        let least = folders.iter().map(depth).min();
        let highest: Vec<&str> = folders.into_iter().filter(|folder| Some(depth(folder)) == least).collect();
        if let [one, other, ..] = highest[..] {
            let message = format!("holds several: in `{one}` and in `{other}`");
            let hint = "name one of those folders; of a zip, unpack it first";
            diagnostics.push(self.says(codes::UNREADABLE, message).hint(hint));
            return None;
        }
        highest.first().copied().unwrap_or_default().clone_into(&mut self.root);
        Some(self)
    }

    /// Names of what it holds, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().filter_map(|name| name.strip_prefix(&self.root))
    }

    /// Has it a file of this name?
    pub(super) fn has(&self, name: &str) -> bool {
        self.found(name).is_some()
    }

    fn found(&self, name: &str) -> Option<&Found> {
        self.entries.get(&format!("{}{name}", self.root))
    }

    /// What it is called.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// Its name without the folders around it, and without the ending of a file.
    pub(super) fn title(&self) -> String {
        let path = Path::new(&self.label);
        let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = if matches!(self.holder, Holder::Folder(_)) {
            absolute.file_name()
        } else {
            absolute.file_stem()
        };
        name.map_or_else(|| self.label.clone(), |name| name.to_string_lossy().into_owned())
    }

    /// What diagnostics call a file of it.
    pub(super) fn label_of(&self, name: &str) -> String {
        match &self.holder {
            Holder::One(_) => self.label.clone(),
            _ => format!("{}/{}{name}", self.label.trim_end_matches('/'), self.root),
        }
    }

    /// Where a file of it is.
    pub(super) fn place(&self, name: &str) -> Place {
        Place::file(self.label_of(name))
    }

    /// What is wrong with all of it.
    fn says(&self, code: &'static str, message: String) -> Diagnostic {
        Diagnostic::error(code, message).at(Place::file(&self.label))
    }

    /// That something is not there. A zip within is not looked into: it is said that it is one.
    pub(super) fn lacks(&self, message: impl Into<String>) -> Diagnostic {
        let is_zip = |name: &&str| name.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
        let said = self.says(codes::MISSING_TABLE, message.into());
        match self.names().find(is_zip) {
            Some(zip) => said.hint(format!("`{zip}` lies in it: take it out if need be, and name that file")),
            None => said.hint(self.hint),
        }
    }

    fn missing(&self, name: &str) -> Diagnostic {
        let leads_out = name.starts_with('/') || name.split(['/', '\\']).any(|part| part == "..");
        if leads_out {
            return self.says(codes::UNREADABLE, format!("`{name}` leads out of the folder")).hint(self.hint);
        }
        self.lacks(format!("there is no `{name}`"))
    }

    /// Hands what reads a file to `read`. What cannot be opened is reported.
    pub(super) fn stream<T>(
        &self,
        name: &str,
        diagnostics: &mut Diagnostics,
        read: impl FnOnce(&mut dyn BufRead, &mut Diagnostics) -> T,
    ) -> Option<T> {
        let Some(&Found { at, size }) = self.found(name) else {
            diagnostics.push(self.missing(name));
            return None;
        };
        let path = match &self.holder {
            Holder::Zip(zip) => {
                let mut zip = zip.borrow_mut();
                return match zip.by_index(at) {
                    Ok(entry) => Some(read(&mut BufReader::new(Exact::new(entry, size)), diagnostics)),
                    Err(error) => {
                        let message = format!("cannot be unpacked: {error}");
                        diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(self.place(name)));
                        None
                    }
                };
            }
            Holder::Folder(path) => path.join(format!("{}{name}", self.root)),
            Holder::One(path) => path.clone(),
        };
        Some(read(&mut open_file(&path, diagnostics)?.take(TOTAL), diagnostics))
    }

    /// A file as a whole, of so many bytes at most.
    pub(super) fn bytes(&self, name: &str, most: u64, diagnostics: &mut Diagnostics) -> Option<Input> {
        let label = self.label_of(name);
        let size = self.found(name).map_or(0, |found| found.size);
        let done = self.stream(name, diagnostics, |reader, _| whole(&label, reader, size, most))?;
        done.map_err(|problem| diagnostics.push(problem)).ok()
    }
}

/// One file of the user, read as a whole within the same limits.
pub(super) fn one_file(path: &Path, diagnostics: &mut Diagnostics) -> Option<Input> {
    let label = path.to_string_lossy().into_owned();
    let mut file = open_file(path, diagnostics)?;
    let size = file.get_ref().metadata().map_or(0, |metadata| metadata.len());
    let done = whole(&label, &mut file, size, HELD);
    done.map_err(|problem| diagnostics.push(problem)).ok()
}

/// All of a file that is said to have so many bytes. What says that it is small may not be.
fn whole(label: &str, reader: &mut dyn BufRead, size: u64, most: u64) -> Result<Input, Diagnostic> {
    let refuse = |message: String| Diagnostic::error(codes::UNREADABLE, message).at(Place::file(label));
    let mut bytes = Vec::new();
    if size <= most {
        let read = reader.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| refuse(format!("is damaged: {error}")))?;
    }
    if size.max(bytes.len() as u64) > most {
        return Err(refuse(format!("has more than {} MiB, which are not read as a whole", most >> 20)));
    }
    Ok(Input { name: label.to_owned(), bytes })
}

fn of_folder(path: &Path) -> Opened {
    let found = files_under(path, DEEPEST, MOST).map_err(|problems| {
        let hint = "put the files themselves there: what lies elsewhere is not read";
        problems.into_iter().map(|message| Refusal { message, hint: Some(hint) }).collect::<Vec<_>>()
    })?;
    let entries = found.into_iter().map(|(name, size)| (name, Found { at: 0, size })).collect();
    Ok((Holder::Folder(path.to_owned()), entries))
}

fn of_file(path: &Path, mut file: BufReader<File>, endings: &[&str]) -> Opened {
    let is_zip = file.fill_buf().is_ok_and(|bytes| bytes.starts_with(b"PK"));
    if is_zip {
        let file = BufReader::with_capacity(PIECE, file.into_inner());
        return zipped::look(file).map(|(zip, entries)| (Holder::Zip(Box::new(RefCell::new(zip))), entries));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if endings.iter().any(|ending| name.to_lowercase().ends_with(ending)) {
        let size = file.get_ref().metadata().map_or(0, |metadata| metadata.len());
        return Ok((Holder::One(path.to_owned()), BTreeMap::from([(name, Found { at: 0, size })])));
    }
    let what =
        if endings.is_empty() { String::new() } else { format!(", nor ends it in {}", endings.join(" or ")) };
    Err(vec![Refusal::new(format!("is neither a zip archive nor a folder{what}"))])
}
