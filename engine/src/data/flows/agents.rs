//! Agents: who gives and who receives.

use crate::base::diagnostic::Diagnostics;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;
use crate::data::reference::Reference;

use super::field::Field;
use super::words::coded;

/// An agent.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Id.
    pub id: String,
    /// Name; the id where none is given.
    pub name: String,
    /// Its kind: a value of [`Field::FromKind`].
    pub kind: u8,
    /// The household it lives in.
    pub household: Option<String>,
    /// The commune it lives in.
    pub commune: Option<String>,
    /// Who controls it.
    pub control: Option<String>,
    /// Where it is.
    pub region: Option<String>,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by id.
pub(super) fn agents(bound: &Bound, reference: &Reference, diagnostics: &mut Diagnostics) -> Vec<Agent> {
    let mut agents: Vec<Agent> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let kind = coded(&row, "kind", Field::FromKind, diagnostics);
        let household = row.optional_id("household", diagnostics);
        let commune = row.optional_id("commune", diagnostics);
        let control = row.optional_id("control", diagnostics);
        let region = row.optional_region("region", &reference.regions, diagnostics);
        let id = id?;
        let name = row.text("name").unwrap_or(&id).to_owned();
        Some(Agent { id, name, kind, household, commune, control, region, row: row.row_ref() })
    });
    agents.sort_by(|a, b| a.id.cmp(&b.id));
    agents.dedup_by(|a, b| a.id == b.id);
    agents
}
