//! Drawings, and files that hold what is printed.

use serde_json::Value;
use truecost_tests::assert_holds;

use super::{credit, two};

#[test]
fn drawings_of_loops_and_credits_are_whole_and_stay() {
    for (case, product) in [(two(), "bread"), (credit(), "steel")] {
        let draw = |name: &str| {
            let answer = case.run("contributions", &[product, "--sankey", name]);
            assert_eq!(answer.code, 0, "{}", answer.stderr);
            std::fs::read_to_string(case.path().join(name)).unwrap()
        };
        let (svg, spec) = (draw("a.svg"), draw("a.json"));
        assert_eq!((&svg, &spec), (&draw("b.svg"), &draw("b.json")));
        assert!(!svg.contains("NaN") && svg.len() < 20_000 && svg.matches("<path").count() >= 2);
        let spec: Value = serde_json::from_str(&spec).unwrap();
        // Of what stands alone, what comes in and what it causes itself is what goes on.
        let bars = spec["data"][0]["values"].as_array().unwrap();
        let money = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
        for bar in bars {
            let coming = spec["data"][1]["values"].as_array().unwrap().iter();
            let coming = coming.filter(|b| b["to"] == bar["name"] && b["to_tier"] == bar["tier"]);
            let sum: f64 = coming.map(|band| money(&band["cost"])).sum();
            assert!((sum + money(&bar["own_cost"]) - money(&bar["cost"])).abs() < 0.002, "{bar} {sum}");
        }
        assert!(bars.len() >= 4);
    }
}

#[test]
fn files_hold_what_is_printed() {
    let case = two();
    let printed = case.run("contributions", &["bread", "--format", "csv", "-o", "parts.csv"]).stdout;
    assert_eq!(printed, std::fs::read_to_string(case.path().join("parts.csv")).unwrap());
    let printed =
        case.run("contributions", &["bread", "--format", "csv", "--paths", "-o", "paths.csv"]).stdout;
    assert_eq!(printed, std::fs::read_to_string(case.path().join("paths.csv")).unwrap());
    assert_holds(&printed, &["bakery > plant,1,energy,0.5,kWh,total", "not listed"]);
    let answer = case.run("contributions", &["bread", "--format", "json", "-o", "all.json"]);
    assert_eq!(answer.stdout, std::fs::read_to_string(case.path().join("all.json")).unwrap());
    let answer = case.run("contributions", &["bread", "-o", "parts.parquet"]);
    assert_eq!(answer.code, 0);
    assert!(std::fs::read(case.path().join("parts.parquet")).unwrap().starts_with(b"PAR1"));
}
