//! A table of flows in the making: cells, and the records that its rows were made of.

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::Progress;
use crate::data::cells::RowRef;
use crate::data::importers::Sheet;
use crate::data::schema::Schema;
use crate::data::source::Opened;

/// Rows under the header of a schema.
pub(super) struct Grid {
    schema: &'static Schema,
    rows: Vec<Vec<String>>,
    pub(super) records: Vec<RowRef>,
}

impl Grid {
    /// The rows that the dataset states itself, if it has the table.
    pub(super) fn stated(
        schema: &'static Schema,
        opened: &mut Opened,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut grid = Self { schema, rows: Vec::new(), records: Vec::new() };
        if opened.has(schema.table) {
            opened.read(schema, progress, diagnostics, |bound, _| {
                bound.each(|row| {
                    let cells = schema.columns.iter().map(|column| row.string(column.name));
                    grid.rows.push(cells.collect());
                    grid.records.push(row.row_ref());
                });
            });
        }
        grid
    }

    /// Adds a row: what each column holds.
    pub(super) fn add(&mut self, record: RowRef, cell: impl Fn(&str) -> String) {
        self.rows.push(self.schema.columns.iter().map(|column| cell(column.name)).collect());
        self.records.push(record);
    }

    /// Adds a row of a few cells.
    pub(super) fn add_cells(&mut self, record: RowRef, cells: &[(&str, &str)]) {
        self.add(record, |column| {
            cells
                .iter()
                .find(|(name, _)| *name == column)
                .map_or_else(String::new, |(_, cell)| (*cell).to_owned())
        });
    }

    /// The cells of a column.
    pub(super) fn column(&self, name: &str) -> impl Iterator<Item = &str> {
        let at = self.schema.columns.iter().position(|column| column.name == name);
        self.rows.iter().filter_map(move |row| at.map(|at| row[at].as_str()))
    }

    /// The cell of a column in the row of an id.
    pub(super) fn cell(&self, id: &str, name: &str) -> Option<&str> {
        let at = self.column("id").position(|found| found == id)?;
        self.column(name).nth(at)
    }

    /// Has it no rows?
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As a table in memory.
    pub(super) fn sheet(self) -> (Sheet, Vec<RowRef>) {
        let header = self.schema.columns.iter().map(|column| column.name.to_owned()).collect();
        (Sheet { header, rows: self.rows }, self.records)
    }
}
