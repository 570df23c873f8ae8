//! Interventions in columns: what rows have in common is kept once, and a row takes 16 bytes.

mod derived;
mod edit;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::base::file_name::FileName;
use crate::base::progress::stopped;
use crate::base::unit::{Measure, Units};

use super::bound::Bound;
use super::cells::{Cells, RowRef};
use super::distribution::{Distribution, DistributionColumns, Distributions, Pedigree, distribution};
use super::reference::Verification;
use super::table::CHUNK;

pub use derived::Derived;

/// What rows have in common: all but the process, the amount and the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Indicator.
    pub indicator: Arc<str>,
    /// Whom or what it is about.
    pub subject: Arc<str>,
    /// Characterisation method, the manifest's default included.
    pub method: Arc<str>,
    /// In which unit.
    pub unit: Arc<Measure>,
    /// Source.
    pub source: Arc<str>,
    /// How it was seen.
    pub verification: Verification,
}

impl Profile {
    /// In which order profiles stand.
    fn key(&self) -> ([Arc<str>; 4], String, &'static str) {
        let parts = [&self.indicator, &self.subject, &self.method, &self.source].map(Arc::clone);
        (parts, self.unit.to_string(), self.verification.word())
    }
}

/// All interventions of a dataset, sorted by process, indicator and subject.
#[derive(Clone, Debug, Default)]
pub struct Interventions {
    file: FileName,
    /// Sorted by indicator and subject.
    profiles: Vec<Profile>,
    /// Sorted, with the first row of each; the last entry of `starts` is the count of rows.
    processes: Vec<Arc<str>>,
    starts: Vec<usize>,
    profile: Vec<u32>,
    /// NaN: not stated.
    amount: Vec<f64>,
    line: Vec<u32>,
    /// Exact amounts of rows that are money.
    money: BTreeMap<usize, Exact>,
    /// How sure amounts are, of rows that say.
    distributions: Distributions,
    /// Rows that stand in no table of interventions: where they come from, and how.
    derived: BTreeMap<usize, derived::From>,
}

impl Interventions {
    /// Reads a table; `method` is for rows that state none. Stopped work leaves no rows.
    pub(super) fn read(
        bound: &Bound,
        units: &Units,
        method: &str,
        pedigree: &Result<&Pedigree, String>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut reader = Reader::new(bound, method);
        let mut done = 0_usize;
        let whole = bound.each_while(|row| {
            reader.add(&row, units, pedigree, diagnostics);
            done += 1;
            !done.is_multiple_of(CHUNK) || bound.goes_on(done)
        });
        if !whole {
            diagnostics.push(stopped());
            return Self::default();
        }
        reader.finish(bound.file())
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.profile.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.profile.is_empty()
    }

    /// All profiles, sorted by indicator and subject.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// Which profile a row has.
    pub fn profile_index(&self, row: usize) -> usize {
        self.profile[row] as usize
    }

    /// The profile of a row.
    pub fn profile(&self, row: usize) -> &Profile {
        &self.profiles[self.profile_index(row)]
    }

    /// The amount of a row, in its unit; `None`: not stated.
    pub fn amount(&self, row: usize) -> Option<f64> {
        Some(self.amount[row]).filter(|amount| !amount.is_nan())
    }

    /// The exact amount of a row that is money.
    pub fn money(&self, row: usize) -> Option<&Exact> {
        self.money.get(&row)
    }

    /// How sure the amount of a row is, in its unit, if somebody says.
    pub fn distribution(&self, row: usize) -> Option<&Distribution> {
        self.distributions.get(row)
    }

    /// All rows with a distribution.
    pub fn distributions(&self) -> &Distributions {
        &self.distributions
    }

    /// Where a row is.
    pub fn row_ref(&self, row: usize) -> RowRef {
        if let Some(from) = self.derived.get(&row) {
            return from.row.clone();
        }
        RowRef { file: self.file.clone(), row: u64::from(self.line[row]) }
    }

    /// Where a row is, as a place.
    pub fn place(&self, row: usize) -> Place {
        self.row_ref(row).place()
    }

    /// The process of a row.
    pub fn process(&self, row: usize) -> &str {
        &self.processes[self.starts.partition_point(|start| *start <= row) - 1]
    }

    /// All processes that have rows, with them.
    pub fn processes(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        self.processes.iter().zip(self.starts.windows(2)).map(|(id, ends)| (&**id, ends[0]..ends[1]))
    }

    /// The rows of a process.
    pub fn rows_of(&self, process: &str) -> Range<usize> {
        match self.processes.binary_search_by(|id| (**id).cmp(process)) {
            Ok(at) => self.starts[at]..self.starts[at + 1],
            Err(_) => 0..0,
        }
    }

    /// The profiles of an indicator.
    pub fn profiles_of(&self, indicator: &str) -> Range<usize> {
        let start = self.profiles.partition_point(|profile| *profile.indicator < *indicator);
        let end = self.profiles.partition_point(|profile| *profile.indicator <= *indicator);
        start..end
    }

