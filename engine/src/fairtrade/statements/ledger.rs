//! What the co-op's books say of its producers: what statements must agree with, to the last part of a currency.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::data::coop::records::Records;
use crate::ledger::{Books, Journal, Posting, PostingRules};
use crate::regime::Judged;

use super::dates::Dates;
use super::line::{Line, LineKind, Lines};
use super::statement::Statement;

/// Accounts of what was paid before it was owed, in the table of postings of co-ops.
const ADVANCES: [&str; 2] = ["assets:advances", "liabilities:advances"];
/// Accounts of premiums: what the co-op owes its fund, and what the fund is owed.
const PREMIUMS: [&str; 2] = ["liabilities:premium-fund", "assets:premiums-set-aside"];

/// What the books say of a producer in a currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Account {
    /// What the co-op owes by its own books: before the first day, and at the end of the last.
    owed: [Money; 2],
    /// What the producer is owed by its own books.
    due: [Money; 2],
    /// Money that the co-op paid in the period.
    paid: Money,
}

/// What the books say.
pub(super) struct Ledger {
    accounts: BTreeMap<(usize, Currency), Account>,
    /// Premiums of the period: owed by the co-op, and due to the fund.
    premiums: BTreeMap<Currency, [Money; 2]>,
    /// What flows change that the dataset states itself.
    pub(super) others: Vec<((usize, Currency), Line)>,
}

/// Who has which books.
struct Agents {
    coop: Option<u32>,
    fund: Option<u32>,
    /// The place of the producer, by place of the agent.
    producers: BTreeMap<u32, usize>,
}

impl Agents {
    fn new(judged: &Judged, records: &Records) -> Self {
        let all = &judged.data.agents;
        let place =
            |id: &str| all.binary_search_by(|agent| agent.id.as_str().cmp(id)).ok().map(|at| at as u32);
        let producers = records.producers.iter().enumerate();
        Self {
            coop: place(&records.settings.agent),
            fund: place(&records.settings.fund),
            producers: producers.filter_map(|(at, producer)| Some((place(&producer.id)?, at))).collect(),
        }
    }
}

/// Reads the books of the co-op, its fund and its producers.
pub(super) fn ledger(
    (judged, rules, books): (&Judged, &PostingRules, &Books),
    records: &Records,
    stated: &BTreeSet<String>,
    dates: Dates,
) -> Ledger {
    let agents = Agents::new(judged, records);
    let own: BTreeSet<usize> = stated.iter().filter_map(|id| judged.data.flows.find(id)).collect();
    let journal = &books.journal;
    let mut found = Ledger { accounts: BTreeMap::new(), premiums: BTreeMap::new(), others: Vec::new() };
    let mut others: BTreeMap<(usize, i32, (usize, Currency)), Money> = BTreeMap::new();
    for transaction in &journal.transactions {
        for posting in journal.of(transaction) {
            // What is set off has no flow, and leaves what is owed as it was.
            let Some(flow) = posting.flow else { continue };
            let account = journal.accounts.get(posting.account);
            let Some(currency) = Currency::from_code(journal.units.get(posting.unit)) else { continue };
            let day = transaction.day;
            let is_own = own.contains(&flow);
            if let Some(at) = PREMIUMS.iter().position(|name| *name == account).filter(|_| !is_own) {
                let keeper = [agents.coop, agents.fund][at];
                if keeper == Some(posting.agent) && !dates.is_before(day) && !dates.is_after(day) {
                    let sums = found.premiums.entry(currency).or_default();
                    sums[at] = sums[at] + if at == 0 { -posting.amount } else { posting.amount };
                }
                continue;
            }
            let Some(producer) = other_side(posting, flow, judged, &agents) else { continue };
            let key = (producer, currency);
            let is_claim = is_claim(account, rules);
            if is_claim && is_own && Some(posting.agent) == agents.coop {
                let sum = others.entry((flow, day, key)).or_default();
                *sum = *sum - posting.amount;
            }
            let is_coop = Some(posting.agent) == agents.coop;
            if is_claim {
                let place = found.accounts.entry(key).or_default();
                place.claim(is_coop, posting.amount, day, dates);
            } else if is_coop && !is_own && account == rules.table.role("currency") {
                let place = found.accounts.entry(key).or_default();
                if !dates.is_before(day) && !dates.is_after(day) {
                    place.paid = place.paid - posting.amount;
                }
            }
        }
    }
    let flows = &judged.data.flows;
    found.others = others
        .into_iter()
        .filter(|(_, amount)| *amount != Money::ZERO)
        .map(|((flow, day, key), amount)| {
            let (id, note) = (flows.id(flow).to_owned(), flows.terms_of(flow).resource.to_string());
            (key, Line { day, kind: LineKind::Other, id, valued: None, note, amount })
        })
        .collect();
    found
}

