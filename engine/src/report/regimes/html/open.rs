//! What has no class, and which column would settle it most.

use std::collections::{BTreeMap, HashMap};

use minijinja::Value;
use serde::Serialize;

use crate::data::flows::{Field, Regime};
use crate::report::regimes::Regimes;
use crate::report::web::svg::Svg;

/// Flows that a line names, and lines of the table of why.
const NAMED: usize = 3;
const LINES: usize = 12;

/// A field that is missing.
#[derive(Serialize)]
struct Line {
    field: &'static str,
    place: &'static str,
    lacking: usize,
    certain: usize,
    possible: usize,
    bar: Value,
}

/// Why flows have no class.
#[derive(Serialize)]
struct Why {
    class: String,
    because: String,
    flows: usize,
    examples: Vec<String>,
}

/// All that is open.
#[derive(Serialize)]
pub(super) struct Opened {
    unclassified: usize,
    undecided: usize,
    by_one: usize,
    several: usize,
    contradictory: usize,
    lines: Vec<Line>,
    why: Vec<Why>,
    why_more: usize,
}

/// Where a field is stated.
fn place(field: Field) -> &'static str {
    match field {
        Field::FromKind | Field::ToKind => "agents: kind",
        Field::Relation => "flows: relation; or agents and memberships",
        Field::LicenceClass => "flows or resources: licence",
        Field::UnitKind => "flows: unit_of_account",
        Field::Rival | Field::Excludable => "flows or resources",
        Field::Returned => "derived from the flows",
        Field::Compelled
        | Field::AccessScope
        | Field::PriceBasis
        | Field::CounterflowKind
        | Field::Contracted
        | Field::Certification => "flows or agreements",
    }
}

impl Opened {
    pub(super) fn new(regimes: &Regimes) -> Self {
        let open = &regimes.open;
        let most = open.gains.iter().map(|gain| gain.lacking).max().unwrap_or(0) as f64;
        let lines = open.gains.iter().map(|gain| {
            let mut svg = Svg::new(0.0, most);
            let parts =
                [(gain.lacking, "f-lacking"), (gain.possible, "f-possible"), (gain.certain, "f-total")];
            for (flows, fill) in parts.into_iter().filter(|(flows, _)| *flows > 0) {
                svg.bar((0.0, flows as f64), 2, 12, fill);
            }
            Line {
                field: gain.field.name(),
                place: place(gain.field),
                lacking: gain.lacking,
                certain: gain.certain,
                possible: gain.possible,
                bar: svg.ornament(16),
            }
        });
        let why = why(regimes);
        Self {
            unclassified: why.iter().map(|why| why.flows).sum(),
            undecided: open.undecided,
            by_one: open.by_one,
            several: open.undecided - open.by_one - open.contradictory,
            contradictory: open.contradictory,
            lines: lines.collect(),
            why_more: why.iter().skip(LINES).map(|why| why.flows).sum(),
            why: why.into_iter().take(LINES).collect(),
        }
    }
}

/// Flows without a class by the reason for it: most flows first.
fn why(regimes: &Regimes) -> Vec<Why> {
    let mut known: HashMap<usize, (String, String)> = HashMap::new();
    let mut groups: BTreeMap<(String, String), (usize, Vec<String>)> = BTreeMap::new();
    let is_open = |flow: &usize| regimes.classified.judgement(*flow).class.regime() == Regime::Unclassified;
    for flow in (0..regimes.data.flows.len()).filter(is_open) {
        let kind = regimes.classified.kind(flow);
        let key = known.entry(kind).or_insert_with(|| {
            let verdict = regimes.classified.verdict_of(kind, regimes.rules);
            let why = match verdict.rule {
                Some(rule) => regimes.rules.table.rules[rule].note.clone(),
                None if verdict.missing.is_empty() => {
                    "Parts of its agreement contradict one another".to_owned()
                }
                None => "The rules that could decide do not agree, for want of what is not stated".to_owned(),
            };
            (verdict.class.to_string(), why)
        });
        let group = groups.entry(key.clone()).or_default();
        group.0 += 1;
        if group.1.len() < NAMED {
            group.1.push(regimes.data.flows.id(flow).to_owned());
        }
    }
    let mut all: Vec<Why> = groups
        .into_iter()
        .map(|((class, because), (flows, examples))| Why { class, because, flows, examples })
        .collect();
    all.sort_by_key(|why| std::cmp::Reverse(why.flows));
    all
}
