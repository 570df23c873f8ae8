//! Sums of lines by key columns: exact, whatever the order and the cuts.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use rustc_hash::FxHashMap;

use crate::pricing::line::LINE_SCALE;

use super::keys::{self, Key, Keys};

/// Lines that a group adds up in 64 bits before they go over into 128: each amount is below 2^49.
const PENDING: u32 = 8192;
/// Amounts from here on go into 128 bits at once.
const LARGE: u64 = 1 << 49;

/// Sums of lines by key columns. Any two of them merge, in any order, to the same sums.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Names and types of the key columns.
    keys: Vec<(String, DataType)>,
    /// Names of the sums.
    sums: Arc<Vec<String>>,
    groups: BTreeMap<Vec<Key>, Sums>,
}

/// The sums of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sums {
    lines: u64,
    with_price: u64,
    /// In 1e-6.
    amounts: Vec<i128>,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.with_price += other.with_price;
        self.amounts.resize(self.amounts.len().max(other.amounts.len()), 0);
        for (sum, amount) in self.amounts.iter_mut().zip(&other.amounts) {
            // 2^60 lines of less than 10^18 each fit.
            *sum += amount;
        }
    }
}

impl Summary {
    /// How many lines were added up.
    pub fn lines(&self) -> u64 {
        self.groups.values().map(|sums| sums.lines).sum()
    }

    /// Adds the sums of other lines.
    pub fn merge(&mut self, other: Self) {
        for (key, sums) in other.groups {
            self.groups.entry(key).or_default().add(&sums);
        }
    }

    /// One row a group, sorted by its keys; money as decimals of 38 digits with 6 after the point.
    pub fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let nothing = Sums::default();
        let mut groups: Vec<(&[Key], &Sums)> =
            self.groups.iter().map(|(key, sums)| (key.as_slice(), sums)).collect();
        if groups.is_empty() && self.keys.is_empty() {
            groups.push((&[], &nothing));
        }
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        for (at, (name, kind)) in self.keys.iter().enumerate() {
            let column = keys::array(groups.iter().map(|(key, _)| &key[at]), kind)?;
            fields.push(Field::new(name, column.data_type().clone(), true));
            columns.push(column);
        }
        let counts: [(&str, fn(&Sums) -> u64); 2] =
            [("lines", |sums| sums.lines), ("lines_with_price", |sums| sums.with_price)];
        for (name, get) in counts {
            fields.push(Field::new(name, DataType::UInt64, false));
            columns.push(Arc::new(UInt64Array::from_iter_values(groups.iter().map(|(_, sums)| get(sums)))));
        }
        for (at, name) in self.sums.iter().enumerate() {
            let amounts = groups.iter().map(|(_, sums)| sums.amounts.get(at).copied().unwrap_or_default());
            let kind = DataType::Decimal128(38, LINE_SCALE as i8);
            let amounts = Decimal128Array::from_iter_values(amounts).with_data_type(kind.clone());
            fields.push(Field::new(name, kind, false));
            columns.push(Arc::new(amounts));
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }
}

/// Sums in the making: of the lines of one thread.
#[derive(Debug)]
pub(super) struct Adder {
    keys: Vec<(String, DataType)>,
    sums: Arc<Vec<String>>,
    pub(super) values: Vec<Keys>,
    /// For each key column after the first, the group of the columns so far and a value: the group with that value.
    pairs: Vec<FxHashMap<(u32, u32), u32>>,
    /// How many groups each prefix of the key columns has.
    counts: Vec<u32>,
    first: FxHashMap<u32, u32>,
    /// Numbers of the values of each group.
    numbers: Vec<Vec<u32>>,
    /// Sums in 64 bits, for now.
    hot: Vec<i64>,
    pending: Vec<u32>,
    exact: Vec<Sums>,
}

impl Adder {
    pub(super) fn new(keys: Vec<(String, DataType)>, sums: Arc<Vec<String>>) -> Self {
        Self {
            values: keys.iter().map(|(_, kind)| Keys::new(kind)).collect(),
            pairs: vec![FxHashMap::default(); keys.len().saturating_sub(1)],
            counts: vec![0; keys.len()],
            keys,
            sums,
            first: FxHashMap::default(),
            numbers: Vec::new(),
            hot: Vec::new(),
            pending: Vec::new(),
            exact: Vec::new(),
        }
    }

