//! What moves a result: as a table for people, as columns, as JSON.

mod table;

use serde_json::{Value, json};

use crate::study::sensitivity::{Row, Sensitivity};

use super::columns::Columns;
use super::json::lineage;

pub use table::table;

/// Rows of a part.
const PART: usize = 65_536;

/// One row a datum.
pub fn columns(found: &Sensitivity) -> Columns {
    part(found, &found.rows)
}

/// The same in parts; at least one part, which may be empty.
pub fn parts(found: &Sensitivity) -> impl Iterator<Item = Columns> {
    let count = found.rows.len();
    (0..count.div_ceil(PART).max(1))
        .map(move |at| part(found, &found.rows[at * PART..count.min((at + 1) * PART)]))
}

fn part(found: &Sensitivity, rows: &[Row]) -> Columns {
    Columns::of(rows)
        .text("product", |_| &found.product)
        .text("origin", |_| &found.origin)
        .text("of", |_| found.of.to_string())
        .number("value", |_| found.value)
        .text("value_unit", |_| &found.unit)
        .text("per", |_| &found.per)
        .text("ranked_by", |row: &Row| row.ranked_by.word())
        .count("rank", |row| row.rank)
        .text("table", |row| row.table)
        .text("column", |row| row.column)
        .text("process", |row| &row.process)
        .text("item", |row| &row.item)
        .number("amount", |row| Some(row.amount))
        .text("unit", |row| &row.unit)
        .number("derivative", |row| known(row.derivative))
        .number("derivative_down", |row| known(row.derivative_down))
        .flag("one_sided", Row::is_one_sided)
        .number("elasticity", |row| row.elasticity)
        .text("distribution", |row| row.distribution)
        .number("standard_deviation", |row| row.deviation)
        .number("relative_deviation", |row| row.relative)
        .number("spread", |row| row.spread)
        .number("share_of_variance", |row| row.share)
        .text("file", |row| row.place.file.to_string())
        .count("row", |row| usize::try_from(row.place.row).unwrap_or(usize::MAX))
        .text("source", |row| &row.source)
        .text("verification", |row| row.verification)
        .target(found.target)
        .done()
}

/// The whole answer.
pub fn json(found: &Sensitivity) -> Value {
    let row = |row: &Row| {
        json!({
            "ranked_by": row.ranked_by.word(),
            "rank": row.rank,
            "table": row.table,
            "column": row.column,
            "process": row.process,
            "item": row.item,
            "amount": row.amount,
            "unit": row.unit,
            "derivative": known(row.derivative),
            "derivative_down": known(row.derivative_down),
            "one_sided": row.is_one_sided(),
            "elasticity": row.elasticity,
            "distribution": row.distribution,
            "standard_deviation": row.deviation,
            "relative_deviation": row.relative,
            "spread": row.spread,
            "share_of_variance": row.share,
            "file": row.place.file.to_string(),
            "row": row.place.row,
            "source": row.source,
            "verification": row.verification,
        })
    };
    let counts: serde_json::Map<String, Value> =
        found.counts.iter().map(|(by, count)| (by.word().to_owned(), json!(count))).collect();
    json!({
        "product": found.product,
        "name": found.name,
        "origin": found.origin,
        "per": found.per,
        "of": found.of.to_string(),
        "value": found.value,
        "unit": found.unit,
        "standard_deviation": found.deviation,
        "unsure": found.unsure,
        "currency": found.target.currency.to_string(),
        "price_year": found.target.year,
        "data": counts,
        "rows": found.rows.iter().map(row).collect::<Vec<_>>(),
        "lineage": lineage(&found.lineage),
    })
}

/// A derivative that is not too large for a number.
fn known(derivative: f64) -> Option<f64> {
    Some(derivative).filter(|derivative| derivative.is_finite())
}
