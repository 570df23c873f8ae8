//! Corrections: flows that put another one right, as events of their own. Nothing is overwritten.

use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::file_name::FileName;
use crate::base::money::Money;

use super::flow_table::FlowTable;

/// Which flows correct which.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    /// Each correction with what it corrects, by correction.
    of: Vec<(u32, u32)>,
    /// Each corrected flow with a correction of it, by corrected flow.
    by: Vec<(u32, u32)>,
}

/// A row that names what it corrects, before the flows are sorted.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    /// Place of the row among the rows that were read.
    pub(super) row: u32,
    /// Id of what it corrects.
    pub(super) id: String,
    /// Line.
    pub(super) line: u64,
}

impl Corrections {
    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// What a flow corrects.
    pub fn corrected(&self, flow: usize) -> Option<usize> {
        let at = self.of.binary_search_by_key(&(flow as u32), |(correction, _)| *correction).ok()?;
        Some(self.of[at].1 as usize)
    }

    /// The corrections of a flow.
    pub fn of(&self, flow: usize) -> impl Iterator<Item = usize> + '_ {
        let start = self.by.partition_point(|(corrected, _)| (*corrected as usize) < flow);
        let of_it = move |pair: &&(u32, u32)| pair.0 as usize == flow;
        self.by[start..].iter().take_while(of_it).map(|(_, correction)| *correction as usize)
    }

    /// All corrections, each with what it corrects.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.of.iter().map(|(correction, corrected)| (*correction as usize, *corrected as usize))
    }

    /// Finds what is corrected among the sorted flows; what does not fit is reported.
    pub(super) fn find(
        stated: Vec<Stated>,
        order: &[u32],
        table: &FlowTable,
        file: &FileName,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut places: Vec<u32> = Vec::new();
        if !stated.is_empty() && !order.is_empty() {
            places = vec![0; order.len()];
            for (sorted, row) in order.iter().enumerate() {
                places[*row as usize] = sorted as u32;
            }
        }
        let mut found: Vec<(u32, u32)> = Vec::new();
        for Stated { row, id, line } in stated {
            let correction = places.get(row as usize).copied().unwrap_or(row);
            let place = Place::row(&**file, line).column("corrects");
            match table.find(&id) {
                Some(corrected) => found.push((correction, corrected as u32)),
                None => {
                    let hint = match diagnostics.nearest(&id, table.ids()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "a correction names the id of the flow that it puts right".to_owned(),
                    };
                    let message = format!("there is no flow `{id}`");
                    diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
                }
            }
        }
        found.sort_unstable();
        let mut by: Vec<(u32, u32)> = found.iter().map(|(a, b)| (*b, *a)).collect();
        by.sort_unstable();
        Self { of: found, by }
    }

    /// The quantity of a flow and its corrections together, exact; what states none adds nothing.
    fn corrected_quantity(&self, flow: usize, table: &FlowTable) -> Exact {
        let all = std::iter::once(flow).chain(self.of(flow));
        all.filter_map(|flow| table.exact_quantity(flow)).sum()
    }

    /// A correction is of the same thing between the same two, of a flow that is none itself, and takes back no more
    /// than there was.
    pub(super) fn check(&self, table: &FlowTable, diagnostics: &mut Diagnostics) {
        for (correction, corrected) in self.pairs() {
            let id = table.id(corrected);
            let mut report = |column: &str, message: String, hint: &str| {
                let place = table.place(correction).column(column);
                diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            };
            if correction == corrected || self.corrected(corrected).is_some() {
                let hint = "correct the first flow again: every correction names that one";
                report("corrects", format!("`{id}` is a correction itself"), hint);
                continue;
            }
            let (own, other) = (table.terms_of(correction), table.terms_of(corrected));
            let same = [
                ("from", table.from(correction) == table.from(corrected)),
                ("to", table.to(correction) == table.to(corrected)),
                ("resource", own.resource == other.resource),
                ("unit", own.unit == other.unit),
                ("unit_of_account", own.unit_of_account == other.unit_of_account),
                ("agreement", [None, table.agreement(corrected)].contains(&table.agreement(correction))),
            ];
            for (column, _) in same.iter().filter(|(_, same)| !same) {
                let message = format!("`{column}` is not that of `{id}`, which the row corrects");
                let hint = "a correction repeats from, to, resource, unit and unit_of_account; what was wrong in them \
                            is taken back by a correction, and stated rightly in a new flow";
                report(column, message, hint);
            }
            if let (Some(later), Some(earlier)) = (table.when(correction).day(), table.when(corrected).day())
                && later < earlier
            {
                let message = format!("the correction is dated before `{id}`, which it corrects");
                report("date", message, "a correction is a new event, of the day on which it was made");
            }
        }
        let mut last = None;
        for (corrected, _) in &self.by {
            let flow = *corrected as usize;
            let own = last.replace(flow) != Some(flow) && self.corrected(flow).is_none();
            if !own {
                continue;
            }
            let mut report = |column: &str| {
                let message = format!("corrections leave `{}` a {column} below 0", table.id(flow));
                let hint = "a correction takes back no more than there was; what went the other way is a flow of its own";
                let place = table.place(flow).column(column);
                diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            };
            if table.corrected_value(flow).is_some_and(|value| value < Money::ZERO) {
                report("value");
            }
            if self.corrected_quantity(flow, table) < decimal::zero() {
                report("quantity");
            }
        }
    }
}
