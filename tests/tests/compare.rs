//! Differences between a dataset and its scenarios, split by cause: by hand, as properties, and against an independent
//! program.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use truecost_tests::{Answer, Case, assert_holds, auditor, truecost};

/// A shop makes cups out of 3 kg of beans: 7 kg CO2-eq at 0.1 EUR and 1.2 EUR of wages, beside a price of 10 EUR.
fn coffee() -> Case {
    let factors = |climate: &str| {
        format!(
            "indicator,central,unit,transfer,source,verification
             climate-change,{climate},kg CO2-eq,global,r,primary
             wage-gap-below-living,1,money,global,r,primary"
        )
    };
    Case::new()
        .table("products", "id,name,unit\nbean,Bean,kg\ncup,Cup,kg")
        .table("processes", "id,product,amount,unit,region\nfarm,bean,1,kg,CO\nshop,cup,1,kg,NL")
        .table("inputs", "process,product,amount,unit\nshop,bean,3,kg")
        .table(
            "interventions",
            "process,indicator,amount,unit
             farm,climate-change,2,kg CO2-eq
             farm,wage-gap-below-living,0.4,EUR2024
             shop,climate-change,1,kg CO2-eq
             shop,wage-gap-below-living,0,EUR2024",
        )
        .table("prices", "product,amount,currency,unit,date,vat,source\ncup,10,EUR,kg,2024,excluded,s")
        .factors("test", &[], &factors("0.1"))
        .factors("high", &[], &factors("0.3"))
        .factors("none", &[], "indicator,central,unit,transfer,source,verification\nland-use,1,m2.a crop-eq,global,r,primary\nclimate-change,0.1,kg CO2-eq,global,r,primary")
}

fn scale(id: &str, table: &str, which: &str, by: &str) -> String {
    format!(
        "[[change]]\nid = \"{id}\"\ntitle = \"of {id}\"\nkind = \"scale\"\ntable = \"{table}\"\nwhere = {{ {which} }}\nby = \"{by}\"\n"
    )
}

fn compare(case: &Case, text: &str, more: &[&str]) -> Answer {
    fs::write(case.path().join("s.toml"), format!("title = \"t\"\n{text}")).unwrap();
    let mut arguments = vec!["--scenario", "s.toml"];
    arguments.extend(more);
    case.run("compare", &arguments)
}

fn json(case: &Case, text: &str) -> Value {
    let answer = compare(case, text, &["--format", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    serde_json::from_str(&answer.stdout).unwrap()
}

fn of<'a>(comparison: &'a Value, product: &str) -> &'a Value {
    let all = comparison["scenarios"][0]["differences"].as_array().unwrap();
    all.iter().find(|difference| difference["product"] == product).unwrap()
}

const LESS: &str = "process = \"shop\"";
const HIGH: &str =
    "[[change]]\nid = \"factors\"\ntitle = \"dearer carbon\"\nkind = \"valuing\"\nfactors = \"high\"\n";

#[test]
fn two_causes_that_act_together() {
    // Gap: as it is 1.9; half the beans 1.0; dearer carbon 3.3; both 1.8.
    // Half the beans: ((1.0 - 1.9) + (1.8 - 3.3)) / 2 = -1.2; dearer carbon: ((3.3 - 1.9) + (1.8 - 1.0)) / 2 = 1.1.
    let found = json(&coffee(), &(scale("less", "inputs", LESS, "0.5") + HIGH));
    let scenario = &found["scenarios"][0];
    assert_eq!((&scenario["rule"], &scenario["evaluations"]), (&"shapley".into(), &3.into()));
    let cup = of(&found, "cup");
    for figure in ["gap", "true_price", "external_cost"] {
        assert_eq!(cup[figure]["difference"], "-0.1");
        assert_eq!(cup[figure]["by_cause"], serde_json::json!({ "less": "-1.2", "factors": "1.1" }));
    }
    assert_eq!(cup["market_price"]["by_cause"], serde_json::json!({ "less": "0", "factors": "0" }));
    // Wages are all of half the beans: -0.6. Carbon: 0.7, 0.4, 2.1, 1.2: less (-0.3 - 0.9) / 2, factors (1.4 + 0.8) / 2.
    let social = serde_json::json!({ "less": "-0.6", "factors": "0" });
    assert_eq!(cup["dimensions"]["social"]["by_cause"], social);
    let environmental = serde_json::json!({ "less": "-0.6", "factors": "1.1" });
    assert_eq!(cup["dimensions"]["environmental"]["by_cause"], environmental);
    // The bean does not know how many the shop takes: what does nothing gets nothing.
    let bean = of(&found, "bean");
    assert_eq!(bean["gap"]["by_cause"], serde_json::json!({ "less": "0", "factors": "0.4" }));
    assert_eq!(bean["true_price"], Value::Null);
}

