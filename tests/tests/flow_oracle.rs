//! Costs of flows and the statement against an independent program: `tests/oracle/flows.py`, exact rationals.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;
use truecost::base::decimal::{self, Exact};
use truecost_tests::{auditor, repository, run};

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

/// Every figure of every flow and of the statement, to the last digit. Gives the rows of the flows.
fn agrees(flows: &Path, flags: &[&str]) -> Option<Vec<Row>> {
    let out = TempDir::new().unwrap();
    let path = flows.to_str().unwrap();
    let mut arguments = vec!["classify", path, "--out", out.path().to_str().unwrap()];
    arguments.extend(flags);
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{flags:?} {}", answer.stderr);
    let classes = out.path().join("flows.csv");
    let mut found = Vec::new();
    for (table, file) in [("costs", "flow_costs.csv"), ("statement", "statement.csv")] {
        let mut arguments = vec![path, classes.to_str().unwrap(), "--table", table];
        arguments.extend(flags);
        let expected = rows(&auditor("flows.py", &arguments)?);
        let columns: Vec<&String> = expected[0].keys().collect();
        let all = rows(&fs::read_to_string(out.path().join(file)).unwrap());
        let mut own: Vec<Vec<&str>> = all
            .iter()
            .map(|row| {
                // Where there is no sum the auditor leaves the cell empty; the engine says why.
                let silent = |column: &str| column == "external_cost" && row[column] == "unpriced";
                columns.iter().map(|c| if silent(c) { "" } else { row[*c].as_str() }).collect()
            })
            .collect();
        let mut expected: Vec<Vec<&str>> =
            expected.iter().map(|row| row.values().map(String::as_str).collect()).collect();
        own.sort();
        expected.sort();
        assert_eq!(own.len(), expected.len(), "{table} {flags:?}");
        for (own, expected) in own.iter().zip(&expected) {
            assert_eq!(own, expected, "{table} {flags:?} {columns:?}");
        }
        if table == "costs" {
            found = all;
        }
    }
    Some(found)
}

fn priced(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row["status"] == "priced").count()
}

#[test]
fn the_street() {
    let street = repository().join("datasets/flows/street");
    let Some(found) = agrees(&street, &[]) else { return };
    assert!(priced(&found) >= 4);
    agrees(&street, &["--factors", "true-price-2025", "--year", "2023"]);
    agrees(
        &street,
        &["--factors", "uba-2025", "--outside", "as_is", "--order", "convert-first", "--currency", "USD"],
    );
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from[(self.0 >> 33) as usize % from.len()]
    }
}

