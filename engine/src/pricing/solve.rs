//! What is carried up the chain, one right-hand side each: footprints by factor class, payments, support.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::base::decimal::to_f64_at_18;
use crate::base::diagnostic::Diagnostics;
use crate::base::float::Double;
use crate::base::money::Factor;
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::factors::Band;
use crate::data::manifest::RateType;

use crate::rollup::footprint::Solution;
use crate::valuation::{Status, Valued};

use super::prepare::Prepared;
use super::request::Request;
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

/// All classes in use, sorted, and the one of each status of interventions.
pub(super) struct Classes {
    all: Vec<Class>,
    of_status: Vec<Option<u32>>,
}

impl Classes {
    pub(super) fn of(valued: &Valued) -> Self {
        let class = |status: &Status| match status {
            Status::Priced(factor) => Some(Class::Priced(valued.uses[*factor].value)),
            Status::Unpriced(_) => Some(Class::Unpriced),
            Status::Excluded(_) => Some(Class::Excluded),
            Status::NotStated => None,
        };
        let of_status: Vec<Option<Class>> = valued.statuses.iter().map(class).collect();
        let all: BTreeSet<Class> = of_status.iter().flatten().copied().collect();
        let all: Vec<Class> = all.into_iter().collect();
        let rank = |class: Class| all.partition_point(|other| *other < class) as u32;
        let of_status = of_status.into_iter().map(|class| class.map(rank)).collect();
        Self { all, of_status }
    }

    /// The class of a status; `None`: not stated.
    pub(super) fn of_status(&self, status: usize) -> Option<u32> {
        self.of_status[status]
    }

    /// A class.
    pub(super) fn get(&self, index: u32) -> Class {
        self.all[index as usize]
    }
}

/// Right-hand sides from which on they are solved: enough to share among threads, few enough to keep.
const TOGETHER: usize = 32;

/// Of a solution, what is needed.
pub(super) struct Kept {
    /// Footprint and bound of its error, of the nodes that are wanted.
    pub(super) footprints: Vec<(f64, f64)>,
    /// Nodes whose bound is an estimate.
    pub(super) unproved: Vec<usize>,
}

impl Kept {
    fn of(solution: &Solution, wanted: &[usize]) -> Self {
        let unproved = solution.proved.iter().enumerate().filter(|(_, proved)| !**proved);
        Self {
            footprints: wanted.iter().map(|&node| (solution.values[node], solution.bounds[node])).collect(),
            unproved: unproved.map(|(node, _)| node).collect(),
        }
    }
}

/// Nodes of the products that are asked for, sorted.
pub(super) fn wanted(prepared: &Prepared, request: &Request) -> Vec<usize> {
    let points = prepared.chain.points.iter().filter(|point| {
        request.products.is_empty() || request.products.contains(&prepared.supply.products[point.product].id)
    });
    let nodes: BTreeSet<usize> = points.map(|point| point.node).collect();
    nodes.into_iter().collect()
}

impl<'a> Run<'a> {
    /// Solves all that is carried up the chain: interventions by class, payments, support.
    pub(super) fn solve(&mut self, progress: &dyn Progress, diagnostics: &mut Diagnostics) {
        self.solve_interventions(progress, diagnostics);
        self.solve_paid(diagnostics);
        self.solve_support(diagnostics);
        self.solve_passed_on(diagnostics);
    }

    fn solve_interventions(&mut self, progress: &dyn Progress, diagnostics: &mut Diagnostics) {
        let count = self.prepared.chain.nodes.len();
        let total = self.indicators.len();
        let mut waiting: Vec<(usize, Class, Vec<Double>)> = Vec::new();
        self.solutions.resize_with(total, BTreeMap::new);
        for k in 0..total {
            if !progress.tick(Stage::Solving, k, total) {
                diagnostics.push(stopped());
                return;
            }
            let mut right: BTreeMap<Class, Vec<Double>> = BTreeMap::new();
            for node in 0..count {
                let (rows, share) = (self.rows(node), self.prepared.chain.nodes[node].share);
                for row in self.prepared.supply.interventions.with_profiles(&rows, &self.profiles_of[k]) {
                    let status = self.valued.status_index(row);
                    let Some(class) = self.classes.of_status(status) else { continue };
                    let vector = right
                        .entry(self.classes.get(class))
                        .or_insert_with(|| vec![Double::default(); count]);
                    vector[node] = vector[node].plus_product(share, Double::new(self.valued.amount(row)));
                }
            }
            waiting.extend(right.into_iter().map(|(class, right)| (k, class, right)));
            if waiting.len() >= TOGETHER {
                self.solve_waiting(&mut waiting);
            }
        }
        self.solve_waiting(&mut waiting);
    }

