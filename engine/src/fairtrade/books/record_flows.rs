//! A flow for each record, with all that is known of its terms.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::currency::Currency;
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::cells::RowRef;
use crate::data::coop::deductions::{Deduction, DeductionKind};
use crate::data::coop::payments::{Payment, PaymentKind};
use crate::data::coop::records::Records;

use super::amounts::{Amounts, Valued};
use super::grid::Grid;

/// Ids of the resources that are no products.
pub(super) struct Names {
    pub(super) money: String,
    pub(super) service: String,
    /// Producers whose memberships the dataset states itself: its tables say what ties them to the co-op.
    pub(super) tied: BTreeSet<String>,
}

/// Bytes of an id that are left for a number behind it.
const LONGEST: usize = 190;

/// Ids of flows that nobody has yet.
struct Ids(BTreeSet<String>);

impl Ids {
    /// The words with points between them; the same with `-2`, `-3` behind it where that is taken.
    fn next(&mut self, words: &[&str]) -> String {
        let mut plain = words.join(".");
        plain.truncate(LONGEST);
        let numbered = (2..).map(|n: usize| format!("{plain}-{n}"));
        let free = std::iter::once(plain.clone()).chain(numbered).find(|id| !self.0.contains(id));
        let id = free.unwrap_or(plain);
        self.0.insert(id.clone());
        id
    }
}

/// What a row of `flows` says.
#[derive(Clone, Copy, Default)]
struct FlowRow<'a> {
    id: &'a str,
    from: &'a str,
    to: &'a str,
    date: &'a str,
    action: &'a str,
    resource: &'a str,
    quantity: &'a str,
    unit: &'a str,
    value: &'a str,
    unit_of_account: &'a str,
    price_basis: &'a str,
    counterflow_kind: &'a str,
    contracted: &'a str,
    compelled: &'a str,
    relation: &'a str,
    certification: &'a str,
    part: &'a str,
    corrects: &'a str,
    note: &'a str,
}

impl FlowRow<'_> {
    fn cell(&self, column: &str) -> String {
        let cell = match column {
            "id" => self.id,
            "from" => self.from,
            "to" => self.to,
            "date" => self.date,
            "action" => self.action,
            "resource" => self.resource,
            "quantity" => self.quantity,
            "unit" => self.unit,
            "value" => self.value,
            "unit_of_account" => self.unit_of_account,
            "price_basis" => self.price_basis,
            "counterflow_kind" => self.counterflow_kind,
            "contracted" => self.contracted,
            "compelled" => self.compelled,
            "relation" => self.relation,
            "access_scope" => "named",
            "certification" => self.certification,
            "part" => self.part,
            "corrects" => self.corrects,
            "note" => self.note,
            _ => "",
        };
        cell.to_owned()
    }
}

/// Adds the flows of all records. `taken` are the ids that the dataset uses itself.
pub(super) fn record_flows(
    flows: &mut Grid,
    records: &Records,
    amounts: &Amounts,
    names: &Names,
    taken: BTreeSet<String>,
) {
    let mut maker = Maker { flows, records, names, ids: Ids(taken) };
    let mut floors: BTreeMap<(&str, Currency), (bool, &str)> = BTreeMap::new();
    let mut ids: Vec<String> = Vec::with_capacity(amounts.deliveries.len());
    for valued in &amounts.deliveries {
        let delivery = &records.deliveries[valued.delivery];
        let is_floor = has_floor(valued, records);
        let known = floors.entry((&delivery.producer, valued.currency));
        known.or_insert((true, &delivery.certificate)).0 &= is_floor;
        ids.push(maker.delivery(valued));
        maker.premium(valued);
    }
    for second in amounts.seconds.iter().filter(|second| second.amount != Money::ZERO) {
        let payment = &records.second_payments[second.payment];
        let valued = &amounts.deliveries[second.valued];
        let id = maker.ids.next(&["second-payment", &payment.id, &ids[second.valued]["delivery.".len()..]]);
        let (corrects, note) = (Some(ids[second.valued].as_str()), payment.note.as_str());
        maker.goods(valued, (&id, payment.date, corrects), second.amount, note, payment.row.clone());
    }
    for payment in &records.payments {
        let floor = floors.get(&(payment.producer.as_str(), payment.currency));
        maker.payment(payment, floor.filter(|(all, _)| *all).map(|(_, certificate)| *certificate));
    }
    for deduction in &records.deductions {
        maker.deduction(deduction);
    }
}

/// Is it bought under a certified minimum price, whether or not that binds?
fn has_floor(valued: &Valued, records: &Records) -> bool {
    valued.floor.is_some() && !records.deliveries[valued.delivery].certificate.is_empty()
}

struct Maker<'a> {
    flows: &'a mut Grid,
    records: &'a Records,
    names: &'a Names,
    ids: Ids,
}