impl Account {
    fn claim(&mut self, is_coop: bool, amount: Money, day: i32, dates: Dates) {
        let sums = if is_coop { &mut self.owed } else { &mut self.due };
        let amount = if is_coop { -amount } else { amount };
        if dates.is_before(day) {
            sums[0] = sums[0] + amount;
        }
        if !dates.is_after(day) {
            sums[1] = sums[1] + amount;
        }
    }
}

/// Is it an account of what the two owe each other for deliveries?
fn is_claim(account: &str, rules: &PostingRules) -> bool {
    ["receivable", "payable"].iter().any(|role| rules.table.role(role) == account)
        || ADVANCES.contains(&account)
}

/// The producer, where a flow is between one and the co-op.
fn other_side(posting: &Posting, flow: usize, judged: &Judged, agents: &Agents) -> Option<usize> {
    let flows = &judged.data.flows;
    let (from, to) = (flows.from(flow)? as u32, flows.to(flow)? as u32);
    let coop = agents.coop?;
    let other = match (from == coop, to == coop) {
        (true, false) => to,
        (false, true) => from,
        _ => return None,
    };
    [coop, other].contains(&posting.agent).then(|| agents.producers.get(&other).copied())?
}

/// Statements and books must say the same; where they do not, each difference is an error.
pub(super) fn compare(
    statements: &[Statement],
    ledger: &Ledger,
    records: &Records,
    diagnostics: &mut Diagnostics,
) {
    let mut premiums: BTreeMap<Currency, Money> = BTreeMap::new();
    let mut keys: BTreeSet<(usize, Currency)> = ledger.accounts.keys().copied().collect();
    for statement in statements {
        let key = (statement.producer, statement.currency);
        keys.remove(&key);
        let premium = premiums.entry(statement.currency).or_default();
        *premium = *premium + statement.sums.premium;
        let books = ledger.accounts.get(&key).copied().unwrap_or_default();
        let (opening, closing) = (statement.opening, statement.closing());
        let (ours, theirs) = ("the books of the co-op", "the books of the producer");
        let checks = [
            ("opening balance", ours, opening, books.owed[0]),
            ("closing balance", ours, closing, books.owed[1]),
            ("opening balance", theirs, opening, books.due[0]),
            ("closing balance", theirs, closing, books.due[1]),
            ("payments", ours, statement.sums.paid(), books.paid),
            ("opening balance and lines", "the closing balance", opening + statement.sums.change(), closing),
        ];
        for (what, elsewhere, said, booked) in checks.into_iter().filter(|check| check.2 != check.3) {
            differs(&records.producers[key.0].id, (what, elsewhere), (said, booked), key.1, diagnostics);
        }
    }
    for key in keys {
        let books = ledger.accounts[&key];
        if books != Account::default() {
            let id = &records.producers[key.0].id;
            differs(
                id,
                ("closing balance", "the books of the co-op"),
                (Money::ZERO, books.owed[1]),
                key.1,
                diagnostics,
            );
        }
    }
    let currencies: BTreeSet<Currency> = premiums.keys().chain(ledger.premiums.keys()).copied().collect();
    for currency in currencies {
        let said = premiums.get(&currency).copied().unwrap_or_default();
        let booked = ledger.premiums.get(&currency).copied().unwrap_or_default();
        for booked in booked.into_iter().filter(|booked| *booked != said) {
            differs(&records.settings.fund, ("premium", "the books"), (said, booked), currency, diagnostics);
        }
    }
}

fn differs(
    whose: &str,
    (what, elsewhere): (&str, &str),
    (said, booked): (Money, Money),
    currency: Currency,
    diagnostics: &mut Diagnostics,
) {
    let message =
        format!("`{whose}`: {what} {said} {currency} in the statement, {booked} {currency} in {elsewhere}");
    let hint = "enter what the co-op pays and charges its producers in `payments` and `deductions`, not in `flows`; \
                if it is there already, this is a mistake of truecost: please report it";
    diagnostics.push(Diagnostic::error(codes::STATEMENT, message).hint(hint));
}

/// Adds the lines of flows that the dataset states itself.
pub(super) fn add_others(lines: &mut Lines, ledger: &Ledger) {
    for (key, line) in &ledger.others {
        lines.entry(*key).or_default().push(line.clone());
    }
}

/// How much the journal holds.
pub(super) fn counts(journal: &Journal) -> (usize, usize) {
    (journal.transactions.len(), journal.postings.len())
}
