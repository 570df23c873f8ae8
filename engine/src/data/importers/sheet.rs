//! A table on its way out of an importer: text cells under a header.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use crate::data::schema::Schema as Columns;

use super::draft::Record;

/// A table: a header, and rows of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Column names.
    pub header: Vec<String>,
    /// Cells of each row, as many as there are columns; an empty cell is `""`.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    /// Records as a table with the columns of a schema that they use, the required ones, and those that are kept.
    pub(super) fn new(schema: &Columns, records: &[Record], kept: &BTreeSet<String>) -> Self {
        let used: BTreeSet<&str> =
            records.iter().flat_map(|record| record.keys().map(String::as_str)).collect();
        let known = schema
            .columns
            .iter()
            .filter(|column| column.required || used.contains(column.name) || kept.contains(column.name));
        let mut header: Vec<String> = known.map(|column| column.name.to_owned()).collect();
        let others = used.iter().filter(|name| schema.columns.iter().all(|column| column.name != **name));
        header.extend(others.map(|name| (*name).to_owned()));
        let row = |record: &Record| {
            header.iter().map(|name| record.get(name).cloned().unwrap_or_default()).collect()
        };
        let rows = records.iter().map(row).collect();
        Self { header, rows }
    }

    /// Has it no rows?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The cells of a column.
    pub fn column(&self, name: &str) -> Option<Vec<&str>> {
        let at = self.header.iter().position(|header| header == name)?;
        Some(self.rows.iter().map(|row| row[at].as_str()).collect())
    }

    /// As CSV.
    pub fn csv(&self) -> Vec<u8> {
        // Writing to memory does not fail.
        let mut writer = csv::Writer::from_writer(Vec::new());
        let _ = writer.write_record(&self.header);
        for row in &self.rows {
            let _ = writer.write_record(row);
        }
        writer.into_inner().unwrap_or_default()
    }

    /// As columns in memory.
    pub fn batch(&self) -> RecordBatch {
        let fields = self.header.iter().map(|name| Field::new(name, DataType::Utf8, false));
        let column = |at: usize| -> ArrayRef {
            Arc::new(self.rows.iter().map(|row| Some(row[at].as_str())).collect::<StringArray>())
        };
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let columns = (0..self.header.len()).map(column).collect();
        // The columns are those of the schema, and of one length.
        RecordBatch::try_new(schema.clone(), columns).unwrap_or_else(|_| RecordBatch::new_empty(schema))
    }
}
