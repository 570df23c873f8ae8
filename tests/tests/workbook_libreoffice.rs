//! Workbooks through LibreOffice: it opens what is written, and what it saves is read as the same values.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use tempfile::TempDir;
use truecost_tests::example::is_the_example;
use truecost_tests::workbooks::{Parts, through_libreoffice};
use truecost_tests::{repository, run};

/// All sheets of a workbook: where each cell is, and what it holds.
fn cells(path: &Path) -> Vec<(String, Vec<(u32, u32, Data)>)> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).unwrap();
            let (top, left) = range.start().unwrap_or_default();
            let used = range.used_cells();
            let cells = used.map(|(row, at, cell)| (top + row as u32, left + at as u32, cell.clone()));
            (name, cells.collect())
        })
        .collect()
}

#[test]
fn the_template_comes_back_value_by_value_and_is_answered_alike() {
    let folder = TempDir::new().unwrap();
    let answer = run(folder.path(), &["template", "coop.xlsx"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let (saved, again) = (folder.path().join("saved"), folder.path().join("again"));
    let written = folder.path().join("coop.xlsx");
    let Some(()) = through_libreoffice(&[&written], "xlsx", &saved) else { return };
    is_the_example(&saved.join("coop.xlsx"));
    // And by way of its own format.
    through_libreoffice(&[&saved.join("coop.xlsx")], "ods", &again);
    through_libreoffice(&[&again.join("coop.ods")], "xlsx", &again);
    is_the_example(&again.join("coop.xlsx"));
    for command in [&["check"][..], &["price"], &["statements"], &["fairtrade", "pay"], &["accounts"]] {
        let ask = |workbook: &str| run(folder.path(), &[command, &[workbook]].concat());
        let (ours, theirs) = (ask("coop.xlsx"), ask("saved/coop.xlsx"));
        assert!(!ours.stdout.is_empty(), "{command:?}: {}", ours.stderr);
        let stdout = theirs.stdout.replace("saved/coop.xlsx", "coop.xlsx");
        assert_eq!((theirs.code, stdout), (ours.code, ours.stdout), "{command:?}: {}", theirs.stderr);
    }
}

#[test]
fn results_keep_every_value_with_its_type() {
    let folder = TempDir::new().unwrap();
    let coffee = repository().join("datasets/coop/coffee");
    let coffee = coffee.to_str().unwrap();
    for command in
        [&["price"][..], &["accounts"], &["statements"], &["fairtrade", "pay"], &["fairtrade", "drift"]]
    {
        let answer = run(folder.path(), &[command, &[coffee, "--out", "."]].concat());
        assert_ne!(answer.code, 2, "{command:?}: {}", answer.stderr);
    }
    let books = ["true_prices", "accounts", "statements", "pay", "drift"];
    let files: Vec<_> = books.iter().map(|name| folder.path().join(format!("{name}.xlsx"))).collect();
    let files: Vec<&Path> = files.iter().map(AsRef::as_ref).collect();
    let saved = folder.path().join("saved");
    let Some(()) = through_libreoffice(&files, "xlsx", &saved) else { return };
    let (mut numbers, mut days, mut truths) = (0, 0, 0);
    for file in files {
        let (ours, theirs) = (cells(file), cells(&saved.join(file.file_name().unwrap())));
        assert_eq!(ours.len(), theirs.len(), "{}", file.display());
        for ((name, ours), (other, theirs)) in ours.iter().zip(&theirs) {
            assert_eq!((name, ours), (other, theirs), "{}", file.display());
            numbers += ours.iter().filter(|(.., cell)| matches!(cell, Data::Float(_))).count();
            days += ours.iter().filter(|(.., cell)| matches!(cell, Data::DateTime(_))).count();
            truths += ours.iter().filter(|(.., cell)| matches!(cell, Data::Bool(_))).count();
        }
    }
    assert!(numbers > 500 && days > 100, "{numbers} numbers, {days} days, {truths} truths");
}

#[test]
fn texts_that_look_like_formulas_stay_texts() {
    let folder = TempDir::new().unwrap();
    let names = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1,1)",
        "'quoted",
        "=HYPERLINK(\"http://example.org\",\"x\")",
        "007",
        "1e5",
        "TRUE",
        "a\tb",
    ];
    let mut products: Vec<Vec<&str>> = vec![vec!["id", "name", "unit"]];
    let mut processes: Vec<Vec<&str>> = vec![vec!["id", "product", "amount", "unit", "region"]];
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let shown: Vec<String> = names.iter().map(|name| format!("'{name}")).collect();
    for (id, name) in ids.iter().zip(&shown) {
        products.push(vec![id, name, "kg"]);
        processes.push(vec![id, id, "1", "kg", "CO"]);
    }
    fn rows<'a>(all: &'a [Vec<&'a str>]) -> Vec<&'a [&'a str]> {
        all.iter().map(Vec::as_slice).collect()
    }
    let parts = Parts::new().table("Products", &rows(&products)).table("Processes", &rows(&processes));
    parts.write(&folder.path().join("odd.xlsx"));
    let options = ["--factors", "uba-2025", "--currency", "EUR", "--year", "2025", "--out", "."];
    let answer = run(folder.path(), &[&["price", "odd.xlsx"][..], &options].concat());
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let found = |path: &Path| -> Vec<Data> {
        let all = cells(path);
        let sheet = &all.iter().find(|(name, _)| name == "true prices").unwrap().1;
        sheet.iter().filter(|(row, at, _)| *row > 0 && *at == 1).map(|(.., cell)| cell.clone()).collect()
    };
    let expected: Vec<Data> = names.iter().map(|name| Data::String((*name).to_owned())).collect();
    let written = folder.path().join("true_prices.xlsx");
    assert_eq!(found(&written), expected);
    let saved = folder.path().join("saved");
    let Some(()) = through_libreoffice(&[&written], "xlsx", &saved) else { return };
    assert_eq!(found(&saved.join("true_prices.xlsx")), expected);
}

#[test]
fn formulas_have_values_once_libreoffice_saved_them() {
    let folder = TempDir::new().unwrap();
    let text =
        |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = format!(
        "<row r=\"1\">{}{}{}</row><row r=\"2\">{}{}<c r=\"C2\"><f>0.1*3</f></c></row>\
         <row r=\"3\">{}{}<c r=\"C3\"><f>C2*2</f></c></row>",
        text("A1", "id"),
        text("B1", "name"),
        text("C1", "mass kg"),
        text("A2", "a"),
        text("B2", "A"),
        text("A3", "b"),
        text("B3", "B"),
    );
    let parts = Parts::new().sheet("Products", &rows, "");
    let written = folder.path().join("coop.xlsx");
    parts.write(&written);
    let answer = run(folder.path(), &["check", "coop.xlsx"]);
    for cell in ["Products!C2", "Products!C3"] {
        let said = format!("error[formula-not-computed] coop.xlsx: {cell}: the formula has no stored value");
        assert!(answer.stderr.contains(&said), "{}", answer.stderr);
    }
    let saved = folder.path().join("saved");
    let Some(()) = through_libreoffice(&[&written], "xlsx", &saved) else { return };
    let answer = run(folder.path(), &["check", "saved/coop.xlsx"]);
    assert!(!answer.stderr.contains("formula-not-computed"), "{}", answer.stderr);
    let sheet = &cells(&saved.join("coop.xlsx"))[0].1;
    let at = |row: u32| sheet.iter().find(|(at, column, _)| (*at, *column) == (row, 2)).unwrap().2.clone();
    // It keeps 15 digits, so that nothing is left of the noise of doubles.
    assert_eq!((at(1), at(2)), (Data::Float(0.3), Data::Float(0.6)));
}
