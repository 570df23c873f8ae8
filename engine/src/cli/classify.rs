//! `truecost classify`.

use std::path::{Path, PathBuf};

use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::fairtrade::books::flow_data;
use crate::network::Statement;
use crate::pricing::FlowCosts;
use crate::regime::{By, Judged, Rules};
use crate::report::{json, regimes, statement};

use super::arguments::{ClassifyArguments, Format, Span};
use super::flow_prices::flow_prices;
use super::outcome::{Outcome, deliver, settle};

/// Reads a dataset and says what its flows are.
pub(super) fn judged(
    dataset: &Path,
    profile: &str,
    library: &Library,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Judged> {
    let rules = Rules::find(profile, library, diagnostics);
    let data = flow_data(Source::at(dataset), reference, &(), diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    Judged::new(data?, rules?, reference, &(), diagnostics)
}

/// Says what the flows of a dataset are.
pub(super) fn run(arguments: &ClassifyArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let mut reference = Reference::read(library, &mut diagnostics);
    let found = judged(&arguments.dataset, &arguments.profile, library, &reference, &mut diagnostics);
    let (supply, valuing) = (arguments.supply.as_deref(), &arguments.valuing);
    let prices = flow_prices(found.as_ref(), supply, valuing, library, &mut reference, &mut diagnostics);
    let priced = found.as_ref().zip(prices.as_ref()).and_then(|(found, prices)| {
        let costs = FlowCosts::new(found, prices, &reference, &(), &mut diagnostics)?;
        let statement = Statement::new(&costs, &reference, &(), &mut diagnostics)?;
        Some((costs, statement))
    });
    let found = settle(found.as_ref(), diagnostics)?;
    let by = match arguments.by {
        Span::Year => By::Year,
        Span::Month => By::Month,
    };
    let regimes = regimes::Regimes::by(found, by);
    let text = match arguments.format {
        Format::Table => {
            let statement = priced.as_ref().map(|(costs, of)| format!("\n{}", statement::text(costs, of)));
            regimes::text(&regimes) + &statement.unwrap_or_default()
        }
        Format::Csv => {
            let mut bytes = Vec::new();
            // Writing to memory does not fail.
            let _ = regimes::csv(&regimes, &mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Format::Json => {
            let mut value = regimes::json(&regimes);
            if let Some((costs, of)) = &priced {
                value["statement"] = statement::json(costs, of);
            }
            json::text(&value)
        }
    };
    let stage = |folder: &PathBuf| {
        let section = priced.as_ref().map(|(_, of)| statement::section(of));
        let mut batch = regimes::stage_with(folder, &regimes, section.as_slice())?;
        if let Some((costs, of)) = &priced {
            statement::add(&mut batch, &regimes, costs, of)?;
        }
        Ok::<_, Diagnostic>(batch)
    };
    let report = arguments.out.as_ref().map(stage).transpose()?;
    let supply = supply.unwrap_or(&arguments.dataset);
    let list = valuing.terms.prices.as_deref().unwrap_or_default();
    deliver(&text, report, &[&arguments.dataset, supply, Path::new(list)])
}
