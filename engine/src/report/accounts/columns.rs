//! Flat tables of the books.

use crate::base::money::Money;
use crate::ledger::{Balance, CreditLine, Line, NotBooked, Posting, Section, Transaction, balances};
use crate::report::columns::Columns;

use super::{Accounts, date};

/// One row a posting, in the order of the journal.
pub fn journal_columns(accounts: &Accounts) -> Columns {
    let journal = &accounts.books.journal;
    let rows: Vec<(&Transaction, &Posting)> = journal
        .transactions
        .iter()
        .flat_map(|transaction| journal.of(transaction).iter().map(move |posting| (transaction, posting)))
        .filter(|(_, posting)| accounts.shows(posting.agent))
        .collect();
    Columns::of(&rows)
        .text("transaction", |(t, _)| &t.id)
        .text("date", |(t, _)| date(t.day))
        .text("dated", |(t, _)| t.dated.word())
        .text("kind", |(_, p)| p.kind.word())
        .text("flow", |(_, p)| accounts.flow(p.flow))
        .text("class", |(_, p)| accounts.class(p.flow))
        .text("rule", |(_, p)| p.row.map_or("", |row| &accounts.rules.table.rows[row].id))
        .text("agent", |(_, p)| accounts.agent(p.agent))
        .text("account", |(_, p)| journal.accounts.get(p.account))
        .text("unit", |(_, p)| journal.units.get(p.unit))
        .money("amount", |(_, p)| Some(p.amount))
        .done()
}

/// One row an agent, account, unit and day on which the balance changed.
pub fn balance_columns(accounts: &Accounts) -> Columns {
    let journal = &accounts.books.journal;
    let mut rows: Vec<Balance> = balances(journal);
    rows.retain(|balance| accounts.shows(balance.agent));
    Columns::of(&rows)
        .text("agent", |b| accounts.agent(b.agent))
        .text("account", |b| journal.accounts.get(b.account))
        .text("unit", |b| journal.units.get(b.unit))
        .text("date", |b| date(b.day))
        .money("change", |b| Some(b.change))
        .money("balance", |b| Some(b.balance))
        .done()
}

/// The lines of all statements, each with its agent.
fn lines<'a>(accounts: &'a Accounts) -> Vec<(u32, &'a Line)> {
    let all = accounts.statements.iter();
    all.flat_map(|statement| statement.lines.iter().map(|line| (statement.agent, line))).collect()
}

/// One row an agent, unit and account: debit above 0, credit below.
pub fn trial_balance(accounts: &Accounts) -> Columns {
    Columns::of(&lines(accounts))
        .text("agent", |(agent, _)| accounts.agent(*agent))
        .text("unit", |(_, line)| &line.unit)
        .text("account", |(_, line)| &line.account)
        .text("section", |(_, line)| line.section.word())
        .money("opening", |(_, line)| Some(line.opening))
        .money("debit", |(_, line)| Some(line.debit))
        .money("credit", |(_, line)| Some(line.credit))
        .money("closing", |(_, line)| Some(line.closing))
        .done()
}

/// A line of an income statement or balance sheet.
struct Item {
    agent: u32,
    unit: String,
    section: &'static str,
    account: String,
    amount: Money,
}

fn items(accounts: &Accounts, items: &[Item]) -> Columns {
    Columns::of(items)
        .text("agent", |item| accounts.agent(item.agent))
        .text("unit", |item| &item.unit)
        .text("section", |item| item.section)
        .text("account", |item| &item.account)
        .money("amount", |item| Some(item.amount))
        .done()
}

/// Income and expenses of the period, and what is left of one after the other.
pub fn income_statement(accounts: &Accounts) -> Columns {
    let mut all = Vec::new();
    for statement in &accounts.statements {
        for (unit, result) in statement.results() {
            let mut add = |section: &'static str, account: &str, amount: Money| {
                all.push(Item {
                    agent: statement.agent,
                    unit: unit.to_owned(),
                    section,
                    account: account.to_owned(),
                    amount,
                });
            };
            for line in statement.lines.iter().filter(|line| line.unit == unit) {
                match line.section {
                    Section::Income => add("income", &line.account, -line.closing),
                    Section::Expenses => add("expenses", &line.account, line.closing),
                    _ => {}
                }
            }
            add("result", accounts.rules.table.role("result"), result);
        }
    }
    items(accounts, &all)
}

