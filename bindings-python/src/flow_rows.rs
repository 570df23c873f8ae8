//! Flows as rows, of which only the places are kept.

use std::sync::Arc;

use truecost::regime::Judged;
use truecost::report::columns::Columns;
use truecost::report::regimes as report;
use truecost::report::regimes::Whole;

use crate::table::Parts;

/// Flows as a table, made part by part whenever they are asked for.
pub(crate) struct FlowRows {
    pub(crate) judged: Arc<Judged>,
    /// What is made of all flows together, without sums.
    pub(crate) whole: Whole,
    /// Only these; all if there is no list.
    pub(crate) chosen: Option<Vec<usize>>,
}

impl Parts for FlowRows {
    fn rows(&self) -> usize {
        self.chosen.as_ref().map_or(self.judged.data.flows.len(), Vec::len)
    }

    fn part(&self, from: usize, to: usize) -> Columns {
        let view = report::Regimes::with(&self.judged, self.whole.clone());
        match &self.chosen {
            None => report::flow_columns(&view, from, to),
            Some(chosen) => report::some_flows(&view, &chosen[from..to]),
        }
    }
}
