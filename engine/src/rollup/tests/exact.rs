//! Systems solved a second time in exact rationals: the error must lie within the bound, not only be small.

use num_traits::{Signed, Zero};

use crate::base::decimal::{Exact, from_f64};
use crate::base::float::Double;
use crate::chain::{Chain, Node};
use crate::rollup::{RollupError, Solution, footprints, footprints_of};

/// Numbers from a seed, in [0, 1).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() * count as f64) as usize
    }
}

fn node(index: usize, output: f64, mut inputs: Vec<(usize, f64)>) -> Node {
    inputs.sort_by_key(|(supplier, _)| *supplier);
    inputs.dedup_by_key(|(supplier, _)| *supplier);
    Node { id: format!("p{index}"), process: Some(index), product: index, output, share: 1.0, inputs }
}

fn of(nodes: Vec<Node>) -> Chain {
    Chain { nodes, ..Chain::default() }
}

/// Gaussian elimination in exact rationals; `None`: singular.
fn exactly(chain: &Chain, right: &[f64]) -> Option<Vec<Exact>> {
    let count = chain.nodes.len();
    let exact = |value: f64| from_f64(value).unwrap();
    let mut rows: Vec<Vec<Exact>> = chain
        .nodes
        .iter()
        .zip(right)
        .enumerate()
        .map(|(i, (node, right))| {
            let mut row = vec![Exact::zero(); count + 1];
            row[i] += exact(node.output);
            for &(supplier, amount) in &node.inputs {
                row[supplier] -= exact(amount);
            }
            row[count] = exact(*right);
            row
        })
        .collect();
    for column in 0..count {
        let pivot = (column..count).find(|&row| !rows[row][column].is_zero())?;
        rows.swap(column, pivot);
        let own = rows[column].clone();
        for (at, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != column) {
            if at != column && !row[column].is_zero() {
                let factor = &row[column] / &own[column];
                for (value, own) in row.iter_mut().zip(&own).skip(column) {
                    *value -= &factor * own;
                }
            }
        }
    }
    Some((0..count).map(|i| &rows[i][count] / &rows[i][i]).collect())
}

/// Asserts that proved bounds hold, and gives the largest bound against its footprint.
fn assert_bounded(solution: &Solution, truth: &[Exact]) -> f64 {
    let mut largest = 0.0_f64;
    for (at, truth) in truth.iter().enumerate() {
        let (found, bound) = (solution.values[at], solution.bounds[at]);
        let error = (truth - from_f64(found).unwrap()).abs();
        assert!(
            !solution.proved[at] || error <= from_f64(bound).unwrap(),
            "footprint {at}: {found} is off by more than {bound}"
        );
        largest = largest.max(bound / found.abs().max(1e-300));
    }
    largest
}

fn longer(right: &[f64]) -> Vec<Double> {
    right.iter().map(|value| Double::new(*value)).collect()
}

#[test]
fn random_loops_lie_within_their_bounds() {
    let mut random = Random(7);
    let (mut solved, mut proved) = (0, 0);
    for _ in 0..150 {
        let count = 2 + random.below(9);
        let nodes = (0..count)
            .map(|i| {
                let inputs = (0..=random.below(3))
                    .map(|_| {
                        let credit = if random.next() < 0.15 { -0.5 } else { 1.0 };
                        (random.below(count), credit * 0.45 * random.next())
                    })
                    .collect();
                node(i, 0.5 + random.next(), inputs)
            })
            .collect();
        let chain = of(nodes);
        let right: Vec<f64> = (0..count).map(|_| random.next() - 0.2).collect();
        let Ok(footprints) = footprints(&chain) else { continue };
        let solution = footprints.solve(&longer(&right));
        let truth = exactly(&chain, &right).unwrap();
        assert!(assert_bounded(&solution, &truth) < 1e-9);
        // With every loop factored it is the same to the last bits.
        for (direct, found) in
            footprints.solve_directly(&longer(&right)).unwrap().values.iter().zip(&solution.values)
        {
            assert!((direct - found).abs() <= 1e-15 * found.abs(), "{direct} {found}");
        }
        solved += 1;
        proved += usize::from(solution.proved.iter().all(|p| *p));
    }
    assert!(solved > 120 && proved > 100, "{solved} {proved}");
}

