//! Lines that come as record batches, one after the other.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::SchemaRef;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::parquet::guarded;
use crate::data::table::check_header;

use super::unit::{Content, Numbers, Rows, Unit, under};
use super::{BATCH, LineSource, Total, Units};

/// Rows of a unit that is made of batches, where there are as many.
const GATHERED: usize = 1 << 18;

/// Batches of one file, gathered.
pub(super) struct Gathered {
    file: Arc<str>,
    /// Where its first row is in the file, from 1.
    first: u64,
    pub(super) batches: Vec<RecordBatch>,
}

/// Batches of a file, or why it cannot be read.
pub(super) type Batches = Box<dyn Iterator<Item = Result<RecordBatch, String>> + Send>;

/// A file that is opened when its turn comes.
pub(super) struct Waiting {
    pub(super) label: Arc<str>,
    pub(super) open: Box<dyn FnOnce() -> Result<Batches, String> + Send>,
}

/// Gathers batches into units that never span two files.
pub(super) struct Gathering {
    schema: SchemaRef,
    /// Most rows of a unit.
    most: usize,
    waiting: VecDeque<Waiting>,
    open: Option<(Arc<str>, Batches)>,
    /// Rows of the file that are in units.
    done: u64,
    /// What is left of a long batch.
    rest: Option<RecordBatch>,
    hint: &'static str,
    failed: bool,
}

impl Gathering {
    fn new(schema: SchemaRef, most: usize, waiting: Vec<Waiting>, hint: &'static str) -> Self {
        Self { schema, most, waiting: waiting.into(), open: None, done: 0, rest: None, hint, failed: false }
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, String> {
        if let Some(rest) = self.rest.take() {
            return Ok(Some(rest));
        }
        let Some((_, batches)) = &mut self.open else { return Ok(None) };
        let schema = &self.schema;
        let next = guarded(|| batches.next().transpose())?;
        next.map(|batch| under(schema, &batch)).transpose()
    }

    fn unit(&mut self) -> Result<Option<Gathered>, Diagnostic> {
        let hint = self.hint;
        let failed = |label: &Arc<str>, message: String| {
            Diagnostic::error(codes::ARROW, message).at(Place::file(&**label)).hint(hint)
        };
        loop {
            if self.open.is_none() {
                let Some(next) = self.waiting.pop_front() else { return Ok(None) };
                let batches = guarded(next.open).map_err(|message| failed(&next.label, message))?;
                (self.open, self.done) = (Some((next.label, batches)), 0);
            }
            let file = self.open.as_ref().map(|(label, _)| label.clone()).unwrap_or_default();
            let (mut batches, mut rows) = (Vec::new(), 0);
            while rows < GATHERED.min(self.most) {
                let Some(batch) = self.next_batch().map_err(|message| failed(&file, message))? else {
                    self.open = None;
                    break;
                };
                let batch = if rows + batch.num_rows() > self.most {
                    let fits = self.most - rows;
                    self.rest = Some(batch.slice(fits, batch.num_rows() - fits));
                    batch.slice(0, fits)
                } else {
                    batch
                };
                rows += batch.num_rows();
                if batch.num_rows() > 0 {
                    batches.push(batch);
                }
            }
            let first = self.done + 1;
            self.done += rows as u64;
            if !batches.is_empty() {
                return Ok(Some(Gathered { file, first, batches }));
            }
        }
    }
}

impl Iterator for Gathering {
    type Item = Result<Unit, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let unit = self.unit().transpose()?;
        self.failed = unit.is_err();
        Some(unit.map(|gathered| Unit(Content::Batches(gathered))))
    }
}

/// The rows of gathered batches.
pub(super) fn rows(gathered: &Gathered) -> impl Iterator<Item = Rows> + '_ {
    let mut before = gathered.first;
    gathered.batches.iter().flat_map(move |batch| {
        let first = before;
        before += batch.num_rows() as u64;
        (0..batch.num_rows()).step_by(BATCH).map(move |offset| Rows {
            file: gathered.file.clone(),
            batch: batch.slice(offset, BATCH.min(batch.num_rows() - offset)),
            unreadable: Vec::new(),
            numbers: Numbers::From(first + offset as u64),
        })
    })
}

impl LineSource {
    /// Lines that a program hands over, batch by batch; diagnostics call them `label`.
    pub fn batches(
        label: &str,
        reader: Box<dyn RecordBatchReader + Send>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let schema = reader.schema();
        let read: Batches = Box::new(reader.map(|batch| batch.map_err(|error| error.to_string())));
        let waiting = Waiting { label: label.into(), open: Box::new(move || Ok(read)) };
        Self::gathered(label, schema, vec![waiting], "the lines before it were read", diagnostics)
    }

    pub(super) fn gathered(
        label: &str,
        schema: SchemaRef,
        waiting: Vec<Waiting>,
        hint: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let header: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        check_header(label, None, &header, diagnostics)?;
        let read = schema.clone();
        let cut = move |most| -> Units { Box::new(Gathering::new(read, most, waiting, hint)) };
        Some(Self {
            label: label.to_owned(),
            stated: schema.clone(),
            files: Vec::new(),
            folder: None,
            cut: Box::new(cut),
            schema,
            total: Total::Unknown,
        })
    }
}
