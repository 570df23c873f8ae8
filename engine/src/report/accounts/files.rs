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
    Accounts, balance_columns, balance_sheet, beancount, credit_columns, hledger, income_statement,
    journal_columns, json, not_booked_columns, page, trial_balance,
};

/// Writes the journal, balances, statements, credit and what is not booked, as tables, as a workbook and as a page, under
/// temporary names until the batch is committed.
pub fn stage(folder: &Path, accounts: &Accounts) -> Result<Batch, Diagnostic> {
    let page = page::page(accounts)
        .map_err(|error| Diagnostic::error(codes::UNWRITABLE, format!("the page cannot be made: {error}")))?;
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
    batch.add("journal.hledger", hledger(accounts).as_bytes())?;
    batch.add("journal.beancount", beancount(accounts).as_bytes())?;
    batch.add("accounts.json", texts::text(&json::json(accounts)).as_bytes())?;
    batch.add("index.html", page.as_bytes())?;
    #[cfg(feature = "xlsx")]
    batch.add("accounts.xlsx", &workbook(accounts)?)?;
    Ok(batch)
}

/// The tables as a workbook. Its days are days: in the other files they are words.
#[cfg(feature = "xlsx")]
fn workbook(accounts: &Accounts) -> Result<Vec<u8>, Diagnostic> {
    let (first, last) = accounts.days();
    let about = xlsx::about("accounts", &json::lineage(accounts), &[format!("{first} to {last}")]);
    let sheets = [
        ("Trial balance", trial_balance(accounts)),
        ("Income statement", income_statement(accounts)),
        ("Balance sheet", balance_sheet(accounts)),
        ("Journal", journal_columns(accounts).dated(&["date"])),
        ("Credit", credit_columns(accounts).dated(&["negative_since", "oldest_debt"])),
        ("Not booked", not_booked_columns(accounts).dated(&["date"])),
    ];
    let sheets: Vec<xlsx::Sheet> = sheets.iter().map(|(name, columns)| (*name, columns)).collect();
    xlsx::report(&about, &sheets)
}
