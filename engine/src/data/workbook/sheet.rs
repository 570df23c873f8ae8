//! A sheet as a table. Its rows and columns keep the numbers and letters that they have in the sheet.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use calamine::{DataRef, Dimensions, XlsxCellReader};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::file_name::{FileName, letters};
use crate::data::rows::Rows;
use crate::data::schema::Schema;
use crate::data::table::Table;

use super::cell::{self, Problem};
use super::currency::Saying;
use super::heading::{Header, known};
use super::names::title;

/// Rows and columns of the largest sheet.
const LIMIT: (u32, u32) = (1_048_576, 16_384);
/// Cells of a table, empty ones included: more are not made by people.
const CELLS: u64 = 50_000_000;
/// Rows below a title that are searched for a header.
const NEAR: usize = 30;

/// Words that begin a row of sums.
const TOTALS: [&str; 6] = ["total", "totals", "sum", "suma", "somme", "totaux"];

/// What is read, and what must be known for it.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// Path of the workbook.
    pub(super) workbook: &'a str,
    /// Name of the sheet.
    pub(super) sheet: &'a str,
    pub(super) schema: &'static Schema,
    pub(super) is_1904: bool,
    /// Are values of formulas no values?
    pub(super) is_stale: bool,
    pub(super) merged: &'a [Dimensions],
}

impl Context<'_> {
    fn place(&self, row: u64, column: u32) -> Place {
        let file = FileName::sheet(self.workbook, self.sheet, BTreeMap::new());
        Place::row(file, row).column(letters(column))
    }
}

/// A row that is not empty: its number from 1, and its cells.
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) cells: Vec<(u32, Result<String, Problem>)>,
}

/// The rows of a sheet that hold something.
pub(super) struct SheetRows<'a, R: Read + Seek> {
    cells: XlsxCellReader<'a, R>,
    is_1904: bool,
    is_stale: bool,
    /// The first cell of the next row.
    next: Option<Found>,
    /// After the last cell there is nothing to be read.
    is_done: bool,
}

/// Where a cell is, and its text or what is wrong with it.
type Found = ((u32, u32), Result<String, Problem>);

impl<'a, R: Read + Seek> SheetRows<'a, R> {
    pub(super) fn new(cells: XlsxCellReader<'a, R>, is_1904: bool, is_stale: bool) -> Self {
        Self { cells, is_1904, is_stale, next: None, is_done: false }
    }

    /// The next cell that is not empty.
    fn cell(&mut self) -> Result<Option<Found>, String> {
        while !self.is_done {
            let next = self.cells.next_cell_with_formula_metadata().map_err(|error| error.to_string())?;
            let Some(cell) = next else {
                self.is_done = true;
                break;
            };
            if cell.pos.0 >= LIMIT.0 || cell.pos.1 >= LIMIT.1 {
                return Err("it has cells outside of any sheet".to_owned());
            }
            // `<v></v>` of a text is an empty text, and a value; where there is no value nobody computed one.
            if cell.formula.is_some() && (self.is_stale || cell.value == DataRef::Empty) {
                return Ok(Some((cell.pos, Err(cell::not_computed()))));
            }
            if !cell::is_empty(&cell.value) {
                return Ok(Some((cell.pos, cell::text(&cell.value, self.is_1904))));
            }
        }
        Ok(None)
    }

    /// The next row. An error: the sheet is damaged.
    pub(super) fn row(&mut self) -> Result<Option<Row>, String> {
        let first = match self.next.take() {
            Some(first) => Some(first),
            None => self.cell()?,
        };
        let Some(((at, mut last), first)) = first else { return Ok(None) };
        let mut row = Row { number: u64::from(at) + 1, cells: vec![(last, first)] };
        while let Some((position, cell)) = self.cell()? {
            if position.0 > at {
                self.next = Some((position, cell));
                break;
            }
            if position <= (at, last) {
                return Err("its cells are not in their order".to_owned());
            }
            last = position.1;
            row.cells.push((last, cell));
        }
        Ok(Some(row))
    }
}

/// Reads a sheet. `None`: it is empty, or cannot be read.
pub(super) fn read<R: Read + Seek>(
    cells: XlsxCellReader<R>,
    context: Context,
    diagnostics: &mut Diagnostics,
) -> Option<(Table, Vec<Saying>)> {
    let mut rows = SheetRows::new(cells, context.is_1904, context.is_stale);
    table(&mut rows, context, diagnostics).unwrap_or_else(|message| {
        let file = FileName::sheet(context.workbook, context.sheet, BTreeMap::new());
        let message = format!("the sheet cannot be read: {message}");
        diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).at(Place::file(file)));
        None
    })
}

