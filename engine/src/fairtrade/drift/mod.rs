//! Is a co-op turning into an ordinary firm? Measures year by year, reported and not graded.

mod flows;
mod metric;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::decimal::{Exact, one, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::data::coop::decisions::Decisions;
use crate::data::coop::members::MemberTables;
use crate::data::coop::patronage::Patronage;
use crate::data::coop::pay_range::PayRange;
use crate::data::coop::years::CoopYear;

use super::surplus::{Distributed, Step};

pub use flows::{FlowYear, FlowYears};
pub use metric::{Direction, Metric, More};
pub use read::drift_of;

/// All that is known.
pub struct Given<'a> {
    /// Years, as stated.
    pub years: &'a [CoopYear],
    /// Surplus, business, capital.
    pub tables: &'a MemberTables,
    /// Surpluses shared out; `None`: they cannot be, or there are none.
    pub distributed: Option<&'a Distributed>,
    /// Pay by year.
    pub pay: BTreeMap<i32, PayRange>,
    /// Who decided.
    pub decisions: &'a [Decisions],
    /// Flows.
    pub flows: Option<&'a FlowYears>,
}

/// A measure in a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Year.
    pub year: i32,
    /// Value.
    pub value: Exact,
    /// Which table it is from.
    pub from: &'static str,
    /// What it is a part of, and the part, where it is one.
    pub parts: Option<(Exact, Exact)>,
}

/// A measure over the years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Which.
    pub metric: Metric,
    /// Its years, in order; one at least.
    pub points: Vec<Point>,
}

impl Series {
    /// The first and the last year.
    pub fn ends(&self) -> Option<(&Point, &Point)> {
        self.points.first().zip(self.points.last())
    }

    /// Where it went from the first year to a point of it.
    pub fn direction(&self, point: &Point) -> Direction {
        match self.points.first() {
            _ if self.points.len() < 2 => Direction::OneYear,
            Some(first) if first.year < point.year => self.metric.direction(&first.value, &point.value),
            _ => Direction::First,
        }
    }
}

/// All measures of which there is something to say.
#[derive(Clone, Debug, Default)]
pub struct Drift {
    /// By measure.
    pub series: Vec<Series>,
    /// Measures of which nothing is known.
    pub silent: Vec<Metric>,
    /// What could not be told, and why.
    pub notes: Vec<String>,
}

/// Measures how a co-op changed. It is an error if there is nothing to measure.
pub fn drift(given: &Given, diagnostics: &mut Diagnostics) -> Option<Drift> {
    let mut found = Drift::default();
    for metric in Metric::ALL {
        let points: Vec<Point> = given
            .all_years()
            .into_iter()
            .filter_map(|year| given.point(metric, year, &mut found.notes))
            .collect();
        if points.is_empty() {
            found.silent.push(metric);
        } else {
            found.series.push(Series { metric, points });
        }
    }
    found.notes.sort();
    found.notes.dedup();
    if found.series.is_empty() {
        let message = "nothing is known that could show a drift";
        let hint = "fill the table `years`, or `patronage`, `surpluses`, `workers` or `decisions`";
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).hint(hint));
        return None;
    }
    Some(found)
}

