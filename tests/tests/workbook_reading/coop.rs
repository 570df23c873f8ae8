//! Workbooks of a co-op: what `check` says of them.

use truecost_tests::workbooks::Parts;

use super::written;

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
