//! Product footprints of PACT, 2.x and 3.x: published footprints of one product each.

mod footprint;
pub mod parts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::names::{Names, last_part};
use crate::data::importers::tree::{Node, Value, documents};
use crate::data::importers::{Input, Told};
use crate::data::reference::Reference;
use crate::data::write::Batch;

use super::about::About;
use super::archive::one_file;
use super::draft::{Draft, Of};
use footprint::Footprint;
use parts::{PARTS, Part, WHOLE};

/// What is climate change of a footprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uptake {
    /// Without the carbon that plants took up.
    Excluded,
    /// With it.
    Included,
}

/// Files of PACT.
#[derive(Clone, Debug)]
pub struct Pact {
    /// The files.
    pub files: Vec<PathBuf>,
    /// What is climate change.
    pub uptake: Uptake,
}

pub(super) fn import(
    settings: &Pact,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    let label = settings.files.iter().map(|file| file.to_string_lossy()).collect::<Vec<_>>().join(", ");
    let mut draft = Draft::new(batch, "footprints", label);
    let mut read = Vec::new();
    let mut files = Vec::new();
    for path in &settings.files {
        let Some(file) = one_file(path, diagnostics) else { continue };
        for node in nodes(&file, diagnostics) {
            let place = Place::row(&file.name, node.row);
            if node.get("status").and_then(Node::text) == Some("Deprecated") {
                draft.told.leave("deprecated: its publisher has a later one", place);
            } else {
                read.extend(Footprint::read(&file.name, &node, settings.uptake, reference, diagnostics));
            }
        }
        files.push(file.file_name().to_owned());
    }
    let kept = latest(read, &mut draft.told);
    let work = Work { settings, draft };
    work.finish(&kept, &files, reference, diagnostics)
}

/// The footprints of a file: one, a list, or what a host answers, `{"data": [...]}`.
fn nodes(file: &Input, diagnostics: &mut Diagnostics) -> Vec<Node> {
    let Some(roots) = documents(file, diagnostics) else { return Vec::new() };
    let mut found: Vec<Node> = Vec::new();
    for root in roots {
        let members = root.get("data").unwrap_or(&root).members();
        for node in members {
            if matches!(node.value, Value::Map(_)) {
                found.push(node.clone());
            } else {
                let message = "a product footprint is an object";
                let place = Place::row(&file.name, node.row);
                diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place));
            }
        }
    }
    if found.is_empty() && !diagnostics.has_errors() {
        let message = "the file holds no product footprint";
        let hint = "it is one footprint, a list of them, or an answer of a host: {\"data\": [...]}";
        let place = Place::file(&file.name);
        diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(place).hint(hint));
    }
    found
}

/// Of footprints of one product and place, the one of the latest period; of those, the one made last.
fn latest(read: Vec<Footprint>, told: &mut Told) -> Vec<Footprint> {
    let preceded: Vec<String> = read.iter().flat_map(|footprint| footprint.preceding.clone()).collect();
    let mut by_place: BTreeMap<(String, String, String), Footprint> = BTreeMap::new();
    for footprint in read {
        if preceded.contains(&footprint.id) {
            told.leave("another footprint says that it replaces this one", footprint.place);
            continue;
        }
        let key = (footprint.product.clone(), footprint.unit.clone(), footprint.region.clone());
        let age = |one: &Footprint| (one.period_end.clone(), one.created.clone(), one.id.clone());
        let reason = "another footprint of the product and the place has a later period, or was made later";
        match by_place.remove(&key) {
            Some(other) if age(&other) >= age(&footprint) => {
                told.leave(reason, footprint.place);
                by_place.insert(key, other);
            }
            other => {
                if let Some(other) = other {
                    told.leave(reason, other.place);
                }
                by_place.insert(key, footprint);
            }
        }
    }
    by_place.into_values().collect()
}

struct Work<'a, 'b> {
    settings: &'a Pact,
    draft: Draft<'b>,
}

impl Work<'_, '_> {
    fn finish(
        mut self,
        kept: &[Footprint],
        files: &[String],
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Told> {
        let (mut products, mut processes) = (Names::default(), Names::default());
        let mut known: BTreeSet<String> = BTreeSet::new();
        for footprint in kept {
            let key = format!("{} {}", footprint.product, footprint.unit);
            let product = products.id(&key, last_part(&footprint.product));
            if known.insert(product.clone()) {
                let cells =
                    [&product, &footprint.name, &footprint.unit, &footprint.mass_kg, &footprint.category];
                self.draft.row(Of::Products, cells.map(String::as_str));
            }
            let process = processes.fresh(&format!("{product}-{}", footprint.region));
            self.process(&process, &product, footprint);
        }
        self.indicators(kept);
        let exempted: Vec<&Footprint> = kept.iter().filter(|footprint| footprint.exempted > 0.0).collect();
        let most = exempted.iter().fold(0.0_f64, |most, footprint| most.max(footprint.exempted));
        let caveat = if exempted.is_empty() {
            "from cradle to gate, as its publisher states".to_owned()
        } else {
            let count = exempted.len();
            format!(
                "from cradle to gate, as its publisher states; {count} leave out up to {most} % of their emissions"
            )
        };
        let about = About {
            title: format!("PACT product footprints of {}", files.join(", ")),
            description: format!(
                "{} carbon footprints that companies state of their products, one process without inputs each. Climate \
                 change is the footprint {} biogenic uptake; its parts are indicators of their own and not added to it.",
                kept.len(),
                if self.settings.uptake == Uptake::Excluded { "without" } else { "with" },
            ),
            caveat,
            producer: companies(kept),
            geography: "as the footprints state".to_owned(),
            ..About::default()
        };
        if diagnostics.has_errors() {
            return None;
        }
        if kept.is_empty() {
            let message = format!("there is no footprint to keep: {}", self.draft.told.sentence());
            let place = self.settings.files.first().map(|file| Place::file(file.to_string_lossy()));
            diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(place.unwrap_or_default()));
            return None;
        }
        self.draft.finish(&about, reference, diagnostics)
    }

    fn process(&mut self, id: &str, product: &str, footprint: &Footprint) {
        let (unit, amount) = (&footprint.unit, &footprint.amount);
        let cells = [
            id,
            product,
            amount,
            unit,
            &footprint.region,
            &footprint.period,
            "cradle to gate",
            &footprint.source,
        ];
        self.draft.row(Of::Processes, cells);
        self.draft.told.take("processes");
        footprint.notes.iter().for_each(|note| self.draft.told.note(note.clone()));
        for (indicator, amount, unit) in &footprint.amounts {
            let is_climate = *indicator == "climate-change";
            let method = if is_climate { footprint.method.as_str() } else { "" };
            self.draft.row(Of::Interventions, [id, indicator, amount, unit, method, &footprint.source]);
        }
    }

    /// Rows of the indicators that are used.
    fn indicators(&mut self, kept: &[Footprint]) {
        let used = |part: &&Part| {
            let mut amounts = kept.iter().flat_map(|footprint| &footprint.amounts);
            amounts.any(|(indicator, ..)| *indicator == part.indicator)
        };
        for part in WHOLE.iter().chain(PARTS).filter(used) {
            let note = "stated beside climate change, not added to it";
            let cells = [part.indicator, part.name, "environmental", part.unit, "", "", "PACT", note];
            self.draft.row(Of::Indicators, cells);
        }
    }
}

fn companies(kept: &[Footprint]) -> String {
    let mut names: Vec<&str> = kept.iter().map(|footprint| footprint.company.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
