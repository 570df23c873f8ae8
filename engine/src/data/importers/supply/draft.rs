//! A supply dataset in the making: small tables stay in memory, large ones go to a file as they grow.

use std::borrow::Cow;
use std::panic::resume_unwind;
use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::data::importers::Told;
use crate::data::reference::Reference;
use crate::data::schema::{self, Schema};
use crate::data::write::{Batch, Staged};

use super::about::About;
use super::made::Made;

/// Rows of a batch.
const BATCH: usize = 1 << 16;
/// Rows above which a table is written as Parquet.
const CSV_ROWS: usize = 50_000;
/// Rows that are held in memory; a table with more of them is written as it grows.
const HELD: usize = 1 << 20;

/// Tables that an importer fills, with the columns that it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// `id, name, unit, mass_kg, category`.
    Products,
    /// `id, product, amount, unit, region, period, stage, source, allocation`.
    Processes,
    /// `process, product, amount, unit, origin, supplier, cutoff, source`, then the spread of the amount.
    Inputs,
    /// `process, indicator, amount, unit, method, source`, then the spread of the amount.
    Interventions,
    /// `id, name, dimension, unit, substance, compartment, source, note`.
    Indicators,
    /// `product, amount, currency, unit, date, vat, source`.
    Prices,
    /// `product, process, property, amount, unit, source`.
    Properties,
}

const TABLES: [(&Schema, &[&str]); 7] = [
    (&schema::PRODUCTS, &["id", "name", "unit", "mass_kg", "category"]),
    (
        &schema::PROCESSES,
        &["id", "product", "amount", "unit", "region", "period", "stage", "source", "allocation"],
    ),
    (
        &schema::INPUTS,
        &[
            "process",
            "product",
            "amount",
            "unit",
            "origin",
            "supplier",
            "cutoff",
            "source",
            "distribution",
            "loc",
            "scale",
            "shape",
            "minimum",
            "maximum",
            "pedigree",
            "basic_variance",
        ],
    ),
    (
        &schema::INTERVENTIONS,
        &[
            "process",
            "indicator",
            "amount",
            "unit",
            "method",
            "source",
            "distribution",
            "loc",
            "scale",
            "shape",
            "minimum",
            "maximum",
            "pedigree",
            "basic_variance",
        ],
    ),
    (&schema::INDICATORS, &["id", "name", "dimension", "unit", "substance", "compartment", "source", "note"]),
    (&schema::PRICES, &["product", "amount", "currency", "unit", "date", "vat", "source"]),
    (&schema::PROPERTIES, &["product", "process", "property", "amount", "unit", "source"]),
];

/// A table on its way.
struct Growing {
    of: &'static Schema,
    columns: SchemaRef,
    /// Cells of the rows that are being built; a column may end before the last of them.
    builders: Vec<StringBuilder>,
    /// Rows that are being built.
    begun: usize,
    batches: Vec<RecordBatch>,
    rows: usize,
    file: Option<ArrowWriter<Staged>>,
}

/// The tables so far.
pub(super) struct Draft<'a> {
    batch: &'a mut Batch,
    tables: Vec<Growing>,
    failed: Option<Diagnostic>,
    /// What diagnostics call the source.
    label: String,
    /// Cells with line breaks or control characters, which no table of ours holds.
    odd: usize,
    /// What was read, and what became of it.
    pub(super) told: Told,
}

impl Growing {
    fn new((of, columns): (&'static Schema, &[&str])) -> Self {
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new(*column, DataType::Utf8, false)).collect();
        Self {
            of,
            columns: Arc::new(ArrowSchema::new(fields)),
            builders: columns.iter().map(|_| StringBuilder::new()).collect(),
            begun: 0,
            batches: Vec::new(),
            rows: 0,
            file: None,
        }
    }

    /// Adds a row; a column is filled up when it has something to say.
    fn push<'a>(&mut self, cells: impl IntoIterator<Item = Cow<'a, str>>) {
        for (builder, cell) in self.builders.iter_mut().zip(cells) {
            if !cell.is_empty() {
                fill(builder, self.begun);
                builder.append_value(cell);
            }
        }
        self.begun += 1;
        self.rows += 1;
    }

    /// Moves the rows that are being built to the batches.
    fn pack(&mut self) {
        if self.begun == 0 {
            return;
        }
        self.builders.iter_mut().for_each(|builder| fill(builder, self.begun));
        self.begun = 0;
        let columns = self.builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        // The columns are those of the schema, and of one length.
        self.batches.extend(RecordBatch::try_new(self.columns.clone(), columns.collect()));
    }

    /// Leaves out columns of which no cell is filled, unless the table must have them.
    fn trim(&mut self) {
        let is_filled = |column: usize| {
            let mut cells = self.batches.iter().map(|rows| rows.column(column));
            cells.any(|cells| texts(cells).any(|text| !text.is_empty()))
        };
        let must = |name: &str| self.of.columns.iter().any(|column| column.name == name && column.required);
        let fields = self.columns.fields().iter().enumerate();
        let used: Vec<usize> = fields
            .filter(|(column, field)| must(field.name()) || is_filled(*column))
            .map(|(column, _)| column)
            .collect();
        // Columns of a schema, by their places in it.
        if let Ok(columns) = self.columns.project(&used) {
            self.columns = Arc::new(columns);
            self.batches = self.batches.iter().filter_map(|rows| rows.project(&used).ok()).collect();
        }
    }

    /// Writes what is held to the file, which is opened now if it is not.
    fn spill(&mut self, batch: &mut Batch) -> Result<(), Diagnostic> {
        let mut writer = match self.file.take() {
            Some(writer) => writer,
            None => {
                let staged = batch.open(format!("{}.parquet", self.of.table).as_ref())?;
                let level = ZstdLevel::try_new(1).unwrap_or_default();
                // Nobody asks for the least text of a column, and amounts are nearly all different.
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(level))
                    .set_statistics_enabled(EnabledStatistics::None)
                    .set_column_dictionary_enabled("amount".into(), false);
                ArrowWriter::try_new(staged, self.columns.clone(), Some(properties.build()))
                    .map_err(|error| unwritten(self.of.table, &error))?
            }
        };
        for rows in self.batches.drain(..) {
            writer.write(&rows).map_err(|error| writer.inner().failed(&error))?;
        }
        self.file = Some(writer);
        Ok(())
    }

    fn csv(&self) -> Vec<u8> {
        // Writing to memory does not fail.
        let mut writer = csv::Writer::from_writer(Vec::new());
        let _ = writer.write_record(self.columns.fields().iter().map(|field| field.name()));
        for rows in &self.batches {
            let mut columns: Vec<_> = rows.columns().iter().map(texts).collect();
            for _ in 0..rows.num_rows() {
                let _ =
                    writer.write_record(columns.iter_mut().map(|column| column.next().unwrap_or_default()));
            }
        }
        writer.into_inner().unwrap_or_default()
    }
}

