//! Says of every flow what it is: flows of equal features are judged once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::flows::Features;
use crate::flows::Bundles;

use super::judgement::Judgement;
use super::rules::Rules;
use super::verdict::Verdict;

/// Flows between which the progress is told.
const STEP: usize = 65_536;

/// What every flow is. Flows of equal features share a judgement.
#[derive(Clone, Debug, Default)]
pub struct Classified {
    /// Distinct features, in the order of their first flow.
    profiles: Vec<Features>,
    profile: Vec<u32>,
    /// Those of the profiles, then those of profiles that were agreed together.
    judgements: Vec<Judgement>,
    judgement: Vec<u32>,
    /// Profiles that were agreed together.
    together: Vec<Vec<u32>>,
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
            Some(together) => rules.evaluate_together(&self.features(&self.together[together])),
        }
    }

    /// The features that flows of a kind are judged by: their own, or those of all flows they share a class with.
    pub fn features_of(&self, kind: usize) -> Vec<Features> {
        match kind.checked_sub(self.profiles.len()) {
            None => vec![self.profiles[kind]],
            Some(together) => self.features(&self.together[together]),
        }
    }

    /// The mode in which a flow is given: its own, also where it shares a class with others.
    pub fn mode(&self, flow: usize) -> &'static str {
        self.judgements[self.profile[flow] as usize].mode()
    }

    /// How many distinct combinations of features there are.
    pub fn profiles(&self) -> usize {
        self.profiles.len()
    }

    fn features(&self, profiles: &[u32]) -> Vec<Features> {
        profiles.iter().map(|profile| self.profiles[*profile as usize]).collect()
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
    let mut known: HashMap<Features, u32, BuildHasherDefault<Mixer>> = HashMap::default();
    let mut all = Classified { profile: Vec::with_capacity(features.len()), ..Classified::default() };
    for (step, chunk) in features.chunks(STEP).enumerate() {
        if !progress.tick(Stage::Classifying, step * STEP, features.len()) {
            diagnostics.push(stopped());
            return None;
        }
        for &features in chunk {
            let next = all.profiles.len() as u32;
            let profile = *known.entry(features).or_insert(next);
            if profile == next {
                all.profiles.push(features);
            }
            all.profile.push(profile);
        }
    }
    drop(known);
    all.judgements = judge(&all.profiles, rules);
    all.judgement.clone_from(&all.profile);
    let mut places: HashMap<Vec<u32>, u32> = HashMap::new();
    for bundle in 0..bundles.len() {
        let mut profiles: Vec<u32> = bundles.members(bundle).map(|flow| all.profile[flow]).collect();
        profiles.sort_unstable();
        profiles.dedup();
        if profiles.len() < 2 {
            continue;
        }
        let place = *places.entry(profiles).or_insert_with_key(|profiles| {
            let verdict = rules.evaluate_together(&all.features(profiles));
            all.judgements.push(Judgement::of(&verdict));
            all.together.push(profiles.clone());
            all.judgements.len() as u32 - 1
        });
        for flow in bundles.members(bundle) {
            all.judgement[flow] = place;
        }
    }
    Some(all)
}

/// Judges profiles on all cores; each on its own, so that the answer does not depend on their number.
fn judge(profiles: &[Features], rules: &Rules) -> Vec<Judgement> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let part = profiles.len().div_ceil(cores).max(STEP);
    std::thread::scope(|scope| {
        let one = |part: &[Features]| part.iter().map(|features| rules.judge(*features)).collect::<Vec<_>>();
        let parts: Vec<_> = profiles.chunks(part).map(|part| scope.spawn(move || one(part))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
    })
}

/// Mixes the 128 bits of features: they are no keys of strangers, and hashed ten million times.
#[derive(Clone, Copy, Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn write_u128(&mut self, value: u128) {
        self.write_u64(value as u64);
        self.write_u64((value >> 64) as u64);
    }
}
