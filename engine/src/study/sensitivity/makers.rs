//! What comes out of processes, what it displaces, and the shares of mixes.

use num_traits::ToPrimitive;

use crate::chain::convert::converts_by_mass;

use super::adjoint::Adjoint;
use super::datum::Datum;
use super::effects::Effects;
use super::sweep::Running;

impl Adjoint<'_> {
    /// A process that makes more each time runs less often; what a product displaces grows with it.
    pub(super) fn outputs(&self, running: &Running, effects: &mut Effects) {
        let by_amount = self.shares_by_amount(running);
        for node in running.rows.clone() {
            let row = &self.supply().processes[node];
            let Some((product, of)) = self.product(&row.product) else { continue };
            let ratio = self.per_recorded(of, &row.unit);
            let runs = self.activity[node];
            let mut change: Vec<f64> =
                (0..self.lanes.len()).map(|lane| -runs * ratio * self.adds[lane][node]).collect();
            let mut by_reference = change.clone();
            for (lane, shares) in by_amount.iter().enumerate() {
                change[lane] += shares.by_amount[node - running.rows.start];
                if shares.by_reference {
                    by_reference[lane] += shares.by_amount[node - running.rows.start];
                }
            }
            self.displaced(running, node, &mut change, effects);
            effects.once(Datum::Output(node), &change);
            if let Some(mass) = of.mass_kg.as_ref().filter(|_| converts_by_mass(of, &row.unit)) {
                let less = -row.amount.float / mass.float;
                effects.add(Datum::Mass(product), by_reference.iter().map(|change| less * change));
            }
        }
    }

    /// A product that stands for another one: it takes of it, and its process gives as much back.
    fn displaced(&self, running: &Running, node: usize, change: &mut [f64], effects: &mut Effects) {
        let nodes = &self.chain().nodes;
        let (row, own) = (&self.supply().processes[node], &nodes[node]);
        if own.process.is_some() {
            return;
        }
        let [(supplier, amount)] = own.inputs[..] else { return };
        let main = running.rows.clone().find(|&node| nodes[node].share > 0.0);
        let taken = self.activity[node] - main.map_or(0.0, |main| self.activity[main]);
        let by_amount: Vec<f64> = self.adds.iter().map(|adds| taken * adds[supplier]).collect();
        if row.displaced_amount.is_some() {
            effects.once(Datum::Displaced(node), &by_amount);
            return;
        }
        for (change, by_amount) in change.iter_mut().zip(&by_amount) {
            *change += by_amount * amount / row.amount.float;
        }
        let target = &self.supply().products[nodes[supplier].product];
        if let Some(mass) = target.mass_kg.as_ref().filter(|_| converts_by_mass(target, &row.unit)) {
            let less = -amount / mass.float;
            effects.add(Datum::Mass(nodes[supplier].product), by_amount.iter().map(|by| less * by));
        }
    }

    /// Shares of a mix: one that grows takes from the others what they hold of it.
    pub(super) fn mixes(&self, effects: &mut Effects) {
        let (processes, nodes) = (&self.supply().processes, &self.chain().nodes);
        for (mix, node) in nodes.iter().enumerate().skip(processes.len()) {
            let runs = self.activity[mix];
            if runs == 0.0 {
                continue;
            }
            let stated =
                |member: usize| processes[member].share.as_ref().and_then(|share| share.exact.to_f64());
            let sum: f64 = node.inputs.iter().filter_map(|(member, _)| stated(*member)).sum();
            for (member, _) in &node.inputs {
                let change: Vec<f64> =
                    self.adds.iter().map(|adds| runs * (adds[*member] - adds[mix]) / sum).collect();
                effects.once(Datum::Share(*member), &change);
            }
        }
    }
}
