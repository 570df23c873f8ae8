//! `truecost lines`.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::lines::LineSource;
use crate::data::source::read_file;
use crate::pricing::book::{Book, from_ipc};
use crate::pricing::lines::LineOptions;
use crate::report::lines::{Asked, Job, Out, Outputs, columns_file, run as price};

use super::arguments::LinesArguments;
use super::outcome::{Outcome, note, settle};
use super::progress::Bar;

/// Prices lines with a book.
pub(super) fn run(arguments: &LinesArguments) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let options = options(arguments, &mut diagnostics);
    no_terminal(arguments, &mut diagnostics);
    let outputs = Outputs::new(
        &arguments.out,
        arguments.summary.as_deref(),
        arguments.rejects.as_deref(),
        arguments.strict,
        &mut diagnostics,
    );
    let book = book(&arguments.pricebook, &mut diagnostics);
    let ready = book.zip(options).zip(outputs);
    // Who pipes lines into a command that is not understood learns so before they are read.
    let ((book, options), outputs) = settle(ready, std::mem::take(&mut diagnostics))?;
    let source = if arguments.lines == Path::new("-") {
        LineSource::standard_input(&mut diagnostics)
    } else {
        LineSource::open(&arguments.lines, &mut diagnostics)
    };
    let source = settle(source, std::mem::take(&mut diagnostics))?;
    let out = outputs.lines.clone();
    let job = Job {
        source,
        book: Arc::new(book),
        book_file: Some(arguments.pricebook.clone()),
        options,
        outputs,
        strict: arguments.strict,
        threads: arguments.threads,
    };
    let bar = Bar::new();
    let counts = price(job, &bar, &mut diagnostics);
    bar.done();
    if counts.is_none() && out == Out::StandardOutput {
        break_off();
    }
    let counts = settle(counts, diagnostics)?;
    if counts.is_closed {
        return Ok(());
    }
    note(&counts.text());
    let file = if let Out::File(path) = &out { Some(path) } else { None };
    let written: Vec<String> =
        file.into_iter().chain(&arguments.summary).map(|path| path.display().to_string()).collect();
    if !written.is_empty() {
        note(&format!("wrote {}", written.join(" and ")));
    }
    note(&format!("columns: {}", counts.reading));
    // What is to be said of lines that were not priced is said.
    if counts.rejected() > 0 { Err(Diagnostics::new()) } else { Ok(()) }
}

/// Begins a message of 64 bytes that does not come: who reads the stream must not take it for whole.
fn break_off() {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(&[0xff, 0xff, 0xff, 0xff, 64, 0, 0, 0]).and_then(|()| out.flush());
}

/// Streams are not for people.
fn no_terminal(arguments: &LinesArguments, diagnostics: &mut Diagnostics) {
    let stream = Path::new("-");
    if arguments.lines == stream && std::io::stdin().is_terminal() {
        let hint = "another program writes it: `program | truecost lines - …`; a file is read by its name";
        let message = "an Arrow IPC stream is read from standard input, which is a terminal";
        diagnostics.push(Diagnostic::error(codes::UNREADABLE, message).hint(hint));
    }
    if arguments.out == stream && std::io::stdout().is_terminal() {
        let hint =
            "another program reads it: `truecost lines … -o - | program`; a file is written by its name";
        let message = "an Arrow IPC stream is written to standard output, which is a terminal";
        diagnostics.push(Diagnostic::error(codes::UNWRITABLE, message).hint(hint));
    }
}

fn book(path: &Path, diagnostics: &mut Diagnostics) -> Option<Book> {
    let bytes = read_file(path, diagnostics)?;
    from_ipc(&path.to_string_lossy(), bytes, diagnostics)
}

fn options(arguments: &LinesArguments, diagnostics: &mut Diagnostics) -> Option<LineOptions> {
    let file = match &arguments.columns_file {
        Some(path) => {
            let bytes = read_file(path, diagnostics)?;
            columns_file(&path.to_string_lossy(), &bytes, diagnostics)?
        }
        None => LineOptions::default(),
    };
    let asked = Asked {
        columns: arguments.columns.clone(),
        constants: arguments.constants.clone(),
        keep: arguments.keep.clone(),
        indicators: arguments.indicators.clone(),
        bounds: arguments.bounds,
        group_by: arguments.group_by.clone(),
    };
    asked.options(file, diagnostics)
}