/// Fills a column up to where a row begins.
fn fill(builder: &mut StringBuilder, row: usize) {
    for _ in builder.len()..row {
        builder.append_value("");
    }
}

pub(super) fn texts(column: &ArrayRef) -> impl Iterator<Item = &str> {
    let strings = column.as_any().downcast_ref::<arrow_array::StringArray>();
    strings.into_iter().flat_map(|strings| strings.iter().map(Option::unwrap_or_default))
}

fn unwritten(table: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(
        crate::base::diagnostic::codes::UNWRITABLE,
        format!("`{table}` cannot be written: {error}"),
    )
}

impl<'a> Draft<'a> {
    /// Nothing yet; large tables go into the batch. `label` is what diagnostics call the source.
    pub(super) fn new(batch: &'a mut Batch, noun: &'static str, label: impl Into<String>) -> Self {
        let tables = TABLES.iter().map(|table| Growing::new(*table)).collect();
        Self { batch, tables, failed: None, label: label.into(), odd: 0, told: Told::new(noun) }
    }

    /// A row of a table: cells of its first columns, the rest stay empty.
    pub(super) fn row<const N: usize>(&mut self, of: Of, cells: [&str; N]) {
        let table = &mut self.tables[of as usize];
        debug_assert!(N <= table.builders.len());
        let odd = &mut self.odd;
        table.push(cells.into_iter().map(|cell| {
            if !cell.bytes().any(|byte| byte.is_ascii_control()) {
                return Cow::Borrowed(cell);
            }
            *odd += 1;
            Cow::Owned(cell.replace(|letter: char| letter.is_ascii_control(), " "))
        }));
        if !table.rows.is_multiple_of(BATCH) {
            return;
        }
        table.pack();
        if self.failed.is_none() && (table.rows >= HELD || table.file.is_some()) {
            self.failed = table.spill(self.batch).err();
        }
        if self.failed.is_some() {
            table.batches.clear();
        }
    }

    /// Checks and writes all of it, for now without names. `None`: it was not written, and why was reported.
    pub(super) fn finish(
        mut self,
        about: &About,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Told> {
        self.tables.iter_mut().for_each(Growing::pack);
        if self.odd > 0 {
            let text = "texts hold line breaks or control characters, which became spaces";
            self.told.note(format!("{} {text}", self.odd));
        }
        let manifest = about.manifest();
        // A table that grew into a file is not held, and so not looked at again.
        let is_held = self.tables.iter().all(|table| table.file.is_none());
        self.tables.iter_mut().filter(|table| table.file.is_none()).for_each(Growing::trim);
        let tables = self.tables.iter().filter(|table| is_held && table.rows > 0);
        let made = Made {
            source: self.label.clone(),
            tables: tables.map(|table| (table.of.table, table.batches.clone())).collect(),
        };
        let (written, found) = std::thread::scope(|scope| {
            let found = is_held.then(|| scope.spawn(|| made.check(&manifest, reference)));
            let written = self.write(&manifest);
            (written, found.map(|found| found.join().unwrap_or_else(|panic| resume_unwind(panic))))
        });
        diagnostics.extend(found.unwrap_or_default());
        diagnostics.extend(written.err().map(Diagnostics::from).unwrap_or_default());
        (!diagnostics.has_errors()).then_some(self.told)
    }

    fn write(&mut self, manifest: &str) -> Result<(), Diagnostic> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        self.batch.add("manifest.toml", manifest.as_bytes())?;
        for table in self.tables.iter_mut().filter(|table| table.rows > 0) {
            if table.rows <= CSV_ROWS {
                self.batch.add(&format!("{}.csv", table.of.table), &table.csv())?;
                continue;
            }
            table.spill(self.batch)?;
            if let Some(writer) = table.file.take() {
                let staged = writer.into_inner().map_err(|error| unwritten(table.of.table, &error))?;
                self.batch.close(staged)?;
            }
        }
        Ok(())
    }
}
