//! Hybrids: an agreement whose parts are of several classes, by share of its value.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use crate::base::split::largest_remainder;
use crate::data::flows::{Class, FlowData};
use crate::flows::Prepared;

use super::classify::Classified;

/// Shares are parts of a million.
pub const WHOLE: i128 = 1_000_000;

/// The classes of what passes under the agreement of a flow, from its giver to its receiver in its unit, each with its
/// share in [`WHOLE`]; they add up. Empty where all of it is of one class.
pub fn shares(
    flow: usize,
    data: &FlowData,
    prepared: &Prepared,
    classified: &Classified,
) -> Vec<(Class, i128)> {
    let flows = &data.flows;
    let unit = |flow: usize| &flows.terms_of(flow).unit_of_account;
    let mut sums: BTreeMap<Class, i128> = BTreeMap::new();
    for other in prepared.bundles.together(flow) {
        let along = flows.from(other) == flows.from(flow)
            && flows.to(other) == flows.to(flow)
            && unit(other) == unit(flow);
        if let Some(value) = flows.value(other).filter(|_| along) {
            *sums.entry(classified.judgement(other).class).or_default() += value.units();
        }
    }
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
