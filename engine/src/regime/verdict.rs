//! What a flow is, by which rule, how sure that is, and what it might be instead.

use crate::data::flows::{Class, Features, Field};
use crate::data::regimes::{CERTAIN, Confidence};

use super::rules::Rules;

/// A rule that could decide, with the confidence it would do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Place of the rule.
    pub rule: usize,
    /// Its confidence, every penalty counted that could apply.
    pub confidence: Confidence,
}

/// A reason: a code, and whether it certainly holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Code of the rule or of the penalty.
    pub code: String,
    /// Does it hold, or could it only?
    pub certain: bool,
}

/// What a flow is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its class.
    pub class: Class,
    /// The rule that decided; `None`: the rules that could do not agree.
    pub rule: Option<usize>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why, and what lowered the confidence.
    pub reasons: Vec<Reason>,
    /// What it might be instead, and how sure that would be.
    pub runner_up: Option<(Class, Confidence)>,
    /// All rules that could decide.
    pub candidates: Vec<Candidate>,
    /// Fields that are not stated and would narrow the candidates.
    pub missing: Vec<Field>,
    /// The mode in which it is given; empty where that is not to be known.
    pub mode: &'static str,
}

/// The reason where the rules that could decide do not agree.
const UNDECIDED: &str = "UNDECIDED";

impl Verdict {
    /// Judges flows that share a class by all the rules that could decide on one of them.
    pub(super) fn of(rules: &Rules, together: &[Features]) -> Self {
        // Their order must not show.
        let mut together = together.to_vec();
        together.sort_unstable();
        let together = together.as_slice();
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut missing: Vec<Field> = Vec::new();
        for &features in together {
            for candidate in rules.candidates(features) {
                rules.unknown(candidate.rule, features, &mut missing);
                match candidates.iter_mut().find(|known| known.rule == candidate.rule) {
                    Some(known) => known.confidence = known.confidence.min(candidate.confidence),
                    None => candidates.push(candidate),
                }
            }
        }
        candidates.sort_by_key(|candidate| candidate.rule);
        missing.sort_unstable();
        missing.dedup();
        let mode = match together {
            [one] => rules.mode(*one),
            _ => "",
        };
        let class_of = |candidate: &Candidate| rules.table.rules[candidate.rule].class;
        let first = candidates.first().map(class_of);
        match first.filter(|class| candidates.iter().all(|candidate| class_of(candidate) == *class)) {
            Some(class) => Self::decided(rules, together, class, candidates, missing, mode),
            None => Self::undecided(rules, candidates, missing, mode),
        }
    }

    fn decided(
        rules: &Rules,
        together: &[Features],
        class: Class,
        candidates: Vec<Candidate>,
        missing: Vec<Field>,
        mode: &'static str,
    ) -> Self {
        let confidence = candidates.iter().map(|c| c.confidence).min().unwrap_or_default();
        let rule = candidates.last().map(|candidate| candidate.rule);
        let mut reasons: Vec<Reason> = Vec::new();
        let mut add = |code: &str, certain: bool| match reasons.iter_mut().find(|known| known.code == code) {
            Some(known) => known.certain |= certain,
            None => reasons.push(Reason { code: code.to_owned(), certain }),
        };
        for candidate in &candidates {
            add(&rules.table.rules[candidate.rule].reason, true);
        }
        let mut against: Option<(Confidence, Class)> = None;
        for candidate in &candidates {
            for &features in together {
                for (penalty, certain) in rules.penalties_of(candidate.rule, features) {
                    let row = &rules.table.penalties[penalty];
                    add(&row.code, certain);
                    if let Some(class) = row.alternative.filter(|alternative| *alternative != class)
                        && against.is_none_or(|(amount, _)| row.amount > amount)
                    {
                        against = Some((row.amount, class));
                    }
                }
            }
        }
        let stated = || rule.and_then(|rule| rules.table.rules[rule].alternative);
        let next = || {
            let next = together.iter().filter_map(|features| rules.next_class(rule?, class, *features)).min();
            next.map(|rule| rules.table.rules[rule].class)
        };
        let other = against.map(|(_, class)| class).or_else(stated).or_else(next);
        let runner_up = other.map(|class| (class, (CERTAIN - confidence).min(confidence)));
        Self { class, rule, confidence, reasons, runner_up, candidates, missing, mode }
    }

    fn undecided(rules: &Rules, candidates: Vec<Candidate>, missing: Vec<Field>, mode: &'static str) -> Self {
        let mut classes: Vec<Class> =
            candidates.iter().map(|candidate| rules.table.rules[candidate.rule].class).collect();
        classes.sort_unstable();
        classes.dedup();
        let says = |candidate: &&Candidate| rules.table.rules[candidate.rule].class != Class::INSUFFICIENT;
        // The first of the most confident.
        let best = candidates.iter().filter(says).rev().max_by_key(|candidate| candidate.confidence);
        let share = CERTAIN / classes.len().max(1) as Confidence;
        let runner_up = best.map(|best| (rules.table.rules[best.rule].class, best.confidence.min(share)));
        Self {
            class: Class::INSUFFICIENT,
            rule: None,
            confidence: rules.default_confidence(),
            reasons: vec![Reason { code: UNDECIDED.to_owned(), certain: true }],
            runner_up,
            candidates,
            missing,
            mode,
        }
    }
}
