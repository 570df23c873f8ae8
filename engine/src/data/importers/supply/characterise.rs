//! Characterisation: a table says how much of which indicator one unit of a flow is, by which method.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes, nearest};
use crate::base::float::Double;
use crate::base::unit::Measure;
use crate::data::bound::Bound;
use crate::data::cells::Cells;
use crate::data::importers::Input;
use crate::data::reference::{Reference, like};
use crate::data::schema;
use crate::data::table::Table;

use super::amount::{Amount, calculated};
use super::draft::{Draft, Of};

/// How many flows that match nothing are named.
const SHOWN: usize = 6;

/// What one unit of a flow is of an indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Characterised {
    /// The unit of the flow, as its source spells it.
    pub flow_unit: String,
    /// Indicator of the reference table.
    pub indicator: String,
    /// Amount of the indicator, in `unit`, that one unit of the flow is.
    pub factor: f64,
    /// Unit of the amount.
    pub unit: String,
    /// Characterisation method; empty where the flow is the indicator itself.
    pub method: String,
    /// Where the factor is from.
    pub source: String,
}

/// A table of characterisation: rows by flow.
#[derive(Clone, Debug, Default)]
pub struct Characterisation {
    rows: BTreeMap<String, Vec<Characterised>>,
}

impl Characterisation {
    /// Reads a table, CSV or Parquet by the ending of its name; all that is wrong with it is reported.
    pub fn read(file: &Input, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let is_parquet = file.name.to_lowercase().ends_with(".parquet");
        let table = if is_parquet {
            Table::from_parquet(&file.name, file.bytes.clone(), diagnostics)?
        } else {
            Table::from_csv(&file.name, &file.bytes, diagnostics)?
        };
        let bound = Bound::new(&table, &schema::CHARACTERISATION, diagnostics)?;
        bound.check_keys(&|_| true, diagnostics);
        let mut read = Self::default();
        let mut method_of: BTreeMap<String, (String, String, u64)> = BTreeMap::new();
        bound.each(|cells| {
            let Some((flow, row)) = row(&cells, reference, diagnostics) else { return };
            let stated = (row.unit.clone(), row.method.clone(), cells.line());
            let first = method_of.entry(row.indicator.clone()).or_insert_with(|| stated.clone());
            if (&first.0, &first.1) != (&stated.0, &stated.1) {
                let message = format!(
                    "`{}` is `{}` by the method `{}` here, and `{}` by `{}` in row {}",
                    row.indicator, row.unit, row.method, first.0, first.1, first.2
                );
                let hint =
                    "amounts that are added up need one unit and one method: make a table for each method";
                let place = cells.place().column("method");
                diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            }
            read.rows.entry(flow).or_default().push(row);
        });
        (diagnostics.errors() == before).then_some(read)
    }

    /// A table of the program itself.
    pub(super) fn built_in(
        name: &str,
        text: &str,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let file = Input { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        Self::read(&file, reference, diagnostics)
    }

    /// What a flow is.
    pub fn of(&self, flow: &str) -> &[Characterised] {
        self.rows.get(flow).map(Vec::as_slice).unwrap_or_default()
    }

    /// Flows of the table.
    pub fn flows(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    /// Says which flows of the table are none of those that were met, by all names that these go by, and what each was
    /// probably meant to be.
    pub(super) fn unmet(&self, met: &BTreeSet<String>) -> Option<String> {
        // A name that has a row of its own is not what another row was meant to be.
        let free: Vec<&str> =
            met.iter().map(String::as_str).filter(|name| !self.rows.contains_key(*name)).collect();
        let (near, far): (Vec<_>, Vec<_>) = self
            .flows()
            .filter(|flow| !met.contains(*flow))
            .map(|flow| (flow, meant(flow, &free)))
            .partition(|(_, meant)| meant.is_some());
        let count = near.len() + far.len();
        let show = |(flow, meant): &(&str, Option<&str>)| match meant {
            Some(meant) => format!("`{flow}` (did you mean `{meant}`?)"),
            None => format!("`{flow}`"),
        };
        let mut shown: Vec<String> = near.iter().chain(&far).take(SHOWN).map(show).collect();
        if count > SHOWN {
            shown.push(format!("{} more", count - SHOWN));
        }
        let noun = if count == 1 { "flow" } else { "flows" };
        (count > 0).then(|| {
            format!(
                "{count} {noun} of the table of characterisation match nothing in the source, and count nowhere: {}",
                shown.join(", ")
            )
        })
    }
}

/// What a flow was probably meant to be: a name with a slip, or one with more to it.
fn meant<'a>(flow: &str, names: &[&'a str]) -> Option<&'a str> {
    let begins = |name: &&&str| {
        let (head, rest) = (name.get(..flow.len()), name.get(flow.len()..).unwrap_or_default());
        head.is_some_and(|head| head.eq_ignore_ascii_case(flow)) && rest.starts_with(',')
    };
    nearest(flow, names.iter().copied())
        .or_else(|| names.iter().filter(begins).min_by_key(|name| (name.len(), **name)).copied())
}

