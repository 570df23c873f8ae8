//! A dense matrix times many columns.

use std::thread;

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use super::{DenseError, Order, Requirements};

/// Rows of the matrix that are made absolute at a time.
const PANEL: usize = 256;
/// Products in one part of the work; how many threads there are changes no sum.
pub(super) const PART: usize = 512;

/// A matrix that was looked over.
pub(super) struct System<'a> {
    matrix: &'a [f64],
    order: Order,
    products: usize,
    columns: usize,
    threads: usize,
    /// Is nothing in it below 0?
    pub(super) is_positive: bool,
}

impl<'a> System<'a> {
    pub(super) fn new(of: Requirements<'a>, threads: usize) -> Result<Self, DenseError> {
        let n = of.products;
        if n.checked_mul(n) != Some(of.matrix.len()) {
            let message = format!("the matrix has {} numbers, and not {n} x {n}", of.matrix.len());
            return Err(DenseError::Shape(message));
        }
        if !of.intensities.is_empty() && (n == 0 || !of.intensities.len().is_multiple_of(n)) {
            let message =
                format!("{} intensities are not so many for each of {n} products", of.intensities.len());
            return Err(DenseError::Shape(message));
        }
        if let Some(at) = of.intensities.iter().position(|number| !number.is_finite()) {
            return Err(DenseError::NotFinite { what: "intensities", row: at / n, column: at % n });
        }
        let threads = threads.max(1);
        let looks = looked_over(of.matrix, n, threads);
        if looks.iter().any(|look| !look.is_finite) {
            let at = of.matrix.iter().position(|number| !number.is_finite()).unwrap_or_default();
            let (row, column) = if of.order == Order::Rows { (at / n, at % n) } else { (at % n, at / n) };
            return Err(DenseError::NotFinite { what: "requirements", row, column });
        }
        Ok(Self {
            matrix: of.matrix,
            order: of.order,
            products: n,
            columns: of.intensities.len().checked_div(n).unwrap_or_default(),
            threads,
            is_positive: looks.iter().all(|look| look.is_positive),
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

    /// How many threads.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// What a unit of `j` takes of `i`.
    pub(super) fn at(&self, i: usize, j: usize) -> f64 {
        let n = self.products;
        self.matrix[if self.order == Order::Rows { i * n + j } else { j * n + i }]
    }

    /// `Aᵀ`, without a copy.
    fn transposed(&self) -> MatRef<'a, f64> {
        let n = self.products;
        match self.order {
            Order::Rows => MatRef::from_column_major_slice(self.matrix, n, n),
            Order::Columns => MatRef::from_row_major_slice(self.matrix, n, n),
        }
    }

    /// `Aᵀ y` for all columns of `y`.
    pub(super) fn times(&self, y: &[f64]) -> Vec<f64> {
        let transposed = self.transposed();
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
        let transposed = self.transposed();
        self.in_parts(y, |mut part, first, y| {
            let count = part.nrows();
            let mut panel = vec![0.0; PANEL * count];
            for from in (0..n).step_by(PANEL) {
                let taken = PANEL.min(n - from);
                let mut absolute = match self.order {
                    Order::Rows => {
                        MatMut::from_column_major_slice_mut(&mut panel[..taken * count], count, taken)
                    }
                    Order::Columns => {
                        MatMut::from_row_major_slice_mut(&mut panel[..taken * count], count, taken)
                    }
                };
                faer::zip!(absolute.as_mut(), transposed.submatrix(first, from, count, taken))
                    .for_each(|faer::unzip!(into, own)| *into = own.abs());
                let accum = if from == 0 { Accum::Replace } else { Accum::Add };
                matmul(part.as_mut(), accum, absolute.as_ref(), y.subrows(from, taken), 1.0, Par::Seq);
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
        share(parts, self.threads, |(first, part)| work(part, first, right));
        out
    }
}

/// Hands jobs to threads; which thread does which is fixed.
pub(super) fn share<T: Send>(jobs: Vec<T>, threads: usize, work: impl Fn(T) + Sync) {
    let threads = threads.min(jobs.len());
    if threads < 2 {
        jobs.into_iter().for_each(work);
        return;
    }
    let mut shares: Vec<Vec<T>> = (0..threads).map(|_| Vec::new()).collect();
    for (at, job) in jobs.into_iter().enumerate() {
        shares[at % threads].push(job);
    }
    thread::scope(|scope| {
        for share in shares {
            let work = &work;
            scope.spawn(move || share.into_iter().for_each(work));
        }
    });
}

/// What some rows of a matrix are like.
#[derive(Clone, Copy)]
struct Look {
    is_finite: bool,
    is_positive: bool,
}

fn looked_over(matrix: &[f64], n: usize, threads: usize) -> Vec<Look> {
    let pieces: Vec<&[f64]> = matrix.chunks((n * PART).max(1)).collect();
    let mut looks = vec![Look { is_finite: true, is_positive: true }; pieces.len()];
    share(looks.iter_mut().zip(pieces).collect(), threads, |(look, piece): (&mut Look, &[f64])| {
        // Without a branch a number, which would take as long as a product.
        look.is_finite = piece.chunks(4096).all(|some| some.iter().fold(true, |all, v| all & v.is_finite()));
        look.is_positive = piece.chunks(4096).all(|some| some.iter().all(|v| *v >= 0.0));
    });
    looks
}
