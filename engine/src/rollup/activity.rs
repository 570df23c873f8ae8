//! How much of every process a demand sets in motion: `A s = f`, consumers before suppliers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use crate::base::float::Double;

use super::footprint::{Footprints, footprints_of};
use super::lanes::{LANES, Lane, Long, from_outside, iterate, taken};
use super::matrix::Matrix;

/// Sweeps in a block before it is factored.
const SWEEPS: usize = 1_000;
/// What a step of a sweep may still change of an activity.
const TOLERANCE: f64 = 1e-12;
/// The same of a correction.
const TOLERANCE_OF_REST: f64 = 1e-10;
/// Corrections against the exact residual, and the size from which on they leave nothing that a double could show.
const CORRECTIONS: usize = 6;
const ENOUGH: f64 = 1e-10;

/// Activity of each node, as recorded, that one reference unit of the product of `node` needs.
/// Only nodes that are needed are listed, ascending.
pub fn activity(footprints: &Footprints, node: usize) -> Vec<(usize, f64)> {
    if footprints.blocks().of(node).is_none() {
        // It is not in the part that was made ready; without a solution it sets nothing in motion.
        return footprints_of(footprints.chain(), &[node])
            .map(|own| activity(&own, node))
            .unwrap_or_default();
    }
    activity_of(footprints, &[(node, 1.0)])
}

/// The same of several products: nodes and how much of each is wanted, in reference units. All of them are in the part
/// that was made ready; others set nothing in motion.
pub fn activity_of(footprints: &Footprints, demand: &[(usize, f64)]) -> Vec<(usize, f64)> {
    Activities::new(footprints).of(&[demand]).pop().map(|own| own.rounded().collect()).unwrap_or_default()
}

/// [`activity`], twice as long.
pub fn long_activity(footprints: &Footprints, node: usize) -> Vec<(usize, Double)> {
    if footprints.blocks().of(node).is_none() {
        return footprints_of(footprints.chain(), &[node])
            .map(|own| long_activity(&own, node))
            .unwrap_or_default();
    }
    let found = Activities::new(footprints).of(&[&[(node, 1.0)]]).pop();
    found.map(|own| own.long().collect()).unwrap_or_default()
}

/// What a demand sets in motion: sums of two doubles, by node, ascending; none of them is zero.
#[derive(Clone, Debug, Default)]
pub(super) struct Activity {
    pub(super) nodes: Vec<(usize, f64, f64)>,
    /// What is wanted and not made: a bound on its size, by place.
    pub(super) rest: Vec<(usize, f64)>,
}

impl Activity {
    /// The nearest doubles.
    pub(super) fn rounded(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.nodes.iter().map(|&(node, hi, _)| (node, hi))
    }

    /// Twice as long.
    pub(super) fn long(&self) -> impl Iterator<Item = (usize, Double)> + '_ {
        self.nodes.iter().map(|&(node, hi, lo)| (node, Double { hi, lo }))
    }
}

/// Room to solve for one demand after the other.
pub(super) struct Activities<'a> {
    footprints: &'a Footprints<'a>,
    /// Rows are what is taken of a place, by whom; places are counted from the other end.
    turned: &'a Matrix,
    is_waiting: Vec<bool>,
}

impl<'a> Activities<'a> {
    pub(super) fn new(footprints: &'a Footprints<'a>) -> Self {
        let turned = footprints.turned();
        Self { footprints, turned, is_waiting: vec![false; turned.blocks().len()] }
    }

    /// Solves for each demand: nodes and how much of each is wanted, in reference units. Each is the same as if it were solved
    /// alone, to the last bit.
    ///
    /// In loops it is corrected against its exact residual, so that what a chain causes adds up to its footprint.
    pub(super) fn of(&mut self, demands: &[&[(usize, f64)]]) -> Vec<Activity> {
        let mut all = Vec::with_capacity(demands.len());
        for some in demands.chunks(LANES) {
            all.extend(match some.len() {
                1 => self.group::<1>(some),
                2..=4 => self.group::<4>(some),
                _ => self.group::<LANES>(some),
            });
        }
        all
    }

