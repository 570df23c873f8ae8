//! Where datasets are: folders of the user, `--datasets DIR`, or built in. The only place that reads files.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread;

use arrow_array::RecordBatch;
use include_dir::Dir;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::base::file_name::FileName;

use crate::base::progress::{Progress, stopped};

use super::bound::Bound;
use super::hash;
use super::manifest::{Kind, Manifest};
use super::schema::Schema;
use super::table::{CHUNK, Table};
use super::user_files::{read_regular, read_user_table, read_workbook, unreadable};
use super::watch::{Pass, Watch};
use super::workbook::{Workbook, is_workbook};

pub use super::library::{Library, Shelf};
pub use super::table_names::tables_of;
pub use super::user_files::{files_under, is_there, names_in, open_file, read_file, read_table};

#[derive(Clone, Debug)]
enum Location {
    Folder(PathBuf),
    /// One table, in a file of its own.
    File(&'static str, PathBuf),
    /// A workbook. It is read once, whoever opens it.
    Workbook(PathBuf, Arc<OnceLock<Result<Workbook, Diagnostics>>>),
    Embedded(&'static Dir<'static>),
    Memory(Arc<Memory>),
}

/// A manifest and tables that were never files.
#[derive(Debug)]
struct Memory {
    manifest: String,
    tables: BTreeMap<String, Vec<RecordBatch>>,
}

/// A dataset before it is read: its files.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name: that of its folder.
    pub name: String,
    label: String,
    location: Location,
}

impl Source {
    /// A folder of the user.
    pub fn folder(path: &Path) -> Self {
        let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name =
            absolute.file_name().map_or_else(|| "dataset".into(), |n| n.to_string_lossy().into_owned());
        Self { name, label: path.to_string_lossy().into_owned(), location: Location::Folder(path.to_owned()) }
    }

    /// A dataset of the user: a folder, or a workbook.
    pub fn at(path: &Path) -> Self {
        if !is_workbook(path) || path.is_dir() {
            return Self::folder(path);
        }
        let label = path.to_string_lossy().into_owned();
        let name = path.file_stem().map_or_else(|| label.clone(), |name| name.to_string_lossy().into_owned());
        Self { name, label, location: Location::Workbook(path.to_owned(), Arc::default()) }
    }

    /// A file that is one table of a dataset, without a manifest.
    pub fn file(path: &Path, table: &'static str) -> Self {
        let label = path.to_string_lossy().into_owned();
        let name = path.file_name().map_or_else(|| label.clone(), |name| name.to_string_lossy().into_owned());
        Self { name, label, location: Location::File(table, path.to_owned()) }
    }

    /// Tables in memory, by name, and the text of a manifest. Their strings and numbers are not copied. Diagnostics
    /// call a table `name/table`, and count its rows from 1. A table without rows is one batch without rows.
    pub fn tables(name: &str, manifest: String, tables: BTreeMap<String, Vec<RecordBatch>>) -> Self {
        let memory = Arc::new(Memory { manifest, tables });
        Self { name: name.to_owned(), label: name.to_owned(), location: Location::Memory(memory) }
    }

    pub(super) fn embedded(dir: &'static Dir<'static>) -> Self {
        let name = dir.path().file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        Self { label: name.clone(), name, location: Location::Embedded(dir) }
    }

    /// What diagnostics call a file of it; the sheet that is this table, of a workbook.
    pub fn file_label(&self, file: &str) -> FileName {
        if let Location::Workbook(..) = self.location {
            let table = file.split('.').next().unwrap_or(file);
            return self.workbook(&mut Diagnostics::new()).map_or_else(
                || FileName::from(&self.label),
                |book| book.sheet(&self.label, if file == MANIFEST { "settings" } else { table }),
            );
        }
        format!("{}/{file}", self.label.trim_end_matches('/')).into()
    }

    /// Is it one of the program itself?
    pub fn is_built_in(&self) -> bool {
        matches!(self.location, Location::Embedded(_))
    }

    /// Is it a workbook, whose tables are sheets?
    pub fn is_workbook(&self) -> bool {
        matches!(self.location, Location::Workbook(..))
    }

