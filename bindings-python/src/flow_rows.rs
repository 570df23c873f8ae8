//! Flows as rows, of which only the places are kept.

use std::sync::Arc;

use truecost::regime::Judged;
use truecost::report::columns::Columns;
use truecost::report::regimes as report;

use crate::table::Parts;

/// Flows as a table, made part by part whenever they are asked for.
pub(crate) struct FlowRows {
    pub(crate) judged: Arc<Judged>,
    /// Only these; all if there is no list.
    pub(crate) chosen: Option<Vec<usize>>,
}

impl Parts for FlowRows {
    fn rows(&self) -> usize {
        self.chosen.as_ref().map_or(self.judged.data.flows.len(), Vec::len)
    }

    fn part(&self, from: usize, to: usize) -> Columns {
        let view = without_sums(&self.judged);
        match &self.chosen {
            None => report::flow_columns(&view, from, to),
            Some(chosen) => report::some_flows(&view, &chosen[from..to]),
        }
    }
}

/// All that a report of single flows needs.
pub(crate) fn without_sums(judged: &Judged) -> report::Regimes<'_> {
    report::Regimes::with(judged, Arc::default())
}
