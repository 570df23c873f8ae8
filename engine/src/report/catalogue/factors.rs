//! Factors of a set, as published.

use crate::data::factors::{FactorRow, FactorSet};
use crate::report::columns::Columns;

/// One row a factor of one variant of a set, in its own currency, price year and unit. A ratio to an amount of money
/// has neither currency nor price year. Where no bound is published, `lower` and `upper` repeat `central`.
pub fn factors(set: &FactorSet) -> Columns {
    let priced = |row: &FactorRow| !row.unit.is_money();
    Columns::of(&set.rows)
        .text("set", |row| &set.head(row).name)
        .text("indicator", |row| &row.indicator)
        .text("method", |row| &row.method)
        .text("region", |row| &row.region)
        .year("emission_year", |row| row.emission_year)
        .published(|row| &row.value)
        .flag("bounds_published", |row| !row.repeated)
        .text("currency", |row| if priced(row) { row.currency.to_string() } else { String::new() })
        .year("price_year", |row| priced(row).then_some(row.price_year))
        .text("unit", |row| row.unit.to_string())
        .text("transfer", |row| row.transfer.word())
        .text("cost_types", |row| &row.cost_types)
        .text("verification", |row| row.verification.word())
        .text("source", |row| &row.source)
        .text("note", |row| &row.note)
        .done()
}