    /// What diagnostics call all of it: the path as the user gave it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The folder, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match &self.location {
            Location::Folder(path) => Some(path),
            Location::Embedded(_) | Location::Memory(_) | Location::File(..) | Location::Workbook(..) => None,
        }
    }

    /// The workbook, if it is one; what is wrong with it is reported once it was read.
    fn workbook(&self, diagnostics: &mut Diagnostics) -> Option<&Workbook> {
        let Location::Workbook(path, read) = &self.location else { return None };
        let read = read.get_or_init(|| {
            let mut found = Diagnostics::new();
            let book = read_workbook(path, &self.label, &mut found)
                .and_then(|bytes| Workbook::read(&self.label, &self.name, bytes, &mut found));
            book.ok_or(found)
        });
        match read {
            Ok(book) => {
                diagnostics.extend(book.found().clone());
                Some(book)
            }
            Err(found) => {
                diagnostics.extend(found.clone());
                None
            }
        }
    }

    fn bytes(&self, file: &str, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
        match &self.location {
            Location::Memory(memory) => (file == MANIFEST).then(|| memory.manifest.clone().into_bytes()),
            Location::File(..) | Location::Workbook(..) => None,
            Location::Embedded(dir) => dir.get_file(dir.path().join(file)).map(|f| f.contents().to_vec()),
            Location::Folder(path) => match read_regular(&path.join(file)) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => {
                    diagnostics.push(unreadable(&self.file_label(file), &error));
                    None
                }
            },
        }
    }

    /// Reads the manifest and checks that the dataset is of this kind.
    pub fn open(self, kind: Kind, diagnostics: &mut Diagnostics) -> Option<Opened> {
        if let Location::File(..) = &self.location {
            let manifest = Manifest::of_user_file(kind, &self.name);
            return Some(Opened { source: self, manifest, text: String::new(), hashes: BTreeMap::new() });
        }
        let opened = self.open_any(diagnostics)?;
        let found = opened.manifest.kind;
        let mut ignored = Diagnostics::new();
        let is_a = opened.source.workbook(&mut ignored).map(|book| book.is_a(kind));
        // A co-op keeps the supply tables of its products beside its own.
        if !is_a.unwrap_or(found == kind || (found, kind) == (Kind::Coop, Kind::Supply)) {
            let word = |kind: Kind| format!("{kind:?}").to_lowercase();
            let message = format!("this is a dataset of kind `{}`, not `{}`", word(found), word(kind));
            let (place, hint) = match is_a {
                Some(_) => (Place::file(&opened.source.label), Some(workbook_hint(kind))),
                None => (Place::file(opened.source.file_label(MANIFEST)), None),
            };
            let diagnostic = Diagnostic::error(codes::WRONG_KIND, message).at(place);
            diagnostics.push(Diagnostic { hint: hint.map(str::to_owned), ..diagnostic });
            return None;
        }
        Some(opened)
    }

    /// Reads the manifest of a dataset of any kind.
    pub fn open_any(self, diagnostics: &mut Diagnostics) -> Option<Opened> {
        if let Location::Workbook(..) = &self.location {
            let manifest = self.workbook(diagnostics)?.manifest.clone();
            return Some(Opened { source: self, manifest, text: String::new(), hashes: BTreeMap::new() });
        }
        if let Location::Folder(path) = &self.location
            && !path.is_dir()
        {
            let (message, hint) = if path.exists() {
                ("is not a folder", "a dataset is a folder with a manifest.toml and its tables")
            } else {
                ("does not exist", "`truecost init DIR` makes a small dataset to start from")
            };
            diagnostics
                .push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(&self.label)).hint(hint));
            return None;
        }
        let label = self.file_label(MANIFEST);
        let before = diagnostics.errors();
        let Some(bytes) = self.bytes(MANIFEST, diagnostics) else {
            if diagnostics.errors() == before {
                let message = "the folder has no manifest.toml";
                let hint =
                    "`truecost init DIR` writes one with comments; docs/reference/datasets.md explains it";
                let place = Place::file(&self.label);
                diagnostics.push(Diagnostic::error(codes::MISSING_MANIFEST, message).at(place).hint(hint));
            }
            return None;
        };
        let Ok(text) = String::from_utf8(bytes) else {
            let message = "the manifest is not UTF-8 text";
            diagnostics.push(Diagnostic::error(codes::BAD_UTF8, message).at(Place::file(label)));
            return None;
        };
        let manifest = Manifest::parse(&label, &text, diagnostics)?;
        let opened = Opened { source: self, manifest, text, hashes: BTreeMap::new() };
        opened.check_files(diagnostics);
        Some(opened)
    }
}

const MANIFEST: &str = "manifest.toml";

/// What a workbook needs to be a dataset of this kind.
fn workbook_hint(kind: Kind) -> &'static str {
    match kind {
        Kind::Flows => "a workbook of flows has the sheets `Agents` and `Flows`",
        Kind::Prices => "a workbook of prices has the sheet `Prices`",
        Kind::Coop | Kind::Supply => {
            "a workbook of this kind has other sheets; docs/reference/workbooks.md lists them"
        }
        _ => "a workbook holds the tables of a co-op, its products, or flows",
    }
}

