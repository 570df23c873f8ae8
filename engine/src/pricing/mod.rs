//! Layer 5: true prices. Market price + external cost - what the price already pays for.

pub mod breakdown;
pub mod coverage;
pub mod lineage;
pub mod market;
pub mod prepare;
pub mod request;
pub mod run;
pub mod support;

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::base::region::Location;
use crate::data::factors::Band;
use crate::data::reference::{Dimension, IndicatorKind};

pub use breakdown::BreakdownRow;
pub use coverage::{Coverage, Stated};
pub use lineage::Lineage;
pub use market::MarketPrice;
pub use prepare::{Prepared, prepare};
pub use request::Request;
pub use run::{Run, price};

/// One indicator of one product: footprint, cost, and what the price already pays for it.
#[derive(Clone, Debug)]
pub struct IndicatorCost {
    /// Id.
    pub indicator: String,
    /// Name.
    pub name: String,
    /// Dimension.
    pub dimension: Dimension,
    /// Burden or benefit.
    pub kind: IndicatorKind,
    /// Unit of the amounts.
    pub unit: String,
    /// How far the chain states it.
    pub stated: Stated,
    /// Footprint that has a factor, per unit of the product.
    pub priced_amount: f64,
    /// Footprint without a factor, with the reasons.
    pub unpriced_amount: f64,
    /// Why.
    pub unpriced_reasons: Vec<String>,
    /// Footprint that another indicator prices already.
    pub excluded_amount: f64,
    /// Which.
    pub excluded_for: Vec<String>,
    /// A bound on the error of the footprint.
    pub bound: f64,
    /// Does any part of it have a factor?
    pub is_priced: bool,
    /// Cost to others; negative: a benefit.
    pub cost: Band<Money>,
    /// What the chain pays for it.
    pub paid: Money,
}

impl IndicatorCost {
    /// max(cost, 0).
    pub fn external(&self) -> Band<Money> {
        self.cost.map(Money::or_zero)
    }

    /// max(-cost, 0).
    pub fn benefit(&self) -> Band<Money> {
        self.cost.map(|cost| (-cost).or_zero())
    }

    /// min(paid, external).
    pub fn internalised(&self) -> Band<Money> {
        self.external().map(|external| external.min(self.paid))
    }

    /// paid - internalised; nothing where there is no price to compare with.
    pub fn overpaid(&self) -> Band<Money> {
        if !self.is_priced {
            return Band::default();
        }
        self.internalised().map(|internalised| self.paid - internalised)
    }
}

/// A sum of money, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// So much.
    Money(Money),
    /// Something is stated and nothing of it has a factor.
    Unpriced,
    /// Nothing is stated.
    NotStated,
}

impl Amount {
    /// The money, if there is some.
    pub fn money(self) -> Option<Money> {
        match self {
            Self::Money(money) => Some(money),
            _ => None,
        }
    }
}

/// The true price of a product from one place, per reference unit.
#[derive(Clone, Debug)]
pub struct TruePrice {
    /// Product.
    pub product: String,
    /// Name.
    pub name: String,
    /// Category.
    pub category: String,
    /// Place it is made in.
    pub origin: Location,
    /// Reference unit.
    pub unit: String,
    /// Market price, if there is one.
    pub market: Option<MarketPrice>,
    /// Indicators, by id.
    pub indicators: Vec<IndicatorCost>,
    /// External cost by dimension.
    pub dimensions: BTreeMap<Dimension, Amount>,
    /// External cost, central.
    pub external: Amount,
    /// Internalised, central.
    pub internalised: Money,
    /// Paid beyond the external cost.
    pub overpaid: Money,
    /// Benefits, central: never netted unless asked.
    pub benefits: Money,
    /// True price gap.
    pub gap: Option<Band<Money>>,
    /// External cost of the indicators that all listed products state completely and price.
    pub shared_external: Money,
    /// Public support per unit; `None`: the dataset states none.
    pub support: Option<Money>,
    /// Price support per unit: without it the price would be lower.
    pub price_support: Option<Money>,
    /// What is covered.
    pub coverage: Coverage,
}

impl TruePrice {
    /// Market price + gap.
    pub fn true_price(&self) -> Option<Band<Money>> {
        let market = self.market.as_ref()?.amount;
        self.gap.map(|gap| gap.map(|gap| market + gap))
    }
}

/// The answer: true prices, where they come from, and how they were made.
#[derive(Clone, Debug)]
pub struct TruePrices {
    /// By product and origin.
    pub products: Vec<TruePrice>,
    /// By product, origin, stage, region and indicator.
    pub breakdown: Vec<BreakdownRow>,
    /// Indicators that all products state completely and price.
    pub shared_indicators: Vec<String>,
    /// Do the products differ in what is covered?
    pub coverage_differs: bool,
    /// Where everything comes from.
    pub lineage: Lineage,
}
