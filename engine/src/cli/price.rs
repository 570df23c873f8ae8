//! `truecost price`.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::data::source::{Library, Source};
use crate::data::write::Batch;
use crate::pricing::{Prepared, Request, Run, TruePrices, prepare};
use crate::report::uncertainty::{self, Uncertainty};
use crate::report::{columns, files, json, table};
use crate::study::contribution::graphs;
use crate::study::sample::{self, Asked, compare};
use crate::valuation::PriceLevel;

use super::arguments::{Format, PriceArguments};
use super::compare::changed;
use super::outcome::{Outcome, deliver, settle};
use super::sampling::Interruptible;
use super::supply::asked;

/// Prices a dataset.
pub(super) fn run(arguments: &PriceArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let source = Source::at(&arguments.dataset);
    let choices = arguments.valuing.choices(&[&*arguments.products, &arguments.more_products].concat());
    let (supply, request, reference) = asked(source, &choices, library, &mut diagnostics);
    let scenario = arguments.scenario.as_deref();
    let (supply, request) = changed(scenario, supply, request, &reference, &mut diagnostics);
    let prepared = supply.and_then(|s| prepare(s, &request, library, &reference, &mut diagnostics));
    let list = arguments.valuing.terms.prices.as_deref().unwrap_or_default();
    let read = [arguments.dataset.as_path(), Path::new(list), scenario.unwrap_or(Path::new(""))];
    if let Some(asked) = arguments.sampling.asked(arguments.out.is_some()) {
        let sampled = prepared.as_ref().map(|p| sampled(p, &request, &reference, &asked, &mut diagnostics));
        let uncertainty = settle(sampled.transpose()?.flatten(), diagnostics)?;
        let text = with_samples(arguments.format, &uncertainty);
        let files =
            arguments.out.as_ref().map(|folder| staged(folder, &uncertainty, arguments)).transpose()?;
        return deliver(&text, files, &read);
    }
    let prices = prepared.as_ref().and_then(|prepared| {
        let level = PriceLevel::new(&reference, prepared.target, request.order, &request.overrides);
        let run = Run::new(prepared, &request, &reference, &level, &(), &mut diagnostics)?;
        // Only the report has breakdowns, and draws chains.
        if arguments.out.is_none() {
            return Some((run.prices_alone(&(), &mut diagnostics)?, Vec::new()));
        }
        let prices = run.true_prices(&(), &mut diagnostics)?;
        let graphs = graphs(&run, &prices);
        Some((prices, graphs))
    });
    let (prices, graphs) = settle(prices, diagnostics)?;
    let text = match arguments.format {
        Format::Table => table::true_prices(&prices),
        Format::Csv => String::from_utf8_lossy(&columns::csv(&columns::true_prices(&prices))).into_owned(),
        Format::Json => json::text(&json::true_prices(&prices)),
    };
    let report = arguments.out.as_ref().map(|folder| files::stage(folder, &prices, &graphs)).transpose()?;
    deliver(&text, report, &read)
}

/// True prices with their samples; what Ctrl-C left of them.
fn sampled(
    prepared: &Prepared,
    request: &Request,
    reference: &crate::data::reference::Reference,
    asked: &Asked,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Uncertainty>, Diagnostics> {
    let progress = Interruptible::new()?;
    let found = sample::price(prepared, request, reference, asked, &progress, diagnostics);
    progress.done();
    let Some((prices, samples)) = found else { return Ok(None) };
    let comparisons = compare(&samples, &prices, diagnostics);
    Ok(comparisons.map(|comparisons| Uncertainty { prices, samples, comparisons }))
}

fn with_samples(format: Format, uncertainty: &Uncertainty) -> String {
    let prices: &TruePrices = &uncertainty.prices;
    match format {
        Format::Table => format!("{}\n{}", table::true_prices(prices), uncertainty::table(uncertainty)),
        Format::Csv => {
            uncertainty::summary_batch(uncertainty).map(|b| uncertainty::csv(&b)).unwrap_or_default()
        }
        Format::Json => {
            let mut value = json::true_prices(prices);
            value["uncertainty"] = uncertainty::json(uncertainty);
            json::text(&value)
        }
    }
}

fn staged(
    folder: &Path,
    uncertainty: &Uncertainty,
    arguments: &PriceArguments,
) -> Result<Batch, Diagnostics> {
    let mut batch = files::stage_sampled(folder, &uncertainty.prices, &[], Some(uncertainty))?;
    let lineage = json::lineage(&uncertainty.prices.lineage).to_string();
    uncertainty.stage(&mut batch, &lineage, arguments.sampling.draws)?;
    Ok(batch)
}
