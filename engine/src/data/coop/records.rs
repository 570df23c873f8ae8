//! All that a co-op writes down about its producers.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::progress::Progress;
use crate::base::unit::Units;
use crate::data::cells::RowRef;
use crate::data::schema;
use crate::data::source::Opened;

use super::buying_prices::{BuyingPrices, buying_prices};
use super::common::Fallback;
use super::deductions::{Deduction, deductions};
use super::deliveries::{Delivery, deliveries};
use super::payments::{Payment, payments};
use super::producers::{Producer, producers};
use super::second_payments::{SecondPayment, second_payments};
use super::settings::Settings;

/// The records about producers; each table is sorted by id.
#[derive(Clone, Debug)]
pub struct Records {
    /// What holds of all of them.
    pub settings: Settings,
    /// Who delivers.
    pub producers: Vec<Producer>,
    /// What was delivered.
    pub deliveries: Vec<Delivery>,
    /// What it is bought for.
    pub prices: BuyingPrices,
    /// What was paid.
    pub payments: Vec<Payment>,
    /// What was taken off.
    pub deductions: Vec<Deduction>,
    /// What was added to the price later.
    pub second_payments: Vec<SecondPayment>,
    /// Were all rows of deliveries and of buying prices read? What a row with a problem would have said is not known.
    pub whole: [bool; 2],
}

/// Tables of records that name producers.
const OF_PRODUCERS: [&str; 3] = ["deliveries", "payments", "deductions"];

impl Records {
    /// Reads all tables; every problem of every table is reported.
    pub fn read(
        opened: &mut Opened,
        units: &Units,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let settings = Settings::read(opened, units, diagnostics);
        let mut names: Option<BTreeSet<String>> = None;
        let producers = opened
            .read(&schema::PRODUCERS, progress, diagnostics, |bound, found| {
                // Without a row nobody is known; where a row could not even be read, nobody knows who is not.
                let is_empty = bound.table().is_empty() && !bound.table().dropped;
                names = if is_empty { Some(BTreeSet::new()) } else { bound.texts("id") };
                producers(bound, &settings, found)
            })
            .unwrap_or_default();
        let fallback = || Fallback::new(&settings, units);
        let before = diagnostics.len();
        let deliveries = opened
            .read(&schema::DELIVERIES, progress, diagnostics, |bound, found| {
                deliveries(bound, &mut fallback(), found)
            })
            .unwrap_or_default();
        let after = diagnostics.len();
        let prices = opened
            .read(&schema::BUYING_PRICES, progress, diagnostics, |bound, found| {
                buying_prices(bound, &mut fallback(), found)
            })
            .unwrap_or_default();
        let whole = [before == after, after == diagnostics.len()];
        let payments = opened
            .read(&schema::PAYMENTS, progress, diagnostics, |bound, found| {
                payments(bound, &producers, &mut fallback(), found)
            })
            .unwrap_or_default();
        let deductions = opened
            .read(&schema::DEDUCTIONS, progress, diagnostics, |bound, found| {
                deductions(bound, &producers, &mut fallback(), found)
            })
            .unwrap_or_default();
        let second_payments = opened
            .read(&schema::SECOND_PAYMENTS, progress, diagnostics, |bound, found| {
                second_payments(bound, &mut fallback(), found)
            })
            .unwrap_or_default();
        let records =
            Self { settings, producers, deliveries, prices, payments, deductions, second_payments, whole };
        records.check_producers(opened, names.as_ref(), diagnostics);
        records
    }

    /// The place of a producer.
    pub fn producer(&self, id: &str) -> Option<usize> {
        self.producers.binary_search_by(|producer| producer.id.as_str().cmp(id)).ok()
    }

    /// Who is named must be a row of `producers`, if only one with a problem.
    fn check_producers(
        &self,
        opened: &Opened,
        names: Option<&BTreeSet<String>>,
        diagnostics: &mut Diagnostics,
    ) {
        if !opened.has("producers") {
            if let Some(table) = OF_PRODUCERS.into_iter().find(|table| opened.has(table)) {
                let message = format!("the table `producers` is missing, and `{table}` names them");
                let hint = "put a producers.csv beside the manifest: a row a producer, with its id";
                let place = Place::file(opened.source.file_label("producers.csv"));
                diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
            }
            return;
        }
        let Some(names) = names else { return };
        let rows = self.deliveries.iter().map(|row| (&row.producer, &row.row));
        let rows = rows.chain(self.payments.iter().map(|row| (&row.producer, &row.row)));
        let rows = rows.chain(self.deductions.iter().map(|row| (&row.producer, &row.row)));
        for (id, row) in rows.filter(|(id, _)| !names.contains(*id)) {
            unknown(id, row, names, diagnostics);
        }
    }
}

fn unknown(id: &str, row: &RowRef, names: &BTreeSet<String>, diagnostics: &mut Diagnostics) {
    let hint = match diagnostics.nearest(id, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "add it to the table `producers`".to_owned(),
    };
    let place = row.place().column("producer");
    let message = format!("there is no producer `{id}`");
    diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
}
