//! Statements of producers for people and programs: tables, and pages to print.

mod format;
mod names;
mod pages;
mod section;
mod sheets;
mod strings;

use minijinja::Error;
use serde_json::json;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::base::period::Period;
use crate::data::coop::settings::Language;
use crate::fairtrade::statements::Statements;

use super::CoopReport;

/// The report; `with_pages`: with a page for each producer, and one of all.
pub fn report(statements: &Statements, with_pages: bool) -> Result<CoopReport, Diagnostic> {
    let names = names::names(statements);
    let pages = if with_pages {
        pages::pages(statements, &names).map_err(|error| failed(&error))?
    } else {
        Vec::new()
    };
    Ok(CoopReport {
        name: "statements",
        sheets: sheets::sheets(statements, &names),
        notes: notes(statements),
        pages,
        lineage: lineage(statements),
        failed: false,
    })
}

fn failed(error: &Error) -> Diagnostic {
    Diagnostic::error(codes::UNWRITABLE, format!("the pages cannot be made: {error:#}"))
}

fn day(day: i32) -> String {
    Period::of_day(day).map_or_else(|| day.to_string(), |day| day.to_string())
}

fn notes(statements: &Statements) -> Vec<String> {
    let (first, last) = statements.days;
    let count = statements.all.len();
    let noun = if count == 1 { "statement" } else { "statements" };
    let (events, postings) = statements.booked;
    let mut notes = vec![format!(
        "{} to {}: {count} {noun}; they agree with the books: {events} transactions, {postings} postings",
        day(first),
        day(last)
    )];
    for (currency, total) in statements.totals() {
        notes.push(format!(
            "owed to producers at the end: {} {currency}; premium to the fund: {} {currency}",
            total.closing, total.sums.premium
        ));
    }
    if !statements.silent.is_empty() {
        let some: Vec<&str> = statements.silent.iter().take(5).map(String::as_str).collect();
        let more = if statements.silent.len() > some.len() { ", …" } else { "" };
        notes.push(format!(
            "no statement, as nothing is open and nothing happened: {} ({}{more})",
            statements.silent.len(),
            some.join(", ")
        ));
    }
    notes.extend(statements.manifest.caveat.iter().map(|caveat| format!("caution: {caveat}")));
    notes
}

fn lineage(statements: &Statements) -> serde_json::Value {
    let [(postings, postings_version), (rules, rules_version)] = &statements.kept_by;
    let manifest = &statements.manifest;
    json!({
        "dataset": {
            "name": statements.name,
            "title": manifest.title,
            "version": manifest.version,
            "hash": statements.hash,
            "licence": manifest.licence.name,
            "caveat": manifest.caveat,
        },
        "from": day(statements.days.0),
        "until": day(statements.days.1),
        "language": statements.language.map(Language::code),
        "books": {
            "postings": format!("{postings} {postings_version}"),
            "rules": format!("{rules} {rules_version}"),
            "transactions": statements.booked.0,
            "amounts": statements.booked.1,
        },
        "truecost": env!("CARGO_PKG_VERSION"),
    })
}
