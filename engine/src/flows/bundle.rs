//! Flows of one agreement: what one leg states holds of the others, and the legs that come back are its counterflow.

use std::collections::HashMap;
use std::ops::Range;

use crate::data::flows::{Features, Field, FlowData, NONE, Part, UNKNOWN};

use super::contested::Contested;
use super::open::Open;

/// Fields that hold of all legs of one part of an agreement.
pub const SHARED: [Field; 6] = [
    Field::PriceBasis,
    Field::Contracted,
    Field::Compelled,
    Field::AccessScope,
    Field::Certification,
    Field::UnitKind,
];

/// Flows by agreement and part.
#[derive(Clone, Debug, Default)]
pub struct Bundles {
    flows: Vec<u32>,
    /// Where the flows of each bundle are, by agreement and part.
    ranges: Vec<Range<usize>>,
    /// Where the flows of each agreement are.
    agreements: Vec<Range<usize>>,
    /// The bundle of each flow.
    bundle_of: Vec<u32>,
    /// Place of the agreement of each flow among [`Bundles::agreements`].
    agreement_of: Vec<u32>,
}

impl Bundles {
    /// Groups the flows of a dataset. A correction belongs where what it corrects does.
    pub fn new(data: &FlowData) -> Self {
        let flows = &data.flows;
        let key = |flow: u32| {
            let root = flows.root(flow as usize);
            (flows.agreement(root), flows.terms_of(root).part)
        };
        let mut order: Vec<u32> = (0..flows.len() as u32).filter(|flow| key(*flow).0.is_some()).collect();
        order.sort_by_key(|flow| (key(*flow), *flow));
        let mut all = Self {
            bundle_of: vec![NONE; flows.len()],
            agreement_of: vec![NONE; flows.len()],
            ..Self::default()
        };
        let mut start = 0;
        for group in order.chunk_by(|a, b| key(*a) == key(*b)) {
            let new = all
                .ranges
                .last()
                .is_none_or(|last: &Range<usize>| key(order[last.start]).0 != key(group[0]).0);
            if new {
                all.agreements.push(start..start);
            }
            for flow in group {
                all.bundle_of[*flow as usize] = all.ranges.len() as u32;
                all.agreement_of[*flow as usize] = all.agreements.len() as u32 - 1;
            }
            all.ranges.push(start..start + group.len());
            start += group.len();
            if let Some(agreement) = all.agreements.last_mut() {
                agreement.end = start;
            }
        }
        all.flows = order;
        all
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The flows of a bundle.
    pub fn members(&self, bundle: usize) -> impl Iterator<Item = usize> + '_ {
        self.flows[self.ranges[bundle].clone()].iter().map(|flow| *flow as usize)
    }

    /// The bundle of a flow.
    pub fn of(&self, flow: usize) -> Option<usize> {
        Some(self.bundle_of[flow]).filter(|bundle| *bundle != NONE).map(|bundle| bundle as usize)
    }

    /// All flows of the agreement of a flow, the flow itself among them.
    pub fn together(&self, flow: usize) -> impl Iterator<Item = usize> + '_ {
        let range = self.agreements.get(self.agreement_of[flow] as usize).cloned().unwrap_or_default();
        self.flows[range].iter().map(|flow| *flow as usize)
    }

    /// Lets each leg know what the others state.
    pub(super) fn share(
        &self,
        data: &FlowData,
        features: &mut [Features],
        contested: &mut Contested,
        open: &mut Open,
    ) {
        for range in &self.agreements {
            let legs: Vec<usize> = self.flows[range.clone()].iter().map(|flow| *flow as usize).collect();
            counter_legs(&legs, data, features, contested, open);
        }
        for range in &self.ranges {
            let legs: Vec<usize> = self.flows[range.clone()].iter().map(|flow| *flow as usize).collect();
            for field in SHARED {
                let common = common(legs.iter().map(|leg| features[*leg].get(field)));
                for leg in &legs {
                    features[*leg] = features[*leg].or(field, common);
                }
            }
            relations(&legs, data, features);
        }
    }
}

/// The one value that is stated, if no other is.
fn common(values: impl Iterator<Item = u8>) -> u8 {
    let mut found = UNKNOWN;
    for value in values.filter(|value| *value != UNKNOWN) {
        if found != UNKNOWN && found != value {
            return UNKNOWN;
        }
        found = value;
    }
    found
}

/// Kinds of things of which any is as good as another.
const TALLIED: [&str; 3] = ["money", "credit", "hours"];

/// What came, where it is of one kind, with its first leg.
type Came = Option<(u8, usize)>;

