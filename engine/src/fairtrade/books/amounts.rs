//! What the records of a co-op come to, each amount rounded once to the smallest part of its currency.

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{Money, Overflow};
use crate::data::coop::deliveries::Delivery;
use crate::data::coop::records::Records;

use super::priceless;
use super::prices::{Rate, Ratios, Terms, Told, terms, worth};
use super::second::seconds;

/// A delivery with what it is paid.
#[derive(Clone, Debug)]
pub struct Valued {
    /// Place among the deliveries.
    pub delivery: usize,
    /// Net weight, in the unit of the delivery.
    pub net: Exact,
    /// Currency of all that follows.
    pub currency: Currency,
    /// Price per unit.
    pub price: Rate,
    /// The price below which it must not fall, per unit.
    pub floor: Option<Rate>,
    /// What goes to the fund, per unit.
    pub premium_rate: Option<Rate>,
    /// Net weight x price.
    pub value: Money,
    /// Net weight x what the floor is above the price.
    pub adjustment: Money,
    /// Net weight x premium: to the fund, never to the person; `None`: no premium is stated.
    pub premium: Option<Money>,
    /// Is the price that of the list?
    pub is_listed: bool,
}

impl Valued {
    /// What the producer is owed for it.
    pub fn owed(&self) -> Money {
        self.value + self.adjustment
    }
}

/// What a second payment adds to a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Second {
    /// Place among the second payments.
    pub payment: usize,
    /// Place among the valued deliveries.
    pub valued: usize,
    /// How much.
    pub amount: Money,
}

/// What the records come to.
#[derive(Clone, Debug, Default)]
pub struct Amounts {
    /// Deliveries, by id.
    pub deliveries: Vec<Valued>,
    /// What second payments add, by second payment and delivery.
    pub seconds: Vec<Second>,
}

impl Amounts {
    /// Values all records; what has no price, or does not fit, is reported.
    pub fn of(records: &Records, diagnostics: &mut Diagnostics) -> Self {
        let (mut ratios, mut told) = (Ratios::default(), Told::default());
        let before = diagnostics.len();
        let deliveries: Vec<Valued> = (0..records.deliveries.len())
            .filter_map(|at| {
                let delivery = &records.deliveries[at];
                let terms = terms(at, records, &mut told, diagnostics)?;
                let valued = valued(at, delivery, terms, &mut ratios);
                valued.map_err(|_| too_large(delivery, diagnostics)).ok()
            })
            .collect();
        priceless::report(&told.priceless, records, diagnostics);
        // What a delivery with a problem would have got is not known.
        let is_whole = records.whole[0] && diagnostics.len() == before;
        let seconds = seconds(records, &deliveries, is_whole, &mut ratios, diagnostics);
        Self { deliveries, seconds }
    }
}

fn valued(at: usize, delivery: &Delivery, terms: Terms, ratios: &mut Ratios) -> Result<Valued, Overflow> {
    let Terms { currency, price, floor, premium, is_listed } = terms;
    let net = delivery.net();
    let mut times = |rate: &Rate, amount: &Exact| {
        // That the units convert was seen when the terms were found.
        let ratio = ratios.get(&delivery.unit, &rate.unit).ok_or(Overflow)?;
        worth(&net, amount, &ratio, currency)
    };
    let value = times(&price, &price.amount)?;
    let premium_amount = premium.as_ref().map(|premium| times(premium, &premium.amount)).transpose()?;
    let adjustment = match &floor {
        Some(floor) => {
            let ratio = ratios.get(&price.unit, &floor.unit).ok_or(Overflow)?;
            let above = &floor.amount * &ratio - &price.amount;
            if above > crate::base::decimal::zero() {
                let ratio = ratios.get(&delivery.unit, &price.unit).ok_or(Overflow)?;
                worth(&net, &above, &ratio, currency)?
            } else {
                Money::ZERO
            }
        }
        None => Money::ZERO,
    };
    Ok(Valued {
        delivery: at,
        net,
        currency,
        price,
        floor,
        premium_rate: premium,
        value,
        adjustment,
        premium: premium_amount,
        is_listed,
    })
}

fn too_large(delivery: &Delivery, diagnostics: &mut Diagnostics) {
    let message = format!("what `{}` is worth is too large to be kept exactly", delivery.id);
    let place = delivery.row.place().column("gross_weight");
    let hint = "at most 10^14 of a currency: are weight and price in their units?";
    diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place).hint(hint));
}
