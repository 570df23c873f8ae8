//! All that a co-op keeps of its members' part: read once, and checked.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::cells::RowRef;
use crate::data::schema;
use crate::data::source::Opened;

use super::buckets::buckets;
use super::capital::{CapitalRow, capital};
use super::contributions::contributions;
use super::decisions::decisions;
use super::distributions::distributions;
use super::patronage::{Patronage, patronage};
use super::surplus_rules::{SurplusRule, surplus_rules};
use super::surpluses::{Surplus, surpluses};
use super::years::years;

/// What a surplus and its members' capital are computed from. A table that is not there is `None`.
#[derive(Clone, Debug, Default)]
pub struct MemberTables {
    /// Surplus by year.
    pub surpluses: Option<Vec<Surplus>>,
    /// The dataset's own rules.
    pub rules: Vec<SurplusRule>,
    /// Business by year and member.
    pub patronage: Option<Vec<Patronage>>,
    /// Movements of capital.
    pub capital: Option<Vec<CapitalRow>>,
}

impl MemberTables {
    /// Reads the tables, and checks that members are known where producers are.
    pub fn read(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Self {
        let tables = Self {
            surpluses: surpluses(opened, diagnostics),
            rules: surplus_rules(opened, diagnostics).unwrap_or_default(),
            patronage: patronage(opened, diagnostics),
            capital: capital(opened, diagnostics),
        };
        tables.check_members(opened, diagnostics);
        tables
    }

    fn check_members(&self, opened: &mut Opened, diagnostics: &mut Diagnostics) {
        let Some(known) = Known::read(opened) else { return };
        for row in self.patronage.iter().flatten() {
            if let Some(member) = &row.member {
                known.check(member, Some(row.year), &row.row, diagnostics);
            }
        }
        for row in self.capital.iter().flatten() {
            // Who has left may still be owed capital.
            known.check(&row.member, None, &row.row, diagnostics);
        }
    }
}

/// Producers with the days they were members, and workers.
struct Known {
    /// First and last day of a membership, where the producer is a member; workers have none to compare with.
    members: BTreeMap<String, Option<(i32, i32)>>,
}

impl Known {
    /// `None` where there are no producers: then nobody is unknown. What is wrong with the tables is said by who reads
    /// them for their own sake.
    fn read(opened: &mut Opened) -> Option<Self> {
        let mut ignored = Diagnostics::new();
        let mut members: BTreeMap<String, Option<(i32, i32)>> = opened
            .read(&schema::PRODUCERS, &(), &mut ignored, |bound, ignored| {
                bound.collect(|row| {
                    let since = row.optional_period("member_since", ignored).map(Period::first_day);
                    let until = row.optional_period("member_until", ignored).map(Period::first_day);
                    let days = since.map(|since| (since, until.unwrap_or(i32::MAX)));
                    // A producer who never was a member has no day on which to be one.
                    Some((row.text("id")?.to_owned(), Some(days.unwrap_or((i32::MAX, i32::MIN)))))
                })
            })
            .filter(|members: &BTreeMap<_, _>| !members.is_empty())?;
        let workers: Option<Vec<String>> = opened.read(&schema::WORKERS, &(), &mut ignored, |bound, _| {
            bound.collect(|row| row.text("id").map(str::to_owned))
        });
        for worker in workers.into_iter().flatten() {
            members.entry(worker).or_insert(None);
        }
        Some(Self { members })
    }

    fn check(&self, member: &str, year: Option<i32>, row: &RowRef, diagnostics: &mut Diagnostics) {
        let place = row.place().column("member");
        let Some(days) = self.members.get(member) else {
            let message = format!("there is no member `{member}`");
            let hint = match diagnostics.nearest(member, self.members.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "members are rows of `producers` or `workers`".to_owned(),
            };
            diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
            return;
        };
        let Some((year, (since, until))) = year.zip(*days) else { return };
        let Some(period) = Period::parse(&format!("{year:04}")) else { return };
        if since > period.last_day() || until <= period.first_day() {
            let message = format!("`{member}` was no member in {year}");
            let hint = "the table `producers` says since when, and until when: business with who is no member \
                        belongs to the row without a member";
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        }
    }
}

/// Reads all tables of this part; every problem of them is reported. Gives what a surplus is computed from.
pub fn check(opened: &mut Opened, diagnostics: &mut Diagnostics) -> MemberTables {
    let tables = MemberTables::read(opened, diagnostics);
    contributions(opened, diagnostics);
    buckets(opened, diagnostics);
    distributions(opened, diagnostics);
    years(opened, diagnostics);
    decisions(opened, diagnostics);
    tables
}
