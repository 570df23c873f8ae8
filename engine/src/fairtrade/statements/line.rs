//! Lines of running accounts: what changes what a producer is owed, and when.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::money::Money;
use crate::data::coop::deductions::DeductionKind;
use crate::data::coop::payments::PaymentKind;
use crate::data::coop::records::Records;

use super::super::books::Amounts;

/// What a line is, in the order of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    /// A delivery: its value, and its floor adjustment.
    Delivery,
    /// What a second payment adds to the price of a delivery.
    SecondPayment,
    /// A service of the co-op.
    Service,
    /// A part of a loan that is paid back.
    Loan,
    /// Capital that is paid in.
    Capital,
    /// A levy that is withheld.
    Levy,
    /// Another flow between the two, which the dataset states itself.
    Other,
    /// An advance.
    Advance,
    /// A payment.
    Payment,
    /// A payment of what was added to the price.
    SecondPaid,
}

/// All kinds with their words.
pub const LINE_KINDS: [(&str, LineKind); 10] = [
    ("delivery", LineKind::Delivery),
    ("second_payment", LineKind::SecondPayment),
    ("service", LineKind::Service),
    ("loan", LineKind::Loan),
    ("capital", LineKind::Capital),
    ("levy", LineKind::Levy),
    ("other", LineKind::Other),
    ("advance", LineKind::Advance),
    ("payment", LineKind::Payment),
    ("second_payment_paid", LineKind::SecondPaid),
];

impl LineKind {
    /// The word of it.
    pub fn word(self) -> &'static str {
        LINE_KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// Is it money that the co-op paid?
    pub fn is_paid(self) -> bool {
        matches!(self, Self::Advance | Self::Payment | Self::SecondPaid)
    }
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Day, counted from 1970-01-01.
    pub day: i32,
    /// What it is.
    pub kind: LineKind,
    /// Id of its record.
    pub id: String,
    /// Place among the valued deliveries, of a delivery or of what is added to one.
    pub valued: Option<usize>,
    /// What the record says of it.
    pub note: String,
    /// By how much what the producer is owed grows; below 0 it shrinks.
    pub amount: Money,
}

/// Lines by place of the producer and currency, by day and kind.
pub(super) type Lines = BTreeMap<(usize, Currency), Vec<Line>>;

/// The lines of all records.
pub(super) fn lines(records: &Records, amounts: &Amounts) -> Lines {
    let mut all = Lines::new();
    let mut add = |producer: &str, currency: Currency, line: Line| {
        // Whom a record names is a producer: that was seen when it was read.
        if let Some(at) = records.producer(producer) {
            all.entry((at, currency)).or_default().push(line);
        }
    };
    for (at, valued) in amounts.deliveries.iter().enumerate() {
        let delivery = &records.deliveries[valued.delivery];
        let line = Line {
            day: delivery.date.first_day(),
            kind: LineKind::Delivery,
            id: delivery.id.clone(),
            valued: Some(at),
            note: delivery.note.clone(),
            amount: valued.owed(),
        };
        add(&delivery.producer, valued.currency, line);
    }
    for second in &amounts.seconds {
        let payment = &records.second_payments[second.payment];
        let valued = &amounts.deliveries[second.valued];
        let line = Line {
            day: payment.date.first_day(),
            kind: LineKind::SecondPayment,
            id: payment.id.clone(),
            valued: Some(second.valued),
            note: payment.note.clone(),
            amount: second.amount,
        };
        add(&records.deliveries[valued.delivery].producer, valued.currency, line);
    }
    for deduction in &records.deductions {
        let kind = match deduction.kind {
            DeductionKind::Service => LineKind::Service,
            DeductionKind::Loan => LineKind::Loan,
            DeductionKind::Capital => LineKind::Capital,
            DeductionKind::Levy => LineKind::Levy,
        };
        let said = [deduction.what.as_str(), deduction.note.as_str()].into_iter().filter(|t| !t.is_empty());
        let note = said.collect::<Vec<_>>().join("; ");
        let (day, id, amount) = (deduction.date.first_day(), deduction.id.clone(), -deduction.amount);
        let line = Line { day, kind, id, valued: None, note, amount };
        add(&deduction.producer, deduction.currency, line);
    }
    for payment in &records.payments {
        let kind = match payment.kind {
            PaymentKind::Advance => LineKind::Advance,
            PaymentKind::Payment => LineKind::Payment,
            PaymentKind::SecondPayment => LineKind::SecondPaid,
        };
        let (day, id, note) = (payment.date.first_day(), payment.id.clone(), payment.note.clone());
        let line = Line { day, kind, id, valued: None, note, amount: -payment.amount };
        add(&payment.producer, payment.currency, line);
    }
    all
}

/// Puts lines in their order: by day, kind, record and delivery. Deliveries are sorted by id.
pub(super) fn sort(lines: &mut Lines) {
    for lines in lines.values_mut() {
        lines.sort_by(|a, b| (a.day, a.kind, &a.id, a.valued).cmp(&(b.day, b.kind, &b.id, b.valued)));
    }
}
