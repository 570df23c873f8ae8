//! How sure true prices are: the figures of draws as tables, files and pages.

mod batch;
mod json;
mod table;

use std::num::NonZero;
use std::thread;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::base::money::Money;
use crate::data::write::Batch;
use crate::pricing::{TruePrice, TruePrices};
use crate::study::sample::{Comparison, Measure, Samples, Statistics, statistics};

pub use batch::{comparisons as comparisons_batch, csv, draws as draws_batch, summary as summary_batch};
pub use json::uncertainty as json;
pub(super) use table::figure;
pub use table::uncertainty as table;

/// Samples below which percentiles say too little to warn by them.
const FEW: usize = 100;
/// Products that a line names.
const NAMED: usize = 8;

/// Products from which on threads share the work of their figures.
const SHARED: usize = 100;

/// Draws, what they are of, and who was compared with whom.
#[derive(Clone, Debug)]
pub struct Uncertainty {
    /// True prices in the middle.
    pub prices: TruePrices,
    /// Draws.
    pub samples: Samples,
    /// Pairs of products.
    pub comparisons: Vec<Comparison>,
}

/// One measure of one product.
pub(super) struct Row<'a> {
    pub(super) product: &'a TruePrice,
    pub(super) measure: Measure,
    /// What it is called: `true_price`, `gap`, `external_cost`, or the id of an indicator.
    pub(super) name: &'a str,
    /// What the data say as they are.
    pub(super) central: Option<f64>,
    pub(super) statistics: Statistics,
}

