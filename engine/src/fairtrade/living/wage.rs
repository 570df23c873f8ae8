//! The living wage gap of each worker, in two bands: up to the legal minimum, and from there to a living wage.

use num_traits::Zero;

use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::coop::benchmarks::{Benchmark, BenchmarkKind};
use crate::data::coop::living::LivingData;
use crate::data::coop::stated::Basis;
use crate::data::coop::workers::Worker;

use super::benchmark::{Terms, check_currency};

/// What a worker lacks. Money is exact, per month and person, in the currency of the row.
#[derive(Clone, Debug)]
pub struct WageGap<'a> {
    /// The row.
    pub worker: &'a Worker,
    /// The living wage as published.
    pub benchmark: &'a Benchmark,
    /// The living wage for the hours of the contract, in the year of the row.
    pub living: Exact,
    /// How it was moved there.
    pub steps: Vec<String>,
    /// What counts of that in kind.
    pub in_kind: Exact,
    /// What does not, beyond the cap.
    pub in_kind_over: Exact,
    /// Pay, sure bonuses, and in kind.
    pub wage: Exact,
    /// Up to the legal minimum.
    pub below_minimum: Exact,
    /// From there up to a living wage.
    pub below_living: Exact,
    /// Without a stated minimum wage all of a gap stands in the second band, and nobody knows how it splits.
    pub is_split: bool,
}

impl<'a> WageGap<'a> {
    /// B = benchmark x part of a full week; W = pay + bonuses + in kind; max(0, min(MW, B) - W) and
    /// max(0, B - max(W, min(MW, B))).
    fn of(worker: &'a Worker, benchmark: &'a Benchmark, ratio: &Exact, terms: &Terms) -> Self {
        let living = &benchmark.amount * &benchmark.times_a_month * ratio * worker.part();
        let cap = worker.in_kind_cap.as_ref().unwrap_or(&terms.in_kind_cap) * &living;
        let given = worker.in_kind.clone().unwrap_or_else(zero);
        let in_kind = given.clone().min(cap);
        let wage = &worker.pay + worker.bonuses.clone().unwrap_or_else(zero) + &in_kind;
        let (below_minimum, below_living) = bands(&living, &wage, worker.minimum_wage.as_ref());
        let is_split = worker.minimum_wage.is_some() || below_living.is_zero();
        let in_kind_over = given - &in_kind;
        let steps = Vec::new();
        Self {
            worker,
            benchmark,
            living,
            steps,
            in_kind,
            in_kind_over,
            wage,
            below_minimum,
            below_living,
            is_split,
        }
    }

    /// Both bands.
    pub fn gap(&self) -> Exact {
        &self.below_minimum + &self.below_living
    }

    /// Persons x months of the row.
    pub fn person_months(&self) -> Exact {
        Exact::from_integer(self.worker.count.into()) * &self.worker.months
    }

    /// The rise of the pay that closes the gap, per the time the pay is for, rounded up to the minor unit.
    pub fn rise(&self) -> Exact {
        let rise = self.gap() / &self.worker.times_a_month;
        super::rounding::up(&rise, self.worker.currency.minor_digits())
    }

    /// What is lacking if the pay is so much higher, per the time it is for.
    pub fn gap_with(&self, rise: &Exact) -> Exact {
        let wage = &self.wage + rise * &self.worker.times_a_month;
        (&self.living - wage).max(zero())
    }
}

/// What is lacking up to the legal minimum, and from there to a living wage.
fn bands(living: &Exact, wage: &Exact, minimum: Option<&Exact>) -> (Exact, Exact) {
    let minimum = minimum.map(|minimum| minimum.min(living));
    let below = minimum.map_or_else(zero, |minimum| (minimum - wage).max(zero()));
    let reached = minimum.map_or(wage, |minimum| minimum.max(wage));
    (below, (living - reached).max(zero()))
}

/// The gaps of all workers, in the order of their ids. With a problem in a row, the others are looked at too.
pub fn wage_gaps<'a>(
    data: &'a LivingData,
    terms: &Terms<'a>,
    diagnostics: &mut Diagnostics,
) -> Vec<WageGap<'a>> {
    data.workers.iter().filter_map(|worker| wage_gap(worker, terms, diagnostics)).collect()
}

fn wage_gap<'a>(worker: &'a Worker, terms: &Terms<'a>, diagnostics: &mut Diagnostics) -> Option<WageGap<'a>> {
    let benchmark =
        terms.benchmarks.find(&worker.benchmark, BenchmarkKind::Wage, &worker.row, diagnostics)?;
    let same_currency = check_currency(benchmark, worker.currency, &worker.row, diagnostics);
    let same_basis = check_basis(worker, benchmark, diagnostics);
    let moved = terms.moved(benchmark, worker.period.year(), &worker.row, diagnostics);
    let moved = moved.filter(|_| same_currency && same_basis)?;
    Some(WageGap { steps: moved.steps, ..WageGap::of(worker, benchmark, &moved.multiplier, terms) })
}

/// Both net, or both gross. Of a benchmark that does not say, nobody can know: that is a warning.
fn check_basis(worker: &Worker, benchmark: &Benchmark, diagnostics: &mut Diagnostics) -> bool {
    let place = worker.row.place().column("basis");
    match benchmark.basis {
        Some(basis) if basis != worker.basis => {
            let message = format!(
                "the pay is {}, and the benchmark `{}` {}",
                worker.basis.word(),
                benchmark.id,
                basis.word()
            );
            let hint = match worker.basis {
                Basis::Net => {
                    "state the pay before taxes and contributions, or choose a benchmark that is net"
                }
                Basis::Gross => {
                    "state the pay after taxes and contributions, or choose a benchmark that is gross"
                }
            };
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            false
        }
        Some(_) => true,
        None => {
            let message = format!(
                "the benchmark `{}` does not say whether it is net or gross; the pay is {}",
                benchmark.id,
                worker.basis.word()
            );
            let hint = "the gap holds if the benchmark is the same";
            diagnostics.push(Diagnostic::warning(codes::MISSING_VALUE, message).at(place).hint(hint));
            true
        }
    }
}
