//! Amounts in other formats, exactly.

use num_bigint::BigInt;

use crate::base::decimal::{self, Exact, plain, scaled, ten};

/// Digits that a number in a table has after its point, at most.
const DIGITS: u32 = 60;

/// A number of a table as JSON writes numbers: all its digits, and no float in between.
pub(super) fn json(text: &str) -> String {
    if is_json(text) {
        return text.to_owned();
    }
    decimal::parse(text).map_or_else(|_| "null".to_owned(), |number| plain(&scaled(&number, DIGITS), DIGITS))
}

fn is_json(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

/// A number in the smallest part of a unit with so many decimals; `None`: it is not whole there.
pub(super) fn minor(text: &str, decimals: u32) -> Option<BigInt> {
    let parts = decimal::parse(text).ok()? * Exact::from_integer(ten(decimals));
    parts.is_integer().then(|| parts.to_integer())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        for (text, expected) in [
            ("9.60", "9.60"),
            ("-0.5", "-0.5"),
            ("007", "7"),
            ("+5", "5"),
            (".5", "0.5"),
            ("1e3", "1000"),
            ("12.", "12"),
            ("123456789012345678.90123456789", "123456789012345678.90123456789"),
        ] {
            assert_eq!(json(text), expected, "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(&json(text)).is_ok(), "{text}");
        }
        assert_eq!(minor("12.50", 2), Some(BigInt::from(1250)));
        assert_eq!(minor("12.505", 2), None);
        assert_eq!(minor("3", 0), Some(BigInt::from(3)));
    }
}
