//! What is to be paid for a contract: max(minimum, market, agreed) + organic differential + premium, at one Incoterm
//! level, unit and date; where a government sets the price, government FOB + max(0, minimum - government FOB) + premium.

mod convert;
mod figures;
mod fit;
mod market;
mod minimum;
mod price;
mod totals;

use crate::base::currency::Currency;
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::coop::contracts::{Certificate, Contract};
use crate::data::coop::market_prices::MarketPrice;
use crate::data::coop::minimum_prices::MinimumPrice;
use crate::data::reference::{Reference, Verification};
use crate::valuation::Overrides;

pub use figures::{From, Used};
pub use price::{Decided, Parts};
pub use totals::Totals;

/// What contracts are priced with.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Minimum prices, premiums and differentials.
    pub minimum: &'a [MinimumPrice],
    /// Market prices; `None`: there is no such table.
    pub market: Option<&'a [MarketPrice]>,
    /// Days that a market price may be old.
    pub market_days: u32,
    /// Units, regions and rates.
    pub reference: &'a Reference,
    /// Rates of the user, which win.
    pub overrides: &'a Overrides,
}

/// What is to be paid for a contract.
#[derive(Clone, Debug)]
pub struct Price {
    /// Unit that it is per.
    pub unit: Unit,
    /// Currency.
    pub currency: Currency,
    /// What decided the price.
    pub decided: Decided,
    /// Per unit, exact.
    pub parts: Parts,
    /// For the quantity of the contract, whole minor units that add up.
    pub totals: Totals,
}

/// What came of a contract.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Its price.
    Priced(Box<Price>),
    /// It is sold under no certificate: no minimum price is due.
    NotCertified,
    /// Figures are missing, or do not fit: why, all at once.
    NotPriced(Vec<String>),
}

/// A contract, and what came of it.
#[derive(Clone, Debug)]
pub struct Paid<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// What came of it.
    pub outcome: Outcome,
    /// Figures that were looked at.
    pub used: Vec<Used>,
    /// What a reader must know of it.
    pub notes: Vec<String>,
}

impl Paid<'_> {
    /// Its price, if it has one.
    pub fn price(&self) -> Option<&Price> {
        match &self.outcome {
            Outcome::Priced(price) => Some(price),
            _ => None,
        }
    }

    /// The least certain of the figures of a dataset it rests on; `None`: it rests on its own figures alone.
    pub fn verification(&self) -> Option<Verification> {
        self.used.iter().filter_map(|used| used.verification).max()
    }
}

/// Prices contracts, in their order.
pub fn pay<'a>(contracts: &'a [Contract], terms: &Terms) -> Vec<Paid<'a>> {
    contracts.iter().map(|contract| paid(contract, terms)).collect()
}

fn paid<'a>(contract: &'a Contract, terms: &Terms) -> Paid<'a> {
    let mut paid = Paid { contract, outcome: Outcome::NotCertified, used: Vec::new(), notes: Vec::new() };
    if contract.certificate == Certificate::None {
        return paid;
    }
    paid.outcome = match price::price(contract, terms, &mut paid.used, &mut paid.notes) {
        Ok(price) => Outcome::Priced(Box::new(price)),
        Err(reasons) => Outcome::NotPriced(reasons),
    };
    paid
}

/// Does a row of minimum prices fit a question: a product, a day?
pub fn asked_for(row: &MinimumPrice, product: Option<&str>, day: Option<Period>) -> bool {
    product.is_none_or(|product| product == row.product)
        && day.and_then(Period::day).is_none_or(|day| row.validity.holds(day))
}
