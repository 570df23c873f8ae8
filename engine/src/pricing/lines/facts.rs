//! The cells of a batch as numbers: each distinct word is looked up once.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use rustc_hash::FxHashMap;

use crate::base::currency::Currency;
use crate::base::period::Period;
use crate::base::unit::Unit;

use super::codes::{EMPTY, Words};
use super::index::{Index, Origin};
use super::numbers::Numbers;
use super::plan::{Plan, is_text};

/// The number of a product that the book does not have.
pub(super) const UNKNOWN: u32 = EMPTY - 1;

/// Words of a column, and what each of them is.
#[derive(Debug)]
pub(super) struct Meanings<T> {
    words: Words,
    known: Vec<T>,
}

impl<T> Default for Meanings<T> {
    fn default() -> Self {
        Self { words: Words::default(), known: Vec::new() }
    }
}

impl<T> Meanings<T> {
    fn numbers(&mut self, column: &ArrayRef, mean: impl Fn(&str) -> T) -> Result<Vec<u32>, ArrowError> {
        let numbers = self.words.numbers(column)?;
        let new = &self.words.words()[self.known.len()..];
        self.known.extend(new.iter().map(|word| mean(word)));
        Ok(numbers)
    }

    /// What a word is; `None`: an empty cell.
    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        if number == EMPTY { None } else { self.known.get(number as usize) }
    }

    /// The word itself.
    pub(super) fn word(&self, number: u32) -> &str {
        self.words.words().get(number as usize).map_or("", |word| word)
    }
}

/// What is known of the words of all batches so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) products: Meanings<Option<u32>>,
    pub(super) origins: Meanings<Option<Origin>>,
    pub(super) units: Meanings<Option<Unit>>,
    pub(super) currencies: Meanings<Option<Currency>>,
    years: Meanings<Option<i32>>,
    days: FxHashMap<i32, i32>,
}

/// The year of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    Of(i32),
    Empty,
    Bad,
}

/// The cells of a batch.
#[derive(Debug)]
pub(super) struct Facts {
    /// Products of the book; [`UNKNOWN`] where it has none of that id, [`EMPTY`] for empty cells.
    pub(super) products: Vec<u32>,
    /// The words that they are, for messages.
    pub(super) product_words: Vec<u32>,
    pub(super) quantities: Numbers,
    pub(super) units: Option<Vec<u32>>,
    pub(super) origins: Option<Vec<u32>>,
    /// Prices, and whether they are of the whole line.
    pub(super) prices: Option<(Numbers, bool)>,
    pub(super) currencies: Option<Vec<u32>>,
    pub(super) years: Option<Vec<Year>>,
}

impl Facts {
    pub(super) fn of(
        batch: &RecordBatch,
        plan: &Plan,
        index: &Index,
        known: &mut Known,
    ) -> Result<Self, ArrowError> {
        let Known { products, origins, units, currencies, .. } = known;
        let array = |source: &Option<super::plan::Source>| source.as_ref().map(|source| source.array(batch));
        let product_words = products.numbers(&plan.product.array(batch), |id| index.product(id))?;
        let product = |number: &u32| products.get(*number).map_or(EMPTY, |known| known.unwrap_or(UNKNOWN));
        let facts = Self {
            products: product_words.iter().map(product).collect(),
            product_words,
            quantities: Numbers::new(&plan.quantity.array(batch))?,
            units: array(&plan.unit)
                .map(|column| units.numbers(&column, |text| index.unit(text)))
                .transpose()?,
            origins: array(&plan.origin)
                .map(|column| origins.numbers(&column, |code| index.origin(code)))
                .transpose()?,
            prices: plan
                .price
                .as_ref()
                .map(|(source, whole)| Ok::<_, ArrowError>((Numbers::new(&source.array(batch))?, *whole)))
                .transpose()?,
            currencies: array(&plan.currency)
                .map(|column| currencies.numbers(&column, Currency::from_code))
                .transpose()?,
            years: array(&plan.when).map(|column| known.years(&column)).transpose()?,
        };
        Ok(facts)
    }
}

impl Known {
    /// How many words there are.
    pub(super) fn words(&self) -> usize {
        let Self { products, origins, units, currencies, years, days } = self;
        let names = products.known.len() + origins.known.len() + units.known.len();
        names + currencies.known.len() + years.known.len() + days.len()
    }

    fn years(&mut self, column: &ArrayRef) -> Result<Vec<Year>, ArrowError> {
        let kind = column.data_type();
        if matches!(kind, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)) {
            let days = cast(column, &DataType::Date32)?;
            let days = days.as_primitive::<Date32Type>();
            return Ok((0..days.len())
                .map(|row| self.year_of_day(days.is_valid(row).then(|| days.value(row))))
                .collect());
        }
        if kind.is_integer() {
            let years = cast(column, &DataType::Int64)?;
            let years = years.as_primitive::<Int64Type>();
            let year =
                |value: i64| if (1..=9999).contains(&value) { Year::Of(value as i32) } else { Year::Bad };
            return Ok(years.iter().map(|value| value.map_or(Year::Empty, year)).collect());
        }
        if !is_text(column) && kind.is_numeric() {
            let numbers = Numbers::new(column)?;
            return Ok((0..column.len()).map(|row| whole_year(&numbers, row)).collect());
        }
        let numbers = self.years.numbers(column, |text| {
            // The time of a day may follow, as programs write it.
            let day =
                text.get(..10).filter(|_| text.as_bytes().get(10).is_some_and(|byte| b"T ".contains(byte)));
            Period::parse(day.unwrap_or(text)).map(Period::year)
        })?;
        let year = |number: u32| match self.years.get(number) {
            None => Year::Empty,
            Some(None) => Year::Bad,
            Some(Some(year)) => Year::Of(*year),
        };
        Ok(numbers.into_iter().map(year).collect())
    }

    fn year_of_day(&mut self, day: Option<i32>) -> Year {
        let Some(day) = day else { return Year::Empty };
        if let Some(year) = self.days.get(&day) {
            return Year::Of(*year);
        }
        match Period::of_day(day).map(Period::year).filter(|year| (1..=9999).contains(year)) {
            Some(year) => {
                self.days.insert(day, year);
                Year::Of(year)
            }
            None => Year::Bad,
        }
    }
}

/// A year in a column of numbers, where an empty cell has made them all doubles.
fn whole_year(numbers: &Numbers, row: usize) -> Year {
    match numbers.get(row) {
        super::numbers::Number::Empty => Year::Empty,
        super::numbers::Number::Near(value) if (1.0..=9999.0).contains(&value) && value.fract() == 0.0 => {
            Year::Of(value as i32)
        }
        _ => Year::Bad,
    }
}
