//! Workbooks as datasets: sheets, headers with units, cells of all kinds, and files that are no workbooks.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use tempfile::TempDir;
use truecost::base::diagnostic::{Diagnostics, codes};
use truecost::base::file_name::letters;
use truecost::data::manifest::Kind;
use truecost::data::schema::{self, Schema};
use truecost::data::source::{Opened, Source};
use truecost_tests::workbooks::Parts;

/// A workbook in a folder of its own.
struct Written {
    _folder: TempDir,
    path: PathBuf,
}

fn written(parts: &Parts) -> Written {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("coop.xlsx");
    parts.write(&path);
    Written { _folder: folder, path }
}

/// What is said, with the folder taken out.
fn told(written: &Written, found: &Diagnostics) -> String {
    let folder = written.path.parent().unwrap().to_string_lossy().into_owned();
    found.to_string().replace(&format!("{folder}/"), "")
}

fn opened(written: &Written, found: &mut Diagnostics) -> Option<Opened> {
    Source::at(&written.path).open(Kind::Coop, found)
}

/// The rows of a table: their lines, and the cells of these columns.
fn rows(
    parts: &Parts,
    schema: &'static Schema,
    columns: &[&'static str],
) -> (Vec<(u64, Vec<String>)>, String) {
    let written = written(parts);
    let mut found = Diagnostics::new();
    let rows = opened(&written, &mut found).and_then(|mut opened| {
        opened.read(schema, &(), &mut found, |bound, _| {
            let mut rows = Vec::new();
            bound.each(|row| rows.push((row.line(), columns.iter().map(|c| row.string(c)).collect())));
            rows
        })
    });
    (rows.unwrap_or_default(), told(&written, &found))
}

/// A sheet of deliveries with one more cell, `F2`, in the column `price`.
fn priced(cell: &str) -> Parts {
    let text =
        |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let head: String = [
        ("A1", "id"),
        ("B1", "date"),
        ("C1", "producer"),
        ("D1", "product"),
        ("E1", "gross weight"),
        ("F1", "price"),
    ]
    .map(|(place, name)| text(place, name))
    .concat();
    let body = [text("A2", "D1"), text("B2", "2024-03-01"), text("C2", "ana"), text("D2", "cherry")].concat();
    let rows = format!("<row r=\"1\">{head}</row><row r=\"2\">{body}<c r=\"E2\"><v>10</v></c>{cell}</row>");
    Parts::new().sheet("Deliveries", &rows, "")
}

/// The text that the cell `F2` is read as, and what is said of it.
fn price(cell: &str) -> (Option<String>, String) {
    let (rows, told) = rows(&priced(cell), &schema::DELIVERIES, &["price"]);
    (rows.first().map(|(_, cells)| cells[0].clone()), told)
}

#[test]
fn sheets_are_tables_and_headers_columns() {
    let parts = Parts::new().table(
        "Buying prices",
        &[
            &["Product", "Grade", "FROM", "Price (USD/[lb_av])"],
            &["coffee", "A", "2024-01-01", "2.40"],
            &["", "", "", ""],
            &["coffee", "B", "'2024-02-01", "0.1"],
        ],
    );
    let columns = ["product", "grade", "from", "price", "currency", "unit"];
    let (rows, told) = rows(&parts, &schema::BUYING_PRICES, &columns);
    assert_eq!(told, "");
    let row = |cells: [&str; 6]| cells.map(str::to_owned).to_vec();
    assert_eq!(
        rows,
        [
            (2, row(["coffee", "A", "2024-01-01", "2.4", "USD", "[lb_av]"])),
            (4, row(["coffee", "B", "2024-02-01", "0.1", "USD", "[lb_av]"])),
        ]
    );
}

#[test]
fn cells_keep_what_was_typed() {
    let typed = [
        ("<c r=\"F2\"><v>0.1</v></c>", "0.1"),
        ("<c r=\"F2\" t=\"n\"><v>0.10000000000000001</v></c>", "0.1"),
        ("<c r=\"F2\"><v>5</v></c>", "5"),
        ("<c r=\"F2\"><v>1E-3</v></c>", "0.001"),
        ("<c r=\"F2\" s=\"4\"><v>0.125</v></c>", "0.125"),
        ("<c r=\"F2\" s=\"5\"><v>1234.5</v></c>", "1234.5"),
        ("<c r=\"F2\" s=\"1\"><v>45366</v></c>", "2024-03-15"),
        ("<c r=\"F2\" s=\"2\"><v>45366</v></c>", "2024-03-15"),
        ("<c r=\"F2\" t=\"d\"><v>2024-03-15T00:00:00</v></c>", "2024-03-15"),
        ("<c r=\"F2\" t=\"b\"><v>1</v></c>", "yes"),
        ("<c r=\"F2\" t=\"b\"><v>0</v></c>", "no"),
        ("<c r=\"F2\" t=\"str\"><v>as text</v></c>", "as text"),
        (
            "<c r=\"F2\" t=\"inlineStr\"><is><r><t xml:space=\"preserve\">rich </t></r><r><rPr><b/></rPr><t>text</t></r></is></c>",
            "rich text",
        ),
        ("<c r=\"F2\" s=\"1\"/>", ""),
        ("<c r=\"F2\" t=\"inlineStr\"><is><t> </t></is></c>", ""),
        // Formulas with a value: also one of no letters.
        ("<c r=\"F2\"><f>1+1</f><v>2</v></c>", "2"),
        ("<c r=\"F2\" t=\"str\"><f>\"\"</f><v></v></c>", ""),
        ("<c r=\"F2\" t=\"str\"><f>A1</f><v>a &amp; b</v></c>", "a & b"),
        ("<c r=\"F2\" s=\"1\"><f>TODAY()</f><v>45366</v></c>", "2024-03-15"),
        ("<c r=\"F2\"><f t=\"array\" ref=\"F2\">SUM(A1:A2)</f><v>7</v></c>", "7"),
    ];
    for (cell, text) in typed {
        assert_eq!(price(cell), (Some(text.to_owned()), String::new()), "{cell}");
    }
}

#[test]
fn shared_strings_and_leading_apostrophes() {
    let cell = "<c r=\"F2\" s=\"0\" t=\"s\"><v>1</v></c>";
    let parts = priced(cell).string("<t>zero</t>").string("<t xml:space=\"preserve\"> 007 </t>");
    let (rows, told) = rows(&parts, &schema::DELIVERIES, &["price"]);
    assert_eq!((told.as_str(), rows[0].1[0].as_str()), ("", "007"));
}

#[test]
fn a_formula_without_a_value_names_its_cell() {
    let formulas = [
        "<c r=\"F2\"><f>1+1</f></c>",
        "<c r=\"F2\"><f>1+1</f><v></v></c>",
        "<c r=\"F2\"><f>1+1</f><v/></c>",
        "<c r=\"F2\"><v/><f>1+1</f></c>",
        "<c r=\"F2\" t=\"str\"><f>A1</f></c>",
        "<c r=\"F2\"><f t=\"shared\" si=\"0\"/></c>",
        "<c r=\"F2\"><f/></c>",
    ];
    for cell in formulas {
        let (text, told) = price(cell);
        assert_eq!(text, None, "{cell}");
        assert!(told.starts_with("error[formula-not-computed] coop.xlsx: Deliveries!F2: "), "{cell}: {told}");
    }
    // Its value is there, and the workbook says that it is not to be trusted.
    let stale = priced("<c r=\"F2\"><f>1+1</f><v>0</v></c>").says("<calcPr fullCalcOnLoad=\"1\"/>");
    let (_, told) = rows(&stale, &schema::DELIVERIES, &[]);
    assert!(told.starts_with("error[formula-not-computed] coop.xlsx: Deliveries!F2: "), "{told}");
    let plain = priced("<c r=\"F2\"><v>0</v></c>").says("<calcPr fullCalcOnLoad=\"1\"/>");
    assert_eq!(rows(&plain, &schema::DELIVERIES, &["price"]).0[0].1, ["0"]);
}

#[test]
fn what_is_no_value_names_its_cell() {
    let wrong = [
        ("<c r=\"F2\" t=\"e\"><v>#DIV/0!</v></c>", codes::BAD_VALUE, "#DIV/0!"),
        ("<c r=\"F2\" t=\"e\"><f>A1/0</f><v>#REF!</v></c>", codes::BAD_VALUE, "#REF!"),
        ("<c r=\"F2\" s=\"2\"><v>45366.5</v></c>", codes::BAD_DATE, "`2024-03-15 12:00:00` is a time"),
        ("<c r=\"F2\" s=\"3\"><v>0.5</v></c>", codes::BAD_DATE, "is a time"),
        ("<c r=\"F2\" s=\"1\"><v>2.4</v></c>", codes::BAD_DATE, "shown as a date"),
        ("<c r=\"F2\"><v>nan</v></c>", codes::NOT_A_NUMBER, "NaN"),
    ];
    for (cell, code, word) in wrong {
        let (text, told) = price(cell);
        assert_eq!(text, None, "{cell}");
        assert!(told.starts_with(&format!("error[{code}] coop.xlsx: Deliveries!F2: ")), "{cell}: {told}");
        assert!(told.contains(word), "{cell}: {told}");
    }
}

#[test]
fn days_are_counted_from_1904_where_the_workbook_says_so() {
    let parts = priced("<c r=\"F2\" s=\"1\"><v>43904</v></c>").says("<workbookPr date1904=\"1\"/>");
    assert_eq!(rows(&parts, &schema::DELIVERIES, &["price"]).0[0].1, ["2024-03-15"]);
}

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

#[test]
fn a_workbook_of_flows_is_a_dataset_of_flows() {
    let parts =
        Parts::new().table("Agents", &[&["id", "kind"], &["ana", "person"], &["coop", "coop"]]).table(
            "Flows",
            &[
                &["id", "from", "to", "date", "action", "value (COP)"],
                &["F1", "ana", "coop", "2024-03-01", "transfer", "10"],
            ],
        );
    let file = written(&parts);
    let folder = file.path.parent().unwrap();
    let answer = truecost_tests::run(folder, &["check", "coop.xlsx"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
    assert!(answer.stdout.starts_with("coop.xlsx: 1 flow among 2 agents"), "{}", answer.stdout);
    let answer = truecost_tests::run(
        folder,
        &["price", "coop.xlsx", "--factors", "uba-2025", "--currency", "EUR", "--year", "2025"],
    );
    assert_eq!(answer.code, 1);
    assert!(
        answer
            .stderr
            .contains("error[wrong-kind] coop.xlsx: this is a dataset of kind `flows`, not `supply`"),
        "{}",
        answer.stderr
    );
    let answer = truecost_tests::run(folder, &["explain", "coop.xlsx", "--flow", "F1"]);
    assert!(answer.stdout.contains("[coop.xlsx: Flows!2:2]"), "{}{}", answer.stdout, answer.stderr);
}

#[test]
fn files_that_are_no_workbooks() {
    let folder = TempDir::new().unwrap();
    let says = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let answer = truecost_tests::run(folder.path(), &["check", name]);
        assert_ne!(answer.code, 0, "{name}: {}", answer.stderr);
        answer.stderr
    };
    let plain = priced("");
    let said = says("text.xlsx", b"id,name\n");
    assert!(said.starts_with("error[unreadable-path] text.xlsx: is not a workbook"), "{said}");
    assert!(says("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").contains("an old format (.xls)"));
    let cut = plain.bytes();
    assert!(says("cut.xlsx", &cut[..cut.len() / 2]).contains("is damaged"));
    let torn = plain
        .clone()
        .part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1");
    let said = says("torn.xlsx", &torn.bytes());
    assert!(
        said.starts_with("error[unreadable-path] torn.xlsx: Deliveries: the sheet cannot be read"),
        "{said}"
    );
    let chaos = plain.clone().part("xl/workbook.xml", b"<workbook><sheets><sheet name=\"a\" r:id=\"none\"/>");
    assert!(says("chaos.xlsx", &chaos.bytes()).contains("error[unreadable-path] chaos.xlsx: "));
    // Cells that would be outside of any sheet, and numbers that no program can count.
    for place in ["XFE2", "A1048577", "A99999999999999999999", "AAAAAAAAAAAAAAAAA2"] {
        let far = Parts::new().sheet("Producers", &format!("<row><c r=\"{place}\"><v>1</v></c></row>"), "");
        let said = says("far.xlsx", &far.bytes());
        assert!(
            said.contains("error[unreadable-path] far.xlsx: Producers: the sheet cannot be read"),
            "{place}: {said}"
        );
    }
    let back = Parts::new().sheet(
        "Producers",
        "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>",
        "",
    );
    assert!(says("back.xlsx", &back.bytes()).contains("not in their order"));
    let answer = truecost_tests::run(folder.path(), &["check", "none.xlsx"]);
    assert!(
        answer
            .stderr
            .starts_with("error[unreadable-path] none.xlsx: does not exist\n  hint: `truecost template"),
        "{}",
        answer.stderr
    );
    let answer = truecost_tests::run(folder.path(), &["check", "--seal", "text.xlsx"]);
    assert!(
        answer.stderr.contains("error[wrong-kind] text.xlsx: a workbook has no checksums"),
        "{}",
        answer.stderr
    );
}

#[test]
fn rows_and_columns_far_apart_take_no_memory() {
    let cell = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"str\"><v>{text}</v></c>");
    let far = format!(
        "<row r=\"1\">{}{}</row><row r=\"1048576\">{}{}</row>",
        cell("A1", "id"),
        cell("XFD1", "name"),
        cell("A1048576", "ana"),
        cell("XFD1048576", "Ana"),
    );
    let parts = Parts::new().sheet("Producers", &far, "");
    let (rows_of, said) = rows(&parts, &schema::PRODUCERS, &["id", "name"]);
    assert_eq!((said.as_str(), rows_of), ("", vec![(1_048_576, vec!["ana".to_owned(), "Ana".to_owned()])]));
    // As many headers as a sheet has columns, and more rows than are kept for so many.
    let head: String = (0..16_384).map(|at| cell(&format!("{}1", letters(at)), &format!("c{at}"))).collect();
    let body: String =
        (2..3_200).map(|row| format!("<row r=\"{row}\">{}</row>", cell(&format!("A{row}"), "x"))).collect();
    let head = head.replacen(">c0<", ">id<", 1);
    let parts = Parts::new().sheet("Producers", &format!("<row r=\"1\">{head}</row>{body}"), "");
    let (_, said) = rows(&parts, &schema::PRODUCERS, &["id"]);
    assert!(said.contains("Producers: the sheet cannot be read: it has more than 50000000 cells"), "{said}");
}

/// The sheets of a small co-op: what its headers say of money, and what its settings do.
fn small(head: [&str; 2], currency: &str) -> Parts {
    let amount = |code: &str| if code.is_empty() { "Amount".to_owned() } else { format!("Amount ({code})") };
    Parts::new()
        .table("Settings", &[&["Setting", "Value"], &["Currency", currency], &["Weight unit", "kg"]])
        .table("Producers", &[&["Id", "Name"], &["m01", "Ann Otieno"], &["m02", "Grace Achieng"]])
        .table(
            "Buying prices",
            &[
                &["Product", "Grade", "From", &format!("Price ({}/kg)", head[0])],
                &["cherry", "A", "2024-01-01", "80"],
            ],
        )
        .table(
            "Payments",
            &[
                &["Id", "Date", "Producer", "Kind", &amount(head[1])],
                &["p1", "2024-10-20", "m01", "payment", "500"],
            ],
        )
}

/// Deliveries of the first member: a day, a grade, a weight and a site each.
fn delivered(parts: Parts, name: &str, rows: &[[&str; 5]]) -> Parts {
    let head: &[&str] = &["Id", "Date", "Producer", "Product", "Grade", "Gross weight (kg)", "Site"];
    let ids: Vec<String> = (1..=rows.len()).map(|number| format!("d{number}")).collect();
    let body: Vec<Vec<&str>> = rows
        .iter()
        .zip(&ids)
        .map(|([day, who, grade, weight, site], id)| {
            vec![id.as_str(), day, who, "cherry", grade, weight, site]
        })
        .collect();
    let all: Vec<&[&str]> = std::iter::once(head).chain(body.iter().map(Vec::as_slice)).collect();
    parts.table(name, &all)
}

const ONE: [[&str; 5]; 1] = [["2024-10-05", "m01", "A", "100", ""]];

fn command(parts: &Parts, words: &[&str]) -> truecost_tests::Answer {
    let file = written(parts);
    truecost_tests::run(file.path.parent().unwrap(), words)
}

#[test]
fn headers_in_another_currency_than_settings_are_told() {
    let parts = delivered(small(["COP", "COP"], "KES"), "Deliveries", &ONE);
    for words in [&["check", "coop.xlsx"][..], &["statements", "coop.xlsx"], &["accounts", "coop.xlsx"]] {
        let answer = command(&parts, words);
        let said = "warning[contradiction] coop.xlsx: Settings!B2: `Currency` is KES, and the headers \
                    'Buying prices'!D1, Payments!E1 say COP";
        assert!(answer.stderr.contains(said), "{words:?}: {}", answer.stderr);
        assert_eq!(answer.code, 0, "{words:?}: {}", answer.stderr);
    }
    let same = delivered(small(["KES", "KES"], "KES"), "Deliveries", &ONE);
    assert!(!command(&same, &["check", "coop.xlsx"]).stderr.contains("contradiction"));
    // Owed in one money, owing in another.
    let mixed = delivered(small(["KES", "COP"], "KES"), "Deliveries", &ONE);
    for words in [&["check", "coop.xlsx"][..], &["statements", "coop.xlsx"], &["accounts", "coop.xlsx"]] {
        let said = command(&mixed, words).stderr;
        assert!(said.contains("the header Payments!E1 says COP"), "{said}");
        assert!(
            said.contains("warning[contradiction] coop.xlsx: Payments!E1: `m01` has records in "),
            "{said}"
        );
    }
}

#[test]
fn a_sheet_that_was_renamed_is_an_error() {
    let parts = |name: &str| delivered(small(["KES", "KES"], "KES"), name, &ONE);
    let said = command(&parts("Harvest 2024"), &["statements", "coop.xlsx"]);
    let expected = "error[table-typo] coop.xlsx: 'Harvest 2024': the sheet `Harvest 2024` is not read, and has the \
                    columns of the sheet `Deliveries`, which is missing";
    assert!(said.code == 1 && said.stderr.contains(expected), "{}", said.stderr);
    let said = command(&parts("Delivery"), &["statements", "coop.xlsx"]);
    assert!(
        said.code == 1 && said.stderr.contains("error[table-typo] coop.xlsx: Delivery: "),
        "{}",
        said.stderr
    );
    // Beside the sheet itself, one of last year is the user's own.
    let both = delivered(parts("Deliveries"), "Harvest 2023", &ONE);
    let said = command(&both, &["check", "coop.xlsx"]);
    assert!(said.code == 0 && said.stderr.contains("warning[sheet-not-read]"), "{}", said.stderr);
    // Without any sheet like it, that it is missing is told.
    let said = command(&small(["KES", "KES"], "KES"), &["statements", "coop.xlsx"]).stderr;
    assert!(said.contains("warning[missing-table]") && said.contains("no `Deliveries`"), "{said}");
}

#[test]
fn check_says_what_a_co_op_holds() {
    let rows = [["2024-10-05", "m01", "A", "100", ""], ["2024-10-27", "m02", "A", "50.25", ""]];
    let parts = delivered(small(["KES", "KES"], "KES"), "Deliveries", &rows);
    let said = command(&parts, &["check", "coop.xlsx"]).stdout;
    let held = "coop.xlsx: 2 producers, 2 deliveries (150.25 kg net), 1 buying price, 1 payment (500.00 KES), \
                2024-10-05 to 2024-10-27, sha256:";
    assert!(said.starts_with(held), "{said}");
}

#[test]
fn check_tries_what_other_commands_would_refuse() {
    let parts = delivered(small(["KES", "KES"], "KES"), "Deliveries", &ONE)
        .table("Surpluses", &[&["Year", "Surplus (KES)"], &["2024", "1000"]]);
    let answer = command(&parts, &["check", "coop.xlsx"]);
    let said = "warning[missing-choice] coop.xlsx: Surpluses!";
    assert!(answer.code == 0 && answer.stderr.contains(said), "{}", answer.stderr);
    assert!(answer.stderr.contains("`truecost fairtrade surplus` will fail: "), "{}", answer.stderr);
    let stock = parts.table(
        "Movements",
        &[
            &["Id", "Date", "Site", "Kind", "Product", "Certificate", "Quantity (kg)"],
            &["s1", "2024-10-06", "upper", "sold", "cherry", "fairtrade", "10"],
        ],
    );
    let said = command(&stock, &["check", "coop.xlsx"]).stderr;
    assert!(said.contains("warning[negative-amount] coop.xlsx: Movements!G2: "), "{said}");
}

#[test]
fn values_far_from_all_others_are_told() {
    let mut rows = vec![["2024-10-05", "m01", "A", "300", "upper"]; 11];
    rows[3] = ["2042-10-05", "m01", "A", "290", "upper"];
    rows[5] = ["2024-10-06", "m02", "A", "3105", "uper"];
    let parts = delivered(small(["KES", "KES"], "KES"), "Deliveries", &rows);
    let answer = command(&parts, &["check", "coop.xlsx"]);
    for said in [
        "warning[unlikely-value] coop.xlsx: Deliveries!B5: 2042-10-05 is years away",
        "warning[unlikely-value] coop.xlsx: Deliveries!F7: this delivery of `cherry` weighs about 10 times",
        "warning[unlikely-value] coop.xlsx: Deliveries!G7: no other delivery names the site `uper`",
    ] {
        assert!(answer.stderr.contains(said), "{}", answer.stderr);
    }
    assert_eq!((answer.code, answer.stderr.matches("warning[").count()), (0, 3), "{}", answer.stderr);
}

#[test]
fn slips_are_told_once_and_where_they_are() {
    let rows = [
        ["2024-10-05", "m01", "a", "100", ""],
        ["2024-10-06", "m02", "a", "100", ""],
        ["2024-10-07", "Grace Achieng", "A", "100", ""],
        ["05/10/2024", "m01", "A", "100", ""],
        ["45570", "m01", "A", "100", ""],
        ["", "", "Total", "900", ""],
    ];
    let parts = delivered(small(["KES", "KES"], "KES"), "Deliveries", &rows[..2]);
    let said = command(&parts, &["check", "coop.xlsx"]).stderr;
    assert!(
        said.contains("error[missing-value] coop.xlsx: Deliveries!E2: no price: `Buying prices` has"),
        "{said}"
    );
    assert!(said.contains("; nor has row 3\n  hint: did you mean `A`?"), "{said}");
    assert_eq!(said.matches("error[").count(), 1, "{said}");
    let parts = delivered(small(["KES", "KES"], "KES"), "Deliveries", &rows[2..]);
    let said = command(&parts, &["check", "coop.xlsx"]).stderr;
    for hint in [
        "that is the name of `m02`: write the id",
        "write 2024-10-05 if the day comes first",
        "give its cell a format of dates",
        "is it a total?",
    ] {
        assert_eq!(said.matches(hint).count(), 1, "{hint}: {said}");
    }
}