fn table<R: Read + Seek>(
    rows: &mut SheetRows<R>,
    context: Context,
    diagnostics: &mut Diagnostics,
) -> Result<Option<(Table, Vec<Saying>)>, String> {
    let Some(first) = rows.row()? else { return Ok(None) };
    let Some(header) = header(&first, rows, context, diagnostics)? else { return Ok(None) };
    let file = header.file(context.workbook, context.sheet);
    let mut body = Body::new(&header, &file, context.schema, diagnostics);
    while let Some(row) = rows.row()? {
        body.push(&row)?;
    }
    let (last, dropped) = (body.last, body.dropped);
    let (parts, lines) = body.rows.finish();
    merged(&header, last, context, diagnostics);
    let (names, says) = (header.names(), header.sayings(&file));
    let table = Table { file, header_row: Some(header.row), header: names, dropped, parts, lines };
    Ok(Some((table, says)))
}

/// The header, if the first row is one.
fn header<R: Read + Seek>(
    first: &Row,
    rows: &mut SheetRows<R>,
    context: Context,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Header>, String> {
    let texts = |row: &Row| -> Vec<String> {
        row.cells.iter().filter_map(|(_, cell)| cell.as_ref().ok().cloned()).collect()
    };
    let count = |row: &Row| known(texts(row).iter().map(String::as_str), context.schema);
    if count(first) == 0 {
        for _ in 0..NEAR {
            let Some(row) = rows.row()? else { break };
            if count(&row) > 1 {
                let message = format!("this row is not the header: that is row {}", row.number);
                let hint = "delete what stands above the header; titles and notes have their place on a sheet of their own";
                let place = context.place(first.number, first.cells[0].0);
                diagnostics.push(Diagnostic::error(codes::MISSING_COLUMN, message).at(place).hint(hint));
                return Ok(None);
            }
        }
        let needs = context.schema.columns.iter().filter(|column| column.required).map(|column| column.name);
        let needs = needs.collect::<Vec<_>>().join(", ");
        let message =
            format!("no cell of this row is the name of a column of the table `{}`", context.schema.table);
        let hint = format!("the table needs {needs}; if the sheet is your own, give it another name");
        let place = context.place(first.number, first.cells[0].0);
        diagnostics.push(Diagnostic::error(codes::MISSING_COLUMN, message).at(place).hint(hint));
        return Ok(None);
    }
    let mut cells = Vec::new();
    for (at, cell) in &first.cells {
        match cell {
            Ok(text) => cells.push((*at, text.clone())),
            Err(problem) => diagnostics.push(problem.clone().at(context.place(first.number, *at))),
        }
    }
    if cells.len() < first.cells.len() {
        return Ok(None);
    }
    let place = |row, at| context.place(row, at);
    Ok(Header::new(&place, first.number, &cells, context.schema, diagnostics))
}

/// The rows below the header.
struct Body<'a> {
    header: &'a Header,
    file: &'a FileName,
    /// The columns that must be filled.
    required: Vec<usize>,
    diagnostics: &'a mut Diagnostics,
    /// The cells of a row, by the columns of the table.
    cells: Vec<String>,
    /// Columns without a header that were told.
    told: BTreeSet<u32>,
    rows: Rows,
    count: u64,
    last: u64,
    dropped: bool,
}

impl<'a> Body<'a> {
    fn new(
        header: &'a Header,
        file: &'a FileName,
        schema: &Schema,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        let must = |name: &str| schema.columns.iter().any(|column| column.required && column.name == name);
        let named = header.headings.iter().enumerate();
        let required = named.filter(|(_, heading)| must(&heading.name)).map(|(at, _)| at).collect();
        let columns = header.names().len();
        let (rows, cells) = (Rows::new(columns), vec![String::new(); columns]);
        let told = BTreeSet::new();
        Self {
            header,
            file,
            required,
            diagnostics,
            cells,
            told,
            rows,
            count: 0,
            last: header.row,
            dropped: false,
        }
    }

