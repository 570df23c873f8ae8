//! Datasets of co-ops: trade, pay, producers and members, table by table.

mod amounts;
pub mod buckets;
pub mod capital;
pub mod contributions;
pub mod decisions;
pub mod distributions;
pub mod members;
pub mod patronage;
pub mod pay_range;
pub mod surplus_rules;
pub mod surpluses;
pub mod years;

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
