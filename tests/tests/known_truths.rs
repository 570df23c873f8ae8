//! Published results, recomputed by the engine. Their figures were not made by us.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use truecost_tests::{Case, assert_holds, run};

/// CE Delft, Environmental Prices Handbook 2024 EU27, Table 9: the production of a tonne of polystyrene.
/// Indicator, amount with its unit, the factor as Table 7 prints it, printed score in EUR2021. Of the two
/// tables Table 9 prints some factors with a digit more or less. Its line for NO2 is left out here.
const TABLE_9: &[(&str, &str, &str, &str, &str)] = &[
    ("climate-change", "3812", "kg CO2-eq", "0.13", "495.56"),
    ("ozone-depletion", "0.0001", "kg CFC-11-eq", "29.1", "0"),
    ("ionising-radiation", "0.7", "kBq Co-60-eq", "0.00422", "0"),
    ("photochemical-oxidants-health", "6.4", "kg NOx-eq", "1.86", "11.87"),
    ("photochemical-oxidants-ecosystems", "7", "kg NOx-eq", "0.416", "2.91"),
    ("particulate-matter", "3", "kg PM2.5-eq", "84.7", "251.23"),
    ("acidification", "9.2", "kg SO2-eq", "5.28", "48.36"),
    ("freshwater-eutrophication", "0.1", "kg P-eq", "3.74", "0.37"),
    ("marine-eutrophication", "0.02", "kg N-eq", "14.25", "0.29"),
    ("terrestrial-ecotoxicity", "2457", "kg 1,4-DCB-eq", "0.00064", "1.58"),
    ("freshwater-ecotoxicity", "1.7", "kg 1,4-DCB-eq", "0.0209", "0.04"),
    ("marine-ecotoxicity", "3.5", "kg 1,4-DCB-eq", "0.0032", "0.01"),
    ("human-toxicity-cancer", "19.9", "kg 1,4-DCB-eq", "3.99", "79.48"),
    ("human-toxicity-noncancer", "78.7", "kg 1,4-DCB-eq", "0.071", "5.55"),
    ("land-use", "6", "m2.a crop-eq", "0.099", "0.59"),
    ("mineral-scarcity", "0.7", "kg Cu-eq", "0.0140", "0.01"),
    ("fossil-scarcity", "1897", "kg oil-eq", "0.028", "52.34"),
    ("water-use", "65", "m3", "0.407", "26.43"),
];

/// Half of the last digit that was printed: a figure stands for all that round to it.
fn half_digit(text: &str) -> f64 {
    let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    0.5 * 10_f64.powi(-i32::try_from(decimals).unwrap())
}

fn value(text: &str) -> f64 {
    text.parse().unwrap()
}

#[test]
fn ce_delft_table_9_line_by_line() {
    let rows: String = TABLE_9
        .iter()
        .map(|(id, amount, unit, ..)| format!("polymerise,{id},{amount},\"{unit}\",ReCiPe 2016 H\n"))
        .collect();
    let case = Case::new()
        .table("products", "id,name,unit\npolystyrene,Polystyrene,t")
        .table("processes", "id,product,amount,unit,region\npolymerise,polystyrene,1,t,NL")
        .table("interventions", &format!("process,indicator,amount,unit,method\n{rows}"));
    let prices = case.price(&["--factors", "ce-delft-2024", "--year", "2021"]);
    let (mut sum, mut slacks) = (0.0, 0.0);
    for (id, amount, _, factor, printed) in TABLE_9 {
        let cost = value(&prices.cost("polystyrene", id));
        // The true amount, factor and score lie within half a digit of what is printed, and so must ours.
        let slack = half_digit(amount) * (value(factor) + half_digit(factor))
            + half_digit(factor) * value(amount)
            + half_digit("0.00");
        assert!((cost - value(printed)).abs() <= slack, "{id}: {cost} is not {printed} within {slack}");
        sum += value(printed);
        slacks += slack;
    }
    // The printed total, 1009, holds a line that is not in the table of midpoints: 32.06 for NO2.
    let total = value(&prices.field("polystyrene", "gap"));
    assert!((total - sum).abs() < slacks, "{total} against the printed lines, {sum}");
    assert!((sum + 32.06 - 1009.0).abs() < 0.5);
}

/// US EPA, Report on the Social Cost of Greenhouse Gases (2023), CO2 in USD2020 per tonne at 2 %:
/// the annual table is linear between the decades, and rounded to a dollar.
const EPA_CO2: &[(i32, f64)] = &[(2020, 193.0), (2025, 212.0), (2030, 230.0), (2040, 267.0), (2050, 308.0)];

