//! Multipliers of a dense system, such as the tables of a whole economy: what a unit of each product causes along its
//! chain, `y = s + Aᵀ y`, for all columns of `s` at once.
//!
//! The sparse solver keeps an index beside each number; a table of an economy has few zeros and tens of millions of
//! numbers. Here the matrix is only ever multiplied with all columns together, and is not copied.

mod bound;
mod direct;
mod krylov;
mod product;

#[cfg(test)]
mod tests;

use thiserror::Error;

use crate::base::progress::{Progress, Stage};

use product::System;

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
    /// Are the bounds proved, or estimates?
    pub proved: bool,
}

/// How much of each product a unit of each other one needs, and what a unit of each causes itself.
#[derive(Clone, Copy, Debug)]
pub struct Requirements<'a> {
    /// `matrix[i * products + j]`: how much of product `i` a unit of product `j` takes.
    pub matrix: &'a [f64],
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
    if system.columns() == 0 || of.products == 0 {
        return Ok(Multipliers {
            products: of.products,
            values: Vec::new(),
            bounds: Vec::new(),
            proved: true,
        });
    }
    let mut steps = 0;
    let mut tick = || {
        steps += 1;
        if progress.tick(Stage::Solving, steps, steps + 1) { Ok(()) } else { Err(DenseError::Stopped) }
    };
    let solved = match krylov::solve(&system, of.intensities, &mut tick)? {
        Some(solved) => solved,
        None => direct::solve(&system, of.intensities)?,
    };
    let bounded = bound::bound(&system, of.intensities, &solved, &mut tick)?;
    Ok(Multipliers { products: of.products, values: solved, bounds: bounded.bounds, proved: bounded.proved })
}
