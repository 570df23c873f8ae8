//! Workbooks as datasets: a sheet is a table, the sheet `Settings` the manifest. A workbook is read whole when it is
//! opened; what is wrong in a sheet is told when its table is asked for.

#[cfg(feature = "xlsx")]
mod archive;
#[cfg(feature = "xlsx")]
mod cell;
#[cfg(feature = "xlsx")]
mod currency;
#[cfg(feature = "xlsx")]
mod heading;
pub mod names;
#[cfg(feature = "xlsx")]
mod read;
#[cfg(feature = "xlsx")]
pub mod settings;
#[cfg(feature = "xlsx")]
mod sheet;
pub mod units;
pub mod words;

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::file_name::FileName;

use super::manifest::{Kind, Manifest};
use super::schema::Schema;
use super::table::Table;
use names::title;

/// Endings of files that are workbooks, also of those that are refused.
const ENDS: [&str; 7] = ["xlsx", "xlsm", "xls", "xlsb", "ods", "fods", "numbers"];

/// Is the file a workbook, by its name?
pub fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|end| ENDS.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// A workbook that was read.
#[derive(Debug)]
pub struct Workbook {
    /// What its settings say, with what can be said of any file for the rest.
    pub manifest: Manifest,
    sheets: BTreeMap<&'static str, Sheet>,
    /// What is noted about the workbook as a whole.
    found: Diagnostics,
}

/// A sheet that is a table.
#[derive(Debug)]
struct Sheet {
    /// The table; `None`: it could not be read, or is empty.
    table: Option<Table>,
    /// What its headers say for all rows.
    #[cfg(feature = "xlsx")]
    says: Vec<currency::Saying>,
    found: Diagnostics,
}

impl Sheet {
    /// Does it hold something? A header alone is what a template leaves.
    fn is_used(&self) -> bool {
        self.table.as_ref().is_some_and(|table| !table.is_empty() || table.dropped) || !self.found.is_empty()
    }
}

impl Workbook {
    /// Reads the bytes of a workbook that diagnostics call `label`. `None`: it is not one.
    #[cfg(feature = "xlsx")]
    pub(super) fn read(
        label: &str,
        name: &str,
        bytes: Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        read::workbook(label, name, bytes, diagnostics)
    }

    /// Says that workbooks were left out of this program.
    #[cfg(not(feature = "xlsx"))]
    pub(super) fn read(label: &str, _: &str, _: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let message = "is a workbook, and this program was built without the feature `xlsx`";
        diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(label)));
        None
    }

    /// What is noted about the workbook as a whole.
    pub(super) fn found(&self) -> &Diagnostics {
        &self.found
    }

    /// What is wrong in any of its tables, also in those that nobody asks for.
    pub(super) fn all_found(&self) -> impl Iterator<Item = &Diagnostics> {
        self.sheets.values().filter(|sheet| sheet.is_used()).map(|sheet| &sheet.found)
    }

    /// Has it a table of this name, with a row at least?
    pub(super) fn has(&self, table: &str) -> bool {
        self.sheets.get(table).is_some_and(Sheet::is_used)
    }

    /// The sheet of a table, or what it would be called.
    pub(super) fn sheet(&self, label: &str, table: &str) -> FileName {
        let read = self.sheets.get(table).and_then(|sheet| sheet.table.as_ref());
        read.map_or_else(
            || FileName::sheet(label, &title(table), BTreeMap::new()),
            |table| table.file.clone(),
        )
    }

    /// May it be opened as a dataset of this kind?
    pub(super) fn is_a(&self, kind: Kind) -> bool {
        match kind {
            Kind::Prices => self.has("prices"),
            Kind::Supply => self.manifest.kind == Kind::Coop || self.has("products"),
            _ => self.manifest.kind == kind,
        }
    }

    /// A table, with what is wrong with it.
    pub(super) fn table(
        &self,
        label: &str,
        schema: &'static Schema,
        diagnostics: &mut Diagnostics,
    ) -> Option<Table> {
        let sheet = self.sheets.get(schema.table);
        if let Some(sheet) = sheet.filter(|sheet| sheet.is_used()) {
            diagnostics.extend(sheet.found.clone());
            return sheet.table.clone();
        }
        if schema.required {
            let (message, hint) = match sheet {
                Some(_) => {
                    (format!("the sheet of the table `{}` has no rows", schema.table), "fill it".to_owned())
                }
                None => (
                    format!("the table `{}` is missing", schema.table),
                    format!(
                        "add a sheet `{}`; `truecost template FILE.xlsx` writes a workbook that has it",
                        title(schema.table)
                    ),
                ),
            };
            let code = if sheet.is_some() { codes::EMPTY_TABLE } else { codes::MISSING_TABLE };
            diagnostics.push(Diagnostic::error(code, message).at(Place::file(label)).hint(hint));
        }
        None
    }
}
