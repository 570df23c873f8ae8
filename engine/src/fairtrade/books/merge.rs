//! The tables of a flow dataset: what the records make, beside what the dataset states itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::progress::Progress;
use crate::data::cells::{Cells, RowRef};
use crate::data::coop::records::Records;
use crate::data::flows::FlowData;
use crate::data::importers::Sheet;
use crate::data::manifest::Manifest;
use crate::data::reference::Reference;
use crate::data::schema;
use crate::data::source::{Opened, Source};

use super::amounts::Amounts;
use super::grid::Grid;
use super::record_flows::{Names, record_flows};

/// Tables with the records that their rows were made of.
pub(super) struct Merged {
    tables: BTreeMap<&'static str, (Sheet, Vec<RowRef>)>,
    /// How many rows of each the dataset states itself: they come first.
    own: BTreeMap<&'static str, usize>,
    /// Ids of flows that the dataset states itself.
    pub(super) stated: BTreeSet<String>,
    /// Names of the products of the supply tables, by their ids.
    pub(super) products: BTreeMap<String, String>,
}

/// Makes the tables.
pub(super) fn merge(
    opened: &mut Opened,
    records: &Records,
    amounts: &Amounts,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Merged {
    let mut stated =
        |schema, diagnostics: &mut Diagnostics| Grid::stated(schema, opened, progress, diagnostics);
    let mut agents = stated(&schema::AGENTS, diagnostics);
    let mut flows = stated(&schema::FLOWS, diagnostics);
    let mut memberships = stated(&schema::MEMBERSHIPS, diagnostics);
    let mut resources = stated(&schema::RESOURCES, diagnostics);
    let others = [&schema::AGREEMENTS, &schema::FLOW_UNITS, &schema::ACCOUNTS, &schema::WAGES]
        .map(|schema| (schema.table, stated(schema, diagnostics)));
    let products = products(opened, progress, diagnostics);
    named_resources(opened, &flows, &resources, diagnostics);
    let ids: BTreeSet<String> = flows.column("id").map(str::to_owned).collect();
    let own = [&agents, &flows, &memberships, &resources].map(|grid| (grid.table(), grid.records.len()));
    add_agents(&mut agents, opened, records);
    let tied = add_memberships(&mut memberships, records);
    let names = add_resources(&mut resources, opened, records, (&products, tied));
    record_flows(&mut flows, records, amounts, &names, ids.clone());
    let tables =
        [("agents", agents), ("flows", flows), ("memberships", memberships), ("resources", resources)];
    // What is absent and what has no row are not the same.
    let others = others.into_iter().filter(|(table, _)| opened.has(table));
    let tables = tables.into_iter().chain(others).map(|(table, grid)| (table, grid.sheet())).collect();
    Merged { tables, own: own.into(), stated: ids, products }
}

/// Names of the products of the co-op's supply tables, by their ids; none where a row could not even be read.
fn products(
    opened: &mut Opened,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, String> {
    if !opened.has("products") {
        return BTreeMap::new();
    }
    let named = opened.read(&schema::PRODUCTS, progress, diagnostics, |bound, _| {
        let name = |row: Cells<'_>| {
            let id = row.text("id")?.to_owned();
            let name = row.text("name").unwrap_or_default().to_owned();
            Some((id, name))
        };
        if bound.table().dropped { BTreeMap::new() } else { bound.collect(name) }
    });
    named.unwrap_or_default()
}

/// What flows of the dataset name must be told apart from what the records name.
fn named_resources(opened: &Opened, flows: &Grid, resources: &Grid, diagnostics: &mut Diagnostics) {
    let named = flows.column("resource").any(|text| !text.is_empty());
    if named && resources.is_empty() {
        let message = "`flows` names resources, and the dataset has no table `resources`";
        let hint = "add a resources.csv with `id` and `kind` (money, goods_services, …) of each";
        let place = Place::file(opened.source.file_label("resources.csv"));
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
    }
}

/// The co-op, its fund and its producers, unless the dataset says itself who they are.
fn add_agents(agents: &mut Grid, opened: &Opened, records: &Records) {
    let known: BTreeSet<String> = agents.column("id").map(str::to_owned).collect();
    let settings = &records.settings;
    let manifest = || RowRef { file: opened.source.file_label("manifest.toml"), row: 1 };
    if !known.contains(&settings.agent) {
        let id = settings.agent.as_str();
        let cells = [("id", id), ("name", &settings.name), ("kind", "coop"), ("control", id)];
        agents.add_cells(manifest(), &cells);
    }
    if !known.contains(&settings.fund) {
        let id = settings.fund.as_str();
        agents.add_cells(manifest(), &[("id", id), ("kind", "federation_fund"), ("control", id)]);
    }
    for producer in records.producers.iter().filter(|producer| !known.contains(&producer.id)) {
        let cells = [("id", producer.id.as_str()), ("name", &producer.name), ("kind", "person")];
        agents.add_cells(producer.row.clone(), &cells);
    }
}

/// Members of the co-op, unless the dataset says itself since when: those are the answer.
fn add_memberships(memberships: &mut Grid, records: &Records) -> BTreeSet<String> {
    let body = records.settings.agent.as_str();
    let stated: BTreeSet<String> = memberships
        .column("agent")
        .zip(memberships.column("body"))
        .filter(|(_, of)| *of == body)
        .map(|(agent, _)| agent.to_owned())
        .collect();
    for producer in records.producers.iter().filter(|producer| !stated.contains(&producer.id)) {
        let Some((since, until)) = producer.member else { continue };
        let (since, until) = (since.to_string(), until.map(|until| until.to_string()).unwrap_or_default());
        let cells = [("agent", producer.id.as_str()), ("body", body), ("from", &since), ("until", &until)];
        memberships.add_cells(producer.row.clone(), &cells);
    }
    stated
}

/// What passes: the products, money, and services of the co-op.
fn add_resources(
    resources: &mut Grid,
    opened: &Opened,
    records: &Records,
    (supply, tied): (&BTreeMap<String, String>, BTreeSet<String>),
) -> Names {
    let known: BTreeSet<String> = resources.column("id").map(str::to_owned).collect();
    let delivered: BTreeMap<&str, &RowRef> =
        records.deliveries.iter().rev().map(|delivery| (delivery.product.as_str(), &delivery.row)).collect();
    for (product, row) in delivered.iter().filter(|(product, _)| !known.contains(**product)) {
        let of_supply = if supply.contains_key(*product) { product } else { "" };
        add_resource(resources, (*row).clone(), product, "goods_services", of_supply);
    }
    let manifest = RowRef { file: opened.source.file_label("manifest.toml"), row: 1 };
    let mut other = |noun: &str, kind: &str| {
        if known.contains(noun) && resources.cell(noun, "kind") == Some(kind) {
            return noun.to_owned();
        }
        let is_free = |id: &String| !known.contains(id) && !delivered.contains_key(id.as_str());
        let numbered = (2..).map(|n: usize| format!("{noun}-{n}"));
        let id = std::iter::once(noun.to_owned()).chain(numbered).find(is_free).unwrap_or_default();
        add_resource(resources, manifest.clone(), &id, kind, "");
        id
    };
    Names { money: other("money", "money"), service: other("services", "goods_services"), tied }
}

fn add_resource(resources: &mut Grid, row: RowRef, id: &str, kind: &str, product: &str) {
    let cells = [
        ("id", id),
        ("kind", kind),
        ("rival", "yes"),
        ("excludable", "yes"),
        ("licence", "none"),
        ("product", product),
    ];
    resources.add_cells(row, &cells);
}

impl Merged {
    /// Is there no flow?
    pub(super) fn is_empty(&self) -> bool {
        self.tables.get("flows").is_none_or(|(sheet, _)| sheet.is_empty())
    }

    /// Reads the tables as a flow dataset. Problems are reported where the records stand; unless the records are whole,
    /// only those of rows that the dataset states itself.
    pub(super) fn read(
        self,
        opened: &Opened,
        is_whole: bool,
        (reference, progress): (&Reference, &dyn Progress),
        diagnostics: &mut Diagnostics,
    ) -> Option<FlowData> {
        let name = opened.source.name.clone();
        let (mut sheets, mut records) = (BTreeMap::new(), BTreeMap::new());
        for (table, (sheet, rows)) in self.tables {
            sheets.insert(table.to_owned(), vec![sheet.batch()]);
            records.insert(format!("{name}/{table}"), rows);
        }
        let source = Source::tables(&name, manifest(&opened.manifest), sheets);
        let mut found = Diagnostics::new();
        let data = FlowData::read(source, reference, progress, &mut found);
        let origins = Origins { records, own: self.own, name: &name, opened };
        let heard = |diagnostic: &&Diagnostic| is_whole || origins.is_own(diagnostic.place.as_ref());
        for diagnostic in found.since(0).iter().filter(heard) {
            let place = diagnostic.place.clone().map(|place| origins.place(place));
            diagnostics.push(Diagnostic { place, ..diagnostic.clone() });
        }
        let mut data = data?;
        origins.rewrite(&mut data);
        data.supply = opened.supply();
        data.manifest = opened.manifest.clone();
        data.hash = opened.hash();
        Some(data)
    }
}

/// The text of the manifest that the tables are read with.
fn manifest(manifest: &Manifest) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = String::from("kind = \"flows\"\n");
    let fields = [
        ("title", &manifest.title),
        ("producer", &manifest.producer),
        ("citation", &manifest.citation),
        ("version", &manifest.version),
        ("geography", &manifest.geography),
    ];
    for (field, value) in fields {
        text.push_str(&format!("{field} = {}\n", quoted(value)));
    }
    let licence = &manifest.licence;
    text.push_str(&format!(
        "licence = {{ name = {}, redistribute = {} }}\n[flows.stated]\n",
        quoted(&licence.name),
        licence.redistribute
    ));
    for (column, value) in &manifest.flows.stated {
        text.push_str(&format!("{} = {}\n", quoted(column), quoted(value)));
    }
    text
}

