//! Layer 5: true prices. Market price + external cost - what the price already pays for.

mod amounts;
pub mod attribution;
pub mod book;
pub mod breakdown;
pub mod choices;
pub mod coverage;
pub mod flow_costs;
pub mod flow_join;
pub mod flow_prices;
pub mod indicator;
pub mod line;
pub mod lineage;
pub mod lines;
pub mod market;
pub mod prepare;
pub mod request;
pub mod run;
mod said;
pub mod scenario;
pub mod solve;
pub mod support;
mod too_large;

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::base::region::Location;
use crate::chain::Allocation;
use crate::data::factors::Band;
use crate::data::reference::Dimension;
use crate::valuation::Target;

pub use attribution::Caused;
pub use breakdown::BreakdownRow;
pub use choices::Choices;
pub use coverage::{Coverage, CutOff, Stated};
pub use flow_costs::{CostLine, FlowCost, FlowCosts, Reason, UnitCosts};
pub use flow_prices::{FlowPrices, supply_of};
pub use indicator::{Amount, IndicatorCost};
pub use lineage::Lineage;
pub use market::{MarketPrice, Pack};
pub use prepare::{Prepared, prepare};
pub use request::Request;
pub use run::{Run, price};
pub use scenario::Scenario;

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
    /// Currency and price year of all money.
    pub target: Target,
    /// By product and origin.
    pub products: Vec<TruePrice>,
    /// By product, origin, stage, region and indicator.
    pub breakdown: Vec<BreakdownRow>,
    /// Indicators that all products state completely and price.
    pub shared_indicators: Vec<String>,
    /// How processes with several products behind these were allocated, by process.
    pub allocations: Vec<Allocation>,
    /// Do the products differ in what is covered?
    pub coverage_differs: bool,
    /// Where everything comes from.
    pub lineage: Lineage,
}
