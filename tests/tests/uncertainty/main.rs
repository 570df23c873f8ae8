//! Monte Carlo against closed forms, and against a program that draws the same numbers in its own way.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod beside;

use serde_json::Value;
use truecost_tests::{Case, Prices, assert_holds, auditor};

const FACTOR: &str = "indicator,lower,central,upper,unit,transfer,source,verification
                      climate-change,,0.1,,kg CO2-eq,global,report,primary";
const SAMPLES: usize = 4000;

/// A product `good` whose process causes so much.
fn one(columns: &str, row: &str) -> Case {
    Case::new()
        .one_product()
        .table(
            "interventions",
            &format!("process,indicator,amount,unit,{columns}\nmake,climate-change,{row}"),
        )
        .factors("test", &[], FACTOR)
}

fn sampled(case: &Case, more: &[&str]) -> Prices {
    let samples = SAMPLES.to_string();
    let mut arguments = vec!["--samples", &samples, "--seed", "7"];
    arguments.extend(more);
    case.price(&arguments)
}

fn measure<'a>(prices: &'a Prices, product: &str, measure: &str) -> &'a Value {
    let products = prices.0["uncertainty"]["products"].as_array().unwrap();
    &products.iter().find(|p| p["product"] == product).unwrap()["measures"][measure]
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Mean and variance within four standard errors of what they are in closed form; `kurtosis` is that over the normal one.
#[track_caller]
fn assert_moments(found: &Value, mean: f64, variance: f64, kurtosis: f64) {
    let n = number(&found["samples"]);
    let (own_mean, sd) = (number(&found["mean"]), number(&found["sd"]));
    assert!((own_mean - mean).abs() < 4.0 * (variance / n).sqrt(), "mean {own_mean}, not {mean}");
    let error = variance * ((kurtosis + 2.0) / n).sqrt();
    assert!((sd * sd - variance).abs() < 4.0 * error, "variance {}, not {variance}", sd * sd);
    assert!((number(&found["standard_error"]) - sd / n.sqrt()).abs() < 1e-12 * sd);
}

/// The percentile lies where its share of the draws would be, within four standard errors: √(p (1 - p) / n) / density.
#[track_caller]
fn assert_percentile(found: &Value, p: f64, expected: f64, density: f64) {
    let value = number(&found["percentiles"][p.to_string()]);
    let error = (p / 100.0 * (1.0 - p / 100.0) / SAMPLES as f64).sqrt() / density;
    assert!((value - expected).abs() < 4.0 * error, "percentile {p} is {value}, not {expected}");
}

/// Moments of a lognormal with this median and sd of the logarithm.
#[track_caller]
fn assert_lognormal(found: &Value, median: f64, sigma: f64) {
    let s = (sigma * sigma).exp();
    let (mean, variance) = (median * s.sqrt(), median * median * s * (s - 1.0));
    assert_moments(found, mean, variance, s.powi(4) + 2.0 * s.powi(3) + 3.0 * s * s - 6.0);
    let quantile = median * (1.959_963_984_540_054 * sigma).exp();
    let density = 0.058_445 / (sigma * quantile); // that of the normal at 1.96
    assert_percentile(found, 97.5, quantile, density);
    assert_percentile(found, 50.0, median, 0.398_942 / (sigma * median));
}

#[test]
fn a_lognormal_has_its_amount_as_the_median() {
    let prices = sampled(&one("distribution,scale", "2,kg CO2-eq,lognormal,0.4"), &[]);
    let found = measure(&prices, "good", "gap");
    assert!((number(&found["central"]) - 0.2).abs() < 1e-12);
    assert_lognormal(found, 0.2, 0.4);
    assert_lognormal(measure(&prices, "good", "climate-change"), 0.2, 0.4);
    // A negative amount is drawn by its size: what it saves.
    let prices = sampled(&one("distribution,scale", "-2,kg CO2-eq,2,0.4"), &[]);
    let found = measure(&prices, "good", "climate-change");
    let s = 0.16_f64.exp();
    assert_moments(
        found,
        -0.2 * s.sqrt(),
        0.04 * s * (s - 1.0),
        s.powi(4) + 2.0 * s.powi(3) + 3.0 * s * s - 6.0,
    );
    assert!(number(&measure(&prices, "good", "external_cost")["mean"]).abs() < 1e-300);
}

