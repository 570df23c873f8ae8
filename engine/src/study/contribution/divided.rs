//! What a product's footprints and costs are made of.

use crate::base::money::Money;
use crate::data::factors::Band;
use crate::pricing::Lineage;
use crate::valuation::Target;

use super::asked::By;
use super::graph::Graph;
use super::walked::Walked;

/// An amount of an indicator and what it costs. A total over indicators has no amount.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figure {
    /// Footprint per unit of the product; `None`: not stated, or a total.
    pub amount: Option<f64>,
    /// Cost per unit of the product; `None`: without a price.
    pub cost: Option<Band<Money>>,
}

/// What is divided, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// Index among the indicators of the true price; `None`: the external cost.
    pub(crate) index: Option<usize>,
    /// Id of the indicator; `total`: the external cost.
    pub indicator: String,
    /// Unit of the amount; empty: there is none.
    pub unit: String,
    /// The whole.
    pub figure: Figure,
}

/// One of the parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Stage, id of the process, region, or tier.
    pub name: String,
    /// Stage of a process.
    pub stage: String,
    /// Region of a process.
    pub region: String,
    /// Names of the products that a process makes for this one.
    pub makes: String,
    /// One for each whole.
    pub figures: Vec<Figure>,
}

/// Contributions to a product from one place, per reference unit.
#[derive(Clone, Debug)]
pub struct OfProduct {
    /// Product.
    pub product: String,
    /// Name.
    pub name: String,
    /// Place it is made in.
    pub origin: String,
    /// Reference unit.
    pub unit: String,
    /// What is divided.
    pub wholes: Vec<Whole>,
    /// The parts: tiers in their order, others by size.
    pub parts: Vec<Part>,
    /// Structural paths, if they were asked for.
    pub paths: Option<Walked>,
    /// Its chain, to draw; `None`: it costs others nothing that has a price.
    pub graph: Option<Graph>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Contributions {
    /// Currency and price year of all money.
    pub target: Target,
    /// What the parts are.
    pub by: By,
    /// One for each place that the product is made in.
    pub products: Vec<OfProduct>,
    /// Where everything comes from.
    pub lineage: Lineage,
}

/// The share of a part; `None`: the whole is nothing, or not known.
pub fn share(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    let (part, whole) = (part?, whole.filter(|whole| *whole != 0.0)?);
    Some(part / whole)
}

/// The share of a cost.
pub fn cost_share(part: &Figure, whole: &Figure) -> Option<f64> {
    let central = |figure: &Figure| figure.cost.map(|cost| cost.central.to_f64());
    share(central(part), central(whole))
}
