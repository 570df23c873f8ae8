//! What moves a true price: closed forms by hand, the command, bends and refusals.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::Value;
use truecost_tests::{Case, assert_holds};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1e-3), "{found} is not {expected}");
}

/// Bread takes 0.5 kg of flour and 2 kWh; a kg of flour takes 0.25 kWh and 0.1 kg of bread; power takes 0.2 of its own.
/// Power causes 1 kg CO2-eq, bread 0.5 h of toil.
fn bakery() -> Case {
    Case::new()
        .table("products", "id,name,unit\nbread,Bread,kg\nflour,Flour,kg\npower,Power,kW.h")
        .table(
            "indicators",
            "id,name,dimension,unit,kind\ntoil,Toil,social,h,\nshade,Shade,environmental,m2.a,benefit",
        )
        .table(
            "processes",
            "id,product,amount,unit,region,period
             bake,bread,1,kg,NL,2024
             grid,power,1,kW.h,NL,2024
             mill,flour,1,kg,NL,2024",
        )
        .table(
            "inputs",
            "process,product,amount,unit,source
             bake,flour,500,g,the recipe
             bake,power,2,kW.h,
             grid,power,0.2,kW.h,
             mill,power,0.25,kW.h,
             mill,bread,0.1,kg,",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit,source,verification
             bake,toil,0.5,h,asked,primary
             bake,shade,0,m2.a,,
             grid,climate-change,1,kg CO2-eq,,
             grid,toil,0,h,,",
        )
        .table(
            "prices",
            "product,amount,currency,quantity,unit,date,vat,source\nbread,3,EUR,1.5,kg,2024,excluded,s",
        )
        .factors(
            "test",
            &[],
            "indicator,lower,central,upper,unit,transfer,source,verification
             climate-change,50,100,150,t CO2-eq,global,report,primary
             toil,,4,,h,global,report,secondary
             shade,,1,,m2.a,global,report,secondary",
        )
}

/// The answer as JSON.
fn asked(case: &Case, more: &[&str]) -> Value {
    let mut arguments = vec!["bread", "--top", "0", "--format", "json"];
    arguments.extend(more);
    let answer = case.run("sensitivity", &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    serde_json::from_str(&answer.stdout).unwrap()
}

fn row<'a>(answer: &'a Value, table: &str, process: &str, item: &str) -> &'a Value {
    let is_it = |row: &&Value| row["table"] == table && row["process"] == process && row["item"] == item;
    answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(is_it)
        .unwrap_or_else(|| panic!("no {table} {process} {item}"))
}

fn has(answer: &Value, table: &str, process: &str, item: &str) -> bool {
    let is_it = |row: &Value| row["table"] == table && row["process"] == process && row["item"] == item;
    answer["rows"].as_array().unwrap().iter().any(is_it)
}

fn number(row: &Value, field: &str) -> f64 {
    row[field].as_f64().unwrap_or_else(|| panic!("no {field} in {row}"))
}