    /// The group of the numbers of its values.
    #[inline]
    pub(super) fn group(&mut self, numbers: impl Iterator<Item = u32> + Clone) -> usize {
        let mut group = 0;
        for (at, number) in numbers.clone().enumerate() {
            let next = self.counts[at];
            let found = match at {
                0 => *self.first.entry(number).or_insert(next),
                _ => *self.pairs[at - 1].entry((group, number)).or_insert(next),
            };
            self.counts[at] += u32::from(found == next);
            group = found;
        }
        let group = group as usize;
        if group == self.exact.len() {
            let width = self.sums.len();
            self.numbers.push(numbers.collect());
            self.hot.resize(self.hot.len() + width, 0);
            self.pending.push(0);
            self.exact.push(Sums { amounts: vec![0; width], ..Sums::default() });
        }
        group
    }

    /// Adds a line to a group.
    #[inline]
    pub(super) fn add(&mut self, group: usize, totals: &[i64], indicators: &[i64], has_price: bool) {
        let width = self.sums.len();
        let hot = &mut self.hot[group * width..][..width];
        let (of_totals, of_indicators) = hot.split_at_mut(totals.len());
        let exact = &mut self.exact[group];
        exact.lines += 1;
        exact.with_price += u64::from(has_price);
        let mut large = false;
        for (sum, amount) in of_totals.iter_mut().zip(totals).chain(of_indicators.iter_mut().zip(indicators))
        {
            large |= amount.unsigned_abs() >= LARGE;
            *sum = sum.wrapping_add(*amount);
        }
        if large {
            // Not one of them may wrap: what was added goes off again, and over as it is.
            for ((sum, amount), exact) in
                hot.iter_mut().zip(totals.iter().chain(indicators)).zip(&mut exact.amounts)
            {
                *sum = sum.wrapping_sub(*amount);
                *exact += i128::from(*amount);
            }
            return;
        }
        self.pending[group] += 1;
        if self.pending[group] >= PENDING {
            self.pour(group);
        }
    }

    /// Takes the sums of a group over into 128 bits.
    fn pour(&mut self, group: usize) {
        let width = self.sums.len();
        let hot = &mut self.hot[group * width..][..width];
        for (sum, hot) in self.exact[group].amounts.iter_mut().zip(hot) {
            *sum += i128::from(std::mem::take(hot));
        }
        self.pending[group] = 0;
    }

    /// The sums.
    pub(super) fn done(mut self) -> Summary {
        let mut groups: BTreeMap<Vec<Key>, Sums> = BTreeMap::new();
        for group in 0..self.exact.len() {
            self.pour(group);
            let numbers = self.numbers[group].iter().zip(&self.values);
            let key = numbers.map(|(number, values)| values.key(*number)).collect();
            groups.entry(key).or_default().add(&self.exact[group]);
        }
        Summary { keys: self.keys, sums: self.sums, groups }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adder() -> Adder {
        Adder::new(vec![("word".into(), DataType::Utf8)], Arc::new(vec!["sum".into(), "part".into()]))
    }

    #[test]
    fn large_and_small_amounts_add_up_in_any_order() {
        let amounts = [5, -7, i64::MAX / 16, 1 << 49, -(1 << 50), i64::MAX / 9, i64::MAX / 9, 3];
        let total: i128 = amounts.iter().map(|amount| i128::from(*amount)).sum();
        let mut whole = adder();
        let mut halves = [adder(), adder()];
        for (at, amount) in amounts.into_iter().cycle().take(100_000).enumerate() {
            for adder in [&mut whole, &mut halves[at % 2]] {
                let number = adder.values[0].text("a");
                let group = adder.group(std::iter::once(number));
                adder.add(group, &[amount], &[1], at % 3 == 0);
            }
        }
        let whole = whole.done();
        let [first, second] = halves.map(Adder::done);
        let mut merged = second;
        merged.merge(first);
        let sums = |summary: &Summary| summary.groups.values().next().cloned().unwrap();
        assert_eq!(sums(&whole), sums(&merged));
        assert_eq!(sums(&whole).amounts, [total * 12_500, 100_000]);
        assert_eq!((whole.lines(), sums(&whole).with_price), (100_000, 33_334));
    }
}
