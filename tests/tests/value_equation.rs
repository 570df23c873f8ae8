//! Value equations over time: answers by hand, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::{Answer, run};

const MANIFEST: &str = "kind = \"coop\"\ntitle = \"A co-op\"\nproducer = \"x\"\ncitation = \"x\"\nversion = \"1\"\n\
    geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n[coop]\ncurrency = \"EUR\"\n";

fn asked(tables: [&str; 3], flags: &[&str]) -> Answer {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("manifest.toml", MANIFEST);
    for (name, text) in ["buckets", "contributions", "distributions"].iter().zip(tables) {
        if !text.is_empty() {
            write(&format!("{name}.csv"), text);
        }
    }
    run(folder.path(), &[&["fairtrade", "value-equation", "."], flags].concat())
}

/// The cells of some columns of a table, row by row.
fn cells(answer: &Answer, table: &str, columns: &[&str]) -> Vec<String> {
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let found: Value = serde_json::from_str(&answer.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let row = |row: &Value| columns.iter().map(|name| text(&row[*name])).collect::<Vec<_>>().join(" ");
    found["tables"][table].as_array().unwrap().iter().map(row).collect()
}

/// The numbers of `tests/test_value_equations.py` in valueflows/valuenetwork, from tables.
#[test]
fn the_value_equation_of_nrp() {
    let buckets = "id,rank,percentage,of,claim\nall,1,100,straight,equity\n";
    let contributions = "id,agent,bucket,kind,amount\n\
        time,worker,all,work,25\nproduction,worker,all,work,50\nfinance-1,vacontributor1,all,money,30\n\
        finance-2,vacontributor2,all,money,20\nresource,contributor,all,thing,10\nconsumable,contributor,all,money,50\n\
        expense,contributor,all,money,10\n";
    let answer = asked([buckets, contributions, "id,date,amount\nd,2024-01-01,195\n"], &["--format", "json"]);
    assert_eq!(
        cells(&answer, "shares", &["agent", "amount"]),
        ["contributor 70", "vacontributor1 30", "vacontributor2 20", "worker 75"]
    );
}

/// A debt, a claim that is paid once, and shares for ever, over three distributions.
#[test]
fn claims_are_used_up_by_earlier_distributions() {
    let buckets = "id,rank,percentage,of,claim\n\
        loan,1,50,straight,debt\nthanks,2,10,straight,once\nwork,3,100,remaining,equity\n";
    let contributions = "id,agent,date,bucket,amount,unit,rate,paid\n\
        l1,ana,,loan,70,EUR,,\nl2,bo,,loan,40,,,10\nt1,cem,,thanks,1,,,\nt2,dora,2024-02-15,thanks,1,,,\n\
        w1,eva,,work,10,h,20,\nw2,ana,2024-03-01,work,5,h,20,\n";
    let distributions = "id,date,amount\nd2,2024-02-01,120.01\nd1,2024-01-01,100\nd3,2024-03-01,90\n";
    let answer = asked([buckets, contributions, distributions], &["--format", "json"]);
    // d1: 50 of debts of 70 and 30; cem's thanks are used up; eva worked alone.
    // d2: 20 + 30 are owed still, less 35 + 15 paid: 35 and 15; half would be 60.005. Nobody is to be thanked.
    // d3: no debt is left; dora is thanked; 200 and 100 hours' worth of work.
    assert_eq!(
        cells(&answer, "parts", &["distribution", "bucket", "contribution", "agent", "claim", "amount"]),
        [
            "d1 loan l1 ana 70 35",
            "d1 loan l2 bo 30 15",
            "d1 thanks t1 cem 1 10",
            "d1 work w1 eva 200 40",
            "d2 loan l1 ana 35 35",
            "d2 loan l2 bo 15 15",
            "d2 work w1 eva 200 70.01",
            "d3 thanks t2 dora 1 9",
            "d3 work w1 eva 200 54",
            "d3 work w2 ana 100 27"
        ]
    );
    assert_eq!(
        cells(&answer, "claims", &["contribution", "paid", "owed", "state"]),
        ["l1 70 0 paid", "l2 40 0 paid", "t1 10 - used", "t2 9 - used", "w1 164.01 - open", "w2 27 - open"]
    );
}

#[test]
fn what_nobody_takes_needs_somebody() {
    let buckets =
        "id,rank,percentage,of,claim,to\nfund,1,10,straight,equity,fund\nwork,2,50,straight,equity,\n";
    let contributions = "id,agent,bucket,amount\nw,ana,work,1\n";
    let distributions = "id,date,amount,left_to\nd,2024-01-01,10,\n";
    let answer = asked([buckets, contributions, distributions], &[]);
    assert_eq!(answer.code, 1);
    assert!(
        answer
            .stderr
            .contains("distributions.csv:2:left_to: 4 of the distribution `d` are left that no claim takes"),
        "{}",
        answer.stderr
    );
    let flags = ["--left-to", "pool", "--format", "json"];
    let answer = asked([buckets, contributions, distributions], &flags);
    assert_eq!(cells(&answer, "shares", &["agent", "amount"]), ["ana 5", "fund 1", "pool 4"]);
}

#[test]
fn what_cannot_be_is_refused_with_its_row() {
    let one = "id,date,amount\nd,2024-01-01,10\n";
    let work = "id,rank,percentage,of,claim\nwork,1,100,straight,equity\n";
    let loan = "id,rank,percentage,of,claim\nloan,1,100,straight,debt\n";
    let cases = [
        (
            [work, "id,agent,bucket,amount\nw,ana,wrok,1\n", one],
            "contributions.csv:2:bucket: there is no bucket `wrok`\n  hint: did you mean `work`?",
        ),
        (
            [work, "id,agent,bucket,amount,unit\nw,ana,work,1,h\nx,bo,work,1,kg\n", one],
            "wrong-dimension] ./contributions.csv:3:unit: the claim of `x` is in `kg`, those on the bucket `work` are in `h`",
        ),
        (
            [loan, "id,agent,bucket,amount,unit\nw,ana,loan,1,h\n", one],
            "wrong-dimension] ./contributions.csv:2:unit: the claim of `w` is in `h`, those on the bucket `loan` are in EUR",
        ),
        (
            [loan, "id,agent,bucket,amount,paid\nw,ana,loan,1,2\n", one],
            "contradiction] ./contributions.csv:2:paid: 2 were paid on `w`, which is a debt of 1",
        ),
        (
            [work, "id,agent,bucket,amount\nw,ana,work,-1\n", one],
            "negative-amount] ./contributions.csv:2:amount: `amount` is -1, below 0",
        ),
        (
            [
                "id,rank,percentage,of,claim\na,1,60,straight,equity\nb,2,50,straight,once\n",
                "id,agent,bucket,amount\nw,ana,a,1\n",
                one,
            ],
            "bad-value] ./buckets.csv:3:percentage: the straight percentages of the buckets are more than 100",
        ),
        (
            [
                "id,rank,percentage,of,claim\na,1,60,straight,equity\nb,1,101,straigt,twice\n",
                "id,agent,bucket,amount\nw,ana,a,1\n",
                one,
            ],
            "buckets.csv:3:claim: `twice` is not a value of `claim`",
        ),
        (
            [work, "id,agent,bucket,amount\nw,ana,work,1\n", ""],
            "missing-table] ./distributions: the table `distributions` is missing",
        ),
        (
            [
                work,
                "id,agent,bucket,amount\nw,ana,work,1\n",
                "id,date,amount,currency\nd,2024-01-01,10,EUR\ne,2024-01-02,10,USD\n",
            ],
            "wrong-dimension] ./distributions.csv:3:currency: this is in USD, an earlier distribution is in EUR",
        ),
    ];
    for (tables, expected) in cases {
        let answer = asked(tables, &[]);
        assert_eq!((answer.code, answer.stdout.as_str()), (1, ""), "{expected}");
        assert!(answer.stderr.contains(expected), "{expected}:\n{}", answer.stderr);
    }
}
