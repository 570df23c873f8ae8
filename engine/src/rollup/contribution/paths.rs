//! Structural paths: which way through the chain a contribution comes, found without walking all of them.
//!
//! A path is cut where what it leads to can be no more than the cut-off: |amount| x Y, with Y per unit of the product
//! where it stands. Y solves the equations with absolute values, so that credits further down cannot hide a path.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::base::float::Double;
use crate::chain::Chain;
use crate::rollup::footprint::{Footprints, footprints_of};

use super::tiers::Passing;

/// Places of paths that are looked at before the search ends.
const LOOKS: usize = 1_000_000;
/// What a bound may be off by its own arithmetic.
const SLACK: f64 = 1.0 + 1e-9;

/// The most that one unit of each node's product can contribute, whatever the signs along its paths.
#[derive(Clone, Debug)]
pub struct Bound {
    /// By node, per reference unit.
    pub values: Vec<f64>,
    /// Is it a bound? If what goes round in credits has no finite sum there is none, and `values` are footprints of
    /// absolute interventions only.
    pub is_proved: bool,
}

/// The bound for what each node causes itself, per activity as recorded.
pub fn absolute(footprints: &Footprints, node: usize, direct: &[f64]) -> Bound {
    let chain = footprints.chain();
    let inside = |node: usize| footprints.blocks().of(node).is_some();
    let has_credits = (0..chain.nodes.len()).filter(|&node| inside(node)).any(|node| {
        chain.net_output(node) <= 0.0
            || chain.nodes[node].inputs.iter().any(|&(supplier, amount)| supplier != node && amount < 0.0)
    });
    let right: Vec<Double> = direct.iter().map(|own| Double::new(own.abs())).collect();
    let most = |footprints: &Footprints| -> Vec<f64> {
        let solution = footprints.solve(&right);
        solution
            .values
            .iter()
            .zip(&solution.bounds)
            .map(|(value, error)| (value.abs() + error) * SLACK)
            .collect()
    };
    if !has_credits {
        return Bound { values: most(footprints), is_proved: true };
    }
    let comparison = comparison(chain);
    if let Ok(solved) = footprints_of(&comparison, &[node]) {
        return Bound { values: most(&solved), is_proved: true };
    }
    Bound { values: most(footprints), is_proved: false }
}

/// The same chain with all amounts taken for burdens.
fn comparison(chain: &Chain) -> Chain {
    let mut comparison = chain.clone();
    for node in 0..comparison.nodes.len() {
        let own = &mut comparison.nodes[node];
        own.output = chain.net_output(node).abs();
        own.inputs.retain(|(supplier, _)| *supplier != node);
        for (_, amount) in &mut own.inputs {
            *amount = amount.abs();
        }
    }
    comparison
}

/// A way from a product to one of its suppliers, and what that supplier causes itself on this way.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Nodes, the product first.
    pub nodes: Vec<usize>,
    /// How much of the product of the last node, in its reference unit.
    pub amount: f64,
    /// Activity of the last node, as recorded.
    pub activity: f64,
    /// What it causes itself.
    pub contribution: f64,
    /// Its supplier tier.
    pub tier: usize,
}

/// What a search found.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The largest, by size, then by nodes.
    pub paths: Vec<Path>,
    /// How many reach the cut-off.
    pub above: usize,
    /// Were all looked at? Else the search ended at its limit, and more may reach the cut-off.
    pub is_complete: bool,
}

/// Where a path stands.
#[derive(Clone, Copy)]
struct Step {
    parent: usize,
    node: usize,
    amount: f64,
    tier: usize,
}

/// What is looked at next: the most first, the earliest of equals.
struct Next {
    most: f64,
    step: usize,
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        self.most.total_cmp(&other.most).then_with(|| other.step.cmp(&self.step))
    }
}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Next {}

/// Finds the paths of one reference unit of the product of `node` whose last node contributes `cutoff` or more itself,
/// in the unit of `direct` and `bound`; at most `most` of them are listed.
pub fn paths(
    chain: &Chain,
    passing: &Passing,
    node: usize,
    direct: &[f64],
    bound: &[f64],
    (cutoff, most): (f64, usize),
) -> Paths {
    let mut steps = vec![Step { parent: usize::MAX, node, amount: 1.0, tier: 0 }];
    let mut waiting = BinaryHeap::from([Next { most: bound[node], step: 0 }]);
    // The smallest of those that are kept comes first.
    let mut kept: BinaryHeap<Reverse<Next>> = BinaryHeap::new();
    let mut above = 0;
    while let Some(Next { step: at, .. }) = waiting.pop() {
        let Step { node, amount, tier, .. } = steps[at];
        let activity = amount / chain.net_output(node);
        let own = (activity * direct[node]).abs();
        if own >= cutoff && own > 0.0 {
            above += 1;
            kept.push(Reverse(Next { most: own, step: at }));
            if kept.len() > most {
                kept.pop();
            }
        }
        let tier = tier + usize::from(!passing.passes(node));
        for &(supplier, input) in chain.nodes[node].inputs.iter().filter(|(n, _)| *n != node) {
            let amount = input * activity;
            let reach = amount.abs() * bound[supplier];
            if reach >= cutoff && reach > 0.0 {
                waiting.push(Next { most: reach, step: steps.len() });
                steps.push(Step { parent: at, node: supplier, amount, tier });
            }
        }
        if steps.len() >= LOOKS {
            break;
        }
    }
    let is_complete = waiting.is_empty();
    let mut paths: Vec<Path> =
        kept.into_iter().map(|Reverse(next)| path(chain, &steps, next.step, direct)).collect();
    paths.sort_by(|a, b| {
        b.contribution.abs().total_cmp(&a.contribution.abs()).then_with(|| a.nodes.cmp(&b.nodes))
    });
    Paths { paths, above, is_complete }
}

/// The path that ends at a step.
fn path(chain: &Chain, steps: &[Step], at: usize, direct: &[f64]) -> Path {
    let Step { node, amount, tier, .. } = steps[at];
    let activity = amount / chain.net_output(node);
    let mut nodes = Vec::new();
    let mut next = at;
    while let Some(step) = steps.get(next) {
        nodes.push(step.node);
        next = step.parent;
    }
    nodes.reverse();
    Path { nodes, amount, activity, contribution: activity * direct[node], tier }
}