fn row(
    cells: &Cells,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<(String, Characterised)> {
    let flow = cells.required("flow", diagnostics);
    let flow_unit = cells.required("flow_unit", diagnostics);
    let indicator = cells.id("indicator", diagnostics);
    let factor = cells.number("factor", diagnostics);
    let unit = cells.unit("unit", &reference.units, diagnostics);
    let source = cells.required("source", diagnostics);
    let known = indicator.as_ref().and_then(|id| reference.indicators.get(id));
    if let (Some(id), None) = (&indicator, known) {
        let message = format!("there is no indicator `{id}`");
        let mut diagnostic =
            Diagnostic::error(codes::DANGLING, message).at(cells.place().column("indicator"));
        if let Some(hint) = like(id, &reference.indicators) {
            diagnostic = diagnostic.hint(hint);
        }
        diagnostics.push(diagnostic);
    }
    if let (Some(unit), Some(known)) = (&unit, known) {
        let mismatch = match &known.unit {
            Measure::Physical(its) => unit.ratio_to(its).err().map(|error| error.to_string()),
            money => Some(format!("`{}` does not convert to `{money}`", unit.text())),
        };
        if let Some(why) = mismatch {
            let message = format!("`{}` is measured in `{}`: {why}", known.id, known.unit);
            diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(cells.place().column("unit")));
            return None;
        }
    }
    known?;
    Some((
        flow?.to_owned(),
        Characterised {
            flow_unit: flow_unit?.to_owned(),
            indicator: indicator?,
            factor: factor?.float,
            unit: unit?.text().to_owned(),
            method: cells.string("method"),
            source: source?.to_owned(),
        },
    ))
}

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
pub(super) struct Target {
    slot: usize,
    factor: f64,
}

/// Amounts of indicators by process, while flows are read.
#[derive(Debug)]
pub(super) struct Sums<'a> {
    table: &'a Characterisation,
    slots: Vec<Slot>,
    processes: usize,
}

impl<'a> Sums<'a> {
    /// Nothing yet, of so many processes.
    pub(super) fn new(table: &'a Characterisation, processes: usize) -> Self {
        Self { table, slots: Vec::new(), processes }
    }

    /// Where amounts of a flow go. `Err`: the table states the flow in another unit.
    pub(super) fn targets(&mut self, flow: &str, unit: &str) -> Result<Vec<Target>, String> {
        let rows = self.table.of(flow);
        if let Some(other) = rows.iter().find(|row| row.flow_unit != unit) {
            return Err(other.flow_unit.clone());
        }
        Ok(rows.iter().map(|row| Target { slot: self.slot(row), factor: row.factor }).collect())
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
    pub(super) fn add(&mut self, target: Target, process: usize, text: &str) {
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
    pub(super) fn write(self, processes: &[String], draft: &mut Draft) -> Vec<(usize, String)> {
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
