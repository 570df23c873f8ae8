//! PACT product footprints, in and out: what amounts are per, what is valid, what is asked for.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::imported::{imported, public_data, supply, totals};
use truecost_tests::{auditor, repository, run};

fn guide(name: &str) -> String {
    repository().join("docs/guide/supply/pact").join(name).to_str().unwrap().to_owned()
}

fn total(folder: &Path, product: &str, indicator: &str) -> f64 {
    totals(folder)[&(product.to_owned(), indicator.to_owned())]
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-14 * expected.abs(), "{found} {expected}");
}

#[test]
fn amounts_are_per_unit_in_2_and_per_declared_amount_in_3() {
    let folder = TempDir::new().unwrap();
    let told = imported(folder.path(), &["pact", &guide("coffee.json"), &guide("oil.json")], "out");
    assert!(told.starts_with("read 3 footprints\n  2  in processes\n  1  left out: deprecated"), "{told}");
    let out = folder.path().join("out");
    // 50 kg for 12.5 kg of coffee; 1.2 kg for each litre of oil, whatever its bottle holds.
    close(total(&out, "roasted-coffee", "climate-change"), 4.0);
    close(total(&out, "roasted-coffee", "pact-pcf-including-uptake"), -0.82);
    close(total(&out, "olive-oil", "climate-change"), 1.2);
    close(total(&out, "olive-oil", "pact-packaging"), 0.2);
    let (found, _) = supply(&out);
    let process = |id: &str| found.processes.iter().find(|process| process.product == id).unwrap();
    let coffee = process("roasted-coffee");
    assert_eq!(
        (coffee.location.to_string().as_str(), coffee.period.unwrap().to_string().as_str()),
        ("CO", "2024")
    );
    assert!(
        coffee.source.ends_with("1.5 % of the emissions left out (Travel of staff)"),
        "{}",
        coffee.source
    );
    let oil = process("olive-oil");
    // Southern Europe in UN M49; the period ends on the last day of September 2023.
    assert_eq!(
        (oil.location.to_string().as_str(), oil.period.unwrap().to_string().as_str()),
        ("039", "2023")
    );
    let product = found.products.iter().find(|product| product.id == "olive-oil").unwrap();
    assert_eq!(product.mass_kg.as_ref().map(|mass| mass.float.to_string()).as_deref(), Some("0.916"));
    let methods: Vec<&str> = found.interventions.profiles().iter().map(|profile| &*profile.method).collect();
    assert!(methods.contains(&"IPCC AR6 GWP100") && methods.contains(&"IPCC AR5 GWP100"));
    assert!(found.manifest.caveat.as_deref().unwrap().contains("1 leave out up to 1.5 % of their emissions"));
}

#[test]
fn with_biogenic_uptake_the_whole_is_another() {
    let folder = TempDir::new().unwrap();
    imported(folder.path(), &["pact", &guide("coffee.json"), "--biogenic-uptake", "included"], "out");
    let out = folder.path().join("out");
    close(total(&out, "roasted-coffee", "climate-change"), -0.82);
    close(total(&out, "roasted-coffee", "pact-pcf-excluding-uptake"), 4.0);
    // The oil does not state it.
    let answer = run(
        folder.path(),
        &["import", "pact", &guide("oil.json"), "--biogenic-uptake", "included", "-o", "no"],
    );
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("there is no `pCfIncludingBiogenic`"), "{}", answer.stderr);
}

