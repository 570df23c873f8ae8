//! Ten thousand producers: every statement adds up, and is what the books say; audited by a program that shares no code.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod coop_producers;

use truecost_tests::{auditor, repository, run};

/// Writes a co-op, its statements and its books, and audits them.
fn audited(producers: usize, seed: u64, period: &[&str]) -> String {
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
    let Some(said) = auditor("statements.py", &arguments) else { return String::new() };
    said
}

#[test]
fn ten_thousand_statements_are_what_the_books_say() {
    let said = audited(10_000, 2024, &[]);
    assert!(said.is_empty() || said.contains("no differences"), "{said}");
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
        assert!(said.is_empty() || said.contains("no differences"), "{said}");
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
