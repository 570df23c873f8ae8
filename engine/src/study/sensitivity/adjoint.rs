//! `A s = f` along the chain and `Aᵀ λ = b` against it: how often each process runs, and what a unit of each product
//! adds to the result.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::diagnostic::Diagnostics;
use crate::base::float::Double;
use crate::base::unit::Unit;
use crate::chain::Chain;
use crate::data::manifest::RateType;
use crate::data::reference::IndicatorKind;
use crate::data::supply::{Product, Supply};
use crate::pricing::support::year_of;
use crate::pricing::{Run, TruePrice};
use crate::rollup::{Footprints, RollupError, footprints_of};
use crate::valuation::{PriceLevel, Status};

use num_traits::ToPrimitive;

use super::lanes::Lanes;
use super::of::Of;

/// A solved chain, seen from one product.
pub(super) struct Adjoint<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) level: &'a PriceLevel<'a>,
    pub(super) lanes: Lanes,
    /// How often each node runs.
    pub(super) activity: Vec<f64>,
    /// What a unit of each node's product adds, by lane: one vector a lane.
    pub(super) adds: Vec<Vec<f64>>,
    /// Indicator of each profile of interventions, in the order of the price's indicators.
    pub(super) indicator_of: Vec<usize>,
    /// 1, or -1 for an indicator that counts as a benefit; by indicator.
    sign_of: Vec<f64>,
    /// Indicator of each payment, and what a unit of its currency is in that of the report.
    paid: Vec<Option<(usize, f64)>>,
    pub(super) kilogram: Unit,
}

impl<'a> Adjoint<'a> {
    /// Solves both ways for a product x origin.
    pub(super) fn new(
        run: &'a Run<'a>,
        level: &'a PriceLevel<'a>,
        point: usize,
        of: &Of,
        price: &TruePrice,
        kilogram: Unit,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let supply = &*run.prepared.supply;
        let index: BTreeMap<&str, usize> =
            price.indicators.iter().enumerate().map(|(at, k)| (k.indicator.as_str(), at)).collect();
        let kind = |id: &str| supply.indicators.get(id).map(|indicator| indicator.kind);
        let sign = |id: &str| if kind(id) == Some(IndicatorKind::Benefit) { -1.0 } else { 1.0 };
        let mut activity = vec![0.0; run.prepared.chain.nodes.len()];
        for (node, amount) in run.activity(point) {
            activity[node] = amount;
        }
        let indicator_of: Vec<usize> =
            supply.interventions.profiles().iter().map(|p| index[&*p.indicator]).collect();
        let product = run.prepared.chain.points[point].node;
        let wider = wider(run, &activity, product);
        let wider = wider.map_err(|error| diagnostics.push(error.diagnostic())).ok()?;
        let footprints = wider.as_ref().unwrap_or(&run.footprints);
        let priced = priced(run, footprints, price, &indicator_of);
        let mut adjoint = Self {
            lanes: Lanes::of(of, price, run.request.netting, &priced),
            activity,
            adds: Vec::new(),
            indicator_of,
            sign_of: price.indicators.iter().map(|k| sign(&k.indicator)).collect(),
            paid: Vec::new(),
            kilogram,
            run,
            level,
        };
        adjoint.paid = adjoint.payments(&index, diagnostics);
        adjoint.adds = adjoint.solved(footprints);
        Some(adjoint)
    }

