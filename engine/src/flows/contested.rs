//! Statements that others contradict: neither counts, for nobody knows which is right.
//!
//! If a row's own word counted, taking it away would let the other one decide, perhaps more surely. So what is contested
//! is not known.

use crate::data::flows::{Features, Field, UNKNOWN};

/// Flows with a field that a row states in one way, and tables or other legs of its agreement in another.
#[derive(Clone, Debug, Default)]
pub struct Contested(Vec<(usize, Field)>);

impl Contested {
    pub(super) fn add(&mut self, flow: usize, field: Field) {
        self.0.push((flow, field));
    }

    /// Makes all of it unknown, whatever filled the gap since; then it is sorted by flow.
    pub(super) fn forget(&mut self, features: &mut [Features]) {
        for (flow, field) in &self.0 {
            features[*flow] = features[*flow].with(*field, UNKNOWN);
        }
        self.0.sort_unstable();
    }

    /// How many statements.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The contested fields of a flow.
    pub fn of(&self, flow: usize) -> impl Iterator<Item = Field> + '_ {
        let start = self.0.partition_point(|(other, _)| *other < flow);
        self.0[start..].iter().take_while(move |(other, _)| *other == flow).map(|(_, field)| *field)
    }
}
