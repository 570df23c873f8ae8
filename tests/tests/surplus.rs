//! Surpluses shared out: answers by hand.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::{Answer, run};

const MANIFEST: &str = "kind = \"coop\"\ntitle = \"A co-op\"\nproducer = \"x\"\ncitation = \"x\"\nversion = \"1\"\n\
    geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n[coop]\ncurrency = \"EUR\"\n";

/// A dataset of a co-op, of tables by name.
fn coop(tables: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("coop")).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join("coop").join(name), text).unwrap();
    write("manifest.toml", MANIFEST);
    for (name, text) in tables {
        write(&format!("{name}.csv"), text);
    }
    folder
}

fn asked(folder: &TempDir, flags: &[&str]) -> Answer {
    run(folder.path(), &[&["fairtrade", "surplus", "coop"], flags].concat())
}

/// The tables of an answer.
fn tables(folder: &TempDir, flags: &[&str]) -> Value {
    let answer = asked(folder, &[flags, &["--format", "json"]].concat());
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    serde_json::from_str::<Value>(&answer.stdout).unwrap()["tables"].take()
}

/// The cells of some columns of a table, row by row.
fn cells(table: &Value, columns: &[&str]) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let row = |row: &Value| columns.iter().map(|name| text(&row[*name])).collect::<Vec<_>>().join(" ");
    table.as_array().unwrap().iter().map(row).collect()
}

const STEPS: [&str; 4] = ["step", "amount", "members", "non_members"];

/// The check of the method: 1000 = 300 + 30 + 134 + 536.
#[test]
fn a_thousand_by_the_rules_of_italy() {
    let folder = coop(&[
        ("surpluses", "year,surplus,member_surplus,rules\n2024,1000,1000,italy-30-3\n"),
        ("patronage", "year,member,amount\n2024,ana,3\n2024,bo,1\n"),
    ]);
    let found = tables(&folder, &["--cash-rate", "0.2"]);
    assert_eq!(
        cells(&found["surplus"], &STEPS),
        [
            "surplus 1000 1000 0",
            "reserve 300 300 0",
            "reserve 30 30 0",
            "distributable 670 670 0",
            "cash 134 134 0",
            "retained 536 536 0"
        ]
    );
    assert_eq!(
        cells(&found["members"], &["member", "share", "cash", "retained"]),
        ["ana 502.5 100.5 402", "bo 167.5 33.5 134"]
    );
    assert_eq!(
        cells(&found["journal"], &["account", "debit", "credit"]),
        [
            "equity:net-margin 1000 -",
            "equity:indivisible-reserve - 300",
            "liabilities:mutual-fund - 30",
            "liabilities:patronage-payable - 134",
            "equity:member-capital - 536"
        ]
    );
    let text = asked(&folder, &["--cash-rate", "0.2"]).stdout;
    assert!(text.contains("1000 EUR = 300 + 30 + 134 + 536\n"), "{text}");
}

#[test]
fn what_is_not_from_members_bears_its_part_and_stays_apart() {
    let folder = coop(&[
        ("surpluses", "year,surplus,member_surplus,rules,cash_rate\n2024,1000,800,italy-30-3,0.2\n"),
        ("patronage", "year,member,amount\n2024,ana,1\n"),
    ]);
    // 33 percent of each part: 264 of 800, 66 of 200.
    assert_eq!(
        cells(&tables(&folder, &[])["surplus"], &STEPS),
        [
            "surplus 1000 800 200",
            "reserve 300 240 60",
            "reserve 30 24 6",
            "distributable 536 536 0",
            "cash 107.2 107.2 0",
            "retained 428.8 428.8 0",
            "non_members 134 0 134"
        ]
    );
}

#[test]
fn a_part_that_is_not_stated_is_prorated_by_business() {
    let folder = coop(&[
        ("surpluses", "year,surplus,rules,cash_rate\n2024,100,mondragon-45-45-10,\n"),
        ("patronage", "year,member,amount,unit\n2024,ana,1,t\n2024,bo,1,t\n2024,,1,t\n"),
    ]);
    let answer = asked(&folder, &[]);
    // Two thirds of 100 are 66.666…; 45 percent of 100, and 10, are taken from both in proportion.
    assert!(
        answer
            .stdout
            .contains("66.67 EUR of the surplus are from business with members: prorated, 2 of 3 t\n"),
        "{}{}",
        answer.stdout,
        answer.stderr
    );
    let found = tables(&folder, &[]);
    assert_eq!(
        cells(&found["surplus"], &STEPS),
        [
            "surplus 100 66.67 33.33",
            "reserve 45 30 15",
            "reserve 10 6.67 3.33",
            "distributable 30 30 0",
            "cash 0 0 0",
            "retained 30 30 0",
            "non_members 15 0 15"
        ]
    );
    // 45 percent to capital accounts, of what is from members.
    assert_eq!(cells(&found["capital"], &["member", "computed", "end"]), ["ana 15 15", "bo 15 15"]);
}

