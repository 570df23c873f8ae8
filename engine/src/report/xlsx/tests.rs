//! Workbooks are read back, value by value.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

use crate::base::decimal::parse;
use crate::base::money::Money;
use crate::base::period::Period;
use crate::report::columns::Columns;

use super::*;

fn opened(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    open_workbook_from_rs(Cursor::new(bytes)).unwrap()
}

/// The cells below the header of a sheet.
fn cells(bytes: &[u8], sheet: &str) -> Vec<Vec<Data>> {
    let range = opened(bytes.to_vec()).worksheet_range(sheet).unwrap();
    range.rows().skip(1).map(<[Data]>::to_vec).collect()
}

fn words(texts: &[&str]) -> Columns {
    Columns::of(texts).text("words", |text| *text).done()
}

fn money(text: &str) -> Money {
    Money::round(&parse(text).unwrap()).unwrap()
}

#[test]
fn every_kind_of_cell_comes_back_as_what_it_is() {
    let rows: [(&str, Option<&str>, i32); 2] = [("a", Some("1234567.125"), 2024), ("", None, 1999)];
    let columns = Columns::of(&rows)
        .text("some_words", |row| row.0)
        .money("amount", |row| row.1.map(money))
        .year("year", |row| Some(row.2))
        .date("day", |row| Period::parse(if row.2 == 2024 { "2024-02-29" } else { "1999" }))
        .count("how_many", |row| row.0.len())
        .flag("is_a", |row| row.0 == "a")
        .number("mass", |row| Some(if row.2 == 2024 { 0.1 } else { f64::NAN }))
        .done();
    let bytes = workbook(&[], &[("All", &columns)]).unwrap();
    let mut book = opened(bytes.clone());
    assert_eq!(book.sheet_names(), ["All"]);
    let header: Vec<String> =
        book.worksheet_range("All").unwrap().rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(header, ["some words", "amount", "year", "day", "how many", "is a", "mass"]);
    let rows = cells(&bytes, "All");
    assert_eq!(rows[0][..3], [Data::String("a".to_owned()), Data::Float(1_234_567.125), Data::Float(2024.0)]);
    let Data::DateTime(day) = &rows[0][3] else { panic!("{:?}", rows[0][3]) };
    // 29 February 2024 is day 45351 of a spreadsheet.
    assert!(day.is_datetime() && (day.as_f64() - 45_351.0).abs() < f64::EPSILON);
    assert_eq!(rows[0][4..], [Data::Float(1.0), Data::Bool(true), Data::Float(0.1)]);
    assert_eq!(rows[1][..3], [Data::Empty, Data::Empty, Data::Float(1999.0)]);
    // A year is no day, and NaN is no number: both are words.
    assert_eq!(rows[1][3], Data::String("1999".to_owned()));
    assert_eq!(rows[1][4..], [Data::Float(0.0), Data::Bool(false), Data::String("NaN".to_owned())]);
    assert_eq!(workbook(&[], &[("All", &columns)]).unwrap(), bytes, "another day, another file");
}

#[test]
fn words_stay_the_words_they_are() {
    let texts = [
        "=1+1",
        "+49 30",
        "-5",
        "@SUM(A1)",
        "0049",
        "1e3",
        "TRUE",
        "#N/A",
        " edges ",
        "two\nlines",
        "tab\there",
        "bell\u{7}",
        "_x0041_",
        "<b>&amp;\"'",
        "\u{1f34c} 咖啡",
    ];
    let bytes = workbook(&[], &[("Words", &words(&texts))]).unwrap();
    let back: Vec<Data> = cells(&bytes, "Words").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(back, texts.map(|text| Data::String(text.to_owned())));
    assert!(opened(bytes).worksheet_formula("Words").unwrap().is_empty());
    let bytes = workbook(&[], &[("Words", &words(&["a\u{ffff}b"]))]).unwrap();
    assert_eq!(cells(&bytes, "Words")[0][0], Data::String("a\u{fffd}b".to_owned()));
}

#[test]
fn names_that_no_sheet_may_have_are_changed() {
    let columns = words(&["x"]);
    let fact = [("a".to_owned(), "b".to_owned())];
    let long = "What was paid and to whom in 2024 [EUR]";
    let sheets = [(long, &columns), ("about", &columns), ("A/B", &columns), ("a:b", &columns)];
    let bytes = workbook(&fact, &sheets).unwrap();
    let names = opened(bytes).sheet_names();
    assert_eq!(names, ["About", "What was paid and to whom in 20", "about 2", "A-B", "a-b 2"]);
}