#[test]
fn causes_that_do_the_same_get_the_same() {
    // Twice 2 kg CO2-eq x 2: 3 x 8 + 1 = 25 kg; 1.8 EUR more, 0.9 each.
    let farm = "process = \"farm\", indicator = \"climate-change\"";
    let text = scale("b", "interventions", farm, "2") + &scale("a", "interventions", farm, "2");
    let found = json(&coffee(), &text);
    assert_eq!(of(&found, "cup")["gap"]["by_cause"], serde_json::json!({ "b": "0.9", "a": "0.9" }));
}

#[test]
fn changes_of_one_cause_are_one() {
    let farm = "process = \"farm\", indicator = \"climate-change\"";
    let one = |id: &str, by: &str| {
        scale(id, "interventions", farm, by).replace("kind =", "cause = \"both\"\nkind =")
    };
    let found = json(&coffee(), &(one("a", "2") + &one("b", "3")));
    assert_eq!(found["scenarios"][0]["evaluations"], 1);
    // 3 x 12 + 1 = 37 kg instead of 7.
    assert_eq!(of(&found, "cup")["gap"]["by_cause"], serde_json::json!({ "both": "3" }));
}

#[test]
fn beyond_six_causes_the_order_decides() {
    // Each of seven scales the beans by 0.5: 1.8 of the gap goes with the beans, and is halved seven times.
    let text: String = (0..7).map(|at| scale(&format!("c{at}"), "inputs", LESS, "0.5")).collect();
    let found = json(&coffee(), &text);
    let scenario = &found["scenarios"][0];
    assert_eq!((&scenario["rule"], &scenario["evaluations"]), (&"order".into(), &7.into()));
    let parts = &of(&found, "cup")["gap"]["by_cause"];
    let halves = ["-0.9", "-0.45", "-0.225", "-0.1125", "-0.05625", "-0.028125", "-0.0140625"];
    for (at, half) in halves.iter().enumerate() {
        assert_eq!(parts[format!("c{at}")], **half);
    }
    let table = compare(&coffee(), &text, &[]).stdout;
    assert_holds(&table, &["split by in the order of the scenario, as it has more than six causes"]);
}

#[test]
fn coverage_that_differs_is_warned_of() {
    let text = HIGH.replace("\"high\"", "\"none\"");
    let answer = compare(&coffee(), &text, &["cup"]);
    assert_eq!(answer.code, 0);
    assert_holds(
        &answer.stderr,
        &[
            "warning[coverage-differs]: the scenario `s` covers cup differently",
            "priced only as it is: wage-gap-below-living",
            "without a factor only in the scenario: wage-gap-below-living",
        ],
    );
    assert_holds(&answer.stdout, &["over the 1 indicator that both state and price: 0.7000 and 0.7000"]);
}

