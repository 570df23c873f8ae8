//! Gaps by process: what is lacking for each unit of its activity.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::period::Period;
use crate::base::unit::{Unit, Units};
use crate::chain::convert::to_reference;
use crate::data::supply::{Process, Supply};

use super::product::ProductGap;

/// Gaps of one process in one year and currency, with how much of its product was made.
pub(super) struct Sum<'a> {
    pub(super) process: &'a Process,
    pub(super) currency: Currency,
    pub(super) year: i32,
    products: Vec<&'a ProductGap>,
    /// Units of activity in which the gaps arose.
    activity: Exact,
}

impl Sum<'_> {
    /// What an amount of the gaps is for one unit of activity.
    pub(super) fn per_activity(&self, amount: impl Fn(&ProductGap) -> Exact) -> Exact {
        self.products.iter().map(|product| amount(product)).sum::<Exact>() / &self.activity
    }

    /// Indices of the gaps.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        self.products.iter().flat_map(|product| product.gaps.iter().copied())
    }
}

/// Finds the processes of gaps.
pub(super) struct Processes<'a> {
    pub(super) supply: &'a Supply,
    pub(super) units: &'a Units,
}

impl<'p> Processes<'p> {
    /// Gaps by process: of the year of the process, or of the only year there is.
    pub(super) fn sums(
        &self,
        products: &'p [ProductGap],
        place: impl Fn(&ProductGap) -> Place,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Sum<'p>> {
        let supply = self.supply;
        let mut of: BTreeMap<&str, Vec<&ProductGap>> = BTreeMap::new();
        for product in products.iter().filter(|product| !product.process.is_empty()) {
            of.entry(&product.process).or_default().push(product);
        }
        let mut sums = Vec::new();
        for (id, mut members) in of {
            let at = || place(members[0]).column("process");
            let Some(process) = supply.processes.iter().find(|process| process.id == id) else {
                let hint = match diagnostics.nearest(id, supply.processes.iter().map(|p| p.id.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "it is a row of `processes`; leave the cell empty if it is none".to_owned(),
                };
                let message = format!("there is no process `{id}`");
                diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(at()).hint(hint));
                continue;
            };
            for member in &members {
                if !member.product.is_empty() && member.product != process.product {
                    let message = format!("`{id}` makes `{}`, not `{}`", process.product, member.product);
                    let place = place(member).column("product");
                    diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place));
                }
            }
            if let Some(year) = process.period.map(Period::year) {
                let others: Vec<&&ProductGap> =
                    members.iter().filter(|member| member.period.year() != year).collect();
                if let Some(other) = others.first() {
                    let message = format!(
                        "`{id}` is of {year}: what is lacking in {} is no part of its price",
                        other.period
                    );
                    let diagnostic = Diagnostic::warning(codes::CONTRADICTION, message);
                    diagnostics.push(diagnostic.at(place(other).column("period")));
                }
                members.retain(|member| member.period.year() == year);
            }
            sums.extend(self.sum(process, members, &place, diagnostics));
        }
        sums
    }

    fn sum(
        &self,
        process: &'p Process,
        members: Vec<&'p ProductGap>,
        place: &impl Fn(&ProductGap) -> Place,
        diagnostics: &mut Diagnostics,
    ) -> Option<Sum<'p>> {
        let first = *members.first()?;
        let (year, currency) = (first.period.year(), first.currency);
        let id = &process.id;
        if let Some(other) = members.iter().find(|m| m.period.year() != year || m.currency != currency) {
            let message = format!(
                "what is lacking in `{id}` is of {currency}{year} and of {}{}",
                other.currency,
                other.period.year()
            );
            let hint = "state the `period` of the process, and one currency for its people";
            let place = place(other).column("period");
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            return None;
        }
        let mut activity = zero();
        for member in &members {
            let Some((quantity, unit, row)) = &member.made else {
                let message = format!("how much did `{id}` make in {}?", member.period);
                let hint = "state it in the table `output`, of the same period; for households, in `quantity` of all";
                let place = place(member).column("process");
                diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
                return None;
            };
            match self.activity(process, unit) {
                Ok(per_unit) => activity += quantity * per_unit,
                Err(why) => {
                    let place = row.place().column("unit");
                    diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, why).at(place));
                    return None;
                }
            }
        }
        Some(Sum { process, currency, year, products: members, activity })
    }

    /// Units of activity of a process that make one `unit` of its product.
    fn activity(&self, process: &Process, unit: &Unit) -> Result<Exact, String> {
        let product = self.supply.products.iter().find(|product| product.id == process.product);
        let product = product.ok_or_else(|| format!("there is no product `{}`", process.product))?;
        let kilogram = self.units.unit("kg").map_err(|_| "there is no kg".to_owned())?;
        let made = to_reference(product, unit, None, &kilogram)?;
        let recorded = to_reference(product, &process.unit, None, &kilogram)?;
        Ok(made.exact() / (recorded.exact() * &process.amount.exact))
    }
}
