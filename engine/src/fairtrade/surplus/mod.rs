//! The surplus of a co-op: reserves first, then members by their business, cash and capital.

mod journal;
mod rule_set;
mod share_out;
mod shares;

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::coop::capital::{CapitalKind, CapitalRow};
use crate::data::coop::members::MemberTables;
use crate::data::coop::patronage::Patronage;
use crate::data::source::Library;

use super::capital::{CapitalAccounts, Movement, balances_before};

pub use journal::{NET_MARGIN, Posting, journal};
pub use rule_set::RuleSet;
pub use share_out::{Sharing, share_out};
pub use shares::{Known, Line, MemberShare, Step, YearShares};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Only this year; all if left out.
    pub year: Option<i32>,
    /// Rules for the years that are asked for, instead of those that the table names.
    pub rules: Option<String>,
    /// What part of a share is paid in cash in those years, instead of what the table and the rules say.
    pub cash_rate: Option<Exact>,
    /// After how many years capital falls due, instead of what the rules say.
    pub redeem_after: Option<u32>,
}

/// Surpluses shared out, and the capital of members.
#[derive(Clone, Debug)]
pub struct Distributed {
    /// By year.
    pub years: Vec<YearShares>,
    /// Rules that were used, by name.
    pub rules: Vec<RuleSet>,
    /// Accounts of members, where there is capital.
    pub capital: Option<CapitalAccounts>,
    /// Years whose date is not stated: what is kept is booked on their last day.
    pub undated: Vec<i32>,
    /// After how many years capital falls due.
    pub redeem_after: Option<u32>,
}

/// Shares out the surpluses of a co-op by its rules, in the order of years: what is kept of one is capital in the next.
pub fn distribute(
    tables: &MemberTables,
    asked: &Asked,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> Option<Distributed> {
    let before = diagnostics.errors();
    let mut run = Run::new(tables, asked, library, diagnostics)?;
    run.share(diagnostics);
    let made = run.finish(diagnostics);
    if diagnostics.errors() > before { None } else { made }
}

struct Run<'a> {
    tables: &'a MemberTables,
    asked: &'a Asked,
    library: &'a Library,
    currency: Currency,
    movements: Vec<Movement>,
    rules: BTreeMap<String, Option<RuleSet>>,
    years: Vec<YearShares>,
    undated: Vec<i32>,
    redeem_after: Option<u32>,
}

