//! Tables as a workbook: numbers are numbers, dates are dates, the header stands still.

mod about;
mod cells;
mod fit;
mod name;
#[cfg(test)]
mod tests;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::base::diagnostic::{Diagnostic, codes};

use super::columns::Columns;

pub use about::{Fact, about};
pub use fit::{MOST_CHARACTERS, MOST_ROWS};

use name::Names;

/// A sheet of a workbook: its name, and what it shows. What a spreadsheet program does not take in a name is changed.
pub type Sheet<'a> = (&'a str, &'a Columns);

/// What the sheet is called that says what a workbook rests on.
const ABOUT: &str = "About";

/// The bytes of a workbook; the same sheets give the same bytes. With facts, its first sheet is `About`; it opens with the
/// sheet after that. A spreadsheet program computes with doubles: money keeps about 15 digits there.
///
/// A table that no sheet holds is an error, which names the sheet, and the cell where it is one cell.
pub fn workbook(about: &[Fact], sheets: &[Sheet]) -> Result<Vec<u8>, Diagnostic> {
    if let Some(why) = sheets.iter().find_map(|(name, columns)| fit::unfit(name, columns)) {
        return Err(failed(&why).hint("CSV and Parquet have no such limit"));
    }
    written(about, sheets).map_err(|error| failed(&error.to_string()))
}

/// The workbook of a report. A table that no sheet holds is left out, and `About` says so: its other files have it.
pub fn report(about: &[Fact], sheets: &[Sheet]) -> Result<Vec<u8>, Diagnostic> {
    let mut about = about.to_vec();
    let mut held = Vec::new();
    for (name, columns) in sheets {
        match fit::unfit(name, columns) {
            Some(why) => {
                about.push(("left out".to_owned(), format!("{why}; the other files of the report have it")));
            }
            None => held.push((*name, *columns)),
        }
    }
    workbook(&about, &held)
}

/// Why a workbook cannot be made.
pub(super) fn failed(why: &str) -> Diagnostic {
    Diagnostic::error(codes::UNWRITABLE, format!("the workbook cannot be written: {why}"))
}

/// A workbook without sheets. The day a file was made would make it another file every day.
pub(super) fn new() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
    Ok(workbook)
}

fn written(about: &[Fact], sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = new()?;
    let mut names = Names::default();
    if !about.is_empty() {
        let facts = Columns::of(about).text("name", |fact| &fact.0).text("value", |fact| fit::cut(&fact.1));
        let sheet = workbook.add_worksheet();
        sheet.set_name(names.free(ABOUT))?;
        cells::fill(sheet, &facts.done())?;
    }
    for (at, (name, columns)) in sheets.iter().enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(names.free(name))?;
        cells::fill(sheet, columns)?;
        if at == 0 {
            // A reader wants the answer first.
            sheet.set_active(true);
        }
    }
    workbook.save_to_buffer()
}
