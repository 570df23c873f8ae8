//! The arithmetic of a line, fast and exact: doubles where they are sure of the digit, whole numbers where they are not.
//!
//! A cost per unit is footprint x factor, half-even at 1e-12; a line is cost per unit x quantity, half-even at 1e-6. Both
//! are computed in doubles. Where the result lies so near the middle between two digits that its error could matter, the
//! digit is found exactly instead: one in some thousand.

use crate::base::money::{BOOK_SCALE, FACTOR_SCALE, Factor, Money, Overflow};

/// Added to a double below 2^51, it leaves the nearest integer in the last bits, halves to the even one.
const ROUNDING: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// A bound on the relative error of footprint x factor: the factor was rounded, the product is.
const UNIT_ERROR: f64 = 1.0 / (1_u64 << 51) as f64;
/// A bound on the relative error of cost x quantity, or price x quantity x rate: eight roundings, with room.
pub(super) const LINE_ERROR: f64 = 1.0 / (1_u64 << 49) as f64;

/// A double to the nearest integer, and whether that is sure. `error` bounds the relative error of the double.
/// From 2^49 on nothing is sure.
#[inline]
pub(super) fn nearest(value: f64, error: f64) -> (f64, bool) {
    let rounded = (value + ROUNDING) - ROUNDING;
    ((rounded), (value - rounded).abs() + value.abs() * error < 0.5)
}

/// The integer that [`nearest`] gives, as one.
#[inline]
fn integer(value: f64) -> i64 {
    // Of a large value below 0 it is not one: the difference wraps, and `value` is in doubt.
    ((value + ROUNDING).to_bits() as i64).wrapping_sub(ROUNDING.to_bits() as i64)
}

/// Lines of many costs at once: `footprints` x `factors` (in 1e-12) rounded, x `quantity` (x 1e-6) rounded, into `lines`.
/// Tells whether all of them are sure.
#[inline]
pub(super) fn of_footprints(footprints: &[f64], factors: &[f64], quantity: f64, lines: &mut [i64]) -> bool {
    let mut sure = 1_u64;
    for ((footprint, factor), line) in footprints.iter().zip(factors).zip(lines) {
        let value = footprint * factor;
        let unit = (value + ROUNDING) - ROUNDING;
        let amount = unit * quantity;
        let rounded = (amount + ROUNDING) - ROUNDING;
        let unit_doubt = (value - unit).abs() + value.abs() * UNIT_ERROR;
        let doubt = (amount - rounded).abs() + amount.abs() * LINE_ERROR;
        // What is no number is not sure.
        sure &= u64::from(unit_doubt < 0.5) & u64::from(doubt < 0.5);
        *line = integer(amount);
    }
    sure == 1
}

/// The same of costs per unit (in 1e-12) that are exact integers.
#[inline]
pub(super) fn of_units(units: &[f64], quantity: f64, lines: &mut [i64]) -> bool {
    let mut sure = 1_u64;
    for (unit, line) in units.iter().zip(lines) {
        let amount = unit * quantity;
        let rounded = (amount + ROUNDING) - ROUNDING;
        sure &= u64::from((amount - rounded).abs() + amount.abs() * LINE_ERROR < 0.5);
        *line = integer(amount);
    }
    sure == 1
}

/// Is the cost per unit sure, and what is it (in 1e-12)?
#[inline]
pub(super) fn unit(footprint: f64, factor: f64) -> Option<f64> {
    let (unit, sure) = nearest(footprint * factor, UNIT_ERROR);
    sure.then_some(unit)
}

/// A factor as [`of_footprints`] takes it: cost in 1e-12 per unit of the footprint.
pub(super) fn scaled(factor: Factor) -> f64 {
    // The nearest double: both are exact, or the text is read to the nearest.
    format!("{}e-{}", factor.units(), FACTOR_SCALE - BOOK_SCALE).parse().unwrap_or(f64::NAN)
}

/// Money is born: footprint x factor, exactly as [`Money::born`] gives it.
pub(super) fn born(footprint: f64, factor: Factor) -> Result<Money, Overflow> {
    short_born(footprint, factor).map_or_else(|| Money::born([(footprint, factor)]), Ok)
}

/// In whole numbers of 128 and 64 bits, where they hold it.
fn short_born(footprint: f64, factor: Factor) -> Option<Money> {
    const STEP: u64 = 10_u64.pow(FACTOR_SCALE - BOOK_SCALE);
    let bits = footprint.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1075;
    let mantissa = u128::from((bits & ((1 << 52) - 1)) | (1 << 52));
    let shift = u32::try_from(-exponent).ok().filter(|shift| *shift < 120 && exponent > -1075)?;
    // The product over 2^shift, and what is left of it; then that over 10^6.
    let product = mantissa.checked_mul(factor.units().unsigned_abs())?;
    let (whole, rest) = (u64::try_from(product >> shift).ok()?, product & ((1 << shift) - 1));
    let (quotient, remainder) = (whole / STEP, whole % STEP);
    let up = match (remainder.cmp(&(STEP / 2)), rest) {
        (std::cmp::Ordering::Less, _) => false,
        (std::cmp::Ordering::Equal, 0) => quotient % 2 == 1,
        _ => true,
    };
    let units = i128::from(quotient) + i128::from(up);
    let is_negative = (footprint < 0.0) != (factor < Factor::default());
    // 64 bits in 1e-12 are less than any limit of money.
    Some(Money::of_units(if is_negative { -units } else { units }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    fn factor(text: &str) -> Factor {
        Factor::round(&parse(text).unwrap()).unwrap()
    }

    #[test]
    fn what_is_sure_is_right() {
        let factors = ["0.13", "193.5", "0.000000000001", "-2.5", "1234567.890123456789012345", "0"];
        let mut state = 1_u64;
        let mut sure = 0;
        for at in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let footprint = (state >> 11) as f64 / (1_u64 << 53) as f64 * 10_f64.powi(at % 13 - 9);
            let factor = factor(factors[at as usize % factors.len()]);
            let exact = Money::born([(footprint, factor)]).unwrap();
            assert_eq!(born(footprint, factor), Ok(exact));
            if let Some(unit) = unit(footprint, scaled(factor)) {
                sure += 1;
                assert_eq!(unit as i128, exact.units(), "{footprint} {factor}");
            }
        }
        assert!(sure > 100_000, "{sure}");
    }

    #[test]
    fn ties_are_never_sure() {
        // 1 x 0.5e-12: the middle between two units of the book scale.
        assert_eq!(unit(1.0, scaled(factor("0.0000000000005"))), None);
        assert_eq!(born(1.0, factor("0.0000000000005")).unwrap().units(), 0);
        assert_eq!(born(3.0, factor("0.0000000000005")).unwrap().units(), 2);
        assert_eq!(born(-3.0, factor("0.0000000000005")).unwrap().units(), -2);
        assert_eq!(born(5e-324, factor("100000")).unwrap(), Money::ZERO);
        let mut lines = [0];
        assert!(!of_units(&[500_000.0], 1e-6, &mut lines));
        assert!(of_units(&[2_000_000.0], 1.5e-6, &mut lines) && lines == [3]);
        assert!(of_units(&[-2_000_000.0], 1.5e-6, &mut lines) && lines == [-3]);
        assert!(!of_units(&[1e15], 1.0, &mut lines));
    }
}
