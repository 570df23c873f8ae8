//! Where amounts of elementary flows go: to indicators by a table of characterisation, to categories of a method of the
//! source, or each to an indicator of the dataset's own.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::importers::names::Names;
use crate::data::importers::supply::characterise::{Characterisation, Characterised, Met};
use crate::data::importers::supply::draft::{Draft, Of};
use crate::data::importers::supply::units::spelt;
use crate::data::reference::Reference;

use super::makers::Makers;
use super::model::{Flow, FlowTable};

/// The method of amounts that are flows as they were recorded.
const RECORDED: &str = "inventory flow";

/// A category of a method of the source.
#[derive(Clone, Debug)]
pub(in super::super) struct Category {
    /// What a table of characterisation may call it.
    pub(in super::super) keys: Vec<String>,
    pub(in super::super) name: String,
    /// As the source spells it.
    pub(in super::super) unit: String,
    pub(in super::super) source: String,
}

/// A method of the source: what one unit of a flow is of its categories.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Method {
    pub(in super::super) name: String,
    pub(in super::super) categories: Vec<Category>,
    /// By flow: categories with factors.
    pub(in super::super) factors: FxHashMap<usize, Vec<(usize, f64)>>,
}

/// An indicator that amounts go to.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) indicator: String,
    pub(super) unit: String,
    pub(super) method: String,
    pub(super) sources: Vec<String>,
}

/// Where amounts of one flow go.
#[derive(Clone, Debug, Default)]
pub(super) struct Goes {
    /// Slots, each with what one unit of the flow is of it.
    pub(super) to: Vec<(usize, f64)>,
    /// Is it a resource: do amounts that are taken in count above 0, and others below?
    pub(super) is_resource: bool,
}

/// Indicators so far.
pub(in super::super) struct Targets {
    table: Characterisation,
    /// Is the table that of the user? Then it must state units as the source spells them.
    is_own_table: bool,
    leave_others: bool,
    method: Method,
    category_goes: Vec<Option<Vec<(usize, f64)>>>,
    pub(super) slots: Vec<Slot>,
    of_flow: FxHashMap<usize, Goes>,
    only_taken: Vec<usize>,
    /// By names of the table without a category: taken for what is put out, and for what is taken in?
    sides: BTreeMap<String, [bool; 2]>,
    /// All names of the flows and categories that were asked for.
    met: Met,
    names: Names,
}

impl Targets {
    pub(in super::super) fn new(
        table: Characterisation,
        is_own_table: bool,
        leave_others: bool,
        method: Method,
        reference: &Reference,
    ) -> Self {
        let mut names = Names::default();
        for id in reference.indicators.keys() {
            names.fresh(id);
        }
        let category_goes = vec![None; method.categories.len()];
        Self {
            table,
            is_own_table,
            leave_others,
            method,
            category_goes,
            slots: Vec::new(),
            of_flow: FxHashMap::default(),
            only_taken: Vec::new(),
            sides: BTreeMap::new(),
            met: Met::default(),
            names,
        }
    }

    /// What is known once all processes were looked at.
    pub(super) fn settle(&mut self, makers: &Makers) {
        self.only_taken = makers.only_taken();
    }

    /// Flows of the table of the user that nothing was.
    pub(super) fn unmet(&self) -> Option<String> {
        self.table.unmet(&self.met).filter(|_| self.is_own_table)
    }

    /// Where amounts of a flow go, with rows of `indicators` for what is new.
    pub(super) fn of(&mut self, flow: usize, flows: &FlowTable, work: &mut Work) -> &Goes {
        if !self.of_flow.contains_key(&flow) {
            let goes = self.find(flow, flows.get(flow), work);
            self.of_flow.insert(flow, goes);
        }
        &self.of_flow[&flow]
    }

    fn find(&mut self, at: usize, flow: &Flow, work: &mut Work) -> Goes {
        let is_resource = flow.compartment.to_lowercase().contains("resource")
            || self.only_taken.binary_search(&at).is_ok();
        let mut to = self.by_table(&flow.keys, &flow.compartment, &flow.unit, &flow.source, work);
        if !to.is_empty() {
            self.look_at_sides(flow, is_resource, work);
        }
        for (category, factor) in self.method.factors.get(&at).cloned().unwrap_or_default() {
            let goes = self.category(category, work);
            to.extend(goes.into_iter().map(|(slot, each)| (slot, each * factor)));
        }
        if to.is_empty() && !self.leave_others {
            let wish = format!("{} {}", flow.name, flow.compartment);
            let named = Named { name: &flow.name, unit: &flow.unit, compartment: &flow.compartment };
            let mut slot = self.own(&wish, named, &flow.source, work);
            RECORDED.clone_into(&mut slot.method);
            self.slots.push(slot);
            to.push((self.slots.len() - 1, 1.0));
        }
        Goes { to, is_resource }
    }

