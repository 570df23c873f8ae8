//! Tables of characterisation: what of them matches nothing is told, and those that are built in say what is published.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use truecost_tests::imported::{imported, public_data, totals};
use truecost_tests::{repository, run};

const HEADER: &str = "flow,compartment,flow_unit,indicator,factor,unit,method,source\n";

/// The bakery of the guide, in every format of inventories.
fn bakeries() -> [(&'static str, String); 4] {
    let of = |name: &str| repository().join("docs/guide/supply/bakery").join(name).display().to_string();
    [
        ("openlca", of("openlca-1")),
        ("openlca", of("openlca-2")),
        ("ecospold", of("ecospold-1.xml")),
        ("ecospold", of("ecospold-2")),
    ]
}

/// What importing each bakery with a table tells, and the folder of it.
fn with_table(rows: &str, look: impl Fn(&str, &TempDir)) {
    for (format, source) in bakeries() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("table.csv"), format!("{HEADER}{rows}")).unwrap();
        let told = imported(folder.path(), &[format, &source, "--characterisation", "table.csv"], "out");
        look(&told, &folder);
    }
}

#[test]
fn rows_that_match_nothing_are_told_with_what_they_were_meant_to_be() {
    let rows = "Carbon dioxde,,kg,climate-change,1,kg CO2-eq,m,s\nMethane,,kg,climate-change,27,kg CO2-eq,m,s\n\
                Ozone,,kg,climate-change,3,kg CO2-eq,m,s\n";
    with_table(rows, |told, folder| {
        let text = "2 flows of the table of characterisation match nothing in the source, so nothing is counted by it: \
                    `Carbon dioxde` (did you mean `Carbon dioxide`?), `Ozone`\n";
        assert!(told.contains(text), "{told}");
        let found = totals(&folder.path().join("out"));
        let climate = found[&("treatment-of-Stale-bread".to_owned(), "climate-change".to_owned())];
        assert!((climate - 0.54).abs() < 1e-12, "{climate}");
    });
    // What matches is not told.
    // A flow that has its row already is none that was meant.
    let rows = "Methane,,kg,climate-change,27,kg CO2-eq,m,s\nmethan,,kg,climate-change,27,kg CO2-eq,m,s\n";
    with_table(rows, |told, _| assert!(told.contains("nothing is counted by it: `methan`\n"), "{told}"));
    let rows = "Carbon dioxide,,kg,climate-change,1,kg CO2-eq,m,s\n";
    with_table(rows, |told, _| assert!(!told.contains("table of characterisation"), "{told}"));
}

#[test]
fn a_row_of_a_compartment_counts_there_alone() {
    let rows = "Methane,Air,kg,climate-change,27,kg CO2-eq,m,s\nMethane,,kg,climate-change,1000,kg CO2-eq,m,s\n\
                Carbon dioxide,water,kg,climate-change,1,kg CO2-eq,m,s\n";
    with_table(rows, |told, folder| {
        assert!(
            told.contains("1 flow of the table of characterisation matches nothing")
                && told.contains("`Carbon dioxide` of `water` (the source has it in `"),
            "{told}"
        );
        let found = totals(&folder.path().join("out"));
        let of = |product: &str| found.get(&(product.to_owned(), "climate-change".to_owned())).copied();
        // 27 x 0.02: the row of the compartment goes before the one of none.
        assert!((of("treatment-of-Stale-bread").unwrap() - 0.54).abs() < 1e-12);
        assert!(of("Electricity").unwrap_or_default().abs() < 1e-300);
    });
}

fn shipped(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = repository().join("datasets/characterisation").join(name).join("characterisation.csv");
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// Every figure of `gwp100-ar4` is that of USEEIO's matrix C for the flow that its note names.
#[test]
fn potentials_of_the_fourth_report_are_those_of_useeio() {
    let Some(model) = public_data("useeio-v1.2") else { return };
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&fs::read(model.join(name)).unwrap()).unwrap()
    };
    let (flows, indicators, factors) = (read("flows.json"), read("indicators.json"), read("matrix/C.json"));
    let gcc = indicators.as_array().unwrap().iter().position(|indicator| indicator["code"] == "GCC").unwrap();
    let rows = shipped("gwp100-ar4");
    let mut named = std::collections::BTreeSet::new();
    for row in &rows {
        let id =
            row["note"].strip_prefix("flow of the model: ").unwrap_or("air/unspecified/carbon dioxide/kg");
        let at = flows.as_array().unwrap().iter().position(|flow| flow["id"] == id).unwrap();
        let stated = row["factor"].parse::<f64>().unwrap();
        assert!((factors[gcc][at].as_f64().unwrap() - stated).abs() < 1e-12, "{id}");
        named.insert(id.to_owned());
    }
    assert_eq!(named.len(), 36);
}

