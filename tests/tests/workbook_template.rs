//! The template of a workbook: it holds what the folder of the example holds, gives the same answers, and its columns,
//! words and notes are those of the readers.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use tempfile::TempDir;
use truecost::base::decimal;
use truecost::base::diagnostic::{Diagnostics, codes};
use truecost::cli::check;
use truecost::data::manifest::Kind;
use truecost::data::schema::Schema;
use truecost::data::source::{Library, Opened, Source};
use truecost::data::workbook::names::title;
use truecost::report::template::{self, columns};
use truecost_tests::{assert_holds, repository, run};

fn coffee() -> PathBuf {
    repository().join("datasets/coop/coffee")
}

/// A folder that holds the template, `coop.xlsx`.
fn written() -> TempDir {
    let folder = TempDir::new().unwrap();
    template::create(&folder.path().join("coop.xlsx"), &template::Own::default()).unwrap();
    folder
}

fn opened(path: &Path) -> Opened {
    let mut found = Diagnostics::new();
    let opened = Source::at(path).open(Kind::Coop, &mut found);
    assert!(found.is_empty(), "{found}");
    opened.unwrap()
}

/// The rows of a table, by the columns of its schema. Columns that are not there are empty.
fn rows(opened: &mut Opened, schema: &'static Schema) -> Vec<Vec<String>> {
    let mut found = Diagnostics::new();
    let rows = opened.read(schema, &(), &mut found, |bound, _| {
        let columns: Vec<Option<usize>> =
            schema.columns.iter().map(|column| bound.table().column(column.name)).collect();
        (0..bound.table().len()).map(|row| bound.table().row(row, &columns)).collect()
    });
    let serious: Vec<_> =
        found.sorted().into_iter().filter(|found| found.code != codes::MISSING_TABLE).collect();
    assert!(serious.is_empty(), "{serious:?}");
    rows.unwrap_or_default()
}

#[test]
fn every_value_of_the_example_is_in_the_workbook() {
    let folder = written();
    let (mut theirs, mut ours) = (opened(&coffee()), opened(&folder.path().join("coop.xlsx")));
    let (mut cells, mut tables) = (0, 0);
    for schema in template::tables() {
        let (theirs, ours) = (rows(&mut theirs, schema), rows(&mut ours, schema));
        assert_eq!(theirs.len(), ours.len(), "rows of {}", schema.table);
        tables += usize::from(!theirs.is_empty());
        for (number, (theirs, ours)) in theirs.iter().zip(&ours).enumerate() {
            for ((column, theirs), ours) in schema.columns.iter().zip(theirs).zip(ours) {
                let help = columns::of(schema.table, column.name).unwrap();
                let same = match help.kind {
                    // `11.90` is read as 11.9.
                    columns::Kind::Number | columns::Kind::Figure if theirs != ours => {
                        matches!((decimal::parse(theirs), decimal::parse(ours)), (Ok(a), Ok(b)) if a == b)
                    }
                    _ => theirs == ours,
                };
                assert!(same, "{} row {number} {}: {theirs:?}, {ours:?}", schema.table, column.name);
                cells += usize::from(!ours.is_empty());
            }
        }
    }
    // The example has 28 tables, and 1,700 cells at least: nothing was compared with nothing.
    let files = fs::read_dir(coffee()).unwrap().filter_map(Result::ok);
    let csv = files.filter(|file| file.path().extension().is_some_and(|end| end == "csv")).count();
    assert_eq!(tables, csv, "a table of the example has no sheet");
    assert!(cells > 1_700, "{cells}");
}

#[test]
fn settings_are_those_of_the_manifest() {
    let folder = written();
    let mut theirs = opened(&coffee()).manifest;
    // Checksums are of files.
    theirs.checksums.clear();
    let ours = opened(&folder.path().join("coop.xlsx")).manifest;
    assert_eq!(ours.coop, theirs.coop);
    assert_eq!(ours.defaults, theirs.defaults);
    assert_eq!(ours, theirs);
}

