//! Numbers on their way into a table: kept as they were written, as far as a table keeps them.

use std::borrow::Cow;

use crate::base::decimal;
use crate::base::diagnostic::{Diagnostic, Place, codes};

/// Characters of a number that is kept whatever its digits are.
const SHORT: usize = 30;
/// Digits that a table keeps.
const DIGITS: usize = 60;

/// What a text is as an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Amount<'a> {
    /// A number that a table keeps.
    Kept(Cow<'a, str>),
    /// Nothing.
    Zero,
    /// A number other than 0 without a digit among the first 59 decimals.
    TooSmall,
    /// A number that is too large to be kept.
    TooLarge,
    /// Not a number, NaN or an infinity.
    NotANumber,
}

/// Reads an amount.
pub(super) fn amount(text: &str) -> Amount<'_> {
    let are_digits = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let Some(float) = are_digits.then(|| text.parse::<f64>().ok()).flatten() else {
        return Amount::NotANumber;
    };
    if !float.is_finite() {
        return Amount::TooLarge;
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    if !mantissa.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        return Amount::Zero;
    }
    let exponent = text.split(['e', 'E']).nth(1).map_or(Some(0), |exponent| exponent.parse::<i64>().ok());
    let is_plain =
        text.len() <= SHORT && exponent.is_some_and(|exponent| exponent.unsigned_abs() <= SHORT as u64);
    if is_plain || decimal::parse(text).is_ok() {
        return Amount::Kept(Cow::Borrowed(text));
    }
    if float.abs() >= 1e40 {
        return Amount::TooLarge;
    }
    rounded(float)
}

/// A number that was calculated.
pub(super) fn calculated(value: f64) -> Amount<'static> {
    if value == 0.0 {
        return Amount::Zero;
    }
    let is_short = (1e-7..1e15).contains(&value.abs());
    match amount(&if is_short { value.to_string() } else { format!("{value:e}") }) {
        Amount::Kept(text) => Amount::Kept(Cow::Owned(text.into_owned())),
        Amount::Zero => Amount::Zero,
        Amount::TooSmall => Amount::TooSmall,
        Amount::TooLarge => Amount::TooLarge,
        Amount::NotANumber => Amount::NotANumber,
    }
}

/// A number with more digits than are kept, with those that are.
fn rounded(float: f64) -> Amount<'static> {
    let whole = format!("{:.0}", float.abs().trunc()).len();
    let text = format!("{float:.decimals$}", decimals = DIGITS.saturating_sub(whole));
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let has_digits = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    match (has_digits, decimal::parse(text)) {
        (false, _) => Amount::TooSmall,
        (true, Ok(_)) => Amount::Kept(Cow::Owned(text.to_owned())),
        (true, Err(_)) => Amount::TooLarge,
    }
}

/// Says that a cell is not a number that is kept.
pub(super) fn refused(text: &str, is_large: bool, place: Place) -> Diagnostic {
    let shown: String = text.chars().take(40).collect();
    if is_large {
        let hint = "at most 60 digits stand before or after the point";
        return Diagnostic::error(codes::OVERFLOW, format!("`{shown}` is too large")).at(place).hint(hint);
    }
    let hint = if ["nan", "inf", "-inf", "null", "na", ""].contains(&shown.to_lowercase().as_str()) {
        "a matrix has a number in every cell: write 0 where there is nothing"
    } else {
        "write digits, at most one point, and no unit"
    };
    Diagnostic::error(codes::NOT_A_NUMBER, format!("`{shown}` is not a number")).at(place).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_was_written() {
        for text in
            ["1.5", "-0.013896977719427", "2.18e-8", "1E+3", "12345678901234567890.5", ".5", "1.", "1e-44"]
        {
            assert_eq!(amount(text), Amount::Kept(Cow::Borrowed(text)), "{text}");
            assert!(decimal::parse(text).is_ok(), "{text}");
        }
        for text in ["0", "-0.0", "0e5", "0.000", "+0"] {
            assert_eq!(amount(text), Amount::Zero, "{text}");
        }
        for text in
            ["nan", "NaN", "inf", "-Infinity", "", "x", "1,5", "1 000", "null", "--1", "1e", "e5", "."]
        {
            assert_eq!(amount(text), Amount::NotANumber, "{text}");
        }
        assert_eq!(amount("1e999"), Amount::TooLarge);
        assert_eq!(amount("1e300"), Amount::TooLarge);
        assert_eq!(amount("1e-300"), Amount::TooSmall);
    }

    #[test]
    fn digits_beyond_the_sixtieth_are_cut() {
        let Amount::Kept(text) = amount("1.2345678901234567e-50") else { panic!("kept") };
        assert!(decimal::parse(&text).is_ok(), "{text}");
        let error = text.parse::<f64>().map_or(1.0, |value| (value - 1.234_567_890_123_456_7e-50).abs());
        assert!(error <= 0.5e-59, "{text}");
        for text in ["123456.7890123456789012345678901234567890123456789012345678901234567890", "1.5e-58"] {
            let Amount::Kept(kept) = amount(text) else { panic!("{text}") };
            assert!(decimal::parse(&kept).is_ok(), "{kept}");
            assert_eq!(kept.parse::<f64>().map(f64::to_bits), text.parse::<f64>().map(f64::to_bits));
        }
        assert_eq!(amount("1e-70"), Amount::TooSmall);
        assert_eq!(calculated(0.0), Amount::Zero);
        assert_eq!(calculated(0.1), Amount::Kept(Cow::Borrowed("0.1")));
        assert_eq!(calculated(-1.25e-9), Amount::Kept(Cow::Borrowed("-1.25e-9")));
        assert_eq!(calculated(f64::NAN), Amount::NotANumber);
    }
}
