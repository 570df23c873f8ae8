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

    /// Its first day, counted from 1970-01-01.
    pub fn first_day(self) -> i32 {
        days(self.first)
    }

    /// Its last day, counted from 1970-01-01.
    pub fn last_day(self) -> i32 {
        days(self.last)
    }

    /// All of the month that it begins in.
    #[must_use]
    pub fn whole_month(self) -> Self {
        Self { first: self.first.first_of_month(), last: self.first.last_of_month() }
    }

    /// All of the year that it begins in.
    #[must_use]
    pub fn whole_year(self) -> Self {
        let year = self.first.year();
        let (first, last) = (Date::new(year, 1, 1), Date::new(year, 12, 31));
        Self { first: first.unwrap_or(self.first), last: last.unwrap_or(self.last) }
    }

    /// The day, counted from 1970-01-01, if it is one.
    pub fn day(self) -> Option<i32> {
        (self.first == self.last).then(|| days(self.first))
    }

    /// The day of a count from 1970-01-01.
    pub fn of_day(day: i32) -> Option<Self> {
        let epoch = Date::constant(1970, 1, 1);
        let date = epoch.checked_add(jiff::Span::new().try_days(day).ok()?).ok()?;
        Some(Self { first: date, last: date })
    }

    /// Its first and its last day.
    pub fn ends(self) -> (Self, Self) {
        (Self { first: self.first, last: self.first }, Self { first: self.last, last: self.last })
    }

    /// The calendar year it lies in.
    pub fn year(self) -> i32 {
        i32::from(self.first.year())
    }

    /// The month of the year that it begins in, from 1.
    pub fn month(self) -> u8 {
        self.first.month().unsigned_abs()
    }

    /// Is it a whole year?
    pub fn is_year(self) -> bool {
        self.first.month() != self.last.month()
    }
}

/// Days from 1970-01-01.
fn days(date: Date) -> i32 {
    // Howard Hinnant's count of days from civil dates, in 400-year eras that begin in March.
    let (year, month, day) = (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
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
    fn days_are_counted_from_1970() {
        let day = |text: &str| Period::parse(text).and_then(Period::day);
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2000-03-01"), Some(11_017));
        assert_eq!(day("1969-12-31"), Some(-1));
        assert_eq!((day("2024-02"), day("2024")), (None, None));
        for day in (-200_000..300_000).step_by(97) {
            assert_eq!(Period::of_day(day).and_then(Period::day), Some(day));
        }
    }

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
