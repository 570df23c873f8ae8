//! Mass balance: by hand, against a second reckoning, and whatever the order of rows.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod by_hand;
mod reckoning;
mod refused;

use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;
use truecost_tests::{Answer, run};

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

const MANIFEST: &str = "kind = \"coop\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                        geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n";

const MOVEMENTS: &str = "id,date,site,product,certificate,kind,quantity,unit";

const YIELDS: &str = "input,output,yield,process,site,from,until";

/// A dataset of these tables; a table is its header and its lines.
fn dataset(tables: &[(&str, &str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("manifest.toml"), MANIFEST).unwrap();
    for (name, header, lines) in tables {
        let lines: Vec<&str> = lines.trim().lines().map(str::trim).collect();
        fs::write(folder.path().join(format!("{name}.csv")), format!("{header}\n{}\n", lines.join("\n")))
            .unwrap();
    }
    folder
}

fn asked(folder: &TempDir, more: &[&str]) -> Answer {
    let mut arguments = vec!["fairtrade", "mass-balance", "."];
    arguments.extend(more);
    run(folder.path(), &arguments)
}

/// The answer about movements and yields as rows, and the exit code.
fn table(movements: &str, yields: &str, more: &[&str]) -> (Vec<Row>, i32) {
    let folder = dataset(&[("movements", MOVEMENTS, movements), ("yields", YIELDS, yields)]);
    let mut arguments = vec!["--format", "csv"];
    arguments.extend(more);
    let answer = asked(&folder, &arguments);
    assert!(!answer.stdout.is_empty(), "{}", answer.stderr);
    (rows(&answer.stdout), answer.code)
}

fn notes(movements: &str, yields: &str) -> String {
    asked(&dataset(&[("movements", MOVEMENTS, movements), ("yields", YIELDS, yields)]), &[]).stdout
}

fn figures<'a>(rows: &'a [Row], product: &str, columns: &[&str]) -> Vec<&'a str> {
    let row = rows.iter().find(|row| row["product"] == product).unwrap();
    columns.iter().map(|column| row[*column].as_str()).collect()
}
