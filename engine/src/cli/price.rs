//! `truecost price`.

use crate::base::diagnostic::Diagnostics;
use crate::data::manifest::Kind;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::pricing::{prepare, price};
use crate::report::{columns, files, json, table};

use super::arguments::{Format, PriceArguments};
use super::outcome::{Outcome, note, print, settle};

/// The factor set that the manifest of a dataset names.
pub(super) fn default_factors(dataset: &std::path::Path) -> Option<String> {
    let opened = Source::folder(dataset).open(Kind::Supply, &mut Diagnostics::new())?;
    opened.manifest.defaults.factors
}

/// Prices a dataset.
pub(super) fn run(arguments: &PriceArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let mut reference = Reference::read(library, &mut diagnostics);
    let default = default_factors(&arguments.dataset);
    let request = arguments.valuing.request(
        &arguments.products,
        library,
        &mut reference,
        default.as_deref(),
        &mut diagnostics,
    );
    let prepared = prepare(&arguments.dataset, &request, library, &reference, &mut diagnostics);
    let prices = prepared.as_ref().and_then(|p| price(p, &request, &reference, &mut diagnostics));
    let prices = settle(prices, diagnostics)?;
    let Some(prepared) = prepared else { return Ok(()) };
    let target = prepared.target;
    let text = match arguments.format {
        Format::Table => table::true_prices(&prices, target),
        Format::Csv => {
            String::from_utf8_lossy(&columns::csv(&columns::true_prices(&prices, target))).into_owned()
        }
        Format::Json => json::text(&json::true_prices(&prices, target)),
    };
    // The files get their names last: if the table cannot be printed, no report stands there.
    let report = arguments.out.as_ref().map(|folder| files::stage(folder, &prices, target)).transpose()?;
    print(&text)?;
    if let Some(report) = report {
        let written = report.commit()?;
        if let Some(folder) = &arguments.out {
            note(&format!("wrote {} files to {}", written.len(), folder.display()));
        }
    }
    Ok(())
}
