//! What is carried up the chain, one right-hand side each: footprints by factor class, payments, support.

use std::collections::BTreeMap;

use crate::base::decimal::to_f64_at_18;
use crate::base::diagnostic::Diagnostics;
use crate::base::float::Double;
use crate::base::money::Factor;
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::factors::Band;
use crate::data::manifest::RateType;

use super::prepare::Prepared;
use super::run::Run;
use super::support;

/// What decides the money of an amount: its factor, or why it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A factor.
    Priced(Band<Factor>),
    /// No factor.
    Unpriced,
    /// Another indicator is priced.
    Excluded,
}

impl<'a> Run<'a> {
    /// Solves all that is carried up the chain: interventions by class, payments, support.
    pub(super) fn solve(&mut self, progress: &dyn Progress, diagnostics: &mut Diagnostics) {
        self.solve_interventions(progress, diagnostics);
        self.solve_paid(diagnostics);
        self.solve_support(diagnostics);
    }

    fn solve_interventions(&mut self, progress: &dyn Progress, diagnostics: &mut Diagnostics) {
        let count = self.prepared.chain.nodes.len();
        let place: BTreeMap<&str, usize> =
            self.indicators.iter().enumerate().map(|(i, k)| (k.id.as_str(), i)).collect();
        let mut right: Vec<BTreeMap<Class, Vec<Double>>> = vec![BTreeMap::new(); self.indicators.len()];
        for (node, rows) in self.rows_of.iter().enumerate() {
            for &row in rows {
                let (Some(class), Some(&k)) =
                    (self.class(row), place.get(self.prepared.supply.interventions[row].indicator.as_str()))
                else {
                    continue;
                };
                let vector = right[k].entry(class).or_insert_with(|| vec![Double::default(); count]);
                vector[node] = vector[node].plus_f64(self.valued.rows[row].0);
            }
        }
        let total = right.len();
        for (done, classes) in right.into_iter().enumerate() {
            if !progress.tick(Stage::Solving, done, total) {
                diagnostics.push(stopped());
                return;
            }
            let solved = classes.into_iter().map(|(class, right)| (class, self.footprints.solve(&right)));
            self.solutions.push(solved.collect());
        }
    }

    fn solve_paid(&mut self, diagnostics: &mut Diagnostics) {
        let supply = &self.prepared.supply;
        let nodes = node_of_process(self.prepared);
        let mut right: BTreeMap<&'a str, Vec<Double>> = BTreeMap::new();
        for row in &supply.paid {
            let Some(&node) = nodes.get(row.process.as_str()) else { continue };
            let Some(index) = self.prepared.chain.nodes[node].process else { continue };
            let process = &supply.processes[index];
            let Some(year) = support::year_of(row.year, process, &row.row, diagnostics) else { continue };
            match self.level.moved(row.currency, year, None, RateType::Market) {
                Ok(moved) => {
                    let vector = right
                        .entry(row.indicator.as_str())
                        .or_insert_with(|| vec![Double::default(); self.prepared.chain.nodes.len()]);
                    let money = to_f64_at_18(&(&row.amount.exact * moved.multiplier));
                    vector[node] = vector[node].plus_f64(money);
                }
                Err(error) => diagnostics.push(error.diagnostic().at(row.row.place().column("currency"))),
            }
        }
        self.paid = right.into_iter().map(|(id, right)| (id, self.footprints.solve(&right))).collect();
    }

    fn solve_support(&mut self, diagnostics: &mut Diagnostics) {
        let supply = &self.prepared.supply;
        if supply.support.is_empty() {
            return;
        }
        let nodes = node_of_process(self.prepared);
        let empty = vec![Double::default(); self.prepared.chain.nodes.len()];
        let (mut support_right, mut price_right) = (empty.clone(), empty);
        for row in &supply.support {
            let Some(&node) = nodes.get(row.process.as_str()) else { continue };
            let Some(index) = self.prepared.chain.nodes[node].process else { continue };
            let money = support::per_process(row, &supply.processes[index], self.level, diagnostics);
            if let Some((money, is_price_support)) = money {
                let right = if is_price_support { &mut price_right } else { &mut support_right };
                right[node] = right[node].plus_f64(money);
            }
        }
        self.support = Some((self.footprints.solve(&support_right), self.footprints.solve(&price_right)));
    }
}

fn node_of_process(prepared: &Prepared) -> BTreeMap<&str, usize> {
    let nodes = prepared.chain.nodes.iter().enumerate();
    nodes
        .filter_map(|(i, node)| node.process.map(|p| (prepared.supply.processes[p].id.as_str(), i)))
        .collect()
}

/// Rows of interventions by node.
pub(super) fn rows_of_nodes(prepared: &Prepared) -> Vec<Vec<usize>> {
    let nodes = node_of_process(prepared);
    let mut rows = vec![Vec::new(); prepared.chain.nodes.len()];
    for (index, row) in prepared.supply.interventions.iter().enumerate() {
        if let Some(&node) = nodes.get(row.process.as_str()) {
            rows[node].push(index);
        }
    }
    rows
}
