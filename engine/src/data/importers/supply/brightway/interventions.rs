//! What the processes cause: flows as they are, or scores by the methods.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::float::Double;

use super::super::amount::{Amount, calculated};
use super::super::characterise::{Characterisation, Met, Sums};
use super::super::draft::{Draft, Of};
use super::super::things::{Before, Goes, Places, Thing};
use super::arrays::Index;
use super::matrix::Cell;
use super::names::{Book, Said, Side, unit};
use super::system::Method;
use super::{Work, spread};

impl Work<'_, '_> {
    /// Things that are counted: methods or flows, each with where it goes.
    pub(super) fn interventions(
        &mut self,
        cells: &[(Index, Cell)],
        table: &Characterisation,
        of_flows: bool,
        diagnostics: &mut Diagnostics,
    ) {
        let mut sums = Sums::new(table, self.ids.len());
        let mut places = Places::new(self.reference, "brightway-", self.system.names.join(", "));
        places.is_own_table = self.settings.flows.table.is_some();
        places.leave_others = self.settings.flows.leave_others;
        let known = cells.iter().filter(|((_, process), _)| self.processes.contains_key(process)).count();
        let place = Place::file(&self.system.label);
        let reason = "flows of a process that the technosphere does not have";
        self.draft.told.leave_many(reason, place.clone(), cells.len() - known);
        let mut writer = Writer {
            sums: &mut sums,
            draft: &mut self.draft,
            ids: &self.ids,
            lost: 0,
            too_large: Vec::new(),
        };
        let mut found = Met::default();
        if of_flows {
            let mut goes: FxHashMap<i64, (Goes, String)> = FxHashMap::default();
            for ((flow, process), cell) in cells {
                let Some(&at) = self.processes.get(process) else { continue };
                let (goes, source) = goes.entry(*flow).or_insert_with(|| {
                    let thing = flow_of(&self.system.book, *flow, place.clone());
                    thing.add_to(&mut found);
                    let said = self.system.book.of(Side::Flows, *flow);
                    let goes = again(&thing, said, &mut places, &mut writer)
                        .unwrap_or_else(|| places.place(&thing, writer.sums, writer.draft, diagnostics));
                    (goes, format!("flow {flow}"))
                });
                writer.cause(goes, at, Double::new(cell.value), cell.spread, source, &place);
            }
            let factors = self.system.methods.iter().map(|method| method.matrix.cells.len()).sum();
            let reason = "factors of methods: flows are imported as they are";
            writer.draft.told.leave_many(reason, place.clone(), factors);
        } else {
            writer.draft.told.take_many("interventions, by the methods", known);
            let (by_flow, by_method) = (by_flow(cells, &self.processes), self.system.book.methods());
            for method in &self.system.methods {
                let thing = method_of(method, place.clone());
                thing.add_to(&mut found);
                let said = by_method.get(method.name.as_str()).copied();
                let goes = again(&thing, said, &mut places, &mut writer)
                    .unwrap_or_else(|| places.place(&thing, writer.sums, writer.draft, diagnostics));
                writer.scores(method, &goes, &by_flow);
            }
        }
        let (lost, too_large) = (writer.lost, std::mem::take(&mut writer.too_large));
        if lost > 0 {
            let text = if of_flows {
                "distributions of flows cannot be multiplied, or are of flows that were added up, and are lost"
            } else {
                "distributions of flows and factors are lost: scores of a method are sums (import flows to keep them)"
            };
            self.draft.told.note(format!("{lost} {text}"));
        }
        for process in too_large {
            let message = format!("an amount of `{process}` is too large");
            diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place.clone()));
        }
        if let Some(text) = table.unmet(&found) {
            self.draft.told.note(text);
        }
        for (process, indicator) in sums.write(&self.ids, &mut self.draft) {
            let message = format!("`{indicator}` of `{}` is too large", self.ids[process]);
            diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place.clone()));
        }
    }
}

/// The indicator of a package that was a dataset of ours, unless the table of characterisation says otherwise.
fn again(thing: &Thing, said: Option<&Said>, places: &mut Places, writer: &mut Writer) -> Option<Goes> {
    let said = said.filter(|said| !said.own.indicator.is_empty())?;
    if thing.is_in(writer.sums) {
        return None;
    }
    let before = Before {
        indicator: &said.own.indicator,
        unit: &said.unit,
        name: &said.name,
        dimension: &said.own.dimension,
        method: &said.own.characterisation,
    };
    places.again(before, writer.draft)
}

