//! Valueflows 1.0, as JSON-LD or YAML: events in which something passed become flows; promises, plans and recipes do
//! not, and are told.

mod event;
mod graph;
mod measure;
mod people;
mod promises;
mod resource;
mod time;

use std::collections::BTreeMap;

use crate::base::currency::Currency as Iso;
use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;

use super::draft::{About, Draft, record};
use super::names::Names;
use super::tree::{self, Node};
use super::{Imported, Input, Told};

use graph::{Document, Finder, Thing};

/// What somebody states of a resource: that it is a currency, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency {
    /// Address or name of the resource specification.
    pub resource: String,
    /// ISO 4217, `h`, or an id of one's own.
    pub unit: String,
    /// Kind of a unit of one's own: `currency`, `hours` or `member_credit`.
    pub kind: Option<String>,
}

impl Currency {
    /// Reads `RESOURCE=UNIT` or `RESOURCE=UNIT:KIND`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form =
            "write RESOURCE=UNIT, such as http://www.wikidata.org/entity/Q4916=EUR, or RESOURCE=UNIT:KIND";
        let (resource, unit) = text.rsplit_once('=').ok_or(form)?;
        let (unit, kind) = unit.split_once(':').map_or((unit, None), |(unit, kind)| (unit, Some(kind)));
        let kinds = ["currency", "hours", "member_credit"];
        let known = Iso::from_code(unit).is_some() || unit == "h";
        match kind {
            Some(kind) if !kinds.contains(&kind) => {
                return Err(format!("`{kind}` is not a kind of units: one of {}", kinds.join(", ")));
            }
            None if !known => {
                return Err(format!("`{unit}` is not of ISO 4217: add its kind, `{unit}:member_credit`"));
            }
            _ => {}
        }
        if resource.is_empty() || super::names::slug(unit) != unit {
            return Err(form.to_owned());
        }
        let resource = resource.trim_end_matches('/').to_owned();
        Ok(Self { resource, unit: unit.to_owned(), kind: kind.map(str::to_owned) })
    }

    /// What the resource is where it comes back for something.
    fn resource_kind(&self) -> &'static str {
        match (self.kind.as_deref(), self.unit.as_str()) {
            (Some("hours"), _) | (None, "h") => "hours",
            (Some("member_credit"), _) => "credit",
            _ => "money",
        }
    }
}

/// Ids of each kind of thing by address.
#[derive(Debug, Default)]
struct Ids {
    agents: Names,
    flows: Names,
    agreements: Names,
    resources: Names,
    units: Names,
}

/// All that is at hand while things become rows.
struct Work<'a, 'd> {
    reference: &'a Reference,
    currencies: &'a [Currency],
    ids: Ids,
    draft: Draft,
    told: Told,
    diagnostics: &'d mut Diagnostics,
}

/// Types that are promises, plans or descriptions, with what they are.
const NOT_FLOWS: &[(&str, &str)] = &[
    ("Commitment", "commitments: promises, not flows"),
    ("Intent", "intents: offers and requests, not flows"),
    ("Proposal", "proposals: offers and requests, not flows"),
    ("ProposalList", "lists of proposals, not flows"),
    ("Claim", "claims: promises, not flows"),
    ("Plan", "plans, not flows"),
    ("Process", "processes: what flows go into and come out of"),
    ("ProcessSpecification", "descriptions of processes"),
    ("Recipe", "recipes, not flows"),
    ("RecipeProcess", "recipes, not flows"),
    ("RecipeFlow", "recipes, not flows"),
    ("RecipeExchange", "recipes, not flows"),
    (
        "AgentRelationship",
        "relations of agents, which Valueflows 1.0 has no more: state them in `memberships`",
    ),
    (
        "AgentRelationshipRole",
        "relations of agents, which Valueflows 1.0 has no more: state them in `memberships`",
    ),
    ("EconomicResource", "stocks: what is there, not what passes"),
    ("SpatialThing", "places"),
    ("BatchLotRecord", "lots"),
    ("Unit", "units of measure"),
    ("Measure", "quantities by themselves"),
    ("Action", "actions"),
    ("AgreementBundle", "bundles of agreements"),
];

