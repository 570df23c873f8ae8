//! Statements of producers: what they delivered, what they are owed for it, and what was paid. Every statement is what
//! the books of the co-op say, to the last part of a currency; otherwise there is none.

mod dates;
mod ledger;
mod line;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::base::period::Period;
use crate::base::progress::Progress;
use crate::data::coop::records::Records;
use crate::data::coop::settings::Language;
use crate::data::manifest::Manifest;
use crate::data::reference::Reference;
use crate::data::source::{Library, Opened};
use crate::ledger::{PostingRules, books};
use crate::regime::{DEFAULT_RULES, Judged, Rules};

use super::books::{Amounts, COOP_POSTINGS, CoopFlows, coop_flows};

pub use dates::Dates;
pub use line::{LINE_KINDS, Line, LineKind};
pub use statement::{Goods, GoodsSum, Statement, Sums};

/// What of the statements is asked for.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Over which days.
    pub dates: Dates,
    /// Of whom; empty: of all.
    pub producers: Vec<String>,
    /// In which language; `None`: in that of each producer.
    pub language: Option<Language>,
}

/// The statements of a co-op.
#[derive(Clone, Debug)]
pub struct Statements {
    /// Name of the dataset.
    pub name: String,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its content hash.
    pub hash: String,
    /// The records.
    pub records: Records,
    /// What they come to.
    pub amounts: Amounts,
    /// Names of products, by their ids, as far as the dataset has any.
    pub products: BTreeMap<String, String>,
    /// First and last day, counted from 1970-01-01.
    pub days: (i32, i32),
    /// By producer and currency.
    pub all: Vec<Statement>,
    /// Ids of producers who have no statement: nothing is open, and nothing happened.
    pub silent: Vec<String>,
    /// Language of all statements, if one was asked for.
    pub language: Option<Language>,
    /// Events and postings of the books that the statements agree with.
    pub booked: (usize, usize),
    /// Name and version of the table of postings, and of the rules.
    pub kept_by: [(String, String); 2],
}

/// Sums over all statements in a currency.
#[derive(Clone, Debug, Default)]
pub struct Total {
    /// How many.
    pub statements: usize,
    /// Opening balances.
    pub opening: Money,
    /// Sums of their lines.
    pub sums: Sums,
    /// Closing balances.
    pub closing: Money,
    /// By kind of goods.
    pub products: BTreeMap<Goods, GoodsSum>,
}

impl Statements {
    /// The language of a statement.
    pub fn language_of(&self, statement: &Statement) -> Language {
        let own = self.records.producers[statement.producer].language;
        self.language.or(own).unwrap_or(self.records.settings.language)
    }

    /// Sums by currency.
    pub fn totals(&self) -> BTreeMap<Currency, Total> {
        let mut totals: BTreeMap<Currency, Total> = BTreeMap::new();
        for statement in &self.all {
            let total = totals.entry(statement.currency).or_default();
            total.statements += 1;
            total.opening = total.opening + statement.opening;
            total.closing = total.closing + statement.closing();
            total.sums.add(&statement.sums);
            for (goods, sum) in &statement.products {
                total.products.entry(goods.clone()).or_default().add(sum);
            }
        }
        totals
    }
}

