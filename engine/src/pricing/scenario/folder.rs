//! A scenario that is a folder: tables laid over those of the dataset by their keys.

use std::path::Path;
use std::sync::Arc;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::data::overlay::{Laying, OVERLAID};
use crate::data::reference::Reference;
use crate::data::source::{names_in, read_file};
use crate::data::supply::Supply;

use super::build::{Builder, rows_of_file};
use super::change::{Change, Scenario, What};
use super::file::{FILE, hash_of, text};

/// Reads the folder: its `scenario.toml` if it has one, else each table as a change of its own, with its name as id.
pub(super) fn read(
    path: &Path,
    supply: &Supply,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Scenario> {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = whole.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let files = names_in(path);
    let label = path.to_string_lossy().into_owned();
    if files.iter().any(|file| file == FILE) {
        let file = path.join(FILE);
        let label = file.to_string_lossy().into_owned();
        let text = text(&label, read_file(&file, diagnostics)?, diagnostics)?;
        return Scenario::parse(&name, &label, &text, path, supply, reference, diagnostics);
    }
    let before = diagnostics.errors();
    let mut builder = Builder::new(&label, path, supply, reference);
    let mut changes = Vec::new();
    for file in &files {
        let (stem, end) = file.rsplit_once('.').unwrap_or((file, ""));
        let tables = || OVERLAID.iter().map(|schema| schema.table);
        let is_table = ["csv", "parquet"].contains(&end);
        let Some(schema) = OVERLAID.into_iter().find(|schema| schema.table == stem && is_table) else {
            if is_table {
                let message = format!("`{file}` is no table that can be laid over a dataset");
                let hint = match nearest(stem, tables()) {
                    Some(near) => format!("did you mean `{near}.{end}`?"),
                    None => format!("the tables are {}", tables().collect::<Vec<_>>().join(", ")),
                };
                let place = Place::file(path.join(file).to_string_lossy());
                diagnostics.push(Diagnostic::error(codes::TABLE_TYPO, message).at(place).hint(hint));
            }
            continue;
        };
        let Some(rows) = rows_of_file(&mut builder, &path.join(file), schema, diagnostics) else { continue };
        changes.push(Change {
            id: stem.to_owned(),
            cause: stem.to_owned(),
            title: format!("rows of {file}"),
            source: String::new(),
            lines: [(String::new(), 1)].into(),
            file: path.join(file).to_string_lossy().into(),
            what: What::Lay { rows: Arc::new(rows), laying: Laying::ByKey },
        });
    }
    if changes.is_empty() && diagnostics.errors() == before {
        let message = "the folder holds neither a scenario.toml nor a table";
        let hint = "a folder of a scenario has tables such as inputs.csv, whose rows take the place of those of the same key";
        diagnostics.push(Diagnostic::error(codes::SCENARIO, message).at(Place::file(&label)).hint(hint));
    }
    let scenario = Scenario {
        title: name.clone(),
        name,
        description: String::new(),
        source: String::new(),
        file: label,
        hash: hash_of("", &builder.hashes),
        changes,
    };
    (diagnostics.errors() == before).then_some(scenario)
}
