//! The statements as a page to read and print; it needs nothing but itself.

use std::collections::BTreeMap;

use minijinja::value::Serde;
use serde::Serialize;

use crate::ledger::NOBODY;
use crate::report::columns::{Cell, Columns, Kind};
use crate::report::web::dataset::Dataset;
use crate::report::web::environment;

use super::table::{amount, remarks};
use super::{Accounts, balance_sheet, income_statement, trial_balance};

const TEMPLATE: &str = concat!(
    include_str!("../web/templates/style.html.jinja"),
    include_str!("../web/templates/dataset.html.jinja"),
    include_str!("templates/accounts.html.jinja"),
);

/// The most agents of a page; the tables have them all.
const MOST_AGENTS: usize = 200;

/// A cell as it is shown.
#[derive(Serialize)]
struct Shown {
    text: String,
    is_number: bool,
}

/// A statement of an agent in a unit.
#[derive(Serialize)]
struct Table {
    title: &'static str,
    header: Vec<Shown>,
    rows: Vec<Vec<Shown>>,
}

/// What an agent has in a unit.
#[derive(Serialize)]
struct Unit {
    unit: String,
    tables: Vec<Table>,
}

/// An agent with its statements.
#[derive(Serialize)]
struct Agent {
    id: String,
    name: String,
    units: Vec<Unit>,
}

/// The page as the template sees it.
#[derive(Serialize)]
struct Page {
    title: String,
    first: String,
    last: String,
    transactions: usize,
    postings: usize,
    agents: Vec<Agent>,
    /// Agents that the page has no room for.
    more: usize,
    remarks: Vec<String>,
    datasets: Vec<Dataset>,
    engine: &'static str,
}

/// The page.
pub(super) fn page(accounts: &Accounts) -> Result<String, minijinja::Error> {
    let (data, rules, table) = (&accounts.judged.data, &accounts.judged.rules.table, &accounts.rules.table);
    let (first, last) = accounts.days();
    let (transactions, postings) = accounts.counts();
    let page = Page {
        title: data.manifest.title.clone(),
        first,
        last,
        transactions,
        postings,
        agents: agents(accounts),
        more: accounts.statements.len().saturating_sub(MOST_AGENTS),
        remarks: remarks(accounts).lines().map(str::to_owned).collect(),
        datasets: vec![
            Dataset::of("Flows", &data.name, &data.manifest, &data.hash),
            Dataset::of("Rules", &rules.name, &rules.manifest, &rules.hash),
            Dataset::of("Postings", &table.name, &table.manifest, &table.hash),
        ],
        engine: env!("CARGO_PKG_VERSION"),
    };
    let mut environment = environment()?;
    environment.add_template("accounts.html", TEMPLATE)?;
    environment.get_template("accounts.html")?.render(Serde(&page))
}

fn agents(accounts: &Accounts) -> Vec<Agent> {
    let statements = [
        ("Income statement", income_statement(accounts)),
        ("Balance sheet", balance_sheet(accounts)),
        ("Trial balance", trial_balance(accounts)),
    ];
    let mut units: BTreeMap<(String, String), Vec<Table>> = BTreeMap::new();
    for (title, columns) in &statements {
        for (of, rows) in grouped(columns) {
            let table = table(accounts, title, columns, &of.1, &rows);
            units.entry(of).or_default().push(table);
        }
    }
    let shown = accounts.statements.iter().take(MOST_AGENTS);
    shown
        .map(|statement| {
            let id = accounts.agent(statement.agent).to_owned();
            let is_known = statement.agent != NOBODY;
            let name = is_known.then(|| accounts.judged.data.agents[statement.agent as usize].name.clone());
            let of_agent =
                units.range((id.clone(), String::new())..).take_while(|((agent, _), _)| *agent == id);
            let keys: Vec<(String, String)> = of_agent.map(|(key, _)| key.clone()).collect();
            let taken = keys.into_iter().filter_map(|key| {
                let tables = units.remove(&key)?;
                Some(Unit { unit: key.1, tables })
            });
            let units = taken.collect();
            Agent { name: name.unwrap_or_else(|| "not stated".to_owned()), id, units }
        })
        .collect()
}

/// The rows of each agent and unit.
fn grouped(columns: &Columns) -> BTreeMap<(String, String), Vec<usize>> {
    let mut rows: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for row in 0..columns.rows() {
        rows.entry((columns.text("agent", row), columns.text("unit", row))).or_default().push(row);
    }
    rows
}

/// Some rows, without agent and unit: those are above the table.
fn table(accounts: &Accounts, title: &'static str, columns: &Columns, unit: &str, rows: &[usize]) -> Table {
    let kept = || columns.iter().filter(|column| !["agent", "unit"].contains(&column.name));
    let header = kept()
        .map(|column| Shown { text: column.name.replace('_', " "), is_number: column.kind == Kind::Money });
    let shown = |cell: &Cell| match cell {
        Cell::Money(money) => Shown { text: amount(accounts, unit, *money), is_number: true },
        cell => Shown { text: cell.text(), is_number: false },
    };
    Table {
        title,
        header: header.collect(),
        rows: rows.iter().map(|&row| kept().map(|column| shown(&column.cells[row])).collect()).collect(),
    }
}
