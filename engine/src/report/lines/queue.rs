//! Units in flight: taken in order by whichever thread is free, handed back in order to the one that writes.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::base::diagnostic::Diagnostic;
use crate::data::lines::Unit;

/// Bytes of answers that may wait to be written; at least two units are in flight whatever their size.
const WAITING: usize = 384 << 20;
/// How long the writer waits before it looks whether the work is to stop.
const LOOK: Duration = Duration::from_millis(100);

type Units = Box<dyn Iterator<Item = Result<Unit, Diagnostic>> + Send>;

/// Units in flight, with answers of the type `T`.
pub(super) struct Queue<T> {
    units: Mutex<Units>,
    state: Mutex<State<T>>,
    changed: Condvar,
    most: usize,
}

struct State<T> {
    /// Units that were taken.
    taken: usize,
    /// Units that were written.
    written: usize,
    done: BTreeMap<usize, Result<T, Diagnostic>>,
    has_ended: bool,
    is_stopped: bool,
    /// Bytes of the largest answer so far.
    largest: usize,
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
    /// For this many threads.
    pub(super) fn new(units: Units, threads: usize) -> Self {
        let state = State {
            taken: 0,
            written: 0,
            done: BTreeMap::new(),
            has_ended: false,
            is_stopped: false,
            largest: 0,
        };
        Self {
            units: Mutex::new(units),
            state: Mutex::new(state),
            changed: Condvar::new(),
            most: 2 * threads.max(1),
        }
    }

    /// Takes the next unit, when there is room for its answer. `None`: there is no more, or the work was stopped.
    pub(super) fn take(&self) -> Option<(usize, Unit)> {
        loop {
            let mut units = locked(&self.units);
            let mut state = locked(&self.state);
            while !state.is_stopped && !state.has_ended && !self.has_room(&state) {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.is_stopped || state.has_ended {
                return None;
            }
            let number = state.taken;
            drop(state);
            // Reading may take its time: the writer goes on.
            let next = units.next();
            let mut state = locked(&self.state);
            match next {
                Some(unit) => {
                    state.taken += 1;
                    drop(state);
                    drop(units);
                    match unit {
                        Ok(unit) => return Some((number, unit)),
                        Err(error) => self.put(number, 0, Err(error)),
                    }
                }
                None => {
                    state.has_ended = true;
                    self.changed.notify_all();
                    return None;
                }
            }
        }
    }

    fn has_room(&self, state: &State<T>) -> bool {
        let flying = state.taken - state.written;
        flying < 2 || (flying < self.most && (flying + 1) * state.largest <= WAITING)
    }

    /// Hands back the answer of a unit, of about so many bytes.
    pub(super) fn put(&self, number: usize, bytes: usize, answer: Result<T, Diagnostic>) {
        let mut state = locked(&self.state);
        state.largest = state.largest.max(bytes);
        state.done.insert(number, answer);
        self.changed.notify_all();
    }

    /// The answer of the next unit, if it comes within a moment.
    pub(super) fn next(&self) -> Next<T> {
        let mut state = locked(&self.state);
        if !state.done.contains_key(&state.written) && !(state.has_ended && state.written == state.taken) {
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
        locked(&self.state).written += 1;
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
