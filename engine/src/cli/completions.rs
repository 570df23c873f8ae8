//! `truecost completions`.

use super::arguments::CompletionsArguments;
use super::outcome::{Outcome, print};

/// Prints completions for a shell.
pub(super) fn run(arguments: &CompletionsArguments) -> Outcome {
    let mut bytes = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::command(), "truecost", &mut bytes);
    print(&String::from_utf8_lossy(&bytes))
}
