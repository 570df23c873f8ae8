//! The twelve rules of valuation, each with a case that fails without it.

use truecost_tests::{Case, assert_holds};

const HEAD: &str =
    "indicator,lower,central,upper,unit,region,emission_year,transfer,method,source,verification";

/// One product that causes 2 kg CO2-eq, and a factor set of these rows.
fn climate(settings: &[(&str, &str)], rows: &str) -> Case {
    Case::new()
        .one_product()
        .table("interventions", "process,indicator,amount,unit\nmake,climate-change,2,kg CO2-eq")
        .factors("test", settings, &format!("{HEAD}\n{rows}"))
}

#[test]
fn rule_1_a_factor_names_its_source_or_is_refused() {
    let text = climate(&[], "climate-change,,0.1,,kg CO2-eq,,,global,,,primary").refused(&[]);
    assert_holds(&text, &["missing-value", "factors.csv:2:source"]);
    let text = climate(&[], "climate-change,,0.1,,kg CO2-eq,,,global,,report,certain").refused(&[]);
    assert_holds(&text, &["bad-value", "factors.csv:2:verification"]);
}

#[test]
fn rule_2_one_total_one_set_unless_a_composite_says_which() {
    let case = climate(&[], "climate-change,,0.1,,kg CO2-eq,,,global,,report,primary")
        .factors("other", &[], &format!("{HEAD}\nacidification,,5,,kg SO2-eq,,,global,,other report,primary"))
        .table(
            "interventions",
            "process,indicator,amount,unit
             make,climate-change,2,kg CO2-eq
             make,acidification,3,kg SO2-eq",
        );
    assert_holds(&case.refused(&["--factors", "test,other"]), &["one set", "composite"]);
    let alone = case.price(&[]);
    assert_eq!(
        (alone.field("good", "gap"), alone.cost("good", "acidification")),
        ("0.2".into(), "null".into())
    );
    let manifest = "kind = \"factors\"\ntitle = \"both\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                    geography = \"world\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n";
    let case = case.file("shelf/factors/both/manifest.toml", manifest).file(
        "shelf/factors/both/composite.csv",
        "indicator,set\nclimate-change,test\nacidification,other\n",
    );
    let both = case.price(&["--factors", "both"]);
    assert_eq!(both.field("good", "gap"), "15.2");
    let sets: Vec<&str> =
        both.0["lineage"]["datasets"].as_array().unwrap().iter().filter_map(|d| d["name"].as_str()).collect();
    assert_eq!(sets, ["data", "both:composite", "other", "test"]);
}

#[test]
fn rule_3_without_a_factor_it_is_unpriced_and_never_0() {
    let case = climate(&[], "acidification,,5,,kg SO2-eq,,,global,,report,primary");
    let prices = case.price(&[]);
    assert_eq!(prices.cost("good", "climate-change"), "null");
    assert_eq!(prices.indicator("good", "climate-change")["unpriced_amount"], 2.0);
    assert_eq!(prices.field("good", "gap"), "null");
    assert_eq!(prices.field("good", "true_price"), "null");
    assert_eq!(prices.product("good")["dimensions"]["environmental"], "unpriced");
    assert_eq!(prices.product("good")["dimensions"]["social"], "not stated");
    let table = case.run("price", &[]).stdout;
    assert_holds(&table, &["unpriced", "not stated", "0 priced, 1 unpriced"]);
    assert!(!table.lines().nth(2).unwrap().contains("0.00  0.00"), "{table}");
}

