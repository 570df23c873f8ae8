//! A comparison as tables for a terminal.

use std::fmt::Write as _;

use crate::pricing::TruePrices;
use crate::report::table::aligned;
use crate::study::compare::{Compared, Comparison};

use super::columns::BASE;
use super::shown::{COLUMNS, Figures, causes, difference, digits, price, text};

/// Products whose causes are printed; all are in the files.
const SHOWN: usize = 20;

/// The whole comparison as text.
pub fn table(comparison: &Comparison) -> String {
    let base = &comparison.base;
    let digits = digits(base.target.currency);
    let mut text =
        aligned(&header(&["product", "unit", "scenario"], "coverage"), &rows(comparison, digits), 3);
    let sets = |prices: &TruePrices| -> String {
        let sets = prices.lineage.datasets.iter().filter(|d| d.role == "factors").map(|d| d.name.as_str());
        sets.collect::<Vec<_>>().join(", ")
    };
    let _ = writeln!(
        text,
        "\n{} {} per unit, rounded so that parts and differences add up; factors {}; difference = scenario - {BASE}",
        base.target.currency,
        base.target.year,
        sets(base)
    );
    for compared in &comparison.scenarios {
        if sets(&compared.prices) != sets(base) {
            let _ = writeln!(text, "factors of {}: {}", compared.scenario.name, sets(&compared.prices));
        }
        if compared.prices.target != base.target {
            let year = compared.prices.target.year;
            let _ = writeln!(
                text,
                "money of {} is of {year}: differences compare two years",
                compared.scenario.name
            );
        }
    }
    for compared in &comparison.scenarios {
        text.push_str(&why(comparison, compared, digits));
    }
    text
}

fn header<'a>(first: &[&'a str], last: &'a str) -> Vec<&'a str> {
    first.iter().copied().chain(COLUMNS).chain([last]).collect()
}

fn rows(comparison: &Comparison, digits: u32) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let line = |first: [&str; 3], figures: &Figures, last: &str, signed: bool| -> Vec<String> {
        let figures = figures.iter().map(|figure| text(*figure, digits, signed));
        first.iter().map(|cell| (*cell).to_owned()).chain(figures).chain([last.to_owned()]).collect()
    };
    for (at, of) in comparison.base.products.iter().enumerate() {
        let name = named(comparison, at);
        let own = price(of, digits);
        rows.push(line([&name, &of.unit, BASE], &own, &of.coverage.summary(), false));
        for compared in &comparison.scenarios {
            let Some(product) = compared.products.iter().find(|product| product.base == at) else { continue };
            let other = &compared.prices.products[product.scenario];
            let figures = price(other, digits);
            rows.push(line(["", "", &compared.scenario.name], &figures, &other.coverage.summary(), false));
            let change = difference(&own, &figures);
            let coverage = if product.coverage.is_empty() { "" } else { "differs" };
            rows.push(line(["", "", "  difference"], &change, coverage, true));
        }
    }
    rows
}

/// A product, with its origin if there are several.
fn named(comparison: &Comparison, at: usize) -> String {
    let products = &comparison.base.products;
    let of = &products[at];
    let several = products.iter().filter(|other| other.product == of.product).count() > 1;
    if several { format!("{} ({})", of.product, of.origin) } else { of.product.clone() }
}

/// How many indicators, in words.
pub(super) fn indicators(count: usize) -> String {
    if count == 1 { "1 indicator".to_owned() } else { format!("{count} indicators") }
}

/// How often, in words.
pub(super) fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// What comes from which cause.
fn why(comparison: &Comparison, compared: &Compared, digits: u32) -> String {
    let scenario = &compared.scenario;
    let mut out = format!("\n{}: {}\n", scenario.name, scenario.title);
    let count = compared.causes.len();
    let _ = writeln!(
        out,
        "split by {}; the dataset was priced {} for it",
        compared.rule.words(),
        times(compared.evaluations)
    );
    let mut rows = Vec::new();
    for product in compared.products.iter().take(SHOWN) {
        let (own, other) = (
            price(&comparison.base.products[product.base], digits),
            price(&compared.prices.products[product.scenario], digits),
        );
        let change = difference(&own, &other);
        let name = named(comparison, product.base);
        let parts = causes(product, &change, count, digits);
        let mut line = |first: [&str; 2], figures: &Figures, last: &str| {
            let figures = figures.iter().map(|figure| text(*figure, digits, true));
            rows.push(
                first.iter().map(|cell| (*cell).to_owned()).chain(figures).chain([last.to_owned()]).collect(),
            );
        };
        for (at, ((id, title), figures)) in compared.causes.iter().zip(&parts).enumerate() {
            line([if at == 0 { &name } else { "" }, id], figures, title);
        }
        line(["", "all causes"], &change, "");
    }
    out.push_str(&aligned(&header(&["product", "cause"], "what changes"), &rows, 2));
    if compared.products.len() > SHOWN {
        let _ = writeln!(out, "{} more products are in the files of --out", compared.products.len() - SHOWN);
    }
    for product in compared.products.iter().filter(|product| product.is_made_up_for()).take(SHOWN) {
        let (before, after) = product.shared_external;
        let _ = writeln!(
            out,
            "coverage of {} differs; over the {} that both state and price: {} and {}",
            named(comparison, product.base),
            indicators(product.shared.len()),
            shown(before, digits),
            shown(after, digits)
        );
    }
    let before = &comparison.base.lineage.notes;
    for note in compared.prices.lineage.notes.iter().filter(|note| !before.contains(note)) {
        let _ = writeln!(out, "note: {note}");
    }
    out
}

fn shown(money: crate::base::money::Money, digits: u32) -> String {
    crate::report::display::fixed(money.at_scale(digits), digits)
}