#[test]
fn the_answers_are_those_of_the_folder() {
    let folder = written();
    let example = coffee().to_string_lossy().into_owned();
    for command in [
        "price X --format csv",
        "statements X --format csv",
        "fairtrade pay X --format csv",
        "fairtrade mass-balance X --format csv",
        "fairtrade wages X --format csv",
        "fairtrade income X --format csv",
        "fairtrade reference-price X --format csv",
        "fairtrade surplus X --year 2024 --format csv",
        "fairtrade value-equation X --format csv",
        "fairtrade drift X --format csv",
        "accounts X --format csv",
        "accounts X --format hledger",
        "classify X --format csv",
    ] {
        let answer = |dataset: &str| {
            let words: Vec<&str> = command.split(' ').map(|w| if w == "X" { dataset } else { w }).collect();
            run(folder.path(), &words)
        };
        let (ours, theirs) = (answer("coop.xlsx"), answer(&example));
        assert_eq!(ours.code, 0, "{command}\n{}", ours.stderr);
        assert!(ours.stdout.lines().count() > 1, "{command} says nothing");
        // What was read is told apart by its hash, and so is a workbook from a folder.
        let lines = |text: &str| -> Vec<String> {
            text.lines().filter(|line| !line.contains("sha256:")).map(str::to_owned).collect()
        };
        let (ours, theirs) = (lines(&ours.stdout), lines(&theirs.stdout));
        assert_eq!(ours.len(), theirs.len(), "{command}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{command}");
        }
    }
    let answer = run(folder.path(), &["check", "coop.xlsx"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    assert_holds(&answer.stdout, &["coop.xlsx: 12 producers, 39 deliveries"]);
}

#[test]
fn it_is_the_same_file_every_time_and_replaces_none() {
    let (one, other) = (written(), written());
    let bytes = |folder: &TempDir| fs::read(folder.path().join("coop.xlsx")).unwrap();
    assert_eq!(bytes(&one), bytes(&other));

    let answer = run(one.path(), &["template", "coop.xlsx"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    assert_holds(&answer.stderr, &["unwritable-path", "coop.xlsx: is there already, and is not replaced"]);
    assert_eq!(bytes(&one), bytes(&other));

    let answer = run(one.path(), &["template", "coop.ods"]);
    assert_eq!(answer.code, 2);
    assert_holds(
        &answer.stderr,
        &["coop.ods: is not the name of a workbook that can be written", "coop.xlsx"],
    );
    let answer = run(one.path(), &["template", "new/coop.xlsx"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(&answer.stdout, &["wrote 33 sheets to new/coop.xlsx", "truecost check new/coop.xlsx"]);
    let mut names: Vec<_> = fs::read_dir(one.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["coop.xlsx", "new"], "nothing else is left");
}

#[test]
fn cells_are_what_they_look_like() {
    let folder = written();
    let mut book: Xlsx<_> = open_workbook(folder.path().join("coop.xlsx")).unwrap();
    let names: Vec<String> = template::tables().map(|schema| title(schema.table)).collect();
    assert_eq!(book.sheet_names()[..2], ["Read me", "Settings"]);
    assert_eq!(book.sheet_names()[2..], names);

    let sheet = book.worksheet_range("Deliveries").unwrap();
    let header: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
    // The unit of weights is said by the headers: no row says it again.
    let start = ["Id", "Date", "Producer", "Product", "Grade", "Certificate", "Site", "Gross weight (kg)"];
    assert_eq!(header[..8], start);
    assert!(header.contains(&"Tare (kg)".to_owned()) && !header.contains(&"Unit".to_owned()), "{header:?}");
    let row = sheet.rows().nth(1).unwrap();
    assert_eq!(row[0], Data::String("d01".to_owned()));
    assert!(matches!(&row[1], Data::DateTime(day) if (day.as_f64() - 45_549.0).abs() < 1e-9), "{:?}", row[1]);
    assert_eq!(row[7], Data::Float(379.3));

    let prices = book.worksheet_range("Buying prices").unwrap();
    let header: Vec<String> = prices.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_holds(&header.join("|"), &["Price (COP/kg)|Floor (COP/kg)|Premium (COP/kg)|Source"]);
    // Rows of these are in several units: each row says its own.
    let contracts = book.worksheet_range("Contracts").unwrap();
    let header: Vec<String> = contracts.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_holds(&header.join("|"), &["Quantity|Unit|Mass (kg)|Agreed", "Price unit|Currency"]);
}

#[test]
fn ids_of_the_example_are_in_the_lists_that_are_offered() {
    let mut example = opened(&coffee());
    let mut seen = 0;
    for help in columns::all() {
        let columns::Kind::Ref(target) = help.kind else { continue };
        let schema = |table: &str| template::tables().find(|schema| schema.table == table).unwrap();
        // The list is column A of the other sheet.
        assert_eq!(schema(target).columns[0].name, "id", "{help:?}");
        let ids: Vec<String> =
            rows(&mut example, schema(target)).into_iter().map(|row| row[0].clone()).collect();
        let at = schema(help.table).columns.iter().position(|column| column.name == help.column).unwrap();
        for row in rows(&mut example, schema(help.table)) {
            assert!(
                row[at].is_empty() || ids.contains(&row[at]),
                "{}.{}: {}",
                help.table,
                help.column,
                row[at]
            );
            seen += usize::from(!row[at].is_empty());
        }
    }
    assert!(seen > 150, "{seen}");
}

/// Rows of tables that the example does not have.
const OTHERS: [(&str, &str); 2] = [
    (
        "minimum_prices",
        "product,incoterm,unit,currency,minimum,premium,from,source,verification\nhoney,EXW,kg,EUR,5,0.4,2024-01-01,s,primary\n",
    ),
    (
        "surplus_rules",
        "set,rank,id,kind,of,rate,charged_to,to,source,verification\nown,1,r,reserve,total,0.2,both,equity:reserve,s,primary\n",
    ),
];

/// A copy of the example whose first row of a table has this cell.
fn changed(table: &str, column: &str, cell: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    for file in fs::read_dir(coffee()).unwrap().filter_map(Result::ok) {
        fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    let path = folder.path().join(format!("{table}.csv"));
    if let Some((_, text)) = OTHERS.iter().find(|(name, _)| *name == table) {
        fs::write(&path, text).unwrap();
    }
    let mut reader = csv::Reader::from_path(&path).unwrap();
    let mut header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let at = header.iter().position(|name| name == column).unwrap_or_else(|| {
        header.push(column.to_owned());
        for row in &mut rows {
            row.push(String::new());
        }
        header.len() - 1
    });
    cell.clone_into(&mut rows[0][at]);
    let mut writer = csv::Writer::from_path(&path).unwrap();
    writer.write_record(&header).unwrap();
    for row in &rows {
        writer.write_record(row).unwrap();
    }
    writer.flush().unwrap();
    folder
}

/// The hint of the error that the cell of a column is, if it is one.
fn refused(help: &columns::ColumnHelp, cell: &str) -> Option<String> {
    let folder = changed(help.table, help.column, cell);
    let mut found = Diagnostics::new();
    check::check(folder.path(), false, &Library::default(), &(), &mut found);
    let sorted = found.sorted();
    let told = sorted.into_iter().find(|found| {
        let place = found.place.as_ref();
        found.code == codes::BAD_VALUE
            && place.is_some_and(|place| {
                place.column.as_deref() == Some(help.column)
                    && place.file.to_string().ends_with(&format!("{}.csv", help.table))
            })
    });
    told.map(|told| told.hint.clone().unwrap_or_default())
}

#[test]
fn the_words_offered_are_all_words_that_the_readers_know() {
    let mut seen = 0;
    for help in columns::all() {
        let words = match help.kind {
            columns::Kind::Words => help.words.clone(),
            columns::Kind::YesNo => vec!["yes", "no"],
            _ => continue,
        };
        let told =
            refused(help, "zzz").unwrap_or_else(|| panic!("{}.{} takes any word", help.table, help.column));
        let known: Vec<&str> = told.strip_prefix("one of ").unwrap().split(", ").collect();
        assert!(words.iter().all(|word| known.contains(word)), "{help:?}: {told}");
        // What is not offered is known and refused all the same: no benchmark is per hour.
        for word in known.iter().filter(|word| !words.contains(word)) {
            assert!(refused(help, word).is_some(), "{}.{} may be {word}", help.table, help.column);
        }
        seen += 1;
    }
    assert!(seen > 25, "{seen}");
}

#[test]
fn headers_follow_the_currency_and_the_unit_that_are_asked_for() {
    let folder = TempDir::new().unwrap();
    let answer = run(folder.path(), &["template", "coop.xlsx", "--currency", "KES", "--unit", "[lb_av]"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let mut book: Xlsx<_> = open_workbook(folder.path().join("coop.xlsx")).unwrap();
    let mut headers = Vec::new();
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).unwrap();
        let rows: Vec<Vec<String>> =
            range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        if sheet == "Settings" {
            let value = |name: &str| rows.iter().find(|row| row[0] == name).unwrap()[1].clone();
            assert_eq!((value("Currency"), value("Weight unit")), ("KES".to_owned(), "[lb_av]".to_owned()));
            assert_eq!((value("Report currency"), value("Caveat")), ("KES".to_owned(), String::new()));
        } else if sheet != "Read me" {
            assert_eq!(rows.len(), 1, "{sheet} has rows");
            headers.extend(rows[0].iter().map(|header| format!("{sheet}: {header}")));
        }
    }
    for header in
        ["Payments: Amount (KES)", "Buying prices: Price (KES/[lb_av])", "Deliveries: Gross weight ([lb_av])"]
    {
        assert!(headers.iter().any(|known| known == header), "{header}: {headers:?}");
    }
    assert!(!headers.iter().any(|header| header.contains("COP")), "{headers:?}");
    let checked = run(folder.path(), &["check", "coop.xlsx"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""));
    let wrong = run(folder.path(), &["template", "other.xlsx", "--currency", "Kes", "--unit", "kgx"]);
    assert!(
        wrong.code == 1
            && wrong.stderr.contains("[unknown-currency]")
            && wrong.stderr.contains("[unknown-unit]")
    );
}
