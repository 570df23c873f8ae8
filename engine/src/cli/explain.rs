//! `truecost explain`.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes, nearest};
use crate::data::reference::Reference;
use crate::data::source::Library;
use crate::pricing::{Run, prepare};
use crate::report::explain::explain;
use crate::valuation::PriceLevel;

use super::arguments::ExplainArguments;
use super::outcome::{Outcome, print, settle};
use super::price::default_factors;

/// Explains a product, at every origin it has.
pub(super) fn run(arguments: &ExplainArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let mut reference = Reference::read(library, &mut diagnostics);
    let default = default_factors(&arguments.dataset);
    let products = std::slice::from_ref(&arguments.product);
    let request =
        arguments.valuing.request(products, library, &mut reference, default.as_deref(), &mut diagnostics);
    let prepared = prepare(&arguments.dataset, &request, library, &reference, &mut diagnostics);
    let Some(prepared) = prepared else { return Err(diagnostics) };
    check_indicator(arguments.indicator.as_deref(), &prepared, &mut diagnostics);
    let level = PriceLevel::new(&reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(&prepared, &request, &reference, &level, &mut diagnostics);
    let text = run.and_then(|run| texts(&run, arguments, &mut diagnostics));
    let text = settle(text, diagnostics)?;
    print(&text)
}

fn check_indicator(
    indicator: Option<&str>,
    prepared: &crate::pricing::Prepared,
    diagnostics: &mut Diagnostics,
) {
    let rows = &prepared.supply.interventions;
    if let Some(id) = indicator.filter(|id| rows.iter().all(|row| row.indicator != **id)) {
        let mut diagnostic =
            Diagnostic::error(codes::NOT_FOUND, format!("the dataset states no indicator `{id}`"));
        let stated: std::collections::BTreeSet<&str> =
            rows.iter().map(|row| row.indicator.as_str()).collect();
        let stated: Vec<&str> = stated.into_iter().collect();
        diagnostic = diagnostic.hint(match nearest(id, stated.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it states {}", stated.join(", ")),
        });
        diagnostics.push(diagnostic);
    }
}

fn texts(run: &Run, arguments: &ExplainArguments, diagnostics: &mut Diagnostics) -> Option<String> {
    let chain = &run.prepared.chain;
    let points: Vec<usize> = (0..chain.points.len())
        .filter(|&p| run.prepared.supply.products[chain.points[p].product].id == arguments.product)
        .collect();
    if points.is_empty() {
        let message = format!("nothing makes `{}`: there is no footprint to explain", arguments.product);
        diagnostics.push(Diagnostic::error(codes::NO_PROCESS, message));
        return None;
    }
    let mut texts = Vec::new();
    for point in points {
        let activity = run.activity(point);
        match run.true_price(point, &activity, diagnostics) {
            Ok((price, _)) => texts.push(explain(run, &activity, &price, arguments.indicator.as_deref())),
            Err(overflow) => {
                diagnostics.push(Diagnostic::error(codes::OVERFLOW, overflow.to_string()));
                return None;
            }
        }
    }
    Some(texts.join("\n"))
}
