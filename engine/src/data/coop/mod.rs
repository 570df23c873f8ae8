//! Datasets of co-ops: trade, pay, producers and members, table by table.

pub mod benchmarks;
pub mod buying_prices;
mod common;
pub mod contracts;
pub mod deductions;
pub mod deliveries;
pub mod farms;
pub mod figure;
pub mod households;
pub mod living;
pub mod market_prices;
pub mod minimum_prices;
pub mod movements;
pub mod output;
pub mod payments;
pub mod producers;
pub mod records;
pub mod reference_prices;
pub mod second_payments;
pub mod settings;
pub mod stated;
pub mod trade;
pub mod validity;
pub mod workers;
pub mod yields;

use std::path::Path;

use crate::base::diagnostic::Diagnostics;

use super::manifest::Kind;
use super::source::{Opened, Source};

/// Opens the dataset of a co-op, or a file that is this table alone.
pub fn open(path: &Path, table: &'static str, diagnostics: &mut Diagnostics) -> Option<Opened> {
    let is_table = path
        .extension()
        .is_some_and(|end| ["csv", "parquet"].iter().any(|known| end.eq_ignore_ascii_case(known)));
    let source = if is_table { Source::file(path, table) } else { Source::at(path) };
    source.open(Kind::Coop, diagnostics)
}
