//! Valueflows 1.0 as JSON-LD: agents, specifications of resources, agreements and events. What it has no word for is
//! kept under `truecost:`, so that reading it again gives the same dataset.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostics;
use crate::base::period::Period;
use crate::data::importers::id_of;
use crate::data::reference::Reference;
use crate::data::source::Source;

use super::Exported;
use super::amount::json;
use super::rows::{Row, Rows};

/// Where the words of the file are from, and what its addresses begin with.
const CONTEXT: [(&str, &str); 7] = [
    ("@vocab", "https://w3id.org/valueflows/ont/vf#"),
    ("truecost", "urn:truecost:column:"),
    ("agent", "urn:truecost:agent:"),
    ("resource", "urn:truecost:resource:"),
    ("agreement", "urn:truecost:agreement:"),
    ("flow", "urn:truecost:flow:"),
    ("unit", "urn:truecost:unit:"),
];

/// Kinds of resources in which others are paid.
const MEDIA: [&str; 3] = ["money", "credit", "hours"];

/// Writes a dataset.
pub fn valueflows(source: Source, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Exported> {
    let rows = Rows::read(source, reference, diagnostics)?;
    let names = |rows: &[Row]| -> BTreeMap<String, String> {
        rows.iter().map(|row| (row.cell("id").to_owned(), named(row).to_owned())).collect()
    };
    let writer = Writer {
        reference,
        agents: names(&rows.agents),
        resources: names(&rows.resources),
        has_resources: rows.data.resources.is_some(),
        media: rows
            .resources
            .iter()
            .filter(|row| MEDIA.contains(&row.cell("kind")))
            .map(|row| row.cell("id"))
            .collect(),
        first: first_legs(&rows.flows),
    };
    let mut graph: Vec<Object> = Vec::new();
    graph.extend(rows.agents.iter().map(agent));
    graph.extend(rows.memberships.iter().map(membership));
    graph.extend(rows.units.iter().map(unit));
    graph.extend(rows.accounts.iter().map(|row| own("truecost:Account", row)));
    graph.extend(rows.wages.iter().map(|row| own("truecost:Wage", row)));
    graph.extend(writer.specifications(&rows));
    graph.extend(agreements(&rows));
    graph.extend(rows.flows.iter().map(|row| writer.event(row)));
    let stated = rows.data.manifest.flows.stated.iter();
    let stated = Object(stated.map(|(column, value)| (column.clone(), text(value))).collect());
    let context = Object(CONTEXT.map(|(name, base)| (name.to_owned(), text(base))).to_vec());
    let graph: Vec<String> = graph.iter().map(|object| format!("    {}", object.line())).collect();
    let file = format!(
        "{{\n  \"@context\": {},\n  \"truecost:caveat\": {},\n  \"truecost:stated\": {},\n  \"@graph\": [\n{}\n  ]\n}}\n",
        context.line(),
        text(rows.data.manifest.caveat.as_deref().unwrap_or_default()),
        stated.line(),
        graph.join(",\n")
    );
    Some(Exported { text: file, what: format!("{} events", rows.flows.len()), notes: Vec::new() })
}

/// Members of a JSON object, each value as its text.
#[derive(Clone, Debug, Default)]
struct Object(Vec<(String, String)>);

impl Object {
    fn new(kind: &str, id: &str) -> Self {
        Self(vec![("@id".to_owned(), text(id)), ("@type".to_owned(), text(kind))])
    }

    fn with(mut self, key: &str, value: String) -> Self {
        self.0.push((key.to_owned(), value));
        self
    }

    fn with_text(self, key: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.with(key, text(value)) }
    }

    /// Cells that Valueflows has no word for.
    fn with_own(mut self, row: &Row, said: &[&str]) -> Self {
        let own = row.cells.iter().filter(|(column, _)| !said.contains(&column.as_str()));
        self.0.extend(own.map(|(column, cell)| (format!("truecost:{column}"), text(cell))));
        self
    }

    fn line(&self) -> String {
        let members: Vec<String> =
            self.0.iter().map(|(key, value)| format!("{}: {value}", text(key))).collect();
        format!("{{{}}}", members.join(", "))
    }
}

