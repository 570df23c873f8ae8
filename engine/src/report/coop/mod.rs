//! What a co-op asks for, as tables with names: one shape for the terminal, files, workbooks and Python.

pub mod drift;
mod drift_drawing;
mod drift_page;
pub mod living;
pub mod mass_balance;
pub mod minimum_prices;
pub mod pay;
mod source;
pub mod statements;
pub mod surplus;
pub mod value_equation;

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::base::diagnostic::{Diagnostic, codes};
use crate::data::manifest::Manifest;
use crate::data::write::Batch;

use super::columns::{Cell, Columns, Kind, csv};
use super::json::text as json_text;
use super::parquet;
use super::table::aligned;
#[cfg(feature = "xlsx")]
use super::xlsx;

/// A table of a report.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its name: that of its files, and of its sheet in a workbook; at most 31 characters.
    pub name: &'static str,
    /// Its cells.
    pub columns: Columns,
}

/// The answer to one question about a co-op.
#[derive(Clone, Debug)]
pub struct CoopReport {
    /// What was asked: `pay`, `wages`, `statements`. The workbook is called so.
    pub name: &'static str,
    /// Its tables. The first is the answer, the others are how it came about.
    pub sheets: Vec<Sheet>,
    /// What a reader must know, a line each.
    pub notes: Vec<String>,
    /// Pages and other files beside the tables, by their names in the folder.
    pub pages: Vec<(String, Vec<u8>)>,
    /// What it rests on: datasets with their versions and hashes, choices, cautions.
    pub lineage: Value,
    /// Are figures missing, or rules broken? The command then ends with 1, though all is printed and written.
    pub failed: bool,
}

impl CoopReport {
    /// The table of this name.
    pub fn sheet(&self, name: &str) -> Option<&Columns> {
        self.sheets.iter().find(|sheet| sheet.name == name).map(|sheet| &sheet.columns)
    }

    /// For a terminal: the first table, and the notes.
    pub fn text(&self) -> String {
        let mut text = self.sheets.first().map(|sheet| plain(&sheet.columns)).unwrap_or_default();
        if !self.notes.is_empty() {
            text.push('\n');
        }
        for note in &self.notes {
            text.push_str(note);
            text.push('\n');
        }
        text
    }

    /// The first table as CSV, exact.
    pub fn csv(&self) -> String {
        let bytes = self.sheets.first().map(|sheet| csv(&sheet.columns)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// All of it as JSON: amounts are texts, for they are exact.
    pub fn json(&self) -> String {
        let sheets = self.sheets.iter().map(|sheet| (sheet.name.to_owned(), rows(&sheet.columns)));
        json_text(&json!({
            "report": self.name,
            "lineage": self.lineage,
            "notes": self.notes,
            "tables": sheets.collect::<Map<_, _>>(),
        }))
    }

    /// Files of a folder, under temporary names until the batch is committed: each table as CSV and Parquet, all of them
    /// as a workbook, which says what it rests on, and as JSON, and the pages.
    pub fn stage(&self, folder: &Path) -> Result<Batch, Diagnostic> {
        let mut batch = Batch::report(folder)?;
        let lineage = self.lineage.to_string();
        for sheet in &self.sheets {
            batch.add(&format!("{}.csv", sheet.name), &csv(&sheet.columns))?;
            let bytes = parquet::bytes(&sheet.columns, &lineage).map_err(|error| {
                Diagnostic::error(codes::UNWRITABLE, format!("{} cannot be made: {error}", sheet.name))
            })?;
            batch.add(&format!("{}.parquet", sheet.name), &bytes)?;
        }
        #[cfg(feature = "xlsx")]
        {
            let titles: Vec<String> = self.sheets.iter().map(|sheet| title(sheet.name)).collect();
            let columns = self.sheets.iter().map(|sheet| &sheet.columns);
            let sheets: Vec<xlsx::Sheet> = titles.iter().map(String::as_str).zip(columns).collect();
            let about = xlsx::about(self.name, &self.lineage, &self.notes);
            batch.add(&format!("{}.xlsx", self.name), &xlsx::report(&about, &sheets)?)?;
        }
        batch.add(&format!("{}.json", self.name), self.json().as_bytes())?;
        for (name, bytes) in &self.pages {
            batch.add(name, bytes)?;
        }
        Ok(batch)
    }
}

/// What people call a table: `product_totals` is the sheet `Product totals`.
#[cfg(feature = "xlsx")]
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A table for a terminal. Columns of words stand to the left.
fn plain(columns: &Columns) -> String {
    let header: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let is_word = |kind: Kind| matches!(kind, Kind::Text | Kind::Date | Kind::Flag | Kind::Year);
    let left = columns.iter().take_while(|column| is_word(column.kind)).count();
    let rows: Vec<Vec<String>> = (0..columns.rows())
        .map(|row| columns.iter().map(|column| column.cells[row].text()).collect())
        .collect();
    aligned(&header, &rows, left)
}

fn rows(columns: &Columns) -> Value {
    let row = |at: usize| {
        let cells = columns.iter().map(|column| (column.name.to_owned(), value(&column.cells[at])));
        Value::Object(cells.collect())
    };
    Value::Array((0..columns.rows()).map(row).collect())
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing("") => Value::Null,
        Cell::Year(year) => json!(year),
        Cell::Count(count) => json!(count),
        Cell::Flag(flag) => json!(flag),
        Cell::Amount(amount) => json!(amount),
        other => json!(other.text()),
    }
}

/// A dataset that an answer rests on, for its lineage.
fn dataset(name: &str, manifest: &Manifest, hash: &str) -> Value {
    json!({
        "name": name,
        "title": manifest.title,
        "version": manifest.version,
        "citation": manifest.citation,
        "licence": manifest.licence.name,
        "redistribute": manifest.licence.redistribute,
        "hash": hash,
    })
}
