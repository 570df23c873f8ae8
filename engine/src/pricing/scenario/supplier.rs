//! Another supplier or origin of inputs.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};

use super::amounts::{check_names, fits};
use super::apply::State;
use super::change::{Change, Where};

/// Takes inputs from elsewhere. A supplier that is named alone says from where; an origin that is named alone leaves open
/// from whom.
pub(super) fn make(
    change: &Change,
    which: &Where,
    (origin, supplier): (Option<&str>, Option<&str>),
    state: &mut State,
    diagnostics: &mut Diagnostics,
) {
    let before = diagnostics.errors();
    let supply = &state.supply;
    if let Some(origin) = origin.filter(|origin| !state.reference.regions.contains(origin)) {
        let message = format!("the change `{}`: `{origin}` is not a region", change.id);
        let hint = "use ISO 3166 such as CO, or UN M49";
        let place = change.place("origin");
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_REGION, message).at(place).hint(hint));
    }
    let ids = || supply.processes.iter().map(|process| process.id.as_str());
    if let Some(id) = supplier.filter(|id| ids().all(|known| known != *id)) {
        change.unknown("supplier", "process", id, ids(), diagnostics);
    }
    check_names(change, &supply.inputs, which, diagnostics);
    if diagnostics.errors() > before {
        return;
    }
    if !supply.inputs.iter().any(|input| fits(input, which)) {
        change.no_effect("where", "no input fits all of `where`", diagnostics);
        return;
    }
    for input in state.edit().inputs.iter_mut().filter(|input| fits(*input, which)) {
        input.origin = origin.map(str::to_owned);
        input.supplier = supplier.map(str::to_owned);
        input.row = change.row_ref();
    }
}
