//! Lines, batch by batch: every line comes out where it went in, priced, or flagged with why not.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray, UInt32Array, new_null_array};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use arrow_select::concat::concat_batches;
use arrow_select::take::{take, take_record_batch};
use truecost::base::diagnostic::{Diagnostic, Place, codes};
use truecost::data::lines::{Rows, Unreadable};
use truecost::pricing::lines::{Pricer, Reason, Rejected, Summary, Worker};

/// What diagnostics call lines that come from no file.
pub(crate) const LINES: &str = "lines";

/// The columns that say why a line has no price, after all others.
const REJECTED: [&str; 2] = ["rejected", "rejected_because"];

/// Prices batches of one schema.
pub(crate) struct Batches {
    worker: Worker,
    /// Columns of the lines that are kept, which stand first.
    kept: Vec<usize>,
    schema: SchemaRef,
    strict: bool,
    pub(crate) counts: Counts,
}

/// How many lines there were.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) read: u64,
    pub(crate) rejected: u64,
}

/// Why a batch is not priced.
pub(crate) enum Failure {
    /// A bad line, where none is wanted.
    Line(Diagnostic),
    /// A batch that is not as its schema says.
    Batch(ArrowError),
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::Batch(error)
    }
}

impl Batches {
    /// Prices with what was made for their schema, of which the columns `kept` are kept.
    pub(crate) fn new(pricer: &Arc<Pricer>, kept: Vec<usize>, strict: bool) -> Self {
        let (schema, counts) = (schema(pricer, kept.len()), Counts::default());
        Self { worker: pricer.worker(), kept, schema, strict, counts }
    }

    /// The schema of what comes out.
    pub(crate) fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// Prices a batch of a stream: as many lines come out, in their order.
    pub(crate) fn price(&mut self, batch: &RecordBatch) -> Result<RecordBatch, Failure> {
        let first = self.counts.read + 1;
        self.price_at(batch, &|row| Place::row(LINES, first + row as u64))
    }

    /// Prices a batch, of which a row stands where `place` says.
    fn price_at(
        &mut self,
        batch: &RecordBatch,
        place: &dyn Fn(usize) -> Place,
    ) -> Result<RecordBatch, Failure> {
        let priced = self.worker.price(batch)?;
        if self.strict
            && let Some(bad) = priced.rejected.first()
        {
            return Err(stopped(place(bad.row), bad.reason, &bad.column, &bad.message));
        }
        self.counts.read += batch.num_rows() as u64;
        self.counts.rejected += priced.rejected.len() as u64;
        Ok(self.in_place(batch, &priced.lines, &priced.rejected)?)
    }

    /// Prices rows of a file; those that cannot be read stand among the others too.
    pub(crate) fn price_rows(&mut self, rows: &Rows) -> Result<RecordBatch, Failure> {
        let unreadable = &rows.unreadable;
        let first = unreadable.first().filter(|_| self.strict).map(|bad| bad.line);
        let batch = match first {
            // Lines before it may be bad too.
            Some(line) => rows
                .batch
                .slice(0, (0..rows.batch.num_rows()).take_while(|row| rows.number(*row) < line).count()),
            None => rows.batch.clone(),
        };
        let priced = self.price_at(&batch, &|row| Place::row(&*rows.file, rows.number(row)))?;
        let Some(bad) = unreadable.first() else { return Ok(priced) };
        if self.strict {
            let place = Place::row(&*rows.file, bad.line);
            return Err(stopped(place, Reason::Unreadable, &bad.column, &bad.message));
        }
        self.counts.read += unreadable.len() as u64;
        self.counts.rejected += unreadable.len() as u64;
        Ok(among(rows, &priced, &self.unreadable(unreadable)?)?)
    }

    /// Rows that cannot be read: nothing of them is known but why.
    fn unreadable(&self, rows: &[Unreadable]) -> Result<RecordBatch, ArrowError> {
        let words = StringArray::from_iter_values(rows.iter().map(|_| Reason::Unreadable.word()));
        let messages = StringArray::from_iter_values(rows.iter().map(|bad| &bad.message));
        let fields = self.schema.fields();
        let nothing = fields.iter().take(fields.len() - REJECTED.len());
        let mut columns: Vec<ArrayRef> =
            nothing.map(|field| new_null_array(field.data_type(), rows.len())).collect();
        columns.extend([Arc::new(words) as ArrayRef, Arc::new(messages)]);
        RecordBatch::try_new(self.schema.clone(), columns)
    }

