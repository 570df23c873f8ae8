//! Pages and workbooks of statements.

use std::fs;

use calamine::{Data, Reader, Xlsx, open_workbook};
use truecost_tests::workbooks::Parts;
use truecost_tests::{assert_holds, run};

use super::{SETTINGS, coop, rows, says, statements, valley};

#[test]
fn pages_hold_what_was_written_and_nothing_else() {
    let tables = [
        (
            "producers",
            "id,name,language,address
             CON,<script>alert(1)</script>,fr,\"1 \"\"Rue\"\" & <b>\"
             con,{{ 7 * 7 }} {total},es,
             Ana,Ana,,
             ana,Ana again,,",
        ),
        (
            "deliveries",
            "id,date,producer,product,gross_weight,price,note
             d1,2024-03-05,CON,coffee,1234.5,10,<img src=x onerror=alert(1)>
             d2,2024-03-05,con,coffee,1234.5,10,
             d3,2024-03-05,Ana,coffee,1234.5,10,
             d4,2024-03-05,ana,coffee,1,1,",
        ),
    ];
    let folder = coop(SETTINGS, &tables);
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("o");
    let answer = statements(&folder, &["--out", path.to_str().unwrap()]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let read = |name: &str| fs::read_to_string(path.join(name)).unwrap();
    let mut names: Vec<String> = fs::read_dir(path.join("producers"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["ana-2.html", "ana.html", "producer-con-2.html", "producer-con.html"]);
    let [hostile, braces, whole, index] =
        ["producers/producer-con.html", "producers/producer-con-2.html", "statements.html", "index.html"]
            .map(read);
    for page in [&hostile, &braces, &whole, &index] {
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("http://"), "{page}");
        assert!(page.contains("default-src 'none'"), "no page needs another");
    }
    assert_holds(
        &hostile,
        &["&lt;script&gt;", "&lt;img", "<html lang=\"fr\">", "12\u{202f}345,00", "1\u{202f}234,5"],
    );
    assert_holds(
        &braces,
        &["{{ 7 * 7 }} {total}", "La cooperativa le debe 12.345,00 USD", "05&#x2f;03&#x2f;2024"],
    );
    assert_holds(
        &read("producers/ana.html"),
        &["The co-op owes you 12,345.00 USD", "5 March 2024", "5 Mar 2024"],
    );
    assert_eq!(whole.matches("<section class=\"statement\"").count(), 4);
    for name in names {
        assert!(index.contains(&name), "{name} is not in the index");
    }
}

#[test]
fn the_workbook_has_a_sheet_a_table() {
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("o");
    assert_eq!(statements(&valley(), &["--out", path.to_str().unwrap()]).code, 0);
    let mut book: Xlsx<_> = open_workbook(path.join("statements.xlsx")).unwrap();
    let names = ["About", "Statements", "Lines", "Sums", "Products", "Totals", "Product totals"];
    assert_eq!(book.sheet_names(), names);
    let sheet = book.worksheet_range("Statements").unwrap();
    let at = |row: usize, name: &str| {
        let column = sheet.rows().next().unwrap().iter().position(|cell| *cell == name).unwrap();
        sheet.rows().nth(row).unwrap()[column].clone()
    };
    assert_eq!((at(1, "producer"), at(1, "closing")), (Data::String("ana".into()), Data::Float(1117.3)));
    let lines = book.worksheet_range("Lines").unwrap();
    assert_eq!(lines.rows().count(), 1 + 20, "a row a line");
    assert!(matches!(lines.rows().nth(1).unwrap()[2], Data::DateTime(_)), "days are days");
}

#[test]
fn a_workbook_has_statements_and_problems_in_cells() {
    let book = |producer: &str, amount: &str| {
        Parts::new()
            .table("Settings", &[&["agent", "valle"], &["currency", "USD"], &["weight_unit", "kg"]])
            .table("Producers", &[&["id", "name"], &["ana", "Ana"]])
            .table(
                "Deliveries",
                &[
                    &["id", "date", "producer", "product", "gross_weight", "price"],
                    &["d1", "2024-05-01", producer, "coffee", "100", "2.5"],
                ],
            )
            .table(
                "Payments",
                &[
                    &["id", "date", "producer", "kind", "amount"],
                    &["m1", "2024-05-02", "ana", "payment", amount],
                ],
            )
    };
    let folder = tempfile::tempdir().unwrap();
    book("ana", "200.5").write(&folder.path().join("coop.xlsx"));
    let answer = run(folder.path(), &["statements", "coop.xlsx", "--format", "csv"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    says(&rows(&answer.stdout)[0], &[("value", "250"), ("paid", "-200.5"), ("closing", "49.5")]);
    let books = run(folder.path(), &["accounts", "coop.xlsx", "--agent", "valle"]);
    assert_holds(&books.stdout, &["liabilities:payable", "-49.50"]);
    book("anna", "0.001").write(&folder.path().join("coop.xlsx"));
    let answer = run(folder.path(), &["statements", "coop.xlsx"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (1, ""));
    assert_holds(
        &answer.stderr,
        &[
            "error[dangling-reference] coop.xlsx: Deliveries!C2: there is no producer `anna`",
            "error[not-whole-units] coop.xlsx: Payments!E2: 0.001",
        ],
    );
}
