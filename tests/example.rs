//! The built-in co-op, and workbooks that should hold it.

use std::collections::BTreeSet;
use std::path::Path;

use truecost::base::decimal::parse;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::manifest::{Kind, Manifest};
use truecost::data::schema::{ALL, COOP_TABLES, Schema};
use truecost::data::source::{Opened, Source, tables_of};

fn opened(path: &Path) -> Opened {
    let mut found = Diagnostics::new();
    let opened = Source::at(path).open(Kind::Coop, &mut found).expect("it can be read");
    assert_eq!(found.to_string(), "");
    opened
}

/// The rows of a table in their order, as column and cell; empty cells are left out.
fn cells(opened: &mut Opened, schema: &'static Schema) -> Vec<BTreeSet<(String, String)>> {
    let mut found = Diagnostics::new();
    let rows = opened.read(schema, &(), &mut found, |bound, _| {
        let header = bound.table().header.clone();
        let mut rows = Vec::new();
        bound.each(|row| {
            let cell = |(at, name): (usize, &String)| Some((name.clone(), row.at(Some(at))?.to_owned()));
            rows.push(header.iter().enumerate().filter_map(cell).collect());
        });
        rows
    });
    assert_eq!(found.to_string(), "", "{}", schema.table);
    rows.unwrap_or_default()
}

/// Numbers are alike if they are one number, however many zeros end them; all else is alike if it is the same.
fn plain(rows: Vec<BTreeSet<(String, String)>>) -> Vec<BTreeSet<(String, String)>> {
    let plain = |text: String| match parse(&text) {
        Ok(number) if !text.starts_with('0') || text.starts_with("0.") || text == "0" => number.to_string(),
        _ => text,
    };
    let row = |row: BTreeSet<(String, String)>| row.into_iter().map(|(name, cell)| (name, plain(cell)));
    rows.into_iter().map(|cells| row(cells).collect()).collect()
}

/// Compares a workbook with the built-in co-op that the template is made of, table by table and value by value.
///
/// # Panics
/// If they differ.
pub fn is_the_example(workbook: &Path) {
    let coffee = crate::repository().join("datasets/coop/coffee");
    let (mut folder, mut book) = (opened(&coffee), opened(workbook));
    let (written, read) = (&folder.manifest, &book.manifest);
    assert_eq!(read, &Manifest { checksums: read.checksums.clone(), ..written.clone() });
    let mut seen = 0;
    for schema in COOP_TABLES.iter().chain(ALL) {
        if !tables_of(Kind::Coop).contains(&schema.table) || !folder.has(schema.table) {
            continue;
        }
        let (expected, found) = (cells(&mut folder, schema), cells(&mut book, schema));
        assert!(!expected.is_empty(), "{}", schema.table);
        assert_eq!(plain(found), plain(expected), "{}", schema.table);
        seen += 1;
    }
    assert!(seen >= 25, "{seen} tables");
}
