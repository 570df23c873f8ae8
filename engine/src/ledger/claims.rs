//! What is owed between two agents, or under an agreement: set off as soon as both sides owe, exchanged where one side
//! owes in another unit.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::money::Money;

/// Between whom a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// All parties of an agreement.
    Agreement(usize),
    /// The agent and another one, outside of agreements.
    With(u32),
}

/// Receivable, payable, lent, borrowed: accounts by number.
pub(super) type ClaimAccounts = [u32; 4];

/// A change of an account.
pub(super) struct Change {
    pub(super) agent: u32,
    pub(super) account: u32,
    pub(super) unit: u32,
    pub(super) amount: Money,
}

/// What an agent is owed in one unit and owes in another under an agreement that is over: nobody said what the one is
/// worth in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenUnits {
    /// The agreement.
    pub agreement: usize,
    /// Place of the agent.
    pub agent: u32,
    /// Numbers of units, with what is owed to the agent (above 0) or by it.
    pub amounts: Vec<(u32, Money)>,
}

/// What is open.
pub(super) struct Claims {
    accounts: ClaimAccounts,
    open: BTreeMap<(Relation, u32, u32), [Money; 4]>,
    touched: BTreeSet<(Relation, u32, u32)>,
}

impl Claims {
    pub(super) fn new(accounts: ClaimAccounts) -> Self {
        Self { accounts, open: BTreeMap::new(), touched: BTreeSet::new() }
    }

    /// Hears of a posting.
    pub(super) fn hear(
        &mut self,
        relation: Relation,
        agent: u32,
        (account, unit): (u32, u32),
        amount: Money,
    ) {
        if let Some(at) = self.accounts.iter().position(|known| *known == account) {
            let open = self.open.entry((relation, agent, unit)).or_default();
            open[at] = open[at] + amount;
            self.touched.insert((relation, agent, unit));
        }
    }

    /// Sets off what became open on both sides since the last time.
    pub(super) fn set_off(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        for key in std::mem::take(&mut self.touched) {
            let Some(open) = self.open.get_mut(&key) else { continue };
            for (asset, liability) in [(0, 1), (2, 3)] {
                let (owed, owes) = (open[asset], open[liability]);
                if (owed > Money::ZERO) == (owes > Money::ZERO) || owed == Money::ZERO || owes == Money::ZERO
                {
                    continue;
                }
                let least = if owed > Money::ZERO { owed.min(-owes) } else { -(-owed).min(owes) };
                for (at, amount) in [(asset, -least), (liability, least)] {
                    open[at] = open[at] + amount;
                    changes.push(Change { agent: key.1, account: self.accounts[at], unit: key.2, amount });
                }
            }
            if *open == [Money::ZERO; 4] {
                self.open.remove(&key);
            }
        }
        changes
    }

    /// What is left of an agreement that is over: where an agent is owed in one unit and owes as much in another, both
    /// are exchanged; where it is not as much, it stays open and is listed. `trading` is the account of a unit that is
    /// money or counted like it.
    pub(super) fn swap(
        &mut self,
        agreement: usize,
        mut trading: impl FnMut(u32) -> Option<u32>,
    ) -> (Vec<Change>, Vec<OpenUnits>) {
        let relation = Relation::Agreement(agreement);
        let range = (relation, 0, 0)..=(relation, u32::MAX, u32::MAX);
        let mut by_agent: BTreeMap<u32, Vec<(u32, [Money; 4])>> = BTreeMap::new();
        for ((_, agent, unit), open) in self.open.range(range) {
            by_agent.entry(*agent).or_default().push((*unit, *open));
        }
        let (mut changes, mut left) = (Vec::new(), Vec::new());
        for (agent, units) in by_agent {
            let sum = |open: &[Money; 4]| open.iter().copied().sum::<Money>();
            let owed = units.iter().any(|(_, open)| sum(open) > Money::ZERO);
            let owes = units.iter().any(|(_, open)| sum(open) < Money::ZERO);
            if !(owed && owes) {
                continue;
            }
            let accounts: Option<Vec<u32>> = units.iter().map(|(unit, _)| trading(*unit)).collect();
            let total: Money = units.iter().map(|(_, open)| sum(open)).sum();
            let Some(accounts) = accounts.filter(|_| units.len() == 2 && total == Money::ZERO) else {
                let amounts = units.iter().map(|(unit, open)| (*unit, sum(open))).collect();
                left.push(OpenUnits { agreement, agent, amounts });
                continue;
            };
            for ((unit, open), trading) in units.into_iter().zip(accounts) {
                for (account, amount) in self.accounts.iter().zip(open).filter(|(_, a)| *a != Money::ZERO) {
                    changes.push(Change { agent, account: *account, unit, amount: -amount });
                    changes.push(Change { agent, account: trading, unit, amount });
                }
                self.open.remove(&(relation, agent, unit));
            }
        }
        (changes, left)
    }
}
