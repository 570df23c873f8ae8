//! Words of folders in words of workbooks: who has sheets and headers knows no tables, files and manifests.

use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::schema::{ALL, COOP_TABLES, FLOW_TABLES, Schema};

use super::is_workbook;
use super::names::title;

/// What is said of a manifest, and what that is in a workbook.
const PHRASES: &[(&str, &str)] = &[
    ("`currency` of `[coop]` in the manifest", "`Currency` in Settings"),
    ("`weight_unit` of `[coop]` in the manifest", "`Weight unit` in Settings"),
    ("`currency` of `[coop]`", "`Currency` in Settings"),
    ("`agent` or `fund` of `[coop]` in the manifest", "`Agent` or `Fund` in Settings"),
    ("`currency` under [coop] in the manifest", "`Currency` in Settings"),
    ("in the manifest: [coop] currency = \"USD\"", "in Settings: Currency"),
    ("in the manifest of the co-op: [coop] currency = \"USD\"", "in Settings: Currency"),
    ("`coop.currency`", "the setting `Currency`"),
    ("`coop.weight_unit`", "the setting `Weight unit`"),
    ("`coop.language`", "the setting `Language`"),
    ("`coop.agent`", "the setting `Agent`"),
    ("`coop.fund`", "the setting `Fund`"),
    ("nor the manifest says", "nor Settings says"),
    ("in the manifest", "in Settings"),
    ("the sheet of the table `", "the sheet `"),
    ("the table `", "the sheet `"),
    ("into the table ", "into the sheet "),
];

/// The same, in words of a workbook where it is about one: `Buying prices` for `buying_prices`.
pub fn in_words(found: Diagnostics) -> Diagnostics {
    let mut all = Diagnostics::new();
    for diagnostic in found.into_list() {
        all.push(worded(diagnostic));
    }
    all
}

fn worded(diagnostic: Diagnostic) -> Diagnostic {
    // A workbook among the files of a folder is no dataset.
    let is_sheet = |place: &Place| place.file.cell(None, None).is_some();
    let is_whole =
        |place: &Place| is_workbook(Path::new(place.file.path())) && diagnostic.code != codes::TABLE_TYPO;
    let is_of_one = |place: &Place| is_sheet(place) || is_whole(place);
    if !diagnostic.place.as_ref().is_some_and(is_of_one) {
        return diagnostic;
    }
    let Diagnostic { message, hint, .. } = diagnostic;
    Diagnostic { message: words(&message), hint: hint.map(|hint| words(&hint)), ..diagnostic }
}

/// Phrases, then names between backticks.
fn words(text: &str) -> String {
    let mut text = text.to_owned();
    for (folder, workbook) in PHRASES {
        if text.contains(folder) {
            text = text.replace(folder, workbook);
        }
    }
    let parts: Vec<&str> = text.split('`').collect();
    let named = parts.iter().enumerate().map(|(at, part)| {
        // Kinds of datasets are called as their tables are.
        let is_name = at % 2 == 1 && !parts[at - 1].ends_with("kind ");
        if is_name { name(part) } else { (*part).to_owned() }
    });
    named.collect::<Vec<_>>().join("`")
}

/// The title of a table, or of a column of several words; other texts may be the user's own.
fn name(part: &str) -> String {
    let mut schemas = ALL.iter().chain(COOP_TABLES).chain(FLOW_TABLES);
    let is_column = |schema: &Schema| schema.columns.iter().any(|column| column.name == part);
    let is_name = |schema: &Schema| schema.table == part || (part.contains('_') && is_column(schema));
    if schemas.any(is_name) { title(part) } else { part.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_sheets_and_headers() {
        let said =
            "no price: `buying_prices` has none of `red_cherry`; the table `producers` has no `gross_weight`";
        let word =
            "no price: `Buying prices` has none of `red_cherry`; the sheet `Producers` has no `Gross weight`";
        assert_eq!(words(said), word);
        let said = "neither the row nor `weight_unit` of `[coop]` in the manifest states the unit";
        assert_eq!(words(said), "neither the row nor `Weight unit` in Settings states the unit");
        // What somebody typed stays.
        for text in ["`m_02` is no producer", "a ` b", "`price` is empty", "of kind `flows`"] {
            assert_eq!(words(text), text);
        }
    }
}
