//! What tables and other legs leave open: no constant of the manifest closes it.

use crate::data::flows::{Field, FlowData};

/// Fields that may be open, by flow; empty where the manifest states nothing of them.
pub(super) struct Open(Vec<[bool; FIELDS.len()]>);

const FIELDS: [Field; 2] = [Field::Relation, Field::CounterflowKind];

impl Open {
    pub(super) fn new(data: &FlowData) -> Self {
        let is_asked = FIELDS.into_iter().any(|field| data.constants.states(field));
        Self(if is_asked { vec![[false; FIELDS.len()]; data.flows.len()] } else { Vec::new() })
    }

    pub(super) fn add(&mut self, flow: usize, field: Field) {
        if let (Some(open), Some(at)) = (self.0.get_mut(flow), place(field)) {
            open[at] = true;
        }
    }

    pub(super) fn holds(&self, flow: usize, field: Field) -> bool {
        self.0.get(flow).zip(place(field)).is_some_and(|(open, at)| open[at])
    }
}

fn place(field: Field) -> Option<usize> {
    FIELDS.iter().position(|open| *open == field)
}
