//! What a delivery is paid: its own price, or that of the list.

use std::collections::HashMap;
use std::sync::Arc;

use num_bigint::BigInt;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, div_half_even, one, ten};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{BOOK_SCALE, Money, Overflow};
use crate::base::unit::Unit;
use crate::data::coop::buying_prices::BuyingPrice;
use crate::data::coop::deliveries::Delivery;
use crate::data::coop::records::Records;

/// Money per unit.
#[derive(Clone, Debug)]
pub struct Rate {
    /// How much.
    pub amount: Exact,
    /// Of what.
    pub unit: Arc<Unit>,
}

/// Price, floor and premium of a delivery, in one currency.
pub(super) struct Terms {
    pub(super) currency: Currency,
    pub(super) price: Rate,
    pub(super) floor: Option<Rate>,
    pub(super) premium: Option<Rate>,
    /// Is the price that of the list, which all know?
    pub(super) is_listed: bool,
}

/// What is said once for many deliveries.
#[derive(Default)]
pub(super) struct Told {
    /// Was it said that no currency is stated?
    currency: bool,
    /// Deliveries without a price.
    pub(super) priceless: Vec<usize>,
}

/// Ratios between units, each found once.
#[derive(Default)]
pub(super) struct Ratios(HashMap<(String, String), Option<Exact>>);

impl Ratios {
    /// How many of the second unit are in one of the first; `None`: they do not convert.
    pub(super) fn get(&mut self, from: &Arc<Unit>, to: &Arc<Unit>) -> Option<Exact> {
        if Arc::ptr_eq(from, to) || from.text() == to.text() {
            return Some(one());
        }
        let key = (from.text().to_owned(), to.text().to_owned());
        let found = || from.ratio_to(to).ok().map(|ratio| ratio.exact().clone());
        self.0.entry(key).or_insert_with(found).clone()
    }
}

/// A weight times a price per unit, rounded once, half-even, to the smallest part of the currency.
pub(super) fn worth(
    weight: &Exact,
    price: &Exact,
    ratio: &Exact,
    currency: Currency,
) -> Result<Money, Overflow> {
    let digits = currency.minor_digits();
    let numerator: BigInt = weight.numer() * price.numer() * ratio.numer() * ten(digits);
    let minor = div_half_even(&numerator, &(weight.denom() * price.denom() * ratio.denom()));
    Money::from_units(&(minor * ten(BOOK_SCALE - digits.min(BOOK_SCALE))))
}

/// What a delivery is paid; what is missing or does not fit is reported.
pub(super) fn terms(
    at: usize,
    records: &Records,
    told: &mut Told,
    diagnostics: &mut Diagnostics,
) -> Option<Terms> {
    let delivery = &records.deliveries[at];
    let day = delivery.date.first_day();
    let listed = records.prices.find(&delivery.product, &delivery.grade, &delivery.certificate, day);
    let own = |amount: &Option<Exact>| {
        amount.clone().map(|amount| Rate { amount, unit: delivery.price_unit.clone() })
    };
    let of_list = |get: fn(&BuyingPrice) -> Option<Exact>| {
        listed.and_then(|row| get(row).map(|amount| Rate { amount, unit: row.unit.clone() }))
    };
    let takes_list = delivery.price.is_none()
        || (delivery.floor.is_none() && listed.is_some_and(|row| row.floor.is_some()))
        || (delivery.premium.is_none() && listed.is_some_and(|row| row.premium.is_some()));
    let currency =
        currency(delivery, listed.filter(|_| takes_list), records, &mut told.currency, diagnostics);
    let price = own(&delivery.price).or_else(|| of_list(|row| Some(row.price.clone())));
    let Some(price) = price else {
        // A price that could not be read is reported where it stands.
        if records.whole[1] {
            told.priceless.push(at);
        }
        return None;
    };
    let floor = own(&delivery.floor).or_else(|| of_list(|row| row.floor.clone()));
    let premium = own(&delivery.premium).or_else(|| of_list(|row| row.premium.clone()));
    if let Some(row) = listed.filter(|_| takes_list)
        && let Err(mismatch) = delivery.unit.ratio_to(&row.unit)
    {
        let hint = format!("row {} of `buying_prices` is per {}", row.row.row, row.unit.text());
        let place = delivery.row.place().column("unit");
        diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, mismatch.to_string()).at(place).hint(hint));
        return None;
    }
    Some(Terms { currency: currency?, price, floor, premium, is_listed: delivery.price.is_none() })
}

/// The currency of all that a delivery is paid.
fn currency(
    delivery: &Delivery,
    listed: Option<&BuyingPrice>,
    records: &Records,
    said: &mut bool,
    diagnostics: &mut Diagnostics,
) -> Option<Currency> {
    let producer = records.producer(&delivery.producer).and_then(|at| records.producers[at].currency);
    let own = delivery.currency.or_else(|| delivery.price.as_ref().and(producer));
    let fallback = own.or_else(|| delivery.price.as_ref().and(records.settings.currency));
    let listed_currency = listed.map(|row| row.currency);
    if let (Some(own), Some(row)) = (fallback, listed)
        && own != row.currency
    {
        let message = format!("it is paid in {own}, and the buying price of its day is in {}", row.currency);
        let hint = format!(
            "row {} of `buying_prices`: state price, floor and premium of the delivery in {own}, or leave its currency empty",
            row.row.row
        );
        let place = delivery.row.place().column("currency");
        diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        return None;
    }
    let found = fallback.or(listed_currency);
    if found.is_none() && delivery.price.is_some() && !std::mem::replace(said, true) {
        let message = "neither the row, its producer nor `currency` of `[coop]` states the currency";
        let hint = "fill in `currency`, or state it once for all rows in the manifest";
        let place = delivery.row.place().column("currency");
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
    }
    found
}