/// A text as JSON.
fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

fn named(row: &Row) -> &str {
    if row.cell("name").is_empty() { row.cell("id") } else { row.cell("name") }
}

fn agent(row: &Row) -> Object {
    let kind = match row.cell("kind") {
        "person" => "Person",
        "ecosystem" => "EcologicalAgent",
        "" => "Agent",
        _ => "Organization",
    };
    Object::new(kind, &format!("agent:{}", row.cell("id")))
        .with_text("name", named(row))
        .with_own(row, &["id", "name"])
}

fn membership(row: &Row) -> Object {
    let link = |column: &str| text(&format!("agent:{}", row.cell(column)));
    Object(vec![("@type".to_owned(), text("truecost:Membership"))])
        .with("truecost:agent", link("agent"))
        .with("truecost:body", link("body"))
        .with_own(row, &["agent", "body"])
}

/// A row that Valueflows has no word for.
fn own(kind: &str, row: &Row) -> Object {
    Object(vec![("@type".to_owned(), text(kind))]).with_own(row, &[])
}

fn unit(row: &Row) -> Object {
    Object::new("truecost:Unit", &format!("unit:{}", row.cell("id")))
        .with_text("name", row.cell("name"))
        .with_own(row, &["id", "name"])
}

/// Agreements: the table, or what flows name where there is none. They were made no later than the first flow.
fn agreements(rows: &Rows) -> Vec<Object> {
    let mut first: BTreeMap<&str, Period> = BTreeMap::new();
    for row in &rows.flows {
        if let Some(period) = Period::parse(row.cell("date")) {
            let known = first.entry(row.cell("agreement")).or_insert(period);
            *known = (*known).min(period);
        }
    }
    let named_only = rows.data.agreements.iter().map(|agreement| Row {
        cells: BTreeMap::from([("id".to_owned(), agreement.id.clone())]),
        place: agreement.row.place(),
    });
    let named_only: Vec<Row> = named_only.collect();
    let table = if rows.agreements.is_empty() { &named_only } else { &rows.agreements };
    let one = |row: &Row| {
        let day = first.get(row.cell("id")).and_then(|period| Period::of_day(period.first_day()));
        let created = day.map(|day| moment(&day.to_string())).unwrap_or_default();
        Object::new("Agreement", &format!("agreement:{}", row.cell("id")))
            .with_text("name", named(row))
            .with_text("created", &created)
            .with_own(row, &["id", "name"])
    };
    table.iter().map(one).collect()
}

/// Who gives in the first leg of each agreement: what comes back is reciprocal.
fn first_legs(flows: &[Row]) -> BTreeMap<String, String> {
    let mut first = BTreeMap::new();
    for row in flows {
        first.entry(row.cell("agreement").to_owned()).or_insert_with(|| row.cell("from").to_owned());
    }
    first
}

struct Writer<'a> {
    reference: &'a Reference,
    agents: BTreeMap<String, String>,
    resources: BTreeMap<String, String>,
    has_resources: bool,
    media: Vec<&'a str>,
    first: BTreeMap<String, String>,
}

