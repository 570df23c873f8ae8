//! Deliveries of producers: weights and grades, and prices where a row states its own.

use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};

use super::common::{Fallback, day, exact};

/// A delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Id.
    pub id: String,
    /// Day.
    pub date: Period,
    /// Id of the producer.
    pub producer: String,
    /// Product.
    pub product: String,
    /// Grade; empty: none.
    pub grade: String,
    /// Certificate; empty: not certified.
    pub certificate: String,
    /// Where it was received.
    pub site: String,
    /// Gross weight, in its unit.
    pub gross: Exact,
    /// Tare, in its unit; `None`: not stated.
    pub tare: Option<Exact>,
    /// Unit of the weights.
    pub unit: Arc<Unit>,
    /// Price, floor and premium per `price_unit`; `None`: as the buying prices say.
    pub price: Option<Exact>,
    /// The price below which it must not fall.
    pub floor: Option<Exact>,
    /// What goes to the fund.
    pub premium: Option<Exact>,
    /// Unit that the row's own price, floor and premium are of.
    pub price_unit: Arc<Unit>,
    /// Currency that the row states.
    pub currency: Option<Currency>,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

impl Delivery {
    /// Gross weight without the tare; gross where no tare is stated.
    pub fn net(&self) -> Exact {
        self.tare.as_ref().map_or_else(|| self.gross.clone(), |tare| &self.gross - tare)
    }
}

/// Reads the table, sorted by id.
pub(super) fn deliveries(
    bound: &Bound,
    fallback: &mut Fallback,
    diagnostics: &mut Diagnostics,
) -> Vec<Delivery> {
    let mut deliveries: Vec<Delivery> = bound.collect(|row| delivery(&row, fallback, diagnostics));
    deliveries.sort_by(|a, b| a.id.cmp(&b.id));
    deliveries.dedup_by(|a, b| a.id == b.id);
    deliveries
}

fn delivery(row: &Cells, fallback: &mut Fallback, diagnostics: &mut Diagnostics) -> Option<Delivery> {
    let id = row.id("id", diagnostics);
    let date = day(row, "date", diagnostics);
    let producer = row.required("producer", diagnostics);
    let product = row.id("product", diagnostics);
    row.required("gross_weight", diagnostics);
    let gross = exact(row, "gross_weight", diagnostics);
    let tare = exact(row, "tare", diagnostics);
    let unit = fallback.unit(row, "unit", diagnostics);
    let prices = ["price", "floor", "premium"].map(|column| exact(row, column, diagnostics));
    let has_price = ["price", "floor", "premium"].iter().any(|column| row.text(column).is_some());
    // Prices are of the weight's own unit unless the row says otherwise.
    let price_unit = match row.text("price_unit") {
        Some(_) => fallback.unit(row, "price_unit", diagnostics),
        None => unit.clone(),
    };
    if !has_price && row.text("price_unit").is_some() {
        let message = "a unit of prices, and neither price, floor nor premium";
        let hint = "leave `price_unit` empty: the buying prices have units of their own";
        let place = row.place().column("price_unit");
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
    }
    let currency = Fallback::stated_currency(row, diagnostics);
    if let (Some(gross), Some(tare)) = (&gross, &tare)
        && tare > gross
    {
        let message = format!("the tare {} is more than the gross weight", row.string("tare"));
        let hint = "the tare is the weight of sacks and boxes alone; net weight = gross weight - tare";
        let place = row.place().column("tare");
        diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        return None;
    }
    if let (Some(unit), Some(price_unit)) = (&unit, &price_unit)
        && let Err(mismatch) = unit.ratio_to(price_unit)
    {
        let hint = "a price is per weight, in a unit that the weight converts to";
        let place = row.place().column("price_unit");
        diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, mismatch.to_string()).at(place).hint(hint));
        return None;
    }
    let unread = |column: &str, value: &Option<Exact>| value.is_none() && row.text(column).is_some();
    let [price, floor, premium] = prices;
    let is_unread = unread("tare", &tare)
        || unread("price", &price)
        || unread("floor", &floor)
        || unread("premium", &premium);
    if is_unread {
        return None;
    }
    Some(Delivery {
        id: id?,
        date: date?,
        producer: producer?.to_owned(),
        product: product?,
        grade: row.string("grade"),
        certificate: row.string("certificate"),
        site: row.string("site"),
        gross: gross?,
        tare,
        unit: unit?,
        price,
        floor,
        premium,
        price_unit: price_unit?,
        currency: currency.ok()?,
        note: row.string("note"),
        row: row.row_ref(),
    })
}
