//! Archives of openLCA: JSON-LD of both versions of its schema, as a zip or a folder.

mod files;
mod impacts;
mod json;
mod process;
mod quantities;
mod sharing;

use std::path::PathBuf;

use rustc_hash::FxHashMap;

use crate::base::diagnostic::Diagnostics;
use crate::data::importers::Told;
use crate::data::reference::Reference;
use crate::data::write::Batch;

use super::Flows;
use super::about::About;
use super::archive::Archive;
use super::characterise::Characterisation;
use super::inventory::model::{FlowTable, Record};
use super::inventory::targets::Targets;
use super::inventory::{Choices, Database, import as write};
use files::{Files, folder};
use process::{Context, scope};
use quantities::Quantities;

const HINT: &str = "an archive of openLCA is the zip that \"Export, JSON-LD\" writes, or its folder, with the folder processes";

/// How the burden of a process with several products is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocation {
    /// As each process states.
    Stated,
    /// By its physical factors.
    Physical,
    /// By its economic factors.
    Economic,
    /// By its causal factors, one for each exchange and product.
    Causal,
    /// Its reference product bears all.
    Reference,
}

/// An archive of openLCA.
#[derive(Clone, Debug)]
pub struct Openlca {
    /// The zip or folder.
    pub path: PathBuf,
    /// How flows become indicators.
    pub flows: Flows,
    /// The method of the archive whose categories become indicators; `none`: of no method. Left out: the only one.
    pub method: Option<String>,
    /// How burdens are divided.
    pub allocation: Allocation,
}

/// The processes of an archive.
struct Processes<'a> {
    files: Files,
    entries: Vec<String>,
    context: Context<'a>,
}

impl Database for Processes<'_> {
    fn each(
        &mut self,
        flows: &mut FlowTable,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
        look: &mut dyn FnMut(Record, &FlowTable, &mut Told, &mut Diagnostics),
    ) {
        for entry in &self.entries {
            let Some(process) = self.files.read(entry, diagnostics) else { continue };
            let place = self.files.archive.place(entry);
            let file = entry.rsplit('/').take(2).collect::<Vec<_>>();
            let file = file.iter().rev().copied().collect::<Vec<_>>().join("/");
            let record = self.context.record(process, &file, place, flows, told, diagnostics);
            if let Some(record) = record {
                look(record, flows, told, diagnostics);
            }
        }
    }
}

pub(super) fn import(
    settings: &Openlca,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    let archive = Archive::open(&settings.path, &[], HINT, diagnostics)?;
    let title = archive.title();
    let files = Files { archive };
    let entries = files.of("processes");
    if entries.is_empty() {
        diagnostics.push(files.archive.lacks("there is no folder `processes` with JSON in it"));
        return None;
    }
    let table = match &settings.flows.table {
        Some(source) => Characterisation::read(source.clone(), reference, diagnostics)?,
        None => Characterisation::default(),
    };
    let mut flows = FlowTable::default();
    let quantities = Quantities::read(&files, &mut flows, diagnostics);
    let mut locations = FxHashMap::default();
    files.each("locations", diagnostics, |location: json::Location, _, _| {
        let code = location.code.filter(|code| !code.is_empty()).or(location.name).unwrap_or_default();
        locations.insert(location.id.unwrap_or_default(), code);
    });
    let mut parameters: Vec<json::Parameter> = Vec::new();
    files.each("parameters", diagnostics, |parameter: json::Parameter, _, _| {
        if parameter.parameter_scope.as_deref() != Some("PROCESS_SCOPE") {
            parameters.push(parameter);
        }
    });
    let mut told = Told::new("exchanges");
    let asked = settings.method.as_deref();
    let method = impacts::method(asked, &files, &quantities, &flows, &mut told, diagnostics)?;
    let has_method = !method.categories.is_empty();
    let described = if has_method { format!("categories of {}", method.name) } else { "flows".to_owned() };
    let is_own_table = settings.flows.table.is_some();
    let targets = Targets::new(table, is_own_table, settings.flows.leave_others, method, reference);
    let about = About {
        title: format!("openLCA archive {title}"),
        description: format!(
            "{} processes of a life-cycle inventory database: what each takes of the others and causes ({described}).",
            entries.len()
        ),
        producer: "not stated: an archive of openLCA".to_owned(),
        geography: "as the processes state".to_owned(),
        is_zero_where_absent: true,
        ..About::default()
    };
    let choices = Choices { about, prefix: "openlca-", title: files.archive.label().to_owned() };
    let global = scope(&parameters);
    let context = Context { settings, reference, quantities, locations, global };
    let mut processes = Processes { files, entries, context };
    let mut told = write(&mut processes, flows, targets, &choices, batch, reference, diagnostics)
        .map(|written| with_notes(written, &told))?;
    let others = processes.others();
    if !others.is_empty() {
        told.note(format!("not read: {}", others.join(", ")));
    }
    Some(told)
}

fn with_notes(mut told: Told, others: &Told) -> Told {
    others.notes().iter().for_each(|note| told.note(note.clone()));
    told
}

impl Processes<'_> {
    /// Folders that nothing was read of. Files beside the folders of types describe the archive.
    fn others(&self) -> Vec<String> {
        const READ: [&str; 10] = [
            "processes",
            "flows",
            "flow_properties",
            "unit_groups",
            "locations",
            "parameters",
            "categories",
            "lcia_methods",
            "lcia_categories",
            "",
        ];
        let first = self.entries.first().map(String::as_str).unwrap_or_default();
        let root = first.rfind("processes/").map_or("", |at| &first[..at]);
        let beside = |name: &str| name.strip_prefix(root).is_some_and(|rest| !rest.contains('/'));
        let mut found: Vec<String> = self
            .files
            .archive
            .names()
            .filter(|name| name.contains('/') && !beside(name))
            .map(|name| folder(name).to_owned())
            .filter(|folder| !READ.contains(&folder.as_str()))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
