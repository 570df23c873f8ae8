//! The books against answers known otherwise: by hand, from published fixtures, and from the auditor in `tests/oracle`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use num_bigint::BigInt;
use tempfile::TempDir;
use truecost::base::decimal::{Exact, parse};
use truecost::base::money::Money;
use truecost::base::split::largest_remainder;
use truecost::ledger::{Bucket, Percentage, Shortfall, distribute};
use truecost_tests::{repository, run};

/// Runs a script of the auditor; without Python the test is skipped by name, unless everything is required.
fn auditor(script: &str, arguments: &[&str]) {
    let python = ["python3", "python"]
        .into_iter()
        .find(|python| Command::new(python).arg("--version").output().is_ok());
    let Some(python) = python else {
        assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "Python is missing");
        eprintln!("skipped: Python 3.11 or later is needed for the auditor of the books");
        return;
    };
    let script = repository().join("tests/oracle").join(script);
    let output = Command::new(python)
        .arg("-B")
        .arg(script)
        .args(arguments)
        .current_dir(repository())
        .output()
        .unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{error}");
    assert!(!out.starts_with("0 checks"), "nothing was checked");
}

/// Keeps the books of a dataset and gives the folder they were written to.
fn books(dataset: &str, flags: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let mut arguments = vec!["accounts", dataset, "--out", out];
    arguments.extend(flags);
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    folder
}

fn audited(dataset: &str, period: Option<(&str, [&str; 2])>) {
    let flags: Vec<&str> = period.iter().flat_map(|(period, _)| ["--period", period]).collect();
    let out = books(dataset, &flags);
    let mut arguments = vec![dataset, out.path().to_str().unwrap()];
    arguments.extend(period.iter().flat_map(|(_, days)| days));
    auditor("audit_books.py", &arguments);
}

#[test]
fn the_auditor_agrees_with_the_street() {
    audited("datasets/flows/street", None);
}

#[test]
fn the_auditor_agrees_with_the_circle_over_any_period() {
    audited("datasets/flows/circle", None);
    audited("datasets/flows/circle", Some(("2024", ["2024-01-01", "2024-12-31"])));
    audited("datasets/flows/circle", Some(("2024-06", ["2024-06-01", "2024-06-30"])));
    audited("datasets/flows/circle", Some(("2024-03-06", ["2024-03-06", "2024-03-06"])));
    audited("datasets/flows/circle", Some(("2025", ["2025-01-01", "2025-12-31"])));
}

#[test]
fn the_auditor_finds_planted_mistakes() {
    let out = books("datasets/flows/circle", &[]);
    auditor("audit_books_selfcheck.py", &["datasets/flows/circle", out.path().to_str().unwrap()]);
}