#[test]
fn derivatives_of_a_loop_by_hand() {
    // Per unit of activity: bread y_b = 2 + 0.5 y_f + 2 y_p, y_f = 0.25 y_p + 0.1 y_b, y_p = (0.1 + 0.2 y_p).
    let power = 0.1 / 0.8;
    let bread = (0.5 * 4.0 + 0.5 * 0.25 * power + 2.0 * power) / (1.0 - 0.5 * 0.1);
    let flour = 0.25 * power + 0.1 * bread;
    // Activities: bread s_b = 1 + 0.1 s_f, s_f = 0.5 s_b, s_p = (2 s_b + 0.25 s_f) / 0.8.
    let s_b = 1.0 / 0.95;
    let s_f = 0.5 * s_b;
    let s_p = (2.0 * s_b + 0.25 * s_f) / 0.8;
    let case = bakery();
    let answer = asked(&case, &[]);
    assert_eq!(
        (&answer["of"], &answer["unit"], &answer["per"]),
        (&"true-price".into(), &"EUR".into(), &"kg".into())
    );
    let value = 2.0 + bread;
    close(number(&answer, "value"), value);
    let derivative = |table, process, item| number(row(&answer, table, process, item), "derivative");
    close(derivative("inputs", "bake", "flour"), s_b * flour / 1000.0);
    close(derivative("inputs", "bake", "power"), s_b * power);
    close(derivative("inputs", "mill", "bread"), s_f * bread);
    close(derivative("inputs", "grid", "power"), s_p * power);
    close(derivative("interventions", "grid", "climate-change"), s_p * 0.1);
    close(derivative("interventions", "bake", "toil"), s_b * 4.0);
    close(derivative("processes", "bake", "bread"), -s_b * bread);
    close(derivative("processes", "grid", "power"), -s_p * power);
    close(derivative("factors", "", "climate-change"), s_p / 1000.0);
    close(derivative("factors", "", "toil"), s_b * 0.5);
    close(derivative("prices", "", "bread"), 1.0 / 1.5);
    let toil = row(&answer, "interventions", "bake", "toil");
    close(number(toil, "elasticity"), s_b * 2.0 / value);
    assert_eq!((&toil["source"], &toil["verification"]), (&"asked".into(), &"primary".into()));
    assert_eq!((&toil["amount"], &toil["unit"], &toil["row"]), (&0.5.into(), &"h".into(), &2.into()));
    assert_holds(toil["file"].as_str().unwrap(), &["data/interventions.csv"]);
    // The factor of climate change has a range, 50 to 150, as samples draw it: any value as likely as another.
    let factor = row(&answer, "factors", "", "climate-change");
    assert_eq!((&factor["ranked_by"], &factor["unit"]), (&"spread".into(), &"EUR2024 per t CO2-eq".into()));
    let deviation = (10_000.0_f64 / 12.0).sqrt();
    close(number(factor, "standard_deviation"), deviation);
    close(number(factor, "spread"), deviation * s_p / 1000.0);
    assert_eq!(row(&answer, "factors", "", "toil")["ranked_by"], "elasticity");
}

#[test]
fn elasticities_add_up_as_they_must() {
    // A gap is proportional to all interventions together, and to all factors together.
    let answer = asked(&bakery(), &["--of", "external"]);
    for table in ["interventions", "factors"] {
        let rows = answer["rows"].as_array().unwrap().iter().filter(|row| row["table"] == table);
        close(rows.filter_map(|row| row["elasticity"].as_f64()).sum(), 1.0);
    }
}

#[test]
fn what_is_paid_caps_a_gap() {
    let paid = |amount: &str| {
        let row = format!("process,indicator,amount,currency,source\nbake,toil,{amount},EUR,s");
        bakery().table("paid", &row)
    };
    let s_b = 1.0 / 0.95;
    // Half of the 2 EUR of toil is paid: one more cent paid is one less of the gap.
    let half = asked(&paid("1"), &["--of", "gap"]);
    close(number(row(&half, "paid", "bake", "toil"), "derivative"), -s_b);
    close(number(row(&half, "interventions", "bake", "toil"), "derivative"), 4.0 * s_b);
    // More is paid than it costs: neither counts, until they are netted.
    let over = paid("2.5");
    let capped = asked(&over, &["--of", "gap"]);
    assert!(!has(&capped, "paid", "bake", "toil") && !has(&capped, "interventions", "bake", "toil"));
    let netted = asked(&over, &["--of", "gap", "--netting"]);
    close(number(row(&netted, "paid", "bake", "toil"), "derivative"), -s_b);
    // All of it is paid, and not a cent more: one side of each.
    let exact = asked(&paid("2"), &["--of", "gap"]);
    let toil = row(&exact, "interventions", "bake", "toil");
    close(number(toil, "derivative"), 4.0 * s_b);
    assert_eq!((&toil["derivative_down"], &toil["one_sided"]), (&0.0.into(), &true.into()));
    close(number(toil, "elasticity"), 2.0 * s_b / number(&exact, "value"));
    let of_paid = row(&exact, "paid", "bake", "toil");
    assert_eq!((&of_paid["derivative"], &of_paid["one_sided"]), (&0.0.into(), &true.into()));
    close(number(of_paid, "derivative_down"), -s_b);
    let text = paid("2").run("sensitivity", &["bread", "--of", "gap"]).stdout;
    assert_holds(&text, &["4.211 / 0 *", "* a derivative to one side"]);
    // The cost itself has no cap.
    let cost = asked(&paid("2"), &["--of", "cost:toil"]);
    close(number(&cost, "value"), 2.0 * s_b);
    assert!(!has(&cost, "paid", "bake", "toil"));
}

