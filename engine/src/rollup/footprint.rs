//! Footprints of all nodes at once: `Aᵀ y = b`, block by block, suppliers first.

use crate::base::float::Double;
use crate::chain::Chain;

use super::RollupError;
use super::blocks::Blocks;
use super::certificate::{self, Verdict};
use super::direct::Direct;

/// Sweeps of Gauss-Seidel after which a block is solved directly.
const SWEEPS: usize = 2_000;
/// Rounds of refinement against the exact residual.
const REFINEMENTS: usize = 6;
/// Relative error of one operation on long doubles, generously.
const LONG_EPSILON: f64 = 1.0 / (1_u128 << 100) as f64;

/// A chain made ready to be solved for any number of right-hand sides.
#[derive(Clone, Debug)]
pub struct Footprints<'a> {
    chain: &'a Chain,
    blocks: Blocks,
    direct: Vec<Option<Direct>>,
    /// The comparison matrix of slow blocks.
    slow: Vec<Option<Direct>>,
    /// Has the block a certificate, and all that it takes from?
    certified: Vec<bool>,
}

/// One solution: per reference unit of every node's product.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The footprints, each the nearest double to the solution (as far as the bound tells).
    pub values: Vec<f64>,
    /// A bound on the error of each.
    pub bounds: Vec<f64>,
    /// Is the bound of each proved, or an estimate?
    pub proved: Vec<bool>,
}

/// Finds the blocks and makes sure that each of them can be solved.
pub fn footprints(chain: &Chain) -> Result<Footprints<'_>, RollupError> {
    let blocks = Blocks::new(chain);
    let mut footprints =
        Footprints { chain, blocks, direct: Vec::new(), slow: Vec::new(), certified: Vec::new() };
    for members in &footprints.blocks.members {
        let names = || members.iter().map(|&node| chain.nodes[node].id.clone()).collect();
        let direct = || Direct::new(chain, members).ok_or_else(|| RollupError::Singular(names()));
        let suppliers =
            members.iter().flat_map(|&node| &chain.nodes[node].inputs).map(|(supplier, _)| *supplier);
        let of = &footprints.blocks.of;
        let mut sound = suppliers.map(|s| of[s]).filter(|&b| b < footprints.certified.len());
        let sound = sound.all(|block| footprints.certified[block]);
        let (direct, slow, certified) = match certificate::verdict(chain, members) {
            Verdict::Certified => (None, None, sound),
            Verdict::Slow(comparison) => (Some(direct()?), Some(*comparison), sound),
            Verdict::NotProductive => return Err(RollupError::NotProductive(names())),
            Verdict::Uncertified => (Some(direct()?), None, false),
        };
        footprints.direct.push(direct);
        footprints.slow.push(slow);
        footprints.certified.push(certified);
    }
    Ok(footprints)
}

impl Footprints<'_> {
    /// The blocks.
    pub fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// The chain.
    pub fn chain(&self) -> &Chain {
        self.chain
    }

    /// Processes in loops whose footprints are only estimated, block by block.
    pub fn uncertified(&self) -> Vec<Vec<&str>> {
        let loops = self.blocks.members.iter().enumerate().filter(|(block, _)| {
            !self.certified[*block] && self.direct[*block].is_some() && self.slow[*block].is_none()
        });
        loops.map(|(_, members)| members.iter().map(|&n| self.chain.nodes[n].id.as_str()).collect()).collect()
    }

    /// The factored block, where iteration is not proved to converge.
    pub fn direct(&self, block: usize) -> Option<&Direct> {
        self.direct[block].as_ref()
    }

    /// Solves for what each node causes itself, per activity as recorded.
    pub fn solve(&self, right: &[Double]) -> Solution {
        let mut solution = vec![Double::default(); right.len()];
        let mut residual: Vec<f64> = right.iter().map(|r| r.hi).collect();
        let mut last = f64::INFINITY;
        for _ in 0..REFINEMENTS {
            for (value, step) in solution.iter_mut().zip(self.sweep(&residual)) {
                *value = value.plus_f64(step);
            }
            residual = self.residual(right, &solution).into_iter().map(|(sum, _)| sum).collect();
            let size = residual.iter().fold(0.0_f64, |max, r| max.max(r.abs()));
            if size == 0.0 || size >= last || !size.is_finite() {
                break;
            }
            last = size;
        }
        // The residual of the long solution, with all that its own arithmetic can be wrong by.
        let residual: Vec<f64> = self
            .residual(right, &solution)
            .into_iter()
            .map(|(sum, size)| sum.abs() + size * LONG_EPSILON)
            .collect();
        let bounds = certificate::bounds(self.chain, &self.blocks, &self.slow, &self.certified, &residual);
        let proved: Vec<bool> = bounds.iter().map(Option::is_some).collect();
        let estimate = if proved.iter().all(|proved| *proved) { Vec::new() } else { self.sweep(&residual) };
        // What was cut off the long solution adds to the bound; rounded up, so that it stays one.
        let bound = |(node, bound): (usize, &Option<f64>)| {
            let bound = bound.unwrap_or_else(|| 2.0 * estimate[node].abs());
            (bound + solution[node].lo.abs()) * (1.0 + 4.0 * f64::EPSILON)
        };
        let bounds = bounds.iter().enumerate().map(bound).collect();
        Solution { values: solution.iter().map(|value| value.hi).collect(), bounds, proved }
    }

    /// `b - Aᵀ y`, without rounding error to speak of, and the sum of the sizes of its terms.
    fn residual(&self, right: &[Double], solution: &[Double]) -> Vec<(f64, f64)> {
        self.chain
            .nodes
            .iter()
            .enumerate()
            .map(|(node, row)| {
                let mut sum = right[node].plus_product(-row.output, solution[node]);
                let mut size = right[node].hi.abs() + row.output * solution[node].hi.abs();
                for &(supplier, amount) in &row.inputs {
                    sum = sum.plus_product(amount, solution[supplier]);
                    size += amount.abs() * solution[supplier].hi.abs();
                }
                (sum.hi, size * (row.inputs.len() + 2) as f64)
            })
            .collect()
    }

    /// One solve in doubles.
    fn sweep(&self, right: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; right.len()];
        for (block, members) in self.blocks.members.iter().enumerate() {
            if let Some(direct) = &self.direct[block] {
                let inside: Vec<f64> =
                    members.iter().map(|&n| self.taken_from_outside(n, block, right[n], &y)).collect();
                for (&node, value) in members.iter().zip(direct.solve(&inside)) {
                    y[node] = value;
                }
                continue;
            }
            for _ in 0..SWEEPS {
                let mut change = 0.0_f64;
                for &node in members {
                    let mut sum = right[node];
                    for &(supplier, amount) in &self.chain.nodes[node].inputs {
                        if supplier != node {
                            sum += amount * y[supplier];
                        }
                    }
                    let next = sum / self.chain.net_output(node);
                    change = change.max((next - y[node]).abs() - 4e-16 * next.abs());
                    y[node] = next;
                }
                if members.len() == 1 || change <= 0.0 {
                    break;
                }
            }
        }
        y
    }

    fn taken_from_outside(&self, node: usize, block: usize, right: f64, y: &[f64]) -> f64 {
        let inputs = &self.chain.nodes[node].inputs;
        let outside = inputs.iter().filter(|(supplier, _)| self.blocks.of[*supplier] != block);
        outside.fold(right, |sum, (supplier, amount)| sum + amount * y[*supplier])
    }
}
