//! `truecost accounts`.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::source::Library;
use crate::fairtrade::books::postings_of;
use crate::ledger::{PostingRules, books, embodied};
use crate::pricing::FlowCosts;
use crate::report::accounts::{self, Accounts};
use crate::report::columns::csv;
use crate::report::json;

use super::arguments::{AccountsArguments, AccountsFormat};
use super::classify::judged;
use super::flow_prices::flow_prices;
use super::outcome::{Outcome, deliver, settle};

/// Keeps the books of a dataset of flows.
pub(super) fn run(arguments: &AccountsArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let mut reference = Reference::read(library, &mut diagnostics);
    let found = judged(&arguments.dataset, &arguments.profile, library, &reference, &mut diagnostics);
    let (supply, valuing) = (arguments.supply.as_deref(), &arguments.valuing);
    let prices = flow_prices(found.as_ref(), supply, valuing, library, &mut reference, &mut diagnostics);
    let period = accounts::period(arguments.period.as_deref(), &mut diagnostics);
    let kind = found.as_ref().map(|found| found.data.manifest.kind);
    let postings = arguments.postings.as_deref().unwrap_or_else(|| postings_of(kind));
    let rules = PostingRules::find(postings, library, &mut diagnostics);
    let agents = found.as_ref().map(|found| accounts::agents(&arguments.agents, found, &mut diagnostics));
    let ready = if diagnostics.has_errors() { None } else { rules.zip(found).zip(agents) };
    let made = ready.and_then(|((rules, found), agents)| {
        let costs = match &prices {
            Some(prices) => embodied(&FlowCosts::new(&found, prices, &reference, &(), &mut diagnostics)?),
            None => Vec::new(),
        };
        let books = books(&found, &rules, &costs, period, &mut diagnostics)?;
        Some((rules, found, agents, books))
    });
    let (rules, found, agents, books) = settle(made, diagnostics)?;
    let lineage = prices.as_ref().map(|prices| &prices.prices.lineage);
    let shown = Accounts::new(&found, &rules, &books, agents, period).valued(lineage);
    let text = match arguments.format {
        AccountsFormat::Table => accounts::text(&shown),
        AccountsFormat::Csv => String::from_utf8_lossy(&csv(&accounts::journal_columns(&shown))).into_owned(),
        AccountsFormat::Json => json::text(&accounts::json(&shown)),
        AccountsFormat::Hledger => accounts::hledger(&shown),
        AccountsFormat::Beancount => accounts::beancount(&shown),
    };
    let files = arguments.out.as_ref().map(|folder| accounts::stage(folder, &shown)).transpose()?;
    let supply = arguments.supply.as_deref().unwrap_or(&arguments.dataset);
    let list = arguments.valuing.terms.prices.as_deref().unwrap_or_default();
    deliver(&text, files, &[&arguments.dataset, supply, Path::new(list)])
}
