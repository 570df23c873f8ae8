use num_traits::Zero;

use super::{DenseError, Multipliers, Order, Requirements, multipliers};
use crate::base::decimal::{Exact, from_f64, one};

struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn solve(matrix: &[f64], intensities: &[f64], products: usize) -> Result<Multipliers, DenseError> {
    multipliers(Requirements { matrix, order: Order::Rows, intensities, products }, 2, &())
}

fn all_proved(found: &Multipliers) -> bool {
    assert_eq!(found.proved.len() * found.products, found.values.len());
    found.proved.iter().all(|proved| *proved)
}

/// `(I - Aᵀ) y = s` by elimination in fractions.
fn exactly(matrix: &[f64], right: &[f64]) -> Vec<Exact> {
    let n = right.len();
    let exact = |value: f64| from_f64(value).unwrap();
    let mut rows: Vec<Vec<Exact>> = (0..n)
        .map(|j| {
            let entry = |i: usize| {
                let own = if i == j { one() } else { Exact::zero() };
                own - exact(matrix[i * n + j])
            };
            (0..n).map(entry).chain([exact(right[j])]).collect()
        })
        .collect();
    for pivot in 0..n {
        let at = (pivot..n).find(|&row| !rows[row][pivot].is_zero()).unwrap();
        rows.swap(pivot, at);
        let own = rows[pivot].clone();
        for row in (0..n).filter(|row| *row != pivot) {
            let factor = &rows[row][pivot] / &own[pivot];
            for column in pivot..=n {
                let less = &factor * &own[column];
                rows[row][column] -= less;
            }
        }
    }
    (0..n).map(|row| &rows[row][n] / &rows[row][row]).collect()
}

fn assert_bounded(found: &Multipliers, matrix: &[f64], intensities: &[f64]) {
    let n = found.products;
    for (k, right) in intensities.chunks(n).enumerate() {
        let largest = found.values[k * n..(k + 1) * n].iter().fold(0.0_f64, |max, v| max.max(v.abs()));
        for (i, truth) in exactly(matrix, right).iter().enumerate() {
            let at = k * n + i;
            let error = truth - from_f64(found.values[at]).unwrap();
            let error = if error < Exact::zero() { -error } else { error };
            assert!(
                error <= from_f64(found.bounds[at]).unwrap(),
                "{k} {i}: {} is off by more",
                found.values[at]
            );
            let wanted = 1e-9 * found.values[at].abs() + 1e-13 * largest;
            assert!(found.bounds[at] <= wanted, "{} of {}", found.bounds[at], found.values[at]);
        }
    }
}

#[test]
fn leontief_by_hand() {
    // Miller and Blair, Input-Output Analysis, section 2.3.2: L = 1/0.7575 [[0.95, 0.25], [0.20, 0.85]].
    let found = solve(&[0.15, 0.25, 0.20, 0.05], &[1.0, 0.0, 0.0, 1.0], 2).unwrap();
    let truth = [0.95 / 0.7575, 0.25 / 0.7575, 0.20 / 0.7575, 0.85 / 0.7575];
    for (found, truth) in found.values.iter().zip(truth) {
        assert!((found - truth).abs() < 1e-15, "{found} {truth}");
    }
    assert!(all_proved(&found));
}

#[test]
fn random_economies_lie_within_their_bounds() {
    let mut random = Random(7);
    for n in [1, 2, 5, 12] {
        for spent in [0.3, 0.9, 0.999, 0.999_999] {
            // What a unit of each product takes sums to `spent`: the spectral radius.
            let mut matrix = vec![0.0; n * n];
            for j in 0..n {
                let column: Vec<f64> = (0..n).map(|_| random.next() * random.next()).collect();
                let sum: f64 = column.iter().sum();
                (0..n).for_each(|i| matrix[i * n + j] = spent * column[i] / sum);
            }
            let intensities: Vec<f64> =
                (0..3 * n).map(|_| 10.0_f64.powf(6.0 * random.next() - 3.0)).collect();
            let found = solve(&matrix, &intensities, n).unwrap();
            assert!(all_proved(&found), "{n} {spent}");
            if spent < 0.9999 {
                assert_bounded(&found, &matrix, &intensities);
            }
        }
    }
}

#[test]
fn credits_are_proved_where_they_are_small() {
    let mut random = Random(11);
    let n = 9;
    let matrix: Vec<f64> = (0..n * n).map(|_| (random.next() - 0.3) * 0.15).collect();
    let intensities: Vec<f64> = (0..2 * n).map(|_| random.next() - 0.5).collect();
    let found = solve(&matrix, &intensities, n).unwrap();
    assert!(all_proved(&found));
    assert_bounded(&found, &matrix, &intensities);
}

