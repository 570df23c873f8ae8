//! The books as a page: statements, credit and what is not booked; it needs nothing but itself.

use minijinja::value::Serde;
use serde::Serialize;

use crate::report::columns::{Cell, Columns, Kind};
use crate::report::web::environment;

use super::table::amount;
use super::{
    Accounts, balance_sheet, credit_columns, income_statement, not_booked_columns, results, trial_balance,
};

const TEMPLATE: &str =
    concat!(include_str!("../web/templates/style.html.jinja"), include_str!("templates/accounts.html.jinja"));

/// Rows of a table that the page shows; files hold all.
const SHOWN: usize = 2_000;

/// A table as the template sees it.
#[derive(Serialize)]
struct Table {
    title: &'static str,
    about: &'static str,
    file: &'static str,
    header: Vec<Header>,
    rows: Vec<Vec<String>>,
    more: usize,
}

/// A column of it.
#[derive(Serialize)]
struct Header {
    name: String,
    is_number: bool,
}

/// The page as the template sees it.
#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    first: String,
    last: String,
    caveat: Option<&'a str>,
    postings: String,
    tables: Vec<Table>,
    engine: &'static str,
}

fn table(
    accounts: &Accounts,
    (title, about, file): (&'static str, &'static str, &'static str),
    columns: &Columns,
) -> Table {
    let is_number = |kind: Kind| matches!(kind, Kind::Money | Kind::Amount | Kind::Count);
    let header = columns
        .iter()
        .map(|column| Header { name: column.name.replace('_', " "), is_number: is_number(column.kind) });
    let row = |row: usize| {
        let unit = columns.text("unit", row);
        let cell = |cell: &Cell| match cell {
            Cell::Money(money) => amount(accounts, &unit, *money),
            cell => cell.text(),
        };
        columns.iter().map(|column| cell(&column.cells[row])).collect()
    };
    let rows = (0..columns.rows().min(SHOWN)).map(row).collect();
    Table { title, about, file, header: header.collect(), rows, more: columns.rows().saturating_sub(SHOWN) }
}

/// The page.
pub(super) fn page(accounts: &Accounts) -> Result<String, minijinja::Error> {
    let all = [
        (("Results", "What each agent is left with, in each unit.", "accounts.json"), results(accounts)),
        (
            (
                "Income statement",
                "Income and expenses, and what is left of one after the other.",
                "income_statement.csv",
            ),
            income_statement(accounts),
        ),
        (
            (
                "Balance sheet",
                "Assets are the sum of liabilities and equity, in each unit.",
                "balance_sheet.csv",
            ),
            balance_sheet(accounts),
        ),
        (
            (
                "Trial balance",
                "Debit is above 0, credit below; each column sums to 0 in each unit.",
                "trial_balance.csv",
            ),
            trial_balance(accounts),
        ),
        (
            ("Credit", "What members gave and got in units of their own.", "credit.csv"),
            credit_columns(accounts),
        ),
        (
            ("Not booked", "Flows that stand in no book, and why.", "not_booked.csv"),
            not_booked_columns(accounts),
        ),
    ];
    let tables = all.iter().filter(|(_, columns)| columns.rows() > 0);
    let tables = tables.map(|(words, columns)| table(accounts, *words, columns)).collect();
    let (first, last) = accounts.days();
    let manifest = &accounts.judged.data.manifest;
    let rules = &accounts.rules.table;
    let page = Page {
        title: &manifest.title,
        first,
        last,
        caveat: manifest.caveat.as_deref(),
        postings: format!("{} {}", rules.name, rules.manifest.version),
        tables,
        engine: env!("CARGO_PKG_VERSION"),
    };
    let mut environment = environment()?;
    environment.add_template("accounts.html", TEMPLATE)?;
    environment.get_template("accounts.html")?.render(Serde(&page))
}
