//! A USEEIO model in JSON: sectors that take dollars of one another, and what a dollar of each causes.

use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::float::Double;
use crate::data::importers::names::Names;
use crate::data::importers::tree::{Node, documents};
use crate::data::importers::{Input, Told};
use crate::data::reference::Reference;
use crate::data::write::Batch;

use super::Flows;
use super::about::About;
use super::amount::{Amount, amount, calculated, refused};
use super::archive::{Archive, DOCUMENT, HELD};
use super::characterise::{Characterisation, Met, Sums};
use super::draft::{Draft, Of};
use super::matrix::{Shape, scan};
use super::things::{Goes, Places, Thing};

const INDICATORS: &str = include_str!("tables/useeio-indicators.csv");
const FLOWS: &str = include_str!("tables/useeio-flows.csv");
const HINT: &str = "a USEEIO model is a folder or zip with sectors.json, indicators.json, flows.json and matrix/A.json, B, C, D";

/// What the interventions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// Indicators of the model: its matrix D, or C times B.
    Indicators,
    /// Flows of the model: its matrix B.
    Flows,
}

/// What the files do not say.
#[derive(Clone, Debug)]
pub struct Useeio {
    /// The folder of the model, or a zip of it.
    pub folder: PathBuf,
    /// The year whose dollars a dollar of the model is.
    pub price_year: i32,
    /// What the interventions are.
    pub interventions: As,
    /// Take what is made in the country only (`A_d`)? Otherwise with what is imported (`A`).
    pub is_domestic: bool,
    /// How flows or indicators of the model become ours.
    pub flows: Flows,
}

/// A sector.
struct Sector {
    id: String,
    name: String,
    location: String,
}

pub(super) fn import(
    settings: &Useeio,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    let folder = Archive::open(&settings.folder, &[], HINT, diagnostics)?;
    let folder = folder.beginning_at(&["sectors.json"], diagnostics)?;
    let of_flows = settings.interventions == As::Flows;
    let table = match &settings.flows.table {
        Some(source) => Characterisation::read(source.clone(), reference, diagnostics),
        None if of_flows => Characterisation::built_in("useeio-flows.csv", FLOWS, reference, diagnostics),
        None => Characterisation::built_in("useeio-indicators.csv", INDICATORS, reference, diagnostics),
    };
    let sectors = sectors(&folder, diagnostics);
    let file = if of_flows { "flows.json" } else { "indicators.json" };
    let things = things(&folder, file, of_flows, diagnostics);
    let (table, sectors, things) = (table?, sectors?, things?);
    let mut work = Work {
        folder: &folder,
        settings,
        reference,
        unit: format!("USD{}", settings.price_year),
        ids: sectors.iter().map(|sector| sector.id.clone()).collect(),
        draft: Draft::new(batch, "numbers", folder.label()),
    };
    work.sectors(&sectors);
    work.inputs(diagnostics);
    work.interventions(&things, &table, diagnostics);
    work.finish(sectors.len(), diagnostics)
}

struct Work<'a, 'b> {
    folder: &'a Archive,
    settings: &'a Useeio,
    reference: &'a Reference,
    /// A dollar of the model.
    unit: String,
    /// Ids of the sectors: of their products and of their processes.
    ids: Vec<String>,
    draft: Draft<'b>,
}

impl Work<'_, '_> {
    fn sectors(&mut self, sectors: &[Sector]) {
        let year = self.settings.price_year.to_string();
        let mut unknown: Vec<&str> = Vec::new();
        for sector in sectors {
            let is_known = self.reference.regions.contains(&sector.location);
            if !is_known && !unknown.contains(&sector.location.as_str()) {
                unknown.push(&sector.location);
            }
            let region = if is_known { sector.location.as_str() } else { "001" };
            let (id, unit) = (sector.id.as_str(), self.unit.as_str());
            self.draft.row(Of::Products, [id, &sector.name, unit, "", ""]);
            self.draft.row(Of::Processes, [id, id, "1", unit, region, "", "", "sectors.json"]);
            let source = "a dollar's worth of it, in producer prices";
            self.draft.row(Of::Prices, [id, "1", "USD", unit, &year, "excluded", source]);
        }
        for location in unknown {
            self.draft.told.note(format!(
                "`{location}` is not a region that is known: its sectors are in 001, the world"
            ));
        }
    }

