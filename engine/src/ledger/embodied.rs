//! External cost that goes with what passes: in units of its own, beside the money.

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::data::reference::Dimension;
use crate::pricing::FlowCosts;

use super::journal::EmbodiedCost;

/// The external cost of each flow that is priced, by dimension: what it hands on with what passes. It is
/// the whole of it, what the price already pays included.
pub fn embodied(costs: &FlowCosts) -> Vec<EmbodiedCost> {
    let currency = costs.target.currency.to_string();
    let mut all = Vec::new();
    for flow in 0..costs.judged.data.flows.len() {
        let cost = costs.of(flow);
        let mut sums: BTreeMap<Dimension, Money> = BTreeMap::new();
        for line in &cost.lines {
            let sum = sums.entry(line.dimension).or_default();
            *sum = *sum + line.external;
        }
        all.extend(sums.into_iter().map(|(dimension, amount)| EmbodiedCost {
            flow,
            dimension: dimension.word().to_owned(),
            currency: currency.clone(),
            amount,
        }));
    }
    all
}
