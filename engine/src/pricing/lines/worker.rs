//! Prices batches of lines, on one thread.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Decimal64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::ArrowError;
use arrow_select::filter::filter_record_batch;
use num_traits::ToPrimitive;
use rustc_hash::FxHashMap;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, scaled};
use crate::pricing::line::LINE_SCALE;

use super::costs::{Coster, Costs, Much, within};
use super::facts::{Facts, Known, Year};
use super::kernel;
use super::numbers::Number;
use super::options::Role;
use super::plan::KeySource;
use super::pricer::{Amount, LINE_DIGITS, Pricer};
use super::reject::{Reason, Rejected};
use super::summary::{Adder, Summary};

/// 1e-6: what quantities are multiplied with, so that costs in 1e-12 become lines in 1e-6.
const STEP: f64 = 1e-6;
/// Lines are in this part of the currency.
const STEPS: f64 = 1e6;

/// Priced lines of a batch.
#[derive(Clone, Debug)]
pub struct Priced {
    /// Lines that have a price, in the order of the batch.
    pub lines: RecordBatch,
    /// The others, by row.
    pub rejected: Vec<Rejected>,
}

/// A number to multiply with: in doubles, and exactly.
#[derive(Clone, Debug)]
struct Multiplier {
    near: f64,
    /// `None`: 1.
    exact: Option<Exact>,
}

/// Prices batches on one thread, and adds up what it priced.
#[derive(Debug)]
pub struct Worker {
    pricer: Arc<Pricer>,
    pub(super) known: Known,
    coster: Coster,
    /// Reference units in a unit of a product; `None`: there is no ratio.
    ratios: FxHashMap<(u32, u32), Option<Multiplier>>,
    moves: FxHashMap<(Currency, i32), Option<Multiplier>>,
    adder: Option<Adder>,
    /// Numbers of names and categories of products among the keys of the summary.
    product_keys: Vec<Vec<Option<u32>>>,
}

/// A line that was priced.
struct Line {
    market: Option<i64>,
    costs: Costs,
    product: u32,
    /// The year that its row states, or that of the book.
    year: i32,
}

/// Why a line is rejected, and the number of the role whose column is at fault.
pub(super) type Problem = (Reason, Role);

impl Worker {
    pub(super) fn new(pricer: Arc<Pricer>) -> Self {
        let adder = pricer.keys.as_ref().map(|keys| Adder::new(keys.clone(), pricer.sums.clone()));
        let keys = pricer.keys.as_ref().map_or(0, Vec::len);
        Self {
            known: Known::default(),
            coster: Coster::new(&pricer),
            ratios: FxHashMap::default(),
            moves: FxHashMap::default(),
            adder,
            product_keys: vec![Vec::new(); keys],
            pricer,
        }
    }

    /// The sums of all lines that it priced, if a summary is wanted.
    pub fn into_summary(self) -> Option<Summary> {
        self.adder.map(Adder::done)
    }

    /// Prices a batch of the pricer's schema. Fails only where the batch is not of that schema.
    pub fn price(&mut self, batch: &RecordBatch) -> Result<Priced, ArrowError> {
        let pricer = self.pricer.clone();
        let rows = batch.num_rows();
        let facts = Facts::of(batch, &pricer.plan, &pricer.index, &mut self.known)?;
        let keys = self.keys(batch)?;
        let mut made = Made::new(&pricer, rows);
        let mut rejected = Vec::new();
        let mut numbers = vec![0; keys.len()];
        for row in 0..rows {
            match self.line(&pricer, &facts, row) {
                Ok(line) => {
                    let totals = made.push(&pricer, &line, &self.coster.externals)?;
                    if let Some(adder) = &mut self.adder {
                        for (at, (number, column)) in numbers.iter_mut().zip(&keys).enumerate() {
                            *number = match column {
                                Some(column) => column[row],
                                None => derived(&pricer, adder, &mut self.product_keys[at], at, &line),
                            };
                        }
                        let group = adder.group(numbers.iter().copied());
                        adder.add(group, totals, &self.coster.externals, line.market.is_some());
                    }
                }
                Err(problem) => rejected.push(self.rejected(&pricer, &facts, batch, row, problem)),
            }
        }
        let lines = made.finish(&pricer, batch, &rejected, &mut self.coster.texts)?;
        Ok(Priced { lines, rejected })
    }

    /// Numbers of the values of the key columns; `None`: found line by line.
    fn keys(&mut self, batch: &RecordBatch) -> Result<Vec<Option<Vec<u32>>>, ArrowError> {
        let Some((adder, keys)) = self.adder.as_mut().zip(self.pricer.plan.keys.as_ref()) else {
            return Ok(Vec::new());
        };
        let numbers = keys.iter().zip(&mut adder.values).map(|((_, source), values)| match source {
            KeySource::Column(column) => values.numbers(batch.column(*column)).map(Some),
            _ => Ok(None),
        });
        numbers.collect()
    }

