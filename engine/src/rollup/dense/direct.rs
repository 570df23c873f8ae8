//! The fall-back: the whole system factored.

use faer::linalg::solvers::{PartialPivLu, Solve};
use faer::{Mat, MatRef};

use super::DenseError;
use super::product::System;

/// `I - Aᵀ` as LU.
pub(super) struct Factors {
    factors: PartialPivLu<f64>,
    products: usize,
}

impl Factors {
    pub(super) fn new(system: &System<'_>) -> Self {
        let n = system.products();
        let equations = Mat::from_fn(n, n, |j, i| f64::from(u8::from(i == j)) - system.at(i, j));
        Self { factors: PartialPivLu::new(equations.as_ref()), products: n }
    }

    /// Solves `(I - Aᵀ) y = s` for all columns.
    pub(super) fn solve(&self, right: &[f64]) -> Result<Vec<f64>, DenseError> {
        let n = self.products;
        let solved = self.factors.solve(MatRef::from_column_major_slice(right, n, right.len() / n));
        let values: Vec<f64> =
            solved.col_iter().flat_map(|column| column.iter().copied().collect::<Vec<_>>()).collect();
        // A factor without a pivot divides by zero; one that almost has none leaves no digit.
        let largest = |values: &[f64]| values.iter().fold(0.0_f64, |max, v| max.max(v.abs()));
        let scale = largest(right);
        let is_lost =
            values.iter().any(|value| !value.is_finite()) || (scale > 0.0 && largest(&values) > 1e15 * scale);
        if is_lost { Err(DenseError::Singular) } else { Ok(values) }
    }
}
