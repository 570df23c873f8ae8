//! Databases of inventories, whatever their format, as supply datasets: processes are read twice, first who makes what,
//! then all of it, one process at a time.

pub(super) mod causal;
pub(super) mod formula;
pub(super) mod makers;
pub(super) mod model;
pub(super) mod parameters;
pub(super) mod places;
pub(super) mod spread;
pub(super) mod targets;
mod write;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::reference::Reference;
use crate::data::write::Batch;

use super::about::About;
use super::draft::Draft;
use makers::Makers;
use model::{FlowTable, Record};
use targets::Targets;
use write::Writer;

/// A format: it gives its processes, one by one, as often as it is asked, in the same order.
pub(super) trait Database {
    /// Reads all processes. What is left out is told.
    fn each(
        &mut self,
        flows: &mut FlowTable,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
        look: &mut dyn FnMut(Record, &FlowTable, &mut Told, &mut Diagnostics),
    );
}

/// What is chosen for all formats.
#[derive(Clone, Debug)]
pub(super) struct Choices {
    pub(super) about: About,
    /// What ids of indicators of the dataset's own begin with.
    pub(super) prefix: &'static str,
    /// What the source is called.
    pub(super) title: String,
}

/// Makes the dataset.
pub(super) fn import(
    database: &mut dyn Database,
    mut flows: FlowTable,
    mut targets: Targets,
    choices: &Choices,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    let mut makers = Makers::default();
    database.each(
        &mut flows,
        &mut Told::new("exchanges"),
        diagnostics,
        &mut |record, flows, _, diagnostics| {
            makers.add(&record, flows, diagnostics);
        },
    );
    if makers.is_empty() && !diagnostics.has_errors() {
        let message = "there is no process in it that makes something";
        let hint = "a database with processes is needed: methods, flows or sources alone are none";
        let place = Place::file(&choices.title);
        diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(place).hint(hint));
    }
    if diagnostics.has_errors() {
        return None;
    }
    makers.settle(&flows);
    targets.settle(&makers);
    let mut told = Told::new("exchanges");
    let mut writer =
        Writer::new(Draft::new(batch, "exchanges", &*choices.title), makers, targets, choices, reference);
    database.each(&mut flows, &mut told, diagnostics, &mut |record, flows, told, diagnostics| {
        writer.process(&record, flows, told, diagnostics);
    });
    writer.finish(told, diagnostics)
}
