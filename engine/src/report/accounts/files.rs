//! The files of `accounts --out`: all of them or none.

use std::io::Error;
use std::path::Path;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::data::write::Batch;
use crate::report::columns::csv;
#[cfg(feature = "xlsx")]
use crate::report::xlsx;
use crate::report::{json as texts, parquet};

use super::{
    Accounts, balance_columns, balance_sheet, beancount, credit_columns, hledger, html, income_statement,
    journal_columns, json, not_booked_columns, trial_balance,
};

/// Writes the journal, balances, statements, credit and what is not booked, a page and a workbook of them, under temporary names until the batch is
/// committed.
pub fn stage(folder: &Path, accounts: &Accounts) -> Result<Batch, Diagnostic> {
    let lineage = json::lineage(accounts).to_string();
    let mut batch = Batch::report(folder)?;
    for (name, columns) in [("journal", journal_columns(accounts)), ("balances", balance_columns(accounts))] {
        batch.add(&format!("{name}.csv"), &csv(&columns))?;
        batch.stream(&format!("{name}.parquet"), |file| {
            parquet::stream(file, &columns, std::iter::empty(), &lineage).map_err(Error::other)
        })?;
    }
    batch.add("trial_balance.csv", &csv(&trial_balance(accounts)))?;
    batch.add("income_statement.csv", &csv(&income_statement(accounts)))?;
    batch.add("balance_sheet.csv", &csv(&balance_sheet(accounts)))?;
    batch.add("credit.csv", &csv(&credit_columns(accounts)))?;
    batch.add("not_booked.csv", &csv(&not_booked_columns(accounts)))?;
    #[cfg(feature = "xlsx")]
    {
        let tables = [
            ("trial balance", &trial_balance(accounts), "trial_balance.csv"),
            ("income statement", &income_statement(accounts), "income_statement.csv"),
            ("balance sheet", &balance_sheet(accounts), "balance_sheet.csv"),
            ("credit", &credit_columns(accounts), "credit.csv"),
            ("journal", &journal_columns(accounts), "journal.csv"),
            ("balances", &balance_columns(accounts), "balances.csv"),
            ("not booked", &not_booked_columns(accounts), "not_booked.csv"),
        ];
        let (mut sheets, notes) = xlsx::fitting(&tables);
        let about = xlsx::about(&notes, &json::lineage(accounts));
        sheets.push(("About", &about));
        batch.add("accounts.xlsx", &xlsx::workbook(&sheets)?)?;
    }
    batch.add("journal.hledger", hledger(accounts).as_bytes())?;
    batch.add("journal.beancount", beancount(accounts).as_bytes())?;
    let page = html::page(accounts)
        .map_err(|error| Diagnostic::error(codes::UNWRITABLE, format!("the page cannot be made: {error}")))?;
    batch.add("index.html", page.as_bytes())?;
    batch.add("accounts.json", texts::text(&json::json(accounts)).as_bytes())?;
    Ok(batch)
}
