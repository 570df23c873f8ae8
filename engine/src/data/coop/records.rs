//! All that a co-op writes down about its producers.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::progress::Progress;
use crate::base::unit::Units;
use crate::data::bound::Bound;
use crate::data::cells::is_id;
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
                let read = producers(bound, &settings, found);
                // Nobody knows which id a row was to have whose id is none.
                names = names.take().filter(|names| names.iter().all(|id| is_id(id)) && !lacks_id(bound));
                read
            })
            .unwrap_or_default();
        let fallback = || Fallback::new(&settings, units, names.as_ref(), &producers);
        // A table that is absent is whole; one that cannot be read at all is not.
        let (deliveries, has_deliveries) = opened
            .read(&schema::DELIVERIES, progress, diagnostics, |bound, found| {
                deliveries(bound, &mut fallback(), found)
            })
            .unwrap_or_else(|| (Vec::new(), !opened.has("deliveries")));
        let (prices, has_prices) = opened
            .read(&schema::BUYING_PRICES, progress, diagnostics, |bound, found| {
                buying_prices(bound, &mut fallback(), found)
            })
            .unwrap_or_else(|| (BuyingPrices::default(), !opened.has("buying_prices")));
        let whole = [has_deliveries, has_prices];
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
        needs_producers(opened, diagnostics);
        if !opened.has("deliveries") && !payments.is_empty() && opened.has("buying_prices") {
            no_deliveries(opened, diagnostics);
        }
        Self { settings, producers, deliveries, prices, payments, deductions, second_payments, whole }
    }

    /// The place of a producer.
    pub fn producer(&self, id: &str) -> Option<usize> {
        self.producers.binary_search_by(|producer| producer.id.as_str().cmp(id)).ok()
    }
}

fn lacks_id(bound: &Bound) -> bool {
    !bound.each_while(|row| row.text("id").is_some())
}

/// Who buys and pays has deliveries: they may be under another name.
fn no_deliveries(opened: &Opened, diagnostics: &mut Diagnostics) {
    let message =
        "there are payments and buying prices, and no `deliveries`: all that was paid is owed to the co-op";
    let hint = "is the table called otherwise?";
    let place = Place::file(opened.source.file_label("deliveries.csv"));
    diagnostics.push(Diagnostic::warning(codes::MISSING_TABLE, message).at(place).hint(hint));
}

/// Whom records name must be somewhere.
fn needs_producers(opened: &Opened, diagnostics: &mut Diagnostics) {
    if opened.has("producers") {
        return;
    }
    if let Some(table) = OF_PRODUCERS.into_iter().find(|table| opened.has(table)) {
        let message = format!("the table `producers` is missing, and `{table}` names them");
        let hint = if opened.source.is_workbook() {
            "fill the sheet `producers`: a row a producer, with its id"
        } else {
            "put a producers.csv beside the manifest: a row a producer, with its id"
        };
        let place = Place::file(opened.source.file_label("producers.csv"));
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
    }
}
