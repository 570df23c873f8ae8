//! What is carried up the chain, one right-hand side each: footprints by factor class, payments, support.

use std::collections::BTreeMap;
use std::ops::Range;

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
        let classes = self.classes();
        let total = self.indicators.len();
        for k in 0..total {
            if !progress.tick(Stage::Solving, k, total) {
                diagnostics.push(stopped());
                return;
            }
            let mut right: BTreeMap<Class, Vec<Double>> = BTreeMap::new();
            for node in 0..count {
                let rows = self.rows(node);
                for row in self.prepared.supply.interventions.with_profiles(&rows, &self.profiles_of[k]) {
                    let Some(class) = classes[self.valued.status_index(row)] else { continue };
                    let vector = right.entry(class).or_insert_with(|| vec![Double::default(); count]);
                    vector[node] = vector[node].plus_f64(self.valued.amount(row));
                }
            }
            let solved = right.into_iter().map(|(class, right)| (class, self.footprints.solve(&right)));
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

/// Interventions by node.
pub(super) fn rows_of_nodes(prepared: &Prepared) -> Vec<Range<usize>> {
    let supply = &prepared.supply;
    let nodes = prepared.chain.nodes.iter();
    let process = |index: usize| supply.interventions.rows_of(&supply.processes[index].id);
    nodes.map(|node| node.process.map_or(0..0, process)).collect()
}