#[test]
fn a_text_that_no_cell_holds_is_an_error_that_names_the_cell() {
    let long = "x".repeat(MOST_CHARACTERS + 1);
    let fits = words(&["short", &long[1..]]);
    assert_eq!(cells(&workbook(&[], &[("Words", &fits)]).unwrap(), "Words")[1][0].to_string().len(), 32_767);
    let error = workbook(&[], &[("Words", &words(&["short", &long]))]).unwrap_err();
    assert!(error.message.contains("`Words` has a text of 32768 characters in A3"), "{}", error.message);
    // Characters outside the basic plane count twice.
    let wide = "\u{1f34c}".repeat(MOST_CHARACTERS / 2 + 1);
    assert!(workbook(&[], &[("Words", &words(&[&wide]))]).is_err());
}

#[test]
fn a_table_that_no_sheet_holds_is_an_error_or_left_out_and_told() {
    let many = vec![(); MOST_ROWS + 1];
    let columns = Columns::of(&many).money("amount", |()| None).done();
    let error = workbook(&[], &[("Journal", &columns)]).unwrap_err();
    assert!(error.message.contains("`Journal` has 1048576 rows"), "{}", error.message);
    let small = words(&["x"]);
    let bytes = report(&[], &[("Journal", &columns), ("Small", &small)]).unwrap();
    assert_eq!(opened(bytes.clone()).sheet_names(), ["About", "Small"]);
    let said = cells(&bytes, "About");
    assert_eq!(said[0][0], Data::String("left out".to_owned()));
    assert!(said[0][1].to_string().contains("`Journal` has 1048576 rows"), "{said:?}");
    let most = vec![(); MOST_ROWS];
    assert!(workbook(&[], &[("Journal", &Columns::of(&most).money("amount", |()| None).done())]).is_ok());
}

#[test]
fn a_fact_that_no_cell_holds_is_cut_and_says_so() {
    let fact = [("source".to_owned(), "x".repeat(40_000))];
    let bytes = workbook(&fact, &[]).unwrap();
    let said = cells(&bytes, "About")[0][1].to_string();
    assert_eq!(said.encode_utf16().count(), MOST_CHARACTERS);
    assert!(said.ends_with("x \u{2026} (cut)"));
}

/// The XML of a part of a workbook.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn money_shows_the_decimals_that_its_column_needs() {
    for (amounts, pattern) in [
        (["12", "1200"], "#,##0"),
        (["12", "0.5"], "#,##0.00"),
        (["12", "0.125"], "#,##0.000"),
        (["1", "0.123456789012"], "#,##0.000000"),
    ] {
        let columns = Columns::of(&amounts).money("amount", |text| Some(money(text))).done();
        let bytes = workbook(&[], &[("Money", &columns)]).unwrap();
        let styles = part(&bytes, "xl/styles.xml");
        assert!(styles.contains(&format!("formatCode=\"{pattern}\"")), "{amounts:?}: {styles}");
        // Shown with few, kept with all.
        let back = cells(&bytes, "Money");
        let kept = amounts.map(|text| Data::Float(text.parse().unwrap()));
        assert_eq!([back[0][0].clone(), back[1][0].clone()], kept);
    }
}

#[test]
fn wide_words_are_wrapped_in_a_column_of_bounded_width() {
    let wide = "word ".repeat(100);
    let bytes = workbook(&[], &[("Wide", &words(&[&wide])), ("Thin", &words(&["x"]))]).unwrap();
    let width = |sheet: &str| {
        let xml = part(&bytes, &format!("xl/worksheets/{sheet}.xml"));
        let (_, rest) = xml.split_once("width=\"").unwrap();
        rest.split_once('"').unwrap().0.parse::<f64>().unwrap()
    };
    assert!((60.0..62.0).contains(&width("sheet1")), "{}", width("sheet1"));
    assert!((6.0..10.0).contains(&width("sheet2")), "{}", width("sheet2"));
    assert!(part(&bytes, "xl/styles.xml").contains("wrapText=\"1\""));
}
