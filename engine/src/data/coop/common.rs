//! What tables of a co-op have in common: days, amounts that are paid, currencies, units.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{BOOK_SCALE, Money};
use crate::base::period::Period;
use crate::base::unit::{Unit, Units};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, Number};

use super::producers::Producer;
use super::settings::Settings;

/// A day that must be there.
pub(super) fn day(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Period> {
    let period = row.period(column, diagnostics)?;
    if period.day().is_some() {
        return Some(period);
    }
    let message = format!("`{period}` is not a day");
    let hint = "balances change on days: write 2024-03-15";
    diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).at(row.place().column(column)).hint(hint));
    None
}

/// The first day of `from`, which must be there, and that of `until`: the first day on which it no longer holds.
pub(super) fn span(row: &Cells, diagnostics: &mut Diagnostics) -> Option<(i32, Option<i32>)> {
    let from = row.period("from", diagnostics).map(Period::first_day);
    let until = row.optional_period("until", diagnostics).map(Period::first_day);
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        let message = "it is over before it begins";
        let hint = "`until` is the first day on which it no longer holds";
        let place = row.place().column("until");
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }
    Some((from?, until))
}

/// Are so many rows all rows of the table?
pub(super) fn is_whole(bound: &Bound, rows: usize) -> bool {
    !bound.table().dropped && bound.table().len() == rows
}

/// A weight or a price: 0 or more, with at most twelve decimals, so that it stands in every table as it was written.
pub(super) fn exact(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Exact> {
    let number = row.optional_number(column, diagnostics)?;
    if !row.at_least_zero(column, &number, diagnostics) || !fits(row, column, &number, diagnostics) {
        return None;
    }
    Some(number.exact)
}

fn fits(row: &Cells, column: &str, number: &Number, diagnostics: &mut Diagnostics) -> bool {
    let kept = decimal::round(&number.exact, BOOK_SCALE) == number.exact;
    let fine = kept && Money::round(&number.exact).is_ok();
    if !fine {
        let message = format!("`{}` cannot be kept exactly", row.text(column).unwrap_or_default());
        let hint = "at most twelve decimals, and at most 10^14";
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place).hint(hint));
    }
    fine
}

/// Money that changes hands: more than 0, and a whole number of the smallest part of its currency.
pub(super) fn paid(
    row: &Cells,
    column: &str,
    currency: Option<Currency>,
    diagnostics: &mut Diagnostics,
) -> Option<Money> {
    let number = row.optional_positive(column, diagnostics)?;
    if !fits(row, column, &number, diagnostics) {
        return None;
    }
    let currency = currency?;
    let digits = currency.minor_digits();
    if decimal::round(&number.exact, digits) != number.exact {
        let text = row.text(column).unwrap_or_default();
        let message = format!("{text} is not a whole number of the smallest part of {currency}");
        let hint = format!("{currency} has {digits} decimals: nobody can pay less");
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::NOT_WHOLE, message).at(place).hint(hint));
        return None;
    }
    Money::round(&number.exact).ok()
}

/// What the rows of a table fall back on, and units that were read before.
pub(super) struct Fallback<'a> {
    pub(super) settings: &'a Settings,
    units: &'a Units,
    /// Ids of producers, those of rows with a problem too; `None`: that is not known.
    names: Option<&'a BTreeSet<String>>,
    producers: &'a [Producer],
    known: HashMap<String, Arc<Unit>>,
    /// Was it said that no currency, that no unit is stated? It is said once a table.
    said: [bool; 2],
}

impl<'a> Fallback<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        units: &'a Units,
        names: Option<&'a BTreeSet<String>>,
        producers: &'a [Producer],
    ) -> Self {
        Self { settings, units, names, producers, known: HashMap::new(), said: [false; 2] }
    }

    /// The producer, who must be a row of `producers`.
    pub(super) fn producer<'c>(&self, row: &Cells<'c>, diagnostics: &mut Diagnostics) -> Option<&'c str> {
        let id = row.required("producer", diagnostics)?;
        let Some(names) = self.names.filter(|names| !names.contains(id)) else { return Some(id) };
        let named = self.producers.iter().filter(|producer| producer.name.eq_ignore_ascii_case(id));
        let named: Vec<String> = named.map(|producer| format!("`{}`", producer.id)).collect();
        let hint = match diagnostics.nearest(id, names.iter().map(String::as_str)) {
            _ if !named.is_empty() => format!("that is the name of {}: write the id", named.join(" and of ")),
            Some(near) => format!("did you mean `{near}`?"),
            None => "add it to the table `producers`".to_owned(),
        };
        let place = row.place().column("producer");
        let message = format!("there is no producer `{id}`");
        diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
        None
    }

    /// The currency of the row, if it states one. `Err`: what it states is none, which was reported.
    pub(super) fn stated_currency(
        row: &Cells,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<Currency>, ()> {
        match row.text("currency") {
            None => Ok(None),
            Some(_) => row.currency("currency", diagnostics).map(Some).ok_or(()),
        }
    }

    /// The currency of the row, else `other`, else that of the co-op.
    pub(super) fn currency(
        &mut self,
        row: &Cells,
        other: Option<Currency>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Currency> {
        let stated = Self::stated_currency(row, diagnostics).ok()?;
        let found = stated.or(other).or(self.settings.currency);
        if found.is_none() {
            self.missing(0, row, "currency", "`currency` of `[coop]` in the manifest", diagnostics);
        }
        found
    }

    /// The unit in a column, else the co-op's unit of weight.
    pub(super) fn unit(
        &mut self,
        row: &Cells,
        column: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Arc<Unit>> {
        let Some(text) = row.text(column) else {
            let found = self.settings.weight_unit.clone();
            if found.is_none() {
                self.missing(1, row, column, "`weight_unit` of `[coop]` in the manifest", diagnostics);
            }
            return found;
        };
        if let Some(known) = self.known.get(text) {
            return Some(known.clone());
        }
        let unit = Arc::new(row.unit(column, self.units, diagnostics)?);
        self.known.insert(text.to_owned(), unit.clone());
        Some(unit)
    }

    fn missing(
        &mut self,
        which: usize,
        row: &Cells,
        column: &str,
        setting: &str,
        diagnostics: &mut Diagnostics,
    ) {
        if std::mem::replace(&mut self.said[which], true) {
            return;
        }
        let message = format!("neither the row nor {setting} states the {column}");
        let hint = format!("fill in `{column}`, or state it once for all rows in the manifest");
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
    }
}
