//! Second payments: what is added to the price of earlier deliveries when the harvest is sold.

use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};

use super::common::{Fallback, day, exact, paid, span};

/// How much is added.
#[derive(Clone, Debug)]
pub enum Added {
    /// So much per unit of net weight, rounded for each delivery.
    Rate(Exact, Arc<Unit>),
    /// So much in all, shared out over net weights.
    Total(Money),
}

/// A second payment for the deliveries of a span.
#[derive(Clone, Debug)]
pub struct SecondPayment {
    /// Id.
    pub id: String,
    /// Day from which it is owed.
    pub date: Period,
    /// Product.
    pub product: String,
    /// Grade; empty: all.
    pub grade: String,
    /// Certificate; empty: all, and none.
    pub certificate: String,
    /// First day of deliveries.
    pub from: i32,
    /// First day after them.
    pub until: i32,
    /// How much.
    pub added: Added,
    /// Currency: only deliveries in it are meant.
    pub currency: Currency,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by id.
pub(super) fn second_payments(
    bound: &Bound,
    fallback: &mut Fallback,
    diagnostics: &mut Diagnostics,
) -> Vec<SecondPayment> {
    let mut all: Vec<SecondPayment> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let date = day(&row, "date", diagnostics);
        let product = row.id("product", diagnostics);
        let span = span(&row, diagnostics);
        row.required("until", diagnostics);
        let currency = fallback.currency(&row, None, diagnostics);
        let added = added(&row, currency, fallback, diagnostics);
        let (from, until) = span?;
        Some(SecondPayment {
            id: id?,
            date: date?,
            product: product?,
            grade: row.string("grade"),
            certificate: row.string("certificate"),
            from,
            until: until?,
            added: added?,
            currency: currency?,
            note: row.string("note"),
            row: row.row_ref(),
        })
    });
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup_by(|a, b| a.id == b.id);
    all
}

/// A rate or a total, never both.
fn added(
    row: &Cells,
    currency: Option<Currency>,
    fallback: &mut Fallback,
    diagnostics: &mut Diagnostics,
) -> Option<Added> {
    let wrong = |column: &str, code, message: &str, diagnostics: &mut Diagnostics| {
        let hint = "state a `rate` per `unit`, or a `total` for all of these deliveries";
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(code, message).at(place).hint(hint));
        None
    };
    match (row.text("rate").is_some(), row.text("total").is_some()) {
        (true, true) => wrong("total", codes::CONTRADICTION, "a rate and a total", diagnostics),
        (false, false) => wrong("rate", codes::MISSING_VALUE, "neither a rate nor a total", diagnostics),
        (true, false) => {
            let rate = row.optional_positive("rate", diagnostics);
            let rate = rate.and_then(|_| exact(row, "rate", diagnostics));
            let unit = fallback.unit(row, "unit", diagnostics);
            Some(Added::Rate(rate?, unit?))
        }
        (false, true) => {
            if row.text("unit").is_some() {
                return wrong("unit", codes::CONTRADICTION, "a total has no unit", diagnostics);
            }
            paid(row, "total", currency, diagnostics).map(Added::Total)
        }
    }
}
