//! What one side covers and the other does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::listed::listed;
use crate::pricing::{CutOff, IndicatorCost, TruePrice};

/// How many names of a kind are said.
const NAMED: usize = 8;

/// What begins the words for what is cut off.
pub(super) const CUT_OFF: &str = "cut off";

/// Sides, in words.
const SIDES: [&str; 2] = ["as it is", "in the scenario"];

/// What is covered differently, in words.
pub(super) fn coverage((base, scenario): (&TruePrice, &TruePrice)) -> Vec<String> {
    let sides = [base, scenario];
    let mut words = Vec::new();
    let mut differing = |what: &str, of: &dyn Fn(&TruePrice) -> BTreeSet<String>| {
        let [own, other] = sides.map(of);
        for (place, more) in SIDES.into_iter().zip([own.difference(&other), other.difference(&own)]) {
            let names: Vec<&String> = more.collect();
            if !names.is_empty() {
                words.push(format!("{what} only {place}: {}", listed(names, NAMED)));
            }
        }
    };
    differing("priced", &|p| p.coverage.priced.iter().cloned().collect());
    differing("without a factor", &|p| p.coverage.unpriced.keys().cloned().collect());
    differing("priced under another indicator", &|p| p.coverage.excluded.keys().cloned().collect());
    differing("stated in part", &|p| p.coverage.partial.keys().cloned().collect());
    differing("not stated", &|p| p.coverage.not_stated.iter().cloned().collect());
    differing(CUT_OFF, &|p| {
        let inputs = p.coverage.cutoffs.iter();
        inputs.map(called).collect()
    });
    // In both, and not to the same extent.
    let of_part = |name: &String, parts: [f64; 2]| {
        let [own, other] = parts.map(|part| format!("{:.3} %", 100.0 * part));
        format!("{name} ({own} {}, {other} {})", SIDES[0], SIDES[1])
    };
    let parts = in_both(sides, |p| p.indicators.iter().filter_map(without_factor).collect());
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, [own, other])| (own - other).abs() > 1e-6)
        .map(|(name, parts)| of_part(name, *parts))
        .collect();
    let amounts = in_both(sides, amounts_cut_off);
    let amounts: Vec<String> = amounts
        .iter()
        .filter(|(_, [own, other])| own.differs(other))
        .map(|(name, [own, other])| {
            let [own, other] = [own, other].map(|amounts| listed(&amounts.recorded, NAMED));
            format!("{name} ({own} {}, {other} {})", SIDES[0], SIDES[1])
        })
        .collect();
    let silent = in_both(sides, |p| {
        let partial = p.coverage.partial.iter();
        partial
            .map(|(id, processes)| (id.clone(), processes.iter().cloned().collect::<BTreeSet<_>>()))
            .collect()
    });
    for (what, names) in [("another part has no factor", parts), ("cut off in another amount", amounts)] {
        if !names.is_empty() {
            words.push(format!("{what}: {}", listed(names, NAMED)));
        }
    }
    for (id, [own, other]) in &silent {
        for (place, more) in SIDES.into_iter().zip([own.difference(other), other.difference(own)]) {
            let names: Vec<&String> = more.collect();
            if !names.is_empty() {
                words.push(format!("{id} not stated only {place} by {}", listed(names, NAMED)));
            }
        }
    }
    words
}

/// The part of an indicator that has no factor, where some has one.
fn without_factor(k: &IndicatorCost) -> Option<(String, f64)> {
    let (priced, unpriced) = (k.priced_amount.abs(), k.unpriced_amount.abs());
    let part = unpriced / (priced + unpriced);
    (k.is_priced && !k.unpriced_reasons.is_empty() && part.is_finite()).then(|| (k.indicator.clone(), part))
}

/// What a process takes of a product that is cut off.
#[derive(Default)]
struct Amounts {
    /// As recorded.
    recorded: Vec<String>,
    /// Sum, in the unit of the product.
    sum: f64,
}

impl Amounts {
    /// 10 kg and 10,000 g do not.
    fn differs(&self, other: &Self) -> bool {
        let largest = self.sum.abs().max(other.sum.abs());
        self.recorded != other.recorded && (self.sum - other.sum).abs() > 1e-9 * largest
    }
}

fn called(cutoff: &CutOff) -> String {
    format!("{} of {}", cutoff.product, cutoff.process)
}

fn amounts_cut_off(price: &TruePrice) -> BTreeMap<String, Amounts> {
    let mut amounts: BTreeMap<String, Amounts> = BTreeMap::new();
    for cutoff in &price.coverage.cutoffs {
        let of = amounts.entry(called(cutoff)).or_default();
        of.recorded.push(cutoff.recorded.clone());
        of.sum += cutoff.amount;
    }
    amounts
}

/// What both sides have by a name, side by side.
fn in_both<T>(
    sides: [&TruePrice; 2],
    of: impl Fn(&TruePrice) -> BTreeMap<String, T>,
) -> BTreeMap<String, [T; 2]> {
    let [own, mut other] = sides.map(of);
    own.into_iter().filter_map(|(name, own)| other.remove(&name).map(|other| (name, [own, other]))).collect()
}
