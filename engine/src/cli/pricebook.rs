//! `truecost pricebook`.

use std::path::Path;
use std::sync::Arc;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::data::supply::Supply;
use crate::data::write;
use crate::pricing::book::{Book, compile, to_ipc};
use crate::pricing::prepare;

use super::arguments::PricebookArguments;
use super::outcome::{Outcome, note, settle};

/// Compiles a price book and writes it.
pub(super) fn run(arguments: &PricebookArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let mut reference = Reference::read(library, &mut diagnostics);
    let source = Source::folder(&arguments.dataset);
    let supply = Supply::read(source, &reference, &(), &mut diagnostics).map(Arc::new);
    let choices = arguments.terms.choices(&arguments.figures);
    let default = supply.as_ref().and_then(|supply| supply.manifest.defaults.factors.as_deref());
    let request = choices.request(library, &mut reference, default, &mut diagnostics);
    let prepared = supply.and_then(|s| prepare(s, &request, library, &reference, &mut diagnostics));
    let book =
        prepared.and_then(|p| compile(&p, &request, arguments.years, &reference, &(), &mut diagnostics));
    let book = settle(book, diagnostics)?;
    let bytes = to_ipc(&book).map_err(|error| {
        let place = Place::file(arguments.out.to_string_lossy());
        Diagnostic::error(codes::UNWRITABLE, format!("the book cannot be written: {error}")).at(place)
    })?;
    write::replace(&arguments.out, &bytes)?;
    note(&summary(&book, &arguments.out, bytes.len()));
    Ok(())
}

/// What a book holds, in a few lines.
pub(super) fn summary(book: &Book, file: &Path, size: usize) -> String {
    let head = &book.head;
    let years = match (head.years, head.emission_year) {
        (Some((first, last)), _) => format!("lines of {first} to {last}"),
        (None, Some(year)) => format!("all lines as of {year}"),
        (None, None) => "lines of any year".to_owned(),
    };
    format!(
        "wrote {}: {} products of {}, {} places, {} cells with {} costs, {} footprints, {} factors, {years}\n\
         {} of {}, {}, {size} bytes, {}",
        file.display(),
        book.products.len(),
        head.dataset,
        book.places.len(),
        book.cells.len(),
        book.costs.len(),
        book.footprints.len(),
        book.factors.len(),
        head.currency,
        head.year,
        head.factors,
        book.hash()
    )
}
