//! How a command ends: 0 done, 1 the input has errors, 2 it could not run. A closed pipe is done.

use std::io::{ErrorKind, Write};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};

/// Done, or all that is wrong.
pub(super) type Outcome = Result<(), Diagnostics>;

/// Prints to standard output; a reader that went away is not an error.
pub(super) fn print(text: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Diagnostic::error(codes::UNWRITABLE, format!("standard output cannot be written: {error}"))
                .into())
        }
        _ => Ok(()),
    }
}

/// Says something beside the data, on standard error.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints diagnostics to standard error.
pub(super) fn report(diagnostics: &Diagnostics) {
    let _ = write!(std::io::stderr().lock(), "{diagnostics}");
}

/// Warnings are reported and the value stands; with an error there is none.
pub(super) fn settle<T>(value: Option<T>, diagnostics: Diagnostics) -> Result<T, Diagnostics> {
    match value {
        Some(value) if !diagnostics.has_errors() => {
            report(&diagnostics);
            Ok(value)
        }
        _ => Err(diagnostics),
    }
}

/// The exit code of a command.
pub(super) fn exit(outcome: Outcome) -> u8 {
    let Err(diagnostics) = outcome else { return 0 };
    report(&diagnostics);
    let count = diagnostics.errors();
    if count > 1 {
        let _ = writeln!(std::io::stderr().lock(), "{count} errors");
    }
    let could_not_run = |d: &&Diagnostic| [codes::UNREADABLE, codes::UNWRITABLE].contains(&d.code);
    if diagnostics.sorted().iter().any(could_not_run) { 2 } else { 1 }
}
