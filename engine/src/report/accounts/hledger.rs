//! The journal for hledger.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::base::money::{BOOK_SCALE, Money};
use crate::ledger::replay;

use super::commodity::{commodities, plain_account};
use super::{Accounts, date};

/// A commodity with anything but letters is quoted.
fn quoted(commodity: &str) -> String {
    if commodity.bytes().all(|b| b.is_ascii_alphabetic()) {
        commodity.to_owned()
    } else {
        format!("\"{commodity}\"")
    }
}

/// The whole journal up to the end of the period, with every balance asserted at the end.
pub fn hledger(accounts: &Accounts) -> String {
    let journal = &accounts.books.journal;
    let names = commodities(journal.units.iter());
    let commodity = |unit: u32| quoted(&names[journal.units.get(unit)]);
    let account =
        |agent: u32, account: u32| plain_account(accounts.agent(agent), journal.accounts.get(account));
    let mut text = header(accounts, ";");
    let _ = writeln!(text, "decimal-mark .\n");
    let used: BTreeSet<(u32, u32)> =
        journal.postings.iter().filter(|p| accounts.shows(p.agent)).map(|p| (p.agent, p.account)).collect();
    let units: BTreeSet<u32> =
        journal.postings.iter().filter(|p| accounts.shows(p.agent)).map(|p| p.unit).collect();
    for unit in units {
        let name = journal.units.get(unit);
        let digits = accounts.judged.data.units.minor(name).unwrap_or(BOOK_SCALE) as usize;
        let _ = writeln!(text, "commodity 1.{} {}  ; {name}", "0".repeat(digits), commodity(unit));
    }
    let sorted: BTreeSet<String> = used.iter().map(|(agent, number)| account(*agent, *number)).collect();
    for name in sorted {
        let _ = writeln!(text, "account {name}");
    }
    for transaction in &journal.transactions {
        let shown: Vec<_> = journal.of(transaction).iter().filter(|p| accounts.shows(p.agent)).collect();
        if shown.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "\n{} * {}  ; dated: {}",
            date(transaction.day),
            transaction.id,
            transaction.dated.word()
        );
        for posting in shown {
            let _ = write!(
                text,
                "    {}  {} {}  ; kind: {}",
                account(posting.agent, posting.account),
                posting.amount,
                commodity(posting.unit),
                posting.kind.word()
            );
            if posting.flow.is_some() {
                let _ = write!(
                    text,
                    ", flow: {}, class: {}",
                    accounts.flow(posting.flow),
                    accounts.class(posting.flow)
                );
            }
            text.push('\n');
        }
    }
    let last = accounts.books.last.unwrap_or_default();
    let mut balances: BTreeMap<(String, u32), Money> = journal
        .postings
        .iter()
        .filter(|p| accounts.shows(p.agent))
        .map(|p| ((account(p.agent, p.account), p.unit), Money::ZERO))
        .collect();
    for ((agent, number, unit), balance) in replay(journal, last) {
        if let Some(asserted) = balances.get_mut(&(account(agent, number), unit)) {
            *asserted = balance;
        }
    }
    if !balances.is_empty() {
        let _ = writeln!(text, "\n{} * balances", date(last));
    }
    for ((account, unit), balance) in balances {
        let unit = commodity(unit);
        let _ = writeln!(text, "    {account}  0 {unit} = {balance} {unit}");
    }
    text
}

/// What the journal is, as comments.
pub(super) fn header(accounts: &Accounts, mark: &str) -> String {
    let data = &accounts.judged.data;
    let mut text = format!("{mark} {}, {}: {}\n", data.manifest.title, data.name, data.hash);
    let table = &accounts.rules.table;
    let rules = &accounts.judged.rules.table;
    let _ = writeln!(
        text,
        "{mark} postings {} {}, rules {} {}",
        table.name, table.manifest.version, rules.name, rules.manifest.version
    );
    let _ = writeln!(text, "{mark} truecost {}", env!("CARGO_PKG_VERSION"));
    if let Some(caveat) = &data.manifest.caveat {
        let _ = writeln!(text, "{mark} caution: {}", caveat.replace('\n', " "));
    }
    text
}