#[test]
fn lognormals_along_a_chain_multiply() {
    // Bread takes flour, mill takes wheat, all lognormal: the variances of the logarithms add up.
    let case = Case::new()
        .table("products", "id,name,unit\nbread,Bread,kg\nflour,Flour,kg\nwheat,Wheat,kg")
        .table("processes", "id,product,amount,unit,region\nbake,bread,1,kg,NL\nfarm,wheat,1,kg,NL\nmill,flour,2,kg,NL")
        .table(
            "inputs",
            "process,product,amount,unit,distribution,scale\nbake,flour,0.8,kg,lognormal,0.2\nmill,wheat,2.5,kg,lognormal,0.1",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit,distribution,scale\nfarm,climate-change,3,kg CO2-eq,lognormal,0.3",
        )
        .factors("test", &[], FACTOR);
    let prices = sampled(&case, &[]);
    assert_lognormal(measure(&prices, "bread", "gap"), 0.8 * 1.25 * 0.3, 0.14_f64.sqrt());
    assert_lognormal(measure(&prices, "flour", "gap"), 1.25 * 0.3, 0.1_f64.sqrt());
    assert_eq!(prices.0["uncertainty"]["drawn"]["inputs"], 2);
}

#[test]
fn normal_uniform_and_triangular_by_their_closed_forms() {
    let prices = sampled(&one("distribution,scale", "5,kg CO2-eq,normal,0.5"), &[]);
    assert_moments(measure(&prices, "good", "gap"), 0.5, 0.0025, 0.0);
    let prices = sampled(&one("distribution,minimum,maximum", "2,kg CO2-eq,uniform,1,3"), &[]);
    let found = measure(&prices, "good", "gap");
    assert_moments(found, 0.2, 0.04 / 12.0, -1.2);
    assert_percentile(found, 25.0, 0.15, 5.0);
    let prices = sampled(&one("distribution,minimum,maximum", "2,kg CO2-eq,5,1,4"), &[]);
    let found = measure(&prices, "good", "gap");
    // (1 + 4 + 16 - 2 - 4 - 8) / 18; the median is 4 - √(3 · 2 / 2).
    assert_moments(found, 0.7 / 3.0, 0.07 / 18.0, -0.6);
    assert_percentile(found, 50.0, 0.1 * (4.0 - 3.0_f64.sqrt()), 10.0 * 2.0 * 3.0_f64.sqrt() / 6.0);
}

#[test]
fn limits_cut_a_distribution_off() {
    // A normal cut at its middle: a half-normal, mean m + s √(2/π), variance s² (1 - 2/π), excess kurtosis 0.8692.
    let prices = sampled(&one("distribution,scale,minimum", "5,kg CO2-eq,normal,0.5,5"), &[]);
    let found = measure(&prices, "good", "gap");
    let pi = std::f64::consts::PI;
    assert_moments(found, 0.5 + 0.05 * (2.0 / pi).sqrt(), 0.0025 * (1.0 - 2.0 / pi), 0.8692);
}

