//! Processes with several products: each rule, by hand.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use truecost_tests::{Case, Prices, assert_holds};

/// A dairy takes 100 kg of raw milk (1 kg CO2-eq each), causes 20 kg itself, and makes 10 kg of cheese and 80 kg of
/// whey: 120 kg CO2-eq to divide. Feed causes 3 kg CO2-eq per kg.
fn dairy(columns: &str, cheese: &str, whey: &str) -> Case {
    Case::new()
        .table("products", "id,name,unit\ncheese,Cheese,kg\nfeed,Feed,kg\nmilk,Raw milk,kg\nwhey,Whey,kg")
        .table(
            "processes",
            &format!(
                "id,product,amount,unit,region{columns}
                 dairy,cheese,10,kg,NL{cheese}
                 dairy,whey,80,kg,NL{whey}
                 farm,milk,1,kg,NL{empty}
                 mill,feed,1,kg,NL{empty}",
                empty = ",".repeat(columns.matches(',').count())
            ),
        )
        .table("inputs", "process,product,amount,unit\ndairy,milk,100,kg")
        .table(
            "interventions",
            "process,indicator,amount,unit
             dairy,climate-change,20,kg CO2-eq
             farm,climate-change,1,kg CO2-eq
             mill,climate-change,3,kg CO2-eq",
        )
        .factors(
            "test",
            &[],
            "indicator,lower,central,upper,unit,transfer,source,verification
             climate-change,,0.1,,kg CO2-eq,global,report,primary",
        )
}

fn footprint(prices: &Prices, product: &str) -> f64 {
    prices.indicator(product, "climate-change")["priced_amount"].as_f64().unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-14 * expected.abs(), "{found} is not {expected}");
}

fn rule(prices: &Prices) -> &str {
    prices.0["lineage"]["choices"]["allocation"].as_str().unwrap()
}

#[test]
fn economic_by_prices_of_the_process() {
    // 10 kg at 8 EUR and 80 kg at 0.25 EUR: 80 and 20 of 100.
    let case = dairy(",price,currency", ",8,EUR", ",0.25,EUR");
    let prices = case.price(&[]);
    close(footprint(&prices, "cheese"), 120.0 * 0.8 / 10.0);
    close(footprint(&prices, "whey"), 120.0 * 0.2 / 80.0);
    assert_eq!(prices.cost("cheese", "climate-change"), "0.96");
    assert_eq!(prices.cost("whey", "climate-change"), "0.03");
    assert_eq!(rule(&prices), "economic (default): dairy");
}

#[test]
fn economic_by_the_table_of_prices_over_the_years_that_all_have() {
    // Means of 2022 and 2023: 8 and 0.25. Cheese of 2024 has no whey beside it, that of DE was asked elsewhere,
    // and in USD there is no whey at all.
    let head = "product,origin,amount,currency,unit,date,vat,region,source";
    let rows = "cheese,,6,EUR,kg,2022,excluded,NL,s
                cheese,,9,EUR,kg,2023-03,excluded,NL,s
                cheese,,11,EUR,kg,2023-09,excluded,NL,s
                cheese,,50,EUR,kg,2024,excluded,NL,s
                cheese,,99,EUR,kg,2022-05,excluded,DE,s
                cheese,,7,USD,kg,2022-02,excluded,NL,s
                whey,,200,EUR,t,2022,excluded,,s
                whey,,300,EUR,t,2023,excluded,,s";
    let case = dairy("", "", "").table("prices", &format!("{head}\n{rows}"));
    let prices = case.price(&[]);
    close(footprint(&prices, "cheese"), 9.6);
    close(footprint(&prices, "whey"), 0.3);
    // Those of the very origin come first.
    let case = case.table(
        "prices",
        &format!(
            "{head}\n{rows}\ncheese,NL,2,EUR,kg,2022-07,excluded,,s\nwhey,NL,0.25,EUR,kg,2022-07,excluded,,s"
        ),
    );
    close(footprint(&case.price(&[]), "cheese"), 120.0 * 0.5 / 10.0);
    // With VAT and without it do not meet.
    let case = dairy("", "", "").table(
        "prices",
        &format!("{head}\ncheese,,6,EUR,kg,2022,included,NL,s\nwhey,,1,EUR,kg,2022,excluded,NL,s"),
    );
    assert_holds(
        &case.refused(&[]),
        &["no-share", "cheese, whey at `dairy` have no currency, VAT basis and year"],
    );
}

