//! Systems small enough to be solved by hand.

mod contribution;
mod exact;
mod few;

use crate::base::float::Double;
use crate::base::region::Location;
use crate::chain::{Chain, Node, SupplyPoint};

use super::{RollupError, activity, footprints};

/// Nodes by output and inputs.
fn chain(rows: &[(f64, &[(usize, f64)])]) -> Chain {
    let nodes = rows
        .iter()
        .enumerate()
        .map(|(i, (output, inputs))| Node {
            id: format!("p{i}"),
            process: Some(i),
            product: i,
            output: *output,
            share: 1.0,
            inputs: inputs.to_vec(),
        })
        .collect();
    let points = (0..rows.len())
        .map(|i| SupplyPoint { product: i, origin: Location::Code("NL".into()), node: i })
        .collect();
    Chain { nodes, points, ..Chain::default() }
}

fn solve(chain: &Chain, right: &[f64]) -> Vec<f64> {
    let right: Vec<Double> = right.iter().map(|v| Double::new(*v)).collect();
    let solution = footprints(chain).unwrap().solve(&right);
    for (value, bound) in solution.values.iter().zip(&solution.bounds) {
        assert!(*bound <= 1e-14 * value.abs() + 1e-300, "bound {bound} of {value}");
    }
    solution.values
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-14 * b.abs(), "{found:?} is not {expected:?}");
    }
}

#[test]
fn a_line_adds_up() {
    // 2 kg of flour take 3 kg of wheat; 1 kg of bread takes 0.5 kg of flour.
    let chain = chain(&[(1.0, &[(1, 0.5)]), (2.0, &[(2, 3.0)]), (1.0, &[])]);
    close(&solve(&chain, &[0.1, 0.4, 1.0]), &[0.1 + 0.5 * (0.2 + 1.5), 0.2 + 1.5, 1.0]);
}

#[test]
fn a_loop_of_two_is_solved() {
    // y0 = 1 + 0.5 y1, y1 = 2 + 0.2 y0: y0 = 2 / 0.9, y1 = 2 + 0.4 / 0.9.
    let chain = chain(&[(1.0, &[(1, 0.5)]), (1.0, &[(0, 0.2)])]);
    close(&solve(&chain, &[1.0, 2.0]), &[2.0 / 0.9, 2.0 + 0.4 / 0.9]);
}

#[test]
fn own_use_is_netted() {
    // A grid that delivers 100 of which it takes 8 itself: 50 / 92 per unit.
    let chain = chain(&[(100.0, &[(0, 8.0)])]);
    close(&solve(&chain, &[50.0]), &[50.0 / 92.0]);
}

#[test]
fn leontief_by_hand() {
    // Two sectors of a textbook: A = [[0.15, 0.25], [0.20, 0.05]] (Miller and Blair, Input-Output Analysis,
    // section 2.3.2), L = (I - A)^-1 = 1/0.7575 [[0.95, 0.25], [0.20, 0.85]]. Multipliers of an intensity
    // (1, 0): the first row of L.
    let chain = chain(&[(1.0, &[(0, 0.15), (1, 0.20)]), (1.0, &[(0, 0.25), (1, 0.05)])]);
    close(&solve(&chain, &[1.0, 0.0]), &[0.95 / 0.7575, 0.25 / 0.7575]);
    let found = activity(&footprints(&chain).unwrap(), 0);
    close(&found.iter().map(|(_, s)| *s).collect::<Vec<_>>(), &[0.95 / 0.7575, 0.20 / 0.7575]);
}

#[test]
fn a_slow_loop_is_still_exact() {
    // 0.9999 of each other: one part in ten thousand is left over.
    let chain = chain(&[(1.0, &[(1, 0.9999)]), (1.0, &[(0, 0.9999)])]);
    let whole = 1.0 - 0.9999 * 0.9999;
    let found = solve(&chain, &[1.0, 0.0]);
    assert!((found[0] * whole - 1.0).abs() < 1e-11, "{found:?}");
}

