//! What is taken off what producers are owed.

use crate::base::currency::Currency;
use crate::base::diagnostic::Diagnostics;
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;

use super::common::{Fallback, day, paid};
use super::payments::currency_of;
use super::producers::Producer;

/// What a deduction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeductionKind {
    /// A service or goods of the co-op: transport, milling, fertilizer.
    Service,
    /// A part of a loan that is paid back.
    Loan,
    /// Capital that the member pays in.
    Capital,
    /// A levy that is withheld.
    Levy,
}

/// Their words.
pub const DEDUCTION_KINDS: [(&str, DeductionKind); 4] = [
    ("service", DeductionKind::Service),
    ("loan", DeductionKind::Loan),
    ("capital", DeductionKind::Capital),
    ("levy", DeductionKind::Levy),
];

/// A deduction.
#[derive(Clone, Debug)]
pub struct Deduction {
    /// Id.
    pub id: String,
    /// Day.
    pub date: Period,
    /// Id of the producer.
    pub producer: String,
    /// Kind.
    pub kind: DeductionKind,
    /// More than 0.
    pub amount: Money,
    /// Currency.
    pub currency: Currency,
    /// What it is for, in words.
    pub what: String,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by id. A row without a currency is in that of its producer, else in that of the co-op.
pub(super) fn deductions(
    bound: &Bound,
    producers: &[Producer],
    fallback: &mut Fallback,
    diagnostics: &mut Diagnostics,
) -> Vec<Deduction> {
    let mut deductions: Vec<Deduction> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let date = day(&row, "date", diagnostics);
        let producer = row.required("producer", diagnostics);
        let kind = row.word("kind", &DEDUCTION_KINDS, diagnostics);
        row.required("amount", diagnostics);
        let own = producer.and_then(|id| currency_of(id, producers));
        let currency = fallback.currency(&row, own, diagnostics);
        let amount = paid(&row, "amount", currency, diagnostics);
        Some(Deduction {
            id: id?,
            date: date?,
            producer: producer?.to_owned(),
            kind: kind?,
            amount: amount?,
            currency: currency?,
            what: row.string("what"),
            note: row.string("note"),
            row: row.row_ref(),
        })
    });
    deductions.sort_by(|a, b| a.id.cmp(&b.id));
    deductions.dedup_by(|a, b| a.id == b.id);
    deductions
}
