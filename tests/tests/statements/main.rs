//! Statements of producers and the books of a co-op, by hand: every amount below was worked out on paper.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod balances;
mod books;
mod pages;
mod problems;

use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;
use truecost_tests::{Answer, repository, run};

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
