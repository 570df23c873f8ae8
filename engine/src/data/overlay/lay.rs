//! Rows laid over those of a dataset: added, put in the place of rows of the same key, or of a whole table.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::cells::RowRef;
use crate::data::interventions::Interventions;
use crate::data::process::unite;
use crate::data::supply::Supply;

use super::keyed::Keyed;
use super::rows::Rows;

/// How rows are laid over a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Laying {
    /// Beside what is there: a key that is there already is an error.
    Add,
    /// In the place of rows of the same key; those of other keys stay, and new keys are added.
    ByKey,
    /// In the place of all rows.
    Whole,
}

/// A row that was to be added and whose key is there already.
#[derive(Clone, Debug)]
pub struct Collision {
    /// Where it stands.
    pub row: RowRef,
    /// Its key, in words.
    pub key: String,
    /// Where the other one stands.
    pub other: RowRef,
}

impl Supply {
    /// Lays rows over a table. What it gives back could not be added.
    pub fn lay_over(&mut self, rows: &Rows, laying: Laying) -> Vec<Collision> {
        match rows {
            Rows::Products(rows) => {
                claim(&mut self.claimed_products, rows.iter().map(|row| &row.id));
                let collisions = lay(&mut self.products, rows, laying);
                self.products.sort_by(|a, b| a.id.cmp(&b.id));
                collisions
            }
            Rows::Processes(rows) => {
                claim(&mut self.claimed_processes, rows.iter().map(|row| &row.id));
                lay(&mut self.processes, rows, laying)
            }
            Rows::Inputs(rows) => lay(&mut self.inputs, rows, laying),
            Rows::Interventions(rows) => lay_interventions(&mut self.interventions, rows, laying),
            Rows::Prices(rows) => lay(&mut self.prices, rows, laying),
            Rows::Paid(rows) => lay(&mut self.paid, rows, laying),
            Rows::Support(rows) => lay(&mut self.support, rows, laying),
            Rows::Properties(rows) => lay(&mut self.properties, rows, laying),
        }
    }

    /// Brings the tables into the order of their keys again, and what rows of one process share, after rows changed.
    pub fn put_in_order(&mut self, diagnostics: &mut Diagnostics) {
        self.products.sort_by(|a, b| a.id.cmp(&b.id));
        self.processes.sort_by(|a, b| (&a.id, &a.product).cmp(&(&b.id, &b.product)));
        unite(&mut self.processes, diagnostics);
        self.inputs.sort_by(|a, b| {
            (&a.process, &a.product, &a.origin, &a.supplier).cmp(&(
                &b.process,
                &b.product,
                &b.origin,
                &b.supplier,
            ))
        });
        self.prices.sort_by(|a, b| (&a.product, &a.origin, a.date).cmp(&(&b.product, &b.origin, b.date)));
        self.paid.sort_by(|a, b| (&a.process, &a.indicator).cmp(&(&b.process, &b.indicator)));
        self.support.sort_by(|a, b| (&a.process, &a.source).cmp(&(&b.process, &b.source)));
        self.properties.sort_by(|a, b| {
            (&a.property, &a.product, &a.process).cmp(&(&b.property, &b.product, &b.process))
        });
        same_input_twice(self, diagnostics);
    }
}

/// A change of supplier or origin may make two rows of one input out of different ones.
fn same_input_twice(supply: &Supply, diagnostics: &mut Diagnostics) {
    for pair in supply.inputs.windows(2).filter(|pair| pair[0].key() == pair[1].key()) {
        let message = format!(
            "after the changes `{}` takes `{}` in twice from the same place and supplier",
            pair[1].process, pair[1].product
        );
        let hint = "remove one of the two rows, and set the amount of the other";
        let place = pair[1].row.place();
        diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
    }
}

fn claim<'a>(claimed: &mut Option<BTreeSet<String>>, ids: impl Iterator<Item = &'a String>) {
    if let Some(claimed) = claimed {
        claimed.extend(ids.cloned());
    }
}

fn lay<T: Keyed + Clone>(table: &mut Vec<T>, rows: &[T], laying: Laying) -> Vec<Collision> {
    let mut collisions = Vec::new();
    match laying {
        Laying::Whole => table.clear(),
        Laying::ByKey => {
            let keys: HashSet<Vec<String>> = rows.iter().map(Keyed::key).collect();
            table.retain(|row| !keys.contains(&row.key()));
        }
        Laying::Add => {
            let new: BTreeMap<Vec<String>, &T> = rows.iter().map(|row| (row.key(), row)).collect();
            for own in table.iter() {
                if let Some(row) = new.get(&own.key()) {
                    let key = words(T::SCHEMA.key, &own.key());
                    collisions.push(Collision { row: row.row().clone(), key, other: own.row().clone() });
                }
            }
        }
    }
    table.extend(rows.iter().cloned());
    collisions
}

/// A key as people read it.
fn words(columns: &[&str], key: &[String]) -> String {
    let named = columns.iter().zip(key).filter(|(_, cell)| !cell.is_empty());
    named.map(|(column, cell)| format!("{column} `{cell}`")).collect::<Vec<_>>().join(", ")
}

fn lay_interventions(table: &mut Interventions, rows: &Interventions, laying: Laying) -> Vec<Collision> {
    let mut collisions = Vec::new();
    let own = std::mem::take(table);
    let new: BTreeMap<_, usize> = (0..rows.len()).map(|row| (rows.key(row), row)).collect();
    let same = |row: usize| new.get(&own.key(row)).copied();
    let removed: BTreeSet<usize> = match laying {
        // What workers lack is not in the table, and stays.
        Laying::Whole => (0..own.len()).filter(|&row| !own.is_derived(row)).collect(),
        Laying::ByKey => (0..own.len()).filter(|&row| same(row).is_some()).collect(),
        Laying::Add => {
            for (row, other) in (0..own.len()).filter_map(|row| Some((row, same(row)?))) {
                let (process, indicator, subject) = own.key(row);
                let key = [process, indicator, subject].map(str::to_owned);
                let key = words(&["process", "indicator", "subject"], &key);
                collisions.push(Collision { row: rows.row_ref(other), key, other: own.row_ref(row) });
            }
            BTreeSet::new()
        }
    };
    *table = own.edited(BTreeMap::new(), &removed).and(rows);
    collisions
}