impl Maker<'_> {
    fn add(&mut self, row: &FlowRow, record: RowRef) {
        self.flows.add(record, |column| row.cell(column));
    }

    /// The producer's tie to the co-op on a day: `member_receiver` where the producer gives, else `member_provider`.
    fn relation(&self, producer: &str, day: i32, gives: bool) -> &'static str {
        if self.names.tied.contains(producer) {
            return "";
        }
        let member = self.records.producer(producer).and_then(|at| self.records.producers[at].member);
        let holds = member.is_some_and(|(since, until)| {
            since.first_day() <= day && until.is_none_or(|until| day < until.first_day())
        });
        match (holds, gives) {
            (true, true) => "member_receiver",
            (true, false) => "member_provider",
            (false, _) => "none",
        }
    }

    /// What was delivered, for what the producer is owed for it.
    fn delivery(&mut self, valued: &Valued) -> String {
        let delivery = &self.records.deliveries[valued.delivery];
        let id = self.ids.next(&["delivery", &delivery.id]);
        self.goods(valued, (&id, delivery.date, None), valued.owed(), &delivery.note, delivery.row.clone());
        id
    }

    /// Goods of a delivery, or what a second payment puts right of it.
    fn goods(
        &mut self,
        valued: &Valued,
        (id, date, corrects): (&str, Period, Option<&str>),
        amount: Money,
        note: &str,
        record: RowRef,
    ) {
        let delivery = &self.records.deliveries[valued.delivery];
        let value = amount.to_string();
        // A correction adds to the value; the weight was right.
        let quantity = match corrects {
            None => Money::round(&valued.net).map(|net| net.to_string()),
            Some(_) => Ok(String::new()),
        };
        let basis = match (has_floor(valued, self.records), valued.is_listed) {
            (true, _) => "certified_floor",
            (false, true) => "posted",
            (false, false) => "negotiated",
        };
        let row = FlowRow {
            id,
            from: &delivery.producer,
            to: &self.records.settings.agent,
            date: &date.to_string(),
            action: "deliver",
            resource: &delivery.product,
            quantity: &quantity.unwrap_or_default(),
            unit: delivery.unit.text(),
            value: &value,
            unit_of_account: valued.currency.code(),
            price_basis: basis,
            counterflow_kind: "money",
            contracted: "yes",
            compelled: "none",
            relation: self.relation(&delivery.producer, date.first_day(), true),
            certification: or_none(&delivery.certificate),
            corrects: corrects.unwrap_or_default(),
            note,
            ..FlowRow::default()
        };
        self.add(&row, record);
    }

    /// What the co-op sets aside for the fund.
    fn premium(&mut self, valued: &Valued) {
        let Some(premium) = valued.premium.filter(|premium| *premium != Money::ZERO) else { return };
        let delivery = &self.records.deliveries[valued.delivery];
        let id = self.ids.next(&["premium", &delivery.id]);
        let is_floor = has_floor(valued, self.records);
        let row = FlowRow {
            id: &id,
            from: &self.records.settings.agent,
            to: &self.records.settings.fund,
            date: &delivery.date.to_string(),
            action: "set-aside",
            resource: &self.names.money,
            value: &premium.to_string(),
            unit_of_account: valued.currency.code(),
            price_basis: if is_floor { "certified_floor" } else { "posted" },
            counterflow_kind: "goods_services",
            contracted: "yes",
            compelled: "none",
            relation: "none",
            certification: or_none(&delivery.certificate),
            part: "premium",
            ..FlowRow::default()
        };
        self.add(&row, delivery.row.clone());
    }

    /// Money to a producer. `certificate`: all its deliveries were bought under a certified minimum price.
    fn payment(&mut self, payment: &Payment, certificate: Option<&str>) {
        let id = self.ids.next(&["payment", &payment.id]);
        let row = FlowRow {
            id: &id,
            from: &self.records.settings.agent,
            to: &payment.producer,
            date: &payment.date.to_string(),
            action: match payment.kind {
                PaymentKind::Advance => "advance",
                PaymentKind::Payment => "pay",
                PaymentKind::SecondPayment => "pay-second",
            },
            resource: &self.names.money,
            value: &payment.amount.to_string(),
            unit_of_account: payment.currency.code(),
            price_basis: if certificate.is_some() { "certified_floor" } else { "posted" },
            counterflow_kind: "goods_services",
            contracted: "yes",
            compelled: "none",
            relation: self.relation(&payment.producer, payment.date.first_day(), false),
            certification: or_none(certificate.unwrap_or_default()),
            note: &payment.note,
            ..FlowRow::default()
        };
        self.add(&row, payment.row.clone());
    }

    /// What is taken off: a service of the co-op, or money that the producer hands over without seeing it.
    fn deduction(&mut self, deduction: &Deduction) {
        let id = self.ids.next(&["deduction", &deduction.id]);
        let (coop, producer) = (self.records.settings.agent.as_str(), deduction.producer.as_str());
        let is_service = deduction.kind == DeductionKind::Service;
        let (from, to) = if is_service { (coop, producer) } else { (producer, coop) };
        let note = if deduction.what.is_empty() { &deduction.note } else { &deduction.what };
        let value = deduction.amount.to_string();
        let date = deduction.date.to_string();
        let row = FlowRow {
            id: &id,
            from,
            to,
            date: &date,
            resource: if is_service { &self.names.service } else { &self.names.money },
            value: &value,
            unit_of_account: deduction.currency.code(),
            relation: self.relation(producer, deduction.date.first_day(), !is_service),
            certification: "none",
            note,
            ..FlowRow::default()
        };
        let row = match deduction.kind {
            DeductionKind::Service => FlowRow {
                action: "charge-service",
                price_basis: "posted",
                counterflow_kind: "money",
                contracted: "yes",
                compelled: "none",
                ..row
            },
            // Whether the loan bears interest is not recorded.
            DeductionKind::Loan => FlowRow {
                action: "repay-loan",
                counterflow_kind: "same_kind",
                contracted: "yes",
                compelled: "none",
                ..row
            },
            DeductionKind::Capital => FlowRow {
                action: "pay-in-capital",
                price_basis: "posted",
                counterflow_kind: "claim",
                contracted: "yes",
                compelled: "none",
                ..row
            },
            DeductionKind::Levy => FlowRow {
                action: "withhold-levy",
                price_basis: "none",
                counterflow_kind: "none",
                contracted: "no",
                compelled: "membership",
                ..row
            },
        };
        self.add(&row, deduction.row.clone());
    }
}

fn or_none(certificate: &str) -> &str {
    if certificate.is_empty() { "none" } else { certificate }
}
