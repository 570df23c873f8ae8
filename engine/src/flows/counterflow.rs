//! What comes back between two agents in one unit, within a day, a month and a year.

use std::collections::HashMap;
use std::ops::Range;

use crate::base::float::share;
use crate::data::flows::{Features, Field, FlowData};

use super::matching::{Dated, matched, matches, median_lag};

/// Windows in days: the same day, a month, a year.
pub const WINDOWS_DAYS: [u32; 3] = [0, 30, 365];

/// Two agents and a unit of account, with what passed between them. `first` is the agent of the lower place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Unit, as a place among the units that flows name.
    pub unit: u32,
    /// The one agent.
    pub first: u32,
    /// The other.
    pub second: u32,
    /// Value from the first to the second, in 1e-12, over the whole dataset.
    pub there: i128,
    /// Value back.
    pub back: i128,
    /// Matched value within each of [`WINDOWS_DAYS`].
    pub matched: [i128; 3],
    /// Median days between, by matched value, within a year.
    pub lag_days: Option<u32>,
}

impl Pair {
    /// The share of all that passes that is matched within a window: 2 M / (V there + V back).
    pub fn share(&self, window: usize) -> f64 {
        share(2 * self.matched[window], self.there + self.back)
    }

    /// The smaller direction over the larger.
    pub fn balance(&self) -> f64 {
        share(self.there.min(self.back), self.there.max(self.back))
    }

    /// The shortest window within which half at least is matched.
    fn returned(&self) -> &'static str {
        let half = |window: usize| 4 * self.matched[window] >= self.there + self.back;
        ["same_day", "month", "year"]
            .into_iter()
            .enumerate()
            .find(|(window, _)| half(*window))
            .map_or("none", |(_, word)| word)
    }
}

/// All pairs of agents, with their flows.
#[derive(Clone, Debug, Default)]
pub struct Counterflows {
    /// Pairs by unit and agents.
    pub pairs: Vec<Pair>,
    /// Units by place.
    pub units: Vec<String>,
    /// Flows by pair, direction and day; `starts` has where those of each pair and direction begin.
    flows: Vec<u32>,
    starts: Vec<u32>,
    /// The pair of each flow.
    pair_of: Vec<u32>,
}

/// Stands for a flow of no pair.
const NONE: u32 = u32::MAX;

/// A flow on its way to its pair.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    unit: u32,
    first: u32,
    second: u32,
    /// From the second to the first?
    back: bool,
    /// The lowest number: no day is stated.
    day: i32,
    flow: u32,
}

impl Counterflows {
    /// Finds all pairs of a dataset. A flow counts with what its corrections leave of it, on its own day.
    pub fn new(data: &FlowData) -> Self {
        let (units, unit_of) = units(data);
        let flows = &data.flows;
        let mut entries: Vec<Entry> = (0..flows.len())
            .filter_map(|flow| {
                let (from, to) = (flows.from(flow)? as u32, flows.to(flow)? as u32);
                let unit = unit_of[flows.term(flow)]?;
                let own = flows.root(flow) == flow;
                (own && from != to && flows.corrected_value(flow)?.units() > 0).then(|| Entry {
                    unit,
                    first: from.min(to),
                    second: from.max(to),
                    back: from > to,
                    day: flows.when(flow).day().unwrap_or(i32::MIN),
                    flow: flow as u32,
                })
            })
            .collect();
        entries.sort_unstable();
        let mut all = Self { units, pair_of: vec![NONE; flows.len()], ..Self::default() };
        let same = |a: &Entry, b: &Entry| (a.unit, a.first, a.second) == (b.unit, b.first, b.second);
        for group in entries.chunk_by(same) {
            let start = all.flows.len();
            let turn = group.partition_point(|entry| !entry.back);
            all.starts.extend([start as u32, (start + turn) as u32]);
            for entry in group {
                all.pair_of[entry.flow as usize] = all.pairs.len() as u32;
                all.flows.push(entry.flow);
            }
            all.pairs.push(pair(group, data));
        }
        all.starts.push(all.flows.len() as u32);
        for (correction, corrected) in flows.corrections().pairs() {
            all.pair_of[correction] = all.pair_of[corrected];
        }
        all
    }

