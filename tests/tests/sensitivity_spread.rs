//! What makes a result unsure: spreads of data against closed forms and against samples.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::Value;
use truecost_tests::{Case, assert_holds, repository, run};

const FACTOR: &str = "indicator,central,unit,transfer,source,verification
                      climate-change,0.1,kg CO2-eq,global,report,primary";
const SAMPLES: f64 = 20_000.0;

#[track_caller]
fn close(found: f64, expected: f64, part: f64) {
    assert!((found - expected).abs() <= part * expected.abs(), "{found} is not {expected}");
}

fn number(value: &Value, field: &str) -> f64 {
    value[field].as_f64().unwrap_or_else(|| panic!("no {field} in {value}"))
}

fn answer(case: &Case, more: &[&str]) -> Value {
    let mut arguments = vec!["good", "--top", "0", "--format", "json"];
    arguments.extend(more);
    let answer = case.run("sensitivity", &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    serde_json::from_str(&answer.stdout).unwrap()
}

fn row<'a>(answer: &'a Value, table: &str, item: &str) -> &'a Value {
    let rows = answer["rows"].as_array().unwrap();
    let is_it = |row: &&Value| row["table"] == table && row["item"] == item;
    rows.iter().find(is_it).unwrap_or_else(|| panic!("no {table} {item} in {rows:?}"))
}

/// The sampled standard deviation of the gap. `kurtosis` is over the normal one.
#[track_caller]
fn assert_sampled(case: &Case, deviation: f64, kurtosis: f64) {
    let prices = case.price(&["--product", "good", "--samples", "20000", "--seed", "11"]);
    let found = prices.0["uncertainty"]["products"][0]["measures"]["gap"]["sd"].as_f64().unwrap();
    // Of a standard deviation: half of that of the variance.
    let error = 0.5 * ((kurtosis + 2.0) / SAMPLES).sqrt();
    assert!((found / deviation - 1.0).abs() < 4.0 * error, "sampled {found}, to first order {deviation}");
}

/// `good` takes `part`, which takes `ore`: lognormals with these sigmas of the logarithm.
fn chain(sigmas: [f64; 3]) -> Case {
    let [good, part, ore] = sigmas;
    Case::new()
        .table("products", "id,name,unit\ngood,Good,kg\nore,Ore,kg\npart,Part,kg")
        .table(
            "processes",
            "id,product,amount,unit,region\nmake,good,1,kg,NL\nmine,ore,1,kg,NL\nsmelt,part,2,kg,NL",
        )
        .table(
            "inputs",
            &format!(
                "process,product,amount,unit,distribution,scale
                 make,part,0.8,kg,lognormal,{good}
                 smelt,ore,2500,g,lognormal,{part}"
            ),
        )
        .table(
            "interventions",
            &format!(
                "process,indicator,amount,unit,distribution,scale
                 mine,climate-change,3,kg CO2-eq,lognormal,{ore}"
            ),
        )
        .factors("test", &[], FACTOR)
}

#[test]
fn shares_of_a_product_of_lognormals_are_those_of_its_logarithm() {
    // ln y is the sum of the logarithms: its variance is divided as sigma².
    let sigmas = [0.01, 0.03, 0.02];
    let case = chain(sigmas);
    let found = answer(&case, &[]);
    let whole: f64 = sigmas.iter().map(|s| s * s).sum();
    let value = 0.8 * 1.25 * 0.3;
    let rows = [
        row(&found, "inputs", "part"),
        row(&found, "inputs", "ore"),
        row(&found, "interventions", "climate-change"),
    ];
    for (row, sigma) in rows.iter().zip(sigmas) {
        close(number(row, "elasticity"), 1.0, 1e-12);
        let s = (sigma * sigma).exp();
        close(number(row, "relative_deviation"), (s * (s - 1.0)).sqrt(), 1e-12);
        close(
            number(row, "standard_deviation"),
            number(row, "amount") * number(row, "relative_deviation"),
            1e-12,
        );
        close(number(row, "spread"), value * number(row, "relative_deviation"), 1e-12);
        close(number(row, "share_of_variance"), sigma * sigma / whole, 2e-3);
        assert_eq!(row["distribution"], "lognormal");
    }
    let shares: f64 = rows.iter().map(|row| number(row, "share_of_variance")).sum();
    close(shares, 1.0, 1e-12);
    // The whole is a lognormal with the variances added up.
    let s = whole.exp();
    close(number(&found, "standard_deviation"), value * (s * (s - 1.0)).sqrt(), 1e-3);
    assert_sampled(&case, number(&found, "standard_deviation"), 0.1);
}

