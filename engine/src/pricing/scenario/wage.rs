//! A living wage that is paid: the gap is smaller at its process, and nothing is internalised.

use std::collections::BTreeMap;

use num_traits::{One, ToPrimitive, Zero};

use crate::base::decimal::{Exact, Short};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::unit::Measure;
use crate::data::cells::Number;
use crate::data::supply::PassedOn;

use super::apply::State;
use super::change::{Change, Select};
use super::select::{knows, selected};

/// Closes a share of the gaps of the selected processes. What is paid more becomes part of market prices if it is passed
/// on; it is never among payments, for a gap that is closed has no cost that could be internalised.
pub(super) fn make(
    change: &Change,
    (close, indicators, passed_on): (&Exact, &[String], bool),
    of: &Select,
    state: &mut State,
    diagnostics: &mut Diagnostics,
) {
    let processes = selected(change, of, state, diagnostics);
    let known = indicators.iter().filter(|id| knows(change, "indicators", id, state, diagnostics)).count();
    let (Some(processes), true) = (processes, known == indicators.len()) else { return };
    let interventions = &state.supply.interventions;
    let (mut amounts, mut more) = (BTreeMap::new(), Vec::new());
    let left = Exact::one() - close;
    for process in &processes {
        for row in interventions.rows_of(process) {
            let profile = interventions.profile(row);
            if !indicators.iter().any(|id| **id == *profile.indicator) {
                continue;
            }
            let Some(amount) = interventions.written(row).filter(|amount| amount.exact > Exact::zero())
            else {
                continue;
            };
            match &*profile.unit {
                Measure::Money(currency, year) if passed_on => more.push(PassedOn {
                    process: process.clone(),
                    amount: &amount.exact * close,
                    currency: *currency,
                    year: *year,
                    cause: change.id.clone(),
                    row: change.row_ref(),
                }),
                unit if passed_on => {
                    let message = format!(
                        "the change `{}`: `{}` is measured in `{unit}`, so what closing it costs is not known",
                        change.id, profile.indicator
                    );
                    let hint = "market_price = \"unchanged\", and another change that sets the price";
                    let place = change.place("market_price");
                    diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
                    return;
                }
                _ => {}
            }
            let exact = amount.exact * &left;
            amounts.insert(row, Number { float: exact.to_f64().unwrap_or(f64::NAN), exact });
        }
    }
    if amounts.is_empty() {
        let why = format!("no process of it states a gap of {} above 0", indicators.join(" or "));
        change.no_effect("", &why, diagnostics);
        return;
    }
    let market = if passed_on {
        "market prices, where products have one, rise by what is paid more"
    } else {
        "market prices stay as they are"
    };
    let percent = close * Exact::from_integer(100.into());
    let rows = if amounts.len() == 1 { "1 row".to_owned() } else { format!("{} rows", amounts.len()) };
    state.remarks.push(format!(
        "{}: {} % of the gap is closed in {rows} of interventions; {market}",
        change.id,
        Short(&percent, 12)
    ));
    let supply = state.edit();
    supply.interventions = supply.interventions.edited(amounts, &std::collections::BTreeSet::new());
    supply.passed_on.extend(more);
}
