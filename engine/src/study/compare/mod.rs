//! A dataset beside scenarios of it, and what of the difference comes from which cause.

mod coverage;
mod difference;
mod evaluate;
mod rule;
mod split;
mod values;

pub use difference::{IndicatorDifference, ProductDifference};
pub use evaluate::{Asked, compare};
pub use rule::{MOST_CAUSES, Rule};
pub use split::Split;

use crate::pricing::{Scenario, TruePrices};

/// A dataset and scenarios of it, priced with the same choices.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The dataset as it is.
    pub base: TruePrices,
    /// Scenarios, in the order in which they were given.
    pub scenarios: Vec<Compared>,
}

/// A scenario, and how it differs from the dataset as it is.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The scenario.
    pub scenario: Scenario,
    /// The dataset with all changes.
    pub prices: TruePrices,
    /// Causes: id and title, in the order of their first change.
    pub causes: Vec<(String, String)>,
    /// How the difference was split.
    pub rule: Rule,
    /// How often the dataset was priced for it, the dataset as it is not counted.
    pub evaluations: usize,
    /// Differences of products x origins that are in both, in their order.
    pub products: Vec<ProductDifference>,
    /// Products x origins that only the dataset as it is has.
    pub only_base: Vec<(String, String)>,
    /// Products x origins that only the scenario has.
    pub only_scenario: Vec<(String, String)>,
}
