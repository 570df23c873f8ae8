//! Which processes a change is about.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};

use super::apply::State;
use super::change::{Change, Select};

/// Ids of the selected processes, sorted, each once. `None` after a problem: a name that does not exist, or a selection
/// that nothing is in.
pub(super) fn selected(
    change: &Change,
    of: &Select,
    state: &State,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<String>> {
    let before = diagnostics.errors();
    let (supply, regions) = (&state.supply, &state.reference.regions);
    for region in of.regions.iter().filter(|region| !regions.contains(region)) {
        let message = format!("the change `{}`: `{region}` is not a region", change.id);
        let hint = "use ISO 3166 such as CO, or UN M49";
        let place = change.place("regions");
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_REGION, message).at(place).hint(hint));
    }
    let stages = || supply.processes.iter().map(|process| process.stage.as_str());
    for stage in of.stages.iter().filter(|stage| stages().all(|known| known != **stage)) {
        change.unknown("stages", "stage", stage, stages(), diagnostics);
    }
    let ids = || supply.processes.iter().map(|process| process.id.as_str());
    for id in of.processes.iter().filter(|id| ids().all(|known| known != **id)) {
        change.unknown("processes", "process", id, ids(), diagnostics);
    }
    let none = BTreeMap::new();
    let mut found: Vec<String> = supply
        .processes
        .iter()
        .filter(|process| {
            (of.regions.is_empty() || regions.is_inside(&process.location, &of.regions, &none))
                && (of.stages.is_empty() || of.stages.contains(&process.stage))
                && (of.processes.is_empty() || of.processes.contains(&process.id))
        })
        .map(|process| process.id.clone())
        .collect();
    found.sort_unstable();
    found.dedup();
    if diagnostics.errors() > before {
        return None;
    }
    if found.is_empty() {
        change.no_effect("", "no process is in all of its regions, stages and processes", diagnostics);
        return None;
    }
    Some(found)
}

/// Is the indicator known?
pub(super) fn knows(
    change: &Change,
    key: &str,
    indicator: &str,
    state: &State,
    diagnostics: &mut Diagnostics,
) -> bool {
    let known = state.supply.indicators.contains_key(indicator);
    if !known {
        let stated = state.supply.interventions.profiles().iter().map(|profile| &*profile.indicator);
        change.unknown(key, "indicator", indicator, stated, diagnostics);
    }
    known
}
