//! What all flows of a class and a unit come to, with how sure it is.

use std::collections::BTreeMap;

use crate::data::flows::Class;
use crate::data::regimes::Confidence;
use crate::regime::Sum;

use super::Regimes;

/// All flows of a class and a unit of account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Whole {
    /// How many, and their value.
    pub sum: Sum,
    /// The least confidence.
    pub least: Option<Confidence>,
    /// All confidences together.
    all: u64,
}

impl Whole {
    /// The mean confidence, rounded half-even.
    pub(super) fn mean(&self) -> Confidence {
        mean(self.all, self.sum.flows)
    }
}

/// A mean of confidences, rounded half-even.
pub(super) fn mean(all: u64, count: usize) -> Confidence {
    let mean = crate::base::decimal::div_half_even(&all.into(), &count.max(1).into());
    Confidence::try_from(mean).unwrap_or_default()
}

/// All flows by class and unit.
pub(super) fn wholes<'a>(regimes: &'a Regimes) -> BTreeMap<(Class, &'a str), Whole> {
    let flows = &regimes.data.flows;
    let mut wholes: BTreeMap<(Class, &str), Whole> = BTreeMap::new();
    for flow in 0..flows.len() {
        let judgement = regimes.classified.judgement(flow);
        let whole = wholes.entry((judgement.class, &*flows.terms_of(flow).unit_of_account)).or_default();
        whole.sum.add(flows.value(flow));
        whole.least = Some(whole.least.map_or(judgement.confidence, |least| least.min(judgement.confidence)));
        whole.all += u64::from(judgement.confidence);
    }
    wholes
}
