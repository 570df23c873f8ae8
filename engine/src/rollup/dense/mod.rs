//! Multipliers of a dense system, such as the tables of a whole economy: what a unit of each product causes along its
//! chain, `y = s + Aᵀ y`, for all columns of `s`.
//!
//! The sparse solver keeps an index beside each number; a table of an economy has few zeros and tens of millions of
//! numbers. Here the matrix is only ever multiplied with many columns together, and is not copied.

mod blocks;
mod bound;
mod direct;
mod krylov;
mod product;
mod steps;

#[cfg(test)]
mod tests;

use std::cell::OnceCell;

use thiserror::Error;

use crate::base::progress::Progress;

use blocks::Blocks;
use direct::Factors;
use product::System;
use steps::Steps;

/// Columns that are solved together: the matrix is read once for all of them. What is kept of them beside it is then
/// small, however many there are.
const TOGETHER: usize = 64;

/// What is wrong with a dense system.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DenseError {
    /// The matrix is not square, or the intensities do not fit it.
    #[error("{0}")]
    Shape(String),
    /// A number that is none, by row and column.
    #[error("{what}: row {row}, column {column} is not a finite number")]
    NotFinite {
        /// Which of the two.
        what: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
    },
    /// Products that use up as much of each other as they make, or more.
    #[error("the system is not productive: its products use up as much of each other as they make, or more")]
    NotProductive,
    /// The equations have no single solution.
    #[error("the equations have no single solution")]
    Singular,
    /// Progress said no.
    #[error("stopped")]
    Stopped,
}

/// Multipliers, column after column: `values[k * products + i]` is column `k` of product `i`.
#[derive(Clone, Debug)]
pub struct Multipliers {
    /// How many products.
    pub products: usize,
    /// The multipliers.
    pub values: Vec<f64>,
    /// A bound on the error of each.
    pub bounds: Vec<f64>,
    /// Of each column: are its bounds proved, or estimates?
    pub proved: Vec<bool>,
}

/// How the numbers of a matrix lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Row after row.
    Rows,
    /// Column after column.
    Columns,
}

/// How much of each product a unit of each other one needs, and what a unit of each causes itself.
#[derive(Clone, Copy, Debug)]
pub struct Requirements<'a> {
    /// How much of product `i` a unit of product `j` takes: in row `i` and column `j`.
    pub matrix: &'a [f64],
    /// How these lie.
    pub order: Order,
    /// `intensities[k * products + i]`: how much of `k` a unit of product `i` causes itself.
    pub intensities: &'a [f64],
    /// How many products.
    pub products: usize,
}

/// Solves for all columns, on so many threads; the numbers do not hang on how many.
///
/// # Errors
/// If shapes do not fit, numbers are not finite, the system has no solution or none that is productive, or `progress`
/// says no.
pub fn multipliers(
    of: Requirements<'_>,
    threads: usize,
    progress: &dyn Progress,
) -> Result<Multipliers, DenseError> {
    let system = System::new(of, threads)?;
    let (n, count) = (of.products, system.columns());
    let mut all = Multipliers {
        products: n,
        values: Vec::new(),
        bounds: Vec::new(),
        proved: Vec::with_capacity(count),
    };
    if count == 0 || n == 0 {
        return Ok(all);
    }
    let solver = Solver {
        blocks: Blocks::new(&system, false),
        absolute: OnceCell::new(),
        factors: OnceCell::new(),
        system,
    };
    let mut steps = Steps::new(count.div_ceil(TOGETHER), progress);
    for right in of.intensities.chunks(TOGETHER * n) {
        let solved = solver.solve(right, &mut steps)?;
        let bounded = bound::bound(&solver, right, &solved, &mut steps)?;
        all.values.extend(solved);
        all.bounds.extend(bounded.bounds);
        all.proved.extend(bounded.proved);
        steps.next_block();
    }
    Ok(all)
}

/// A system, and what is made of it once.
struct Solver<'a> {
    system: System<'a>,
    blocks: Option<Blocks>,
    /// Of the sizes of the numbers, where some are below 0.
    absolute: OnceCell<Option<Blocks>>,
    factors: OnceCell<Factors>,
}

impl Solver<'_> {
    /// By products with the matrix; where that does not converge, by factors of all of it.
    fn solve(&self, right: &[f64], steps: &mut Steps<'_>) -> Result<Vec<f64>, DenseError> {
        match krylov::solve(&self.system, self.blocks.as_ref(), right, steps)? {
            Some(solved) => Ok(solved),
            None => self.factors.get_or_init(|| Factors::new(&self.system)).solve(right),
        }
    }

    /// Blocks of `I - |A|ᵀ`.
    fn absolute_blocks(&self) -> Option<&Blocks> {
        if self.system.is_positive {
            return self.blocks.as_ref();
        }
        self.absolute.get_or_init(|| Blocks::new(&self.system, true)).as_ref()
    }
}
