//! Workbooks as datasets: sheets, headers with units, cells of all kinds, and files that are no workbooks.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod cells;
mod coop;
mod files;
mod sheets;

use std::path::PathBuf;

use tempfile::TempDir;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::manifest::Kind;
use truecost::data::schema;
use truecost::data::schema::Schema;
use truecost::data::source::{Opened, Source};
use truecost_tests::workbooks::Parts;

/// A workbook in a folder of its own.
struct Written {
    _folder: TempDir,
    path: PathBuf,
}

fn written(parts: &Parts) -> Written {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("coop.xlsx");
    parts.write(&path);
    Written { _folder: folder, path }
}

/// What is said, with the folder taken out.
fn told(written: &Written, found: &Diagnostics) -> String {
    let folder = written.path.parent().unwrap().to_string_lossy().into_owned();
    found.to_string().replace(&format!("{folder}/"), "")
}

fn opened(written: &Written, found: &mut Diagnostics) -> Option<Opened> {
    Source::at(&written.path).open(Kind::Coop, found)
}

/// The rows of a table: their lines, and the cells of these columns.
fn rows(
    parts: &Parts,
    schema: &'static Schema,
    columns: &[&'static str],
) -> (Vec<(u64, Vec<String>)>, String) {
    let written = written(parts);
    let mut found = Diagnostics::new();
    let rows = opened(&written, &mut found).and_then(|mut opened| {
        opened.read(schema, &(), &mut found, |bound, _| {
            let mut rows = Vec::new();
            bound.each(|row| rows.push((row.line(), columns.iter().map(|c| row.string(c)).collect())));
            rows
        })
    });
    (rows.unwrap_or_default(), told(&written, &found))
}

/// A sheet of deliveries with one more cell, `F2`, in the column `price`.
fn priced(cell: &str) -> Parts {
    let text =
        |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let head: String = [
        ("A1", "id"),
        ("B1", "date"),
        ("C1", "producer"),
        ("D1", "product"),
        ("E1", "gross weight"),
        ("F1", "price"),
    ]
    .map(|(place, name)| text(place, name))
    .concat();
    let body = [text("A2", "D1"), text("B2", "2024-03-01"), text("C2", "ana"), text("D2", "cherry")].concat();
    let rows = format!("<row r=\"1\">{head}</row><row r=\"2\">{body}<c r=\"E2\"><v>10</v></c>{cell}</row>");
    Parts::new().sheet("Deliveries", &rows, "")
}

/// The text that the cell `F2` is read as, and what is said of it.
fn price(cell: &str) -> (Option<String>, String) {
    let (rows, told) = rows(&priced(cell), &schema::DELIVERIES, &["price"]);
    (rows.first().map(|(_, cells)| cells[0].clone()), told)
}
