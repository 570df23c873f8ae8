//! Prices batches of lines, on one thread.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use num_traits::ToPrimitive;
use rustc_hash::FxHashMap;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, scaled};
use crate::pricing::line::LINE_SCALE;

use super::codes::EMPTY;
use super::costs::{Coster, Much, within};
use super::facts::{Facts, Known, UNKNOWN, Year};
use super::kernel;
use super::made::{BLOCK, Block, Found, Made};
use super::numbers::Number;
use super::options::Role;
use super::plan::KeySource;
use super::pricer::Pricer;
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
    /// By number of the currency, and year.
    moves: FxHashMap<(u32, i32), Option<Multiplier>>,
    adder: Option<Adder>,
    /// What products that the book does not have were probably meant to be, by the number of their word.
    pub(super) hints: FxHashMap<u32, Option<String>>,
    /// For each key of the summary that is a name or category of products, its number by product.
    product_keys: Vec<Vec<u32>>,
}

/// Words that are remembered beside those of the book.
const MOST_WORDS: usize = 1 << 19;

/// Why a line is rejected, and the number of the role whose column is at fault.
pub(super) type Problem = (Reason, Role);

impl Worker {
    pub(super) fn new(pricer: Arc<Pricer>) -> Self {
        let mut adder = pricer.keys.as_ref().map(|keys| Adder::new(keys.clone(), pricer.sums.clone()));
        let product_keys = adder.as_mut().map(|adder| product_keys(&pricer, adder)).unwrap_or_default();
        Self {
            known: Known::default(),
            coster: Coster::new(&pricer),
            ratios: FxHashMap::default(),
            moves: FxHashMap::default(),
            adder,
            hints: FxHashMap::default(),
            product_keys,
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
        if self.known.words() > MOST_WORDS {
            // Words without end, such as codes that no book has: what is known of them is found again.
            self.known = Known::default();
            self.ratios.clear();
            self.moves.clear();
            self.hints.clear();
        }
        let rows = batch.num_rows();
        let facts = Facts::of(batch, &pricer.plan, &pricer.index, &mut self.known)?;
        let keys = self.keys(batch)?;
        let mut made = Made::new(&pricer, rows);
        let mut rejected = Vec::new();
        let mut block = Block::new(pricer.index.book.indicators.len());
        for start in (0..rows).step_by(BLOCK) {
            block.clear();
            let end = rows.min(start + BLOCK);
            pricer.index.goods.fetch(&facts.products[start..end]);
            for row in start..end {
                match self.find(&pricer, &facts, row) {
                    Ok(found) => block.found.push(found),
                    Err(problem) => rejected.push(self.rejected(&pricer, &facts, batch, row, problem)),
                }
            }
            Coster::fetch(&pricer, block.found.iter().map(|found| &found.target));
            self.cost(&pricer, &facts, batch, &mut block, &mut rejected);
            made.push(&pricer, &block);
            self.add(&pricer, &mut block, &keys, &made);
        }
        rejected.sort_by_key(|line| line.row);
        let lines = made.finish(&pricer, batch, &rejected, &mut self.coster.texts)?;
        Ok(Priced { lines, rejected })
    }

    /// Costs of the lines of a block; those that are too large are rejected, and leave the block.
    fn cost(
        &mut self,
        pricer: &Pricer,
        facts: &Facts,
        batch: &RecordBatch,
        block: &mut Block,
        rejected: &mut Vec<Rejected>,
    ) {
        let mut found = std::mem::take(&mut block.found);
        found.retain(|line| {
            let ratio = line.unit.and_then(|unit| self.ratios.get(&unit)?.as_ref());
            let exact = || {
                let quantity = facts.quantities.exact(line.row)?;
                Some(match ratio.and_then(|ratio| ratio.exact.as_ref()) {
                    Some(ratio) => quantity * ratio,
                    None => quantity,
                })
            };
            let much = Much { near: line.quantity * ratio.map_or(STEP, |ratio| ratio.near), exact: &exact };
            let externals = &mut block.externals[block.costs.len() * block.indicators..][..block.indicators];
            let costs = self.coster.price(pricer, line.target, &much, externals);
            let market = i128::from(line.market.unwrap_or_default());
            let costs = costs.and_then(|costs| {
                let fits = costs.gap.iter().all(|gap| within(market + i128::from(*gap)).is_ok());
                if fits { Ok(costs) } else { Err(Reason::Overflow) }
            });
            match costs {
                Ok(costs) => {
                    block.costs.push(costs);
                    true
                }
                Err(reason) => {
                    externals.fill(0);
                    rejected.push(self.rejected(pricer, facts, batch, line.row, (reason, Role::Quantity)));
                    false
                }
            }
        });
        block.found = found;
    }

    /// Adds the lines of a block to the summary.
    fn add(&mut self, pricer: &Pricer, block: &mut Block, keys: &[Option<Vec<u32>>], made: &Made) {
        let Some((adder, sources)) = self.adder.as_mut().zip(pricer.plan.keys.as_ref()) else { return };
        // One column after the other: what they need of memory comes together.
        block.groups.resize(block.found.len(), 0);
        for (at, (column, (_, source))) in keys.iter().zip(sources).enumerate() {
            block.numbers.clear();
            match (column, source) {
                (Some(column), _) => block.numbers.extend(block.found.iter().map(|line| column[line.row])),
                (None, KeySource::Year) => {
                    let years = block.found.iter().map(|line| adder.values[at].integer(i64::from(line.year)));
                    block.numbers.extend(years);
                }
                (None, _) => {
                    let known = &self.product_keys[at];
                    block.numbers.extend(block.found.iter().map(|line| known[line.product as usize]));
                }
            }
            adder.narrow(at, &block.numbers, &mut block.groups);
        }
        adder.open();
        adder.fetch(&block.groups);
        for (at, (line, group)) in block.found.iter().zip(&block.groups).enumerate() {
            let externals = &block.externals[at * block.indicators..][..block.indicators];
            let totals = &made.totals[at * made.amounts.len()..][..made.amounts.len()];
            adder.add(*group, totals, externals, line.market.is_some());
        }
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

    /// What a line is of, and where its costs are.
    #[inline]
    fn find(&mut self, pricer: &Pricer, facts: &Facts, row: usize) -> Result<Found, Problem> {
        let index = &pricer.index;
        let product = match facts.products[row] {
            EMPTY => return Err((Reason::MissingValue, Role::Product)),
            UNKNOWN => return Err((Reason::UnknownProduct, Role::Product)),
            product => product,
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
        let target = self.coster.find(pricer, product, origin, emitted).map_err(|reason| match reason {
            Reason::OtherOrigin | Reason::AmbiguousOrigin => (reason, Role::Origin),
            _ => (reason, Role::Product),
        })?;
        let year = stated.unwrap_or(head.year);
        let market = self.market(pricer, facts, row, quantity, year)?;
        Ok(Found { row, product, year, target, market, quantity, unit })
    }

    /// The unit of a line, as the key of its ratio.
    fn unit(&mut self, pricer: &Pricer, product: u32, number: u32) -> Result<(u32, u32), Problem> {
        let unit = match self.known.units.get(number) {
            Some(Some(unit)) => unit,
            Some(None) => return Err((Reason::UnknownUnit, Role::Unit)),
            None => return Err((Reason::MissingValue, Role::Unit)),
        };
        let key = (product, number);
        let known = match self.ratios.get(&key) {
            Some(ratio) => ratio.is_some(),
            None => {
                let ratio = pricer.index.ratio(product, unit).ok().and_then(|exact| {
                    let near = (&exact / Exact::from_integer(1_000_000.into())).to_f64()?;
                    Some(Multiplier { near, exact: (exact != crate::base::decimal::one()).then_some(exact) })
                });
                self.ratios.entry(key).or_insert(ratio).is_some()
            }
        };
        if known { Ok(key) } else { Err((Reason::OtherUnit, Role::Unit)) }
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
        let number = facts.currencies.as_ref().map_or(EMPTY, |currencies| currencies[row]);
        let currency = match self.known.currencies.get(number) {
            Some(Some(currency)) => *currency,
            Some(None) => return Err((Reason::UnknownCurrency, Role::Currency)),
            None => return Err((Reason::MissingValue, Role::Currency)),
        };
        let moved = self.moves.entry((number, year)).or_insert_with(|| multiplier(pricer, currency, year));
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

/// What money of a currency and year is multiplied with, in 1e-6.
fn multiplier(pricer: &Pricer, currency: Currency, year: i32) -> Option<Multiplier> {
    let exact = &pricer.index.moved(currency, year)?.multiplier;
    let near = (exact * Exact::from_integer(1_000_000.into())).to_f64()?;
    let is_one = *exact == crate::base::decimal::one();
    Some(Multiplier { near: if is_one { STEPS } else { near }, exact: (!is_one).then(|| exact.clone()) })
}

/// Numbers of names and categories of products, for the keys of a summary that are one.
fn product_keys(pricer: &Pricer, adder: &mut Adder) -> Vec<Vec<u32>> {
    let products = &pricer.index.book.products;
    let numbers =
        pricer.plan.keys.iter().flatten().zip(&mut adder.values).map(|((_, source), values)| match source {
            KeySource::Name => products.iter().map(|product| values.text(&product.name)).collect(),
            KeySource::Category => products.iter().map(|product| values.text(&product.category)).collect(),
            KeySource::Column(_) | KeySource::Year => Vec::new(),
        });
    numbers.collect()
}
