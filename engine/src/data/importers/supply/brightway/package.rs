//! A datapackage of `bw_processing`: groups of arrays that fill matrices, in the order in which they are listed.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::tree::{Node, Value, documents};
use crate::data::importers::{Input, Told};

use super::super::archive::{Archive, DOCUMENT, HELD};
use super::HINT;
use super::arrays::{self, Index};
use super::spread::Spread;

/// What says what is in a package.
pub(super) const DATAPACKAGE: &str = "datapackage.json";

/// Numbers for one matrix.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) matrix: String,
    /// What calls itself so: the name of a method.
    pub(super) identifier: String,
    /// Unit of a method, if it is stated.
    pub(super) unit: String,
    /// The column that factors without a place have.
    pub(super) global: Option<i64>,
    pub(super) indices: Vec<Index>,
    /// As stated.
    pub(super) data: Vec<f64>,
    /// What they are multiplied by: -1 where they are flipped, times the rescaling.
    pub(super) factors: Vec<f64>,
    pub(super) spreads: Option<Vec<Spread>>,
    /// What is the own product of a process.
    pub(super) references: Option<Vec<bool>>,
    /// Are numbers of one cell added up within the group? Otherwise the last one counts.
    pub(super) sums_within: bool,
    /// Are they added to what the groups before say? Otherwise they take its place.
    pub(super) sums_between: bool,
    pub(super) label: String,
}

/// Names by the side of the matrix that their ids are of.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Table, and for which groups: their names and `rows` or `cols`.
    pub(super) tables: Vec<(Input, Vec<(String, String)>)>,
    /// Inputs that nothing supplies, of packages of ours.
    pub(super) cutoffs: Option<Input>,
}

/// All of a package.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) groups: Vec<Group>,
    pub(super) named: Named,
}

/// A resource of the list.
struct Resource<'a> {
    node: &'a Node,
    file: &'a str,
}

impl<'a> Resource<'a> {
    fn text(&self, key: &str) -> &'a str {
        self.node.get(key).and_then(Node::text).unwrap_or_default()
    }

    fn place(&self) -> Place {
        Place::row(self.file, self.node.row)
    }

    /// A name of one word, or of several in a list.
    fn words(&self, key: &str) -> String {
        let Some(node) = self.node.get(key) else { return String::new() };
        node.members().iter().filter_map(Node::text).collect::<Vec<_>>().join(", ")
    }
}

impl Package {
    pub(super) fn read(files: &Archive, told: &mut Told, diagnostics: &mut Diagnostics) -> Option<Self> {
        let input = files.bytes(DATAPACKAGE, DOCUMENT, diagnostics)?;
        let root = documents(&input, diagnostics)?.into_iter().next()?;
        let truth = |key: &str| root.get(key).and_then(Node::text) == Some("true");
        let name = root.get("name").and_then(Node::text).map_or_else(|| files.title(), str::to_owned);
        let Some(Value::List(nodes)) = root.get("resources").map(|node| &node.value) else {
            let message = "there is no list `resources`";
            let place = Place::row(&input.name, root.row);
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(HINT));
            return None;
        };
        let before = diagnostics.errors();
        let resources: Vec<Resource> =
            nodes.iter().map(|node| Resource { node, file: &input.name }).collect();
        let mut package = Self { name, groups: Vec::new(), named: Named::default() };
        let mut by_group: Vec<(&str, BTreeMap<&str, &Resource>)> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for resource in &resources {
            let group = resource.text("group");
            if resource.node.get("valid_for").is_some() && resource.text("mediatype") == "text/csv" {
                package.names(files, resource, diagnostics);
            } else if group.is_empty() {
                told.note(format!("not read: `{}`, which is no part of a matrix", resource.text("name")));
            } else {
                let at = *places.entry(group).or_insert(by_group.len());
                if at == by_group.len() {
                    by_group.push((group, BTreeMap::new()));
                }
                let kinds = &mut by_group[at].1;
                if kinds.insert(resource.text("kind"), resource).is_some() {
                    let message = format!("`{group}` has two resources `{}`", resource.text("kind"));
                    diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(resource.place()));
                }
            }
        }
        let sums = (truth("sum_intra_duplicates"), truth("sum_inter_duplicates"));
        for (group, kinds) in by_group {
            package.groups.extend(read_group(files, group, &kinds, sums, told, diagnostics));
        }
        (diagnostics.errors() == before).then_some(package)
    }

    fn names(&mut self, files: &Archive, resource: &Resource, diagnostics: &mut Diagnostics) {
        let pairs = resource.node.get("valid_for").map(Node::members).unwrap_or_default();
        let pair = |node: &Node| {
            let words: Vec<String> =
                node.members().iter().filter_map(Node::text).map(str::to_owned).collect();
            <[String; 2]>::try_from(words).ok().map(|[group, side]| (group, side))
        };
        let valid_for: Vec<(String, String)> = pairs.iter().filter_map(pair).collect();
        let table = files.bytes(resource.text("path"), DOCUMENT, diagnostics);
        if valid_for.is_empty() && resource.text("name") == "cutoffs" {
            self.named.cutoffs = table;
            return;
        }
        self.named.tables.extend(table.map(|table| (table, valid_for)));
    }
}

