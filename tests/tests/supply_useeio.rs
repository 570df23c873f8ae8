//! USEEIO models: the published total intensities, a model by hand, and files that are not as they should be.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::imported::{imported, public_data, supply, totals};
use truecost_tests::{repository, run};

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn matrix(path: &Path) -> Vec<Vec<f64>> {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Our id of an indicator of the model.
fn ours(code: &str) -> String {
    match code {
        "GCC" => "climate-change".to_owned(),
        "LAND" => "land-occupation".to_owned(),
        other => format!("useeio-{}", other.to_lowercase()),
    }
}

fn products(model: &Path) -> Vec<String> {
    let sectors = json(&model.join("sectors.json"));
    let id = |sector: &Value| format!("{}-US", sector["code"].as_str().unwrap());
    sectors.as_array().unwrap().iter().map(id).collect()
}

#[test]
fn footprints_are_the_published_total_intensities() {
    let Some(model) = public_data("useeio-v1.2") else { return };
    let folder = TempDir::new().unwrap();
    let path = model.to_str().unwrap();
    let told = imported(folder.path(), &["useeio", path, "--price-year", "2013"], "us");
    assert!(told.starts_with("read 159856 numbers\n"), "{told}");
    let found = totals(&folder.path().join("us"));
    let (products, published) = (products(&model), matrix(&model.join("matrix/U.json")));
    let indicators = json(&model.join("indicators.json"));
    let mut compared = 0;
    for (row, indicator) in published.iter().zip(indicators.as_array().unwrap()) {
        let id = ours(indicator["code"].as_str().unwrap());
        let largest = row.iter().fold(0.0_f64, |max, value| max.max(value.abs()));
        for (published, product) in row.iter().zip(&products) {
            let found = found[&(product.clone(), id.clone())];
            let error = (found - published).abs();
            assert!(error <= 1e-9 * published.abs() + 1e-13 * largest, "{product} {id}: {found} {published}");
            compared += 1;
        }
    }
    assert_eq!(compared, 24 * 388);
}

#[test]
fn flows_characterised_by_the_models_own_factors_give_its_own_indicators() {
    let Some(model) = public_data("useeio-v1.2") else { return };
    let folder = TempDir::new().unwrap();
    let (flows, factors) = (json(&model.join("flows.json")), matrix(&model.join("matrix/C.json")));
    let indicators = json(&model.join("indicators.json"));
    let row_of = |code: &str| {
        indicators.as_array().unwrap().iter().position(|indicator| indicator["code"] == code).unwrap()
    };
    // The model's factors of climate change, and of water under a name of ours that counts cubic metres.
    let rows =
        [("GCC", "climate-change", "kg CO2-eq", "IPCC AR4 GWP100"), ("WATR", "water-withdrawal", "m3", "")];
    let mut table = csv::Writer::from_path(folder.path().join("factors.csv")).unwrap();
    table.write_record(["flow", "flow_unit", "indicator", "factor", "unit", "method", "source"]).unwrap();
    for (code, indicator, unit, method) in rows {
        for (flow, factor) in flows.as_array().unwrap().iter().zip(&factors[row_of(code)]) {
            if *factor != 0.0 {
                let (id, flow_unit) = (flow["id"].as_str().unwrap(), flow["unit"].as_str().unwrap());
                let factor = factor.to_string();
                table.write_record([id, flow_unit, indicator, &factor, unit, method, "C.json"]).unwrap();
            }
        }
    }
    table.flush().unwrap();
    let arguments = [
        "useeio",
        model.to_str().unwrap(),
        "--price-year",
        "2013",
        "--as",
        "flows",
        "--characterisation",
        "factors.csv",
    ];
    let told = imported(folder.path(), &[&arguments[..], &["--leave-others"]].concat(), "us");
    assert!(told.contains("left out: flows that the table of characterisation does not have"), "{told}");
    let found = totals(&folder.path().join("us"));
    let published = matrix(&model.join("matrix/U.json"));
    for (code, indicator, ..) in rows {
        for (published, product) in published[row_of(code)].iter().zip(products(&model)) {
            let found = found[&(product.clone(), indicator.to_owned())];
            assert!(
                (found - published).abs() <= 1e-9 * published.abs(),
                "{product} {indicator}: {found} {published}"
            );
        }
    }
    let (supply, _) = supply(&folder.path().join("us"));
    let methods: Vec<&str> = supply.interventions.profiles().iter().map(|profile| &*profile.method).collect();
    assert_eq!(methods, ["IPCC AR4 GWP100", ""]);
}

#[test]
fn all_flows_are_kept_as_indicators_of_their_own() {
    let Some(model) = public_data("useeio-v1.2") else { return };
    let folder = TempDir::new().unwrap();
    let arguments = ["useeio", model.to_str().unwrap(), "--price-year", "2013", "--as", "flows"];
    imported(folder.path(), &arguments, "us");
    let (found, _) = supply(&folder.path().join("us"));
    let causes = matrix(&model.join("matrix/B.json"));
    let used = causes.iter().filter(|row| row.iter().any(|cell| *cell != 0.0)).count();
    // Fifteen kinds of occupied land are one indicator.
    let distinct: std::collections::BTreeSet<&str> =
        found.interventions.profiles().iter().map(|profile| &*profile.indicator).collect();
    assert!(distinct.contains("co2-to-air") && distinct.contains("land-occupation"));
    assert!(distinct.len() <= used && distinct.len() >= used - 14, "{} {used}", distinct.len());
    // Carbon dioxide of a dollar of power, as the matrix has it.
    let flows = json(&model.join("flows.json"));
    let flow = flows
        .as_array()
        .unwrap()
        .iter()
        .position(|f| f["id"] == "air/unspecified/carbon dioxide/kg")
        .unwrap();
    let sector = products(&model).iter().position(|product| product == "221100-US").unwrap();
    let rows = found.interventions.rows_of("221100-US");
    let row = rows.clone().find(|row| &*found.interventions.profile(*row).indicator == "co2-to-air").unwrap();
    assert_eq!(found.interventions.amount(row).map(f64::to_bits), Some(causes[flow][sector].to_bits()));
}

/// A copy of the small model of the guide.
fn model() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let model = folder.path().join("model");
    fs::create_dir_all(model.join("matrix")).unwrap();
    let original = repository().join("docs/guide/supply/model");
    for name in
        ["sectors.json", "indicators.json", "flows.json", "matrix/A.json", "matrix/B.json", "matrix/C.json"]
    {
        fs::copy(original.join(name), model.join(name)).unwrap();
    }
    (folder, model)
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-14 * expected.abs(), "{found} {expected}");
}

