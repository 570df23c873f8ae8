//! Rows that name what does not exist, or measure it in a unit that does not fit.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::region::Location;
use crate::base::unit::Measure;
use crate::data::cells::RowRef;
use crate::data::interventions::Profile;
use crate::data::reference::like;
use crate::data::supply::is_claimed;

use super::build::Builder;
use super::convert::to_reference;
use super::worth::country;

impl Builder<'_> {
    /// Interventions, payments and support name processes and indicators that exist, in units that fit.
    pub(super) fn check_references(&self, diagnostics: &mut Diagnostics) {
        let supply = self.supply;
        let known = |process: &str| self.rows_of(process).is_some();
        let mut check = |process: &str, indicator: Option<&str>, row: &RowRef| {
            if !known(process) {
                self.no_process(row, process, diagnostics);
            }
            let unknown = |id: &&str| {
                !supply.indicators.contains_key(*id) && !is_claimed(supply.claimed_indicators.as_ref(), id)
            };
            if let Some(indicator) = indicator.filter(unknown) {
                let message = format!("there is no indicator `{indicator}`");
                let mut diagnostic =
                    Diagnostic::error(codes::DANGLING, message).at(row.place().column("indicator"));
                if diagnostics.errors() < 50
                    && let Some(hint) = like(indicator, &supply.indicators)
                {
                    diagnostic = diagnostic.hint(hint);
                }
                diagnostics.push(diagnostic);
            }
        };
        let rows = &supply.interventions;
        let is_unknown: Vec<bool> = rows
            .profiles()
            .iter()
            .map(|profile| !supply.indicators.contains_key(&*profile.indicator))
            .collect();
        let any_unknown = is_unknown.contains(&true);
        for (process, range) in rows.processes() {
            let no_process = !known(process);
            for row in range.filter(|_| no_process || any_unknown) {
                if no_process || is_unknown[rows.profile_index(row)] {
                    check(process, Some(&rows.profile(row).indicator), &rows.row_ref(row));
                }
            }
        }
        for row in &supply.paid {
            check(&row.process, Some(&row.indicator), &row.row);
        }
        for row in &supply.support {
            check(&row.process, None, &row.row);
        }
        self.check_intervention_units(diagnostics);
        self.check_origins(diagnostics);
    }

    fn check_intervention_units(&self, diagnostics: &mut Diagnostics) {
        let rows = &self.supply.interventions;
        let problem = |profile: &Profile, period: Option<Option<Period>>| {
            let indicator = self.supply.indicators.get(&*profile.indicator)?;
            let why = match (&*profile.unit, &indicator.unit) {
                (Measure::Physical(own), Measure::Physical(its)) => {
                    own.ratio_to(its).err().map(|e| e.to_string())
                }
                (Measure::Money(_, Some(_)), Measure::AnyMoney) => None,
                (Measure::Money(currency, None), Measure::AnyMoney) => (period == Some(None))
                    .then(|| format!("of which year? Write {currency}2024, or the period of the process")),
                (own, its) => Some(format!("`{own}` does not convert to `{its}`")),
            }?;
            Some(format!("`{}` is measured in `{}`: {why}", indicator.id, indicator.unit))
        };
        // Whether a process states its period matters to money alone: most tables are done with their profiles.
        let suspects: Vec<bool> = rows.profiles().iter().map(|p| problem(p, Some(None)).is_some()).collect();
        if !suspects.contains(&true) {
            return;
        }
        for (process, range) in rows.processes() {
            let period = self.rows_of(process).map(|rows| self.supply.processes[rows.start].period);
            for row in range.filter(|&row| suspects[rows.profile_index(row)]) {
                if let Some(message) = problem(rows.profile(row), period) {
                    let place = rows.place(row).column("unit");
                    diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place));
                }
            }
        }
    }

    /// A published footprint is valued where the line comes from: it cannot have a chain of its own.
    fn check_origins(&self, diagnostics: &mut Diagnostics) {
        for input in &self.supply.inputs {
            let process = self.rows_of(&input.process).map(|rows| &self.supply.processes[rows.start]);
            if process.is_some_and(|p| p.location == Location::Origin) {
                let message = format!("`{}` has region `origin` and takes inputs", input.process);
                let hint = "`origin` is for a published footprint without inputs; state where the process is";
                diagnostics
                    .push(Diagnostic::error(codes::BAD_VALUE, message).at(input.row.place()).hint(hint));
            }
        }
    }

    pub(super) fn check_prices(&self, diagnostics: &mut Diagnostics) {
        let mut places: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for process in
            self.supply.processes.iter().filter(|_| self.supply.prices.iter().any(|p| p.origin.is_some()))
        {
            let made_in = places.entry(&process.product).or_default();
            made_in.insert(process.location.to_string());
            // Allocation asks for a price of the country where there is none of the site.
            if self.rows_of(&process.id).is_some_and(|rows| rows.len() > 1) {
                made_in.extend(country(&process.location.to_string()));
            }
        }
        let anywhere = Location::Origin.to_string();
        for price in &self.supply.prices {
            let Some((_, product)) = self.product(&price.product) else {
                self.no_product(&price.row, &price.product, diagnostics);
                continue;
            };
            let made_there = |origin: &String| {
                let made = places.get(price.product.as_str());
                made.is_some_and(|made| made.contains(origin) || made.contains(&anywhere))
            };
            if let Some(origin) = price.origin.as_ref().filter(|origin| !made_there(origin)) {
                let message =
                    format!("nothing makes `{}` in {origin}: this price is not used", price.product);
                let place = price.row.place().column("origin");
                diagnostics.push(Diagnostic::warning(codes::PRICE_UNUSED, message).at(place));
            }
            if let Err(why) = to_reference(product, &price.unit, price.mass_kg.as_ref(), &self.kilogram) {
                let message = format!("`{}` is counted in `{}`: {why}", product.id, product.unit.text());
                let hint = "state `mass_kg`: of the pack in prices, or of the product in products";
                let place = price.row.place().column("unit");
                diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
            }
        }
    }

    /// Properties are of products, and of processes, that exist.
    pub(super) fn check_properties(&self, diagnostics: &mut Diagnostics) {
        for row in &self.supply.properties {
            if self.product(&row.product).is_none() {
                self.no_product(&row.row, &row.product, diagnostics);
            }
            if let Some(process) = row.process.as_ref().filter(|process| self.rows_of(process).is_none()) {
                self.no_process(&row.row, process, diagnostics);
            }
        }
    }
}
