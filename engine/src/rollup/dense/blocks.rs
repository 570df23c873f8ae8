//! Sectors that stand beside one another take most of one another, as those of one region do: solved exactly among
//! themselves, what is left to iterate over is what they take from afar.

use faer::linalg::solvers::{PartialPivLu, Solve};
use faer::{Mat, MatMut};

use super::product::{PART, System, share};

/// The blocks of `I - Aᵀ` on its diagonal, factored.
pub(super) struct Blocks {
    factors: Vec<PartialPivLu<f64>>,
    threads: usize,
}

impl Blocks {
    /// Of `A`, or of the sizes of its numbers. `None`: a block has no solution that could be used.
    pub(super) fn new(system: &System<'_>, absolute: bool) -> Option<Self> {
        let n = system.products();
        let firsts: Vec<usize> = (0..n).step_by(PART).collect();
        let mut factors: Vec<Option<PartialPivLu<f64>>> = firsts.iter().map(|_| None).collect();
        let jobs = factors.iter_mut().zip(firsts).collect();
        share(jobs, system.threads(), |(into, first): (&mut Option<_>, usize)| {
            let count = PART.min(n - first);
            let block = Mat::from_fn(count, count, |j, i| {
                let taken = system.at(first + i, first + j);
                f64::from(u8::from(i == j)) - if absolute { taken.abs() } else { taken }
            });
            let factored = PartialPivLu::new(block.as_ref());
            let pivots = factored.U().diagonal().column_vector();
            let is_usable = pivots.iter().all(|pivot| pivot.is_finite() && pivot.abs() > 1e-12);
            *into = is_usable.then_some(factored);
        });
        Some(Self { factors: factors.into_iter().collect::<Option<_>>()?, threads: system.threads() })
    }

    /// Solves each block for all columns, in place.
    pub(super) fn solve(&self, numbers: &mut [f64], n: usize) {
        let columns = numbers.len() / n;
        let mut rest = MatMut::from_column_major_slice_mut(numbers, n, columns);
        let mut parts = Vec::new();
        for factors in &self.factors {
            let (part, after) = rest.split_at_row_mut(factors.L().nrows());
            parts.push((factors, part));
            rest = after;
        }
        share(parts, self.threads, |(factors, part)| factors.solve_in_place(part));
    }
}
