//! Sheets: headers, units in them, settings, and what people decorate them with.

use truecost::base::diagnostic::Diagnostics;
use truecost::data::schema;
use truecost_tests::workbooks::Parts;

use super::{opened, priced, rows, told, written};

#[test]
fn units_of_headers_are_those_of_rows() {
    let head: &[&str] =
        &["Id", "Date", "Producer", "Product", "Gross weight (kg)", "Price (USD/kg)", "Currency"];
    let deliveries = |rows: &[&[&str]]| {
        let all: Vec<&[&str]> = std::iter::once(head).chain(rows.iter().copied()).collect();
        Parts::new().table("Deliveries", &all)
    };
    let columns = ["gross_weight", "unit", "price", "price_unit", "currency"];
    let good = deliveries(&[
        &["D1", "2024-03-01", "ana", "cherry", "10", "2", "USD"],
        &["D2", "2024-03-02", "ana", "cherry", "11", "3", ""],
        &["D3", "2024-03-03", "ana", "cherry", "12", "", "COP"],
    ]);
    let (rows_of, said) = rows(&good, &schema::DELIVERIES, &columns);
    let cells: Vec<Vec<String>> = rows_of.into_iter().map(|(_, cells)| cells).collect();
    assert_eq!(said, "");
    // Where there is no price nothing is said of its currency or unit.
    assert_eq!(
        cells,
        [["10", "kg", "2", "kg", "USD"], ["11", "kg", "3", "kg", "USD"], ["12", "kg", "", "", "COP"]]
    );
    let bad = deliveries(&[&["D1", "2024-03-01", "ana", "cherry", "10", "2", "COP"]]);
    let (_, said) = rows(&bad, &schema::DELIVERIES, &columns);
    assert!(said.starts_with("error[contradiction] coop.xlsx: Deliveries!G2: `currency` is `COP`"), "{said}");
    let two = Parts::new().table("Deliveries", &[&["Gross weight (kg)", "Tare (g)", "Date (any)"]]);
    let (_, said) = rows(&two, &schema::DELIVERIES, &columns);
    assert!(said.contains("error[wrong-dimension] coop.xlsx: Deliveries!B1: this header says"), "{said}");
    assert!(said.contains("error[wrong-dimension] coop.xlsx: Deliveries!C1: `date` has no unit"), "{said}");
}

#[test]
fn a_unit_that_no_one_knows_is_told_once_at_the_header() {
    let parts = Parts::new().table("Products", &[&["id", "name", "unit"], &["coffee", "Coffee", "kg"]]);
    let parts = parts.table(
        "Processes",
        &[
            &["id", "product", "amount (kgx)", "region"],
            &["farm", "coffee", "1", "CO"],
            &["other-farm", "coffee", "1", "UG"],
        ],
    );
    let written = written(&parts);
    let answer = truecost_tests::run(
        written.path.parent().unwrap(),
        &["price", "coop.xlsx", "--factors", "uba-2025", "--currency", "EUR", "--year", "2025"],
    );
    assert_eq!(answer.code, 1);
    assert_eq!(
        answer.stderr.matches("error[unknown-unit] coop.xlsx: Processes!C1: `kgx`").count(),
        1,
        "{}",
        answer.stderr
    );
}

#[test]
fn sheets_that_are_no_tables() {
    let parts = priced("")
        .table("Read me", &[&["Anything"]])
        .table(
            "Settings",
            &[&["Setting", "Value", "Note"], &["Weight unit", "kg", "of cherries"], &["name", "Asomuncar"]],
        )
        .table("Weather", &[&["rain"]])
        .table("My plan", &[&["sun"]]);
    let file = written(&parts);
    let mut found = Diagnostics::new();
    let opened = opened(&file, &mut found).unwrap();
    let coop = &opened.manifest.coop;
    assert_eq!((coop.weight_unit.as_deref(), coop.name.as_deref()), (Some("kg"), Some("Asomuncar")));
    assert_eq!(opened.manifest.title, "coop");
    assert!(opened.has("deliveries") && !opened.has("payments"));
    let said = told(&file, &found);
    assert_eq!(
        said.lines().next().unwrap(),
        "warning[sheet-not-read] coop.xlsx: the sheets `Weather`, `My plan` are not read: no table is called so"
    );
    let typo = written(&Parts::new().table("Delivereis", &[&["id"]]).table("Setings", &[&["a"]]));
    let mut found = Diagnostics::new();
    self::opened(&typo, &mut found);
    let said = told(&typo, &found);
    assert!(
        said.contains("error[table-typo] coop.xlsx: Delivereis: the sheet `Delivereis` is not read"),
        "{said}"
    );
    assert!(said.contains("error[table-typo] coop.xlsx: Setings: "), "{said}");
    let two = written(&Parts::new().table("Buying prices", &[&["id"]]).table("Buying-prices", &[&["id"]]));
    let mut found = Diagnostics::new();
    self::opened(&two, &mut found);
    assert!(told(&two, &found).starts_with("error[two-files] coop.xlsx: 'Buying-prices': "));
}

#[test]
fn settings_that_are_wrong_name_their_cells() {
    let parts = Parts::new().table(
        "Settings",
        &[
            &["Setting", "Value"],
            &["currency", "Pesos"],
            &["colour", "red"],
            &["", "lost"],
            &["year", "2024"],
        ],
    );
    let file = written(&parts);
    let mut found = Diagnostics::new();
    let opened = opened(&file, &mut found).unwrap();
    assert_eq!(opened.manifest.defaults.year, Some(2024));
    let said = told(&file, &found);
    assert!(
        said.contains("error[unknown-currency] coop.xlsx: Settings!B2: `Pesos` is not a currency"),
        "{said}"
    );
    assert!(
        said.contains("error[manifest-invalid] coop.xlsx: Settings!A3: `colour` is not a setting"),
        "{said}"
    );
    assert!(said.contains("error[missing-value] coop.xlsx: Settings!A4: `lost` has no setting"), "{said}");
}