/// The weights are the stated ones, and pollutants are themselves.
#[test]
fn the_other_tables_say_what_their_sources_say() {
    let expected = |flow: &str| match flow {
        "Methane, fossil" => 29.8,
        flow if flow.starts_with("Methane") => 27.0,
        "Dinitrogen monoxide" | "Nitrous oxide" => 273.0,
        flow if flow.starts_with("Nitrous oxide (laughing gas)") => 273.0,
        _ => 1.0,
    };
    for row in shipped("gwp100-ar6") {
        let stated = row["factor"].parse::<f64>().unwrap();
        assert!((stated - expected(&row["flow"])).abs() < 1e-12, "{row:?}");
        assert!(row["flow"].starts_with("Carbon dioxide") || expected(&row["flow"]) > 1.0, "{row:?}");
    }
    for row in shipped("emissions-to-air") {
        assert!(row["factor"] == "1" && row["indicator"].ends_with("-to-air"), "{row:?}");
    }
}

#[test]
fn tables_are_found_by_name() {
    for (format, source) in bakeries() {
        let folder = TempDir::new().unwrap();
        let told = imported(folder.path(), &[format, &source, "--characterisation", "gwp100-ar6"], "out");
        assert!(!told.contains("table of characterisation"), "{told}");
        let found = totals(&folder.path().join("out"));
        let bread = found[&("Bread".to_owned(), "climate-change".to_owned())];
        // 0.6252 (0.628 where nobody divides the mill) of carbon dioxide, and 27 x 0.001.
        let carbon = if source.ends_with("ecospold-2") { 0.628 } else { 0.6252 };
        assert!((bread - carbon - 0.027).abs() < 1e-12, "{bread}");
    }
    let source = &bakeries()[0].1;
    let folder = TempDir::new().unwrap();
    let answer =
        |name| run(folder.path(), &["import", "openlca", source, "-o", "x", "--characterisation", name]);
    let missing = answer("gwp100-ar5");
    assert!(missing.code == 1 && missing.stderr.contains("did you mean `gwp100-ar4`?"), "{}", missing.stderr);
    let missing = answer("factors.txt");
    assert!(missing.stderr.contains("a file that ends in .csv or .parquet"), "{}", missing.stderr);
    assert!(!PathBuf::from(folder.path()).join("x").exists());
}

/// On the real database: as many exchanges as a short reader in Python counts by name and category.
#[test]
fn the_us_inventory_gets_climate_change() {
    let Some(source) = public_data("uslci/uslci_olca1_5_0_json_ld.zip") else { return };
    let folder = TempDir::new().unwrap();
    let source = source.display().to_string();
    for (table, expected) in [("gwp100-ar4", 1594), ("gwp100-ar6", 979), ("emissions-to-air", 3898)] {
        let asked = ["openlca", &source, "--characterisation", table, "--leave-others"];
        let told = imported(folder.path(), &asked, table);
        assert!(told.contains(&format!("{expected:>7}  in interventions\n")), "{table}: {told}");
        // 18 of its exchanges do not say where this goes.
        assert!(
            told.contains("it is not said where they go to: `Methane, biogenic` of `Elementary Flows`"),
            "{told}"
        );
    }
}

