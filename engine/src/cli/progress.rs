//! A bar on a terminal for long work: rows, rows per second, remaining time.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::base::progress::{Progress, Stage};

/// How a bar looks, when its end is known.
const KNOWN: &str = "{msg} {wide_bar} {human_pos} of {human_len}, {per_sec}, {eta} left";
/// And when nobody knows it.
const UNKNOWN: &str = "{msg} {spinner} {human_pos}, {per_sec}";

/// A bar on standard error; nothing where that is no terminal.
#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar that is drawn four times a second.
    pub(super) fn new() -> Self {
        let bar = if std::io::stderr().is_terminal() {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(4))
        } else {
            ProgressBar::hidden()
        };
        bar.set_style(style(false));
        Self { bar }
    }

    /// Takes it away.
    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(is_known: bool) -> ProgressStyle {
    let template = if is_known { KNOWN } else { UNKNOWN };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for Bar {
    fn tick(&self, stage: Stage, done: usize, total: usize) -> bool {
        if self.bar.is_hidden() {
            return true;
        }
        if total > 0 {
            if self.bar.length().is_none() {
                self.bar.set_style(style(true));
            }
            self.bar.set_length(total as u64);
        }
        self.bar.set_message(stage.word());
        self.bar.set_position(done as u64);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_valid_and_no_terminal_is_no_bar() {
        assert!(ProgressStyle::with_template(KNOWN).is_ok() && ProgressStyle::with_template(UNKNOWN).is_ok());
        let bar = Bar { bar: ProgressBar::hidden() };
        assert!(bar.tick(Stage::Lines, 1, 2));
        bar.done();
    }
}
