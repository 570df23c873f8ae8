//! A supply dataset in the making: small tables stay in memory, large ones go to a file as they grow.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::data::importers::Told;
use crate::data::reference::Reference;
use crate::data::source::Source;
use crate::data::supply::Supply;
use crate::data::write::{Batch, Staged};

use super::about::About;

/// What the tables are called while they are checked.
const IMPORTED: &str = "imported";
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

const TABLES: [(&str, &[&str]); 7] = [
    ("products", &["id", "name", "unit", "mass_kg", "category"]),
    ("processes", &["id", "product", "amount", "unit", "region", "period", "stage", "source", "allocation"]),
    (
        "inputs",
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
        "interventions",
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
    ("indicators", &["id", "name", "dimension", "unit", "substance", "compartment", "source", "note"]),
    ("prices", &["product", "amount", "currency", "unit", "date", "vat", "source"]),
    ("properties", &["product", "process", "property", "amount", "unit", "source"]),
];

/// A table on its way.
struct Growing {
    name: &'static str,
    schema: SchemaRef,
    builders: Vec<StringBuilder>,
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
    fn new((name, columns): (&'static str, &[&str])) -> Self {
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new(*column, DataType::Utf8, false)).collect();
        Self {
            name,
            schema: Arc::new(ArrowSchema::new(fields)),
            builders: columns.iter().map(|_| StringBuilder::new()).collect(),
            batches: Vec::new(),
            rows: 0,
            file: None,
        }
    }

    /// Moves the rows that are being built to the batches.
    fn pack(&mut self) {
        let columns: Vec<ArrayRef> =
            self.builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        if columns.first().is_some_and(|column| !column.is_empty()) {
            // The columns are those of the schema, and of one length.
            self.batches.extend(RecordBatch::try_new(self.schema.clone(), columns));
        }
    }

    /// A cell that is filled, by its row from 1.
    fn cell(&self, row: u64, column: &str) -> Option<&str> {
        let column = self.schema.index_of(column).ok()?;
        let mut cells = self.batches.iter().flat_map(|rows| texts(rows.column(column)));
        cells.nth(usize::try_from(row.checked_sub(1)?).ok()?).filter(|text| !text.is_empty())
    }

    /// Writes what is held to the file, which is opened now if it is not.
    fn spill(&mut self, batch: &mut Batch) -> Result<(), Diagnostic> {
        let mut writer = match self.file.take() {
            Some(writer) => writer,
            None => {
                let staged = batch.open(format!("{}.parquet", self.name).as_ref())?;
                let level = ZstdLevel::try_new(1).unwrap_or_default();
                // Nobody asks for the least text of a column, and amounts are nearly all different.
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(level))
                    .set_statistics_enabled(EnabledStatistics::None)
                    .set_column_dictionary_enabled("amount".into(), false);
                ArrowWriter::try_new(staged, self.schema.clone(), Some(properties.build()))
                    .map_err(|error| unwritten(self.name, &error))?
            }
        };
        for rows in self.batches.drain(..) {
            writer.write(&rows).map_err(|error| writer.inner().failed(&error))?;
        }
        self.file = Some(writer);
        Ok(())
    }

    /// As CSV; columns of which no cell is filled are left out.
    fn csv(&self) -> Vec<u8> {
        let is_used = |column: &usize| {
            let cells = self.batches.iter().map(|rows| rows.column(*column));
            cells.into_iter().any(|cells| texts(cells).any(|text| !text.is_empty()))
        };
        let used: Vec<usize> = (0..self.builders.len()).filter(is_used).collect();
        // Writing to memory does not fail.
        let mut writer = csv::Writer::from_writer(Vec::new());
        let _ = writer.write_record(used.iter().map(|column| self.schema.field(*column).name()));
        for rows in &self.batches {
            let mut columns: Vec<_> = used.iter().map(|column| texts(rows.column(*column))).collect();
            for _ in 0..rows.num_rows() {
                let _ =
                    writer.write_record(columns.iter_mut().map(|column| column.next().unwrap_or_default()));
            }
        }
        writer.into_inner().unwrap_or_default()
    }
}

fn texts(column: &ArrayRef) -> impl Iterator<Item = &str> {
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
        let rest = std::iter::repeat("");
        for (builder, cell) in table.builders.iter_mut().zip(cells.into_iter().chain(rest)) {
            let is_odd = cell.bytes().any(|byte| byte.is_ascii_control());
            self.odd += usize::from(is_odd);
            if is_odd {
                builder.append_value(cell.replace(|letter: char| letter.is_ascii_control(), " "));
            } else {
                builder.append_value(cell);
            }
        }
        table.rows += 1;
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
        if self.tables.iter().all(|table| table.file.is_none()) {
            self.check(&manifest, reference, diagnostics)?;
        }
        diagnostics.extend(self.write(&manifest).err().map(Diagnostics::from).unwrap_or_default());
        (!diagnostics.has_errors()).then_some(self.told)
    }

    /// What is written can be read: whatever an importer let pass is said here, of the rows it made.
    fn check(&self, manifest: &str, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<()> {
        let filled = self.tables.iter().filter(|table| table.rows > 0);
        let tables = filled.map(|table| (table.name.to_owned(), table.batches.clone())).collect();
        let mut found = Diagnostics::new();
        Supply::read(Source::tables(IMPORTED, manifest.to_owned(), tables), reference, &(), &mut found);
        let has_errors = found.has_errors();
        found.into_list().into_iter().for_each(|problem| diagnostics.push(self.of_source(problem)));
        (!has_errors).then_some(())
    }

    /// A problem of a row that was made, as one of the source that it was made of.
    fn of_source(&self, problem: Diagnostic) -> Diagnostic {
        let place = problem.place.unwrap_or_default();
        let table = self.tables.iter().find(|table| *place.file == *format!("{IMPORTED}/{}", table.name));
        let made = match (table, place.row) {
            (Some(table), Some(row)) => {
                let first = table.cell(row, table.schema.field(0).name());
                let source = table.cell(row, "source");
                let from = source.map(|source| format!(", from {source}")).unwrap_or_default();
                format!(" (row {row} of {}, `{}`{from})", table.name, first.unwrap_or_default())
            }
            _ => String::new(),
        };
        let place = Some(Place::file(&self.label));
        if problem.severity == Severity::Warning {
            return Diagnostic { place, message: format!("{}{made}", problem.message), ..problem };
        }
        let message = format!("what it becomes is no dataset: {}{made}", problem.message);
        Diagnostic { place, message, ..problem }.hint("correct it in the source")
    }

    fn write(&mut self, manifest: &str) -> Result<(), Diagnostic> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        self.batch.add("manifest.toml", manifest.as_bytes())?;
        for table in self.tables.iter_mut().filter(|table| table.rows > 0) {
            if table.rows <= CSV_ROWS {
                self.batch.add(&format!("{}.csv", table.name), &table.csv())?;
                continue;
            }
            table.spill(self.batch)?;
            if let Some(writer) = table.file.take() {
                let staged = writer.into_inner().map_err(|error| unwritten(table.name, &error))?;
                self.batch.close(staged)?;
            }
        }
        Ok(())
    }
}
