//! The engine against an independent program: `tests/oracle`, plain Python, exact rationals, no shared code.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::process::Command;

use truecost_tests::{repository, run};

/// Runs the auditor; without Python the test is skipped by name, unless everything is required.
fn auditor(script: &str, arguments: &[&str]) -> Option<String> {
    let python = ["python3", "python"]
        .into_iter()
        .find(|python| Command::new(python).arg("--version").output().is_ok());
    let Some(python) = python else {
        assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "Python is missing");
        eprintln!("skipped: Python 3.11 or later is needed for the auditor");
        return None;
    };
    let script = repository().join("tests/oracle").join(script);
    let output = Command::new(python).arg(script).args(arguments).current_dir(repository()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

/// Every figure of every product, to the last printed digit: 1e-12 of the currency.
fn agrees(dataset: &str, flags: &[&str]) {
    let path = format!("datasets/supply/{dataset}");
    let mut arguments = vec![path.as_str()];
    arguments.extend(flags);
    let Some(expected) = auditor("recompute.py", &arguments) else { return };
    let mut arguments = vec!["price", path.as_str(), "--format", "csv"];
    arguments.extend(flags);
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let (expected, found) = (rows(&expected), rows(&answer.stdout));
    assert_eq!(expected.len(), found.len(), "as many products");
    assert!(expected.len() > 20);
    for (expected, found) in expected.iter().zip(&found) {
        for (column, value) in expected {
            // Where there is no sum the auditor leaves the cell empty; the engine says why.
            let word = ["unpriced", "not stated"].contains(&found[column].as_str());
            let cell =
                if word && ["external_cost", "gap"].contains(&column.as_str()) { "" } else { &found[column] };
            assert_eq!(
                cell, value,
                "{dataset} {flags:?}: {column} of {} from {}",
                expected["product"], expected["origin"]
            );
        }
    }
}

#[test]
fn the_auditor_holds_its_own_checks() {
    auditor("selfcheck.py", &[]);
}

#[test]
fn grocery_as_the_manifest_says() {
    agrees("grocery", &[]);
}

#[test]
fn grocery_in_other_sets_currencies_and_years() {
    agrees("grocery", &["--factors", "true-price-2025", "--year", "2023"]);
    agrees("grocery", &["--factors", "epa-scghg-2023:discount-1.5", "--currency", "USD", "--year", "2022"]);
    agrees("grocery", &["--factors", "uba-2025", "--outside", "as_is", "--emission-year", "2028"]);
    agrees(
        "grocery",
        &["--currency", "CHF", "--year", "2023", "--order", "convert-first", "--factors", "epa-scghg-2023"],
    );
}

#[test]
fn coffee_with_its_loops_and_wage_gaps() {
    agrees("coffee", &[]);
    agrees("coffee", &["--netting"]);
    agrees("coffee", &["--factors", "ce-delft-2024", "--outside", "as_is"]);
    agrees("coffee", &["--factors", "ce-delft-2024"]);
}