#[test]
fn a_model_by_hand() {
    let (folder, model) = model();
    let told = imported(folder.path(), &["useeio", "model", "--price-year", "2020"], "out");
    // Four numbers of A, six of C times B; A has one zero, C times B one.
    assert_eq!(told.lines().next(), Some("read 10 numbers"), "{told}");
    // Jobs are kept, for all that the model publishes comes back; they are no burden, and never priced.
    let note = "note: `Employment`: kept as the model has them; they are no burdens, and no factor set that is built in prices them";
    assert!(told.contains(note), "{told}");
    for set in ["true-price-2025", "ce-delft-2024", "uba-2025", "epa-scghg-2023"] {
        let more = [
            "--factors",
            set,
            "--currency",
            "USD",
            "--year",
            "2021",
            "--outside",
            "as_is",
            "--format",
            "json",
        ];
        let answer = run(folder.path(), &[&["price", "out"][..], &more].concat());
        let value: Value =
            serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.stderr));
        let coverage = &value["products"][0]["coverage"];
        assert_eq!(coverage["unpriced"]["useeio-jobs"], "the set has no factor for it", "{set}");
    }
    let totals_of = |out: &str| totals(&folder.path().join(out));
    let found = totals_of("out");
    let total = |product: &str, indicator: &str| found[&(product.to_owned(), indicator.to_owned())];
    // y1 = 0.5 + 0.1 y1 + 0.2 y2, y2 = 0.1 + 0.3 y1: y1 (0.9 - 0.06) = 0.52.
    close(total("11-US", "climate-change"), 0.52 / 0.84);
    close(total("31-US-IA", "climate-change"), 0.1 + 0.3 * 0.52 / 0.84);
    close(total("11-US", "land-occupation"), 2.0 / 0.84);
    close(total("31-US-IA", "useeio-jobs"), 2e-5 + 0.3 * (1e-5 + 0.2 * 2e-5) / 0.84);
    // D is taken where there is one; that it is not C times B is said.
    fs::write(model.join("matrix/D.json"), "[[1, 0.1], [2, 0], [0.00001, 0.00002]]").unwrap();
    let told = imported(folder.path(), &["useeio", "model", "--price-year", "2020"], "direct");
    assert!(
        told.contains("note: D is not C times B: it differs by up to 5.0e-1 of its amounts; D was taken"),
        "{told}"
    );
    close(totals_of("direct")[&("11-US".to_owned(), "climate-change".to_owned())], 1.02 / 0.84);
    // What is made in the country only.
    fs::write(model.join("matrix/A_d.json"), "[[0, 0.3], [0, 0]]").unwrap();
    imported(folder.path(), &["useeio", "model", "--price-year", "2020", "--domestic"], "domestic");
    close(totals_of("domestic")[&("31-US-IA".to_owned(), "climate-change".to_owned())], 0.4);
    let (supply, _) = supply(&folder.path().join("out"));
    let units: Vec<&str> = supply.products.iter().map(|product| product.unit.text()).collect();
    assert_eq!(units, ["USD2020", "USD2020"]);
    let places: Vec<String> = supply.processes.iter().map(|process| process.location.to_string()).collect();
    assert_eq!(places, ["US", "US-IA"]);
}

