//! Years, months and days of the civil calendar.

use std::fmt;

use jiff::civil::Date;

/// A year, a month or a day, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    first: Date,
    last: Date,
}

impl Period {
    /// Reads `2024`, `2024-03` or `2024-03-15`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = text.split('-').collect();
        let number = |i: usize| parts[i].parse::<i16>().ok();
        match parts.len() {
            1 if digits(parts[0], 4) => {
                let year = number(0)?;
                Some(Self { first: Date::new(year, 1, 1).ok()?, last: Date::new(year, 12, 31).ok()? })
            }
            2 if digits(parts[0], 4) && digits(parts[1], 2) => {
                let first = Date::new(number(0)?, i8::try_from(number(1)?).ok()?, 1).ok()?;
                Some(Self { first, last: first.last_of_month() })
            }
            3 if digits(parts[0], 4) && digits(parts[1], 2) && digits(parts[2], 2) => {
                let day =
                    Date::new(number(0)?, i8::try_from(number(1)?).ok()?, i8::try_from(number(2)?).ok()?);
                day.ok().map(|day| Self { first: day, last: day })
            }
            _ => None,
        }
    }

    /// The calendar year it lies in.
    pub fn year(self) -> i32 {
        i32::from(self.first.year())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else if self.first.month() == self.last.month() {
            write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
        } else {
            write!(f, "{:04}", self.first.year())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_what_it_read() {
        for text in ["2024", "2024-02", "2024-02-29"] {
            assert_eq!(Period::parse(text).map(|p| p.to_string()).as_deref(), Some(text));
        }
        for text in ["", "24", "2024-13", "2023-02-29", "2024/03", "2024-3", "+024", "2024-02-30"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }
}
