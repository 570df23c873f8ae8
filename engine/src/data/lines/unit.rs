//! A piece of the lines, which one thread reads.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::base::diagnostic::Diagnostic;

use super::batches::{self, Gathered};
use super::csv::{self, Block};
use super::parquet::{Chunks, Groups};

/// A piece of the lines. It can be read more than once.
pub struct Unit(pub(super) Content);

pub(super) enum Content {
    Groups(Groups),
    Block(Block),
    Batches(Gathered),
}

/// Rows that come together.
#[derive(Debug)]
pub struct Rows {
    /// What diagnostics call the file that they are of.
    pub file: Arc<str>,
    /// What can be read.
    pub batch: RecordBatch,
    /// What cannot, by line.
    pub unreadable: Vec<Unreadable>,
    pub(super) numbers: Numbers,
}

/// Where rows are in their file, from 1.
#[derive(Debug)]
pub(super) enum Numbers {
    /// One after the other, from this one.
    From(u64),
    /// On these lines.
    Lines(Vec<u64>),
}

impl Rows {
    /// Where a row is in its file: its line in a CSV, else its number, from 1.
    pub fn number(&self, row: usize) -> u64 {
        match &self.numbers {
            Numbers::From(first) => first + row as u64,
            Numbers::Lines(lines) => lines.get(row).copied().unwrap_or_default(),
        }
    }

    /// How many there are, those that cannot be read included.
    pub fn len(&self) -> usize {
        self.batch.num_rows() + self.unreadable.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A row of a CSV that does not have as many cells as its header, or is not text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its line.
    pub line: u64,
    /// The column that is at fault, if it is one.
    pub column: String,
    /// The row as it is, as near as text can be.
    pub text: String,
    /// Why it cannot be read.
    pub message: String,
    /// Its cells, as far as it has them.
    pub cells: Vec<String>,
}

impl Unit {
    /// Reads it, at most [`super::BATCH`] rows at a time. After an error there is no more.
    pub fn rows(&self) -> Box<dyn Iterator<Item = Result<Rows, Diagnostic>> + '_> {
        match &self.0 {
            Content::Groups(groups) => Box::new(groups.rows(None)),
            Content::Block(block) => Box::new(csv::rows(block)),
            Content::Batches(gathered) => Box::new(batches::rows(gathered).map(Ok)),
        }
    }

    /// Reads some of its columns, in the order of the schema.
    pub fn columns(
        &self,
        columns: &[usize],
    ) -> Box<dyn Iterator<Item = Result<RecordBatch, Diagnostic>> + '_> {
        if let Content::Groups(groups) = &self.0 {
            return Box::new(groups.rows(Some(columns.to_vec())).map(|rows| rows.map(|rows| rows.batch)));
        }
        let columns = columns.to_vec();
        let some = move |rows: Result<Rows, Diagnostic>| {
            rows.map(|rows| {
                let batch = &rows.batch;
                // The columns are of the batch.
                batch.project(&columns).unwrap_or_else(|_| RecordBatch::new_empty(batch.schema()))
            })
        };
        Box::new(self.rows().map(some))
    }

    /// About how many rows it has.
    pub fn size(&self) -> usize {
        match &self.0 {
            Content::Groups(groups) => groups.size(),
            Content::Block(block) => block.size(),
            Content::Batches(gathered) => gathered.batches.iter().map(RecordBatch::num_rows).sum(),
        }
    }

    /// The compressed columns of a unit that is exactly one row group of a Parquet file.
    pub fn chunks(&self) -> Option<Chunks<'_>> {
        if let Content::Groups(groups) = &self.0 { groups.chunks() } else { None }
    }
}

/// A batch under the schema that all batches have: files may differ in whether a column can have nulls.
pub(super) fn under(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, String> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let rows = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), batch.columns().to_vec(), &rows)
        .map_err(|error| error.to_string())
}
