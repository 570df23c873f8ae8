//! Datasets in formats of other programs. Cells are taken as they were written, so that nothing is rounded.

mod amount;
pub mod brightway;
mod komunitin;
pub mod pact;
mod rows;
mod valueflows;

pub use brightway::brightway;
pub use komunitin::komunitin;
pub use pact::pact;
pub use valueflows::valueflows;

/// A file that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// All of it.
    pub text: String,
    /// What it holds, for people.
    pub what: String,
    /// What should be known beside it.
    pub notes: Vec<String>,
}