#[test]
fn a_loss_distributes_nothing() {
    let rules = "set,rank,id,kind,of,rate,charged_to,amount,to,source,verification\n\
        own,1,rest,non_members,,,,,equity:reserve,statute,primary\n\
        own,2,paid,cash,,1,,,liabilities:payable,statute,primary\n\
        own,3,kept,retained,,,,,equity:capital,statute,primary\n\
        own,4,borne,loss,,,,,equity:reserve,statute,primary\n";
    let folder = coop(&[
        ("surpluses", "year,surplus,rules\n2022,0,own\n2023,-50.5,own\n2024,-1,italy-30-3\n"),
        ("surplus_rules", rules),
    ]);
    let found = tables(&folder, &[]);
    assert_eq!(
        cells(&found["surplus"], &["year", "step", "amount", "account"]),
        [
            "2022 surplus 0 ",
            "2023 surplus -50.5 ",
            "2023 loss -50.5 equity:reserve",
            "2024 surplus -1 ",
            "2024 loss -1 "
        ]
    );
    assert_eq!(
        cells(&found["journal"], &["year", "account", "debit", "credit"]),
        ["2023 equity:reserve 50.5 -", "2023 equity:net-margin - 50.5"]
    );
    let text = asked(&folder, &[]).stdout;
    assert!(text.contains("2022: there is no surplus, so nothing is shared out\n"), "{text}");
    assert!(
        text.contains("2023: a loss of 50.5 EUR, nothing is shared out; it is borne by equity:reserve\n")
    );
    assert!(
        text.contains("2024: a loss of 1 EUR, nothing is shared out; the rules do not say who bears it\n")
    );
}

#[test]
fn a_loss_is_of_business_with_members_as_far_as_that_is_known() {
    let sides = |row: &str, patronage: &str| {
        let folder = coop(&[
            ("surpluses", &*format!("year,surplus,member_surplus,rules\n2024,{row},italy-30-3\n")),
            ("patronage", patronage),
        ]);
        let found = cells(&tables(&folder, &[])["surplus"], &["step", "members", "non_members"]);
        (found, asked(&folder, &[]).stdout)
    };
    let nobody = "year,member,amount\n2023,ana,1\n";
    // Stated: all of it, and some.
    let (found, text) = sides("-1000,-1000", nobody);
    assert_eq!(found, ["surplus -1000 0", "loss -1000 0"]);
    assert!(text.contains("2024: 1000 EUR of the loss are from business with members, as stated"), "{text}");
    assert_eq!(sides("-1000,-250", nobody).0, ["surplus -250 -750", "loss -250 -750"]);
    // Prorated: 3 of 4 of the business is with members.
    let (found, text) = sides("-1000,", "year,member,amount\n2024,ana,2\n2024,bo,1\n2024,,1\n");
    assert_eq!(found, ["surplus -750 -250", "loss -750 -250"]);
    assert!(
        text.contains("2024: 750 EUR of the loss are from business with members: prorated, 3 of 4"),
        "{text}"
    );
    // Not known: not 0.
    assert_eq!(sides("-1000,", nobody).0, ["surplus - -", "loss - -"]);
    // A contradiction is refused.
    for stated in ["500", "-1000.01"] {
        let surpluses = format!("year,surplus,member_surplus,rules\n2024,-1000,{stated},italy-30-3\n");
        let answer = asked(&coop(&[("surpluses", &*surpluses)]), &[]);
        let said = format!(
            "surpluses.csv:2:member_surplus: the surplus from business with members is {stated}, of a surplus of -1000"
        );
        assert!(answer.code == 1 && answer.stderr.contains(&said), "{}", answer.stderr);
    }
}

#[test]
fn without_any_business_members_share_goes_to_the_reserve() {
    let folder = coop(&[
        ("surpluses", "year,surplus,member_surplus,rules\n2024,100,100,italy-30-3\n"),
        ("patronage", "year,member,amount\n2024,ana,0\n2024,bo,0\n"),
    ]);
    let found = tables(&folder, &[]);
    assert_eq!(
        cells(&found["surplus"], &["step", "amount", "account"])[4..],
        ["unshared 67 equity:indivisible-reserve"]
    );
    // One posting for both parts of the reserve.
    assert_eq!(cells(&found["journal"], &["account", "credit"])[1], "equity:indivisible-reserve 97");
}

