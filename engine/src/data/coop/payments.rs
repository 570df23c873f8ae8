//! Money paid to producers.

use crate::base::currency::Currency;
use crate::base::diagnostic::Diagnostics;
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;

use super::common::{Fallback, day, paid};
use super::producers::Producer;

/// What a payment is called. All of them pay what is owed, or come before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaymentKind {
    /// Before the delivery.
    Advance,
    /// After it.
    Payment,
    /// Of what was added when the harvest was sold.
    SecondPayment,
}

/// Their words.
pub const PAYMENT_KINDS: [(&str, PaymentKind); 3] = [
    ("advance", PaymentKind::Advance),
    ("payment", PaymentKind::Payment),
    ("second_payment", PaymentKind::SecondPayment),
];

/// A payment of the co-op to a producer.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Id.
    pub id: String,
    /// Day.
    pub date: Period,
    /// Id of the producer.
    pub producer: String,
    /// Kind.
    pub kind: PaymentKind,
    /// More than 0.
    pub amount: Money,
    /// Currency.
    pub currency: Currency,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by id. A row without a currency is in that of its producer, else in that of the co-op.
pub(super) fn payments(
    bound: &Bound,
    producers: &[Producer],
    fallback: &mut Fallback,
    diagnostics: &mut Diagnostics,
) -> Vec<Payment> {
    let mut payments: Vec<Payment> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let date = day(&row, "date", diagnostics);
        let producer = row.required("producer", diagnostics);
        let kind = row.word("kind", &PAYMENT_KINDS, diagnostics);
        row.required("amount", diagnostics);
        let own = producer.and_then(|id| currency_of(id, producers));
        let currency = fallback.currency(&row, own, diagnostics);
        let amount = paid(&row, "amount", currency, diagnostics);
        Some(Payment {
            id: id?,
            date: date?,
            producer: producer?.to_owned(),
            kind: kind?,
            amount: amount?,
            currency: currency?,
            note: row.string("note"),
            row: row.row_ref(),
        })
    });
    payments.sort_by(|a, b| a.id.cmp(&b.id));
    payments.dedup_by(|a, b| a.id == b.id);
    payments
}

/// The currency that a producer states.
pub(super) fn currency_of(id: &str, producers: &[Producer]) -> Option<Currency> {
    let at = producers.binary_search_by(|producer| producer.id.as_str().cmp(id)).ok()?;
    producers[at].currency
}