#[test]
fn rule_4_kinds_match_before_units_convert() {
    // Tonnes of the same kind convert: 0.1 EUR per kg is 100 EUR per tonne.
    let case = climate(&[], "climate-change,,100,,t CO2-eq,,,global,,report,primary");
    assert_eq!(case.price(&[]).field("good", "gap"), "0.2");
    // CO2 is not CO2-eq, whatever the scale.
    let text = climate(&[], "climate-change,,0.1,,kg CO2,,,global,,report,primary").refused(&[]);
    assert_holds(&text, &["wrong-dimension", "`kg CO2`", "`kg CO2-eq`", "factors.csv:2:unit"]);
    // Mean species abundance is no scale of plain area and time: both units are named.
    let case = climate(&[], "land-use,,1,,m2.a crop-eq,,,global,,report,primary")
        .table("interventions", "process,indicator,amount,unit\nmake,land-use,1,ha.a MSA");
    assert_holds(
        &case.refused(&[]),
        &["wrong-dimension", "`ha.a MSA`", "`m2.a crop-eq`", "interventions.csv:2:unit"],
    );
    // A factor bound to a method does not price an amount by another, or by none.
    let bound = "climate-change,,0.1,,kg CO2-eq,,,global,ReCiPe 2016 H,report,primary";
    let stated = |method: &str| {
        climate(&[], bound)
            .table(
                "interventions",
                &format!("process,indicator,amount,unit,method\nmake,climate-change,2,kg CO2-eq,{method}"),
            )
            .price(&[])
            .cost("good", "climate-change")
    };
    assert_eq!([stated("ReCiPe 2016 H"), stated("EF 3.0"), stated("")], ["0.2", "null", "null"]);
    // A box becomes kilograms by its stated mass only.
    let boxes = climate(&[], "climate-change,,0.1,,kg CO2-eq,,,global,,report,primary")
        .table("prices", "product,amount,currency,unit,date,vat,source\ngood,36.28,EUR,box,2024,included,s");
    assert_holds(&boxes.refused(&[]), &["wrong-dimension", "`box`", "mass_kg"]);
    let boxes = boxes.table(
        "prices",
        "product,amount,currency,unit,mass_kg,date,vat,source\ngood,36.28,EUR,box,18.14,2024,included,s",
    );
    assert_eq!(boxes.price(&[]).product("good")["market_price"]["amount"], "2");
}

#[test]
fn rule_5_the_narrowest_region_counts_and_outside_is_unpriced() {
    let rows = "climate-change,,1,,kg CO2-eq,CO-HUI,,global,,r,primary
                climate-change,,2,,kg CO2-eq,CO,,global,,r,primary
                climate-change,,3,,kg CO2-eq,ANDES,,global,,r,primary
                climate-change,,4,,kg CO2-eq,005,,global,,r,primary
                climate-change,,5,,kg CO2-eq,419,,global,,r,primary
                climate-change,,6,,kg CO2-eq,019,,global,,r,primary
                climate-change,,7,,kg CO2-eq,001,,global,,r,primary";
    let groups = [("groups", "{ ANDES = [\"PE\"] }")];
    let cost = |region: &str| {
        climate(&groups, rows)
            .table("processes", &format!("id,product,amount,unit,region\nmake,good,1,kg,{region}"))
            .price(&[])
            .cost("good", "climate-change")
    };
    // Half the cost of 2 kg: the factor. Huila, Cauca, Peru, Brazil, Mexico, Canada, Kenya.
    let found = ["CO-HUI", "CO-CAU", "PE", "BR", "MX", "CA", "KE"].map(cost);
    assert_eq!(found, ["2", "4", "6", "8", "10", "12", "14"]);
    // Outside the regions of the set: unpriced, or as it is with a flag.
    let german = climate(&[("valid_in", "[\"DE\"]")], "climate-change,,1,,kg CO2-eq,,,global,,r,primary");
    assert_eq!(german.price(&[]).cost("good", "climate-change"), "null");
    assert_holds(&german.run("price", &["--format", "json"]).stdout, &["NL is outside DE"]);
    let as_is = german.price(&["--outside", "as_is"]);
    assert_eq!(as_is.cost("good", "climate-change"), "2");
    assert_holds(&as_is.0["lineage"]["notes"].to_string(), &["outside the regions"]);
    // A factor of class none never leaves its regions.
    let none = climate(&[("valid_in", "[\"DE\"]")], "climate-change,,1,,kg CO2-eq,,,none,,r,primary");
    assert_eq!(none.price(&["--outside", "as_is"]).cost("good", "climate-change"), "null");
    assert_eq!(none.price(&["--outside", "transfer"]).cost("good", "climate-change"), "null");
    // That is so whatever the class of other rows of the indicator.
    let income = "{ region = \"DE\", elasticity = { lower = \"1\", central = \"1\", upper = \"1\" } }";
    let mixed = climate(
        &[("valid_in", "[\"CO\", \"DE\"]"), ("income", income)],
        "climate-change,,1,,kg CO2-eq,CO,,global,,r,primary
         climate-change,,2,,kg CO2-eq,DE,,none,,r,primary",
    );
    assert_eq!(mixed.price(&["--outside", "as_is"]).cost("good", "climate-change"), "null");
}

