//! Says of every flow what it is: flows of equal features are judged once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::flows::Features;
use crate::flows::Bundles;

use super::rules::Rules;
use super::verdict::Verdict;

/// Flows between which the progress is told.
const STEP: usize = 65_536;

/// What every flow is. Verdicts are kept once.
#[derive(Clone, Debug, Default)]
pub struct Classified {
    /// Distinct features, in the order of their first flow.
    profiles: Vec<Features>,
    profile: Vec<u32>,
    verdicts: Vec<Verdict>,
    verdict: Vec<u32>,
}

impl Classified {
    /// How many flows.
    pub fn len(&self) -> usize {
        self.verdict.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.verdict.is_empty()
    }

    /// What a flow is.
    pub fn verdict(&self, flow: usize) -> &Verdict {
        &self.verdicts[self.verdict_index(flow)]
    }

    /// Which of the verdicts a flow has.
    pub fn verdict_index(&self, flow: usize) -> usize {
        self.verdict[flow] as usize
    }

    /// All verdicts.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// The mode in which a flow is given: its own, also where it shares a class with others.
    pub fn mode(&self, flow: usize) -> &'static str {
        self.verdicts[self.profile[flow] as usize].mode
    }

    /// How many distinct combinations of features there are.
    pub fn profiles(&self) -> usize {
        self.profiles.len()
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
    all.verdicts = all.profiles.iter().map(|features| rules.evaluate(*features)).collect();
    all.verdict.clone_from(&all.profile);
    let mut together: HashMap<Vec<u32>, u32> = HashMap::new();
    for bundle in 0..bundles.len() {
        let mut profiles: Vec<u32> = bundles.members(bundle).map(|flow| all.profile[flow]).collect();
        profiles.sort_unstable();
        profiles.dedup();
        if profiles.len() < 2 {
            continue;
        }
        let verdict = *together.entry(profiles).or_insert_with_key(|profiles| {
            let features: Vec<Features> = profiles.iter().map(|at| all.profiles[*at as usize]).collect();
            all.verdicts.push(rules.evaluate_together(&features));
            all.verdicts.len() as u32 - 1
        });
        bundles.members(bundle).for_each(|flow| all.verdict[flow] = verdict);
    }
    Some(all)
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
