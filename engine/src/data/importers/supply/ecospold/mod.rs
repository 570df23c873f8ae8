//! Databases in ecoSpold, versions 1 and 2: XML files, alone, in a folder or in a zip. Which version a file is, its own
//! elements say. Lengths of texts and namespaces are not looked at.

mod exchanges;
mod one;
mod spread;
mod two;
mod xml;

use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::reference::Reference;
use crate::data::write::Batch;

use super::Flows;
use super::about::About;
use super::archive::Archive;
use super::characterise::Characterisation;
use super::inventory::model::{FlowTable, Record};
use super::inventory::targets::{Method, Targets};
use super::inventory::{Choices, Database, import as write, places};
use xml::{Element, sets};

const HINT: &str = "ecoSpold is XML: files that end in .spold or .xml, alone, in a folder or in a zip";
const ENDINGS: [&str; 2] = [".spold", ".xml"];
/// Elements that are data sets: of version 1, and of version 2.
const SETS: [&str; 3] = ["dataset", "activityDataset", "childActivityDataset"];

/// A database in ecoSpold.
#[derive(Clone, Debug)]
pub struct Ecospold {
    /// The zip, folder or file.
    pub path: PathBuf,
    /// How flows become indicators.
    pub flows: Flows,
}

struct DataSets<'a> {
    archive: Archive,
    entries: Vec<String>,
    reference: &'a Reference,
    /// Files that are no ecoSpold.
    others: Vec<String>,
}

impl Database for DataSets<'_> {
    fn each(
        &mut self,
        flows: &mut FlowTable,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
        look: &mut dyn FnMut(Record, &FlowTable, &mut Told, &mut Diagnostics),
    ) {
        for entry in self.entries.clone() {
            let place = self.archive.place(&entry);
            let mut found = Diagnostics::new();
            let file = entry.rsplit('/').next().unwrap_or_default();
            let read = self.archive.stream(&entry, diagnostics, |stream, _| {
                sets(stream, &SETS, |set| {
                    let record = record(&set, file, &place, flows, self.reference, told, &mut found);
                    if let Some(record) = record {
                        look(record, flows, told, &mut found);
                    }
                })
            });
            let Some(read) = read else { continue };
            diagnostics.extend(found);
            match read {
                Ok(seen) if seen.sets == 0 && !self.others.contains(&entry) => {
                    self.others.push(entry.clone());
                }
                Ok(_) => {}
                Err(why) => {
                    let message = format!("the XML cannot be read: {why}");
                    diagnostics.push(Diagnostic::error(codes::BAD_SYNTAX, message).at(place).hint(HINT));
                }
            }
        }
    }
}

fn record(
    set: &Element,
    file: &str,
    place: &Place,
    flows: &mut FlowTable,
    reference: &Reference,
    told: &mut Told,
    diagnostics: &mut Diagnostics,
) -> Option<Record> {
    if set.name == "dataset" {
        one::record(set, file, place, flows, reference, told, diagnostics)
    } else {
        two::record(set, file, place, flows, reference, told, diagnostics)
    }
}

/// The code of a place; what is not known is told.
fn region(location: &str, reference: &Reference, told: &mut Told) -> String {
    places::region(location, reference).unwrap_or_else(|world| {
        let said = if location.is_empty() { "no place" } else { location };
        told.tally(format!("processes of {said}: no code of ours, so that they are in 001, the world"));
        world
    })
}

/// The file, and the years that it is valid for.
fn source(file: &str, period: Option<&Element>) -> String {
    let year = |names: [&str; 3]| {
        let period = period?;
        let text = names.iter().find_map(|name| period.get(name).or_else(|| period.text_at(&[name])))?;
        text.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit())).map(str::to_owned)
    };
    match (year(["startDate", "startYear", "startYearMonth"]), year(["endDate", "endYear", "endYearMonth"])) {
        (Some(from), Some(until)) if from != until => format!("{file}, valid {from} to {until}"),
        (Some(year), _) | (None, Some(year)) => format!("{file}, valid {year}"),
        (None, None) => file.to_owned(),
    }
}

pub(super) fn import(
    settings: &Ecospold,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    let archive = Archive::open(&settings.path, &ENDINGS, HINT, diagnostics)?;
    let is_set = |name: &&str| ENDINGS.iter().any(|ending| name.to_lowercase().ends_with(ending));
    let entries: Vec<String> = archive.names().filter(is_set).map(str::to_owned).collect();
    let (title, label) = (archive.title(), archive.label().to_owned());
    if entries.is_empty() {
        diagnostics.push(archive.lacks("there is no file in it that ends in .spold or .xml"));
        return None;
    }
    let table = match &settings.flows.table {
        Some(source) => Characterisation::read(source.clone(), reference, diagnostics)?,
        None => Characterisation::default(),
    };
    let is_own_table = settings.flows.table.is_some();
    let targets =
        Targets::new(table, is_own_table, settings.flows.leave_others, Method::default(), reference);
    let about = About {
        title: format!("ecoSpold database {title}"),
        description:
            "Processes of a life-cycle inventory database: what each takes of the others and causes (flows)."
                .to_owned(),
        producer: "not stated: a database in ecoSpold".to_owned(),
        geography: "as the processes state".to_owned(),
        is_zero_where_absent: true,
        ..About::default()
    };
    let choices = Choices { about, prefix: "ecospold-", title: label };
    let mut data = DataSets { archive, entries, reference, others: Vec::new() };
    let flows = FlowTable::default();
    let mut told = write(&mut data, flows, targets, &choices, batch, reference, diagnostics)?;
    if !data.others.is_empty() {
        told.note(format!("not read, for they hold no data set: {}", data.others.join(", ")));
    }
    Some(told)
}
