//! What a footprint and a cost are made of: by hand, against the auditor, and that parts add up.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod files;
mod random;

use std::collections::BTreeMap;

use serde_json::Value;
use truecost_tests::{Case, assert_holds, auditor, repository, run};

/// Money as an integer of 1e-12.
fn units(text: &str) -> i128 {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    sign * format!("{whole}{fraction:0<12}").parse::<i128>().unwrap()
}

/// The answer of a case, whole.
fn asked(case: &Case, product: &str, more: &[&str]) -> Value {
    let mut arguments = vec![product, "--format", "json", "--indicator", "all"];
    arguments.extend(more);
    let answer = case.run("contributions", &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    serde_json::from_str::<Value>(&answer.stdout).unwrap()["products"][0].clone()
}

fn figure<'a>(of: &'a Value, indicator: &str) -> &'a Value {
    let figures = of.as_array().unwrap();
    figures.iter().find(|f| f["indicator"] == indicator).unwrap_or(&Value::Null)
}

/// Amount and central cost of each part of an indicator.
fn parts(of: &Value, indicator: &str) -> Vec<(String, Option<f64>, Option<String>)> {
    let parts = of["parts"].as_array().unwrap().iter();
    let found = parts.map(|part| (part, figure(&part["figures"], indicator))).filter(|(_, f)| !f.is_null());
    found
        .map(|(part, f)| {
            let cost = f["cost"]["central"].as_str().map(str::to_owned);
            (part["part"].as_str().unwrap().to_owned(), f["amount"].as_f64(), cost)
        })
        .collect()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-14 * expected.abs(), "{found} is not {expected}");
}

/// Parts of every indicator add up to its whole: footprints to 1e-9, money to the last digit, in every scenario.
#[track_caller]
fn adds_up(of: &Value) {
    let mut seen = 0;
    for whole in of["whole"].as_array().unwrap() {
        let id = whole["indicator"].as_str().unwrap();
        let figures: Vec<&Value> =
            of["parts"].as_array().unwrap().iter().map(|p| figure(&p["figures"], id)).collect();
        if let Some(amount) = whole["amount"].as_f64() {
            let amounts = || figures.iter().filter_map(|f| f["amount"].as_f64());
            let size: f64 = amounts().map(f64::abs).sum();
            assert!((amounts().sum::<f64>() - amount).abs() <= 1e-9 * size, "{id}: {of:#}");
        }
        for bound in ["lower", "central", "upper"] {
            let Some(cost) = whole["cost"][bound].as_str() else { continue };
            let sum: i128 = figures.iter().filter_map(|f| f["cost"][bound].as_str()).map(units).sum();
            assert_eq!(sum, units(cost), "{id} {bound}: {of:#}");
            seen += 1;
        }
    }
    assert!(seen > 0, "nothing has a price");
}

fn coffee(product: &str, more: &[&str]) -> Value {
    let mut arguments =
        vec!["contributions", "datasets/supply/coffee", product, "--format", "json", "--indicator", "all"];
    arguments.extend(more);
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    serde_json::from_str::<Value>(&answer.stdout).unwrap()["products"][0].clone()
}

