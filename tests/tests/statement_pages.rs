//! Pages of statements: what is printed adds up and is in words that a producer knows.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use truecost_tests::{assert_holds, repository, run};

const COFFEE: &str = "datasets/coop/coffee";

/// The pages of a dataset.
fn pages(dataset: &Path, more: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("o");
    let mut arguments = vec!["statements", dataset.to_str().unwrap(), "-o", out.to_str().unwrap()];
    arguments.extend(more);
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    folder
}

fn page(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join("o").join(name)).unwrap()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

/// Numbers of a row of a table, in cents, whatever the marks of the language: each has two decimals.
fn cents(row: &str) -> Vec<i64> {
    let cells = row.split("<td class=\"n\">").skip(1).map(|cell| cell.split("</td>").next().unwrap());
    let digits = |cell: &str| {
        let text: String = cell.chars().filter(char::is_ascii_digit).collect();
        let value: i64 = text.parse().unwrap();
        if cell.starts_with('\u{2212}') { -value } else { value }
    };
    cells.map(digits).collect()
}

/// A small co-op in dollars; of its tables some may be replaced.
fn small(tables: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        fs::write(folder.path().join(name), lines.join("\n") + "\n").unwrap();
    };
    write(
        "manifest.toml",
        "kind = \"coop\"
         title = \"t\"
         producer = \"p\"
         citation = \"c\"
         version = \"1\"
         geography = \"PE\"
         licence = { name = \"CC0-1.0\", redistribute = true }
         [coop]
         agent = \"valle\"
         currency = \"USD\"",
    );
    write("producers.csv", "id,name\nana,Ana");
    write(
        "deliveries.csv",
        "id,date,producer,product,grade,certificate,site,gross_weight,price,unit
         d1,2024-03-05,ana,cherry,A,fairtrade-organic,upper,100,2.5,kg
         d2,2024-11-20,ana,cherry,B,own-mark,lower,40,2,kg",
    );
    for (name, text) in tables {
        write(&format!("{name}.csv"), text);
    }
    folder
}

#[test]
fn every_row_of_the_overview_adds_up_in_every_language() {
    for language in ["en", "es", "fr"] {
        let folder = pages(&repository().join(COFFEE), &["--language", language]);
        let index = page(&folder, "index.html");
        let (body, foot) = (between(&index, "<tbody>", "</tbody>"), between(&index, "<tfoot>", "</tfoot>"));
        let rows: Vec<Vec<i64>> =
            [body, foot].iter().flat_map(|part| part.split("<tr>").skip(1)).map(cents).collect();
        assert_eq!(rows.len(), 13, "twelve producers and a sum");
        for row in &rows {
            // Opening, value, adjustment, second payment, deductions, paid; closing; premium.
            assert_eq!(row.len(), 8, "{language}: {row:?}");
            assert_eq!(row[..6].iter().sum::<i64>(), row[6], "{language}: {row:?}");
        }
        for column in 0..8 {
            let sum: i64 = rows[..12].iter().map(|row| row[column]).sum();
            assert_eq!(sum, rows[12][column], "{language}: column {column}");
        }
        // Ana Lucía, as the command prints her: what is taken off and paid is below 0 everywhere.
        let ana =
            [0, 1_801_256_000, 7_488_000, 70_389_701, -7_300_000, -1_440_800_000, 431_033_701, 151_725_000];
        assert_eq!(rows[0], ana, "{language}");
    }
}

#[test]
fn the_overview_has_what_is_none_of_the_usual() {
    let folder = small(&[
        ("agents", "id,kind\nmill,firm"),
        ("resources", "id,kind\nfertilizer,goods_services"),
        (
            "flows",
            "id,from,to,date,resource,quantity,unit,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled,relation,access_scope
             sold,valle,ana,2024-09-02,fertilizer,1,kg,30,USD,posted,money,yes,none,member_provider,named",
        ),
    ]);
    let pages = pages(folder.path(), &[]);
    let index = page(&pages, "index.html");
    let row = cents(between(&index, "<tbody>", "</tbody>"));
    // 100 kg at 2.50 and 40 kg at 2.00, less 30 of fertilizer.
    assert_eq!(row, [0, 33_000, 0, 0, 0, -3000, 0, 30_000, 0]);
}

