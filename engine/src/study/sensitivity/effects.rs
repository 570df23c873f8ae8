//! What each datum does to each lane, gathered.

use std::collections::BTreeMap;

use super::datum::Datum;
use super::lanes::Lanes;
use super::spread::Reach;

/// The derivative of a result to a datum as recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    pub(super) datum: Datum,
    /// When it grows.
    pub(super) up: f64,
    /// When it shrinks.
    pub(super) down: f64,
    /// What the range of a factor does to the result.
    pub(super) range: Reach,
}

impl Effect {
    /// The derivative of the side on which more moves.
    pub(super) fn stronger(&self) -> f64 {
        if self.is_downwards() { self.down } else { self.up }
    }

    /// Are the derivatives numbers? Those of a datum whose unit is tiny against what it moves may be too large for one.
    pub(super) fn is_known(&self) -> bool {
        self.up.is_finite() && self.down.is_finite()
    }

    fn is_downwards(&self) -> bool {
        self.down.abs() > self.up.abs()
    }
}

/// The effects of all data.
pub(super) struct Effects<'a> {
    lanes: &'a Lanes,
    done: Vec<Effect>,
    /// Data that act in several places.
    sums: BTreeMap<Datum, Vec<f64>>,
    /// What ranges do below and above the central value.
    ranges: BTreeMap<Datum, [Vec<f64>; 2]>,
}

impl<'a> Effects<'a> {
    pub(super) fn new(lanes: &'a Lanes) -> Self {
        Self { lanes, done: Vec::new(), sums: BTreeMap::new(), ranges: BTreeMap::new() }
    }

    /// A datum that acts here alone; one value a lane.
    pub(super) fn once(&mut self, datum: Datum, change: &[f64]) {
        let (up, down) = self.lanes.sides(change);
        self.push(Effect { datum, up, down, range: Reach::default() });
    }

    /// The same, of a datum below which nothing changes.
    pub(super) fn only_up(&mut self, datum: Datum, change: &[f64]) {
        let (up, _) = self.lanes.sides(change);
        self.push(Effect { datum, up, down: 0.0, range: Reach::default() });
    }

    /// Adds to what a datum does: it acts elsewhere too.
    pub(super) fn add(&mut self, datum: Datum, change: impl IntoIterator<Item = f64>) {
        let sums = self.sums.entry(datum).or_insert_with(|| vec![0.0; self.lanes.len()]);
        for (sum, change) in sums.iter_mut().zip(change) {
            *sum += change;
        }
    }

    /// Adds to what the range of a datum does that acts elsewhere too: so much a lane times its reach.
    pub(super) fn add_range(&mut self, datum: Datum, by_lane: &[f64], reach: Reach) {
        let sums = self.ranges.entry(datum).or_insert_with(|| [(); 2].map(|()| vec![0.0; self.lanes.len()]));
        for (sums, reach) in sums.iter_mut().zip([reach.below, reach.above]) {
            for (sum, by) in sums.iter_mut().zip(by_lane) {
                *sum += by * reach;
            }
        }
    }

    /// All data that move the result.
    pub(super) fn all(mut self) -> Vec<Effect> {
        for (datum, change) in std::mem::take(&mut self.sums) {
            let (up, down) = self.lanes.sides(&change);
            let mut effect = Effect { datum, up, down, range: Reach::default() };
            if let Some([below, above]) = self.ranges.get(&datum) {
                // On the side that counts for all data.
                let sides = |change: &Vec<f64>| {
                    let (up, down) = self.lanes.sides(change);
                    if effect.is_downwards() { down } else { up }
                };
                effect.range = Reach { below: sides(below), above: sides(above) };
            }
            self.push(effect);
        }
        self.done
    }

    fn push(&mut self, effect: Effect) {
        if effect.up != 0.0 || effect.down != 0.0 || effect.range.is_any() {
            self.done.push(effect);
        }
    }
}
