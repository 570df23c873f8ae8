//! What is asked for.

use std::sync::Arc;

use crate::base::currency::Currency;
use crate::data::factors::FactorSet;
use crate::valuation::{Order, Outside, Overrides};

/// How to price; what is left out is taken from the dataset's manifest.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `SET` or `SET:VARIANT`.
    pub factors: Option<String>,
    /// A set that was read already, in its stead.
    pub set: Option<Arc<FactorSet>>,
    /// Are amounts alone wanted? Then no factor set is needed, and no currency where nothing is money.
    pub physical: bool,
    /// Are sums of money left out where there are factors too? They are 0 then, and none can be too large.
    pub without_money: bool,
    /// Currency of the report.
    pub currency: Option<Currency>,
    /// Price year of the report.
    pub year: Option<i32>,
    /// Emission year of processes that state none; the price year if empty.
    pub emission_year: Option<i32>,
    /// A price list to lay over the dataset.
    pub prices: Option<String>,
    /// What to do where the set is not valid.
    pub outside: Outside,
    /// Inflate or convert first.
    pub order: Order,
    /// Let benefits cancel costs?
    pub netting: bool,
    /// Place of published footprints that are valued where the line comes from.
    pub origin: Option<String>,
    /// Only these products.
    pub products: Vec<String>,
    /// The user's own indices and rates.
    pub overrides: Overrides,
}