#[test]
fn epa_years_between_two_decades() {
    let case = Case::new()
        .table("products", "id,name,unit\ngas,Gas,t")
        .table("processes", "id,product,amount,unit,region\nburn,gas,1,t,US")
        .table("interventions", "process,indicator,amount,unit\nburn,co2-to-air,1,t CO2")
        .factors(
            "test",
            &[
                ("currency", "\"USD\""),
                ("price_year", "2020"),
                ("index", "\"us-cpi-u\""),
                ("interpolation", "\"linear\""),
            ],
            "indicator,emission_year,central,unit,transfer,source,verification
             co2-to-air,2020,193,t CO2,global,EPA 2023,primary
             co2-to-air,2030,230,t CO2,global,EPA 2023,primary
             co2-to-air,2040,267,t CO2,global,EPA 2023,primary
             co2-to-air,2050,308,t CO2,global,EPA 2023,primary",
        );
    for (year, published) in EPA_CO2 {
        let at = |set: &str| {
            let year = year.to_string();
            let flags = ["--factors", set, "--currency", "USD", "--year", "2020", "--emission-year", &year];
            value(&case.price(&flags).cost("gas", "co2-to-air"))
        };
        assert!((at("epa-scghg-2023") - published).abs() < 1e-9, "{year}: the table itself");
        assert!((at("test") - published).abs() <= 1.0, "{year}: between the decades, within a dollar");
    }
}

/// EPFL, coffee production of the cup `Ristretto Le Klee`: amount, factor and cost in CHF. The factors
/// are calculated back from amount and cost, so this proves the way through the engine, not the factors.
const EPFL: &[(&str, &str, &str, &str, &str)] = &[
    ("marine-ecotoxicity", ".0050538945", "kg 1,4-DCB-eq", "0.0021838898055746908", "1.1037148677e-5"),
    ("marine-eutrophication", ".00022565412", "kg N-eq", "16.666527515650944", "0.0037608706"),
    ("mineral-scarcity", ".000217233198", "kg Cu-eq", "0.2563196970013764", "5.568114749e-5"),
    ("ozone-depletion", "4.974207e-7", "kg CFC-11-eq", "66.55116836512835", "3.3103928754e-5"),
    ("acidification", ".00024881581569", "kg SO2-eq", "5.540183583094479", "0.0013784852973"),
    ("terrestrial-ecotoxicity", ".16550865128", "kg 1,4-DCB-eq", "0.0003448247043500408", "5.7071471745e-5"),
    ("scarce-water-use", ".0058577128256", "m3", "1.52872285595236", "0.0089548194801"),
    ("accident-fatal", "6.8292717e-12", "incident", "3620659.3966674367", "2.4726466753e-5"),
    ("accident-nonfatal-insured", "2.7871182e-9", "incident", "4264.332171129305", "1.1885197805e-5"),
    ("accident-nonfatal-uninsured", "3.27383993e-9", "incident", "4413.7562131817485", "1.4449931332e-5"),
    ("no-social-security", "5.29276553734e-6", "FTE", "2689.6326939232645", "0.0142355952305"),
    ("wage-gap-below-living", ".0201418280943", "CHF2023", "1.0899999999956806", "0.0219545926227"),
];

#[test]
fn epfl_cup_as_a_round_trip() {
    let rows: String =
        EPFL.iter().map(|(id, amount, unit, ..)| format!("cup,{id},{amount},\"{unit}\"\n")).collect();
    let factors: String = EPFL
        .iter()
        .map(|(id, _, unit, factor, _)| {
            let unit = if unit.starts_with("CHF") { "money" } else { unit };
            format!("{id},{factor},\"{unit}\",global,EPFL,primary\n")
        })
        .collect();
    let case = Case::new()
        .table("products", "id,name,unit\nristretto,Ristretto,cup")
        .table("processes", "id,product,amount,unit,region\ncup,ristretto,1,cup,CH")
        .table(
            "interventions",
            &format!(
                "process,indicator,amount,unit\n{rows}cup,photochemical-oxidants-health,.0002010959,kg NOx-eq"
            ),
        )
        .factors(
            "test",
            &[("currency", "\"CHF\""), ("price_year", "2023")],
            &format!("indicator,central,unit,transfer,source,verification\n{factors}"),
        );
    let prices = case.price(&["--currency", "CHF", "--year", "2023"]);
    for (id, .., cost) in EPFL {
        let found = value(&prices.cost("ristretto", id));
        assert!((found - value(cost)).abs() <= 1e-12 + 1e-9 * value(cost), "{id}: {found} is not {cost}");
    }
    // The source says "No factor available" here and adds 0: we say unpriced.
    assert_eq!(prices.cost("ristretto", "photochemical-oxidants-health"), "null");
    let sum: f64 = EPFL.iter().map(|(.., cost)| value(cost)).sum();
    assert!((value(&prices.field("ristretto", "gap")) - sum).abs() < 1e-10);
}

