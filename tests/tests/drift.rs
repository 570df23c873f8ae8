//! Drift of a co-op: measures by hand, where they come from, and the drawing.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::{Answer, repository, run};

const MANIFEST: &str = "kind = \"coop\"\ntitle = \"A co-op\"\nproducer = \"x\"\ncitation = \"x\"\nversion = \"1\"\n\
    geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n[coop]\ncurrency = \"EUR\"\n";

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
    run(folder.path(), &[&["fairtrade", "drift", "coop"], flags].concat())
}

fn cells(answer: &Answer, table: &str, columns: &[&str]) -> Vec<String> {
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let found: Value = serde_json::from_str(&answer.stdout).unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |row: &Value| columns.iter().map(|name| text(&row[*name])).collect::<Vec<_>>().join(" ");
    found["tables"][table].as_array().unwrap().iter().map(row).collect()
}

const JSON: [&str; 2] = ["--format", "json"];
const POINT: [&str; 5] = ["measure", "year", "value", "direction", "from"];

#[test]
fn stated_years_by_hand() {
    let years = "year,business,business_members,pay_highest,pay_lowest,surplus,surplus_to_capital,surplus_to_labour,\
        surplus_to_members,surplus_to_reserves,flows,flows_conventional,decisions_concentration\n\
        2024,200,120,60,10,100,10,15,45,30,2000,900,0.82\n\
        2020,100,90,30,10,100,0,20,50,30,1000,300,0.5\n";
    let answer = asked(&coop(&[("years", years)]), &JSON);
    assert_eq!(
        cells(&answer, "drift", &["measure", "first", "last", "change", "direction"]),
        [
            "non_member_share 0.1 0.4 0.3 towards a firm",
            "pay_ratio 3.0 6.0 3.0 towards a firm",
            "surplus_to_capital 0.0 0.1 0.1 towards a firm",
            "surplus_to_labour 0.2 0.15 -0.05 towards a firm",
            "surplus_to_members 0.5 0.45 -0.05 towards a firm",
            "surplus_to_reserves 0.3 0.3 0.0 no change",
            "conventional_flows 0.3 0.45 0.15 towards a firm",
            "decision_concentration 0.5 0.82 0.32 towards a firm"
        ]
    );
}

/// What the tables give: patronage, surpluses shared out, pay of workers, decisions.
#[test]
fn the_tables_say_it_where_years_do_not() {
    let folder = coop(&[
        ("years", "year,business,business_members\n2023,100,95\n"),
        ("patronage", "year,member,amount,unit\n2023,ana,1,t\n2023,,1,t\n2024,ana,3,t\n2024,,1,t\n"),
        (
            "surpluses",
            "year,surplus,member_surplus,rules,cash_rate\n2023,100,100,rochdale,1\n2024,200,200,rochdale,1\n",
        ),
        ("capital", "id,date,member,kind,amount\n1,2022-01-01,ana,paid_in,400\n"),
        (
            "workers",
            "id,benchmark,period,pay,pay_per,contracted_hours,standard_hours,basis\n\
             w1,b,2023,1000,month,20,40,net\nw2,b,2023,6000,month,40,40,net\nw3,b,2024-06,1000,month,,,net\nw4,b,2024-06,2500,month,,,net\n",
        ),
        ("decisions", "year,body,decisions\n2023,assembly,1\n2023,board,1\n2024,assembly,1\n2024,board,3\n"),
    ]);
    let answer = asked(&folder, &JSON);
    // Interest 10 of 100 and of 200; education 2.5 percent; the rest to members.
    assert_eq!(
        cells(&answer, "years", &POINT),
        [
            "non_member_share 2023 0.05 first year years",
            "non_member_share 2024 0.25 towards a firm patronage",
            "pay_ratio 2023 3.0 first year workers",
            "pay_ratio 2024 2.5 away from a firm workers",
            "surplus_to_capital 2023 0.1 first year surpluses",
            "surplus_to_capital 2024 0.05 away from a firm surpluses",
            "surplus_to_members 2023 0.875 first year surpluses",
            "surplus_to_members 2024 0.925 away from a firm surpluses",
            "surplus_to_reserves 2023 0.025 first year surpluses",
            "surplus_to_reserves 2024 0.025 no change surpluses",
            "decision_concentration 2023 0.5 first year decisions",
            "decision_concentration 2024 0.625 towards a firm decisions"
        ]
    );
    assert!(
        answer.stdout.contains("nothing is known of surplus_to_labour, conventional_flows"),
        "{}",
        answer.stdout
    );
}

