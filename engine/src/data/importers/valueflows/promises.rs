//! What was promised: agreements, commitments and claims, by which events belong together.

use std::collections::{BTreeMap, BTreeSet};

use super::super::draft::{Record, record};
use super::super::names::last_part;
use super::Work;
use super::graph::Thing;

/// Agreements by what is bound to them.
#[derive(Debug, Default)]
pub(super) struct Promises {
    /// Address of the agreement by that of a commitment.
    of_commitment: BTreeMap<String, String>,
    /// Claims by the event that triggered them.
    of_trigger: BTreeMap<String, String>,
    claims: BTreeSet<String>,
    /// Agreements with at least one commitment.
    committed: BTreeSet<String>,
}

/// Properties by which a thing says which agreement it belongs to.
const CLAUSES: [&str; 2] = ["clauseOf", "reciprocalClauseOf"];
const REALIZATIONS: [&str; 2] = ["realizationOf", "reciprocalRealizationOf"];

/// The agreement that a thing states, or lies in.
fn bound(thing: &Thing, properties: [&str; 2], nested: [&str; 2]) -> Option<String> {
    let stated = properties.iter().map(|name| thing.link(name)).find(|address| !address.is_empty());
    let within = || thing.within.as_ref().filter(|(name, _)| nested.contains(&name.as_str()));
    stated.or_else(|| within().map(|(_, address)| address.clone()))
}

impl Promises {
    /// Reads commitments and claims.
    pub(super) fn new(things: &[&Thing]) -> Self {
        let mut promises = Self::default();
        for thing in things {
            match thing.kind.as_str() {
                "Commitment" => {
                    if let Some(agreement) = bound(thing, CLAUSES, ["stipulates", "stipulatesReciprocal"]) {
                        promises.committed.insert(agreement.clone());
                        promises.of_commitment.entry(thing.id.clone()).or_insert(agreement);
                    }
                }
                "Claim" => {
                    promises.claims.insert(thing.id.clone());
                    promises.of_trigger.entry(thing.link("triggeredBy")).or_insert(thing.id.clone());
                }
                _ => {}
            }
        }
        promises
    }

    /// The agreement of an event: its own, that of the commitment it fulfils, or the claim that it settles or caused.
    pub(super) fn of_event(&self, event: &Thing) -> Option<String> {
        let own = bound(event, REALIZATIONS, ["realizes", "realizesReciprocal"]);
        let fulfilled = || event.links("fulfills").iter().find_map(|id| self.of_commitment.get(id).cloned());
        let settled = || Some(event.link("settles")).filter(|claim| self.claims.contains(claim));
        let caused = || self.of_trigger.get(&event.id).cloned().filter(|_| !event.id.is_empty());
        own.or_else(fulfilled).or_else(settled).or_else(caused)
    }

    fn is_promised(&self, agreement: &str) -> bool {
        self.committed.contains(agreement) || self.claims.contains(agreement)
    }
}

impl Work<'_, '_> {
    /// Agreements that flows name: contracted where something was promised, or where both sides gave.
    pub(super) fn agreements(&mut self, things: &[&Thing], promises: &Promises) {
        let mut sides: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
        for flow in &self.draft.flows {
            let cell = |column: &str| flow.get(column).cloned().unwrap_or_default();
            sides.entry(cell("agreement")).or_default().insert((cell("from"), cell("to")));
        }
        let described: BTreeMap<&str, &Thing> = things
            .iter()
            .filter(|t| ["Agreement", "Claim"].contains(&t.kind.as_str()))
            .map(|t| (t.id.as_str(), *t))
            .collect();
        for (address, id) in self.ids.agreements.pairs() {
            let Some(sides) = sides.get(&id) else { continue };
            let both = sides.iter().any(|(from, to)| sides.contains(&(to.clone(), from.clone())));
            let is_contracted = both || promises.is_promised(&address);
            let thing = described.get(address.as_str()).copied();
            let [name, note] = ["name", "note"].map(|name| thing.map(|t| t.text(name)).unwrap_or_default());
            let mut cells: Record = Record::new();
            for (column, cell) in thing.into_iter().flat_map(Thing::own) {
                cells.insert(column.to_owned(), cell.to_owned());
            }
            let source = if address.starts_with("urn:truecost:") { "" } else { address.as_str() };
            // Where a dataset of ours was written out, it says itself what was contracted.
            let contracted = if is_contracted && !source.is_empty() { "yes" } else { "" };
            let name = if name.is_empty() { note } else { name };
            for (column, cell) in
                record([("id", id.as_str()), ("name", name), ("contracted", contracted), ("source", source)])
            {
                cells.entry(column).or_insert(cell);
            }
            self.draft.agreements.insert(id, cells);
        }
    }

    /// The id of the agreement of an address.
    pub(super) fn agreement_of(&mut self, address: &str) -> String {
        self.ids.agreements.id(address, last_part(address))
    }
}
