//! What the processes make, and what they take of one another.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::importers::names::Names;

use super::super::amount::{Amount, calculated};
use super::super::draft::Of;
use super::super::units::spelt;
use super::Work;
use super::matrix::Cell;
use super::names::{Side, unit};

/// The place of what is made wherever it is asked for.
const ORIGIN: &str = "origin";

/// A product on its way.
struct Made {
    id: String,
    unit: String,
    process: String,
    place: String,
}

impl Work<'_, '_> {
    /// Rows of products and processes.
    pub(super) fn products(&mut self) {
        let (mut products, mut processes) = (Names::default(), Names::default());
        let mut unknown: Vec<String> = Vec::new();
        let mut made: BTreeMap<i64, Made> = BTreeMap::new();
        let (mut known, mut listed) = (BTreeSet::new(), BTreeSet::new());
        let mut lost = 0;
        for (&product, &(process, cell)) in &self.makers.by_product {
            let of = self
                .system
                .book
                .of(Side::Products, product)
                .or(self.system.book.of(Side::Processes, product));
            let by = self.system.book.of(Side::Processes, process).or(of);
            let name = of.map(|said| if said.product.is_empty() { &said.name } else { &said.product });
            let name =
                name.cloned().filter(|name| !name.is_empty()).unwrap_or_else(|| format!("product {product}"));
            let spelt_unit = of.map_or("unit", |said| if said.unit.is_empty() { "unit" } else { &said.unit });
            let unit = spelt(unit(spelt_unit), None, &self.reference.units).unit;
            let location = by.map(|said| said.location.as_str()).unwrap_or_default();
            let place = self.place(location, &mut unknown);
            let own = by.map(|said| said.own.clone()).unwrap_or_default();
            let id = if own.product.is_empty() {
                products.fresh(&if location.is_empty() { name.clone() } else { format!("{name}-{location}") })
            } else if known.insert((own.product.clone(), place.clone())) {
                // A product of ours may come from several places.
                products.kept(&own.product)
            } else {
                products.fresh(&own.product)
            };
            let process_id = match by.map(|said| said.name.as_str()).filter(|name| !name.is_empty()) {
                _ if !own.process.is_empty() => processes.keep(&own.process),
                Some(name) if own.product.is_empty() => processes.fresh(&format!("{name}-{location}")),
                Some(name) => processes.fresh(name),
                None => processes.fresh(&format!("process {process}")),
            };
            if listed.insert(id.clone()) {
                self.draft.row(Of::Products, [&id, &name, &unit, "", &own.category]);
            }
            let amount = text(cell.value.abs());
            let source = format!("column {process}, row {product}");
            let cells = [&process_id, &id, &amount, &unit, &place, "", &own.stage, &source];
            self.draft.row(Of::Processes, cells.map(|cell: &str| cell));
            self.draft.told.take("processes");
            lost += usize::from(cell.spread.is_some());
            self.processes.insert(process, self.ids.len());
            self.ids.push(process_id.clone());
            made.insert(product, Made { id, unit, process: process_id, place });
        }
        self.cutoffs(&mut products, &mut listed);
        self.makers.made =
            made.into_iter().map(|(id, made)| (id, (made.id, made.unit, made.process, made.place))).collect();
        if lost > 0 {
            self.draft.told.note(format!("{lost} distributions are of outputs, and are lost"));
        }
        if !unknown.is_empty() {
            let list = unknown.join("`, `");
            self.draft.told.note(format!("no regions that are known, taken for 001, the world: `{list}`"));
        }
        if self.system.book.is_empty() {
            self.draft
                .told
                .note("the packages hold no names: things are called by their numbers, units are not known");
        }
        let treated = self.makers.by_product.values().filter(|(_, cell)| cell.value < 0.0).count();
        if treated > 0 {
            self.draft.told.note(format!(
                "of {treated} of the products the output is negative: what is made is the treatment of it, which others \
                 take in; a score of Brightway for 1 of it is that with the other sign"
            ));
        }
    }

    fn place(&self, location: &str, unknown: &mut Vec<String>) -> String {
        let regions = &self.reference.regions;
        if location == ORIGIN {
            return location.to_owned();
        }
        if ["", "GLO", "RoW", "ROW"].contains(&location) {
            return "001".to_owned();
        }
        if regions.contains(location) {
            return location.to_owned();
        }
        if let Some(code) = regions.code_of(location) {
            return code.to_owned();
        }
        if !unknown.iter().any(|known| known == location) {
            unknown.push(location.to_owned());
        }
        "001".to_owned()
    }

    /// Rows of inputs.
    pub(super) fn chain(&mut self, cells: &[((i64, i64), Cell)]) {
        let mut lost = 0;
        for ((product, process), cell) in cells {
            if self.makers.of_process.get(process) == Some(product) {
                continue;
            }
            let Some((id, unit, supplier, place)) = self.makers.made.get(product) else { continue };
            let Some(&at) = self.processes.get(process) else { continue };
            let turned = -self.makers.sign(*product);
            let value = cell.value * turned;
            let spread = cell.spread.map(|(spread, factor)| spread.cells(value, factor * turned));
            lost += usize::from(spread.as_ref().is_some_and(Option::is_none));
            let [kind, loc, scale, shape, minimum, maximum] = spread.flatten().unwrap_or_default();
            let (taker, amount) = (&self.ids[at], text(value));
            // Who supplies is known; an input cannot ask for a place that is nowhere yet.
            let origin = if place == ORIGIN { "" } else { place };
            let cells = [
                taker.as_str(),
                id.as_str(),
                amount.as_str(),
                unit.as_str(),
                origin,
                supplier.as_str(),
                "",
                "",
                kind.as_str(),
                loc.as_str(),
                scale.as_str(),
                shape.as_str(),
                minimum.as_str(),
                maximum.as_str(),
            ];
            self.draft.row(Of::Inputs, cells);
            self.draft.told.take("inputs");
        }
        if lost > 0 {
            let text = "distributions of a kind that cannot be multiplied, of inputs, and are lost";
            self.draft.told.note(format!("{lost} {text}"));
        }
    }
}

/// A number as a table keeps it; what is too small is 0.
fn text(value: f64) -> String {
    match calculated(value) {
        Amount::Kept(text) => text.into_owned(),
        _ => "0".to_owned(),
    }
}
