//! What flows are, for people and programs.

mod columns;
mod explain;
mod files;
pub mod html;
mod json;
mod rules;
mod table;
mod totals;

use std::sync::Arc;

use crate::data::flows::{Class, Field, FlowData};
use crate::data::regimes::Confidence;
use crate::flows::{Circles, Prepared};
use crate::regime::{By, Classified, Hybrids, Judged, Open, Rules, Summary, Verdict, settle, summary};

pub use columns::{
    FLOWS_AT_ONCE, agreement, confidence_columns, flow_columns, flows, some_flows, summary_columns,
    total_columns,
};
pub use explain::explain;
pub use files::{csv, stage, stage_with};
pub use json::{json, lineage};
pub use rules::{changes, findings, rules};
pub use table::{HEADER, classes, notes, text};

/// A dataset with what its flows are: all that reports need.
pub struct Regimes<'a> {
    /// The dataset.
    pub data: &'a FlowData,
    /// Its flows with their features.
    pub prepared: &'a Prepared,
    /// The rules.
    pub rules: &'a Rules,
    /// What each flow is.
    pub classified: &'a Classified,
    /// The sums.
    pub summary: Arc<Summary>,
    /// Agreements whose parts are of several classes.
    pub hybrids: Arc<Hybrids>,
    /// What goes round.
    pub circles: Arc<Circles>,
    /// What no rule decides, and what would settle it.
    pub open: Arc<Open>,
    /// Name, version, citation and licence of the table of licences, if it is there.
    pub licences: Option<&'a [String; 4]>,
}

/// What is made of all flows together, once, for as many reports as are asked for.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    summary: Arc<Summary>,
    hybrids: Arc<Hybrids>,
    circles: Arc<Circles>,
    open: Arc<Open>,
}

impl Whole {
    /// What is said of single flows; there are no sums yet.
    pub fn of_flows(judged: &Judged) -> Self {
        let hybrids = Arc::new(Hybrids::new(&judged.data, &judged.classified));
        let circles = Arc::new(Circles::new(&judged.prepared.counterflows));
        Self { hybrids, circles, ..Self::default() }
    }

    /// Adds the sums, and what is open.
    pub fn sum_up(&mut self, judged: &Judged, by: By) {
        self.summary = Arc::new(summary(&judged.data, &judged.classified, by));
        self.open = Arc::new(settle(&judged.classified, &judged.rules));
    }
}

/// Flows of the agreement, or that came back, which are named as evidence.
const EVIDENCE: usize = 5;

impl<'a> Regimes<'a> {
    /// Sums up what was found, by year.
    pub fn new(judged: &'a Judged) -> Self {
        Self::by(judged, By::Year)
    }

    /// Sums up what was found, by year or month.
    pub fn by(judged: &'a Judged, by: By) -> Self {
        let mut whole = Whole::of_flows(judged);
        whole.sum_up(judged, by);
        Self::with(judged, whole)
    }

    /// What was found, with what was made of all flows together before.
    pub fn with(judged: &'a Judged, whole: Whole) -> Self {
        let Judged { data, prepared, rules, classified, licences } = judged;
        let Whole { summary, hybrids, circles, open } = whole;
        let licences = licences.as_ref();
        Self { data, prepared, rules, classified, summary, hybrids, circles, open, licences }
    }

    /// Flows whose class is another than the one that is declared.
    pub fn disagreements(&self) -> impl Iterator<Item = usize> {
        (0..self.data.flows.len()).filter(|flow| self.agrees(*flow) == Some(false))
    }

    /// Flows that no rule decides, as the rules that could do not agree.
    pub fn undecided(&self) -> impl Iterator<Item = usize> {
        (0..self.data.flows.len()).filter(|flow| !self.classified.judgement(*flow).decided)
    }

    /// The id of the agent in a place; empty where none is stated.
    fn agent(&self, place: Option<usize>) -> &str {
        place.map_or("", |agent| &self.data.agents[agent].id)
    }

    /// Flows that bear on what a flow is: the other legs of its agreement, or what came back.
    fn evidence(&self, flow: usize) -> Vec<&str> {
        let legs: Vec<usize> =
            self.prepared.bundles.together(flow).filter(|other| *other != flow).take(EVIDENCE).collect();
        let features = self.prepared.features[flow];
        let returned = !["", "none"].contains(&features.word(Field::Returned));
        let found = if legs.is_empty() && returned {
            self.prepared.counterflows.returns(flow, self.data, EVIDENCE)
        } else {
            legs
        };
        found.into_iter().map(|other| self.data.flows.id(other)).collect()
    }

    /// Shares of the classes of a hybrid, as text.
    fn shares(&self, flow: usize) -> String {
        let words = self
            .hybrids
            .of(flow, self.data)
            .iter()
            .map(|(class, part)| format!("{class} {}", crate::base::decimal::plain(&(*part).into(), 6)));
        words.collect::<Vec<_>>().join("; ")
    }

    /// Does the class agree with what the keeper of the dataset says? `None`: nothing is declared.
    fn agrees(&self, flow: usize) -> Option<bool> {
        let declared = self.data.flows.terms_of(flow).declared?;
        Some(declared.agrees(self.classified.judgement(flow).class))
    }

    /// How many flows declare a class, how many of them agree in class, and how many in regime.
    pub fn declared(&self) -> (usize, usize, usize) {
        let mut counts = (0, 0, 0);
        for flow in 0..self.data.flows.len() {
            if let Some(declared) = self.data.flows.terms_of(flow).declared {
                let class = self.classified.judgement(flow).class;
                counts.0 += 1;
                counts.1 += usize::from(declared.agrees(class));
                counts.2 += usize::from(declared.regime == class.regime());
            }
        }
        counts
    }

    /// The id of the rule that decided; empty where none did.
    fn rule(&self, verdict: &Verdict) -> &str {
        verdict.rule.map_or("", |rule| &self.rules.table.rules[rule].id)
    }

    /// All rules that could decide, by id.
    fn candidates(&self, verdict: &Verdict) -> String {
        let ids = verdict.candidates.iter().map(|c| self.rules.table.rules[c.rule].id.as_str());
        ids.collect::<Vec<_>>().join(" ")
    }
}

/// Codes of the reasons; a question mark follows what could hold and is not certain.
fn reasons(verdict: &Verdict) -> String {
    let codes = verdict
        .reasons
        .iter()
        .map(|reason| if reason.certain { reason.code.clone() } else { format!("{}?", reason.code) });
    codes.collect::<Vec<_>>().join(" ")
}

/// A confidence with two decimals, or up to four where it has them.
fn part(confidence: Confidence) -> String {
    let text = crate::base::decimal::plain(&confidence.into(), 4);
    match text.split_once('.') {
        None => format!("{text}.00"),
        Some((_, digits)) if digits.len() == 1 => format!("{text}0"),
        Some(_) => text,
    }
}

/// A confidence as a double: the nearest to its decimals.
fn float(confidence: Confidence) -> f64 {
    f64::from(confidence) / f64::from(crate::data::regimes::CERTAIN)
}

/// `regime.subregime` as two words.
fn words(class: Class) -> (&'static str, &'static str) {
    (class.regime().word(), class.subregime())
}
