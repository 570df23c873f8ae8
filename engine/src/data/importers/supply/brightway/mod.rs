//! Datapackages of Brightway (`bw_processing`): matrices by integer ids, with names where they are beside them.

mod arrays;
mod makers;
mod matrix;
mod names;
mod package;
mod spread;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::float::Double;
use crate::data::importers::Told;
use crate::data::importers::names::Names;
use crate::data::reference::Reference;
use crate::data::write::Batch;

use super::about::About;
use super::amount::{Amount, calculated};
use super::archive::Archive;
use super::characterise::{Characterisation, Sums};
use super::draft::{Draft, Of};
use super::things::{Goes, Places, Thing};
use super::units::spelt;
use super::{As, Flows};

use makers::Makers;
use matrix::{Cell, Matrix};
use names::{Book, Side, unit};
use package::{DATAPACKAGE, Group, Package};

/// What a datapackage is.
pub(super) const HINT: &str =
    "a datapackage of bw_processing: a zip or a folder with datapackage.json and its arrays";

const TECHNOSPHERE: &str = "technosphere_matrix";
const BIOSPHERE: &str = "biosphere_matrix";
const CHARACTERISATION: &str = "characterization_matrix";

/// What the files do not say.
#[derive(Clone, Debug)]
pub struct Brightway {
    /// Packages, zips or folders: those of an inventory and those of methods, later ones on top of earlier ones.
    pub sources: Vec<PathBuf>,
    /// What the interventions are: scores by the methods that the packages hold, or flows.
    pub interventions: Option<As>,
    /// How scores or flows become indicators.
    pub flows: Flows,
}

/// A method: what a unit of each flow is of it.
struct Method {
    name: String,
    unit: String,
    matrix: Matrix,
    label: String,
}

/// The matrices of all packages.
struct System {
    technosphere: Matrix,
    biosphere: Matrix,
    methods: Vec<Method>,
    book: Book,
    label: String,
    names: Vec<String>,
}

pub(super) fn import(
    settings: &Brightway,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    let table = match &settings.flows.table {
        Some(file) => Characterisation::read(file, reference, diagnostics)?,
        None => Characterisation::default(),
    };
    let mut draft = Draft::new(batch, "numbers");
    let system = System::read(&settings.sources, &mut draft.told, diagnostics)?;
    let cells = system.technosphere.sorted();
    let place = Place::file(&system.label);
    let makers = Makers::find(&cells, &place, diagnostics)?;
    let mut work = Work {
        settings,
        reference,
        system: &system,
        makers,
        processes: BTreeMap::new(),
        ids: Vec::new(),
        draft,
    };
    work.products();
    work.chain(&cells);
    let of_flows = match settings.interventions {
        Some(wanted) => wanted == As::Flows,
        None => system.methods.is_empty(),
    };
    if !of_flows && system.methods.is_empty() {
        let message = "no package holds factors of a method (`characterization_matrix`)";
        let hint = "name the package of a method beside that of the inventory, or import flows";
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
        return None;
    }
    work.interventions(&table, of_flows, diagnostics);
    work.finish(of_flows, diagnostics)
}