fn with_incomes(case: Case) -> Case {
    case.file(
        "shelf/reference/gdp/manifest.toml",
        "kind = \"income\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"world\"\n\
         licence = { name = \"CC0-1.0\", redistribute = true }\n",
    )
    .file(
        "shelf/reference/gdp/income.csv",
        "region,year,value,source,verification\nDE,2024,64000,made up,unverified\nNL,2024,16000,made up,unverified\n",
    )
}

#[test]
fn rule_6_income_transfer_is_exactly_1_at_the_reference() {
    let settings = [
        ("valid_in", "[\"DE\"]"),
        ("income", "{ region = \"DE\", elasticity = { lower = \"1\", central = \"0.5\", upper = \"0\" } }"),
    ];
    let rows = "climate-change,0.8,0.8,0.8,kg CO2-eq,,,income,,r,primary";
    let case = with_incomes(climate(&settings, rows));
    // (16000 / 64000)^e is 1/4, 1/2 and 1.
    let prices = case.price(&["--outside", "transfer"]);
    let cost = &prices.indicator("good", "climate-change")["cost"];
    assert_eq!([&cost["lower"], &cost["central"], &cost["upper"]], ["0.4", "0.8", "1.6"]);
    let home = case.table("processes", "id,product,amount,unit,region\nmake,good,1,kg,DE");
    let prices = home.price(&["--outside", "transfer"]);
    let cost = &prices.indicator("good", "climate-change")["cost"];
    assert_eq!([&cost["lower"], &cost["central"], &cost["upper"]], ["1.6", "1.6", "1.6"]);
    // Without the income there is an error, not a guess.
    let text = climate(&settings, rows).refused(&["--outside", "transfer"]);
    assert_holds(&text, &["missing-income", "--income"]);
}

#[test]
fn rule_6_inflate_then_convert_or_the_other_order() {
    // 193 USD2020 in EUR2024: CPI-U 258.811 to 313.689, HICP 105.06 to 126.07, 1.1422 and 1.0824 USD per EUR.
    let settings = [("currency", "\"USD\""), ("price_year", "2020"), ("index", "\"us-cpi-u\"")];
    let case = climate(&settings, "climate-change,,193,,t CO2-eq,,,global,,EPA,primary")
        .table("interventions", "process,indicator,amount,unit\nmake,climate-change,1,t CO2-eq");
    let cents = |more: &[&str]| {
        let value: f64 = case.price(more).cost("good", "climate-change").parse().unwrap();
        format!("{value:.2}")
    };
    assert_eq!(cents(&[]), "216.12");
    assert_eq!(cents(&["--order", "convert-first"]), "202.76");
    // A year without an index, a currency without a rate.
    assert_holds(&case.refused(&["--year", "2030"]), &["missing-index", "us-cpi-u", "2030"]);
    assert_holds(&case.refused(&["--currency", "MRU"]), &["missing-rate", "MRU"]);
}

