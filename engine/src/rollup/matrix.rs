//! The equations `Aᵀ y = b`, row by row in the order in which they are solved.

#![expect(
    clippy::inline_always,
    reason = "what is dispatched takes its instructions only where it is inlined"
)]

use std::ops::Range;

use crate::base::float::Double;
use crate::chain::Chain;

use super::blocks::Blocks;

/// Rows of `Aᵀ` in solving order. The place of a node is its row; all that stands outside of its block comes before it.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    starts: Vec<usize>,
    /// Place of each supplier, itself left out.
    suppliers: Vec<u32>,
    /// How much is taken of it: the negative of the entry of `Aᵀ`.
    amounts: Vec<f64>,
    /// What each makes net of its own use, exactly.
    net: Vec<Double>,
    /// One over it.
    inverse: Vec<f64>,
    /// Node of each place.
    node_of: Vec<u32>,
    /// Place of each node that is looked at.
    place_of: Vec<u32>,
    /// Places of each block.
    blocks: Vec<Range<usize>>,
    /// For the later of two that take much of each other: the pair.
    pairs: Vec<Option<Pair>>,
}

/// Two places that take much of each other: they are solved as one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    /// The earlier place.
    pub(super) other: usize,
    /// What the later one takes of the earlier one, and the other way round.
    pub(super) taken: f64,
    pub(super) given: f64,
}

/// The part that comes back round a pair from which on it is worth more than two divisions.
const TIGHT: f64 = 0.02;

impl Matrix {
    /// Puts a chain in the order of its blocks.
    pub(super) fn new(chain: &Chain, blocks: &Blocks) -> Self {
        let node_of: Vec<u32> = blocks.members.iter().flatten().map(|&node| node as u32).collect();
        let mut place_of = vec![u32::MAX; chain.nodes.len()];
        for (place, &node) in node_of.iter().enumerate() {
            place_of[node as usize] = place as u32;
        }
        let entries = node_of.iter().map(|&node| chain.nodes[node as usize].inputs.len()).sum();
        let mut matrix = Self {
            starts: Vec::with_capacity(node_of.len() + 1),
            suppliers: Vec::with_capacity(entries),
            amounts: Vec::with_capacity(entries),
            net: Vec::with_capacity(node_of.len()),
            inverse: Vec::with_capacity(node_of.len()),
            node_of,
            place_of,
            blocks: Vec::with_capacity(blocks.members.len()),
            pairs: Vec::new(),
        };
        matrix.starts.push(0);
        let mut row: Vec<(u32, f64)> = Vec::new();
        for at in 0..matrix.node_of.len() {
            let node = matrix.node_of[at] as usize;
            let mut net = Double::new(chain.nodes[node].output);
            row.clear();
            for &(supplier, amount) in &chain.nodes[node].inputs {
                if supplier == node {
                    net = net.plus_f64(-amount);
                } else {
                    row.push((matrix.place_of[supplier], amount));
                }
            }
            // In memory order: what is read together lies together.
            row.sort_unstable_by_key(|(place, _)| *place);
            matrix.suppliers.extend(row.iter().map(|(place, _)| *place));
            matrix.amounts.extend(row.iter().map(|(_, amount)| *amount));
            matrix.starts.push(matrix.suppliers.len());
            matrix.net.push(net);
            matrix.inverse.push(1.0 / net.hi);
        }
        let mut end = 0;
        for members in &blocks.members {
            matrix.blocks.push(end..end + members.len());
            end += members.len();
        }
        matrix.pairs = matrix.tight_pairs();
        matrix
    }

    /// Each place in one pair at most: with the one it gets the most back from.
    fn tight_pairs(&self) -> Vec<Option<Pair>> {
        let mut pairs = vec![None; self.len()];
        let mut taken_up = vec![false; self.len()];
        for places in self.blocks.iter().filter(|places| places.len() > 1) {
            for place in places.clone() {
                let mut best: (f64, Option<Pair>) = (TIGHT, None);
                for (other, taken) in self.row(place) {
                    if !places.contains(&other) || other > place || taken_up[other] {
                        continue;
                    }
                    let own = self.starts[other]..self.starts[other + 1];
                    let Ok(at) = self.suppliers[own.clone()].binary_search(&(place as u32)) else { continue };
                    let given = self.amounts[own][at];
                    let gain = (taken * given * self.inverse[place] * self.inverse[other]).abs();
                    if gain > best.0 && gain < 1.0 {
                        best = (gain, Some(Pair { other, taken, given }));
                    }
                }
                if let Some(pair) = best.1 {
                    taken_up[pair.other] = true;
                    taken_up[place] = true;
                    pairs[place] = Some(pair);
                }
            }
        }
        pairs
    }