impl System {
    fn read(sources: &[PathBuf], told: &mut Told, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut packages = Vec::new();
        let before = diagnostics.errors();
        for source in sources {
            let files = Archive::open(source, &[], HINT, diagnostics)
                .and_then(|files| files.beginning_at(&[DATAPACKAGE], diagnostics));
            let Some(files) = files else { continue };
            packages.extend(Package::read(&files, told, diagnostics));
        }
        if diagnostics.errors() > before {
            return None;
        }
        let label = sources.first().map(|source| source.to_string_lossy().into_owned()).unwrap_or_default();
        let mut system = Self {
            technosphere: Matrix::default(),
            biosphere: Matrix::default(),
            methods: Vec::new(),
            book: Book::default(),
            label,
            names: packages.iter().map(|package| package.name.clone()).collect(),
        };
        let globals: Vec<Option<i64>> =
            packages.iter().flat_map(|package| &package.groups).map(|group| group.global).collect();
        let global = globals.into_iter().flatten().next();
        for package in &packages {
            system.book.add(package, diagnostics);
            for group in &package.groups {
                system.put(package, group, global, told, diagnostics);
            }
        }
        for (matrix, name) in [(&system.technosphere, TECHNOSPHERE), (&system.biosphere, BIOSPHERE)] {
            let (kept, zeros) =
                (matrix.cells.len(), matrix.cells.values().filter(|cell| cell.value == 0.0).count());
            let place = || Place::file(&system.label);
            let reason =
                format!("numbers of `{name}` in a cell that another number adds to, or takes the place of");
            told.leave_many(reason, place(), matrix.put - kept);
            told.leave_many(format!("zeros of `{name}`"), place(), zeros);
        }
        if system.technosphere.cells.is_empty() {
            let message = format!("no package has numbers of `{TECHNOSPHERE}`");
            diagnostics.push(
                Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(&system.label)).hint(HINT),
            );
        }
        (diagnostics.errors() == before).then_some(system)
    }

    fn put(
        &mut self,
        package: &Package,
        group: &Group,
        global: Option<i64>,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) {
        match group.matrix.as_str() {
            TECHNOSPHERE => self.technosphere.put(group, Some, told, diagnostics),
            BIOSPHERE => self.biosphere.put(group, Some, told, diagnostics),
            CHARACTERISATION => {
                let name = if group.identifier.is_empty() { &package.name } else { &group.identifier };
                let at = self.methods.iter().position(|method| method.name == *name).unwrap_or_else(|| {
                    let (unit, label) = (group.unit.clone(), group.label.clone());
                    self.methods.push(Method { name: name.clone(), unit, matrix: Matrix::default(), label });
                    self.methods.len() - 1
                });
                let is_other = |column: i64| global.is_some_and(|global| global != column);
                let other = group.indices.iter().filter(|(_, column)| is_other(*column)).count();
                let reason = "factors of a method that hold in one place only: Brightway leaves them out too";
                told.leave_many(reason, Place::file(&group.label), other);
                let place_of = |(row, column)| (!is_other(column)).then_some((row, row));
                self.methods[at].matrix.put(group, place_of, told, diagnostics);
            }
            other => {
                let reason = format!("numbers of `{other}`");
                told.leave_many(reason, Place::file(&group.label), group.indices.len());
            }
        }
    }
}

struct Work<'a, 'b> {
    settings: &'a Brightway,
    reference: &'a Reference,
    system: &'a System,
    makers: Makers,
    /// Ids of processes by those of Brightway: places in `ids`.
    processes: BTreeMap<i64, usize>,
    ids: Vec<String>,
    draft: Draft<'b>,
}

/// A product on its way.
struct Made {
    id: String,
    unit: String,
    process: String,
    place: String,
}

