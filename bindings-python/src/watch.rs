//! Long work seen from Python: it is told how far the work is, and Ctrl-C stops it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
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
    stage: Option<Stage>,
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
        let state = State { last: Instant::now(), stage: None, error: None };
        Ok(Self { reporter, stopped: AtomicBool::new(false), state: Mutex::new(state) })
    }

    /// Ends the watch: what stopped the work is raised.
    pub(crate) fn close(self, py: Python<'_>) -> PyResult<()> {
        let closed = self.reporter.map_or(Ok(()), |reporter| reporter.call_method0(py, "close").map(|_| ()));
        let state = self.state.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.error.map_or(closed, Err)
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
        let told = self.reporter.as_ref().zip(at);
        let news = told.is_some_and(|(_, (stage, done, total))| done >= total || state.stage != Some(stage));
        if !news && state.last.elapsed() < PAUSE {
            return true;
        }
        state.last = Instant::now();
        state.stage = at.map(|(stage, _, _)| stage).or(state.stage);
        let heard = Python::attach(|py| {
            py.check_signals()?;
            if let Some((reporter, (stage, done, total))) = told {
                reporter.call1(py, (stage.word(), done, total))?;
            }
            Ok(())
        });
        if let Err(error) = heard {
            state.error = Some(error);
            self.stopped.store(true, Ordering::Relaxed);
        }
        !self.stopped.load(Ordering::Relaxed)
    }
}

impl Progress for Watch {
    fn tick(&self, stage: Stage, done: usize, total: usize) -> bool {
        self.look(Some((stage, done, total)))
    }
}