#[test]
fn every_figure_of_a_cup_of_coffee_is_that_of_the_auditor() {
    let Some(expected) = auditor("contributions.py", &["datasets/supply/coffee", "filter-coffee", "NL"])
    else {
        return;
    };
    let found: BTreeMap<&str, Value> = ["process", "stage", "region", "tier"]
        .into_iter()
        .map(|by| (by, coffee("filter-coffee", &["--by", by, "--paths"])))
        .collect();
    let walked = coffee("filter-coffee", &["--paths"])["paths"]["paths"].clone();
    let mut listed: BTreeMap<String, &Value> = BTreeMap::new();
    for path in walked.as_array().unwrap() {
        // The auditor knows no nodes of mixes.
        let nodes = path["path"].as_array().unwrap().iter().map(|node| node.as_str().unwrap());
        listed.insert(nodes.filter(|n| !n.contains('@')).collect::<Vec<_>>().join(" > "), &path["figure"]);
    }
    let (mut compared, mut of_paths) = (0, 0);
    for row in csv::Reader::from_reader(expected.as_bytes()).deserialize() {
        let row: BTreeMap<String, String> = row.unwrap();
        let own = if row["by"] == "path" {
            of_paths += 1;
            listed[&row["part"]].clone()
        } else {
            let parts = found[row["by"].as_str()]["parts"].as_array().unwrap();
            let part = parts.iter().find(|part| part["part"] == row["part"].as_str());
            part.map_or(Value::Null, |part| figure(&part["figures"], &row["indicator"]).clone())
        };
        if let Ok(amount) = row["amount"].parse::<f64>() {
            let found = own["amount"].as_f64().unwrap_or_else(|| panic!("{row:?} is missing"));
            assert!((found - amount).abs() <= 1e-12 * amount.abs() + 1e-18, "{row:?} {own}");
        }
        let cost = own["cost"]["central"].as_str().map_or(0.0, |cost| cost.parse::<f64>().unwrap());
        let expected = row["cost"].parse::<f64>().unwrap_or(0.0);
        // A share is rounded once for each indicator: 21 of them make a total.
        assert!((cost - expected).abs() <= 2.2e-11, "{row:?} {own}");
        compared += 1;
    }
    assert_eq!(of_paths, listed.len(), "{listed:?}");
    assert!(compared > 230 && of_paths == 7, "{compared} {of_paths}");
}

#[test]
fn parts_of_real_data_add_up() {
    for product in ["filter-coffee", "roasted-coffee-uganda", "green-coffee"] {
        for by in [
            &["--by", "stage"][..],
            &["--by", "process"],
            &["--by", "process", "--top", "3"],
            &["--by", "region", "--top", "1"],
            &["--by", "tier"],
            &["--by", "tier", "--tiers", "0"],
            &["--by", "tier", "--tiers", "1000"],
        ] {
            adds_up(&coffee(product, by));
        }
    }
    let few = coffee("filter-coffee", &["--by", "process", "--top", "3"]);
    let names: Vec<&str> =
        few["parts"].as_array().unwrap().iter().map(|part| part["part"].as_str().unwrap()).collect();
    assert_eq!(names[..3], ["farm-co", "farm-ug", "wetmill-co"]);
    assert!(names[3].ends_with(" more") && names.len() == 4, "{names:?}");
}