#[test]
fn credits_without_a_proof_are_estimates() {
    // y0 = 1 + 2 y1, y1 = 1 - y0: y0 = 1, y1 = 0; no weights prove it.
    let found = solve(&[0.0, -1.0, 2.0, 0.0], &[1.0, 1.0], 2).unwrap();
    assert!(!all_proved(&found));
    assert!((found.values[0] - 1.0).abs() < 1e-14 && found.values[1].abs() < 1e-14, "{:?}", found.values);
}

#[test]
fn what_cannot_be_is_refused() {
    assert_eq!(solve(&[0.0, 2.0, 1.0, 0.0], &[1.0, 0.0], 2).unwrap_err(), DenseError::NotProductive);
    assert_eq!(solve(&[1.0], &[1.0], 1).unwrap_err(), DenseError::Singular);
    assert!(matches!(solve(&[0.0; 3], &[1.0, 0.0], 2), Err(DenseError::Shape(_))));
    assert!(matches!(solve(&[0.0; 4], &[1.0; 3], 2), Err(DenseError::Shape(_))));
    let refused = solve(&[0.0, f64::NAN, 0.0, 0.0], &[1.0, 0.0], 2).unwrap_err();
    assert_eq!(refused, DenseError::NotFinite { what: "requirements", row: 0, column: 1 });
}

#[test]
fn many_columns_are_solved_in_blocks_and_columns_may_lie_in_any_order() {
    let mut random = Random(23);
    let (n, count) = (12, 150);
    // Credits too: both kinds of products with the matrix are tried.
    for least in [0.0, -0.2] {
        let matrix: Vec<f64> = (0..n * n).map(|_| (random.next() + least) / n as f64).collect();
        let turned: Vec<f64> = (0..n * n).map(|at| matrix[at % n * n + at / n]).collect();
        let intensities: Vec<f64> = (0..count * n).map(|_| random.next()).collect();
        let found = solve(&matrix, &intensities, n).unwrap();
        assert!(all_proved(&found));
        assert_eq!(found.proved.len(), count);
        assert_bounded(&found, &matrix, &intensities[..n * 2]);
        let last = Multipliers {
            products: n,
            values: found.values[(count - 1) * n..].to_vec(),
            bounds: found.bounds[(count - 1) * n..].to_vec(),
            proved: vec![true],
        };
        assert_bounded(&last, &matrix, &intensities[(count - 1) * n..]);
        let of =
            Requirements { matrix: &turned, order: Order::Columns, intensities: &intensities, products: n };
        let other = multipliers(of, 2, &()).unwrap();
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-14 * a.abs();
        assert!(found.values.iter().zip(&other.values).all(near));
        assert!(all_proved(&other));
    }
    let wrong = [0.1, f64::NAN, 0.1, 0.1];
    let of = Requirements { matrix: &wrong, order: Order::Columns, intensities: &[1.0, 1.0], products: 2 };
    let refused = multipliers(of, 1, &()).unwrap_err();
    assert_eq!(refused, DenseError::NotFinite { what: "requirements", row: 1, column: 0 });
}

/// Says no after so many ticks, and keeps what it heard.
struct Patience(std::sync::Mutex<Vec<(usize, usize)>>, usize);

impl crate::base::progress::Progress for Patience {
    fn tick(&self, _: crate::base::progress::Stage, done: usize, total: usize) -> bool {
        let mut heard = self.0.lock().unwrap();
        heard.push((done, total));
        heard.len() <= self.1
    }
}

#[test]
fn it_tells_how_far_it_is_and_can_be_stopped() {
    let matrix = [0.15, 0.25, 0.20, 0.05];
    let of = Requirements { matrix: &matrix, order: Order::Rows, intensities: &[1.0; 2 * 70], products: 2 };
    let all = Patience(std::sync::Mutex::default(), usize::MAX);
    multipliers(of, 1, &all).unwrap();
    let heard = all.0.into_inner().unwrap();
    assert!(heard.len() > 5 && heard.iter().all(|(done, total)| done <= total && *total == 40), "{heard:?}");
    assert!(heard.is_sorted());
    let few = Patience(std::sync::Mutex::default(), 3);
    assert_eq!(multipliers(of, 1, &few).unwrap_err(), DenseError::Stopped);
}

#[test]
fn threads_change_no_bit() {
    let mut random = Random(3);
    let n = 1_100;
    let matrix: Vec<f64> = (0..n * n).map(|_| random.next() / n as f64).collect();
    let intensities: Vec<f64> = (0..3 * n).map(|_| random.next()).collect();
    let of = Requirements { matrix: &matrix, order: Order::Rows, intensities: &intensities, products: n };
    let one = multipliers(of, 1, &()).unwrap();
    for threads in [2, 3, 8] {
        let other = multipliers(of, threads, &()).unwrap();
        assert_eq!(bits(&one.values), bits(&other.values));
        assert_eq!(bits(&one.bounds), bits(&other.bounds));
    }
    let wide = one.values.iter().zip(&one.bounds).map(|(v, b)| b / v).fold(0.0_f64, f64::max);
    assert!(wide < 1e-11, "{wide}");
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}
