//! Accounts: what agents have in a unit to begin with, and how far their balance may go.

use std::collections::BTreeMap;

use crate::base::decimal;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{BOOK_SCALE, Money};
use crate::base::period::Period;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::reference::Reference;

use super::agents::Agent;
use super::units::FlowUnits;

/// What is stated of the account of an agent in a unit.
#[derive(Clone, Debug)]
pub struct Account {
    /// Place of the agent.
    pub agent: usize,
    /// Unit.
    pub unit: String,
    /// Balance at the beginning of its day; `None`: none is stated.
    pub opening: Option<Money>,
    /// The day of the opening balance, counted from 1970-01-01.
    pub day: Option<i32>,
    /// How far below 0 the balance may go; `None`: no limit is stated.
    pub credit_limit: Option<Money>,
    /// How high it may go; `None`: no limit is stated.
    pub max_balance: Option<Money>,
    /// Source.
    pub source: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by agent and unit.
pub(super) fn accounts(
    bound: &Bound,
    (agents, units, reference): (&[Agent], &FlowUnits, &Reference),
    diagnostics: &mut Diagnostics,
) -> Vec<Account> {
    let mut accounts: Vec<Account> = bound.collect(|row| {
        let agent = agent(&row, agents, diagnostics);
        let unit = unit(&row, units, reference, diagnostics);
        let decimals = unit.and_then(|unit| units.minor(unit));
        let opening = money(&row, "opening", decimals, diagnostics);
        let mut limit = |column: &str| {
            let number = money(&row, column, decimals, diagnostics)?;
            let fine = number >= Money::ZERO;
            if !fine {
                let message = format!("`{column}` is {number}, below 0");
                let hint = "how far below 0 a balance may go, and how high, are both numbers of 0 or more";
                let place = row.place().column(column);
                diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(place).hint(hint));
            }
            Some(number).filter(|_| fine)
        };
        let (credit_limit, max_balance) = (limit("credit_limit"), limit("max_balance"));
        let period = row.optional_period("date", diagnostics);
        if opening.is_some() && row.text("date").is_none() {
            let message = "the opening balance has no date";
            let hint = "state the day at whose beginning it holds";
            let place = row.place().column("date");
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        }
        Some(Account {
            agent: agent?,
            unit: unit?.to_owned(),
            opening,
            day: period.map(Period::first_day),
            credit_limit,
            max_balance,
            source: row.string("source"),
            row: row.row_ref(),
        })
    });
    accounts.sort_by(|a, b| (a.agent, &a.unit).cmp(&(b.agent, &b.unit)));
    check_openings(&accounts, units, diagnostics);
    accounts
}

/// In a ledger of members all balances sum to zero, from the first day on.
fn check_openings(accounts: &[Account], units: &FlowUnits, diagnostics: &mut Diagnostics) {
    let mut sums: BTreeMap<(&str, i32), (Money, &Account)> = BTreeMap::new();
    for account in accounts.iter().filter(|account| units.is_ledger(&account.unit)) {
        if let (Some(opening), Some(day)) = (account.opening, account.day) {
            let (sum, last) = sums.entry((&account.unit, day)).or_insert((Money::ZERO, account));
            *sum = *sum + opening;
            if account.row.row > last.row.row {
                *last = account;
            }
        }
    }
    for ((unit, day), (sum, account)) in sums.into_iter().filter(|(_, (sum, _))| *sum != Money::ZERO) {
        let date = Period::of_day(day).map_or_else(String::new, |day| day.to_string());
        let message = format!("the opening balances in {unit} on {date} sum to {sum}, not to 0");
        let hint = "in a ledger of members what one has another owes: state the openings of all members, the community \
                    account among them, of one day";
        let place = account.row.place().column("opening");
        diagnostics.push(Diagnostic::error(codes::UNBALANCED, message).at(place).hint(hint));
    }
}

fn agent(row: &Cells, agents: &[Agent], diagnostics: &mut Diagnostics) -> Option<usize> {
    let id = row.id("agent", diagnostics)?;
    let found = agents.binary_search_by(|agent| agent.id.cmp(&id)).ok();
    if found.is_none() {
        let hint = match diagnostics.nearest(&id, agents.iter().map(|agent| agent.id.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add it to the table `agents`".to_owned(),
        };
        let message = format!("there is no agent `{id}`");
        let place = row.place().column("agent");
        diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
    }
    found
}

/// A unit of account, or a unit of things.
fn unit<'a>(
    row: &Cells<'a>,
    units: &FlowUnits,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<&'a str> {
    let text = row.required("unit", diagnostics)?;
    if text != "none" && units.kind(text).is_some() {
        return Some(text);
    }
    row.measure("unit", &reference.units, diagnostics).map(|_| text)
}

/// An amount in whole minor units, where the unit has any.
fn money(row: &Cells, column: &str, decimals: Option<u32>, diagnostics: &mut Diagnostics) -> Option<Money> {
    let number = row.optional_number(column, diagnostics)?;
    let place = || row.place().column(column);
    let text = row.text(column).unwrap_or_default();
    let digits = decimals.unwrap_or(BOOK_SCALE);
    if decimal::round(&number.exact, digits) != number.exact {
        let message = format!("`{text}` is not a whole number of the smallest part of the unit");
        let hint = format!("amounts have at most {digits} decimals; the table `units` can state more");
        diagnostics.push(Diagnostic::error(codes::NOT_WHOLE, message).at(place()).hint(hint));
        return None;
    }
    let money = Money::round(&number.exact).ok();
    if money.is_none() {
        let message = format!("`{text}` cannot be kept exactly");
        let hint = "amounts are at most 10^14";
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place()).hint(hint));
    }
    money
}