#[test]
fn sheets_that_people_decorate() {
    let head: &[&str] = &["id", "date", "producer", "product", "gross weight"];
    let row: &[&str] = &["D1", "2024-03-01", "ana", "cherry", "10"];
    let said =
        |rows_of: &[&[&str]]| rows(&Parts::new().table("Deliveries", rows_of), &schema::DELIVERIES, &[]).1;
    let title = said(&[&["Deliveries of 2024"], &[], head, row]);
    assert!(
        title.starts_with(
            "error[missing-column] coop.xlsx: Deliveries!A1: this row is not the header: that is row 3"
        ),
        "{title}"
    );
    let lost = said(&[&["", "something", "else"], row]);
    assert!(
        lost.starts_with("error[missing-column] coop.xlsx: Deliveries!B1: no cell of this row"),
        "{lost}"
    );
    // Empty rows above the header and empty columns beside it are nothing.
    let far = Parts::new().table(
        "Deliveries",
        &[
            &[],
            &["", "id", "date", "producer", "product", "gross weight", "", ""],
            &["", "D1", "2024-03-01", "ana", "cherry", "10"],
        ],
    );
    let (rows_of, quiet) = rows(&far, &schema::DELIVERIES, &["id", "gross_weight"]);
    assert_eq!((quiet.as_str(), rows_of), ("", vec![(3, vec!["D1".to_owned(), "10".to_owned()])]));
    let beside = said(&[
        head,
        &["D1", "2024-03-01", "ana", "cherry", "10", "", "a note"],
        &["D2", "2024-03-01", "ana", "cherry", "10", "", "more"],
    ]);
    assert!(
        beside.starts_with("error[missing-column] coop.xlsx: Deliveries!G2: column G has no header"),
        "{beside}"
    );
    assert_eq!(beside.matches("error[").count(), 1);
    let twice = said(&[&["id", "date", "producer", "product", "gross weight", "Gross-weight"], row]);
    assert!(twice.starts_with("error[duplicate-column] coop.xlsx: Deliveries!F1: "), "{twice}");
    // The user's own columns may hold anything.
    let own = Parts::new().table(
        "Deliveries",
        &[
            &["id", "date", "producer", "product", "gross weight", "Checked by"],
            &["D1", "2024-03-01", "ana", "cherry", "10", "#N/A"],
        ],
    );
    assert_eq!(rows(&own, &schema::DELIVERIES, &[]).1, "");
}

#[test]
fn cells_that_were_merged_are_errors_only_inside_a_table() {
    let merged = |area: &str| {
        let head =
            "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>id</v></c><c r=\"B1\" t=\"str\"><v>name</v></c></row>";
        let rows_of = format!(
            "{head}<row r=\"2\"><c r=\"A2\" t=\"str\"><v>ana</v></c><c r=\"B2\" t=\"str\"><v>Ana</v></c></row>"
        );
        let after = format!("<mergeCells count=\"1\"><mergeCell ref=\"{area}\"/></mergeCells>");
        rows(&Parts::new().sheet("Producers", &rows_of, &after), &schema::PRODUCERS, &[]).1
    };
    assert!(
        merged("B2:B4").starts_with("error[bad-value] coop.xlsx: Producers!B2: B2 to B4 are one merged cell")
    );
    assert!(merged("A1:B1").starts_with("error[bad-value] coop.xlsx: Producers!A1: "));
    assert_eq!(merged("A5:B5"), "");
    assert_eq!(merged("D1:E9"), "");
}

#[test]
fn hidden_rows_and_filters_hide_nothing() {
    let rows_of = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>id</v></c></row>\
                   <row r=\"2\" hidden=\"1\"><c r=\"A2\" t=\"str\"><v>ana</v></c></row>\
                   <row r=\"3\"><c r=\"A3\" t=\"str\"><v>bea</v></c></row>";
    let parts = Parts::new().sheet("Producers", rows_of, "<autoFilter ref=\"A1:A3\"/>");
    let (rows_of, said) = rows(&parts, &schema::PRODUCERS, &["id"]);
    assert_eq!((said.as_str(), rows_of.len()), ("", 2));
}

#[test]
fn a_sheet_with_a_header_alone_is_not_there() {
    let parts =
        Parts::new().table("Producers", &[&["id", "name"]]).table("Products", &[&["id", "name", "unit"]]);
    let file = written(&parts);
    let mut found = Diagnostics::new();
    let mut opened = opened(&file, &mut found).unwrap();
    assert!(!opened.has("producers") && !opened.has("products"));
    assert!(opened.read(&schema::PRODUCERS, &(), &mut found, |_, _| ()).is_none());
    assert!(found.is_empty());
    opened.read(&schema::PRODUCTS, &(), &mut found, |_, _| ());
    opened.read(&schema::PROCESSES, &(), &mut found, |_, _| ());
    let said = told(&file, &found);
    assert!(
        said.contains("error[empty-table] coop.xlsx: the sheet of the table `products` has no rows"),
        "{said}"
    );
    assert!(said.contains("error[missing-table] coop.xlsx: the table `processes` is missing"), "{said}");
    assert!(said.contains("add a sheet `Processes`"), "{said}");
}
