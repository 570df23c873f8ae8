//! Says of every flow what it is: flows of equal features are mostly judged once, on all cores.

use std::collections::{HashMap, HashSet};

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::flows::Features;
use crate::flows::Bundles;

use super::judgement::Judgement;
use super::rules::Rules;
use super::verdict::Verdict;

/// Flows between which the progress is told, and that a core takes at once.
const STEP: usize = 65_536;

/// What every flow is. Flows of equal features share a judgement.
#[derive(Clone, Debug, Default)]
pub struct Classified {
    /// Features that were judged. The same may stand here more than once: what flows share is found cheaply, not fully.
    profiles: Vec<Features>,
    profile: Vec<u32>,
    /// Those of the profiles, then those of profiles that were agreed together.
    judgements: Vec<Judgement>,
    judgement: Vec<u32>,
    /// Features that were agreed together.
    together: Vec<Vec<Features>>,
}

impl Classified {
    /// How many flows.
    pub fn len(&self) -> usize {
        self.judgement.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.judgement.is_empty()
    }

    /// What a flow is.
    pub fn judgement(&self, flow: usize) -> Judgement {
        self.judgements[self.judgement[flow] as usize]
    }

    /// What a flow is, with all its reasons, by the rules it was judged by.
    pub fn verdict(&self, flow: usize, rules: &Rules) -> Verdict {
        self.verdict_of(self.kind(flow), rules)
    }

    /// The kind of a flow: flows of one kind are judged alike.
    pub fn kind(&self, flow: usize) -> usize {
        self.judgement[flow] as usize
    }

    /// How many flows are of each kind. Kinds have the numbers from 0; some have no flow.
    pub fn kinds(&self) -> Vec<usize> {
        let mut counts = vec![0; self.judgements.len()];
        for kind in &self.judgement {
            counts[*kind as usize] += 1;
        }
        counts
    }

    /// What flows of a kind are.
    pub fn judgement_of(&self, kind: usize) -> Judgement {
        self.judgements[kind]
    }

    /// What flows of a kind are, with all its reasons.
    pub fn verdict_of(&self, kind: usize, rules: &Rules) -> Verdict {
        match kind.checked_sub(self.profiles.len()) {
            None => rules.evaluate(self.profiles[kind]),
            Some(together) => rules.evaluate_together(&self.together[together]),
        }
    }

    /// The features that flows of a kind are judged by: their own, or those of all flows they share a class with.
    pub fn features_of(&self, kind: usize) -> Vec<Features> {
        match kind.checked_sub(self.profiles.len()) {
            None => vec![self.profiles[kind]],
            Some(together) => self.together[together].clone(),
        }
    }

    /// The mode in which a flow is given: its own, also where it shares a class with others.
    pub fn mode(&self, flow: usize) -> &'static str {
        self.judgements[self.profile[flow] as usize].mode()
    }

    /// How many distinct combinations of features there are. They are counted anew.
    pub fn profiles(&self) -> usize {
        self.profiles.iter().collect::<HashSet<_>>().len()
    }
}

/// Says of every flow what it is. Flows of one part of an agreement share a class.
pub fn classify(
    features: &[Features],
    bundles: &Bundles,
    rules: &Rules,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Classified> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    classify_in(Parts { cores, step: STEP }, features, bundles, rules, progress, diagnostics)
}

/// On how many cores, and how many flows each takes at once. It never shows in what is found.
#[derive(Clone, Copy)]
struct Parts {
    cores: usize,
    step: usize,
}

