//! Market prices by day.

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::Diagnostics;
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::cells::{Cells, RowRef};
use crate::data::reference::Reference;
use crate::data::schema;
use crate::data::source::Opened;

use super::trade::{incoterm, word};

/// A market price.
#[derive(Clone, Debug)]
pub struct MarketPrice {
    /// Product.
    pub product: String,
    /// Form, if it is for one only.
    pub form: Option<String>,
    /// Quality, if it is for one only.
    pub quality: Option<String>,
    /// Code of the region it is for, if it is for one only.
    pub origin: Option<String>,
    /// Incoterm level, if it is at one only.
    pub incoterm: Option<String>,
    /// Day, or the month or year it is the mean of: that is known on its last day.
    pub date: Period,
    /// Money for one unit, 0 or more.
    pub price: Exact,
    /// Unit.
    pub unit: Unit,
    /// Mass of one unit, where it is counted.
    pub mass_kg: Option<Exact>,
    /// Currency.
    pub currency: Currency,
    /// Source.
    pub source: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by key; `None` if there is none.
pub fn read(
    opened: &mut Opened,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<MarketPrice>> {
    opened.read(&schema::MARKET_PRICES, &(), diagnostics, |bound, diagnostics| {
        let mut prices: Vec<MarketPrice> = bound.collect(|row| price(&row, reference, diagnostics));
        let key = |price: &MarketPrice| {
            let words = [&price.form, &price.quality, &price.origin, &price.incoterm].map(Clone::clone);
            (price.product.clone(), price.date, words)
        };
        prices.sort_by_cached_key(key);
        prices
    })
}

fn price(row: &Cells, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<MarketPrice> {
    let before = diagnostics.len();
    let product = row.id("product", diagnostics);
    let origin = row.optional_region("origin", &reference.regions, diagnostics);
    let date = row.period("date", diagnostics);
    let price = row.non_negative("price", diagnostics);
    let unit = row.unit("unit", &reference.units, diagnostics);
    let mass_kg = row.optional_positive("mass_kg", diagnostics).map(|mass| mass.exact);
    let currency = row.currency("currency", diagnostics);
    if diagnostics.len() > before {
        return None;
    }
    Some(MarketPrice {
        product: product?,
        form: word(row, "form"),
        quality: word(row, "quality"),
        origin,
        incoterm: incoterm(row),
        date: date?,
        price: price?.exact,
        unit: unit?,
        mass_kg,
        currency: currency?,
        source: row.string("source"),
        row: row.row_ref(),
    })
}
