//! Activity by supplier tier: the power series of direct requirements, cut after so many terms, and what is left.
//!
//! Tier 0 is what makes the product, tier 1 what that takes, and so on: `s_0 = N⁻¹ f`, `s_t+1 = N⁻¹ U s_t`, with N what
//! nodes make net of their own use and U what they take of others. What a node takes of its own belongs to its own tier.
//! A mix, or a product that stands for the one it displaces, is no purchase: demand passes through it within its tier.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::Chain;
use crate::rollup::activity::activity_of;
use crate::rollup::footprint::Footprints;

/// Nodes without a process, through which demand passes within a tier, each before those that it takes from.
#[derive(Clone, Debug)]
pub struct Passing {
    rank: Vec<Option<u32>>,
}

impl Passing {
    /// Nodes without a process that take of each other in a circle count as suppliers: each round is a tier.
    pub fn new(chain: &Chain) -> Self {
        let passes = |node: usize| chain.nodes[node].process.is_none();
        let through = |node: usize| {
            chain.nodes[node].inputs.iter().map(|(n, _)| *n).filter(move |n| *n != node && passes(*n))
        };
        let mut takers: BTreeMap<usize, usize> =
            (0..chain.nodes.len()).filter(|n| passes(*n)).map(|n| (n, 0)).collect();
        let all: Vec<usize> = takers.keys().copied().collect();
        for supplier in all.iter().flat_map(|&node| through(node)) {
            *takers.entry(supplier).or_default() += 1;
        }
        let mut ready: Vec<usize> = all.iter().copied().filter(|node| takers[node] == 0).collect();
        let (mut rank, mut next) = (vec![None; chain.nodes.len()], 0);
        while let Some(node) = ready.pop() {
            rank[node] = Some(next);
            next += 1;
            for supplier in through(node) {
                let left = takers.entry(supplier).or_default();
                *left -= 1;
                if *left == 0 {
                    ready.push(supplier);
                }
            }
        }
        Self { rank }
    }

    /// Does demand pass through a node within its tier?
    pub fn passes(&self, node: usize) -> bool {
        self.rank[node].is_some()
    }
}

/// From tier to tier, beginning with one reference unit of a product.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    chain: &'a Chain,
    passing: &'a Passing,
    demand: BTreeMap<usize, f64>,
}

impl<'a> Walk<'a> {
    /// One reference unit of the product of a node.
    pub fn new(chain: &'a Chain, passing: &'a Passing, node: usize) -> Self {
        Self::of(chain, passing, BTreeMap::from([(node, 1.0)]))
    }

    /// So much of the products of these nodes.
    pub fn of(chain: &'a Chain, passing: &'a Passing, demand: BTreeMap<usize, f64>) -> Self {
        Self { chain, passing, demand }
    }

    /// What is wanted of the tier that comes next, in reference units: nodes, ascending.
    pub fn demand(&self) -> Vec<(usize, f64)> {
        self.demand.iter().map(|(node, amount)| (*node, *amount)).collect()
    }

    /// Is nothing wanted any more?
    pub fn is_done(&self) -> bool {
        self.demand.is_empty()
    }

    /// Demand for what has a process: what passes through others is what they take.
    pub fn pass_on(&mut self) {
        let rank = |node: usize| self.passing.rank[node].map(|rank| (rank, node));
        let mut through: BTreeSet<(u32, usize)> = self.demand.keys().filter_map(|&node| rank(node)).collect();
        while let Some((_, node)) = through.pop_first() {
            let amount = self.demand.remove(&node).unwrap_or_default() / self.chain.net_output(node);
            for &(supplier, input) in self.chain.nodes[node].inputs.iter().filter(|(n, _)| *n != node) {
                *self.demand.entry(supplier).or_default() += input * amount;
                through.extend(rank(supplier));
            }
        }
        self.demand.retain(|_, amount| *amount != 0.0);
    }

    /// The next tier: activity of its nodes, as recorded, ascending. What they take is then wanted.
    pub fn step(&mut self) -> Vec<(usize, f64)> {
        self.pass_on();
        let mut tier = Vec::with_capacity(self.demand.len());
        for (node, amount) in std::mem::take(&mut self.demand) {
            let activity = amount / self.chain.net_output(node);
            tier.push((node, activity));
            for &(supplier, input) in self.chain.nodes[node].inputs.iter().filter(|(n, _)| *n != node) {
                *self.demand.entry(supplier).or_default() += input * activity;
            }
        }
        self.demand.retain(|_, amount| *amount != 0.0);
        tier
    }
}

/// Activity by tier, as recorded, nodes ascending.
#[derive(Clone, Debug)]
pub struct Tiers {
    /// Tier 0 and so on.
    pub tiers: Vec<Vec<(usize, f64)>>,
    /// All that lies deeper: nothing where the chain ends before.
    pub deeper: Vec<(usize, f64)>,
}

/// Divides what one reference unit of the product of a node needs into the tiers 0 to `last`, and deeper ones.
///
/// What is deeper is solved for what the last tier takes, so that nothing is lost of it by subtraction.
pub fn tiers(footprints: &Footprints, passing: &Passing, node: usize, last: usize) -> Tiers {
    let mut walk = Walk::new(footprints.chain(), passing, node);
    let tiers: Vec<_> = (0..=last).map(|_| walk.step()).collect();
    let deeper = if walk.is_done() { Vec::new() } else { activity_of(footprints, &walk.demand()) };
    Tiers { tiers, deeper }
}