#[test]
fn the_widest_datum_comes_first_though_another_moves_more() {
    let case = chain([0.01, 0.3, 0.05]);
    let items = |by: &[&str]| -> Vec<(String, String)> {
        let found = answer(&case, by);
        let rows = found["rows"].as_array().unwrap();
        rows.iter().map(|row| (row["ranked_by"].to_string(), row["item"].to_string())).collect()
    };
    let both = items(&[]);
    let unsure = items(&["--by", "uncertainty"]);
    assert_eq!(both[..3], unsure);
    let ranked: Vec<&str> = unsure.iter().map(|(_, item)| item.as_str()).collect();
    assert_eq!(ranked, ["\"ore\"", "\"climate-change\"", "\"part\""]);
    // By effect all data stand in one list.
    let effect = items(&["--by", "effect"]);
    assert_eq!(effect.len(), both.len());
    assert!(effect.iter().all(|(by, _)| by == "\"elasticity\""), "{effect:?}");
    let text = case.run("sensitivity", &["good", "--top", "1"]).stdout;
    assert_holds(
        &text,
        &[
            "by spread, |derivative| x standard deviation in EUR: 3 data whose range is known, the first 1 shown",
            "by |elasticity|: 4 data whose range nobody states, the first 1 shown",
            "   +/-  elasticity",
            "standard deviation, to first order: ",
            "; 3 data with a known range, all else taken as sure",
        ],
    );
    let text = case.run("sensitivity", &["good", "--by", "effect"]).stdout;
    assert_holds(&text, &["by |elasticity|: 7 data\n", "  spread   share"]);
}

#[test]
fn sums_of_independent_data_are_exact() {
    // Costs of 0.1 a kilogram: normal 4 ± 0.5, even from 1 to 3, triangle 1, 2, 4. A result that is linear has no higher order.
    let case = Case::new()
        .one_product()
        .table(
            "interventions",
            "process,indicator,subject,amount,unit,distribution,loc,scale,minimum,maximum
             make,climate-change,a,4,kg CO2-eq,normal,,0.5,,
             make,climate-change,b,2000,g CO2-eq,uniform,,,1000,3000
             make,climate-change,c,2,kg CO2-eq,triangular,,,1,4
             make,climate-change,d,9,kg CO2-eq,none,,,,",
        )
        .factors("test", &[], FACTOR);
    let found = answer(&case, &["--by", "uncertainty"]);
    let variances = [0.25, 4.0 / 12.0, 7.0 / 18.0];
    let whole: f64 = variances.iter().sum();
    close(number(&found, "standard_deviation"), 0.1 * whole.sqrt(), 1e-12);
    for (subject, variance) in ["a", "b", "c"].iter().zip(variances) {
        let row = row(&found, "interventions", &format!("climate-change {subject}"));
        close(number(row, "share_of_variance"), variance / whole, 1e-12);
    }
    assert_eq!(found["unsure"], 3);
    assert_sampled(&case, 0.1 * whole.sqrt(), -0.3);
}

#[test]
fn factors_of_a_set_are_unsure_together() {
    // 1 kg at 1 to 2 to 6 and 10 kg at 0.1 to 0.3 to 0.4: 2, 5, 10 on straight lines. Benefits are high when costs are.
    let case = Case::new()
        .one_product()
        .table(
            "interventions",
            "process,indicator,amount,unit\nmake,acidification,1,kg SO2-eq\nmake,climate-change,10,kg CO2-eq",
        )
        .factors(
            "test",
            &[],
            "indicator,lower,central,upper,unit,transfer,source,verification
             acidification,1,2,6,kg SO2-eq,global,report,primary
             climate-change,0.1,0.3,0.4,kg CO2-eq,global,report,primary",
        );
    let found = answer(&case, &["--of", "gap"]);
    let mean = (2.0 + 2.0 * 5.0 + 10.0) / 4.0;
    let variance: f64 = ((4.0 + 10.0 + 25.0) + (25.0 + 50.0 + 100.0)) / 6.0 - mean * mean;
    close(number(&found, "standard_deviation"), variance.sqrt(), 1e-12);
    let (acid, climate) = (row(&found, "factors", "acidification"), row(&found, "factors", "climate-change"));
    assert_eq!(acid["distribution"], "range");
    close(number(acid, "share_of_variance") + number(climate, "share_of_variance"), 1.0, 1e-12);
    // Alone: 1, 2, 6 has the mean 2.75 and the mean square (7 + 52) / 6. Drawn apart the two would have less between them.
    let alone = |row: &Value| number(row, "spread").powi(2);
    close(alone(acid), 59.0 / 6.0 - 2.75 * 2.75, 1e-12);
    assert!(alone(acid) + alone(climate) < 0.8 * variance);
    assert_sampled(&case, variance.sqrt(), -0.8);
}

