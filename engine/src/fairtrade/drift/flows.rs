//! How much of what passes is bought and sold on conventional markets, year by year.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::data::flows::{Class, Regime};
use crate::regime::{By, Judged, Sum, summary};

/// The flows of a year in one unit of account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowYear {
    /// Value of all.
    pub all: Money,
    /// Of it, of conventional markets.
    pub conventional: Money,
    /// Flows that state no value, and are not counted.
    pub without_value: usize,
}

/// The flows of all years in one unit of account.
#[derive(Clone, Debug)]
pub struct FlowYears {
    /// Name of the dataset.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// The agent whose flows are counted; `None`: those of all.
    pub agent: Option<String>,
    /// By year.
    pub years: BTreeMap<i32, FlowYear>,
}

impl FlowYears {
    /// Sums up classified flows: those that the agent gives or gets if one is named, otherwise all, once each. `unit`: of those that are
    /// valued in it; flows in other units are left out, for units are never added.
    pub fn new(
        judged: &Judged,
        agent: Option<&str>,
        unit: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let Some(unit) = unit else {
            let message = "in which unit of account are flows counted?";
            let hint = "name it with --unit, or say in the manifest of the co-op: [coop] currency = \"USD\"";
            diagnostics.push(Diagnostic::error(codes::MISSING_CHOICE, message).hint(hint));
            return None;
        };
        let place = match agent {
            Some(id) => {
                let found = judged.data.agents.binary_search_by(|agent| agent.id.as_str().cmp(id)).ok();
                if found.is_none() {
                    let message = format!("there is no agent `{id}` in the flows `{}`", judged.data.name);
                    let hint = "the manifest of the co-op names its agent: [coop] agent = \"ID\"; leave it out to count \
                                the flows of all";
                    diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
                    return None;
                }
                found
            }
            None => None,
        };
        let sums = summary(&judged.data, &judged.classified, By::Year);
        let mut years: BTreeMap<i32, FlowYear> = BTreeMap::new();
        let mut add = |year: Option<i32>, class: Class, sum: &Sum| {
            let Some(year) = year else { return };
            let found = years.entry(year).or_default();
            found.all = found.all + sum.value;
            found.without_value += sum.without_value;
            if class.regime() == Regime::Market && class.subregime() == "conventional" {
                found.conventional = found.conventional + sum.value;
            }
        };
        if place.is_some() {
            for line in sums.lines.iter().filter(|line| line.cell.agent == place && line.cell.unit == unit) {
                add(line.cell.span.year, line.cell.class, &line.given);
                add(line.cell.span.year, line.cell.class, &line.received);
            }
        } else {
            for total in sums.totals.iter().filter(|total| total.unit == unit) {
                add(total.span.year, total.class, &total.sum);
            }
        }
        if years.is_empty() {
            let mut units: Vec<&str> = sums.totals.iter().map(|total| total.unit.as_str()).collect();
            units.sort_unstable();
            units.dedup();
            let message = format!("no flow of a year is valued in `{unit}`");
            let hint = format!("name another unit with --unit: there are {}", units.join(", "));
            diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
            return None;
        }
        Some(Self {
            name: judged.data.name.clone(),
            unit: unit.to_owned(),
            agent: agent.map(str::to_owned),
            years,
        })
    }
}
