//! Long work that a caller watches and may stop.

use super::diagnostic::Diagnostic;

/// Hears how far long work is, and says whether it goes on. `()` hears nothing and never stops.
pub trait Progress: Sync {
    /// `done` of `total` steps of a stage are done. Called often: every 65,536 rows, every product.
    /// `false` stops the work, which then ends with a diagnostic of the code `stopped`.
    fn tick(&self, stage: Stage, done: usize, total: usize) -> bool;
}

impl Progress for () {
    fn tick(&self, _: Stage, _: usize, _: usize) -> bool {
        true
    }
}

/// What long work is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading tables of 65,536 rows or more; a step is a look at a row.
    Reading,
    /// Gathering what is stated of flows; a step is a flow.
    Gathering,
    /// Saying what flows are; a step is a flow.
    Classifying,
    /// Solving footprints; a step is an indicator.
    Solving,
    /// Pricing; a step is a product x origin.
    Pricing,
    /// Comparing scenarios; a step is a pricing of the dataset.
    Comparing,
    /// Pricing lines; a step is a line. A `total` of 0: nobody knows how many there are. Where files do not say how
    /// many lines they hold it is an estimate, from how much of them is read.
    Lines,
}

impl Stage {
    /// As a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Gathering => "gathering",
            Self::Classifying => "classifying",
            Self::Solving => "solving",
            Self::Pricing => "pricing",
            Self::Comparing => "comparing",
            Self::Lines => "pricing lines",
        }
    }
}

/// The code of work that was stopped: no problem of the data, and so not among the codes of problems.
pub const STOPPED: &str = "stopped";

/// What stopped work ends with.
pub fn stopped() -> Diagnostic {
    Diagnostic::error(STOPPED, "the work was stopped before it was done")
}