    #[inline]
    fn line(&mut self, pricer: &Pricer, facts: &Facts, row: usize) -> Result<Line, Problem> {
        let index = &pricer.index;
        let product = match self.known.products.get(facts.products[row]) {
            Some(Some(product)) => *product,
            Some(None) => return Err((Reason::UnknownProduct, Role::Product)),
            None => return Err((Reason::MissingValue, Role::Product)),
        };
        let quantity = match facts.quantities.get(row) {
            Number::Near(quantity) => quantity,
            Number::Empty => return Err((Reason::MissingValue, Role::Quantity)),
            Number::Bad => return Err((Reason::BadValue, Role::Quantity)),
        };
        let unit = match &facts.units {
            Some(units) => Some(self.unit(pricer, product, units[row])?),
            None => None,
        };
        let stated = match facts.years.as_ref().map(|years| years[row]) {
            None => None,
            Some(Year::Of(year)) => Some(year),
            Some(Year::Empty) => return Err((Reason::MissingValue, Role::Year)),
            Some(Year::Bad) => return Err((Reason::BadValue, Role::Year)),
        };
        let head = &index.book.head;
        let emitted = head.emission_year.or(stated).unwrap_or(head.default_year);
        if head.years.is_some_and(|(first, last)| !(first..=last).contains(&emitted)) {
            return Err((Reason::NoYear, Role::Year));
        }
        let origin = match &facts.origins {
            Some(origins) => match self.known.origins.get(origins[row]) {
                Some(Some(origin)) => Some(*origin),
                Some(None) => return Err((Reason::UnknownOrigin, Role::Origin)),
                None => None,
            },
            None => None,
        };
        let ratio = unit.map(|unit| &self.ratios[&unit]).and_then(Option::as_ref);
        let exact = || {
            let quantity = facts.quantities.exact(row)?;
            Some(match ratio.and_then(|ratio| ratio.exact.as_ref()) {
                Some(ratio) => quantity * ratio,
                None => quantity,
            })
        };
        let much = Much { near: quantity * ratio.map_or(STEP, |ratio| ratio.near), exact: &exact };
        let costs =
            self.coster.price(pricer, product, origin, emitted, &much).map_err(|reason| match reason {
                Reason::OtherOrigin | Reason::AmbiguousOrigin => (reason, Role::Origin),
                Reason::Overflow => (reason, Role::Quantity),
                _ => (reason, Role::Product),
            })?;
        let market = self.market(pricer, facts, row, quantity, stated.unwrap_or(head.year))?;
        let fits = |gap: i64| within(i128::from(market.unwrap_or_default()) + i128::from(gap)).is_ok();
        if !costs.gap.iter().all(|gap| fits(*gap)) {
            return Err((Reason::Overflow, Role::Quantity));
        }
        Ok(Line { market, costs, product, year: stated.unwrap_or(head.year) })
    }

    /// The unit of a line, as the key of its ratio.
    fn unit(&mut self, pricer: &Pricer, product: u32, number: u32) -> Result<(u32, u32), Problem> {
        let unit = match self.known.units.get(number) {
            Some(Some(unit)) => unit,
            Some(None) => return Err((Reason::UnknownUnit, Role::Unit)),
            None => return Err((Reason::MissingValue, Role::Unit)),
        };
        let key = (product, number);
        let ratio = self.ratios.entry(key).or_insert_with(|| {
            let exact = pricer.index.ratio(product, unit).ok()?;
            let near = (&exact / Exact::from_integer(1_000_000.into())).to_f64()?;
            Some(Multiplier { near, exact: (exact != crate::base::decimal::one()).then_some(exact) })
        });
        ratio.as_ref().map(|_| key).ok_or((Reason::OtherUnit, Role::Unit))
    }