#[test]
fn margins_agree_with_the_breakdown_of_price() {
    let here = tempfile::tempdir().unwrap();
    let dataset = repository().join("datasets/supply/coffee");
    let dataset = dataset.to_str().unwrap();
    let answer = run(here.path(), &["price", dataset, "--product", "filter-coffee", "--out", "report"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let bytes = bytes::Bytes::from(std::fs::read(here.path().join("report/breakdown.parquet")).unwrap());
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    let mut sums: BTreeMap<(String, String), i128> = BTreeMap::new();
    for batch in reader.build().unwrap() {
        use arrow_array::Array;
        use arrow_array::cast::AsArray;
        let batch = batch.unwrap();
        let text = |name: &str| batch.column_by_name(name).unwrap().as_string::<i32>().clone();
        let (stages, indicators) = (text("stage"), text("indicator"));
        let costs = batch.column_by_name("cost").unwrap();
        let costs = costs.as_primitive::<arrow_array::types::Decimal128Type>();
        for row in (0..batch.num_rows()).filter(|&row| costs.is_valid(row)) {
            let key = (stages.value(row).to_owned(), indicators.value(row).to_owned());
            *sums.entry(key).or_default() += costs.value(row);
        }
    }
    let of = coffee("filter-coffee", &["--by", "stage"]);
    let mut compared = 0;
    for ((stage, indicator), sum) in &sums {
        let part =
            of["parts"].as_array().unwrap().iter().find(|part| part["part"] == stage.as_str()).unwrap();
        let cost = &figure(&part["figures"], indicator)["cost"]["central"];
        assert_eq!(units(cost.as_str().unwrap()), *sum, "{stage} {indicator}");
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
}

const PRICED: &str = "indicator,lower,central,upper,unit,transfer,source,verification
                      climate-change,0.05,0.1,0.3,kg CO2-eq,global,report,primary";

/// Two that take of each other: bread takes 0.5 of energy, energy 0.4 of bread, with 1 and 2 kg CO2-eq.
fn two() -> Case {
    Case::new()
        .table("products", "id,name,unit\nbread,Bread,kg\nenergy,Energy,kWh")
        .table(
            "processes",
            "id,product,amount,unit,region,stage\nbakery,bread,1,kg,NL,baking\nplant,energy,1,kWh,NL,",
        )
        .table("inputs", "process,product,amount,unit\nbakery,energy,0.5,kWh\nplant,bread,0.4,kg")
        .table(
            "interventions",
            "process,indicator,amount,unit\nbakery,climate-change,1,kg CO2-eq\nplant,climate-change,2,kg CO2-eq",
        )
        .factors("test", &[], PRICED)
}

#[test]
fn tiers_of_a_loop_are_a_geometric_series() {
    // 1, 1, 0.2, 0.2, 0.04, … of 2 / 0.8 = 2.5; deeper than tier 3: 0.04 x 2.5.
    let case = two();
    let of = asked(&case, "bread", &["--by", "tier", "--tiers", "3"]);
    adds_up(&of);
    let parts = parts(&of, "climate-change");
    let names: Vec<&str> = parts.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["tier 0", "tier 1", "tier 2", "tier 3", "deeper tiers"]);
    for ((_, amount, cost), (expected, money)) in
        parts.iter().zip([(1.0, "0.1"), (1.0, "0.1"), (0.2, "0.02"), (0.2, "0.02"), (0.1, "0.01")])
    {
        close(amount.unwrap(), expected);
        assert_eq!(cost.as_deref(), Some(money));
    }
    let by_stage = asked(&case, "bread", &[]);
    adds_up(&by_stage);
    assert_eq!(by_stage["parts"][0]["part"], "baking");
    assert_eq!(by_stage["parts"][1]["part"], "unstated");
}

#[test]
fn paths_of_a_loop_end_at_the_cut_off_and_the_rest_is_said() {
    let case = two();
    let of = asked(&case, "bread", &["--paths", "--cutoff", "0.05"]);
    // 0.1, 0.1, 0.02 and 0.02 of 0.25 are 5 % and more.
    let found = &of["paths"];
    let paths: Vec<String> = (found["paths"].as_array().unwrap().iter())
        .map(|path| format!("{} {}", path["path"], path["figure"]["cost"]["central"].as_str().unwrap()))
        .collect();
    assert_eq!(
        paths,
        [
            r#"["bakery"] 0.1"#,
            r#"["bakery","plant"] 0.1"#,
            r#"["bakery","plant","bakery"] 0.02"#,
            r#"["bakery","plant","bakery","plant"] 0.02"#
        ]
    );
    assert_eq!(found["not_listed"]["cost"]["central"], "0.01");
    assert_eq!((&found["above_cutoff"], &found["none_missed"]), (&Value::from(4), &Value::from(true)));
    let one = asked(&case, "bread", &["--paths", "--cutoff", "0.05", "--top", "1"]);
    assert_eq!(one["paths"]["above_cutoff"], 4);
    assert_eq!(one["paths"]["not_listed"]["cost"]["central"], "0.15");
    let text = case.run("contributions", &["bread", "--paths", "--cutoff", "0.05", "--top", "1"]).stdout;
    assert_holds(
        &text,
        &["4 paths contribute 5 % of total or more themselves, the largest 1 listed", "0.1500   60.0 %"],
    );
    // Without a cut-off there is no end to a loop but where the amounts are too small to be numbers.
    let all = case.run("contributions", &["bread", "--paths", "--cutoff", "0", "--top", "2"]);
    assert_eq!(all.code, 0, "{}", all.stderr);
    assert_holds(&all.stdout, &["the largest 2 listed"]);
}

#[test]
fn own_use_belongs_to_its_own_tier() {
    // A mill that makes 10, of which it takes 2 itself: 1 of 8 of 16 kg.
    let case = Case::new()
        .table("products", "id,name,unit\nflour,Flour,kg")
        .table("processes", "id,product,amount,unit,region\nmill,flour,10,kg,NL")
        .table("inputs", "process,product,amount,unit\nmill,flour,2,kg")
        .table("interventions", "process,indicator,amount,unit\nmill,climate-change,16,kg CO2-eq")
        .factors("test", &[], PRICED);
    let text = case.run("contributions", &["flour", "--paths", "--cutoff", "0.5"]).stdout;
    assert_holds(&text, &["1 path contributes 50 % of total or more itself, all listed"]);
    let of = asked(&case, "flour", &["--by", "tier", "--tiers", "1", "--paths"]);
    adds_up(&of);
    let amounts: Vec<f64> = parts(&of, "climate-change").into_iter().filter_map(|part| part.1).collect();
    assert_eq!(amounts, [2.0, 0.0, 0.0]);
    assert_eq!(of["paths"]["above_cutoff"], 1);
}

#[test]
fn an_allocated_product_bears_its_share_in_every_part() {
    // Cheese bears 80 of 100: 0.8 of 20 kg of its dairy and of 100 kg of milk, per 10 kg.
    let case = Case::new()
        .table("products", "id,name,unit\ncheese,Cheese,kg\nmilk,Raw milk,kg\nwhey,Whey,kg")
        .table(
            "processes",
            "id,product,amount,unit,region,price,currency
             dairy,cheese,10,kg,NL,8,EUR
             dairy,whey,80,kg,NL,0.25,EUR
             farm,milk,1,kg,NL,,",
        )
        .table("inputs", "process,product,amount,unit\ndairy,milk,100,kg")
        .table(
            "interventions",
            "process,indicator,amount,unit\ndairy,climate-change,20,kg CO2-eq\nfarm,climate-change,1,kg CO2-eq",
        )
        .factors("test", &[], PRICED);
    let of = asked(&case, "cheese", &["--by", "process", "--paths"]);
    adds_up(&of);
    let parts = parts(&of, "climate-change");
    assert_eq!((parts[0].0.as_str(), parts[0].2.as_deref()), ("farm", Some("0.8")));
    assert_eq!((parts[1].0.as_str(), parts[1].2.as_deref()), ("dairy", Some("0.16")));
    close(parts[0].1.unwrap(), 8.0);
    close(parts[1].1.unwrap(), 1.6);
    // What runs is a part of the dairy, and its id says so.
    assert_eq!(of["paths"]["paths"][0]["path"], serde_json::json!(["dairy:cheese", "farm"]));
}

/// Heat takes gas and gives back power: 1 kWh less of what the grid makes, which has the same footprint as the gas.
fn credit() -> Case {
    Case::new()
        .table("products", "id,name,unit\nsteel,Steel,kg\nheat,Heat,MJ\ngas,Gas,m3\npower,Power,kWh")
        .table(
            "processes",
            "id,product,amount,unit,region,stage
             works,steel,1,kg,NL,making
             boiler,heat,1,MJ,NL,energy
             well,gas,1,m3,NO,fuel
             grid,power,1,kWh,NL,energy",
        )
        .table("inputs", "process,product,amount,unit\nworks,heat,1,MJ\nboiler,gas,1,m3\nboiler,power,-1,kWh")
        .table(
            "interventions",
            "process,indicator,amount,unit
             works,climate-change,0.5,kg CO2-eq
             well,climate-change,3,kg CO2-eq
             grid,climate-change,3,kg CO2-eq",
        )
        .factors("test", &[], PRICED)
}

#[test]
fn a_credit_keeps_its_sign_and_hides_no_path() {
    let case = credit();
    let of = asked(&case, "steel", &["--by", "process", "--paths"]);
    adds_up(&of);
    let parts: Vec<(String, String)> =
        parts(&of, "total").into_iter().map(|(name, _, cost)| (name, cost.unwrap())).collect();
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, cost)| (name.as_str(), cost.as_str())).collect();
    assert_eq!(parts, [("grid", "-0.3"), ("well", "0.3"), ("works", "0.05")]);
    let shares = &of["parts"][0]["figures"][0]["cost_share"];
    close(shares.as_f64().unwrap(), -6.0);
    let paths: Vec<&Value> =
        of["paths"]["paths"].as_array().unwrap().iter().map(|path| &path["path"]).collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    assert_eq!(of["paths"]["none_missed"], true);
}

