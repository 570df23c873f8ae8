//! Of what the derivatives are.

use std::fmt;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes, nearest};
use crate::base::money::Money;
use crate::pricing::TruePrice;
use crate::valuation::Target;

/// How the cost of an indicator is asked for; its id follows.
const COST: &str = "cost:";

/// Of what the derivatives are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// Market price + gap.
    TruePrice,
    /// The true price gap.
    Gap,
    /// The external cost, before anything that is paid.
    External,
    /// What one indicator costs, a benefit below 0.
    Cost(String),
    /// The footprint of one indicator, in its own unit.
    Footprint(String),
}

impl Of {
    /// `true-price`, `gap`, `external`, `cost:INDICATOR`, or an indicator for its footprint.
    pub fn parse(word: &str) -> Self {
        match word {
            "true-price" => Self::TruePrice,
            "gap" => Self::Gap,
            "external" => Self::External,
            _ => match word.strip_prefix(COST) {
                Some(indicator) => Self::Cost(indicator.to_owned()),
                None => Self::Footprint(word.to_owned()),
            },
        }
    }

    /// The indicator, if it is of one.
    pub fn indicator(&self) -> Option<&str> {
        match self {
            Self::Cost(indicator) | Self::Footprint(indicator) => Some(indicator),
            _ => None,
        }
    }
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TruePrice => f.write_str("true-price"),
            Self::Gap => f.write_str("gap"),
            Self::External => f.write_str("external"),
            Self::Cost(indicator) => write!(f, "{COST}{indicator}"),
            Self::Footprint(indicator) => f.write_str(indicator),
        }
    }
}

/// What is looked at, per reference unit.
pub(super) struct Value {
    /// `None`: it is not known.
    pub(super) amount: Option<f64>,
    /// Currency, or the unit of the indicator.
    pub(super) unit: String,
}

impl Value {
    /// The value of a product; an indicator that it does not have is reported.
    pub(super) fn of(
        of: &Of,
        price: &TruePrice,
        target: Target,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let money = target.currency.to_string();
        let (amount, unit) = match of {
            Of::TruePrice => (price.true_price().map(|band| band.central.to_f64()), money),
            Of::Gap => (price.gap.map(|band| band.central.to_f64()), money),
            Of::External => (price.external.money().map(Money::to_f64), money),
            Of::Cost(id) | Of::Footprint(id) => {
                let Some(k) = price.indicators.iter().find(|k| k.indicator == *id) else {
                    diagnostics.push(unknown(of, id, price));
                    return None;
                };
                if matches!(of, Of::Footprint(_)) {
                    let amount = k.priced_amount + k.unpriced_amount + k.excluded_amount;
                    (Some(amount), k.unit.clone())
                } else {
                    (k.is_priced.then(|| k.cost.central.to_f64()), money)
                }
            }
        };
        Some(Self { amount, unit })
    }
}

fn unknown(of: &Of, id: &str, price: &TruePrice) -> Diagnostic {
    let known = || price.indicators.iter().map(|k| k.indicator.as_str());
    let message = match of {
        Of::Cost(_) => format!("the dataset states no indicator `{id}`"),
        _ => {
            format!("`{id}` is neither true-price, gap or external nor an indicator that the dataset states")
        }
    };
    let words = ["true-price", "gap", "external"];
    let hint = match nearest(id, words.into_iter().chain(known())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it states {}", known().collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::error(codes::NOT_FOUND, message).hint(hint)
}
