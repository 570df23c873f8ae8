//! Datasets of flows go out to other programs, and come back as they were.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::importers::{Format, Imported, Input, import};
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::report::interop;
use truecost_tests::{assert_holds, repository, run};

type Row = BTreeMap<String, String>;

fn street() -> PathBuf {
    repository().join("datasets/flows/street")
}

fn reference() -> Reference {
    Reference::read(&Library::default(), &mut Diagnostics::new())
}

fn exported(folder: &Path) -> String {
    let mut diagnostics = Diagnostics::new();
    let exported = interop::valueflows(Source::folder(folder), &reference(), &mut diagnostics);
    exported.unwrap_or_else(|| panic!("{diagnostics}")).text
}

fn imported(text: &str) -> Imported {
    let input = Input { name: "x.jsonld".to_owned(), bytes: text.as_bytes().to_vec() };
    let mut diagnostics = Diagnostics::new();
    let imported = import(&Format::Valueflows(Vec::new()), &[input], &reference(), &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics}");
    imported.unwrap()
}

/// Filled cells of a table, by key.
fn filled(rows: impl Iterator<Item = Row>, key: &[&str], skipped: &[&str]) -> BTreeMap<Vec<String>, Row> {
    let row = |row: Row| {
        let key = key.iter().map(|name| row.get(*name).cloned().unwrap_or_default()).collect();
        let cells =
            row.into_iter().filter(|(name, cell)| !cell.is_empty() && !skipped.contains(&name.as_str()));
        (key, cells.collect())
    };
    rows.map(row).collect()
}

fn of_file(path: &Path) -> Vec<Row> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn of_sheet(imported: &Imported, table: &str) -> Vec<Row> {
    let sheet = &imported.tables[table];
    sheet.rows.iter().map(|row| sheet.header.iter().cloned().zip(row.iter().cloned()).collect()).collect()
}

#[test]
fn every_cell_of_the_street_comes_back_from_valueflows() {
    let back = imported(&exported(&street()));
    for (table, key) in [
        ("agents", &["id"][..]),
        ("flows", &["id"]),
        ("agreements", &["id"]),
        ("memberships", &["agent", "body"]),
        ("resources", &["id"]),
        ("units", &["id"]),
        ("wages", &["basis", "task", "agent"]),
    ] {
        // Valueflows always has an action: a flow that states none becomes a transfer.
        let skipped: &[&str] = if table == "flows" { &["action"] } else { &[] };
        let was = filled(of_file(&street().join(format!("{table}.csv"))).into_iter(), key, skipped);
        let is = filled(of_sheet(&back, table).into_iter(), key, skipped);
        assert_eq!(was, is, "{table}");
        assert!(!was.is_empty());
    }
    let actions = |rows: Vec<Row>| -> BTreeMap<String, String> {
        rows.into_iter().map(|row| (row["id"].clone(), row["action"].clone())).collect()
    };
    let (was, is) = (actions(of_file(&street().join("flows.csv"))), actions(of_sheet(&back, "flows")));
    for (id, action) in was {
        assert_eq!(is[&id], if action.is_empty() { "transfer" } else { &action }, "{id}");
    }
}

#[test]
fn what_comes_back_is_classified_as_before() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (file, data) = (path("street.jsonld"), path("street"));
    let root = repository();
    assert_eq!(run(&root, &["export", "valueflows", "datasets/flows/street", "-o", &file]).code, 0);
    assert_eq!(run(&root, &["import", "valueflows", &file, "-o", &data]).code, 0);
    let class = |data: &str, format: &str| run(&root, &["classify", data, "--format", format]).stdout;
    assert_eq!(class(&data, "csv"), class("datasets/flows/street", "csv"));
    // The sums too, and what every result must show; the supply dataset is not in the file.
    let (is, was) = (class(&data, "table"), class("datasets/flows/street", "table"));
    let sums = |text: &str| text.split("\n\n").next().unwrap_or_default().to_owned();
    assert_eq!(sums(&is), sums(&was));
    assert_holds(&is, &["caution: made up"]);
    assert!(class(&data, "csv").lines().count() > 40);
    // Also what a household makes for itself, which is no event of Valueflows between two agents.
    let (file, data) = (path("labelled.jsonld"), path("labelled"));
    assert_eq!(run(&root, &["export", "valueflows", "datasets/flows/labelled-cases", "-o", &file]).code, 0);
    assert_eq!(run(&root, &["import", "valueflows", &file, "-o", &data]).code, 0);
    assert_eq!(class(&data, "csv"), class("datasets/flows/labelled-cases", "csv"));
}

