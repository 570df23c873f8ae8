//! Exact decimals: as written in a table, never through a float.

use std::fmt;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// An exact rational number: what a decimal in a table means, and what years and rates make of it.
pub type Exact = BigRational;

/// Digits a number in a table may have before or after its point: enough for any measurement,
/// small enough that a hostile exponent costs nothing.
const DIGITS: usize = 60;

/// Why a cell is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// Not of the form `-12.5` or `1.2e-7`.
    Syntax,
    /// More digits, or a larger exponent, than is kept.
    Range,
}

/// Reads a plain decimal number: digits, one point, an exponent.
pub fn parse(text: &str) -> Result<Exact, NumberError> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], parse_exponent(&unsigned[at + 1..])?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::Syntax);
    }
    let scale = exponent - fraction.len() as i64;
    if digits.len() > DIGITS || scale.unsigned_abs() as usize > DIGITS {
        return Err(NumberError::Range);
    }
    if digits.len() <= SHORT && scale.unsigned_abs() <= SHORT as u64 {
        let integer: u128 = digits.parse().map_err(|_| NumberError::Syntax)?;
        return Ok(short(integer, negative, scale));
    }
    let integer: BigInt = digits.parse().map_err(|_| NumberError::Syntax)?;
    let integer = if negative { -integer } else { integer };
    let power = ten(scale.unsigned_abs() as u32);
    Ok(if scale >= 0 { Exact::from_integer(integer * power) } else { Exact::new(integer, power) })
}

/// Digits, and places, of numbers that are reduced without a greatest common divisor: 10^38 is less than 2^127.
const SHORT: usize = 38;

/// `integer` x 10^`scale` in lowest terms: only twos and fives can be common.
fn short(mut integer: u128, negative: bool, scale: i64) -> Exact {
    let (mut twos, mut fives) = (scale.min(0).unsigned_abs() as u32, scale.min(0).unsigned_abs() as u32);
    if integer == 0 {
        return Exact::from_integer(BigInt::from(0));
    }
    let common = integer.trailing_zeros().min(twos);
    integer >>= common;
    twos -= common;
    while fives > 0 && integer.is_multiple_of(5) {
        integer /= 5;
        fives -= 1;
    }
    let whole = BigInt::from(integer);
    let signed = if negative { -whole } else { whole };
    if scale > 0 {
        return Exact::from_integer(signed * ten(scale as u32));
    }
    Exact::new_raw(signed, BigInt::from(5_u128.pow(fives) << twos))
}

fn parse_exponent(text: &str) -> Result<i64, NumberError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::Syntax);
    }
    text.parse::<i64>().ok().filter(|e| e.abs() <= 400).ok_or(NumberError::Range)
}

/// 10 to the power `n`.
pub fn ten(n: u32) -> BigInt {
    BigInt::from(10u8).pow(n)
}

/// `numerator / denominator` to the nearest integer, halves to the even one. The denominator is positive.
pub fn div_half_even(numerator: &BigInt, denominator: &BigInt) -> BigInt {
    let (quotient, remainder) = numerator.div_mod_floor(denominator);
    let twice = remainder * 2u8;
    match twice.cmp(denominator) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1u8,
        std::cmp::Ordering::Equal => {
            if quotient.is_even() {
                quotient
            } else {
                quotient + 1u8
            }
        }
    }
}

/// `value` times 10^`scale`, to the nearest integer, halves to the even one.
pub fn scaled(value: &Exact, scale: u32) -> BigInt {
    div_half_even(&(value.numer() * ten(scale)), value.denom())
}

/// Rounds half-even to `scale` decimals.
pub fn round(value: &Exact, scale: u32) -> Exact {
    Exact::new(scaled(value, scale), ten(scale))
}

/// The nearest double, through a decimal of 18 places, as money that enters a solve does.
pub fn to_f64_at_18(value: &Exact) -> f64 {
    let text = format!("{}e-18", scaled(value, 18));
    text.parse().unwrap_or(f64::NAN)
}

