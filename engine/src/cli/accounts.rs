//! `truecost accounts`.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::reference::Reference;
use crate::data::source::Library;
use crate::ledger::{PostingRules, books, embodied};
use crate::pricing::FlowCosts;
use crate::regime::Judged;
use crate::report::accounts::{self, Accounts};
use crate::report::columns::csv;
use crate::report::json;

use super::arguments::{AccountsArguments, AccountsFormat};
use super::classify::judged;
use super::flow_prices::flow_prices;
use super::outcome::{Outcome, note, print, settle};

/// Keeps the books of a dataset of flows.
pub(super) fn run(arguments: &AccountsArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let period = period(arguments.period.as_deref(), &mut diagnostics);
    let mut reference = Reference::read(library, &mut diagnostics);
    let rules = PostingRules::find(&arguments.postings, library, &mut diagnostics);
    let found = judged(&arguments.dataset, &arguments.profile, library, &reference, &mut diagnostics);
    let (supply, valuing) = (arguments.supply.as_deref(), &arguments.valuing);
    let prices = flow_prices(found.as_ref(), supply, valuing, library, &mut reference, &mut diagnostics);
    let agents = found.as_ref().map(|found| agents(&arguments.agents, found, &mut diagnostics));
    let ready = if diagnostics.has_errors() { None } else { rules.zip(found).zip(agents) };
    let made = ready.and_then(|((rules, found), agents)| {
        let costs = match &prices {
            Some(prices) => embodied(&FlowCosts::new(&found, prices, &reference, &(), &mut diagnostics)?),
            None => Vec::new(),
        };
        let through = period.map(Period::last_day);
        let books = books(&found, &rules, &costs, through, &mut diagnostics)?;
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
    print(&text)?;
    if let Some(files) = files {
        let written = files.commit()?;
        if let Some(folder) = &arguments.out {
            note(&format!("wrote {} files to {}", written.len(), folder.display()));
        }
    }
    Ok(())
}

fn period(text: Option<&str>, diagnostics: &mut Diagnostics) -> Option<Period> {
    let text = text?;
    let period = Period::parse(text);
    if period.is_none() {
        let message = format!("--period: `{text}` is not a date");
        diagnostics
            .push(Diagnostic::error(codes::BAD_DATE, message).hint("write 2024, 2024-03 or 2024-03-15"));
    }
    period
}

/// The places of agents by id.
fn agents(ids: &[String], judged: &Judged, diagnostics: &mut Diagnostics) -> Vec<u32> {
    let all = &judged.data.agents;
    let mut places = Vec::new();
    for id in ids {
        match all.binary_search_by(|agent| agent.id.cmp(id)) {
            Ok(at) => places.push(at as u32),
            Err(_) => {
                let message = format!("there is no agent `{id}`");
                let hint = match diagnostics.nearest(id, all.iter().map(|agent| agent.id.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "without --agent all agents are listed".to_owned(),
                };
                diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
            }
        }
    }
    places
}
