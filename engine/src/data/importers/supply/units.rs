//! Units as other programs spell them.

use crate::base::currency::Currency;
use crate::base::unit::Units;

/// Spellings that are not UCUM, with what they mean.
const SPELT: &[(&str, &str)] = &[
    ("m2*a", "m2.a"),
    ("m2*yr", "m2.a"),
    ("m2a", "m2.a"),
    ("m2 a", "m2.a"),
    ("m2*year", "m2.a"),
    ("t*km", "t.km"),
    ("kg*km", "kg.km"),
    ("kWh", "kW.h"),
    ("m3*a", "m3.a"),
    ("kBq", "kBq"),
    ("TJ", "TJ"),
    ("km2", "km2"),
    ("Mm3", "hm3"),
];

/// A unit of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spelt {
    /// The unit of amounts.
    pub(super) unit: String,
    /// The unit of an indicator: `money` where amounts are in money.
    pub(super) indicator: String,
    /// Is it only a name, for it is no unit that is known?
    pub(super) is_named: bool,
}

/// The unit of amounts that is meant. Money is that of a year; what is no unit counts things of its own.
pub(super) fn spelt(text: &str, price_year: Option<i32>, units: &Units) -> Spelt {
    let text = text.trim();
    if let Some(money) = price_year.and_then(|year| money(text, year)) {
        return Spelt { unit: money, indicator: "money".to_owned(), is_named: false };
    }
    if money_of(text).is_some() {
        return Spelt { unit: text.to_owned(), indicator: "money".to_owned(), is_named: false };
    }
    let plain = |unit: &str, is_named| Spelt { unit: unit.to_owned(), indicator: unit.to_owned(), is_named };
    if let Some((_, meant)) = SPELT.iter().find(|(spelt, _)| *spelt == text) {
        return plain(meant, false);
    }
    if !text.is_empty() && text.len() <= LONGEST && units.unit(text).is_ok() {
        return plain(text, false);
    }
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
    plain(&format!("1 {}", if words.is_empty() { "not stated" } else { &words }), true)
}

/// Bytes of a unit.
const LONGEST: usize = 100;

/// Money of a year, with a prefix where thousands or millions are counted: `M.EUR` of 2011 is `MEUR2011`.
pub(super) fn money(text: &str, year: i32) -> Option<String> {
    let text = text.trim();
    if text == "$" {
        return Some(format!("USD{year}"));
    }
    let (size, code) = match text.rsplit_once(['.', ' ']) {
        Some((size, code)) => (size.trim(), code),
        None => {
            text.len().checked_sub(3).and_then(|at| text.is_char_boundary(at).then(|| text.split_at(at)))?
        }
    };
    let prefix = match size.trim_end_matches(['.', ' ']) {
        "" => "",
        "k" | "1000" | "thousand" | "Thousand" => "k",
        "M" | "Mill" | "mill" | "million" | "Million" | "Mio" | "mio" | "mn" => "M",
        "G" | "bn" | "billion" | "Billion" => "G",
        _ => return None,
    };
    let currency = Currency::from_code(code)?;
    Some(format!("{prefix}{currency}{year}"))
}

/// The unit of money without its prefix, and its currency: of `MEUR2011` that is `EUR2011` and `EUR`.
pub(super) fn money_of(unit: &str) -> Option<(&str, &str)> {
    let letters = unit.len().checked_sub(4).filter(|at| unit.is_char_boundary(*at))?;
    let (name, year) = unit.split_at(letters);
    let is_year = year.bytes().all(|byte| byte.is_ascii_digit());
    let code = name.len().checked_sub(3).and_then(|at| name.get(at..))?;
    let is_money = is_year
        && Currency::from_code(code).is_some()
        && ["", "k", "M", "G"].contains(&&name[..name.len() - 3]);
    is_money.then(|| (&unit[name.len() - 3..], code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_a_year_and_a_size() {
        let cases = [
            ("M.EUR", "MEUR2011"),
            ("Mill USD", "MUSD2011"),
            ("EUR", "EUR2011"),
            ("$", "USD2011"),
            ("kEUR", "kEUR2011"),
        ];
        for (text, meant) in cases {
            assert_eq!(money(text, 2011).as_deref(), Some(meant), "{text}");
        }
        for text in ["kg", "m2", "MJ", "tonnes", "", "€", "XXQ", "x EUR"] {
            assert_eq!(money(text, 2011), None, "{text}");
        }
    }
}