    fn push(&mut self, row: &Row) -> Result<(), String> {
        let mut clean = true;
        let mut is_empty = true;
        self.cells.iter_mut().for_each(String::clear);
        for (at, cell) in &row.cells {
            let Ok(column) = self.header.headings.binary_search_by_key(at, |heading| heading.at) else {
                self.without_header(row.number, *at);
                continue;
            };
            let heading = &self.header.headings[column];
            is_empty = false;
            match cell {
                Ok(text) => self.cells[column].clone_from(text),
                // What is in the user's own columns is theirs.
                Err(_) if !heading.is_known => {}
                Err(problem) => {
                    let place = Place::row(self.file, row.number).column(&heading.name);
                    self.diagnostics.push(problem.clone().at(place));
                    clean = false;
                }
            }
        }
        if is_empty {
            return Ok(());
        }
        self.last = row.number;
        if clean && self.is_total() {
            self.total(row.number);
            clean = false;
        }
        clean &= self.say_units(row.number);
        if !clean {
            self.dropped = true;
            return Ok(());
        }
        self.count += 1;
        if self.count * self.cells.len() as u64 > CELLS {
            return Err(format!(
                "it has more than {CELLS} cells; tables of this size are better kept as CSV or Parquet"
            ));
        }
        self.rows.push(row.number, self.cells.iter().map(String::as_str));
        Ok(())
    }

    /// Puts the units of the headers into the row, where it has an amount that they are for.
    fn say_units(&mut self, row: u64) -> bool {
        let mut clean = true;
        let mut derived = self.header.headings.len();
        for (name, said) in &self.header.said {
            let target = said.own.unwrap_or(derived);
            derived += usize::from(said.own.is_none());
            if said.carriers.iter().all(|carrier| self.cells[*carrier].is_empty()) {
                continue;
            }
            let own = self.cells[target].trim();
            if own.is_empty() {
                self.cells[target].clone_from(&said.value);
            } else if own != said.value {
                let at = letters(said.at);
                let message =
                    format!("`{name}` is `{own}`, and the header of column {at} says `{}`", said.value);
                let hint = "take the unit out of the header, or convert the row";
                let place = Place::row(self.file, row).column(*name);
                self.diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
                clean = false;
            }
        }
        clean
    }

    /// Is the row a sum below the others, and nothing of its own?
    fn is_total(&self) -> bool {
        let is_empty = |at: &&usize| self.cells[**at].trim().is_empty();
        let empty = self.required.iter().filter(is_empty).count();
        let says_so = || self.cells.iter().any(|cell| TOTALS.contains(&cell.trim().to_lowercase().as_str()));
        empty > 1 && (self.required.len() - empty < 2 || says_so())
    }

    fn total(&mut self, row: u64) {
        let empty = self.required.iter().filter(|at| self.cells[**at].trim().is_empty());
        let names: Vec<String> =
            empty.map(|at| format!("`{}`", title(&self.header.headings[*at].name))).collect();
        let filled = self.header.headings.iter().zip(&self.cells).find(|(_, cell)| !cell.trim().is_empty());
        let place = Place::row(self.file, row);
        let place = filled.map_or_else(|| place.clone(), |(heading, _)| place.clone().column(&heading.name));
        let message = format!("this row has no {}", names.join(", "));
        let hint = "is it a total? put totals on a sheet of their own; else fill the row, or delete it";
        self.diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
    }

    fn without_header(&mut self, row: u64, at: u32) {
        if self.told.insert(at) {
            let message = format!("column {} has no header, and this cell is not empty", letters(at));
            let hint = "give the column a header, or move what stands there to a sheet of its own";
            let place = Place::row(self.file, row).column(letters(at));
            self.diagnostics.push(Diagnostic::error(codes::MISSING_COLUMN, message).at(place).hint(hint));
        }
    }
}

/// Of cells that were merged only the first has a value.
fn merged(header: &Header, last: u64, context: Context, diagnostics: &mut Diagnostics) {
    for area in context.merged {
        let rows = u64::from(area.start.0) + 1..=u64::from(area.end.0) + 1;
        let is_known = |heading: &super::heading::Heading| {
            heading.is_known && (area.start.1..=area.end.1).contains(&heading.at)
        };
        let in_rows = *rows.start() <= last && *rows.end() >= header.row;
        if in_rows && header.headings.iter().any(is_known) {
            let (from, to) = (letters(area.start.1), letters(area.end.1));
            let message = format!(
                "{from}{} to {to}{} are one merged cell, and only the first of them has a value",
                rows.start(),
                rows.end()
            );
            let hint = "take the cells apart again, and fill each of them";
            let place = context.place(*rows.start(), area.start.1);
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        }
    }
}
