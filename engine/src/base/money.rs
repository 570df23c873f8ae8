//! Money: fixed point, born once, never a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::decimal::{self, Exact, div_half_even, plain, scaled, ten};

/// Decimals of the book scale.
pub const BOOK_SCALE: u32 = 12;
/// Decimals of a factor after it was moved to the target year and currency.
pub const FACTOR_SCALE: u32 = 18;

/// A number is too large to be kept exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the amount is too large to be kept exactly")]
pub struct Overflow;

/// An amount of the report currency at the book scale, 1e-12.
///
/// Values are bounded by [`Money::MAX`] when they are made, so that any sum of up to 2^40 of them
/// fits the 128 bits: addition cannot wrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest single amount: 10^14 units of the currency, more than any economy.
    pub const MAX: Self = Self(100_000_000_000_000 * 1_000_000_000_000);

    /// From an integer of 1e-12.
    pub fn from_units(units: &BigInt) -> Result<Self, Overflow> {
        units.to_i128().filter(|u| u.unsigned_abs() <= Self::MAX.0.unsigned_abs()).map(Self).ok_or(Overflow)
    }

    /// From an integer of 1e-12 that is known to be no more than [`Money::MAX`], or a sum of such.
    pub(crate) fn of_units(units: i128) -> Self {
        Self(units)
    }

    /// As an integer of 1e-12.
    pub fn units(self) -> i128 {
        self.0
    }

    /// As an exact number.
    pub fn exact(self) -> Exact {
        Exact::new(BigInt::from(self.0), ten(BOOK_SCALE))
    }

    /// Rounds an exact amount half-even to the book scale.
    pub fn round(value: &Exact) -> Result<Self, Overflow> {
        Self::from_units(&scaled(value, BOOK_SCALE))
    }

    /// Money is born here: the sum of footprints times factors, as if computed exactly, rounded once,
    /// half-even, to the book scale. The footprints are finite.
    pub fn born(terms: impl IntoIterator<Item = (f64, Factor)>) -> Result<Self, Overflow> {
        let (sum, exponent) = aligned_sum(terms.into_iter().map(|(amount, factor)| product(amount, factor)));
        let (numerator, denominator) = if exponent >= 0 {
            (sum << exponent as usize, BigInt::from(1u8))
        } else {
            (sum, BigInt::from(1u8) << exponent.unsigned_abs() as usize)
        };
        Self::from_units(&div_half_even(&numerator, &(denominator * ten(FACTOR_SCALE - BOOK_SCALE))))
    }

    /// The nearest double of it, rounded to the book scale: what a solve over money gives back.
    pub fn from_f64(value: f64) -> Result<Self, Overflow> {
        decimal::from_f64(value).ok_or(Overflow).and_then(|exact| Self::round(&exact))
    }

    /// For drawing and sorting; never for adding up.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e12
    }

    /// The larger of it and nothing.
    #[must_use]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }

    /// Rounded half-even to `digits` decimals, as an integer of that scale.
    pub fn at_scale(self, digits: u32) -> i128 {
        let divisor = ten(BOOK_SCALE - digits.min(BOOK_SCALE));
        div_half_even(&BigInt::from(self.0), &divisor).to_i128().unwrap_or_default()
    }

    /// Half of it, rounded half-even.
    #[must_use]
    pub fn half(self) -> Self {
        Self(div_half_even(&BigInt::from(self.0), &BigInt::from(2u8)).to_i128().unwrap_or_default())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(&BigInt::from(self.0), BOOK_SCALE))
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

/// Money per unit of an indicator, in the target currency and year, at 1e-18.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Factor(i128);

impl Factor {
    /// The largest factor: 10^14 units of the currency, as for [`Money::MAX`].
    const MAX: u128 = 100_000_000_000_000 * 1_000_000_000_000_000_000;

    /// Rounds half-even to 1e-18.
    pub fn round(value: &Exact) -> Result<Self, Overflow> {
        scaled(value, FACTOR_SCALE)
            .to_i128()
            .filter(|f| f.unsigned_abs() <= Self::MAX)
            .map(Self)
            .ok_or(Overflow)
    }

    /// From an integer of 1e-18.
    pub fn from_units(units: i128) -> Result<Self, Overflow> {
        if units.unsigned_abs() <= Self::MAX { Ok(Self(units)) } else { Err(Overflow) }
    }

    /// As an integer of 1e-18.
    pub fn units(self) -> i128 {
        self.0
    }

    /// The opposite, for what counts as a benefit.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(-self.0)
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(&BigInt::from(self.0), FACTOR_SCALE))
    }
}

/// A finite double as an integer times a power of two.
pub fn binary(value: f64) -> (BigInt, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let (mantissa, exponent) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
    let mantissa = BigInt::from(mantissa);
    (if value < 0.0 { -mantissa } else { mantissa }, exponent)
}

/// A footprint times a factor, exactly: an integer of 1e-18 times a power of two.
pub fn product(amount: f64, factor: Factor) -> (BigInt, i32) {
    let (mantissa, exponent) = binary(amount);
    (mantissa * factor.0, exponent)
}

/// Adds integers times powers of two: the sum and the power they share.
pub fn aligned_sum(terms: impl Iterator<Item = (BigInt, i32)>) -> (BigInt, i32) {
    let terms: Vec<(BigInt, i32)> = terms.filter(|(mantissa, _)| !mantissa.is_zero()).collect();
    let lowest = terms.iter().map(|(_, exponent)| *exponent).min().unwrap_or(0);
    let sum = terms.into_iter().map(|(mantissa, exponent)| mantissa << (exponent - lowest) as usize).sum();
    (sum, lowest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(text: &str) -> Factor {
        Factor::round(&decimal::parse(text).unwrap()).unwrap()
    }

    #[test]
    fn born_as_if_computed_exactly() {
        // Python: (Decimal(0.1) * Decimal("0.13")).quantize(Decimal("1e-12")) == 0.013000000000
        assert_eq!(Money::born([(0.1, factor("0.13"))]).unwrap().to_string(), "0.013");
        // Python: (Decimal(1.144006097) * Decimal("0.147011")).quantize(Decimal("1e-12"))
        assert_eq!(Money::born([(1.144_006_097, factor("0.147011"))]).unwrap().to_string(), "0.168181480326");
        // A half at the thirteenth decimal, made of two terms that are each below it, goes to the even digit.
        let half = factor("0.00000000000025");
        assert_eq!(Money::born([(1.0, half), (1.0, half)]).unwrap(), Money::ZERO);
        assert_eq!(Money::born([(3.0, half), (3.0, half)]).unwrap().units(), 2);
        assert_eq!(Money::born([(-3.0, half), (-3.0, half)]).unwrap().units(), -2);
    }

    #[test]
    fn too_much_is_an_error() {
        assert_eq!(Money::born([(1e300, factor("1"))]), Err(Overflow));
        assert_eq!(Factor::round(&decimal::parse("1e40").unwrap()), Err(Overflow));
        assert_eq!(Money::from_f64(f64::NAN), Err(Overflow));
        assert!(Money::born([(5e-324, factor("1"))]).unwrap() == Money::ZERO);
    }

    #[test]
    fn a_coarser_scale_rounds_half_even() {
        let money = |text: &str| Money::round(&decimal::parse(text).unwrap()).unwrap();
        assert_eq!(money("0.125").at_scale(2), 12);
        assert_eq!(money("0.135").at_scale(2), 14);
        assert_eq!(money("-0.125").at_scale(2), -12);
        assert_eq!(money("3").half(), money("1.5"));
    }
}