    /// The pair of a flow.
    pub fn pair(&self, flow: usize) -> Option<&Pair> {
        self.pairs.get(self.pair_of[flow] as usize)
    }

    /// The place of the pair of a flow.
    pub(super) fn place(&self, flow: usize) -> Option<usize> {
        Some(self.pair_of[flow]).filter(|pair| *pair != NONE).map(|pair| pair as usize)
    }

    /// The flow's features, with what is derived.
    pub(super) fn derived(&self, flow: usize, features: Features) -> Features {
        match self.pair(flow) {
            Some(pair) => features.with(Field::Returned, Field::Returned.known(pair.returned())),
            None => features,
        }
    }

    /// Flows of the pair in the other direction, those nearest in time first; the earliest, where its day is not
    /// stated.
    pub fn returns(&self, flow: usize, data: &FlowData, at_most: usize) -> Vec<usize> {
        let Some(opposite) = self.opposite(flow, data) else { return Vec::new() };
        let day_of = |other: u32| data.flows.when(other as usize).day();
        let undated = opposite.partition_point(|other| day_of(*other).is_none());
        let Some(day) = data.flows.when(flow).day() else {
            let dated = opposite[undated..].iter().chain(&opposite[..undated]);
            return dated.take(at_most).map(|other| *other as usize).collect();
        };
        let dated = &opposite[undated..];
        let later = dated.partition_point(|other| day_of(*other) < Some(day));
        let mut found: Vec<u32> = dated[later..].iter().copied().take(at_most).collect();
        // Before that day: day by day, each from its first flow on.
        let (mut before, mut end) = (Vec::<u32>::new(), later);
        while end > 0 && before.len() < at_most {
            let start = dated[..end].partition_point(|other| day_of(*other) < day_of(dated[end - 1]));
            before.extend(dated[start..end].iter().take(at_most - before.len()));
            end = start;
        }
        found.extend(before);
        found.sort_by_key(|other| (day_of(*other).map(|other| other.abs_diff(day)), *other));
        found.extend(&opposite[..undated.min(at_most)]);
        found.truncate(at_most);
        found.into_iter().map(|other| other as usize).collect()
    }

    /// The flows of the pair of a flow in the other direction, by day.
    fn opposite(&self, flow: usize, data: &FlowData) -> Option<&[u32]> {
        let place = self.place(flow)?;
        let back = data.flows.from(flow) != Some(self.pairs[place].first as usize);
        let direction = 2 * place + usize::from(!back);
        let range: Range<usize> = self.starts[direction] as usize..self.starts[direction + 1] as usize;
        Some(&self.flows[range])
    }
}

/// Units of account by name, and the place of that of each terms.
fn units(data: &FlowData) -> (Vec<String>, Vec<Option<u32>>) {
    let mut names: Vec<&str> = data.flows.terms().iter().map(|terms| &*terms.unit_of_account).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| !name.is_empty() && *name != "none");
    let places: HashMap<&str, u32> = names.iter().enumerate().map(|(at, name)| (*name, at as u32)).collect();
    let of = data.flows.terms().iter().map(|terms| places.get(&*terms.unit_of_account).copied()).collect();
    (names.into_iter().map(str::to_owned).collect(), of)
}

fn pair(group: &[Entry], data: &FlowData) -> Pair {
    let (mut sums, mut dated) = ([0_i128; 2], [Vec::new(), Vec::new()]);
    for entry in group {
        let flow = entry.flow as usize;
        let value = data.flows.corrected_value(flow).map_or(0, crate::base::money::Money::units);
        let back = usize::from(data.flows.from(flow) != Some(entry.first as usize));
        sums[back] += value;
        if entry.day != i32::MIN {
            dated[back].push(Dated { day: entry.day, value });
        }
    }
    let [there, back] = &dated;
    let last = matches(there, back, WINDOWS_DAYS[2]);
    let year = last.iter().map(|found| found.value).sum();
    Pair {
        unit: group[0].unit,
        first: group[0].first,
        second: group[0].second,
        there: sums[0],
        back: sums[1],
        matched: [matched(there, back, WINDOWS_DAYS[0]), matched(there, back, WINDOWS_DAYS[1]), year],
        lag_days: median_lag(last),
    }
}