#[test]
fn a_statement_is_in_words_that_a_producer_knows() {
    let folder = pages(&repository().join(COFFEE), &["--language", "es"]);
    let ana = page(&folder, "producers/p01.html");
    assert_holds(&ana, &["Parchment coffee, washed, dry, A, Fairtrade", "Registro: el número con que"]);
    assert!(!ana.contains("parchment-coffee") && !ana.contains("fairtrade"), "ids are for programs");
    assert!(!ana.contains(">Lugar<"), "there is one site, which nobody needs to be told");

    let both = small(&[("products", "id,name,unit\ncherry,Ripe cherry,kg")]);
    let folder = pages(both.path(), &["--language", "es"]);
    let ana = page(&folder, "producers/ana.html");
    assert_holds(&ana, &["Ripe cherry, A, Fairtrade, orgánico", "Ripe cherry, B, own-mark", ">Lugar<"]);
    assert_holds(&ana, &[">upper</td>", ">lower</td>"]);

    // Without a table of products the id is all there is.
    let folder = pages(small(&[]).path(), &[]);
    assert_holds(&page(&folder, "producers/ana.html"), &["cherry, A, Fairtrade, organic", ">5 Mar 2024<"]);
}

#[test]
fn a_page_is_printed_as_one() {
    let folder = pages(&repository().join(COFFEE), &[]);
    let whole = page(&folder, "statements.html");
    assert_eq!(whole.matches("<section class=\"statement\"").count(), 12);
    assert_eq!(whole.matches("<tfoot>").count(), 12, "the sum of the deliveries stands once in each");
    let style = between(&whole, "<style>", "</style>");
    // A foot of a table is repeated on every page unless it is an ordinary group of rows.
    assert_holds(style, &["tfoot { display: table-row-group; }", "break-before: page", "size: A4;"]);
    assert!(!style.contains("anywhere"), "a column must not shrink to a letter");
    assert_holds(between(&page(&folder, "index.html"), "<style>", "</style>"), &["size: A4 landscape"]);
    // What must not be broken is told so: dates and ids as `k`, amounts as `n`.
    assert_holds(style, &[".k { white-space: nowrap; }", "white-space: nowrap; }"]);
    assert_holds(&whole, &["<td class=\"k\">14&#x2f;09&#x2f;2024</td><td class=\"k\">d01</td>"]);
}

#[test]
fn a_period_without_a_record_is_told() {
    let ask = |period: &str| {
        let arguments = ["statements", COFFEE, "--period", period];
        run(&repository(), &arguments)
    };
    let before = ask("2023");
    assert_eq!(before.code, 0);
    assert_holds(&before.stderr, &["no-record-in-period", "2024-08-20 to 2025-02-15"]);
    // Balances are open in the year after: they are told, and that nothing happened.
    let after = ask("2026");
    assert_holds(&after.stdout, &["12 statements"]);
    assert_holds(&after.stderr, &["no-record-in-period"]);
    assert_eq!(ask("2024-12").stderr, "");
}

#[test]
fn labels_of_the_shelf_say_what_they_rest_on() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("o");
    let answer = run(&repository(), &["price", COFFEE, "-o", out.to_str().unwrap()]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let labels = page(&folder, "labels.html");
    let sold: Vec<&str> = labels.split("<figure class=\"label-figure\">").skip(1).collect();
    assert_eq!(sold.len(), 2, "parchment coffee has no price, so nobody sells it");
    for label in &sold {
        assert_holds(
            label,
            &[
                "Mind: made up: it shows how",
                "<i>EUR</i>",
                "11 of 12 amounts unverified",
                "Land use (no factor)",
            ],
        );
        assert!(label.contains("True Price monetisation factors") && !label.contains("true-price-2025"));
    }
    assert_holds(sold[0], &["Green coffee", "<span>price</span> <b>5.50</b>", ">per kg<"]);
    // The price of a bag is the one that is typed, and half of 35.77 is the true price of it.
    assert_holds(
        sold[1],
        &["a bag of 500 g", "<span>shop price</span> <b>11.90</b>", "17.88</b>", "EUR 35.77 per kg"],
    );
}