impl Work<'_, '_> {
    /// Rows of products and processes.
    fn products(&mut self) {
        let (mut products, mut processes) = (Names::default(), Names::default());
        let mut unknown: Vec<String> = Vec::new();
        let mut made: BTreeMap<i64, Made> = BTreeMap::new();
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
            let at = if location.is_empty() { name.clone() } else { format!("{name}-{location}") };
            let id = products.fresh(&at);
            let wish = by.map(|said| said.name.as_str()).filter(|name| !name.is_empty());
            let wish = wish.map_or_else(|| format!("process {process}"), |name| format!("{name}-{location}"));
            let process_id = processes.fresh(&wish);
            self.draft.row(Of::Products, [&id, &name, &unit, "", ""]);
            let amount = text(cell.value.abs());
            let source = format!("column {process}, row {product}");
            let cells = [&process_id, &id, &amount, &unit, &place, "", "", &source];
            self.draft.row(Of::Processes, cells.map(|cell: &str| cell));
            self.draft.told.take("processes");
            lost += usize::from(cell.spread.is_some());
            self.processes.insert(process, self.ids.len());
            self.ids.push(process_id.clone());
            made.insert(product, Made { id, unit, process: process_id, place });
        }
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
    fn chain(&mut self, cells: &[((i64, i64), Cell)]) {
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
            let cells = [
                taker.as_str(),
                id.as_str(),
                amount.as_str(),
                unit.as_str(),
                place.as_str(),
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

    /// Things that are counted: methods or flows, each with where it goes.
    fn interventions(&mut self, table: &Characterisation, of_flows: bool, diagnostics: &mut Diagnostics) {
        let mut sums = Sums::new(table, self.ids.len());
        let mut places = Places::new(self.reference, "brightway-", self.system.names.join(", "));
        places.is_own_table = self.settings.flows.table.is_some();
        places.leave_others = self.settings.flows.leave_others;
        let cells = self.system.biosphere.sorted();
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
        let mut found = Vec::new();
        if of_flows {
            let mut goes: BTreeMap<i64, Goes> = BTreeMap::new();
            for ((flow, process), cell) in &cells {
                let Some(&at) = self.processes.get(process) else { continue };
                let goes = goes.entry(*flow).or_insert_with(|| {
                    let thing = flow_of(&self.system.book, *flow, place.clone());
                    found.push(thing.key.clone());
                    places.place(&thing, writer.sums, writer.draft, diagnostics)
                });
                writer.cause(goes, at, Double::new(cell.value), cell.spread, &format!("flow {flow}"), &place);
            }
            let factors = self.system.methods.iter().map(|method| method.matrix.cells.len()).sum();
            let reason = "factors of methods: flows are imported as they are";
            writer.draft.told.leave_many(reason, place.clone(), factors);
        } else {
            writer.draft.told.take_many("interventions, by the methods", known);
            for method in &self.system.methods {
                let thing = method_of(method, place.clone());
                found.push(thing.key.clone());
                let goes = places.place(&thing, writer.sums, writer.draft, diagnostics);
                writer.scores(method, &goes, &cells, &self.processes);
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
        let missing = table.flows().filter(|flow| !found.iter().any(|key| key == flow)).count();
        if missing > 0 {
            self.draft
                .told
                .note(format!("{missing} flows of the table of characterisation are not in the packages"));
        }
        for (process, indicator) in sums.write(&self.ids, &mut self.draft) {
            let message = format!("`{indicator}` of `{}` is too large", self.ids[process]);
            diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place.clone()));
        }
    }

    fn finish(self, of_flows: bool, diagnostics: &mut Diagnostics) -> Option<Told> {
        if diagnostics.has_errors() {
            return None;
        }
        let methods: Vec<&str> = self.system.methods.iter().map(|method| method.name.as_str()).collect();
        let what = if of_flows { "flows".to_owned() } else { format!("scores by {}", methods.join("; ")) };
        let names = self.system.names.join(", ");
        let about = About {
            title: format!("Brightway packages {names}"),
            description: format!(
                "{} processes of a technosphere matrix, each with one product; interventions are {what}.",
                self.ids.len()
            ),
            caveat: String::new(),
            producer: "not stated: packages of Brightway".to_owned(),
            geography: "as the processes state, else the world".to_owned(),
            is_zero_where_absent: true,
            ..About::default()
        };
        self.draft.finish(&about, self.reference, diagnostics)
    }
}

/// A number as a table keeps it; what is too small is 0.
fn text(value: f64) -> String {
    match calculated(value) {
        Amount::Kept(text) => text.into_owned(),
        _ => "0".to_owned(),
    }
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

struct Writer<'a, 'b, 'd> {
    sums: &'a mut Sums<'d>,
    draft: &'a mut Draft<'b>,
    ids: &'a [String],
    lost: usize,
    too_large: Vec<String>,
}

impl Writer<'_, '_, '_> {
    /// Scores of each process by a method.
    fn scores(
        &mut self,
        method: &Method,
        goes: &Goes,
        cells: &[((i64, i64), Cell)],
        processes: &BTreeMap<i64, usize>,
    ) {
        let mut scores: BTreeMap<usize, Double> = BTreeMap::new();
        let mut used = std::collections::BTreeSet::new();
        for ((flow, process), cell) in cells {
            let Some(&at) = processes.get(process) else { continue };
            let Some(factor) = method.matrix.cells.get(&(*flow, *flow)) else { continue };
            used.insert(*flow);
            self.lost += usize::from(cell.spread.is_some() || factor.spread.is_some());
            let sum = scores.entry(at).or_default();
            *sum = sum.plus_product(factor.value, Double::new(cell.value));
        }
        let place = Place::file(&method.label);
        let text = "factors of flows that no process has";
        self.draft.told.leave_many(text, place.clone(), method.matrix.cells.len() - used.len());
        self.draft.told.take_many("factors of methods", used.len());
        for (at, score) in scores {
            self.write(goes, at, score, None, &method.name, &place);
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
        self.write(goes, process, value, spread, source, place);
    }

    fn write(
        &mut self,
        goes: &Goes,
        process: usize,
        value: Double,
        spread: Option<(spread::Spread, f64)>,
        source: &str,
        _: &Place,
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
                let first = [self.ids[process].as_str(), &own.id, text, &own.unit, "", source];
                let [id, indicator, text, unit, method, source] = first;
                let cells =
                    [id, indicator, text, unit, method, source, kind, loc, scale, shape, minimum, maximum];
                self.draft.row(Of::Interventions, cells);
            }
            Goes::Nowhere => {}
        }
    }
}
