//! How a bank writes numbers and dates.

use crate::base::decimal;
use crate::base::period::Period;

/// Characters that may stand between thousands.
const GROUPS: &[char] = &[' ', '\u{a0}', '\u{202f}', '\'', '’'];

/// A signed amount with a decimal point, and no sign where it is not below 0. `None`: it is not a number.
pub(super) fn amount(text: &str, point: char, currency: &str) -> Option<(bool, String)> {
    let text = text.trim();
    let marks = [currency, "€", "$", "£"];
    let bare = marks.iter().find_map(|mark| text.strip_suffix(mark).or_else(|| text.strip_prefix(mark)));
    let text = bare.unwrap_or(text).trim();
    let minus = ['-', '−'];
    let (negative, digits) = match (text.strip_prefix(minus), text.strip_suffix(minus)) {
        (Some(_), Some(_)) => return None,
        (Some(digits), None) | (None, Some(digits)) => (true, digits),
        (None, None) => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.trim().split_once(point).unwrap_or((digits.trim(), ""));
    let other = if point == ',' { '.' } else { ',' };
    let parts: Vec<&str> = whole.split(|c| c == other || GROUPS.contains(&c)).collect();
    let grouped = parts[0].len() <= 3 && parts[1..].iter().all(|part| part.len() == 3);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if parts[0].is_empty() || !parts.iter().all(|p| is_digits(p)) || !is_digits(fraction) {
        return None;
    }
    if parts.len() > 1 && !grouped {
        return None;
    }
    let whole = parts.concat();
    let number = if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") };
    decimal::parse(&number).ok().map(|_| (negative, number))
}

/// A date in a format such as `DD.MM.YYYY`; a time after it is left aside.
pub(super) fn date(text: &str, format: &str) -> Option<String> {
    let text = text.trim();
    let (mut rest, mut format) = (text, format);
    let [mut year, mut month, mut day] = [None, None, None];
    while let Some(letter) = format.chars().next() {
        let run = format.chars().take_while(|c| *c == letter).count();
        let slot = match letter {
            'Y' => &mut year,
            'M' => &mut month,
            'D' => &mut day,
            _ => {
                rest = rest.strip_prefix(letter)?;
                format = &format[letter.len_utf8()..];
                continue;
            }
        };
        format = &format[run..];
        let digits = rest
            .bytes()
            .take(run.max(if letter == 'Y' { run } else { 2 }))
            .take_while(u8::is_ascii_digit)
            .count();
        let length = if format.starts_with(['Y', 'M', 'D']) { run } else { digits };
        if digits == 0 || length > digits || (letter == 'Y' && digits != run) {
            return None;
        }
        *slot = rest[..length].parse::<u32>().ok();
        if letter == 'Y' && run == 2 {
            *slot = slot.map(|year| year + 2000);
        }
        rest = &rest[length..];
    }
    if !rest.is_empty() && !rest.starts_with([' ', 'T']) {
        return None;
    }
    let date = format!("{:04}-{:02}-{:02}", year?, month?, day?);
    Period::parse(&date).map(|period| period.to_string())
}

/// Does a format name a day, a month and a year, each once?
pub(super) fn is_format(format: &str) -> bool {
    let runs = |letter: char| -> Vec<usize> {
        format.split(|c| c != letter).map(str::len).filter(|length| *length > 0).collect()
    };
    let fine = |letter, lengths: &[usize]| matches!(runs(letter).as_slice(), [one] if lengths.contains(one));
    let others = format.chars().all(|c| "YMD".contains(c) || (!c.is_alphanumeric() && !c.is_control()));
    fine('Y', &[2, 4]) && fine('M', &[1, 2]) && fine('D', &[1, 2]) && others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_banks_write_them() {
        let read = |text: &str, point| {
            amount(text, point, "EUR").map(|(below, n)| format!("{}{n}", if below { "-" } else { "" }))
        };
        for (text, point, expected) in [
            ("1.234,56", ',', "1234.56"),
            ("-1.234.567,8", ',', "-1234567.8"),
            ("12,00-", ',', "-12.00"),
            ("−3", ',', "-3"),
            ("+5,5", ',', "5.5"),
            ("1 234,50 €", ',', "1234.50"),
            ("EUR 7", '.', "7"),
            ("1,234.50", '.', "1234.50"),
            ("1'000.05", '.', "1000.05"),
            ("1234.5", '.', "1234.5"),
        ] {
            assert_eq!(read(text, point).as_deref(), Some(expected), "{text}");
        }
        for (text, point) in [
            ("1.23", ','),
            ("1.2345,6", ','),
            ("12,3", '.'),
            ("", ','),
            ("-", ','),
            ("--1", ','),
            ("1,2,3", ','),
            ("x", '.'),
            ("-1-", '.'),
            (".5", '.'),
        ] {
            assert_eq!(read(text, point), None, "{text}");
        }
    }

    #[test]
    fn dates_as_banks_write_them() {
        for (text, format, expected) in [
            ("02.03.2024", "DD.MM.YYYY", "2024-03-02"),
            ("2.3.24", "DD.MM.YY", "2024-03-02"),
            ("03/02/2024", "MM/DD/YYYY", "2024-03-02"),
            ("20240302", "YYYYMMDD", "2024-03-02"),
            ("2024-03-02T10:15:00Z", "YYYY-MM-DD", "2024-03-02"),
            ("2024-03-02 10:15", "YYYY-MM-DD", "2024-03-02"),
        ] {
            assert_eq!(date(text, format).as_deref(), Some(expected), "{text}");
        }
        for (text, format) in [
            ("30.02.2024", "DD.MM.YYYY"),
            ("02.03.24", "DD.MM.YYYY"),
            ("02.03.20245", "DD.MM.YYYY"),
            ("2024-03-02", "DD.MM.YYYY"),
            ("", "DD.MM.YYYY"),
            ("١.٣.٢٠٢٤", "DD.MM.YYYY"),
        ] {
            assert_eq!(date(text, format), None, "{text}");
        }
        assert!(is_format("DD.MM.YYYY") && is_format("YYYYMMDD") && is_format("D/M/YY"));
        assert!(
            !is_format("DD.MM") && !is_format("DD.MM.YYYY DD") && !is_format("%d.%m.%Y") && !is_format("")
        );
    }
}
