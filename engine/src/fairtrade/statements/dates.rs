//! The days that statements are of.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;

/// A first and a last day; `None`: that of all records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// First day.
    pub first: Option<i32>,
    /// Last day.
    pub last: Option<i32>,
}

impl Dates {
    /// A period, or the first day of `from` to the last day of `until`. What is no date is reported.
    pub fn parse(
        period: Option<&str>,
        from: Option<&str>,
        until: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut read = |name: &str, text: Option<&str>| {
            let found = text.and_then(Period::parse);
            if let (Some(text), None) = (text, found) {
                let message = format!("{name}: `{text}` is not a date");
                let hint = "write 2024, 2024-03 or 2024-03-15";
                diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).hint(hint));
            }
            found
        };
        let (period, from, until) = (read("period", period), read("from", from), read("until", until));
        if period.is_some() && (from.is_some() || until.is_some()) {
            let message = "a period, and days beside it";
            let hint = "state the period, or its first day and its last";
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).hint(hint));
        }
        let first = period.or(from).map(Period::first_day);
        let last = period.or(until).map(Period::last_day);
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            let message = "the last day is before the first";
            let hint = "`from` is the first day, `until` the last one";
            diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).hint(hint));
        }
        Self { first, last }
    }

    /// Is it before the first day?
    pub fn is_before(self, day: i32) -> bool {
        self.first.is_some_and(|first| day < first)
    }

    /// Is it after the last day?
    pub fn is_after(self, day: i32) -> bool {
        self.last.is_some_and(|last| day > last)
    }
}
