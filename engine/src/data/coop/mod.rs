//! Datasets of co-ops: trade, pay, producers and members, table by table.

mod amounts;
pub mod benchmarks;
pub mod buckets;
pub mod buying_prices;
pub mod capital;
mod common;
pub mod contracts;
pub mod contributions;
pub mod decisions;
pub mod deductions;
pub mod deliveries;
pub mod distributions;
pub mod farms;
pub mod figure;
mod goods_unit;
pub mod households;
pub mod living;
pub mod market_prices;
pub mod members;
pub mod minimum_prices;
pub mod movements;
pub mod output;
pub mod patronage;
pub mod pay_range;
pub mod payments;
pub mod producers;
pub mod records;
pub mod reference_prices;
pub mod second_payments;
pub mod settings;
pub mod stated;
pub mod surplus_rules;
pub mod surpluses;
pub mod trade;
pub mod validity;
pub mod workers;
pub mod years;
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