    fn inputs(&mut self, diagnostics: &mut Diagnostics) {
        let name = if self.settings.is_domestic { "matrix/A_d.json" } else { "matrix/A.json" };
        let Some(file) = self.folder.bytes(name, HELD, diagnostics) else { return };
        let (ids, unit, draft) = (&self.ids, &self.unit, &mut self.draft);
        let sectors = ids.len();
        let why = format!("sectors.json lists {sectors} sectors");
        let shape = Shape { rows: sectors, columns: sectors, why: &why };
        let mut left = Left::default();
        each(&file, shape, &mut left, diagnostics, |from, to, text| {
            draft.row(Of::Inputs, [&ids[to], &ids[from], text, unit]);
            draft.told.take_many("inputs", 1);
        });
        left.tell(&file, "nothing is taken in", draft);
    }

    fn interventions(&mut self, things: &[Thing], table: &Characterisation, diagnostics: &mut Diagnostics) {
        let mut sums = Sums::new(table, self.ids.len());
        let mut places = Places::new(self.reference, "useeio-", self.folder.title());
        places.price_year = Some(self.settings.price_year);
        places.is_own_table = self.settings.flows.table.is_some();
        places.leave_others = self.settings.flows.leave_others;
        let draft = &mut self.draft;
        let goes: Vec<Goes> =
            things.iter().map(|thing| places.place(thing, &mut sums, draft, diagnostics)).collect();
        self.reads_names(things, table);
        self.no_burdens(things, &goes);
        let of_flows = self.settings.interventions == As::Flows;
        let name = if of_flows { "matrix/B.json" } else { "matrix/D.json" };
        if of_flows || self.folder.has(name) {
            let Some(file) = self.folder.bytes(name, HELD, diagnostics) else { return };
            let what = if of_flows { "flows.json lists" } else { "indicators.json lists" };
            let why = format!("{what} {}, sectors.json {}", things.len(), self.ids.len());
            let shape = Shape { rows: things.len(), columns: self.ids.len(), why: &why };
            let mut left = Left::default();
            let work = &mut *self;
            each(&file, shape, &mut left, diagnostics, |thing, sector, text| {
                work.cause(&goes[thing], &mut sums, sector, text, name);
            });
            left.tell(&file, "nothing is caused", &mut self.draft);
            if !of_flows {
                self.compare(&file, things.len(), diagnostics);
            }
        } else {
            let Some(direct) = self.product(things.len(), diagnostics) else { return };
            for (row, goes) in direct.iter().zip(&goes) {
                for (sector, value) in row.iter().enumerate() {
                    match calculated(value.hi) {
                        Amount::Kept(text) => {
                            self.cause(goes, &mut sums, sector, &text, "C.json times B.json");
                        }
                        _ => self.draft.told.leave_many(
                            "zeros: nothing is caused",
                            Place::file(self.folder.label_of("matrix/B.json")),
                            1,
                        ),
                    }
                }
            }
        }
        for (sector, indicator) in sums.write(&self.ids, &mut self.draft) {
            let message = format!("`{indicator}` of `{}` is too large", self.ids[sector]);
            diagnostics.push(
                Diagnostic::error(codes::OVERFLOW, message).at(Place::file(self.folder.label_of(name))),
            );
        }
    }

    /// Says which flows of the table of the user the model does not have.
    fn reads_names(&mut self, things: &[Thing], table: &Characterisation) {
        let mut met = Met::default();
        for thing in things {
            thing.add_to(&mut met);
        }
        if let Some(text) = table.unmet(&met).filter(|_| self.settings.flows.table.is_some()) {
            self.draft.told.note(text);
        }
    }

