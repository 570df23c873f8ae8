//! A chain whose amounts change and whose structure stays: solved again and again, always from the same start.

use std::ops::Range;

use super::Footprints;
use super::certificate::{Verdict, verdict};
use super::direct::Direct;
use super::lanes::{LANES, Lane, from_outside, iterate, line, settle, slack};
use super::matrix::Matrix;

/// What a step of a sweep may still change of a value, of draws: their spread is a billion times that.
pub const TOLERANCE: f64 = 1e-10;
/// Sweeps before a block is factored.
const SWEEPS: usize = 1_000;
/// Sweeps to look for a vector that proves a block productive.
const PROOF: usize = 200;

/// Which way a chain is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `Aᵀ y = b`: what a unit of every product causes.
    Footprints,
    /// `A s = f`: what a demand sets in motion.
    Activity,
}

/// A number of the equations that may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// What one node takes of another.
    Amount(usize),
    /// What a node makes net of its own use, by place.
    Net(usize),
}

/// Why there is no solution that makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsound {
    /// A loop uses up as much as it makes, or more.
    NotProductive,
    /// Equations without a single solution.
    Singular,
}

/// Equations of a chain, of which the numbers may be changed.
#[derive(Clone, Debug)]
pub struct Varying {
    matrix: Matrix,
    /// Pairs that are solved as one, with where their amounts are.
    pairs: Vec<(usize, usize, usize)>,
    /// Blocks without a proof in the middle, solved directly.
    uncertain: Vec<bool>,
    /// Of the numbers in the middle, for each block that has one: `M z >= 1`, with nothing outside of it.
    proofs: Vec<Option<Vec<Lane<1>>>>,
    /// Zeros, but while a block is looked at.
    z: Vec<Lane<1>>,
    ones: Vec<Lane<1>>,
    direct: Vec<Option<Direct>>,
}

impl Varying {
    /// Of a chain that was made ready, with its numbers as they are.
    pub fn new(footprints: &Footprints, direction: Direction) -> Self {
        let forward = direction == Direction::Activity;
        let matrix = if forward { footprints.matrix().transposed() } else { footprints.matrix().clone() };
        let count = matrix.blocks().len();
        let uncertain = (0..count).map(|block| {
            let own = if forward { count - 1 - block } else { block };
            footprints.is_unproved(own)
        });
        let (mut z, ones) = (vec![[0.0]; matrix.len()], vec![[1.0]; matrix.len()]);
        let mut proof = |places: &Range<usize>| {
            if places.len() == 1 {
                return None;
            }
            let ([scale], _) = settle(&matrix, places, &ones, &mut z, PROOF);
            let found = z[places.clone()].to_vec();
            z[places.clone()].fill([0.0]);
            // A block that is slow is looked at anew each time.
            (scale <= 2.0).then_some(found)
        };
        let proofs = matrix.blocks().iter().map(&mut proof).collect();
        Self {
            proofs,
            pairs: matrix.pair_entries(),
            uncertain: uncertain.collect(),
            direct: vec![None; count],
            z,
            ones,
            matrix,
        }
    }

