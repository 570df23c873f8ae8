//! What the co-op pays its producers, by product, grade, certificate and day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};

use super::common::{Fallback, exact, is_whole, span};

/// A price, from its first day to before the first day on which it no longer holds.
#[derive(Clone, Debug)]
pub struct BuyingPrice {
    /// Product.
    pub product: String,
    /// Grade; empty: any that has no price of its own.
    pub grade: String,
    /// Certificate; empty: any that has no price of its own, and none.
    pub certificate: String,
    /// First day.
    pub from: i32,
    /// First day on which it no longer holds; `None`: that of the next price.
    pub until: Option<i32>,
    /// Price per unit.
    pub price: Exact,
    /// The price below which it must not fall; `None`: no floor.
    pub floor: Option<Exact>,
    /// What goes to the fund; `None`: no premium.
    pub premium: Option<Exact>,
    /// Unit of all three.
    pub unit: Arc<Unit>,
    /// Currency of all three.
    pub currency: Currency,
    /// Row.
    pub row: RowRef,
}

/// Prices by product, grade and certificate.
#[derive(Clone, Debug, Default)]
pub struct BuyingPrices {
    by_key: BTreeMap<[String; 3], Vec<BuyingPrice>>,
}

impl BuyingPrices {
    /// The price of a product on a day. A row that names the grade and the certificate comes before one that names only
    /// the certificate, that before one that names only the grade, and that before one that names neither.
    pub fn find(&self, product: &str, grade: &str, certificate: &str, day: i32) -> Option<&BuyingPrice> {
        [(grade, certificate), ("", certificate), (grade, ""), ("", "")].into_iter().find_map(|(g, c)| {
            let key = [product, g, c].map(str::to_owned);
            let rows = self.by_key.get(&key)?;
            // Without overlaps only the last one that began can hold.
            let after = rows.partition_point(|row| row.from <= day);
            rows[..after].last().filter(|row| row.until.is_none_or(|until| day < until))
        })
    }

    /// How many prices.
    pub fn len(&self) -> usize {
        self.by_key.values().map(Vec::len).sum()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Grades and certificates that a product has a price for; an empty one is any.
    pub fn words(&self, product: &str) -> [BTreeSet<&str>; 2] {
        let keys = || self.by_key.keys().filter(|key| key[0] == product);
        [1, 2].map(|at| keys().map(|key| key[at].as_str()).collect())
    }

    /// Ids of all products that have a price.
    pub fn products(&self) -> impl Iterator<Item = &str> {
        self.by_key.keys().map(|key| key[0].as_str())
    }
}

/// Reads the table; two prices of one day are reported. Could every row be read?
pub(super) fn buying_prices(
    bound: &Bound,
    fallback: &mut Fallback,
    diagnostics: &mut Diagnostics,
) -> (BuyingPrices, bool) {
    let mut prices = BuyingPrices::default();
    let rows: Vec<BuyingPrice> = bound.collect(|row| buying_price(&row, fallback, diagnostics));
    let is_whole = is_whole(bound, rows.len());
    for row in rows {
        let key = [row.product.clone(), row.grade.clone(), row.certificate.clone()];
        prices.by_key.entry(key).or_default().push(row);
    }
    for rows in prices.by_key.values_mut() {
        rows.sort_by_key(|row| (row.from, row.row.row));
        for pair in rows.windows(2) {
            let [first, second] = pair else { continue };
            // Rows that begin on one day share a key, which was reported.
            if first.until.is_some_and(|until| until > second.from) && first.from != second.from {
                let began = Period::of_day(second.from).map(|day| day.to_string()).unwrap_or_default();
                let message = format!("the price of row {} still holds on {began}", first.row.row);
                let hint = "one price a day: end the earlier one with `until`, or leave its `until` empty";
                let place = second.row.place().column("from");
                diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            }
        }
    }
    (prices, is_whole)
}

fn buying_price(row: &Cells, fallback: &mut Fallback, diagnostics: &mut Diagnostics) -> Option<BuyingPrice> {
    let product = row.id("product", diagnostics);
    let span = span(row, diagnostics);
    row.required("price", diagnostics);
    let [price, floor, premium] = ["price", "floor", "premium"].map(|column| exact(row, column, diagnostics));
    let unit = fallback.unit(row, "unit", diagnostics);
    let currency = fallback.currency(row, None, diagnostics);
    let (from, until) = span?;
    Some(BuyingPrice {
        product: product?,
        grade: row.string("grade"),
        certificate: row.string("certificate"),
        from,
        until,
        price: price?,
        floor,
        premium,
        unit: unit?,
        currency: currency?,
        row: row.row_ref(),
    })
}
