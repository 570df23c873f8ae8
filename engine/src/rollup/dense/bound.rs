//! How far multipliers can be off: a vector that the comparison matrix keeps positive proves it.

use super::krylov::{self, residual};
use super::product::System;
use super::{DenseError, direct};

/// Terms of the series before the weights are solved for, where that can be done.
const TERMS: usize = 12;
/// Terms before it is given up where it cannot: the matrix of absolute values is not at hand.
const TERMS_OF_CREDITS: usize = 60;

/// Bounds on the error of each multiplier.
pub(super) struct Bounded {
    pub(super) bounds: Vec<f64>,
    pub(super) proved: bool,
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
    system: &System<'_>,
    right: &[f64],
    y: &[f64],
    tick: &mut impl FnMut() -> Result<(), DenseError>,
) -> Result<Bounded, DenseError> {
    let n = system.products();
    let gamma = rounding(n + 8);
    tick()?;
    let product = system.times(y);
    let sizes: Vec<f64> = y.iter().map(|y| y.abs()).collect();
    let flow = if system.is_positive && y.iter().all(|y| *y >= 0.0) {
        product.clone()
    } else {
        system.absolute_times(&sizes)
    };
    let rest: Vec<f64> = residual(right, y, &product)
        .iter()
        .zip(right)
        .zip(sizes.iter().zip(&flow))
        .map(|((rest, right), (size, flow))| rest.abs() + gamma * (right.abs() + size + flow))
        .collect();
    // A floor, so that no product is without weight.
    let floors: Vec<f64> =
        sizes.chunks(n).map(|column| column.iter().fold(0.0_f64, |max, v| max.max(*v)) * 1e-15).collect();
    let weights: Vec<f64> =
        sizes.chunks(n).zip(&floors).flat_map(|(c, floor)| c.iter().map(move |v| v + floor)).collect();
    let mut z = weights.clone();
    let terms = if system.is_positive { TERMS } else { TERMS_OF_CREDITS };
    for _ in 0..terms {
        tick()?;
        let spent = system.absolute_times(&z);
        // Where most of a weight is spent the proof would hold, and say little: another term costs one product.
        if let Some(kept) = kept(&z, &spent, gamma, 0.05) {
            return Ok(Bounded { bounds: scaled(n, &rest, &kept, &z, gamma), proved: true });
        }
        z = weights.iter().zip(&spent).map(|(weight, spent)| weight + spent).collect();
        if z.iter().any(|z| !z.is_finite()) {
            break;
        }
    }
    if system.is_positive {
        let z = match krylov::solve(system, &weights, tick)? {
            Some(z) => z,
            None => direct::solve(system, &weights)?,
        };
        if z.iter().zip(&weights).any(|(z, weight)| *weight > 0.0 && *z <= 0.0) {
            return Err(DenseError::NotProductive);
        }
        let spent = system.times(&z);
        if let Some(kept) = kept(&z, &spent, gamma, 0.0) {
            return Ok(Bounded { bounds: scaled(n, &rest, &kept, &z, gamma), proved: true });
        }
        // Nearly nothing is left over: what stands is the weight itself, as far as doubles tell.
        return Ok(Bounded { bounds: scaled(n, &rest, &weights, &z, gamma), proved: false });
    }
    // Credits without a proof: how much the residual moves the solution is estimated by the residual itself.
    Ok(Bounded { bounds: rest.iter().map(|rest| 2.0 * rest).collect(), proved: false })
}

/// A lower bound of `M z`, if it is more than `least` of `z` everywhere.
fn kept(z: &[f64], spent: &[f64], gamma: f64, least: f64) -> Option<Vec<f64>> {
    let kept = z.iter().zip(spent).map(|(z, spent)| z * (1.0 - gamma) - spent * (1.0 + gamma));
    let kept: Vec<f64> = kept.collect();
    kept.iter().zip(z).all(|(kept, z)| *z == 0.0 || *kept > least * z).then_some(kept)
}

/// `max(|r| / M z) z`, column by column, rounded up.
fn scaled(n: usize, rest: &[f64], kept: &[f64], z: &[f64], gamma: f64) -> Vec<f64> {
    let columns = rest.chunks(n).zip(kept.chunks(n)).zip(z.chunks(n));
    let column = |((rest, kept), z): ((&[f64], &[f64]), &[f64])| -> Vec<f64> {
        let ratios = rest.iter().zip(kept).map(|(rest, kept)| if *rest == 0.0 { 0.0 } else { rest / kept });
        let worst = ratios.fold(0.0_f64, f64::max) * (1.0 + gamma);
        z.iter().map(|z| worst * z * (1.0 + gamma)).collect()
    };
    columns.flat_map(column).collect()
}
