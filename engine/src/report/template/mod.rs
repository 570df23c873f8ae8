//! A workbook to start from: one sheet a table, with headers that say units, lists to choose from, notes, and an example
//! that works at once.

mod about;
mod grid;
mod read_me;
mod sheet;

use rust_xlsxwriter::XlsxError;

use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::data::manifest::Kind;
use crate::data::schema::{ALL, COOP_TABLES, Schema};
use crate::data::source::{Opened, Source};
use crate::data::workbook::names::title;

use super::xlsx::{failed, new};
use about::{ColumnAbout, TableAbout};
use grid::Grid;

/// A table of the template.
struct Table<'a> {
    about: &'a TableAbout,
    schema: &'static Schema,
    grid: Grid,
}

/// The bytes of the template with the co-op that is built in; the same every time.
pub fn template(diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
    workbook(Source::example(), diagnostics)
}

/// The bytes of a workbook that holds the tables of a co-op.
pub fn workbook(source: Source, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
    let mut opened = source.open(Kind::Coop, diagnostics)?;
    let words = about::tables().and_then(|tables| Ok((tables, about::columns()?)));
    let bytes = match words {
        Ok((abouts, columns)) => {
            let tables = read(&mut opened, &abouts, diagnostics);
            written(&opened, &tables, &columns).map_err(|error| failed(&error))
        }
        Err(diagnostic) => Err(diagnostic),
    };
    bytes.map_err(|diagnostic: Diagnostic| diagnostics.push(diagnostic)).ok()
}

/// The tables that the dataset has, in the order of the template.
fn read<'a>(opened: &mut Opened, abouts: &'a [TableAbout], diagnostics: &mut Diagnostics) -> Vec<Table<'a>> {
    let mut tables = Vec::new();
    for about in abouts {
        let Some(schema) = COOP_TABLES.iter().chain(ALL).find(|schema| schema.table == about.table) else {
            continue;
        };
        let grid = opened.read(schema, &(), diagnostics, |bound, _| Grid::new(bound));
        tables.extend(grid.map(|grid| Table { about, schema, grid }));
    }
    tables
}

fn written(opened: &Opened, tables: &[Table], columns: &[ColumnAbout]) -> Result<Vec<u8>, XlsxError> {
    // It will be the user's own: it does not say that it holds results.
    let mut workbook = new("")?;
    let names: Vec<&str> = tables.iter().map(|table| table.schema.table).collect();
    let abouts: Vec<&TableAbout> = tables.iter().map(|table| table.about).collect();
    let shown = |name: &str, column: &str| {
        let table = tables.iter().find(|table| table.schema.table == name);
        table.is_some_and(|table| table.grid.header.iter().any(|header| header == column))
    };
    read_me::read_me(&mut workbook, &abouts, columns, &shown)?;
    read_me::settings(&mut workbook, &opened.manifest)?;
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(title(table.schema.table))?;
        let about: Vec<ColumnAbout> =
            columns.iter().filter(|about| about.table == table.schema.table).cloned().collect();
        sheet::fill(sheet, table.schema, &table.grid, &about, &names)?;
    }
    workbook.save_to_buffer()
}
