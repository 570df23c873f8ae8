//! Costs of a scenario that market prices take up, carried up the chain by the same solve.

use crate::base::decimal::to_f64_at_18;
use crate::base::diagnostic::Diagnostics;
use crate::base::float::Double;
use crate::base::money::{Money, Overflow};
use crate::data::manifest::RateType;
use crate::pricing::market::MarketPrice;
use crate::pricing::run::Run;
use crate::pricing::solve::nodes_of_processes;
use crate::pricing::support;

impl Run<'_> {
    /// Solves what is passed on, if anything is.
    pub(in crate::pricing) fn solve_passed_on(&mut self, diagnostics: &mut Diagnostics) {
        let supply = &self.prepared.supply;
        if supply.passed_on.is_empty() {
            return;
        }
        let nodes = nodes_of_processes(self.prepared);
        let mut right = vec![Double::default(); self.prepared.chain.nodes.len()];
        for row in &supply.passed_on {
            let Some(makers) = nodes.get(row.process.as_str()) else { continue };
            let process = &supply.processes[makers[0].1];
            let Some(year) = support::year_of(row.year, process, &row.row, diagnostics) else { continue };
            match self.level.moved(row.currency, year, None, RateType::Market) {
                Ok(moved) => {
                    let money = to_f64_at_18(&(&row.amount * moved.multiplier));
                    for &(node, _, share) in makers {
                        right[node] = right[node].plus_product(share, Double::new(money));
                    }
                }
                Err(error) => diagnostics.push(error.diagnostic().at(row.row.place().column("currency"))),
            }
        }
        self.passed_on = Some(self.footprints.solve(&right));
    }

    /// The market price with what is passed on to it.
    pub(in crate::pricing) fn with_passed_on(
        &self,
        market: Option<MarketPrice>,
        node: usize,
    ) -> Result<Option<MarketPrice>, Overflow> {
        let (Some(mut market), Some(solution)) = (market.clone(), &self.passed_on) else { return Ok(market) };
        let more = Money::from_f64(solution.values[node])?;
        if more != Money::ZERO {
            market.amount = market.amount + more;
            let target = self.prepared.target;
            market
                .steps
                .push(format!("+ {more} {}{} passed on by the scenario", target.currency, target.year));
        }
        Ok(Some(market))
    }
}
