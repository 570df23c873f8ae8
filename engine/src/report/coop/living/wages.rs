//! Wages held against living wages.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, Short, to_f64_at_18, zero};
use crate::base::diagnostic::Diagnostics;
use crate::base::money::{Money, Overflow};
use crate::data::coop::living::LivingData;
use crate::fairtrade::living::rounding::parts;
use crate::fairtrade::living::{ProductGap, Terms, WageGap, check_persons, wage_gaps, wages_by_product};
use crate::report::columns::Columns;

use super::super::{CoopReport, Sheet};
use super::benchmarks::sheet as benchmark_sheet;
use super::products::products;
use super::{caveats, lineage, minor, settled, share};

/// A worker, at the minor unit.
struct Row<'a> {
    gap: &'a WageGap<'a>,
    living: Money,
    wage: Money,
    lacks: Money,
    rise: Money,
    total: Money,
}

/// Gaps by worker, job and product; `None` after a problem.
pub fn wages(data: &LivingData, terms: &Terms, diagnostics: &mut Diagnostics) -> Option<CoopReport> {
    check_persons(data, diagnostics);
    let gaps = wage_gaps(data, terms, diagnostics);
    let by_product = wages_by_product(&gaps, &data.output, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let sheets = settled(sheets(&gaps, &by_product), diagnostics)?;
    let used: BTreeSet<&str> = gaps.iter().map(|gap| gap.benchmark.id.as_str()).collect();
    let mut notes = notes(&gaps, terms);
    notes.extend(by_product.iter().filter(|product| product.made.is_none()).map(not_made));
    notes.extend(caveats(terms, &used));
    Some(CoopReport {
        name: "wages",
        sheets,
        notes,
        pages: Vec::new(),
        lineage: lineage(data, terms, &used),
        failed: false,
    })
}

fn sheets(gaps: &[WageGap], by_product: &[ProductGap]) -> Result<Vec<Sheet>, Overflow> {
    let totals = by_currency(gaps);
    let mut rows = Vec::new();
    for (gap, total) in gaps.iter().zip(totals) {
        let digits = gap.worker.currency.minor_digits();
        rows.push(Row {
            gap,
            living: minor(&gap.living, digits)?,
            wage: minor(&gap.wage, digits)?,
            lacks: minor(&gap.gap(), digits)?,
            rise: Money::round(&gap.rise())?,
            total: Money::round(&total)?,
        });
    }
    let workers = Sheet { name: "workers", columns: workers(&rows) };
    let benchmarks = benchmark_sheet(gaps.iter().map(|gap| gap.benchmark));
    Ok(vec![workers, jobs(&rows)?, products(by_product, true)?, steps(gaps)?, benchmarks])
}

/// What each row lacks in its period, at the minor unit: by currency they add up to their exact sum, rounded once.
fn by_currency(gaps: &[WageGap]) -> Vec<Exact> {
    let mut members: BTreeMap<Currency, Vec<usize>> = BTreeMap::new();
    for (index, gap) in gaps.iter().enumerate() {
        members.entry(gap.worker.currency).or_default().push(index);
    }
    let mut all = vec![zero(); gaps.len()];
    for (currency, members) in members {
        let exact: Vec<Exact> = members.iter().map(|&at| gaps[at].gap() * gaps[at].person_months()).collect();
        for (at, part) in members.iter().zip(parts(&exact, currency.minor_digits())) {
            all[*at] = part;
        }
    }
    all
}

fn workers(rows: &[Row]) -> Columns {
    Columns::of(rows)
        .text("worker", |r| &r.gap.worker.id)
        .text("job", |r| &r.gap.worker.job)
        .text("period", |r| r.gap.worker.period.to_string())
        .count("people", |r| r.gap.worker.count as usize)
        .text("currency", |r| r.gap.worker.currency.to_string())
        .money("living_wage", |r| Some(r.living))
        .money("wage", |r| Some(r.wage))
        .number("share", |r| share(&r.gap.wage, &r.gap.living))
        .text("below", |r| below(r.gap))
        .money("gap", |r| Some(r.lacks))
        .money("rise", |r| Some(r.rise))
        .text("rise_per", |r| r.gap.worker.pay_per.word())
        .money("gap_of_period", |r| Some(r.total))
        .done()
}

/// Below what the wage is.
fn below(gap: &WageGap) -> &'static str {
    if gap.below_minimum > zero() {
        "minimum"
    } else if gap.below_living > zero() {
        "living"
    } else {
        ""
    }
}

/// A job in a currency.
#[derive(Default)]
struct Job {
    people: usize,
    below_living: usize,
    below_minimum: usize,
    gap: Exact,
    total: i128,
}

fn jobs(rows: &[Row]) -> Result<Sheet, Overflow> {
    // The sum of all comes last, and holds the rows without a job too.
    let mut jobs: BTreeMap<(bool, &str, Currency), Job> = BTreeMap::new();
    for row in rows {
        let worker = row.gap.worker;
        let people = worker.count as usize;
        for is_all in [false, true] {
            let name = if is_all { "all" } else { worker.job.as_str() };
            if name.is_empty() {
                continue;
            }
            let job = jobs.entry((is_all, name, worker.currency)).or_default();
            job.people += people;
            job.below_living += if row.gap.gap() > zero() { people } else { 0 };
            job.below_minimum += if row.gap.below_minimum > zero() { people } else { 0 };
            job.gap += row.gap.gap() * Exact::from_integer(worker.count.into());
            job.total += row.total.units();
        }
    }
    let mut all = Vec::new();
    for ((_, name, currency), job) in jobs {
        let mean = if job.people == 0 { zero() } else { &job.gap / Exact::from_integer(job.people.into()) };
        all.push((name, currency, minor(&mean, currency.minor_digits())?, Money::of_units(job.total), job));
    }
    let columns = Columns::of(&all)
        .text("job", |r| r.0)
        .text("currency", |r| r.1.to_string())
        .count("people", |r| r.4.people)
        .count("below_living_wage", |r| r.4.below_living)
        .count("below_minimum_wage", |r| r.4.below_minimum)
        .money("mean_gap", |r| Some(r.2))
        .money("gap_of_period", |r| Some(r.3))
        .done();
    Ok(Sheet { name: "jobs", columns })
}

