//! Wages at the currency and year of the report.

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::data::flows::{Basis, FlowData};
use crate::data::manifest::RateType;
use crate::pricing::line::Quantity;
use crate::valuation::PriceLevel;

/// Money for an hour, by basis and by what it is of: nothing, a task, an agent.
#[derive(Clone, Debug, Default)]
pub struct Wages {
    rates: BTreeMap<(Basis, String), Money>,
    /// Wages that cannot be moved to the report, with why.
    pub unmoved: Vec<String>,
}

impl Wages {
    /// Moves all wages of a dataset. One that cannot be moved is not known, and listed.
    pub fn new(data: &FlowData, level: &PriceLevel) -> Self {
        let mut all = Self::default();
        for wage in &data.wages {
            let moved = level.moved(wage.currency, wage.year, None, RateType::Market);
            let rate = moved.map(|moved| Money::round(&(&wage.amount.exact * moved.multiplier)));
            let name = if wage.of.is_empty() { String::new() } else { format!(" of {}", wage.of) };
            match rate {
                Ok(Ok(rate)) => drop(all.rates.insert((wage.basis, wage.of.clone()), rate)),
                Ok(Err(error)) => all.unmoved.push(format!("{}{name}: {error}", wage.basis.word())),
                Err(error) => all.unmoved.push(format!("{}{name}: {error}", wage.basis.word())),
            }
        }
        all
    }

    /// Money for an hour: of a task for a specialist, of an agent for the opportunity cost.
    pub fn rate(&self, basis: Basis, task: Option<&str>, agent: Option<&str>) -> Option<Money> {
        let of = match basis {
            Basis::Generalist => "",
            Basis::Specialist => task?,
            Basis::Opportunity => agent?,
        };
        self.rates.get(&(basis, of.to_owned())).copied()
    }

    /// What hours are worth, rounded half-even to 1e-6; `None`: nobody states a wage.
    pub fn value(
        &self,
        hours: Money,
        basis: Basis,
        task: Option<&str>,
        agent: Option<&str>,
    ) -> Option<Money> {
        let rate = self.rate(basis, task, agent)?;
        Quantity::new(hours.exact()).line(rate).ok()
    }
}
