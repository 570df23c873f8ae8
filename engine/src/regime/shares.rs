//! Hybrids: an agreement whose parts are of several classes, by share of its value.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use num_bigint::BigInt;

use crate::base::split::largest_remainder;
use crate::data::flows::{Class, FlowData};

use super::classify::Classified;

/// Shares are parts of a million.
pub const WHOLE: i128 = 1_000_000;

/// What passes under an agreement from one agent to another in one unit.
type Stream = (usize, Option<usize>, Option<usize>, Arc<str>);

/// The classes of a hybrid, each with its share in [`WHOLE`]; they add up.
#[derive(Clone, Debug)]
pub struct Hybrid {
    /// Its first flow.
    pub flow: usize,
    /// The shares.
    pub shares: Vec<(Class, i128)>,
}

/// All hybrids of a dataset.
#[derive(Clone, Debug, Default)]
pub struct Hybrids(HashMap<Stream, Hybrid>);

impl Hybrids {
    /// Finds them.
    pub fn new(data: &FlowData, classified: &Classified) -> Self {
        let mixed = mixed(data, classified);
        let flows = &data.flows;
        let mut sums: HashMap<Stream, (usize, BTreeMap<Class, i128>)> = HashMap::new();
        for flow in 0..flows.len() {
            let Some(stream) = stream(flow, data).filter(|stream| mixed[stream.0]) else { continue };
            let (_, sums) = sums.entry(stream).or_insert_with(|| (flow, BTreeMap::new()));
            if let Some(value) = flows.value(flow) {
                *sums.entry(classified.judgement(flow).class).or_default() += value.units();
            }
        }
        let hybrids = sums.into_iter().filter_map(|(stream, (flow, sums))| {
            let shares = split(sums);
            (!shares.is_empty()).then_some((stream, Hybrid { flow, shares }))
        });
        Self(hybrids.collect())
    }

    /// The shares of what a flow is a part of; empty where all of it is of one class.
    pub fn of(&self, flow: usize, data: &FlowData) -> &[(Class, i128)] {
        let found = stream(flow, data).and_then(|stream| self.0.get(&stream));
        found.map_or(&[], |hybrid| &hybrid.shares)
    }

    /// All, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Hybrid> {
        self.0.values()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn stream(flow: usize, data: &FlowData) -> Option<Stream> {
    let flows = &data.flows;
    // A correction belongs where what it corrects does.
    let root = flows.root(flow);
    let agreement = flows.agreement(root)?;
    Some((agreement, flows.from(root), flows.to(root), flows.terms_of(root).unit_of_account.clone()))
}

/// Agreements with flows of several classes: the others need no more looking at.
fn mixed(data: &FlowData, classified: &Classified) -> Vec<bool> {
    let mut first: Vec<Option<Class>> = vec![None; data.agreements.len()];
    let mut mixed = vec![false; data.agreements.len()];
    for flow in 0..data.flows.len() {
        if let Some(agreement) = data.flows.agreement(data.flows.root(flow)) {
            let class = classified.judgement(flow).class;
            mixed[agreement] |= *first[agreement].get_or_insert(class) != class;
        }
    }
    mixed
}

fn split(mut sums: BTreeMap<Class, i128>) -> Vec<(Class, i128)> {
    sums.retain(|_, value| *value > 0);
    if sums.len() < 2 {
        return Vec::new();
    }
    let weights: Vec<BigInt> = sums.values().map(|value| BigInt::from(*value)).collect();
    let names: Vec<String> = sums.keys().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let parts = largest_remainder(WHOLE, &weights, &names).unwrap_or_default();
    sums.into_keys().zip(parts).collect()
}
