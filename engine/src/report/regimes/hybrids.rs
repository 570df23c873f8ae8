//! Hybrids: agreements whose parts are of several classes.

use crate::data::flows::Class;
use crate::regime::shares;

use super::{Regimes, agreement};

/// What passes from one agent to another under one agreement in one unit, and is of several classes.
pub(super) struct Hybrid {
    /// Its first flow.
    pub flow: usize,
    /// The classes, each with its share in [`crate::regime::WHOLE`].
    pub shares: Vec<(Class, i128)>,
}

impl Regimes<'_> {
    /// The first hybrids by agreement, and how many there are.
    pub(super) fn hybrids(&self, at_most: usize) -> (Vec<Hybrid>, usize) {
        let flows = &self.data.flows;
        let key = |flow: usize| (flows.from(flow), flows.to(flow), &flows.terms_of(flow).unit_of_account);
        let class = |flow: usize| self.classified.judgement(flow).class;
        let (mut found, mut count) = (Vec::new(), 0);
        for flow in (0..flows.len()).filter(|flow| flows.agreement(*flow).is_some()) {
            let alike = || self.prepared.bundles.together(flow).filter(|other| key(*other) == key(flow));
            let differs = alike().any(|other| class(other) != class(flow));
            if !differs || alike().any(|other| other < flow) {
                continue;
            }
            let shares = shares(flow, self.data, self.prepared, self.classified);
            if !shares.is_empty() {
                count += 1;
                found.push(Hybrid { flow, shares });
            }
        }
        found.sort_by_key(|hybrid| (agreement(self, hybrid.flow).to_owned(), hybrid.flow));
        found.truncate(at_most);
        (found, count)
    }
}
