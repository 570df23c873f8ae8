//! Which column would settle what no rule decides: every value that could stand in a gap is tried.

use std::collections::BTreeMap;

use crate::data::flows::{Class, Features, Field, UNKNOWN};
use crate::flows::SHARED;

use super::classify::Classified;
use super::expression::Truth;
use super::judgement::Judgement;
use super::rules::Rules;

/// What stating one field would do for the flows that no rule decides.
///
/// A flow is *settled* by a value if, with it, all rules that could decide say one class, and that is not
/// `unclassified.insufficient_evidence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain {
    /// The field.
    pub field: Field,
    /// Undecided flows that do not state it, and whose rules ask for it.
    pub lacking: usize,
    /// Of these, how many any value of it would settle.
    pub certain: usize,
    /// How many at least one value of it would settle; those that are certain among them.
    pub possible: usize,
}

/// What is not decided, and what would decide it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Flows that no rule decides, as the rules that could do not agree.
    pub undecided: usize,
    /// Of these, flows with nothing missing: parts of their agreements contradict one another.
    pub contradictory: usize,
    /// Flows that some value of one single field would settle. The others need more than one.
    pub by_one: usize,
    /// Fields that are missing: those that would settle most for certain first, then those that could settle most.
    pub gains: Vec<Gain>,
}

/// Of the values of a field: does any settle a flow, and do all?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Whatever is stated, the flow is settled.
    pub certain: bool,
    /// Something could be stated that settles it.
    pub possible: bool,
}

/// A flow with the rules that could decide on it: whatever is stated besides, no other can.
struct Gap {
    features: Features,
    rules: Vec<usize>,
}

impl Rules {
    /// What stating a field would do for flows that share a class. Where it is stated already, it stays.
    ///
    /// What one leg of an agreement states of [`SHARED`] fields holds of all of them, so they are given one value; any
    /// other field may have another value in each.
    pub fn effect(&self, together: &[Features], field: Field) -> Effect {
        self.effect_on(&self.gaps(together), field)
    }

    fn gaps(&self, together: &[Features]) -> Vec<Gap> {
        let gap = |features: &Features| {
            let mut rules = Vec::new();
            for (rule, when) in self.when.iter().enumerate() {
                let truth = when.truth(*features);
                if truth != Truth::False {
                    rules.push(rule);
                }
                if truth == Truth::True {
                    break;
                }
            }
            Gap { features: *features, rules }
        };
        together.iter().map(gap).collect()
    }

    fn effect_on(&self, together: &[Gap], field: Field) -> Effect {
        let values = field.values().len() as u8;
        let (open, stated): (Vec<&Gap>, Vec<&Gap>) =
            together.iter().partition(|gap| gap.features.get(field) == UNKNOWN);
        if open.is_empty() {
            return Effect { certain: false, possible: false };
        }
        let known: Vec<Option<Class>> = stated.iter().map(|gap| self.class(gap, gap.features)).collect();
        let with = |gap: &Gap, value: u8| Some(gap.features.with(field, value)).filter(|f| consistent(*f));
        if SHARED.contains(&field) {
            let answers = (1..=values).filter_map(|value| {
                let all: Option<Vec<Option<Class>>> = open
                    .iter()
                    .map(|gap| with(gap, value).map(|features| self.class(gap, features)))
                    .collect();
                Some(one(all?.into_iter().chain(known.iter().copied())).is_some())
            });
            let answers: Vec<bool> = answers.collect();
            return Effect {
                certain: !answers.is_empty() && answers.iter().all(|settles| *settles),
                possible: answers.contains(&true),
            };
        }
        // For each flow, the classes that its values lead to.
        let classes: Vec<Vec<Option<Class>>> = open
            .iter()
            .map(|gap| (1..=values).filter_map(|v| with(gap, v)).map(|f| self.class(gap, f)).collect())
            .collect();
        let mut all = classes.iter().flatten().chain(&known).copied();
        // One flow may get another class with each value; several must get one class with any values.
        let settled = if let [_] = together { all.all(|class| class.is_some()) } else { one(all).is_some() };
        let certain = classes.iter().all(|of| !of.is_empty()) && settled;
        let fits = |class: Class| {
            known.iter().all(|found| *found == Some(class))
                && classes.iter().all(|of| of.contains(&Some(class)))
        };
        Effect { certain, possible: certain || classes[0].iter().flatten().any(|class| fits(*class)) }
    }