/// Reads files together: they may name each other's things.
pub(super) fn import(
    files: &[Input],
    currencies: &[Currency],
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Imported> {
    let mut roots: Vec<(&Input, Node)> = Vec::new();
    for file in files {
        let documents = tree::documents(file, diagnostics).unwrap_or_default();
        roots.extend(documents.into_iter().map(|root| (file, root)));
    }
    if diagnostics.has_errors() {
        return None;
    }
    let prefixes: Vec<BTreeMap<String, String>> =
        roots.iter().map(|(_, root)| graph::prefixes(root)).collect();
    let mut finder = Finder { spelt: BTreeMap::new(), diagnostics };
    let mut things = Vec::new();
    for ((file, root), prefixes) in roots.iter().zip(&prefixes) {
        things.extend(finder.things(&Document { file: &file.name, root, prefixes }));
    }
    let spelt = finder.spelt;
    let mut work = Work {
        reference,
        currencies,
        ids: Ids::default(),
        draft: Draft::default(),
        told: Told::new("things"),
        diagnostics,
    };
    for (found, meant) in spelt {
        work.told.note(format!("`{found}` was read as `{meant}`"));
    }
    for (_, root) in &roots {
        work.stated(root);
    }
    work.all(&things);
    let names: Vec<&str> = files.iter().map(Input::file_name).collect();
    let title = names.join(", ");
    let description = format!(
        "Events of Valueflows in which something passed from one agent to another, out of {} things in {title}. \
         Valueflows does not say how an amount came about, what compels whom, or what ties two agents: what is known \
         of that can be stated below, or in the tables.",
        work.told.read()
    );
    let about = About { title: &title, description };
    Some(work.draft.finish(&about, work.told))
}

impl Work<'_, '_> {
    /// What a document of our own states of all flows, and what every result must show.
    fn stated(&mut self, root: &Node) {
        let caveat = root.get(&format!("{}caveat", graph::OWN)).and_then(graph::text);
        if let Some(caveat) = caveat.filter(|caveat| !self.draft.caveat.contains(caveat)) {
            let before = if self.draft.caveat.is_empty() { "" } else { "; " };
            self.draft.caveat.push_str(&format!("{before}{caveat}"));
        }
        let stated = root.get(&format!("{}stated", graph::OWN));
        let Some(super::tree::Value::Map(pairs)) = stated.map(|node| &node.value) else { return };
        for (column, node) in pairs {
            if let Some(cell) = graph::text(node) {
                self.draft.stated.insert(column.trim_start_matches(graph::OWN).to_owned(), cell.to_owned());
            }
        }
    }

    /// Everything becomes a row, or is told.
    fn all(&mut self, things: &[Thing]) {
        let mut events = Vec::new();
        for thing in things {
            match thing.kind.as_str() {
                "EconomicEvent" => events.push(thing),
                "Person" | "Organization" | "EcologicalAgent" | "Agent" => self.agent(thing),
                "ResourceSpecification" => self.told.take("resources"),
                "Agreement" => self.told.take("agreements"),
                "truecost:Membership" => self.membership(thing),
                "truecost:Unit" => self.unit(thing),
                "truecost:Account" => self.account(thing),
                "truecost:Wage" => self.wage(thing),
                kind => match NOT_FLOWS.iter().find(|(name, _)| *name == kind) {
                    Some((_, what)) => self.told.leave(*what, thing.place()),
                    None => self.told.leave(format!("`{kind}`: not of Valueflows 1.0"), thing.place()),
                },
            }
        }
        let things: Vec<&Thing> = things.iter().collect();
        let promises = promises::Promises::new(&things);
        self.events(&events, &things, &promises);
        self.agreements(&things, &promises);
    }

    /// Opening balance and limits of an account, in our own words.
    fn account(&mut self, thing: &Thing) {
        self.told.take("accounts");
        let cells = record(thing.own());
        let cell = |column: &str| cells.get(column).cloned().unwrap_or_default();
        self.draft.accounts.insert((cell("agent"), cell("unit")), cells);
    }

    /// A wage, in our own words.
    fn wage(&mut self, thing: &Thing) {
        self.told.take("wages");
        self.draft.wages.push(record(thing.own()));
    }

    /// A unit of one's own.
    fn unit(&mut self, thing: &Thing) {
        self.told.take("units");
        let id = self.ids.units.id(&thing.id, super::names::last_part(&thing.id));
        let mut cells = record([("id", id.as_str()), ("name", thing.text("name"))]);
        cells.extend(thing.own().map(|(column, cell)| (column.to_owned(), cell.to_owned())));
        self.draft.units.insert(id, cells);
    }
}