    fn group<const L: usize>(&mut self, demands: &[&[(usize, f64)]]) -> Vec<Activity> {
        let (t, footprints) = (self.turned, self.footprints);
        let mut right = Long::<L>::new(t.len());
        let mut begin = Vec::new();
        for (l, demand) in demands.iter().enumerate() {
            for &(node, amount) in demand.iter().filter(|(node, _)| footprints.blocks().of(*node).is_some()) {
                right.hi[t.place(node)][l] = amount;
                begin.extend(footprints.blocks().of(node).map(|block| t.blocks().len() - 1 - block));
            }
        }
        let mut step = vec![[0.0; L]; t.len()];
        let reached = self.reach(begin, &right.hi, &mut step);
        let mut long = Long::<L>::new(t.len());
        let mut residual = vec![[0.0; L]; t.len()];
        let mut doubt = vec![[0.0; L]; t.len()];
        let places: Vec<Range<usize>> = joined(reached.iter().map(|&block| t.blocks()[block].clone()));
        let has_loops = reached.iter().any(|&block| t.blocks()[block].len() > 1);
        let mut active = [true; L];
        let mut last = [f64::INFINITY; L];
        for round in 0..=CORRECTIONS {
            if round > 0 {
                for own in &places {
                    step[own.clone()].fill([0.0; L]);
                }
                for &block in &reached {
                    self.solve(block, &residual, &mut step, TOLERANCE_OF_REST);
                }
            }
            let size = long.add_in(&places, &step, &active);
            if !has_loops {
                break;
            }
            for l in 0..L {
                let is_done = size[l] >= last[l] || !size[l].is_finite() || (round > 0 && size[l] <= ENOUGH);
                active[l] &= !is_done;
            }
            last = size;
            for own in &places {
                long.residual(t, own.clone(), &right, &mut residual, &mut doubt);
            }
            if !active.contains(&true) {
                break;
            }
        }
        if !has_loops {
            for own in &places {
                long.residual(t, own.clone(), &right, &mut residual, &mut doubt);
            }
        }
        let of_lane = |l: usize| {
            let own = places.iter().cloned().flatten().filter(|&at| long.hi[at][l] != 0.0);
            let mut nodes: Vec<_> = own.map(|at| (t.node(at), long.hi[at][l], long.lo[at][l])).collect();
            nodes.sort_unstable_by_key(|(node, ..)| *node);
            let rest = places.iter().cloned().flatten();
            let rest = rest.map(|at| (t.len() - 1 - at, residual[at][l].abs() + doubt[at][l]));
            Activity { nodes, rest: rest.filter(|(_, rest)| *rest != 0.0).collect() }
        };
        (0..demands.len()).map(of_lane).collect()
    }

    /// Solves block after block, as far as anything is set in motion; gives the blocks, in the order of solving.
    fn reach<const L: usize>(
        &mut self,
        begin: Vec<usize>,
        right: &[Lane<L>],
        s: &mut [Lane<L>],
    ) -> Vec<usize> {
        let (t, m, blocks) = (self.turned, self.footprints.matrix(), self.footprints.blocks());
        let count = t.blocks().len();
        let (mut waiting, mut reached) = (BinaryHeap::new(), Vec::new());
        let mut next = begin;
        loop {
            for block in next.drain(..) {
                if !std::mem::replace(&mut self.is_waiting[block], true) {
                    waiting.push(Reverse(block));
                }
            }
            let Some(Reverse(block)) = waiting.pop() else { break };
            self.solve(block, right, s, TOLERANCE);
            let moving = t.blocks()[block].clone().filter(|&place| s[place].iter().any(|s| *s != 0.0));
            let suppliers = moving.flat_map(|place| m.row(t.len() - 1 - place)).map(|(supplier, _)| supplier);
            let of = |supplier: usize| blocks.of(m.node(supplier)).map(|block| count - 1 - block);
            next.extend(suppliers.filter_map(of).filter(|&other| other != block));
            reached.push(block);
        }
        for &block in &reached {
            self.is_waiting[block] = false;
        }
        reached
    }

    /// Solves one block, whose consumers are solved.
    fn solve<const L: usize>(&self, block: usize, right: &[Lane<L>], s: &mut [Lane<L>], tolerance: f64) {
        let (t, own) = (self.turned, self.turned.blocks().len() - 1 - block);
        let places = &t.blocks()[block];
        let direct = self.footprints.direct(own);
        if let (None, 1) = (direct, places.len()) {
            let place = places.start;
            let waits = taken::<L, false>(t, place, s, right[place]);
            s[place] = waits.map(|waits| waits / t.net(place).hi);
            return;
        }
        let mut arrived = [false; L];
        if direct.is_none() {
            arrived = iterate(t, places, right, s, tolerance, SWEEPS);
        }
        if !arrived.contains(&false) {
            return;
        }
        // A loop that keeps almost all is factored.
        let Some(direct) = direct.or_else(|| self.footprints.all_factored()[own].as_ref()) else { return };
        let inside = from_outside::<L, false>(t, places, right, s);
        for l in (0..L).filter(|&l| !arrived[l]) {
            // The factors are those of the rows in their own order.
            let waits: Vec<f64> = inside.iter().rev().map(|row| row[l]).collect();
            let solved = if waits.iter().all(|w| *w == 0.0) { waits } else { direct.solve_transpose(&waits) };
            for (place, value) in places.clone().zip(solved.into_iter().rev()) {
                s[place][l] = value;
            }
        }
    }
}

/// Ranges that follow each other, as one.
fn joined(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => all.push(range),
        }
    }
    all
}
