//! A table with the columns of a schema: missing and misspelt ones are reported, and rows that share a key.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::file_name::FileName;
use crate::base::unit::Unit;

use super::cells::Cells;
use super::keys::Keys;
use super::schema::Schema;
use super::table::Table;

/// A table with its columns found.
pub struct Bound<'a> {
    pub(super) table: &'a Table,
    schema: &'static Schema,
    columns: FxHashMap<&'static str, usize>,
    go_on: &'a dyn Fn(usize) -> bool,
    /// Units that rows had so far: a table has few.
    pub(super) units: RefCell<BTreeMap<String, Unit>>,
}

impl<'a> Bound<'a> {
    /// Finds the columns; reports missing and misspelt ones.
    pub fn new(table: &'a Table, schema: &'static Schema, diagnostics: &mut Diagnostics) -> Option<Self> {
        let columns: FxHashMap<&'static str, usize> =
            schema.columns.iter().filter_map(|c| Some((c.name, table.column(c.name)?))).collect();
        let absent = || schema.columns.iter().filter(|c| !columns.contains_key(c.name));
        let unknown: Vec<&str> = table
            .header
            .iter()
            .map(String::as_str)
            .filter(|h| schema.columns.iter().all(|c| c.name != *h))
            .collect();
        let mut suspects = Vec::new();
        for header in unknown {
            if let Some(meant) = diagnostics.nearest(&header.to_lowercase(), absent().map(|c| c.name)) {
                suspects.push(meant);
                let message = format!("the column `{header}` is not known");
                diagnostics.push(
                    Diagnostic::error(codes::HEADER_TYPO, message)
                        .at(header_place(table).column(header))
                        .hint(format!("did you mean `{meant}`?")),
                );
            }
        }
        let mut complete = true;
        for column in absent().filter(|c| c.required) {
            complete = false;
            if !suspects.contains(&column.name) {
                let message = format!("the column `{}` is missing", column.name);
                let known: Vec<&str> = schema.columns.iter().filter(|c| c.required).map(|c| c.name).collect();
                diagnostics.push(
                    Diagnostic::error(codes::MISSING_COLUMN, message).at(header_place(table)).hint(format!(
                        "the table `{}` needs {}",
                        schema.table,
                        known.join(", ")
                    )),
                );
            }
        }
        if schema.required && table.is_empty() && !table.dropped {
            let message = format!("the table `{}` has no rows", schema.table);
            diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(&table.file)));
        }
        complete.then(|| Self { table, schema, columns, go_on: &|_| true, units: RefCell::default() })
    }

    /// The same, where somebody hears how many rows were read.
    #[must_use]
    pub fn watched(self, go_on: &'a dyn Fn(usize) -> bool) -> Self {
        Self { go_on, ..self }
    }

    /// The table itself.
    pub fn place(&self) -> Place {
        Place::file(&self.table.file)
    }

    /// All texts of a column, of rows with problems too; `None` where a row could not even be read.
    pub fn texts(&self, column: &str) -> Option<BTreeSet<String>> {
        (!self.table.dropped && !self.table.is_empty())
            .then(|| self.collect(|row| row.text(column).map(str::to_owned)))
    }

    /// Looks at all rows.
    pub fn each(&self, mut look: impl FnMut(Cells<'_>)) {
        self.each_while(|row| {
            look(row);
            true
        });
    }

    /// Looks at rows until one says no; `false` if one did.
    pub fn each_while(&self, mut look: impl FnMut(Cells<'_>) -> bool) -> bool {
        self.table
            .chunks()
            .all(|chunk| (0..chunk.len()).all(|row| look(Cells { bound: self, chunk: &chunk, row })))
    }

    /// What diagnostics call the table.
    pub fn file(&self) -> FileName {
        self.table.file.clone()
    }

    /// What all rows are read as; those that are `None` are left out.
    pub fn collect<T, C: Default + Extend<T>>(&self, mut read: impl FnMut(Cells<'_>) -> Option<T>) -> C {
        let mut all = C::default();
        self.each(|row| all.extend(read(row)));
        all
    }

    /// The table.
    pub fn table(&self) -> &'a Table {
        self.table
    }

    /// Where a column of the schema is.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.get(name).copied()
    }

    /// What makes its rows unique.
    pub fn keys(&self) -> Keys<'a> {
        let columns = self.schema.key.iter().map(|name| self.column(name)).collect();
        Keys { table: self.table, schema: self.schema, columns }
    }

    /// Says that so many rows were read; `false`: the work is to stop.
    pub fn goes_on(&self, done: usize) -> bool {
        (self.go_on)(done)
    }
}

fn header_place(table: &Table) -> Place {
    Place { row: table.header_row, ..Place::file(&table.file) }
}