/// Where rows of tables in memory come from.
struct Origins<'a> {
    records: BTreeMap<String, Vec<RowRef>>,
    own: BTreeMap<&'static str, usize>,
    name: &'a str,
    opened: &'a Opened,
}

impl Origins<'_> {
    fn row(&self, row: &RowRef) -> Option<RowRef> {
        let at = usize::try_from(row.row).ok()?.checked_sub(1)?;
        self.records.get(&*row.file)?.get(at).cloned()
    }

    /// Is it a row that the dataset states itself, of a table that records make rows of?
    fn is_own(&self, place: Option<&Place>) -> bool {
        let Some(place) = place else { return false };
        let table = place.file.strip_prefix(self.name).and_then(|rest| rest.strip_prefix('/'));
        match (table.map(|table| self.own.get(table)), place.row) {
            (Some(Some(own)), Some(row)) => row <= *own as u64,
            (Some(Some(_)), None) | (None, _) => false,
            (Some(None), _) => true,
        }
    }

    fn place(&self, place: Place) -> Place {
        let row = place.row.map(|row| RowRef { file: place.file.as_str().into(), row });
        if let Some(found) = row.and_then(|row| self.row(&row)) {
            // A record has other columns than the flow that is made of it.
            let column = place.column.clone().filter(|_| self.is_own(Some(&place)));
            return Place { column, ..found.place() };
        }
        match place.file.strip_prefix(self.name).and_then(|rest| rest.strip_prefix('/')) {
            Some("manifest.toml") => Place { file: self.opened.source.file_label("manifest.toml"), ..place },
            Some(table) => Place { file: self.opened.source.file_label(&format!("{table}.csv")), ..place },
            None => place,
        }
    }

    /// Lets every row of a dataset say which record it was made of.
    fn rewrite(mut self, data: &mut FlowData) {
        let flows = self.records.remove(&format!("{}/flows", self.name)).unwrap_or_default();
        data.flows.come_from(flows);
        let rows = data.agents.iter_mut().map(|agent| &mut agent.row);
        let rows = rows.chain(data.memberships.iter_mut().map(|membership| &mut membership.row));
        let rows = rows.chain(data.resources.iter_mut().flatten().map(|resource| &mut resource.row));
        let rows = rows.chain(data.agreements.iter_mut().map(|agreement| &mut agreement.row));
        let rows = rows.chain(data.wages.iter_mut().map(|wage| &mut wage.row));
        for row in rows {
            if let Some(found) = self.row(row) {
                *row = found;
            }
        }
    }
}
