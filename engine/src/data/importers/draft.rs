//! A flow dataset in the making.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::schema::{self, Schema};

use super::told::Told;
use super::{Imported, Sheet};

/// A row: its cells by column.
pub(super) type Record = BTreeMap<String, String>;

/// A row of cells; empty ones are left out.
pub(super) fn record<'a>(cells: impl IntoIterator<Item = (&'a str, &'a str)>) -> Record {
    let filled = cells.into_iter().filter(|(_, cell)| !cell.is_empty());
    filled.map(|(column, cell)| (column.to_owned(), cell.to_owned())).collect()
}

/// What a flow may state and an importer seldom knows: the columns are there, so that the manifest may state it.
const OPEN: [&str; 10] = [
    "agreement",
    "resource",
    "price_basis",
    "counterflow_kind",
    "contracted",
    "compelled",
    "relation",
    "access_scope",
    "rival",
    "excludable",
];

/// The tables so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) agents: BTreeMap<String, Record>,
    pub(super) flows: Vec<Record>,
    pub(super) agreements: BTreeMap<String, Record>,
    pub(super) memberships: BTreeSet<(String, String, Record)>,
    pub(super) resources: BTreeMap<String, Record>,
    pub(super) units: BTreeMap<String, Record>,
    pub(super) accounts: BTreeMap<(String, String), Record>,
    pub(super) wages: Vec<Record>,
    /// What holds of every flow whose cell is empty.
    pub(super) stated: BTreeMap<String, String>,
    /// What every result must show.
    pub(super) caveat: String,
}

/// What the manifest says of where it is from.
pub(super) struct About<'a> {
    pub(super) title: &'a str,
    pub(super) description: String,
}

impl Draft {
    /// An agent by id; what is known of it is added to what was known.
    pub(super) fn agent(&mut self, id: &str, cells: Record) {
        let agent = self.agents.entry(id.to_owned()).or_default();
        agent.insert("id".to_owned(), id.to_owned());
        for (column, cell) in cells {
            agent.entry(column).or_insert(cell);
        }
    }

    /// All of it.
    pub(super) fn finish(mut self, about: &About, told: Told) -> Imported {
        let kept: BTreeSet<String> = OPEN.map(str::to_owned).into();
        let who: BTreeSet<String> =
            ["name", "kind", "household", "commune", "control"].map(str::to_owned).into();
        let none = BTreeSet::new();
        // What is stated of all flows counts only where the other places that could state it are there.
        let agreed: BTreeSet<String> =
            ["price_basis", "contracted", "compelled", "access_scope"].map(str::to_owned).into();
        let things: BTreeSet<String> = ["rival", "excludable"].map(str::to_owned).into();
        for id in self.flows.iter().filter_map(|flow| flow.get("agreement")) {
            let named = || record([("id", id.as_str())]);
            self.agreements.entry(id.clone()).or_insert_with(named);
        }
        // What is stated of ties counts only where the table of memberships is there.
        let says_ties = self.stated.contains_key("relation");
        let manifest = manifest(about, &self.caveat, &self.stated);
        let membership = |(agent, body, mut record): (String, String, Record)| {
            record.insert("agent".to_owned(), agent);
            record.insert("body".to_owned(), body);
            record
        };
        let all = [
            (&schema::AGENTS, self.agents.into_values().collect(), &who),
            (&schema::FLOWS, self.flows, &kept),
            (&schema::AGREEMENTS, self.agreements.into_values().collect(), &agreed),
            (&schema::MEMBERSHIPS, self.memberships.into_iter().map(membership).collect(), &none),
            (&schema::RESOURCES, self.resources.into_values().collect(), &things),
            (&schema::FLOW_UNITS, self.units.into_values().collect(), &none),
            (&schema::ACCOUNTS, self.accounts.into_values().collect(), &none),
            (&schema::WAGES, self.wages, &none),
        ];
        let filled = all.into_iter().filter(|(schema, records, _): &(&Schema, Vec<Record>, _)| {
            schema.required || !records.is_empty() || (says_ties && schema.table == "memberships")
        });
        let tables = filled.map(|(schema, records, kept)| (schema.table, Sheet::new(schema, &records, kept)));
        Imported { manifest, tables: tables.collect(), told }
    }
}

/// The text of a manifest that says what is known, and that the rest is not.
fn manifest(about: &About, caveat: &str, stated: &BTreeMap<String, String>) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = String::from("kind = \"flows\"\n");
    text.push_str(&format!("title = {}\n", quoted(about.title)));
    text.push_str(&format!("description = {}\n", quoted(&about.description)));
    if !caveat.is_empty() {
        text.push_str(&format!("caveat = {}\n", quoted(caveat)));
    }
    text.push_str("producer = \"not stated: files of the user\"\n");
    text.push_str(&format!("citation = {}\n", quoted(&format!("{}, imported by truecost", about.title))));
    text.push_str("version = \"not stated\"\ngeography = \"not stated\"\n");
    text.push_str("licence = { name = \"not stated: files of the user\", redistribute = false }\n");
    text.push_str("\n# What holds of every flow whose cell is empty; it counts as stated.\n[flows.stated]\n");
    for (column, value) in stated {
        text.push_str(&format!("{column} = {}\n", quoted(value)));
    }
    text
}
