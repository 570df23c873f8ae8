//! The books of the co-op, and flows.

use std::collections::BTreeMap;
use std::fs;

use truecost_tests::{assert_holds, repository, run};

use super::{SETTINGS, closing, coop, known, rows, says, statements, summary, valley};

#[test]
fn the_books_of_the_co_op() {
    let folder = valley();
    // Cash 500 + 700 + 400 + 100 + 300; payable 1,117.30 + 58.17 + 173.56; purchases 2,423.50 + 420 + 423.73 + 192.30.
    let expected = [
        ("assets:cash", "-2000"),
        ("assets:loans", "-50"),
        ("equity:member-capital", "-25"),
        ("expenses:premiums", "312.4"),
        ("expenses:purchases", "3459.53"),
        ("income:services", "-32.5"),
        ("liabilities:levies-withheld", "-3"),
        ("liabilities:payable", "-1349.03"),
        ("liabilities:premium-fund", "-312.4"),
    ];
    assert_eq!(closing(&folder, "valle"), known(&expected));
    let fund = [("assets:premiums-set-aside", "312.4"), ("equity:premium-fund", "-312.4")];
    assert_eq!(closing(&folder, "fund"), known(&fund));
    let ana = [
        ("assets:cash", "1300"),
        ("assets:receivable", "1117.3"),
        ("assets:shares", "25"),
        ("expenses:levies", "3"),
        ("expenses:services", "20.5"),
        ("income:sales", "-2515.8"),
        ("liabilities:loans", "50"),
    ];
    assert_eq!(closing(&folder, "ana"), known(&ana));
}

#[test]
fn what_flows_are() {
    let folder = valley();
    let answer = run(&repository(), &["classify", folder.path().to_str().unwrap(), "--format", "csv"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    let classes: BTreeMap<String, String> = rows(&answer.stdout)
        .into_iter()
        .map(|row| (row["flow"].clone(), format!("{}.{}", row["regime"], row["subregime"])))
        .collect();
    for (flow, class) in [
        ("delivery.d1", "market.fair_trade"),
        ("premium.d1", "market.fair_trade"),
        ("payment.p1", "market.fair_trade"),
        ("delivery.d3", "market.conventional"),
        ("delivery.d4", "market.coop_internal"),
        // Cy left in July.
        ("delivery.d5", "market.conventional"),
        ("deduction.x1", "market.coop_internal"),
        ("deduction.x3", "market.coop_internal"),
        ("deduction.x4", "redistribution.levy"),
        ("second-payment.s1.d1", "market.fair_trade"),
        // Nobody said whether the loan bears interest.
        ("deduction.x2", "unclassified.insufficient_evidence"),
    ] {
        assert_eq!(classes[flow], class, "{flow}");
    }
}

#[test]
fn flows_of_ones_own_stand_beside_the_records() {
    let own = [
        ("agents", "id,kind\nroaster,firm"),
        ("resources", "id,kind\nmoney,money\nroasted,goods_services\nfertilizer,goods_services"),
        (
            "flows",
            "id,from,to,date,resource,quantity,unit,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled,relation,access_scope
             sale,valle,roaster,2024-09-01,roasted,500,kg,5000,USD,negotiated,money,yes,none,none,named
             sold,valle,ana,2024-09-02,fertilizer,1,kg,30,USD,posted,money,yes,none,member_provider,named
             lent,valle,ana,2024-01-02,money,,,50,USD,negotiated,same_kind,yes,none,member_provider,named",
        ),
    ];
    let folder = valley();
    for (name, text) in own {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        fs::write(folder.path().join(format!("{name}.csv")), lines.join("\n")).unwrap();
    }
    let all = summary(&folder, &[]);
    // What Ana bought on credit is a line of her statement; what she was lent is no part of it.
    says(
        &all[&("ana".into(), "USD".into())],
        &[("other", "-30"), ("deductions", "-98.5"), ("closing", "1087.3")],
    );
    let books = closing(&folder, "valle");
    assert_eq!(
        (books["assets:receivable"].as_str(), books["liabilities:payable"].as_str()),
        ("5000", "-1319.03")
    );
    assert!(!books.contains_key("assets:loans"), "lent and paid back: {books:?}");
}

#[test]
fn books_that_say_something_else_are_an_error() {
    let tables = [
        ("producers", "id\nana"),
        ("deliveries", "id,date,producer,product,gross_weight,price\nd1,2024-05-01,ana,coffee,100,1"),
        ("resources", "id,kind\nmoney,money"),
        (
            "flows",
            "id,from,to,date,resource,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled,relation,access_scope
             m1,valle,ana,2024-04-01,money,60,USD,posted,goods_services,yes,none,none,named",
        ),
    ];
    let folder = coop(SETTINGS, &tables);
    let answer = statements(&folder, &[]);
    assert_eq!((answer.code, answer.stdout.as_str()), (1, ""));
    assert_holds(
        &answer.stderr,
        &[
            "error[statement-differs]",
            "`ana`: closing balance 100 USD in the statement, 40 USD in the books of the co-op",
        ],
    );
}

#[test]
fn a_table_of_postings_extends_another() {
    let write = |folder: &std::path::Path, extends: &str, rows: &str| {
        fs::create_dir_all(folder).unwrap();
        let manifest = format!(
            "kind = \"postings\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"001\"\n\
             licence = {{ name = \"CC0-1.0\", redistribute = true }}\n[postings]\nextends = \"{extends}\"\n"
        );
        fs::write(folder.join("manifest.toml"), manifest).unwrap();
        let header = "rank,id,class,passes,measured,part,answer,action,when,giver_debit,giver_credit,receiver_debit,receiver_credit,source";
        fs::write(folder.join("postings.csv"), format!("{header}\n{rows}\n")).unwrap();
    };
    let folder = tempfile::tempdir().unwrap();
    let stock = "1,to-stock,market.*,goods,value,,,,,assets:receivable,income:sales,assets:inventory,liabilities:payable,us";
    let own = folder.path().join("own");
    write(&own, "default", stock);
    let own = own.to_str().unwrap();
    let arguments = ["accounts", "datasets/flows/street", "--agent", "food-coop", "--postings", own];
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    // Coffee of 240 and vegetables of 160; all else is booked as by the table that is extended.
    assert_holds(&answer.stdout, &["assets:inventory", "400.00", "expenses:premiums"]);
    assert!(!answer.stdout.contains("expenses:purchases"), "{}", answer.stdout);
    let twice = folder.path().join("twice");
    write(&twice, own, "1,mine,,,,,,,,assets:a,income:a,assets:a,income:a,us");
    let answer = run(&repository(), &["check", twice.to_str().unwrap()]);
    assert_holds(&answer.stderr, &["error[bad-value]", "extends another table itself"]);
    let same = folder.path().join("same");
    write(&same, "default", "1,sale,,,,,,,,assets:a,income:a,assets:a,income:a,us");
    let answer = run(&repository(), &["check", same.to_str().unwrap()]);
    assert_holds(&answer.stderr, &["error[duplicate-key]", "`sale` is also a row of `default`"]);
    write(&same, "defualt", "1,mine,,,,,,,,assets:a,income:a,assets:a,income:a,us");
    let answer = run(&repository(), &["check", same.to_str().unwrap()]);
    assert_holds(&answer.stderr, &["error[not-found]", "did you mean `default`?"]);
}
