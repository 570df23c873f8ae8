//! The journal for beancount.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::base::money::Money;
use crate::ledger::replay;

use super::commodity::{capital_accounts, commodities};
use super::hledger::header;
use super::{Accounts, date};

/// The whole journal up to the end of the period, with every balance asserted on the day after it.
pub fn beancount(accounts: &Accounts) -> String {
    let journal = &accounts.books.journal;
    let names = commodities(journal.units.iter());
    let commodity = |unit: u32| &names[journal.units.get(unit)];
    let shown = || journal.postings.iter().filter(|posting| accounts.shows(posting.agent));
    let pair = |agent: u32, account: u32| (accounts.agent(agent), journal.accounts.get(account));
    let capital = capital_accounts(shown().map(|posting| pair(posting.agent, posting.account)));
    let account = |agent: u32, account: u32| &capital[&pair(agent, account)];
    let title = accounts.judged.data.manifest.title.replace(['"', '\\', '\n'], " ");
    let mut text = header(accounts, ";;");
    let _ = writeln!(text, "option \"title\" \"{title}\"\n");
    let first = journal.days().map_or(0, |(first, _)| first);
    let units: BTreeSet<u32> = shown().map(|posting| posting.unit).collect();
    for unit in units {
        let name = journal.units.get(unit);
        let _ = writeln!(text, "{} commodity {}\n  unit: \"{name}\"", date(first), commodity(unit));
    }
    for ((agent, plain), name) in &capital {
        let _ = writeln!(text, "{} open {name}\n  agent: \"{agent}\"\n  account: \"{plain}\"", date(first));
    }
    for transaction in &journal.transactions {
        let postings: Vec<_> = journal.of(transaction).iter().filter(|p| accounts.shows(p.agent)).collect();
        if postings.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "\n{} * \"{}\"\n  dated: \"{}\"",
            date(transaction.day),
            transaction.id,
            transaction.dated.word()
        );
        for posting in postings {
            let name = account(posting.agent, posting.account);
            let _ = writeln!(
                text,
                "  {name}  {} {}\n    kind: \"{}\"",
                posting.amount,
                commodity(posting.unit),
                posting.kind.word()
            );
            if posting.flow.is_some() {
                let (flow, class) = (accounts.flow(posting.flow), accounts.class(posting.flow));
                let _ = writeln!(text, "    flow: \"{flow}\"\n    class: \"{class}\"");
            }
        }
    }
    let last = accounts.books.last.unwrap_or_default();
    let mut balances: BTreeMap<(&str, u32), Money> =
        shown().map(|p| ((account(p.agent, p.account).as_str(), p.unit), Money::ZERO)).collect();
    // beancount asserts an account with all accounts below it.
    for ((agent, number, unit), balance) in replay(journal, last) {
        if !accounts.shows(agent) {
            continue;
        }
        let own = account(agent, number).as_str();
        let ancestors = own.match_indices(':').map(|(at, _)| &own[..at]).chain([own]);
        for name in ancestors {
            if let Some(sum) = balances.get_mut(&(name, unit)) {
                *sum = *sum + balance;
            }
        }
    }
    text.push('\n');
    for ((name, unit), balance) in balances {
        let _ = writeln!(text, "{} balance {name}  {balance} ~ 0 {}", date(last + 1), commodity(unit));
    }
    text
}
