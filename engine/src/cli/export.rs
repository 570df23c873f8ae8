//! `truecost export`.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::data::write;
use crate::report::interop;

use super::arguments::{ExportArguments, ExportFormat};
use super::export_pact;
use super::outcome::{Outcome, note, settle};

/// Writes a dataset in a format of other programs.
pub(super) fn run(arguments: &ExportArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let reference = Reference::read(library, &mut diagnostics);
    let (exported, out) = match &arguments.format {
        ExportFormat::Brightway { dataset, out } => {
            let archive = interop::brightway(Source::at(dataset), &reference, &mut diagnostics);
            let archive = settle(archive, diagnostics)?;
            write::replace(out, &archive.bytes)?;
            told(&archive.what, &archive.notes, out);
            return Ok(());
        }
        ExportFormat::Valueflows { dataset, out } => {
            (interop::valueflows(Source::at(dataset), &reference, &mut diagnostics), out)
        }
        ExportFormat::Komunitin { dataset, unit, out } => {
            (interop::komunitin(Source::at(dataset), unit, &reference, &mut diagnostics), out)
        }
        ExportFormat::Pact(arguments) => {
            (export_pact::footprint(arguments, &reference, &mut diagnostics), &arguments.out)
        }
    };
    let exported = settle(exported, diagnostics)?;
    write::replace(out, exported.text.as_bytes())?;
    told(&exported.what, &exported.notes, out);
    Ok(())
}

fn told(what: &str, notes: &[String], out: &Path) {
    for said in notes {
        note(&format!("note: {said}"));
    }
    note(&format!("wrote {what} to {}", out.display()));
}
