//! Distributions: the amounts that a value equation shares out, in the order of their days.

use crate::base::currency::Currency;
use crate::base::diagnostic::Diagnostics;
use crate::base::money::Money;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;
use crate::data::schema;
use crate::data::source::Opened;

use super::amounts::{Amounts, booked, day};

/// An amount to share out.
#[derive(Clone, Debug)]
pub struct DistributionRow {
    /// Id.
    pub id: String,
    /// Day, counted from 1970-01-01.
    pub day: i32,
    /// How much, 0 or more.
    pub amount: Money,
    /// Currency.
    pub currency: Currency,
    /// Who gets what no bucket takes.
    pub left_to: Option<String>,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, by day and id. `None`: it is not there.
pub fn distributions(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<DistributionRow>> {
    let amounts = Amounts::of(opened, diagnostics);
    let read = |bound: &Bound<'_>, diagnostics: &mut Diagnostics| rows(bound, amounts, diagnostics);
    opened.read(&schema::DISTRIBUTIONS, &(), diagnostics, read)
}

fn rows(bound: &Bound, mut amounts: Amounts, diagnostics: &mut Diagnostics) -> Vec<DistributionRow> {
    let mut all: Vec<DistributionRow> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let day = row.required("date", diagnostics).and_then(|_| day(&row, "date", diagnostics));
        let amount = row.non_negative("amount", diagnostics);
        let currency = amounts.currency(&row, diagnostics);
        let left_to = row.optional_id("left_to", diagnostics);
        let currency = currency?;
        let amount = booked(&row, "amount", &amount?, currency, diagnostics);
        Some(DistributionRow { id: id?, day: day?, amount: amount?, currency, left_to, row: row.row_ref() })
    });
    all.sort_by(|a, b| (a.day, &a.id).cmp(&(b.day, &b.id)));
    all
}