#[test]
fn rule_6_ppp_takes_the_ppp_rate_and_money_indicators_are_moved_themselves() {
    let ppp = climate(&[], "climate-change,,1,,kg CO2-eq,,,ppp,,r,primary");
    assert_eq!(ppp.price(&[]).cost("good", "climate-change"), "2");
    assert_holds(&ppp.refused(&["--currency", "USD"]), &["missing-rate", "PPP", "--ppp-rate"]);
    let dollars = ppp.price(&["--currency", "USD", "--ppp-rate", "USD:2024=1.5"]);
    assert_eq!(dollars.cost("good", "climate-change"), "3");
    assert_holds(
        &dollars.0["lineage"]["notes"].to_string(),
        &["PPP rate USD 2024 = 1.5 per EUR was given by the user"],
    );
    // A gap of 10 USD of 2020 is moved to EUR of 2024 (11.1979...); its ratio 1.53 is neither inflated nor converted.
    let gap = Case::new()
        .one_product()
        .table("interventions", "process,indicator,amount,unit\nmake,wage-gap-below-minimum,10,USD2020")
        .factors(
            "test",
            &[("price_year", "2020"), ("currency", "\"USD\""), ("index", "\"us-cpi-u\"")],
            &format!("{HEAD}\nwage-gap-below-minimum,,1.53,,money,,,global,,r,primary"),
        );
    let prices = gap.price(&[]);
    let amount = prices.indicator("good", "wage-gap-below-minimum")["priced_amount"].as_f64().unwrap();
    assert!((amount - 216.12 / 19.3).abs() < 3e-4, "{amount}");
    assert_eq!(prices.indicator("good", "wage-gap-below-minimum")["unit"], "EUR2024");
    let cost: f64 = prices.cost("good", "wage-gap-below-minimum").parse().unwrap();
    assert!((cost - 1.53 * amount).abs() < 1e-11);
    // Money of no year is asked about.
    let gap = gap.table("interventions", "process,indicator,amount,unit\nmake,wage-gap-below-minimum,10,USD");
    assert_holds(&gap.refused(&[]), &["interventions.csv:2:unit", "of which year"]);
}

#[test]
fn rule_7_emission_years_follow_the_path_of_the_set() {
    let rows = "climate-change,,0.1,,kg CO2-eq,,2020,global,,r,primary
                climate-change,,0.4,,kg CO2-eq,,2030,global,,r,primary";
    let cost = |interpolation: &str, more: &[&str]| {
        climate(&[("interpolation", interpolation)], rows).price(more).cost("good", "climate-change")
    };
    assert_eq!(cost("\"linear\"", &["--emission-year", "2025"]), "0.5");
    assert_eq!(cost("\"geometric\"", &["--emission-year", "2025"]), "0.4");
    assert_eq!(cost("\"none\"", &["--emission-year", "2030"]), "0.8");
    let none = climate(&[("interpolation", "\"none\"")], rows);
    assert_holds(&none.refused(&["--emission-year", "2025"]), &["emission-year-outside", "2020, 2030"]);
    let linear = climate(&[("interpolation", "\"linear\"")], rows);
    assert_holds(&linear.refused(&["--emission-year", "2031"]), &["emission-year-outside", "2020 to 2030"]);
    assert_holds(&linear.refused(&["--emission-year", "2019"]), &["emission-year-outside"]);
    // What a process states itself comes before the flag; without either it is the price year.
    let stated = climate(&[("interpolation", "\"linear\"")], rows)
        .table("processes", "id,product,amount,unit,region,period\nmake,good,1,kg,NL,2020-05");
    assert_eq!(stated.price(&["--emission-year", "2030"]).cost("good", "climate-change"), "0.2");
    assert_eq!(cost("\"linear\"", &[]), "0.44");
}

#[test]
fn rule_7_the_year_defaults_to_the_latest_and_a_later_one_needs_an_index() {
    let case = climate(&[], "climate-change,,0.1,,kg CO2-eq,,,global,,r,primary");
    let manifest = std::fs::read_to_string(case.path().join("data/manifest.toml")).unwrap();
    let case = case.file("data/manifest.toml", &manifest.replace("year = 2024\n", ""));
    let prices = case.price(&[]);
    assert_eq!(prices.0["price_year"], 2025);
    assert_holds(&prices.0["lineage"]["choices"].to_string(), &["latest of the tables in use"]);
    assert_holds(&case.refused(&["--year", "2026"]), &["missing-index", "--index hicp-euro-area:2026=VALUE"]);
    // 126.07 is the index of 2024: twice of it doubles the cost, and the report says where it is from.
    let own = case.price(&["--year", "2026", "--index", "2026=252.14"]);
    assert_eq!(own.cost("good", "climate-change"), "0.4");
    assert_holds(
        &own.0["lineage"]["notes"].to_string(),
        &["index hicp-euro-area 2026 = 252.14 was given by the user"],
    );
}

