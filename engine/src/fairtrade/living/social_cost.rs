//! What workers and households lack, as interventions of the processes they work in: it becomes part of true prices.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, Short, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::period::Period;
use crate::base::progress::Progress;
use crate::base::unit::{Measure, Unit};
use crate::chain::convert::to_reference;
use crate::data::cells::RowRef;
use crate::data::coop::benchmarks::Benchmark;
use crate::data::coop::living::LivingData;
use crate::data::hash;
use crate::data::interventions::{Derived, Profile};
use crate::data::manifest::Kind;
use crate::data::reference::{Reference, Verification};
use crate::data::source::Source;
use crate::data::supply::{Process, RestsOn, Supply};
use crate::valuation::Overrides;

use super::benchmark::{Benchmarks, Terms};
use super::check_persons;
use super::income::{IncomeGap, income_gaps};
use super::premium::check_premium;
use super::product::{ProductGap, income_by_product, wages_by_product};
use super::wage::{WageGap, wage_gaps};

/// Indicators of the gaps.
pub const BELOW_MINIMUM: &str = "wage-gap-below-minimum";
/// Between the legal minimum and a living wage.
pub const BELOW_LIVING: &str = "wage-gap-below-living";
/// Of households.
pub const INCOME: &str = "living-income-gap";

/// Lines of a derivation that are told one by one.
const TOLD: usize = 20;

/// Reads a supply dataset. If it is one of a co-op, what its workers and households lack is stated for the processes
/// that they name; nothing else of it changes.
pub fn supply(
    source: Source,
    reference: &Reference,
    overrides: &Overrides,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Supply> {
    let supply = Supply::read(source.clone(), reference, progress, diagnostics)?;
    with_living(supply, source, reference, overrides, diagnostics)
}

/// What workers and households of the dataset lack, added to its supply tables, which were read before.
pub fn with_living(
    supply: Supply,
    source: Source,
    reference: &Reference,
    overrides: &Overrides,
    diagnostics: &mut Diagnostics,
) -> Option<Supply> {
    if supply.manifest.kind != Kind::Coop {
        return Some(supply);
    }
    let opened = source.open(Kind::Coop, diagnostics)?;
    if !opened.has("workers") && !opened.has("households") {
        return Some(supply);
    }
    let data = LivingData::read(opened, reference, diagnostics);
    let terms =
        Terms::new(Benchmarks::new(&data.benchmarks, reference.benchmarks.values()), reference, overrides);
    with_gaps(supply, &data, &terms, diagnostics)
}

/// A supply dataset with what workers and households lack: interventions of the processes that they name, in money of
/// their year, for each unit of activity. `None` after a problem.
pub fn with_gaps(
    supply: Supply,
    data: &LivingData,
    terms: &Terms,
    diagnostics: &mut Diagnostics,
) -> Option<Supply> {
    let before = diagnostics.errors();
    check_persons(data, diagnostics);
    check_premium(data, &supply, diagnostics);
    let mut job = Job { supply: &supply, data, terms, rows: Vec::new(), used: BTreeSet::new(), unsplit: 0 };
    job.wages(diagnostics);
    job.incomes(diagnostics);
    let Job { rows, used, unsplit, .. } = job;
    if diagnostics.errors() > before {
        return None;
    }
    if rows.is_empty() {
        return Some(supply);
    }
    Some(added(supply, rows, data, terms, &used, unsplit))
}

fn added(
    mut supply: Supply,
    rows: Vec<Derived>,
    data: &LivingData,
    terms: &Terms,
    used: &BTreeSet<String>,
    unsplit: usize,
) -> Supply {
    let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
    let mut hashes = vec![supply.hash.clone(), data.hash.clone()];
    for set in terms.benchmarks.sets_of(&used) {
        hashes.push(set.hash.clone());
        supply.rests_on.push(RestsOn {
            role: "benchmarks",
            name: set.name.clone(),
            manifest: set.manifest.clone(),
            hash: set.hash.clone(),
        });
    }
    supply.hash = hash::bytes(hashes.join("\n").as_bytes());
    let remark =
        "wage and income gaps are computed from the workers and households of the dataset".to_owned();
    supply.remarks.push(remark);
    if unsplit > 0 {
        supply.remarks.push(format!(
            "{unsplit} rows of workers state no minimum wage: their gap stands in {BELOW_LIVING}, and {BELOW_MINIMUM} is not stated for them"
        ));
    }
    supply.interventions = std::mem::take(&mut supply.interventions).with(rows);
    supply
}

struct Job<'a> {
    supply: &'a Supply,
    data: &'a LivingData,
    terms: &'a Terms<'a>,
    rows: Vec<Derived>,
    used: BTreeSet<String>,
    unsplit: usize,
}