/// What the JSON schemas of Valueflows require, by type.
const REQUIRED: &[(&str, &[&str])] = &[
    ("Person", &["name"]),
    ("Organization", &["name"]),
    ("EcologicalAgent", &["name"]),
    ("ResourceSpecification", &["name"]),
    ("Agreement", &["name", "created"]),
    ("EconomicEvent", &["action"]),
];

#[test]
fn what_goes_out_has_what_the_schemas_of_valueflows_require() {
    let document: Value = serde_json::from_str(&exported(&street())).unwrap();
    assert_eq!(document["@context"]["@vocab"], "https://w3id.org/valueflows/ont/vf#");
    let actions = of_file(&repository().join("datasets/reference/valueflows-actions/actions.csv"));
    let actions: BTreeSet<String> = actions.into_iter().map(|row| row["id"].clone()).collect();
    let things = document["@graph"].as_array().unwrap();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for thing in things {
        let kind = thing["@type"].as_str().unwrap();
        *seen.entry(kind).or_default() += 1;
        let Some((_, required)) = REQUIRED.iter().find(|(name, _)| *name == kind) else {
            assert!(kind.starts_with("truecost:"), "{kind}");
            continue;
        };
        for name in *required {
            assert!(thing[name].is_string(), "{thing} has no {name}");
        }
        if kind != "EconomicEvent" {
            continue;
        }
        assert!(actions.contains(thing["action"].as_str().unwrap()), "{thing}");
        for name in ["provider", "receiver", "resourceConformsTo"] {
            assert!(thing[name]["name"].is_string(), "{thing}: {name}");
        }
        for name in ["resourceQuantity", "effortQuantity"] {
            if let Some(measure) = thing.get(name) {
                assert!(
                    measure["hasNumericalValue"].is_number() && measure["hasUnit"]["label"].is_string(),
                    "{thing}"
                );
            }
        }
        if let Some(moment) = thing.get("hasPointInTime") {
            assert!(moment.as_str().unwrap().ends_with("T00:00:00Z"));
        }
    }
    for (kind, table) in
        [("EconomicEvent", "flows"), ("Agreement", "agreements"), ("ResourceSpecification", "resources")]
    {
        assert_eq!(seen[kind], of_file(&street().join(format!("{table}.csv"))).len(), "{kind}");
    }
    // What comes back for the first leg is reciprocal.
    let of = |id: &str| things.iter().find(|thing| thing["@id"] == id).unwrap();
    assert_eq!(of("flow:bread-cem-goods")["realizationOf"]["@id"], "agreement:bread-1");
    assert_eq!(of("flow:bread-cem-money")["reciprocalRealizationOf"]["@id"], "agreement:bread-1");
    assert_eq!(of("flow:bread-cem-money")["resourceQuantity"]["hasUnit"]["label"], "EUR");
    assert_eq!(of("resource:euro")["mediumOfExchange"], true);
    // A year is not a day.
    assert_eq!(of("flow:school-place")["hasEnd"], "2024-12-31T23:59:59Z");
}

const MANIFEST: &str = "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"001\"\n\
                        licence = { name = \"CC0-1.0\", redistribute = true }\n";

fn dataset(tables: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/manifest.toml"), MANIFEST).unwrap();
    for (table, text) in tables {
        fs::write(folder.path().join(format!("data/{table}.csv")), text).unwrap();
    }
    folder
}

const AGENTS: (&str, &str) = ("agents", "id\nana\nbo\n");