    /// What was paid for a line, in the money of the book; `None`: no price is stated.
    #[inline]
    fn market(
        &mut self,
        pricer: &Pricer,
        facts: &Facts,
        row: usize,
        quantity: f64,
        year: i32,
    ) -> Result<Option<i64>, Problem> {
        let Some((prices, is_whole)) = &facts.prices else { return Ok(None) };
        let role = if *is_whole { Role::Value } else { Role::Price };
        let price = match prices.get(row) {
            Number::Near(price) => price,
            Number::Empty => return Ok(None),
            Number::Bad => return Err((Reason::BadValue, role)),
        };
        let number = facts.currencies.as_ref().map_or(super::codes::EMPTY, |currencies| currencies[row]);
        let currency = match self.known.currencies.get(number) {
            Some(Some(currency)) => *currency,
            Some(None) => return Err((Reason::UnknownCurrency, Role::Currency)),
            None => return Err((Reason::MissingValue, Role::Currency)),
        };
        let moved = self.moves.entry((currency, year)).or_insert_with(|| {
            let exact = &pricer.index.moved(currency, year)?.multiplier;
            let near = (exact * Exact::from_integer(1_000_000.into())).to_f64()?;
            let is_one = *exact == crate::base::decimal::one();
            Some(Multiplier {
                near: if is_one { STEPS } else { near },
                exact: (!is_one).then(|| exact.clone()),
            })
        });
        let Some(moved) = moved else { return Err((Reason::NoRate, Role::Currency)) };
        let much = if *is_whole { 1.0 } else { quantity };
        let (amount, sure) = kernel::nearest(price * much * moved.near, kernel::LINE_ERROR);
        if sure {
            return Ok(Some(amount as i64));
        }
        let exactly = || {
            let mut value = prices.exact(row)?;
            if !*is_whole {
                value *= facts.quantities.exact(row)?;
            }
            if let Some(exact) = &moved.exact {
                value *= exact;
            }
            scaled(&value, LINE_SCALE).to_i128().and_then(|amount| within(amount).ok())
        };
        exactly().map(Some).ok_or((Reason::Overflow, role))
    }
}

/// The number of a key that no column holds.
fn derived(pricer: &Pricer, adder: &mut Adder, known: &mut Vec<Option<u32>>, at: usize, line: &Line) -> u32 {
    let Some(keys) = &pricer.plan.keys else { return super::codes::EMPTY };
    let product = line.product as usize;
    match &keys[at].1 {
        KeySource::Year => adder.values[at].integer(i64::from(line.year)),
        source => {
            known.resize(pricer.index.book.products.len(), None);
            *known[product].get_or_insert_with(|| {
                let product = &pricer.index.book.products[product];
                let text = if *source == KeySource::Name { &product.name } else { &product.category };
                adder.values[at].text(text)
            })
        }
    }
}

/// The columns of priced lines in the making.
struct Made {
    amounts: Vec<(Amount, Vec<i64>)>,
    /// Amounts of the line that was pushed last, as the summary adds them.
    totals: Vec<i64>,
    /// Which lines have a price; `None`: all so far.
    has_price: Option<Vec<bool>>,
    indicators: Vec<Vec<i64>>,
    fallback: Vec<u32>,
    unpriced: Vec<u32>,
}

impl Made {
    fn new(pricer: &Pricer, rows: usize) -> Self {
        let column = || Vec::with_capacity(rows);
        let amounts: Vec<_> =
            pricer.shape.amounts().into_iter().map(|(amount, _)| (amount, column())).collect();
        Self {
            totals: vec![0; amounts.len()],
            amounts,
            has_price: None,
            indicators: pricer.plan.indicators.iter().map(|_| column()).collect(),
            fallback: Vec::with_capacity(rows),
            unpriced: Vec::with_capacity(rows),
        }
    }

    /// Adds a line; gives its amounts.
    #[inline]
    fn push(&mut self, pricer: &Pricer, line: &Line, externals: &[i64]) -> Result<&[i64], ArrowError> {
        let costs = &line.costs;
        let market = line.market.unwrap_or_default();
        for ((amount, column), total) in self.amounts.iter_mut().zip(&mut self.totals) {
            *total = match *amount {
                Amount::Market => market,
                Amount::External(bound) => costs.external[bound],
                Amount::Internalised => costs.internalised,
                Amount::Overpaid => costs.overpaid,
                Amount::Benefits => costs.benefits,
                Amount::Gap(bound) => costs.gap[bound],
                Amount::TruePrice(_) if line.market.is_none() => 0,
                Amount::TruePrice(bound) => market + costs.gap[bound],
            };
            column.push(*total);
        }
        if line.market.is_none() || self.has_price.is_some() {
            let before = self.fallback.len();
            self.has_price.get_or_insert_with(|| vec![true; before]).push(line.market.is_some());
        }
        for (column, indicator) in self.indicators.iter_mut().zip(&pricer.plan.indicators) {
            column.push(externals[*indicator]);
        }
        self.fallback.push(costs.fallback);
        self.unpriced.push(costs.unpriced);
        Ok(&self.totals)
    }

    fn finish(
        self,
        pricer: &Pricer,
        batch: &RecordBatch,
        rejected: &[Rejected],
        texts: &mut super::texts::Texts,
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