#[test]
fn rule_8_one_thing_is_priced_once() {
    let rows = "pm2.5-to-air,,10,,kg PM2.5,,,global,,r,primary
                pm10-to-air,,4,,kg PM10,,,global,,r,primary";
    let case = Case::new()
        .one_product()
        .table(
            "interventions",
            "process,indicator,amount,unit
             make,pm2.5-to-air,1,kg PM2.5
             make,pm10-to-air,2,kg PM10",
        )
        .factors("test", &[], &format!("{HEAD}\n{rows}"));
    assert_eq!(case.price(&[]).field("good", "gap"), "18", "without a group both count");
    let case = case.file(
        "shelf/factors/test/exclusive.csv",
        "group,rank,indicator\npm-size,1,pm2.5-to-air\npm-size,2,pm10-to-air\n",
    );
    let prices = case.price(&[]);
    assert_eq!(prices.field("good", "gap"), "10");
    assert_eq!(prices.product("good")["coverage"]["excluded"]["pm10-to-air"], "pm2.5-to-air");
    assert_eq!(prices.indicator("good", "pm10-to-air")["excluded_amount"], 2.0);
    // Alone it counts; of another subject it is another thing.
    let alone = case.table("interventions", "process,indicator,amount,unit\nmake,pm10-to-air,2,kg PM10");
    assert_eq!(alone.price(&[]).field("good", "gap"), "8");
    let apart = alone.table(
        "interventions",
        "process,indicator,amount,unit,subject
         make,pm2.5-to-air,1,kg PM2.5,boiler
         make,pm10-to-air,2,kg PM10,lorry",
    );
    assert_eq!(apart.price(&[]).field("good", "gap"), "18");
}

#[test]
fn rule_8_wage_gap_or_income_gap_of_one_person() {
    let case = |subjects: [&str; 2]| {
        Case::new()
            .one_product()
            .table(
                "interventions",
                &format!(
                    "process,indicator,amount,unit,subject
                     make,wage-gap-below-living,1,EUR2024,{}
                     make,living-income-gap,1,EUR2024,{}",
                    subjects[0], subjects[1]
                ),
            )
            .price(&["--factors", "true-price-2025"])
            .field("good", "gap")
    };
    assert_eq!(case(["", ""]), "1.03");
    assert_eq!(case(["pickers", "smallholders"]), "2.06");
}

#[test]
fn rule_9_negative_factors_stay_negative() {
    let case = climate(&[], "climate-change,,-0.5,,kg CO2-eq,,,global,,r,primary");
    let prices = case.price(&[]);
    assert_eq!(prices.cost("good", "climate-change"), "-1");
    assert_eq!((prices.field("good", "benefits"), prices.field("good", "gap")), ("1".into(), "0".into()));
    let uptake = climate(&[], "climate-change,,0.5,,kg CO2-eq,,,global,,r,primary")
        .table("interventions", "process,indicator,amount,unit\nmake,climate-change,-2,kg CO2-eq");
    assert_eq!(uptake.price(&[]).field("good", "benefits"), "1");
}

/// Two burdens and a declared offset; something is paid.
fn burdens_and_benefits() -> Case {
    let rows = "climate-change,0.5,1,2,kg CO2-eq,,,global,,r,primary
                carbon-offset,1,1,1,kg CO2-eq,,,global,,r,primary
                acidification,1,3,4,kg SO2-eq,,,global,,r,primary";
    Case::new()
        .one_product()
        .table(
            "interventions",
            "process,indicator,amount,unit
             make,climate-change,2,kg CO2-eq
             make,carbon-offset,5,kg CO2-eq
             make,acidification,1,kg SO2-eq",
        )
        .table(
            "paid",
            "process,indicator,amount,currency,year,source
             make,climate-change,1.5,EUR,2024,tax
             make,acidification,7,EUR,2024,fee",
        )
        .factors("test", &[], &format!("{HEAD}\n{rows}"))
}

#[test]
fn rule_10_a_benefit_does_not_cancel_a_violation() {
    let case = burdens_and_benefits();
    let prices = case.price(&[]);
    let field = |name: &str| prices.field("good", name);
    // external 2 + 3, paid 1.5 and 7: internalised 1.5 + 3, overpaid 4, benefit 5, gap 0.5.
    assert_eq!(
        ["external_cost", "internalised", "overpaid", "benefits", "gap"].map(field),
        ["5", "4.5", "4", "5", "0.5"]
    );
    // Each bound has its own cap: lower external 1 + 1, internalised 1 + 1; upper 4 + 4, internalised 1.5 + 4.
    let gap = &prices.product("good")["gap"];
    assert_eq!([&gap["lower"], &gap["upper"]], ["0", "2.5"]);
    // With netting: 2 - 1.5 - 5 + 3 - 7.
    let netted = case.price(&["--netting"]);
    assert_eq!(netted.field("good", "gap"), "-8.5");
    assert_holds(&netted.0["lineage"]["choices"]["netting"].to_string(), &["on"]);
}

