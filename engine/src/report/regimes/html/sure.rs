//! How sure the classes are: confidences by regime, what is contested and with what, what was declared otherwise.

use std::collections::{BTreeMap, HashMap};

use minijinja::Value;
use serde::Serialize;

use crate::data::flows::{Class, Regime};
use crate::data::regimes::{CERTAIN, Confidence};
use crate::report::regimes::totals::mean;
use crate::report::regimes::{Regimes, part};
use crate::report::web::svg::Svg;

use super::{fill, two};

/// Where the ranges of the table begin.
const RANGES: [(Confidence, &str); 6] =
    [(0, "under 0.5"), (5_000, "0.5"), (6_000, "0.6"), (7_000, "0.7"), (8_000, "0.8"), (9_000, "0.9 to 1")];

/// Below this a class is contested.
const SURE: Confidence = 8_000;

/// Lines of a list, and flows that a line names.
const LINES: usize = 12;
const NAMED: usize = 3;

/// A regime by confidence.
#[derive(Serialize)]
struct Line {
    word: &'static str,
    fill: &'static str,
    counts: Vec<usize>,
    flows: usize,
    least: String,
    mean: String,
    chart: Value,
}

/// Flows that are alike in what is said of them.
#[derive(Serialize)]
struct Alike {
    first: String,
    second: String,
    flows: usize,
    least: String,
    examples: Vec<String>,
}

/// A flow of low confidence.
#[derive(Serialize)]
struct Doubtful {
    flow: String,
    class: String,
    confidence: String,
    runner_up: String,
    runner_up_confidence: String,
    reasons: String,
}

/// How sure it all is.
#[derive(Serialize)]
pub(super) struct Sure {
    ranges: Vec<&'static str>,
    lines: Vec<Line>,
    foot: Vec<usize>,
    all: usize,
    contested: Vec<Alike>,
    contested_flows: usize,
    contested_more: usize,
    doubtful: Vec<Doubtful>,
    declared: usize,
    same_class: usize,
    same_regime: usize,
    disagreements: Vec<Alike>,
    disagreements_more: usize,
}

impl Sure {
    pub(super) fn new(regimes: &Regimes) -> Self {
        let lines = lines(regimes);
        let (contested, contested_flows) = contested(regimes);
        let contested_more = contested.iter().skip(LINES).map(|alike| alike.flows).sum();
        let disagreements = disagreements(regimes);
        let disagreements_more = disagreements.iter().skip(LINES).map(|alike| alike.flows).sum();
        let (declared, same_class, same_regime) = regimes.declared();
        let foot = (0..RANGES.len()).map(|range| lines.iter().map(|line| line.counts[range]).sum());
        Self {
            ranges: RANGES.iter().map(|(_, word)| *word).collect(),
            foot: foot.collect(),
            all: lines.iter().map(|line| line.flows).sum(),
            lines,
            contested: contested.into_iter().take(LINES).collect(),
            contested_flows,
            contested_more,
            doubtful: doubtful(regimes),
            declared,
            same_class,
            same_regime,
            disagreements: disagreements.into_iter().take(LINES).collect(),
            disagreements_more,
        }
    }
}

/// Confidences by regime.
fn lines(regimes: &Regimes) -> Vec<Line> {
    let mut counts = [[0_usize; RANGES.len()]; Regime::ALL.len()];
    let (mut least, mut sums) = ([CERTAIN; Regime::ALL.len()], [0_u64; Regime::ALL.len()]);
    for (kind, flows) in regimes.classified.kinds().into_iter().enumerate().filter(|(_, flows)| *flows > 0) {
        let judgement = regimes.classified.judgement_of(kind);
        let at = judgement.class.regime() as usize;
        let range = RANGES.iter().rposition(|(from, _)| judgement.confidence >= *from).unwrap_or(0);
        counts[at][range] += flows;
        least[at] = least[at].min(judgement.confidence);
        sums[at] += u64::from(judgement.confidence) * flows as u64;
    }
    let present = Regime::ALL.into_iter().filter(|regime| counts[*regime as usize].iter().any(|n| *n > 0));
    present
        .map(|regime| {
            let (at, counts) = (regime as usize, counts[regime as usize]);
            let flows = counts.iter().sum();
            Line {
                word: regime.word(),
                fill: fill(regime),
                counts: counts.to_vec(),
                flows,
                least: part(least[at]),
                mean: two(mean(sums[at], flows)),
                chart: chart(&counts, regime),
            }
        })
        .collect()
}

