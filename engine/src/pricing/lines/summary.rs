//! Sums of lines by key columns: exact, whatever the order and the cuts.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use rustc_hash::FxHashMap;

use crate::pricing::line::LINE_SCALE;

use super::keys::{self, Key, Keys};

/// Lines that a group adds up in 64 bits before they go over into 128: each amount is below 2^49.
const PENDING: i64 = 8192;
/// Amounts from here on go into 128 bits at once.
const LARGE: u64 = 1 << 49;
/// Numbers in a line of the cache.
const CACHE_LINE: usize = 8;

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
        if self.keys.iter().any(|(_, kind)| keys::is_number_in_text(kind)) {
            groups.sort_by(|(one, _), (other, _)| {
                let pairs = one.iter().zip(*other).zip(&self.keys);
                let orders = pairs.map(|((one, other), (_, kind))| keys::order(one, other, kind));
                orders.fold(Ordering::Equal, Ordering::then)
            });
        }
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        for (at, (name, kind)) in self.keys.iter().enumerate() {
            let column = keys::array(groups.iter().map(|(key, _)| &key[at]), kind)?;
            fields.push(Field::new(name, column.data_type().clone(), true));
            columns.push(column);
        }
        let lines = UInt64Array::from_iter_values(groups.iter().map(|(_, sums)| sums.lines));
        let with_price = UInt64Array::from_iter_values(groups.iter().map(|(_, sums)| sums.with_price));
        for (name, counts) in [("lines", lines), ("lines_with_price", with_price)] {
            fields.push(Field::new(name, DataType::UInt64, false));
            columns.push(Arc::new(counts));
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
    steps: Vec<Step>,
    /// Of each group, in 64 bits for now: lines, lines with a price, sums.
    hot: Vec<i64>,
    /// The same, of what went over, of groups of which something did.
    exact: FxHashMap<u32, Vec<i128>>,
}

/// Groups that a table takes before it becomes a map.
const TABLE: usize = 1 << 20;
/// A place of a table that is not taken.
const FREE: u32 = u32::MAX;

/// From a group of the key columns so far and the value of the next one, to the group of both.
#[derive(Debug, Default)]
struct Step {
    /// Groups by group so far and value, `width` for each; empty once a map is shorter.
    table: Vec<u32>,
    width: usize,
    map: FxHashMap<(u32, u32), u32>,
    is_map: bool,
    /// Group so far, and value, of each group.
    made: Vec<(u32, u32)>,
}

impl Step {
    /// The group of a group so far and a value.
    #[inline]
    fn group(&mut self, before: u32, number: u32) -> u32 {
        if !self.is_map {
            let value = number.wrapping_add(1) as usize; // an empty cell is the first
            let at = before as usize * self.width + value;
            if value < self.width
                && let Some(group) = self.table.get(at).filter(|group| **group != FREE)
            {
                return *group;
            }
        } else if let Some(group) = self.map.get(&(before, number)) {
            return *group;
        }
        self.make(before, number)
    }

    #[cold]
    fn make(&mut self, before: u32, number: u32) -> u32 {
        let group = self.made.len() as u32;
        self.made.push((before, number));
        if self.is_map {
            self.map.insert((before, number), group);
            return group;
        }
        let value = number.wrapping_add(1) as usize;
        let width = if value < self.width { self.width } else { (value + 1).next_power_of_two() };
        let rows = self.table.len().checked_div(self.width).unwrap_or_default().max(before as usize + 1);
        if width.saturating_mul(rows) > TABLE {
            self.is_map = true;
            self.table = Vec::new();
            self.map = self.made.iter().copied().zip(0..).collect();
            return group;
        }
        if width != self.width {
            self.table = vec![FREE; width * rows];
            self.width = width;
            for ((before, number), group) in self.made.iter().zip(0..) {
                self.table[*before as usize * width + number.wrapping_add(1) as usize] = group;
            }
            return group;
        }
        self.table.resize(width * rows, FREE);
        self.table[before as usize * width + value] = group;
        group
    }
}

/// Counts before the sums of a group.
const COUNTS: usize = 2;

impl Adder {
    pub(super) fn new(keys: Vec<(String, DataType)>, sums: Arc<Vec<String>>) -> Self {
        Self {
            values: keys.iter().map(|(_, kind)| Keys::new(kind)).collect(),
            steps: keys.iter().map(|_| Step::default()).collect(),
            keys,
            sums,
            hot: Vec::new(),
            exact: FxHashMap::default(),
        }
    }

    fn width(&self) -> usize {
        self.sums.len() + COUNTS
    }

    /// Narrows groups of the first key columns down by the numbers of values of the next one.
    pub(super) fn narrow(&mut self, at: usize, numbers: &[u32], groups: &mut [u32]) {
        let step = &mut self.steps[at];
        for (group, number) in groups.iter_mut().zip(numbers) {
            *group = step.group(if at == 0 { 0 } else { *group }, *number);
        }
    }