/// Metal that goes round: of what each of these takes, all but a tiny part comes back. A residual of 1e-8 then leaves a
/// footprint far off; what is printed must be right to its bound.
#[test]
fn recycling_loops_that_keep_almost_all_lie_within_their_bounds() {
    for lost in [1e-3, 1e-6, 1e-9, 1e-12] {
        let chain = of(vec![
            node(0, 1.0, vec![(1, 1.0 - lost), (2, 1e-3)]),
            node(1, 1.0, vec![(0, 1.0 - lost / 3.0), (3, 2e-4)]),
            node(2, 1.0, vec![(3, 0.3)]),
            node(3, 1.0, vec![(2, 0.4), (0, 1e-3 * lost)]),
            node(4, 1.0, vec![(0, 2.0), (2, 1.0)]),
        ]);
        let right = [1e-3, 2e-5, 0.5, 0.25, 0.0];
        let footprints = footprints(&chain).unwrap();
        let solution = footprints.solve(&longer(&right));
        let truth = exactly(&chain, &right).unwrap();
        let bound = assert_bounded(&solution, &truth);
        assert!(solution.proved.iter().all(|proved| *proved), "{lost}");
        assert!(bound < 1e-9, "{lost}: {bound}");
        // The same residual that looks harmless is not: 1e-8 of it moves the footprint by 1e-8 / lost.
        let off = 1e-8 / lost;
        assert!(off > 0.5 * bound, "{off} {bound}");
    }
}

/// Many such loops inside one large loop: leaps, not thousands of sweeps, and no dense factors.
#[test]
fn a_large_block_with_tight_loops_is_solved_by_iteration() {
    let mut random = Random(11);
    let count = 3_000;
    let nodes = (0..count)
        .map(|i| {
            let mut inputs = vec![((i + 1) % count, 0.3)];
            inputs.extend((0..4).map(|_| (random.below(count), 0.1 * random.next())));
            if i % 500 == 0 {
                inputs = vec![(i + 1, 0.999)];
            } else if i % 500 == 1 {
                inputs = vec![(i - 1, 0.999), ((i + 1) % count, 1e-4)];
            }
            node(i, 1.0, inputs.into_iter().filter(|(supplier, _)| *supplier != i).collect())
        })
        .collect();
    let chain = of(nodes);
    let footprints = footprints(&chain).unwrap();
    assert!(footprints.blocks().members.iter().any(|members| members.len() > 2_900));
    assert!((0..footprints.blocks().members.len()).all(|block| footprints.direct(block).is_none()));
    let right: Vec<f64> = (0..count).map(|_| random.next()).collect();
    let solution = footprints.solve(&longer(&right));
    for (value, bound) in solution.values.iter().zip(&solution.bounds) {
        assert!(*bound <= 1e-14 * value, "{bound} of {value}");
    }
}

/// A ring in which each takes 0.6 of the next and gives back 0.6 of the one after: what goes round is small, the sizes of
/// it are not.
#[test]
fn a_large_block_without_a_certificate_is_iterated_or_refused() {
    let count = 2_500;
    let ring = |first: f64, second: f64| {
        let inputs = |i: usize| vec![((i + 1) % count, first), ((i + 2) % count, second)];
        of((0..count).map(|i| node(i, 1.0, inputs(i))).collect())
    };
    let chain = ring(0.6, -0.6);
    let footprints = footprints(&chain).unwrap();
    assert!(footprints.direct(0).is_none());
    assert_eq!(footprints.uncertified()[0].len(), count);
    // y = 1 + 0.6 y - 0.6 y: 1 for each.
    let solution = footprints.solve(&vec![Double::new(1.0); count]);
    for (value, bound) in solution.values.iter().zip(&solution.bounds) {
        assert!((value - 1.0).abs() <= bound.max(1e-15) && *bound < 1e-9, "{value} {bound}");
    }
    assert!(solution.proved.iter().all(|proved| !proved));
    assert!(matches!(super::footprints(&ring(0.6, 0.6)), Err(RollupError::NotProductive(_))));
}

