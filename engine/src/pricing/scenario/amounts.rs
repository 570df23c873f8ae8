//! Amounts of rows that are chosen by their keys: set, multiplied, or taken away with their rows.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::ToPrimitive;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::unit::{Measure, Unit};
use crate::data::cells::Number;
use crate::data::interventions::Interventions;
use crate::data::overlay::{Amounted, Keyed};

use super::apply::State;
use super::change::{Change, Where};

/// What is done to rows.
pub(super) enum Action<'a> {
    Set { amount: &'a Number, unit: Option<&'a Measure>, currency: Option<Currency> },
    Scale(&'a Number),
    Remove,
}

/// Does a row fit?
pub(super) fn fits<T: Keyed>(row: &T, which: &Where) -> bool {
    which.iter().all(|(column, values)| values.iter().any(|value| *value == row.cell(column)))
}

/// Reports what `where` names and no row has.
pub(super) fn check_names<T: Keyed>(
    change: &Change,
    rows: &[T],
    which: &Where,
    diagnostics: &mut Diagnostics,
) {
    for (column, values) in which {
        for value in values.iter().filter(|value| rows.iter().all(|row| row.cell(column) != value.as_str())) {
            let cells: Vec<String> = rows.iter().map(|row| row.cell(column).into_owned()).collect();
            let what = format!("row of `{}` whose `{column}` is", T::SCHEMA.table);
            change.unknown("where", &what, value, cells.iter().map(String::as_str), diagnostics);
        }
    }
}

/// Changes rows of a table.
pub(super) fn make(
    change: &Change,
    table: &str,
    which: &Where,
    action: &Action,
    state: &mut State,
    diagnostics: &mut Diagnostics,
) {
    let mut job = Job { change, which, action, diagnostics };
    // The tables are looked at before they are copied.
    let supply = state.supply.clone();
    match table {
        "products" if job.names(&supply.products) => job.remove(&mut state.edit().products),
        "processes" if job.names(&supply.processes) => job.rows(&mut state.edit().processes),
        "inputs" if job.names(&supply.inputs) => job.rows(&mut state.edit().inputs),
        "prices" if job.names(&supply.prices) => job.rows(&mut state.edit().prices),
        "paid" if job.names(&supply.paid) => job.rows(&mut state.edit().paid),
        "support" if job.names(&supply.support) => job.rows(&mut state.edit().support),
        "properties" if job.names(&supply.properties) => job.rows(&mut state.edit().properties),
        "interventions" => {
            if let Some(changed) = job.interventions(&supply.interventions) {
                state.edit().interventions = changed;
            }
        }
        _ => {}
    }
}

struct Job<'a> {
    change: &'a Change,
    which: &'a Where,
    action: &'a Action<'a>,
    diagnostics: &'a mut Diagnostics,
}

