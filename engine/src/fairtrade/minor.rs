//! Money in whole minor units of a currency: what is booked.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, scaled};
use crate::base::money::{BOOK_SCALE, Money, Overflow};
use crate::base::split::largest_remainder;

/// The minor unit of a currency: a cent, a franc, a fils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minor {
    digits: u32,
}

impl Minor {
    /// That of a currency.
    pub fn of(currency: Currency) -> Self {
        Self { digits: currency.minor_digits().min(BOOK_SCALE) }
    }

    fn size(self) -> i128 {
        10_i128.pow(BOOK_SCALE - self.digits)
    }

    /// An amount as a whole number of it; what is below it is cut off.
    pub fn units(self, amount: Money) -> i128 {
        amount.units() / self.size()
    }

    /// A whole number of it as money.
    pub fn money(self, units: i128) -> Result<Money, Overflow> {
        Money::from_units(&(BigInt::from(units) * self.size()))
    }

    /// Rounded half-even to it.
    pub fn round(self, value: &Exact) -> Result<Money, Overflow> {
        Money::from_units(&(scaled(value, self.digits) * self.size()))
    }

    /// The largest whole number of it that is no more than `rate` times `amount`.
    pub fn down(self, amount: Money, rate: &Exact) -> Result<Money, Overflow> {
        let floor = (BigInt::from(self.units(amount)) * rate.numer()).div_floor(rate.denom());
        self.money(floor.to_i128().ok_or(Overflow)?)
    }

    /// Splits an amount by weights of 0 or more: by largest remainder, equal remainders by id. `None` if all weights are 0 and
    /// there is something to split.
    pub fn split(self, amount: Money, weights: &[Exact], ids: &[&str]) -> Option<Vec<Money>> {
        let whole = whole_numbers(weights);
        let parts = largest_remainder(self.units(amount), &whole, ids)?;
        parts.into_iter().map(|part| self.money(part).ok()).collect()
    }
}

/// Exact numbers as whole numbers of the same proportions.
fn whole_numbers(weights: &[Exact]) -> Vec<BigInt> {
    let denominator = weights.iter().fold(BigInt::from(1u8), |all, weight| all.lcm(weight.denom()));
    weights.iter().map(|weight| weight.numer() * (&denominator / weight.denom())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    fn minor(code: &str) -> Minor {
        Minor::of(Currency::from_code(code).unwrap())
    }

    fn exact(text: &str) -> Exact {
        parse(text).unwrap()
    }

    #[test]
    fn rounds_to_the_unit_of_the_currency() {
        let round = |code, text| minor(code).round(&exact(text)).unwrap().to_string();
        assert_eq!(round("EUR", "0.125"), "0.12");
        assert_eq!(round("EUR", "0.135"), "0.14");
        assert_eq!(round("JPY", "2.5"), "2");
        assert_eq!(round("KWD", "0.0005"), "0");
    }

    #[test]
    fn rounds_down_and_splits_to_the_last_unit() {
        let euro = minor("EUR");
        let money = |text| Money::round(&exact(text)).unwrap();
        assert_eq!(euro.down(money("670"), &exact("0.2")).unwrap(), money("134"));
        assert_eq!(euro.down(money("0.09"), &exact("0.2")).unwrap(), money("0.01"));
        let parts = euro.split(money("1"), &[exact("0.5"), exact("0.5"), exact("0.5")], &["b", "a", "c"]);
        assert_eq!(parts, Some(vec![money("0.33"), money("0.34"), money("0.33")]));
        assert_eq!(euro.split(money("1"), &[exact("0")], &["a"]), None);
    }
}
