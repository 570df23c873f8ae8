//! Layer 4: factors found, moved to the target year and currency, and put on interventions.

pub mod exclusive;
pub mod matching;
pub mod price_level;
pub mod valued;

use crate::base::diagnostic::{Diagnostic, codes};

pub use matching::{FactorUse, Outside, Unpriced};
pub use price_level::{Order, Overrides, PriceLevel, Target};
pub use valued::{Status, Valued, value_interventions};

/// A figure that valuation needs and nobody gave.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ValuationError {
    /// No index value.
    #[error("the price index `{index}` has no figure for {year}")]
    Index {
        /// Name of the index.
        index: String,
        /// Year.
        year: i32,
        /// The nearest figure of the index, in words.
        nearest: String,
    },
    /// No index for a currency.
    #[error("there is no price index for {currency}, and its money of {from} has to be moved to {to}")]
    NoIndex {
        /// Currency.
        currency: String,
        /// Year of the money.
        from: i32,
        /// Price year.
        to: i32,
    },
    /// No exchange rate.
    #[error("there is no {kind} rate between {from} and {to} in {year}")]
    Rate {
        /// Market or PPP.
        kind: &'static str,
        /// From.
        from: String,
        /// To.
        to: String,
        /// Year.
        year: i32,
        /// The currency that no table has in that year.
        missing: String,
    },
    /// No income.
    #[error("there is no income per head of {region} in {year}, which the income transfer of `{set}` needs")]
    Income {
        /// Region.
        region: String,
        /// Year.
        year: i32,
        /// Factor set.
        set: String,
    },
    /// An emission year outside the table.
    #[error("`{set}` has no factor of `{indicator}` for emissions of {year}; its table has {years}")]
    EmissionYear {
        /// Factor set.
        set: String,
        /// Indicator.
        indicator: String,
        /// Emission year.
        year: i32,
        /// What the table has.
        years: String,
    },
    /// A factor too large.
    #[error("a factor of `{0}` is too large to be kept exactly")]
    Overflow(String),
}

impl ValuationError {
    /// As a diagnostic, with what to do.
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, hint) = match self {
            Self::Index { index, year, nearest } => (
                codes::MISSING_INDEX,
                format!(
                    "its nearest figure is {nearest}; choose another year, or give your own: --index {index}:{year}=VALUE"
                ),
            ),
            Self::NoIndex { currency, .. } => (
                codes::MISSING_INDEX,
                format!(
                    "add an index of {currency} (a dataset of kind `index` under --datasets DIR/reference)"
                ),
            ),
            Self::Rate { kind, year, missing, .. } => {
                let flag = if *kind == "PPP" { "--ppp-rate" } else { "--rate" };
                (codes::MISSING_RATE, format!("give your own, units per euro: {flag} {missing}:{year}=UNITS"))
            }
            Self::Income { .. } => (
                codes::MISSING_INCOME,
                "give GDP per head in PPP as a dataset of kind `income`: --income DIR".to_owned(),
            ),
            Self::EmissionYear { .. } => (
                codes::EMISSION_YEAR,
                "choose another --emission-year; a process that states a `period` takes the year of it"
                    .to_owned(),
            ),
            Self::Overflow(_) => (codes::OVERFLOW, "check the factor and its unit".to_owned()),
        };
        Diagnostic::error(code, self.to_string()).hint(hint)
    }
}