    /// What a sector gives, and the model counts among its indicators: jobs, and income.
    fn no_burdens(&mut self, things: &[Thing], goes: &[Goes]) {
        let is_kept =
            |(thing, goes): &(&Thing, &Goes)| thing.dimension == "social" && matches!(goes, Goes::Own(_));
        let kept: Vec<String> =
            things.iter().zip(goes).filter(is_kept).map(|(thing, _)| format!("`{}`", thing.name)).collect();
        if !kept.is_empty() {
            self.draft.told.note(format!(
                "{}: kept as the model has them; they are no burdens, and no factor set that is built in prices them",
                kept.join(", ")
            ));
        }
    }

    fn cause(&mut self, goes: &Goes, sums: &mut Sums, sector: usize, text: &str, source: &str) {
        match goes {
            Goes::To(targets) => {
                for target in targets {
                    sums.add(*target, sector, text);
                }
                self.draft.told.take_many("interventions", 1);
            }
            Goes::Own(own) => {
                self.draft.row(Of::Interventions, [&self.ids[sector], &own.id, text, &own.unit, "", source]);
                self.draft.told.take_many("interventions", 1);
            }
            Goes::Nowhere => {
                let place = Place::file(self.folder.label_of(source));
                self.draft.told.leave("flows that the table of characterisation does not have", place);
            }
        }
    }

    /// C times B: what a dollar of each sector causes of each indicator.
    fn product(&self, indicators: usize, diagnostics: &mut Diagnostics) -> Option<Vec<Vec<Double>>> {
        let characterise = self.folder.bytes("matrix/C.json", HELD, diagnostics);
        let causes = self.folder.bytes("matrix/B.json", HELD, diagnostics);
        let flows = list(&self.folder.bytes("flows.json", DOCUMENT, diagnostics)?, diagnostics)?.len();
        let (characterise, causes) = (characterise?, causes?);
        let why = format!(
            "flows.json lists {flows}, indicators.json {indicators}, sectors.json {}",
            self.ids.len()
        );
        let mut factors: Vec<Vec<(usize, f64)>> = vec![Vec::new(); flows];
        let shape = Shape { rows: indicators, columns: flows, why: &why };
        let fine = each(&characterise, shape, &mut Left::default(), diagnostics, |indicator, flow, text| {
            factors[flow].push((indicator, text.parse().unwrap_or(f64::NAN)));
        });
        let mut direct = vec![vec![Double::default(); self.ids.len()]; indicators];
        let shape = Shape { rows: flows, columns: self.ids.len(), why: &why };
        let all_fine = each(&causes, shape, &mut Left::default(), diagnostics, |flow, sector, text| {
            let value = Double::new(text.parse().unwrap_or(f64::NAN));
            for (indicator, factor) in &factors[flow] {
                let sum = &mut direct[*indicator][sector];
                *sum = sum.plus_product(*factor, value);
            }
        });
        (fine && all_fine).then_some(direct)
    }

    /// Says how far D is from C times B, where the model has all three.
    fn compare(&mut self, direct: &Input, indicators: usize, diagnostics: &mut Diagnostics) {
        if !["matrix/B.json", "matrix/C.json", "flows.json"].iter().all(|file| self.folder.has(file)) {
            return;
        }
        // What is wrong with files that are not needed is no error.
        let Some(product) = self.product(indicators, &mut Diagnostics::new()) else {
            self.draft
                .told
                .note("matrix/C.json and matrix/B.json could not be read: D was not compared with them");
            return;
        };
        let mut largest = 0.0_f64;
        let why = "";
        let shape = Shape { rows: indicators, columns: self.ids.len(), why };
        each(direct, shape, &mut Left::default(), diagnostics, |indicator, sector, text| {
            let (stated, found) = (text.parse().unwrap_or(f64::NAN), product[indicator][sector].hi);
            largest = largest.max((stated - found).abs() / stated.abs());
        });
        if largest > 1e-9 {
            let text =
                format!("D is not C times B: it differs by up to {largest:.1e} of its amounts; D was taken");
            self.draft.told.note(text);
        }
    }

