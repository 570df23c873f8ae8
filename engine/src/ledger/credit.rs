//! Ledgers of members: balances against their limits, and how old debts are.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::data::flows::{Account, Field, Limits};
use crate::regime::Judged;

use super::ageing::{Ageing, ageing};
use super::book::date;
use super::journal::{Journal, NOBODY};
use super::rules::PostingRules;

/// Where a balance stands against its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// None is stated.
    NoLimit,
    /// Between them.
    Within,
    /// At the lowest that is allowed.
    AtCreditLimit,
    /// At the highest that is allowed.
    AtMaximum,
    /// Below the lowest.
    BelowCreditLimit,
    /// Above the highest.
    AboveMaximum,
}

impl Position {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoLimit => "no limit",
            Self::Within => "within",
            Self::AtCreditLimit => "at the credit limit",
            Self::AtMaximum => "at the maximum",
            Self::BelowCreditLimit => "below the credit limit",
            Self::AboveMaximum => "above the maximum",
        }
    }

    fn of(balance: Money, credit_limit: Option<Money>, max_balance: Option<Money>) -> Self {
        let (low, high) = (credit_limit.map(|limit| -limit), max_balance);
        match (low, high) {
            (None, None) => Self::NoLimit,
            (Some(low), _) if balance < low => Self::BelowCreditLimit,
            (_, Some(high)) if balance > high => Self::AboveMaximum,
            (Some(low), _) if balance == low => Self::AtCreditLimit,
            (_, Some(high)) if balance == high => Self::AtMaximum,
            _ => Self::Within,
        }
    }
}

/// The balance of an agent in a unit at the end of the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditLine {
    /// Place of the agent.
    pub agent: u32,
    /// Unit.
    pub unit: String,
    /// Balance.
    pub balance: Money,
    /// How far below 0 it may go.
    pub credit_limit: Option<Money>,
    /// How high it may go.
    pub max_balance: Option<Money>,
    /// Where it stands.
    pub position: Position,
    /// Days of the period at whose end it was beyond a limit, whether anything happened on them or not.
    pub days_beyond: usize,
    /// How old the debt is, if there is one.
    pub ageing: Ageing,
}

/// A balance beyond its limit at the end of a day. The order within a day is not stated, and does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Place of the agent.
    pub agent: u32,
    /// Unit.
    pub unit: String,
    /// Day.
    pub day: i32,
    /// Balance.
    pub balance: Money,
    /// The limit, as a balance.
    pub limit: Money,
    /// The last flow of that day that went beyond.
    pub flow: Option<usize>,
}

/// What happened to the balance of one agent in one unit on a day.
#[derive(Default)]
struct Day {
    change: Money,
    /// The last flow that took from it, and the last that added to it.
    flows: [Option<usize>; 2],
}

/// Looks at all balances of ledgers of members, and at those with limits.
pub(super) fn credit(
    judged: &Judged,
    rules: &PostingRules,
    journal: &Journal,
    (first, last): (Option<i32>, Option<i32>),
    diagnostics: &mut Diagnostics,
) -> (Vec<CreditLine>, Vec<Breach>) {
    let data = &judged.data;
    let stated: BTreeMap<(&str, u32), &Account> = data
        .accounts
        .iter()
        .map(|account| ((account.unit.as_str(), account.agent as u32), account))
        .collect();
    let held = |unit: &str| {
        let kind = data.units.kind(unit).map_or("", |kind| Field::UnitKind.word(kind));
        let role = if ["currency", "hours", "member_credit"].contains(&kind) { kind } else { "physical" };
        rules.table.role(role).replace("{unit}", unit)
    };
    let holdings: Vec<String> = journal.units.iter().map(held).collect();
    let mut days: BTreeMap<(&str, u32), BTreeMap<i32, Day>> = BTreeMap::new();
    for (key, account) in &stated {
        if account.credit_limit.is_some() || account.max_balance.is_some() {
            days.entry(*key).or_default();
        }
    }
    for transaction in &journal.transactions {
        for posting in journal.of(transaction) {
            let unit = journal.units.get(posting.unit);
            let key = (unit, posting.agent);
            let watched = data.units.is_ledger(unit) || days.contains_key(&key);
            if !watched || journal.accounts.get(posting.account) != holdings[posting.unit as usize] {
                continue;
            }
            let day = days.entry(key).or_default().entry(transaction.day).or_default();
            day.change = day.change + posting.amount;
            if posting.flow.is_some() {
                day.flows[usize::from(posting.amount > Money::ZERO)] = posting.flow;
            }
        }
    }
    let (mut lines, mut breaches) = (Vec::new(), Vec::new());
    for ((unit, agent), days) in days {
        let account = stated.get(&(unit, agent));
        let credit_limit = account.and_then(|account| account.credit_limit);
        let max_balance = account.and_then(|account| account.max_balance);
        let (mut balance, mut beyond_days) = (Money::ZERO, 0);
        let nexts = days.keys().skip(1).copied().map(Some).chain([None]);
        for ((&day, changes), next) in days.iter().zip(nexts) {
            balance = balance + changes.change;
            let beyond = match Position::of(balance, credit_limit, max_balance) {
                Position::BelowCreditLimit => Some((-credit_limit.unwrap_or_default(), changes.flows[0])),
                Position::AboveMaximum => Some((max_balance.unwrap_or_default(), changes.flows[1])),
                _ => None,
            };
            if let Some((limit, flow)) = beyond {
                // Until the day before the next change, or the last day of the books; days of the period only.
                let end = next.map_or(last.unwrap_or(day), |next| next - 1);
                let start = first.map_or(day, |first| day.max(first));
                beyond_days += usize::try_from(i64::from(end) - i64::from(start) + 1).unwrap_or_default();
                breaches.push(Breach { agent, unit: unit.to_owned(), day, balance, limit, flow });
            }
        }
        let changes: Vec<(i32, Money)> = days.iter().map(|(day, changes)| (*day, changes.change)).collect();
        lines.push(CreditLine {
            agent,
            unit: unit.to_owned(),
            balance,
            credit_limit,
            max_balance,
            position: Position::of(balance, credit_limit, max_balance),
            days_beyond: beyond_days,
            ageing: ageing(&changes, last.unwrap_or_default()),
        });
    }
    report(judged, &breaches, diagnostics);
    (lines, breaches)
}

/// Where limits are hard, a breach is an error.
fn report(judged: &Judged, breaches: &[Breach], diagnostics: &mut Diagnostics) {
    let data = &judged.data;
    let hard = |unit: &str| data.units.get(unit).is_some_and(|unit| unit.limits == Limits::Hard);
    for breach in breaches.iter().filter(|breach| hard(&breach.unit) && breach.agent != NOBODY) {
        let agent = &data.agents[breach.agent as usize].id;
        let Breach { unit, balance, limit, .. } = breach;
        let day = date(breach.day);
        let cause = breach.flow.map_or_else(String::new, |flow| format!(" with `{}`", data.flows.id(flow)));
        let side = if balance < limit { "below the credit limit of" } else { "above the maximum of" };
        let message = format!("{agent} has {balance} {unit} at the end of {day}{cause}, {side} {limit}");
        let hint =
            "the limits of the unit are hard; `limits = flag` in the table `units` lists breaches instead";
        let place = match breach.flow {
            Some(flow) => data.flows.place(flow).column("value"),
            None => data.units.get(unit).map(|unit| unit.row.place()).unwrap_or_default(),
        };
        diagnostics.push(Diagnostic::error(codes::LIMIT, message).at(place).hint(hint));
    }
}
