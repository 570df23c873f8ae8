//! Money of other currencies and years: the multipliers of all that the tables can move.

use std::collections::BTreeSet;

use crate::base::currency::Currency;
use crate::data::manifest::RateType;
use crate::data::reference::Reference;
use crate::valuation::{Overrides, PriceLevel};

use super::MoneyMove;

/// All moves to the target that the tables and the user's own figures allow, by currency and year.
pub(super) fn moves(reference: &Reference, overrides: &Overrides, level: &PriceLevel) -> Vec<MoneyMove> {
    let target = level.target;
    let mut currencies: BTreeSet<Currency> = BTreeSet::from([target.currency]);
    let mut years: BTreeSet<i32> = BTreeSet::from([target.year]);
    for index in reference.indices.values() {
        currencies.insert(index.currency);
        years.extend(index.values.keys());
    }
    for rates in reference.rates.values().filter(|rates| rates.rate_type == RateType::Market) {
        currencies.insert(rates.base);
        currencies.extend(rates.values.keys().map(|(currency, _)| *currency));
        years.extend(rates.values.keys().map(|(_, year)| *year));
    }
    currencies.extend(overrides.market.keys().map(|(currency, _)| *currency));
    years.extend(overrides.market.keys().map(|(_, year)| *year));
    years.extend(overrides.indices.keys().map(|(_, year)| *year));
    let mut moves = Vec::new();
    for &currency in &currencies {
        for &year in &years {
            if let Ok(moved) = level.moved(currency, year, None, RateType::Market) {
                let steps = moved.steps.join("; ");
                moves.push(MoneyMove { currency, year, multiplier: moved.multiplier, steps });
            }
        }
    }
    moves
}
