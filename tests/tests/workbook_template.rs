//! The template: what is read back is the built-in co-op, value by value, and every command answers alike.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use tempfile::TempDir;
use truecost::data::schema::{ALL, COOP_TABLES, FLOW_TABLES};
use truecost::data::workbook::settings::SETTINGS;
use truecost::data::workbook::units::{HEADER_UNITS, header_unit};
use truecost_tests::example::is_the_example;
use truecost_tests::{repository, run};

fn template() -> TempDir {
    let folder = TempDir::new().unwrap();
    let answer = run(folder.path(), &["template", "coop.xlsx"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (0, ""), "{}", answer.stderr);
    folder
}

#[test]
fn what_is_read_back_is_the_example_value_by_value() {
    let folder = template();
    is_the_example(&folder.path().join("coop.xlsx"));
}

#[test]
fn every_command_answers_a_workbook_as_it_answers_a_folder() {
    let folder = template();
    let coffee = repository().join("datasets/coop/coffee");
    let coffee = coffee.to_str().unwrap();
    let commands: &[&[&str]] = &[
        &["price", "--format", "csv"],
        &["statements", "--format", "csv"],
        &["accounts", "--format", "csv"],
        &["classify", "--format", "csv"],
        &["fairtrade", "pay", "--format", "csv"],
        &["fairtrade", "wages", "--format", "csv"],
        &["fairtrade", "income", "--format", "csv"],
        &["fairtrade", "reference-price", "--format", "csv"],
        &["fairtrade", "mass-balance", "--format", "csv"],
        &["fairtrade", "surplus", "--format", "csv"],
        &["fairtrade", "value-equation", "--format", "csv"],
        &["fairtrade", "drift", "--format", "csv"],
    ];
    let before = std::fs::read(folder.path().join("coop.xlsx")).unwrap();
    for command in commands {
        let words = command.iter().position(|word| word.starts_with("--")).unwrap();
        let ask = |dataset: &str| {
            let arguments = [&command[..words], &[dataset], &command[words..]].concat();
            run(folder.path(), &arguments)
        };
        let (book, tables) = (ask("coop.xlsx"), ask(coffee));
        assert!(tables.stdout.lines().count() > 1, "{command:?}: {}", tables.stderr);
        assert_eq!((book.code, book.stdout), (tables.code, tables.stdout), "{command:?}: {}", book.stderr);
    }
    // Answers go beside the workbook, and never into it.
    for command in [&["price"][..], &["statements"], &["accounts"], &["fairtrade", "pay"]] {
        let answer = run(folder.path(), &[command, &["coop.xlsx", "--out", "."]].concat());
        assert_ne!(answer.code, 2, "{command:?}: {}", answer.stderr);
    }
    assert_eq!(std::fs::read(folder.path().join("coop.xlsx")).unwrap(), before);
    for file in ["true_prices.xlsx", "accounts.xlsx", "index.html"] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
}

#[test]
fn the_template_is_the_same_every_time_and_replaces_nothing() {
    let (one, other) = (template(), template());
    let bytes = |folder: &TempDir| std::fs::read(folder.path().join("coop.xlsx")).unwrap();
    assert!(bytes(&one) == bytes(&other));
    std::fs::write(one.path().join("coop.xlsx"), "mine").unwrap();
    let answer = run(one.path(), &["template", "coop.xlsx"]);
    assert_eq!(answer.code, 2);
    assert!(
        answer.stderr.starts_with("error[unwritable-path] coop.xlsx: is there already"),
        "{}",
        answer.stderr
    );
    assert_eq!(bytes(&one), b"mine");
    let answer = run(one.path(), &["template", "coop.ods"]);
    assert!(answer.stderr.contains("let it end in `.xlsx`"), "{}", answer.stderr);
    assert!(!one.path().join("coop.ods").exists());
}

#[test]
fn a_workbook_of_the_user_is_never_replaced() {
    let folder = template();
    let mine = folder.path().join("true_prices.xlsx");
    std::fs::copy(folder.path().join("coop.xlsx"), &mine).unwrap();
    let before = std::fs::read(&mine).unwrap();
    let answer = run(folder.path(), &["price", "true_prices.xlsx", "--out", "."]);
    assert_eq!(answer.code, 2, "{}", answer.stderr);
    let said = "true_prices.xlsx: is a workbook that truecost did not write, and is not replaced";
    assert!(answer.stderr.contains(said), "{}", answer.stderr);
    assert_eq!(std::fs::read(&mine).unwrap(), before);
    assert!(!folder.path().join("true_prices.csv").exists());
    // What truecost wrote it writes again.
    std::fs::remove_file(&mine).unwrap();
    for _ in 0..2 {
        let answer = run(folder.path(), &["price", "coop.xlsx", "--out", "."]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
    }
}

#[test]
fn a_mistake_in_the_template_names_its_cell() {
    // The same sheets, and one delivery whose weight is in words: what a treasurer types by mistake.
    let folder = TempDir::new().unwrap();
    let coffee = repository().join("datasets/coop/coffee");
    let text = std::fs::read_to_string(coffee.join("deliveries.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let mut rows: Vec<Vec<&str>> = rows.into_iter().take(3).collect();
    let weight = rows[0].iter().position(|name| *name == "gross_weight").unwrap();
    rows[2][weight] = "three hundred";
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    truecost_tests::workbooks::Parts::new()
        .table("Deliveries", &rows)
        .write(&folder.path().join("coop.xlsx"));
    let answer = run(folder.path(), &["check", "coop.xlsx"]);
    let said = "error[not-a-number] coop.xlsx: Deliveries!H3: `three hundred` is not a number";
    assert!(answer.stderr.contains(said), "{}", answer.stderr);
}

/// Cells of the rows of a table in a document, with the marks of code taken out.
fn documented(heading: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(repository().join("docs/reference/workbooks.md")).unwrap();
    let (_, rest) = text.split_once(heading).unwrap();
    let lines = rest.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells =
        |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect();
    lines.map(cells).collect()
}

#[test]
fn the_reference_names_every_header_that_says_a_unit() {
    let list = |cell: &str| cell.split(", ").map(str::to_owned).collect::<Vec<_>>();
    let mut told = BTreeSet::new();
    for row in documented("| table | headers | what they may say | stands for the column |") {
        for (table, column) in
            list(&row[0]).iter().flat_map(|t| list(&row[1]).into_iter().map(move |c| (t.clone(), c)))
        {
            let holders = if row[3].starts_with("none") { Vec::new() } else { list(&row[3]) };
            for said in list(&row[2]) {
                let said = said.trim_matches(['(', ')']);
                let schema =
                    COOP_TABLES.iter().chain(ALL).chain(FLOW_TABLES).find(|s| s.table == table).unwrap();
                let read = header_unit(schema, &column).and_then(|unit| unit.read(said));
                let read = read.unwrap_or_else(|| panic!("{table}.{column} ({said})"));
                assert!(
                    read.iter().all(|(holder, _)| holders.iter().any(|told| told == holder)),
                    "{table}.{column}"
                );
            }
            told.insert((table, column));
        }
    }
    let known: BTreeSet<(String, String)> = HEADER_UNITS
        .iter()
        .flat_map(|(table, columns, _)| {
            columns.iter().map(|column| ((*table).to_owned(), (*column).to_owned()))
        })
        .collect();
    assert_eq!(told, known);
}

#[test]
fn the_reference_names_every_setting() {
    let told: BTreeSet<String> = documented("| setting | what it is |")
        .iter()
        .flat_map(|row| row[0].split(", ").map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let known: BTreeSet<String> = SETTINGS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(told, known);
}