    fn finish(mut self, sectors: usize, diagnostics: &mut Diagnostics) -> Option<Told> {
        let known = ["A.json", "A_d.json", "B.json", "C.json", "D.json"].map(|file| format!("matrix/{file}"));
        let is_other = |name: &&str| {
            let is_matrix = name.starts_with("matrix/") && !known.iter().any(|known| known == name);
            is_matrix || name.starts_with("demands")
        };
        // Folders of demands are named once.
        let short = |name: &str| match name.split_once('/') {
            Some((folder, _)) if folder != "matrix" => folder.to_owned(),
            _ => name.to_owned(),
        };
        let mut others: Vec<String> = self.folder.names().filter(is_other).map(short).collect();
        others.dedup();
        if !others.is_empty() {
            self.draft.told.note(format!("not read: {}", others.join(", ")));
        }
        let year = self.settings.price_year;
        let name = self.folder.title();
        let what = match self.settings.interventions {
            As::Indicators => "indicators of the model",
            As::Flows => "flows of the model",
        };
        let trade =
            if self.settings.is_domestic { "made in the country" } else { "made in the country or imported" };
        let about = About {
            title: format!("USEEIO model {name}"),
            description: format!(
                "{sectors} sectors of an input-output model: what a dollar of {year} of each, in producer prices, takes \
                 of the others ({trade}) and causes ({what}). Imported goods are counted as if made in the country."
            ),
            caveat: format!("per dollar of {year} in producer prices, the average of a whole sector"),
            producer: "not stated: a USEEIO model".to_owned(),
            geography: "as the sectors state".to_owned(),
            is_zero_where_absent: true,
            currency: "USD",
            ..About::default()
        };
        if diagnostics.has_errors() {
            return None;
        }
        self.draft.finish(&about, self.reference, diagnostics)
    }
}

/// Numbers that are no row.
#[derive(Default)]
struct Left {
    zeros: usize,
    small: usize,
}

impl Left {
    fn tell(&self, file: &Input, meaning: &str, draft: &mut Draft) {
        let place = || Place::file(&file.name);
        draft.told.leave_many(format!("zeros: {meaning}"), place(), self.zeros);
        draft.told.leave_many("too small: only 59 decimals are kept", place(), self.small);
    }
}

/// The numbers of a matrix other than 0, as they are kept.
fn each(
    file: &Input,
    shape: Shape,
    left: &mut Left,
    diagnostics: &mut Diagnostics,
    mut look: impl FnMut(usize, usize, &str),
) -> bool {
    let Some(text) = file.text(diagnostics) else { return false };
    scan(&file.name, text, shape, diagnostics, |row, column, cell, diagnostics| match amount(cell) {
        Amount::Kept(text) => look(row, column, &text),
        Amount::Zero => left.zeros += 1,
        Amount::TooSmall => left.small += 1,
        problem @ (Amount::TooLarge | Amount::NotANumber) => {
            let place = Place::row(&file.name, row as u64 + 1).column((column + 1).to_string());
            diagnostics.push(refused(cell, problem == Amount::TooLarge, place));
        }
    })
}

/// The members of a list of things, in the order of their `index`.
fn list(file: &Input, diagnostics: &mut Diagnostics) -> Option<Vec<Node>> {
    let roots = documents(file, diagnostics)?;
    let members = roots.into_iter().next().map(|root| root.members().to_vec()).unwrap_or_default();
    let before = diagnostics.len();
    let mut ordered: Vec<Option<Node>> = vec![None; members.len()];
    for (at, node) in members.into_iter().enumerate() {
        let place = Place::row(&file.name, node.row);
        let index =
            match node.get("index").map(|index| index.text().and_then(|text| text.parse::<usize>().ok())) {
                Some(index) => index,
                None => Some(at),
            };
        match index.and_then(|index| ordered.get_mut(index)) {
            Some(slot @ None) => *slot = Some(node),
            Some(Some(_)) => {
                let message = "two things have one `index`";
                diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place.column("index")));
            }
            None => {
                let message = "`index` is not a whole number below the count of the list";
                diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place.column("index")));
            }
        }
    }
    if ordered.is_empty() {
        let message = "the list is empty";
        diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(&file.name)));
    }
    (diagnostics.len() == before).then(|| ordered.into_iter().flatten().collect())
}