#[test]
fn what_has_no_price_is_no_part_of_a_total_and_has_its_own_parts() {
    let case = two().table(
        "interventions",
        "process,indicator,amount,unit
         bakery,climate-change,1,kg CO2-eq
         plant,land-occupation,2,m2.a
         plant,climate-change,,kg CO2-eq",
    );
    let of = asked(&case, "bread", &["--by", "process"]);
    adds_up(&of);
    assert_eq!(parts(&of, "total").len(), 1);
    let land = parts(&of, "land-occupation");
    assert_eq!((land.len(), land[0].0.as_str(), &land[0].2), (1, "plant", &None));
    close(land[0].1.unwrap(), 0.5 * 2.0 / 0.8);
    // Not stated is not 0: the plant has no figure.
    assert_eq!(parts(&of, "climate-change").len(), 1);
    let text = case
        .run("contributions", &["bread", "--by", "tier", "--tiers", "1", "--indicator", "land-occupation"]);
    assert_holds(&text.stdout, &["tier 0        not stated", "unpriced"]);
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let case = two();
    let refused = |more: &[&str], code: i32, parts: &[&str]| {
        let answer = case.run("contributions", more);
        assert_eq!((answer.code, answer.stdout.as_str()), (code, ""), "{more:?}: {}", answer.stderr);
        assert_holds(&answer.stderr, parts);
    };
    refused(&["bred"], 1, &["error[not-found]: there is no product `bred`", "did you mean `bread`?"]);
    refused(
        &["bread", "--indicator", "climate-chang"],
        1,
        &["states no indicator `climate-chang`", "climate-change"],
    );
    refused(&["bread", "--made-in", "DE"], 1, &["`bread` is not made in `DE`", "it is made in NL"]);
    for cutoff in ["-0.1", "1.5", "nan", "x", "inf"] {
        let given = format!("--cutoff={cutoff}");
        refused(&["bread", "--paths", &given], 2, &["a share from 0 to 1"]);
    }
    refused(&["bread", "--cutoff", "0.1"], 2, &["--paths"]);
    for tiers in ["-1", "1001", "1.5", "99999999999999999999"] {
        refused(&["bread", &format!("--tiers={tiers}")], 2, &["a whole number from 0 to 1000"]);
    }
    refused(&["bread", "--top", "0"], 2, &["--top"]);
    refused(&["bread", "--by", "nothing"], 2, &["possible values: stage, process, region, tier"]);
    refused(&["bread", "--out", "x.txt"], 2, &["let it end in `.csv`, `.parquet` or `.json`"]);
    refused(&["bread", "--sankey", "x.png"], 2, &["let it end in `.svg`"]);
    refused(&["bread", "--sankey", "data/x.svg"], 2, &["into the folder of a dataset"]);
    refused(&["bread", "--sankey", "x.json", "--out", "x.json"], 2, &["have the same name"]);
    assert!(!case.path().join("x.json").exists());
    let bare = two().factors(
        "test",
        &[],
        &PRICED.replace("climate-change", "acidification").replace("kg CO2-eq", "kg SO2-eq"),
    );
    let answer = bare.run("contributions", &["bread"]);
    assert_eq!(answer.code, 1);
    assert_holds(&answer.stderr, &["there is no total to divide", "divide an indicator: climate-change"]);
}