/// Columns, one a range.
fn chart(counts: &[usize; RANGES.len()], regime: Regime) -> Value {
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let mut svg = Svg::new(0.0, RANGES.len() as f64);
    for (at, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = (26.0 * *count as f64 / most).max(1.0);
        let at = at as f64;
        svg.block((at + 0.1, at + 0.9), (28.0 - height, 28.0), fill(regime), &format!("{count} flows"));
    }
    svg.level((0.0, RANGES.len() as f64), 28, "axis");
    svg.ornament(30)
}

/// What is said of flows that are alike: how many, the least confidence, and some ids.
#[derive(Default)]
struct Same {
    flows: usize,
    least: Option<Confidence>,
    examples: Vec<String>,
}

impl Same {
    fn add(&mut self, flow: usize, regimes: &Regimes) {
        let confidence = regimes.classified.judgement(flow).confidence;
        self.flows += 1;
        self.least = Some(self.least.map_or(confidence, |least| least.min(confidence)));
        if self.examples.len() < NAMED {
            self.examples.push(regimes.data.flows.id(flow).to_owned());
        }
    }
}

/// Most flows first.
fn listed(groups: BTreeMap<(String, String), Same>) -> Vec<Alike> {
    let mut all: Vec<Alike> = groups
        .into_iter()
        .map(|((first, second), same)| Alike {
            first,
            second,
            flows: same.flows,
            least: same.least.map(part).unwrap_or_default(),
            examples: same.examples,
        })
        .collect();
    // Equal ones stay in the order of their classes.
    all.sort_by_key(|alike| std::cmp::Reverse(alike.flows));
    all
}

/// Is a class said, but not surely?
fn is_contested(class: Class, confidence: Confidence) -> bool {
    class.regime() != Regime::Unclassified && confidence < SURE
}

/// Classes that are less than sure, by what it might be instead; and how many flows that are.
fn contested(regimes: &Regimes) -> (Vec<Alike>, usize) {
    let mut runner_up: HashMap<usize, String> = HashMap::new();
    let mut groups: BTreeMap<(String, String), Same> = BTreeMap::new();
    for flow in 0..regimes.data.flows.len() {
        let judgement = regimes.classified.judgement(flow);
        if !is_contested(judgement.class, judgement.confidence) {
            continue;
        }
        let kind = regimes.classified.kind(flow);
        let other = runner_up.entry(kind).or_insert_with(|| {
            let verdict = regimes.classified.verdict_of(kind, regimes.rules);
            verdict
                .runner_up
                .map_or_else(|| "nothing in particular".to_owned(), |(class, _)| class.to_string())
        });
        groups.entry((judgement.class.to_string(), other.clone())).or_default().add(flow, regimes);
    }
    let flows = groups.values().map(|same| same.flows).sum();
    (listed(groups), flows)
}

/// The flows of least confidence that have a class.
fn doubtful(regimes: &Regimes) -> Vec<Doubtful> {
    let mut least: Vec<(Confidence, usize)> = Vec::new();
    for flow in 0..regimes.data.flows.len() {
        let judgement = regimes.classified.judgement(flow);
        let is_less =
            least.len() < LINES || least.last().is_some_and(|last| (judgement.confidence, flow) < *last);
        if is_contested(judgement.class, judgement.confidence) && is_less {
            least.push((judgement.confidence, flow));
            least.sort_unstable();
            least.truncate(LINES);
        }
    }
    let one = |(confidence, flow): &(Confidence, usize)| {
        let verdict = regimes.classified.verdict(*flow, regimes.rules);
        Doubtful {
            flow: regimes.data.flows.id(*flow).to_owned(),
            class: verdict.class.to_string(),
            confidence: part(*confidence),
            runner_up: verdict.runner_up.map(|(class, _)| class.to_string()).unwrap_or_default(),
            runner_up_confidence: verdict.runner_up.map(|(_, part_of)| part(part_of)).unwrap_or_default(),
            reasons: crate::report::regimes::reasons(&verdict),
        }
    };
    least.iter().map(one).collect()
}

/// Where another class is declared than the one that was found.
fn disagreements(regimes: &Regimes) -> Vec<Alike> {
    let mut groups: BTreeMap<(String, String), Same> = BTreeMap::new();
    let flows = &regimes.data.flows;
    for flow in (0..flows.len()).filter(|flow| regimes.agrees(*flow) == Some(false)) {
        let declared = flows.terms_of(flow).declared.map(|class| class.to_string()).unwrap_or_default();
        let found = regimes.classified.judgement(flow).class.to_string();
        groups.entry((declared, found)).or_default().add(flow, regimes);
    }
    listed(groups)
}