#[test]
fn factors_of_a_set_go_from_low_to_high_together() {
    let factors = "indicator,lower,central,upper,unit,transfer,source,verification
                   acidification,1,2,6,kg SO2-eq,global,report,primary
                   climate-change,0.1,0.3,0.4,kg CO2-eq,global,report,primary";
    let case = Case::new()
        .one_product()
        .table(
            "interventions",
            "process,indicator,amount,unit\nmake,acidification,1,kg SO2-eq\nmake,climate-change,10,kg CO2-eq",
        )
        .factors("test", &[], factors);
    let prices = sampled(&case, &["--percentiles", "0,50,100"]);
    // 2 at the low end, 5 in the middle, 10 at the high end; two uniforms of equal weight: mean 3.5 and 7.5.
    let found = measure(&prices, "good", "gap");
    let mean = 5.5;
    let second = ((4.0 + 10.0 + 25.0) + (25.0 + 50.0 + 100.0)) / 6.0;
    let n = SAMPLES as f64;
    let variance = second - mean * mean;
    assert!((number(&found["mean"]) - mean).abs() < 4.0 * (variance / n).sqrt());
    let at = |p: &str| number(&found["percentiles"][p]);
    assert!((2.0..2.02).contains(&at("0")) && (9.96..=10.0).contains(&at("100")), "{found}");
    assert!((at("50") - 5.0).abs() < 4.0 * 0.5 / n.sqrt() * 10.0);
    assert_eq!(prices.0["uncertainty"]["drawn"]["factors"], 2);
    // Alone they vary; with data alone nothing does.
    let prices = sampled(&case, &["--vary", "data"]);
    assert!(number(&measure(&prices, "good", "gap")["sd"]).abs() < 1e-300);
}

/// A loop of three with all kinds of distributions, factors with a range, and a credit.
fn knot() -> Case {
    Case::new()
        .table("products", "id,name,unit\ncar,Car,kg\npower,Power,kg\nsteel,Steel,kg")
        .table(
            "processes",
            "id,product,amount,unit,region,distribution,scale,minimum,maximum
             forge,steel,10,kg,NL,lognormal,0.05,,
             plant,car,1,kg,NL,,,,
             station,power,100,kg,NL,normal,3,90,115",
        )
        .table(
            "inputs",
            "process,product,amount,unit,distribution,loc,scale,shape,minimum,maximum
             forge,power,25,kg,lognormal,,0.2,,15,40
             forge,steel,0.5,kg,uniform,,,,0.2,0.8
             plant,power,2,kg,weibull,1,1.2,2,,
             plant,steel,-0.1,kg,lognormal,,0.3,,,
             station,car,0.4,kg,triangular,,,,0.1,1
             station,steel,3,kg,generalized_extreme_value,2.9,0.2,,,",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit,distribution,scale,minimum,maximum
             forge,climate-change,18,kg CO2-eq,lognormal,0.3,,
             plant,acidification,0.5,kg SO2-eq,bernoulli,,,
             plant,climate-change,3,kg CO2-eq,discrete_uniform,,1,6
             station,climate-change,50,kg CO2-eq,none,,,",
        )
        .factors(
            "test",
            &[],
            "indicator,lower,central,upper,unit,transfer,source,verification
             acidification,1,2,6,kg SO2-eq,global,report,primary
             climate-change,0.05,0.1,0.4,kg CO2-eq,global,report,primary",
        )
}

