//! What is wrong with records, and what is not.

use truecost_tests::{assert_holds, repository, run};

use super::{SETTINGS, coop, statements};

#[test]
fn every_problem_of_every_table_is_reported_at_once() {
    let tables = [
        (
            "producers",
            "id,name,language,currency,member_since,member_until
             ana,Ana,de,,2024-01-01,2023-01-01
             ana,Ana,,,,
             bo,Bo,,XXZ,,2024-01-01
             valle,Valle,,,,",
        ),
        (
            "buying_prices",
            "product,from,until,price,unit
             coffee,2024-01-01,2024-07-01,3,kg
             coffee,2024-06-01,,3,kg
             tea,2024-01-01,,1,L",
        ),
        (
            "deliveries",
            "id,date,producer,product,gross_weight,tare,unit,price,price_unit,currency
             d1,2024-02,ana,coffee,10,,,,,
             d2,2024-02-01,anna,coffee,10,11,,,,
             d3,2024-02-01,ana,cofee,10,,,,,
             d4,2024-02-01,ana,coffee,10,,kg,2,L,
             d5,2024-02-01,ana,tea,10,,,,,
             d6,2024-02-01,ana,coffee,10,,,,,EUR
             d6,2024-02-01,ana,coffee,-1,,,,,
             d7,2024-02-01,anna,coffee,1.0000000000001,,,,,",
        ),
        (
            "payments",
            "id,date,producer,kind,amount
             m1,2024-02-01,ana,gift,10
             m2,2024-02-01,cy,payment,10.005
             m3,2024-02-01,ana,payment,0
             m4,2024-02-01,cy,payment,1",
        ),
        ("deductions", "id,date,producer,kind,amount\nx1,2024-02-01,ana,fine,10"),
        (
            "second_payments",
            "id,date,product,from,until,rate,unit,total
             s1,2024-12-01,coffee,2024-01-01,2025-01-01,0.1,kg,100
             s2,2024-12-01,coffee,2024-01-01,2025-01-01,,,
             s3,2024-12-01,coffee,2024-01-01,2024-01-01,0.1,kg,",
        ),
    ];
    let folder = coop(SETTINGS, &tables);
    let path = folder.path().to_str().unwrap();
    for command in ["statements", "check", "accounts", "classify"] {
        let answer = run(&repository(), &[command, path]);
        assert_eq!((answer.code, answer.stdout.as_str()), (1, ""), "{command}");
        for (code, place) in [
            ("bad-value", "producers.csv:2:language"),
            ("bad-value", "producers.csv:2:member_until"),
            ("duplicate-key", "producers.csv:3:id"),
            ("unknown-currency", "producers.csv:4:currency"),
            ("bad-value", "producers.csv:4:member_until"),
            ("contradiction", "producers.csv:5:id"),
            ("contradiction", "buying_prices.csv:3:from"),
            ("bad-date", "deliveries.csv:2:date"),
            ("contradiction", "deliveries.csv:3:tare"),
            ("dangling-reference", "deliveries.csv:3:producer"),
            ("missing-value", "deliveries.csv:4:product"),
            ("wrong-dimension", "deliveries.csv:5:price_unit"),
            ("wrong-dimension", "deliveries.csv:6:unit"),
            ("contradiction", "deliveries.csv:7:currency"),
            ("duplicate-key", "deliveries.csv:8:id"),
            ("negative-amount", "deliveries.csv:8:gross_weight"),
            ("overflow", "deliveries.csv:9:gross_weight"),
            ("dangling-reference", "deliveries.csv:9:producer"),
            ("bad-value", "payments.csv:2:kind"),
            ("not-whole-units", "payments.csv:3:amount"),
            ("negative-amount", "payments.csv:4:amount"),
            ("dangling-reference", "payments.csv:5:producer"),
            ("bad-value", "deductions.csv:2:kind"),
            ("contradiction", "second_payments.csv:2:total"),
            ("missing-value", "second_payments.csv:3:rate"),
            ("bad-value", "second_payments.csv:4:until"),
        ] {
            assert_holds(&answer.stderr, &[&format!("error[{code}] {path}/{place}:")]);
        }
        assert_holds(&answer.stderr, &["27 errors"]);
    }
}

#[test]
fn no_currency_is_said_once_a_table() {
    let tables = [
        ("producers", "id\na"),
        (
            "deliveries",
            "id,date,producer,product,gross_weight,price\nd1,2024-05-01,a,x,1,1\nd2,2024-05-01,a,x,1,1",
        ),
        ("payments", "id,date,producer,kind,amount\nm1,2024-05-01,a,payment,1\nm2,2024-05-01,a,payment,1"),
    ];
    let answer = statements(&coop("weight_unit = \"kg\"\n", &tables), &[]);
    assert_eq!(answer.code, 1);
    assert_eq!(answer.stderr.matches("error[").count(), 2, "{}", answer.stderr);
    assert_holds(&answer.stderr, &["deliveries.csv:2:currency", "payments.csv:2:currency"]);
}

#[test]
fn a_co_op_without_records_has_no_statements_and_no_problem() {
    let folder = coop(SETTINGS, &[("producers", "id\na")]);
    let path = folder.path().to_str().unwrap();
    let checked = run(&repository(), &["check", path]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""));
    for command in ["statements", "accounts", "classify"] {
        let answer = run(&repository(), &[command, path]);
        assert_eq!(answer.code, 1, "{command}");
        assert_holds(
            &answer.stderr,
            &["error[empty-table]", "manifest.toml", "no deliveries, payments or deductions"],
        );
    }
}