#[test]
fn flows_are_counted_in_one_unit() {
    let street = repository().join("datasets/flows/street");
    let folder = coop(&[("years", "year,flows,flows_conventional\n2023,100,10\n")]);
    let flags = ["--flows", street.to_str().unwrap(), "--format", "json"];
    let answer = asked(&folder, &flags);
    let classified = run(&repository(), &["classify", "datasets/flows/street", "--format", "json"]);
    let found: Value = serde_json::from_str(&classified.stdout).unwrap();
    // The same from the totals of `classify`, in cents.
    let cents = |text: &str| (text.parse::<f64>().unwrap() * 100.0).round() as i64;
    let mut sums = (0, 0);
    for total in found["totals"].as_array().unwrap() {
        let of_year = total["unit"] == "EUR" && total["year"] == 2024;
        let Some(value) = total["value"].as_str().filter(|_| of_year) else { continue };
        sums.0 += cents(value);
        if total["class"] == "market.conventional"
            || (total["regime"] == "market" && total["subregime"] == "conventional")
        {
            sums.1 += cents(value);
        }
    }
    assert!(sums.0 > sums.1 && sums.1 > 0, "{sums:?}");
    let rows = cells(&answer, "years", &["measure", "year", "from", "whole", "part"]);
    let whole = |cents: i64| {
        let text = format!("{}.{:02}", cents / 100, cents % 100);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    assert_eq!(rows[1], format!("conventional_flows 2024 flows {} {}", whole(sums.0), whole(sums.1)));
    let other = asked(&folder, &["--flows", street.to_str().unwrap(), "--unit", "GBP"]);
    assert!(other.stderr.contains("no flow of a year is valued in `GBP`"), "{}", other.stderr);
}

#[test]
fn what_cannot_be_measured_is_said() {
    let folder = coop(&[
        ("years", "year,pay_highest,pay_lowest\n2022,10,0\n"),
        ("surpluses", "year,surplus,member_surplus,rules\n2022,-5,,italy-30-3\n2023,100,100,nowhere\n"),
        (
            "patronage",
            "year,member,amount,unit\n2022,ana,1,t\n2023,ana,1,t\n2023,,1,kg\n2024,ana,1,t\n2024,,1,t\n",
        ),
    ]);
    let answer = asked(&folder, &[]);
    for note in [
        "2022: the lowest pay is 0, so there is no ratio of pay\n",
        "2022: business with non-members is not stated in `patronage`\n",
        "2023: business is stated in several units, so there is no share of non-members\n",
        "2022: a surplus of -5 has no parts\n",
        "they cannot be shared out (problems: 1)",
    ] {
        assert!(answer.stdout.contains(note), "{note}\n{}{}", answer.stdout, answer.stderr);
    }
    let nothing = asked(&coop(&[]), &[]);
    assert_eq!(nothing.code, 1);
    assert!(
        nothing.stderr.contains("missing-table]: nothing is known that could show a drift"),
        "{}",
        nothing.stderr
    );
}

#[test]
fn years_that_contradict_themselves_are_refused() {
    let years = "year,business,business_members,pay_highest,pay_lowest,surplus,surplus_to_capital,flows,flows_conventional\n\
        2024,100,101,1,2,10,11,5,6\n";
    let answer = asked(&coop(&[("years", years)]), &[]);
    for column in ["business_members", "pay_lowest", "surplus", "flows_conventional"] {
        assert!(
            answer.stderr.contains(&format!("error[contradiction] coop/years.csv:2:{column}: ")),
            "{column}\n{}",
            answer.stderr
        );
    }
}

#[test]
fn the_page_and_the_drawing_need_nothing_but_themselves() {
    let folder = coop(&[("years", "year,business,business_members\n2020,100,90\n2024,200,120\n")]);
    assert_eq!(asked(&folder, &["--out", "out"]).code, 0);
    let page = fs::read_to_string(folder.path().join("out/drift.html")).unwrap();
    let drawing = fs::read_to_string(folder.path().join("out/drift.svg")).unwrap();
    assert!(page.contains(drawing.trim_end()));
    for text in [
        "<td class=\"number\">0.1</td>",
        "<td class=\"number\">0.4</td>",
        "towards a firm",
        "Content-Security-Policy",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let outside = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!outside.contains("http:") && !outside.contains("https:") && !outside.contains("<script"));
}
