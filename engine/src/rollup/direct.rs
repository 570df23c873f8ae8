//! The fall-back: sparse LU of one block.

use faer::Col;
use faer::linalg::solvers::Solve;
use faer::sparse::linalg::solvers::Lu;
use faer::sparse::{SparseColMat, Triplet};

use crate::chain::Chain;

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0_f64, |max, value| max.max(value.abs()))
}

/// Condition beyond which the equations are taken for singular: no digit of a double would be left.
const SINGULAR: f64 = 1e15;

/// The factored equations of one block: row `i` is the balance of its node `i`, `Aᵀ y = b`.
#[derive(Clone, Debug)]
pub struct Direct {
    lu: Lu<usize, f64>,
}

impl Direct {
    /// Factors the block; `None` if it is singular, or so nearly that no digit of a solution would hold.
    pub fn new(chain: &Chain, members: &[usize]) -> Option<Self> {
        let direct = Self::factored(chain, members, |amount| amount)?;
        // A lower bound of the condition, scaled row by row: the size of B⁻¹ (|B| |y|) against y, for the solution y of B y = 1.
        let y = direct.solve(&vec![1.0; members.len()]);
        let image: Vec<f64> = members
            .iter()
            .enumerate()
            .map(|(row, &node)| {
                let inputs = chain.nodes[node].inputs.iter();
                let inside = inputs
                    .filter(|(s, _)| *s != node)
                    .filter_map(|(s, amount)| Some((members.binary_search(s).ok()?, amount)));
                chain.net_output(node).abs() * y[row].abs()
                    + inside.map(|(c, a)| a.abs() * y[c].abs()).sum::<f64>()
            })
            .collect();
        // Its signs must not happen to suit the matrix: three patterns are tried.
        let patterns: [fn(usize) -> bool; 3] = [|_| true, |i| i % 2 == 0, |i| (i * 7 + i / 3) % 5 < 2];
        let condition = patterns
            .iter()
            .map(|sign| {
                let signed = |(i, v): (usize, &f64)| if sign(i) { *v } else { -*v };
                let back = direct.solve(&image.iter().enumerate().map(signed).collect::<Vec<_>>());
                largest(&back) / largest(&y)
            })
            .fold(0.0_f64, f64::max);
        (y.iter().all(|v| v.is_finite()) && condition < SINGULAR).then_some(direct)
    }

    /// Factors the comparison matrix of the block.
    pub fn of_comparison(chain: &Chain, members: &[usize]) -> Option<Self> {
        Self::factored(chain, members, f64::abs)
    }

    fn factored(chain: &Chain, members: &[usize], off_diagonal: impl Fn(f64) -> f64) -> Option<Self> {
        let mut triplets = Vec::new();
        for (row, &node) in members.iter().enumerate() {
            triplets.push(Triplet::new(row, row, chain.net_output(node)));
            for &(supplier, amount) in
                chain.nodes[node].inputs.iter().filter(|(supplier, _)| *supplier != node)
            {
                if let Ok(column) = members.binary_search(&supplier) {
                    triplets.push(Triplet::new(row, column, -off_diagonal(amount)));
                }
            }
        }
        let matrix = SparseColMat::try_new_from_triplets(members.len(), members.len(), &triplets).ok()?;
        Some(Self { lu: matrix.sp_lu().ok()? })
    }

    /// Solves `Aᵀ y = b`.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let solution = self.lu.solve(&Col::from_fn(right.len(), |i| right[i]));
        solution.iter().copied().collect()
    }

    /// Solves `A s = f`.
    pub fn solve_transpose(&self, right: &[f64]) -> Vec<f64> {
        let solution = self.lu.solve_transpose(&Col::from_fn(right.len(), |i| right[i]));
        solution.iter().copied().collect()
    }
}