/// Gaps of one process in one year and currency, with how much of its product was made.
struct Sum<'a> {
    process: &'a Process,
    currency: Currency,
    year: i32,
    products: Vec<&'a ProductGap>,
    /// Units of activity in which the gaps arose.
    activity: Exact,
}

impl Sum<'_> {
    fn per_activity(&self, amount: impl Fn(&ProductGap) -> Exact) -> Exact {
        self.products.iter().map(|product| amount(product)).sum::<Exact>() / &self.activity
    }
}

impl Job<'_> {
    fn wages(&mut self, diagnostics: &mut Diagnostics) {
        let gaps = wage_gaps(self.data, self.terms, diagnostics);
        let products = wages_by_product(&gaps, &self.data.output, diagnostics);
        let place = |product: &ProductGap| gaps[product.gaps[0]].worker.row.place();
        for sum in self.sums(&products, place, diagnostics) {
            let rows: Vec<&WageGap> = sum.rows().map(|at| &gaps[at]).collect();
            let lines = told(&rows, |gap| gap.gap() * gap.person_months(), wage_line);
            let verification = rows.iter().map(|gap| wage_verification(gap)).max();
            let benchmarks: Vec<&Benchmark> = rows.iter().map(|gap| gap.benchmark).collect();
            let row = &rows[0].worker.row;
            let Some(facts) = self.facts(&sum, "workers", &benchmarks, verification, row, diagnostics) else {
                continue;
            };
            let below = [
                (BELOW_MINIMUM, sum.per_activity(|product| product.below_minimum.clone())),
                (BELOW_LIVING, sum.per_activity(|product| product.below_living.clone())),
            ];
            for (indicator, amount) in below {
                let row = facts.derived(indicator, "workers", Some(amount), &lines);
                self.add(row, diagnostics);
            }
            let silent = rows.iter().filter(|gap| !gap.is_split).count();
            if silent > 0 {
                self.unsplit += silent;
                let lines = vec![format!("{silent} rows state no minimum wage")];
                let subject = "workers whose minimum wage is not stated";
                self.rows.push(facts.derived(BELOW_MINIMUM, subject, None, &lines));
            }
        }
    }

    fn incomes(&mut self, diagnostics: &mut Diagnostics) {
        let gaps = income_gaps(self.data, None, self.terms, diagnostics);
        let products = income_by_product(&gaps, &self.data.output, diagnostics);
        let place = |product: &ProductGap| gaps[product.gaps[0]].household.row.place();
        for sum in self.sums(&products, place, diagnostics) {
            let rows: Vec<&IncomeGap> = sum.rows().map(|at| &gaps[at]).collect();
            let lines = told(&rows, |gap| gap.gap(), income_line);
            let verification = rows.iter().map(|gap| gap.benchmark.verification).max();
            let benchmarks: Vec<&Benchmark> = rows.iter().map(|gap| gap.benchmark).collect();
            let row = &rows[0].household.row;
            let Some(facts) = self.facts(&sum, "households", &benchmarks, verification, row, diagnostics)
            else {
                continue;
            };
            let amount = sum.per_activity(|product| product.income.clone());
            let row = facts.derived(INCOME, "households", Some(amount), &lines);
            self.add(row, diagnostics);
        }
    }

    /// A row is added unless the process states the indicator itself.
    fn add(&mut self, row: Derived, diagnostics: &mut Diagnostics) {
        let stated = &self.supply.interventions;
        let rows = stated.rows_of(&row.process);
        let same = stated.with_profiles(&rows, &stated.profiles_of(&row.profile.indicator));
        if let Some(at) = same.into_iter().next() {
            let message = format!(
                "`{}` states `{}`, which is computed from {} too",
                row.process,
                row.profile.indicator,
                row.row.place()
            );
            let hint = "keep one: leave the row out, or the process of the workers or households empty";
            let place = stated.place(at).column("indicator");
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        }
        self.rows.push(row);
    }

    /// Gaps by process: of the year of the process, or of the only year there is.
    fn sums<'p>(
        &self,
        products: &'p [ProductGap],
        place: impl Fn(&ProductGap) -> Place,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Sum<'p>>
    where
        Self: 'p,
    {
        let supply: &Supply = self.supply;
        let mut of: BTreeMap<&str, Vec<&ProductGap>> = BTreeMap::new();
        for product in products.iter().filter(|product| !product.process.is_empty()) {
            of.entry(&product.process).or_default().push(product);
        }
        let mut sums = Vec::new();
        for (id, mut members) in of {
            let at = || place(members[0]).column("process");
            let Some(process) = supply.processes.iter().find(|process| process.id == id) else {
                let hint = match diagnostics.nearest(id, supply.processes.iter().map(|p| p.id.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "it is a row of `processes`; leave the cell empty if it is none".to_owned(),
                };
                let message = format!("there is no process `{id}`");
                diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(at()).hint(hint));
                continue;
            };
            for member in &members {
                if !member.product.is_empty() && member.product != process.product {
                    let message = format!("`{id}` makes `{}`, not `{}`", process.product, member.product);
                    let place = place(member).column("product");
                    diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place));
                }
            }
            if let Some(year) = process.period.map(Period::year) {
                let others: Vec<&&ProductGap> =
                    members.iter().filter(|member| member.period.year() != year).collect();
                if let Some(other) = others.first() {
                    let message = format!(
                        "`{id}` is of {year}: what is lacking in {} is no part of its price",
                        other.period
                    );
                    let diagnostic = Diagnostic::warning(codes::CONTRADICTION, message);
                    diagnostics.push(diagnostic.at(place(other).column("period")));
                }
                members.retain(|member| member.period.year() == year);
            }
            sums.extend(self.sum(process, members, &place, diagnostics));
        }
        sums
    }

    fn sum<'p>(
        &self,
        process: &'p Process,
        members: Vec<&'p ProductGap>,
        place: &impl Fn(&ProductGap) -> Place,
        diagnostics: &mut Diagnostics,
    ) -> Option<Sum<'p>> {
        let first = *members.first()?;
        let (year, currency) = (first.period.year(), first.currency);
        let id = &process.id;
        if let Some(other) = members.iter().find(|m| m.period.year() != year || m.currency != currency) {
            let message = format!(
                "what is lacking in `{id}` is of {currency}{year} and of {}{}",
                other.currency,
                other.period.year()
            );
            let hint = "state the `period` of the process, and one currency for its people";
            let place = place(other).column("period");
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            return None;
        }
        let mut activity = zero();
        for member in &members {
            let Some((quantity, unit, row)) = &member.made else {
                let message = format!("how much did `{id}` make in {}?", member.period);
                let hint = "state it in the table `output`, of the same period; for households, in `quantity` of all";
                let place = place(member).column("process");
                diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
                return None;
            };
            match self.activity(process, unit) {
                Ok(per_unit) => activity += quantity * per_unit,
                Err(why) => {
                    let place = row.place().column("unit");
                    diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, why).at(place));
                    return None;
                }
            }
        }
        Some(Sum { process, currency, year, products: members, activity })
    }

    /// Units of activity of a process that make one `unit` of its product.
    fn activity(&self, process: &Process, unit: &Unit) -> Result<Exact, String> {
        let product = self.supply.products.iter().find(|product| product.id == process.product);
        let product = product.ok_or_else(|| format!("there is no product `{}`", process.product))?;
        let kilogram = self.terms.reference.units.unit("kg").map_err(|_| "there is no kg".to_owned())?;
        let made = to_reference(product, unit, None, &kilogram)?;
        let recorded = to_reference(product, &process.unit, None, &kilogram)?;
        Ok(made.exact() / (recorded.exact() * &process.amount.exact))
    }

    fn facts(
        &mut self,
        sum: &Sum,
        who: &str,
        benchmarks: &[&Benchmark],
        verification: Option<Verification>,
        row: &RowRef,
        diagnostics: &mut Diagnostics,
    ) -> Option<Facts> {
        self.used.extend(benchmarks.iter().map(|benchmark| benchmark.id.clone()));
        let sources: BTreeSet<String> = benchmarks
            .iter()
            .map(|b| format!("{} ({} {}, {})", b.id, b.currency, Short(&b.amount, 12), b.source))
            .collect();
        let sources: Vec<String> = sources.into_iter().collect();
        if !self.supply.indicators.contains_key(INCOME) {
            let message = format!("there is no indicator `{INCOME}`");
            diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message));
            return None;
        }
        Some(Facts {
            process: sum.process.id.clone(),
            unit: Arc::new(Measure::Money(sum.currency, Some(sum.year))),
            method: self.supply.manifest.defaults.method.as_deref().unwrap_or_default().into(),
            source: format!(
                "what {who} of {} lack in {}, computed; benchmark {}",
                self.data.name,
                sum.year,
                sources.join(", ")
            )
            .into(),
            verification: verification.unwrap_or(Verification::Unverified),
            row: row.clone(),
        })
    }
}

