//! Shares that are stated for each exchange: what they leave to nobody would be lost.

use std::collections::BTreeMap;

use super::model::{Exchange, FlowTable, Record};

/// The first exchange whose shares do not sum to 1, with their sum.
pub(in super::super) fn gap(
    shares: &BTreeMap<usize, BTreeMap<usize, f64>>,
    exchanges: &[Exchange],
    flows: &FlowTable,
) -> Option<String> {
    let sum = |at: usize| shares.values().filter_map(|of| of.get(&at)).sum::<f64>();
    let is_whole = |at: usize, exchange: &Exchange| {
        Record::provides(exchange, flows.get(exchange.flow).kind)
            || exchange.amount == 0.0
            || (sum(at) - 1.0).abs() <= 1e-6
    };
    let (at, exchange) = exchanges.iter().enumerate().find(|(at, exchange)| !is_whole(*at, exchange))?;
    Some(format!("causal factors of `{}` sum to {}, not to 1", flows.get(exchange.flow).name, sum(at)))
}
