//! The comparison matrix: which blocks are productive, and a bound on every footprint.
//!
//! With `M = <Aᵀ>` (|diagonal|, -|off-diagonal|), a vector z > 0 with M z > 0 bounds every solution:
//! `|y - ŷ| <= max_j(|r_j| / (M z)_j) z`, whatever the signs of A.

use crate::chain::Chain;

use super::blocks::Blocks;

/// Sweeps after which an iteration is given up.
const SWEEPS: usize = 20_000;
/// Sweeps to a first estimate after which a block is solved directly.
const SLOW: usize = 200;

/// What a block of the chain turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Gauss-Seidel converges and the bound holds; slowly, where a direct solve is better.
    Certified {
        /// Does the iteration need many sweeps?
        slow: bool,
    },
    /// No z: the block makes less than it uses up.
    NotProductive,
    /// No z, but credits are among the inputs: a direct solve may do, its bound an estimate.
    Uncertified,
}

/// Looks at a block by solving `M z = 1` in it.
pub fn verdict(chain: &Chain, members: &[usize]) -> Verdict {
    let credits = members.iter().any(|&node| {
        chain.nodes[node].inputs.iter().any(|&(supplier, amount)| {
            amount < 0.0 && supplier != node && members.binary_search(&supplier).is_ok()
        })
    });
    let failed = if credits { Verdict::Uncertified } else { Verdict::NotProductive };
    if members.iter().any(|&node| chain.net_output(node) <= 0.0) {
        return failed;
    }
    if members.len() == 1 {
        return Verdict::Certified { slow: false };
    }
    let mut z = vec![0.0; chain.nodes.len()];
    let ones = vec![1.0; chain.nodes.len()];
    match sweep_block(chain, members, true, &ones, &mut z) {
        Some(sweeps) => Verdict::Certified { slow: sweeps > SLOW },
        None => failed,
    }
}

/// Row `node` of `M z`, over the whole chain or within a block.
fn comparison(chain: &Chain, node: usize, z: &[f64], within: Option<&[usize]>) -> f64 {
    let inside = |supplier: &usize| within.is_none_or(|members| members.binary_search(supplier).is_ok());
    let taken: f64 = chain.nodes[node]
        .inputs
        .iter()
        .filter(|(supplier, _)| *supplier != node && inside(supplier))
        .map(|(supplier, amount)| amount.abs() * z[*supplier])
        .sum();
    chain.net_output(node).abs() * z[node] - taken
}

/// Gauss-Seidel on `M z = right` in one block, from what stands in `z` outside it, until `M z` is at least
/// half of the right side: the number of sweeps, or `None` if there is no such z.
fn sweep_block(
    chain: &Chain,
    members: &[usize],
    within: bool,
    right: &[f64],
    z: &mut [f64],
) -> Option<usize> {
    let scope = within.then_some(members);
    for sweep in 1..=SWEEPS {
        for &node in members {
            let taken = chain.net_output(node).abs() * z[node] - comparison(chain, node, z, scope);
            z[node] = (right[node] + taken) / chain.net_output(node).abs();
        }
        if members.iter().any(|&n| z[n].is_nan() || z[n] > 1e150) {
            return None;
        }
        if sweep % 4 == 0 || members.len() == 1 {
            let settled = |&n: &usize| comparison(chain, n, z, scope) >= 0.5 * right[n] && z[n] > 0.0;
            if members.iter().all(settled) {
                return Some(sweep);
            }
        }
    }
    None
}

/// An upper bound of the error of each footprint from the size of its residual; `None` where there is no z.
pub fn bound(chain: &Chain, blocks: &Blocks, residual: &[f64]) -> Option<Vec<f64>> {
    let largest = residual.iter().fold(0.0_f64, |max, r| max.max(r.abs()));
    if largest == 0.0 {
        return Some(vec![0.0; residual.len()]);
    }
    let right: Vec<f64> = residual.iter().map(|r| r.abs() + largest * 1e-6).collect();
    let mut z = vec![0.0; residual.len()];
    for members in &blocks.members {
        sweep_block(chain, members, false, &right, &mut z)?;
    }
    let mut worst = 0.0_f64;
    for node in 0..residual.len() {
        let image = comparison(chain, node, &z, None);
        if image <= 0.0 || z[node] <= 0.0 {
            return None;
        }
        worst = worst.max(residual[node].abs() / image);
    }
    // The few roundings made in here are far below one part in a million.
    Some(z.into_iter().map(|v| v * worst * 1.000_001).collect())
}