/// Flows from a seed: of all kinds, with agreements, corrections, months without a day, agents that are not stated.
fn many(folder: &Path, flows: usize) {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(
        "manifest.toml",
        "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
         licence = { name = \"CC0-1.0\", redistribute = true }\n[flows.stated]\ncompelled = \"none\"\n",
    );
    write("agents.csv", "id,kind\na,person\nb,person\nc,coop\nd,pool\ne,state\nf,firm\ng,informal_group\n");
    write(
        "units.csv",
        "id,kind,decimals,limits,demurrage,demurrage_every,demurrage_to\nLEAF,member_credit,2,flag,0.013,month,g\n\
         OAK,member_credit,0,flag,0.05,year,g\n",
    );
    write(
        "accounts.csv",
        "agent,unit,opening,date,credit_limit,max_balance\na,LEAF,40,2021,100,900\nb,LEAF,-40.00,2021,50,60\n\
         c,LEAF,,,0,\nc,EUR,500,2021,,\nd,OAK,7,2021,9,\ne,OAK,-7,2021,,3\n",
    );
    write(
        "resources.csv",
        "id,kind\neuro,money\nleaf,credit\noak,credit\nh,hours\nbread,goods_services\nwork,goods_services\nshare,claim\nthing,\n",
    );
    let mut state = 20_240_101_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut text = "id,from,to,date,action,resource,quantity,unit,value,unit_of_account,price_basis,\
                    counterflow_kind,contracted,relation,access_scope,agreement,part,corrects\n"
        .to_owned();
    let agents = ["a", "b", "c", "d", "e", "f", "g", ""];
    for flow in 0..flows {
        let (from, to) = (agents[random(8)], agents[random(8)]);
        let day = format!("202{}-{:02}-{:02}", 1 + random(3), 1 + random(12), 1 + random(28));
        let date = [day.as_str(), &day[..7], &day, &day, &day, &day][random(6)].to_owned();
        let resource = ["euro", "leaf", "oak", "h", "bread", "work", "share", "thing"][random(8)];
        let unit = match resource {
            "euro" => "EUR",
            "leaf" => "LEAF",
            "oak" => "OAK",
            "h" => "h",
            _ => ["EUR", "LEAF", "OAK", "none", ""][random(5)],
        };
        let digits = if unit == "OAK" { 1 } else { 100 };
        let cents = random(90 * digits);
        let value = format!("{}.{:02}", cents / digits, if digits == 100 { cents % 100 } else { 0 });
        let value = if random(7) == 0 { "" } else { &value };
        let goods = ["bread", "work", "thing"].contains(&resource);
        let quantity = if goods { format!("{}.{}", random(20), random(1000)) } else { String::new() };
        let measure = if goods { "kg" } else { "" };
        let action = if resource == "work" { "work" } else { "" };
        let basis = ["", "none", "posted", "voluntary", "formula_patronage", "interest"][random(6)];
        let counter = ["", "none", "money", "goods_services", "same_kind", "claim"][random(6)];
        let contracted = ["", "yes", "no"][random(3)];
        let relation = ["", "none", "member_receiver", "co_members"][random(4)];
        let scope = ["", "named", "anyone"][random(3)];
        let agreement = if random(2) == 0 { format!("g{}", random(flows / 3)) } else { String::new() };
        let part = ["", "", "", "premium", "tip", "subsidy"][random(6)];
        let row = format!("{from},{to},{date},{action},{resource},{quantity},{measure},{value},{unit}");
        let _ = writeln!(
            text,
            "f{flow:05},{row},{basis},{counter},{contracted},{relation},{scope},{agreement},{part},"
        );
        if random(6) == 0 && value.len() > 3 {
            let less =
                if unit == "OAK" { "-0".to_owned() } else { format!("-0.{:02}", random(100).min(cents)) };
            let row = format!(
                "{from},{to},2023-12-{:02},{action},{resource},,{measure},{less},{unit}",
                29 + random(3)
            );
            let _ = writeln!(text, "f{flow:05}-less,{row},,,,,,,,f{flow:05}");
        }
    }
    write("flows.csv", &text);
}

#[test]
fn the_auditor_agrees_with_many_flows_of_all_kinds() {
    let folder = tempfile::tempdir().unwrap();
    many(folder.path(), 600);
    let dataset = folder.path().to_str().unwrap();
    audited(dataset, None);
    audited(dataset, Some(("2022", ["2022-01-01", "2022-12-31"])));
}

fn lines(dataset: &str, flags: &[&str], file: &str) -> Vec<BTreeMap<String, String>> {
    let out = books(dataset, flags);
    let mut reader = csv::Reader::from_path(out.path().join(file)).unwrap();
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

/// By hand: the bakery's first quarter of 2024 in euros.
#[test]
fn the_statements_of_the_bakery_by_hand() {
    let flags = ["--agent", "bakery", "--period", "2024-02"];
    let trial = lines("datasets/flows/circle", &flags, "trial_balance.csv");
    let euro = |account: &str| {
        let line = trial.iter().find(|line| line["unit"] == "EUR" && line["account"] == account).unwrap();
        ["opening", "debit", "credit", "closing"].map(|column| line[column].clone())
    };
    // 1,000 to begin with; 80 came from the hall, 360 went to the mill.
    assert_eq!(euro("assets:cash"), ["1000", "80", "360", "720"]);
    // 120 were invoiced in January, 80 of it paid.
    assert_eq!(euro("assets:receivable"), ["120", "0", "80", "40"]);
    // 360 were owed; a wet sack of 18 went back after they had been paid: the mill owes them.
    assert_eq!(euro("liabilities:payable"), ["-360", "378", "0", "18"]);
    assert_eq!(euro("expenses:purchases"), ["0", "0", "18", "-18"]);
    // The result of January: 120 of bread sold, 360 of flour bought.
    assert_eq!(euro("equity:retained"), ["240", "0", "0", "240"]);
    let sheet = lines("datasets/flows/circle", &flags, "balance_sheet.csv");
    let amount = |section: &str| -> Exact {
        let of = sheet.iter().filter(|line| line["unit"] == "EUR" && line["section"] == section);
        of.map(|line| parse(&line["amount"]).unwrap()).sum()
    };
    let whole = |number: i32| Exact::from_integer(number.into());
    let found = [amount("assets"), amount("liabilities"), amount("equity")];
    assert_eq!(found, [760, -18, 778].map(whole));
}

/// By hand: an oven repaired for 60 EUR, paid with 40 EUR and 20 LEAF.
#[test]
fn a_swap_between_units_goes_through_the_trading_accounts() {
    let trial = lines("datasets/flows/circle", &["--agent", "bakery", "--agent", "cem"], "trial_balance.csv");
    let closing = |agent: &str, account: &str| {
        let of = |line: &&BTreeMap<String, String>| line["agent"] == agent && line["account"] == account;
        trial.iter().find(of).map(|line| line["closing"].clone()).unwrap()
    };
    assert_eq!(closing("bakery", "equity:trading:EUR"), "-20");
    assert_eq!(closing("bakery", "equity:trading:LEAF"), "20");
    assert_eq!(closing("cem", "equity:trading:EUR"), "20");
    assert_eq!(closing("cem", "equity:trading:LEAF"), "-20");
}

/// What a flow costs others, as `classify` says, is what its receiver gets with it, and its giver hands on.
#[test]
fn external_cost_goes_with_what_passes() {
    let journal = lines("datasets/flows/street", &[], "journal.csv");
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    let answer = run(&repository(), &["classify", "datasets/flows/street", "--out", folder]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let mut reader = csv::Reader::from_path(out.path().join("flow_costs.csv")).unwrap();
    let costs: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
    let mut seen = 0;
    for cost in costs {
        for dimension in ["environmental", "social", "health"] {
            let unit = format!("EUR.{dimension}");
            let of_flow =
                |row: &&BTreeMap<String, String>| row["flow"] == cost["flow"] && row["unit"] == unit;
            let carried =
                journal.iter().filter(of_flow).filter(|row| row["account"] == "assets:embodied-cost");
            let mut found: Vec<&str> = carried.map(|row| row["amount"].as_str()).collect();
            found.sort_unstable();
            match cost[dimension].parse::<f64>() {
                Ok(amount) if amount > 0.0 => {
                    assert_eq!(
                        found,
                        [&format!("-{}", cost[dimension]), &cost[dimension]],
                        "{}",
                        cost["flow"]
                    );
                    seen += 1;
                }
                _ => assert!(found.is_empty(), "{}", cost["flow"]),
            }
        }
    }
    assert!(seen > 3, "only {seen} costs were handed on");
}

fn money(value: i128) -> Money {
    Money::round(&Exact::from_integer(BigInt::from(value))).unwrap()
}

/// The numbers of `tests/test_value_equations.py` in valueflows/valuenetwork.
#[test]
fn the_value_equation_of_nrp() {
    let claims = [
        ("time", "worker", 25),
        ("resource production", "worker", 50),
        ("financial 1", "vacontributor1", 30),
        ("financial 2", "vacontributor2", 20),
        ("resource", "contributor", 10),
        ("consumable", "contributor", 50),
        ("expense", "contributor", 10),
    ];
    let claims = claims.map(|(id, agent, share)| (id.to_owned(), agent.to_owned(), money(share))).to_vec();
    let bucket =
        Bucket { id: "all".to_owned(), percentage: parse("100").unwrap(), of: Percentage::Straight, claims };
    let found = distribute(money(195), 2, &[bucket], &Shortfall::Refuse).unwrap();
    let found: Vec<(&str, String)> = found.by_agent().into_iter().map(|(a, m)| (a, m.to_string())).collect();
    let expected =
        [("contributor", "70"), ("vacontributor1", "30"), ("vacontributor2", "20"), ("worker", "75")];
    assert_eq!(found, expected.map(|(agent, amount)| (agent, amount.to_owned())));
}

#[test]
fn the_largest_remainders_of_the_fixtures() {
    let cases: [(i128, &[i64], &[i128]); 7] = [
        (100, &[1, 1, 1], &[34, 33, 33]),
        (10, &[1, 2, 3], &[2, 3, 5]),
        (1001, &[500, 300, 201], &[500, 300, 201]),
        (7, &[0, 0, 5], &[0, 0, 7]),
        (100, &[15, 15, 70], &[15, 15, 70]),
        (99_999, &[1; 7], &[14_286, 14_286, 14_286, 14_286, 14_285, 14_285, 14_285]),
        (1_000_000_000_000_001, &[3, 3, 3], &[333_333_333_333_334, 333_333_333_333_334, 333_333_333_333_333]),
    ];
    for (total, weights, expected) in cases {
        let ids: Vec<String> = (0..weights.len()).map(|at| format!("{at}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let weights: Vec<BigInt> = weights.iter().map(|weight| BigInt::from(*weight)).collect();
        assert_eq!(largest_remainder(total, &weights, &ids).unwrap(), expected);
    }
}
