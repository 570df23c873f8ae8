//! `truecost lines` against an independent program: `tests/oracle/audit_lines.py` recomputes every line from the dataset,
//! in exact rationals, and shares no code.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use truecost_tests::{Answer, auditor, repository, run, truecost};

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from[(self.0 >> 33) as usize % from.len()]
    }
}

/// Lines of the two datasets that are here.
fn sales(seed: u64, count: usize) -> String {
    let mut dice = Dice(seed);
    let mut text = "id,product,quantity,unit,origin,price,currency,year,shop\n".to_owned();
    for id in 0..count {
        let cells = [
            dice.pick(&[
                "banana",
                "coffee",
                "milk",
                "filter-coffee",
                "coffee-pack",
                "electricity",
                "bread",
                "unicorn",
                "apple",
            ]),
            dice.pick(&["1", "0.5", "2.75", "-1", "0.000001", "123456.789", "1e3", "0", "abc", ""]),
            dice.pick(&["kg", "kg", "g", "cup", "lb", "kW.h", "t", "L", "furlong"]),
            dice.pick(&["", "", "", "NL", "CO", "CO-HUI", "UG", "DE", "XX"]),
            dice.pick(&["1.99", "0", "12", "", "3.333333333333", "-2"]),
            dice.pick(&["EUR", "USD", "CHF", "COP", "QQQ"]),
            dice.pick(&["2024", "2023", "2022", "2021", "2019", "2024"]),
            dice.pick(&["north", "south, by the sea", ""]),
        ];
        let cells = cells.map(|cell| if cell.contains(',') { format!("{cell:?}") } else { cell.to_owned() });
        writeln!(text, "{id},{}", cells.join(",")).unwrap();
    }
    text
}

/// Prices lines with a book of a dataset, and has all of it audited. Gives what the two commands said.
fn audited(dataset: &str, valuing: &[&str], lines: &str, asked: &[&str]) -> Option<(String, Answer)> {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("lines.csv"), lines).unwrap();
    let dataset = repository().join("datasets/supply").join(dataset);
    let dataset = dataset.to_str().unwrap();
    let book = path("book.arrow");
    let compiled = run(folder.path(), &[&["pricebook", dataset, "-o", &book], valuing].concat());
    assert_eq!(compiled.code, 0, "{valuing:?} {}", compiled.stderr);
    let (out, rejects, summary) = (path("priced.csv"), path("rejects.csv"), path("summary.csv"));
    let arguments = [
        "lines",
        "lines.csv",
        "--pricebook",
        &book,
        "-o",
        &out,
        "--rejects",
        &rejects,
        "--summary",
        &summary,
    ];
    let answer = run(folder.path(), &[&arguments, asked].concat());
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    let years = years(&compiled.stderr);
    let lines = path("lines.csv");
    let mut arguments = vec![dataset, &lines, "--priced", &out, "--rejects", &rejects, "--summary", &summary];
    arguments.extend(years.iter().flat_map(|years| ["--years", years]));
    auditor("audit_lines.py", &[&arguments, without_years(valuing).as_slice(), asked].concat())?;
    audits_itself(folder.path(), &arguments, &without_years(valuing), asked);
    Some((compiled.stderr, answer))
}

/// The emission years that lines may have, as `truecost pricebook` says them; `None`: any.
fn years(said: &str) -> Option<String> {
    let (_, rest) = said.split_once("lines of ")?;
    let words: Vec<&str> = rest.split([' ', ',', '\n']).collect();
    (words.get(1) == Some(&"to")).then(|| format!("{}-{}", words[0], words[2]))
}

fn without_years<'a>(valuing: &[&'a str]) -> Vec<&'a str> {
    let at = valuing.iter().position(|flag| *flag == "--years");
    valuing
        .iter()
        .enumerate()
        .filter(|(place, _)| at.is_none_or(|at| *place != at && *place != at + 1))
        .map(|(_, flag)| *flag)
        .collect()
}

/// The auditor finds mistakes that are planted in what it has just found right.
fn audits_itself(folder: &Path, arguments: &[&str], valuing: &[&str], asked: &[&str]) {
    let said = auditor("audit_lines_selfcheck.py", &[arguments, valuing, asked].concat());
    assert!(said.is_some_and(|said| said.contains("planted mistakes were found")), "{}", folder.display());
}

#[test]
fn groceries() {
    let lines = sales(1, 250);
    let asked = ["--group-by", "shop,category", "--indicators", "all", "--bounds"];
    let Some((said, _)) = audited("grocery", &[], &lines, &asked) else { return };
    assert!(said.contains("lines of 2021 to 2024"), "{said}");
    audited(
        "grocery",
        &["--years", "2022-2027", "--currency", "USD", "--netting"],
        &lines,
        &["--keep", "id,shop"],
    );
    audited(
        "grocery",
        &["--emission-year", "2026", "--factors", "uba-2025", "--outside", "as_is"],
        &lines,
        &["--group-by", "year"],
    );
}

#[test]
fn coffee_with_its_loops_and_payments() {
    let lines = sales(2, 250);
    let asked = [
        "--group-by",
        "name,year",
        "--indicators",
        "climate-change,wage-gap-below-living",
        "--column",
        "currency=",
        "--set",
        "currency=CHF",
    ];
    let Some((said, _)) = audited("coffee", &[], &lines, &asked) else { return };
    assert!(said.contains("lines of any year"), "{said}");
    let renamed = lines.replacen("product,quantity", "sku,how much", 1);
    let asked =
        ["--column", "product=sku", "--column", "quantity=how much", "--column", "value=price", "--bounds"];
    audited(
        "coffee",
        &["--factors", "ce-delft-2024", "--outside", "as_is", "--order", "convert-first"],
        &renamed,
        &asked,
    );
}

#[test]
fn datasets_and_lines_of_anything() {
    let program = truecost();
    let Some(said) = auditor("fuzz_lines.py", &[program.to_str().unwrap(), "31", "36"]) else { return };
    for what in ["books", "fallback: factors", "unpriced in part", "rejected: overflow"] {
        assert!(said.contains(what), "{said}");
    }
}