    /// The class of a flow with more that is stated, if that settles it.
    fn class(&self, gap: &Gap, features: Features) -> Option<Class> {
        let mut found = None;
        for &rule in &gap.rules {
            let truth = self.when[rule].truth(features);
            let class = self.table.rules[rule].class;
            if truth == Truth::False {
                continue;
            }
            if found.is_some_and(|known| known != class) {
                return None;
            }
            found = Some(class);
            if truth == Truth::True {
                break;
            }
        }
        found.filter(|class| *class != Class::INSUFFICIENT)
    }
}

/// The one class of all, if there is one.
fn one(mut classes: impl Iterator<Item = Option<Class>>) -> Option<Class> {
    let first = classes.next()??;
    classes.all(|class| class == Some(first)).then_some(first)
}

/// Could a dataset state this? What is taken by coercion was not agreed by both.
fn consistent(features: Features) -> bool {
    features.word(Field::Compelled) != "coercion" || features.word(Field::Contracted) != "yes"
}

/// What would settle the flows of a dataset that no rule decides.
pub fn settle(classified: &Classified, rules: &Rules) -> Open {
    // What is derived settles nothing: flows that differ in that alone are tried once.
    let mut alike: BTreeMap<Vec<Features>, Kind> = BTreeMap::new();
    for (kind, flows) in classified.kinds().into_iter().enumerate() {
        let judgement = classified.judgement_of(kind);
        if flows > 0 && !judgement.decided {
            let features = classified.features_of(kind).into_iter();
            let features = features.map(|features| features.with(Field::Returned, UNKNOWN)).collect();
            alike.entry(features).or_insert(Kind { judgement, flows: 0 }).flows += flows;
        }
    }
    let open: Vec<(Vec<Features>, Kind)> = alike.into_iter().collect();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let part = open.len().div_ceil(cores).max(256);
    let parts: Vec<Counts> = std::thread::scope(|scope| {
        let parts: Vec<_> = open.chunks(part).map(|part| scope.spawn(move || count(part, rules))).collect();
        parts.into_iter().map(|part| part.join().unwrap_or_default()).collect()
    });
    let sum = |of: fn(&Counts) -> usize| parts.iter().map(of).sum();
    let mut gains: Vec<Gain> = Field::ALL
        .into_iter()
        .map(|field| {
            let sum = |n: usize| parts.iter().map(|counts| counts.gains[field as usize][n]).sum();
            Gain { field, lacking: sum(0), certain: sum(1), possible: sum(2) }
        })
        .filter(|gain| gain.lacking > 0)
        .collect();
    // Equal ones stay in the order of the fields.
    gains.sort_by_key(|gain| std::cmp::Reverse((gain.certain, gain.possible, gain.lacking)));
    Open {
        undecided: sum(|counts| counts.undecided),
        contradictory: sum(|counts| counts.contradictory),
        by_one: sum(|counts| counts.by_one),
        gains,
    }
}

/// Counts of flows: all, and by field those that lack it, those it settles, and those it could settle.
#[derive(Default)]
struct Counts {
    undecided: usize,
    contradictory: usize,
    by_one: usize,
    gains: [[usize; 3]; Field::COUNT],
}

/// Flows that are judged alike.
#[derive(Clone, Copy)]
struct Kind {
    judgement: Judgement,
    flows: usize,
}

/// Counts over kinds of flows.
fn count(kinds: &[(Vec<Features>, Kind)], rules: &Rules) -> Counts {
    let mut counts = Counts::default();
    for (together, Kind { judgement, flows }) in kinds {
        let gaps = rules.gaps(together);
        let (mut missing, mut by_one) = (0, false);
        for field in judgement.missing() {
            let effect = rules.effect_on(&gaps, field);
            missing += 1;
            by_one |= effect.possible;
            let gain = &mut counts.gains[field as usize];
            gain[0] += flows;
            gain[1] += flows * usize::from(effect.certain);
            gain[2] += flows * usize::from(effect.possible);
        }
        counts.undecided += flows;
        counts.contradictory += flows * usize::from(missing == 0);
        counts.by_one += flows * usize::from(by_one);
    }
    counts
}
