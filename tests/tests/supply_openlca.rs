//! Archives of openLCA by hand, of both versions of its schema: what comes out is computed beside it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use truecost_tests::imported::{imported, totals};
use truecost_tests::run;

fn write(root: &Path, folder: &str, id: &str, value: &Value) {
    let folder = root.join(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{id}.json")), value.to_string()).unwrap();
}

fn of(id: &str) -> Value {
    json!({"@id": id, "name": id})
}

/// A flow in kg, and energy flows in MJ with kWh beside it.
fn units(root: &Path, is_new: bool) {
    let reference = if is_new { "isRefUnit" } else { "referenceUnit" };
    let unit = |id: &str, factor: f64, is: bool| json!({"@id": id, "name": id, "conversionFactor": factor, reference: is});
    write(
        root,
        "unit_groups",
        "mass",
        &json!({"@id": "mass", "units": [unit("kg", 1.0, true), unit("t", 1000.0, false)]}),
    );
    let energy = json!({"@id": "energy", "units": [unit("MJ", 1.0, true), unit("kWh", 3.6, false)]});
    write(root, "unit_groups", "energy", &energy);
    write(root, "flow_properties", "Mass", &json!({"@id": "Mass", "unitGroup": of("mass")}));
    write(root, "flow_properties", "Energy", &json!({"@id": "Energy", "unitGroup": of("energy")}));
}

/// A flow; one that is measured as energy has 0.05 kg per MJ.
fn flow(root: &Path, is_new: bool, id: &str, sort: &str, category: &str) {
    let reference = if is_new { "isRefFlowProperty" } else { "referenceFlowProperty" };
    let measures = |id: &str, factor: f64, is: bool| json!({"flowProperty": of(id), "conversionFactor": factor, reference: is});
    let properties = if id == "power" {
        vec![measures("Energy", 1.0, true), measures("Mass", 0.05, false)]
    } else {
        vec![measures("Mass", 1.0, true)]
    };
    let value =
        json!({"@id": id, "name": id, "flowType": sort, "category": category, "flowProperties": properties});
    write(root, "flows", id, &value);
}

struct Words {
    input: &'static str,
    reference: &'static str,
    avoided: &'static str,
}

const ONE: Words = Words { input: "input", reference: "quantitativeReference", avoided: "avoidedProduct" };
const TWO: Words =
    Words { input: "isInput", reference: "isQuantitativeReference", avoided: "isAvoidedProduct" };

impl Words {
    fn exchange(&self, flow: &str, amount: f64, unit: &str, is_input: bool) -> Value {
        let property = if unit == "MJ" || unit == "kWh" { "Energy" } else { "Mass" };
        json!({"flow": of(flow), "amount": amount, "unit": of(unit), "flowProperty": of(property), self.input: is_input})
    }

    fn made(&self, flow: &str, amount: f64, unit: &str) -> Value {
        let mut exchange = self.exchange(flow, amount, unit, false);
        exchange[self.reference] = json!(true);
        exchange
    }
}

/// Power, steel with a formula, slag that is treated, heat that is avoided.
fn archive(root: &Path, words: &Words) {
    let is_new = words.input == "isInput";
    units(root, is_new);
    for (id, sort, category) in [
        ("power", "PRODUCT_FLOW", "x"),
        ("steel", "PRODUCT_FLOW", "x"),
        ("slag", "WASTE_FLOW", "x"),
        ("co2", "ELEMENTARY_FLOW", "air/unspecified"),
        ("ore", "ELEMENTARY_FLOW", "resource/in ground"),
    ] {
        flow(root, is_new, id, sort, category);
    }
    write(root, "locations", "nl", &json!({"@id": "nl", "name": "Netherlands", "code": "NL"}));
    let process = |id: &str, exchanges: Vec<Value>| json!({"@id": id, "name": id, "processType": "UNIT_PROCESS", "location": of("nl"), "exchanges": exchanges});
    // 1 kWh causes 1.8 kg: 0.5 kg per MJ.
    let power = vec![words.made("power", 1.0, "kWh"), words.exchange("co2", 1.8, "kg", false)];
    write(root, "processes", "power-plant", &process("power-plant", power));
    // 10 kg of slag are treated with 2 kg of CO2 and 4 MJ: 2 + 2 = 4, so that 1 kg causes 0.4.
    let mut treated = words.exchange("slag", 0.01, "t", true);
    treated[words.reference] = json!(true);
    let landfill =
        vec![treated, words.exchange("co2", 2.0, "kg", false), words.exchange("power", 4.0, "MJ", true)];
    write(root, "processes", "landfill", &process("landfill", landfill));
    // 2 kg of steel take 3 x 4 = 12 MJ by the formula, give 5 kg of slag, 20 kg of ore in, and save 2 MJ.
    let mut taken = words.exchange("power", 99.0, "MJ", true);
    taken["amountFormula"] = json!("IF(Loss > 0; Base * factor; 0)");
    taken["uncertainty"] =
        json!({"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 12.0, "geomSd": 1.5});
    let mut avoided = words.exchange("power", 2.0, "MJ", is_new);
    avoided[words.avoided] = json!(true);
    let mut ore = words.exchange("ore", 20.0, "kg", true);
    ore["uncertainty"] =
        json!({"distributionType": "TRIANGLE_DISTRIBUTION", "minimum": 10.0, "mode": 20.0, "maximum": 40.0});
    let mut steel = process(
        "mill",
        vec![
            words.made("steel", 2.0, "kg"),
            taken,
            words.exchange("slag", 5.0, "kg", false),
            avoided,
            ore,
            words.exchange("co2", 1.0, "kg", false),
        ],
    );
    let is_input = if is_new { "isInputParameter" } else { "inputParameter" };
    steel["parameters"] = json!([
        {"name": "base", "value": 3.0, is_input: true},
        {"name": "factor", "value": 77.0, "formula": "2 ^ Two", is_input: false},
        {"name": "loss", "value": 0.1, is_input: true},
    ]);
    write(root, "processes", "mill", &steel);
    let two =
        json!({"@id": "two", "name": "two", "value": 2.0, is_input: true, "parameterScope": "GLOBAL_SCOPE"});
    write(root, "parameters", "two", &two);
}

fn of_product(found: &BTreeMap<(String, String), f64>, product: &str, indicator: &str) -> f64 {
    let key = found.keys().find(|(p, i)| p == product && i.contains(indicator));
    found[key.unwrap_or_else(|| panic!("{product} {indicator} in {found:?}"))]
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

#[test]
fn both_versions_give_what_is_computed_by_hand() {
    for (name, words) in [("one", ONE), ("two", TWO)] {
        let folder = TempDir::new().unwrap();
        archive(&folder.path().join(name), &words);
        let told = imported(folder.path(), &["openlca", name], "out");
        assert!(told.starts_with("read 11 exchanges\n"), "{told}");
        assert!(told.contains("1 amounts whose formula gives another number"), "{told}");
        let out = folder.path().join("out");
        let found = totals(&out);
        close(of_product(&found, "power", "co2"), 0.5);
        close(of_product(&found, "treatment-of-slag", "co2"), 0.4);
        // (12 x 0.5 + 5 x 0.4 - 2 x 0.5 + 1) / 2 = 4, and 20 / 2 kg of ore.
        close(of_product(&found, "steel", "co2"), 4.0);
        close(of_product(&found, "steel", "ore"), 10.0);
        let products = table(&out.join("products.csv"));
        let power = products.iter().find(|row| row["id"] == "power").unwrap();
        assert_eq!((power["unit"].as_str(), power["mass_kg"].as_str()), ("MJ", "0.05"));
        let interventions = table(&out.join("interventions.csv"));
        let ore = interventions.iter().find(|row| row["indicator"].contains("ore")).unwrap();
        assert_eq!(
            ["distribution", "minimum", "maximum"].map(|column| ore[column].as_str()),
            ["triangular", "10", "40"]
        );
        assert_eq!(ore["method"], "inventory flow");
        // The two amounts of power are one row, whose spread is not known.
        assert!(told.contains("1 rows are sums of several exchanges"), "{told}");
    }
}

/// A mill with two products and factors of allocation.
fn two_products(root: &Path, factors: Value, default: Option<&str>) {
    archive(root, &TWO);
    flow(root, true, "dust", "PRODUCT_FLOW", "x");
    let mut process = json!({"@id": "mill", "name": "mill", "location": of("nl"), "exchanges": [
        TWO.made("steel", 2.0, "kg"),
        TWO.exchange("dust", 4.0, "kg", false),
        {"flow": of("power"), "amount": 10.0, "unit": of("MJ"), "flowProperty": of("Energy"), "isInput": true, "internalId": 7},
        {"flow": of("co2"), "amount": 3.0, "unit": of("kg"), "flowProperty": of("Mass"), "internalId": 8},
    ]});
    process["allocationFactors"] = factors;
    if let Some(default) = default {
        process["defaultAllocationMethod"] = json!(default);
    }
    write(root, "processes", "mill", &process);
}

fn factor(sort: &str, product: &str, value: f64, exchange: Option<i64>) -> Value {
    let mut factor =
        json!({"allocationType": format!("{sort}_ALLOCATION"), "product": of(product), "value": value});
    if let Some(exchange) = exchange {
        factor["exchange"] = json!({"internalId": exchange});
    }
    factor
}

#[test]
fn burdens_are_divided_as_the_archive_states() {
    let all = json!([
        factor("PHYSICAL", "steel", 0.25, None),
        factor("PHYSICAL", "dust", 0.75, None),
        factor("ECONOMIC", "steel", 0.9, None),
        factor("ECONOMIC", "dust", 0.1, None),
        factor("CAUSAL", "steel", 1.0, Some(7)),
        factor("CAUSAL", "dust", 0.0, Some(7)),
        factor("CAUSAL", "steel", 0.5, Some(8)),
        factor("CAUSAL", "dust", 0.5, Some(8)),
    ]);
    // In all 10 x 0.5 + 3 = 8 kg; 2 kg of steel and 4 kg of dust.
    let cases = [
        (Some("ECONOMIC_ALLOCATION"), &[][..], 8.0 * 0.9 / 2.0, Some(8.0 * 0.1 / 4.0)),
        (None, &[], 8.0 * 0.25 / 2.0, Some(8.0 * 0.75 / 4.0)),
        (None, &["--allocation", "causal"], 6.5 / 2.0, Some(1.5 / 4.0)),
        (Some("ECONOMIC_ALLOCATION"), &["--allocation", "reference"], 4.0, None),
    ];
    for (default, flags, steel, dust) in cases {
        let folder = TempDir::new().unwrap();
        two_products(&folder.path().join("in"), all.clone(), default);
        let told = imported(folder.path(), &[&["openlca", "in"], flags].concat(), "out");
        let found = totals(&folder.path().join("out"));
        close(of_product(&found, "steel", "co2"), steel);
        match dust {
            Some(dust) => close(of_product(&found, "dust", "co2"), dust),
            None => assert!(told.contains("left out: co-products"), "{told}"),
        }
    }
}

#[test]
fn factors_with_gaps_are_refused_where_they_are_asked_for() {
    let folder = TempDir::new().unwrap();
    two_products(&folder.path().join("in"), json!([factor("CAUSAL", "steel", 0.5, Some(7))]), None);
    let told = imported(folder.path(), &["openlca", "in"], "out");
    assert!(told.contains("has causal factors with gaps"), "{told}");
    let answer = run(folder.path(), &["import", "openlca", "in", "--allocation", "causal", "-o", "other"]);
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    assert!(answer.stderr.contains("error[shares-do-not-sum]"), "{}", answer.stderr);
    assert!(answer.stderr.contains("causal factors of `power` sum to 0.5"), "{}", answer.stderr);
}

#[test]
fn a_method_of_the_archive_makes_indicators() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("in");
    archive(&root, &TWO);
    let method = json!({"@id": "m", "name": "Method 1", "impactCategories": [of("warming")]});
    write(&root, "lcia_methods", "m", &method);
    // 2 per tonne of CO2 is 0.002 per kg; a resource that is taken counts above 0.
    let factors = json!([
        {"flow": of("co2"), "unit": of("t"), "flowProperty": of("Mass"), "value": 2.0},
        {"flow": of("ore"), "unit": of("kg"), "flowProperty": of("Mass"), "value": 0.1},
    ]);
    let category = json!({"@id": "warming", "name": "Warming", "refUnit": "kg", "impactFactors": factors});
    write(&root, "lcia_categories", "warming", &category);
    imported(folder.path(), &["openlca", "in"], "out");
    let found = totals(&folder.path().join("out"));
    close(of_product(&found, "steel", "warming"), 0.002 * 4.0 + 0.1 * 10.0);
    let rows = table(&folder.path().join("out/interventions.csv"));
    assert!(rows.iter().all(|row| row["method"] == "Method 1"));
    imported(folder.path(), &["openlca", "in", "--method", "none"], "flows");
    close(of_product(&totals(&folder.path().join("flows")), "steel", "co2"), 4.0);
    let answer = run(folder.path(), &["import", "openlca", "in", "--method", "Methd 1", "-o", "no"]);
    assert!(answer.stderr.contains("did you mean `Method 1`?"), "{}", answer.stderr);
}

/// Why a distribution was left out is told by its cause.
#[test]
fn distributions_that_cannot_be_drawn_from_are_told_by_their_cause() {
    let stated = |sort: &str, rest: Value| {
        let folder = TempDir::new().unwrap();
        archive(&folder.path().join("two"), &TWO);
        let path = folder.path().join("two/processes/power-plant.json");
        let mut process: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let mut uncertainty = json!({"distributionType": sort});
        for (key, value) in rest.as_object().unwrap() {
            uncertainty[key] = value.clone();
        }
        process["exchanges"][1]["uncertainty"] = uncertainty;
        fs::write(&path, process.to_string()).unwrap();
        imported(folder.path(), &["openlca", "two"], "out")
    };
    let lognormal = "LOG_NORMAL_DISTRIBUTION";
    let none = "note: 1 distributions that state no spread";
    assert!(stated(lognormal, json!({"geomMean": 1.0, "geomSd": 1.0})).contains(none));
    assert!(stated(lognormal, json!({"geomMean": 1.0, "geomSd": 0.0})).contains(none));
    assert!(stated(lognormal, json!({"geomMean": 1.0})).contains("note: 1 distributions that lack a number"));
    let upside_down = json!({"minimum": 4.0, "mode": 3.0, "maximum": 2.0});
    let found = stated("TRIANGLE_DISTRIBUTION", upside_down);
    assert!(found.contains("note: 1 distributions whose numbers do not fit one another"), "{found}");
    assert!(!stated(lognormal, json!({"geomMean": 1.8, "geomSd": 1.1})).contains("were left out"));
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let refused = |change: &dyn Fn(&Path), code: &str, message: &str| {
        let folder = TempDir::new().unwrap();
        archive(&folder.path().join("in"), &TWO);
        change(&folder.path().join("in"));
        let answer = run(folder.path(), &["import", "openlca", "in", "-o", "out"]);
        assert_eq!(answer.code, 1, "{message}: {}", answer.stderr);
        assert!(answer.stderr.contains(&format!("error[{code}]")), "{}", answer.stderr);
        assert!(answer.stderr.contains(message), "{message}: {}", answer.stderr);
    };
    let parameters = |formulas: &[(&str, &str)]| -> Value {
        let all: Vec<Value> = formulas
            .iter()
            .map(|(name, formula)| json!({"name": name, "formula": formula, "isInputParameter": false}))
            .collect();
        json!({"@id": "ring", "name": "ring", "exchanges": [TWO.made("steel", 1.0, "kg")], "parameters": all})
    };
    let ring = parameters(&[("a", "B + 1"), ("b", "2 * a")]);
    refused(&|root| write(root, "processes", "ring", &ring), "contradiction", "a -> b -> a");
    let same = json!({"@id": "mill", "name": "again", "exchanges": [TWO.made("steel", 1.0, "kg")]});
    refused(&|root| write(root, "processes", "again", &same), "duplicate-key", "two processes `mill`");
    let gone = json!({"@id": "p", "name": "p", "exchanges": [TWO.made("gold", 1.0, "kg")]});
    refused(&|root| write(root, "processes", "p", &gone), "dangling-reference", "no flow `gold`");
    let file = |root: &Path, text: &[u8]| fs::write(root.join("processes/x.json"), text).unwrap();
    let deep = format!("{{\"category\": {{\"x\": {}", "[".repeat(100_000));
    refused(&|root| file(root, deep.as_bytes()), "bad-syntax", "nested deeper than 64");
    refused(&|root| file(root, b"{\"@id\": \"\xff\"}"), "bad-utf8", "not UTF-8");
    let both = br#"{"@id": "x", "exchanges": [{"input": true, "isInput": false}]}"#;
    refused(&|root| file(root, both), "bad-value", "duplicate field");
}
