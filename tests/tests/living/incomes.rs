//! Living incomes of households.

use std::collections::BTreeMap;
use std::path::Path;

use truecost_tests::{repository, run};

use super::{Coop, FOUR, households};

#[test]
fn a_living_income_by_hand() {
    let coop = Coop::farm(&[("households", &households(&FOUR))]);
    let tables = coop.tables(&["fairtrade", "income", ".", "--share", "0.75"]);
    let column = |table: &str, column: &str| -> Vec<String> {
        tables[table].iter().map(|row| row[column].clone()).collect()
    };
    assert_eq!(column("households", "living_income"), ["24000", "24000", "10000", "24000"]);
    assert_eq!(column("households", "gap"), ["4000", "0", "9000", "1000"]);
    // 4000/400, 0, 9000/0.3, 1000/400: per the unit of the row.
    assert_eq!(column("households", "rise"), ["10", "0", "30000", "2.5"]);
    // On average 4000 - 1000 + 9000 + 1000 over 1,400 kg = 9.285…; of the rises 0, 2.5, 10, 30 the third; all.
    assert_eq!(column("prices", "aim"), ["on average", "75 %", "all"]);
    assert_eq!(column("prices", "rise"), ["9.29", "10", "30"]);
    assert_eq!(column("prices", "households_at_living_income"), ["2", "3", "4"]);
    assert_eq!(column("prices", "gap_left"), ["6497", "6000", "0"]); // 4000-3716 + 9000-2787; 9000-3000
    // 14,000 over 1,400 kg.
    assert_eq!(column("products", "gap_per_unit"), ["10"]);
    assert_eq!(coop.price()["social"], "10.3");
}

#[test]
fn nothing_sold_closes_nothing() {
    let coop = Coop::farm(&[("households", &households(&["a,,li,2024,2,3,20000,no,coffee,0,kg,"]))]);
    let tables = coop.tables(&["fairtrade", "income", "."]);
    assert!(tables["prices"].iter().all(|row| row["rise"] == "null"));
    assert_eq!(tables["households"][0]["rise"], "null");
    let text = coop.run(&["fairtrade", "income", "."]).stdout;
    assert!(text.contains("no price closes the gap"), "{text}");
}

#[test]
fn a_premium_counts_once() {
    let with = |paid: &str, households: &str| {
        let paid = format!(
            "process,indicator,amount,currency,year,source\nfarm,living-income-gap,{paid},EUR,2024,fund\n"
        );
        Coop::farm(&[("households", households), ("paid", &paid)])
    };
    // 10.3 a kilogram; `paid` is for the 10 kg of the process.
    let four = households(&FOUR);
    let amounts =
        |coop: &Coop| ["internalised", "overpaid", "gap"].map(|column| coop.price()[column].clone());
    assert_eq!(amounts(&with("40", &four)), ["4", "0", "6.3"]);
    assert_eq!(amounts(&with("500", &four)), ["10.3", "39.7", "0"]);
    // Of those who got it, the gap is smaller already.
    let included = households(&[FOUR[0], &FOUR[3].replace(",no,", ",yes,")]);
    let told = "error[contradiction] ./households.csv:3:premium_included: the premium is in the income of `d`, and \
                ./paid.csv:2 says that `farm` pays for what is lacking: it would count twice";
    assert_eq!(with("40", &included).problems(&["price", "."]), [told]);
    let silent = households(&[FOUR[0], &FOUR[3].replace(",no,", ",,")]);
    let problems = with("40", &silent).problems(&["price", "."]);
    assert!(
        problems[0].starts_with("error[missing-value] ./households.csv:3:premium_included"),
        "{problems:?}"
    );
}

#[test]
fn what_a_household_sells_is_a_weight_a_volume_or_a_count() {
    let ask = |unit: &str| {
        let row = format!("a,,li,2024,2,3,20000,no,coffee,400,{unit},");
        Coop::new(&[("households", &households(&[&row]))]).run(&["fairtrade", "income", "."])
    };
    for unit in ["kg", "[lb_av]", "L", "box"] {
        assert_eq!(ask(unit).code, 0, "{unit}: {}", ask(unit).stderr);
    }
    for unit in ["kg/ha", "kg / ha", "kg per acre", "h", "ha", "km"] {
        let answer = ask(unit);
        let said =
            format!("error[wrong-dimension] ./households.csv:2:unit: `{unit}` is no unit of a quantity");
        assert!(answer.code == 1 && answer.stderr.starts_with(&said), "{unit}: {}", answer.stderr);
    }
}

#[test]
fn benchmarks_fit_the_scale_of_equivalence_they_state() {
    let path = repository().join("datasets/fairtrade/living-income-benchmarks/benchmarks.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), 134);
    for row in &rows {
        let [size, adults, stated] =
            ["household_size", "adults", "equivalence"].map(|column| row[column].parse::<f64>().unwrap());
        let computed = 1.0 + 0.5 * (adults - 1.0) + 0.3 * (size - adults);
        assert!((computed - stated).abs() < 1e-9, "{}", row["id"]);
    }
    let listed = run(Path::new("."), &["fairtrade", "benchmarks", "--country", "UG", "--format", "csv"]);
    assert_eq!(listed.stdout.lines().count(), 2, "{}", listed.stdout);
    let other = run(Path::new("."), &["fairtrade", "benchmarks", "--country", "Uganda"]);
    assert!(other.stderr.contains("did you mean `UG`?"), "{}", other.stderr);
}