    /// The same for `A s = f`: the place of a node is counted from the other end, so that all that takes from a node outside of its
    /// block comes before it.
    pub(super) fn transposed(&self) -> Self {
        let count = self.len();
        let mut starts = vec![0; count + 1];
        for &supplier in &self.suppliers {
            starts[count - supplier as usize] += 1;
        }
        (1..=count).for_each(|place| starts[place] += starts[place - 1]);
        let mut next = starts.clone();
        let (mut takers, mut amounts) = (vec![0; self.amounts.len()], vec![0.0; self.amounts.len()]);
        // From the last taker to the first: the new rows are sorted.
        for taker in (0..count).rev() {
            for (supplier, amount) in self.row(taker) {
                let slot = &mut next[count - 1 - supplier];
                (takers[*slot], amounts[*slot]) = ((count - 1 - taker) as u32, amount);
                *slot += 1;
            }
        }
        let turned = |place: u32| if place == u32::MAX { place } else { count as u32 - 1 - place };
        let blocks = self.blocks.iter().rev().map(|places| count - places.end..count - places.start);
        let mut matrix = Self {
            starts,
            suppliers: takers,
            amounts,
            net: self.net.iter().rev().copied().collect(),
            inverse: self.inverse.iter().rev().copied().collect(),
            node_of: self.node_of.iter().rev().copied().collect(),
            place_of: self.place_of.iter().map(|&place| turned(place)).collect(),
            blocks: blocks.collect(),
            pairs: Vec::new(),
        };
        matrix.pairs = matrix.tight_pairs();
        matrix
    }

    /// Where in memory the amount is that one place takes of another, if it does.
    pub(super) fn entry(&self, place: usize, other: usize) -> Option<usize> {
        let row = self.starts[place]..self.starts[place + 1];
        let found = self.suppliers[row.clone()].binary_search(&(other as u32)).ok()?;
        Some(row.start + found)
    }

    /// Puts another amount in its place.
    pub(super) fn set_amount(&mut self, entry: usize, amount: f64) {
        self.amounts[entry] = amount;
    }

    /// The same of what a place makes net of its own use.
    pub(super) fn set_net(&mut self, place: usize, net: f64) {
        (self.net[place], self.inverse[place]) = (Double::new(net), 1.0 / net);
    }

    /// Pairs with where their amounts are: later place, what it takes, what it gives.
    pub(super) fn pair_entries(&self) -> Vec<(usize, usize, usize)> {
        let found = self.pairs.iter().enumerate().filter_map(|(place, pair)| Some((place, pair.as_ref()?)));
        let entries = |(place, pair): (usize, &Pair)| {
            Some((place, self.entry(place, pair.other)?, self.entry(pair.other, place)?))
        };
        found.filter_map(entries).collect()
    }

    /// Gives pairs the amounts that stand in the rows by now. Where all comes back that went in, or more, they are no pair: solved
    /// as one they would hide that there is no solution that makes sense.
    pub(super) fn renew_pairs(&mut self, entries: &[(usize, usize, usize)]) {
        for &(place, taken, given) in entries {
            let other = self.suppliers[taken] as usize;
            let pair = Pair { other, taken: self.amounts[taken], given: self.amounts[given] };
            let gain = pair.taken * pair.given * self.inverse[place] * self.inverse[other];
            self.pairs[place] = (gain.abs() < 1.0).then_some(pair);
        }
    }

    /// The pair of which a place is the later one.
    #[inline(always)]
    pub(super) fn pair(&self, place: usize) -> Option<Pair> {
        self.pairs[place]
    }

    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.node_of.len()
    }

    /// Suppliers of a row and what is taken of each.
    #[inline(always)]
    pub(super) fn row(&self, place: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.starts[place]..self.starts[place + 1];
        let amounts = &self.amounts[range.clone()];
        self.suppliers[range].iter().zip(amounts).map(|(supplier, amount)| (*supplier as usize, *amount))
    }

    /// How many suppliers a row has.
    #[inline(always)]
    pub(super) fn terms(&self, place: usize) -> usize {
        self.starts[place + 1] - self.starts[place]
    }

    /// What a place makes net of its own use.
    #[inline(always)]
    pub(super) fn net(&self, place: usize) -> Double {
        self.net[place]
    }

    /// One over it.
    #[inline(always)]
    pub(super) fn inverse(&self, place: usize) -> f64 {
        self.inverse[place]
    }

    /// The node of a place.
    pub(super) fn node(&self, place: usize) -> usize {
        self.node_of[place] as usize
    }

    /// The place of a node that is looked at.
    pub(super) fn place(&self, node: usize) -> usize {
        self.place_of[node] as usize
    }

    /// Places of each block.
    pub(super) fn blocks(&self) -> &[Range<usize>] {
        &self.blocks
    }
}