/// Kinds of arrays that are read.
const KINDS: [&str; 6] = ["indices", "data", "flip", "distributions", "rescale", "reference"];

fn read_group(
    files: &Archive,
    name: &str,
    kinds: &BTreeMap<&str, &Resource>,
    (sums_within, sums_between): (bool, bool),
    told: &mut Told,
    diagnostics: &mut Diagnostics,
) -> Option<Group> {
    let any = kinds.values().next()?;
    let matrix = any.text("matrix");
    if kinds.values().any(|resource| resource.text("profile") == "interface") {
        let message =
            format!("`{name}` is an interface: a program of Python fills it, and it is not in the package");
        let hint = "put numbers there (`add_persistent_vector`), or take the group out";
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(any.place()).hint(hint));
        return None;
    }
    if any.text("category") == "array" {
        let rows = any.text("nrows").parse().unwrap_or(0);
        let reason = "scenarios (arrays of several columns): what is calculated without them is read";
        told.leave_many(reason, any.place(), rows);
        return None;
    }
    for kind in kinds.keys().filter(|kind| !KINDS.contains(kind)) {
        told.note(format!("not read: `{kind}` of `{name}`"));
    }
    let mut bytes = |kind: &str| -> Option<Option<Input>> {
        let Some(resource) = kinds.get(kind) else { return Some(None) };
        files.bytes(resource.text("path"), HELD, diagnostics).map(Some)
    };
    let (indices, data) = (bytes("indices")?, bytes("data")?);
    let (flip, rescale, spreads, references) =
        (bytes("flip")?, bytes("rescale")?, bytes("distributions")?, bytes("reference")?);
    let (Some(indices), Some(data)) = (indices, data) else {
        let message = format!("`{name}` has no `indices` or no `data`");
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(any.place()).hint(HINT));
        return None;
    };
    let label = data.name.clone();
    let indices = arrays::indices(indices, diagnostics)?;
    let count = indices.len();
    let data = of_length(arrays::floats(data, diagnostics)?, count, name, "data", any, diagnostics)?;
    let mut factors = vec![1.0; count];
    if let Some(input) = flip {
        let flips = of_length(arrays::truths(input, diagnostics)?, count, name, "flip", any, diagnostics)?;
        factors.iter_mut().zip(flips).filter(|(_, flip)| *flip).for_each(|(factor, _)| *factor = -1.0);
    }
    if let Some(input) = rescale {
        let scales =
            of_length(arrays::floats(input, diagnostics)?, count, name, "rescale", any, diagnostics)?;
        factors.iter_mut().zip(scales).for_each(|(factor, scale)| *factor *= scale);
    }
    let spreads = match spreads {
        Some(input) => {
            let read = arrays::spreads(input, diagnostics)?;
            Some(of_length(read, count, name, "distributions", any, diagnostics)?)
        }
        None => None,
    };
    let references = match references {
        Some(input) => {
            let read = arrays::truths(input, diagnostics)?;
            Some(of_length(read, count, name, "reference", any, diagnostics)?)
        }
        None => None,
    };
    Some(Group {
        name: name.to_owned(),
        matrix: matrix.to_owned(),
        identifier: any.words("identifier"),
        unit: any.text("unit").to_owned(),
        global: any.node.get("global_index").and_then(Node::text).and_then(|text| text.parse().ok()),
        indices,
        data,
        factors,
        spreads,
        references,
        sums_within,
        sums_between,
        label,
    })
}

fn of_length<T>(
    found: Vec<T>,
    count: usize,
    group: &str,
    kind: &str,
    any: &Resource,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<T>> {
    if found.len() == count {
        return Some(found);
    }
    let message = format!("`{kind}` of `{group}` has {} numbers, `indices` {count}", found.len());
    diagnostics.push(Diagnostic::error(codes::RAGGED_ROW, message).at(any.place()));
    None
}
