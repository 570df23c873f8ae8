//! Layer 3: footprints along the whole chain. Loops are solved, never cut, and every footprint has a bound.

pub mod activity;
pub mod blocks;
mod certificate;
pub mod contribution;
pub mod dense;
mod direct;
pub mod few;
pub mod footprint;
mod lanes;
mod matrix;
pub mod varying;

#[cfg(test)]
mod tests;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::base::listed::listed;

pub use activity::{activity, activity_of, long_activity};
pub use blocks::Blocks;
pub use few::Few;
pub use footprint::{Footprints, Solution, footprints, footprints_of};
pub use varying::{Direction, Spot, Unsound, Varying};

/// A chain that cannot be solved: the products of the block, with the processes that make them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RollupError {
    /// A loop of products that uses up as much as it makes, or more.
    NotProductive(Vec<String>),
    /// A block whose equations have no single solution.
    Singular(Vec<String>),
}

impl RollupError {
    /// As a diagnostic, with what to do.
    pub fn diagnostic(&self) -> Diagnostic {
        let (message, hint) = match self {
            Self::NotProductive(names) if names.len() == 1 => (
                format!(
                    "the chain is not productive: {} uses up as much of its product as it makes, or more",
                    names[0]
                ),
                "check amount and unit of its inputs",
            ),
            Self::NotProductive(names) => (
                format!(
                    "the chain is not productive: {} use up as much of each other as they make, or more",
                    listed(names, NAMED)
                ),
                "check amounts and units of the inputs that they take of each other",
            ),
            Self::Singular(names) => (
                format!("the equations of {} have no single solution", listed(names, NAMED)),
                "check amounts and units of the inputs that they take of each other",
            ),
        };
        Diagnostic::error(codes::NOT_PRODUCTIVE, message).hint(hint)
    }
}

/// A loop with credits and without a certificate solves, and may solve to nonsense: what says so.
pub fn not_certified(names: &[&str]) -> Diagnostic {
    let message = format!(
        "the loop of {} holds credits and has no proof that it is productive: its footprints are estimates",
        listed(names, NAMED)
    );
    let hint = "look at the negative inputs of these processes, and whether their footprints make sense";
    Diagnostic::warning(codes::NOT_CERTIFIED, message).hint(hint)
}

/// Names that a message lists.
const NAMED: usize = 12;
