//! Deliveries that have no price: each reason is told once, with all rows that have it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::coop::deliveries::Delivery;
use crate::data::coop::records::Records;

/// Rows that a message names.
const NAMED: usize = 12;

/// Reports deliveries without a price, by their places among all.
pub(super) fn report(places: &[usize], records: &Records, diagnostics: &mut Diagnostics) {
    let all = places.iter().map(|at| &records.deliveries[*at]);
    let mut groups: BTreeMap<[&str; 3], Vec<&Delivery>> = BTreeMap::new();
    for delivery in all {
        // Without any price there is one reason for all.
        let key = [delivery.product.as_str(), &delivery.grade, &delivery.certificate];
        groups.entry(if records.prices.is_empty() { [""; 3] } else { key }).or_default().push(delivery);
    }
    for mut group in groups.into_values() {
        group.sort_by_key(|delivery| delivery.row.row);
        if let Some((first, others)) = group.split_first() {
            let (message, hint, place) = reason(first, records, diagnostics);
            let message = format!("{message}{}", also(others));
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        }
    }
}

/// The rows that have the same problem.
fn also(others: &[&Delivery]) -> String {
    let mut rows: Vec<String> = others.iter().take(NAMED).map(|other| other.row.row.to_string()).collect();
    match others.len() {
        0 => return String::new(),
        count if count > NAMED => rows.push(format!("{} more", count - NAMED)),
        _ => {}
    }
    let noun = if others.len() == 1 { "row" } else { "rows" };
    format!("; nor has {noun} {}", rows.join(", "))
}

fn reason(delivery: &Delivery, records: &Records, diagnostics: &Diagnostics) -> (String, String, Place) {
    let place = |column: &str| delivery.row.place().column(column);
    let to_do = || "state its `price`, or add a row to `buying_prices` that holds on that day".to_owned();
    if records.prices.is_empty() {
        let message = "no price: there are no `buying_prices`, and the delivery states none".to_owned();
        return (message, to_do(), place("price"));
    }
    let stated = |noun: &str, word: &str| {
        if word.is_empty() { format!("no {noun}") } else { format!("{noun} `{word}`") }
    };
    let message = format!(
        "no price: `buying_prices` has none of `{}` ({}, {}) on {}",
        delivery.product,
        stated("grade", &delivery.grade),
        stated("certificate", &delivery.certificate),
        delivery.date
    );
    let known = || records.prices.products();
    if known().all(|product| product != delivery.product) {
        let near = diagnostics.nearest(&delivery.product, known());
        return match near {
            Some(near) => (message, format!("did you mean `{near}`?"), place("product")),
            None => (message, to_do(), place("price")),
        };
    }
    let [grades, certificates] = records.prices.words(&delivery.product);
    for (column, word, known) in
        [("grade", &delivery.grade, grades), ("certificate", &delivery.certificate, certificates)]
    {
        if let Some(near) = meant(word, &known, diagnostics) {
            return (message, format!("did you mean `{near}`?"), place(column));
        }
    }
    (message, to_do(), place("price"))
}

/// The word that was probably meant. Of short words only the case is a slip: grade `C` is not grade `A`.
fn meant<'a>(word: &str, known: &BTreeSet<&'a str>, diagnostics: &Diagnostics) -> Option<&'a str> {
    if word.is_empty() || known.contains(word) {
        return None;
    }
    let near = diagnostics.nearest(word, known.iter().copied().filter(|known| !known.is_empty()))?;
    (word.len() > 3 || near.eq_ignore_ascii_case(word)).then_some(near)
}