impl Given<'_> {
    fn all_years(&self) -> BTreeSet<i32> {
        let stated = self.years.iter().map(|year| year.year);
        let business = self.tables.patronage.iter().flatten().map(|row| row.year);
        let surpluses = self.tables.surpluses.iter().flatten().map(|row| row.year);
        let decided = self.decisions.iter().map(|row| row.year);
        let passed = self.flows.iter().flat_map(|flows| flows.years.keys().copied());
        let paid = self.pay.keys().copied();
        stated.chain(business).chain(surpluses).chain(decided).chain(passed).chain(paid).collect()
    }

    fn stated(&self, year: i32) -> Option<&CoopYear> {
        self.years.iter().find(|row| row.year == year)
    }

    /// A measure of a year: what `years` states wins over what the tables give.
    fn point(&self, metric: Metric, year: i32, notes: &mut Vec<String>) -> Option<Point> {
        match metric {
            Metric::NonMemberShare => self.non_member_share(year, notes),
            Metric::PayRatio => self.pay_ratio(year, notes),
            Metric::SurplusToCapital => self.of_surplus(year, 0, notes),
            Metric::SurplusToLabour => self.of_surplus(year, 1, notes),
            Metric::SurplusToMembers => self.of_surplus(year, 2, notes),
            Metric::SurplusToReserves => self.of_surplus(year, 3, notes),
            Metric::ConventionalFlows => self.conventional(year),
            Metric::DecisionConcentration => self.concentration(year),
        }
    }

    fn non_member_share(&self, year: i32, notes: &mut Vec<String>) -> Option<Point> {
        let business = self.stated(year).map(|row| &row.business);
        if let Some([Some(all), Some(members)]) = business {
            return share(year, "years", all.clone(), all - members);
        }
        let rows: Vec<&Patronage> =
            self.tables.patronage.iter().flatten().filter(|row| row.year == year).collect();
        let first = rows.first()?;
        if rows.iter().any(|row| row.unit != first.unit) {
            notes.push(format!(
                "{year}: business is stated in several units, so there is no share of non-members"
            ));
            return None;
        }
        let others = rows.iter().find(|row| row.member.is_none()).map(|row| row.amount.clone());
        if others.is_none() {
            notes.push(format!("{year}: business with non-members is not stated in `patronage`"));
        }
        let all: Exact = rows.iter().map(|row| &row.amount).sum();
        share(year, "patronage", all, others?)
    }

    fn pay_ratio(&self, year: i32, notes: &mut Vec<String>) -> Option<Point> {
        let stated = self.stated(year).map(|row| &row.pay);
        let (highest, lowest, from) = match (stated, self.pay.get(&year)) {
            (Some([Some(highest), Some(lowest)]), _) => (highest, lowest, "years"),
            (_, Some(Ok((highest, lowest)))) => (highest, lowest, "workers"),
            (_, Some(Err(why))) => {
                notes.push(format!("{year}: no ratio of pay: {why}"));
                return None;
            }
            _ => return None,
        };
        if *lowest <= zero() {
            notes.push(format!("{year}: the lowest pay is 0, so there is no ratio of pay"));
            return None;
        }
        let parts = Some((lowest.clone(), highest.clone()));
        Some(Point { year, value: highest / lowest, from, parts })
    }

    /// A part of the surplus: to capital, labour, members, reserves.
    fn of_surplus(&self, year: i32, which: usize, notes: &mut Vec<String>) -> Option<Point> {
        let row = self.tables.surpluses.iter().flatten().find(|row| row.year == year);
        if let Some(stated) = self.stated(year).filter(|stated| stated.parts.iter().any(Option::is_some)) {
            let part = stated.parts[which].clone()?;
            let all = stated.surplus.clone().or(row.map(|row| row.amount.exact())).or_else(|| {
                // All four are the whole.
                stated.parts.iter().cloned().sum::<Option<Exact>>()
            });
            let Some(all) = all else {
                notes.push(format!("{year}: parts of the surplus are stated, and not the surplus"));
                return None;
            };
            return share(year, "years", all, part);
        }
        if let Some(loss) = row.filter(|row| row.amount <= Money::ZERO) {
            notes.push(format!("{year}: a surplus of {} has no parts", loss.amount));
            return None;
        }
        let shares = self.distributed?.years.iter().find(|shares| shares.year == year)?;
        let members = shares.sum(Step::Cash) + shares.sum(Step::Retained);
        let capital = shares.sum(Step::Interest);
        let part = match which {
            0 => capital,
            2 => members,
            3 => shares.amount - members - capital,
            _ => return None,
        };
        share(year, "surpluses", shares.amount.exact(), part.exact())
    }

    fn conventional(&self, year: i32) -> Option<Point> {
        if let Some([Some(all), Some(part)]) = self.stated(year).map(|row| &row.flows) {
            return share(year, "years", all.clone(), part.clone());
        }
        let flows = self.flows?.years.get(&year)?;
        share(year, "flows", flows.all.exact(), flows.conventional.exact())
    }

    fn concentration(&self, year: i32) -> Option<Point> {
        if let Some(value) = self.stated(year).and_then(|row| row.concentration.clone()) {
            return Some(Point { year, value, from: "years", parts: None });
        }
        let rows: Vec<&Exact> =
            self.decisions.iter().filter(|row| row.year == year).map(|row| &row.decisions).collect();
        let all: Exact = rows.iter().copied().sum();
        if all <= zero() {
            return None;
        }
        let squares: Exact = rows.into_iter().map(|part| (part / &all) * (part / &all)).sum();
        debug_assert!(squares <= one());
        Some(Point { year, value: squares, from: "decisions", parts: None })
    }
}

/// A part of a whole that is more than nothing.
fn share(year: i32, from: &'static str, all: Exact, part: Exact) -> Option<Point> {
    (all > zero()).then(|| Point { year, value: &part / &all, from, parts: Some((all, part)) })
}