/// The exact value of a finite double; `None` for NaN and infinities.
pub fn from_f64(value: f64) -> Option<Exact> {
    BigRational::from_float(value)
}

/// An integer over a power of ten, written without trailing zeros.
pub fn plain(value: &BigInt, scale: u32) -> String {
    let negative = value.is_negative();
    let digits = value.abs().to_string();
    let digits = format!("{digits:0>width$}", width = scale as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    let fraction = fraction.trim_end_matches('0');
    let sign = if negative { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A short reading of an exact number for people: up to `digits` significant digits.
pub struct Short<'a>(pub &'a Exact, pub i32);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0.to_f64().unwrap_or(f64::NAN);
        if value == 0.0 || !value.is_finite() {
            return write!(f, "{value}");
        }
        let magnitude = libm::floor(libm::log10(value.abs())) as i32;
        let decimals = (self.1 - 1 - magnitude).clamp(0, 18) as u32;
        f.write_str(&plain(&scaled(self.0, decimals), decimals))
    }
}

/// 1, exactly.
pub fn one() -> Exact {
    Exact::one()
}

/// 0, exactly.
pub fn zero() -> Exact {
    Exact::zero()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_decimals_exactly() {
        assert_eq!(parse("0.1").unwrap(), Exact::new(1.into(), 10.into()));
        assert_eq!(parse("-1.25e2").unwrap(), Exact::from_integer((-125).into()));
        assert_eq!(parse(".5").unwrap(), Exact::new(1.into(), 2.into()));
        for text in ["", "-", "1,5", "NaN", "inf", "1.2.3", "0x1", "1e", "e5", " 1", "1 000", "."] {
            assert_eq!(parse(text), Err(NumberError::Syntax), "{text}");
        }
        assert_eq!(parse("1e401"), Err(NumberError::Range));
        assert_eq!(parse("1e99"), Err(NumberError::Range));
    }

    #[test]
    fn short_numbers_are_in_lowest_terms() {
        // Digits, a power of ten, and the fraction that is reduced by its greatest common divisor.
        let digits = [0, 1, 2, 5, 8, 25, 30, 125, 1024, 999_999, 12_345_678_901_234_567_890_123_u128];
        for digits in
            digits.into_iter().chain([10_u128.pow(37), 99_999_999_999_999_999_999_999_999_999_999_999_999])
        {
            for scale in [-60_i64, -38, -37, -12, -3, -1, 0, 1, 7, 38] {
                for sign in ["", "-"] {
                    let found = parse(&format!("{sign}{digits}e{scale}")).unwrap();
                    let whole = BigInt::from(digits) * if sign.is_empty() { 1 } else { -1 };
                    let power = ten(scale.unsigned_abs() as u32);
                    let expected =
                        if scale < 0 { Exact::new(whole, power) } else { Exact::from_integer(whole * power) };
                    assert_eq!((found.numer(), found.denom()), (expected.numer(), expected.denom()));
                }
            }
        }
    }

    #[test]
    fn halves_go_to_the_even_digit() {
        let rounded = |text: &str| plain(&scaled(&parse(text).unwrap(), 0), 0);
        assert_eq!(rounded("0.5"), "0");
        assert_eq!(rounded("1.5"), "2");
        assert_eq!(rounded("2.5"), "2");
        assert_eq!(rounded("-0.5"), "0");
        assert_eq!(rounded("-1.5"), "-2");
        assert_eq!(rounded("-2.500001"), "-3");
    }

    #[test]
    fn plain_text_has_no_noise() {
        assert_eq!(plain(&1_500.into(), 3), "1.5");
        assert_eq!(plain(&(-5).into(), 3), "-0.005");
        assert_eq!(plain(&0.into(), 3), "0");
        assert_eq!(Short(&parse("0.000123456").unwrap(), 3).to_string(), "0.000123");
        assert_eq!(Short(&parse("123456").unwrap(), 3).to_string(), "123456");
    }
}