/// The text under a key that must be there.
fn needed<'a>(file: &Input, node: &'a Node, key: &str, diagnostics: &mut Diagnostics) -> Option<&'a str> {
    let text = node.get(key).and_then(Node::text).filter(|text| !text.trim().is_empty());
    if text.is_none() {
        let place = Place::row(&file.name, node.row).column(key);
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, format!("there is no `{key}`")).at(place));
    }
    text
}

fn optional<'a>(node: &'a Node, key: &str) -> &'a str {
    node.get(key).and_then(Node::text).unwrap_or_default().trim()
}

fn sectors(folder: &Archive, diagnostics: &mut Diagnostics) -> Option<Vec<Sector>> {
    let file = folder.bytes("sectors.json", DOCUMENT, diagnostics)?;
    let nodes = list(&file, diagnostics)?;
    let mut names = Names::default();
    let sector = |node: &Node, diagnostics: &mut Diagnostics| {
        let code = needed(&file, node, "code", diagnostics);
        let name = needed(&file, node, "name", diagnostics);
        let location = needed(&file, node, "location", diagnostics);
        let (code, name, location) = (code?, name?, location?);
        let id = names.fresh(&format!("{code}-{location}"));
        Some(Sector { id, name: name.to_owned(), location: location.to_owned() })
    };
    all(&nodes, diagnostics, sector)
}

/// What all of them are read as; `None` if one could not be.
fn all<T>(
    nodes: &[Node],
    diagnostics: &mut Diagnostics,
    mut read: impl FnMut(&Node, &mut Diagnostics) -> Option<T>,
) -> Option<Vec<T>> {
    let found: Vec<T> = nodes.iter().filter_map(|node| read(node, diagnostics)).collect();
    (found.len() == nodes.len()).then_some(found)
}

/// Indicators or flows of the model.
fn things(folder: &Archive, name: &str, of_flows: bool, diagnostics: &mut Diagnostics) -> Option<Vec<Thing>> {
    let file = folder.bytes(name, DOCUMENT, diagnostics)?;
    let nodes = list(&file, diagnostics)?;
    let thing = |node: &Node, diagnostics: &mut Diagnostics| {
        let key = needed(&file, node, if of_flows { "id" } else { "code" }, diagnostics);
        let name = needed(&file, node, "name", diagnostics);
        let unit = needed(&file, node, "unit", diagnostics);
        let (key, name, unit) = (key?.to_owned(), name?.to_owned(), unit?.to_owned());
        let group = optional(node, "group");
        let parts = [optional(node, "category"), optional(node, "subCategory")];
        let compartment = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        let place = Place::row(&file.name, node.row);
        let dimension = dimension(&key, group, of_flows, &name);
        let note = if of_flows { optional(node, "uuid") } else { group };
        Some(Thing { key, name, unit, dimension, compartment, note: note.to_owned(), place })
    };
    all(&nodes, diagnostics, thing)
}

/// What an indicator is about: the model groups them, and calls those of health by their codes.
fn dimension(key: &str, group: &str, of_flows: bool, name: &str) -> &'static str {
    let is_social =
        group == "Economic & Social" || (of_flows && ["Jobs", "Value Added", "Value added"].contains(&name));
    let is_health = !of_flows && ["HC", "HCAN", "HNC", "HNCAN", "HRSP", "HTOX"].contains(&key);
    match (is_social, is_health) {
        (true, _) => "social",
        (_, true) => "health",
        _ => "environmental",
    }
}