#[test]
fn limited_interest_comes_first_and_counts_what_was_kept_before() {
    let folder = coop(&[
        (
            "surpluses",
            "year,surplus,member_surplus,rules,cash_rate\n2023,200,200,rochdale,0.5\n2024,200,200,rochdale,0.5\n",
        ),
        ("patronage", "year,member,amount\n2023,ana,1\n2023,bo,1\n2024,ana,1\n2024,bo,1\n"),
        (
            "capital",
            "id,date,member,kind,amount\nc1,2022-06-30,ana,paid_in,40\nc2,2023-01-01,bo,paid_in,40\n",
        ),
    ]);
    let found = tables(&folder, &[]);
    // 2023: interest on 40, for bo paid in on the first day of the year: 1; education 5; 194 shared, 97 kept.
    // 2024: interest on 40 + 40 + 97 = 177: 4.425, which is 4.42 to the even cent.
    let kept = ["year", "step", "base", "amount"];
    let rows = cells(&found["surplus"], &kept);
    assert_eq!(rows[1], "2023 interest 40 1");
    assert_eq!(rows[2], "2023 reserve 200 5");
    assert_eq!(rows[5], "2023 retained - 97");
    assert_eq!(rows[7], "2024 interest 177 4.42");
    // By capital: ana 88.5, bo 88.5; the odd cent goes to the first by id.
    assert_eq!(
        cells(&found["members"], &["year", "member", "interest"]),
        ["2023 ana 1", "2023 bo 0", "2024 ana 2.21", "2024 bo 2.21"]
    );
}

#[test]
fn capital_is_taken_from_the_oldest_year_and_falls_due_by_age() {
    let folder = coop(&[(
        "capital",
        "id,date,member,kind,amount,year\n\
         1,2018-01-01,ana,opening,30,2015\n2,2018-01-01,ana,opening,20,2017\n3,2019-05-01,ana,retained,10,2018\n\
         4,2020-03-01,ana,redeemed,35,\n5,2020-03-01,ana,paid_in,5,\n6,2021-01-01,ana,interest,1,\n\
         7,2021-02-01,ana,written_off,4,2018\n8,2020-01-01,bo,paid_in,7,\n9,2022-01-01,bo,redeemed,7,\n",
    )]);
    let found = tables(&folder, &["--redeem-after", "3"]);
    // 35 of 2015 and 2017: 30 and 5. Then 4 of the 10 of 2018.
    assert_eq!(
        cells(&found["ageing"], &["member", "allocated", "amount", "due_at_end_of", "due"]),
        ["ana 2017 15 2020 15", "ana 2018 6 2021 6", "ana 2020 5 2023 0", "ana 2021 1 2024 0"]
    );
    let rows = cells(
        &found["capital"],
        &[
            "year",
            "member",
            "start",
            "opening",
            "paid_in",
            "retained",
            "interest",
            "redeemed",
            "written_off",
            "end",
        ],
    );
    assert_eq!(
        rows,
        [
            "2018 ana 0 50 0 0 0 0 0 50",
            "2019 ana 50 0 0 10 0 0 0 60",
            "2020 ana 60 0 5 0 0 35 0 30",
            "2020 bo 0 0 7 0 0 0 0 7",
            "2021 ana 30 0 0 0 1 0 4 27",
            "2021 bo 7 0 0 0 0 0 0 7",
            "2022 ana 27 0 0 0 0 0 0 27",
            "2022 bo 7 0 0 0 0 7 0 0"
        ]
    );
    let text = asked(&folder, &["--redeem-after", "3"]).stdout;
    assert!(text.contains("at the end of 2022: 27 EUR; due for redemption after 3 years: 21 EUR"), "{text}");
}

#[test]
fn capital_below_nothing_is_an_error_at_its_row() {
    let folder = coop(&[(
        "capital",
        "id,date,member,kind,amount,year\n\
         1,2024-01-10,ana,paid_in,10,\n2,2024-01-05,ana,redeemed,1,\n3,2024-01-10,ana,redeemed,10,\n\
         4,2024-02-01,bo,paid_in,5,2023\n5,2024-03-01,bo,redeemed,5,2022\n6,2024-04-01,bo,opening,1,\n",
    )]);
    let answer = asked(&folder, &[]);
    assert_eq!((answer.code, answer.stdout.as_str()), (1, ""));
    let errors: Vec<&str> = answer.stderr.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(
        errors,
        [
            "error[negative-amount] coop/capital.csv:3:amount: `ana` has 0 of capital on 2024-01-05: 1 cannot be taken from it",
            "error[negative-amount] coop/capital.csv:6:amount: `bo` has 0 of capital of 2022 on 2024-03-01: 5 cannot be taken from it",
            "error[contradiction] coop/capital.csv:7:amount: an opening balance after other movements"
        ]
    );
}

