//! The comparison matrix: which blocks are productive, and a bound on every footprint.
//!
//! With `M = <Aᵀ>` (|diagonal|, -|off-diagonal|), a vector z > 0 with M z > 0 bounds every solution:
//! `|y - ŷ| <= max_j(|r_j| / (M z)_j) z`, whatever the signs of A.

use crate::chain::Chain;

use super::blocks::Blocks;
use super::direct::Direct;

/// Sweeps after which a block is solved directly.
const SWEEPS: usize = 200;

/// What a block of the chain turned out to be.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// There is a z, and Gauss-Seidel converges quickly.
    Certified,
    /// There is a z, found by a direct solve of the comparison matrix: iteration would take thousands of sweeps.
    Slow(Box<Direct>),
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
        return Verdict::Certified;
    }
    let mut z = vec![0.0; chain.nodes.len()];
    let ones = vec![1.0; chain.nodes.len()];
    if sweep_block(chain, members, Some(members), &ones, &mut z) {
        return Verdict::Certified;
    }
    // M has no positive off-diagonal: if it has a z at all, the solution of M z = 1 is one.
    let Some(direct) = Direct::of_comparison(chain, members) else { return failed };
    for (&node, value) in members.iter().zip(direct.solve(&vec![1.0; members.len()])) {
        z[node] = value;
    }
    let positive = |&n: &usize| z[n] > 0.0 && comparison(chain, n, &z, Some(members)) >= 0.5;
    if members.iter().all(positive) { Verdict::Slow(Box::new(direct)) } else { failed }
}

/// Row `node` of `M z`, over the whole chain or within a block.
fn comparison(chain: &Chain, node: usize, z: &[f64], within: Option<&[usize]>) -> f64 {
    chain.net_output(node).abs() * z[node] - taken(chain, node, z, within)
}

fn taken(chain: &Chain, node: usize, z: &[f64], within: Option<&[usize]>) -> f64 {
    let inside = |supplier: &usize| within.is_none_or(|members| members.binary_search(supplier).is_ok());
    let inputs = chain.nodes[node].inputs.iter();
    inputs
        .filter(|(supplier, _)| *supplier != node && inside(supplier))
        .map(|(supplier, amount)| amount.abs() * z[*supplier])
        .sum()
}

/// Gauss-Seidel on `M z = right` in one block, from what stands in `z` outside it, until `M z` is at least
/// half of the right side; `false` if that takes too long.
fn sweep_block(
    chain: &Chain,
    members: &[usize],
    scope: Option<&[usize]>,
    right: &[f64],
    z: &mut [f64],
) -> bool {
    for sweep in 1..=SWEEPS {
        for &node in members {
            z[node] = (right[node] + taken(chain, node, z, scope)) / chain.net_output(node).abs();
        }
        if sweep % 4 == 0 || members.len() == 1 {
            let settled = |&n: &usize| z[n] > 0.0 && comparison(chain, n, z, scope) >= 0.5 * right[n];
            if members.iter().all(settled) {
                return true;
            }
        }
    }
    false
}

/// An upper bound of the error of each footprint from bounds on the residuals; `None` where no z could be had.
///
/// `slow` holds the factored comparison matrix of blocks that need it; blocks that are not in `certified` and all
/// that take from them get none. What stands in other blocks changes no bound but through the chain itself.
pub fn bounds(
    chain: &Chain,
    blocks: &Blocks,
    slow: &[Option<Direct>],
    certified: &[bool],
    residual: &[f64],
) -> Vec<Option<f64>> {
    let mut z = vec![0.0; residual.len()];
    let mut bounds: Vec<Option<f64>> = vec![None; residual.len()];
    let mut right = residual.to_vec();
    for (block, members) in blocks.members.iter().enumerate() {
        if !certified[block] {
            continue;
        }
        if members.iter().all(|&n| residual[n] == 0.0 && taken(chain, n, &z, None) == 0.0) {
            for &node in members {
                bounds[node] = Some(0.0);
            }
            continue;
        }
        // A residual of 0 still needs a positive right side; the least of the others is no looser than they are.
        let least = members.iter().map(|&n| residual[n] + taken_outside(chain, n, &z, members));
        let least = least.filter(|r| *r > 0.0).fold(f64::INFINITY, f64::min) * 1e-6;
        for &node in members {
            right[node] = residual[node].max(least);
        }
        let solved = match &slow[block] {
            None => sweep_block(chain, members, None, &right, &mut z),
            Some(direct) => {
                let inside: Vec<f64> =
                    members.iter().map(|&n| right[n] + taken_outside(chain, n, &z, members)).collect();
                for (&node, value) in members.iter().zip(direct.solve(&inside)) {
                    z[node] = value;
                }
                true
            }
        };
        let worst =
            members.iter().map(|&n| right[n] / comparison(chain, n, &z, None)).fold(0.0_f64, |max, ratio| {
                if ratio.is_nan() || ratio < 0.0 { f64::INFINITY } else { max.max(ratio) }
            });
        if !solved || !worst.is_finite() || members.iter().any(|&n| z[n] <= 0.0) {
            continue;
        }
        // The few roundings made in here are far below one part in a million.
        for &node in members {
            z[node] *= worst.max(1.0) * 1.000_001;
            bounds[node] = Some(z[node]);
        }
    }
    bounds
}

fn taken_outside(chain: &Chain, node: usize, z: &[f64], members: &[usize]) -> f64 {
    let inputs = chain.nodes[node].inputs.iter();
    inputs
        .filter(|(supplier, _)| members.binary_search(supplier).is_err())
        .map(|(supplier, amount)| amount.abs() * z[*supplier])
        .sum()
}
