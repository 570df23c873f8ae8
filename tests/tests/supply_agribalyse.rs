//! AGRIBALYSE by stage: the sums of its stages, its spellings, and files that are not as they should be.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::imported::{imported, public_data, supply, totals};
use truecost_tests::{repository, run};

/// Our indicators in the order of the file, whose first is a single score and whose last three are parts of the second.
const OURS: [&str; 16] = [
    "climate-change",
    "ozone-depletion",
    "ionising-radiation-ef",
    "photochemical-oxidants-health-ef",
    "particulate-matter-ef",
    "human-toxicity-noncancer-ef",
    "human-toxicity-cancer-ef",
    "acidification-ef",
    "freshwater-eutrophication",
    "marine-eutrophication",
    "terrestrial-eutrophication-ef",
    "freshwater-ecotoxicity-ef",
    "land-use-ef",
    "water-use-ef",
    "fossil-scarcity-ef",
    "mineral-scarcity-ef",
];

fn fixture() -> String {
    fs::read_to_string(repository().join("docs/guide/supply/foods.csv")).unwrap()
}

/// Sums of the stages of each food: the columns from the thirteenth on, six for each indicator.
fn sums(file: &Path) -> BTreeMap<(String, String), f64> {
    let text = fs::read_to_string(file).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut sums = BTreeMap::new();
    for row in reader.records().map(Result::unwrap) {
        for (at, indicator) in OURS.iter().enumerate() {
            let stages = (0..6).map(|stage| row[12 + 6 * at + stage].parse::<f64>().unwrap());
            sums.insert((format!("agb-{}", &row[0]), (*indicator).to_owned()), stages.sum());
        }
    }
    sums
}

#[test]
fn footprints_are_the_sums_of_the_published_stages() {
    let Some(folder) = public_data("agribalyse") else { return };
    let file = folder.join("agribalyse-31-detail-par-etape.csv");
    let work = TempDir::new().unwrap();
    let told = imported(work.path(), &["agribalyse", file.to_str().unwrap(), "--method", "EF 3.0"], "foods");
    assert!(told.starts_with("read 294120 numbers\n  235296  in interventions\n"), "{told}");
    assert!(told.contains("DQR - Global"), "{told}");
    let found = totals(&work.path().join("foods"));
    let expected = sums(&file);
    assert_eq!(expected.len(), 2451 * 16);
    for (key, expected) in expected {
        let found = found[&key];
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{key:?}: {found} {expected}");
    }
}

#[test]
fn stages_are_kept() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("foods.csv"), fixture()).unwrap();
    imported(folder.path(), &["agribalyse", "foods.csv", "--method", "EF 3.0"], "out");
    let (found, _) = supply(&folder.path().join("out"));
    let stages: Vec<(&str, &str)> = found
        .processes
        .iter()
        .filter(|process| process.id.starts_with("agb-9001"))
        .map(|process| (process.id.as_str(), process.stage.as_str()))
        .collect();
    let expected = [
        ("agb-9001", "consumption"),
        ("agb-9001.agriculture", "agriculture"),
        ("agb-9001.packaging", "packaging"),
        ("agb-9001.processing", "processing"),
        ("agb-9001.retail", "retail"),
        ("agb-9001.transport", "transport"),
    ];
    assert_eq!(stages, expected);
    let price = |method: &str, out: &str| {
        imported(folder.path(), &["agribalyse", "foods.csv", "--method", method], out);
        let arguments = ["price", out, "--factors", "ce-delft-2024", "--currency", "EUR", "--year", "2021"];
        let answer =
            run(folder.path(), &[&arguments[..], &["--product", "agb-9001", "--format", "json"]].concat());
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let value: Value = serde_json::from_str(&answer.stdout).unwrap();
        value["products"][0]["coverage"].clone()
    };
    // CE Delft prices nine indicators by EF 3.0, and by no other version of it.
    let priced = price("EF 3.0", "of-3.0")["priced"].as_array().unwrap().len();
    assert_eq!(priced, 9);
    let other = price("EF 3.1", "of-3.1");
    assert_eq!(other["priced"], serde_json::json!([]));
    assert!(other["unpriced"]["climate-change"].as_str().unwrap().contains("EF 3.1"), "{other}");
}