impl Sum<'_> {
    fn rows(&self) -> impl Iterator<Item = usize> {
        self.products.iter().flat_map(|product| product.gaps.iter().copied())
    }
}

/// What rows of one process have in common.
struct Facts {
    process: String,
    unit: Arc<Measure>,
    method: Arc<str>,
    source: Arc<str>,
    verification: Verification,
    row: RowRef,
}

impl Facts {
    fn derived(&self, indicator: &str, subject: &str, amount: Option<Exact>, lines: &[String]) -> Derived {
        Derived {
            process: self.process.clone(),
            profile: Profile {
                indicator: indicator.into(),
                subject: subject.into(),
                method: self.method.clone(),
                unit: self.unit.clone(),
                source: self.source.clone(),
                verification: self.verification,
            },
            amount,
            row: self.row.clone(),
            lines: lines.to_vec(),
        }
    }
}

/// A cap on what counts in kind that nobody stated was seen nowhere.
fn wage_verification(gap: &WageGap) -> Verification {
    let own = gap.benchmark.verification;
    let default_binds = gap.worker.in_kind_cap.is_none() && gap.in_kind_over > zero();
    if default_binds { Verification::Unverified } else { own }
}

/// The largest gaps first, one by one; the others together.
fn told<T>(gaps: &[&T], size: impl Fn(&T) -> Exact, line: impl Fn(&T) -> String) -> Vec<String> {
    let mut order: Vec<&&T> = gaps.iter().collect();
    order.sort_by_key(|gap| std::cmp::Reverse(size(gap)));
    let mut lines: Vec<String> = order.iter().take(TOLD).map(|gap| line(gap)).collect();
    if order.len() > TOLD {
        let rest: Exact = order[TOLD..].iter().map(|gap| size(gap)).sum();
        lines.push(format!("{} more rows lack {}", order.len() - TOLD, Short(&rest, 12)));
    }
    lines
}