#[test]
fn columns_threads_and_parts_change_no_bit() {
    let mut random = Random(3);
    let count = 400;
    let nodes = (0..count)
        .map(|i| {
            let inputs = (0..4).map(|_| (random.below(count), 0.2 * random.next())).collect();
            node(i, 0.8 + random.next(), inputs)
        })
        .collect();
    let chain = of(nodes);
    let rights: Vec<Vec<Double>> = (0..21)
        .map(|k| (0..count).map(|_| Double::new(random.next() * 10.0_f64.powi(k - 10))).collect())
        .collect();
    let views: Vec<&[Double]> = rights.iter().map(Vec::as_slice).collect();
    let many = footprints(&chain).unwrap().with_threads(3);
    let together = many.solve_all(&views);
    let alone = footprints(&chain).unwrap().with_threads(1);
    let roots = [5, 77];
    let part = footprints_of(&chain, &roots).unwrap();
    let few = part.few(&roots, views.len()).unwrap();
    let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    for (right, together) in views.iter().zip(&together) {
        let alone = alone.solve(right);
        assert_eq!(bits(&alone.values), bits(&together.values));
        assert_eq!(bits(&alone.bounds), bits(&together.bounds));
        let of_part = part.solve(right);
        let of_few = few.footprints(&part, right);
        for (root, few) in roots.into_iter().zip(of_few) {
            assert_eq!(few.value.to_bits(), alone.values[root].to_bits());
            // The order inside a loop hangs on where one comes in: the number is the same, its bound nearly.
            assert_eq!(of_part.values[root].to_bits(), alone.values[root].to_bits());
        }
    }
    // Large enough to be shared among threads.
    let wide = of((0..4_000).map(|i| node(i, 1.0, vec![((i * 7 + 1) % 4_000, 0.5)])).collect());
    let rights: Vec<Vec<Double>> =
        (0..20).map(|_| (0..4_000).map(|_| Double::new(random.next())).collect()).collect();
    let views: Vec<&[Double]> = rights.iter().map(Vec::as_slice).collect();
    let one = footprints(&wide).unwrap().with_threads(1).solve_all(&views);
    for threads in [2, 5] {
        let more = footprints(&wide).unwrap().with_threads(threads).solve_all(&views);
        for (one, more) in one.iter().zip(&more) {
            assert_eq!(bits(&one.values), bits(&more.values));
            assert_eq!(bits(&one.bounds), bits(&more.bounds));
        }
    }
}

#[test]
fn systems_without_a_solution_are_named_by_product() {
    let chain = Chain {
        nodes: vec![node(0, 1.0, vec![(1, 1.0)]), node(1, 1.0, vec![(0, 1.0)])],
        products: vec!["coal".into(), "power".into()],
        ..Chain::default()
    };
    let error = footprints(&chain).map(|_| ()).unwrap_err();
    assert_eq!(error, RollupError::NotProductive(vec!["coal (p0)".into(), "power (p1)".into()]));
    assert!(exactly(&chain, &[1.0, 1.0]).is_none());
    // What does not need them is not stopped by them.
    let mut nodes = chain.nodes.clone();
    nodes.push(node(2, 1.0, Vec::new()));
    let chain = of(nodes);
    assert!(footprints(&chain).is_err());
    let part = footprints_of(&chain, &[2]).unwrap();
    assert!((part.solve(&longer(&[1.0, 1.0, 3.0])).values[2] - 3.0).abs() < 1e-15);
}
