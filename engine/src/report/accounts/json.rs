//! The books as JSON: what they rest on, statements, credit, what is not booked. The journal is in the tables.

use serde_json::{Map, Value, json};

use crate::report::columns::{Cell, Columns};
use crate::report::regimes::{self, Regimes, Whole};

use super::{
    Accounts, balance_sheet, credit_columns, date, income_statement, not_booked_columns, trial_balance,
};

/// What the books rest on.
pub fn lineage(accounts: &Accounts) -> Value {
    let mut lineage = regimes::lineage(&Regimes::with(accounts.judged, Whole::default()));
    let table = &accounts.rules.table;
    let own = json!({
        "role": "postings", "name": table.name, "title": table.manifest.title, "version": table.manifest.version,
        "citation": table.manifest.citation, "url": table.manifest.url, "licence": table.manifest.licence.name,
        "redistribute": table.manifest.licence.redistribute, "hash": table.hash,
    });
    if let Some(datasets) = lineage.get_mut("datasets").and_then(Value::as_array_mut) {
        datasets.push(own);
    }
    if let (Some(all), Some(valued)) = (lineage.as_object_mut(), &accounts.valued) {
        all.insert("external_cost".to_owned(), valued.clone());
    }
    lineage
}

/// A table as objects.
fn rows(columns: &Columns) -> Value {
    let row = |row: usize| {
        let cells = columns.iter().map(|column| {
            let value = match &column.cells[row] {
                Cell::Missing(_) => Value::Null,
                Cell::Count(count) => (*count).into(),
                cell => cell.text().into(),
            };
            (column.name.to_owned(), value)
        });
        Value::Object(cells.collect::<Map<_, _>>())
    };
    (0..columns.rows()).map(row).collect()
}

/// What is owed one way in one unit, and the other way in another.
fn open_units(accounts: &Accounts) -> Vec<Value> {
    let (data, journal) = (&accounts.judged.data, &accounts.books.journal);
    let open = accounts.books.open_units.iter().filter(|open| accounts.shows(open.agent));
    open.map(|open| {
        let amounts = open
            .amounts
            .iter()
            .map(|(unit, money)| (journal.units.get(*unit).to_owned(), money.to_string().into()));
        json!({
            "agreement": data.agreements[open.agreement].id, "agent": accounts.agent(open.agent),
            "amounts": amounts.collect::<Map<String, Value>>(),
        })
    })
    .collect()
}

/// The whole result but the journal and the balances.
pub fn json(accounts: &Accounts) -> Value {
    let books = accounts.books;
    let breaches: Vec<Value> = books
        .breaches
        .iter()
        .filter(|breach| accounts.shows(breach.agent))
        .map(|breach| {
            json!({
                "agent": accounts.agent(breach.agent), "unit": breach.unit, "date": date(breach.day),
                "balance": breach.balance.to_string(), "limit": breach.limit.to_string(),
                "flow": accounts.flow(breach.flow),
            })
        })
        .collect();
    let (transactions, postings) = accounts.counts();
    json!({
        "lineage": lineage(accounts),
        "period": { "first": date(accounts.span.first), "last": date(accounts.span.last) },
        "transactions": transactions,
        "postings": postings,
        "trial_balance": rows(&trial_balance(accounts)),
        "income_statement": rows(&income_statement(accounts)),
        "balance_sheet": rows(&balance_sheet(accounts)),
        "credit": rows(&credit_columns(accounts)),
        "breaches": breaches,
        "open_in_two_units": open_units(accounts),
        "not_booked": rows(&not_booked_columns(accounts)),
    })
}
