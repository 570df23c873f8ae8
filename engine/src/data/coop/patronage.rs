//! Patronage: the business of a year with each member, and with those who are none.

use crate::base::decimal::Exact;
use crate::base::diagnostic::Diagnostics;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;
use crate::data::schema;
use crate::data::source::Opened;

use super::amounts::year;

/// Business of a year with a member, or with all others.
#[derive(Clone, Debug)]
pub struct Patronage {
    /// Year.
    pub year: i32,
    /// The member; `None`: all who are no members.
    pub member: Option<String>,
    /// How much, 0 or more.
    pub amount: Exact,
    /// Unit, as written; empty where none is.
    pub unit: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, by year and member. `None`: it is not there.
pub fn patronage(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<Patronage>> {
    opened.read(&schema::PATRONAGE, &(), diagnostics, rows)
}

fn rows(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<Patronage> {
    let mut all: Vec<Patronage> = bound.collect(|row| {
        let year = year(&row, diagnostics);
        let member = row.optional_id("member", diagnostics);
        let amount = row.non_negative("amount", diagnostics);
        // A member that is no id is not everybody else.
        if member.is_none() && row.text("member").is_some() {
            return None;
        }
        Some(Patronage {
            year: year?,
            member,
            amount: amount?.exact,
            unit: row.string("unit"),
            row: row.row_ref(),
        })
    });
    all.sort_by(|a, b| (a.year, &a.member).cmp(&(b.year, &b.member)));
    all
}
