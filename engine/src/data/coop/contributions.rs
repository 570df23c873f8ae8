//! Contributions: what somebody gave to a common work, and what it counts for.

use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::Diagnostics;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;
use crate::data::schema;
use crate::data::source::Opened;

use super::amounts::day;

/// A contribution.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// Id.
    pub id: String,
    /// Who gave it.
    pub agent: String,
    /// The day, counted from 1970-01-01, where it is stated.
    pub day: Option<i32>,
    /// The bucket that it has a claim on.
    pub bucket: String,
    /// How much, 0 or more.
    pub amount: Exact,
    /// Unit, as written; empty where none is.
    pub unit: String,
    /// Money for a unit, where it is stated.
    pub rate: Option<Exact>,
    /// What was paid on it before the first distribution.
    pub paid: Exact,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, by id. `None`: it is not there.
pub fn contributions(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<Contribution>> {
    opened.read(&schema::CONTRIBUTIONS, &(), diagnostics, rows)
}

fn rows(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<Contribution> {
    let mut all: Vec<Contribution> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let agent = row.id("agent", diagnostics);
        let day = day(&row, "date", diagnostics);
        let bucket = row.id("bucket", diagnostics);
        let amount = row.non_negative("amount", diagnostics);
        let optional = |column: &str, diagnostics: &mut Diagnostics| {
            let number = row.optional_number(column, diagnostics)?;
            row.at_least_zero(column, &number, diagnostics).then_some(number.exact)
        };
        let rate = optional("rate", diagnostics);
        let paid = optional("paid", diagnostics);
        Some(Contribution {
            id: id?,
            agent: agent?,
            day,
            bucket: bucket?,
            amount: amount?.exact,
            unit: row.string("unit"),
            rate,
            paid: paid.unwrap_or_else(zero),
            row: row.row_ref(),
        })
    });
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}
