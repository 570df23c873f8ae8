//! The workbooks of reports: their cells are the values of the CSV beside them, and no workbook of a user is replaced.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use tempfile::TempDir;
use truecost_tests::workbooks::Parts;
use truecost_tests::{repository, run};

const COFFEE: &str = "datasets/coop/coffee";
const GROCERY: &str = "datasets/supply/grocery";

/// The sheets of a workbook by name, in order.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        sheets.push((name, range.rows().map(<[Data]>::to_vec).collect()));
    }
    sheets
}

fn names(sheets: &[(String, Vec<Vec<Data>>)]) -> Vec<&str> {
    sheets.iter().map(|(name, _)| name.as_str()).collect()
}

fn csv_rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// What a CSV has where a sheet has this.
fn is_same(cell: &Data, text: &str) -> bool {
    match cell {
        Data::Empty => text.is_empty(),
        Data::String(words) => words == text,
        Data::Bool(flag) => text == flag.to_string(),
        Data::Float(number) => text.parse() == Ok(*number),
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            text == format!("{year:04}-{month:02}-{day:02}")
        }
        _ => false,
    }
}

/// Every cell of a sheet is that of the CSV; says how many numbers, days and words there are.
fn compare(sheet: &[Vec<Data>], csv: &Path) -> [usize; 3] {
    let expected = csv_rows(csv);
    assert!(expected.len() > 1, "{} has no rows", csv.display());
    assert_eq!(sheet.len(), expected.len(), "{}", csv.display());
    let mut counts = [0; 3];
    for (row, (cells, texts)) in sheet.iter().zip(&expected).enumerate() {
        for (at, text) in texts.iter().enumerate() {
            let cell = cells.get(at).unwrap_or(&Data::Empty);
            let text = if row == 0 { text.replace('_', " ") } else { text.clone() };
            assert!(is_same(cell, &text), "{}: row {row}, column {at}: {cell:?} and {text}", csv.display());
            match cell {
                Data::Float(_) => counts[0] += 1,
                Data::DateTime(_) => counts[1] += 1,
                Data::String(_) if row > 0 => counts[2] += 1,
                _ => {}
            }
        }
    }
    counts
}

/// Runs a command with `--out`, and gives the folder.
fn out(arguments: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut arguments = arguments.to_vec();
    let path = folder.path().join("out");
    arguments.extend(["--out", path.to_str().unwrap()]);
    let answer = run(&repository(), &arguments);
    assert!(answer.code == 0, "{arguments:?}: {}", answer.stderr);
    folder
}

fn facts(sheet: &[Vec<Data>]) -> BTreeMap<String, Vec<String>> {
    let mut facts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &sheet[1..] {
        facts.entry(row[0].to_string()).or_default().push(row[1].to_string());
    }
    facts
}

/// A column added up by product and origin; rows without a number are left out.
fn sums(sheet: &[Vec<Data>], column: &str) -> BTreeMap<[String; 2], f64> {
    let at = |name: &str| sheet[0].iter().position(|cell| *cell == *name).unwrap();
    let (product, origin, column) = (at("product"), at("origin"), at(column));
    let mut sums = BTreeMap::new();
    for row in &sheet[1..] {
        if let Data::Float(number) = row[column] {
            *sums.entry([row[product].to_string(), row[origin].to_string()]).or_insert(0.0) += number;
        }
    }
    sums
}

#[test]
fn true_prices_as_a_workbook() {
    for (dataset, name) in [(GROCERY, "grocery"), (COFFEE, "coffee")] {
        let folder = out(&["price", dataset]);
        let folder = folder.path().join("out");
        let sheets = sheets(&folder.join("true_prices.xlsx"));
        assert_eq!(names(&sheets), ["About", "True prices", "Breakdown"]);
        let [numbers, _, words] = compare(&sheets[1].1, &folder.join("true_prices.csv"));
        assert!(numbers > 5 && words > 5, "{numbers} {words}");
        // The costs of the breakdown add up to those of the products.
        let (external, costs) = (sums(&sheets[1].1, "external cost"), sums(&sheets[2].1, "cost"));
        assert!(external.len() > 1, "{external:?}");
        for (product, sum) in &external {
            assert!((costs[product] - sum).abs() < 1e-6 * sum.abs().max(1.0), "{product:?}: {costs:?}");
        }
        let facts = facts(&sheets[0].1);
        assert!(facts["datasets: 1: name"].iter().any(|value| value.ends_with(name)), "{facts:?}");
        assert!(facts["datasets: 1: hash"][0].starts_with("sha256:"), "{facts:?}");
        assert_eq!(facts["choices: netting"], ["off"]);
    }
}

