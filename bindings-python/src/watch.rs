//! Long work seen from Python: it is told how far the work is, and Ctrl-C stops it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use truecost::base::progress::{Progress, Stage};

use crate::arguments::Maybe;

/// The interpreter is asked for signals, and told how far the work is, no more often than this.
const PAUSE: Duration = Duration::from_millis(50);

/// Watches one piece of long work.
pub(crate) struct Watch {
    /// Called with stage, done and total; from `truecost._progress`.
    reporter: Option<Py<PyAny>>,
    stopped: AtomicBool,
    state: Mutex<State>,
}

struct State {
    last: Instant,
    /// Stage, steps done and total, as it was told last.
    told: Option<(Stage, usize, usize)>,
    error: Option<PyErr>,
}

impl Watch {
    /// Watches work with what a caller gave as `progress`.
    pub(crate) fn new(py: Python<'_>, progress: Maybe) -> PyResult<Self> {
        let reporter = match progress {
            None => None,
            Some(progress) => {
                let made = py.import("truecost._progress")?.call_method1("reporter", (progress,))?;
                (!made.is_none()).then(|| made.unbind())
            }
        };
        let state = State { last: Instant::now(), told: None, error: None };
        Ok(Self { reporter, stopped: AtomicBool::new(false), state: Mutex::new(state) })
    }

    /// Ends the watch, of work that is `done` or could not be: what stopped it is raised.
    pub(crate) fn close(self, py: Python<'_>, done: bool) -> PyResult<()> {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Some(reporter) = self.reporter else { return state.error.map_or(Ok(()), Err) };
        let ended = if done { state.end(py, &reporter) } else { Ok(()) };
        let closed = reporter.call_method0(py, "close").map(|_| ());
        state.error.map_or(ended.and(closed), Err)
    }

    /// Stops the work with an error of Python; the first one counts.
    pub(crate) fn fail(&self, error: PyErr) {
        self.stopped.store(true, Ordering::Relaxed);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.error.get_or_insert(error);
    }

    /// Work that was stopped and keeps what it has: Ctrl-C is answered by that.
    pub(crate) fn keep(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = |py: Python<'_>| {
            let is_interrupt =
                |error: &PyErr| error.is_instance_of::<pyo3::exceptions::PyKeyboardInterrupt>(py);
            if state.error.as_ref().is_some_and(is_interrupt) {
                state.error = None;
                // Its stage has not ended: nobody is told that it did.
                state.told = None;
            }
        };
        Python::attach(heard);
    }

    /// A breath between steps that no stage counts: Ctrl-C is heard.
    pub(crate) fn breathe(&self) -> bool {
        self.look(None)
    }

    fn look(&self, at: Option<(Stage, usize, usize)>) -> bool {
        if self.stopped.load(Ordering::Relaxed) {
            return false;
        }
        // Another thread is looking: one is enough.
        let Ok(mut state) = self.state.try_lock() else { return true };
        let news = self.reporter.as_ref().zip(at);
        let begins = news.is_some_and(|(_, at)| state.told.is_none_or(|told| told.0 != at.0));
        if !begins && state.last.elapsed() < PAUSE {
            return true;
        }
        state.last = Instant::now();
        let heard = Python::attach(|py| {
            py.check_signals()?;
            let Some((reporter, at)) = news else { return Ok(()) };
            if begins {
                state.end(py, reporter)?;
            }
            state.tell(py, reporter, at)
        });
        if let Err(error) = heard {
            state.error = Some(error);
            self.stopped.store(true, Ordering::Relaxed);
        }
        !self.stopped.load(Ordering::Relaxed)
    }
}

impl State {
    fn tell(&mut self, py: Python<'_>, reporter: &Py<PyAny>, at: (Stage, usize, usize)) -> PyResult<()> {
        self.told = Some(at);
        reporter.call1(py, (at.0.word(), at.1, at.2)).map(|_| ())
    }

    /// The stage that was told last has ended: all its steps are done.
    fn end(&mut self, py: Python<'_>, reporter: &Py<PyAny>) -> PyResult<()> {
        match self.told {
            Some((stage, done, total)) if done < total => self.tell(py, reporter, (stage, total, total)),
            _ => Ok(()),
        }
    }
}

impl Progress for Watch {
    fn tick(&self, stage: Stage, done: usize, total: usize) -> bool {
        self.look(Some((stage, done, total)))
    }
}