    /// Of the rows of one process, those with these profiles.
    pub fn with_profiles(&self, rows: &Range<usize>, profiles: &Range<usize>) -> Range<usize> {
        let all = &self.profile[rows.clone()];
        let before = |end: usize| rows.start + all.partition_point(|profile| (*profile as usize) < end);
        before(profiles.start)..before(profiles.end)
    }
}

/// Rows on their way into columns, in the order of the table.
struct Reader {
    process_column: Option<usize>,
    amount_column: Option<usize>,
    profile_columns: [Option<usize>; 6],
    distribution_columns: Option<DistributionColumns>,
    method: Arc<str>,
    texts: HashMap<Box<str>, Arc<str>>,
    /// Profiles by the cells they were read from, each with its length before it.
    known: HashMap<Box<[u8]>, u32>,
    /// What is wrong with cells that are no profile.
    broken: HashMap<Box<[u8]>, Vec<Diagnostic>>,
    profiles: Vec<Profile>,
    process_of: HashMap<Arc<str>, u32>,
    processes: Vec<Arc<str>>,
    process: Vec<u32>,
    profile: Vec<u32>,
    amount: Vec<f64>,
    line: Vec<u32>,
    money: Vec<(u32, Exact)>,
    distributions: Distributions,
    key: Vec<u8>,
}

impl Reader {
    fn new(bound: &Bound, method: &str) -> Self {
        let rows = bound.table().len();
        let profile = ["indicator", "unit", "method", "subject", "source", "verification"];
        Self {
            process_column: bound.column("process"),
            amount_column: bound.column("amount"),
            profile_columns: profile.map(|name| bound.column(name)),
            distribution_columns: DistributionColumns::of(bound),
            method: method.into(),
            texts: HashMap::new(),
            known: HashMap::new(),
            broken: HashMap::new(),
            profiles: Vec::new(),
            process_of: HashMap::new(),
            processes: Vec::new(),
            process: Vec::with_capacity(rows),
            profile: Vec::with_capacity(rows),
            amount: Vec::with_capacity(rows),
            line: Vec::with_capacity(rows),
            money: Vec::new(),
            distributions: Distributions::default(),
            key: Vec::new(),
        }
    }

    fn add(
        &mut self,
        row: &Cells,
        units: &Units,
        pedigree: &Result<&Pedigree, String>,
        diagnostics: &mut Diagnostics,
    ) {
        let process = self.process(row, diagnostics);
        let profile = self.profile(row, units, diagnostics);
        let is_money = |reader: &Self, profile: Option<u32>| {
            profile.is_some_and(|profile| reader.profiles[profile as usize].unit.is_money())
        };
        let text = row.at(self.amount_column);
        let plain = text.and_then(plain).filter(|_| !is_money(self, profile));
        let amount = match (text, plain) {
            (None, _) => Some(f64::NAN),
            (_, Some(plain)) => Some(plain),
            _ => row.optional_number("amount", diagnostics).map(|number| {
                if is_money(self, profile) {
                    self.money.push((self.profile.len() as u32, number.exact));
                }
                number.float
            }),
        };
        let spread = self.distribution_columns.as_ref().zip(amount).and_then(|(columns, amount)| {
            distribution(row, columns, Some(amount).filter(|amount| !amount.is_nan()), pedigree, diagnostics)
        });
        match (process, profile, amount) {
            (Some(process), Some(profile), Some(amount)) => {
                if let Some(spread) = spread {
                    self.distributions.push(self.profile.len(), spread);
                }
                self.process.push(process);
                self.profile.push(profile);
                self.amount.push(amount);
                self.line.push(u32::try_from(row.line()).unwrap_or(u32::MAX));
            }
            _ => drop(self.money.pop_if(|(at, _)| *at as usize == self.profile.len())),
        }
    }

    /// The process of the row before is the likeliest.
    fn process(&mut self, row: &Cells, diagnostics: &mut Diagnostics) -> Option<u32> {
        let text = row.at(self.process_column);
        if let (Some(text), Some(&last)) = (text, self.process.last())
            && *self.processes[last as usize] == *text
        {
            return Some(last);
        }
        if let Some(&known) = text.and_then(|text| self.process_of.get(text)) {
            return Some(known);
        }
        let id: Arc<str> = row.id("process", diagnostics)?.into();
        let index = self.processes.len() as u32;
        self.process_of.insert(id.clone(), index);
        self.processes.push(id);
        Some(index)
    }