#[test]
fn what_the_books_keep_wins_and_a_difference_is_said() {
    let folder = coop(&[
        (
            "surpluses",
            "year,surplus,member_surplus,rules,cash_rate,date\n2023,100,100,italy-30-3,0,2024-04-30\n2024,100,100,italy-30-3,0,2025-04-30\n",
        ),
        ("patronage", "year,member,amount\n2023,ana,1\n2024,ana,1\n"),
        ("capital", "id,date,member,kind,amount,year\n1,2024-04-30,ana,retained,60,2023\n"),
    ]);
    let answer = asked(&folder, &["--format", "json"]);
    assert_eq!(answer.code, 0);
    assert!(
        answer.stderr.contains(
            "warning[contradiction] coop/capital.csv:2:amount: the books keep 60 for `ana` of the surplus of 2023, the rules \
             `italy-30-3` give 67; members that differ: 1"
        ),
        "{}",
        answer.stderr
    );
    let found: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(
        cells(&found["tables"]["capital"], &["year", "retained", "computed", "end"]),
        ["2024 60 0 60", "2025 67 67 127"]
    );
}

#[test]
fn cash_that_is_too_little_to_pay_is_kept() {
    let rules = "set,rank,id,kind,of,rate,charged_to,amount,to,source,verification\n\
        own,1,rest,non_members,,,,,equity:reserve,statute,primary\n\
        own,2,paid,cash,,0.5,,,liabilities:payable,statute,primary\n\
        own,3,kept,retained,,,,,equity:capital,statute,primary\n\
        own,4,least,minimum_payout,,,,10,,statute,primary\n\
        own,5,due,redeem_after,,,,7,,statute,primary\n";
    let folder = coop(&[
        ("surpluses", "year,surplus,member_surplus,rules\n2024,100,100,own\n"),
        ("surplus_rules", rules),
        ("patronage", "year,member,amount\n2024,ana,80\n2024,bo,20\n2024,cem,0\n"),
    ]);
    let found = tables(&folder, &[]);
    assert_eq!(
        cells(&found["members"], &["member", "share", "cash", "retained"]),
        ["ana 80 40 40", "bo 20 10 10", "cem 0 0 0"]
    );
    let found = tables(&folder, &["--cash-rate", "0.49"]);
    assert_eq!(
        cells(&found["members"], &["member", "share", "cash", "retained"]),
        ["ana 80 39.2 40.8", "bo 20 0 20", "cem 0 0 0"]
    );
    assert_eq!(cells(&found["ageing"], &["member", "due_at_end_of"]), ["ana 2031", "bo 2031"]);
}

#[test]
fn a_currency_without_decimals_is_shared_in_whole_units() {
    let folder = coop(&[
        (
            "surpluses",
            "year,surplus,member_surplus,rules,currency,cash_rate\n2024,1001,1001,italy-30-3,JPY,0.5\n",
        ),
        ("patronage", "year,member,amount\n2024,a,1\n2024,b,1\n2024,c,1\n"),
    ]);
    let found = tables(&folder, &[]);
    // 300.3 and 30.03 are 300 and 30; 671 by three: 224, 224, 223; half of each, rounded down.
    assert_eq!(
        cells(&found["members"], &["member", "share", "cash", "retained"]),
        ["a 224 112 112", "b 224 112 112", "c 223 111 112"]
    );
}

#[test]
fn the_sets_that_are_built_in_say_how_sure_they_are() {
    let folder = TempDir::new().unwrap();
    let answer = run(folder.path(), &["fairtrade", "rules", "--format", "json"]);
    let found: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(cells(&found["tables"]["sets"], &["set"]), ["italy-30-3", "mondragon-45-45-10", "rochdale"]);
    let rules = &found["tables"]["rules"];
    assert!(rules.as_array().unwrap().iter().all(|rule| !rule["source"].as_str().unwrap().is_empty()));
    let rates = cells(rules, &["set", "rule", "rate", "verification"]);
    for expected in [
        "italy-30-3 legal-reserve 0.3 secondary",
        "italy-30-3 mutual-fund 0.03 secondary",
        "mondragon-45-45-10 collective-reserve 0.45 secondary",
        "mondragon-45-45-10 social-fund 0.1 secondary",
    ] {
        assert!(rates.contains(&expected.to_owned()), "{rates:?}");
    }
    assert!(rates.iter().all(|rate| !rate.ends_with("primary")));
}
