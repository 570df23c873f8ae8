//! `truecost explain`.

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::pricing::{FlowCosts, prepare};
use crate::report::explain::explain;
use crate::report::{regimes, statement};

use super::arguments::ExplainArguments;
use super::classify::judged;
use super::compare::changed;
use super::flow_prices::flow_prices;
use super::outcome::{Outcome, print, settle};
use super::supply::asked;

/// Explains a flow, or a product at every origin it has.
pub(super) fn run(arguments: &ExplainArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    if let Some(flow) = &arguments.flow {
        let text = explained(arguments, flow, library, &mut diagnostics);
        return print(&settle(text, diagnostics)?);
    }
    let product = arguments.product.clone().unwrap_or_default();
    let source = Source::at(&arguments.dataset);
    let choices = arguments.valuing.choices(std::slice::from_ref(&product));
    let (supply, request, reference) = asked(source, &choices, library, &mut diagnostics);
    let scenario = arguments.scenario.as_deref();
    let (supply, request) = changed(scenario, supply, request, &reference, &mut diagnostics);
    let prepared = supply.and_then(|s| prepare(s, &request, library, &reference, &mut diagnostics));
    let text = prepared.and_then(|prepared| {
        let (product, indicator) = (product.as_str(), arguments.indicator.as_deref());
        explain(&prepared, &request, &reference, product, indicator, &(), &mut diagnostics)
    });
    print(&settle(text, diagnostics)?)
}

/// Why a flow is what it is, and what it costs others where there is a supply dataset.
fn explained(
    arguments: &ExplainArguments,
    flow: &str,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let mut reference = Reference::read(library, diagnostics);
    let found = judged(&arguments.dataset, &arguments.profile, library, &reference, diagnostics)?;
    let text = regimes::explain(&regimes::Regimes::new(&found), flow, diagnostics)?;
    let (supply, valuing) = (arguments.supply.as_deref(), &arguments.valuing);
    let prices = flow_prices(Some(&found), supply, valuing, library, &mut reference, diagnostics);
    let costs =
        prices.as_ref().and_then(|prices| FlowCosts::new(&found, prices, &reference, &(), diagnostics));
    Some(text + &costs.map(|costs| statement::explain(&costs, flow)).unwrap_or_default())
}
