//! Figures that a price rests on, each with where it is from.

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::cells::RowRef;
use crate::data::coop::figure::Figure;
use crate::data::reference::Verification;

/// Where a figure is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The contract states it.
    Contract,
    /// The table of minimum prices.
    Minimum,
    /// The market prices.
    Market,
}

impl From {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Minimum => "minimum_prices",
            Self::Market => "market_prices",
        }
    }
}

/// A figure that was looked at.
#[derive(Clone, Debug)]
pub struct Used {
    /// What it is: `minimum`, `market`, `agreed`, `government_fob`, `organic_differential` or `premium`.
    pub what: &'static str,
    /// As stated.
    pub stated: Figure,
    /// Unit it is stated per.
    pub unit: Unit,
    /// Currency it is stated in.
    pub currency: Currency,
    /// Per unit and in the currency of the contract; `None`: there is none, or it does not convert.
    pub converted: Option<Exact>,
    /// Rates that were used, in words.
    pub steps: Vec<String>,
    /// Where it is from.
    pub from: From,
    /// Day it is of, or in force since.
    pub since: Option<Period>,
    /// How it was seen; `None`: it is the co-op's own.
    pub verification: Option<Verification>,
    /// Source.
    pub source: String,
    /// What must be known of it.
    pub note: String,
    /// Row.
    pub row: RowRef,
}
