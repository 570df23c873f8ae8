//! Derivatives of a published input-output model: with its own total requirements and intensities, for every coefficient.
//!
//! The data folder is named by `TRUECOST_DATA`; without it this test is skipped by name.

use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;
use truecost_tests::imported::{imported, public_data};
use truecost_tests::run;

#[test]
fn a_coefficient_moves_a_footprint_by_intensity_times_requirement() {
    let Some(model) = public_data("useeio-v1.2") else { return };
    let matrix = |name: &str| -> Vec<Vec<f64>> {
        serde_json::from_str(&fs::read_to_string(model.join("matrix").join(name)).unwrap()).unwrap()
    };
    let list = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(model.join(name)).unwrap();
        let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        rows.iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
    };
    let folder = TempDir::new().unwrap();
    imported(folder.path(), &["useeio", model.to_str().unwrap(), "--price-year", "2013"], "us");
    let (sectors, indicators) = (list("sectors.json"), list("indicators.json"));
    let climate = indicators.iter().position(|code| code == "GCC").unwrap();
    let intensity = &matrix("U.json")[climate];
    let required = matrix("L.json");
    let product = sectors.iter().position(|code| code == "325310").unwrap();
    let valuing = ["--factors", "true-price-2025", "--currency", "USD", "--year", "2024"];
    let asked = ["sensitivity", "us", "325310-US", "--of", "climate-change", "--top", "0", "--format", "csv"];
    let answer = run(folder.path(), &[&asked[..], &valuing[..]].concat());
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let place: BTreeMap<String, usize> =
        sectors.iter().enumerate().map(|(at, code)| (format!("{code}-US"), at)).collect();
    let mut reader = csv::Reader::from_reader(answer.stdout.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|own| own == name).unwrap();
    let [table, process, item, derivative] = ["table", "process", "item", "derivative"].map(column);
    let mut compared: BTreeMap<String, usize> = BTreeMap::new();
    for row in reader.records() {
        let row = row.unwrap();
        let runs = required[place[&row[process]]][product];
        let expected = match &row[table] {
            // What supplier i adds per dollar, as often as sector j runs.
            "inputs" => intensity[place[row[item].split(' ').next().unwrap()]] * runs,
            "interventions" => runs,
            _ => continue,
        };
        let found: f64 = row[derivative].parse().unwrap();
        let scale = intensity[product] * required[product][product];
        assert!((found - expected).abs() <= 1e-9 * expected.abs() + 1e-13 * scale, "{row:?} {expected}");
        *compared.entry(row[table].to_owned()).or_default() += 1;
    }
    assert!(compared["inputs"] > 79_000 && compared["interventions"] > 300, "{compared:?}");
}
