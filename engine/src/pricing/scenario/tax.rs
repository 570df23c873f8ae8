//! A tax on an indicator: what processes pay for what they cause.

use num_traits::{ToPrimitive, Zero};

use crate::base::decimal::{Exact, Short};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::unit::Measure;
use crate::data::cells::Number;
use crate::data::manifest::Absent;
use crate::data::supply::{Paid, PassedOn};

use super::apply::State;
use super::change::{Change, Tax};
use super::select::{knows, selected};

/// Adds what each selected process pays to `paid`: the rate times what it causes itself. A process that takes up more than
/// it gives off pays nothing.
pub(super) fn make(change: &Change, tax: &Tax, state: &mut State, diagnostics: &mut Diagnostics) {
    let processes = selected(change, &tax.of, state, diagnostics);
    if !knows(change, "indicator", &tax.indicator, state, diagnostics) {
        return;
    }
    if let Some(problem) = unit_problem(tax, state) {
        let message = format!("the change `{}`: {problem}", change.id);
        let its = state.supply.indicators.get(&tax.indicator).map(|indicator| indicator.unit.to_string());
        let hint = format!("`{}` is measured in `{}`", tax.indicator, its.unwrap_or_default());
        let error = Diagnostic::error(codes::WRONG_UNIT, message).at(change.place("unit"));
        diagnostics.push(error.hint(hint));
        return;
    }
    let Some(processes) = processes else { return };
    let (mut rows, mut silent) = (Vec::new(), 0);
    for process in processes {
        let (caused, stated) = caused(&process, tax, state);
        silent += usize::from(!stated);
        if caused > Exact::zero() {
            let exact = caused * &tax.rate;
            rows.push((process, Number { float: exact.to_f64().unwrap_or(f64::NAN), exact }));
        }
    }
    if rows.is_empty() {
        let why = format!("no process of it causes `{}`", tax.indicator);
        change.no_effect("indicator", &why, diagnostics);
        return;
    }
    let remark = remark(change, tax, rows.len(), silent);
    state.remarks.push(remark);
    let supply = state.edit();
    for (process, amount) in rows {
        if tax.passed_on {
            supply.passed_on.push(PassedOn {
                process: process.clone(),
                amount: amount.exact.clone(),
                currency: tax.currency,
                year: tax.year,
                cause: change.id.clone(),
                row: change.row_ref(),
            });
        }
        supply.paid.push(Paid {
            process,
            indicator: tax.indicator.clone(),
            amount,
            currency: tax.currency,
            year: tax.year,
            source: format!("scenario, {}: {}", change.id, change.title),
            row: change.row_ref(),
        });
    }
}

/// Why the unit of the rate is none of the indicator.
fn unit_problem(tax: &Tax, state: &State) -> Option<String> {
    let indicator = state.supply.indicators.get(&tax.indicator)?;
    match &indicator.unit {
        Measure::Physical(unit) => tax.unit.ratio_to(unit).err().map(|error| error.to_string()),
        _ => Some(format!("`{}` is money: a tax is on what is measured", tax.indicator)),
    }
}

/// What a process causes of the indicator per unit of its activity, in the unit of the rate, and whether it states all.
fn caused(process: &str, tax: &Tax, state: &State) -> (Exact, bool) {
    let interventions = &state.supply.interventions;
    let profiles = interventions.profiles_of(&tax.indicator);
    let rows = interventions.with_profiles(&interventions.rows_of(process), &profiles);
    // A dataset may say that what it does not state is nothing.
    let is_zero = state.supply.manifest.supply.absent_interventions == Absent::Zero;
    let (mut sum, mut stated) = (Exact::zero(), is_zero || !rows.is_empty());
    for row in rows {
        let Some(amount) = interventions.written(row) else {
            stated = false;
            continue;
        };
        if let Measure::Physical(unit) = &*interventions.profile(row).unit
            && let Ok(ratio) = unit.ratio_to(&tax.unit)
        {
            sum += amount.exact * ratio.exact();
        }
    }
    (sum, stated)
}

fn remark(change: &Change, tax: &Tax, count: usize, silent: usize) -> String {
    let market = if tax.passed_on {
        "market prices, where products have one, rise by what their chains pay"
    } else {
        "market prices stay as they are"
    };
    let silent = match silent {
        0 => String::new(),
        some => format!("; {some} processes do not state it, and pay nothing"),
    };
    format!(
        "{}: {} {} per {} of {} is paid by {count} processes{silent}; {market}",
        change.id,
        Short(&tax.rate, 12),
        tax.currency,
        tax.unit.text(),
        tax.indicator
    )
}
