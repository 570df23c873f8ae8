//! How much of every process one unit of a product sets in motion: `A s = f`, consumers before suppliers.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::base::float::Double;

use super::footprint::{Footprints, footprints_of};
use super::matrix::Matrix;

/// Sweeps in a block before it is factored.
const SWEEPS: usize = 1_000;
/// What a step of a sweep may still change of an activity.
const TOLERANCE: f64 = 4e-16;
/// The same of a correction.
const TOLERANCE_OF_REST: f64 = 1e-6;
/// Corrections against the exact residual, and the size from which on they change nothing.
const CORRECTIONS: usize = 6;
const ENOUGH: f64 = 1e-15;

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
///
/// In loops it is corrected against its exact residual, so that what a chain causes adds up to its footprint.
pub fn activity_of(footprints: &Footprints, demand: &[(usize, f64)]) -> Vec<(usize, f64)> {
    let wanted: BTreeMap<usize, f64> = {
        let m = footprints.matrix();
        let inside = demand.iter().filter(|(node, _)| footprints.blocks().of(*node).is_some());
        inside.map(|&(node, amount)| (m.place(node), amount)).collect()
    };
    let m = footprints.matrix();
    let (mut s, has_loops) = solved(footprints, &wanted, TOLERANCE);
    let mut last = f64::INFINITY;
    for _ in 0..if has_loops { CORRECTIONS } else { 0 } {
        let (correction, _) = solved(footprints, &residual(m, &wanted, &s), TOLERANCE_OF_REST);
        let size = correction.iter().map(|(place, step)| (step / s.get(place).unwrap_or(step)).abs());
        let size = size.fold(0.0, f64::max);
        if size >= last || !size.is_finite() {
            break;
        }
        for (place, step) in correction {
            *s.entry(place).or_default() += step;
        }
        if size <= ENOUGH {
            break;
        }
        last = size;
    }
    let mut result: Vec<(usize, f64)> =
        s.into_iter().filter(|(_, s)| *s != 0.0).map(|(place, s)| (m.node(place), s)).collect();
    result.sort_unstable_by_key(|(node, _)| *node);
    result
}

/// What is wanted and not made yet, by place: `f - A s`, in numbers twice as long.
fn residual(m: &Matrix, wanted: &BTreeMap<usize, f64>, s: &BTreeMap<usize, f64>) -> BTreeMap<usize, f64> {
    let mut rest: BTreeMap<usize, Double> =
        wanted.iter().map(|(place, amount)| (*place, Double::new(*amount))).collect();
    for (&place, &own) in s {
        let made = rest.entry(place).or_default();
        *made = made.plus_product(-own, m.net(place));
        for (supplier, amount) in m.row(place) {
            let taken = rest.entry(supplier).or_default();
            *taken = taken.plus_product(own, Double::new(amount));
        }
    }
    rest.into_iter().map(|(place, rest)| (place, rest.hi)).filter(|(_, rest)| *rest != 0.0).collect()
}

/// One solve in doubles, by place, and whether it met a loop. The highest block is the furthest from its suppliers.
fn solved(
    footprints: &Footprints,
    wanted: &BTreeMap<usize, f64>,
    tolerance: f64,
) -> (BTreeMap<usize, f64>, bool) {
    let (m, blocks) = (footprints.matrix(), footprints.blocks());
    // Demand waiting at each place.
    let mut demand = vec![0.0; m.len()];
    let mut waiting = BTreeSet::new();
    for (&place, &amount) in wanted {
        demand[place] = amount;
        waiting.extend(blocks.of(m.node(place)));
    }
    let (mut result, mut has_loops) = (BTreeMap::new(), false);
    while let Some(block) = waiting.pop_last() {
        let places = m.blocks()[block].clone();
        has_loops |= places.len() > 1;
        let activity = match footprints.direct(block) {
            Some(direct) => direct.solve_transpose(&demand[places.clone()]),
            None if places.len() == 1 => vec![demand[places.start] / m.net(places.start).hi],
            None => {
                let waits = demand[places.clone()].to_vec();
                let (s, has_arrived) = iterate(m, &places, &mut demand, tolerance);
                // A loop that keeps almost all is factored.
                let direct = if has_arrived { None } else { footprints.all_factored()[block].as_ref() };
                direct.map_or(s, |direct| direct.solve_transpose(&waits))
            }
        };
        for (place, amount) in places.clone().zip(activity) {
            if amount == 0.0 {
                continue;
            }
            result.insert(place, amount);
            for (supplier, input) in m.row(place).filter(|(supplier, _)| *supplier < places.start) {
                demand[supplier] += input * amount;
                waiting.extend(blocks.of(m.node(supplier)));
            }
        }
    }
    (result, has_loops)
}

/// Gauss-Seidel over the block: what each member makes is passed on to those it takes from, until too little is left;
/// and whether it came to that.
fn iterate(m: &Matrix, places: &Range<usize>, demand: &mut [f64], tolerance: f64) -> (Vec<f64>, bool) {
    let mut s = vec![0.0_f64; places.len()];
    let (mut least, mut stuck) = (f64::INFINITY, 0);
    for _ in 0..SWEEPS {
        let (mut over, mut size) = (f64::NEG_INFINITY, 0.0_f64);
        for place in places.clone().rev() {
            let waits = std::mem::take(&mut demand[place]);
            if waits == 0.0 {
                continue;
            }
            let step = waits / m.net(place).hi;
            let own = &mut s[place - places.start];
            *own += step;
            over = over.max(step.abs() - tolerance * own.abs());
            size = size.max(step.abs());
            for (supplier, amount) in m.row(place).filter(|(supplier, _)| *supplier >= places.start) {
                demand[supplier] += amount * step;
            }
        }
        stuck = if size < 0.999 * least { 0 } else { stuck + 1 };
        least = least.min(size);
        if over <= 0.0 {
            return (s, true);
        }
        if stuck > 50 {
            break;
        }
    }
    (s, false)
}
