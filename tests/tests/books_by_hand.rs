//! Small books whose answers are known by hand: what pays what, who owes whom, what a day and a period are.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;
use truecost_tests::{repository, run};

const FLOWS: &str = "id,from,to,date,resource,quantity,unit,value,unit_of_account,price_basis,counterflow_kind,\
                     contracted,relation,certification,agreement,corrects\n";

/// A dataset of these flows: a firm, a co-op and two persons, with euros, leaves, bread and shares.
fn dataset(flows: &str, units: &str, accounts: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "manifest.toml",
        "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
         licence = { name = \"CC0-1.0\", redistribute = true }\n[flows.stated]\ncompelled = \"none\"\n\
         access_scope = \"named\"\n",
    );
    write("agents.csv", "id,kind\nana,person\nbo,person\ncoop,coop\nfirm,firm\n");
    write("resources.csv", "id,kind\neuro,money\nleaf,credit\nbread,goods_services\nshare,claim\n");
    write("flows.csv", &format!("{FLOWS}{flows}"));
    write(
        "units.csv",
        &format!(
            "id,kind,decimals,limits,demurrage,demurrage_every,demurrage_to\nLEAF,member_credit,2,flag,{units}\n"
        ),
    );
    write("accounts.csv", &format!("agent,unit,opening,date,credit_limit,max_balance\n{accounts}"));
    folder
}

/// The closing balances in a unit by agent and account, those of 0 left out.
fn closing(dataset: &TempDir, unit: &str, flags: &[&str]) -> BTreeMap<(String, String), String> {
    let out = tempfile::tempdir().unwrap();
    let mut arguments =
        vec!["accounts", dataset.path().to_str().unwrap(), "--out", out.path().to_str().unwrap()];
    arguments.extend(flags);
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let mut reader = csv::Reader::from_path(out.path().join("trial_balance.csv")).unwrap();
    let lines: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
    let of_unit = lines.into_iter().filter(|line| line["unit"] == unit && line["closing"] != "0");
    of_unit.map(|l| ((l["agent"].clone(), l["account"].clone()), l["closing"].clone())).collect()
}

fn known(lines: &[(&str, &str, &str)]) -> BTreeMap<(String, String), String> {
    lines.iter().map(|(a, b, c)| (((*a).to_owned(), (*b).to_owned()), (*c).to_owned())).collect()
}

const SOLD_100: [(&str, &str, &str); 4] = [
    ("ana", "assets:cash", "-100"),
    ("ana", "expenses:purchases", "100"),
    ("firm", "assets:cash", "100"),
    ("firm", "income:sales", "-100"),
];

fn payment(day: &str, value: &str) -> String {
    format!("p{day},ana,firm,{day},euro,,,{value},EUR,posted,goods_services,yes,none,none,,\n")
}

fn delivery(day: &str, value: &str) -> String {
    format!("g{day},firm,ana,{day},bread,1,kg,{value},EUR,posted,money,yes,none,none,,\n")
}

/// Ten payments of 10, one of them for a delivery that is recorded: 100 were sold for, and nothing is open.
#[test]
fn one_delivery_answers_one_payment() {
    let paid: String = (1..=10).map(|day| payment(&format!("2024-01-{day:02}"), "10")).collect();
    for day in ["2024-02-01", "2024-01-05", "2023-12-01"] {
        let flows = paid.clone() + &delivery(day, "10");
        assert_eq!(closing(&dataset(&flows, ",,", ""), "EUR", &[]), known(&SOLD_100), "{day}");
    }
}

/// 60 and 50 delivered, 80 paid, then 30 and 40: the last 40 pay no more than the 0 that are open, and stand alone.
#[test]
fn payments_pay_what_is_open_first() {
    let flows = delivery("2024-01-01", "60")
        + &delivery("2024-01-02", "50")
        + &payment("2024-01-03", "80")
        + &payment("2024-01-04", "30")
        + &payment("2024-01-05", "40");
    let found = closing(&dataset(&flows, ",,", ""), "EUR", &[]);
    let sold = SOLD_100.map(|(agent, account, amount)| (agent, account, amount.replace("100", "150")));
    assert_eq!(found, known(&sold.each_ref().map(|(a, b, c)| (*a, *b, c.as_str()))));
}

/// A jar of jam given back in March makes no debt of the purchase of January.
#[test]
fn a_gift_pays_nothing() {
    let gift = "jam,firm,ana,2024-03-01,bread,1,kg,5,EUR,none,none,no,none,none,,\n";
    let found = closing(&dataset(&(payment("2024-01-01", "100") + gift), ",,", ""), "EUR", &[]);
    let open = |account: &str| account.ends_with("receivable") || account.ends_with("payable");
    assert!(!found.keys().any(|(_, account)| open(account)), "{found:?}");
    assert_eq!(found[&("firm".to_owned(), "income:sales".to_owned())], "-100");
}

/// The year 2024 is closed: a delivery of 2025 does not change it.
#[test]
fn later_flows_do_not_restate_a_closed_year() {
    let paid = payment("2024-01-01", "100");
    let flags = ["--period", "2024"];
    let before = closing(&dataset(&paid, ",,", ""), "EUR", &flags);
    assert_eq!(before, known(&SOLD_100));
    let later = dataset(&(paid + &delivery("2025-02-01", "10")), ",,", "");
    assert_eq!(closing(&later, "EUR", &flags), before);
    let found = closing(&later, "EUR", &[]);
    assert_eq!(found, before);
}