#[test]
fn numbers_dates_and_free_texts_come_back_to_the_digit() {
    let flows = "id,from,to,date,resource,quantity,unit,value,unit_of_account,corrects,note\n\
                 f1,ana,bo,2024-02,\"bread, sliced\",0.10000000000000000000001,kg,99999999999999.123456789012,EUR,,\"says \"\"hi\"\"\"\n\
                 f2,ana,bo,2024-03-01,\"bread, sliced\",-0.05,kg,-1.5,EUR,f1,\n\
                 f3,bo,ana,,,,,0,CHF,,\n";
    let folder = dataset(&[AGENTS, ("flows", flows)]);
    let back = imported(&exported(&folder.path().join("data")));
    let cells = |row: &Row| {
        ["date", "quantity", "unit", "value", "unit_of_account", "corrects", "note"]
            .map(|name| row[name].clone())
    };
    let was: Vec<_> = of_file(&folder.path().join("data/flows.csv")).iter().map(cells).collect();
    let is: Vec<_> = of_sheet(&back, "flows").iter().map(cells).collect();
    assert_eq!(was, is);
    assert_eq!(of_sheet(&back, "resources")[0]["name"], "bread, sliced");
}

#[test]
fn credit_goes_to_komunitin_in_whole_minor_units_or_not_at_all() {
    let units = ("units", "id,kind,decimals\nLEAF,member_credit,2\n");
    let resources = ("resources", "id,kind\nleaf,credit\njam,goods_services\n");
    let flows = "id,from,to,date,resource,value,unit_of_account,corrects,note\n\
                 goods,bo,ana,2024-03-01,jam,8.50,LEAF,,\n\
                 paid,ana,bo,2024-03-01,leaf,8.50,LEAF,,for jam\n\
                 back,ana,bo,2024-03-05,leaf,-0.01,LEAF,paid,\n\
                 euro,ana,bo,2024-03-05,leaf,5,EUR,,\n";
    let folder = dataset(&[AGENTS, units, resources, ("flows", flows)]);
    let answer = run(folder.path(), &["export", "komunitin", "data", "--unit", "LEAF", "-o", "t.csv"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(
        &answer.stderr,
        &["1 flows are counted in LEAF and are no transfers of it", "wrote 2 transfers to t.csv"],
    );
    let rows = of_file(&folder.path().join("t.csv"));
    let cells = |row: &Row| {
        ["id", "amount", "payer.id", "payee.id", "created", "description"].map(|name| row[name].clone())
    };
    assert_eq!(
        rows.iter().map(cells).collect::<Vec<_>>(),
        [
            ["paid", "850", "ana", "bo", "2024-03-01T00:00:00.000Z", "for jam"],
            // What is taken back passes back.
            ["back", "1", "bo", "ana", "2024-03-05T00:00:00.000Z", "corrects paid"],
        ]
    );
    // And comes back with the same values.
    let answer = run(folder.path(), &["import", "komunitin", "t.csv", "--unit", "LEAF", "-o", "again"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let again = of_file(&folder.path().join("again/flows.csv"));
    assert_eq!(again.iter().map(|row| row["value"].as_str()).collect::<Vec<_>>(), ["8.5", "0.01"]);

    let wrong = flows.replace("paid,ana,bo,2024-03-01,leaf,8.50", "paid,ana,bo,2024-03,leaf,8.505");
    let folder = dataset(&[AGENTS, units, resources, ("flows", &wrong)]);
    let answer = run(folder.path(), &["export", "komunitin", "data", "--unit", "LEAF", "-o", "t.csv"]);
    assert_eq!(answer.code, 1);
    assert_holds(
        &answer.stderr,
        &[
            "data/flows.csv:3:value: `8.505` is not a whole number",
            "data/flows.csv:3:date: `2024-03` is not a day",
        ],
    );
    assert!(!folder.path().join("t.csv").exists());
    for (unit, said) in [("EUR", "`EUR` is of the kind currency"), ("LEAVE", "there is no unit `LEAVE`")] {
        let answer = run(folder.path(), &["export", "komunitin", "data", "--unit", unit, "-o", "t.csv"]);
        assert_holds(&answer.stderr, &["error[not-found]", said]);
    }
}
