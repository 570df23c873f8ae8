//! Balances: what the journal comes to, by agent, account, unit and day.

use std::collections::BTreeMap;

use crate::base::money::Money;

use super::journal::Journal;

/// A balance at the end of a day on which it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Place of the agent.
    pub agent: u32,
    /// Number of the account.
    pub account: u32,
    /// Number of the unit.
    pub unit: u32,
    /// Day.
    pub day: i32,
    /// What came and went on that day.
    pub change: Money,
    /// What there is at the end of it.
    pub balance: Money,
}

/// All balances, by agent, name of the account, name of the unit and day.
pub fn balances(journal: &Journal) -> Vec<Balance> {
    // By agent, name of the account, name of the unit and day: account, unit, change.
    type Changes<'a> = BTreeMap<(u32, &'a str, &'a str, i32), (u32, u32, Money)>;
    let mut changes = Changes::new();
    for transaction in &journal.transactions {
        for posting in journal.of(transaction) {
            let (account, unit) = (journal.accounts.get(posting.account), journal.units.get(posting.unit));
            let key = (posting.agent, account, unit, transaction.day);
            let change = changes.entry(key).or_insert((posting.account, posting.unit, Money::ZERO));
            change.2 = change.2 + posting.amount;
        }
    }
    let mut all: Vec<Balance> = Vec::with_capacity(changes.len());
    for ((agent, _, _, day), (account, unit, change)) in changes {
        let same = |last: &&Balance| (last.agent, last.account, last.unit) == (agent, account, unit);
        let before = all.last().filter(same).map_or(Money::ZERO, |last| last.balance);
        if change != Money::ZERO {
            all.push(Balance { agent, account, unit, day, change, balance: before + change });
        }
    }
    all
}

/// The balances at the end of a day, by agent, account and unit, found by replaying the journal.
pub fn replay(journal: &Journal, until: i32) -> BTreeMap<(u32, u32, u32), Money> {
    let mut found: BTreeMap<(u32, u32, u32), Money> = BTreeMap::new();
    for transaction in journal.transactions.iter().take_while(|transaction| transaction.day <= until) {
        for posting in journal.of(transaction) {
            let balance = found.entry((posting.agent, posting.account, posting.unit)).or_default();
            *balance = *balance + posting.amount;
        }
    }
    found.retain(|_, balance| *balance != Money::ZERO);
    found
}