/// The statements of producers, compared with the books that are kept of the same records.
pub fn statements(
    opened: Opened,
    choices: &Choices,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Statements> {
    let (manifest, name) = (opened.manifest.clone(), opened.source.name.clone());
    let flows = coop_flows(opened, reference, progress, diagnostics)?;
    let chosen = chosen(&choices.producers, &flows.records, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let CoopFlows { records, amounts, data, stated, products } = flows;
    let hash = data.hash.clone();
    // The books are kept by what is built in: a table of one's own is for `accounts`.
    let library = Library::new(None);
    let rules = Rules::find(DEFAULT_RULES, &library, diagnostics)?;
    let postings = PostingRules::find(COOP_POSTINGS, &library, diagnostics)?;
    let judged = Judged::new(data, rules, reference, progress, diagnostics)?;
    let kept = books(&judged, &postings, &[], None, diagnostics)?;
    let dates = choices.dates;
    let ledger = ledger::ledger((&judged, &postings, &kept), &records, &stated, dates);
    let mut lines = line::lines(&records, &amounts);
    ledger::add_others(&mut lines, &ledger);
    line::sort(&mut lines);
    let all_days = lines.values().flatten().map(|line| line.day);
    let recorded = (all_days.clone().min(), all_days.max());
    let days = days(dates, recorded);
    let mut all: Vec<Statement> = lines
        .into_iter()
        .map(|(key, lines)| Statement::new(key, lines, dates, (&records, &amounts)))
        .filter(|statement| !statement.lines.is_empty() || statement.opening != Money::ZERO)
        .collect();
    let before = diagnostics.errors();
    ledger::compare(&all, &ledger, &records, diagnostics);
    if diagnostics.errors() > before {
        return None;
    }
    tell_of_silence(&all, days, recorded, diagnostics);
    all.retain(|statement| chosen.as_ref().is_none_or(|chosen| chosen.contains(&statement.producer)));
    let heard: BTreeSet<usize> = all.iter().map(|statement| statement.producer).collect();
    let asked = |at: &usize| chosen.as_ref().is_none_or(|chosen| chosen.contains(at));
    let silent = (0..records.producers.len()).filter(|at| asked(at) && !heard.contains(at));
    let silent = silent.map(|at| records.producers[at].id.clone()).collect();
    let version = |name: &str, manifest: &Manifest| (name.to_owned(), manifest.version.clone());
    let kept_by = [
        version(&postings.table.name, &postings.table.manifest),
        version(&judged.rules.table.name, &judged.rules.table.manifest),
    ];
    let booked = ledger::counts(&kept.journal);
    let language = choices.language;
    Some(Statements {
        name,
        manifest,
        hash,
        records,
        amounts,
        products,
        days,
        all,
        silent,
        language,
        booked,
        kept_by,
    })
}

/// Warns where nobody has a line in the days that were asked for: a period that was mistyped looks just like that.
fn tell_of_silence(
    all: &[Statement],
    (first, last): (i32, i32),
    recorded: (Option<i32>, Option<i32>),
    diagnostics: &mut Diagnostics,
) {
    let (Some(from), Some(until)) = recorded else { return };
    if all.iter().any(|statement| !statement.lines.is_empty()) {
        return;
    }
    let day = |day: i32| Period::of_day(day).map_or_else(|| day.to_string(), |day| day.to_string());
    let message = format!("nothing happened from {} to {}", day(first), day(last));
    let hint = format!("the records go from {} to {}: ask for days among them", day(from), day(until));
    diagnostics.push(Diagnostic::warning(codes::NO_RECORD, message).hint(hint));
}

/// The first and the last day: as asked for, else those of the records.
fn days(dates: Dates, (first, last): (Option<i32>, Option<i32>)) -> (i32, i32) {
    let first = dates.first.or(first).unwrap_or_default();
    let first = if dates.first.is_none() { dates.last.map_or(first, |last| first.min(last)) } else { first };
    (first, dates.last.or(last).unwrap_or(first).max(first))
}

/// The places of the producers that are asked for; `None`: all.
fn chosen(ids: &[String], records: &Records, diagnostics: &mut Diagnostics) -> Option<BTreeSet<usize>> {
    if ids.is_empty() {
        return None;
    }
    let mut places = BTreeSet::new();
    for id in ids {
        if let Some(at) = records.producer(id) {
            places.insert(at);
            continue;
        }
        let known = records.producers.iter().map(|producer| producer.id.as_str());
        let hint = match diagnostics.nearest(id, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "without a choice there is a statement for everybody".to_owned(),
        };
        let message = format!("there is no producer `{id}`");
        diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
    }
    Some(places)
}
