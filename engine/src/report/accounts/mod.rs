//! The books for people and programs.

mod asked;
mod beancount;
mod columns;
mod commodity;
mod files;
mod hledger;
mod json;
mod page;
mod table;

use serde_json::Value;

use crate::base::period::Period;
use crate::ledger::{Books, NOBODY, PostingRules, Span, Statement, statement};
use crate::pricing::Lineage;
use crate::regime::Judged;

pub use asked::{agents, period};
pub use beancount::beancount;
pub use columns::{
    balance_columns, balance_sheet, credit_columns, income_statement, journal_columns, not_booked_columns,
    results, trial_balance,
};
pub use files::stage;
pub use hledger::hledger;
pub use json::{json, lineage};
pub use table::text;

/// What the books call an agent that is not stated.
pub const UNKNOWN_AGENT: &str = "?";

/// Books with what of them is shown.
pub struct Accounts<'a> {
    /// The flows and what they are.
    pub judged: &'a Judged,
    /// Where they are booked.
    pub rules: &'a PostingRules,
    /// The books.
    pub books: &'a Books,
    /// The period of the statements.
    pub span: Span,
    /// The agents that are shown; empty: all.
    pub agents: Vec<u32>,
    /// Their statements.
    pub statements: Vec<Statement>,
    /// What the external cost beside the money rests on, where flows are priced.
    pub valued: Option<Value>,
}

impl<'a> Accounts<'a> {
    /// The statements of some agents, or of all, over a period or over all days of the books.
    pub fn new(
        judged: &'a Judged,
        rules: &'a PostingRules,
        books: &'a Books,
        agents: Vec<u32>,
        period: Option<Period>,
    ) -> Self {
        let first = books.journal.days().map_or(0, |(first, _)| first);
        let whole = Span { first, last: books.last.unwrap_or(first) };
        let span = period.map_or(whole, Span::from);
        let mut statements = statement(&books.journal, rules, span);
        statements.retain(|statement| agents.is_empty() || agents.contains(&statement.agent));
        Self { judged, rules, books, span, agents, statements, valued: None }
    }

    /// The same, with what the external cost beside the money rests on.
    #[must_use]
    pub fn valued(self, lineage: Option<&Lineage>) -> Self {
        Self { valued: lineage.map(crate::report::json::lineage), ..self }
    }

    /// First and last day of the statements.
    pub fn days(&self) -> (String, String) {
        (date(self.span.first), date(self.span.last))
    }

    /// Is an agent shown?
    fn shows(&self, agent: u32) -> bool {
        self.agents.is_empty() || self.agents.contains(&agent)
    }

    /// Events and postings of the agents that are shown, on days of the period.
    fn counts(&self) -> (usize, usize) {
        let journal = &self.books.journal;
        let days = self.span.first..=self.span.last;
        let within = journal.transactions.iter().filter(|transaction| days.contains(&transaction.day));
        let shown = |transaction| journal.of(transaction).iter().filter(|p| self.shows(p.agent)).count();
        let counts = within.map(shown).filter(|count| *count > 0);
        counts.fold((0, 0), |(events, postings), count| (events + 1, postings + count))
    }

    /// The id of an agent.
    fn agent(&self, agent: u32) -> &str {
        if agent == NOBODY { UNKNOWN_AGENT } else { &self.judged.data.agents[agent as usize].id }
    }

    /// The id of a flow; empty where there is none.
    fn flow(&self, flow: Option<usize>) -> &str {
        flow.map_or("", |flow| self.judged.data.flows.id(flow))
    }

    /// What a flow is; empty where there is none.
    fn class(&self, flow: Option<usize>) -> String {
        flow.map(|flow| self.judged.classified.judgement(flow).class.to_string()).unwrap_or_default()
    }
}

/// A day as a date.
fn date(day: i32) -> String {
    Period::of_day(day).map_or_else(|| day.to_string(), |period| period.to_string())
}