#[test]
fn a_factor_set_bound_to_another_method_leaves_it_unpriced() {
    let (folder, _) = model();
    imported(folder.path(), &["useeio", "model", "--price-year", "2020"], "out");
    let coverage = |set: &str| {
        let arguments =
            ["price", "out", "--factors", set, "--currency", "USD", "--year", "2021", "--outside", "as_is"];
        let answer = run(folder.path(), &[&arguments[..], &["--format", "json"]].concat());
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let value: Value = serde_json::from_str(&answer.stdout).unwrap();
        value["products"][0]["coverage"].clone()
    };
    // CE Delft prices climate change by ReCiPe and by EF; the model has it by the fourth assessment report.
    let bound = coverage("ce-delft-2024");
    let why = bound["unpriced"]["climate-change"].as_str().unwrap();
    assert!(why.contains("IPCC AR4 GWP100"), "{why}");
    assert_eq!(bound["priced"], serde_json::json!(["land-occupation"]));
    // The table says so, with both methods and what would price it.
    let table = |set: &str| {
        let more = ["--factors", set, "--currency", "USD", "--year", "2021", "--outside", "as_is"];
        run(folder.path(), &[&["price", "out"][..], &more].concat()).stdout
    };
    let note = "note: unpriced, climate-change: the factor is bound to EF 3.0 or ReCiPe 2016 H, the amount is by IPCC AR4 \
                GWP100; take a set for the method of the amounts, or amounts by a method of the set\n";
    assert!(table("ce-delft-2024").contains(note), "{}", table("ce-delft-2024"));
    assert!(!table("uba-2025").contains("note: unpriced"), "{}", table("uba-2025"));
    // UBA binds its price to no method.
    assert_eq!(coverage("uba-2025")["priced"], serde_json::json!(["climate-change"]));
}

