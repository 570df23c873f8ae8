//! The books for a terminal: the trial balance of the agents that were asked for, or what each agent is left with.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::decimal::plain;
use crate::base::money::{BOOK_SCALE, Money};
use crate::ledger::Position;
use crate::report::columns::{Cell, Columns};
use crate::report::display::fixed;
use crate::report::table::aligned;

use super::{Accounts, date, not_booked_columns, results, trial_balance};

/// Lines of a list that are shown.
const SHOWN: usize = 8;

/// An amount of money with the decimals of its unit, others with those they have.
pub(super) fn amount(accounts: &Accounts, unit: &str, money: Money) -> String {
    match accounts.judged.data.units.minor(unit) {
        Some(digits) if money.units() % 10_i128.pow(BOOK_SCALE - digits.min(BOOK_SCALE)) == 0 => {
            fixed(money.at_scale(digits), digits)
        }
        _ => plain(&money.units().into(), BOOK_SCALE),
    }
}

/// A table whose money is shown with the decimals of the unit in its row.
fn shown(accounts: &Accounts, columns: &Columns, left: usize) -> String {
    let header: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let rows: Vec<Vec<String>> = (0..columns.rows())
        .map(|row| {
            let unit = columns.text("unit", row);
            let cell = |cell: &Cell| match cell {
                Cell::Money(money) => amount(accounts, &unit, *money),
                cell => cell.text(),
            };
            columns.iter().map(|column| cell(&column.cells[row])).collect()
        })
        .collect();
    aligned(&header, &rows, left)
}

/// The summary, with what is not settled.
pub fn text(accounts: &Accounts) -> String {
    let mut text = if accounts.agents.is_empty() {
        shown(accounts, &results(accounts), 2)
    } else {
        shown(accounts, &trial_balance(accounts), 4)
    };
    let (transactions, postings) = accounts.counts();
    let table = &accounts.rules.table;
    let _ = writeln!(
        text,
        "\n{} to {}: {transactions} transactions, {postings} postings; postings {} {}",
        date(accounts.span.first),
        date(accounts.span.last),
        table.name,
        table.manifest.version
    );
    text.push_str(&remarks(accounts));
    text
}

/// What is not settled, a line each.
pub(super) fn remarks(accounts: &Accounts) -> String {
    let mut text = not_booked(accounts);
    text.push_str(&suspense(accounts));
    text.push_str(&open_units(accounts));
    text.push_str(&limits(accounts));
    if let Some(caveat) = &accounts.judged.data.manifest.caveat {
        let _ = writeln!(text, "caution: {caveat}");
    }
    text
}

fn not_booked(accounts: &Accounts) -> String {
    let columns = not_booked_columns(accounts);
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in 0..columns.rows() {
        reasons.entry(columns.text("reason", row)).or_default().push(columns.text("flow", row));
    }
    let mut text = String::new();
    for (reason, flows) in reasons {
        let more = if flows.len() > SHOWN { ", …" } else { "" };
        let named = flows[..flows.len().min(SHOWN)].join(", ");
        let _ = writeln!(text, "not booked: {}, as {reason}: {named}{more}", flows.len());
    }
    text
}

/// What waits for somebody to say what it was.
fn suspense(accounts: &Accounts) -> String {
    let mut text = String::new();
    for statement in &accounts.statements {
        let waiting = |name: &str| name.split(':').any(|part| part == "suspense");
        for line in
            statement.lines.iter().filter(|line| waiting(&line.account) && line.closing != Money::ZERO)
        {
            let _ = writeln!(
                text,
                "in suspense: {} {} of {}",
                amount(accounts, &line.unit, line.closing),
                line.unit,
                accounts.agent(statement.agent)
            );
        }
    }
    text
}

/// What is owed one way in one unit, and the other way in another.
fn open_units(accounts: &Accounts) -> String {
    let mut text = String::new();
    let (data, journal) = (&accounts.judged.data, &accounts.books.journal);
    for open in accounts.books.open_units.iter().filter(|open| accounts.shows(open.agent)) {
        let amounts = open.amounts.iter().map(|(unit, money)| {
            let unit = journal.units.get(*unit);
            format!("{} {unit}", amount(accounts, unit, *money))
        });
        let amounts: Vec<String> = amounts.collect();
        let agreement = &data.agreements[open.agreement].id;
        let agent = accounts.agent(open.agent);
        let _ = writeln!(text, "open in two units: {} of {agent} under {agreement}", amounts.join(", "));
    }
    text
}

/// Who stands at a limit or beyond, and who has been.
fn limits(accounts: &Accounts) -> String {
    let mut text = String::new();
    for line in accounts.books.credit.iter().filter(|line| accounts.shows(line.agent)) {
        let quiet = matches!(line.position, Position::Within | Position::NoLimit);
        if quiet && line.days_beyond == 0 {
            continue;
        }
        let days = if line.days_beyond == 0 {
            String::new()
        } else {
            format!("; days beyond a limit: {}", line.days_beyond)
        };
        let balance = amount(accounts, &line.unit, line.balance);
        let _ = writeln!(
            text,
            "limit: {} has {balance} {}, {}{days}",
            accounts.agent(line.agent),
            line.unit,
            line.position.word()
        );
    }
    text
}
