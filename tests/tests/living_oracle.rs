//! Wage and income gaps, and the prices that close them, against an independent program: `tests/oracle/living.py`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;
use truecost_tests::{auditor, run};

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

/// Columns that name a row of a table.
fn key(table: &str) -> &'static [&'static str] {
    match table {
        "workers" | "steps" => &["worker"],
        "products" => &["product", "process", "period", "currency"],
        "households" => &["household"],
        _ => &["product", "year", "aim", "currency"],
    }
}

/// Every figure of the oracle stands in the tables of the command. Gives how many there were.
fn agrees(folder: &Path, command: &str, flags: &[&str], tables: &[&str]) -> Option<usize> {
    let out = TempDir::new().unwrap();
    let place = out.path().to_str().unwrap();
    let mut arguments = vec!["fairtrade", command, ".", "--out", place];
    arguments.extend(flags);
    let answer = run(folder, &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let mut arguments = vec![folder.to_str().unwrap()];
    arguments.extend(flags);
    let expected = rows(&auditor("living.py", &arguments)?);
    let mut count = 0;
    for table in tables {
        let own = rows(&fs::read_to_string(out.path().join(format!("{table}.csv"))).unwrap());
        let key_of = |row: &Row| key(table).iter().map(|c| row[*c].as_str()).collect::<Vec<_>>().join(" ");
        let own: BTreeMap<String, &Row> = own.iter().map(|row| (key_of(row), row)).collect();
        for row in expected.iter().filter(|row| row["table"] == *table) {
            let found = own.get(&row["key"]).unwrap_or_else(|| panic!("{table} has no {}", row["key"]));
            assert_eq!(found[&row["column"]], row["value"], "{table} {} {}", row["key"], row["column"]);
            count += 1;
        }
    }
    Some(count)
}

const MANIFEST: &str = "kind = \"coop\"\ntitle = \"t\"\nproducer = \"t\"\ncitation = \"t\"\nversion = \"1\"\n\
                        geography = \"KE\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n";

/// Cents, or tenths of a cent: amounts with digits that have to be rounded.
fn amount(top: u32) -> impl Strategy<Value = String> {
    (0..top).prop_map(|n| format!("{}.{:03}", n / 1000, n % 1000))
}

fn or_empty(of: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), of]
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    (0..words.len()).prop_map(|at| words[at])
}

/// The three currencies have 2, 2 and no digits; one of them has an index.
const CURRENCIES: [&str; 3] = ["EUR", "KES", "JPY"];

fn benchmarks() -> impl Strategy<Value = String> {
    let one = (100_000..9_000_000_u32, word(&["week", "month", "year"]), 1..6_u32);
    prop::collection::vec(one, 6).prop_map(|all| {
        let mut text =
            "id,kind,country,region,period,amount,per,currency,basis,equivalence,source,verification\n"
                .to_owned();
        for (at, (amount, per, adults)) in all.iter().enumerate() {
            let (kind, currency) = (if at < 3 { "wage" } else { "income" }, CURRENCIES[at % 3]);
            let year = if currency == "KES" { 2021 } else { 2023 };
            let equivalence = if at < 3 { String::new() } else { format!("{}.{}", adults, adults + 2) };
            let (whole, part) = (amount / 1000, amount % 1000);
            let _ = writeln!(
                text,
                "b{at},{kind},KE,x,{year},{whole}.{part:03},{per},{currency},net,{equivalence},made up,unverified"
            );
        }
        text
    })
}

fn workers() -> impl Strategy<Value = String> {
    let pay = (amount(9_000_000), word(&["hour", "day", "week", "month", "year"]), or_empty(amount(900_000)));
    let kind =
        (or_empty(amount(2_000_000)), word(&["", "0.1", "0.5", "0", "1"]), or_empty(amount(5_000_000)));
    let hours = (word(&["40", "20", "7.5", "48"]), word(&["40", "45"]), word(&["", "month", "year"]));
    let rest = (0..3_usize, word(&["2023", "2023-05"]), 1..9_u32, word(&["", "p", "q"]), word(&["", "0.5"]));
    prop::collection::vec((pay, kind, hours, rest), 1..12).prop_map(|all| {
        let mut text = "id,count,benchmark,period,months,pay,pay_per,basis,bonuses,bonuses_per,in_kind,in_kind_cap,\
                        contracted_hours,standard_hours,days_per_week,minimum_wage,minimum_wage_per,currency,product,\
                        process\n"
            .to_owned();
        for (at, (pay, kind, hours, rest)) in all.iter().enumerate() {
            let (currency, benchmark) = (CURRENCIES[rest.0], rest.0);
            let process = if rest.3.is_empty() { "" } else { "make" };
            let _ = writeln!(
                text,
                "w{at:02},{},b{benchmark},{},{},{},{},net,{},{},{},{},{},{},5.5,{},{},{currency},{},{process}",
                rest.2, rest.1, rest.4, pay.0, pay.1, pay.2, hours.2, kind.0, kind.1, hours.0, hours.1, kind.2,
                hours.2, rest.3,
            );
        }
        text
    })
}

fn households() -> impl Strategy<Value = String> {
    let one = (1..4_u32, 0..6_u32, -1_000_000..90_000_000_i64, 0..3_usize, 0..5000_u32, word(&["c", "d"]));
    prop::collection::vec(one, 1..12).prop_map(|all| {
        let mut text =
            "id,benchmark,period,adults,children,net_income,currency,product,quantity,unit\n".to_owned();
        for (at, (adults, children, income, currency, quantity, product)) in all.iter().enumerate() {
            let (sign, income) = (if *income < 0 { "-" } else { "" }, income.unsigned_abs());
            let _ = writeln!(
                text,
                "h{at:02},b{},2023,{adults},{children},{sign}{}.{:03},{},{product},{}.{:02},kg",
                currency + 3,
                income / 1000,
                income % 1000,
                CURRENCIES[*currency],
                quantity / 100,
                quantity % 100
            );
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn wages(benchmarks in benchmarks(), workers in workers()) {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("manifest.toml", MANIFEST);
        write("benchmarks.csv", &benchmarks);
        write("workers.csv", &workers);
        write("output.csv", "product,process,period,quantity,unit\np,make,2023,1234.5,kg\np,make,2023-05,7,kg\n");
        let Some(count) = agrees(folder.path(), "wages", &[], &["workers", "steps", "products"]) else {
            return Ok(());
        };
        prop_assert!(count >= 7 * (workers.lines().count() - 1));
    }

    #[test]
    fn incomes(benchmarks in benchmarks(), households in households(), share in word(&["0.8", "0.5", "0", "1", "0.01"])) {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("manifest.toml", MANIFEST);
        write("benchmarks.csv", &benchmarks);
        write("households.csv", &households);
        let count = agrees(folder.path(), "income", &["--share", share], &["households", "prices"]);
        let Some(count) = count else { return Ok(()) };
        prop_assert!(count >= 2 * (households.lines().count() - 1));
    }
}