    /// Ends the work: the sums, if any were asked for.
    pub(crate) fn done(self) -> Option<Summary> {
        self.worker.into_summary()
    }

    /// Priced lines and bad ones, each where it came in.
    fn in_place(
        &self,
        batch: &RecordBatch,
        lines: &RecordBatch,
        rejected: &[Rejected],
    ) -> Result<RecordBatch, ArrowError> {
        let (rows, width) = (batch.num_rows(), self.kept.len());
        let mut columns: Vec<ArrayRef> = self.kept.iter().map(|at| batch.column(*at).clone()).collect();
        let made = lines.columns().iter().skip(width);
        let places = (!rejected.is_empty()).then(|| places(rows, rejected));
        for (column, field) in made.zip(self.schema.fields().iter().skip(width)) {
            let column = outside(column, field.data_type())?;
            columns.push(match &places {
                Some(places) => take(&column, places, None)?,
                None => column,
            });
        }
        for word in [|bad: &Rejected| bad.reason.word().to_owned(), |bad: &Rejected| of_python(&bad.message)]
        {
            let mut bad = rejected.iter().peekable();
            let words = (0..rows).map(|row| bad.next_if(|bad| bad.row == row).map(word));
            columns.push(Arc::new(words.collect::<StringArray>()));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
    }
}

/// A bad line, as what ends it all.
fn stopped(place: Place, reason: Reason, column: &str, message: &str) -> Failure {
    let place = if column.is_empty() { place } else { place.column(column) };
    let message = format!("{}: {message}", reason.word());
    let hint = "without `strict` such lines stay among the others, and say so";
    Failure::Line(Diagnostic::error(codes::BAD_LINE, message).at(place).hint(hint))
}

/// Rows that could be read and those that could not, as they stand in their file.
fn among(rows: &Rows, priced: &RecordBatch, unreadable: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let count = priced.num_rows();
    let lines = (0..count).map(|row| rows.number(row)).chain(rows.unreadable.iter().map(|bad| bad.line));
    let mut order: Vec<(u64, u32)> = lines.zip(0..).collect();
    order.sort_unstable();
    let order: UInt32Array = order.into_iter().map(|(_, row)| Some(row)).collect();
    take_record_batch(&concat_batches(priced.schema_ref(), [priced, unreadable])?, &order)
}

/// Why a line is bad, in words of Python.
fn of_python(message: &str) -> String {
    message.replace("--years", "`years`").replace("--rate", "`rates`")
}

/// The schema of priced lines where bad ones stand among them.
fn schema(pricer: &Pricer, kept: usize) -> SchemaRef {
    let priced = pricer.schema();
    let fields = priced.fields().iter().enumerate().map(|(at, field)| {
        let field = field.as_ref().clone();
        if at < kept { field } else { Field::new(field.name(), type_outside(field.data_type()), true) }
    });
    let flags = REJECTED.map(|name| Field::new(name, DataType::Utf8, true));
    Arc::new(Schema::new_with_metadata(fields.chain(flags).collect::<Vec<_>>(), priced.metadata().clone()))
}

/// Where each line stands among those that are priced; nowhere, if it is bad.
fn places(rows: usize, rejected: &[Rejected]) -> UInt32Array {
    let mut bad = rejected.iter().peekable();
    let mut next = 0;
    let place = |row: usize| {
        if bad.next_if(|bad| bad.row == row).is_some() {
            return None;
        }
        next += 1;
        Some(next - 1)
    };
    (0..rows).map(place).collect()
}

/// Every tool knows decimals of 128 bits and plain text.
fn type_outside(kind: &DataType) -> DataType {
    match kind {
        DataType::Decimal64(digits, scale) => DataType::Decimal128(*digits, *scale),
        DataType::Dictionary(_, values) => values.as_ref().clone(),
        other => other.clone(),
    }
}

fn outside(column: &ArrayRef, kind: &DataType) -> Result<ArrayRef, ArrowError> {
    if column.data_type() == kind { Ok(column.clone()) } else { cast(column, kind) }
}
