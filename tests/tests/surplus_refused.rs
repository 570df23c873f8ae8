//! Surpluses that cannot be shared out: each is refused with its row.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

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

/// Tables, flags, and what is printed.
type Refused<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], &'a str);

/// All that is refused, each with its row.
#[test]
fn what_cannot_be_shared_out_is_refused() {
    let surplus = "year,surplus,member_surplus,rules,cash_rate\n2024,100,,italy-30-3,0\n";
    let stated = "year,surplus,member_surplus,rules,cash_rate\n2024,100,100,italy-30-3,0\n";
    let producers = "id,member_since,member_until\nana,2020,\nbo,,\ncem,2020,2023-07-01\n";
    let cases: &[Refused] = &[
        (&[("surpluses", surplus)], &[], "surpluses.csv:2:member_surplus: which part of the surplus of 2024"),
        (
            &[("surpluses", surplus), ("patronage", "year,member,amount\n2024,ana,1\n")],
            &[],
            "surpluses.csv:2:member_surplus: which part of the surplus of 2024",
        ),
        (
            &[("surpluses", stated)],
            &[],
            "surpluses.csv:2:surplus: no business of 2024 with any member is stated",
        ),
        (
            &[("surpluses", stated), ("patronage", "year,member,amount,unit\n2024,ana,1,kg\n2024,bo,1,t\n")],
            &[],
            "wrong-dimension] coop/patronage.csv:3:unit: the business of 2024 is stated in `kg` and in `t`",
        ),
        (
            &[("surpluses", stated), ("patronage", "year,member,amount\n2024,ana,1\n2024,ana,2\n")],
            &[],
            "duplicate-key] coop/patronage.csv:3: year `2024`, member `ana` is already in row 2",
        ),
        (
            &[("surpluses", stated), ("patronage", "year,member,amount\n2024,ana,-1\n")],
            &[],
            "negative-amount] coop/patronage.csv:2:amount: `amount` is -1, below 0",
        ),
        (
            &[
                ("surpluses", stated),
                ("patronage", "year,member,amount\n2024,anna,1\n2024,bo,1\n2024,cem,1\n2024,ana,1\n"),
                ("producers", producers),
            ],
            &[],
            "dangling-reference] coop/patronage.csv:2:member: there is no member `anna`\n  hint: did you mean `ana`?\n\
             error[contradiction] coop/patronage.csv:3:member: `bo` was no member in 2024",
        ),
        (
            &[("surpluses", "year,surplus,member_surplus,rules\n2024,100,101,italy-30-3\n")],
            &[],
            "bad-value] coop/surpluses.csv:2:member_surplus: the surplus from business with members is 101, of a surplus of 100",
        ),
        (
            &[("surpluses", "year,surplus,member_surplus,rules\n2024,100,100,\n")],
            &[],
            "missing-choice] coop/surpluses.csv:2:rules: by which rules is the surplus of 2024 shared out?",
        ),
        (
            &[("surpluses", "year,surplus,member_surplus,rules\n2024,100,100,italy\n")],
            &[],
            "not-found] coop/surpluses.csv:2:rules: there is no set of rules of a surplus `italy`",
        ),
        (
            &[
                ("surpluses", "year,surplus,member_surplus,rules\n2024,100,100,italy-30-3\n"),
                ("patronage", "year,member,amount\n2024,ana,1\n"),
            ],
            &[],
            "missing-choice] coop/surpluses.csv:2:cash_rate: which part of the shares of 2024 is paid in cash?",
        ),
        (
            &[("surpluses", stated)],
            &["--rules", "rochdale"],
            "`interest-on-capital` pays interest on capital, and none is stated",
        ),
        (
            &[("surpluses", stated)],
            &["--year", "2020"],
            "not-found]: there is no surplus of 2020\n  hint: there are 2024",
        ),
        (
            &[("surpluses", "year,surplus,rules\n2024,100.001,italy-30-3\n")],
            &[],
            "not-whole-units] coop/surpluses.csv:2:surplus: 100.001 is not a whole number of the smallest unit of EUR",
        ),
        (&[], &[], "missing-table]: the dataset has neither a surplus nor capital"),
    ];
    for (given, flags, expected) in cases {
        let answer = asked(&coop(given), flags);
        assert_eq!((answer.code, answer.stdout.as_str()), (1, ""), "{expected}");
        assert!(answer.stderr.contains(expected), "{expected}:\n{}", answer.stderr);
    }
}

#[test]
fn reserves_beyond_the_surplus_are_refused() {
    let rules = |rate: &str, charged: &str| {
        format!(
            "set,rank,id,kind,of,rate,charged_to,amount,to,source,verification\n\
             own,1,all,reserve,total,{rate},{charged},,equity:reserve,statute,primary\n\
             own,2,rest,non_members,,,,,equity:reserve,statute,primary\n\
             own,3,paid,cash,,0.5,,,liabilities:payable,statute,primary\n\
             own,4,kept,retained,,,,,equity:capital,statute,primary\n"
        )
    };
    let surpluses = "year,surplus,member_surplus,rules\n2024,100,60,own\n";
    let patronage = "year,member,amount\n2024,ana,1\n";
    let given =
        |rules: &str| coop(&[("surpluses", surpluses), ("patronage", patronage), ("surplus_rules", rules)]);
    let answer = asked(&given(&rules("0.61", "members")), &[]);
    assert!(
        answer
            .stderr
            .contains("the rules `own` charge 61 to the surplus from business with members, which is 60"),
        "{}",
        answer.stderr
    );
    let answer = asked(&given(&rules("0.41", "non_members")), &[]);
    assert!(answer.stderr.contains("charge 41 to the surplus from business with others, which is 40"));
    assert_eq!(asked(&given(&rules("0.6", "members")), &[]).code, 0);
    let answer = asked(&given(&rules("30", "members")), &[]);
    assert!(
        answer.stderr.contains("surplus_rules.csv:2:rate: `rate` is 30, not from 0 to 1"),
        "{}",
        answer.stderr
    );
}