/// A network of any flows: all actions, units, currencies, gaps, and corrections.
fn anything(seed: u64, count: usize) -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let supply = repository().join("datasets/supply/coffee");
    write(
        "manifest.toml",
        &format!(
            "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
             licence = {{ name = \"CC0-1.0\", redistribute = true }}\n[flows]\nsupply = {:?}\n\
             [flows.stated]\ncompelled = \"none\"\n",
            supply.to_str().unwrap()
        ),
    );
    write(
        "agents.csv",
        "id,kind,household\na,person,x\nb,person,x\nc,person,y\nfirm,firm,\npool,pool,\nproject,commons_project,\nall,public,",
    );
    write(
        "units.csv",
        "id,kind\nCHF,currency\nBARTER,currency\ncrate,physical\nturn,hours\nLEAF,member_credit",
    );
    write(
        "resources.csv",
        "id,kind,rival,excludable,licence,product,origin,task,replacement_hours\npack,goods_services,yes,yes,none,coffee-pack,,,\n\
         cup,goods_services,yes,yes,none,filter-coffee,,,2.5\nblend,,yes,yes,none,roasted-coffee,,,\n\
         power,goods_services,yes,yes,none,electricity,NL,tending,\ncode,goods_services,no,no,MIT,,,programming,1234.0000005\n\
         text,goods_services,no,no,CC-BY-NC-4.0,,,writing,\nhelp,goods_services,yes,yes,none,,,,\nmoney,money,yes,yes,none,,,,\n\
         credit,credit,yes,yes,none,,,,\nsofa,goods_services,yes,yes,none,,,,",
    );
    write(
        "wages.csv",
        "basis,task,agent,amount,currency,year,source\ngeneralist,,,13.3333333333333,EUR,2022,s\n\
         specialist,programming,,61,USD,2021,s\nspecialist,tending,,17,XAU,2024,s\nopportunity,,a,20.01,CHF,2023,s\n\
         opportunity,,c,0,EUR,2024,s",
    );
    let mut dice = Dice(seed);
    let mut text =
        "id,from,to,date,action,resource,quantity,unit,value,unit_of_account,price_basis,counterflow_kind,\
                    contracted,compelled,relation,access_scope,corrects\n"
            .to_owned();
    let agents = ["a", "b", "c", "firm", "pool", "project", "all", ""];
    for flow in 0..count {
        let who = [dice.pick(&agents[..6]), dice.pick(&agents)].join(",");
        let date = dice.pick(&["2024-05-01", "2024-11-30", "2023-02-03", "2022", "2024-07", ""]);
        let action = dice.pick(&["", "work", "copy", "use", "transferCustody", "transfer"]);
        let resource = dice.pick(&[
            "pack", "cup", "blend", "power", "code", "text", "help", "money", "credit", "sofa", "pack",
            "cup", "",
        ]);
        let quantity = dice.pick(&[
            "1",
            "0.5",
            "2.5",
            "0.000001",
            "123456.789",
            "0.1234567890123456789",
            "3e2",
            "1.0000000000000000001",
            "",
        ]);
        let unit = dice.pick(&["kg", "g", "cup", "kWh", "h", "min", "crate", "turn", "kg", "cup", "t", ""]);
        let value = dice.pick(&["1", "0", "3.333333333333", "250.5", ""]);
        let account =
            dice.pick(&["EUR", "EUR", "USD", "CHF", "BARTER", "CHW", "h", "LEAF", "turn", "none", ""]);
        let any = [
            dice.pick(&["none", "none", "none", "posted", "voluntary", ""]),
            dice.pick(&["none", "none", "none", "money", "hours", ""]),
            dice.pick(&["no", "no", "yes", ""]),
            "",
            dice.pick(&["none", "none", "same_household", ""]),
            dice.pick(&["named", "members", "anyone", "household", ""]),
        ]
        .join(",");
        let sale = "posted,money,yes,,none,named".to_owned();
        let terms = if dice.pick(&["any", "any", "sale"]) == "sale" { sale } else { any };
        let row = |id: &str, quantity: &str, value: &str, corrects: &str| {
            format!(
                "{id},{who},{date},{action},{resource},{quantity},{unit},{value},{account},{terms},{corrects}\n"
            )
        };
        text.push_str(&row(&format!("f{flow}"), quantity, value, ""));
        if flow % 9 == 0 {
            let minus = |number: &str| if number.is_empty() { String::new() } else { format!("-{number}") };
            text.push_str(&row(&format!("g{flow}"), &minus(quantity), &minus(value), &format!("f{flow}")));
        }
    }
    write("flows.csv", &text);
    folder
}

#[test]
fn networks_of_anything() {
    for (seed, flags) in [
        (1, &[][..]),
        (2, &["--netting", "--factors", "ce-delft-2024", "--currency", "USD"]),
        (3, &["--factors", "ce-delft-2024", "--year", "2022", "--order", "convert-first"]),
    ] {
        let network = anything(seed, 600);
        let Some(found) = agrees(network.path(), flags) else { return };
        let regimes: std::collections::BTreeSet<&str> =
            found.iter().map(|row| row["regime"].as_str()).collect();
        assert!(priced(&found) > 60 && regimes.len() >= 4, "{} {regimes:?}", priced(&found));
        assert!(found.iter().any(|row| row["gap"].starts_with('-')), "nothing is taken back");
        assert!(found.iter().any(|row| !row["true_price"].is_empty()));
    }
}

/// The files of a run.
fn files(network: &Path, names: &[&str]) -> Vec<Vec<Row>> {
    let out = TempDir::new().unwrap();
    let arguments = ["classify", network.to_str().unwrap(), "--out", out.path().to_str().unwrap()];
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    names.iter().map(|name| rows(&fs::read_to_string(out.path().join(name)).unwrap())).collect()
}

/// The exact sum of a column, over rows that `of` takes.
fn sum(rows: &[Row], column: &str, of: impl Fn(&Row) -> bool) -> Exact {
    let cells = rows.iter().filter(|row| of(row)).map(|row| row[column].as_str());
    cells.filter_map(|cell| decimal::parse(cell).ok()).sum()
}

/// The regime of a row with its subregime.
fn class(row: &Row) -> [&str; 2] {
    [&row["regime"], &row["subregime"]]
}

const MONEY: [&str; 10] = [
    "environmental",
    "social",
    "health",
    "external_cost",
    "benefits",
    "internalised",
    "overpaid",
    "gap",
    "market_value",
    "true_price",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn regimes_add_up_to_the_flows_exactly(seed in any::<u64>(), count in 1_usize..120) {
        let network = anything(seed, count);
        let found = files(network.path(), &["flow_costs.csv", "statement.csv", "totals.csv"]);
        let [flows, lines, totals] = &found[..] else { panic!() };
        let measured = |measure: &'static str| move |row: &Row| row["measure"] == measure;
        prop_assert_eq!(sum(lines, "count", measured("flows")), Exact::from_integer(flows.len().into()));
        let statuses = ["priced", "unpriced", "not_a_product"];
        let all: Exact = statuses.iter().map(|status| sum(lines, "count", measured(status))).sum();
        prop_assert_eq!(all, Exact::from_integer(flows.len().into()));
        for money in MONEY {
            prop_assert_eq!(sum(lines, "amount", measured(money)), sum(flows, money, |_| true), "{}", money);
            for one in lines.iter().filter(|row| measured("flows")(row)).map(class) {
                let own = sum(flows, money, |row| class(row) == one);
                prop_assert_eq!(sum(lines, "amount", |row| measured(money)(row) && class(row) == one), own);
            }
        }
        for total in totals {
            let (own, unit) = (class(total), total["unit"].as_str());
            let same = |row: &Row| class(row) == own && row["unit"] == unit && row["year"] == total["year"];
            let values = |row: &Row| measured("paid")(row) || measured("valued")(row);
            prop_assert_eq!(sum(lines, "amount", |row| values(row) && same(row)), sum(totals, "value", same));
        }
    }

    #[test]
    fn the_regime_of_a_flow_changes_nothing_of_what_it_costs_others(seed in any::<u64>()) {
        let network = anything(seed, 1500);
        let found = files(network.path(), &["flow_costs.csv"]);
        let stated = rows(&fs::read_to_string(network.path().join("flows.csv")).unwrap());
        let what: BTreeMap<&str, [&str; 3]> = stated
            .iter()
            .map(|row| (row["id"].as_str(), [&*row["resource"], &*row["quantity"], &*row["unit"]]))
            .collect();
        let mut known: BTreeMap<[&str; 3], &Row> = BTreeMap::new();
        let mut compared = 0;
        for row in &found[0] {
            let first = *known.entry(what[row["flow"].as_str()]).or_insert(row);
            compared += usize::from(row["status"] == "priced" && first["regime"] != row["regime"]);
            for column in MONEY.into_iter().take(8).chain(["status", "reason", "product", "coverage"]) {
                prop_assert_eq!(&first[column], &row[column]);
            }
        }
        prop_assert!(compared > 0);
    }

    #[test]
    fn neither_the_order_of_rows_nor_wages_change_money(seed in any::<u64>()) {
        let network = anything(seed, 80);
        let names = ["flow_costs.csv", "statement.csv", "flows.csv"];
        let before = files(network.path(), &names);
        let path = network.path().join("flows.csv");
        let text = fs::read_to_string(&path).unwrap();
        let mut turned: Vec<&str> = text.lines().collect();
        turned[1..].reverse();
        fs::write(&path, turned.join("\n") + "\n").unwrap();
        prop_assert_eq!(&files(network.path(), &names), &before);
        fs::remove_file(network.path().join("wages.csv")).unwrap();
        let after = files(network.path(), &names);
        prop_assert_eq!(&after[0], &before[0]);
        let memo = ["unpaid_work", "unpaid_unvalued_hours", "replacement_once", "replacement_unvalued_hours"];
        let money = |rows: &[Row]| -> Vec<Row> {
            rows.iter().filter(|row| !memo.contains(&row["measure"].as_str())).cloned().collect()
        };
        prop_assert_eq!(money(&after[1]), money(&before[1]));
    }
}