#[test]
fn what_is_worth_nothing_is_waste_and_takes_no_share() {
    for price in ["0", "-0.1"] {
        let prices = dairy(",price,currency", ",8,EUR", &format!(",{price},EUR")).price(&[]);
        close(footprint(&prices, "cheese"), 12.0);
        assert_eq!(footprint(&prices, "whey").to_bits(), 0.0_f64.to_bits());
    }
    let text = dairy(",price,currency", ",0,EUR", ",-1,EUR").refused(&[]);
    assert_holds(&text, &["no-share", "nothing that `dairy` makes has a share"]);
}

#[test]
fn a_missing_price_is_an_error_and_two_currencies_are() {
    assert_holds(
        &dairy("", "", "").refused(&[]),
        &["no-share", "processes.csv:2", "no price of cheese, whey"],
    );
    let text = dairy(",price,currency", ",8,EUR", ",,").refused(&[]);
    assert_holds(&text, &["no-share", "no price of whey at `dairy`"]);
    let text = dairy(",price,currency", ",8,EUR", ",1,USD").refused(&[]);
    assert_holds(&text, &["no-share", "are in EUR and USD"]);
    let text = dairy(",price,currency", ",8,EUR", ",1,").refused(&[]);
    assert_holds(&text, &["missing-value", "processes.csv:3:currency"]);
}

#[test]
fn physical_by_mass_and_by_any_property() {
    let prices = dairy(",allocation", ",physical:mass_kg", ",physical:mass_kg").price(&[]);
    close(footprint(&prices, "cheese"), 120.0 / 90.0);
    close(footprint(&prices, "whey"), 120.0 / 90.0);
    assert_eq!(rule(&prices), "physical:mass_kg: dairy");
    // 5.5 kg and 4.8 kg of dry matter. What the row of the process says comes first; units convert.
    let case = dairy(",allocation", ",physical:dry-matter", ",").table(
        "properties",
        "product,process,property,amount,unit
         cheese,,dry-matter,0.55,kg
         whey,,dry-matter,999,kg
         whey,dairy,dry-matter,60,g",
    );
    let prices = case.price(&[]);
    close(footprint(&prices, "cheese"), 120.0 * 5.5 / 10.3 / 10.0);
    close(footprint(&prices, "whey"), 120.0 * 4.8 / 10.3 / 80.0);
    let text = dairy(",allocation", ",physical:protein", ",").refused(&[]);
    assert_holds(&text, &["no-share", "no `protein` of cheese, whey"]);
}

#[test]
fn substitution_credits_what_is_displaced() {
    // 80 kg of whey stand for 5 kg of feed: cheese (120 - 5 x 3) / 10, whey 5 x 3 / 80.
    let columns = ",allocation,displaces,displaced_amount";
    let case = dairy(columns, ",substitution,,", ",,mill,5");
    let prices = case.price(&[]);
    close(footprint(&prices, "cheese"), 10.5);
    close(footprint(&prices, "whey"), 0.1875);
    assert_eq!(rule(&prices), "substitution: dairy");
    // Without an amount, kilogram for kilogram: 240 kg saved, and the footprint of cheese is negative.
    let prices = dairy(columns, ",substitution,,", ",,mill,").price(&[]);
    close(footprint(&prices, "cheese"), (120.0 - 240.0) / 10.0);
    close(footprint(&prices, "whey"), 3.0);
    assert_eq!(prices.cost("cheese", "climate-change"), "-1.2");
    assert_eq!(prices.field("cheese", "benefits"), "1.2");
    assert_eq!(prices.field("cheese", "gap"), "0");
}

