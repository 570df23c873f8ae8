//! What a producer is owed: balances, advances, second payments.

use std::collections::BTreeMap;
use std::fs;

use truecost_tests::assert_holds;

use super::{SETTINGS, closing, coop, known, rows, says, statements, summary, valley};

#[test]
fn a_year_of_three_producers() {
    let all = summary(&valley(), &[]);
    // 410 kg x 3.10 + 300 kg x 3.50; 410 kg x (3.35 - 3.10); 410 x 0.13 + 300 x 0.13; 710 kg x 0.44 to the fund.
    says(
        &all[&("ana".into(), "USD".into())],
        &[
            ("opening", "0"),
            ("value", "2321"),
            ("floor_adjustment", "102.5"),
            ("second_payment", "92.3"),
            ("deductions", "-98.5"),
            ("paid", "-1300"),
            ("closing", "1117.3"),
            ("premium", "312.4"),
        ],
    );
    // 150 kg x 2.80. Of 100.00 over 150, 99 and 50 kg: 50.1672, 33.1104, 16.7224; the cent left goes to the first.
    says(
        &all[&("bo".into(), "USD".into())],
        &[("value", "420"), ("second_payment", "50.17"), ("closing", "58.17"), ("premium", "0")],
    );
    // 99 kg are 218.2576 lb, at 1.30 a pound 283.73; 50 kg x 2.80.
    says(
        &all[&("cy".into(), "USD".into())],
        &[("value", "423.73"), ("second_payment", "49.83"), ("paid", "-300"), ("closing", "173.56")],
    );
}

#[test]
fn a_period_begins_and_ends_with_a_balance() {
    let june = summary(&valley(), &["--period", "2024-06"]);
    // 1,373.50 - 500 - 700 - 95.50, then 1,050 and a levy of 3.
    says(&june[&("ana".into(), "USD".into())], &[("opening", "78"), ("value", "1050"), ("closing", "1125")]);
    says(
        &june[&("cy".into(), "USD".into())],
        &[("opening", "-16.27"), ("value", "0"), ("closing", "-16.27")],
    );
    let until = summary(&valley(), &["--until", "2024-03-01", "--producer", "ana"]);
    assert_eq!(until.len(), 1);
    says(&until[&("ana".into(), "USD".into())], &[("opening", "0"), ("paid", "-500"), ("closing", "-500")]);
}

#[test]
fn an_advance_is_no_expense_and_a_debt_stands_as_one() {
    let one = "id,name\nana,Ana";
    let advance = "id,date,producer,kind,amount\nm1,2024-01-10,ana,advance,100";
    let folder = coop(SETTINGS, &[("producers", one), ("payments", advance)]);
    assert_eq!(closing(&folder, "valle"), known(&[("assets:advances", "100"), ("assets:cash", "-100")]));
    let lone = summary(&folder, &[]);
    says(&lone[&("ana".into(), "USD".into())], &[("paid", "-100"), ("closing", "-100")]);
    // 30 of services, with nothing to take them off: Ana owes them. Then 200 of coffee, of which 100 was advanced.
    let charged = "id,date,producer,kind,amount\nx1,2024-01-11,ana,service,30";
    let tables = [("producers", one), ("payments", advance), ("deductions", charged)];
    let expected = [
        ("assets:advances", "100"),
        ("assets:cash", "-100"),
        ("assets:receivable", "30"),
        ("income:services", "-30"),
    ];
    assert_eq!(closing(&coop(SETTINGS, &tables), "valle"), known(&expected));
    let delivered = "id,date,producer,product,gross_weight,price\nd1,2024-02-01,ana,coffee,100,2";
    let tables = [tables.as_slice(), &[("deliveries", delivered)]].concat();
    let expected = [
        ("assets:cash", "-100"),
        ("expenses:purchases", "200"),
        ("income:services", "-30"),
        ("liabilities:payable", "-70"),
    ];
    assert_eq!(closing(&coop(SETTINGS, &tables), "valle"), known(&expected));
}

#[test]
fn what_is_paid_beyond_a_deduction_is_an_advance() {
    let tables = [
        ("producers", "id\nana"),
        ("deliveries", "id,date,producer,product,gross_weight,price\nd1,2024-02-01,ana,coffee,100,2"),
        ("deductions", "id,date,producer,kind,amount\nx1,2024-02-01,ana,loan,50"),
        ("payments", "id,date,producer,kind,amount\nm1,2024-02-02,ana,payment,180"),
    ];
    // 200 - 50 are owed: 150 of the 180 pay that, 30 wait for the next delivery.
    let expected = [
        ("assets:advances", "30"),
        ("assets:cash", "-180"),
        ("assets:loans", "-50"),
        ("expenses:purchases", "200"),
    ];
    assert_eq!(closing(&coop(SETTINGS, &tables), "valle"), known(&expected));
}

