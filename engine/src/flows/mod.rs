//! Layer 2: flows with all that is stated of them, and what the graph of flows says.

mod bundle;
mod circulation;
mod contested;
mod counterflow;
pub mod matching;
mod receivers;
mod relation;

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::flows::{Features, Field, FlowData, UNKNOWN};

pub use bundle::{Bundles, SHARED};
pub use circulation::{Circle, Circles, MOST_ARCS, Round};
pub use contested::Contested;
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
    for flow in 0..flows.len() {
        if flow.is_multiple_of(STEP) && !progress.tick(Stage::Gathering, flow, flows.len()) {
            diagnostics.push(stopped());
            return None;
        }
        features.push(stated(flow, data, &ties, &mut contested));
    }
    inherit(data, &mut features);
    let bundles = Bundles::new(data);
    bundles.share(data, &mut features, &mut contested);
    let counterflows = Counterflows::new(data);
    for (flow, features) in features.iter_mut().enumerate() {
        for field in Field::STATED {
            *features = features.or(field, data.constants.get(field));
        }
        *features = counterflows.derived(flow, *features);
    }
    contested.forget(&mut features);
    inherit(data, &mut features);
    Some(Prepared { features, contested, bundles, counterflows, receivers: Receivers::new(data) })
}

/// A correction is what it corrects.
fn inherit(data: &FlowData, features: &mut [Features]) {
    for (correction, corrected) in data.flows.corrections().pairs() {
        features[correction] = features[corrected];
    }
}

/// What the row of a flow states, its agreement, its resource, and the tables of agents.
fn stated(flow: usize, data: &FlowData, ties: &relation::Ties, contested: &mut Contested) -> Features {
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
    if let (Some(from), Some(to)) = (from, to) {
        let tie = ties.relation(from, to, flows.when(flow).day());
        if relation::contradicts(features.get(Field::Relation), tie) {
            contested.add(flow, Field::Relation);
        }
        features = features.or(Field::Relation, tie);
    }
    features
}
