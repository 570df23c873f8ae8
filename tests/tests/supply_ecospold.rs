//! Databases in ecoSpold by hand, and files that are not as they should be.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use tempfile::TempDir;
use truecost_tests::imported::{imported, totals};
use truecost_tests::run;

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

fn one(number: usize, name: &str, unit: &str, data: &str) -> String {
    let long = "a text that is longer than any schema allows ".repeat(200);
    format!(
        "<dataset number='{number}'><metaInformation><processInformation><referenceFunction name='{name}' unit='{unit}' \
         amount='1' generalComment='{long}'/><geography location='NL'/></processInformation></metaInformation>\
         <flowData>{data}</flowData></dataset>"
    )
}

fn exchange(number: usize, name: &str, unit: &str, amount: &str, more: &str, group: &str) -> String {
    format!(
        "<exchange number='{number}' name='{name}' unit='{unit}' meanValue='{amount}' {more}>{group}</exchange>"
    )
}

#[test]
fn version_one_gives_what_is_computed_by_hand() {
    let made = "<outputGroup>0</outputGroup>";
    let beside = "<outputGroup>2</outputGroup>";
    let taken = "<inputGroup>5</inputGroup>";
    let air = "category='air' subCategory='unspecified'";
    let caused = "<outputGroup>4</outputGroup>";
    // 1 kWh causes 0.9 kg, so that 1 MJ causes 0.25.
    let power = exchange(1, "power", "kWh", "1", "", made) + &exchange(2, "co2", "kg", "0.9", air, caused);
    // 2 kg of milk and 1 kg of cream of 8 MJ and 1 kg of CO2; the cream bears all of the energy and half of the rest.
    let spread = "uncertaintyType='1' standardDeviation95='1.44'";
    let dairy = [
        exchange(1, "milk", "kg", "2", "", made),
        exchange(2, "cream", "kg", "1", "", beside),
        exchange(3, "power", "MJ", "8", "", taken),
        exchange(4, "co2", "kg", "1", &format!("{air} {spread}"), caused),
    ]
    .concat();
    let share = |product: usize, percent: usize, of: usize| {
        format!(
            "<allocation referenceToCoProduct='{product}' fraction='{percent}'><referenceToInputOutput>{of}</referenceToInputOutput></allocation>"
        )
    };
    let shares = share(1, 0, 3) + &share(2, 100, 3) + &share(1, 50, 4) + &share(2, 50, 4);
    let text = format!(
        "<e:ecoSpold xmlns:e='elsewhere'>{}{}</e:ecoSpold>",
        one(1, "power", "kWh", &power),
        one(2, "milk", "kg", &(dairy + &shares))
    )
    .replace("<dataset", "<e:dataset")
    .replace("</dataset", "</e:dataset");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("all.xml"), text).unwrap();
    let told = imported(folder.path(), &["ecospold", "all.xml"], "out");
    assert!(told.starts_with("read 6 exchanges\n"), "{told}");
    let found = totals(&folder.path().join("out"));
    close(of_product(&found, "power", "co2"), 0.9);
    close(of_product(&found, "milk", "co2"), 0.5 / 2.0);
    close(of_product(&found, "cream", "co2"), 8.0 * 0.25 + 0.5);
    let rows = table(&folder.path().join("out/interventions.csv"));
    let milk = rows.iter().find(|row| row["process"] == "milk.milk").unwrap();
    // The square of the geometric deviation: ln 1.44 / 2 = ln 1.2.
    close(milk["scale"].parse().unwrap(), 1.2_f64.ln());
}

fn two(id: &str, name: &str, data: &str) -> String {
    format!(
        "<?xml version='1.0'?><ecoSpold xmlns='http://www.EcoInvent.org/EcoSpold02'><childActivityDataset><activityDescription>\
         <activity id='{id}'><activityName>{name}</activityName></activity><geography><shortname>GLO</shortname></geography>\
         </activityDescription><flowData>{data}</flowData></childActivityDataset></ecoSpold>"
    )
}

fn passes(id: &str, unit: &str, amount: &str, link: &str, group: &str) -> String {
    format!(
        "<intermediateExchange intermediateExchangeId='{id}' amount='{amount}' {link}><name>{id}</name>\
         <unitName>{unit}</unitName>{group}</intermediateExchange>"
    )
}

fn emits(amount: &str, more: &str) -> String {
    format!(
        "<elementaryExchange elementaryExchangeId='e1' amount='{amount}'><name>co2</name><unitName>kg</unitName>{more}\
         <compartment><compartment>air</compartment><subcompartment>urban</subcompartment></compartment>\
         <outputGroup>4</outputGroup></elementaryExchange>"
    )
}