/// Bytes of Windows-1252.
fn windows(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn spellings_of_french_spreadsheets_give_the_same_dataset() {
    let folder = TempDir::new().unwrap();
    let plain = fixture();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(plain.as_bytes());
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    for (at, row) in reader.records().map(Result::unwrap).enumerate() {
        let comma = |cell: &str| if at == 0 { cell.to_owned() } else { cell.replace('.', ",") };
        writer
            .write_record(
                row.iter().enumerate().map(|(k, cell)| if k < 6 { cell.to_owned() } else { comma(cell) }),
            )
            .unwrap();
    }
    let commas = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    for (name, bytes) in [
        ("plain", plain.clone().into_bytes()),
        ("marked", format!("\u{feff}{plain}").into_bytes()),
        ("commas", commas.clone().into_bytes()),
        ("windows", windows(&commas)),
        ("spaced", plain.replace("marine - ", "marine  - ").into_bytes()),
    ] {
        fs::write(folder.path().join("foods.csv"), bytes).unwrap();
        let told = imported(folder.path(), &["agribalyse", "foods.csv", "--method", "EF 3.0"], name);
        assert_eq!(told.contains("decimal comma"), ["commas", "windows"].contains(&name), "{told}");
        assert_eq!(told.contains("Windows-1252"), name == "windows", "{told}");
        for table in ["products", "processes", "inputs", "interventions"] {
            let read = |name: &str| fs::read(folder.path().join(name).join(format!("{table}.csv"))).unwrap();
            assert!(read(name) == read("plain"), "{name}: {table}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let refused = |text: &str, more: &[&str]| {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("foods.csv"), text).unwrap();
        fs::write(
            folder.path().join("table.csv"),
            "flow,flow_unit,indicator,factor,unit,source\nRien,kg,climate-change,1,kg CO2-eq,s\n",
        )
        .unwrap();
        let arguments =
            [&["import", "agribalyse", "foods.csv", "--method", "EF 3.0", "-o", "out"][..], more].concat();
        let answer = run(folder.path(), &arguments);
        assert_eq!(answer.code, 1, "{}", answer.stderr);
        assert!(!folder.path().join("out").exists());
        answer.stderr
    };
    let text = fixture();
    let lines: Vec<&str> = text.lines().collect();
    let changed = |from: &str, to: &str| text.replacen(from, to, 1);
    for (text, said) in [
        (changed("Code AGB", "Code"), "error[missing-column] foods.csv:1: the column `Code AGB` is missing"),
        (
            changed("Particules fines - Emballage", "Particules fines - Boîte"),
            "the column `Particules fines - Emballage` is missing",
        ),
        (
            changed("Utilisation du sol - Transport", "Utilisation du sol - Emballage"),
            "error[duplicate-column] foods.csv:1",
        ),
        (
            changed(",0.4,", ",beaucoup,"),
            "error[not-a-number] foods.csv:2:Changement climatique - Transformation",
        ),
        (changed(",0.4,", ",NaN,"), "`NaN` is not a number"),
        (changed(",0.4,", ",1e300,"), "error[overflow] foods.csv:2"),
        (changed(",0.4,", ",\"1,234.5\","), "error[not-a-number]"),
        (format!("{}\n9003,too,short\n", lines[..2].join("\n")), "error[ragged-row] foods.csv:3"),
        (changed("9001,9001", ",9001"), "error[missing-value] foods.csv:2:Code AGB"),
        (format!("{}\n", lines[0]), "error[empty-table] foods.csv: the file has no food"),
        (String::new(), "error[empty-table] foods.csv"),
    ] {
        let found = refused(&text, &[]);
        assert!(found.contains(said), "{said}\n{found}");
    }
    assert!(refused(&text, &["--region", "Paris"]).contains("error[unknown-region]"));
    let table = refused(&text, &["--characterisation", "table.csv"]);
    assert!(
        table.contains("6 errors") && table.contains("the column `Rien - Agriculture` is missing"),
        "{table}"
    );
}

#[test]
fn an_empty_cell_is_not_stated() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("foods.csv"), fixture().replacen(",0.4,", ",,", 1)).unwrap();
    let told = imported(folder.path(), &["agribalyse", "foods.csv", "--method", "EF 3.0"], "out");
    let place = "foods.csv:2:Changement climatique - Transformation";
    assert!(told.contains(&format!("1  left out: empty: not stated ({place})")), "{told}");
    let (found, _) = supply(&folder.path().join("out"));
    let rows = found.interventions.rows_of("agb-9001.processing");
    assert_eq!(rows.len(), 15);
}
