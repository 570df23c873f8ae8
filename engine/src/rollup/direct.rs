//! The fall-back: sparse LU of one block.

use faer::Col;
use faer::linalg::solvers::Solve;
use faer::sparse::linalg::solvers::Lu;
use faer::sparse::{SparseColMat, Triplet};

use crate::chain::Chain;

/// The factored equations of one block: row `i` is the balance of its node `i`, `Aᵀ y = b`.
#[derive(Clone, Debug)]
pub struct Direct {
    lu: Lu<usize, f64>,
}

impl Direct {
    /// Factors the block; `None` if it is singular.
    pub fn new(chain: &Chain, members: &[usize]) -> Option<Self> {
        let mut triplets = Vec::new();
        for (row, &node) in members.iter().enumerate() {
            triplets.push(Triplet::new(row, row, chain.nodes[node].output));
            for &(supplier, amount) in &chain.nodes[node].inputs {
                if let Ok(column) = members.binary_search(&supplier) {
                    triplets.push(Triplet::new(row, column, -amount));
                }
            }
        }
        let matrix = SparseColMat::try_new_from_triplets(members.len(), members.len(), &triplets).ok()?;
        let lu = matrix.sp_lu().ok()?;
        let direct = Self { lu };
        direct.solve(&vec![1.0; members.len()]).iter().all(|v| v.is_finite()).then_some(direct)
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