impl Uncertainty {
    /// All measures of all products that have draws.
    pub(super) fn rows(&self) -> Vec<Row<'_>> {
        let count = self.samples.products.len();
        let available = || thread::available_parallelism().map_or(1, NonZero::get);
        let threads = self.samples.asked.threads.unwrap_or_else(available).max(1);
        if threads == 1 || count < SHARED {
            return (0..count).flat_map(|at| self.rows_of(at)).collect();
        }
        let part = count.div_ceil(threads);
        thread::scope(|scope| {
            let work = |first: usize| {
                let own = first..(first + part).min(count);
                move || own.flat_map(|at| self.rows_of(at)).collect::<Vec<_>>()
            };
            let running: Vec<_> = (0..count).step_by(part).map(|first| scope.spawn(work(first))).collect();
            let join = |part: thread::ScopedJoinHandle<'_, Vec<_>>| {
                part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            running.into_iter().flat_map(join).collect()
        })
    }

    /// All measures of one product.
    pub(super) fn rows_of(&self, at: usize) -> impl Iterator<Item = Row<'_>> {
        self.measures().into_iter().filter_map(move |measure| self.row(at, measure))
    }

    fn measures(&self) -> Vec<Measure> {
        let whole = [Measure::TruePrice, Measure::Gap, Measure::External];
        whole.into_iter().chain((0..self.samples.indicators.len()).map(Measure::Indicator)).collect()
    }

    pub(super) fn product(&self, at: usize) -> &TruePrice {
        &self.prices.products[self.samples.products[at].index]
    }

    pub(super) fn row(&self, at: usize, measure: Measure) -> Option<Row<'_>> {
        let product = self.product(at);
        if matches!(measure, Measure::Indicator(k) if !product.indicators[k].is_priced) {
            return None;
        }
        let draws = self.samples.column(at, measure).filter(|draws| !draws.is_empty())?;
        let central = match measure {
            Measure::TruePrice => product.true_price().map(|price| price.central),
            Measure::Gap => product.gap.map(|gap| gap.central),
            Measure::External => product.external.money(),
            Measure::Indicator(k) => Some(product.indicators[k].cost.central),
        };
        Some(Row {
            product,
            measure,
            name: self.name(measure),
            central: central.map(Money::to_f64),
            statistics: statistics(&draws, &self.samples.asked.percentiles),
        })
    }

    pub(super) fn name(&self, measure: Measure) -> &str {
        match measure {
            Measure::TruePrice => "true_price",
            Measure::Gap => "gap",
            Measure::External => "external_cost",
            Measure::Indicator(k) => &self.samples.indicators[k],
        }
    }

    /// A product as people tell it from others: with its origin where there are several, which stand together.
    pub(super) fn label(&self, at: usize) -> String {
        let product = self.product(at);
        let beside = [at.checked_sub(1), Some(at + 1).filter(|next| *next < self.samples.products.len())];
        if beside.into_iter().flatten().any(|other| self.product(other).product == product.product) {
            format!("{} ({})", product.product, product.origin)
        } else {
            product.product.clone()
        }
    }

    /// Each pair in a sentence.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&Comparison, String)> {
        self.comparisons.iter().map(|pair| {
            let text = format!(
                "the {} of {} is above that of {} in {:.1} % of the samples (standard error {:.1} %)",
                self.name(pair.by).replace('_', " "),
                self.label(pair.a),
                self.label(pair.b),
                100.0 * pair.probability(),
                100.0 * pair.standard_error()
            );
            (pair, text)
        })
    }

    /// What was not done, and what has no solution.
    pub fn told(&self) -> Vec<String> {
        let samples = &self.samples;
        let mut told = Vec::new();
        if samples.is_cut_short() {
            told.push(format!(
                "stopped after {} of {} samples: the figures rest on these",
                samples.done, samples.asked.samples
            ));
        }
        if !samples.failed.is_empty() {
            told.push(format!(
                "{} of {} samples have no solution that makes sense (a loop that uses up as much as it makes, or more): they count \
                 in no figure",
                samples.failed.len(),
                samples.done
            ));
        }
        if samples.not_drawn > 0 {
            told.push(format!(
                "{} amounts of money of 0 have a distribution and stay as they are",
                samples.not_drawn
            ));
        }
        told.extend(self.outside());
        told
    }

    /// Products whose gap as stated is below the lowest or above the highest of their own percentiles.
    fn outside(&self) -> Option<String> {
        let percentiles = &self.samples.asked.percentiles;
        let order = |a: &&f64, b: &&f64| a.total_cmp(b);
        let (lowest, highest) = (percentiles.iter().min_by(order)?, percentiles.iter().max_by(order)?);
        if lowest >= highest || self.samples.iterations.len() < FEW {
            return None;
        }
        let is_outside = |row: &Row| {
            let found = &row.statistics.percentiles;
            let (low, high) = (found.iter().min_by(order), found.iter().max_by(order));
            let limits = low.zip(high).filter(|(low, high)| low < high);
            row.central.zip(limits).is_some_and(|(central, (low, high))| central < *low || central > *high)
        };
        let all = 0..self.samples.products.len();
        let rows = all.filter_map(|at| Some((at, self.row(at, Measure::Gap)?)));
        let outside: Vec<String> =
            rows.filter(|(_, row)| is_outside(row)).map(|(at, _)| self.label(at)).collect();
        let named = outside.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = outside.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!outside.is_empty()).then(|| {
            format!(
                "caution: the gap as stated of {named}{more} lies outside {lowest} % to {highest} % of its own samples: stated amounts \
                 are not in the middle of their distributions, or all of these lie to one side"
            )
        })
    }

    /// Adds `uncertainty.csv`, `uncertainty.parquet` and, if `draws`, all draws as `samples.parquet` to the files of a report.
    pub fn stage(&self, files: &mut Batch, lineage: &str, draws: bool) -> Result<(), Diagnostic> {
        let failed = |error: &dyn std::fmt::Display| {
            Diagnostic::error(codes::UNWRITABLE, format!("cannot be made: {error}"))
        };
        let summary = summary_batch(self).map_err(|error| failed(&error))?;
        files.add("uncertainty.csv", csv(&summary).as_bytes())?;
        let bytes = |batch| super::parquet::of_batch(batch, lineage);
        files.add("uncertainty.parquet", &bytes(&summary).map_err(|error| failed(&error))?)?;
        if draws {
            let all = draws_batch(self).map_err(|error| failed(&error))?;
            files.add("samples.parquet", &bytes(&all).map_err(|error| failed(&error))?)?;
        }
        Ok(())
    }
}
