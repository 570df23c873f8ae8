//! Footprints of few nodes by their activity, against a ring whose solution is a geometric series.

use num_traits::Signed;

use crate::base::decimal::{Exact, from_f64};
use crate::base::float::Double;
use crate::chain::Chain;
use crate::rollup::{activity_of, footprints, footprints_of};

use super::chain;

const COUNT: usize = 150;

/// A ring: each takes half of the next one.
fn ring() -> Chain {
    let inputs: Vec<[(usize, f64); 1]> = (0..COUNT).map(|at| [((at + 1) % COUNT, 0.5)]).collect();
    chain(&inputs.iter().map(|inputs| (1.0, &inputs[..])).collect::<Vec<_>>())
}

/// The sum of `b` along the ring from `node`, halved at each step and going round for ever: over 1 - 2^-150.
fn exactly(right: &[f64], node: usize) -> Exact {
    let half = Exact::new(1.into(), 2.into());
    let (mut weight, mut sum) = (Exact::from_integer(1.into()), Exact::from_integer(0.into()));
    for step in 0..COUNT {
        sum += &weight * from_f64(right[(node + step) % COUNT]).unwrap();
        weight *= &half;
    }
    sum / (Exact::from_integer(1.into()) - weight)
}

#[test]
fn a_ring_lies_within_its_bounds() {
    let chain = ring();
    let solver = footprints(&chain).unwrap();
    let nodes = [0, 7, COUNT - 1];
    let few = solver.few(&nodes, 20).unwrap();
    // Of all sizes and both signs; the last one cancels but for a rounding.
    let mut rights: Vec<Vec<f64>> = (0..3_i32)
        .map(|k| {
            (0..COUNT).map(|at| ((at * 7919 + 13) % 97) as f64 / 97.0 * 10.0_f64.powi(k * 5) - 0.3).collect()
        })
        .collect();
    let mut cancels = vec![0.0; COUNT];
    (cancels[0], cancels[1]) = (-0.5, 1.0 + f64::EPSILON);
    rights.push(cancels);
    for right in &rights {
        let longer: Vec<Double> = right.iter().map(|value| Double::new(*value)).collect();
        for (node, found) in nodes.iter().zip(few.footprints(&solver, &longer)) {
            let error = (exactly(right, *node) - from_f64(found.value).unwrap()).abs();
            assert!(error <= from_f64(found.bound).unwrap(), "{node}: {found:?}");
            assert!(found.bound <= 1e-9 * found.value.abs().max(1e-6), "{node}: {found:?}");
        }
    }
}

#[test]
fn what_runs_is_the_geometric_series() {
    let chain = ring();
    let solver = footprints(&chain).unwrap();
    let whole = 1.0 / (1.0 - 0.5_f64.powi(COUNT as i32));
    let few = solver.few(&[3], 20).unwrap();
    for found in [few.activity(3).unwrap(), activity_of(&solver, &[(3, 1.0)])] {
        assert_eq!(found.len(), COUNT);
        for (node, activity) in found {
            let steps = (node + COUNT - 3) % COUNT;
            assert!(
                (activity / (whole * 0.5_f64.powi(steps as i32)) - 1.0).abs() < 1e-15,
                "{node}: {activity}"
            );
        }
    }
    assert!(few.activity(4).is_none());
}

#[test]
fn it_is_taken_only_where_it_is_less_work_and_proved() {
    let chain = ring();
    let solver = footprints(&chain).unwrap();
    assert!(solver.few(&[0], 1).is_none() && solver.few(&[0, 1, 2, 3, 4, 5, 6, 7, 8], 20).is_none());
    // In rings of 0.6 and -0.6 nothing proves that the sizes shrink.
    let inputs: Vec<[(usize, f64); 2]> =
        (0..COUNT).map(|at| [((at + 1) % COUNT, 0.6), ((at + 2) % COUNT, -0.6)]).collect();
    let credits = super::chain(&inputs.iter().map(|inputs| (1.0, &inputs[..])).collect::<Vec<_>>());
    assert!(footprints(&credits).unwrap().few(&[0], 20).is_none());
    // A part that holds no large loop.
    let line = super::chain(&[(1.0, &[(1, 0.5)]), (1.0, &[])]);
    assert!(footprints_of(&line, &[0]).unwrap().few(&[0], 20).is_none());
}
