//! Trial balance, income statement and balance sheet of an agent over a period.

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::base::period::Period;

use super::journal::Journal;
use super::rules::PostingRules;

/// A first and a last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub first: i32,
    /// Last day.
    pub last: i32,
}

impl From<Period> for Span {
    fn from(period: Period) -> Self {
        Self { first: period.first_day(), last: period.last_day() }
    }
}

/// The kind of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What there is.
    Assets,
    /// What is owed.
    Liabilities,
    /// What is one's own.
    Equity,
    /// What came.
    Income,
    /// What went.
    Expenses,
}

impl Section {
    /// The kind of an account by its name.
    pub fn of(account: &str) -> Self {
        match account.split(':').next().unwrap_or_default() {
            "assets" => Self::Assets,
            "liabilities" => Self::Liabilities,
            "income" => Self::Income,
            "expenses" => Self::Expenses,
            _ => Self::Equity,
        }
    }

    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Assets => "assets",
            Self::Liabilities => "liabilities",
            Self::Equity => "equity",
            Self::Income => "income",
            Self::Expenses => "expenses",
        }
    }

    /// Is it an account of a period, closed at its end?
    pub fn is_of_period(self) -> bool {
        matches!(self, Self::Income | Self::Expenses)
    }
}

/// A line of a trial balance: amounts above 0 are debit, below 0 credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Unit.
    pub unit: String,
    /// Account.
    pub account: String,
    /// Its kind.
    pub section: Section,
    /// Balance before the first day.
    pub opening: Money,
    /// What was debited in the period.
    pub debit: Money,
    /// What was credited in the period.
    pub credit: Money,
    /// Balance at the end of the last day.
    pub closing: Money,
}

/// The trial balance of an agent: in each unit, opening and closing balances sum to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Place of the agent.
    pub agent: u32,
    /// By unit, kind and account. Income and expenses of earlier periods are in the retained result.
    pub lines: Vec<Line>,
}

impl Statement {
    /// What income leaves after expenses, by unit; units without either are not there.
    pub fn results(&self) -> BTreeMap<&str, Money> {
        let mut results = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.section.is_of_period()) {
            let result = results.entry(line.unit.as_str()).or_insert(Money::ZERO);
            *result = *result - line.closing;
        }
        results
    }

    /// Assets, liabilities, and equity with the result of the period, by unit: the first is the sum of the others.
    pub fn sums(&self) -> BTreeMap<&str, [Money; 3]> {
        let mut sums: BTreeMap<&str, [Money; 3]> = BTreeMap::new();
        for line in &self.lines {
            let sum = sums.entry(line.unit.as_str()).or_default();
            match line.section {
                Section::Assets => sum[0] = sum[0] + line.closing,
                Section::Liabilities => sum[1] = sum[1] - line.closing,
                _ => sum[2] = sum[2] - line.closing,
            }
        }
        sums
    }
}

/// The statements of all agents that have accounts, by place; what is not stated comes last.
pub fn statement(journal: &Journal, rules: &PostingRules, span: Span) -> Vec<Statement> {
    type Key<'a> = (u32, &'a str, Section, &'a str);
    let mut sums: BTreeMap<Key, [Money; 3]> = BTreeMap::new();
    let retained = rules.table.role("retained");
    for transaction in journal.transactions.iter().filter(|transaction| transaction.day <= span.last) {
        let before = transaction.day < span.first;
        for posting in journal.of(transaction) {
            let (account, unit) = (journal.accounts.get(posting.account), journal.units.get(posting.unit));
            let section = Section::of(account);
            let key = if before && section.is_of_period() {
                (posting.agent, unit, Section::of(retained), retained)
            } else {
                (posting.agent, unit, section, account)
            };
            let sum = sums.entry(key).or_default();
            let at = if before { 0 } else { 1 + usize::from(posting.amount < Money::ZERO) };
            sum[at] = sum[at] + posting.amount;
        }
    }
    let mut all: Vec<Statement> = Vec::new();
    for ((agent, unit, section, account), [opening, debit, credit]) in sums {
        if all.last().is_none_or(|last| last.agent != agent) {
            all.push(Statement { agent, lines: Vec::new() });
        }
        let line = Line {
            unit: unit.to_owned(),
            account: account.to_owned(),
            section,
            opening,
            debit,
            credit: -credit,
            closing: opening + debit + credit,
        };
        if let Some(statement) = all.last_mut() {
            statement.lines.push(line);
        }
    }
    all
}