/// How each gap came about, a month and person.
fn steps(gaps: &[WageGap]) -> Result<Sheet, Overflow> {
    let mut rows = Vec::new();
    for gap in gaps {
        let (worker, digits) = (gap.worker, gap.worker.currency.minor_digits());
        let optional = |value: &Option<Exact>| value.as_ref().map(|v| minor(v, digits)).transpose();
        let stated = [
            optional(&worker.bonuses)?,
            worker.in_kind.as_ref().map(|_| minor(&gap.in_kind, digits)).transpose()?,
            worker.in_kind.as_ref().map(|_| minor(&gap.in_kind_over, digits)).transpose()?,
            optional(&worker.overtime_pay)?,
            optional(&worker.minimum_wage)?,
        ];
        let known = [&worker.pay, &gap.below_minimum, &gap.below_living].map(|value| minor(value, digits));
        let [pay, to_minimum, to_living] = known;
        rows.push((gap, stated, [pay?, to_minimum?, to_living?]));
    }
    let columns = Columns::of(&rows)
        .text("worker", |r| &r.0.worker.id)
        .text("site", |r| &r.0.worker.site)
        .text("basis", |r| r.0.worker.basis.word())
        .number("months", |r| Some(to_f64_at_18(&r.0.worker.months)))
        .number("part_of_full_time", |r| Some(to_f64_at_18(&r.0.worker.part())))
        .text("benchmark", |r| &r.0.benchmark.id)
        .text("moved", |r| r.0.steps.join("; "))
        .money("pay", |r| Some(r.2[0]))
        .money("bonuses", |r| r.1[0])
        .money("in_kind", |r| r.1[1])
        .money("in_kind_over_cap", |r| r.1[2])
        .money("overtime_not_counted", |r| r.1[3])
        .money("minimum_wage", |r| r.1[4])
        .money("gap_to_minimum", |r| Some(r.2[1]).filter(|_| r.0.is_split))
        .money("gap_to_living", |r| Some(r.2[2]).filter(|_| r.0.is_split))
        .text("product", |r| r.0.worker.product.clone().unwrap_or_default())
        .text("process", |r| r.0.worker.process.clone().unwrap_or_default())
        .done();
    Ok(Sheet { name: "steps", columns })
}

/// Why there is no gap per unit.
fn not_made(product: &ProductGap) -> String {
    let name = if product.product.is_empty() { &product.process } else { &product.product };
    format!(
        "no gap per unit of `{name}` in {0}: `output` has no row of that product and process for {0}",
        product.period
    )
}

fn notes(gaps: &[WageGap], terms: &Terms) -> Vec<String> {
    let people = |keep: &dyn Fn(&WageGap) -> bool| -> u64 {
        gaps.iter().filter(|gap| keep(gap)).map(|gap| u64::from(gap.worker.count)).sum()
    };
    let (all, below) = (people(&|_| true), people(&|gap| gap.gap() > zero()));
    let minimum = people(&|gap| gap.below_minimum > zero());
    let mut notes = vec![format!(
        "{below} of {all} people earn less than a living wage, {minimum} of them less than the stated minimum wage"
    )];
    for currency in gaps.iter().map(|gap| gap.worker.currency).collect::<BTreeSet<_>>() {
        let own = gaps.iter().filter(|gap| gap.worker.currency == currency);
        let total: Exact = own.map(|gap| gap.gap() * gap.person_months()).sum();
        let total = parts(&[total], currency.minor_digits());
        notes.push(format!("in the stated periods they lack {currency} {}", Short(&total[0], 18)));
    }
    let unsplit = gaps.iter().filter(|gap| !gap.is_split).count();
    if unsplit > 0 {
        notes.push(format!(
            "{unsplit} rows state no minimum wage: how their gap splits is not known, and all of it counts as up to living"
        ));
    }
    for (what, is_empty) in [
        ("bonuses", (|gap| gap.worker.bonuses.is_none()) as fn(&WageGap) -> bool),
        ("pay in kind", |gap| gap.worker.in_kind.is_none()),
        ("hours, so a full week is taken", |gap| gap.worker.hours.is_none()),
    ] {
        let rows = gaps.iter().filter(|gap| is_empty(gap)).count();
        if rows > 0 {
            notes.push(format!("{rows} of {} rows do not state {what}", gaps.len()));
        }
    }
    let over = gaps.iter().any(|gap| gap.in_kind_over > zero() && gap.worker.in_kind_cap.is_none());
    if over {
        notes.push(format!(
            "in kind counts up to {} of a living wage: a cap that no publication read confirms; your own: `in_kind_cap`",
            Short(&terms.in_kind_cap, 4)
        ));
    }
    if gaps.iter().any(|gap| gap.worker.overtime_pay.as_ref().is_some_and(|pay| *pay > zero())) {
        notes.push("overtime is left out: a living wage is earned in standard hours".to_owned());
    }
    let moves: BTreeSet<&str> = gaps.iter().flat_map(|gap| &gap.steps).map(String::as_str).collect();
    notes.extend(moves.into_iter().map(|step| format!("a benchmark was moved: {step}")));
    notes.push(
        "amounts are a month and person, `gap_of_period` is of all people and months of the row; each is rounded once, \
         and those of a period add up"
            .to_owned(),
    );
    notes
}
