//! How far the reading of a table is: its rows are looked at several times, for long tables at the same time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::base::progress::{Progress, Stage};

use super::table::CHUNK;

/// How often the rows of a table are looked at: for its hash, its keys, and what they say.
const PASSES: usize = 3;

/// What a row is looked at for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pass {
    Hash,
    Keys,
    Rows,
}

/// The looks at the rows of a table, and whether somebody stopped them.
pub(super) struct Watch<'a> {
    progress: &'a dyn Progress,
    rows: usize,
    done: [AtomicUsize; PASSES],
    stopped: AtomicBool,
}

impl<'a> Watch<'a> {
    pub(super) fn new(progress: &'a dyn Progress, rows: usize) -> Self {
        Self { progress, rows, done: Default::default(), stopped: AtomicBool::new(false) }
    }

    /// So many rows are done of a pass; `false`: the work is to stop. Nobody watches short tables.
    pub(super) fn goes_on(&self, pass: Pass, done: usize) -> bool {
        if self.rows < CHUNK {
            return true;
        }
        self.done[pass as usize].store(done, Ordering::Relaxed);
        let all = self.done.iter().map(|done| done.load(Ordering::Relaxed)).sum();
        let goes_on = !self.stopped.load(Ordering::Relaxed)
            && self.progress.tick(Stage::Reading, all, PASSES * self.rows);
        if !goes_on {
            self.stopped.store(true, Ordering::Relaxed);
        }
        goes_on
    }
}
