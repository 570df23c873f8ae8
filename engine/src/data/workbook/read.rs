//! Reads a workbook: which sheet is which table, and what nobody reads.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Dimensions, Reader, SheetType, Xlsx};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::base::file_name::{FileName, letters};
use crate::data::manifest::{Kind, Manifest};
use crate::data::parquet::{caught, guarded};
use crate::data::schema::{ALL, COOP_TABLES, FLOW_TABLES, Schema};
use crate::data::source::tables_of;

use super::archive::{self, Facts};
use super::names::{is_like, key, title};
use super::settings::{self, Written};
use super::sheet::{self, Context, SheetRows};
use super::{Sheet, Workbook};
use super::{currency, heading};

type Book = Xlsx<Cursor<Vec<u8>>>;

/// Sheets that are no tables, and are known.
const KNOWN: [&str; 3] = ["settings", "read_me", "readme"];

/// Reads the bytes of a workbook that diagnostics call `label`.
pub(super) fn workbook(
    label: &str,
    name: &str,
    bytes: Vec<u8>,
    diagnostics: &mut Diagnostics,
) -> Option<Workbook> {
    let looked = caught(|| archive::look(&bytes)).unwrap_or_else(|| {
        let hint = "open it in LibreOffice, which may mend it, and save it";
        Err(("is damaged".to_owned(), hint.to_owned()))
    });
    let facts = match looked {
        Ok(facts) => facts,
        Err((message, hint)) => {
            let diagnostic = Diagnostic::error(codes::UNREADABLE, message).at(Place::file(label)).hint(hint);
            diagnostics.push(diagnostic);
            return None;
        }
    };
    let book = guarded(|| Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string()));
    match book {
        Ok(book) => Some(Reading { label, book, facts, found: Diagnostics::new() }.workbook(name)),
        Err(message) => {
            let message = format!("cannot be read: {message}");
            let hint = "open it in LibreOffice, which may mend it, and save it as .xlsx";
            diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(label)).hint(hint));
            None
        }
    }
}

/// A workbook that is being read.
struct Reading<'a> {
    label: &'a str,
    book: Book,
    facts: Facts,
    /// What is noted about it as a whole.
    found: Diagnostics,
}

