//! Cells: what was typed is what is read, or the cell is named.

use truecost::base::diagnostic::codes;
use truecost::data::schema;
use truecost_tests::workbooks::Parts;

use super::{price, priced, rows};

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