impl<'a> Run<'a> {
    fn new(
        tables: &'a MemberTables,
        asked: &'a Asked,
        library: &'a Library,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let surpluses = tables.surpluses.as_deref().unwrap_or_default();
        let capital = tables.capital.as_deref().unwrap_or_default();
        if surpluses.is_empty() && capital.is_empty() {
            // A table with problems has said so.
            if !diagnostics.has_errors() {
                let message = "the dataset has neither a surplus nor capital";
                let hint = "put the surplus of each year into the table `surpluses`, the sheet Surpluses of a workbook";
                diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).hint(hint));
            }
            return None;
        }
        if let Some(year) = asked.year.filter(|year| surpluses.iter().all(|surplus| surplus.year != *year)) {
            let years: Vec<String> = surpluses.iter().map(|surplus| surplus.year.to_string()).collect();
            let message = format!("there is no surplus of {year}");
            let hint = match years.as_slice() {
                [] => "the table `surpluses` has no row".to_owned(),
                years => format!("there are {}", years.join(", ")),
            };
            diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
        }
        let of_surplus = surpluses.iter().map(|s| (s.currency, &s.row));
        let all: Vec<_> = of_surplus.chain(capital.iter().map(|c| (c.currency, &c.row))).collect();
        let (currency, _) = *all.first()?;
        if let Some((other, row)) = all.iter().find(|(other, _)| *other != currency) {
            let message = format!("this is in {other}, other amounts are in {currency}");
            let hint = "surpluses and the capital of members are kept in one currency";
            let place = row.place().column("currency");
            diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
        }
        Some(Self {
            tables,
            asked,
            library,
            currency,
            movements: capital.iter().map(Movement::booked).collect(),
            rules: BTreeMap::new(),
            years: Vec::new(),
            undated: Vec::new(),
            redeem_after: asked.redeem_after,
        })
    }

    fn is_asked(&self, year: i32) -> bool {
        self.asked.year.is_none_or(|asked| asked == year)
    }

    /// Shares out year after year, up to the one that is asked for.
    fn share(&mut self, diagnostics: &mut Diagnostics) {
        for surplus in self.tables.surpluses.iter().flatten() {
            if self.asked.year.is_some_and(|asked| surplus.year > asked) {
                break;
            }
            let is_asked = self.is_asked(surplus.year);
            let own = self.asked.rules.as_ref().filter(|_| is_asked);
            let Some(name) = own.or(surplus.rules.as_ref()) else {
                let message = format!("by which rules is the surplus of {} shared out?", surplus.year);
                let hint = "fill `rules`, or say --rules NAME; `truecost fairtrade rules` lists those that are built in";
                let place = surplus.row.place().column("rules");
                diagnostics.push(Diagnostic::error(codes::MISSING_CHOICE, message).at(place).hint(hint));
                continue;
            };
            let place = own.is_none().then(|| surplus.row.place().column("rules"));
            let (tables, library) = (self.tables, self.library);
            let find = || RuleSet::find(name, &tables.rules, place, library, diagnostics);
            let Some(rules) = self.rules.entry(name.clone()).or_insert_with(find).clone() else { continue };
            let start = Period::parse(&format!("{:04}", surplus.year)).map_or(0, Period::first_day);
            let capital = balances_before(&self.movements, start);
            let sharing = Sharing {
                surplus,
                rules: &rules,
                cash_rate: self.asked.cash_rate.as_ref().filter(|_| is_asked),
                patronage: self.tables.patronage.as_deref().map(|all| of_year(all, surplus.year)),
                capital: self.tables.capital.as_ref().map(|_| &capital),
            };
            let Some(shares) = share_out(&sharing, diagnostics) else { continue };
            if self.asked.redeem_after.is_none() {
                self.redeem_after = rules.redeem_after();
            }
            self.keep(&shares, diagnostics);
            if is_asked {
                self.years.push(shares);
            }
        }
    }

    /// What is kept of shares becomes capital, unless the books have it already.
    fn keep(&mut self, shares: &YearShares, diagnostics: &mut Diagnostics) {
        let is_kept = |row: &&CapitalRow| row.kind == CapitalKind::Retained && row.year() == shares.year;
        let booked: Vec<&CapitalRow> = self.tables.capital.iter().flatten().filter(is_kept).collect();
        if let Some(first) = booked.first() {
            compare(shares, &booked, first, diagnostics);
            return;
        }
        let last = Period::parse(&format!("{:04}", shares.year)).map_or(0, Period::last_day);
        if shares.day.is_none() && shares.members.iter().any(|member| member.retained > Money::ZERO) {
            self.undated.push(shares.year);
        }
        let kept = shares.members.iter().filter(|member| member.retained > Money::ZERO);
        self.movements.extend(kept.map(|member| Movement {
            day: shares.day.unwrap_or(last),
            id: String::new(),
            member: member.member.clone(),
            kind: CapitalKind::Retained,
            amount: member.retained,
            year: Some(shares.year),
            row: None,
        }));
    }

    fn finish(self, diagnostics: &mut Diagnostics) -> Option<Distributed> {
        let of_day = |day: i32| Period::of_day(day).map(Period::year);
        let moved = self.movements.iter().filter_map(|movement| of_day(movement.day));
        let all: Vec<i32> = moved.chain(self.years.iter().map(|shares| shares.year)).collect();
        let span = match self.asked.year {
            Some(year) => (year, year),
            None => (*all.iter().min()?, *all.iter().max()?),
        };
        let capital = (!self.movements.is_empty()).then(|| {
            CapitalAccounts::new(&self.movements, self.currency, span, self.redeem_after, diagnostics)
        });
        if capital.as_ref().is_some_and(|capital| !capital.adds_up()) && !diagnostics.has_errors() {
            let message = "the parts of the capital do not add up to it";
            let hint = "this is a fault of the program: please report it with the dataset";
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).hint(hint));
        }
        Some(Distributed {
            years: self.years,
            rules: self.rules.into_values().flatten().collect(),
            capital,
            undated: self.undated,
            redeem_after: self.redeem_after,
        })
    }
}

/// The rows of a year, of rows that are sorted by it.
fn of_year(rows: &[Patronage], year: i32) -> &[Patronage] {
    let first = rows.partition_point(|row| row.year < year);
    let end = rows.partition_point(|row| row.year <= year);
    &rows[first..end]
}

/// The books hold; where the rules give something else, that is said.
fn compare(shares: &YearShares, booked: &[&CapitalRow], first: &CapitalRow, diagnostics: &mut Diagnostics) {
    let mut sums: BTreeMap<&str, (Money, Money)> = BTreeMap::new();
    for row in booked {
        let sum = sums.entry(&row.member).or_default();
        sum.0 = sum.0 + row.amount;
    }
    for member in &shares.members {
        let sum = sums.entry(&member.member).or_default();
        sum.1 = sum.1 + member.retained;
    }
    let differ: Vec<_> = sums.into_iter().filter(|(_, (kept, computed))| kept != computed).collect();
    if let Some((member, (kept, computed))) = differ.first() {
        let message = format!(
            "the books keep {kept} for `{member}` of the surplus of {}, the rules `{}` give {computed}; members that differ: {}",
            shares.year,
            shares.rules,
            differ.len()
        );
        let hint = "the balances follow the books";
        let place = first.row.place().column("amount");
        diagnostics.push(Diagnostic::warning(codes::CONTRADICTION, message).at(place).hint(hint));
    }
}
