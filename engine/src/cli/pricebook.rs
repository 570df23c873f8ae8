//! `truecost pricebook`.

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::lines::Format;
use crate::data::source::{Library, Source};
use crate::data::write;
use crate::pricing::book::{Book, compile, to_ipc};
use crate::pricing::prepare;
use std::path::Path;

use super::arguments::PricebookArguments;
use super::check::counted;
use super::compare::changed;
use super::outcome::{Outcome, note, settle};
use super::supply::asked;

/// Compiles a price book and writes it.
pub(super) fn run(arguments: &PricebookArguments, library: &Library) -> Outcome {
    check_name(&arguments.out)?;
    let mut diagnostics = Diagnostics::new();
    let source = Source::at(&arguments.dataset);
    let choices = arguments.terms.choices(&arguments.figures);
    let (supply, request, reference) = asked(source, &choices, library, &mut diagnostics);
    let scenario = arguments.scenario.as_deref();
    let (supply, request) = changed(scenario, supply, request, &reference, &mut diagnostics);
    let prepared = supply.and_then(|s| prepare(s, &request, library, &reference, &mut diagnostics));
    let book =
        prepared.and_then(|p| compile(&p, &request, arguments.years, &reference, &(), &mut diagnostics));
    let book = settle(book, diagnostics)?;
    let bytes = to_ipc(&book).map_err(|error| {
        let place = Place::file(arguments.out.to_string_lossy());
        Diagnostic::error(codes::UNWRITABLE, format!("the book cannot be written: {error}")).at(place)
    })?;
    write::replace(&arguments.out, &bytes)?;
    note(&format!("wrote {}, {} bytes: {}", arguments.out.display(), bytes.len(), contents(&book)));
    Ok(())
}

/// A book is written where it is one: never over lines, a table or a manifest.
fn check_name(out: &Path) -> Result<(), Diagnostic> {
    if Format::of(out) != Some(Format::ArrowFile) {
        let place = Place::file(out.to_string_lossy());
        let message = "a price book is an Arrow IPC file, and the name does not say so";
        let hint = "let it end in `.arrow`";
        return Err(Diagnostic::error(codes::UNWRITABLE, message).at(place).hint(hint));
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    write::not_a_dataset(folder)
}

/// What a book holds, in a line.
pub(super) fn contents(book: &Book) -> String {
    let head = &book.head;
    let years = match (head.years, head.emission_year) {
        (Some((first, last)), _) => format!("lines of {first} to {last}"),
        (None, Some(year)) => format!("all lines as of {year}"),
        (None, None) => "lines of any year".to_owned(),
    };
    let cells = format!(
        "{} with {}",
        counted(book.cells.len(), "cell", "cells"),
        counted(book.costs.len(), "cost", "costs")
    );
    let parts = [
        format!("{} of {}", counted(book.products.len(), "product", "products"), head.dataset),
        counted(book.places.len(), "place", "places"),
        cells,
        counted(book.footprints.len(), "footprint", "footprints"),
        counted(book.factors.len(), "factor", "factors"),
        years,
        format!("{} of {}", head.currency, head.year),
        head.factors.clone(),
        book.hash(),
    ];
    parts.join(", ")
}