/// The firm delivers 100 to Ana, and Bo pays: the firm has sold 100 and is owed nothing, Ana owes Bo.
#[test]
fn one_who_pays_for_another_is_owed_by_the_other() {
    let flows = "g,firm,ana,2024-01-01,bread,1,kg,100,EUR,posted,money,yes,none,none,k,\n\
                 p,bo,firm,2024-01-05,euro,,,100,EUR,posted,goods_services,yes,none,none,k,\n";
    let expected = [
        ("ana", "expenses:purchases", "100"),
        ("ana", "liabilities:payable", "-100"),
        ("bo", "assets:cash", "-100"),
        ("bo", "assets:receivable", "100"),
        ("firm", "assets:cash", "100"),
        ("firm", "income:sales", "-100"),
    ];
    assert_eq!(closing(&dataset(flows, ",,", ""), "EUR", &[]), known(&expected));
}

/// 10 leaves for goods of 100 euros: nobody said that they pay all of it, so 100 euros stay open.
#[test]
fn what_is_not_at_par_stays_open_and_is_listed() {
    let flows = "g,firm,ana,2024-01-01,bread,1,kg,100,EUR,posted,money,yes,none,none,k,\n\
                 p,ana,firm,2024-01-05,leaf,,,10,LEAF,posted,goods_services,yes,none,none,k,\n";
    let folder = dataset(flows, ",,", "");
    let found = closing(&folder, "EUR", &[]);
    assert_eq!(found[&("firm".to_owned(), "assets:receivable".to_owned())], "100");
    let answer = run(&repository(), &["accounts", folder.path().to_str().unwrap()]);
    assert!(
        answer.stdout.contains("open in two units: 100.00 EUR, -10.00 LEAF of firm under k"),
        "{}",
        answer.stdout
    );
}

/// 50 below 0 from 5 January to 31 December 2024: 362 days, 29 of them in February.
#[test]
fn days_beyond_a_limit_are_days() {
    let flows = "p,ana,bo,2024-01-05,leaf,,,50,LEAF,posted,goods_services,yes,none,none,,\n\
                 q,bo,firm,2024-12-31,leaf,,,1,LEAF,posted,goods_services,yes,none,none,,\n";
    let folder = dataset(flows, ",,", "ana,LEAF,0,2024-01-01,10,\n");
    let path = folder.path().to_str().unwrap();
    let days = |flags: &[&str]| {
        let answer = run(&repository(), &[&["accounts", path], flags].concat());
        answer.stdout.lines().find(|line| line.starts_with("limit: ana")).unwrap().to_owned()
    };
    assert!(days(&[]).ends_with("days beyond a limit: 362"));
    assert!(days(&["--period", "2024-02"]).ends_with("days beyond a limit: 29"));
}

/// The last thing happened in January 2024: books up to 2030 have one demurrage, not 84.
#[test]
fn demurrage_ends_with_what_happened() {
    let flows = "p,ana,bo,2024-01-05,leaf,,,50,LEAF,posted,goods_services,yes,none,none,,\n";
    let folder = dataset(flows, "0.01,month,coop", "");
    let found = closing(&folder, "LEAF", &["--period", "2030"]);
    assert_eq!(found[&("bo".to_owned(), "assets:credit:LEAF".to_owned())], "49.5");
}

/// A flow of some day in 2024 may have been before the opening of 1 June, or after it.
#[test]
fn a_year_that_holds_the_opening_contradicts_it() {
    let flows = "p,ana,bo,2024,leaf,,,50,LEAF,posted,goods_services,yes,none,none,,\n";
    let folder = dataset(flows, ",,", "ana,LEAF,0,2024-06-01,,\n");
    let answer = run(&repository(), &["accounts", folder.path().to_str().unwrap()]);
    assert_ne!(answer.code, 0);
    assert!(answer.stderr.contains("before the opening balance of ana in LEAF"), "{}", answer.stderr);
}

/// Shares of 100 paid in and paid back, and given and given back: nothing is left, and nothing was earned.
#[test]
fn shares_come_and_go_without_a_result() {
    let money = "in,ana,coop,2024-01-01,euro,,,100,EUR,posted,claim,yes,member_receiver,none,,\n\
                 out,coop,ana,2024-06-01,euro,,,100,EUR,posted,claim,yes,member_provider,none,,\n";
    assert_eq!(closing(&dataset(money, ",,", ""), "EUR", &[]), known(&[]));
    let both = "s1,coop,ana,2024-01-01,share,,,100,EUR,posted,money,yes,member_provider,none,a,\n\
                m1,ana,coop,2024-01-01,euro,,,100,EUR,posted,claim,yes,member_receiver,none,a,\n\
                s2,ana,coop,2024-06-01,share,,,100,EUR,posted,money,yes,member_receiver,none,b,\n\
                m2,coop,ana,2024-06-01,euro,,,100,EUR,posted,claim,yes,member_provider,none,b,\n";
    assert_eq!(closing(&dataset(both, ",,", ""), "EUR", &[]), known(&[]));
}

/// A refund of 100 by patronage: 20 in cash, 80 kept as capital of the member.
#[test]
fn a_refund_that_is_kept_is_capital_of_the_member() {
    let flows = "cash,coop,ana,2024-12-31,euro,,,20,EUR,formula_patronage,goods_services,yes,member_provider,none,,\n\
                 kept,coop,ana,2024-12-31,share,,,80,EUR,formula_patronage,goods_services,yes,member_provider,none,,\n";
    let expected = [
        ("ana", "assets:cash", "20"),
        ("ana", "assets:shares", "80"),
        ("ana", "expenses:patronage-refunds", "-100"),
        ("coop", "assets:cash", "-20"),
        ("coop", "equity:member-capital", "-80"),
        ("coop", "income:patronage-refunds", "100"),
    ];
    assert_eq!(closing(&dataset(flows, ",,", ""), "EUR", &[]), known(&expected));
}