#[test]
fn what_a_scenario_leaves_out_is_warned_of() {
    // A factor for the Netherlands alone: beans have none, and more beans are a larger part without one.
    let rows = "indicator,central,unit,region,transfer,source,verification
                climate-change,0.1,kg CO2-eq,NL,global,r,primary
                wage-gap-below-living,1,money,,global,r,primary";
    let case = coffee()
        .factors("test", &[], rows)
        .table("products", "id,name,unit\nbean,Bean,kg\ncup,Cup,kg\nmilk,Milk,kg\nsack,Sack,kg")
        .table(
            "inputs",
            "process,product,amount,unit,cutoff\nshop,bean,3,kg,\nshop,milk,1,kg,yes\nfarm,sack,0.1,kg,yes",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit\nfarm,climate-change,2,kg CO2-eq\nshop,climate-change,1,kg CO2-eq",
        );
    fs::write(case.path().join("cut.csv"), "process,product,amount,unit,cutoff\nshop,bean,3,kg,yes\n")
        .unwrap();
    let change = |what: &str| format!("[[change]]\nid = \"c\"\ntitle = \"c\"\ntable = \"inputs\"\n{what}\n");
    let warned = |text: &str, words: &[&str]| {
        let answer = compare(&case, text, &["cup"]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let begin = "warning[coverage-differs]: the scenario `s` covers cup differently";
        assert_holds(&answer.stderr, &[&[begin], words].concat());
        assert_holds(&answer.stdout, &["differs"]);
        // No figure makes up for what is cut off: none is shown.
        let is_cut_off = words[0].starts_with("cut off");
        assert_eq!(answer.stdout.contains("coverage of cup differs"), !is_cut_off, "{}", answer.stdout);
        let found = json(&case, text);
        let said = of(&found, "cup")["coverage_differs"].to_string();
        assert!(words.iter().take(1).all(|word| said.contains(word)), "{said}");
        let out = case.path().join("out");
        compare(&case, text, &["cup", "--out", out.to_str().unwrap()]);
        let pages = fs::read_dir(&out).unwrap().map(|file| file.unwrap().path());
        let html = pages.filter(|path| path.extension().is_some_and(|end| end == "html"));
        let html: String = html.map(|path| fs::read_to_string(path).unwrap()).collect();
        assert_holds(&html, &words[..1]);
        assert_eq!(html.contains("that both state and price"), !is_cut_off);
        fs::remove_dir_all(&out).unwrap();
    };
    warned(
        &change("kind = \"table\"\nfile = \"cut.csv\""),
        &["cut off only in the scenario: bean of shop", "no figure makes up for it"],
    );
    warned(
        &change("kind = \"set\"\nwhere = { product = \"milk\" }\namount = 2"),
        &["cut off in another amount: milk of shop (1 kg as it is, 2 kg in the scenario)"],
    );
    warned(
        &scale("more", "inputs", "product = \"bean\"", "2"),
        &["another part has no factor: climate-change (85.714 % as it is, 92.308 % in the scenario)"],
    );
    // Nothing of it changes: nothing is said.
    let same = scale("milk", "interventions", "process = \"shop\"", "1");
    // The same milk, in grams.
    let grams = change("kind = \"set\"\nwhere = { product = \"milk\" }\namount = 1000\nunit = \"g\"");
    for text in [same, grams] {
        let quiet = compare(&case, &text, &["cup"]);
        assert_eq!(quiet.code, 0, "{}", quiet.stderr);
        assert!(!quiet.stderr.contains("coverage-differs"), "{}", quiet.stderr);
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let (case, text) = (coffee(), scale("less", "inputs", LESS, "0.5"));
    let answer = compare(&case, &text, &["--scenario", "s.toml"]);
    assert_holds(&answer.stderr, &["error[duplicate-key]: two scenarios are called `s`"]);
    // A product of its own needs both: alone, its process makes what nobody knows.
    let product = "[[change]]\nid = \"p\"\ntitle = \"p\"\nkind = \"add\"\ntable = \"products\"\nrows = [{ id = \"tea\", name = \"Tea\", unit = \"kg\" }]\n";
    let process = "[[change]]\nid = \"q\"\ntitle = \"q\"\nkind = \"add\"\ntable = \"processes\"\nrows = [{ id = \"garden\", product = \"tea\", amount = 1, unit = \"kg\", region = \"NL\" }]\n";
    let answer = compare(&case, &format!("{product}{process}"), &[]);
    assert_eq!(answer.code, 1);
    assert_holds(
        &answer.stderr,
        &[
            "cannot be split by cause: the dataset cannot be priced with",
            "changes that only make sense together share a `cause`",
        ],
    );
    let together = |text: &str| text.replace("kind =", "cause = \"tea\"\nkind =");
    let answer = compare(&case, &(together(product) + &together(process)), &[]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(&answer.stderr, &["tea (NL) only in the scenario, and not compared"]);
    // What one change takes away another one cannot change.
    let removed = "[[change]]\nid = \"r\"\ntitle = \"r\"\nkind = \"remove\"\ntable = \"inputs\"\nwhere = { process = \"shop\" }\n";
    let answer = compare(&case, &format!("{removed}{text}"), &[]);
    assert_holds(&answer.stderr, &["there is no row of `inputs` whose `process` is `shop`"]);
}

#[test]
fn the_page_and_the_files() {
    let case = coffee();
    let text =
        (scale("less", "inputs", LESS, "0.5") + HIGH).replace("dearer carbon", "dearer <carbon> & more");
    let answer = compare(&case, &text, &["--out", "out"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let page = fs::read_to_string(case.path().join("out/index.html")).unwrap();
    assert_holds(
        &page,
        &[
            "dearer &lt;carbon&gt; &amp; more",
            "As it is: 11.9000; of less: -1.2000; dearer &lt;carbon&gt; &amp; more: +1.1000; t: = 11.8000",
            "Shapley value",
        ],
    );
    assert!(!page.contains("NaN") && !page.contains("<script"));
    let parquet = fs::read(case.path().join("out/causes.parquet")).unwrap();
    assert!(parquet.starts_with(b"PAR1"));
    let again = compare(&case, &text, &["--out", "again"]);
    assert_eq!(again.stdout, answer.stdout);
    for name in ["comparison.csv", "causes.parquet", "comparison.json", "index.html"] {
        let bytes = |folder: &str| fs::read(case.path().join(folder).join(name)).unwrap();
        assert_eq!(bytes("out"), bytes("again"), "{name}");
    }
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().collect::<Result<_, _>>().unwrap()
}

/// An amount of a CSV in 1e-12.
fn units(text: &str) -> i128 {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    sign * format!("{whole}{fraction:0<12}").parse::<i128>().unwrap()
}

/// Every column of every product adds up over the causes to its difference, and over indicators to its cause.
fn adds_up(folder: &Path) {
    let (comparison, causes) = (rows(&folder.join("comparison.csv")), rows(&folder.join("causes.csv")));
    let by_indicator = rows(&folder.join("causes_by_indicator.csv"));
    let columns = [
        "market_price",
        "environmental",
        "social",
        "health",
        "external_cost",
        "internalised",
        "gap",
        "true_price",
    ];
    for row in comparison.iter().filter(|row| row["scenario"] != "base") {
        let key = |other: &&BTreeMap<String, String>| {
            other["product"] == row["product"] && other["origin"] == row["origin"]
        };
        for column in columns {
            let difference = &row[&format!("{column}_difference")];
            let parts: Vec<i128> = causes
                .iter()
                .filter(key)
                .filter(|cause| !cause[column].is_empty())
                .map(|cause| units(&cause[column]))
                .collect();
            if difference.is_empty() {
                assert!(parts.is_empty());
            } else {
                assert_eq!(parts.iter().sum::<i128>(), units(difference), "{column} of {}", row["product"]);
            }
        }
    }
    for cause in &causes {
        for column in ["external_cost", "internalised", "gap"] {
            let of = by_indicator
                .iter()
                .filter(|row| ["product", "origin", "cause"].iter().all(|key| row[*key] == cause[*key]));
            let sum: i128 = of.map(|row| units(&row[column])).sum();
            assert_eq!(sum, units(&cause[column]), "{column} of {}", cause["cause"]);
        }
        if !cause["true_price"].is_empty() {
            let [market, gap, price] =
                ["market_price", "gap", "true_price"].map(|column| units(&cause[column]));
            assert_eq!(market + gap, price);
            assert_eq!(units(&cause["external_cost"]) - units(&cause["internalised"]), gap);
        }
    }
}

#[test]
fn random_scenarios_add_up_exactly() {
    let targets = [
        ("inputs", LESS),
        ("interventions", "process = \"farm\", indicator = \"climate-change\""),
        ("interventions", "process = \"shop\", indicator = \"climate-change\""),
        ("interventions", "process = \"farm\", indicator = \"wage-gap-below-living\""),
        ("prices", "product = \"cup\""),
    ];
    let change = (0..7_usize, 1..4_000_u32);
    let scenarios = prop::collection::vec(change, 1..9);
    let cases = std::env::var("TRUECOST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24);
    let mut runner = TestRunner::new_with_rng(
        Config { cases, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let result = runner.run(&scenarios, |changes| {
        let case = coffee();
        let text: String = changes
            .iter()
            .enumerate()
            .map(|(at, (kind, amount))| {
                let id = format!("c{at}");
                let by = format!("{}.{:03}", amount / 1000, amount % 1000);
                match kind {
                    5 => HIGH.replace("\"factors\"", &format!("\"{id}\"")),
                    6 => format!(
                        "[[change]]\nid = \"{id}\"\ntitle = \"t\"\nkind = \"tax\"\nindicator = \"climate-change\"\n\
                         rate = {by}\nunit = \"kg CO2-eq\"\ncurrency = \"EUR\"\nyear = 2024\nmarket_price = \"passed_on\"\n"
                    ),
                    kind => scale(&id, targets[*kind].0, targets[*kind].1, &by),
                }
            })
            .collect();
        let answer = compare(&case, &text, &["--out", "out"]);
        prop_assert_eq!(answer.code, 0, "{}", answer.stderr);
        adds_up(&case.path().join("out"));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

const POLICY: &str = r#"title = "A policy"

[[change]]
id = "carbon-tax"
title = "120 EUR per t"
kind = "tax"
indicator = "climate-change"
rate = 120
unit = "t CO2-eq"
currency = "EUR"
year = 2024
market_price = "passed_on"

[[change]]
id = "living-wage"
title = "Wages of farms in Colombia"
kind = "living_wage"
close = "0.7"
regions = ["CO"]
stages = ["farming"]
market_price = "passed_on"

[[change]]
id = "origin"
title = "More from Uganda"
kind = "mix"
product = "green-coffee-landed"
shares = { landing-co = "0.25", landing-ug = "0.75" }

[[change]]
id = "less-fuel"
title = "Roasting with less gas"
cause = "roaster"
kind = "scale"
table = "inputs"
where = { process = ["roastery-blend", "roastery-co"], product = "natural-gas" }
by = "0.6"

[[change]]
id = "more-power"
title = "and more power"
cause = "roaster"
kind = "set"
table = "inputs"
where = { process = "roastery-blend", product = "electricity" }
amount = "0.35"
"#;

#[test]
fn as_an_independent_program_finds_from_a_run_for_each_set_of_causes() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("policy.toml");
    fs::write(&scenario, POLICY).unwrap();
    let repository = truecost_tests::repository();
    let (scenario, out) = (scenario.to_str().unwrap(), folder.path().join("out"));
    let answer = truecost_tests::run(
        &repository,
        &["compare", "datasets/supply/coffee", "--scenario", scenario, "--out", out.to_str().unwrap()],
    );
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    adds_up(&out);
    let program = truecost();
    let arguments = [program.to_str().unwrap(), "datasets/supply/coffee", scenario, out.to_str().unwrap()];
    let Some(told) = auditor("shapley.py", &arguments) else { return };
    assert!(told.ends_with(" parts of 4 causes, 16 runs\n"), "{told}");
    assert!(told.split(' ').next().unwrap().parse::<usize>().unwrap() > 1000, "{told}");
}
