//! Flow datasets: agents, what passes between them, and what is stated about it.

mod accounts;
mod agents;
mod agreements;
pub mod class;
mod constants;
mod corrections;
pub mod field;
mod flow_table;
mod ids;
mod memberships;
mod resources;
mod terms;
mod units;
mod wages;
mod words;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::progress::Progress;

use super::bound::Bound;
use super::manifest::{Kind, Manifest};
use super::reference::Reference;
use super::schema::{self, Schema};
use super::source::{Opened, Source};

pub use accounts::Account;
pub use agents::Agent;
pub use agreements::Agreement;
pub use class::{Class, Declared, Regime};
pub use constants::Constants;
pub use corrections::Corrections;
pub use field::{Features, Field, UNKNOWN};
pub use flow_table::{FlowTable, NONE, When};
pub use memberships::Membership;
pub use resources::Resource;
pub use terms::{Part, Terms};
pub use units::{Demurrage, Every, FlowUnit, FlowUnits, Limits};
pub use wages::{Basis, Wage};

/// A flow dataset: tables sorted by their keys.
#[derive(Clone, Debug)]
pub struct FlowData {
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// Content hash.
    pub hash: String,
    /// Agents.
    pub agents: Vec<Agent>,
    /// Flows.
    pub flows: FlowTable,
    /// Agreements: those of the table, or those that flows name where there is none.
    pub agreements: Vec<Agreement>,
    /// Memberships.
    pub memberships: Vec<Membership>,
    /// Resources; `None`: the dataset has no such table.
    pub resources: Option<Vec<Resource>>,
    /// Units.
    pub units: FlowUnits,
    /// Opening balances and limits.
    pub accounts: Vec<Account>,
    /// What an hour of work is worth.
    pub wages: Vec<Wage>,
    /// The supply dataset that the manifest names.
    pub supply: Option<PathBuf>,
    /// What the manifest states of every flow whose cell is empty, and where it counts.
    pub constants: Constants,
}

impl FlowData {
    /// Reads a dataset; every problem of every table is reported.
    pub fn read(
        source: Source,
        reference: &Reference,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut opened = source.open(Kind::Flows, diagnostics)?;
        let stated = constants(&opened, diagnostics);
        let columns = RefCell::new(BTreeSet::new());
        let note = |table: &str, bound: &Bound, schema: &Schema| {
            let there = schema.columns.iter().filter(|column| bound.column(column.name).is_some());
            columns.borrow_mut().extend(there.map(|column| format!("{table}.{}", column.name)));
        };
        let mut reader = Reader { opened: &mut opened, progress, diagnostics };
        let agents = reader.table(&schema::AGENTS, |bound, found| {
            note("agents", bound, &schema::AGENTS);
            agents::agents(bound, reference, found)
        });
        let units = reader.table(&schema::FLOW_UNITS, FlowUnits::read).unwrap_or_default();
        let licences = &reference.licences;
        let resources = reader.table(&schema::RESOURCES, |bound, found| {
            note("resources", bound, &schema::RESOURCES);
            resources::resources(bound, reference, found)
        });
        let wages = reader.table(&schema::WAGES, wages::wages).unwrap_or_default();
        let agreements = reader.table(&schema::AGREEMENTS, |bound, found| {
            note("agreements", bound, &schema::AGREEMENTS);
            agreements::agreements(bound, found)
        });
        let memberships = reader.table(&schema::MEMBERSHIPS, memberships::memberships);
        let has_memberships = memberships.is_some();
        let memberships = memberships.unwrap_or_default();
        let agents = agents.unwrap_or_default();
        check_members(&memberships, &agents, diagnostics);
        units.check(&agents, diagnostics);
        let accounts = opened.read(&schema::ACCOUNTS, progress, diagnostics, |bound, found| {
            accounts::accounts(bound, (&agents, &units, reference), found)
        });
        wages::check_agents(&wages, &agents, diagnostics);
        let supply = opened.supply();
        // A flow may name an agreement that nobody says more about.
        let flows = opened.read(&schema::FLOWS, progress, diagnostics, |bound, diagnostics| {
            let agreements = agreements.unwrap_or_else(|| agreements::named(bound));
            let known = terms::Known { reference, licences, units: &units, resources: resources.as_deref() };
            let others = (agents.as_slice(), agreements.as_slice());
            note("flows", bound, &schema::FLOWS);
            (FlowTable::read(bound, others, known, diagnostics), agreements)
        });
        let (flows, agreements) = flows.unwrap_or_default();
        let columns = columns.into_inner();
        let has =
            |column: &str| if column == "memberships" { has_memberships } else { columns.contains(column) };
        let constants = Constants::new(stated, has);
        Some(Self {
            name: opened.source.name.clone(),
            hash: opened.hash(),
            manifest: opened.manifest,
            agents,
            flows,
            agreements,
            memberships,
            resources,
            units,
            accounts: accounts.unwrap_or_default(),
            wages,
            supply,
            constants,
        })
    }
}

struct Reader<'a> {
    opened: &'a mut Opened,
    progress: &'a dyn Progress,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn table<T>(
        &mut self,
        schema: &'static Schema,
        read: impl FnOnce(&Bound, &mut Diagnostics) -> T,
    ) -> Option<T> {
        self.opened.read(schema, self.progress, self.diagnostics, read)
    }
}

/// What the manifest states of every flow whose cell is empty.
fn constants(opened: &Opened, diagnostics: &mut Diagnostics) -> Features {
    let mut constants = Features::default();
    for (column, value) in &opened.manifest.flows.stated {
        let field = Field::STATED.into_iter().find(|field| field.name() == column);
        let (message, hint) = match field.map(|field| (field, field.code(value))) {
            Some((field, Some(code))) => {
                constants = constants.with(field, code);
                continue;
            }
            Some((field, None)) => (
                format!("`flows.stated`: `{value}` is not a value of `{column}`"),
                format!("one of {}", field.values().join(", ")),
            ),
            None => (
                format!("`flows.stated`: `{column}` cannot be stated of all flows"),
                format!("one of {}", Field::STATED.map(Field::name).join(", ")),
            ),
        };
        let place = Place::file(opened.source.file_label("manifest.toml"));
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }
    constants
}

/// Members and bodies are agents.
fn check_members(memberships: &[Membership], agents: &[Agent], diagnostics: &mut Diagnostics) {
    for membership in memberships {
        for (column, id) in [("agent", &membership.agent), ("body", &membership.body)] {
            if agents.binary_search_by(|agent| agent.id.cmp(id)).is_err() {
                let hint = match diagnostics.nearest(id, agents.iter().map(|agent| agent.id.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "add it to the table `agents`".to_owned(),
                };
                let place = membership.row.place().column(column);
                let message = format!("there is no agent `{id}`");
                diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
            }
        }
    }
}