impl Writer<'_> {
    /// Specifications: the table, or what flows name where there is none.
    fn specifications(&self, rows: &Rows) -> Vec<Object> {
        let said = ["id", "name"];
        if self.has_resources {
            let one = |row: &Row| {
                let object = Object::new("ResourceSpecification", &format!("resource:{}", row.cell("id")));
                let object = object.with_text("name", named(row));
                let is_medium = MEDIA.contains(&row.cell("kind"));
                let object =
                    if is_medium { object.with("mediumOfExchange", "true".to_owned()) } else { object };
                object.with_own(row, &said)
            };
            return rows.resources.iter().map(one).collect();
        }
        let texts: std::collections::BTreeSet<&str> =
            rows.flows.iter().map(|row| row.cell("resource")).filter(|text| !text.is_empty()).collect();
        let one = |name: &&str| {
            Object::new("ResourceSpecification", &format!("resource:{}", id_of(name))).with_text("name", name)
        };
        texts.iter().map(one).collect()
    }

    fn event(&self, row: &Row) -> Object {
        let known = self.reference.actions.get(row.cell("action"));
        let action = if known.is_some() { row.cell("action") } else { "transfer" };
        let mut said =
            vec!["id", "from", "to", "date", "resource", "quantity", "unit", "agreement", "corrects", "note"];
        if known.is_some() {
            said.push("action");
        }
        let mut object =
            Object::new("EconomicEvent", &format!("flow:{}", row.cell("id"))).with_text("action", action);
        for (column, name) in [("from", "provider"), ("to", "receiver")] {
            if !row.cell(column).is_empty() {
                object =
                    object.with(name, link("agent", row.cell(column), self.agents.get(row.cell(column))));
            }
        }
        if !row.cell("resource").is_empty() {
            let id = if self.has_resources {
                row.cell("resource").to_owned()
            } else {
                id_of(row.cell("resource"))
            };
            let name = row.cell("resource").to_owned();
            object = object
                .with("resourceConformsTo", link("resource", &id, self.resources.get(&id).or(Some(&name))));
        }
        let is_payment = self.media.contains(&row.cell("resource"))
            && row.cell("quantity").is_empty()
            && ![row.cell("value"), row.cell("unit_of_account")].contains(&"");
        let (number, unit) = if is_payment { ("value", "unit_of_account") } else { ("quantity", "unit") };
        if is_payment {
            said.extend(["value", "unit_of_account"]);
        }
        if !row.cell(number).is_empty() {
            let by_effort = known.is_some_and(|action| action.by_effort);
            let name = if by_effort { "effortQuantity" } else { "resourceQuantity" };
            object = object.with(name, measure(row.cell(number), row.cell(unit)));
        } else if !row.cell("unit").is_empty() {
            said.retain(|column| *column != "unit");
        }
        object = when(object, row.cell("date"));
        if !row.cell("agreement").is_empty() {
            let is_first =
                self.first.get(row.cell("agreement")).is_none_or(|giver| giver == row.cell("from"));
            let name = if is_first { "realizationOf" } else { "reciprocalRealizationOf" };
            object = object.with(
                name,
                Object(vec![("@id".to_owned(), text(&format!("agreement:{}", row.cell("agreement"))))])
                    .line(),
            );
        }
        if !row.cell("corrects").is_empty() {
            let other = Object(vec![("@id".to_owned(), text(&format!("flow:{}", row.cell("corrects"))))]);
            object = object.with("corrects", other.with_text("action", action).line());
        }
        object.with_text("note", row.cell("note")).with_own(row, &said)
    }
}

/// A thing by its address, with the name that the schemas of Valueflows ask for.
fn link(kind: &str, id: &str, name: Option<&String>) -> String {
    let name = name.map_or(id, String::as_str);
    Object(vec![("@id".to_owned(), text(&format!("{kind}:{id}")))]).with_text("name", name).line()
}

fn measure(number: &str, unit: &str) -> String {
    let unit = Object(vec![("label".to_owned(), text(unit))]);
    Object(vec![("hasNumericalValue".to_owned(), json(number)), ("hasUnit".to_owned(), unit.line())]).line()
}

/// A day is a moment, as Valueflows knows nothing longer; a month or a year has a beginning and an end.
fn when(object: Object, date: &str) -> Object {
    let Some(period) = Period::parse(date) else { return object };
    if period.day().is_some() {
        return object.with_text("hasPointInTime", &moment(date));
    }
    let (first, last) = period.ends();
    object
        .with_text("hasBeginning", &moment(&first.to_string()))
        .with_text("hasEnd", &format!("{last}T23:59:59Z"))
}

fn moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}
