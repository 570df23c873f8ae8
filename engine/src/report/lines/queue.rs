//! Units in flight: taken in order by whichever thread is free, handed back in order to the one that writes.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::base::diagnostic::Diagnostic;
use crate::data::lines::{Unit, Units};

/// Units that are in flight before the length of an answer is known.
const FIRST: usize = 4;
/// Bytes of answers that may be in flight; two units may be whatever their size.
const FLYING: usize = 256 << 20;
/// Rows of a unit that says how long rows are: a few are mostly what surrounds them.
const TOLD: u64 = 16_384;
/// How long the writer waits before it looks whether the work is to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Units in flight, with answers of the type `T`.
pub(super) struct Queue<T> {
    units: Mutex<Units>,
    state: Mutex<State<T>>,
    changed: Condvar,
    /// Most units in flight.
    most: usize,
    /// Bytes of a row, before any was seen.
    row: usize,
}

struct State<T> {
    /// Units that were taken.
    taken: usize,
    /// Units that were written.
    written: usize,
    done: BTreeMap<usize, Result<T, Diagnostic>>,
    has_ended: bool,
    is_stopped: bool,
    /// Bytes that the answers of units in flight have, about.
    flying: BTreeMap<usize, usize>,
    /// Bytes of a row: as they are planned, then the most that were seen.
    row: Option<f64>,
}

/// What the writer finds.
pub(super) enum Next<T> {
    /// The answer of the next unit.
    Done(Result<T, Diagnostic>),
    /// Nothing yet.
    Wait,
    /// There is no more.
    End,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Queue<T> {
    /// For this many threads, and answers of about `row` bytes a row.
    pub(super) fn new(units: Units, threads: usize, row: usize) -> Self {
        let state = State {
            taken: 0,
            written: 0,
            done: BTreeMap::new(),
            has_ended: false,
            is_stopped: false,
            flying: BTreeMap::new(),
            row: None,
        };
        Self {
            units: Mutex::new(units),
            state: Mutex::new(state),
            changed: Condvar::new(),
            most: 2 * threads.max(1),
            row,
        }
    }

    /// Takes the next unit, when there is room for its answer. `None`: there is no more, or the work was stopped.
    pub(super) fn take(&self) -> Option<(usize, Unit)> {
        loop {
            let mut units = locked(&self.units);
            {
                let state = locked(&self.state);
                if state.is_stopped || state.has_ended {
                    return None;
                }
            }
            // Reading may take its time: the writer goes on.
            let next = units.next();
            let mut state = locked(&self.state);
            let Some(unit) = next else {
                state.has_ended = true;
                self.changed.notify_all();
                return None;
            };
            let size = unit.as_ref().map_or(0, Unit::size);
            while !state.is_stopped && !self.has_room(&state, size) {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.is_stopped {
                return None;
            }
            let number = state.taken;
            state.taken += 1;
            let bytes = self.bytes(&state, size);
            state.flying.insert(number, bytes);
            drop(state);
            drop(units);
            match unit {
                Ok(unit) => return Some((number, unit)),
                Err(error) => self.put(number, Err(error)),
            }
        }
    }

    fn bytes(&self, state: &State<T>, rows: usize) -> usize {
        (state.row.unwrap_or(self.row as f64) * rows as f64) as usize
    }

    fn has_room(&self, state: &State<T>, rows: usize) -> bool {
        let flying: usize = state.flying.values().sum();
        // Nothing is known of how long answers are before the first: rejected lines are long.
        let most = if state.row.is_none() { FIRST } else { self.most };
        state.flying.len() < 2 || (state.flying.len() < most && flying + self.bytes(state, rows) <= FLYING)
    }

    /// Says how many bytes the answer for some rows has.
    pub(super) fn learn(&self, rows: u64, bytes: usize) {
        if rows >= TOLD {
            let mut state = locked(&self.state);
            state.row = Some(state.row.unwrap_or_default().max(bytes as f64 / rows as f64));
        }
    }

    /// Hands back the answer of a unit.
    pub(super) fn put(&self, number: usize, answer: Result<T, Diagnostic>) {
        locked(&self.state).done.insert(number, answer);
        self.changed.notify_all();
    }

    /// The answer of the next unit, if it comes within a moment.
    pub(super) fn next(&self) -> Next<T> {
        let mut state = locked(&self.state);
        let is_over = state.has_ended && state.written == state.taken;
        if !is_over && !state.done.contains_key(&state.written) {
            state = self.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        let number = state.written;
        match state.done.remove(&number) {
            Some(answer) => Next::Done(answer),
            None if state.has_ended && number == state.taken => Next::End,
            None => Next::Wait,
        }
    }

    /// Says that the answer that was last handed over is written.
    pub(super) fn wrote(&self) {
        let mut state = locked(&self.state);
        let number = state.written;
        state.flying.remove(&number);
        state.written += 1;
        drop(state);
        self.changed.notify_all();
    }

    /// Ends it all.
    pub(super) fn stop(&self) {
        locked(&self.state).is_stopped = true;
        self.changed.notify_all();
    }

    /// Was it ended?
    pub(super) fn is_stopped(&self) -> bool {
        locked(&self.state).is_stopped
    }
}