impl Reading<'_> {
    fn workbook(mut self, name: &str) -> Workbook {
        let sheets: Vec<calamine::Sheet> = self.book.sheets_metadata().to_vec();
        let names: Vec<&str> = sheets
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|s| s.name.as_str())
            .collect();
        let has = |table: &str| names.iter().any(|name| key(name) == table);
        let is_coop = COOP_TABLES.iter().any(|schema| has(schema.table));
        let kind = if has("agents") && has("flows") && !is_coop { Kind::Flows } else { Kind::Coop };
        let mut manifest = Manifest::of_user_file(kind, name);
        let mut tables: BTreeMap<&'static str, Sheet> = BTreeMap::new();
        let mut named: BTreeMap<&'static str, &str> = BTreeMap::new();
        let mut unread = Vec::new();
        let mut settings = BTreeMap::new();
        for name in &names {
            let table = key(name);
            if table == "settings" {
                settings = self.settings(name, &mut manifest);
            } else if let Some(schema) = schema_of(&table) {
                match named.insert(schema.table, name) {
                    Some(other) => self.two(other, name, schema.table),
                    None => {
                        tables.insert(schema.table, self.table(name, schema));
                    }
                }
            } else if !KNOWN.contains(&table.as_str()) {
                unread.push(*name);
            }
        }
        let is_used = |table: &str| tables.get(table).is_some_and(Sheet::is_used);
        unread.retain(|name| !self.is_typo(name, &is_used));
        if !unread.is_empty() {
            let unread: Vec<String> = unread.iter().map(|name| format!("`{name}`")).collect();
            self.unread(&unread);
        }
        let cell = |setting: &str| settings.get(setting).cloned();
        currency::check(&manifest.coop, &tables, &cell, &mut self.found);
        Workbook { manifest, sheets: tables, found: self.found }
    }

    fn place(&self, sheet: &str) -> Place {
        Place::file(FileName::sheet(self.label, sheet, BTreeMap::new()))
    }

    fn table(&mut self, name: &str, schema: &'static Schema) -> Sheet {
        let mut found = Diagnostics::new();
        let (label, facts) = (self.label, self.facts);
        let is_1904 = self.book.has_1904_epoch();
        let book = &mut self.book;
        let read = caught(|| {
            let merged = if facts.has_merged { merged(book, name) } else { Vec::new() };
            let context = Context {
                workbook: label,
                sheet: name,
                schema,
                is_1904,
                is_stale: facts.is_stale,
                merged: &merged,
            };
            match book.worksheet_cells_reader(name) {
                Ok(cells) => Ok(sheet::read(cells, context, &mut found)),
                Err(error) => Err(error.to_string()),
            }
        });
        let read = read.unwrap_or_else(|| Err("it is damaged".to_owned())).unwrap_or_else(|message| {
            let message = format!("the sheet cannot be read: {message}");
            found.push(Diagnostic::error(codes::UNREADABLE, message).at(self.place(name)));
            None
        });
        let (table, says) = read.map_or((None, Vec::new()), |(table, says)| (Some(table), says));
        Sheet { table, says, found }
    }

    /// Reads the settings, and gives the cell of each.
    fn settings(&mut self, name: &str, manifest: &mut Manifest) -> BTreeMap<String, Place> {
        let sheet = FileName::sheet(self.label, name, BTreeMap::new());
        let place = |row: u64, at: u32| Place::row(&sheet, row).column(letters(at));
        let (book, facts) = (&mut self.book, self.facts);
        let found = &mut self.found;
        let read = caught(|| written(book, name, facts, &place, found));
        match read.unwrap_or_else(|| Err("it is damaged".to_owned())) {
            Ok(all) => {
                let rows = settings::apply(manifest, &all, &place, &mut self.found);
                return rows.into_iter().map(|(name, row)| (name, place(row, 1))).collect();
            }
            Err(message) => {
                let message = format!("the sheet cannot be read: {message}");
                self.found.push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(&sheet)));
            }
        }
        BTreeMap::new()
    }

    fn two(&mut self, one: &str, other: &str, table: &str) {
        let message = format!("the sheets `{one}` and `{other}` are both the table `{table}`");
        let hint = "keep one: it cannot be known which of them holds";
        self.found.push(Diagnostic::error(codes::TWO_FILES, message).at(self.place(other)).hint(hint));
    }

    /// Was the sheet probably meant to be a table? It has almost its name, or the columns of one that is not there.
    fn is_typo(&mut self, name: &str, is_used: &dyn Fn(&str) -> bool) -> bool {
        let table = key(name);
        let known = || tables_of(Kind::Coop).iter().copied().chain(["settings"]);
        let is_free = |table: &&str| *table != "settings" && !is_used(table);
        let near = nearest(&table, known());
        let Some(meant) = near.or_else(|| known().filter(is_free).find(|known| is_like(&table, known)))
        else {
            return self.is_renamed(name, is_used);
        };
        let message = format!("the sheet `{name}` is not read: it is almost the table `{meant}`");
        let hint =
            format!("call it `{}`; a sheet of your own needs a name that is less like it", title(meant));
        self.found.push(Diagnostic::error(codes::TABLE_TYPO, message).at(self.place(name)).hint(hint));
        true
    }

    /// Has the sheet the columns of a table that is not there?
    fn is_renamed(&mut self, name: &str, is_used: &dyn Fn(&str) -> bool) -> bool {
        let (is_1904, is_stale) = (self.book.has_1904_epoch(), self.facts.is_stale);
        let book = &mut self.book;
        let first = caught(|| {
            let cells = book.worksheet_cells_reader(name).ok()?;
            SheetRows::new(cells, is_1904, is_stale).row().ok().flatten()
        });
        let Some(first) = first.flatten() else { return false };
        let texts: Vec<String> = first.cells.into_iter().filter_map(|(_, cell)| cell.ok()).collect();
        let Some(meant) = heading::table_of(&texts, tables().filter(|schema| !is_used(schema.table))) else {
            return false;
        };
        let meant = title(meant);
        let message = format!(
            "the sheet `{name}` is not read, and has the columns of the sheet `{meant}`, which is missing"
        );
        let hint = format!("call it `{meant}`; a sheet of your own needs other headers");
        self.found.push(Diagnostic::error(codes::TABLE_TYPO, message).at(self.place(name)).hint(hint));
        true
    }

    fn unread(&mut self, names: &[String]) {
        let (verb, noun) = if names.len() == 1 { ("is", "sheet") } else { ("are", "sheets") };
        let message = format!("the {noun} {} {verb} not read: no table is called so", names.join(", "));
        let hint = "that is fine for sheets of your own; docs/reference/workbooks.md lists the tables";
        let place = Place::file(self.label);
        self.found.push(Diagnostic::warning(codes::SHEET_NOT_READ, message).at(place).hint(hint));
    }
}

/// All tables that a sheet may be.
fn tables() -> impl Iterator<Item = &'static Schema> {
    let supply = ALL.iter().filter(|schema| tables_of(Kind::Supply).contains(&schema.table));
    COOP_TABLES.iter().chain(supply).chain(FLOW_TABLES)
}

/// The table that a sheet of this name is.
fn schema_of(table: &str) -> Option<&'static Schema> {
    tables().find(|schema| schema.table == table)
}

/// Cells that were merged. Those of a sheet that cannot be read are told when it is.
fn merged(book: &mut Book, name: &str) -> Vec<Dimensions> {
    book.merge_cells_by_sheet_name(name).unwrap_or_default()
}

/// The rows of the sheet `Settings`. A header is left out; what stands beside the values are notes.
fn written(
    book: &mut Book,
    name: &str,
    facts: Facts,
    place: &impl Fn(u64, u32) -> Place,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Written>, String> {
    let is_1904 = book.has_1904_epoch();
    let cells = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
    let mut rows = SheetRows::new(cells, is_1904, facts.is_stale);
    let mut all = Vec::new();
    while let Some(row) = rows.row()? {
        let mut texts = [String::new(), String::new()];
        let mut clean = true;
        for (at, cell) in row.cells {
            match (texts.get_mut(at as usize), cell) {
                (Some(text), Ok(cell)) => *text = cell,
                (Some(_), Err(problem)) => {
                    diagnostics.push(problem.at(place(row.number, at)));
                    clean = false;
                }
                // A note.
                (None, _) => {}
            }
        }
        let [name, value] = texts;
        let is_header = all.is_empty() && key(&name) == "setting";
        let is_note = name.trim().is_empty() && value.trim().is_empty();
        if name.trim().is_empty() && !is_note && clean {
            let hint = "write the name of the setting into column A";
            let diagnostic = Diagnostic::error(codes::MISSING_VALUE, format!("`{value}` has no setting"));
            diagnostics.push(diagnostic.at(place(row.number, 0)).hint(hint));
        } else if clean && !is_header && !is_note {
            all.push(Written { name, value, row: row.number });
        }
    }
    Ok(all)
}