#[test]
fn another_program_draws_the_same() {
    let case = knot();
    let seed = "12345678901234567890";
    let out = case.path().join("out");
    let answer =
        case.run("price", &["--samples", "300", "--seed", seed, "--draws", "--out", out.to_str().unwrap()]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let (dataset, factors) = (case.path().join("data"), case.path().join("shelf/factors/test"));
    let arguments = [dataset.to_str().unwrap(), factors.to_str().unwrap(), seed, "300"];
    let Some(text) = auditor("uncertainty.py", &arguments) else { return };
    let expected: Value = serde_json::from_str(&text).unwrap();
    let found = case.price(&["--samples", "300", "--seed", seed]);
    for product in ["car", "power", "steel"] {
        let mut draws: Vec<f64> =
            expected[product].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
        let gap = measure(&found, product, "gap");
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        assert!((number(&gap["mean"]) - mean).abs() < 1e-8 * mean, "{product}: {gap}, not {mean}");
        draws.sort_by(f64::total_cmp);
        let median = f64::midpoint(draws[draws.len() / 2 - 1], draws[draws.len() / 2]);
        assert!(
            (number(&gap["percentiles"]["50"]) - median).abs() < 1e-8 * median,
            "{product}: {gap}, not {median}"
        );
        assert_eq!(number(&gap["samples"]) as usize, draws.len());
    }
}

#[test]
fn samples_without_files_have_the_table_of_those_with() {
    // Without files no breakdown is made: prices, coverage and samples are the same.
    let case = knot();
    let out = case.path().join("out");
    let arguments = ["--samples", "20", "--seed", "3"];
    let with = case.run("price", &[&arguments[..], &["--out", out.to_str().unwrap()]].concat());
    let without = case.run("price", &arguments);
    assert_eq!((with.code, without.code), (0, 0), "{}", with.stderr);
    assert!(with.stdout.starts_with(&without.stdout), "{}\n{}", with.stdout, without.stdout);
    assert!(std::fs::metadata(out.join("breakdown.parquet")).unwrap().len() > 0);
}

#[test]
fn more_rows_change_no_other_draw() {
    let small = one("distribution,scale", "2,kg CO2-eq,lognormal,0.4");
    let first = sampled(&small, &[]);
    let more = small
        .table("products", "id,name,unit\nanother,Another,kg\ngood,Good,kg")
        .table("processes", "id,product,amount,unit,region\na,another,1,kg,NL\nmake,good,1,kg,NL")
        .table(
            "interventions",
            "process,indicator,amount,unit,distribution,scale
             a,climate-change,9,kg CO2-eq,lognormal,0.1
             make,acidification,1,kg SO2-eq,lognormal,0.5
             make,climate-change,2,kg CO2-eq,lognormal,0.4",
        );
    let second = sampled(&more, &[]);
    assert_eq!(measure(&first, "good", "climate-change"), measure(&second, "good", "climate-change"));
    // Another seed does.
    let third = more.price(&["--samples", "4000", "--seed", "8"]);
    assert_ne!(measure(&first, "good", "climate-change"), measure(&third, "good", "climate-change"));
}

fn two(rows: &str) -> Case {
    Case::new()
        .table("products", "id,name,unit\na,A,kg\nb,B,kg\nshared,Shared,kg")
        .table(
            "processes",
            "id,product,amount,unit,region\nof-a,a,1,kg,NL\nof-b,b,1,kg,NL\nof-s,shared,1,kg,NL",
        )
        .table("inputs", "process,product,amount,unit\nof-a,shared,1.01,kg\nof-b,shared,1,kg")
        .table("interventions", &format!("process,indicator,amount,unit,distribution,scale{rows}"))
        .factors("test", &[], FACTOR)
}

#[test]
fn what_products_share_cancels() {
    let case = two("\nof-s,climate-change,10,kg CO2-eq,lognormal,1");
    let prices = sampled(&case, &["--versus", "a", "b", "--versus", "b", "a"]);
    let pairs = prices.0["uncertainty"]["comparisons"].as_array().unwrap();
    assert_eq!(
        (number(&pairs[0]["probability_a_above_b"]), number(&pairs[1]["probability_a_above_b"])),
        (1.0, 0.0)
    );
    // The difference is a hundredth of what is shared: its spread is that of the whole / 101.
    let whole = number(&measure(&prices, "a", "gap")["sd"]);
    let difference = number(&pairs[0]["difference"]["sd"]);
    assert!((difference - whole / 101.0).abs() < 1e-6 * whole, "{difference} of {whole}");
}

#[test]
fn how_likely_one_is_above_the_other() {
    // ln a - ln b is normal with mean ln(3 / 2.5) and variance 0.3² + 0.4²: Φ(0.182322 / 0.5) = 0.642311.
    let case = Case::new()
        .table("products", "id,name,unit\na,A,kg\nb,B,kg")
        .table("processes", "id,product,amount,unit,region\nof-a,a,1,kg,NL\nof-b,b,1,kg,NL")
        .table(
            "interventions",
            "process,indicator,amount,unit,distribution,scale
             of-a,climate-change,3,kg CO2-eq,lognormal,0.3
             of-b,climate-change,2.5,kg CO2-eq,lognormal,0.4",
        )
        .factors("test", &[], FACTOR);
    let prices = sampled(&case, &[]);
    let pair = &prices.0["uncertainty"]["comparisons"][0];
    let (p, expected) = (number(&pair["probability_a_above_b"]), 0.642_311);
    let error = (expected * (1.0 - expected) / SAMPLES as f64).sqrt();
    assert!((p - expected).abs() < 4.0 * error, "{p}");
    assert!((number(&pair["standard_error"]) - error).abs() < 0.1 * error);
    let refused = case.refused(&["--samples", "10", "--versus", "a", "c"]);
    assert_holds(&refused, &["error[not-found]: `c` was not sampled"]);
    let refused = case.refused(&["--samples", "10", "--versus", "a", "a@NL"]);
    assert_holds(&refused, &["error[bad-value]: `a` and `a@NL` are the same product"]);
}

#[test]
fn draws_without_a_solution_are_counted() {
    // A plant takes 0.5 of its own product, lognormal with sd 1: it takes 1 or more with the probability 1 - Φ(ln 2).
    let case = Case::new()
        .table("products", "id,name,unit\na,A,kg\nb,B,kg")
        .table("processes", "id,product,amount,unit,region\nof-a,a,1,kg,NL\nof-b,b,1,kg,NL")
        .table(
            "inputs",
            "process,product,amount,unit,distribution,scale\nof-a,b,1,kg,,\nof-b,a,0.5,kg,lognormal,1",
        )
        .table("interventions", "process,indicator,amount,unit\nof-a,climate-change,1,kg CO2-eq")
        .factors("test", &[], FACTOR);
    let prices = sampled(&case, &[]);
    let uncertainty = &prices.0["uncertainty"];
    let (failed, n) = (number(&uncertainty["samples_without_solution"]), SAMPLES as f64);
    let p: f64 = 0.244_105;
    assert!((failed - n * p).abs() < 4.0 * (n * p * (1.0 - p)).sqrt(), "{failed}");
    assert!((number(&measure(&prices, "a", "gap")["samples"]) - (n - failed)).abs() < 0.5);
    let answer = case.run("price", &["--samples", "100"]);
    assert_holds(&answer.stdout, &["of 100 samples have no solution that makes sense"]);
}

#[test]
fn drawn_outputs_divide_the_burden_anew() {
    // Two products by mass, one amount drawn: shares are 1 / (1 + x) and x / (1 + x), per kg 1 / (1 + x) of each.
    let case = Case::new()
        .table("products", "id,name,unit\nmain,Main,kg\nside,Side,kg")
        .table(
            "processes",
            "id,product,amount,unit,region,allocation,distribution,minimum,maximum
             p,main,1,kg,NL,physical:mass_kg,,,
             p,side,2,kg,NL,physical:mass_kg,uniform,1,3",
        )
        .table("interventions", "process,indicator,amount,unit\np,climate-change,12,kg CO2-eq")
        .factors("test", &[], FACTOR);
    let prices = sampled(&case, &["--percentiles", "0,50,100"]);
    for product in ["main", "side"] {
        let found = measure(&prices, product, "gap");
        let at = |p: &str| number(&found["percentiles"][p]);
        assert!((0.3..0.3005).contains(&at("0")) && (0.5995..=0.6).contains(&at("100")), "{found}");
        // The mean of 1.2 / (1 + x) over 1 to 3 is 0.6 ln 2; its variance 0.36 - (0.6 ln 2)² · … by the second moment 0.18.
        let mean = 0.6 * std::f64::consts::LN_2;
        let variance = 1.44 * 0.125 - mean * mean;
        assert!((number(&found["mean"]) - mean).abs() < 4.0 * (variance / SAMPLES as f64).sqrt(), "{found}");
    }
}

#[test]
fn a_pedigree_is_a_variance() {
    // Factors 1.2, 1.02, 1.1, 1.01, 1.2 and a basic variance of 0.04: sigma² = 0.04 + sum of (ln f / 2)².
    let sum: f64 = [1.2_f64, 1.02, 1.1, 1.01, 1.2].iter().map(|f| (f.ln() / 2.0).powi(2)).sum();
    let prices = sampled(&one("pedigree,basic_variance", "2,kg CO2-eq,4;2;3;2;3,0.04"), &[]);
    assert_lognormal(measure(&prices, "good", "gap"), 0.2, (0.04 + sum).sqrt());
    // A scale that is stated is the whole of it.
    let stated = sampled(&one("distribution,scale,pedigree", "2,kg CO2-eq,lognormal,0.4,4;2;3;2;3"), &[]);
    let plain = sampled(&one("distribution,scale", "2,kg CO2-eq,lognormal,0.4"), &[]);
    assert_eq!(measure(&stated, "good", "gap"), measure(&plain, "good", "gap"));
}

#[test]
fn what_is_no_distribution_is_refused_all_at_once() {
    let case = Case::new()
        .one_product()
        .table(
            "interventions",
            "process,indicator,amount,unit,subject,distribution,loc,scale,shape,minimum,maximum,pedigree
             make,climate-change,1,kg CO2-eq,a,gamma,,1,1,,,
             make,climate-change,1,kg CO2-eq,b,lognormal,,-1,,,,
             make,climate-change,1,kg CO2-eq,c,uniform,,,,2,1,
             make,climate-change,1,kg CO2-eq,d,triangular,9,,,0,2,
             make,climate-change,0,kg CO2-eq,e,lognormal,,1,,,,
             make,climate-change,1,kg CO2-eq,f,,,0.1,,,,
             make,climate-change,1,kg CO2-eq,g,,,,,,,1;2;3
             make,climate-change,1,kg CO2-eq,h,lognormal,,0.1,,5,6,
             make,climate-change,1,kg CO2-eq,i,weibull,,1,,,,
             make,climate-change,,kg CO2-eq,j,normal,,1,,,,
             make,climate-change,1,kg CO2-eq,k,lognorm,,1,,,,",
        )
        .factors("test", &[], FACTOR);
    assert_holds(
        &case.refused(&[]),
        &[
            "draws of `gamma` (9) are not made",
            "`scale` of a lognormal distribution is -1, and must be greater than 0",
            "`minimum` 2 is not below `maximum` 1",
            "the mode 9 lies outside of 0 to 2",
            "the amount is 0, and has no logarithm",
            "scale is stated, and `distribution` is not",
            "`1;2;3` are not scores of a pedigree",
            "less than a billionth of this lognormal distribution lies between 5 and 6",
            "a weibull distribution needs `shape`",
            "an amount that is not stated has a distribution",
            "`lognorm` is not a distribution",
            "11 errors",
        ],
    );
}

#[test]
fn who_would_be_misled_is_told() {
    let answer =
        one("distribution,loc,scale", "2,kg CO2-eq,lognormal,0,0.4").run("price", &["--samples", "10"]);
    assert_holds(
        &answer.stderr,
        &["warning[contradiction]", "the amount is 2, the median of its distribution is 1"],
    );
    let sure = Case::new()
        .one_product()
        .table("interventions", "process,indicator,amount,unit\nmake,climate-change,1,kg CO2-eq")
        .factors("test", &[], FACTOR);
    assert_holds(&sure.run("price", &["--samples", "10"]).stderr, &["nothing is drawn"]);
}

/// What is stated stands beside percentiles that it does not lie in: the table says so.
#[test]
fn amounts_outside_of_their_own_percentiles_are_told() {
    let table = |row: &str, more: &[&str]| {
        let all = [&["--samples", "200", "--seed", "7"], more].concat();
        one("distribution,loc,scale", row).run("price", &all).stdout
    };
    // e^0 = 1 is the median: 95 of 100 draws are from 0.82 to 1.22, and 2 is stated.
    let text = "caution: the gap as stated of good lies outside 2.5 % to 97.5 % of its own samples";
    let found = table("2,kg CO2-eq,lognormal,0,0.1", &[]);
    assert!(found.contains(text), "{found}");
    // The median of its own distribution is never told; nor is anything by few samples or one percentile.
    let quiet = [
        table("1,kg CO2-eq,lognormal,0,0.1", &[]),
        table("2,kg CO2-eq,lognormal,0,0.1", &["--percentiles", "50"]),
        one("distribution,loc,scale", "2,kg CO2-eq,lognormal,0,0.1")
            .run("price", &["--samples", "20"])
            .stdout,
    ];
    for found in quiet {
        assert!(found.contains("samples, seed") && !found.contains("its own samples"), "{found}");
    }
}
