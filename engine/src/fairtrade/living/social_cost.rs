//! What workers and households lack, as interventions of the processes they work in: it becomes part of true prices.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::decimal::{Exact, Short};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::progress::Progress;
use crate::base::unit::Measure;
use crate::data::cells::RowRef;
use crate::data::coop::benchmarks::Benchmark;
use crate::data::coop::living::LivingData;
use crate::data::hash;
use crate::data::interventions::{Derived, Profile};
use crate::data::manifest::Kind;
use crate::data::reference::{Reference, Verification};
use crate::data::source::Source;
use crate::data::supply::{RestsOn, Supply};
use crate::valuation::Overrides;

use super::benchmark::{Benchmarks, Terms};
use super::check_persons;
use super::income::{IncomeGap, income_gaps};
use super::premium::{check_premium, check_wages};
use super::process::{Processes, Sum};
use super::product::{ProductGap, income_by_product, wages_by_product};
use super::told::{first, income_line, told, wage_line, wage_verification};
use super::wage::{WageGap, wage_gaps};

/// Indicators of the gaps.
pub const BELOW_MINIMUM: &str = "wage-gap-below-minimum";
/// Between the legal minimum and a living wage.
pub const BELOW_LIVING: &str = "wage-gap-below-living";
/// Of households.
pub const INCOME: &str = "living-income-gap";

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
    diagnostics.extend(reference.benchmark_problems.clone());
    let data = LivingData::read(opened, reference, diagnostics);
    let terms = Terms::new(
        Benchmarks::new(&data.benchmarks, reference.benchmarks.values()).with_rows(&data.benchmark_ids),
        reference,
        overrides,
    );
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
    check_wages(data, &supply, diagnostics);
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

impl Job<'_> {
    fn wages(&mut self, diagnostics: &mut Diagnostics) {
        let gaps = wage_gaps(self.data, self.terms, diagnostics);
        let products = wages_by_product(&gaps, &self.data.output, diagnostics);
        let place = |product: &ProductGap| gaps[product.gaps[0]].worker.row.place();
        let processes = Processes { supply: self.supply, units: &self.terms.reference.units };
        for sum in processes.sums(&products, place, diagnostics) {
            let rows: Vec<&WageGap> = sum.rows().map(|at| &gaps[at]).collect();
            let lines = told(&rows, |gap| gap.gap() * gap.person_months(), wage_line);
            let verification = rows.iter().map(|gap| wage_verification(gap)).max();
            let benchmarks: Vec<&Benchmark> = rows.iter().map(|gap| gap.benchmark).collect();
            let row = first(rows.iter().map(|gap| &gap.worker.row));
            let facts =
                row.and_then(|row| self.facts(&sum, "workers", &benchmarks, verification, row, diagnostics));
            let Some(facts) = facts else {
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
        let processes = Processes { supply: self.supply, units: &self.terms.reference.units };
        for sum in processes.sums(&products, place, diagnostics) {
            let rows: Vec<&IncomeGap> = sum.rows().map(|at| &gaps[at]).collect();
            let lines = told(&rows, IncomeGap::gap, income_line);
            let verification = rows.iter().map(|gap| gap.benchmark.verification).max();
            let benchmarks: Vec<&Benchmark> = rows.iter().map(|gap| gap.benchmark).collect();
            let row = first(rows.iter().map(|gap| &gap.household.row));
            let facts = row
                .and_then(|row| self.facts(&sum, "households", &benchmarks, verification, row, diagnostics));
            let Some(facts) = facts else {
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