fn flow_of(book: &Book, flow: i64, place: Place) -> Thing {
    let said = book.of(Side::Flows, flow).cloned().unwrap_or_default();
    let name = if said.name.is_empty() { format!("flow {flow}") } else { said.name };
    let key = if said.categories.is_empty() { name.clone() } else { format!("{name}, {}", said.categories) };
    let unit = unit(if said.unit.is_empty() { "unit" } else { &said.unit }).to_owned();
    let note = format!("row {flow} of the biosphere");
    Thing { key, name, unit, dimension: "environmental", compartment: said.categories, note, place }
}

fn method_of(method: &Method, place: Place) -> Thing {
    let unit = if method.unit.is_empty() { "score" } else { unit(&method.unit) }.to_owned();
    let note = format!("score by the factors in {}", method.label.rsplit('/').next().unwrap_or_default());
    let name = method.name.clone();
    Thing {
        key: name.clone(),
        name,
        unit,
        dimension: "environmental",
        compartment: String::new(),
        note,
        place,
    }
}

/// Processes that have a flow, each with how much of it.
type ByFlow<'a> = FxHashMap<i64, Vec<(usize, &'a Cell)>>;

fn by_flow<'a>(cells: &'a [(Index, Cell)], processes: &FxHashMap<i64, usize>) -> ByFlow<'a> {
    let mut by_flow = ByFlow::default();
    for ((flow, process), cell) in cells {
        if let Some(&at) = processes.get(process) {
            by_flow.entry(*flow).or_default().push((at, cell));
        }
    }
    by_flow
}

struct Writer<'a, 'b, 'd> {
    sums: &'a mut Sums<'d>,
    draft: &'a mut Draft<'b>,
    ids: &'a [String],
    lost: usize,
    too_large: Vec<String>,
}

impl Writer<'_, '_, '_> {
    /// Scores of each process by a method.
    fn scores(&mut self, method: &Method, goes: &Goes, by_flow: &ByFlow) {
        let mut scores: BTreeMap<usize, Double> = BTreeMap::new();
        // In the order of the flows: sums do not hang on that of a hash.
        let mut factors: Vec<(i64, &Cell)> =
            method.matrix.cells.iter().map(|((flow, _), cell)| (*flow, cell)).collect();
        factors.sort_unstable_by_key(|(flow, _)| *flow);
        factors.retain(|(flow, _)| by_flow.contains_key(flow));
        for (flow, factor) in &factors {
            for (at, cell) in &by_flow[flow] {
                self.lost += usize::from(cell.spread.is_some() || factor.spread.is_some());
                let sum = scores.entry(*at).or_default();
                *sum = sum.plus_product(factor.value, Double::new(cell.value));
            }
        }
        let place = Place::file(&method.label);
        let text = "factors of flows that no process has";
        self.draft.told.leave_many(text, place.clone(), method.matrix.cells.len() - factors.len());
        self.draft.told.take_many("factors of methods", factors.len());
        for (at, score) in scores {
            self.write(goes, at, score, None, &method.name);
        }
    }

    /// A flow of a process.
    fn cause(
        &mut self,
        goes: &Goes,
        process: usize,
        value: Double,
        spread: Option<(spread::Spread, f64)>,
        source: &str,
        place: &Place,
    ) {
        match goes {
            Goes::Nowhere => {
                let reason = "flows that the table of characterisation does not have";
                self.draft.told.leave(reason, place.clone());
            }
            _ => self.draft.told.take("interventions"),
        }
        self.write(goes, process, value, spread, source);
    }

    fn write(
        &mut self,
        goes: &Goes,
        process: usize,
        value: Double,
        spread: Option<(spread::Spread, f64)>,
        source: &str,
    ) {
        let amount = calculated(value.hi);
        let text = match &amount {
            Amount::Kept(text) => text.as_ref(),
            Amount::Zero | Amount::TooSmall => "0",
            Amount::TooLarge | Amount::NotANumber => {
                self.too_large.push(self.ids[process].clone());
                return;
            }
        };
        match goes {
            Goes::To(targets) => {
                self.lost += usize::from(spread.is_some());
                for target in targets {
                    self.sums.add(*target, process, text);
                }
            }
            Goes::Own(own) => {
                let spread = spread.map(|(spread, factor)| spread.cells(value.hi, factor));
                self.lost += usize::from(spread.as_ref().is_some_and(Option::is_none));
                let [kind, loc, scale, shape, minimum, maximum] = spread.flatten().unwrap_or_default();
                let spread = [&kind, &loc, &scale, &shape, &minimum, &maximum].map(String::as_str);
                let [kind, loc, scale, shape, minimum, maximum] = spread;
                let first = [self.ids[process].as_str(), &own.id, text, &own.unit, &own.method, source];
                let [id, indicator, text, unit, method, source] = first;
                let cells =
                    [id, indicator, text, unit, method, source, kind, loc, scale, shape, minimum, maximum];
                self.draft.row(Of::Interventions, cells);
            }
            Goes::Nowhere => {}
        }
    }
}
