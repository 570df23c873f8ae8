//! True prices as a table for a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use crate::base::listed::listed;
use crate::base::money::Money;
use crate::pricing::{TruePrice, TruePrices};

use super::display::{Shelf, single};

/// Products that a line under the table names.
const SHOWN: usize = 8;

/// Lines of cells, aligned: the first `left` columns to the left, the rest to the right but the last.
pub fn aligned(header: &[&str], rows: &[Vec<String>], left: usize) -> String {
    let widths: Vec<usize> = (0..header.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].width());
            cells.chain([header[column].width()]).max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    let mut line = |cells: Vec<&str>| {
        let mut out = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let pad = " ".repeat(widths[column] - cell.width());
            let last = column + 1 == header.len();
            if column < left || last {
                let _ = write!(out, "{cell}{pad}");
            } else {
                let _ = write!(out, "{pad}{cell}");
            }
            out.push_str("  ");
        }
        text.push_str(out.trim_end());
        text.push('\n');
    };
    line(header.to_vec());
    line(widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>().iter().map(String::as_str).collect());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
    text
}

/// The whole answer as text.
pub fn true_prices(prices: &TruePrices) -> String {
    let target = prices.target;
    let mut origins: BTreeMap<&str, usize> = BTreeMap::new();
    for product in &prices.products {
        *origins.entry(&product.product).or_default() += 1;
    }
    let mut header = vec![
        "product",
        "unit",
        "market price",
        "environmental",
        "social",
        "health",
        "internalised",
        "gap",
        "true price",
    ];
    let shared = prices.coverage_differs && !prices.shared_indicators.is_empty();
    if shared {
        header.push("shared cost");
    }
    header.push("coverage");
    let rows: Vec<Vec<String>> = prices
        .products
        .iter()
        .map(|p| {
            let shelf = Shelf::new(p, target.currency);
            let name = if origins[p.product.as_str()] > 1 {
                format!("{} ({})", p.product, p.origin)
            } else {
                p.product.clone()
            };
            let mut row = vec![
                name,
                p.unit.clone(),
                shelf.market,
                shelf.environmental,
                shelf.social,
                shelf.health,
                shelf.internalised,
                shelf.gap,
                shelf.true_price,
            ];
            if shared {
                row.push(single(p.shared_external, target.currency));
            }
            row.push(p.coverage.summary());
            row
        })
        .collect();
    let mut text = aligned(&header, &rows, 2);
    let sets = prices.lineage.datasets.iter().filter(|d| d.role == "factors").map(|d| d.name.as_str());
    let _ = writeln!(
        text,
        "\n{} {} per unit, rounded so that the parts add up; factors {}; true price = market price + gap",
        target.currency,
        target.year,
        sets.collect::<Vec<_>>().join(", ")
    );
    if prices.coverage_differs {
        let what = if prices.shared_indicators.is_empty() {
            "they share no indicator, so they cannot be compared".to_owned()
        } else {
            format!("compare them by `shared cost`, over {}", prices.shared_indicators.join(", "))
        };
        let _ = writeln!(text, "coverage differs between products: {what}");
    }
    text.push_str(&beside(prices));
    for caution in &prices.lineage.cautions {
        let _ = writeln!(text, "caution: {caution}");
    }
    for note in &prices.lineage.notes {
        let _ = writeln!(text, "note: {note}");
    }
    let verified = |name: &str, counts: &BTreeMap<&'static str, usize>| {
        let parts: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        format!("{name}: {}", if parts.is_empty() { "none".to_owned() } else { parts.join(", ") })
    };
    let factors = verified("factors in use", &prices.lineage.factor_verification);
    let data = verified("amounts", &prices.lineage.data_verification);
    let _ = writeln!(text, "verification: {factors}; {data}");
    text
}

/// What stands beside the gap of a product, if it has some.
type Beside = fn(&TruePrice) -> Option<Money>;

/// Benefits, overpayments and support: beside the gap, never in it.
fn beside(prices: &TruePrices) -> String {
    let target = prices.target;
    let mut text = String::new();
    let netted = prices.lineage.choices.get("netting").is_some_and(|choice| choice != "off");
    let lines: [(&str, Beside); 4] = [
        (if netted { "benefits, netted" } else { "benefits, not netted" }, |p| Some(p.benefits)),
        ("paid beyond the external cost", |p| Some(p.overpaid)),
        ("memo, public support per unit", |p| p.support),
        ("memo, price support per unit (without it the price would be lower)", |p| p.price_support),
    ];
    for (what, money) in lines {
        let own = |p: &TruePrice| money(p).filter(|m| m.at_scale(target.currency.minor_digits()) != 0);
        let some: Vec<String> = prices
            .products
            .iter()
            .filter_map(|p| Some(format!("{} {}", p.product, single(own(p)?, target.currency))))
            .collect();
        if !some.is_empty() {
            let _ = writeln!(text, "{what}: {}", listed(some, SHOWN));
        }
    }
    text
}
