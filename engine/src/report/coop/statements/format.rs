//! Numbers and dates as people of a language write them. Nothing is rounded here.

use num_bigint::BigInt;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, plain, scaled};
use crate::base::money::{BOOK_SCALE, Money};
use crate::base::period::Period;
use crate::data::coop::settings::Language;

use super::strings::Strings;

/// What stands between thousands, and before decimals.
fn marks(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::En => (",", "."),
        Language::Es => (".", ","),
        // A narrow space at which no line breaks.
        Language::Fr => ("\u{202f}", ","),
    }
}

/// A plain decimal such as `-1234.5` with the marks of a language, and at least so many decimals.
pub(super) fn number(text: &str, decimals: usize, language: Language) -> String {
    let (thousands, point) = marks(language);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("\u{2212}", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push_str(thousands);
        }
        grouped.push(digit);
    }
    if fraction.is_empty() && decimals == 0 {
        return grouped;
    }
    format!("{grouped}{point}{fraction:0<decimals$}")
}

/// Money of a currency, a whole number of its smallest part.
pub(super) fn money(money: Money, currency: Currency, language: Language) -> String {
    let text = plain(&BigInt::from(money.units()), BOOK_SCALE);
    number(&text, currency.minor_digits() as usize, language)
}

/// A weight, as it was written.
pub(super) fn weight(weight: &Exact, language: Language) -> String {
    number(&plain(&scaled(weight, BOOK_SCALE), BOOK_SCALE), 0, language)
}

/// A price per unit, as it was written, with the decimals of its currency at least.
pub(super) fn price(price: &Exact, currency: Currency, language: Language) -> String {
    number(&plain(&scaled(price, BOOK_SCALE), BOOK_SCALE), currency.minor_digits() as usize, language)
}

/// A day in a sentence.
pub(super) fn date(day: i32, strings: &Strings) -> String {
    day_with("month", day, strings)
}

/// A day in a table, as short as its language has it.
pub(super) fn short_date(day: i32, strings: &Strings) -> String {
    day_with("short_month", day, strings)
}

fn day_with(months: &str, day: i32, strings: &Strings) -> String {
    let Some(period) = Period::of_day(day) else { return day.to_string() };
    let text = period.to_string();
    let of_month = text.rsplit('-').next().unwrap_or_default();
    let month = format!("{months}_{}", period.month());
    let month = strings.get(&month);
    // Before the name of a month a day has no zero; before its number it has.
    let has_name = !month.starts_with(|c: char| c.is_ascii_digit());
    let of_month = if has_name { of_month.trim_start_matches('0') } else { of_month };
    let year = format!("{:04}", period.year());
    strings.fill("date", &[("day", of_month), ("month", month), ("year", &year)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    #[test]
    fn numbers_are_written_as_their_language_does() {
        let all = |text: &str| [Language::En, Language::Es, Language::Fr].map(|l| number(text, 2, l));
        assert_eq!(all("1234.5"), ["1,234.50", "1.234,50", "1\u{202f}234,50"]);
        assert_eq!(
            all("-1234567"),
            ["\u{2212}1,234,567.00", "\u{2212}1.234.567,00", "\u{2212}1\u{202f}234\u{202f}567,00"]
        );
        assert_eq!(all("0.125"), ["0.125", "0,125", "0,125"]);
        assert_eq!(number("999", 0, Language::En), "999");
        assert_eq!(number("100000", 0, Language::Es), "100.000");
    }

    #[test]
    fn weights_and_prices_keep_their_digits() {
        let exact = |text: &str| parse(text).unwrap();
        let jpy = Currency::from_code("JPY").unwrap();
        assert_eq!(weight(&exact("412.50"), Language::Es), "412,5");
        assert_eq!(price(&exact("1.805"), Currency::from_code("USD").unwrap(), Language::Fr), "1,805");
        assert_eq!(money(Money::round(&exact("1200")).unwrap(), jpy, Language::En), "1,200");
    }

    #[test]
    fn dates_are_written_as_their_language_does() {
        let day = Period::parse("2024-03-05").unwrap().first_day();
        let all = [Language::En, Language::Es, Language::Fr].map(|l| date(day, &Strings::of(l)));
        assert_eq!(all, ["5 March 2024", "05/03/2024", "05/03/2024"]);
        let short = [Language::En, Language::Es, Language::Fr].map(|l| short_date(day, &Strings::of(l)));
        assert_eq!(short, ["5 Mar 2024", "05/03/2024", "05/03/2024"]);
        let last = Period::parse("2024-10-30").unwrap().first_day();
        assert_eq!(short_date(last, &Strings::of(Language::En)), "30 Oct 2024");
    }
}