#[test]
fn a_product_of_several_places_is_divided_for_each() {
    let case = Case::new()
        .table("products", "id,name,unit\nbread,Bread,kg")
        .table("processes", "id,product,amount,unit,region\nhere,bread,1,kg,NL\nthere,bread,1,kg,DE")
        .table(
            "interventions",
            "process,indicator,amount,unit\nhere,climate-change,1,kg CO2-eq\nthere,climate-change,3,kg CO2-eq",
        )
        .factors("test", &[], PRICED);
    let csv = case.run("contributions", &["bread", "--by", "process", "--format", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 3);
    assert_holds(
        &csv,
        &[
            "bread,DE,process,there,unstated,DE,Bread,total,,,,0.3,",
            "bread,NL,process,here,unstated,NL,Bread,total,,,,0.1,",
        ],
    );
    let answer = case.run("contributions", &["bread", "--sankey", "x.svg"]);
    assert_eq!(answer.code, 1);
    assert_holds(&answer.stderr, &["choose it with --made-in: DE, NL"]);
    let answer = case.run("contributions", &["bread", "--sankey", "x.svg", "--made-in", "DE"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert!(std::fs::read_to_string(case.path().join("x.svg")).unwrap().contains("there"));
}

/// A footprint is divided without a factor set, a currency or a year, and to the same parts as with them.
#[test]
fn a_footprint_needs_no_factors() {
    let manifest = "kind = \"supply\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                    geography = \"NL\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n";
    let case = || {
        Case::new()
            .table("products", "id,name,unit\nbread,Bread,kg\nflour,Flour,kg")
            .table(
                "processes",
                "id,product,amount,unit,region,stage\nb,bread,1,kg,NL,Oven\nf,flour,1,kg,NL,Mill",
            )
            .table("inputs", "process,product,amount,unit\nb,flour,0.5,kg")
            .table(
                "interventions",
                "process,indicator,amount,unit\nb,climate-change,3,kg CO2-eq\nf,climate-change,2,kg CO2-eq",
            )
    };
    let bare = case().file("data/manifest.toml", manifest);
    let table = bare.run("contributions", &["bread", "--indicator", "climate-change", "--paths"]);
    assert_eq!((table.code, table.stderr.as_str()), (0, ""));
    let lines = [
        "Oven    3.000  kg CO2-eq   75.0 %\n",
        "Mill    1.000  kg CO2-eq   25.0 %\n",
        "no factor set was chosen",
    ];
    assert_holds(&table.stdout, &lines);
    assert!(!table.stdout.contains("cost"), "{}", table.stdout);
    let parts_of = |case: &Case| {
        let answer =
            case.run("contributions", &["bread", "--indicator", "climate-change", "--format", "json"]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let whole = serde_json::from_str::<Value>(&answer.stdout).unwrap();
        parts(&whole["products"][0], "climate-change")
            .into_iter()
            .map(|(part, amount, _)| (part, amount))
            .collect::<Vec<_>>()
    };
    let priced = case().factors(
        "test",
        &[],
        "indicator,central,unit,transfer,cost_types,source,verification
         climate-change,0.1,kg CO2-eq,global,damage,s,primary",
    );
    assert_eq!(parts_of(&bare), parts_of(&priced));
    // Where there are factors a part has its cost: 3 kg and 1 kg at 0.1.
    let lines = ["Oven    3.000  kg CO2-eq   75.0 %  0.3000", "Mill    1.000  kg CO2-eq   25.0 %  0.1000"];
    assert_holds(&priced.run("contributions", &["bread", "--indicator", "climate-change"]).stdout, &lines);
    // A total is money.
    let refused = bare.run("contributions", &["bread"]);
    assert!(refused.code == 1 && refused.stderr.contains("no factor set is chosen"), "{}", refused.stderr);
}