    /// A profile is read once. What is wrong with one is found once, and reported in each row.
    fn profile(&mut self, row: &Cells, units: &Units, diagnostics: &mut Diagnostics) -> Option<u32> {
        self.key.clear();
        for column in self.profile_columns {
            let text = row.at(column).unwrap_or_default();
            self.key.extend((text.len() as u32).to_le_bytes());
            self.key.extend(text.as_bytes());
        }
        if let Some(&known) = self.known.get(self.key.as_slice()) {
            return Some(known);
        }
        if let Some(problems) = self.broken.get(self.key.as_slice()) {
            for problem in problems {
                let place = problem.place.clone().map(|place| Place { row: Some(row.line()), ..place });
                diagnostics.push(Diagnostic { place, ..problem.clone() });
            }
            return None;
        }
        let before = diagnostics.len();
        let profile = self.new_profile(row, units, diagnostics);
        let problems = diagnostics.since(before);
        let Some(profile) = profile.filter(|_| problems.is_empty()) else {
            self.broken.insert(self.key.as_slice().into(), problems.to_vec());
            return None;
        };
        let index = self.profiles.len() as u32;
        self.profiles.push(profile);
        self.known.insert(self.key.as_slice().into(), index);
        Some(index)
    }

    fn new_profile(&mut self, row: &Cells, units: &Units, diagnostics: &mut Diagnostics) -> Option<Profile> {
        let indicator = row.id("indicator", diagnostics);
        let unit = row.measure("unit", units, diagnostics);
        let verification = Verification::of(row, diagnostics);
        let method = match row.text("method") {
            Some(text) => self.shared(text),
            None => self.method.clone(),
        };
        Some(Profile {
            indicator: self.shared(&indicator?),
            subject: self.shared(row.text("subject").unwrap_or_default()),
            method,
            unit: Arc::new(unit?),
            source: self.shared(row.text("source").unwrap_or_default()),
            verification,
        })
    }

    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        self.texts.insert(text.into(), shared.clone());
        shared
    }

    /// Sorts processes, profiles and rows; one column is moved at a time.
    fn finish(mut self, file: FileName) -> Interventions {
        drop((self.known, self.broken, self.texts, self.process_of));
        let (processes, new_process) = sorted(self.processes, Arc::clone);
        let (profiles, new_profile) = sorted(self.profiles, Profile::key);
        self.process.iter_mut().for_each(|process| *process = new_process[*process as usize]);
        self.profile.iter_mut().for_each(|profile| *profile = new_profile[*profile as usize]);
        let mut order: Vec<u32> = Vec::new();
        let key = |row: usize| (self.process[row], self.profile[row]);
        if !(1..self.process.len()).all(|row| key(row - 1) <= key(row)) {
            order.reserve_exact(self.process.len());
            order.extend(0..self.process.len() as u32);
            order.sort_unstable_by_key(|&row| (key(row as usize), row));
        }
        let mut starts = vec![0; processes.len() + 1];
        self.process.iter().for_each(|process| starts[*process as usize + 1] += 1);
        (1..starts.len()).for_each(|process| starts[process] += starts[process - 1]);
        drop(self.process);
        let mut money: BTreeMap<usize, Exact> =
            self.money.into_iter().map(|(row, exact)| (row as usize, exact)).collect();
        if !money.is_empty() && !order.is_empty() {
            let moved = order.iter().enumerate();
            money = moved.filter_map(|(to, from)| Some((to, money.remove(&(*from as usize))?))).collect();
        }
        let distributions = self.distributions.moved(&order);
        let (profile, line) = (in_order(self.profile, &order), in_order(self.line, &order));
        let amount = moved(self.amount, order);
        Interventions {
            file,
            profiles,
            processes,
            starts,
            profile,
            amount,
            line,
            money,
            distributions,
            derived: BTreeMap::new(),
        }
    }
}

/// The values sorted, and where each went.
fn sorted<T, K: Ord>(values: Vec<T>, key: impl Fn(&T) -> K) -> (Vec<T>, Vec<u32>) {
    let mut places: Vec<(usize, T)> = values.into_iter().enumerate().collect();
    places.sort_by_cached_key(|(_, value)| key(value));
    let mut new = vec![0; places.len()];
    for (to, (from, _)) in places.iter().enumerate() {
        new[*from] = to as u32;
    }
    (places.into_iter().map(|(_, value)| value).collect(), new)
}

/// A column in an order; an empty order leaves it as it is.
fn in_order<T: Copy>(mut column: Vec<T>, order: &[u32]) -> Vec<T> {
    if order.is_empty() {
        column.shrink_to_fit();
        return column;
    }
    order.iter().map(|&row| column[row as usize]).collect()
}

/// A column in an order, moved where it is: each value once, along the cycles of the order.
fn moved<T: Copy>(mut column: Vec<T>, mut order: Vec<u32>) -> Vec<T> {
    column.shrink_to_fit();
    for start in 0..order.len() {
        let (first, mut to) = (column[start], start);
        loop {
            let from = std::mem::replace(&mut order[to], to as u32) as usize;
            if from == start {
                column[to] = first;
                break;
            }
            if from == to {
                break; // moved before
            }
            column[to] = column[from];
            to = from;
        }
    }
    column
}

/// A short decimal number without an exponent, read quickly; others take the way that reports problems.
fn plain(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = whole.len() + fraction.len();
    ((1..40).contains(&digits) && are_digits(whole) && are_digits(fraction)).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests;
