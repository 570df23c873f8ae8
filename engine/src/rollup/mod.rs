//! Layer 3: footprints along the whole chain. Loops are solved, never cut, and every footprint has a bound.

pub mod activity;
pub mod blocks;
pub mod certificate;
pub mod direct;
pub mod footprint;

#[cfg(test)]
mod tests;

pub use activity::activity;
pub use blocks::Blocks;
pub use footprint::{Footprints, footprints};

/// A chain that cannot be solved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollupError {
    /// A loop of products that uses up as much as it makes, or more.
    #[error("the chain is not productive: {0:?} use up as much of each other as they make, or more")]
    NotProductive(Vec<String>),
    /// A block whose equations have no single solution.
    #[error("the equations of {0:?} have no single solution")]
    Singular(Vec<String>),
}
