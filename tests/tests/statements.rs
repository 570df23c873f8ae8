//! Statements of producers and the books of a co-op, by hand: every amount below was worked out on paper.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;

use calamine::{Data, Reader, Xlsx, open_workbook};
use tempfile::TempDir;
use truecost_tests::workbooks::Parts;
use truecost_tests::{Answer, assert_holds, repository, run};

const SETTINGS: &str =
    "name = \"El Valle\"\nagent = \"valle\"\nfund = \"fund\"\ncurrency = \"USD\"\nweight_unit = \"kg\"\n";

/// A dataset of these tables.
fn coop(settings: &str, tables: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest = format!(
        "kind = \"coop\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"PE\"\n\
         licence = {{ name = \"CC0-1.0\", redistribute = true }}\n[coop]\n{settings}"
    );
    fs::write(folder.path().join("manifest.toml"), manifest).unwrap();
    for (name, text) in tables {
        let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
        fs::write(folder.path().join(format!("{name}.csv")), lines.join("\n") + "\n").unwrap();
    }
    folder
}

fn statements(folder: &TempDir, more: &[&str]) -> Answer {
    let mut arguments = vec!["statements", folder.path().to_str().unwrap()];
    arguments.extend(more);
    run(&repository(), &arguments)
}

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

/// The summary, by producer and currency.
fn summary(folder: &TempDir, more: &[&str]) -> BTreeMap<(String, String), Row> {
    let mut arguments = vec!["--format", "csv"];
    arguments.extend(more);
    let answer = statements(folder, &arguments);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    rows(&answer.stdout)
        .into_iter()
        .map(|row| ((row["producer"].clone(), row["currency"].clone()), row))
        .collect()
}

fn says(row: &Row, known: &[(&str, &str)]) {
    for (column, value) in known {
        assert_eq!(row[*column], *value, "{column} of {}", row["producer"]);
    }
}

/// The closing balances of an agent's books that are not 0.
fn closing(folder: &TempDir, agent: &str) -> BTreeMap<String, String> {
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("books");
    let arguments = ["accounts", folder.path().to_str().unwrap(), "--out", path.to_str().unwrap()];
    let answer = run(&repository(), &arguments);
    assert_eq!((answer.code, answer.stderr.contains("error")), (0, false), "{}", answer.stderr);
    let text = fs::read_to_string(path.join("trial_balance.csv")).unwrap();
    let own = rows(&text).into_iter().filter(|row| row["agent"] == agent && row["closing"] != "0");
    own.map(|row| (row["account"].clone(), row["closing"].clone())).collect()
}

fn known(lines: &[(&str, &str)]) -> BTreeMap<String, String> {
    lines.iter().map(|(account, amount)| ((*account).to_owned(), (*amount).to_owned())).collect()
}

const PRODUCERS: &str = "id,name,language,member_since,member_until
    ana,Ana Quispe,es,2019-03-01,
    bo,Bo Traoré,fr,,
    cy,Cy Jones,en,2020,2024-07-01";
const PRICES: &str = "product,grade,certificate,from,until,price,floor,premium,unit
    parchment,A,fairtrade,2024-01-01,,3.10,3.35,0.44,kg
    parchment,A,fairtrade,2024-06-01,,3.50,3.35,0.44,kg
    parchment,,,2024-01-01,,2.80,,,kg";
const DELIVERIES: &str = "id,date,producer,product,grade,certificate,gross_weight,tare,price,price_unit
    d1,2024-04-02,ana,parchment,A,fairtrade,412.5,2.5,,
    d2,2024-06-10,ana,parchment,A,fairtrade,300,,,
    d3,2024-05-05,bo,parchment,B,,150.75,0.75,,
    d4,2024-05-06,cy,parchment,B,,100,1,1.30,[lb_av]
    d5,2024-08-06,cy,parchment,B,,50,,,";
const PAYMENTS: &str = "id,date,producer,kind,amount
    p1,2024-03-01,ana,advance,500.00
    p2,2024-04-10,ana,payment,700.00
    p3,2024-05-20,bo,payment,400.00
    p4,2024-12-20,ana,second_payment,100.00
    p5,2024-05-20,cy,payment,300";
const DEDUCTIONS: &str = "id,date,producer,kind,amount,what
    x1,2024-04-02,ana,service,20.50,transport
    x2,2024-04-02,ana,loan,50.00,tools
    x3,2024-04-02,ana,capital,25.00,share
    x4,2024-06-10,ana,levy,3.00,coffee board
    x5,2024-02-10,bo,service,12.00,seedlings";
const SECOND: &str = "id,date,product,grade,certificate,from,until,rate,unit,total
    s1,2024-12-15,parchment,A,fairtrade,2024-01-01,2025-01-01,0.13,kg,
    s2,2024-12-16,parchment,B,,2024-01-01,2025-01-01,,,100.00";

fn valley() -> TempDir {
    let tables = [
        ("producers", PRODUCERS),
        ("buying_prices", PRICES),
        ("deliveries", DELIVERIES),
        ("payments", PAYMENTS),
        ("deductions", DEDUCTIONS),
        ("second_payments", SECOND),
    ];
    coop(SETTINGS, &tables)
}

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
