//! Amounts of flows, added up to indicators by process.

use std::borrow::Cow;

use crate::base::float::Double;

use super::super::amount::{Amount, calculated};
use super::super::draft::{Draft, Of};
use super::{Characterisation, Characterised};

/// What is added up for one process.
#[derive(Clone, Debug, Default)]
enum Sum {
    #[default]
    Nothing,
    /// One amount that is the indicator itself: as written.
    Text(String),
    Float(Double),
}

/// An indicator that flows are added up to.
#[derive(Debug)]
struct Slot {
    indicator: String,
    unit: String,
    method: String,
    sources: Vec<String>,
    sums: Vec<Sum>,
}

/// Where an amount of a flow goes, and times what.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Target {
    slot: usize,
    factor: f64,
}

/// Amounts of indicators by process, while flows are read.
#[derive(Debug)]
pub(in super::super) struct Sums<'a> {
    table: &'a Characterisation,
    slots: Vec<Slot>,
    processes: usize,
}

impl<'a> Sums<'a> {
    /// Nothing yet, of so many processes.
    pub(in super::super) fn new(table: &'a Characterisation, processes: usize) -> Self {
        Self { table, slots: Vec::new(), processes }
    }

    /// Where amounts of a flow go. `Err`: the table states the flow in another unit.
    pub(in super::super) fn targets(
        &mut self,
        flow: &str,
        compartment: &str,
        unit: &str,
    ) -> Result<Vec<Target>, String> {
        let rows = self.table.of(flow, compartment);
        if let Some(other) = rows.iter().find(|row| row.flow_unit != unit) {
            return Err(other.flow_unit.clone());
        }
        Ok(rows.into_iter().map(|row| Target { slot: self.slot(row), factor: row.factor }).collect())
    }

    fn slot(&mut self, row: &Characterised) -> usize {
        let found = self.slots.iter().position(|slot| slot.indicator == row.indicator);
        let at = found.unwrap_or_else(|| {
            self.slots.push(Slot {
                indicator: row.indicator.clone(),
                unit: row.unit.clone(),
                method: row.method.clone(),
                sources: Vec::new(),
                sums: vec![Sum::Nothing; self.processes],
            });
            self.slots.len() - 1
        });
        if !self.slots[at].sources.contains(&row.source) {
            self.slots[at].sources.push(row.source.clone());
        }
        at
    }

    /// Adds an amount of a flow, as written, that a process causes.
    pub(in super::super) fn add(&mut self, target: Target, process: usize, text: &str) {
        let is_itself = (target.factor - 1.0).abs() < f64::EPSILON / 2.0;
        let value = text.parse::<f64>().unwrap_or(f64::NAN);
        let sum = &mut self.slots[target.slot].sums[process];
        *sum = match std::mem::take(sum) {
            Sum::Nothing if is_itself => Sum::Text(text.to_owned()),
            Sum::Nothing => Sum::Float(Double::default().plus_product(target.factor, Double::new(value))),
            Sum::Text(first) => {
                let first = Double::new(first.parse().unwrap_or(f64::NAN));
                Sum::Float(first.plus_product(target.factor, Double::new(value)))
            }
            Sum::Float(so_far) => Sum::Float(so_far.plus_product(target.factor, Double::new(value))),
        };
    }

    /// Writes the sums as interventions of the processes. Gives those that are too large to be kept: process and
    /// indicator.
    pub(in super::super) fn write(self, processes: &[String], draft: &mut Draft) -> Vec<(usize, String)> {
        let mut too_large = Vec::new();
        for slot in self.slots {
            let source = slot.sources.join("; ");
            for (process, sum) in slot.sums.into_iter().enumerate() {
                let amount = match sum {
                    Sum::Nothing => continue,
                    Sum::Text(text) => Amount::Kept(Cow::Owned(text)),
                    Sum::Float(sum) => calculated(sum.hi),
                };
                let text = match &amount {
                    Amount::Kept(text) => text.as_ref(),
                    Amount::Zero | Amount::TooSmall => "0",
                    Amount::TooLarge | Amount::NotANumber => {
                        too_large.push((process, slot.indicator.clone()));
                        continue;
                    }
                };
                let cells = [&processes[process], &slot.indicator, text, &slot.unit, &slot.method, &source];
                draft.row(Of::Interventions, cells.map(|cell: &str| cell));
            }
        }
        too_large
    }
}
