//! What flows are, as one web page that needs nothing but itself: no network, no script, fit to print.

mod agents;
mod diagram;
mod measure;
mod open;
mod overview;
mod section;
mod sources;
mod sure;
mod tally;
#[cfg(test)]
mod tests;
mod time;

use minijinja::value::Serde;
use num_bigint::BigInt;
use serde::Serialize;

use crate::base::split::largest_remainder;
use crate::data::flows::Regime;
use crate::data::regimes::Confidence;
use crate::report::web::environment;

use super::Regimes;

pub use section::Section;

use agents::Agents;
use diagram::Diagram;
use measure::Measures;
use open::Opened;
use overview::Overview;
use section::Table;
use sources::Sources;
use sure::Sure;
use tally::tallies;
use time::Time;

const TEMPLATE: &str = concat!(
    include_str!("../../web/templates/style.html.jinja"),
    include_str!("../../web/templates/dataset.html.jinja"),
    include_str!("templates/drawing.html.jinja"),
    include_str!("templates/summary.html.jinja"),
    include_str!("templates/tables.html.jinja"),
    include_str!("templates/sure.html.jinja"),
    include_str!("templates/sources.html.jinja"),
    include_str!("templates/page.html.jinja"),
);

/// Drawings of who gives to whom that a page has at most.
const DIAGRAMS: usize = 4;

/// A page as the template sees it.
#[derive(Serialize)]
struct Page {
    title: String,
    description: String,
    flows: usize,
    agents: usize,
    rules: String,
    overview: Overview,
    others: Vec<(String, usize)>,
    times: Vec<Time>,
    tables: Vec<Agents>,
    diagrams: Vec<Diagram>,
    sure: Sure,
    open: Opened,
    more: Vec<Table>,
    sources: Sources,
}

/// The page of a dataset whose flows are judged, with sections of others after its own.
///
/// Its bytes depend on nothing but what it is given, and its size not on how many flows there are.
pub fn render(regimes: &Regimes, more: &[Section]) -> Result<String, minijinja::Error> {
    let mut environment = environment()?;
    environment.add_template("page.html", TEMPLATE)?;
    let measures = Measures::new(regimes);
    let tallies = tallies(regimes, &measures);
    let numbered = || tallies.iter().enumerate();
    let manifest = &regimes.data.manifest;
    let rules = &regimes.rules.table;
    let page = Page {
        title: manifest.title.clone(),
        description: manifest.description.clone(),
        flows: regimes.data.flows.len(),
        agents: regimes.data.agents.len(),
        rules: format!("{} {}", rules.name, rules.manifest.version),
        overview: Overview::new(regimes),
        times: Time::of_all(&tallies, regimes),
        tables: tallies.iter().map(|tally| Agents::new(tally, regimes)).collect(),
        diagrams: numbered()
            .filter_map(|(number, tally)| Diagram::new(tally, number, regimes))
            .take(DIAGRAMS)
            .collect(),
        others: measures.others,
        sure: Sure::new(regimes),
        open: Opened::new(regimes),
        more: more.iter().enumerate().map(|(number, section)| Table::new(section, number)).collect(),
        sources: Sources::new(regimes),
    };
    environment.get_template("page.html")?.render(Serde(&page))
}

/// The head of a column of a regime.
#[derive(Serialize)]
struct Head {
    word: &'static str,
    fill: &'static str,
}

fn heads(regimes: &[Regime]) -> Vec<Head> {
    regimes.iter().map(|regime| Head { word: regime.word(), fill: fill(*regime) }).collect()
}

/// The fill of a regime: a colour with a pattern, so that it is told apart without colours too.
fn fill(regime: Regime) -> &'static str {
    match regime {
        Regime::Commons => "f-commons",
        Regime::Reciprocity => "f-reciprocity",
        Regime::Market => "f-market-regime",
        Regime::Redistribution => "f-redistribution",
        Regime::Unclassified => "f-unclassified",
    }
}

/// What an agent is called.
fn name(agent: Option<usize>, regimes: &Regimes) -> String {
    agent.map_or_else(|| "not stated".to_owned(), |place| regimes.data.agents[place].name.clone())
}

/// A confidence rounded half-even to two decimals.
fn two(confidence: Confidence) -> String {
    let hundredths = crate::base::decimal::div_half_even(&confidence.into(), &100.into());
    let text = crate::base::decimal::plain(&hundredths, 2);
    match text.split_once('.') {
        None => format!("{text}.00"),
        Some((_, digits)) if digits.len() == 1 => format!("{text}0"),
        Some(_) => text,
    }
}

/// Counts in percent that add up to 100.
fn percents(counts: &[usize]) -> Vec<String> {
    let weights: Vec<BigInt> = counts.iter().map(|count| BigInt::from(*count)).collect();
    let names: Vec<String> = (0..counts.len()).map(|at| format!("{at:04}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let parts = largest_remainder(100, &weights, &names).unwrap_or_else(|| vec![0; counts.len()]);
    let percent = |(part, count): (&i128, &usize)| {
        if *part == 0 && *count > 0 { "under 1\u{a0}%".to_owned() } else { format!("{part}\u{a0}%") }
    };
    parts.iter().zip(counts).map(percent).collect()
}
