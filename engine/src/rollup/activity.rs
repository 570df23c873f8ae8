//! How much of every process one unit of a product sets in motion: `A s = f`, consumers before suppliers.

use std::collections::BTreeSet;
use std::ops::Range;

use super::footprint::{Footprints, footprints_of};
use super::matrix::Matrix;

/// Sweeps in a block before what is left no longer matters for a share.
const SWEEPS: usize = 4_000;

/// Activity of each node, as recorded, that one reference unit of the product of `node` needs.
/// Only nodes that are needed are listed, ascending.
pub fn activity(footprints: &Footprints, node: usize) -> Vec<(usize, f64)> {
    let blocks = footprints.blocks();
    let Some(start) = blocks.of(node) else {
        // It is not in the part that was made ready; without a solution it sets nothing in motion.
        return footprints_of(footprints.chain(), &[node])
            .map(|own| activity(&own, node))
            .unwrap_or_default();
    };
    let m = footprints.matrix();
    // Demand waiting at each place; the highest block is the furthest from its suppliers.
    let mut demand = vec![0.0; m.len()];
    demand[m.place(node)] = 1.0;
    let mut waiting = BTreeSet::from([start]);
    let mut result = Vec::new();
    while let Some(block) = waiting.pop_last() {
        let places = m.blocks()[block].clone();
        let solved = match footprints.direct(block) {
            Some(direct) => direct.solve_transpose(&demand[places.clone()]),
            None if places.len() == 1 => vec![demand[places.start] / m.net(places.start).hi],
            None => iterate(m, &places, &mut demand),
        };
        for (place, amount) in places.clone().zip(solved) {
            if amount == 0.0 {
                continue;
            }
            result.push((m.node(place), amount));
            for (supplier, input) in m.row(place).filter(|(supplier, _)| *supplier < places.start) {
                demand[supplier] += input * amount;
                waiting.extend(blocks.of(m.node(supplier)));
            }
        }
    }
    result.sort_unstable_by_key(|(node, _)| *node);
    result
}

/// Gauss-Seidel over the block: what each member makes is passed on to those it takes from, until too little is left.
fn iterate(m: &Matrix, places: &Range<usize>, demand: &mut [f64]) -> Vec<f64> {
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
            over = over.max(step.abs() - 4e-16 * own.abs());
            size = size.max(step.abs());
            for (supplier, amount) in m.row(place).filter(|(supplier, _)| *supplier >= places.start) {
                demand[supplier] += amount * step;
            }
        }
        stuck = if size < 0.999 * least { 0 } else { stuck + 1 };
        least = least.min(size);
        if over <= 0.0 || stuck > 50 {
            break;
        }
    }
    s
}