/// A field that takes 1.4 kg of carbon dioxide from the air and puts out 0.3 kg, as the Federal Elementary Flow List names it.
fn field() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |kind: &str, id: &str, rest: &str| {
        let path = folder.path().join("field").join(kind);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join(format!("{id}.json")), format!("{{\"@id\": \"{id}\", {rest}}}")).unwrap();
    };
    let unit = r#""units": [{"@id": "kg", "name": "kg", "isRefUnit": true, "conversionFactor": 1}]"#;
    write("unit_groups", "masses", &format!(r#""@type": "UnitGroup", "name": "Units of mass", {unit}"#));
    let group = r#""@type": "FlowProperty", "name": "Mass", "unitGroup": {"@id": "masses"}"#;
    write("flow_properties", "mass", group);
    let mass = r#""flowProperties": [{"isRefFlowProperty": true, "conversionFactor": 1, "flowProperty": {"@id": "mass"}}]"#;
    let flow = |id: &str, name: &str, kind: &str, category: &str| {
        let rest = format!(
            r#""@type": "Flow", "name": "{name}", "flowType": "{kind}", "category": "{category}", {mass}"#
        );
        write("flows", id, &rest);
    };
    flow("wheat", "Wheat", "PRODUCT_FLOW", "");
    flow("taken", "Carbon dioxide", "ELEMENTARY_FLOW", "Elementary flows/resource/air");
    flow("put", "Carbon dioxide", "ELEMENTARY_FLOW", "Elementary flows/emission/air/troposphere");
    let exchange = |flow: &str, amount: f64, is_input: bool, is_reference: bool| {
        format!(
            r#"{{"flow": {{"@id": "{flow}"}}, "amount": {amount}, "isInput": {is_input}, "isQuantitativeReference": {is_reference},
                "unit": {{"@id": "kg", "name": "kg"}}, "flowProperty": {{"@id": "mass"}}}}"#
        )
    };
    let exchanges = [
        exchange("wheat", 1.0, false, true),
        exchange("taken", 1.4, true, false),
        exchange("put", 0.3, false, false),
    ];
    let rest = r#""@type": "Process", "name": "Wheat farming", "processType": "UNIT_PROCESS", "exchanges": "#;
    write("processes", "farming", &format!("{rest}[{}]", exchanges.join(",")));
    folder
}

/// What a kilogram of wheat is of climate change with a table.
fn climate_of_wheat(table: &str) -> Option<f64> {
    let folder = field();
    imported(folder.path(), &["openlca", "field", "--characterisation", table], "out");
    totals(&folder.path().join("out")).get(&("Wheat".to_owned(), "climate-change".to_owned())).copied()
}

#[test]
fn what_is_taken_from_the_air_is_not_put_into_it() {
    for table in ["gwp100-ar4", "gwp100-ar6"] {
        assert!((climate_of_wheat(table).unwrap() - 0.3).abs() < 1e-12, "{table}");
    }
}

#[test]
fn of_each_indicator_the_closest_row_counts() {
    let row = |compartment: &str, factor: f64| {
        format!("Carbon dioxide,{compartment},kg,climate-change,{factor},kg CO2-eq,m,s\n")
    };
    let found = |rows: &[String]| {
        let folder = TempDir::new().unwrap();
        let table = folder.path().join("table.csv");
        fs::write(&table, format!("{HEADER}{}", rows.concat())).unwrap();
        climate_of_wheat(&table.display().to_string()).unwrap()
    };
    let cases = [
        (vec![row("air", 1.0), row("troposphere", 2.0)], 0.6),
        (vec![row("troposphere", 2.0), row("air", 1.0)], 0.6),
        (
            vec![
                row("air", 1.0),
                row("Elementary flows/emission/air/troposphere", 5.0),
                row("troposphere", 2.0),
            ],
            1.5,
        ),
        (vec![row("Air / Troposphere", 4.0), row("troposphere", 2.0)], 1.2),
        (vec![row("", 7.0), row("air", 1.0)], 0.3 + 7.0 * 1.4),
        (vec![row("resource/air", -1.0), row("air", 1.0)], 0.3 - 1.4),
    ];
    for (rows, expected) in cases {
        assert!((found(&rows) - expected).abs() < 1e-12, "{rows:?}: {}", found(&rows));
    }
    // Two spellings of one place are no two places.
    let folder = field();
    fs::write(
        folder.path().join("t.csv"),
        format!("{HEADER}{}{}", row("Air", 1.0), row("emission to air", 2.0)),
    )
    .unwrap();
    let answer =
        run(folder.path(), &["import", "openlca", "field", "-o", "x", "--characterisation", "t.csv"]);
    let text = "t.csv:3:compartment: `Air` and `emission to air` are the same compartment, and both have a row of `climate-change`";
    assert!(answer.code == 1 && answer.stderr.contains(text), "{}", answer.stderr);
}

#[test]
fn a_table_that_has_none_of_the_flows_is_told() {
    let folder = field();
    let flows = folder.path().join("field/flows");
    for id in ["taken", "put"] {
        let path = flows.join(format!("{id}.json"));
        fs::write(&path, fs::read_to_string(&path).unwrap().replace("Carbon dioxide", "Kohlendioxid"))
            .unwrap();
    }
    let told = imported(folder.path(), &["openlca", "field", "--characterisation", "gwp100-ar4"], "out");
    assert!(told.contains("no flow of the source is in the table of characterisation"), "{told}");
}