#[test]
fn halves_go_to_the_even_part_of_each_currency() {
    let tables = [
        ("producers", "id,currency\na,\nb,JPY\nc,KWD"),
        (
            "deliveries",
            "id,date,producer,product,gross_weight,price
             a1,2024-01-01,a,x,0.5,0.01
             a2,2024-01-01,a,x,1.5,0.01
             a3,2024-01-01,a,x,2.5,0.01
             b1,2024-01-01,b,x,0.5,1
             b2,2024-01-01,b,x,1.5,1
             c1,2024-01-01,c,x,0.5,0.003",
        ),
    ];
    let folder = coop(SETTINGS, &tables);
    let out = tempfile::tempdir().unwrap();
    let answer = statements(&folder, &["--out", out.path().join("o").to_str().unwrap()]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let lines = rows(&fs::read_to_string(out.path().join("o/lines.csv")).unwrap());
    let values: Vec<(&str, &str)> =
        lines.iter().map(|row| (row["record"].as_str(), row["value"].as_str())).collect();
    let expected = [("a1", "0"), ("a2", "0.02"), ("a3", "0.02"), ("b1", "0"), ("b2", "2"), ("c1", "0.002")];
    assert_eq!(values, expected);
}

#[test]
fn the_most_specific_price_counts_and_each_cell_of_a_row_of_its_own() {
    let tables = [
        ("producers", "id\na"),
        (
            "buying_prices",
            "product,grade,certificate,from,until,price,floor,unit
             x,A,ft,2024-01-01,2024-02-01,4,,kg
             x,,ft,2024-01-01,,3,3.5,kg
             x,A,,2024-01-01,,2,,kg
             x,,,2024-01-01,,1,,kg",
        ),
        (
            "deliveries",
            "id,date,producer,product,grade,certificate,gross_weight,price,floor
             d1,2024-01-31,a,x,A,ft,1,,
             d2,2024-02-01,a,x,A,ft,1,,
             d3,2024-01-05,a,x,B,ft,1,,
             d4,2024-01-05,a,x,A,organic,1,,
             d5,2024-01-05,a,x,B,,1,,
             d6,2024-01-05,a,x,B,ft,1,2,
             d7,2024-01-05,a,x,B,ft,1,2,0",
        ),
    ];
    let folder = coop(SETTINGS, &tables);
    let out = tempfile::tempdir().unwrap();
    let answer = statements(&folder, &["--out", out.path().join("o").to_str().unwrap()]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let lines = rows(&fs::read_to_string(out.path().join("o/lines.csv")).unwrap());
    let paid: BTreeMap<&str, (&str, &str)> = lines
        .iter()
        .map(|r| (r["record"].as_str(), (r["value"].as_str(), r["floor_adjustment"].as_str())))
        .collect();
    let expected = [
        ("d1", ("4", "0")),
        ("d2", ("3", "0.5")),
        ("d3", ("3", "0.5")),
        ("d4", ("2", "0")),
        ("d5", ("1", "0")),
        ("d6", ("2", "1.5")),
        ("d7", ("2", "0")),
    ];
    assert_eq!(paid, expected.into());
}

#[test]
fn a_second_payment_meets_deliveries_that_came_before() {
    let base = [
        ("producers", "id\na"),
        ("deliveries", "id,date,producer,product,gross_weight,price\nd1,2024-05-01,a,x,1,1"),
    ];
    let refused = |row: &str| {
        let text = format!("id,date,product,from,until,rate,unit,total\n{row}");
        let tables = [base.as_slice(), &[("second_payments", text.as_str())]].concat();
        let answer = statements(&coop(SETTINGS, &tables), &[]);
        assert_eq!((answer.code, answer.stdout.as_str()), (1, ""), "{row}");
        answer.stderr
    };
    let meets_none = refused("s1,2024-12-01,x,2024-06-01,2025-01-01,1,kg,");
    assert_holds(
        &meets_none,
        &["dangling-reference", "no delivery of `x` in USD", "second_payments.csv:2:product"],
    );
    let too_early = refused("s1,2024-04-01,x,2024-01-01,2025-01-01,1,kg,");
    assert_holds(&too_early, &["contradiction", "dated before the delivery `d1` of 2024-05-01"]);
    let other_unit = refused("s1,2024-12-01,x,2024-01-01,2025-01-01,1,L,");
    assert_holds(&other_unit, &["wrong-dimension", "`kg` of the delivery `d1` does not convert to `L`"]);
}
