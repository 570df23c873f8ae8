//! Shares of the processes that make one product in one place.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::cells::Number;
use crate::data::supply::Process;

use super::apply::State;
use super::change::Change;

/// Gives each supplier its share. All of them must be named: a share that is not written is not 0.
pub(super) fn make(
    change: &Change,
    (product, origin): (&str, Option<&str>),
    shares: &[(String, Number)],
    state: &mut State,
    diagnostics: &mut Diagnostics,
) {
    let before = diagnostics.errors();
    let supply = &state.supply;
    let products = || supply.products.iter().map(|product| product.id.as_str());
    if products().all(|known| known != product) {
        change.unknown("product", "product", product, products(), diagnostics);
        return;
    }
    let is_of = |process: &Process| {
        process.product == product && origin.is_none_or(|origin| process.location.to_string() == origin)
    };
    let makers: Vec<&Process> = supply.processes.iter().filter(|process| is_of(process)).collect();
    let ids = || makers.iter().map(|process| process.id.as_str());
    for (id, _) in shares.iter().filter(|(id, _)| ids().all(|known| known != *id)) {
        let what = format!("process that makes `{product}` there and is called");
        change.unknown("shares", &what, id, ids(), diagnostics);
    }
    for id in ids().filter(|id| shares.iter().all(|(named, _)| named != id)) {
        let message = format!("the change `{}` does not say the share of `{id}`", change.id);
        let hint = "name all processes that make the product there; write 0 for those that no longer do";
        diagnostics.push(Diagnostic::error(codes::SHARES, message).at(change.place("shares")).hint(hint));
    }
    let mut places: Vec<String> = makers.iter().map(|process| process.location.to_string()).collect();
    places.sort_unstable();
    places.dedup();
    if places.len() > 1 {
        let message = format!(
            "the change `{}`: `{product}` is made in {}, each with a mix of its own",
            change.id,
            places.join(", ")
        );
        let hint = "say of which by `origin`; to take an input from another place use the kind `supplier`";
        diagnostics.push(Diagnostic::error(codes::SHARES, message).at(change.place("product")).hint(hint));
    }
    if diagnostics.errors() > before {
        return;
    }
    for process in state.edit().processes.iter_mut().filter(|process| is_of(process)) {
        if let Some((_, share)) = shares.iter().find(|(id, _)| *id == process.id) {
            process.share = Some(share.clone());
            process.row = change.row_ref();
        }
    }
}