    /// Solves right-hand sides together, and keeps of each what is wanted.
    fn solve_waiting(&mut self, waiting: &mut Vec<(usize, Class, Vec<Double>)>) {
        if self.few.is_none() {
            self.few = self.footprints.few(&self.wanted, waiting.len());
        }
        if let Some(few) = &self.few {
            for (k, class, right) in waiting.drain(..) {
                let found = few.footprints(&self.footprints, &right);
                let footprints = found.into_iter().map(|found| (found.value, found.bound)).collect();
                self.solutions[k].insert(class, Kept { footprints, unproved: Vec::new() });
            }
            return;
        }
        let rights: Vec<&[Double]> = waiting.iter().map(|(.., right)| right.as_slice()).collect();
        let solved = self.footprints.solve_all(&rights);
        for ((k, class, _), solution) in waiting.drain(..).zip(solved) {
            self.solutions[k].insert(class, Kept::of(&solution, &self.wanted));
        }
    }

    fn solve_paid(&mut self, diagnostics: &mut Diagnostics) {
        let count = self.prepared.chain.nodes.len();
        let mut right: BTreeMap<&'a str, Vec<Double>> = BTreeMap::new();
        for (indicator, node, share, money) in self.paid_amounts(diagnostics) {
            let vector = right.entry(indicator).or_insert_with(|| vec![Double::default(); count]);
            vector[node] = vector[node].plus_product(share, Double::new(money));
        }
        self.paid = right.into_iter().map(|(id, right)| (id, self.footprints.solve(&right))).collect();
    }

    /// What processes pay for an indicator, moved to the target: indicator, node, its share, money of the whole process.
    pub fn paid_amounts(&self, diagnostics: &mut Diagnostics) -> Vec<(&'a str, usize, f64, f64)> {
        let supply = &self.prepared.supply;
        let nodes = nodes_of_processes(self.prepared);
        let mut paid = Vec::new();
        for row in &supply.paid {
            let Some(makers) = nodes.get(row.process.as_str()) else { continue };
            let process = &supply.processes[makers[0].1];
            let Some(year) = support::year_of(row.year, process, &row.row, diagnostics) else { continue };
            match self.level.moved(row.currency, year, None, RateType::Market) {
                Ok(moved) => {
                    let money = to_f64_at_18(&(&row.amount.exact * moved.multiplier));
                    paid.extend(
                        makers.iter().map(|&(node, _, share)| (row.indicator.as_str(), node, share, money)),
                    );
                }
                Err(error) => diagnostics.push(error.diagnostic().at(row.row.place().column("currency"))),
            }
        }
        paid
    }

    fn solve_support(&mut self, diagnostics: &mut Diagnostics) {
        let supply = &self.prepared.supply;
        if supply.support.is_empty() {
            return;
        }
        let nodes = nodes_of_processes(self.prepared);
        let empty = vec![Double::default(); self.prepared.chain.nodes.len()];
        let (mut support_right, mut price_right) = (empty.clone(), empty);
        for row in &supply.support {
            let Some(makers) = nodes.get(row.process.as_str()) else { continue };
            let money = support::per_process(row, &supply.processes[makers[0].1], self.level, diagnostics);
            if let Some((money, is_price_support)) = money {
                let right = if is_price_support { &mut price_right } else { &mut support_right };
                for &(node, _, share) in makers {
                    right[node] = right[node].plus_product(share, Double::new(money));
                }
            }
        }
        self.support = Some((self.footprints.solve(&support_right), self.footprints.solve(&price_right)));
    }
}

/// Nodes of each process that bear a share of it: node, row of `processes`, share.
pub(super) fn nodes_of_processes(prepared: &Prepared) -> BTreeMap<&str, Vec<(usize, usize, f64)>> {
    let mut nodes: BTreeMap<&str, Vec<(usize, usize, f64)>> = BTreeMap::new();
    for (at, node) in prepared.chain.nodes.iter().enumerate() {
        if let Some(process) = node.process {
            let id = prepared.supply.processes[process].id.as_str();
            nodes.entry(id).or_default().push((at, process, node.share));
        }
    }
    nodes
}

/// Interventions by node.
pub(super) fn rows_of_nodes(prepared: &Prepared) -> Vec<Range<usize>> {
    let supply = &prepared.supply;
    let nodes = prepared.chain.nodes.iter();
    let process = |index: usize| supply.interventions.rows_of(&supply.processes[index].id);
    nodes.map(|node| node.process.map_or(0..0, process)).collect()
}
