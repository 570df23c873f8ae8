//! Footprints in physical units: what `price` finds, without a price.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use serde_json::Value;
use truecost_tests::{Case, assert_holds, repository, run};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A mill in a loop with its power plant: flour takes 0.5 kWh, power 0.1 kg of flour. Nobody states the water of power.
fn mill() -> Case {
    let case = Case::new()
        .table("products", "id,name,unit\nflour,Flour,kg\npower,Power,kW.h\nsalt,Salt,kg")
        .table("indicators", "id,name,dimension,unit\nwater,Water,environmental,m3")
        .table(
            "processes",
            "id,product,amount,unit,region
             grid,power,1,kW.h,NL
             mill,flour,1,kg,NL
             pan,salt,1,kg,NL",
        )
        .table(
            "inputs",
            "process,product,amount,unit,cutoff
             grid,flour,0.1,kg,
             mill,power,0.5,kW.h,
             mill,salt,0,kg,
             pan,salt,1,kg,yes",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit,method
             grid,climate-change,0.4,kg CO2-eq,IPCC 2021
             grid,water,,m3,
             mill,climate-change,100,g CO2-eq,IPCC 2021
             mill,water,2,L,
             pan,climate-change,1,kg CO2-eq,IPCC 2013",
        );
    // No factors, no currency, no year.
    case.file(
        "data/manifest.toml",
        "kind = \"supply\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
         licence = { name = \"CC0-1.0\", redistribute = true }\n",
    )
}

#[test]
fn a_loop_by_hand_without_factors() {
    // flour = 0.1 + 0.5 power, power = 0.4 + 0.1 flour.
    let (flour, power) = ((0.1 + 0.2) / 0.95, 0.4 + 0.1 * (0.1 + 0.2) / 0.95);
    let case = mill();
    let answer = case.run("footprints", &["flour", "power", "salt", "--format", "json"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    let json = parsed(&answer.stdout);
    let cell = |at: usize, indicator: &str| json["products"][at]["footprints"][indicator].clone();
    for (at, expected) in [flour, power, 1.0].into_iter().enumerate() {
        let found = cell(at, "climate-change");
        let amount = found["amount"].as_f64().unwrap();
        assert!((amount - expected).abs() <= 1e-15, "{amount} is not {expected}");
        assert!(found["error_bound"].as_f64().unwrap() <= 1e-15 && found["proved"] == true);
        assert_eq!(found["coverage"], "complete");
    }
    // Water: the mill states it, the grid leaves its cell empty, the pan has no row.
    let water = cell(0, "water");
    assert!((water["amount"].as_f64().unwrap() - 0.002 / 0.95).abs() < 1e-17);
    assert_eq!(
        (&water["coverage"], &water["not_stated_by"]),
        (&"partial".into(), &serde_json::json!(["grid"]))
    );
    let none = cell(2, "water");
    assert_eq!((&none["coverage"], &none["amount"]), (&"absent".into(), &Value::Null));
    // What is cut off of salt is not in the chain of flour, which takes 0 kg of it.
    let cut: Vec<bool> = (0..3).map(|at| json["products"][at]["cut_off"].as_bool().unwrap()).collect();
    assert_eq!(cut, [false, false, true]);
    assert_eq!(json["indicators"][0]["method"], "IPCC 2013, IPCC 2021");
    let text = case.run("footprints", &[]).stdout;
    assert_holds(&text, &["climate-change, kg CO2-eq", "not stated", "0.002105*", "in the chains of 1 of 3"]);
}

#[test]
fn absent_rows_that_mean_zero_are_complete() {
    let case = mill();
    let manifest = std::fs::read_to_string(case.path().join("data/manifest.toml")).unwrap();
    let case = case.file("data/manifest.toml", &(manifest + "[supply]\nabsent_interventions = \"zero\"\n"));
    let json = parsed(&case.run("footprints", &["--indicator", "water", "--format", "json"]).stdout);
    let salt = &json["products"][2]["footprints"]["water"];
    assert_eq!((&salt["coverage"], &salt["amount"]), (&"complete".into(), &0.0.into()));
    assert_eq!(json["products"][0]["footprints"]["water"]["coverage"], "partial");
}

#[test]
fn they_are_those_that_are_priced() {
    for dataset in ["coffee", "grocery"] {
        let path = format!("datasets/supply/{dataset}");
        let root = repository();
        let priced = parsed(&run(&root, &["price", &path, "--format", "json"]).stdout);
        let found = parsed(&run(&root, &["footprints", &path, "--format", "json"]).stdout);
        let mut compared: BTreeMap<String, usize> = BTreeMap::new();
        for (own, other) in
            priced["products"].as_array().unwrap().iter().zip(found["products"].as_array().unwrap())
        {
            assert_eq!((&own["product"], &own["origin"]), (&other["product"], &other["origin"]));
            for k in own["indicators"].as_array().unwrap() {
                let cell = &other["footprints"][k["indicator"].as_str().unwrap()];
                let sum = ["priced_amount", "unpriced_amount", "excluded_amount"]
                    .map(|part| k[part].as_f64().unwrap());
                let sum: f64 = sum.iter().sum();
                let amount = cell["amount"].as_f64().unwrap_or_default();
                assert!((amount - sum).abs() <= 1e-14 * sum.abs(), "{} {k}", own["product"]);
                let stated = k["stated"].as_str().unwrap().replace("not stated", "absent");
                assert_eq!(cell["coverage"], stated, "{} {k}", own["product"]);
                *compared.entry(stated).or_default() += 1;
            }
        }
        assert!(compared["complete"] > 20, "{compared:?}");
        assert!(
            dataset == "grocery" || (compared["partial"] > 20 && compared["absent"] > 20),
            "{compared:?}"
        );
    }
}

#[test]
fn a_loop_with_a_credit_is_an_estimate() {
    let case = mill().table(
        "inputs",
        "process,product,amount,unit
         grid,flour,-1.5,kg
         mill,power,0.9,kW.h",
    );
    let answer = case.run("footprints", &["--indicator", "climate-change"]);
    assert_eq!(answer.code, 0);
    assert_holds(&answer.stderr, &["not-certified", "grid, mill"]);
    assert_holds(&answer.stdout, &["~ an estimate: it has no proved bound"]);
    // flour = 0.1 + 0.9 power, power = 0.4 - 1.5 flour.
    let flour = (0.1 + 0.36) / 2.35;
    let json = parsed(&case.run("footprints", &["flour", "--format", "json"]).stdout);
    let cell = &json["products"][0]["footprints"]["climate-change"];
    assert!((cell["amount"].as_f64().unwrap() - flour).abs() < 1e-15);
    assert_eq!(cell["proved"], false);
}

#[test]
fn money_needs_a_currency_and_files_have_three_formats() {
    let case = mill().table(
        "interventions",
        "process,indicator,amount,unit
         grid,climate-change,1,kg CO2-eq
         mill,living-income-gap,2,USD2020",
    );
    let answer = case.run("footprints", &[]);
    assert_ne!(answer.code, 0);
    assert_holds(&answer.stderr, &["missing-choice", "--currency EUR, or --indicator"]);
    assert_eq!(case.run("footprints", &["--indicator", "climate-change"]).code, 0);
    // 2 USD, 2 EUR at this rate, and no year between: 1 USD2020 is 1 EUR2020 at a rate of 1.
    let flags = ["--currency", "EUR", "--year", "2020", "--rate", "USD:2020=1", "--format", "csv"];
    let csv = case.run("footprints", &flags).stdout;
    let line =
        csv.lines().find(|line| line.starts_with("flour") && line.contains("living-income-gap")).unwrap();
    assert_holds(line, &[&format!("{},EUR2020", 2.0 / 0.95)[..14], "EUR2020", "partial"]);
    let mut sizes = Vec::new();
    for file in ["out/f.csv", "out/f.parquet", "out/f.json"] {
        let answer = case.run("footprints", &["flour", "--indicator", "climate-change", "-o", file]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        sizes.push(std::fs::read(case.path().join(file)).unwrap());
    }
    assert_holds(std::str::from_utf8(&sizes[0]).unwrap(), &["product,name,category,origin,unit,indicator"]);
    assert_eq!(&sizes[1][..4], b"PAR1");
    assert_eq!(parsed(std::str::from_utf8(&sizes[2]).unwrap())["products"][0]["product"], "flour");
}

#[test]
fn names_that_are_not_there_are_refused() {
    let case = mill();
    let refused = |arguments: &[&str]| {
        let answer = case.run("footprints", arguments);
        assert_eq!((answer.code, answer.stdout.as_str()), (1, ""));
        answer.stderr
    };
    let text = refused(&["flower", "--indicator", "climat-change"]);
    assert_holds(&text, &["did you mean `flour`?", "did you mean `climate-change`?"]);
}

/// Three products and two indicators, of which one product and one indicator are nothing but 0.
fn with_zeros(indicators: usize) -> Case {
    let extra: String = (0..indicators).map(|k| format!("\nextra-{k},Extra {k},environmental,kg")).collect();
    let zeros: String = (0..indicators).map(|k| format!("\nr,extra-{k},0,kg")).collect();
    Case::new()
        .table(
            "products",
            "id,name,unit,category
             red,Red paint,kg,Paint
             blue,Blue paint for doors,kg,Paint
             air,Fresh air,m3,
             oil,Linseed oil,kg,",
        )
        .table("indicators", &format!("id,name,dimension,unit\ndust,Dust,environmental,kg{extra}"))
        .table("processes", "id,product,amount,unit,region\nr,red,1,kg,NL\nb,blue,1,kg,NL\na,air,1,m3,NL")
        .table("inputs", "process,product,amount,unit,cutoff\nr,oil,1,kg,yes")
        .table(
            "interventions",
            &format!(
                "process,indicator,amount,unit
                 r,climate-change,2,kg CO2-eq
                 b,climate-change,0,kg CO2-eq
                 b,dust,3,kg
                 a,climate-change,0,kg CO2-eq{zeros}"
            ),
        )
        .manifest("[supply]\nabsent_interventions = \"zero\"\n")
}

#[test]
fn what_is_nothing_but_zero_is_left_out_of_the_table_and_counted() {
    let case = with_zeros(3);
    let table = case.run("footprints", &[]).stdout;
    let expected = "product  origin  unit  climate-change, kg CO2-eq  dust, kg\n\
                    -------  ------  ----  -------------------------  --------\n\
                    blue     NL      kg                            0  3.000\n\
                    red      NL      kg                        2.000  0\n\
                    \nper unit of the product; proved to 6.311e-30 of each footprint\n\
                    left out, for they are 0: 1 product, 3 indicators\n\
                    inputs are cut off in the chains of 1 of 3\n";
    assert_eq!(table, expected);
    // What is asked for by name is shown.
    let table = case.run("footprints", &["air", "--indicator", "extra-1"]).stdout;
    assert_holds(&table, &["air      NL      m3    0\n"]);
    assert!(!table.contains("left out"), "{table}");
    // Files and formats for programs keep everything.
    let csv = case.run("footprints", &["--format", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 1 + 3 * 5, "{csv}");
    assert_eq!(
        parsed(&case.run("footprints", &["--format", "json"]).stdout)["products"].as_array().unwrap().len(),
        3
    );
}

#[test]
fn a_table_with_a_line_for_each_footprint_leaves_out_those_of_zero() {
    let case = with_zeros(0);
    let rows: String = (0..8).map(|k| format!("\nr,x-{k},{},kg", k % 4)).collect();
    let heads: String = (0..8).map(|k| format!("\nx-{k},X {k},environmental,kg")).collect();
    let case = case
        .table("indicators", &format!("id,name,dimension,unit{heads}"))
        .table("interventions", &format!("process,indicator,amount,unit{rows}\na,x-0,1,kg\na,x-4,1,kg"));
    let table = case.run("footprints", &[]).stdout;
    let lines: Vec<&str> = table.lines().filter(|line| line.contains(" x-")).collect();
    assert_eq!(lines.len(), 6 + 2, "{table}");
    // Of red x-0 and x-4, of air the six others; blue has nothing at all.
    assert_holds(&table, &["left out, for they are 0: 1 product, 8 single footprints\n"]);
    let named = case.run("footprints", &["red", "--indicator", "x-0", "--indicator", "x-1"]).stdout;
    assert_holds(&named, &["x-0, kg", "x-1, kg"]);
}

#[test]
fn products_are_found_by_what_people_call_them() {
    let case = with_zeros(0);
    let all = case.run("products", &[]);
    assert_eq!((all.code, all.stderr.as_str()), (0, ""));
    assert_holds(&all.stdout, &["oil      kg    nothing makes it  Linseed oil\n", "\n4 of 4 products\n"]);
    let found = |words: &[&str]| {
        let csv = case.run("products", &[words, &["--format", "csv"]].concat()).stdout;
        csv.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&["PAINT"]), ["blue", "red"]);
    assert_eq!(found(&["doors", "blue"]), ["blue"]);
    assert_eq!(found(&["nothing-like-it"]), [""; 0]);
    let json = parsed(&case.run("products", &["air", "--format", "json"]).stdout);
    assert_eq!(json[0]["name"], "Fresh air");
    // A wrong id is answered with the product of that name.
    let hint = |asked: &str| case.run("footprints", &[asked]).stderr;
    assert_holds(&hint("Linsed oil"), &["did you mean `oil`?"]);
    assert_holds(&hint("paint"), &["did you mean `blue` or `red`?"]);
    assert_holds(&hint("zzz"), &["`truecost products DATASET TEXT` finds products by their names"]);
}

/// Products stand after the dataset, as in other commands, or after `--product`; both may be mixed.
#[test]
fn products_are_named_in_two_ways() {
    let grocery = repository().join("datasets/supply/grocery");
    let grocery = grocery.to_str().unwrap();
    let csv = |products: &[&str]| {
        let answer = run(&repository(), &[&["price", grocery, "--format", "csv"], products].concat());
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        answer.stdout
    };
    let both = csv(&["banana", "whole-milk"]);
    assert_eq!(both.lines().count(), 3, "{both}");
    assert_eq!(csv(&["--product", "banana", "--product", "whole-milk"]), both);
    assert_eq!(csv(&["whole-milk", "--product", "banana"]), both);
    let coffee = repository().join("datasets/supply/coffee");
    let about = repository().join("docs/guide/supply/pact/about.toml");
    let out = tempfile::TempDir::new().unwrap();
    let pact = |named: &[&str]| {
        let rest = ["--about", about.to_str().unwrap(), "-o", "f.json"];
        let answer = run(out.path(), &[&["export", "pact", coffee.to_str().unwrap()], named, &rest].concat());
        (answer.code, std::fs::read_to_string(out.path().join("f.json")).unwrap_or_default())
    };
    let first = pact(&["roasted-coffee"]);
    assert!(first.0 == 0 && first == pact(&["--product", "roasted-coffee"]));
    assert_eq!(pact(&[]).0, 2);
    assert_eq!(pact(&["roasted-coffee", "--product", "roasted-coffee"]).0, 2);
}
