//! How a gap that becomes part of a price came about, in lines.

use crate::base::decimal::{Exact, Short, zero};
use crate::data::cells::RowRef;
use crate::data::reference::Verification;

use super::income::IncomeGap;
use super::wage::WageGap;

/// Lines of a derivation that are told one by one.
const TOLD: usize = 20;

/// The row that stands first in its table.
pub(super) fn first<'a>(rows: impl Iterator<Item = &'a RowRef>) -> Option<&'a RowRef> {
    rows.min_by_key(|row| row.row)
}

/// A cap on what counts in kind that nobody stated was seen nowhere.
pub(super) fn wage_verification(gap: &WageGap) -> Verification {
    let own = gap.benchmark.verification;
    let default_binds = gap.worker.in_kind_cap.is_none() && gap.in_kind_over > zero();
    if default_binds { Verification::Unverified } else { own }
}

/// The largest gaps first, one by one; the others together.
pub(super) fn told<T>(gaps: &[&T], size: impl Fn(&T) -> Exact, line: impl Fn(&T) -> String) -> Vec<String> {
    let mut order: Vec<&&T> = gaps.iter().collect();
    order.sort_by_key(|gap| std::cmp::Reverse(size(gap)));
    let mut lines: Vec<String> = order.iter().take(TOLD).map(|gap| line(gap)).collect();
    if order.len() > TOLD {
        let rest: Exact = order[TOLD..].iter().map(|gap| size(gap)).sum();
        lines.push(format!("{} more rows lack {}", order.len() - TOLD, Short(&rest, 12)));
    }
    lines
}

pub(super) fn wage_line(gap: &WageGap) -> String {
    let worker = gap.worker;
    let minimum = worker.minimum_wage.as_ref();
    let minimum = minimum.map_or("not stated".to_owned(), |minimum| Short(minimum, 12).to_string());
    let mut line = format!(
        "{}: {} x {} months x (up to the minimum {}, up to a living wage {}); a month: living wage {}, wage {}, minimum {minimum} {}  [{}]",
        worker.id,
        worker.count,
        Short(&worker.months, 6),
        Short(&gap.below_minimum, 12),
        Short(&gap.below_living, 12),
        Short(&gap.living, 12),
        Short(&gap.wage, 12),
        worker.currency,
        worker.row.place(),
    );
    for step in &gap.steps {
        line.push_str("; ");
        line.push_str(step);
    }
    line
}

pub(super) fn income_line(gap: &IncomeGap) -> String {
    let household = gap.household;
    let mut line = format!(
        "{}: living income {}, net income {}: lacks {} {}; equivalent adults {} over {}  [{}]",
        household.id,
        Short(&gap.living, 12),
        Short(&household.net_income, 12),
        Short(&gap.gap(), 12),
        household.currency,
        Short(&household.equivalence(), 6),
        gap.benchmark.equivalence.as_ref().map_or_else(String::new, |of| Short(of, 6).to_string()),
        household.row.place(),
    );
    for step in &gap.steps {
        line.push_str("; ");
        line.push_str(step);
    }
    line
}