#[test]
fn accounts_as_a_workbook_and_as_a_page() {
    for dataset in [COFFEE, "datasets/flows/circle"] {
        let folder = out(&["accounts", dataset]);
        let folder = folder.path().join("out");
        let sheets = sheets(&folder.join("accounts.xlsx"));
        let all = ["Trial balance", "Income statement", "Balance sheet", "Journal", "Credit", "Not booked"];
        assert_eq!(names(&sheets)[0], "About");
        assert_eq!(names(&sheets)[1..], all);
        for (at, csv) in ["trial_balance", "income_statement", "balance_sheet", "journal"].iter().enumerate()
        {
            let [numbers, days, words] = compare(&sheets[at + 1].1, &folder.join(format!("{csv}.csv")));
            assert!(numbers > 0 && words > 0, "{csv}: {numbers} {words}");
            let rows = sheets[at + 1].1.len() - 1;
            assert_eq!(days, if *csv == "journal" { rows } else { 0 }, "{csv}");
        }
        let page = fs::read_to_string(folder.join("index.html")).unwrap();
        assert!(!page.contains("<script"), "a page needs no scripts");
        for title in ["Trial balance, ", "Income statement, ", "Balance sheet, "] {
            assert!(page.contains(title), "{title}");
        }
        // Every account of the trial balance is there, with its closing balance.
        let trial = csv_rows(&folder.join("trial_balance.csv"));
        let count = page.matches("<td>assets</td>").count() + page.matches("<td>liabilities</td>").count();
        let balances = csv_rows(&folder.join("balance_sheet.csv"));
        let is_kind = |row: &&Vec<String>, at: usize| ["assets", "liabilities"].contains(&row[at].as_str());
        let expected = trial.iter().filter(|row| is_kind(row, 3)).count()
            + balances.iter().filter(|row| is_kind(row, 2)).count();
        assert_eq!(count, expected, "{dataset}");
    }
}

#[test]
fn words_of_users_are_escaped_on_the_page_of_accounts() {
    let folder = TempDir::new().unwrap();
    for entry in fs::read_dir(repository().join("datasets/flows/circle")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let manifest = folder.path().join("manifest.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let start = text.lines().find(|line| line.starts_with("title")).unwrap().to_owned();
    fs::write(&manifest, text.replace(&start, "title = \"<b>&\\\"</b>\"")).unwrap();
    let answer = run(folder.path(), &["accounts", ".", "--out", "out"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let page = fs::read_to_string(folder.path().join("out/index.html")).unwrap();
    assert!(page.contains("<h1>&lt;b&gt;&amp;&quot;&lt;&#x2f;b&gt;</h1>"), "{page}");
    assert!(!page.contains("<b>&"), "not escaped");
}

#[test]
fn what_a_co_op_asks_says_in_its_workbook_what_it_rests_on() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("out");
    let answer = run(&repository(), &["fairtrade", "pay", COFFEE, "--out", path.to_str().unwrap()]);
    assert!(answer.code < 2, "{}", answer.stderr);
    let sheets = sheets(&path.join("pay.xlsx"));
    assert_eq!(names(&sheets)[..2], ["About", "Pay"]);
    for (name, rows) in &sheets[1..] {
        compare(rows, &path.join(format!("{}.csv", name.to_lowercase().replace(' ', "_"))));
    }
    let facts = facts(&sheets[0].1);
    assert_eq!(facts["report"], ["pay"]);
    assert_eq!(facts["contracts: name"], ["coffee"]);
    assert!(facts["contracts: hash"][0].starts_with("sha256:"), "{facts:?}");
    assert!(facts["note"].iter().any(|note| note == "contracts: 3 priced"), "{facts:?}");
}

/// The co-op as a workbook of this name, in a folder of its own.
fn workbook(name: &str) -> (TempDir, Vec<u8>) {
    let settings: [&[&str]; 7] = [
        &["setting", "value"],
        &["currency", "COP"],
        &["weight unit", "kg"],
        &["agent", "esperanza"],
        &["factors", "true-price-2025"],
        &["report currency", "EUR"],
        &["year", "2024"],
    ];
    let mut parts = Parts::new().table("Settings", &settings);
    for entry in fs::read_dir(repository().join(COFFEE)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "csv") {
            let rows = csv_rows(&path);
            let rows: Vec<Vec<&str>> =
                rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            parts = parts.table(&path.file_stem().unwrap().to_string_lossy(), &rows);
        }
    }
    let folder = TempDir::new().unwrap();
    parts.write(&folder.path().join(name));
    let bytes = fs::read(folder.path().join(name)).unwrap();
    (folder, bytes)
}

#[test]
fn no_report_is_written_over_the_workbook_that_it_is_made_from() {
    for (name, command) in [
        ("true_prices.xlsx", &["price"][..]),
        ("accounts.xlsx", &["accounts"]),
        ("statements.xlsx", &["statements"]),
        ("pay.xlsx", &["fairtrade", "pay"]),
    ] {
        let (folder, bytes) = workbook(name);
        let ask = |path: &str, to: &str| {
            let mut arguments = command.to_vec();
            arguments.extend([path, "-o", to]);
            run(folder.path(), &arguments)
        };
        let answer = ask(name, "elsewhere");
        assert!(answer.code < 2, "{name}: {}", answer.stderr);
        for (path, to) in [(name, "."), (name, "./"), (&*format!("elsewhere/../{name}"), ".")] {
            let answer = ask(path, to);
            assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{name}: {}", answer.stderr);
            let said = "nothing is written over the file that it is made from";
            assert!(answer.stderr.contains(said) && answer.stderr.contains(name), "{}", answer.stderr);
            assert_eq!(fs::read(folder.path().join(name)).unwrap(), bytes, "{name} was touched");
        }
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 2, "{name}: files of a refused report are there");
        // Under another name it may stand beside its report.
        fs::rename(folder.path().join(name), folder.path().join("mine.xlsx")).unwrap();
        let answer = ask("mine.xlsx", ".");
        assert!(answer.code < 2, "{name}: {}", answer.stderr);
        assert_eq!(fs::read(folder.path().join("mine.xlsx")).unwrap(), bytes);
        assert!(folder.path().join(name).exists(), "{name} was not written");
    }
}
