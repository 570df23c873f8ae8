//! The days on which a row holds, and rows of one key that leave days out or hold twice.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::cells::{Cells, RowRef};

/// Days, half-open: from the first to the day before `until`. What is not stated has no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Validity {
    /// First day, counted from 1970-01-01.
    pub from: Option<i32>,
    /// The day after the last.
    pub until: Option<i32>,
}

impl Validity {
    /// The columns `from` and `until` of a row. A year or a month is its first day. What is wrong is reported, and `None`.
    pub fn of(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.len();
        let mut day = |column| row.optional_period(column, diagnostics).map(Period::first_day);
        let own = Self { from: day("from"), until: day("until") };
        if let (Some(from), Some(until)) = (own.from, own.until)
            && from >= until
        {
            let message = format!(
                "it ends on {}, and begins on {}",
                row.text("until").unwrap_or_default(),
                row.text("from").unwrap_or_default()
            );
            let hint = "`until` is the first day on which it no longer holds";
            let place = row.place().column("until");
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        }
        (diagnostics.len() == before).then_some(own)
    }

    /// Does it hold on a day?
    pub fn holds(&self, day: i32) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }

    /// First day.
    pub fn first(&self) -> Option<Period> {
        self.from.and_then(Period::of_day)
    }

    /// The day after the last.
    pub fn end(&self) -> Option<Period> {
        self.until.and_then(Period::of_day)
    }
}

/// Reports rows of one key that hold on one day, and days between two of them on which none holds.
pub(super) fn check<K: Ord>(
    rows: impl IntoIterator<Item = (K, Validity, RowRef)>,
    diagnostics: &mut Diagnostics,
) {
    let mut keys: BTreeMap<K, Vec<(Validity, RowRef)>> = BTreeMap::new();
    for (key, validity, row) in rows {
        keys.entry(key).or_default().push((validity, row));
    }
    for spans in keys.values_mut() {
        spans.sort_by_key(|(validity, row)| (*validity, row.row));
        // Of all rows so far, the one that ends last.
        let mut last: Option<&(Validity, RowRef)> = None;
        for span in spans.iter() {
            if let Some(earlier) = last {
                compare(earlier, span, diagnostics);
            }
            let end = |span: &(Validity, RowRef)| span.0.until.unwrap_or(i32::MAX);
            if last.is_none_or(|earlier| end(earlier) < end(span)) {
                last = Some(span);
            }
        }
    }
}

fn compare(earlier: &(Validity, RowRef), later: &(Validity, RowRef), diagnostics: &mut Diagnostics) {
    let begins = later.0.from.unwrap_or(i32::MIN);
    let day =
        |day: i32| Period::of_day(day).map_or_else(|| "the beginning".to_owned(), |day| day.to_string());
    match earlier.0.until {
        Some(until) if until == begins => {}
        Some(until) if until < begins => {
            let message = format!(
                "no row holds from {} to {}: row {} has ended, this one has not begun",
                day(until),
                day(begins - 1),
                earlier.1.row
            );
            let hint = "if nothing is known of these days, say so: a row for them whose figures are empty";
            let place = later.1.place().column("from");
            diagnostics.push(Diagnostic::error(codes::GAP, message).at(place).hint(hint));
        }
        _ => {
            let message = format!("row {} holds on {} too", earlier.1.row, day(begins));
            let hint = "let the earlier row end: `until` is the day on which the later one begins";
            let place = later.1.place().column("from");
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        }
    }
}
