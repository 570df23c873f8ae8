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

/// A chain made ready to be solved for any number of right-hand sides.
#[derive(Clone, Debug)]
pub struct Footprints<'a> {
    chain: &'a Chain,
    blocks: Blocks,
    direct: Vec<Option<Direct>>,
    certified: bool,
}

/// One solution: per reference unit of every node's product.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The footprints, each the nearest double to the solution (as far as the bound tells).
    pub values: Vec<f64>,
    /// A bound on the error of each.
    pub bounds: Vec<f64>,
    /// Is the bound proved, or an estimate?
    pub proved: bool,
}

/// Finds the blocks and makes sure that each of them can be solved.
pub fn footprints(chain: &Chain) -> Result<Footprints<'_>, RollupError> {
    let blocks = Blocks::new(chain);
    let mut certified = true;
    let mut direct = Vec::with_capacity(blocks.members.len());
    for members in &blocks.members {
        let names = || members.iter().map(|&node| chain.nodes[node].id.clone()).collect();
        match certificate::verdict(chain, members) {
            Verdict::Certified { slow: false } => direct.push(None),
            // Iteration would do, after thousands of sweeps.
            Verdict::Certified { slow: true } => direct.push(Direct::new(chain, members)),
            Verdict::NotProductive => return Err(RollupError::NotProductive(names())),
            Verdict::Uncertified => {
                certified = false;
                direct.push(Some(Direct::new(chain, members).ok_or_else(|| RollupError::Singular(names()))?));
            }
        }
    }
    Ok(Footprints { chain, blocks, direct, certified })
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
            residual = self.residual(right, &solution);
            let size = residual.iter().fold(0.0_f64, |max, r| max.max(r.abs()));
            if size == 0.0 || size >= last {
                break;
            }
            last = size;
        }
        // The bound is that of the long solution, and what was cut off it.
        let values: Vec<f64> = solution.iter().map(|value| value.hi).collect();
        let cut =
            |bounds: Vec<f64>| bounds.iter().zip(&solution).map(|(bound, y)| bound + y.lo.abs()).collect();
        let proved =
            if self.certified { certificate::bound(self.chain, &self.blocks, &residual) } else { None };
        match proved {
            Some(bounds) => Solution { values, bounds: cut(bounds), proved: true },
            None => {
                let estimate = self.sweep(&residual).iter().map(|v| v.abs() * 2.0).collect();
                Solution { values, bounds: cut(estimate), proved: false }
            }
        }
    }

    /// `b - Aᵀ y`, without rounding error to speak of.
    fn residual(&self, right: &[Double], solution: &[Double]) -> Vec<f64> {
        self.chain
            .nodes
            .iter()
            .enumerate()
            .map(|(node, row)| {
                let mut sum = right[node].plus_product(-row.output, solution[node]);
                for &(supplier, amount) in &row.inputs {
                    sum = sum.plus_product(amount, solution[supplier]);
                }
                sum.hi
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
