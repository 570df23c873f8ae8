//! The fall-back: sparse LU of one block.

use std::ops::Range;

use faer::Col;
use faer::linalg::solvers::Solve;
use faer::sparse::linalg::solvers::Lu;
use faer::sparse::{SparseColMat, Triplet};

use super::matrix::Matrix;

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0_f64, |max, value| max.max(value.abs()))
}

/// Condition beyond which the equations are taken for singular: no digit of a double would be left.
const SINGULAR: f64 = 1e15;

/// The factored equations of one block: row `i` is the balance of its place `i`, `Aᵀ y = b`.
#[derive(Clone, Debug)]
pub(super) struct Direct {
    lu: Lu<usize, f64>,
}

impl Direct {
    /// Factors the block; `None` if it is singular, or so nearly that no digit of a solution would hold.
    pub(super) fn new(matrix: &Matrix, places: &Range<usize>) -> Option<Self> {
        let direct = Self::factored(matrix, places, |amount| amount)?;
        // A lower bound of the condition, scaled row by row: the size of B⁻¹ (|B| |y|) against y, for the solution y of B y = 1.
        let y = direct.solve(&vec![1.0; places.len()]);
        let image: Vec<f64> = places
            .clone()
            .map(|place| {
                let inside = matrix.row(place).filter(|(supplier, _)| places.contains(supplier));
                matrix.net(place).hi.abs() * y[place - places.start].abs()
                    + inside.map(|(s, amount)| amount.abs() * y[s - places.start].abs()).sum::<f64>()
            })
            .collect();
        // Its signs must not happen to suit the matrix: three patterns are tried.
        let patterns: [fn(usize) -> bool; 3] = [|_| true, |i| i % 2 == 0, |i| (i * 7 + i / 3) % 5 < 2];
        let condition = patterns
            .iter()
            .map(|sign| {
                let signed = |(i, v): (usize, &f64)| if sign(i) { *v } else { -*v };
                let back = direct.solve(&image.iter().enumerate().map(signed).collect::<Vec<_>>());
                largest(&back) / largest(&y)
            })
            .fold(0.0_f64, f64::max);
        (y.iter().all(|v| v.is_finite()) && condition < SINGULAR).then_some(direct)
    }

    /// Factors the comparison matrix of the block, whose diagonal is positive.
    pub(super) fn of_comparison(matrix: &Matrix, places: &Range<usize>) -> Option<Self> {
        Self::factored(matrix, places, f64::abs)
    }

    fn factored(matrix: &Matrix, places: &Range<usize>, off_diagonal: impl Fn(f64) -> f64) -> Option<Self> {
        let mut triplets = Vec::new();
        for place in places.clone() {
            let row = place - places.start;
            triplets.push(Triplet::new(row, row, matrix.net(place).hi));
            for (supplier, amount) in matrix.row(place).filter(|(supplier, _)| places.contains(supplier)) {
                triplets.push(Triplet::new(row, supplier - places.start, -off_diagonal(amount)));
            }
        }
        let matrix = SparseColMat::try_new_from_triplets(places.len(), places.len(), &triplets).ok()?;
        Some(Self { lu: matrix.sp_lu().ok()? })
    }

    /// Solves `Aᵀ y = b`.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let solution = self.lu.solve(&Col::from_fn(right.len(), |i| right[i]));
        solution.iter().copied().collect()
    }

    /// Solves `A s = f`.
    pub(super) fn solve_transpose(&self, right: &[f64]) -> Vec<f64> {
        let solution = self.lu.solve_transpose(&Col::from_fn(right.len(), |i| right[i]));
        solution.iter().copied().collect()
    }

    /// Solves `Aᵀ y = b` for each column; `right` holds the rows of the block.
    pub(super) fn solve_lanes<const L: usize>(&self, right: &[[f64; L]], y: &mut [[f64; L]]) {
        for l in 0..L {
            let column: Vec<f64> = right.iter().map(|row| row[l]).collect();
            if column.iter().all(|value| *value == 0.0) {
                for row in y.iter_mut() {
                    row[l] = 0.0;
                }
                continue;
            }
            for (row, value) in y.iter_mut().zip(self.solve(&column)) {
                row[l] = value;
            }
        }
    }
}
