//! A dense matrix times many columns.

use std::thread;

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use super::{DenseError, Requirements};

/// Rows of the matrix that are made absolute at a time.
const PANEL: usize = 256;
/// Products in one part of the work; how many threads there are changes no sum.
const PART: usize = 512;

/// A matrix that was looked over.
pub(super) struct System<'a> {
    matrix: &'a [f64],
    products: usize,
    columns: usize,
    threads: usize,
    /// Is nothing in it below 0?
    pub(super) is_positive: bool,
}

impl<'a> System<'a> {
    pub(super) fn new(of: Requirements<'a>, threads: usize) -> Result<Self, DenseError> {
        let n = of.products;
        if of.matrix.len() != n * n {
            let message = format!("the matrix has {} numbers, and not {n} x {n}", of.matrix.len());
            return Err(DenseError::Shape(message));
        }
        if n == 0 || !of.intensities.len().is_multiple_of(n) {
            if of.intensities.is_empty() {
                return Ok(Self { matrix: of.matrix, products: n, columns: 0, threads, is_positive: true });
            }
            let message =
                format!("{} intensities are not so many for each of {n} products", of.intensities.len());
            return Err(DenseError::Shape(message));
        }
        for (what, numbers) in [("requirements", of.matrix), ("intensities", of.intensities)] {
            if let Some(at) = numbers.iter().position(|number| !number.is_finite()) {
                return Err(DenseError::NotFinite { what, row: at / n, column: at % n });
            }
        }
        Ok(Self {
            matrix: of.matrix,
            products: n,
            columns: of.intensities.len() / n,
            threads: threads.max(1),
            is_positive: of.matrix.iter().all(|number| *number >= 0.0),
        })
    }

    /// How many products.
    pub(super) fn products(&self) -> usize {
        self.products
    }

    /// How many columns of intensities.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// `matrix[i][j]`.
    pub(super) fn at(&self, i: usize, j: usize) -> f64 {
        self.matrix[i * self.products + j]
    }

    /// `Aᵀ y` for all columns of `y`.
    pub(super) fn times(&self, y: &[f64]) -> Vec<f64> {
        let n = self.products;
        let transposed = MatRef::from_column_major_slice(self.matrix, n, n);
        self.in_parts(y, |part, first, y| {
            let rows = transposed.subrows(first, part.nrows());
            matmul(part, Accum::Replace, rows, y, 1.0, Par::Seq);
        })
    }

    /// `|A|ᵀ y` for all columns of `y`.
    pub(super) fn absolute_times(&self, y: &[f64]) -> Vec<f64> {
        if self.is_positive {
            return self.times(y);
        }
        let n = self.products;
        self.in_parts(y, |mut part, first, y| {
            let count = part.nrows();
            let mut panel = vec![0.0; PANEL * count];
            for from in (0..n).step_by(PANEL) {
                let taken = PANEL.min(n - from);
                for (row, into) in (from..from + taken).zip(panel.chunks_mut(count)) {
                    let own = &self.matrix[row * n + first..row * n + first + count];
                    into.iter_mut().zip(own).for_each(|(into, own)| *into = own.abs());
                }
                let rows = MatRef::from_column_major_slice(&panel[..taken * count], count, taken);
                let accum = if from == 0 { Accum::Replace } else { Accum::Add };
                matmul(part.as_mut(), accum, rows, y.subrows(from, taken), 1.0, Par::Seq);
            }
        })
    }

    /// Products in parts of fixed size, which threads share.
    fn in_parts(&self, y: &[f64], work: impl Fn(MatMut<'_, f64>, usize, MatRef<'_, f64>) + Sync) -> Vec<f64> {
        let n = self.products;
        let columns = y.len() / n;
        let mut out = vec![0.0; y.len()];
        let right = MatRef::from_column_major_slice(y, n, columns);
        let mut rest = MatMut::from_column_major_slice_mut(&mut out, n, columns);
        let mut parts = Vec::new();
        for first in (0..n).step_by(PART) {
            let (part, after) = rest.split_at_row_mut(PART.min(n - first));
            parts.push((first, part));
            rest = after;
        }
        let mut shares: Vec<Vec<_>> = (0..self.threads).map(|_| Vec::new()).collect();
        for (at, part) in parts.into_iter().enumerate() {
            shares[at % self.threads].push(part);
        }
        thread::scope(|scope| {
            for share in shares {
                let work = &work;
                scope.spawn(move || share.into_iter().for_each(|(first, part)| work(part, first, right)));
            }
        });
        out
    }
}
