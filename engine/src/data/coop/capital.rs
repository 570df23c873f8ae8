//! Capital of members: what they paid in, what was kept for them, what they got back.

use crate::base::currency::Currency;
use crate::base::diagnostic::Diagnostics;
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;
use crate::data::schema;
use crate::data::source::Opened;

use super::amounts::{Amounts, booked, day};

/// What moves the capital of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CapitalKind {
    /// What stood there when the books begin.
    Opening,
    /// Paid in.
    PaidIn,
    /// Kept of a share of a surplus.
    Retained,
    /// Interest that is added to the capital.
    Interest,
    /// Paid back.
    Redeemed,
    /// Lost.
    WrittenOff,
}

const KINDS: &[(&str, CapitalKind)] = &[
    ("opening", CapitalKind::Opening),
    ("paid_in", CapitalKind::PaidIn),
    ("retained", CapitalKind::Retained),
    ("interest", CapitalKind::Interest),
    ("redeemed", CapitalKind::Redeemed),
    ("written_off", CapitalKind::WrittenOff),
];

impl CapitalKind {
    /// The word of it.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// Does it take capital away?
    pub fn takes(self) -> bool {
        matches!(self, Self::Redeemed | Self::WrittenOff)
    }
}

/// A movement of the capital of a member.
#[derive(Clone, Debug)]
pub struct CapitalRow {
    /// Id.
    pub id: String,
    /// Day, counted from 1970-01-01.
    pub day: i32,
    /// Member.
    pub member: String,
    /// What it is.
    pub kind: CapitalKind,
    /// How much, 0 or more.
    pub amount: Money,
    /// Currency.
    pub currency: Currency,
    /// The year it was allocated in, where it is stated; of what is taken away, which year it is taken from.
    pub stated_year: Option<i32>,
    /// Row.
    pub row: RowRef,
}

impl CapitalRow {
    /// The year it was allocated in: that of its date, where none is stated.
    pub fn year(&self) -> i32 {
        self.stated_year.or(Period::of_day(self.day).map(Period::year)).unwrap_or_default()
    }
}

/// Reads the table, by day and id. `None`: it is not there.
pub fn capital(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<CapitalRow>> {
    let amounts = Amounts::of(opened, diagnostics);
    opened.read(&schema::CAPITAL, &(), diagnostics, |bound, diagnostics| rows(bound, amounts, diagnostics))
}

fn rows(bound: &Bound, mut amounts: Amounts, diagnostics: &mut Diagnostics) -> Vec<CapitalRow> {
    let mut all: Vec<CapitalRow> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let day = row.required("date", diagnostics).and_then(|_| day(&row, "date", diagnostics));
        let member = row.id("member", diagnostics);
        let kind = row.word("kind", KINDS, diagnostics);
        let amount = row.non_negative("amount", diagnostics);
        let currency = amounts.currency(&row, diagnostics);
        let stated_year = row.optional_year("year", diagnostics);
        let currency = currency?;
        let amount = booked(&row, "amount", &amount?, currency, diagnostics);
        Some(CapitalRow {
            id: id?,
            day: day?,
            member: member?,
            kind: kind?,
            amount: amount?,
            currency,
            stated_year,
            row: row.row_ref(),
        })
    });
    all.sort_by(|a, b| (a.day, &a.id).cmp(&(b.day, &b.id)));
    all
}
