//! Decisions: how many of a year's decisions each body or person took.

use crate::base::decimal::Exact;
use crate::base::diagnostic::Diagnostics;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;
use crate::data::schema;
use crate::data::source::Opened;

use super::amounts::year;

/// What a body decided in a year.
#[derive(Clone, Debug)]
pub struct Decisions {
    /// Year.
    pub year: i32,
    /// Who decided: a body, a person.
    pub body: String,
    /// How much, 0 or more: decisions, votes, money decided on.
    pub decisions: Exact,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, by year and body. `None`: it is not there.
pub fn decisions(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<Decisions>> {
    opened.read(&schema::DECISIONS, &(), diagnostics, rows)
}

fn rows(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<Decisions> {
    let mut all: Vec<Decisions> = bound.collect(|row| {
        let year = year(&row, diagnostics);
        let body = row.id("body", diagnostics);
        let decisions = row.non_negative("decisions", diagnostics);
        Some(Decisions { year: year?, body: body?, decisions: decisions?.exact, row: row.row_ref() })
    });
    all.sort_by(|a, b| (a.year, &a.body).cmp(&(b.year, &b.body)));
    all
}