impl Job<'_> {
    /// Is there a row that fits, and does all that is named exist?
    fn names<T: Keyed>(&mut self, rows: &[T]) -> bool {
        let before = self.diagnostics.errors();
        check_names(self.change, rows, self.which, self.diagnostics);
        if self.diagnostics.errors() > before {
            return false;
        }
        let found = rows.iter().any(|row| fits(row, self.which));
        if !found {
            let why = format!("no row of `{}` fits all of `where`", T::SCHEMA.table);
            self.change.no_effect("where", &why, self.diagnostics);
        }
        found
    }

    fn remove<T: Keyed>(&mut self, rows: &mut Vec<T>) {
        rows.retain(|row| !fits(row, self.which));
    }

    fn rows<T: Amounted>(&mut self, rows: &mut Vec<T>) {
        if matches!(self.action, Action::Remove) {
            self.remove(rows);
            return;
        }
        let may_be_less = T::SCHEMA.table == "inputs";
        for row in rows.iter_mut().filter(|row| fits(*row, self.which)) {
            let own = row.amount().exact.clone();
            let Some(number) = self.amount(&own, row.unit(), may_be_less) else { return };
            *row.amount() = number;
            if let (Action::Set { currency: Some(currency), .. }, Some(own)) = (self.action, row.currency()) {
                *own = *currency;
            }
        }
    }

    /// The new amount of a row whose amount is `own` of `unit`.
    fn amount(&mut self, own: &Exact, unit: Option<&Unit>, may_be_less: bool) -> Option<Number> {
        let exact = match self.action {
            Action::Scale(by) => own * &by.exact,
            Action::Set { amount, unit: stated, .. } => {
                let ratio = match (stated, unit) {
                    (None, _) | (_, None) => None,
                    (Some(Measure::Physical(stated)), Some(unit)) => Some(stated.ratio_to(unit)),
                    (Some(money), Some(unit)) => {
                        self.wrong_unit(&format!("`{money}` does not convert to `{}`", unit.text()));
                        return None;
                    }
                };
                match ratio {
                    None => amount.exact.clone(),
                    Some(Ok(ratio)) => &amount.exact * ratio.exact(),
                    Some(Err(error)) => {
                        self.wrong_unit(&error.to_string());
                        return None;
                    }
                }
            }
            Action::Remove => return None,
        };
        self.number(exact, may_be_less)
    }

    fn number(&mut self, exact: Exact, may_be_less: bool) -> Option<Number> {
        let key = if matches!(self.action, Action::Scale(_)) { "by" } else { "amount" };
        let float = exact.to_f64().filter(|float| float.is_finite());
        let problem = match float {
            None => Some((codes::OVERFLOW, "an amount becomes too large")),
            Some(_) if !may_be_less && exact < zero() => Some((codes::NEGATIVE, "an amount falls below 0")),
            Some(_) => None,
        };
        if let Some((code, problem)) = problem {
            let message = format!("the change `{}`: {problem}", self.change.id);
            self.diagnostics.push(Diagnostic::error(code, message).at(self.change.place(key)));
            return None;
        }
        Some(Number { exact, float: float? })
    }

    fn wrong_unit(&mut self, problem: &str) {
        let message = format!("the change `{}`: {problem}", self.change.id);
        self.diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(self.change.place("unit")));
    }

    fn interventions(&mut self, all: &Interventions) -> Option<Interventions> {
        let cell = |row: usize, column: &str| {
            let (process, indicator, subject) = all.key(row);
            match column {
                "process" => process,
                "indicator" => indicator,
                _ => subject,
            }
        };
        let before = self.diagnostics.errors();
        for (column, values) in self.which {
            let cells: BTreeSet<&str> = (0..all.len()).map(|row| cell(row, column)).collect();
            for value in values.iter().filter(|value| !cells.contains(value.as_str())) {
                let what = format!("row of `interventions` whose `{column}` is");
                self.change.unknown("where", &what, value, cells.iter().copied(), self.diagnostics);
            }
        }
        if self.diagnostics.errors() > before {
            return None;
        }
        let fits = |row: &usize| {
            self.which.iter().all(|(column, values)| values.iter().any(|value| value == cell(*row, column)))
        };
        let rows: Vec<usize> = (0..all.len()).filter(fits).collect();
        if rows.is_empty() {
            self.change.no_effect("where", "no row of `interventions` fits all of `where`", self.diagnostics);
            return None;
        }
        if matches!(self.action, Action::Remove) {
            return Some(all.edited(BTreeMap::new(), &rows.into_iter().collect()));
        }
        let mut amounts = BTreeMap::new();
        for row in rows {
            let own = all.written(row).map(|number| number.exact);
            // What is not stated stays so when it is multiplied.
            if own.is_none() && matches!(self.action, Action::Scale(_)) {
                continue;
            }
            let number = match &*all.profile(row).unit {
                Measure::Physical(unit) => self.amount(&own.unwrap_or_else(zero), Some(unit), true)?,
                money => {
                    if let Action::Set { unit: Some(stated), .. } = self.action
                        && *stated != money
                    {
                        self.wrong_unit(&format!("`{stated}` is not `{money}`, the money of the row"));
                        return None;
                    }
                    self.amount(&own.unwrap_or_else(zero), None, true)?
                }
            };
            amounts.insert(row, number);
        }
        if amounts.is_empty() {
            self.change.no_effect("where", "what its rows hold is not stated", self.diagnostics);
            return None;
        }
        Some(all.edited(amounts, &BTreeSet::new()))
    }
}
