//! Workbooks that are written: what a spreadsheet program reads out of them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use tempfile::TempDir;
use truecost_tests::{repository, run};

/// All sheets of a workbook, as rows of cells.
fn read(bytes: Vec<u8>) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).unwrap();
            (name, range.rows().map(<[Data]>::to_vec).collect())
        })
        .collect()
}

/// A sheet of a workbook that a command wrote.
fn sheet(folder: &TempDir, file: &str, name: &str) -> Vec<Vec<Data>> {
    let all = read(std::fs::read(folder.path().join(file)).unwrap());
    all.into_iter().find(|(known, _)| known == name).unwrap().1
}

fn csv(folder: &TempDir, file: &str) -> Vec<csv::StringRecord> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_path(folder.path().join(file)).unwrap();
    reader.records().map(Result::unwrap).collect()
}

/// Is the cell of a workbook what the CSV says, in the 15 digits that spreadsheets keep?
fn same(cell: &Data, text: &str) -> bool {
    match cell {
        Data::Empty => text.is_empty(),
        Data::Float(number) => {
            let told = text.parse::<f64>().map(|told| format!("{told:.14e}"));
            told.is_ok_and(|told| told.parse::<f64>().is_ok_and(|told| told.to_bits() == number.to_bits()))
        }
        Data::Bool(truth) => text == truth.to_string(),
        Data::DateTime(moment) => {
            let (year, month, day, hour, ..) = moment.to_ymd_hms_milli();
            hour == 0 && text == format!("{year:04}-{month:02}-{day:02}")
        }
        Data::String(word) => text == word,
        _ => false,
    }
}

fn compare(folder: &TempDir, workbook: &str, name: &str, file: &str) {
    let (rows, told) = (sheet(folder, workbook, name), csv(folder, file));
    assert_eq!(rows.len(), told.len(), "{name}");
    for (row, told) in rows.iter().zip(&told).skip(1) {
        for (cell, text) in row.iter().zip(told) {
            assert!(same(cell, text), "{name}: {cell:?} is not {text}");
        }
    }
}

#[test]
fn true_prices_are_numbers_and_the_same_as_in_the_csv() {
    let folder = TempDir::new().unwrap();
    let coffee = repository().join("datasets/coop/coffee");
    let answer = run(folder.path(), &["price", coffee.to_str().unwrap(), "--out", "."]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    compare(&folder, "true_prices.xlsx", "true prices", "true_prices.csv");
    let prices = sheet(&folder, "true_prices.xlsx", "true prices");
    let at = prices[0].iter().position(|cell| cell == &Data::String("market price".to_owned())).unwrap();
    assert!(prices[1..].iter().any(|row| matches!(row[at], Data::Float(_))));
    let about = sheet(&folder, "true_prices.xlsx", "About");
    let value = |what: &str| {
        about.iter().find(|row| row[0] == Data::String(what.to_owned())).map(|row| row[1].clone())
    };
    assert_eq!(value("note"), Some(Data::String("all money is in EUR of 2024".to_owned())));
    assert!(value("datasets 1 hash").is_some(), "{about:?}");
}

#[test]
fn books_have_days_and_numbers_and_the_same_as_in_the_csv() {
    let folder = TempDir::new().unwrap();
    let coffee = repository().join("datasets/coop/coffee");
    let answer = run(folder.path(), &["accounts", coffee.to_str().unwrap(), "--out", "."]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    for name in
        ["journal", "balances", "trial balance", "income statement", "balance sheet", "credit", "not booked"]
    {
        compare(&folder, "accounts.xlsx", name, &format!("{}.csv", name.replace(' ', "_")));
    }
    let journal = sheet(&folder, "accounts.xlsx", "journal");
    assert!(journal.len() > 50);
    assert!(journal[1..].iter().all(|row| matches!(row[1], Data::DateTime(_))), "{:?}", journal[1]);
    let page = std::fs::read_to_string(folder.path().join("index.html")).unwrap();
    assert!(
        page.contains("<h2>Balance sheet</h2>") && page.ends_with("</html>\n") || page.ends_with("</html>")
    );
}