fn classify_in(
    parts: Parts,
    features: &[Features],
    bundles: &Bundles,
    rules: &Rules,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Classified> {
    let mut all = Classified { profile: Vec::with_capacity(features.len()), ..Classified::default() };
    let mut seen: Vec<Seen> = (0..parts.cores).map(|_| Seen::new()).collect();
    for (round, chunk) in features.chunks(parts.step * parts.cores).enumerate() {
        if !progress.tick(Stage::Classifying, round * parts.step * parts.cores, features.len()) {
            diagnostics.push(stopped());
            return None;
        }
        let found: Vec<Part> = std::thread::scope(|scope| {
            let work = chunk.chunks(parts.step).zip(&mut seen);
            let started: Vec<_> =
                work.map(|(part, seen)| scope.spawn(move || Part::judge(part, seen, rules))).collect();
            started.into_iter().map(|part| part.join().unwrap_or_default()).collect()
        });
        for part in found {
            let before = all.profiles.len() as u32;
            all.profile.extend(part.profile.iter().map(|profile| before + profile));
            all.profiles.extend(part.profiles);
            all.judgements.extend(part.judgements);
        }
    }
    all.judgement.clone_from(&all.profile);
    agree(&mut all, bundles, rules);
    Some(all)
}

/// Flows that were agreed together and are not alike get one judgement.
fn agree(all: &mut Classified, bundles: &Bundles, rules: &Rules) {
    let mut places: HashMap<Vec<Features>, u32> = HashMap::new();
    for bundle in 0..bundles.len() {
        let own = bundles.members(bundle).map(|flow| all.profiles[all.profile[flow] as usize]);
        let mut together: Vec<Features> = own.collect();
        together.sort_unstable();
        together.dedup();
        if together.len() < 2 {
            continue;
        }
        let place = *places.entry(together).or_insert_with_key(|together| {
            let verdict = rules.evaluate_together(together);
            all.judgements.push(Judgement::of(&verdict));
            all.together.push(together.clone());
            all.judgements.len() as u32 - 1
        });
        for flow in bundles.members(bundle) {
            all.judgement[flow] = place;
        }
    }
}

/// Flows that one core took.
#[derive(Default)]
struct Part {
    profiles: Vec<Features>,
    profile: Vec<u32>,
    judgements: Vec<Judgement>,
}

impl Part {
    fn judge(features: &[Features], seen: &mut Seen, rules: &Rules) -> Self {
        let mut part = Self { profile: Vec::with_capacity(features.len()), ..Self::default() };
        seen.forget();
        for &features in features {
            let next = part.profiles.len() as u32;
            let profile = seen.profile(features, next);
            if profile == next {
                part.profiles.push(features);
            }
            part.profile.push(profile);
        }
        part.judgements = rules.judge_all(&part.profiles);
        part
    }
}

/// The features that were seen last, each in the one place that it can have: a later one takes the place of an earlier.
struct Seen {
    places: Vec<(Features, u32)>,
}

/// Places, as a power of two.
const PLACES: u32 = 14;

impl Seen {
    fn new() -> Self {
        Self { places: vec![(Features::default(), u32::MAX); 1 << PLACES] }
    }

    fn forget(&mut self) {
        self.places.fill((Features::default(), u32::MAX));
    }

    /// The profile of features that were seen, or else the next.
    fn profile(&mut self, features: Features, next: u32) -> u32 {
        let place = &mut self.places[(features.mixed() >> (u64::BITS - PLACES)) as usize];
        if place.0 != features || place.1 == u32::MAX {
            *place = (features, next);
        }
        place.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::flows::Field;
    use crate::data::regimes::RuleTable;
    use crate::data::source::{Library, Shelf};

    /// As many features as asked for, many of them again and again.
    fn some(count: usize) -> Vec<Features> {
        let mut state = 11_u64;
        let mut below = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % end
        };
        let mut all: Vec<Features> = Vec::new();
        for at in 0..count {
            if at > 0 && below(3) == 0 {
                all.push(all[below(at as u64) as usize]);
                continue;
            }
            let code = |field: Field, below: &mut dyn FnMut(u64) -> u64| {
                below(field.values().len() as u64 + 1) as u8
            };
            all.push(
                Field::ALL.into_iter().fold(Features::default(), |features, field| {
                    features.with(field, code(field, &mut below))
                }),
            );
        }
        all
    }

    #[test]
    fn parts_and_cores_do_not_show() {
        let mut diagnostics = Diagnostics::new();
        let source = Library::default().find(Shelf::Regimes, "default").unwrap();
        let table = RuleTable::read(source, &(), &mut diagnostics).unwrap();
        let rules = Rules::compile(table, &mut diagnostics).unwrap();
        let features = some(5_000);
        let mut counted = HashSet::new();
        for (cores, step) in [(1, 5_000), (1, 1), (2, 63), (3, 64), (7, 65), (2, 4_999), (16, 1_000)] {
            let parts = Parts { cores, step };
            let found =
                classify_in(parts, &features, &Bundles::default(), &rules, &(), &mut diagnostics).unwrap();
            assert_eq!(found.len(), features.len());
            for (flow, features) in features.iter().enumerate() {
                let verdict = rules.evaluate(*features);
                assert_eq!(found.judgement(flow), Judgement::of(&verdict), "{flow} in {cores} x {step}");
                assert_eq!((found.verdict(flow, &rules), found.mode(flow)), (verdict.clone(), verdict.mode));
            }
            counted.insert(found.profiles());
        }
        assert_eq!(counted.len(), 1);
        assert!(diagnostics.is_empty());
    }
}
