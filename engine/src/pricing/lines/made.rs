//! Lines that are priced together, and the columns that they become.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Decimal64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::ArrowError;
use arrow_select::filter::filter_record_batch;

use crate::pricing::line::LINE_SCALE;

use super::costs::{Costs, Target};
use super::pricer::{Amount, LINE_DIGITS, Pricer};
use super::reject::Rejected;
use super::texts::Texts;

/// A line whose costs are found.
pub(super) struct Found {
    pub(super) row: usize,
    pub(super) product: u32,
    /// The year that its row states, or that of the book.
    pub(super) year: i32,
    pub(super) target: Target,
    /// What was paid for it, in 1e-6; `None`: no price is stated.
    pub(super) market: Option<i64>,
    pub(super) quantity: f64,
    /// Key of the ratio of its unit.
    pub(super) unit: Option<(u32, u32)>,
}

/// Lines that are priced together: what they need of memory comes together.
pub(super) const BLOCK: usize = 64;

/// Lines that are priced together.
pub(super) struct Block {
    /// How many indicators there are.
    pub(super) indicators: usize,
    pub(super) found: Vec<Found>,
    pub(super) costs: Vec<Costs>,
    /// External costs by line and indicator.
    pub(super) externals: Vec<i64>,
    /// Groups of the summary.
    pub(super) groups: Vec<u32>,
    /// Numbers of values of one of its keys.
    pub(super) numbers: Vec<u32>,
}

impl Block {
    pub(super) fn new(indicators: usize) -> Self {
        Self {
            indicators,
            found: Vec::with_capacity(BLOCK),
            costs: Vec::with_capacity(BLOCK),
            externals: vec![0; BLOCK * indicators],
            groups: Vec::with_capacity(BLOCK),
            numbers: Vec::with_capacity(BLOCK),
        }
    }

    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.costs.clear();
        self.externals.fill(0);
        self.groups.clear();
    }
}

/// The columns of priced lines in the making.
pub(super) struct Made {
    pub(super) amounts: Vec<(Amount, Vec<i64>)>,
    /// Amounts of the block that was pushed last, line by line.
    pub(super) totals: Vec<i64>,
    /// Which lines have a price; `None`: all so far.
    pub(super) has_price: Option<Vec<bool>>,
    pub(super) indicators: Vec<Vec<i64>>,
    pub(super) fallback: Vec<u32>,
    pub(super) unpriced: Vec<u32>,
}

/// Puts an amount of each line of a block into its column, and among the totals of its line.
#[inline]
fn put<'a>(
    block: &Block,
    column: &mut Vec<i64>,
    totals: impl Iterator<Item = &'a mut i64>,
    get: impl Fn(&Found, &Costs) -> i64,
) {
    for ((line, costs), total) in block.found.iter().zip(&block.costs).zip(totals) {
        *total = get(line, costs);
        column.push(*total);
    }
}

impl Made {
    pub(super) fn new(pricer: &Pricer, rows: usize) -> Self {
        let column = || Vec::with_capacity(rows);
        let amounts: Vec<_> =
            pricer.shape.amounts().into_iter().map(|(amount, _)| (amount, column())).collect();
        Self {
            totals: vec![0; amounts.len() * BLOCK],
            amounts,
            has_price: None,
            indicators: pricer.plan.indicators.iter().map(|_| column()).collect(),
            fallback: Vec::with_capacity(rows),
            unpriced: Vec::with_capacity(rows),
        }
    }

    /// Adds the lines of a block, column by column.
    pub(super) fn push(&mut self, pricer: &Pricer, block: &Block) {
        let width = self.amounts.len();
        for (at, (amount, column)) in self.amounts.iter_mut().enumerate() {
            let totals = self.totals.iter_mut().skip(at).step_by(width);
            let price = |line: &Found| line.market.unwrap_or_default();
            match *amount {
                Amount::Market => put(block, column, totals, |line, _| price(line)),
                Amount::External(bound) => put(block, column, totals, |_, costs| costs.external[bound]),
                Amount::Internalised => put(block, column, totals, |_, costs| costs.internalised),
                Amount::Overpaid => put(block, column, totals, |_, costs| costs.overpaid),
                Amount::Benefits => put(block, column, totals, |_, costs| costs.benefits),
                Amount::Gap(bound) => put(block, column, totals, |_, costs| costs.gap[bound]),
                Amount::TruePrice(bound) => put(block, column, totals, |line, costs| {
                    if line.market.is_some() { price(line) + costs.gap[bound] } else { 0 }
                }),
            }
        }
        for (at, line) in block.found.iter().enumerate() {
            if line.market.is_none() || self.has_price.is_some() {
                let before = self.fallback.len() + at;
                self.has_price.get_or_insert_with(|| vec![true; before]).push(line.market.is_some());
            }
        }
        for (column, indicator) in self.indicators.iter_mut().zip(&pricer.plan.indicators) {
            let all = block.externals.iter().skip(*indicator).step_by(block.indicators);
            column.extend(all.take(block.costs.len()));
        }
        self.fallback.extend(block.costs.iter().map(|costs| costs.fallback));
        self.unpriced.extend(block.costs.iter().map(|costs| costs.unpriced));
    }

    pub(super) fn finish(
        self,
        pricer: &Pricer,
        batch: &RecordBatch,
        rejected: &[Rejected],
        texts: &mut Texts,
    ) -> Result<RecordBatch, ArrowError> {
        let kept = batch.project(&pricer.plan.keep)?;
        let kept = if rejected.is_empty() {
            kept
        } else {
            let mut accepted = vec![true; batch.num_rows()];
            for line in rejected {
                accepted[line.row] = false;
            }
            filter_record_batch(&kept, &BooleanArray::from(accepted))?
        };
        let mut columns = kept.columns().to_vec();
        let decimal = |values: Vec<i64>, is_known: Option<&Vec<bool>>| -> Result<ArrayRef, ArrowError> {
            let nulls = is_known.map(|known| known.clone().into());
            let array = Decimal64Array::try_new(values.into(), nulls)?;
            Ok(Arc::new(array.with_precision_and_scale(LINE_DIGITS, LINE_SCALE as i8)?))
        };
        for (amount, values) in self.amounts {
            let needs_price = matches!(amount, Amount::Market | Amount::TruePrice(_));
            columns.push(decimal(values, self.has_price.as_ref().filter(|_| needs_price))?);
        }
        for values in self.indicators {
            columns.push(decimal(values, None)?);
        }
        let lines = self.fallback.len();
        columns.push(texts.column(&self.fallback)?);
        columns.push(texts.column(&self.unpriced)?);
        let options = RecordBatchOptions::new().with_row_count(Some(lines));
        RecordBatch::try_new_with_options(pricer.schema(), columns, &options)
    }
}
