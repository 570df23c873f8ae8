//! One pass over the processes that run: what their inputs, interventions and payments do.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::unit::Unit;
use crate::chain::convert::{converts_by_mass, to_reference};
use crate::data::supply::Product;
use crate::valuation::Status;

use super::adjoint::Adjoint;
use super::datum::Datum;
use super::effects::Effects;
use super::spread::reaches;

/// A process that runs for the product.
pub(super) struct Running<'a> {
    /// Its rows in `processes`, which are its nodes.
    pub(super) rows: Range<usize>,
    /// Its id.
    pub(super) id: &'a str,
    /// How often all of it runs: activity times share, over its products.
    pub(super) load: f64,
    /// What all it takes in, causes and pays adds, by lane, each time it runs.
    pub(super) burden: Vec<f64>,
}

impl Adjoint<'_> {
    /// What every datum behind the footprint does.
    pub(super) fn sweep(&self, effects: &mut Effects) {
        let processes = &self.supply().processes;
        let mut uses: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        let mut start = 0;
        for rows in processes.chunk_by(|a, b| a.id == b.id) {
            let nodes = start..start + rows.len();
            start = nodes.end;
            if nodes.clone().all(|node| self.activity[node] == 0.0) {
                continue;
            }
            let bears = |node: &usize| self.chain().nodes[*node].process.is_some();
            let load = |node: usize| self.activity[node] * self.chain().nodes[node].share;
            let mut running = Running {
                load: nodes.clone().filter(bears).map(load).sum(),
                rows: nodes,
                id: &rows[0].id,
                burden: vec![0.0; self.lanes.len()],
            };
            self.inputs(&mut running, effects);
            self.interventions(&mut running, &mut uses, effects);
            self.payments_made(&mut running, effects);
            self.outputs(&running, effects);
            self.allocated(&running, effects);
        }
        self.mixes(effects);
        self.factors(&uses, effects);
    }

    fn inputs(&self, running: &mut Running, effects: &mut Effects) {
        let mut change = vec![0.0; self.lanes.len()];
        for at in self.inputs_of(running.id) {
            let input = &self.supply().inputs[at];
            let Some(supplier) = self.chain().supplier(at) else { continue };
            let Some((product, row)) = self.product(&input.product) else { continue };
            let ratio = self.per_recorded(row, &input.unit);
            for (lane, change) in change.iter_mut().enumerate() {
                let adds = ratio * self.adds[lane][supplier];
                *change = running.load * adds;
                running.burden[lane] += input.amount.float * adds;
            }
            effects.once(Datum::Input(at), &change);
            if let Some(mass) = row.mass_kg.as_ref().filter(|_| converts_by_mass(row, &input.unit)) {
                let less = -input.amount.float / mass.float;
                effects.add(Datum::Mass(product), change.iter().map(|change| less * change));
            }
        }
    }

    fn interventions(
        &self,
        running: &mut Running,
        uses: &mut BTreeMap<usize, Vec<f64>>,
        effects: &mut Effects,
    ) {
        let interventions = &self.supply().interventions;
        let mut change = vec![0.0; self.lanes.len()];
        for row in interventions.rows_of(running.id) {
            let indicator = self.indicator_of[interventions.profile_index(row)];
            let Some(cost) = self.unit_cost(row) else { continue };
            let (amount, per_recorded) = (self.run.valued.amount(row), self.run.valued.per_recorded(row));
            for (lane, change) in change.iter_mut().enumerate() {
                let adds = self.lanes.weights[lane].cost[indicator] * cost;
                *change = running.load * adds * per_recorded;
                running.burden[lane] += amount * adds;
            }
            effects.once(Datum::Intervention(row), &change);
            if let (Status::Priced(factor), false) = (self.run.valued.status(row), self.lanes.physical) {
                let sums = uses.entry(*factor).or_insert_with(|| vec![0.0; self.lanes.len()]);
                for (lane, sum) in sums.iter_mut().enumerate() {
                    let weight = self.lanes.weights[lane].cost[indicator] * self.sign(indicator);
                    *sum += running.load * amount * weight;
                }
            }
        }
    }

    fn payments_made(&self, running: &mut Running, effects: &mut Effects) {
        let mut change = vec![0.0; self.lanes.len()];
        for row in self.payments_of(running.id) {
            for (lane, change) in change.iter_mut().enumerate() {
                let adds = self.payment(row, lane);
                *change = running.load * adds;
                running.burden[lane] += adds * self.supply().paid[row].amount.float;
            }
            effects.once(Datum::Paid(row), &change);
        }
    }

    /// Factors as published: those that two rows stand for, and rows that serve several places, add up.
    fn factors(&self, uses: &BTreeMap<usize, Vec<f64>>, effects: &mut Effects) {
        for (factor, amounts) in uses {
            let used = &self.run.valued.uses[*factor];
            let reaches = reaches(used, &self.run.prepared.set.rows);
            for ((row, slope), reach) in used.rows.iter().zip(&used.slopes).zip(reaches) {
                effects.add(Datum::Factor(*row), amounts.iter().map(|amount| slope * amount));
                effects.add_range(Datum::Factor(*row), amounts, reach);
            }
        }
    }

    /// Reference units in one unit as recorded.
    pub(super) fn per_recorded(&self, product: &Product, unit: &Unit) -> f64 {
        if unit.text() == product.unit.text() {
            return 1.0;
        }
        // A chain that could be built converts all its units.
        to_reference(product, unit, None, &self.kilogram).map_or(f64::NAN, |ratio| ratio.apply(1.0))
    }
}
