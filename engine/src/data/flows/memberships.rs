//! Memberships of agents in bodies.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;

/// A membership, from its first day to before the first day after it.
#[derive(Clone, Debug)]
pub struct Membership {
    /// Who is a member.
    pub agent: String,
    /// Of what.
    pub body: String,
    /// Day it begins; `None`: it always was.
    pub from: Option<i32>,
    /// Day from which it is over; `None`: it is not.
    pub until: Option<i32>,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by agent and body.
pub(super) fn memberships(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<Membership> {
    let mut memberships: Vec<Membership> = bound.collect(|row| {
        let agent = row.id("agent", diagnostics);
        let body = row.id("body", diagnostics);
        let from = row.optional_period("from", diagnostics).map(Period::first_day);
        let until = row.optional_period("until", diagnostics).map(Period::first_day);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            let message = "the membership is over before it begins";
            let hint = "`until` is the first day on which it no longer holds";
            let place = row.place().column("until");
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        }
        Some(Membership { agent: agent?, body: body?, from, until, row: row.row_ref() })
    });
    memberships.sort_by(|a, b| (&a.agent, &a.body, a.from).cmp(&(&b.agent, &b.body, b.from)));
    memberships
}