#[test]
fn version_two_gives_what_is_computed_by_hand() {
    let made = "<outputGroup>0</outputGroup>";
    let taken = "<inputGroup>5</inputGroup>";
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("db/datasets");
    fs::create_dir_all(&source).unwrap();
    // The treatment of 1 kg of waste, an output of -1, causes 0.3 kg; who makes 2 kg of waste takes -2.
    let treatment = passes("waste", "kg", "-1", "", made) + &emits("0.3", "");
    fs::write(source.join("a.spold"), two("t", "treating", &treatment)).unwrap();
    let law = "<uncertainty><lognormal meanValue='1' mu='0' variance='0.01' varianceWithPedigreeUncertainty='0.04'/>\
               <pedigreeMatrix reliability='2' completeness='1' temporalCorrelation='3' geographicalCorrelation='1' \
               furtherTechnologyCorrelation='2'/></uncertainty>";
    let cloth = passes("cloth", "kg", "4", "", made)
        + &passes("waste", "kg", "-2", "activityLinkId='t'", taken)
        + &passes("yarn", "kg", "5", "activityLinkId='gone'", taken)
        + &emits("1", law);
    fs::write(source.join("b.spold"), two("c", "weaving", &cloth)).unwrap();
    let told = imported(folder.path(), &["ecospold", "db"], "out");
    assert!(
        told.contains("1 inputs of 1 products are cut off: its stated provider is not in the source"),
        "{told}"
    );
    let found = totals(&folder.path().join("out"));
    close(of_product(&found, "treatment-of-waste", "co2"), 0.3);
    close(of_product(&found, "cloth", "co2"), (1.0 + 2.0 * 0.3) / 4.0);
    let rows = table(&folder.path().join("out/interventions.csv"));
    let row = rows.iter().find(|row| row["process"] == "weaving").unwrap();
    let columns = ["distribution", "scale", "pedigree", "basic_variance"];
    assert_eq!(columns.map(|column| row[column].as_str()), ["lognormal", "0.2", "2;1;3;1;2", "0.01"]);
    // The same in a zip.
    let mut zip = zip::ZipWriter::new(fs::File::create(folder.path().join("db.zip")).unwrap());
    for name in ["a.spold", "b.spold"] {
        zip.start_file(format!("datasets/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&fs::read(source.join(name)).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    imported(folder.path(), &["ecospold", "db.zip"], "zipped");
    assert_eq!(totals(&folder.path().join("zipped")), found);
}

#[test]
fn control_characters_in_names_become_spaces() {
    let folder = TempDir::new().unwrap();
    let made = exchange(1, "po&#x7f;w&#10;er", "kWh", "1", "", "<outputGroup>0</outputGroup>");
    fs::write(folder.path().join("a.xml"), format!("<ecoSpold>{}</ecoSpold>", one(1, "power", "kWh", &made)))
        .unwrap();
    let told = imported(folder.path(), &["ecospold", "a.xml"], "out");
    assert!(told.contains("texts hold line breaks or control characters"), "{told}");
    assert_eq!(table(&folder.path().join("out/products.csv"))[0]["name"], "po w er");
}

#[test]
fn what_has_no_name_is_refused() {
    let folder = TempDir::new().unwrap();
    let made = exchange(1, "", "kWh", "1", "", "<outputGroup>0</outputGroup>");
    fs::write(folder.path().join("a.xml"), format!("<ecoSpold>{}</ecoSpold>", one(7, "power", "kWh", &made)))
        .unwrap();
    let answer = run(folder.path(), &["import", "ecospold", "a.xml", "-o", "out"]);
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("a.xml: what is made, taken or caused has no name in the data set `7`"));
}

#[test]
fn hostile_files_are_refused() {
    let folder = TempDir::new().unwrap();
    let refused = |source: &str, message: &str| {
        let answer = run(folder.path(), &["import", "ecospold", source, "-o", "out"]);
        assert!([1, 2].contains(&answer.code), "{source}: {}", answer.stderr);
        assert!(answer.stderr.contains(message), "{source}: {}", answer.stderr);
    };
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "bomb.xml",
        "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]><ecoSpold><dataset>&c;</dataset></ecoSpold>",
    );
    refused("bomb.xml", "DOCTYPE");
    write("deep.xml", &"<a>".repeat(1_000_000));
    refused("deep.xml", "nested deeper than 64");
    write("cut.xml", "<ecoSpold><dataset number='1'>");
    refused("cut.xml", "ends before");
    write("empty.xml", "<ecoSpold/>");
    refused("empty.xml", "no process");
    fs::write(folder.path().join("latin.xml"), b"<ecoSpold><dataset n='\xe9'/></ecoSpold>").unwrap();
    refused("latin.xml", "error[");
}
