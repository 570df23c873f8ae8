//! Ten thousand producers: every statement adds up, and is what the books say; audited by a program that shares no code.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod coop_producers;

use std::collections::BTreeMap;

use truecost_tests::{auditor, repository, run};

/// Writes a co-op, its statements and its books, and audits them.
fn audited(producers: usize, seed: u64, period: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(folder.path().join("coop")).unwrap();
    coop_producers::write(&folder.path().join("coop"), producers, seed);
    let (coop, out, books) = (path("coop"), path("statements"), path("books"));
    let mut arguments = vec!["statements", &coop, "--format", "csv", "--out", &out];
    arguments.extend(period);
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_eq!(run(&repository(), &["accounts", &coop, "--out", &books]).code, 0);
    let mut arguments = vec![coop.as_str(), &out, "--books", &books];
    arguments.extend(period);
    adds_up(&out);
    auditor("statements.py", &arguments)
}

/// Amounts of a column by currency, in parts of 1e-12.
fn sums(path: &str, column: &str) -> BTreeMap<String, i128> {
    let units = |text: &str| {
        let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        sign * format!("{whole}{part:0<12}").parse::<i128>().unwrap()
    };
    let mut all = BTreeMap::new();
    for row in csv::Reader::from_path(path).unwrap().deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        *all.entry(row["currency"].clone()).or_default() += units(&row[column]);
    }
    all
}

/// Statements add up to the totals, also where no auditor can run.
fn adds_up(out: &str) {
    let (statements, totals) = (format!("{out}/statements.csv"), format!("{out}/totals.csv"));
    for column in ["opening", "value", "floor_adjustment", "second_payment", "deductions", "closing"] {
        let own = sums(&statements, column);
        assert!(!own.is_empty());
        assert_eq!(own, sums(&totals, column), "{column}");
    }
}

#[test]
fn ten_thousand_statements_are_what_the_books_say() {
    let said = audited(10_000, 2024, &[]);
    assert!(said.as_ref().is_none_or(|said| said.contains("no differences")), "{said:?}");
}

#[test]
fn a_period_has_its_opening_balances() {
    for (seed, period) in [
        (1, ["--period", "2024-06"].as_slice()),
        (2, ["--from", "2024-07-01"].as_slice()),
        (3, ["--from", "2024-03", "--until", "2024-09"].as_slice()),
        (4, ["--until", "2024-12-30"].as_slice()),
    ] {
        let said = audited(200, seed, period);
        assert!(said.as_ref().is_none_or(|said| said.contains("no differences")), "{said:?}");
    }
}

#[test]
fn the_auditor_finds_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(folder.path().join("coop")).unwrap();
    coop_producers::write(&folder.path().join("coop"), 300, 5);
    let (coop, out, books) = (path("coop"), path("statements"), path("books"));
    assert_eq!(run(&repository(), &["statements", &coop, "--out", &out]).code, 0);
    assert_eq!(run(&repository(), &["accounts", &coop, "--out", &books]).code, 0);
    let said = auditor("statements_selfcheck.py", &[&coop, &out, &books]);
    assert!(said.is_none_or(|said| said.contains("all found")));
}