/// The footprint of the guide, with a change.
fn coffee(change: impl FnOnce(&mut Value)) -> Value {
    let text = fs::read_to_string(guide("coffee.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let mut one = all["data"][0].clone();
    change(&mut one);
    one
}

#[test]
fn the_latest_footprint_of_a_product_and_place_counts() {
    let folder = TempDir::new().unwrap();
    let older = coffee(|one| {
        one["id"] = "older".into();
        one["pcf"]["referencePeriodStart"] = "2023-01-01T00:00:00Z".into();
        one["pcf"]["referencePeriodEnd"] = "2024-01-01T00:00:00Z".into();
        one["pcf"]["pcfExcludingBiogenicUptake"] = "99".into();
    });
    let elsewhere = coffee(|one| {
        one["id"] = "elsewhere".into();
        one["pcf"]["geographyCountry"] = "UG".into();
        one["pcf"]["pcfExcludingBiogenicUptake"] = "25".into();
    });
    let replaced = coffee(|one| {
        one["id"] = "replaced".into();
        one["pcf"]["geographyCountry"] = "UG".into();
    });
    let mut newest = elsewhere.clone();
    newest["precedingPfIds"] = serde_json::json!(["replaced"]);
    let all = serde_json::json!([older, coffee(|_| ()), newest, replaced]);
    fs::write(folder.path().join("all.json"), all.to_string()).unwrap();
    let told = imported(folder.path(), &["pact", "all.json"], "out");
    assert!(
        told.contains("1  left out: another footprint of the product and the place has a later period"),
        "{told}"
    );
    assert!(told.contains("1  left out: another footprint says that it replaces this one"), "{told}");
    let (found, _) = supply(&folder.path().join("out"));
    let rows: Vec<(String, Option<f64>)> = ["roasted-coffee-CO", "roasted-coffee-UG"]
        .map(|process| {
            let rows = &found.interventions;
            let row =
                rows.rows_of(process).find(|row| &*rows.profile(*row).indicator == "climate-change").unwrap();
            (process.to_owned(), rows.amount(row))
        })
        .into();
    assert_eq!(rows[0].1, Some(50.0));
    assert_eq!(rows[1].1, Some(25.0));
}

#[test]
fn what_is_wrong_with_a_footprint_is_said() {
    let refused = |text: &str| {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("pcf.json"), text).unwrap();
        let answer = run(folder.path(), &["import", "pact", "pcf.json", "-o", "out"]);
        assert_eq!(answer.code, 1, "{text}: {}", answer.stderr);
        assert!(!folder.path().join("out").exists());
        answer.stderr
    };
    let pcf = |key: &str, value: Value| coffee(|one| one["pcf"][key] = value).to_string();
    for (text, said) in [
        (
            coffee(|one| one["specVersion"] = "1.0.1".into()).to_string(),
            "error[bad-value] pcf.json:1:specVersion",
        ),
        (pcf("declaredUnitOfMeasurement", "furlong".into()), "error[unknown-unit]"),
        (pcf("declaredUnitAmount", "0".into()), "error[negative-amount]"),
        (pcf("declaredUnitAmount", "-12.5".into()), "error[negative-amount]"),
        (pcf("pcfExcludingBiogenicUptake", "fifty".into()), "error[not-a-number]"),
        (pcf("pcfExcludingBiogenicUptake", "1e999".into()), "error[overflow]"),
        (pcf("pcfExcludingBiogenicUptake", "NaN".into()), "error[not-a-number]"),
        (pcf("pcfExcludingBiogenicUptake", "".into()), "error[missing-value]"),
        (pcf("fossilGhgEmissions", "x".into()), "pcf.json:1:fossilGhgEmissions: `x` is not a number"),
        (pcf("geographyCountry", "XX".into()), "error[unknown-region]"),
        (pcf("referencePeriodEnd", "2023".into()), "error[bad-date]"),
        (pcf("referencePeriodEnd", "2024-01-01T00:00:00Z".into()), "error[contradiction]"),
        (coffee(|one| drop(one.as_object_mut().unwrap().remove("pcf"))).to_string(), "there is no `pcf`"),
        ("[]".to_owned(), "error[empty-table]"),
        ("{\"data\": [1]}".to_owned(), "error[bad-value]"),
        ("{\"data\": ".to_owned(), "error[bad-syntax]"),
        ("[".repeat(100_000), "error[bad-syntax]"),
        ("{\"a\":".repeat(100_000), "error[bad-syntax]"),
    ] {
        let found = refused(&text);
        assert!(found.contains(said), "{said}\n{found}");
    }
    let many = coffee(|one| {
        one["pcf"]["geographyCountry"] = "XX".into();
        one["pcf"]["declaredUnitAmount"] = "0".into();
        one["id"] = "".into();
    });
    assert!(refused(&many.to_string()).contains("3 errors"));
}

const SPECS: [(&str, &str); 2] = [("2.3", "pact-openapi-2.3.3.yaml"), ("3.0", "pact-openapi-3.0.3.yaml")];

/// What a publisher states, by version.
fn about(spec: &str) -> String {
    let three = fs::read_to_string(guide("about.toml")).unwrap();
    if spec == "3.0" {
        return three;
    }
    let (top, pcf) = three.split_once("[pcf]\n").unwrap();
    let pcf = pcf
        .replace("pcfIncludingBiogenicUptake", "pCfIncludingBiogenic")
        .replace("ipccCharacterizationFactors =", "ipccCharacterizationFactorsSources =")
        .replace("crossSectoralStandards", "crossSectoralStandardsUsed")
        .replace("ISO14067", "ISO Standard 14067");
    format!(
        "{top}version = 1\nproductCategoryCpc = \"23911\"\n\n[pcf]\n{pcf}characterizationFactors = \"AR6\"\n\
         biogenicCarbonContent = \"0.45\"\nexemptedEmissionsDescription = \"\"\npackagingEmissionsIncluded = false\n"
    )
}

fn exported(folder: &Path, dataset: &str, product: &str, spec: &str) -> Value {
    let file = format!("{product}-{spec}.json");
    fs::write(folder.join("about.toml"), about(spec)).unwrap();
    let arguments = [
        "export",
        "pact",
        dataset,
        "--product",
        product,
        "--spec",
        spec,
        "--about",
        "about.toml",
        "-o",
        &file,
    ];
    let answer = run(folder, &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap()).unwrap()
}

#[test]
fn what_is_written_is_valid_by_the_published_schema() {
    let folder = TempDir::new().unwrap();
    let dataset = repository().join("datasets/supply/coffee");
    for (spec, document) in SPECS {
        let found = exported(folder.path(), dataset.to_str().unwrap(), "roasted-coffee", spec);
        assert_eq!(found["pcf"]["geographyCountry"], "NL");
        let Some(document) = public_data("pact").map(|folder| folder.join(document)) else { continue };
        let file = folder.path().join(format!("roasted-coffee-{spec}.json"));
        // The fixtures of the guide are what they claim to be.
        let (fixture, name) = match spec {
            "3.0" => (coffee(|_| ()), "coffee.json"),
            _ => (serde_json::from_str(&fs::read_to_string(guide("oil.json")).unwrap()).unwrap(), "oil.json"),
        };
        let own = folder.path().join(name);
        fs::write(&own, fixture.to_string()).unwrap();
        // And a file that is not valid is found out.
        let mut broken = found.clone();
        broken["pcf"]["exemptedEmissionsPercent"] = Value::Null;
        let bad = folder.path().join("broken.json");
        fs::write(&bad, broken.to_string()).unwrap();
        let paths = [&document, &file, &own, &bad].map(|path| path.to_str().unwrap().to_owned());
        let arguments: Vec<&str> = paths.iter().map(String::as_str).collect();
        let Some(judged) = auditor("pact_schema.py", &arguments) else { continue };
        if judged.starts_with("skipped") {
            assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "{judged}");
            eprintln!("{judged}");
            continue;
        }
        let lines: Vec<&str> = judged.lines().collect();
        assert_eq!(lines[0], format!("valid {}", file.display()), "{judged}");
        assert_eq!(lines[1], format!("valid {}", own.display()), "{judged}");
        assert!(lines[2].starts_with("pcf/exemptedEmissionsPercent"), "{judged}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    let folder = TempDir::new().unwrap();
    let dataset = repository().join("datasets/supply/coffee");
    let original = totals(&dataset);
    for (spec, _) in SPECS {
        exported(folder.path(), dataset.to_str().unwrap(), "roasted-coffee", spec);
        let out = format!("again-{spec}");
        imported(folder.path(), &["pact", &format!("roasted-coffee-{spec}.json")], &out);
        let again = total(&folder.path().join(&out), "coffee", "climate-change");
        let expected = original[&("roasted-coffee".to_owned(), "climate-change".to_owned())];
        assert_eq!(again.to_bits(), expected.to_bits(), "{spec}: {again} {expected}");
    }
    // And what was imported goes out again with its parts, in either version.
    imported(folder.path(), &["pact", &guide("oil.json")], "oil");
    let about = about("2.3");
    let known = ["referencePeriod", "pCfIncluding", "fossil", "biogenicCarbon", "ipcc", "characterization"];
    let rest: Vec<&str> =
        about.lines().filter(|line| !known.iter().any(|key| line.starts_with(key))).collect();
    fs::write(folder.path().join("rest.toml"), rest.join("\n")).unwrap();
    let arguments = [
        "export",
        "pact",
        "oil",
        "--product",
        "olive-oil",
        "--spec",
        "2.3",
        "--about",
        "rest.toml",
        "-o",
        "oil.json",
    ];
    let answer = run(folder.path(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let found: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("oil.json")).unwrap()).unwrap();
    let pcf = &found["pcf"];
    for (key, value) in [
        ("declaredUnit", "liter"),
        ("unitaryProductAmount", "1"),
        ("productMassPerDeclaredUnit", "0.916"),
        ("pCfExcludingBiogenic", "1.2"),
        ("packagingGhgEmissions", "0.2"),
        ("biogenicCarbonContent", "0.7"),
        ("geographyRegionOrSubregion", "Southern Europe"),
        ("characterizationFactors", "AR5"),
        ("referencePeriodStart", "2023-01-01T00:00:00Z"),
        ("referencePeriodEnd", "2024-01-01T00:00:00Z"),
    ] {
        assert_eq!(pcf[key], value, "{key}");
    }
}

#[test]
fn units_that_pact_does_not_have_are_declared_in_kilograms() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join("box").join(name), text).unwrap();
    fs::create_dir(folder.path().join("box")).unwrap();
    write(
        "manifest.toml",
        "kind = \"supply\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
         licence = { name = \"CC0-1.0\", redistribute = true }\n",
    );
    write("processes.csv", "id,product,amount,unit,region\nmade,box,1,box,NL\nmilled,flour,1,t,NL\n");
    write(
        "interventions.csv",
        "process,indicator,amount,unit\nmade,climate-change,6,kg CO2-eq\nmilled,climate-change,0.5,t CO2-eq\n",
    );
    write("products.csv", "id,name,unit,mass_kg\nbox,Box of bread,box,12\nflour,Flour,t,\n");
    let two = exported(folder.path(), "box", "box", "2.3");
    // 6 kg for a box of 12 kg: half a kilogram for each kilogram.
    assert_eq!(two["pcf"]["declaredUnit"], "kilogram");
    assert_eq!(two["pcf"]["unitaryProductAmount"], "12");
    assert_eq!(two["pcf"]["pCfExcludingBiogenic"], "0.5");
    let three = exported(folder.path(), "box", "box", "3.0");
    assert_eq!(three["pcf"]["declaredUnitAmount"], "12");
    assert_eq!(three["pcf"]["productMassPerDeclaredUnit"], "12");
    assert_eq!(three["pcf"]["pcfExcludingBiogenicUptake"], "6");
    let tonne = exported(folder.path(), "box", "flour", "3.0");
    assert_eq!(tonne["pcf"]["declaredUnitAmount"], "1000");
    assert_eq!(tonne["pcf"]["pcfExcludingBiogenicUptake"], "500");
    write("products.csv", "id,name,unit,mass_kg\nbox,Box of bread,box,\nflour,Flour,t,\n");
    let arguments = ["export", "pact", "box", "--product", "box", "--about", "about.toml", "-o", "no.json"];
    let answer = run(folder.path(), &arguments);
    assert!(answer.code == 1 && answer.stderr.contains("state `mass_kg` in products"), "{}", answer.stderr);
}

#[test]
fn what_is_not_known_is_asked_for_all_at_once() {
    let folder = TempDir::new().unwrap();
    let dataset = repository().join("datasets/supply/coffee");
    let told = |about: &str, spec: &str| {
        fs::write(folder.path().join("about.toml"), about).unwrap();
        let dataset = dataset.to_str().unwrap();
        let arguments = [
            "export",
            "pact",
            dataset,
            "--product",
            "roasted-coffee",
            "--spec",
            spec,
            "--about",
            "about.toml",
        ];
        let answer = run(folder.path(), &[&arguments[..], &["-o", "out.json"]].concat());
        assert_eq!(answer.code, 1, "{}", answer.stderr);
        assert!(!folder.path().join("out.json").exists());
        answer.stderr
    };
    let empty = told("", "3.0");
    for key in [
        "created",
        "companyName",
        "companyIds",
        "productDescription",
        "productIds",
        "pcf.referencePeriodStart",
        "pcf.referencePeriodEnd",
        "pcf.pcfIncludingBiogenicUptake",
        "pcf.fossilGhgEmissions",
        "pcf.fossilCarbonContent",
        "pcf.ipccCharacterizationFactors",
        "pcf.crossSectoralStandards",
        "pcf.exemptedEmissionsPercent",
    ] {
        assert!(empty.contains(&format!("`{key}` must be stated")), "{key}\n{empty}");
    }
    assert!(empty.contains("13 errors"), "{empty}");
    assert!(told("companyNam = \"x\"", "3.0").contains("did you mean `companyName`?"));
    assert!(
        told("created = 5", "3.0").contains("error[bad-value] about.toml:1:created: `created` cannot be 5")
    );
    assert!(told("companyIds = [\"finca\"]", "3.0").contains("a list of URNs"));
    assert!(
        told("[pcf]\npcfExcludingBiogenicUptake = \"1\"", "3.0")
            .contains("error[contradiction] about.toml:pcfExcludingBiogenicUptake")
    );
    assert!(
        told("[pcf]\npCfExcludingBiogenic = \"1\"", "3.0")
            .contains("PACT 3 has no property `pCfExcludingBiogenic`")
    );
    assert!(told("id = \"x\"", "2.3").contains("has no property `id` here that can be stated"));
    assert!(told("= nonsense", "2.3").contains("this is not TOML"));
}
