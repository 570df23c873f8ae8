//! Files: workbooks of flows, and what is no workbook.

use tempfile::TempDir;
use truecost::base::file_name::letters;
use truecost::data::schema;
use truecost_tests::workbooks::Parts;

use super::{priced, rows, written};

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