#[test]
fn what_is_nothing_now_may_grow_on_one_side() {
    // Of power alone: no toil, no shade, and a row of either that is 0.
    let case = bakery().table(
        "interventions",
        "process,indicator,amount,unit
         grid,climate-change,1,kg CO2-eq
         grid,toil,0,h
         grid,shade,0,m2.a",
    );
    let answer = asked(&case, &["--of", "external"]);
    let toil = row(&answer, "interventions", "grid", "toil");
    let s_p = (2.0 + 0.125) / 0.95 / 0.8;
    close(number(toil, "derivative"), 4.0 * s_p);
    assert_eq!((&toil["derivative_down"], &toil["elasticity"]), (&0.0.into(), &0.0.into()));
    // More shade is a benefit, which no cost is set off against; less than none of it is a burden.
    let shade = row(&answer, "interventions", "grid", "shade");
    assert_eq!(shade["derivative"], 0.0);
    close(number(shade, "derivative_down"), -s_p);
}

#[test]
fn a_footprint_counts_in_its_own_unit_and_asks_for_no_factor() {
    let answer = asked(&bakery(), &["--of", "climate-change"]);
    assert_eq!(answer["unit"], "kg CO2-eq");
    let s_p = (2.0 + 0.125) / 0.95 / 0.8;
    close(number(&answer, "value"), s_p);
    close(number(row(&answer, "interventions", "grid", "climate-change"), "derivative"), s_p);
    let tables: Vec<&str> =
        answer["rows"].as_array().unwrap().iter().map(|row| row["table"].as_str().unwrap()).collect();
    assert!(!tables.contains(&"factors") && !tables.contains(&"prices"), "{tables:?}");
    // Nor for a set of them, or a currency.
    let bare = bakery().table("prices", "product,amount,currency,unit,date,vat,source").file(
        "data/manifest.toml",
        "kind = \"supply\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
         licence = { name = \"CC0-1.0\", redistribute = true }\n",
    );
    let found = asked(&bare, &["--of", "climate-change"]);
    assert_eq!((&found["value"], &found["rows"]), (&answer["value"], &answer["rows"]));
    assert_eq!(found["lineage"]["datasets"].as_array().unwrap().len(), 1);
    assert_holds(
        &bare.run("sensitivity", &["bread", "--of", "gap"]).stderr,
        &["missing-choice", "no factor set"],
    );
    // A result of 0 has derivatives, and no elasticity.
    let none =
        bakery().table("interventions", "process,indicator,amount,unit\ngrid,climate-change,0,kg CO2-eq");
    let zero = asked(&none, &["--of", "climate-change"]);
    let only = row(&zero, "interventions", "grid", "climate-change");
    assert_eq!((&only["ranked_by"], &only["elasticity"]), (&"derivative".into(), &Value::Null));
    close(number(only, "derivative"), s_p);
}

#[test]
fn waste_that_begins_to_be_worth_something_takes_a_share() {
    // 10 kg of cheese at 8 EUR, 80 kg of whey at 0: dshare_whey/dprice = 80 / 80, of a burden of 12 EUR a run.
    let case = Case::new()
        .table("products", "id,name,unit\ncheese,Cheese,kg\nmilk,Milk,kg\nwhey,Whey,kg")
        .table(
            "processes",
            "id,product,amount,unit,region,price,currency
             dairy,cheese,10,kg,NL,8,EUR
             dairy,whey,80,kg,NL,0,EUR
             farm,milk,1,kg,NL,,",
        )
        .table("inputs", "process,product,amount,unit\ndairy,milk,100,kg")
        .table("interventions", "process,indicator,amount,unit\ndairy,climate-change,20,kg CO2-eq\nfarm,climate-change,1,kg CO2-eq")
        .factors("test", &[], "indicator,central,unit,transfer,source,verification\nclimate-change,0.1,kg CO2-eq,global,r,primary");
    let answer = |product: &str| -> Value {
        let answer = case.run("sensitivity", &[product, "--of", "gap", "--top", "0", "--format", "json"]);
        serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.stderr))
    };
    let cheese = answer("cheese");
    let whey = row(&cheese, "processes", "dairy", "whey");
    assert_eq!(whey["column"], "price");
    close(number(whey, "derivative"), -12.0 / 10.0);
    assert_eq!(whey["derivative_down"], 0.0);
    // Of whey itself, which bears nothing yet, the milk is not even in the chain that is solved.
    let of_whey = answer("whey");
    assert_eq!(of_whey["value"], 0.0);
    close(number(row(&of_whey, "processes", "dairy", "whey"), "derivative"), 12.0 / 80.0);
}

