//! Commons: what is used, what is contributed, and what it would take to make it once again.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::money::Money;
use crate::data::flows::{Class, Field, Regime};
use crate::pricing::line::at_line_scale;
use crate::regime::Judged;

/// Kinds of agents that keep a commons.
const BODIES: [&str; 2] = ["pool", "commons_project"];
/// What users do with a commons, in the words of Valueflows.
const USES: [&str; 3] = ["copy", "use", "transferCustody"];
/// Who may receive what is open to more than those who are named.
const SHARED: [&str; 3] = ["household", "members", "anyone"];
/// Licences under which others may use a work.
const LICENSED: [&str; 2] = ["open", "conditional"];

/// What is done at home for one another is used up, and makes nothing that could be made once again.
const HOUSEHOLD: &str = "household";

/// Does an agent of this kind keep a commons?
fn is_body(kind: &str) -> bool {
    BODIES.contains(&kind)
}

/// Is it a commons flow of something, and not of money or a claim?
fn is_thing(judged: &Judged, flow: usize) -> bool {
    judged.classified.judgement(flow).class.regime() == Regime::Commons
        && !judged.data.flows.terms_of(flow).is_claim()
}

/// A use: a commons flow, not of money, that goes to somebody who keeps no commons; and that comes from a pool or a
/// commons project, or is a copy, a use or a loan of what is open to a household, members or anyone, by its access or
/// its licence. One flow is one use; a correction is none of its own.
pub fn is_use(judged: &Judged, flow: usize) -> bool {
    let features = judged.prepared.features[flow];
    let flows = &judged.data.flows;
    let corrects = flows.corrections().corrected(flow).is_some();
    if !is_thing(judged, flow) || corrects || is_body(features.word(Field::ToKind)) {
        return false;
    }
    let open = SHARED.contains(&features.word(Field::AccessScope))
        || LICENSED.contains(&features.word(Field::LicenceClass));
    is_body(features.word(Field::FromKind)) || (open && USES.contains(&&*flows.terms_of(flow).action))
}

/// A contribution of work: a commons flow of work that does not come from the pool or the project itself.
pub fn is_contributed_work(judged: &Judged, flow: usize) -> bool {
    is_thing(judged, flow) && !is_body(judged.prepared.features[flow].word(Field::FromKind))
}

/// A resource of the commons: what it would take to make it once again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Place of the resource.
    pub resource: usize,
    /// The first class of the flows in which it is used or contributed to.
    pub class: Class,
    /// Hours it would take; `None`: neither stated nor contributed.
    pub hours: Option<Money>,
    /// Are they stated? Else they are the hours contributed in the dataset: a lower bound.
    pub stated: bool,
    /// Flows that use it or contribute to it.
    pub flows: usize,
}

/// Gathers what is used and contributed to.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    touched: BTreeMap<usize, (Class, usize)>,
    /// Contributed hours by resource and body.
    hours: BTreeMap<(usize, Option<usize>), Money>,
    /// Resources by the body that gave or received them.
    kept: BTreeSet<(usize, usize)>,
}

impl Assets {
    /// Looks at a flow: a use, something given to a body, or work outside of households; and the hours of work that it contributes.
    pub fn add(&mut self, judged: &Judged, flow: usize, contributed: Option<Money>) {
        let flows = &judged.data.flows;
        let features = judged.prepared.features[flow];
        let Some(resource) = flows.terms_of(flow).place.filter(|_| is_thing(judged, flow)) else { return };
        let resource = resource as usize;
        let to = flows.to(flow).filter(|_| is_body(features.word(Field::ToKind)));
        let from = flows.from(flow).filter(|_| is_body(features.word(Field::FromKind)));
        let class = judged.classified.judgement(flow).class;
        let given = to.is_some() || (contributed.is_some() && class.subregime() != HOUSEHOLD);
        if !is_use(judged, flow) && !given {
            return;
        }
        let known = self.touched.entry(resource).or_insert((class, 0));
        *known = (known.0.min(class), known.1 + 1);
        self.kept.extend(from.into_iter().chain(to).map(|body| (body, resource)));
        if let Some(hours) = contributed {
            let sum = self.hours.entry((resource, to)).or_default();
            *sum = *sum + hours;
        }
    }

    /// Each resource once, but for products of supply chains that nobody states hours of. Hours that go to a body which keeps a resource of stated hours are in those already.
    pub fn finish(self, judged: &Judged) -> Vec<Asset> {
        let resources = judged.data.resources.as_deref().unwrap_or_default();
        let stated = |resource: usize| resources[resource].replacement_hours.as_ref();
        let covered: BTreeSet<usize> = self
            .kept
            .iter()
            .filter(|(_, resource)| stated(*resource).is_some())
            .map(|(body, _)| *body)
            .collect();
        let mut assets = Vec::with_capacity(self.touched.len());
        for (resource, (class, flows)) in self.touched {
            let own = self.hours.range((resource, None)..=(resource, Some(usize::MAX)));
            let in_others = |body: &Option<usize>| body.is_some_and(|body| covered.contains(&body));
            let (within, apart): (Vec<_>, Vec<_>) = own.partition(|((_, body), _)| in_others(body));
            let hours = match stated(resource) {
                Some(hours) => at_line_scale(&hours.exact).ok(),
                // All of its hours are in those of another resource.
                None if apart.is_empty() && !within.is_empty() => continue,
                // What a supply chain makes is made again by it.
                None if apart.is_empty() && resources[resource].product.is_some() => continue,
                None => (!apart.is_empty()).then(|| apart.iter().map(|(_, hours)| **hours).sum()),
            };
            assets.push(Asset { resource, class, hours, stated: stated(resource).is_some(), flows });
        }
        assets
    }
}
