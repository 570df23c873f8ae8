//! `truecost price`.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::data::source::{Library, Source};
use crate::pricing::{Run, prepare};
use crate::report::{columns, files, json, table};
use crate::study::contribution::graphs;
use crate::valuation::PriceLevel;

use super::arguments::{Format, PriceArguments};
use super::compare::changed;
use super::outcome::{Outcome, deliver, settle};
use super::supply::asked;

/// Prices a dataset.
pub(super) fn run(arguments: &PriceArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let source = Source::at(&arguments.dataset);
    let choices = arguments.valuing.choices(&arguments.products);
    let (supply, request, reference) = asked(source, &choices, library, &mut diagnostics);
    let scenario = arguments.scenario.as_deref();
    let (supply, request) = changed(scenario, supply, request, &reference, &mut diagnostics);
    let prepared = supply.and_then(|s| prepare(s, &request, library, &reference, &mut diagnostics));
    let prices = prepared.as_ref().and_then(|prepared| {
        let level = PriceLevel::new(&reference, prepared.target, request.order, &request.overrides);
        let run = Run::new(prepared, &request, &reference, &level, &(), &mut diagnostics)?;
        let prices = run.true_prices(&(), &mut diagnostics)?;
        // Only the report draws chains.
        let graphs = if arguments.out.is_some() { graphs(&run, &prices) } else { Vec::new() };
        Some((prices, graphs))
    });
    let (prices, graphs) = settle(prices, diagnostics)?;
    let text = match arguments.format {
        Format::Table => table::true_prices(&prices),
        Format::Csv => String::from_utf8_lossy(&columns::csv(&columns::true_prices(&prices))).into_owned(),
        Format::Json => json::text(&json::true_prices(&prices)),
    };
    let report = arguments.out.as_ref().map(|folder| files::stage(folder, &prices, &graphs)).transpose()?;
    let list = arguments.valuing.terms.prices.as_deref().unwrap_or_default();
    let scenario = scenario.unwrap_or(Path::new(""));
    deliver(&text, report, &[&arguments.dataset, Path::new(list), scenario])
}
