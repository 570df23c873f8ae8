//! How finely money is printed, and parts that add up to what is printed of the whole.

use crate::base::currency::Currency;
use crate::base::money::{BOOK_SCALE, Money};
use crate::data::reference::Dimension;
use crate::pricing::{Amount, TruePrice};
use crate::report::display::{Shelf, fixed, rounded};

/// Decimals for the tables of a product, and the costs by dimension at that scale.
pub(super) struct Scale {
    /// Decimals.
    pub digits: u32,
    /// Cost by dimension, of those that have one.
    pub dimensions: Vec<(Dimension, i128)>,
}

impl Scale {
    /// The minor unit, with the same amounts as on the shelf; two decimals more where the whole cost is
    /// under a hundred minor units, for a table of cents would say nothing then.
    pub(super) fn new(price: &TruePrice, shelf: &Shelf, currency: Currency) -> Self {
        let minor = currency.minor_digits();
        let priced = |d: Dimension| price.dimensions.get(&d).and_then(|amount| amount.money());
        let some: Vec<(Dimension, Money)> =
            Dimension::ALL.into_iter().filter_map(|d| priced(d).map(|money| (d, money))).collect();
        let is_small = matches!(price.external, Amount::Money(cost) if cost.at_scale(minor) < 100);
        if is_small {
            let digits = (minor + 2).min(BOOK_SCALE);
            let parts: Vec<Money> = some.iter().map(|(_, money)| *money).collect();
            let dimensions = some.iter().map(|(d, _)| *d).zip(rounded(&parts, digits)).collect();
            return Self { digits, dimensions };
        }
        let dimensions = some.iter().map(|(d, _)| (*d, minor_units(on_shelf(shelf, *d)))).collect();
        Self { digits: minor, dimensions }
    }

    /// The cost of a dimension.
    pub(super) fn of(&self, dimension: Dimension) -> Option<i128> {
        self.dimensions.iter().find(|(d, _)| *d == dimension).map(|(_, cost)| *cost)
    }

    /// An amount of this scale.
    pub(super) fn text(&self, value: i128) -> String {
        fixed(value, self.digits)
    }

    /// One amount on its own: what is more than nothing is not printed as nothing.
    pub(super) fn single(&self, money: Money) -> String {
        match money.at_scale(self.digits) {
            0 if money > Money::ZERO => format!("under {}", self.step()),
            value => self.text(value),
        }
    }

    /// The smallest amount: `0.01`.
    pub(super) fn step(&self) -> String {
        self.text(1)
    }
}

/// What the shelf says of a dimension.
pub(super) fn on_shelf(shelf: &Shelf, dimension: Dimension) -> &str {
    match dimension {
        Dimension::Environmental => &shelf.environmental,
        Dimension::Social => &shelf.social,
        Dimension::Health => &shelf.health,
    }
}

/// A printed amount in its minor unit; a word is nothing.
pub(super) fn minor_units(text: &str) -> i128 {
    text.replace('.', "").parse().unwrap_or(0)
}

/// A share in whole percent; under one is said so.
pub(super) fn percent(part: Money, whole: Money) -> String {
    if whole == Money::ZERO {
        return String::new();
    }
    let share = 100.0 * part.to_f64() / whole.to_f64();
    if share > 0.0 && share < 0.5 { "under 1\u{a0}%".to_owned() } else { format!("{share:.0}\u{a0}%") }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;

    use super::*;
    use crate::report::display::fitted;

    fn cents(tenths: i64) -> Money {
        Money::from_units(&(BigInt::from(tenths) * 1_000_000_000_i64)).unwrap()
    }

    #[test]
    fn parts_fit_their_target() {
        assert_eq!(fitted(&[cents(12), cents(26), cents(0)], 2, 4), [1, 3, 0]);
        assert_eq!(fitted(&[cents(12), cents(26), cents(0)], 2, 3), [1, 2, 0]);
        assert_eq!(fitted(&[cents(12), cents(26), cents(0)], 2, 5), [2, 3, 0]);
        assert_eq!(fitted(&[], 2, 0), [0; 0]);
        assert_eq!(fitted(&[Money::ZERO], 2, 1), [0]);
    }

    #[test]
    fn shares() {
        assert_eq!(percent(cents(1), cents(1000)), "under 1\u{a0}%");
        assert_eq!(percent(cents(250), cents(1000)), "25\u{a0}%");
        assert_eq!(percent(cents(0), cents(0)), "");
    }
}
