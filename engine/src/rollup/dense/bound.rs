//! How far multipliers can be off: a vector that the comparison matrix keeps positive proves it.

use super::krylov::residual;
use super::product::System;
use super::steps::Steps;
use super::{DenseError, Solver};

/// Terms of the series before the weights are solved for, where that can be done.
const TERMS: usize = 12;
/// Terms before it is given up where it cannot: the matrix of absolute values is not at hand.
const TERMS_OF_CREDITS: usize = 60;
/// How much of each weight must be kept: with less the proof would hold, and say little, and another term costs one
/// product.
const KEPT: f64 = 0.05;

/// Bounds on the error of each multiplier, and whether those of a column are proved.
pub(super) struct Bounded {
    pub(super) bounds: Vec<f64>,
    pub(super) proved: Vec<bool>,
}

/// What rounding may add to a sum of `count` products, relative to the sum of their sizes.
fn rounding(count: usize) -> f64 {
    let unit = count as f64 * f64::EPSILON / 2.0;
    unit / (1.0 - unit)
}

/// With `M` = `I - |A|ᵀ` (below the comparison matrix, entry by entry) and `z` with `M z > 0`, the error of each column
/// is at most `max(|r| / M z) z`. `z` begins as the multipliers themselves: it then has their scale, small where they
/// are.
pub(super) fn bound(
    solver: &Solver<'_>,
    right: &[f64],
    y: &[f64],
    steps: &mut Steps<'_>,
) -> Result<Bounded, DenseError> {
    let system = &solver.system;
    let n = system.products();
    let gamma = rounding(n + 8);
    steps.bounding(0)?;
    let rest = missing(system, right, y, gamma);
    let mut found = Bounded { bounds: vec![0.0; y.len()], proved: vec![false; y.len() / n] };
    // A floor, so that no product is without weight.
    let weighted = |column: &[f64]| -> Vec<f64> {
        let floor = column.iter().fold(0.0_f64, |max, v| max.max(v.abs())) * 1e-15;
        column.iter().map(|v| v.abs() + floor).collect()
    };
    let mut columns: Vec<Column> = y
        .chunks(n)
        .enumerate()
        .map(|(at, column)| {
            let weights = weighted(column);
            Column { at, z: weights.clone(), weights }
        })
        .collect();
    let terms = if system.is_positive { TERMS } else { TERMS_OF_CREDITS };
    for term in 0..terms {
        if columns.is_empty() {
            return Ok(found);
        }
        steps.bounding(term)?;
        let spent = system.absolute_times(&joined(columns.iter().map(|column| &column.z)));
        let (mut left, mut lacking) = (Vec::new(), Vec::new());
        for (column, spent) in columns.into_iter().zip(spent.chunks(n)) {
            if let Some(kept) = kept(&column.z, spent, gamma, KEPT) {
                found.take(&column, &rest, &kept, gamma, true);
                continue;
            }
            let weights = column.weights.iter().zip(&column.z).zip(spent);
            lacking.extend(weights.map(|((weight, z), spent)| weight - z + spent));
            left.push(column);
        }
        columns = left;
        // One more term of the series `z = w + |A|ᵀ z`, whose blocks are solved.
        if let Some(blocks) = solver.absolute_blocks() {
            blocks.solve(&mut lacking, n);
        }
        for (column, lacking) in columns.iter_mut().zip(lacking.chunks(n)) {
            column.z.iter_mut().zip(lacking).for_each(|(z, lacking)| *z += lacking);
        }
        if columns.iter().any(|column| column.z.iter().any(|z| !z.is_finite())) {
            break;
        }
    }
    if system.is_positive {
        by_solving(solver, columns, &rest, gamma, steps, &mut found)?;
        return Ok(found);
    }
    // Credits without a proof: how much the residual moves the solution is estimated by the residual itself.
    for column in columns {
        let own = column.at * n..(column.at + 1) * n;
        found.bounds[own.clone()].iter_mut().zip(&rest[own]).for_each(|(bound, rest)| *bound = 2.0 * rest);
    }
    Ok(found)
}

/// A column whose bounds are looked for.
struct Column {
    at: usize,
    weights: Vec<f64>,
    z: Vec<f64>,
}

impl Bounded {
    /// Bounds of a column: `max(|r| / M z) z`, rounded up.
    fn take(&mut self, column: &Column, rest: &[f64], kept: &[f64], gamma: f64, proved: bool) {
        let n = column.z.len();
        let own = column.at * n..(column.at + 1) * n;
        let ratios = rest[own.clone()].iter().zip(kept);
        let ratios = ratios.map(|(rest, kept)| if *rest == 0.0 { 0.0 } else { rest / kept });
        let worst = ratios.fold(0.0_f64, f64::max) * (1.0 + gamma);
        let bounds = self.bounds[own].iter_mut().zip(&column.z);
        bounds.for_each(|(bound, z)| *bound = worst * z * (1.0 + gamma));
        self.proved[column.at] = proved;
    }
}

/// What may be missing from the equations: the residual, and all that rounding may have hidden of it.
fn missing(system: &System<'_>, right: &[f64], y: &[f64], gamma: f64) -> Vec<f64> {
    let product = system.times(y);
    let sizes: Vec<f64> = y.iter().map(|y| y.abs()).collect();
    let absolute = (!system.is_positive || y.iter().any(|y| *y < 0.0)).then(|| system.absolute_times(&sizes));
    let flow = absolute.as_ref().unwrap_or(&product);
    residual(right, y, &product)
        .iter()
        .zip(right)
        .zip(sizes.iter().zip(flow))
        .map(|((rest, right), (size, flow))| rest.abs() + gamma * (right.abs() + size + flow))
        .collect()
}

/// The series was too slow: weights that are solved for.
fn by_solving(
    solver: &Solver<'_>,
    mut columns: Vec<Column>,
    rest: &[f64],
    gamma: f64,
    steps: &mut Steps<'_>,
    found: &mut Bounded,
) -> Result<(), DenseError> {
    let n = solver.system.products();
    if columns.is_empty() {
        return Ok(());
    }
    let z = solver.solve(&joined(columns.iter().map(|column| &column.weights)), steps)?;
    for (column, z) in columns.iter_mut().zip(z.chunks(n)) {
        if z.iter().zip(&column.weights).any(|(z, weight)| *weight > 0.0 && *z <= 0.0) {
            return Err(DenseError::NotProductive);
        }
        column.z = z.to_vec();
    }
    let spent = solver.system.times(&z);
    for (column, spent) in columns.iter().zip(spent.chunks(n)) {
        match kept(&column.z, spent, gamma, 0.0) {
            Some(kept) => found.take(column, rest, &kept, gamma, true),
            // Nearly nothing is left over: what stands is the weight itself, as far as doubles tell.
            None => found.take(column, rest, &column.weights, gamma, false),
        }
    }
    Ok(())
}

fn joined<'a>(columns: impl Iterator<Item = &'a Vec<f64>>) -> Vec<f64> {
    columns.flatten().copied().collect()
}

/// A lower bound of `M z`, if it is more than `least` of `z` everywhere.
fn kept(z: &[f64], spent: &[f64], gamma: f64, least: f64) -> Option<Vec<f64>> {
    let kept = z.iter().zip(spent).map(|(z, spent)| z * (1.0 - gamma) - spent * (1.0 + gamma));
    let kept: Vec<f64> = kept.collect();
    kept.iter().zip(z).all(|(kept, z)| *z == 0.0 || (*z > 0.0 && *kept > least * z)).then_some(kept)
}
