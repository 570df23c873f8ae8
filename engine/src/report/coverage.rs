//! What became of every indicator of every product, and the indicators themselves, as flat columns.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::pricing::{IndicatorCost, Stated, TruePrice, TruePrices};

use super::columns::{Columns, words};

/// What became of a part of an indicator of a product, or of an input without a supplier.
struct Line<'a> {
    product: &'a TruePrice,
    cost: Option<&'a IndicatorCost>,
    status: &'static str,
    reason: String,
    amount: Option<f64>,
}

/// One row a product x origin x indicator x status.
///
/// An indicator has a row for each part of it: `priced`, `unpriced` and `excluded`, with the footprint of that part.
/// Without any it has one row: `not stated`, or `zero` where the dataset says that what it does not state is nothing
/// and the set has no factor for it. `reason` says why a part is unpriced, or which indicators are priced instead. An
/// input without a supplier is a row without an indicator, `cut off`.
pub fn coverage(prices: &TruePrices) -> Columns {
    let lines: Vec<Line> = prices.products.iter().flat_map(lines).collect();
    let text = |line: &Line, get: fn(&IndicatorCost) -> String| line.cost.map(get).unwrap_or_default();
    Columns::of(&lines)
        .text("product", |l| &l.product.product)
        .text("origin", |l| l.product.origin.to_string())
        .text("indicator", |l| text(l, |k| k.indicator.clone()))
        .text("name", |l| text(l, |k| k.name.clone()))
        .text("unit", |l| text(l, |k| k.unit.clone()))
        .text("dimension", |l| text(l, |k| k.dimension.word().to_owned()))
        .text("kind", |l| text(l, |k| k.kind.word().to_owned()))
        .text("status", |l| l.status)
        .text("stated", |l| text(l, |k| stated(&k.stated).to_owned()))
        .text("reason", |l| &l.reason)
        .text("silent", |l| text(l, |k| silent(&k.stated)))
        .number("amount", |l| l.amount)
        .money("external_cost", |l| l.cost.filter(|_| l.status == "priced").map(|k| k.external().central))
        .target(prices.target)
        .done()
}

fn lines(product: &TruePrice) -> Vec<Line<'_>> {
    let mut lines: Vec<Line> = product.indicators.iter().flat_map(|cost| parts(product, cost)).collect();
    lines.extend(product.coverage.cutoffs.iter().map(|cutoff| Line {
        product,
        cost: None,
        status: "cut off",
        reason: format!(
            "{} takes {} of {}, which has no supplier",
            cutoff.process, cutoff.recorded, cutoff.product
        ),
        amount: None,
    }));
    lines
}

fn parts<'a>(product: &'a TruePrice, cost: &'a IndicatorCost) -> Vec<Line<'a>> {
    let line = |status, reason: String, amount| Line { product, cost: Some(cost), status, reason, amount };
    let mut lines = Vec::new();
    if cost.is_priced {
        lines.push(line("priced", String::new(), Some(cost.priced_amount)));
    }
    if !cost.unpriced_reasons.is_empty() {
        lines.push(line("unpriced", cost.unpriced_reasons.join("; "), Some(cost.unpriced_amount)));
    }
    if !cost.excluded_for.is_empty() {
        lines.push(line("excluded", cost.excluded_for.join(", "), Some(cost.excluded_amount)));
    }
    if lines.is_empty() {
        lines.push(match cost.stated {
            Stated::Complete => line("zero", String::new(), Some(0.0)),
            _ => line("not stated", String::new(), None),
        });
    }
    lines
}

fn stated(stated: &Stated) -> &'static str {
    match stated {
        Stated::Complete => "complete",
        Stated::Partial(_) => "partial",
        Stated::Absent => "absent",
    }
}

/// How many silent processes, or inputs that are cut off, people are shown; the files have all of them.
pub(super) const SILENT: usize = 20;

/// Processes that do not state the indicator, while others do.
fn silent(stated: &Stated) -> String {
    match stated {
        Stated::Partial(processes) => words(processes),
        _ => String::new(),
    }
}

/// One row an indicator of the result.
pub fn indicators_of(prices: &TruePrices) -> Columns {
    let all = prices.products.iter().flat_map(|product| &product.indicators);
    let by_id: BTreeMap<&str, &IndicatorCost> = all.map(|cost| (cost.indicator.as_str(), cost)).collect();
    let rows: Vec<&IndicatorCost> = by_id.into_values().collect();
    Columns::of(&rows)
        .text("id", |k| &k.indicator)
        .text("name", |k| &k.name)
        .text("unit", |k| &k.unit)
        .text("dimension", |k| k.dimension.word())
        .text("kind", |k| k.kind.word())
        .done()
}
