//! Layer 2: flows with all that is stated of them, and what the graph of flows says.

mod bundle;
mod circulation;
mod contested;
mod counterflow;
pub mod matching;
mod open;
mod receivers;
mod relation;

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::flows::{Features, Field, FlowData, UNKNOWN};

pub use bundle::{Bundles, SHARED};
pub use circulation::{Circle, Circles, MOST_ARCS, Round};
pub use contested::Contested;
use open::Open;

pub use counterflow::{Counterflows, Pair, WINDOWS_DAYS};
pub use receivers::Receivers;

/// Flows between which the progress is told.
const STEP: usize = 65_536;

/// Flows with their features: what rules look at.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The features of each flow.
    pub features: Vec<Features>,
    /// What is stated of single flows and contradicted by what tables or other legs say.
    pub contested: Contested,
    /// Flows of one agreement.
    pub bundles: Bundles,
    /// What comes back between two agents.
    pub counterflows: Counterflows,
    /// How many receive from one giver.
    pub receivers: Receivers,
}

/// Gathers all that is stated of each flow, in its row, its agreement, its resource, its agents and memberships, the
/// other legs of its agreement and the manifest, in this order; and what the graph of flows says.
pub fn prepare(data: &FlowData, progress: &dyn Progress, diagnostics: &mut Diagnostics) -> Option<Prepared> {
    let ties = relation::Ties::new(data);
    let flows = &data.flows;
    let mut contested = Contested::default();
    let mut features = Vec::with_capacity(flows.len());
    let mut open = Open::new(data);
    for flow in 0..flows.len() {
        if flow.is_multiple_of(STEP) && !progress.tick(Stage::Gathering, flow, flows.len()) {
            diagnostics.push(stopped());
            return None;
        }
        features.push(stated(flow, data, &ties, (&mut contested, &mut open)));
    }
    inherit(data, &mut features);
    let bundles = Bundles::new(data);
    bundles.share(data, &mut features, &mut contested, &mut open);
    let counterflows = Counterflows::new(data);
    for (flow, features) in features.iter_mut().enumerate() {
        let constants = constants(flow, data);
        for field in Field::STATED.into_iter().filter(|field| !open.holds(flow, *field)) {
            *features = features.or(field, constants.get(field));
        }
        *features = counterflows.derived(flow, *features);
    }
    contested.forget(&mut features);
    inherit(data, &mut features);
    Some(Prepared { features, contested, bundles, counterflows, receivers: Receivers::new(data) })
}

/// What the manifest states of a flow.
pub fn constants(flow: usize, data: &FlowData) -> Features {
    let terms = data.flows.terms_of(flow);
    let agreed = data.flows.agreement(flow).is_some() && !bundle::is_tagged(terms.part);
    data.constants.of(agreed, !terms.resource.is_empty())
}

/// A correction is what it corrects.
fn inherit(data: &FlowData, features: &mut [Features]) {
    for (correction, corrected) in data.flows.corrections().pairs() {
        features[correction] = features[corrected];
    }
}

/// What the row of a flow states, its agreement, its resource, and the tables of agents.
fn stated(
    flow: usize,
    data: &FlowData,
    ties: &relation::Ties,
    (contested, open): (&mut Contested, &mut Open),
) -> Features {
    let flows = &data.flows;
    let terms = flows.terms_of(flow);
    let mut features = terms.stated;
    let kind = |agent: Option<usize>| agent.map_or(UNKNOWN, |agent| data.agents[agent].kind);
    let (from, to) = (flows.from(flow), flows.to(flow));
    features = features.with(Field::FromKind, kind(from)).with(Field::ToKind, kind(to));
    if let Some(agreement) = flows.agreement(flow).filter(|_| !bundle::is_tagged(terms.part)) {
        let agreed = data.agreements[agreement].stated;
        for field in Field::ALL {
            features = features.or(field, agreed.get(field));
        }
    }
    let settled = from.zip(to).map(|(from, to)| ties.relation(from, to, flows.when(flow)));
    let settled = settled.unwrap_or(relation::Settled::Open);
    if settled == relation::Settled::Open {
        open.add(flow, Field::Relation);
    } else {
        let tie = settled.code();
        if relation::contradicts(features.get(Field::Relation), tie) {
            contested.add(flow, Field::Relation);
        }
        features = features.or(Field::Relation, tie);
    }
    features
}
