//! How a command ends: 0 done, 1 the input has errors, 2 it could not run. A closed pipe is done.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::write::Batch;

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

/// Prints an answer and gives its files their names, none of them over a file that was read.
///
/// Files get their names last: if the answer cannot be printed, none stands there.
pub(super) fn deliver(text: &str, files: Option<Batch>, read: &[&Path]) -> Outcome {
    if let Some(files) = &files {
        read.iter().try_for_each(|read| files.spare(read))?;
    }
    print(text)?;
    if let Some(files) = files {
        let folder = files.folder().to_owned();
        let written = files.commit()?;
        note(&format!("wrote {} files to {}", written.len(), folder.display()));
    }
    Ok(())
}

/// The same for one file.
pub(super) fn deliver_file(text: &str, file: Option<Batch>, read: &[&Path]) -> Outcome {
    if let Some(file) = &file {
        read.iter().try_for_each(|read| file.spare(read))?;
    }
    print(text)?;
    for path in file.map(Batch::commit).transpose()?.unwrap_or_default() {
        note(&format!("wrote {}", path.display()));
    }
    Ok(())
}

/// Problems of one code that a terminal shows.
const SHOWN: usize = 50;

/// Prints diagnostics to standard error: all of them to a file, the first of each code to a terminal.
pub(super) fn report(diagnostics: &Diagnostics) {
    let mut error = std::io::stderr().lock();
    let text = if error.is_terminal() { brief(diagnostics) } else { diagnostics.to_string() };
    let _ = error.write_all(text.as_bytes());
}

/// The first problems of each code, and how many more there are.
fn brief(diagnostics: &Diagnostics) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut text = String::new();
    for diagnostic in diagnostics.sorted() {
        let count = counts.entry(diagnostic.code).or_default();
        *count += 1;
        if *count <= SHOWN {
            let _ = writeln!(text, "{diagnostic}");
        }
    }
    for (code, count) in counts.into_iter().filter(|(_, count)| *count > SHOWN) {
        let more = count - SHOWN;
        let _ = writeln!(text, "[{code}]: {more} more; `2> problems.txt` writes all into a file");
    }
    text
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_shows_the_first_of_each_code_and_counts_the_others() {
        let mut diagnostics = Diagnostics::new();
        for at in 0..60 {
            diagnostics.push(Diagnostic::error(codes::BAD_ID, format!("{at:02}")));
        }
        diagnostics.push(Diagnostic::error(codes::BAD_DATE, "one"));
        let text = brief(&diagnostics);
        assert_eq!(text.matches("error[bad-id]").count(), 50);
        assert!(text.contains("error[bad-date]: one\n"), "{text}");
        assert!(text.ends_with("[bad-id]: 10 more; `2> problems.txt` writes all into a file\n"), "{text}");
        assert_eq!((diagnostics.to_string().lines().count(), diagnostics.errors()), (61, 61));
    }
}
