//! Footprints of a few nodes for many right-hand sides: one activity each, and sums over it. `gᵀ = bᵀ A⁻¹ f` has two
//! readings, and this one solves once a node and not once a right-hand side.
//!
//! The bound: with `A δ = r` for what the activity is off by, `|b δ| = |y r|`, and `|y| <= max(|b| / w) z` for `M z >= w`.

use crate::base::float::Double;

use super::activity::{Activities, Activity};
use super::certificate;
use super::footprint::Footprints;
use super::lanes::LANES;

/// A loop this long is worth it.
const LARGE: usize = 100;

/// A footprint of one node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    /// Per reference unit of the product of the node: the nearest double, as far as the bound tells.
    pub value: f64,
    /// A bound on its error.
    pub bound: f64,
}

/// What may be wrong with a footprint before it is rounded, relative to it: a small part of the half of its last digit.
const EXACT: f64 = 1e-18;

/// Nodes whose activity is known.
#[derive(Clone, Debug)]
pub struct Few {
    nodes: Vec<usize>,
    activities: Vec<Activity>,
    /// By node, `M z >= w` for what each makes net of its own use.
    z: Vec<f64>,
}

impl Footprints<'_> {
    /// Gets ready for so few nodes that this takes less than a solve for so many right-hand sides; `None` if it would take more,
    /// or if there is no proof that the chain is productive.
    pub fn few(&self, nodes: &[usize], rights: usize) -> Option<Few> {
        let is_worth_it = nodes.len() <= LANES && rights > nodes.len() && self.has_loop_of(LARGE);
        if !is_worth_it || nodes.iter().any(|node| self.blocks().of(*node).is_none()) {
            return None;
        }
        let m = self.matrix();
        let mut weights: Vec<[f64; 1]> = (0..m.len()).map(|place| [m.net(place).hi.abs()]).collect();
        let mut z = vec![[0.0]; m.len()];
        certificate::bounds(m, self.slow(), self.certified(), &mut weights, &mut z);
        if z.iter().any(|[z]| !z.is_finite()) {
            return None;
        }
        let demands: Vec<[(usize, f64); 1]> = nodes.iter().map(|&node| [(node, 1.0)]).collect();
        let demands: Vec<&[(usize, f64)]> = demands.iter().map(<[_; 1]>::as_slice).collect();
        let activities = Activities::new(self).of(&demands);
        let z = z.into_iter().map(|[z]| z).collect();
        Some(Few { nodes: nodes.to_vec(), activities, z })
    }
}

impl Few {
    /// What a node sets in motion, if it is one of the few: nodes and their activity, ascending.
    pub fn activity(&self, node: usize) -> Option<Vec<(usize, f64)>> {
        let at = self.nodes.iter().position(|own| *own == node)?;
        Some(self.activities[at].rounded().collect())
    }

    /// The same, twice as long.
    pub fn long_activity(&self, node: usize) -> Option<Vec<(usize, Double)>> {
        let at = self.nodes.iter().position(|own| *own == node)?;
        Some(self.activities[at].long().collect())
    }

    /// Footprints of all of them in the chain that they are of, for what each node causes itself, per activity as recorded.
    pub fn footprints(&self, of: &Footprints, right: &[Double]) -> Vec<Footprint> {
        let found = self.activities.iter().map(|activity| self.of(of, activity, right));
        if let Some(found) = found.collect() {
            return found;
        }
        // What nearly cancels is solved the other way, which weighs a bound against the largest footprint.
        let solution = of.solve(right);
        self.nodes
            .iter()
            .map(|&n| Footprint { value: solution.values[n], bound: solution.bounds[n] })
            .collect()
    }

    /// `None`: it is not sure to be the nearest double.
    fn of(&self, of: &Footprints, activity: &Activity, right: &[Double]) -> Option<Footprint> {
        let m = of.matrix();
        let mut sum = Double::default();
        let mut size = 0.0;
        for &(node, hi, lo) in &activity.nodes {
            let own = right[node];
            if own.hi != 0.0 {
                sum = sum.plus_product(hi, own).plus_product(lo, own);
                size += (hi * own.hi).abs();
            }
        }
        let count = activity.nodes.len() as f64 + 8.0;
        let rounding = size * count * count * (f64::EPSILON * f64::EPSILON);
        let rest: f64 = activity.rest.iter().map(|&(place, rest)| self.z[place] * rest).sum();
        let intensity = (0..m.len()).map(|place| right[m.node(place)].hi.abs() / m.net(place).hi.abs());
        let intensity = intensity.fold(0.0, f64::max);
        let wrong = intensity * rest * (1.0 + 1e-10) + rounding;
        let bound = (wrong + sum.lo.abs()) * (1.0 + 4.0 * f64::EPSILON);
        (wrong <= EXACT * sum.hi.abs()).then_some(Footprint { value: sum.hi, bound })
    }
}
