//! All that is read of a dataset to measure its drift.

use crate::base::diagnostic::Diagnostics;
use crate::data::coop::decisions::decisions;
use crate::data::coop::members::MemberTables;
use crate::data::coop::pay_range::pay_range;
use crate::data::coop::years::years;
use crate::data::source::{Library, Opened};
use crate::fairtrade::surplus::{Asked, distribute};

use super::{Drift, FlowYears, Given, drift};

/// Measures the drift of a co-op.
pub fn drift_of(
    opened: &mut Opened,
    flows: Option<&FlowYears>,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> Option<Drift> {
    let before = diagnostics.errors();
    let tables = MemberTables::read(opened, diagnostics);
    let years = years(opened, diagnostics).unwrap_or_default();
    let decisions = decisions(opened, diagnostics).unwrap_or_default();
    let pay = pay_range(opened);
    if diagnostics.errors() > before {
        return None;
    }
    // A surplus that cannot be shared out yet is no reason not to measure the rest.
    let mut found = Diagnostics::new();
    let has_surplus = tables.surpluses.as_ref().is_some_and(|rows| !rows.is_empty());
    let distributed =
        has_surplus.then(|| distribute(&tables, &Asked::default(), library, &mut found)).flatten();
    let given = Given {
        years: &years,
        tables: &tables,
        distributed: distributed.as_ref(),
        pay,
        decisions: &decisions,
        flows,
    };
    let mut measured = drift(&given, diagnostics)?;
    if has_surplus && distributed.is_none() {
        let count = found.errors();
        measured.notes.push(format!(
            "surpluses are not counted where `years` does not state their parts, for they cannot be shared out \
             (problems: {count}): `truecost fairtrade surplus` says why"
        ));
    }
    if let Some(flows) = flows {
        let silent: usize = flows.years.values().map(|year| year.without_value).sum();
        let whose =
            flows.agent.as_ref().map_or_else(|| "all agents".to_owned(), |agent| format!("`{agent}`"));
        measured.notes.push(format!(
            "flows are those of {whose} in `{}`, valued in {}; {silent} state no value and are not counted",
            flows.name, flows.unit
        ));
    }
    Some(measured)
}
