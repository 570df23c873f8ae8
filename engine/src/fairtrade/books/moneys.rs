//! The currencies of what is recorded of each producer.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::coop::records::Records;

use super::amounts::Amounts;

/// Producers that a message names.
const NAMED: usize = 3;

/// By place of the producer: currencies, each with the first row in it.
pub(super) fn moneys(records: &Records, amounts: &Amounts) -> BTreeMap<usize, BTreeMap<Currency, Place>> {
    let mut all: BTreeMap<usize, BTreeMap<Currency, Place>> = BTreeMap::new();
    let mut add = |id: &str, currency: Currency, place: Place| {
        if let Some(at) = records.producer(id) {
            all.entry(at).or_default().entry(currency).or_insert(place);
        }
    };
    for valued in &amounts.deliveries {
        let delivery = &records.deliveries[valued.delivery];
        add(&delivery.producer, valued.currency, delivery.row.place());
    }
    for row in &records.payments {
        add(&row.producer, row.currency, row.row.place().column("currency"));
    }
    for row in &records.deductions {
        add(&row.producer, row.currency, row.row.place().column("currency"));
    }
    all
}

/// Warns of producers who have records in two currencies: what is owed in one is not paid in the other.
pub(super) fn mixed(records: &Records, amounts: &Amounts, diagnostics: &mut Diagnostics) {
    let mut groups: BTreeMap<Vec<&str>, (Vec<&str>, Place)> = BTreeMap::new();
    for (at, currencies) in moneys(records, amounts).into_iter().filter(|(_, all)| all.len() > 1) {
        let words = currencies.keys().map(|currency| currency.code()).collect();
        // Where one of them is not the co-op's own, that is the place to look at.
        let own = records.settings.currency;
        let other = currencies.iter().find(|(currency, _)| Some(**currency) != own);
        let place = other.map(|(_, place)| place.clone()).unwrap_or_default();
        let (ids, _) = groups.entry(words).or_insert_with(|| (Vec::new(), place));
        ids.push(&records.producers[at].id);
    }
    for (words, (ids, place)) in groups {
        let mut named: Vec<String> = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
        let (verb, more) = (if ids.len() == 1 { "has" } else { "have" }, ids.len().saturating_sub(NAMED));
        if more > 0 {
            named.push(format!("{more} more"));
        }
        let message = format!("{} {verb} records in {}", named.join(", "), words.join(" and "));
        let hint = "what is owed in one is not paid off in another: is a header or a cell `currency` wrong?";
        diagnostics.push(Diagnostic::warning(codes::CONTRADICTION, message).at(place).hint(hint));
    }
}