fn wage_line(gap: &WageGap) -> String {
    let worker = gap.worker;
    let minimum = worker.minimum_wage.as_ref();
    let minimum = minimum.map_or("not stated".to_owned(), |minimum| Short(minimum, 12).to_string());
    let mut line = format!(
        "{}: {} x {} months x (up to the minimum {}, up to a living wage {}); a month: living wage {}, wage {}, minimum {minimum} {}  [{}]",
        worker.id,
        worker.count,
        Short(&worker.months, 6),
        Short(&gap.below_minimum, 12),
        Short(&gap.below_living, 12),
        Short(&gap.living, 12),
        Short(&gap.wage, 12),
        worker.currency,
        worker.row.place(),
    );
    for step in &gap.steps {
        line.push_str("; ");
        line.push_str(step);
    }
    line
}

fn income_line(gap: &IncomeGap) -> String {
    let household = gap.household;
    let mut line = format!(
        "{}: living income {}, net income {}: lacks {} {}; equivalent adults {} over {}  [{}]",
        household.id,
        Short(&gap.living, 12),
        Short(&household.net_income, 12),
        Short(&gap.gap(), 12),
        household.currency,
        Short(&household.equivalence(), 6),
        gap.benchmark.equivalence.as_ref().map_or_else(String::new, |of| Short(of, 6).to_string()),
        household.row.place(),
    );
    for step in &gap.steps {
        line.push_str("; ");
        line.push_str(step);
    }
    line
}