    /// Makes room for the groups that are new.
    pub(super) fn open(&mut self) {
        let groups = self.steps.last().map_or(1, |step| step.made.len());
        let length = groups * self.width();
        if self.hot.len() < length {
            self.hot.resize(length, 0);
        }
    }

    /// Numbers of the values of a group.
    fn numbers(&self, group: usize) -> Vec<u32> {
        let mut group = group as u32;
        let mut numbers: Vec<u32> = Vec::with_capacity(self.steps.len());
        for step in self.steps.iter().rev() {
            let (before, number) = step.made[group as usize];
            numbers.push(number);
            group = before;
        }
        numbers.reverse();
        numbers
    }

    /// Reads the sums of groups once ahead: far apart in memory, they come together instead of in turn.
    pub(super) fn fetch(&self, groups: &[u32]) {
        let width = self.width();
        let mut sum = 0;
        for group in groups {
            let hot = &self.hot[*group as usize * width..][..width];
            sum ^= hot.iter().step_by(CACHE_LINE).fold(0, |sum, value| sum ^ value);
        }
        std::hint::black_box(sum);
    }

    /// Adds a line to a group.
    #[inline]
    pub(super) fn add(&mut self, group: u32, totals: &[i64], indicators: &[i64], has_price: bool) {
        let width = self.width();
        let at = group as usize * width;
        let hot = &mut self.hot[at..][..width];
        let (counts, sums) = hot.split_at_mut(COUNTS);
        let (of_totals, of_indicators) = sums.split_at_mut(totals.len());
        let mut seen = 0_u64;
        for (sum, amount) in of_totals.iter_mut().zip(totals) {
            seen |= amount.unsigned_abs();
            *sum = sum.wrapping_add(*amount);
        }
        for (sum, amount) in of_indicators.iter_mut().zip(indicators) {
            seen |= amount.unsigned_abs();
            *sum = sum.wrapping_add(*amount);
        }
        counts[0] += 1;
        counts[1] += i64::from(has_price);
        if seen >= LARGE {
            // Not one of them may wrap: what was added goes off again, and over as it is.
            let amounts = totals.iter().chain(indicators);
            let exact = self.exact.entry(group).or_insert_with(|| vec![0; width]);
            for ((sum, amount), exact) in sums.iter_mut().zip(amounts).zip(&mut exact[COUNTS..]) {
                *sum = sum.wrapping_sub(*amount);
                *exact += i128::from(*amount);
            }
        }
        if counts[0] >= PENDING {
            self.pour(group);
        }
    }

    /// Takes the sums of a group over into 128 bits.
    fn pour(&mut self, group: u32) {
        let width = self.width();
        let at = group as usize * width;
        let exact = self.exact.entry(group).or_insert_with(|| vec![0; width]);
        for (sum, hot) in exact.iter_mut().zip(&mut self.hot[at..]) {
            *sum += i128::from(std::mem::take(hot));
        }
    }

    /// The sums.
    pub(super) fn done(mut self) -> Summary {
        let mut groups: BTreeMap<Vec<Key>, Sums> = BTreeMap::new();
        let width = self.width();
        for group in 0..self.hot.len() / width {
            let hot = self.hot[group * width..][..width].iter().map(|sum| i128::from(*sum));
            let mut all: Vec<i128> = hot.collect();
            for (sum, over) in all.iter_mut().zip(self.exact.remove(&(group as u32)).into_iter().flatten()) {
                *sum += over;
            }
            let numbers = self.numbers(group).into_iter().zip(&self.values);
            let key = numbers.map(|(number, values)| values.key(number)).collect();
            let (counts, amounts) = all.split_at(COUNTS);
            let sums =
                Sums { lines: counts[0] as u64, with_price: counts[1] as u64, amounts: amounts.to_vec() };
            groups.entry(key).or_default().add(&sums);
        }
        Summary { keys: self.keys, sums: self.sums, groups }
    }
}

#[cfg(test)]
mod tests {
    use super::super::codes::EMPTY;
    use super::*;

    fn adder() -> Adder {
        Adder::new(vec![("word".into(), DataType::Utf8)], Arc::new(vec!["sum".into(), "part".into()]))
    }

    #[test]
    fn groups_are_the_same_in_a_table_and_in_a_map() {
        let mut step = Step::default();
        let mut expected: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut was_table = false;
        for at in 0..300_000_u32 {
            let (before, number) =
                (at % 7, if at % 5 == 0 { EMPTY } else { at.wrapping_mul(2_654_435_761) % (at + 1) });
            let next = expected.len() as u32;
            let group = *expected.entry((before, number)).or_insert(next);
            assert_eq!(step.group(before, number), group);
            was_table |= !step.is_map;
        }
        assert!(was_table && step.is_map);
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
                let mut groups = [0];
                adder.narrow(0, &[number], &mut groups);
                adder.open();
                adder.add(groups[0], &[amount], &[1], at % 3 == 0);
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