#[test]
fn a_published_chain_with_published_ranges() {
    // All that is unsure is the factors, and no cost comes near a cap: the first order is all there is.
    let coffee = repository().join("datasets/supply/coffee");
    let valued = ["--factors", "ce-delft-2024", "--outside", "as_is", "--format", "json"];
    let found = |arguments: &[&str]| -> Value {
        let answer = run(&repository(), &[arguments, &valued].concat());
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        serde_json::from_str(&answer.stdout).unwrap()
    };
    let data = coffee.to_str().unwrap();
    let predicted = found(&["sensitivity", data, "coffee-pack", "--top", "0", "--by", "uncertainty"]);
    let sampled = found(&["price", data, "--product", "coffee-pack", "--samples", "20000", "--seed", "3"]);
    let sampled = &sampled["uncertainty"]["products"][0]["measures"]["true_price"];
    // A sum of two flat pieces has thin tails: the error is below that of a normal.
    close(number(&predicted, "standard_deviation"), number(sampled, "sd"), 4.0 / (2.0 * SAMPLES).sqrt());
    let shares = predicted["rows"].as_array().unwrap().iter().map(|row| number(row, "share_of_variance"));
    close(shares.sum(), 1.0, 1e-12);
}

/// A loop with a co-product whose shares hang on an amount that is unsure, and narrow spreads of all kinds of data.
fn dairy() -> Case {
    Case::new()
        .table("products", "id,name,unit\ngood,Cheese,kg\nfeed,Feed,kg\nmilk,Milk,kg\nwhey,Whey,kg")
        .table(
            "processes",
            "id,product,amount,unit,region,allocation,distribution,scale
             dairy,good,10,kg,NL,physical:mass_kg,lognormal,0.03
             dairy,whey,20,kg,NL,physical:mass_kg,,
             farm,milk,100,kg,NL,,lognormal,0.02
             mill,feed,1,kg,NL,,,",
        )
        .table(
            "inputs",
            "process,product,amount,unit,distribution,scale,minimum,maximum
             dairy,milk,100,kg,lognormal,0.01,,
             farm,feed,30,kg,normal,0.9,,
             mill,whey,0.1,kg,triangular,,0.08,0.12",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit,distribution,scale
             farm,climate-change,90,kg CO2-eq,lognormal,0.03
             mill,climate-change,0.5,kg CO2-eq,lognormal,0.05",
        )
        .factors(
            "test",
            &[],
            "indicator,lower,central,upper,unit,transfer,source,verification
             climate-change,0.098,0.1,0.103,kg CO2-eq,global,report,primary",
        )
}

#[test]
fn narrow_spreads_through_loops_and_allocation_are_what_samples_say() {
    let case = dairy();
    let found = answer(&case, &[]);
    assert_eq!(found["unsure"], 8);
    // First order against all orders: what is left out is of the size of a spread, some percent of the deviation squared.
    assert_sampled(&case, number(&found, "standard_deviation"), 0.2);
    let output = row(&found, "processes", "good");
    assert!(number(output, "share_of_variance") > 0.05, "{output}");
}

#[test]
fn what_is_sure_has_no_spread() {
    let case = Case::new()
        .one_product()
        .table(
            "interventions",
            "process,indicator,amount,unit,distribution,scale\nmake,climate-change,2,kg CO2-eq,none,",
        )
        .factors("test", &[], FACTOR);
    let found = answer(&case, &[]);
    assert!(found["standard_deviation"].is_null() && found["unsure"] == 0);
    assert!(row(&found, "interventions", "climate-change")["share_of_variance"].is_null());
    assert_holds(
        &case.run("sensitivity", &["good"]).stdout,
        &["by |elasticity|: 3 data whose range nobody states\n"],
    );
    let text = case.run("sensitivity", &["good", "--by", "uncertainty"]).stdout;
    assert_holds(&text, &["nobody states how far any datum that moves it may be off"]);
    let wrong = case.run("sensitivity", &["good", "--by", "size"]);
    assert_eq!(wrong.code, 2);
    assert_holds(&wrong.stderr, &["[possible values: effect, uncertainty]"]);
}

