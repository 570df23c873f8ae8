//! What is possible and unlikely in records: slips that no table forbids. Rows are compared with the rows beside them,
//! never with the clock.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::cells::RowRef;
use crate::data::coop::records::Records;

use super::amounts::Amounts;
use super::moneys::moneys;

/// Days between a day and all others after which it is far from them: three years.
const FAR: i32 = 3 * 365;
/// Weights of a product below which nobody knows what is usual.
const FEW: usize = 5;
/// A weight is far above the others if it is so many times the middle one, and so many times the next.
const TIMES: (f64, f64) = (8.0, 3.0);
/// How often another site must be named, so that a site like it that is named once is a slip.
const OFTEN: usize = 3;

/// Warns of days, weights, sites and currencies that are probably slips.
pub(super) fn doubts(records: &Records, amounts: &Amounts, diagnostics: &mut Diagnostics) {
    days(records, diagnostics);
    weights(records, diagnostics);
    sites(records, diagnostics);
    idle_currencies(records, amounts, diagnostics);
}

fn unlikely(row: &RowRef, column: &str, message: String, hint: &str) -> Diagnostic {
    Diagnostic::warning(codes::UNLIKELY, message).at(row.place().column(column)).hint(hint)
}

/// Days that are years before or after those of all other records.
fn days(records: &Records, diagnostics: &mut Diagnostics) {
    let mut all: Vec<(Period, &RowRef)> = Vec::new();
    all.extend(records.deliveries.iter().map(|row| (row.date, &row.row)));
    all.extend(records.payments.iter().map(|row| (row.date, &row.row)));
    all.extend(records.deductions.iter().map(|row| (row.date, &row.row)));
    all.sort_by_key(|(date, _)| date.first_day());
    // A few rows beyond a gap of years are slips, a tenth of all is another harvest.
    let few = (all.len() / 10).max(1);
    let day = |at: usize| all[at].0.first_day();
    let mut outside = Vec::new();
    for at in (1..all.len()).filter(|at| day(*at) - day(*at - 1) > FAR) {
        if at <= few && at < all.len() - at {
            outside.extend(all[..at].iter().map(|row| (row, all[at].0)));
        } else if all.len() - at <= few && all.len() - at < at {
            outside.extend(all[at..].iter().map(|row| (row, all[at - 1].0)));
        }
    }
    outside.sort_by_key(|((date, row), _)| (*date, row.row));
    outside.dedup_by_key(|((_, row), _)| *row);
    for ((date, row), near) in outside {
        let message = format!("{date} is years away from all other records, of which {near} is the nearest");
        diagnostics.push(unlikely(row, "date", message, "is the year a slip?"));
    }
}

/// Weights about ten times those of the other deliveries of a product.
fn weights(records: &Records, diagnostics: &mut Diagnostics) {
    let mut products: BTreeMap<(&str, &str), Vec<(f64, usize)>> = BTreeMap::new();
    for (at, delivery) in records.deliveries.iter().enumerate() {
        let weight = delivery.gross.to_f64().unwrap_or_default();
        let key = (delivery.product.as_str(), delivery.unit.text());
        products.entry(key).or_default().push((weight, at));
    }
    for mut rows in products.into_values().filter(|rows| rows.len() >= FEW) {
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (middle, next) = (rows[(rows.len() - 1) / 2].0, rows[rows.len() - 2].0);
        let (weight, at) = rows[rows.len() - 1];
        if weight >= TIMES.0 * middle && weight >= TIMES.1 * next {
            let delivery = &records.deliveries[at];
            let times = (weight / middle).round();
            let message = format!(
                "this delivery of `{}` weighs about {times} times what most others weigh",
                delivery.product
            );
            let hint = "is the decimal point where it belongs?";
            diagnostics.push(unlikely(&delivery.row, "gross_weight", message, hint));
        }
    }
}

/// Sites that are named once, and almost as one that is named often.
fn sites(records: &Records, diagnostics: &mut Diagnostics) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for delivery in records.deliveries.iter().filter(|delivery| !delivery.site.is_empty()) {
        *counts.entry(&delivery.site).or_default() += 1;
    }
    for delivery in records.deliveries.iter().filter(|d| counts.get(d.site.as_str()) == Some(&1)) {
        let known = counts.iter().filter(|(_, count)| **count >= OFTEN).map(|(site, _)| *site);
        if let Some(near) = diagnostics.nearest(&delivery.site, known) {
            let message = format!("no other delivery names the site `{}`", delivery.site);
            diagnostics.push(unlikely(&delivery.row, "site", message, &format!("did you mean `{near}`?")));
        }
    }
}

/// Currencies of producers that none of their records is in.
fn idle_currencies(records: &Records, amounts: &Amounts, diagnostics: &mut Diagnostics) {
    let used = moneys(records, amounts);
    for (at, producer) in records.producers.iter().enumerate() {
        let (Some(currency), Some(found)) = (producer.currency, used.get(&at)) else { continue };
        if !found.contains_key(&currency) {
            let others: Vec<&str> = found.keys().map(|other| other.code()).collect();
            let message = format!(
                "`{}` is in {currency}, and all that is recorded of them in {}: it has no effect",
                producer.id,
                others.join(", ")
            );
            let hint =
                "rows and headers that say a currency win; leave it empty, or take the currency out of them";
            diagnostics.push(unlikely(&producer.row, "currency", message, hint));
        }
    }
}