/// Rows above which memory is dearer than time: what is looked at together is also held together.
const MANY: usize = 1 << 22;

/// A dataset whose manifest was read.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its files.
    pub source: Source,
    /// Its manifest.
    pub manifest: Manifest,
    /// The manifest as written.
    pub text: String,
    hashes: BTreeMap<String, String>,
}

impl Opened {
    /// Reads a table and hands its bound columns to `read`, the third time its rows are looked at. `None` if it is
    /// absent, cannot be read, or the work was stopped.
    pub fn read<T>(
        &mut self,
        schema: &'static Schema,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
        read: impl FnOnce(&Bound, &mut Diagnostics) -> T,
    ) -> Option<T> {
        let table = self.table(schema, diagnostics)?;
        let rows = table.len();
        if u32::try_from(rows).is_err() {
            let message = format!("the table has {rows} rows, more than {} can be counted", u32::MAX);
            diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(Place::file(&table.file)));
            return None;
        }
        let watch = Watch::new(progress, rows);
        let hash = || hash::table(&table, &|done| watch.goes_on(Pass::Hash, done));
        let go_on = |done: usize| watch.goes_on(Pass::Rows, done);
        let bound = Bound::new(&table, schema, diagnostics).map(|bound| bound.watched(&go_on));
        let Some(bound) = bound else {
            self.hashes.extend(hash().map(|hash| (schema.table.to_owned(), hash)));
            return None;
        };
        let keys = bound.keys();
        let look = || {
            let mut found = Diagnostics::new();
            let hash = hash()?;
            keys.check(&|done| watch.goes_on(Pass::Keys, done), &mut found).then_some((hash, found))
        };
        let (looked, read) = if (CHUNK..MANY).contains(&rows) {
            thread::scope(|scope| {
                let looked = scope.spawn(look);
                let read = read(&bound, diagnostics);
                (looked.join().unwrap_or_else(|panic| resume_unwind(panic)), Some(read))
            })
        } else {
            let looked = look();
            let read = looked.is_some().then(|| read(&bound, diagnostics));
            (looked, read)
        };
        let Some((hash, found)) = looked else {
            diagnostics.push(stopped());
            return None;
        };
        self.hashes.insert(schema.table.to_owned(), hash);
        diagnostics.extend(found);
        read
    }

    /// Reports what is wrong in any sheet of a workbook, also in those that nobody asks for.
    pub fn check_sheets(&self, diagnostics: &mut Diagnostics) {
        let book = self.source.workbook(&mut Diagnostics::new());
        for found in book.iter().flat_map(|book| book.all_found()) {
            diagnostics.extend(found.clone());
        }
    }

    /// The supply dataset that flows name products of: the one that the manifest names, or the sheets of the workbook.
    pub fn supply(&self) -> Option<PathBuf> {
        if let Location::Workbook(path, _) = &self.source.location {
            let is_own = self.manifest.kind == Kind::Flows && self.has("products");
            return is_own.then(|| path.clone());
        }
        let folder = self.source.path().map_or_else(PathBuf::new, Path::to_owned);
        self.manifest.flows.supply.as_ref().map(|path| folder.join(path))
    }

    /// Files that were probably meant to be a table, and tables whose checksum is stated and that are gone.
    fn check_files(&self, diagnostics: &mut Diagnostics) {
        let known = tables_of(self.manifest.kind);
        for file in self.manifest.checksums.keys() {
            if self.source.bytes(file, &mut Diagnostics::new()).is_none() {
                let message = format!("the manifest states a checksum of `{file}`, which is not there");
                let place = Place::file(self.source.file_label(MANIFEST));
                diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place));
            }
        }
        for file in self.files() {
            let (stem, end) = file.split_once('.').unwrap_or((&file, ""));
            let is_table = known.contains(&stem) && ["csv", "parquet"].contains(&end);
            let looks_like_one = ["csv", "parquet", "tsv", "txt", "xls", "xlsx", "ods"]
                .iter()
                .any(|e| end.to_lowercase().split('.').any(|part| part == *e));
            // Lock and backup files of spreadsheet programs.
            let is_temporary = file.starts_with(['~', '.']) || file.ends_with('~');
            if is_table || !looks_like_one || is_temporary {
                continue;
            }
            if let Some(meant) = nearest(&stem.to_lowercase(), known.iter().copied()) {
                let message = format!("`{file}` is not read: it is almost the table `{meant}`");
                let hint =
                    format!("save it as {meant}.csv (\"CSV UTF-8, comma delimited\") or {meant}.parquet");
                let place = Place::file(self.source.file_label(&file));
                diagnostics.push(Diagnostic::error(codes::TABLE_TYPO, message).at(place).hint(hint));
            }
        }
    }

    /// Names of the files of a folder, sorted.
    fn files(&self) -> Vec<String> {
        let Some(entries) = self.source.path().and_then(|path| std::fs::read_dir(path).ok()) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Has the dataset a table of this name?
    pub fn has(&self, table: &str) -> bool {
        let mut ignored = Diagnostics::new();
        match &self.source.location {
            Location::Memory(memory) => return memory.tables.contains_key(table),
            Location::File(only, _) => return *only == table,
            Location::Workbook(..) => {
                return self.source.workbook(&mut ignored).is_some_and(|book| book.has(table));
            }
            Location::Folder(_) | Location::Embedded(_) => {}
        }
        ["csv", "parquet"]
            .iter()
            .any(|end| self.source.bytes(&format!("{table}.{end}"), &mut ignored).is_some())
    }

    fn table(&self, schema: &'static Schema, diagnostics: &mut Diagnostics) -> Option<Table> {
        let name = schema.table;
        if let Location::Memory(memory) = &self.source.location
            && let Some([first, ..]) = memory.tables.get(name).map(Vec::as_slice)
        {
            let (label, batches) = (self.source.file_label(name), &memory.tables[name]);
            return Table::from_batches(&label, &first.schema(), batches, diagnostics);
        }
        if let Location::Workbook(..) = &self.source.location {
            let book = self.source.workbook(&mut Diagnostics::new())?;
            return book.table(&self.source.label, schema, diagnostics);
        }
        if let Location::File(only, path) = &self.source.location {
            return if *only == name { read_user_table(path, diagnostics) } else { None };
        }
        let before = diagnostics.errors();
        let csv = self.source.bytes(&format!("{name}.csv"), diagnostics);
        let parquet = self.source.bytes(&format!("{name}.parquet"), diagnostics);
        let label = |end: &str| self.source.file_label(&format!("{name}.{end}"));
        let (end, bytes) = match (csv, parquet) {
            (Some(_), Some(_)) => {
                let message = format!("there is a {name}.csv and a {name}.parquet");
                let hint = "keep one: it cannot be known which of them holds";
                diagnostics.push(
                    Diagnostic::error(codes::TWO_FILES, message).at(Place::file(label("csv"))).hint(hint),
                );
                return None;
            }
            (Some(bytes), None) => ("csv", bytes),
            (None, Some(bytes)) => ("parquet", bytes),
            (None, None) => {
                if schema.required && diagnostics.errors() == before {
                    let message = format!("the table `{name}` is missing");
                    let hint = format!("put a {name}.csv or {name}.parquet beside the manifest");
                    let place = Place::file(&self.source.label);
                    diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
                }
                return None;
            }
        };
        let file = format!("{name}.{end}");
        if let Some(stated) = self.manifest.checksums.get(&file) {
            let found = hash::bytes(&bytes);
            if *stated != found {
                let message = format!("the file has the checksum {found}, the manifest states {stated}");
                let hint = "if the change is meant, `truecost check --seal` writes the new one";
                diagnostics
                    .push(Diagnostic::error(codes::CHECKSUM, message).at(Place::file(label(end))).hint(hint));
            }
        }
        match end {
            "csv" => Table::from_csv(&label(end), &bytes, diagnostics),
            _ => Table::from_parquet(&label(end), bytes, diagnostics),
        }
    }

    /// The hash of all that was read so far, whatever the order of rows and columns.
    pub fn hash(&self) -> String {
        hash::dataset(&self.manifest, &self.hashes)
    }

    /// Checksums of all table files in the folder, for `--seal`.
    pub fn checksums(&self) -> Result<BTreeMap<String, String>, Diagnostic> {
        let mut sums = BTreeMap::new();
        for table in tables_of(self.manifest.kind) {
            for file in [format!("{table}.csv"), format!("{table}.parquet")] {
                let mut found = Diagnostics::new();
                if let Some(bytes) = self.source.bytes(&file, &mut found) {
                    sums.insert(file, hash::bytes(&bytes));
                } else if let Some(diagnostic) = found.sorted().first() {
                    return Err((*diagnostic).clone());
                }
            }
        }
        Ok(sums)
    }
}