#[test]
fn the_command_lists_writes_and_refuses() {
    let case = bakery();
    let answer = case.run("sensitivity", &["bread", "--top", "2", "-o", "list.csv"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(
        &answer.stdout,
        &[
            "what moves true-price of bread (Bread) from NL: 4.385 EUR per kg\n",
            "by spread, |derivative| x standard deviation in EUR: 1 datum whose range is known\n",
            "by |elasticity|: 14 data whose range nobody states, the first 2 shown\n",
            "interventions.csv:2, primary",
        ],
    );
    assert_holds(&answer.stderr, &["wrote list.csv"]);
    let list = std::fs::read_to_string(case.path().join("list.csv")).unwrap();
    assert_eq!(list.lines().count(), 4);
    let csv = case.run("sensitivity", &["bread", "--top", "2", "--format", "csv"]).stdout;
    assert_eq!(csv, list);
    for file in ["list.parquet", "list.json"] {
        assert_eq!(case.run("sensitivity", &["bread", "-o", file]).code, 0);
        assert!(case.path().join(file).metadata().unwrap().len() > 1000);
    }
    let refused = |arguments: &[&str]| {
        let answer = case.run("sensitivity", arguments);
        assert_ne!(answer.code, 0);
        assert_eq!(answer.stdout, "");
        answer.stderr
    };
    assert_holds(&refused(&["braed"]), &["not-found", "did you mean `bread`?"]);
    assert_holds(&refused(&["bread", "--of", "gab"]), &["not-found", "did you mean `gap`?"]);
    assert_holds(&refused(&["bread", "--of", "cost:climat-change"]), &["did you mean `climate-change`?"]);
    assert_holds(&refused(&["bread", "-o", "list.xlsx"]), &["unwritable", "such as out.csv"]);
    let two = bakery().table(
        "processes",
        "id,product,amount,unit,region,period
         bake,bread,1,kg,NL,2024
         bake-de,bread,1,kg,DE,2024
         grid,power,1,kW.h,NL,2024
         mill,flour,1,kg,NL,2024",
    );
    let two = two.table("inputs", "process,product,amount,unit\nbake,power,2,kW.h\nbake-de,power,3,kW.h");
    let text = two.run("sensitivity", &["bread"]);
    assert_ne!(text.code, 0);
    assert_holds(&text.stderr, &["missing-choice", "made in DE, NL: which one?", "--origin DE"]);
    let german = two.run("sensitivity", &["bread", "--origin", "DE"]).stdout;
    assert_holds(&german, &["from DE", "bake-de"]);
}

#[test]
fn an_input_of_nothing_brings_indicators_that_the_product_does_not_have() {
    // Bread may take salt, and takes none now; only salt causes acidification. A mix of flours has a share of 0 of a mill that toils.
    let of = |salt: &str, share: &str| {
        Case::new()
            .table("products", "id,name,unit\nbread,Bread,kg\nflour,Flour,kg\nsalt,Salt,kg")
            .table("indicators", "id,name,dimension,unit,kind\ntoil,Toil,social,h,")
            .table(
                "processes",
                &format!(
                    "id,product,amount,unit,region,share
                     bake,bread,1,kg,NL,
                     mill,flour,1,kg,NL,1
                     quern,flour,1,kg,NL,{share}
                     mine,salt,1,kg,NL,"
                ),
            )
            .table("inputs", &format!("process,product,amount,unit\nbake,flour,1,kg\nbake,salt,{salt},kg"))
            .table(
                "interventions",
                "process,indicator,amount,unit
                 mill,climate-change,0.5,kg CO2-eq
                 mine,acidification,3,kg SO2-eq
                 quern,toil,2,h",
            )
            .factors(
                "test",
                &[],
                "indicator,lower,central,upper,unit,transfer,source,verification
                 acidification,,5,,kg SO2-eq,global,report,primary
                 climate-change,,0.1,,kg CO2-eq,global,report,primary
                 toil,,4,,h,global,report,primary",
            )
    };
    let none = of("0", "0");
    for of in ["gap", "external"] {
        let answer = asked(&none, &["--of", of]);
        close(number(&answer, "value"), 0.05);
        let salt = row(&answer, "inputs", "bake", "salt");
        close(number(salt, "derivative"), 15.0);
        // There is no cost below none.
        close(number(salt, "derivative_down"), 0.0);
        // A share of the quern takes its part from the mill.
        close(number(row(&answer, "processes", "quern", "flour"), "derivative"), 8.0 - 0.05);
    }
    let netting = asked(&none, &["--of", "gap", "--netting"]);
    close(number(row(&netting, "inputs", "bake", "salt"), "derivative"), 15.0);
    // That is what changes when they grow.
    close(number(&asked(&of("0.001", "0"), &["--of", "gap"]), "value"), 0.05 + 0.001 * 15.0);
}

/// A chain of `count` products, each of which takes 1e59 of the next; the last one causes 1e-50 kg CO2-eq.
fn steep(count: usize) -> Case {
    let mut products = "id,name,unit\nbread,Bread,kg\n".to_owned();
    let mut processes = "id,product,amount,unit,region\nbake,bread,1,kg,NL\n".to_owned();
    let mut inputs = "process,product,amount,unit,distribution,scale\n".to_owned();
    let mut taker = "bake".to_owned();
    for at in 0..count {
        products += &format!("p{at},P,kg\n");
        processes += &format!("m{at},p{at},1,kg,NL\n");
        inputs += &format!("{taker},p{at},1e59,kg,lognormal,0.1\n");
        taker = format!("m{at}");
    }
    Case::new()
        .table("products", &products)
        .table("processes", &processes)
        .table("inputs", &inputs)
        .table(
            "interventions",
            &format!(
                "process,indicator,amount,unit
                 bake,acidification,2,kg SO2-eq
                 {taker},climate-change,1e-50,kg CO2-eq"
            ),
        )
        .factors(
            "test",
            &[],
            "indicator,lower,central,upper,unit,transfer,source,verification
             acidification,,5,,kg SO2-eq,global,report,primary
             climate-change,,0.1,,kg CO2-eq,global,report,primary",
        )
}

#[test]
fn what_is_too_large_for_money_is_no_matter_of_footprints() {
    // 1e59 kg times 1e-50: no money holds that, and a footprint needs none.
    let answer = asked(&steep(2), &["--of", "climate-change"]);
    close(number(&answer, "value") / 1e68, 1.0);
    close(number(row(&answer, "inputs", "bake", "p0"), "derivative") / 1e9, 1.0);
    // Another indicator that is too large stops nothing.
    close(number(&asked(&steep(7), &["--of", "acidification"]), "value"), 2.0);
    // The activity of the last process, 1e354, is no number: its own row says so, the others stand.
    let answer = asked(&steep(6), &["--of", "climate-change"]);
    close(number(&answer, "value") / 1e304, 1.0);
    let own = row(&answer, "interventions", "m5", "climate-change");
    assert!(own["derivative"].is_null() && own["elasticity"].is_null(), "{own}");
    close(number(row(&answer, "inputs", "m2", "p3"), "elasticity"), 1.0);
    assert!(answer["standard_deviation"].is_null());
    let table = steep(6).run("sensitivity", &["bread", "--of", "climate-change"]).stdout;
    let last = table.lines().find(|line| line.contains("interventions.csv:3")).unwrap();
    assert!(last.contains("too large"), "{table}");
    // Where the result itself is too large, the datum that brings the most is named.
    for (case, of) in [(steep(7), "climate-change"), (steep(3), "gap")] {
        let refused = case.run("sensitivity", &["bread", "--of", of]);
        assert_eq!(refused.code, 1);
        let words =
            ["error[overflow]", "interventions.csv:3:amount", "the most of it is `climate-change` of `m"];
        assert_holds(&refused.stderr, &words);
    }
}
