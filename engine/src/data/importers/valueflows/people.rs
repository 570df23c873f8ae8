//! Agents, and their memberships.

use super::super::draft::{Record, record};
use super::super::names::last_part;
use super::Work;
use super::graph::{OWN, Thing};

impl Work<'_, '_> {
    /// An agent that is described.
    pub(super) fn agent(&mut self, thing: &Thing) {
        self.told.take("agents");
        if thing.id.is_empty() {
            return;
        }
        let mut cells: Record =
            thing.own().map(|(column, cell)| (column.to_owned(), cell.to_owned())).collect();
        let kind = match thing.kind.as_str() {
            "Person" => "person",
            "EcologicalAgent" => "ecosystem",
            _ => "",
        };
        for (column, cell) in record([("name", thing.text("name")), ("kind", kind)]) {
            cells.entry(column).or_insert(cell);
        }
        self.agent_of(&thing.id, cells);
    }

    /// The id of the agent of an address.
    pub(super) fn agent_of(&mut self, address: &str, mut cells: Record) -> String {
        let id = self.ids.agents.id(address, last_part(address));
        if last_part(address) != address && !address.starts_with("urn:truecost:") {
            cells.entry("source".to_owned()).or_insert_with(|| address.to_owned());
        }
        self.draft.agent(&id, cells);
        id
    }

    /// A membership, in our own words.
    pub(super) fn membership(&mut self, thing: &Thing) {
        self.told.take("memberships");
        let mut cells: Record =
            thing.own().map(|(column, cell)| (column.to_owned(), cell.to_owned())).collect();
        let [agent, body] = ["agent", "body"].map(|column| {
            cells.remove(column);
            self.agent_of(&thing.link(&format!("{OWN}{column}")), Record::new())
        });
        self.draft.memberships.insert((agent, body, cells));
    }
}