    /// The dataset.
    pub(super) fn supply(&self) -> &'a Supply {
        &self.run.prepared.supply
    }

    /// Its chain.
    pub(super) fn chain(&self) -> &'a Chain {
        &self.run.prepared.chain
    }

    /// A product by its id.
    pub(super) fn product(&self, id: &str) -> Option<(usize, &'a Product)> {
        let products = &self.supply().products;
        let at = products.binary_search_by(|product| product.id.as_str().cmp(id)).ok()?;
        Some((at, &products[at]))
    }

    /// Rows of the inputs of a process.
    pub(super) fn inputs_of(&self, process: &str) -> Range<usize> {
        inputs_of(self.supply(), process)
    }

    /// Rows of what a process pays.
    pub(super) fn payments_of(&self, process: &str) -> Range<usize> {
        let paid = &self.supply().paid;
        let start = paid.partition_point(|row| row.process.as_str() < process);
        let count = paid[start..].partition_point(|row| row.process.as_str() <= process);
        start..start + count
    }

    /// What one unit of the indicator adds to its cost, by the factor of a row; 1 where amounts are wanted.
    pub(super) fn unit_cost(&self, row: usize) -> Option<f64> {
        let indicator = self.indicator_of[self.supply().interventions.profile_index(row)];
        match self.run.valued.status(row) {
            Status::NotStated => None,
            _ if self.lanes.physical => Some(1.0),
            Status::Priced(factor) => {
                let units = self.run.valued.uses[*factor].value.central.units();
                Some(self.sign_of[indicator] * (units as f64 / 1e18))
            }
            Status::Unpriced(_) | Status::Excluded(_) => None,
        }
    }

    /// What a factor of one more adds to the cost of an indicator, per unit of it.
    pub(super) fn sign(&self, indicator: usize) -> f64 {
        self.sign_of[indicator]
    }

    /// What one unit of a payment as recorded adds, by lane.
    pub(super) fn payment(&self, row: usize, lane: usize) -> f64 {
        self.paid[row].map_or(0.0, |(indicator, money)| money * self.lanes.weights[lane].paid[indicator])
    }

    fn payments(
        &self,
        index: &BTreeMap<&str, usize>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Option<(usize, f64)>> {
        let processes = &self.supply().processes;
        let mut payment = |row: &crate::data::supply::Paid| {
            let at = processes.partition_point(|process| process.id < row.process);
            let year = year_of(row.year, processes.get(at)?, &row.row, diagnostics)?;
            let moved = self.level.moved(row.currency, year, None, RateType::Market).ok()?;
            Some((*index.get(row.indicator.as_str())?, moved.multiplier.to_f64()?))
        };
        self.supply().paid.iter().map(&mut payment).collect()
    }

    /// What each node adds itself, per activity and before its share, in a lane.
    fn own(&self, process: &str, lane: usize) -> Double {
        let weights = &self.lanes.weights[lane];
        let interventions = &self.supply().interventions;
        let mut sum = Double::default();
        for row in interventions.rows_of(process) {
            let weight = weights.cost[self.indicator_of[interventions.profile_index(row)]];
            if weight != 0.0
                && let Some(cost) = self.unit_cost(row)
            {
                sum = sum.plus_product(weight * cost, Double::new(self.run.valued.amount(row)));
            }
        }
        for row in self.payments_of(process) {
            let amount = Double::new(self.supply().paid[row].amount.float);
            sum = sum.plus_product(self.payment(row, lane), amount);
        }
        sum
    }

    /// One solve a lane, several at once.
    fn solved(&self, footprints: &Footprints) -> Vec<Vec<f64>> {
        let (chain, supply) = (self.chain(), self.supply());
        let mut rights = vec![vec![Double::default(); chain.nodes.len()]; self.lanes.len()];
        for (at, node) in chain.nodes.iter().enumerate() {
            let Some(process) = node.process.filter(|_| footprints.blocks().of(at).is_some()) else {
                continue;
            };
            for (lane, right) in rights.iter_mut().enumerate() {
                let own = self.own(&supply.processes[process].id, lane);
                right[at] = Double::default().plus_product(node.share, own);
            }
        }
        let rights: Vec<&[Double]> = rights.iter().map(Vec::as_slice).collect();
        footprints.solve_all(&rights).into_iter().map(|solution| solution.values).collect()
    }
}

fn inputs_of(supply: &Supply, process: &str) -> Range<usize> {
    let inputs = &supply.inputs;
    let start = inputs.partition_point(|row| row.process.as_str() < process);
    let count = inputs[start..].partition_point(|row| row.process.as_str() <= process);
    start..start + count
}

/// The chain with what stands outside of the part that is solved, where a share that is 0 now could grow; `None`: there is nothing.
fn wider<'a>(run: &Run<'a>, activity: &[f64], product: usize) -> Result<Option<Footprints<'a>>, RollupError> {
    let (chain, supply) = (&run.prepared.chain, &run.prepared.supply);
    let mut roots = vec![product];
    for rows in supply.processes.chunk_by(|a, b| a.id == b.id).filter(|rows| rows.len() > 1) {
        let first = supply.processes.partition_point(|row| row.id < rows[0].id);
        if (first..first + rows.len()).any(|node| activity[node] != 0.0) {
            roots.extend(inputs_of(supply, &rows[0].id).filter_map(|input| chain.supplier(input)));
        }
    }
    if roots.iter().all(|&node| run.footprints.blocks().of(node).is_some()) {
        return Ok(None);
    }
    footprints_of(chain, &roots).map(Some)
}

/// Indicators that have a price, or would have one if an amount or a share that is 0 grew.
fn priced(run: &Run, footprints: &Footprints, price: &TruePrice, indicator_of: &[usize]) -> Vec<bool> {
    let mut priced: Vec<bool> = price.indicators.iter().map(|k| k.is_priced).collect();
    if priced.iter().all(|priced| *priced) {
        return priced;
    }
    let supply = &*run.prepared.supply;
    for (at, node) in run.prepared.chain.nodes.iter().enumerate() {
        let Some(process) = node.process.filter(|_| footprints.blocks().of(at).is_some()) else { continue };
        for row in supply.interventions.rows_of(&supply.processes[process].id) {
            priced[indicator_of[supply.interventions.profile_index(row)]] |=
                matches!(run.valued.status(row), Status::Priced(_));
        }
    }
    priced
}
