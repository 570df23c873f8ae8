//! What flows of one class and year sum up to. All sums are of stored cells, so that they add up exactly.

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::data::flows::Basis;
use crate::data::reference::Dimension;
use crate::pricing::Amount;
use crate::pricing::flow_costs::{FlowCost, Status};

use super::work::Unpaid;

/// How many flows, and the sum of what they state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) flows: usize,
    pub(super) amount: Money,
}

impl Sum {
    pub(super) fn add(&mut self, amount: Money) {
        self.flows += 1;
        self.amount = self.amount + amount;
    }
}

/// Unpaid work of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UnpaidSums {
    pub(super) hours: Sum,
    /// By basis: what they are worth, and the hours that have no wage.
    pub(super) valued: [(Sum, Sum); Basis::ALL.len()],
    /// Flows of work that nobody says the hours of.
    pub(super) silent: usize,
}

/// The sums of one class and year.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) flows: usize,
    /// By unit of account: what passed as money, credit or hours.
    pub(super) paid: BTreeMap<u32, Sum>,
    /// By unit of account: what else is stated.
    pub(super) valued: BTreeMap<u32, Sum>,
    pub(super) status: BTreeMap<Status, usize>,
    pub(super) dimensions: [Sum; Dimension::ALL.len()],
    pub(super) external: Sum,
    pub(super) benefits: Sum,
    pub(super) internalised: Sum,
    pub(super) overpaid: Sum,
    pub(super) gap: Sum,
    pub(super) market: Sum,
    /// The market value of flows that have a true price.
    pub(super) market_priced: Sum,
    pub(super) true_price: Sum,
    pub(super) uses: usize,
    pub(super) contributed: Sum,
    pub(super) unpaid: [UnpaidSums; Unpaid::ALL.len()],
}

impl Sums {
    /// Adds the value of a flow in its own unit.
    pub(super) fn add_value(&mut self, unit: u32, is_claim: bool, value: Money) {
        let sums = if is_claim { &mut self.paid } else { &mut self.valued };
        sums.entry(unit).or_default().add(value);
    }

    /// Adds what a flow costs others.
    pub(super) fn add_cost(&mut self, cost: &FlowCost) {
        *self.status.entry(cost.status).or_default() += 1;
        for (sum, dimension) in self.dimensions.iter_mut().zip(Dimension::ALL) {
            if let Some(Amount::Money(money)) = cost.dimension(dimension) {
                sum.add(money);
            }
        }
        let true_price = cost.true_price();
        for (sum, money) in [
            (&mut self.external, cost.external()),
            (&mut self.benefits, cost.benefits()),
            (&mut self.internalised, cost.internalised()),
            (&mut self.overpaid, cost.overpaid()),
            (&mut self.gap, cost.gap),
            (&mut self.market, cost.market),
            (&mut self.market_priced, cost.market.filter(|_| true_price.is_some())),
            (&mut self.true_price, true_price),
        ] {
            if let Some(money) = money {
                sum.add(money);
            }
        }
    }
}
