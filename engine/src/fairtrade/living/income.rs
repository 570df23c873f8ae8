//! The living income gap of each household.

use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::Diagnostics;
use crate::data::coop::benchmarks::{Benchmark, BenchmarkKind};
use crate::data::coop::households::Household;
use crate::data::coop::living::LivingData;

use super::benchmark::{Terms, check_currency};

/// What a household lacks in a year. Money is exact, in the currency of the row.
#[derive(Clone, Debug)]
pub struct IncomeGap<'a> {
    /// The row.
    pub household: &'a Household,
    /// The living income as published.
    pub benchmark: &'a Benchmark,
    /// Equivalent adults of the household over those of the benchmark.
    pub ratio: Exact,
    /// The living income of this household in its year.
    pub living: Exact,
    /// How it was moved there.
    pub steps: Vec<String>,
}

impl IncomeGap<'_> {
    /// Living income less net income: below 0 where it is more than enough.
    pub fn lack(&self) -> Exact {
        &self.living - &self.household.net_income
    }

    /// What is lacking, 0 or more.
    pub fn gap(&self) -> Exact {
        self.lack().max(zero())
    }
}

/// The gaps of all households of a year, or of all, in the order of their ids.
pub fn income_gaps<'a>(
    data: &'a LivingData,
    year: Option<i32>,
    terms: &Terms<'a>,
    diagnostics: &mut Diagnostics,
) -> Vec<IncomeGap<'a>> {
    let asked = data.households.iter().filter(|row| year.is_none_or(|year| year == row.year));
    asked.filter_map(|household| income_gap(household, terms, diagnostics)).collect()
}

fn income_gap<'a>(
    household: &'a Household,
    terms: &Terms<'a>,
    diagnostics: &mut Diagnostics,
) -> Option<IncomeGap<'a>> {
    let row = &household.row;
    let benchmark = terms.benchmarks.find(&household.benchmark, BenchmarkKind::Income, row, diagnostics)?;
    let same_currency = check_currency(benchmark, household.currency, row, diagnostics);
    let moved = terms.moved(benchmark, household.year, row, diagnostics).filter(|_| same_currency)?;
    let ratio = household.equivalence() / benchmark.equivalence.as_ref()?;
    let a_year = &benchmark.amount * &benchmark.times_a_month * Exact::from_integer(12.into());
    let living = a_year * &ratio * moved.multiplier;
    Some(IncomeGap { household, benchmark, ratio, living, steps: moved.steps })
}
