//! GMRES over many right-hand sides that share each product with the matrix. Each direction is solved in blocks first:
//! few products are then left to do.

use super::DenseError;
use super::blocks::Blocks;
use super::product::{System, share};
use super::steps::Steps;

/// Directions before a restart.
const DIRECTIONS: usize = 30;
/// Restarts before the system is factored.
const RESTARTS: usize = 8;
/// What a round leaves of the residual it began with.
const ROUND: f64 = 1e-9;
/// What may be left of the residual in the end, relative to what was asked; products in doubles leave no less.
const WANTED: f64 = 4e-16;
/// The same, a product of the system: sums that are so long leave more, and bounds are a hundred times as wide.
const WANTED_EACH: f64 = 1e-18;

/// A column's view of the directions so far: an upper triangle, rotations, and the rotated right-hand side.
struct Column {
    triangle: Vec<Vec<f64>>,
    rotations: Vec<(f64, f64)>,
    right: Vec<f64>,
    start: f64,
}

impl Column {
    fn new(start: f64) -> Self {
        Self { triangle: Vec::new(), rotations: Vec::new(), right: vec![start], start }
    }

    /// What is left of the residual of the round.
    fn gained(&self) -> f64 {
        let left = self.right.last().map_or(0.0, |rest| rest.abs());
        if self.start > 0.0 { left / self.start } else { 0.0 }
    }

    /// Takes the next column of the Hessenberg matrix in.
    fn take(&mut self, mut column: Vec<f64>, below: f64) {
        for (at, (c, s)) in self.rotations.iter().enumerate() {
            let (upper, lower) = (column[at], column[at + 1]);
            column[at] = c * upper + s * lower;
            column[at + 1] = c * lower - s * upper;
        }
        let last = column.len() - 1;
        let length = column[last].hypot(below);
        let (c, s) = if length > 0.0 { (column[last] / length, below / length) } else { (1.0, 0.0) };
        column[last] = length;
        self.rotations.push((c, s));
        self.triangle.push(column);
        let rest = self.right[last];
        self.right[last] = c * rest;
        self.right.push(-s * rest);
    }

    /// How much of each direction.
    fn weights(&self) -> Vec<f64> {
        let count = self.triangle.len();
        let mut weights = vec![0.0; count];
        for at in (0..count).rev() {
            let above: f64 = (at + 1..count).map(|j| self.triangle[j][at] * weights[j]).sum();
            let pivot = self.triangle[at][at];
            weights[at] = if pivot == 0.0 { 0.0 } else { (self.right[at] - above) / pivot };
        }
        weights
    }
}

fn length(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Eight sums, so that none waits for the other.
    let mut sums = [0.0; 8];
    let (a_parts, b_parts) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a_parts.remainder().iter().zip(b_parts.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_parts.zip(b_parts) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// `s - y + Aᵀ y`: what is still missing.
pub(super) fn residual(right: &[f64], y: &[f64], product: &[f64]) -> Vec<f64> {
    right.iter().zip(y).zip(product).map(|((s, y), p)| s - y + p).collect()
}

/// The solution; `None` if it does not converge.
pub(super) fn solve(
    system: &System<'_>,
    blocks: Option<&Blocks>,
    right: &[f64],
    steps: &mut Steps<'_>,
) -> Result<Option<Vec<f64>>, DenseError> {
    let n = system.products();
    let wanted = WANTED.max(WANTED_EACH * n as f64);
    let asked: Vec<f64> = right.chunks(n).map(length).collect();
    let mut y = vec![0.0; right.len()];
    let mut rest = right.to_vec();
    let mut least = f64::INFINITY;
    let mut left = 1.0;
    for _ in 0..RESTARTS {
        let aim = Aim { left, enough: ROUND.max(0.5 * wanted / left) };
        round(system, blocks, &mut y, &rest, aim, steps)?;
        let product = system.times(&y);
        rest = residual(right, &y, &product);
        let of_columns = rest.chunks(n).map(length).zip(&asked).filter(|(_, asked)| **asked > 0.0);
        left = of_columns.map(|(rest, asked)| rest / asked).fold(0.0_f64, f64::max);
        if !left.is_finite() {
            return Ok(None);
        }
        // One step of Jacobi costs nothing here, and makes small multipliers as good as large ones.
        if left <= wanted || (left < 1e-12 && left > 0.25 * least) {
            let settled = right.iter().zip(&product).map(|(s, p)| s + p).collect();
            return Ok(Some(settled));
        }
        if left > 0.5 * least {
            return Ok(None);
        }
        least = left;
    }
    Ok(None)
}

/// What a round begins with, of all that was asked, and what it may leave of that.
#[derive(Clone, Copy)]
struct Aim {
    left: f64,
    enough: f64,
}

/// One round: directions until every column has gained enough, and the best of them added to `y`.
fn round(
    system: &System<'_>,
    blocks: Option<&Blocks>,
    y: &mut [f64],
    rest: &[f64],
    aim: Aim,
    steps: &mut Steps<'_>,
) -> Result<(), DenseError> {
    let n = system.products();
    let mut columns: Vec<Column> = rest.chunks(n).map(|column| Column::new(length(column))).collect();
    let mut direction = rest.to_vec();
    columns.iter().zip(direction.chunks_mut(n)).for_each(|(column, values)| scale(values, column.start));
    let mut basis = vec![direction];
    for step in 0..DIRECTIONS {
        let gained = columns.iter().map(Column::gained).fold(0.0_f64, f64::max);
        if gained <= aim.enough {
            break;
        }
        steps.left(aim.left * gained)?;
        let mut next = basis[step].clone();
        if let Some(blocks) = blocks {
            blocks.solve(&mut next, n);
        }
        let product = system.times(&next);
        next.iter_mut().zip(&product).for_each(|(v, p)| *v -= p);
        let jobs = columns.iter_mut().zip(next.chunks_mut(n)).enumerate().collect();
        // Each column for itself, so that it does not matter which thread has it.
        share(jobs, system.threads(), |(k, (column, values)): (usize, (&mut Column, &mut [f64]))| {
            let earlier = basis.iter().map(|earlier| &earlier[k * n..(k + 1) * n]);
            turned(column, earlier, values, aim.enough);
        });
        basis.push(next);
    }
    let mut best = vec![0.0; y.len()];
    let jobs = columns.iter().zip(best.chunks_mut(n)).enumerate().collect();
    share(jobs, system.threads(), |(k, (column, best)): (usize, (&Column, &mut [f64]))| {
        for (weight, direction) in column.weights().iter().zip(&basis) {
            let direction = &direction[k * n..(k + 1) * n];
            best.iter_mut().zip(direction).for_each(|(best, d)| *best += weight * d);
        }
    });
    if let Some(blocks) = blocks {
        blocks.solve(&mut best, n);
    }
    y.iter_mut().zip(&best).for_each(|(y, best)| *y += best);
    Ok(())
}

/// Turns a new direction of a column away from the earlier ones.
fn turned<'a>(
    column: &mut Column,
    earlier: impl Iterator<Item = &'a [f64]>,
    values: &mut [f64],
    enough: f64,
) {
    let mut hessenberg = Vec::new();
    for earlier in earlier {
        let part = dot(earlier, values);
        values.iter_mut().zip(earlier).for_each(|(value, e)| *value -= part * e);
        hessenberg.push(part);
    }
    let below = length(values);
    if column.gained() > enough {
        column.take(hessenberg, below);
    }
    scale(values, below);
}

fn scale(values: &mut [f64], length: f64) {
    if length > 0.0 {
        for value in values.iter_mut() {
            *value /= length;
        }
    }
}