/// Assets, liabilities and equity at the end of the period; assets are the sum of the others, in each unit.
pub fn balance_sheet(accounts: &Accounts) -> Columns {
    let mut all = Vec::new();
    for statement in &accounts.statements {
        let results = statement.results();
        for unit in statement.sums().keys() {
            let mut add = |section: &'static str, account: &str, amount: Money| {
                all.push(Item {
                    agent: statement.agent,
                    unit: (*unit).to_owned(),
                    section,
                    account: account.to_owned(),
                    amount,
                });
            };
            let of_unit = statement.lines.iter().filter(|line| line.unit == *unit);
            for line in of_unit.filter(|line| !line.section.is_of_period()) {
                let amount = if line.section == Section::Assets { line.closing } else { -line.closing };
                if amount != Money::ZERO {
                    add(line.section.word(), &line.account, amount);
                }
            }
            if let Some(result) = results.get(unit) {
                add(Section::Equity.word(), accounts.rules.table.role("result"), *result);
            }
        }
    }
    items(accounts, &all)
}

/// One row an agent and unit: what income leaves after expenses.
pub fn results(accounts: &Accounts) -> Columns {
    let rows: Vec<(u32, &str, Money, [Money; 3])> = accounts
        .statements
        .iter()
        .flat_map(|statement| {
            let results = statement.results();
            let agent = statement.agent;
            statement
                .sums()
                .into_iter()
                .map(move |(unit, sums)| (agent, unit, results.get(unit).copied().unwrap_or_default(), sums))
        })
        .collect();
    Columns::of(&rows)
        .text("agent", |row| accounts.agent(row.0))
        .text("unit", |row| row.1)
        .money("net_result", |row| Some(row.2))
        .money("assets", |row| Some(row.3[0]))
        .money("liabilities", |row| Some(row.3[1]))
        .money("equity", |row| Some(row.3[2]))
        .done()
}

/// One row an agent and unit in a ledger of members, or with a limit.
pub fn credit_columns(accounts: &Accounts) -> Columns {
    let rows: Vec<&CreditLine> =
        accounts.books.credit.iter().filter(|line| accounts.shows(line.agent)).collect();
    let bucket = |at: usize| move |line: &&CreditLine| Some(line.ageing.buckets[at]);
    Columns::of(&rows)
        .text("agent", |line| accounts.agent(line.agent))
        .text("unit", |line| &line.unit)
        .money("balance", |line| Some(line.balance))
        .money("credit_limit", |line| line.credit_limit)
        .money("max_balance", |line| line.max_balance)
        .text("position", |line| line.position.word())
        .count("days_beyond", |line| line.days_beyond)
        .text("negative_since", |line| line.ageing.since.map(date).unwrap_or_default())
        .text("oldest_debt", |line| line.ageing.oldest.map(date).unwrap_or_default())
        .money("days_0_30", bucket(0))
        .money("days_31_90", bucket(1))
        .money("days_91_365", bucket(2))
        .money("days_over_365", bucket(3))
        .done()
}

/// One row a flow that is not booked.
pub fn not_booked_columns(accounts: &Accounts) -> Columns {
    let flows = &accounts.judged.data.flows;
    let shown = |agent: Option<usize>| agent.is_some_and(|agent| accounts.shows(agent as u32));
    let all = accounts.books.not_booked.iter();
    let rows: Vec<&NotBooked> = all
        .filter(|row| accounts.agents.is_empty() || shown(flows.from(row.flow)) || shown(flows.to(row.flow)))
        .collect();
    let agent =
        |agent: Option<usize>| agent.map_or(String::new(), |agent| accounts.agent(agent as u32).to_owned());
    Columns::of(&rows)
        .text("flow", |row| flows.id(row.flow))
        .text("from", |row| agent(flows.from(row.flow)))
        .text("to", |row| agent(flows.to(row.flow)))
        .text("date", |row| flows.when(row.flow).first_day().map(date).unwrap_or_default())
        .text("resource", |row| &*flows.terms_of(row.flow).resource)
        .text("class", |row| accounts.class(Some(row.flow)))
        .text("reason", |row| row.reason)
        .done()
}
