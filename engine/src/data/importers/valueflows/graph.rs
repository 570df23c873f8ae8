//! JSON-LD as typed things: names expanded, prefixes of keys taken off, nested things found.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};

use super::super::tree::{Node, Value};

/// The prefix of columns that Valueflows has no word for.
pub(super) const OWN: &str = "truecost:";

/// Properties that are read.
const READ: &[&str] = &[
    "action",
    "classifiedAs",
    "clauseOf",
    "conformsTo",
    "corrects",
    "defaultUnitOfResource",
    "effortQuantity",
    "fulfills",
    "hasBeginning",
    "hasEnd",
    "hasNumericalValue",
    "hasPointInTime",
    "hasUnit",
    "mediumOfExchange",
    "name",
    "note",
    "provider",
    "realizationOf",
    "realizes",
    "realizesReciprocal",
    "receiver",
    "reciprocalClauseOf",
    "reciprocalRealizationOf",
    "resourceClassifiedAs",
    "resourceConformsTo",
    "resourceInventoriedAs",
    "resourceQuantity",
    "settles",
    "stipulates",
    "stipulatesReciprocal",
    "trackingIdentifier",
    "triggeredBy",
];

/// A thing: what it is, what it is called, and what is said of it.
#[derive(Clone, Debug)]
pub(super) struct Thing<'a> {
    /// Its type without a prefix.
    pub(super) kind: String,
    /// Its address, expanded; empty if it has none.
    pub(super) id: String,
    /// The property and the thing that it is nested in.
    pub(super) within: Option<(String, String)>,
    pub(super) file: &'a str,
    pub(super) row: u64,
    properties: Vec<(String, &'a Node)>,
    prefixes: &'a BTreeMap<String, String>,
}

impl<'a> Thing<'a> {
    /// Where it is.
    pub(super) fn place(&self) -> Place {
        Place::row(self.file, self.row)
    }

    /// The value of a property.
    pub(super) fn get(&self, name: &str) -> Option<&'a Node> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, node)| *node)
    }

    /// A property as text.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.get(name).and_then(text).unwrap_or_default().trim()
    }

    /// The address that a property names; empty if it names none.
    pub(super) fn link(&self, name: &str) -> String {
        self.get(name).map(|node| self.address(node)).unwrap_or_default()
    }

    /// The addresses that a property names.
    pub(super) fn links(&self, name: &str) -> Vec<String> {
        let nodes = self.get(name).map(Node::members).unwrap_or_default();
        nodes.iter().map(|node| self.address(node)).filter(|address| !address.is_empty()).collect()
    }

    fn address(&self, node: &Node) -> String {
        let first = node.members().first();
        let text = first.and_then(|node| node.text().or_else(|| node.get("@id")?.text()));
        text.map(|text| expand(text, self.prefixes)).unwrap_or_default()
    }

    /// Columns of truecost that it carries.
    pub(super) fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        let own =
            self.properties.iter().filter_map(|(key, node)| Some((key.strip_prefix(OWN)?, text(node)?)));
        own.filter(|(_, cell)| !cell.is_empty())
    }

    /// Is the same said of both, wherever it is said?
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let same = |(a, b): (&(String, &Node), &(String, &Node))| a.0 == b.0 && alike(a.1, b.1);
        self.kind == other.kind
            && self.within == other.within
            && self.properties.len() == other.properties.len()
            && self.properties.iter().zip(&other.properties).all(same)
    }
}

/// Equal but for the lines.
fn alike(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && alike(&a.1, &b.1))
        }
        (a, b) => a == b,
    }
}

/// Text, also where JSON-LD writes it as `@value`, or as the first of several.
pub(super) fn text(node: &Node) -> Option<&str> {
    let first = node.members().first()?;
    first.text().or_else(|| first.get("@value")?.text())
}

/// Takes a prefix off that a context declares; the last `/` of an address means nothing.
fn expand(text: &str, prefixes: &BTreeMap<String, String>) -> String {
    let text = text.trim();
    let known = text.split_once(':').and_then(|(prefix, rest)| Some((prefixes.get(prefix)?, rest)));
    let whole = known.map_or_else(|| text.to_owned(), |(base, rest)| format!("{base}{rest}"));
    whole.trim_end_matches('/').to_owned()
}

