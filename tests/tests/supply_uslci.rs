//! The US Life Cycle Inventory: footprints are the scores of bw2calc, on matrices that a reader of its own made.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use truecost_tests::imported::{imported, public_data, totals};
use truecost_tests::{repository, run};

/// Names of elementary flows to air, in lower case, with an indicator and how much of it one kilogram is. That the
/// factors are those of a method does not matter here.
const FACTORS: &[(&str, &str, f64)] = &[
    ("carbon dioxide", "climate-change", 1.0),
    ("carbon dioxide, fossil", "climate-change", 1.0),
    ("methane", "climate-change", 28.0),
    ("methane, fossil", "climate-change", 30.0),
    ("dinitrogen monoxide", "climate-change", 265.0),
    ("sulfur dioxide", "acidification", 1.0),
    ("sulfur oxides", "acidification", 1.0),
    ("nitrogen oxides", "acidification", 0.36),
    ("ammonia", "acidification", 1.96),
    ("nitrogen oxides", "photochemical-oxidants-health", 1.0),
];

/// The Python of the repository, if it has bw2calc.
fn python() -> Option<PathBuf> {
    let python = repository().join(".venv/bin/python");
    let has_it = Command::new(&python).args(["-c", "import bw2calc"]).output();
    if has_it.is_ok_and(|done| done.status.success()) {
        return Some(python);
    }
    assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "bw2calc is missing");
    eprintln!("skipped: bw2calc is missing: python3 bindings-python/environment.py");
    None
}

/// Rows of the imported table by its first columns.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn footprints_are_the_scores_of_bw2calc() {
    let (Some(data), Some(python)) = (public_data("uslci"), python()) else { return };
    let archive = data.join("uslci_olca1_5_0_json_ld.zip");
    let source = archive.to_str().unwrap();
    let folder = TempDir::new().unwrap();
    let told = imported(folder.path(), &["openlca", source], "flows");
    assert!(told.starts_with("read 32526 exchanges\n"), "{told}");
    assert!(told.contains("  766  in processes\n"), "{told}");
    let mut table = csv::Writer::from_path(folder.path().join("factors.csv")).unwrap();
    table.write_record(["flow", "flow_unit", "indicator", "factor", "unit", "source"]).unwrap();
    for flow in rows(&folder.path().join("flows/indicators.csv")) {
        let id = flow["source"].trim_start_matches("flows/").trim_end_matches(".json");
        let name = flow["name"].to_lowercase();
        for (known, indicator, factor) in FACTORS {
            if name == *known && flow["compartment"].contains("air") && flow["unit"] == "kg" {
                let unit = match *indicator {
                    "climate-change" => "kg CO2-eq",
                    "acidification" => "kg SO2-eq",
                    _ => "kg NOx-eq",
                };
                table.write_record([id, "kg", indicator, &factor.to_string(), unit, "a test"]).unwrap();
            }
        }
    }
    table.flush().unwrap();
    let flags = ["openlca", source, "--characterisation", "factors.csv", "--leave-others"];
    imported(folder.path(), &flags, "scores");
    let found = totals(&folder.path().join("scores"));
    let product_of: BTreeMap<String, String> = rows(&folder.path().join("scores/processes.csv"))
        .into_iter()
        .map(|row| (row["source"].split('/').nth(1).unwrap()[..36].to_owned(), row["product"].clone()))
        .collect();
    let script = repository().join("tests/oracle/uslci.py");
    let factors = folder.path().join("factors.csv");
    let done = Command::new(python).arg(script).arg(&archive).arg(factors).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let (mut compared, mut nonzero) = (0, 0);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(done.stdout.as_slice());
    let rows: Vec<(String, String, f64)> = reader.deserialize().map(Result::unwrap).collect();
    let mut largest: BTreeMap<&str, f64> = BTreeMap::new();
    for (_, indicator, score) in &rows {
        let most = largest.entry(indicator).or_default();
        *most = most.max(score.abs());
    }
    for (process, indicator, score) in &rows {
        // A sparse LU leaves rounding of the largest number where nothing is caused.
        let allowed = 1e-9 * score.abs() + 1e-15 * largest[indicator.as_str()];
        let ours = found[&(product_of[process].clone(), indicator.clone())];
        assert!((ours - score).abs() <= allowed, "{process} {indicator}: {ours} {score}");
        compared += 1;
        nonzero += usize::from(score.abs() > 1e-12);
    }
    assert_eq!(compared, 3 * 766);
    assert!(nonzero > 1_000, "{nonzero} scores are not 0");
}

#[test]
fn all_archives_become_datasets() {
    let Some(data) = public_data("uslci") else { return };
    let folder = TempDir::new().unwrap();
    let cases = [
        ("uslci_fy18_q3_01_olca1_7_2.ecospold2.zip", "read 891 exchanges\n", " 45  in processes\n"),
        ("uslci_fy21_q3_01_olca_10_3_ecospold2.zip", "read 45656 exchanges\n", "  639  in processes\n"),
    ];
    for (at, (name, read, made)) in cases.into_iter().enumerate() {
        let out = format!("out-{at}");
        let source = data.join(name);
        let answer = run(folder.path(), &["import", "ecospold", source.to_str().unwrap(), "-o", &out]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        assert!(answer.stdout.starts_with(read), "{}", answer.stdout);
        assert!(answer.stdout.contains(made), "{}", answer.stdout);
        let check = run(folder.path(), &["check", &out]);
        assert_eq!(check.code, 0, "{}", check.stderr);
    }
}
