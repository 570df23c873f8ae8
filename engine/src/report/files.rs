//! The files of `--out`: all of them or none.

use std::path::Path;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::data::write::Batch;
use crate::pricing::TruePrices;
use crate::study::contribution::Graph;

#[cfg(feature = "xlsx")]
use super::xlsx;
use super::{allocation, columns, html, json, parquet};

/// Writes `true_prices.{csv,parquet,json,xlsx}`, `breakdown.parquet`, `allocation.csv` where a process has several products,
/// the HTML report and the shelf labels, under temporary names until the batch is committed. `graphs` are the chains that the
/// report draws, one a true price.
pub fn stage(folder: &Path, prices: &TruePrices, graphs: &[Option<Graph>]) -> Result<Batch, Diagnostic> {
    let failed = |error: &dyn std::fmt::Display| {
        Diagnostic::error(codes::UNWRITABLE, format!("cannot be made: {error}"))
    };
    let table = columns::true_prices(prices);
    let breakdown = columns::breakdown(prices);
    let allocation = columns::csv(&allocation::table(&prices.allocations));
    let lineage = json::lineage(&prices.lineage).to_string();
    let pages = html::render(prices, graphs, prices.target.currency).map_err(|e| failed(&e))?;
    let labels = html::labels(prices, prices.target.currency).map_err(|e| failed(&e))?;
    let mut batch = Batch::report(folder)?;
    batch.add("true_prices.csv", &columns::csv(&table))?;
    batch.add("true_prices.parquet", &parquet::bytes(&table, &lineage).map_err(|e| failed(&e))?)?;
    batch.add("true_prices.json", json::text(&json::true_prices(prices)).as_bytes())?;
    batch.add("breakdown.parquet", &parquet::bytes(&breakdown, &lineage).map_err(|e| failed(&e))?)?;
    #[cfg(feature = "xlsx")]
    {
        let about = xlsx::about("true prices", &json::lineage(&prices.lineage), &[]);
        let sheets = [("True prices", &table), ("Breakdown", &breakdown)];
        batch.add("true_prices.xlsx", &xlsx::report(&about, &sheets)?)?;
    }
    if !prices.allocations.is_empty() {
        batch.add("allocation.csv", &allocation)?;
    }
    batch.add("labels.html", labels.as_bytes())?;
    for (name, page) in pages {
        batch.add(&name, page.as_bytes())?;
    }
    Ok(batch)
}
