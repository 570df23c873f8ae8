//! The files of `classify --out`: all of them or none.

use std::io::{Error, Write};
use std::path::Path;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::data::write::Batch;
use crate::report::{columns, json as texts, parquet};

use super::html::{self, Section};
use super::{Regimes, flows, json, lineage, summary_columns, total_columns};

/// Writes `flows.{csv,parquet}`, `summary.{csv,parquet}`, `totals.csv`, `regimes.json` and the report `index.html`,
/// under temporary names until the batch is committed. Flows are written part by part.
pub fn stage(folder: &Path, regimes: &Regimes) -> Result<Batch, Diagnostic> {
    stage_with(folder, regimes, &[])
}

/// The same, with more sections in the report.
pub fn stage_with(folder: &Path, regimes: &Regimes, more: &[Section]) -> Result<Batch, Diagnostic> {
    let page = html::render(regimes, more).map_err(|error| {
        Diagnostic::error(codes::UNWRITABLE, format!("the report cannot be made: {error}"))
    })?;
    let lineage = lineage(regimes).to_string();
    let mut batch = Batch::report(folder)?;
    batch.stream("flows.csv", |file| csv(regimes, file))?;
    batch.stream("flows.parquet", |file| {
        let mut parts = flows(regimes);
        let first = parts.next().unwrap_or_default();
        parquet::stream(file, &first, parts, &lineage).map_err(Error::other)
    })?;
    let summary = summary_columns(regimes);
    batch.add("summary.csv", &columns::csv(&summary))?;
    batch.stream("summary.parquet", |file| {
        parquet::stream(file, &summary, std::iter::empty(), &lineage).map_err(Error::other)
    })?;
    batch.add("totals.csv", &columns::csv(&total_columns(regimes)))?;
    batch.add("regimes.json", texts::text(&json(regimes)).as_bytes())?;
    batch.add("index.html", page.as_bytes())?;
    Ok(batch)
}

/// All flows as a CSV.
pub fn csv(regimes: &Regimes, mut target: impl Write) -> std::io::Result<()> {
    for (part, columns) in flows(regimes).enumerate() {
        target.write_all(&columns::csv_part(&columns, part == 0))?;
    }
    Ok(())
}