#[test]
fn miller_and_blair_through_the_command() {
    // A = [[0.15, 0.25], [0.20, 0.05]]: column 1 of (I - A)^-1 is (0.95, 0.20) / 0.7575.
    let case = Case::new()
        .table("products", "id,name,unit\nfarming,Farming,kg\nindustry,Industry,kg")
        .table("processes", "id,product,amount,unit,region\nfarm,farming,100,kg,US\nplant,industry,100,kg,US")
        .table(
            "inputs",
            "process,product,amount,unit
             farm,farming,15,kg
             farm,industry,20,kg
             plant,farming,25,kg
             plant,industry,5,kg",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit
             farm,climate-change,100,kg CO2-eq
             plant,acidification,100,kg SO2-eq",
        )
        .factors(
            "test",
            &[],
            "indicator,central,unit,transfer,source,verification
             climate-change,1,kg CO2-eq,global,r,primary
             acidification,1,kg SO2-eq,global,r,primary",
        );
    let prices = case.price(&[]);
    // 0.95 / 0.7575 and 0.20 / 0.7575, to twelve decimals.
    assert_eq!(prices.cost("farming", "climate-change"), "1.254125412541");
    assert_eq!(prices.cost("farming", "acidification"), "0.264026402640".trim_end_matches('0'));
    // Stages and regions: the parts add up to the whole, and `explain` names both processes.
    let text = case.run("explain", &["farming", "--indicator", "climate-change"]).stdout;
    assert_holds(&text, &["1.254125412541", "interventions.csv:2", "inputs.csv:2"]);
}

#[test]
fn units_and_currencies_there_and_back() {
    let pound = |amount: &str, unit: &str| {
        Case::new()
            .one_product()
            .table("interventions", "process,indicator,amount,unit\nmake,climate-change,1,kg CO2-eq")
            .table(
                "prices",
                &format!(
                    "product,amount,currency,unit,date,vat,source\ngood,{amount},EUR,{unit},2024,included,s"
                ),
            )
            .price(&["--factors", "true-price-2025"])
            .product("good")["market_price"]["amount"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    // An international pound is 0.45359237 kg, an ounce a sixteenth of it, a US gallon no mass.
    assert_eq!(pound("0.45359237", "lb"), "1");
    assert_eq!(pound("0.028349523125", "[oz_av]"), "1");
    assert_eq!(pound("0.001", "g"), "1");
    assert_eq!(pound("1000", "t"), "1");
    // 1.0824 USD per EUR in 2024 (ECB): there and back is 1 again.
    let money = |currency: &str, amount: &str, target: &str| {
        Case::new()
            .one_product()
            .table("interventions", "process,indicator,amount,unit\nmake,climate-change,1,kg CO2-eq")
            .table("prices", &format!("product,amount,currency,unit,date,vat,source\ngood,{amount},{currency},kg,2024,included,s"))
            .price(&["--factors", "epa-scghg-2023", "--currency", target])
            .product("good")["market_price"]["amount"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let dollars = money("EUR", "1", "USD");
    assert!((value(&dollars) - 1.0824).abs() < 5e-5, "{dollars}");
    assert_eq!(money("USD", &dollars, "EUR"), "1");
}

#[test]
fn compare_says_what_a_kilogram_costs_in_every_set() {
    let here = std::path::Path::new(".");
    let answer =
        run(here, &["factors", "compare", "climate-change", "--year", "2024", "--emission-year", "2025"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    // True Price v4: 0.312 EUR2024. CE Delft: between 130 (2021) and 188 (2030) EUR2021 per tonne, x 126.07 / 107.78.
    let row = |set: &str| answer.stdout.lines().find(|line| line.starts_with(set)).unwrap().to_owned();
    assert_holds(&row("true-price-2025"), &["0.312"]);
    let delft = 0.130 * (188.0_f64 / 130.0).powf(4.0 / 9.0) * 126.07 / 107.78;
    assert_holds(&row("ce-delft-2024"), &[&format!("{delft:.6}")]);
    assert_holds(&row("epa-scghg-2023:discount-2.0"), &["USD2020"]);
    assert_holds(&row("uba-2025:prtp-0"), &["EUR2025"]);
}