#[test]
fn a_loop_that_leaves_almost_nothing_is_still_productive() {
    let chain = chain(&[(1.0, &[(1, 0.999_999_9)]), (1.0, &[(0, 0.999_999_9)]), (1.0, &[(0, 1.0)])]);
    let whole = 1.0 - 0.999_999_9 * 0.999_999_9;
    let footprints = footprints(&chain).unwrap();
    let solution = footprints.solve(&[Double::new(1.0), Double::default(), Double::default()]);
    assert!((solution.values[2] * whole - 1.0).abs() < 1e-8, "{:?}", solution.values);
    assert!(solution.proved.iter().all(|proved| *proved));
}

#[test]
fn equations_without_a_single_solution_are_refused() {
    // 1 x 0.3 - 0.1 x 3, with a credit on one side: singular as written, and almost so in doubles.
    let chain = chain(&[(1.0, &[(1, -0.1)]), (0.3, &[(0, -3.0)])]);
    assert!(
        matches!(footprints(&chain), Err(RollupError::Singular(_))),
        "{:?}",
        footprints(&chain).map(|_| ())
    );
}

/// Loops of two by Cramer's rule in long arithmetic: the error must lie within the bound, not only be small.
#[test]
fn bounds_bound() {
    let mut seed = 12_345_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    for _ in 0..500 {
        let (a, b, p, q) = (0.99 * random(), 0.99 * random(), random(), random());
        let chain = chain(&[(1.0, &[(1, a)]), (1.0, &[(0, b)])]);
        let solution = footprints(&chain).unwrap().solve(&[Double::new(p), Double::new(q)]);
        let exact = |value: f64| crate::base::decimal::from_f64(value).unwrap();
        let determinant = crate::base::decimal::one() - exact(a) * exact(b);
        let truth = [
            (exact(p) + exact(a) * exact(q)) / &determinant,
            (exact(q) + exact(b) * exact(p)) / &determinant,
        ];
        for ((truth, found), bound) in truth.iter().zip(&solution.values).zip(&solution.bounds) {
            let error = truth - exact(*found);
            let error = if error < crate::base::decimal::zero() { -error } else { error };
            assert!(error <= exact(*bound), "{found} is off by more than {bound}");
        }
    }
}

#[test]
fn a_loop_that_eats_itself_is_refused() {
    let names = |chain: &Chain| match footprints(chain) {
        Err(RollupError::NotProductive(names)) => names,
        other => panic!("{other:?}"),
    };
    // Such a system solves happily, to negative footprints.
    let chain_of_two = chain(&[(1.0, &[(1, 2.0)]), (1.0, &[(0, 1.0)]), (1.0, &[(0, 1.0)])]);
    assert_eq!(names(&chain_of_two), ["p0", "p1"]);
    assert_eq!(names(&chain(&[(1.0, &[(0, 1.0)])])), ["p0"]);
}

#[test]
fn a_credit_needs_no_certificate_to_be_solved() {
    // y0 = 1 + 2 y1, y1 = 1 - 1 y0: y0 = 1, y1 = 0. The comparison matrix has no z.
    let chain = chain(&[(1.0, &[(1, 2.0)]), (1.0, &[(0, -1.0)])]);
    let footprints = footprints(&chain).unwrap();
    let solution = footprints.solve(&[Double::new(1.0), Double::new(1.0)]);
    assert!(!solution.proved[0] && !solution.proved[1]);
    assert_eq!(footprints.uncertified(), [["p0", "p1"]]);
    assert!((solution.values[0] - 1.0).abs() < 1e-14 && solution.values[1].abs() < 1e-14);
}

#[test]
fn a_long_chain_does_not_end_the_stack() {
    let count = 200_000;
    let nodes = (0..count)
        .map(|i| Node {
            id: format!("p{i}"),
            process: Some(i),
            product: i,
            output: 1.0,
            share: 1.0,
            inputs: if i + 1 < count { vec![(i + 1, 1.0)] } else { Vec::new() },
        })
        .collect();
    let chain = Chain { nodes, ..Chain::default() };
    let solution = footprints(&chain).unwrap().solve(&vec![Double::new(1.0); count]);
    close(&solution.values[..1], &[200_000.0]);
}
