//! The example: the rows of the co-op that is built in.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::manifest::{Kind, Manifest};
use crate::data::schema::Schema;
use crate::data::source::Source;

/// A table of the example.
pub(super) struct ExampleTable {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The example.
pub(super) struct Example {
    pub(super) manifest: Manifest,
    tables: BTreeMap<&'static str, ExampleTable>,
}

impl Example {
    /// Reads what is built in; a test reads all of it, so that nobody sees an error.
    pub(super) fn read() -> Result<Self, Diagnostic> {
        let mut found = Diagnostics::new();
        let opened = Source::example().open(Kind::Coop, &mut found);
        let missing = || Diagnostic::error(codes::NOT_FOUND, "the example is not built in");
        let mut opened = opened.ok_or_else(missing)?;
        let mut tables = BTreeMap::new();
        for schema in super::tables() {
            let table = opened.read(schema, &(), &mut found, |bound, _| {
                let table = bound.table();
                let columns: Vec<Option<usize>> = (0..table.header.len()).map(Some).collect();
                let rows = (0..table.len()).map(|row| table.row(row, &columns)).collect();
                ExampleTable { header: table.header.clone(), rows }
            });
            tables.extend(table.map(|table| (schema.table, table)));
        }
        if found.errors() > 0 {
            return Err(missing());
        }
        Ok(Self { manifest: opened.manifest, tables })
    }

    pub(super) fn table(&self, schema: &Schema) -> Option<&ExampleTable> {
        self.tables.get(schema.table)
    }
}

impl ExampleTable {
    /// The cells of a column; all are empty where the example has none.
    pub(super) fn cells<'a>(&'a self, column: &str) -> impl Iterator<Item = &'a str> {
        let at = self.header.iter().position(|name| name == column);
        self.rows.iter().map(move |row| at.map_or("", |at| row[at].as_str()))
    }
}
