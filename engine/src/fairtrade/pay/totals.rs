//! A price times a quantity: whole minor units, whose parts add up.

use num_bigint::BigInt;
use num_integer::Integer;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, scaled, ten};
use crate::base::money::{BOOK_SCALE, Money, Overflow};
use crate::base::split::largest_remainder;

use super::price::Parts;

/// Ids of the parts, by which equal remainders are settled.
const IDS: [&str; 4] = ["minimum_differential", "organic_differential", "premium", "price"];

/// Money for the quantity of a contract, in whole minor units: the parts are the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// All of it.
    pub total: Money,
    /// The price itself.
    pub price: Money,
    /// What a regulated price is below the minimum.
    pub minimum_differential: Money,
    /// Organic differential.
    pub organic_differential: Money,
    /// Premium, to the fund.
    pub premium: Money,
}

impl Totals {
    /// The sum is rounded once, half-even; the parts are shares of it by largest remainder.
    pub(super) fn of(parts: &Parts, quantity: &Exact, currency: Currency) -> Result<Self, Overflow> {
        let digits = currency.minor_digits();
        let weights: Vec<Exact> =
            [&parts.minimum_differential, &parts.organic_differential, &parts.premium, &parts.price]
                .map(|part| part * quantity)
                .to_vec();
        let sum: Exact = weights.iter().sum();
        let total = i128::try_from(scaled(&sum, digits)).map_err(|_| Overflow)?;
        let shares = largest_remainder(total, &whole(&weights), &IDS).unwrap_or_else(|| vec![0; IDS.len()]);
        let minor = ten(BOOK_SCALE - digits.min(BOOK_SCALE));
        let money = |units: i128| Money::from_units(&(BigInt::from(units) * &minor));
        Ok(Self {
            total: money(total)?,
            minimum_differential: money(shares[0])?,
            organic_differential: money(shares[1])?,
            premium: money(shares[2])?,
            price: money(shares[3])?,
        })
    }
}

/// Rationals as whole numbers in the same proportion.
fn whole(values: &[Exact]) -> Vec<BigInt> {
    let common = values.iter().fold(BigInt::from(1u8), |common, value| common.lcm(value.denom()));
    values.iter().map(|value| value.numer() * (&common / value.denom())).collect()
}
