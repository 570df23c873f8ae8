//! Surpluses and value equations of made-up co-ops, recomputed by `tests/oracle/audit_surplus.py`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use truecost_tests::{auditor, run};

const MANIFEST: &str = "kind = \"coop\"\ntitle = \"A co-op\"\nproducer = \"x\"\ncitation = \"x\"\nversion = \"1\"\n\
    geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n[coop]\ncurrency = \"EUR\"\n";

/// A small generator of numbers: the same for each seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn cents(&mut self, most: u64) -> String {
        let cents = self.below(most);
        format!("{}.{:02}", cents / 100, cents % 100)
    }
}

fn surplus(folder: &Path, dice: &mut Dice) {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    let mut rules = String::from("set,rank,id,kind,of,rate,charged_to,amount,to,source,verification\n");
    for rank in 1..=dice.below(4) {
        let of = ["total", "members"][dice.below(2) as usize];
        // With `both` and rates of a tenth nothing is charged with more than there is.
        let _ = writeln!(
            rules,
            "own,{rank},r{rank},reserve,{of},0.0{},both,,equity:r{rank},x,primary",
            dice.below(100)
        );
    }
    if dice.below(2) == 0 {
        let _ = writeln!(
            rules,
            "own,5,interest,interest,capital,0.0{},,,liabilities:interest,x,primary",
            dice.below(10)
        );
    }
    rules.push_str("own,6,rest,non_members,,,,,equity:others,x,primary\n");
    let _ = writeln!(rules, "own,7,cash,cash,,0.{},,,liabilities:payable,x,primary", dice.below(1000));
    rules.push_str("own,8,kept,retained,,,,,equity:capital,x,primary\n");
    let (mut surpluses, mut patronage, mut capital) = (
        String::from("year,surplus,member_surplus,rules,cash_rate,date\n"),
        String::from("year,member,amount\n"),
        String::from("id,date,member,kind,amount,year\n"),
    );
    let members = 1 + dice.below(9);
    for member in 0..members {
        let paid = dice.below(5000);
        let _ = writeln!(capital, "p{member},2019-0{}-11,m{member},paid_in,{}.00,", 1 + dice.below(9), paid);
        // Half of it is taken again, one in three of a stated year.
        let year = if dice.below(3) == 0 { "2019" } else { "" };
        let _ = writeln!(
            capital,
            "r{member},2022-03-0{},m{member},redeemed,{}.00,{year}",
            1 + dice.below(9),
            paid / 2
        );
    }
    for year in 2020..2024 {
        let loss = if dice.below(6) == 0 { "-" } else { "" };
        let cash = if dice.below(2) == 0 { format!("0.{}", dice.below(100)) } else { String::new() };
        let date = if dice.below(2) == 0 { format!("{}-04-30", year + 1) } else { String::new() };
        let amount = 100_000 + dice.below(900_000);
        // Without any business nothing can be prorated to members, and interest would be charged to nothing.
        let nobody = dice.below(8) == 0;
        let stated = if nobody || dice.below(2) == 0 {
            let part = amount - dice.below(50_000);
            format!("{}.{:02}", part / 100, part % 100)
        } else {
            String::new()
        };
        let stated = if loss.is_empty() { stated } else { String::new() };
        let _ = writeln!(
            surpluses,
            "{year},{loss}{}.{:02},{stated},own,{cash},{date}",
            amount / 100,
            amount % 100
        );
        for member in 0..members {
            let amount = if nobody { "0".to_owned() } else { dice.cents(9_000) };
            let _ = writeln!(patronage, "{year},m{member},{amount}");
        }
        let _ = writeln!(patronage, "{year},,{}.5", dice.below(20));
    }
    write("surplus_rules.csv", &rules);
    write("surpluses.csv", &surpluses);
    write("patronage.csv", &patronage);
    write("capital.csv", &capital);
}

fn value_equation(folder: &Path, dice: &mut Dice) {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    let mut buckets = String::from("id,rank,percentage,of,claim,to\n");
    let mut contributions = String::from("id,agent,bucket,amount,rate,date\n");
    for bucket in 0..=dice.below(4) {
        let of = ["straight", "remaining"][dice.below(2) as usize];
        let percentage = if of == "straight" { dice.below(25) } else { dice.below(60) };
        let claim = ["debt", "once", "equity"][dice.below(3) as usize];
        let to = if dice.below(4) == 0 { "fund" } else { "" };
        let _ = writeln!(buckets, "b{bucket},{},{percentage},{of},{claim},{to}", 9 - bucket);
        for claim in 0..dice.below(6) {
            let date = if dice.below(3) == 0 { "2024-02-01" } else { "" };
            let amount = dice.cents(20_000);
            let _ = writeln!(
                contributions,
                "b{bucket}-{claim},a{claim},b{bucket},{amount},{}.5,{date}",
                dice.below(3)
            );
        }
    }
    let mut distributions = String::from("id,date,amount,left_to\n");
    for month in 1..=3 {
        let _ = writeln!(distributions, "d{month},2024-0{month}-15,{},pool", dice.cents(100_000));
    }
    write("buckets.csv", &buckets);
    write("contributions.csv", &contributions);
    write("distributions.csv", &distributions);
}

#[test]
fn a_second_computation_finds_the_same() {
    let all = TempDir::new().unwrap();
    let mut seen = [0, 0];
    for seed in 0..60 {
        let name = format!("coop-{seed:02}");
        let folder = all.path().join(&name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("manifest.toml"), MANIFEST).unwrap();
        let mut dice = Dice(seed);
        surplus(&folder, &mut dice);
        value_equation(&folder, &mut dice);
        for (at, question) in ["surplus", "value-equation"].into_iter().enumerate() {
            let answer = run(all.path(), &["fairtrade", question, &name, "--format", "json"]);
            // Made-up straight parts may be more than the whole, and empty tables have no row.
            if answer.code == 0 {
                fs::write(folder.join(format!("{question}.json")), answer.stdout).unwrap();
                seen[at] += 1;
            } else {
                assert!(question == "value-equation", "{}", answer.stderr);
            }
        }
    }
    assert!(seen[0] == 60 && seen[1] > 40, "{seen:?}");
    if let Some(told) = auditor("audit_surplus.py", &[all.path().to_str().unwrap()]) {
        assert!(told.contains("60 datasets") && told.contains(" 0 mistakes"), "{told}");
        let amounts: usize = told.split(' ').nth(2).unwrap().parse().unwrap();
        assert!(amounts > 2000, "{told}");
    }
}
