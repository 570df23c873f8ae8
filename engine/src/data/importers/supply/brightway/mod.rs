//! Datapackages of Brightway (`bw_processing`): matrices by integer ids, with names where they are beside them.

mod arrays;
mod chain;
mod cutoffs;
mod interventions;
mod makers;
mod matrix;
mod names;
mod package;
mod spread;
mod system;

use std::mem::take;
use std::path::PathBuf;

use rustc_hash::FxHashMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::reference::Reference;
use crate::data::write::Batch;

use super::about::About;
use super::characterise::Characterisation;
use super::draft::Draft;
use super::{As, Flows};

use makers::Makers;
use system::System;

/// What a datapackage is.
pub(super) const HINT: &str =
    "a datapackage of bw_processing: a zip or a folder with datapackage.json and its arrays";

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

pub(super) fn import(
    settings: &Brightway,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    let table = match &settings.flows.table {
        Some(source) => Characterisation::read(source.clone(), reference, diagnostics)?,
        None => Characterisation::default(),
    };
    let label = settings.sources.first().map(|source| source.to_string_lossy()).unwrap_or_default();
    let mut draft = Draft::new(batch, "numbers", label);
    let mut system = System::read(&settings.sources, &mut draft.told, diagnostics)?;
    // The largest of what is held goes as soon as it is written.
    let cells = take(&mut system.technosphere).into_sorted();
    let biosphere = take(&mut system.biosphere);
    let place = Place::file(&system.label);
    let makers = Makers::find(&cells, &place, diagnostics)?;
    let mut work = Work {
        settings,
        reference,
        system: &system,
        makers,
        processes: FxHashMap::default(),
        ids: Vec::new(),
        draft,
    };
    work.products();
    work.chain(&cells);
    drop(cells);
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
    work.interventions(&biosphere.into_sorted(), &table, of_flows, diagnostics);
    work.finish(of_flows, diagnostics)
}

struct Work<'a, 'b> {
    settings: &'a Brightway,
    reference: &'a Reference,
    system: &'a System,
    makers: Makers,
    /// Ids of processes by those of Brightway: places in `ids`.
    processes: FxHashMap<i64, usize>,
    ids: Vec<String>,
    draft: Draft<'b>,
}

impl Work<'_, '_> {
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