#[test]
fn rule_10_payments_are_carried_up_and_capped_once() {
    // The farm pays 3 for what costs 1; the mill causes 4 and pays nothing: capped on the product, 3 of 5 is paid.
    let case = Case::new()
        .table("products", "id,name,unit\nflour,Flour,kg\nwheat,Wheat,kg")
        .table("processes", "id,product,amount,unit,region\nfarm,wheat,1,kg,FR\nmill,flour,1,kg,NL")
        .table("inputs", "process,product,amount,unit\nmill,wheat,1,kg")
        .table(
            "interventions",
            "process,indicator,amount,unit
             farm,climate-change,1,kg CO2-eq
             mill,climate-change,4,kg CO2-eq",
        )
        .table("paid", "process,indicator,amount,currency,year,source\nfarm,climate-change,3,EUR,2024,tax")
        .factors("test", &[], &format!("{HEAD}\nclimate-change,,1,,kg CO2-eq,,,global,,r,primary"));
    let prices = case.price(&[]);
    assert_eq!(
        (prices.field("flour", "internalised"), prices.field("flour", "gap")),
        ("3".into(), "2".into())
    );
    assert_eq!(
        (prices.field("wheat", "internalised"), prices.field("wheat", "overpaid")),
        ("1".into(), "2".into())
    );
}

#[test]
fn rule_11_the_factor_belongs_to_the_place_of_the_process() {
    let rows = "climate-change,,1,,kg CO2-eq,FR,,global,,r,primary
                climate-change,,10,,kg CO2-eq,NL,,global,,r,primary";
    let case = Case::new()
        .table("products", "id,name,unit\nflour,Flour,kg\nwheat,Wheat,kg\nfood,Food,kg")
        .table(
            "processes",
            "id,product,amount,unit,region
             farm,wheat,1,kg,FR
             mill,flour,2,kg,NL
             table,food,1,kg,origin",
        )
        .table("inputs", "process,product,amount,unit\nmill,wheat,3,kg")
        .table(
            "interventions",
            "process,indicator,amount,unit
             farm,climate-change,1,kg CO2-eq
             mill,climate-change,1,kg CO2-eq
             table,climate-change,1,kg CO2-eq",
        )
        .factors("test", &[], &format!("{HEAD}\n{rows}"));
    let prices = case.price(&[]);
    // 1.5 kg of wheat at 1 and half an activity of the mill at 10.
    assert_eq!(prices.cost("flour", "climate-change"), "6.5");
    // A published footprint of `origin` is valued where the line comes from; nobody said, so only the world would do.
    assert_eq!(prices.cost("food", "climate-change"), "null");
    assert_eq!(case.price(&["--origin", "NL"]).cost("food", "climate-change"), "10");
}

#[test]
fn rule_12_money_is_rounded_once() {
    // A third of 0.1 twice: 0.0333... + 0.0333... is born as one amount, 0.066666666667, not as two.
    let case = Case::new()
        .table("products", "id,name,unit\ngood,Good,kg\npart,Part,kg")
        .table("processes", "id,product,amount,unit,region\nmake,good,3,kg,NL\nsub,part,3,kg,NL")
        .table("inputs", "process,product,amount,unit\nmake,part,3,kg")
        .table(
            "interventions",
            "process,indicator,amount,unit
             make,climate-change,1,kg CO2-eq
             sub,climate-change,1,kg CO2-eq",
        )
        .factors("test", &[], &format!("{HEAD}\nclimate-change,,0.1,,kg CO2-eq,,,global,,r,primary"));
    assert_eq!(case.price(&[]).field("good", "gap"), "0.066666666667");
    // Too much is an error, never a wrap.
    let case = climate(&[], "climate-change,,1e15,,kg CO2-eq,,,global,,r,primary");
    assert_holds(&case.refused(&[]), &["overflow"]);
}