/// A key or a type without its prefix.
pub(super) fn local(name: &str) -> &str {
    let name = name.trim();
    if name.starts_with('@') || name.starts_with(OWN) {
        return name;
    }
    name.rsplit(['#', ':', '/']).next().unwrap_or(name)
}

/// The prefixes that the context of a document declares.
pub(super) fn prefixes(root: &Node) -> BTreeMap<String, String> {
    let mut prefixes = BTreeMap::new();
    for context in root.get("@context").map(Node::members).unwrap_or_default() {
        let Value::Map(pairs) = &context.value else { continue };
        for (name, node) in pairs {
            let base = node.text().or_else(|| node.get("@id")?.text());
            if let Some(base) = base.filter(|_| !name.starts_with('@')) {
                prefixes.insert(name.clone(), base.to_owned());
            }
        }
    }
    prefixes
}

/// A document, and what its context declares.
pub(super) struct Document<'a> {
    pub(super) file: &'a str,
    pub(super) root: &'a Node,
    pub(super) prefixes: &'a BTreeMap<String, String>,
}

/// Finds things.
pub(super) struct Finder<'d> {
    /// Keys that were read as others, and those that were not read, each once.
    pub(super) spelt: BTreeMap<String, String>,
    pub(super) diagnostics: &'d mut Diagnostics,
}

impl Finder<'_> {
    /// All things of a document, nested ones too, in the order of the file.
    pub(super) fn things<'a>(&mut self, document: &Document<'a>) -> Vec<Thing<'a>> {
        let mut things = Vec::new();
        for node in document.root.members() {
            self.walk(document, node, None, &mut things);
        }
        things
    }

    fn walk<'a>(
        &mut self,
        document: &Document<'a>,
        node: &'a Node,
        within: Option<&(String, String)>,
        things: &mut Vec<Thing<'a>>,
    ) {
        let Value::Map(pairs) = &node.value else {
            if let Value::List(nodes) = &node.value {
                for node in nodes {
                    self.walk(document, node, within, things);
                }
            }
            return;
        };
        let kind = node.get("@type").and_then(text).map(local).unwrap_or_default();
        let id = node.get("@id").and_then(Node::text).map(|id| expand(id, document.prefixes));
        let id = id.unwrap_or_default();
        if !kind.is_empty() {
            let properties = pairs.iter().map(|(key, value)| (self.key(key, document, value.row), value));
            things.push(Thing {
                kind: kind.to_owned(),
                id: id.clone(),
                within: within.cloned(),
                file: document.file,
                row: node.row,
                properties: properties.collect(),
                prefixes: document.prefixes,
            });
        }
        for (key, value) in pairs.iter().filter(|(key, _)| key != "@context") {
            let here = (local(key).to_owned(), id.clone());
            let within = if kind.is_empty() { within } else { Some(&here) };
            self.walk(document, value, within, things);
        }
    }

    /// A key in the spelling that it should have.
    fn key(&mut self, key: &str, document: &Document, row: u64) -> String {
        let name = local(key);
        if name.starts_with('@') || name.starts_with(OWN) || READ.contains(&name) {
            return name.to_owned();
        }
        if let Some(meant) = READ.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            self.spelt.insert(name.to_owned(), (*meant).to_owned());
            return (*meant).to_owned();
        }
        let long_enough = name.len() >= 10;
        if let Some(meant) =
            nearest(name, READ.iter().copied()).filter(|_| long_enough && !OTHER.contains(&name))
        {
            let message = format!("`{name}` is not a property of Valueflows, and not read");
            let diagnostic =
                Diagnostic::warning(codes::HEADER_TYPO, message).at(Place::row(document.file, row));
            self.diagnostics.push(diagnostic.hint(format!("did you mean `{meant}`?")));
        }
        name.to_owned()
    }
}

/// Properties of Valueflows that look like one that is read and are another.
const OTHER: &[&str] =
    &["toResourceInventoriedAs", "defaultUnitOfEffort", "accountingQuantity", "onhandQuantity"];
