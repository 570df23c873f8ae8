//! How many agents receive one thing from one giver.

use std::collections::HashMap;

use crate::data::flows::FlowData;

/// Receivers by giver and resource.
#[derive(Clone, Debug, Default)]
pub struct Receivers {
    /// The resource of each terms, as a number.
    resource_of: Vec<u32>,
    /// Count by giver and resource.
    counts: HashMap<(u32, u32), u32>,
}

impl Receivers {
    /// Counts them for a dataset.
    pub fn new(data: &FlowData) -> Self {
        let mut numbers: HashMap<(Option<u32>, &str), u32> = HashMap::new();
        let resource_of: Vec<u32> = data
            .flows
            .terms()
            .iter()
            .map(|terms| {
                let next = numbers.len() as u32;
                *numbers.entry(terms.resource_key()).or_insert(next)
            })
            .collect();
        let flows = &data.flows;
        let mut all: Vec<(u32, u32, u32)> = (0..flows.len())
            .filter_map(|flow| {
                Some((flows.from(flow)? as u32, resource_of[flows.term(flow)], flows.to(flow)? as u32))
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        let mut counts = HashMap::new();
        for (from, resource, _) in all {
            *counts.entry((from, resource)).or_insert(0) += 1;
        }
        Self { resource_of, counts }
    }

    /// How many receive from the giver of a flow what it gives.
    pub fn of(&self, flow: usize, data: &FlowData) -> Option<u32> {
        let from = data.flows.from(flow)? as u32;
        self.counts.get(&(from, self.resource_of[data.flows.term(flow)])).copied()
    }
}