#[test]
fn substitution_says_what_it_cannot_do() {
    let columns = ",allocation,displaces,displaced_amount";
    let refused = |cheese: &str, whey: &str| dairy(columns, cheese, whey).refused(&[]);
    assert_holds(
        &refused(",substitution,,", ",,,"),
        &["no-share", "what do cheese, whey of `dairy` displace?"],
    );
    assert_holds(
        &refused(",substitution,farm,", ",,mill,"),
        &["no-share", "all that `dairy` makes displaces"],
    );
    assert_holds(&refused(",substitution,,", ",,dairy,"), &["bad-value", "`dairy` displaces itself"]);
    assert_holds(
        &refused(",substitution,,", ",,miil,"),
        &["dangling-reference", "processes.csv:3:displaces", "did you mean `mill`?"],
    );
    assert_holds(&refused(",substitution,,", ",,,5"), &["missing-value", "`displaces` is empty"]);
}

#[test]
fn a_product_may_displace_the_same_product_of_another_process() {
    // Power and heat: the plant's power displaces the grid's (0.5 kg per kW.h), in the same place. Those who buy
    // power buy the grid's.
    let case = Case::new()
        .table("products", "id,name,unit\nheat,Heat,MJ\npower,Power,kW.h")
        .table(
            "processes",
            "id,product,amount,unit,region,allocation,displaces
             grid,power,1,kW.h,NL,,
             plant,heat,10,MJ,NL,substitution,
             plant,power,2,kW.h,NL,,grid",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit\ngrid,climate-change,0.5,kg CO2-eq\nplant,climate-change,4,kg CO2-eq",
        )
        .factors(
            "test",
            &[],
            "indicator,lower,central,upper,unit,transfer,source,verification
             climate-change,,0.1,,kg CO2-eq,global,report,primary",
        );
    let prices = case.price(&[]);
    close(footprint(&prices, "heat"), 0.3);
    close(footprint(&prices, "power"), 0.5);
}

#[test]
fn none_refuses_a_second_product() {
    let text = dairy(",allocation,price,currency", ",none,8,EUR", ",none,1,EUR").refused(&[]);
    assert_holds(&text, &["co-product", "processes.csv:3", "`cheese` and `whey`"]);
}

#[test]
fn rows_of_one_process_agree() {
    let text = dairy(",allocation,stage", ",economic,dairy", ",physical:mass_kg,shop").refused(&[]);
    assert_holds(
        &text,
        &["contradiction", "processes.csv:3:allocation", "processes.csv:3:stage", "do not agree on `stage`"],
    );
}

#[test]
fn own_use_and_loops_go_through_allocation() {
    // Each run makes 1 kg of cheese (0.75 of the value) and 1 kg of whey, takes 0.2 kg of whey of its own and causes
    // 10: whey = 0.25 (10 + 0.2 whey), cheese = 0.75 (10 + 0.2 whey).
    let case = dairy(",price,currency", ",0.3,EUR", ",0.0125,EUR")
        .table("inputs", "process,product,amount,unit\ndairy,whey,16,kg\nfarm,whey,0.5,kg\ndairy,milk,2,kg");
    // Value 3 and 1 EUR. y_whey = 0.25 (20 + 16 y_whey + 2 y_milk) / 80, y_milk = 1 + 0.5 y_whey.
    let whey = 0.25 * 22.0 / (80.0 - 0.25 * 17.0);
    let prices = case.price(&[]);
    close(footprint(&prices, "whey"), whey);
    close(footprint(&prices, "milk"), 1.0 + 0.5 * whey);
    close(footprint(&prices, "cheese"), 0.75 * (22.0 + 17.0 * whey) / 10.0);
}