/// What comes back to the giver of a leg within the agreement is its counterflow.
fn counter_legs(
    legs: &[usize],
    data: &FlowData,
    features: &mut [Features],
    contested: &mut Contested,
    open: &mut Open,
) {
    let flows = &data.flows;
    // By receiver and giver: what came, and whether all of it was of one kind. What a third one pays, and a tip, is for no
    // principal; a tagged part is answered by all that came to its giver.
    let mut came: HashMap<(usize, Option<usize>), Vec<usize>> = HashMap::new();
    for &leg in legs {
        let (from, to) = (flows.from(leg), flows.to(leg));
        if let Some(to) = to.filter(|to| from != Some(*to)) {
            came.entry((to, None)).or_default().push(leg);
            if from.is_some() && !is_tagged(flows.terms_of(leg).part) {
                came.entry((to, from)).or_default().push(leg);
            }
        }
    }
    // What came, where it is of one kind; `None` where that is not known.
    let kinds: HashMap<(usize, Option<usize>), Came> = came
        .into_iter()
        .map(|(ends, legs)| {
            let kind = flows.terms_of(legs[0]).resource_kind;
            let same = legs.iter().all(|leg| flows.terms_of(*leg).resource_kind == kind);
            (ends, (same && kind != UNKNOWN).then_some((kind, legs[0])))
        })
        .collect();
    let nameless = legs.iter().any(|leg| flows.from(*leg).is_none() || flows.to(*leg).is_none());
    let same_kind = Field::CounterflowKind.known("same_kind");
    for &leg in legs {
        let tagged = is_tagged(flows.terms_of(leg).part);
        let by = if tagged { None } else { flows.to(leg) };
        let known = |from| if by.is_none() && !tagged { None } else { kinds.get(&(from, by)) };
        let came = flows.from(leg).and_then(known);
        let Some(&Some((kind, first))) = came else {
            if came.is_some() || nameless {
                open.add(leg, Field::CounterflowKind);
            }
            continue;
        };
        let (own, other) = (flows.terms_of(leg), flows.terms_of(first));
        // Money for money of one unit is the same again, whatever its two legs are called: a loan and its repayment.
        let tallied = TALLIED.contains(&Field::CounterflowKind.word(kind)) && own.resource_kind == kind;
        let units = [&own.unit_of_account, &other.unit_of_account];
        let unit_open = units.iter().any(|unit| unit.is_empty());
        let same = own.is_same_resource(other) || (tallied && !unit_open && units[0] == units[1]);
        if tallied && unit_open && !same {
            open.add(leg, Field::CounterflowKind);
            continue;
        }
        let kind = if same { same_kind } else { kind };
        let stated = features[leg].get(Field::CounterflowKind);
        // A tip, and what a third one adds: only its own word counts, for what comes back may come back for nothing else.
        let is_free = matches!(flows.terms_of(leg).part, Part::Tip | Part::Subsidy);
        if is_free && stated == UNKNOWN {
            open.add(leg, Field::CounterflowKind);
            continue;
        }
        if stated != UNKNOWN && stated != kind && !is_free {
            contested.add(leg, Field::CounterflowKind);
        }
        features[leg] = features[leg].or(Field::CounterflowKind, kind);
    }
}

/// What ties two agents ties them in both directions.
fn relations(legs: &[usize], data: &FlowData, features: &mut [Features]) {
    let (provider, receiver) =
        (Field::Relation.known("member_provider"), Field::Relation.known("member_receiver"));
    let mirrored = |code: u8| match code {
        code if code == provider => receiver,
        code if code == receiver => provider,
        code => code,
    };
    let ends = |leg: usize| (data.flows.from(leg), data.flows.to(leg));
    // By the two agents in order: what is stated, read in that order.
    let mut stated: HashMap<(Option<usize>, Option<usize>), Vec<u8>> = HashMap::new();
    for &leg in legs {
        let (from, to) = ends(leg);
        let code = features[leg].get(Field::Relation);
        let (key, code) = if from <= to { ((from, to), code) } else { ((to, from), mirrored(code)) };
        stated.entry(key).or_default().push(code);
    }
    for &leg in legs {
        let (from, to) = ends(leg);
        let key = if from <= to { (from, to) } else { (to, from) };
        let code = common(stated.get(&key).into_iter().flatten().copied());
        let code = if from <= to { code } else { mirrored(code) };
        features[leg] = features[leg].or(Field::Relation, code);
    }
}

/// The parts of an agreement that have a class of their own.
pub(super) fn is_tagged(part: Part) -> bool {
    part != Part::Principal
}
