//! A label to cut out and put on the shelf.

use serde::Serialize;

use crate::base::currency::Currency;
use crate::base::money::Money;
use crate::pricing::{Amount, Lineage, TruePrice};
use crate::report::display::{Shelf, single};

use super::scale::percent;
use super::sources::{choice, factor_name};

/// What stands on the label.
#[derive(Serialize)]
pub(super) struct Label {
    name: String,
    is_long: bool,
    unit: String,
    market: String,
    true_price: String,
    gap: String,
    has_gap: bool,
    range: Option<String>,
    mostly: Option<String>,
    silent: Option<String>,
    factors: String,
    year: String,
}

impl Label {
    /// The label of a product.
    pub(super) fn new(
        price: &TruePrice,
        heading: &str,
        shelf: &Shelf,
        currency: Currency,
        lineage: &Lineage,
    ) -> Self {
        let whole = price.true_price().or(price.gap).filter(|band| band.lower != band.upper);
        Self {
            name: heading.to_owned(),
            is_long: heading.chars().count() > 40,
            unit: price.unit.clone(),
            market: shelf.market.clone(),
            true_price: shelf.true_price.clone(),
            gap: shelf.gap.clone(),
            has_gap: price.gap.is_some(),
            range: whole
                .map(|b| format!("{}\u{2013}{}", single(b.lower, currency), single(b.upper, currency))),
            mostly: mostly(price),
            silent: silent(price),
            factors: factor_name(lineage),
            year: format!("{currency} {}", choice(lineage, "price year")),
        }
    }
}

/// Dimensions that the true price says nothing of: `social and health costs not in it`.
fn silent(price: &TruePrice) -> Option<String> {
    let words: Vec<&str> =
        price.dimensions.iter().filter(|(_, a)| a.money().is_none()).map(|(d, _)| d.word()).collect();
    let costs = if words.len() == 1 { "cost" } else { "costs" };
    (price.gap.is_some() && !words.is_empty()).then(|| format!("{} {costs} not in it", words.join(" and ")))
}

/// What makes up most of the external cost: `Land use 61 %, Climate change 20 %`.
pub(super) fn mostly(price: &TruePrice) -> Option<String> {
    let Amount::Money(whole) = price.external else { return None };
    if whole <= Money::ZERO {
        return None;
    }
    let mut parts: Vec<(Money, &str)> =
        price.indicators.iter().map(|k| (k.external().central, k.name.as_str())).collect();
    parts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let of = |(money, name): &(Money, &str)| format!("{name} {}", percent(*money, whole));
    let is_large = |(money, _): &&(Money, &str)| money.to_f64() >= 0.15 * whole.to_f64();
    let mut words: Vec<String> = parts.iter().take(2).filter(is_large).map(of).collect();
    if words.is_empty() {
        words.extend(parts.first().map(of));
    }
    Some(words.join(", "))
}
