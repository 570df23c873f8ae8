//! `truecost export`.

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
    for said in &exported.notes {
        note(&format!("note: {said}"));
    }
    note(&format!("wrote {} to {}", exported.what, out.display()));
    Ok(())
}
