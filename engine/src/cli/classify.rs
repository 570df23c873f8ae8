//! `truecost classify`.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::data::flows::FlowData;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::regime::{Judged, Rules};
use crate::report::{json, regimes};

use super::arguments::{ClassifyArguments, Format};
use super::outcome::{Outcome, note, print, settle};

/// Reads a dataset and says what its flows are.
pub(super) fn judged(
    dataset: &Path,
    profile: &str,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> Option<Judged> {
    let reference = Reference::read(library, diagnostics);
    let rules = Rules::find(profile, library, diagnostics);
    let data = FlowData::read(Source::folder(dataset), &reference, &(), diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    Judged::new(data?, rules?, &reference, &(), diagnostics)
}

/// Says what the flows of a dataset are.
pub(super) fn run(arguments: &ClassifyArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let found = judged(&arguments.dataset, &arguments.profile, library, &mut diagnostics);
    let found = settle(found, diagnostics)?;
    let regimes = regimes::Regimes::new(&found);
    let text = match arguments.format {
        Format::Table => regimes::text(&regimes),
        Format::Csv => {
            let mut bytes = Vec::new();
            // Writing to memory does not fail.
            let _ = regimes::csv(&regimes, &mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Format::Json => json::text(&regimes::json(&regimes)),
    };
    // The files get their names last: if the table cannot be printed, no report stands there.
    let report = arguments.out.as_ref().map(|folder| regimes::stage(folder, &regimes)).transpose()?;
    print(&text)?;
    if let Some(report) = report {
        let written = report.commit()?;
        if let Some(folder) = &arguments.out {
            note(&format!("wrote {} files to {}", written.len(), folder.display()));
        }
    }
    Ok(())
}
