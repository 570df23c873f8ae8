//! Sections that others put into the page: a table with a title.

use serde::Serialize;

use crate::report::columns::{Columns, Kind};

/// Rows that the page shows.
const ROWS: usize = 60;

/// A section of the page.
#[derive(Clone, Debug)]
pub struct Section {
    /// Heading.
    pub title: String,
    /// What a reader should know before the numbers; may be empty.
    pub note: String,
    /// The table; rows after the sixtieth are counted, and stand in the file.
    pub table: Columns,
    /// The file that has all rows; empty if there is none.
    pub file: String,
}

#[derive(Serialize)]
struct Head {
    name: String,
    is_number: bool,
}

/// A section as the template sees it.
#[derive(Serialize)]
pub(super) struct Table {
    id: String,
    title: String,
    note: String,
    file: String,
    heads: Vec<Head>,
    rows: Vec<Vec<String>>,
    more: usize,
}

impl Table {
    pub(super) fn new(section: &Section, number: usize) -> Self {
        let table = &section.table;
        let head = |name: &str, kind: Kind| Head {
            name: name.replace('_', " "),
            is_number: !matches!(kind, Kind::Text | Kind::Flag | Kind::Date),
        };
        let shown = table.rows().min(ROWS);
        let row = |row: usize| table.iter().map(|column| column.cells[row].text()).collect();
        Self {
            id: format!("more-{number}"),
            title: section.title.clone(),
            note: section.note.clone(),
            file: section.file.clone(),
            heads: table.iter().map(|column| head(column.name, column.kind)).collect(),
            rows: (0..shown).map(row).collect(),
            more: table.rows() - shown,
        }
    }
}
