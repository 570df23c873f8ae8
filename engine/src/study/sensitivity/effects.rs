//! What each datum does to each lane, gathered.

use std::collections::BTreeMap;

use super::datum::Datum;
use super::lanes::Lanes;

/// The derivative of a result to a datum as recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    pub(super) datum: Datum,
    /// When it grows.
    pub(super) up: f64,
    /// When it shrinks.
    pub(super) down: f64,
}

/// The effects of all data.
pub(super) struct Effects<'a> {
    lanes: &'a Lanes,
    done: Vec<Effect>,
    /// Data that act in several places.
    sums: BTreeMap<Datum, Vec<f64>>,
}

impl<'a> Effects<'a> {
    pub(super) fn new(lanes: &'a Lanes) -> Self {
        Self { lanes, done: Vec::new(), sums: BTreeMap::new() }
    }

    /// A datum that acts here alone; one value a lane.
    pub(super) fn once(&mut self, datum: Datum, change: &[f64]) {
        let (up, down) = self.lanes.sides(change);
        self.push(Effect { datum, up, down });
    }

    /// The same, of a datum below which nothing changes.
    pub(super) fn only_up(&mut self, datum: Datum, change: &[f64]) {
        let (up, _) = self.lanes.sides(change);
        self.push(Effect { datum, up, down: 0.0 });
    }

    /// Adds to what a datum does: it acts elsewhere too.
    pub(super) fn add(&mut self, datum: Datum, change: impl IntoIterator<Item = f64>) {
        let sums = self.sums.entry(datum).or_insert_with(|| vec![0.0; self.lanes.len()]);
        for (sum, change) in sums.iter_mut().zip(change) {
            *sum += change;
        }
    }

    /// All data that move the result.
    pub(super) fn all(mut self) -> Vec<Effect> {
        for (datum, change) in std::mem::take(&mut self.sums) {
            self.once(datum, &change);
        }
        self.done
    }

    fn push(&mut self, effect: Effect) {
        if effect.up != 0.0 || effect.down != 0.0 {
            self.done.push(effect);
        }
    }
}
