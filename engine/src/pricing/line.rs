//! A line: a cost per unit times a quantity, rounded once, half-even, at the line scale.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use crate::base::decimal::{Exact, div_half_even};
use crate::base::money::{BOOK_SCALE, Money, Overflow};

/// Decimals of a line.
pub const LINE_SCALE: u32 = 6;
/// What one step of the line scale is at the book scale.
const STEP: i128 = 10_i128.pow(BOOK_SCALE - LINE_SCALE);

/// A quantity that many costs per unit are multiplied with. It may be below 0: what is taken back.
#[derive(Clone, Debug)]
pub struct Quantity {
    exact: Exact,
    /// Numerator, and the denominator in steps, where they are short.
    short: Option<(i128, i128)>,
}

impl Quantity {
    /// A quantity in reference units.
    pub fn new(exact: Exact) -> Self {
        let denominator = exact.denom().to_i128().and_then(|denominator| denominator.checked_mul(STEP));
        let short = exact.numer().to_i128().zip(denominator);
        Self { exact, short }
    }

    /// `unit` times the quantity, as if computed exactly, rounded half-even to 1e-6.
    pub fn line(&self, unit: Money) -> Result<Money, Overflow> {
        let short = self.short.and_then(|(numerator, denominator)| {
            Some(rounded(unit.units().checked_mul(numerator)?, denominator))
        });
        let steps = short.or_else(|| {
            let denominator = self.exact.denom() * BigInt::from(STEP);
            div_half_even(&(self.exact.numer() * unit.units()), &denominator).to_i128()
        });
        steps
            .and_then(|steps| steps.checked_mul(STEP))
            .filter(|units| units.unsigned_abs() <= Money::MAX.units().unsigned_abs())
            .map(Money::of_units)
            .ok_or(Overflow)
    }

    /// Would `unit` times it surely be kept exactly? `unit` is not below 0.
    pub(super) fn is_safe(&self, unit: Money) -> bool {
        let bound = BigInt::from(Money::MAX.units() - STEP) * self.exact.denom();
        self.exact.numer().abs() * unit.units() <= bound
    }
}

/// `numerator / denominator` to the nearest integer, halves to the even one. The denominator is positive.
fn rounded(numerator: i128, denominator: i128) -> i128 {
    let (quotient, remainder) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    match remainder.cmp(&(denominator - remainder)) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + quotient.rem_euclid(2),
    }
}

/// An exact amount rounded half-even to the line scale.
pub fn at_line_scale(value: &Exact) -> Result<Money, Overflow> {
    Quantity::new(value.clone()).line(Money::of_units(10_i128.pow(BOOK_SCALE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    fn line(unit: &str, quantity: &str) -> String {
        let unit = Money::round(&parse(unit).unwrap()).unwrap();
        Quantity::new(parse(quantity).unwrap()).line(unit).unwrap().to_string()
    }

    #[test]
    fn halves_of_the_sixth_decimal_go_to_the_even_digit() {
        assert_eq!(line("0.000001", "0.5"), "0");
        assert_eq!(line("0.000001", "1.5"), "0.000002");
        assert_eq!(line("0.000001", "2.5"), "0.000002");
        assert_eq!(line("0.000001", "-1.5"), "-0.000002");
        assert_eq!(line("0.000001", "-2.5"), "-0.000002");
        assert_eq!(line("0.000000500001", "1"), "0.000001");
        assert_eq!(line("1.25", "2"), "2.5");
    }

    #[test]
    fn long_numbers_are_the_same_as_short_ones() {
        // 1/3 of 0.000009 is a whole step; numbers that do not fit 128 bits take the other way.
        let unit = Money::round(&parse("99999999999.123456789012").unwrap()).unwrap();
        let long = parse("0.000000000000000000000000000000000000001").unwrap();
        assert_eq!(Quantity::new(long).line(unit), Ok(Money::ZERO));
        let quantity = Quantity::new(parse("333.333333333333333333333333333333333333").unwrap());
        assert!(quantity.short.is_none());
        assert_eq!(line("0.03", "333.333333333333333333333333333333333333"), "10");
        assert!(quantity.is_safe(unit) && !quantity.is_safe(Money::MAX));
        assert_eq!(quantity.line(Money::MAX), Err(Overflow));
    }
}