#[test]
fn waste_treatment_is_a_service_with_the_sign_of_what_it_emits() {
    // Incineration of 1 kg emits 2 kg and makes 0.5 kW.h. The fee is 0.1 EUR, the power worth 0.05 EUR.
    let case = Case::new()
        .table("products", "id,name,unit\nbread,Bread,kg\npower,Power,kW.h\ntreatment,Treatment of waste,kg")
        .table(
            "processes",
            "id,product,amount,unit,region,price,currency
             bakery,bread,10,kg,NL,,
             incinerator,treatment,1,kg,NL,0.1,EUR
             incinerator,power,0.5,kW.h,NL,0.1,EUR",
        )
        .table("inputs", "process,product,amount,unit\nbakery,treatment,3,kg")
        .table("interventions", "process,indicator,amount,unit\nincinerator,climate-change,2,kg CO2-eq")
        .factors(
            "test",
            &[],
            "indicator,lower,central,upper,unit,transfer,source,verification
             climate-change,,0.1,,kg CO2-eq,global,report,primary",
        );
    let prices = case.price(&[]);
    close(footprint(&prices, "treatment"), 4.0 / 3.0);
    close(footprint(&prices, "power"), 4.0 / 3.0);
    close(footprint(&prices, "bread"), 0.4);
    let text = case
        .table(
            "processes",
            "id,product,amount,unit,region\nbakery,bread,10,kg,NL\nincinerator,treatment,-1,kg,NL",
        )
        .refused(&[]);
    assert_holds(&text, &["negative-amount", "processes.csv:3:amount", "makes the treatment of it"]);
}

#[test]
fn payments_and_support_take_the_same_share() {
    let case = dairy(",period,price,currency", ",2024,8,EUR", ",2024,0.25,EUR")
        .table("paid", "process,indicator,amount,currency,source\ndairy,climate-change,5,EUR,s")
        .table("support", "process,kind,amount,currency,source\ndairy,tax_expenditure,10,EUR,s");
    let prices = case.price(&[]);
    assert_eq!(prices.field("cheese", "internalised"), "0.4");
    assert_eq!(prices.field("cheese", "public_support"), "0.8");
    assert_eq!(prices.field("whey", "internalised"), "0.0125");
    assert_eq!(prices.field("whey", "public_support"), "0.025");
}

#[test]
fn the_result_shows_each_rule_that_the_data_permit() {
    let columns = ",allocation,price,currency,displaces,displaced_amount";
    let case = dairy(columns, ",economic,8,EUR,,", ",,0.25,EUR,mill,5").table(
        "properties",
        "product,process,property,amount,unit\ncheese,,dry-matter,0.55,kg\nwhey,,dry-matter,0.06,kg",
    );
    let answer = case.run("explain", &["cheese"]);
    assert_holds(
        &answer.stdout,
        &[
            "bears 0.8000 of it, economic: 8 EUR per kg x 10 kg = 80 EUR\n",
            "would bear 0.5340 of it, physical:dry-matter: 0.55 kg per kg x 10 kg = 5.5 kg\n",
            "would bear 0.1111 of it, physical:mass_kg: 1 kg per kg x 10 kg = 10 kg\n",
            "would bear 1.000 of it, substitution: bears all\n",
            "20 kg CO2-eq x 0.1000 activity x 0.8000 share = 1.600 kg CO2-eq",
        ],
    );
    let out = case.path().join("report");
    assert_eq!(case.run("price", &["--out", out.to_str().unwrap()]).code, 0);
    let table = std::fs::read_to_string(out.join("allocation.csv")).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "process,product,amount,unit,allocation,used,stated,share,basis",
            "dairy,cheese,10,kg,economic,true,true,0.8,8 EUR per kg x 10 kg = 80 EUR",
            "dairy,whey,80,kg,economic,true,true,0.2,0.25 EUR per kg x 80 kg = 20 EUR",
        ]
    );
    assert_eq!(lines.len(), 9);
    assert_eq!(lines[8], "dairy,whey,80,kg,substitution,false,false,0,displaces mill");
}
