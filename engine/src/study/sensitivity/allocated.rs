//! Through allocation by the chain rule: prices of co-products, properties, amounts.
//!
//! A process with products `q` runs `load = Σ s_q share_q` times for the product that is looked at, `share_q = v_q / V`. A
//! value that grows moves burden: `dC/dv_r = burden / V x (s_r - load)`.

use num_traits::ToPrimitive;

use crate::chain::{self, Allocation, Shares};
use crate::data::supply::Rule;

use super::adjoint::Adjoint;
use super::datum::{Datum, Prices};
use super::effects::Effects;
use super::sweep::Running;

/// How the burden moves between the products of a process with their amounts as recorded; one a lane.
pub(super) struct SharesByAmount {
    /// By product.
    pub(super) by_amount: Vec<f64>,
    /// Do the values rest on amounts in reference units?
    pub(super) by_reference: bool,
}

impl Adjoint<'_> {
    fn allocation(&self, process: &str) -> Option<&Allocation> {
        let allocations = &self.chain().allocations;
        let at = allocations.binary_search_by(|allocation| allocation.process.as_str().cmp(process)).ok()?;
        Some(&allocations[at]).filter(|allocation| allocation.used.rule != Rule::Substitution)
    }

    /// What a value of one more does, by lane, for the product of a row.
    fn by_value(&self, running: &Running, shares: &Shares, node: usize) -> Vec<f64> {
        let all = shares.sum.to_f64().unwrap_or(f64::NAN);
        let moved = (self.activity[node] - running.load) / all;
        running.burden.iter().map(|burden| burden * moved).collect()
    }

    /// What prices and properties do.
    pub(super) fn allocated(&self, running: &Running, effects: &mut Effects) {
        let Some(allocation) = self.allocation(running.id) else { return };
        for (at, node) in running.rows.clone().enumerate() {
            let by_value = self.by_value(running, &allocation.used, node);
            for rest in &allocation.used.rests[at] {
                let change: Vec<f64> = by_value.iter().map(|by| by * rest.slope).collect();
                match rest.on {
                    chain::Datum::Stated if rest.only_up => effects.only_up(Datum::Worth(node), &change),
                    chain::Datum::Stated => effects.once(Datum::Worth(node), &change),
                    chain::Datum::Price(row) => effects.add(Datum::Price(Prices::Dataset, row), change),
                    chain::Datum::Pack(row) => effects.add(Datum::Pack(Prices::Dataset, row), change),
                    chain::Datum::Property(row) => effects.add(Datum::Property(row), change),
                    chain::Datum::Mass => {
                        if let Some((product, _)) = self.product(&self.supply().processes[node].product) {
                            effects.add(Datum::Mass(product), change);
                        }
                    }
                }
            }
        }
    }

    /// What amounts do, beside making the process run less often. A value is proportional to them.
    pub(super) fn shares_by_amount(&self, running: &Running) -> Vec<SharesByAmount> {
        let Some(allocation) = self.allocation(running.id) else { return Vec::new() };
        let used = &allocation.used;
        let all = used.sum.to_f64().unwrap_or(f64::NAN);
        let is_stated = used.rests.iter().flatten().any(|rest| rest.on == chain::Datum::Stated);
        let mut lanes: Vec<SharesByAmount> = (0..self.lanes.len())
            .map(|_| SharesByAmount { by_amount: Vec::new(), by_reference: !is_stated })
            .collect();
        for (at, node) in running.rows.clone().enumerate() {
            let value = used.share(at) * all / self.supply().processes[node].amount.float;
            for (lane, by) in lanes.iter_mut().zip(self.by_value(running, used, node)) {
                lane.by_amount.push(by * value);
            }
        }
        lanes
    }
}
