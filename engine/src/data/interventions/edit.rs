//! Interventions with other amounts, without some rows, or with rows of another table laid over them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Derived, Interventions};
use crate::base::decimal;
use crate::data::cells::Number;

/// What makes an intervention unique: process, indicator, subject.
type Key<'a> = (&'a str, &'a str, &'a str);

impl Interventions {
    /// The key of a row.
    pub fn key(&self, row: usize) -> Key<'_> {
        let profile = self.profile(row);
        (self.process(row), &profile.indicator, &profile.subject)
    }

    /// Is it computed from other tables?
    pub fn is_derived(&self, row: usize) -> bool {
        !self.derivation(row).is_empty()
    }

    /// The amount of a row as it was written; `None`: not stated.
    pub fn written(&self, row: usize) -> Option<Number> {
        let float = self.amount(row)?;
        // The shortest text that reads as this double is what a table says, up to 15 digits.
        let exact = self.money(row).cloned().or_else(|| decimal::parse(&format!("{float:e}")).ok());
        Some(Number { exact: exact.or_else(|| decimal::from_f64(float))?, float })
    }

    /// The same with other amounts in some rows, and without some.
    #[must_use]
    pub fn edited(&self, amounts: BTreeMap<usize, Number>, removed: &BTreeSet<usize>) -> Self {
        let mut edited = self.clone();
        for (row, number) in amounts {
            edited.amount[row] = number.float;
            if edited.profile(row).unit.is_money() {
                edited.money.insert(row, number.exact);
            }
        }
        if removed.is_empty() {
            return edited;
        }
        let kept: Vec<usize> = (0..edited.len()).filter(|row| !removed.contains(row)).collect();
        let starts = edited.starts.iter().map(|start| kept.partition_point(|row| row < start)).collect();
        Self {
            starts,
            profile: pick(&edited.profile, &kept),
            amount: pick(&edited.amount, &kept),
            line: pick(&edited.line, &kept),
            money: pick_some(edited.money, &kept),
            derived: pick_some(edited.derived, &kept),
            file: edited.file,
            profiles: edited.profiles,
            processes: edited.processes,
        }
    }

    /// These rows and those of another table, which keep the place they come from.
    #[must_use]
    pub fn and(self, more: &Self) -> Self {
        let rows = (0..more.len()).map(|row| Derived {
            process: more.process(row).to_owned(),
            profile: more.profile(row).clone(),
            amount: more
                .amount(row)
                .and_then(|float| more.money(row).cloned().or_else(|| decimal::from_f64(float))),
            row: more.row_ref(row),
            lines: more.derivation(row).to_vec(),
        });
        self.with(rows.collect())
    }
}

/// Some rows of a column.
fn pick<T: Copy>(column: &[T], kept: &[usize]) -> Vec<T> {
    kept.iter().map(|&row| column[row]).collect()
}

/// Of what is kept by row, that of some rows, by their new place.
fn pick_some<T>(mut some: BTreeMap<usize, T>, kept: &[usize]) -> BTreeMap<usize, T> {
    kept.iter().enumerate().filter_map(|(to, from)| Some((to, some.remove(from)?))).collect()
}