    /// How many places.
    pub fn len(&self) -> usize {
        self.matrix.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Places of each loop. Elsewhere it does not matter what a solution starts from.
    pub fn loops(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.matrix.blocks().iter().filter(|places| places.len() > 1).cloned()
    }

    /// The place of a node that is in the part that was made ready.
    pub fn place(&self, node: usize) -> usize {
        self.matrix.place(node)
    }

    /// Where the amount is that a node takes of another, if it takes some.
    pub fn spot(&self, direction: Direction, taker: usize, supplier: usize) -> Option<Spot> {
        let (taker, supplier) = (self.place(taker), self.place(supplier));
        if taker == supplier {
            return Some(Spot::Net(taker));
        }
        let entry = match direction {
            Direction::Footprints => self.matrix.entry(taker, supplier),
            Direction::Activity => self.matrix.entry(supplier, taker),
        };
        entry.map(Spot::Amount)
    }

    /// Puts another number in a spot.
    pub fn set(&mut self, spot: Spot, value: f64) {
        match spot {
            Spot::Amount(entry) => self.matrix.set_amount(entry, value),
            Spot::Net(place) => self.matrix.set_net(place, value),
        }
    }

    /// After numbers were changed: can these equations be solved, and does the solution make sense?
    pub fn settle(&mut self) -> Result<(), Unsound> {
        self.matrix.renew_pairs(&self.pairs);
        for block in 0..self.direct.len() {
            self.direct[block] = None;
            let places = self.matrix.blocks()[block].clone();
            if self.uncertain[block] {
                self.direct[block] = Some(self.factored(&places)?);
                continue;
            }
            if places
                .clone()
                .any(|place| self.matrix.net(place).hi.is_nan() || self.matrix.net(place).hi <= 0.0)
            {
                return Err(Unsound::NotProductive);
            }
            if places.len() == 1 || self.still_holds(block) {
                continue;
            }
            // What holds in the middle does not prove it: the block is looked at anew.
            match verdict(&self.matrix, &places, &mut self.z, &self.ones) {
                Verdict::Certified | Verdict::Estimated => {}
                Verdict::NotProductive => return Err(Unsound::NotProductive),
                Verdict::Slow(_) | Verdict::Uncertified => self.direct[block] = Some(self.factored(&places)?),
            }
        }
        Ok(())
    }

    /// `M z > 0` for the z of the middle: the block is productive, whatever else changed in it.
    fn still_holds(&mut self, block: usize) -> bool {
        let Some(proof) = &self.proofs[block] else { return false };
        let places = self.matrix.blocks()[block].clone();
        self.z[places.clone()].copy_from_slice(proof);
        let [scale] = slack(&self.matrix, &places, &self.ones, &self.z);
        self.z[places].fill([0.0]);
        scale.is_finite()
    }

    fn factored(&self, places: &Range<usize>) -> Result<Direct, Unsound> {
        Direct::new(&self.matrix, places).ok_or(Unsound::Singular)
    }

    /// Solves for `columns` right-hand sides, which stand side by side at each place, from what stands in `y`.
    pub fn solve(&self, columns: usize, right: &[f64], y: &mut [f64], tolerance: f64) -> Result<(), Unsound> {
        let mut first = 0;
        while first < columns {
            let left = columns - first;
            match left {
                1 => self.lanes::<1>(first, 1, columns, right, y, tolerance)?,
                2..=4 => self.lanes::<4>(first, left, columns, right, y, tolerance)?,
                _ => self.lanes::<LANES>(first, left.min(LANES), columns, right, y, tolerance)?,
            }
            first += LANES;
        }
        Ok(())
    }

    fn lanes<const L: usize>(
        &self,
        first: usize,
        count: usize,
        columns: usize,
        right: &[f64],
        y: &mut [f64],
        tolerance: f64,
    ) -> Result<(), Unsound> {
        let gathered = |all: &[f64]| -> Vec<Lane<L>> {
            let row = |place: &[f64]| {
                let mut lane = [0.0; L];
                lane[..count].copy_from_slice(&place[first..first + count]);
                lane
            };
            all.chunks_exact(columns).map(row).collect()
        };
        let (right, mut own) = (gathered(right), gathered(y));
        self.sweep::<L>(&right, &mut own, tolerance)?;
        for (place, lane) in y.chunks_exact_mut(columns).zip(&own) {
            place[first..first + count].copy_from_slice(&lane[..count]);
        }
        Ok(())
    }

    fn sweep<const L: usize>(
        &self,
        right: &[Lane<L>],
        y: &mut [Lane<L>],
        tolerance: f64,
    ) -> Result<(), Unsound> {
        let (m, mut begun) = (&self.matrix, 0);
        for (block, places) in m.blocks().iter().enumerate() {
            if places.len() == 1 {
                continue;
            }
            line(m, begun..places.start, right, y);
            begun = places.end;
            let arrived = self.direct[block].is_none()
                && !iterate(m, places, right, y, tolerance, SWEEPS).contains(&false);
            if !arrived {
                let inside = from_outside::<L, false>(m, places, right, y);
                match &self.direct[block] {
                    Some(direct) => direct.solve_lanes(&inside, &mut y[places.clone()]),
                    None => self.factored(places)?.solve_lanes(&inside, &mut y[places.clone()]),
                }
            }
        }
        line(m, begun..m.len(), right, y);
        Ok(())
    }
}