/// Imports a model of which one file was replaced, and gives what is said.
fn refused(file: &str, text: Option<&str>) -> String {
    let (folder, model) = model();
    match text {
        Some(text) => fs::write(model.join(file), text).unwrap(),
        None => fs::remove_file(model.join(file)).unwrap(),
    }
    let answer = run(folder.path(), &["import", "useeio", "model", "--price-year", "2020", "-o", "out"]);
    assert_eq!(answer.code, 1, "{file} {text:?}: {}", answer.stderr);
    assert!(!folder.path().join("out").exists(), "nothing is written");
    answer.stderr
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (file, text, said) in [
        ("matrix/A.json", None, "error[missing-table] model: there is no `matrix/A.json`"),
        ("sectors.json", None, "there is no `sectors.json`"),
        (
            "matrix/A.json",
            Some("[[0.1, NaN], [0.2, 0]]"),
            "error[not-a-number] model/matrix/A.json:1:2: `NaN`",
        ),
        (
            "matrix/A.json",
            Some("[[0.1, 0], [null, \"x\"]]"),
            "model/matrix/A.json:2:1: `null` is not a number",
        ),
        (
            "matrix/A.json",
            Some("[[0.1, 1e400], [0, 0]]"),
            "error[overflow] model/matrix/A.json:1:2: `1e400` is too large",
        ),
        (
            "matrix/A.json",
            Some("[[0.1, 0.3, 0], [0.2, 0]]"),
            "error[ragged-row] model/matrix/A.json:1: the row has 3 numbers, not 2",
        ),
        (
            "matrix/A.json",
            Some("[[0.1, 0.3]]"),
            "error[ragged-row] model/matrix/A.json: the matrix has 1 rows, not 2",
        ),
        ("matrix/A.json", Some("[[0.1, 0.3], [0.2"), "error[bad-syntax] model/matrix/A.json:2"),
        ("matrix/B.json", Some("[[0.4, 0.1]]"), "flows.json lists 4, indicators.json 3, sectors.json 2"),
        ("sectors.json", Some("[]"), "error[empty-table] model/sectors.json"),
        ("sectors.json", Some("[{\"index\": 0, \"name\": \"x\"}]"), "there is no `code`"),
        ("sectors.json", Some("[{\"index\": 7}]"), "error[bad-value] model/sectors.json:1:index"),
        (
            "indicators.json",
            Some("[{\"index\": 0}, {\"index\": 0}]"),
            "error[duplicate-key] model/indicators.json:1:index",
        ),
        ("indicators.json", Some("{\"a\": [1"), "error[bad-syntax] model/indicators.json"),
    ] {
        let found = refused(file, text);
        assert!(found.contains(said), "{file} {text:?}\n{found}");
    }
    let deep = "[".repeat(200_000);
    assert!(refused("sectors.json", Some(&deep)).contains("bad-syntax"));
    assert!(refused("matrix/A.json", Some(&deep)).contains("bad-syntax"));
    let all = refused("matrix/A.json", Some("[[x, y], [z, 1]]"));
    assert!(all.contains("3 errors"), "{all}");
}

#[test]
fn a_table_of_characterisation_is_checked() {
    let header = "flow,flow_unit,indicator,factor,unit,method,source\n";
    let co2 = "air/unspecified/carbon dioxide/kg";
    for (rows, said) in [
        (
            format!("{co2},kg,climate-chang,1,kg CO2-eq,m,s\n"),
            "error[dangling-reference] table.csv:2:indicator",
        ),
        (format!("{co2},kg,climate-change,1,m2,m,s\n"), "error[wrong-dimension] table.csv:2:unit"),
        (format!("{co2},kg,climate-change,one,kg CO2-eq,m,s\n"), "error[not-a-number] table.csv:2:factor"),
        (format!("{co2},kg,climate-change,1,kg CO2-eq,m,\n"), "error[missing-value] table.csv:2:source"),
        (
            format!("{co2},kg,climate-change,1,kg CO2-eq,m,s\nx,kg,climate-change,1,kg CO2-eq,other,s\n"),
            "error[contradiction] table.csv:3:method",
        ),
        (
            format!("{co2},kg,climate-change,1,kg CO2-eq,m,s\n{co2},kg,climate-change,2,kg CO2-eq,m,s\n"),
            "duplicate-key",
        ),
        (format!("{co2},g,climate-change,1,kg CO2-eq,m,s\n"), "error[wrong-dimension] model/flows.json:2"),
    ] {
        let (folder, _) = model();
        fs::write(folder.path().join("table.csv"), format!("{header}{rows}")).unwrap();
        let arguments = [
            "import",
            "useeio",
            "model",
            "--price-year",
            "2020",
            "--as",
            "flows",
            "--characterisation",
            "table.csv",
            "-o",
            "out",
        ];
        let answer = run(folder.path(), &arguments);
        assert_eq!(answer.code, 1, "{}", answer.stderr);
        assert!(answer.stderr.contains(said), "{rows}\n{}", answer.stderr);
    }
}
