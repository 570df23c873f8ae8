//! The workbook that a co-op fills in: a sheet a table, with the rows of a made-up co-op.

pub mod columns;
#[cfg(feature = "xlsx")]
mod example;
#[cfg(feature = "xlsx")]
mod headers;
pub mod overview;
mod own;
#[cfg(feature = "xlsx")]
mod read_me;
#[cfg(feature = "xlsx")]
mod settings;
#[cfg(feature = "xlsx")]
mod sheet;
#[cfg(feature = "xlsx")]
mod style;
#[cfg(feature = "xlsx")]
mod validation;

use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Place, codes};
use crate::data::schema::{COOP_TABLES, INPUTS, INTERVENTIONS, PAID, PRICES, PROCESSES, PRODUCTS, Schema};
#[cfg(feature = "xlsx")]
use crate::data::write;

pub use own::Own;

static SUPPLY_TABLES: [Schema; 6] = [PRODUCTS, PROCESSES, INPUTS, INTERVENTIONS, PRICES, PAID];

/// The tables that have a sheet, in the order of the sheets.
pub fn tables() -> impl Iterator<Item = &'static Schema> {
    COOP_TABLES.iter().chain(&SUPPLY_TABLES)
}

/// Writes the workbook and gives the number of its sheets. A file that is there is left alone, which is an error, as is
/// a name that is not that of a workbook.
pub fn create(path: &Path, own: &Own) -> Result<usize, Diagnostic> {
    if !path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xlsx")) {
        let message = "is not the name of a workbook that can be written";
        let place = Place::file(path.to_string_lossy());
        return Err(Diagnostic::error(codes::UNWRITABLE, message).at(place).hint("call it coop.xlsx"));
    }
    written(path, own)
}

#[cfg(feature = "xlsx")]
fn written(path: &Path, own: &Own) -> Result<usize, Diagnostic> {
    let (bytes, sheets) = workbook(own)?;
    write::create(path, &bytes)?;
    Ok(sheets)
}

#[cfg(not(feature = "xlsx"))]
fn written(path: &Path, _: &Own) -> Result<usize, Diagnostic> {
    let message = "is a workbook, and this program was built without the feature `xlsx`";
    Err(Diagnostic::error(codes::UNWRITABLE, message).at(Place::file(path.to_string_lossy())))
}

/// The bytes of the workbook, the same every time, and the number of its sheets.
#[cfg(feature = "xlsx")]
pub fn workbook(own: &Own) -> Result<(Vec<u8>, usize), Diagnostic> {
    use crate::report::xlsx::{failed, new};
    use rust_xlsxwriter::XlsxError;

    let example = example::Example::read()?;
    let build = || -> Result<(Vec<u8>, usize), XlsxError> {
        let mut workbook = new()?;
        read_me::fill(workbook.add_worksheet())?;
        settings::fill(workbook.add_worksheet(), &own.settings(&example.manifest))?;
        for schema in tables() {
            let columns = headers::sheet_columns(schema, example.table(schema), &|said| {
                own.word(said, &example.manifest)
            });
            let rows = example.table(schema).filter(|_| own.is_example());
            sheet::fill(workbook.add_worksheet(), schema, &columns, rows)?;
        }
        let sheets = workbook.worksheets().len();
        Ok((workbook.save_to_buffer()?, sheets))
    };
    build().map_err(|error| failed(&error.to_string()))
}