    /// A name alone can stand for an emission and for what is taken from nature: carbon that a plant takes up is none that it emits.
    fn look_at_sides(&mut self, flow: &Flow, is_resource: bool, work: &mut Work) {
        let rows = |key: &&String| self.table.of(key, &flow.compartment);
        let key = flow.keys.iter().find(|key| !rows(key).is_empty());
        let is_anywhere = |key: &&String| rows(key).iter().all(|row| row.compartment.is_empty());
        let Some(name) = key.filter(|key| **key == flow.name).filter(is_anywhere) else { return };
        let sides = self.sides.entry(name.clone()).or_default();
        let before = *sides;
        sides[usize::from(is_resource)] = true;
        if before != [true; 2] && *sides == [true; 2] {
            work.told.note(format!(
                "`{name}` of the table is taken for what is put out and for what is taken from nature alike: \
                 give rows with `category/name/unit`, with -1 for what is taken up"
            ));
        }
    }

    /// Where one unit of a category goes.
    fn category(&mut self, at: usize, work: &mut Work) -> Vec<(usize, f64)> {
        if let Some(known) = &self.category_goes[at] {
            return known.clone();
        }
        let category = self.method.categories[at].clone();
        let mut to = self.by_table(&category.keys, "", &category.unit, &category.source, work);
        if to.is_empty() {
            let named = Named { name: &category.name, unit: &category.unit, compartment: "" };
            let mut slot = self.own(&category.name, named, &category.source, work);
            slot.method.clone_from(&self.method.name);
            self.slots.push(slot);
            to.push((self.slots.len() - 1, 1.0));
        }
        self.category_goes[at] = Some(to.clone());
        to
    }

    fn by_table(
        &mut self,
        keys: &[String],
        compartment: &str,
        unit: &str,
        source: &str,
        work: &mut Work,
    ) -> Vec<(usize, f64)> {
        if self.is_own_table {
            let names: Vec<&str> = keys.iter().map(String::as_str).collect();
            self.met.add(&names, compartment);
        }
        let known = |key: &&String| !self.table.of(key, compartment).is_empty();
        let Some(key) = keys.iter().find(known) else { return Vec::new() };
        let rows: Vec<Characterised> = self.table.of(key, compartment).into_iter().cloned().collect();
        if let Some(other) = rows.iter().find(|row| row.flow_unit != unit) {
            let message = format!("`{key}` is in `{unit}`, the table has it in `{}`", other.flow_unit);
            if self.is_own_table {
                let hint = "state `flow_unit` as the source spells it, and the factor per that unit";
                let place = Place::file(source);
                work.diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
            } else {
                work.told.note(format!("{message}: it is not taken for the same"));
            }
            return Vec::new();
        }
        rows.iter().map(|row| (self.slot(row), row.factor)).collect()
    }

    fn slot(&mut self, row: &Characterised) -> usize {
        let is_it = |slot: &Slot| (&slot.indicator, &slot.method) == (&row.indicator, &row.method);
        let at = self.slots.iter().position(is_it).unwrap_or_else(|| {
            self.slots.push(Slot {
                indicator: row.indicator.clone(),
                unit: row.unit.clone(),
                method: row.method.clone(),
                sources: Vec::new(),
            });
            self.slots.len() - 1
        });
        if !self.slots[at].sources.contains(&row.source) {
            self.slots[at].sources.push(row.source.clone());
        }
        at
    }

    /// An indicator of the dataset's own, with its row.
    fn own(&mut self, wish: &str, named: Named, source: &str, work: &mut Work) -> Slot {
        let spelt = spelt(named.unit, None, &work.reference.units);
        let indicator = self.names.fresh(&format!("{}{}", work.prefix, wish.to_lowercase()));
        let note = if spelt.is_named {
            format!("unit as the source spells it: `{}`", named.unit)
        } else {
            String::new()
        };
        let name = if named.name.trim().is_empty() { indicator.as_str() } else { named.name };
        let cells =
            [&indicator, name, "environmental", &spelt.indicator, "", named.compartment, source, &note];
        work.draft.row(Of::Indicators, cells);
        Slot { indicator, unit: spelt.unit, method: String::new(), sources: vec![source.to_owned()] }
    }
}

/// How something is called.
#[derive(Clone, Copy)]
struct Named<'a> {
    name: &'a str,
    unit: &'a str,
    compartment: &'a str,
}

/// What finding a target may need.
pub(super) struct Work<'a, 'b> {
    pub(super) draft: &'a mut Draft<'b>,
    pub(super) reference: &'a Reference,
    pub(super) prefix: &'static str,
    pub(super) told: &'a mut Told,
    pub(super) diagnostics: &'a mut Diagnostics,
}
