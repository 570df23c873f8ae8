//! How far the solving is: digits of the solution, block after block.

use crate::base::progress::{Progress, Stage};

use super::DenseError;

/// Digits of a block, and what its bounds take beside them.
const OF_A_BLOCK: usize = 20;
/// Digits that a solution has in the end.
const DIGITS: usize = 16;

/// Counts steps, and asks whether the work goes on.
pub(super) struct Steps<'a> {
    progress: &'a dyn Progress,
    blocks: usize,
    block: usize,
    done: usize,
}

impl<'a> Steps<'a> {
    pub(super) fn new(blocks: usize, progress: &'a dyn Progress) -> Self {
        Self { progress, blocks, block: 0, done: 0 }
    }

    /// A residual that is so much of what it was at first is left.
    pub(super) fn left(&mut self, ratio: f64) -> Result<(), DenseError> {
        let digits = if ratio > 0.0 { -ratio.log10() } else { DIGITS as f64 };
        self.tell(digits.clamp(0.0, DIGITS as f64) as usize)
    }

    /// So many steps of the bounds are done.
    pub(super) fn bounding(&mut self, steps: usize) -> Result<(), DenseError> {
        self.tell((DIGITS + steps).min(OF_A_BLOCK))
    }

    pub(super) fn next_block(&mut self) {
        self.block += 1;
    }

    fn tell(&mut self, within: usize) -> Result<(), DenseError> {
        self.done = self.done.max(self.block * OF_A_BLOCK + within);
        let goes_on = self.progress.tick(Stage::Solving, self.done, self.blocks * OF_A_BLOCK);
        if goes_on { Ok(()) } else { Err(DenseError::Stopped) }
    }
}
