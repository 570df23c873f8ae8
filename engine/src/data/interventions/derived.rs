//! Rows that are computed from other tables: what workers and households lack.

use std::collections::{BTreeMap, HashMap};

use num_traits::ToPrimitive;

use crate::base::decimal::Exact;
use crate::data::cells::RowRef;

use super::{Arc, Interventions, Profile, in_order, sorted};

/// An intervention that does not stand in the dataset's own table.
#[derive(Clone, Debug)]
pub struct Derived {
    /// Process.
    pub process: String,
    /// All but the process and the amount.
    pub profile: Profile,
    /// Per unit of activity, exactly where it is money; `None`: not stated.
    pub amount: Option<Exact>,
    /// The row it comes from, or the first of them.
    pub row: RowRef,
    /// How it comes from its rows, a line each.
    pub lines: Vec<String>,
}

/// Where a derived row comes from.
#[derive(Clone, Debug)]
pub(super) struct From {
    pub(super) row: RowRef,
    lines: Vec<String>,
}

impl Interventions {
    /// How a derived row comes from its rows; nothing for a row of the table.
    pub fn derivation(&self, row: usize) -> &[String] {
        self.derived.get(&row).map_or(&[], |from| &from.lines)
    }

    /// These rows and more.
    #[must_use]
    pub fn with(self, more: Vec<Derived>) -> Self {
        let mut process_of: Vec<u32> = Vec::with_capacity(self.len() + more.len());
        for (index, ends) in self.starts.windows(2).enumerate() {
            process_of.extend(std::iter::repeat_n(index as u32, ends[1] - ends[0]));
        }
        let Self { file, mut profiles, mut processes, mut profile, mut amount, mut line, mut money, .. } =
            self;
        let mut derived = self.derived;
        let mut known_processes: HashMap<Arc<str>, u32> =
            processes.iter().enumerate().map(|(at, id)| (id.clone(), at as u32)).collect();
        for row in more {
            let at = profile.len();
            let next = processes.len() as u32;
            let process = *known_processes.entry(row.process.as_str().into()).or_insert(next);
            process_of.push(process);
            if process == next {
                processes.push(row.process.into());
            }
            let is_money = row.profile.unit.is_money();
            let known = profiles.iter().position(|known| *known == row.profile);
            profile.push(known.unwrap_or(profiles.len()) as u32);
            if known.is_none() {
                profiles.push(row.profile);
            }
            amount.push(row.amount.as_ref().map_or(f64::NAN, |exact| exact.to_f64().unwrap_or(f64::NAN)));
            line.push(u32::try_from(row.row.row).unwrap_or(u32::MAX));
            money.extend(row.amount.filter(|_| is_money).map(|exact| (at, exact)));
            derived.insert(at, From { row: row.row, lines: row.lines });
        }
        let (processes, new_process) = sorted(processes, Arc::clone);
        let (profiles, new_profile) = sorted(profiles, Profile::key);
        for process in &mut process_of {
            *process = new_process[*process as usize];
        }
        for profile in &mut profile {
            *profile = new_profile[*profile as usize];
        }
        let mut order: Vec<u32> = (0..profile.len() as u32).collect();
        order.sort_by_key(|&row| (process_of[row as usize], profile[row as usize], row));
        let mut starts = vec![0; processes.len() + 1];
        for process in &process_of {
            starts[*process as usize + 1] += 1;
        }
        (1..starts.len()).for_each(|process| starts[process] += starts[process - 1]);
        Self {
            file,
            profiles,
            processes,
            starts,
            profile: in_order(profile, &order),
            amount: in_order(amount, &order),
            line: in_order(line, &order),
            money: moved_keys(money, &order),
            derived: moved_keys(derived, &order),
        }
    }
}

/// What is kept by row, by the new place of the row.
fn moved_keys<T>(mut kept: BTreeMap<usize, T>, order: &[u32]) -> BTreeMap<usize, T> {
    let moved = order.iter().enumerate();
    moved.filter_map(|(to, from)| Some((to, kept.remove(&(*from as usize))?))).collect()
}
