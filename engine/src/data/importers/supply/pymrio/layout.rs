//! Which file of a folder is which table: `file_parameters.json` says it, or the names do.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::tree::{Node, Value, documents};

use super::super::archive::{Archive, DOCUMENT};
use super::HINT;
use super::grid::Spec;

/// The file that says it.
pub(super) const PARAMETERS: &str = "file_parameters.json";
/// Labels that a table has at most on one side.
const MOST_LEVELS: usize = 8;

/// Tables by their names: `Z`, `A`, `x`, `Y`, `unit`; `F`, `S`.
pub(super) type Tables = BTreeMap<String, Spec>;

/// Stressors and impacts: tables of a folder of their own.
#[derive(Clone, Debug)]
pub(super) struct Extension {
    /// As the folder is called.
    pub(super) folder: String,
    /// As it calls itself.
    pub(super) name: String,
    pub(super) tables: Tables,
}

/// All that is there.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) core: Tables,
    pub(super) extensions: Vec<Extension>,
}

impl Layout {
    pub(super) fn read(files: &Archive, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let core = tables(files, "", diagnostics);
        let mut folders: Vec<String> = files
            .names()
            .filter_map(|name| name.split_once('/'))
            .map(|(folder, _)| folder.to_owned())
            .collect();
        folders.dedup();
        let mut extensions = Vec::new();
        for folder in folders {
            let (name, tables) = tables(files, &format!("{folder}/"), diagnostics);
            if ["F", "S"].iter().any(|table| tables.contains_key(*table)) {
                let name = name.unwrap_or_else(|| folder.clone());
                extensions.push(Extension { folder, name, tables });
            }
        }
        (diagnostics.errors() == before).then_some(Self { core: core.1, extensions })
    }
}

/// The tables of a folder, and what it calls itself.
fn tables(files: &Archive, folder: &str, diagnostics: &mut Diagnostics) -> (Option<String>, Tables) {
    let file = format!("{folder}{PARAMETERS}");
    if !files.has(&file) {
        return (None, by_name(files, folder));
    }
    let Some(input) = files.bytes(&file, DOCUMENT, diagnostics) else { return (None, Tables::new()) };
    let Some(root) = documents(&input, diagnostics).and_then(|roots| roots.into_iter().next()) else {
        return (None, Tables::new());
    };
    let mut found = Tables::new();
    let listed = root.get("files").map(|files| &files.value);
    let Some(Value::Map(listed)) = listed else {
        let message = "there is no `files`: which file is which table";
        let place = Place::row(&input.name, root.row);
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(HINT));
        return (None, found);
    };
    for (table, node) in listed {
        let text = node.get("name").and_then(Node::text);
        let count = |key: &str| {
            let text = node.get(key).and_then(Node::text);
            text.and_then(|text| text.trim().parse::<usize>().ok())
                .filter(|count| (1..=MOST_LEVELS).contains(count))
        };
        match (text, count("nr_index_col"), count("nr_header")) {
            (Some(name), Some(index), Some(headers)) => {
                found.insert(table.clone(), Spec { file: format!("{folder}{name}"), index, headers });
            }
            _ => {
                let message = format!(
                    "`{table}` needs `name`, and from 1 to {MOST_LEVELS} `nr_index_col` and `nr_header`"
                );
                let place = Place::row(&input.name, node.row).column(table);
                diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(HINT));
            }
        }
    }
    (root.get("name").and_then(Node::text).map(str::to_owned), found)
}

/// As EXIOBASE names its files.
fn by_name(files: &Archive, folder: &str) -> Tables {
    let mut found = Tables::new();
    for table in ["Z", "A", "x", "Y", "unit", "F", "S"] {
        let file = ["txt", "csv", "parquet"].map(|end| format!("{folder}{table}.{end}"));
        let Some(file) = file.into_iter().find(|file| files.has(file)) else { continue };
        let is_stressor = !folder.is_empty();
        let index = if is_stressor { 1 } else { 2 };
        let headers = if ["x", "unit"].contains(&table) { 1 } else { 2 };
        found.insert(table.to_owned(), Spec { file, index, headers });
    }
    found
}
