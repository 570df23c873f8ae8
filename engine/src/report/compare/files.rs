//! The files of `compare --out`: all of them or none.

use std::path::Path;

use serde_json::json;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::data::write::Batch;
use crate::report::{columns, json, parquet};
use crate::study::compare::Comparison;

use super::{by_indicator, causes, comparison, page};

/// Writes `comparison`, `causes` and `causes_by_indicator` (`.csv` and `.parquet`), `comparison.json` and the page
/// `index.html`, under temporary names until the batch is committed.
pub fn stage(folder: &Path, of: &Comparison) -> Result<Batch, Diagnostic> {
    let failed = |error: &dyn std::fmt::Display| {
        Diagnostic::error(codes::UNWRITABLE, format!("cannot be made: {error}"))
    };
    let page = page(of).map_err(|error| failed(&error))?;
    let lineage = json!({
        "base": of.base.lineage.json(),
        "scenarios": of.scenarios.iter().map(|compared| compared.prices.lineage.json()).collect::<Vec<_>>(),
    });
    let mut batch = Batch::report(folder)?;
    for (name, table) in
        [("comparison", comparison(of)), ("causes", causes(of)), ("causes_by_indicator", by_indicator(of))]
    {
        batch.add(&format!("{name}.csv"), &columns::csv(&table))?;
        let bytes = parquet::bytes(&table, &lineage.to_string()).map_err(|error| failed(&error))?;
        batch.add(&format!("{name}.parquet"), &bytes)?;
    }
    batch.add("comparison.json", json::text(&super::json(of)).as_bytes())?;
    batch.add("index.html", page.as_bytes())?;
    Ok(batch)
}