/// One product that causes 2 kg CO2-eq in NL and, through `part`, 3 kg in DE, where the factors are from.
fn two_places(settings: &[(&str, &str)], rows: &str) -> Case {
    let head = "indicator,lower,central,upper,unit,region,emission_year,transfer,source,verification";
    Case::new()
        .table("products", "id,name,unit\ngood,Good,kg\npart,Part,kg")
        .table("processes", "id,product,amount,unit,region\nmake,good,1,kg,NL\nsmelt,part,1,kg,DE")
        .table("inputs", "process,product,amount,unit\nmake,part,1,kg")
        .table(
            "interventions",
            "process,indicator,amount,unit\nmake,climate-change,2,kg CO2-eq\nsmelt,climate-change,3,kg CO2-eq",
        )
        .factors("test", settings, &format!("{head}\n{rows}"))
        .file(
            "shelf/reference/gdp/manifest.toml",
            "kind = \"income\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"world\"\n\
             licence = { name = \"CC0-1.0\", redistribute = true }\n",
        )
        .file(
            "shelf/reference/gdp/income.csv",
            "region,year,value,source,verification\nDE,2024,64000,made up,unverified\nNL,2024,16000,made up,unverified\n",
        )
}

/// Straight from `lower` over `central` to `upper`, half of the draws on each side.
fn of_range([lower, central, upper]: [f64; 3]) -> f64 {
    let (below, above) = (central - lower, upper - central);
    ((below.powi(2) + above.powi(2)) / 6.0 - (above - below).powi(2) / 16.0).sqrt()
}

/// The gap has this range, and all its doubt comes from the factors of one set. Gives the rows of the factors.
#[track_caller]
fn assert_range(case: &Case, more: &[&str], gap: [f64; 3]) -> Vec<Value> {
    let found = answer(case, &[&["--of", "gap", "--by", "uncertainty"], more].concat());
    close(number(&found, "standard_deviation"), of_range(gap), 1e-9);
    let rows = found["rows"].as_array().unwrap().clone();
    close(rows.iter().map(|row| number(row, "share_of_variance")).sum(), 1.0, 1e-12);
    for row in &rows {
        let spread = number(row, "derivative").abs() * number(row, "standard_deviation");
        close(spread, number(row, "spread"), 1e-12);
    }
    let sampled = case.price(&[&["--product", "good", "--samples", "20000", "--seed", "11"], more].concat());
    let sampled = sampled.0["uncertainty"]["products"][0]["measures"]["gap"]["sd"].as_f64().unwrap();
    // Flat pieces have thin tails: the error is below that of a normal.
    close(sampled, of_range(gap), 4.0 / (2.0 * SAMPLES).sqrt());
    rows
}

#[test]
fn the_band_of_an_income_transfer_is_part_of_the_range() {
    // NL has a quarter of the income: its factor is the German one times 1/4 to 1/2 to 1.
    let income = "{ region = \"DE\", elasticity = { lower = \"1\", central = \"0.5\", upper = \"0\" } }";
    let settings = [("valid_in", "[\"DE\"]"), ("income", income)];
    let transfer = ["--outside", "transfer"];
    let one = two_places(&settings, "climate-change,0.4,0.8,1,kg CO2-eq,,,income,r,primary");
    let gap = [2.0 * 0.1 + 3.0 * 0.4, 2.0 * 0.4 + 3.0 * 0.8, 2.0 * 1.0 + 3.0 * 1.0];
    let rows = assert_range(&one, &transfer, gap);
    // One row for both places: its deviation is what brings that of the result by the slope.
    close(number(&rows[0], "derivative"), 2.0 * 0.5 + 3.0, 1e-12);
    // A factor without a range of its own has one where it is moved.
    let sure = two_places(&settings, "climate-change,,0.8,,kg CO2-eq,,,income,r,primary");
    assert_range(&sure, &transfer, [2.0 * 0.2 + 2.4, 2.0 * 0.4 + 2.4, 2.0 * 0.8 + 2.4]);
}

#[test]
fn a_path_between_two_years_has_the_range_that_is_read_off_it() {
    let rows = "climate-change,1,2,4,kg CO2-eq,,2020,global,r,primary
                climate-change,2,8,9,kg CO2-eq,,2030,global,r,primary";
    let of = |interpolation: &str, central: [f64; 3]| {
        let case = two_places(&[("interpolation", interpolation)], rows);
        let found = assert_range(&case, &["--emission-year", "2025"], central.map(|factor| 5.0 * factor));
        assert_eq!(found.len(), 2);
    };
    of("\"linear\"", [1.5, 5.0, 6.5]);
    of("\"geometric\"", [2_f64.sqrt(), 4.0, 6.0]);
}

#[test]
fn a_factor_with_one_bound_has_half_a_range() {
    let case = two_places(&[], "climate-change,0.5,2,,kg CO2-eq,,,global,r,primary");
    assert_range(&case, &[], [2.5, 10.0, 10.0]);
}
