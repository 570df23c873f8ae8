//! Datasets that are exported to Brightway and come back: what the matrices have no place for.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};

use truecost_tests::imported::{imported, totals};
use truecost_tests::{Case, assert_holds, run};
use zip::write::SimpleFileOptions;

/// Exports the dataset, imports it again, and gives what both said.
fn back(case: &Case) -> (String, String) {
    let answer = run(case.path(), &["export", "brightway", "data", "-o", "a.zip"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    (answer.stderr, imported(case.path(), &["brightway", "a.zip"], "back"))
}

/// Rows of `inputs` that came back; columns that are empty all over are not written.
fn inputs(case: &Case) -> Vec<String> {
    let mut reader = csv::Reader::from_path(case.path().join("back/inputs.csv")).unwrap();
    let columns = ["process", "product", "amount", "unit", "origin", "supplier", "cutoff"];
    let row = |row: BTreeMap<String, String>| {
        columns.map(|column| row.get(column).map_or("", String::as_str)).join(",")
    };
    let mut rows: Vec<String> = reader.deserialize().map(|found| row(found.unwrap())).collect();
    rows.sort();
    rows
}

/// Flour for 36 EUR and bran for 4: nine parts of the salt are of flour, one is of bran.
fn mill() -> Case {
    Case::new()
        .table("products", "id,name,unit\nbran,Bran,kg\nflour,Flour,kg\nsalt,Salt,kg\nwheat,Wheat,kg")
        .table(
            "processes",
            "id,product,amount,unit,region,allocation,price,currency
             field,wheat,1,kg,NL,,,
             mill,bran,20,kg,NL,economic,0.2,EUR
             mill,flour,80,kg,NL,economic,0.45,EUR",
        )
        .table("inputs", "process,product,amount,unit,cutoff\nmill,salt,10000,g,yes\nmill,wheat,100,kg,")
        .table("interventions", "process,indicator,amount,unit\nfield,climate-change,1,kg CO2-eq")
}

#[test]
fn products_that_are_made_together_share_what_is_cut_off() {
    let case = mill();
    back(&case);
    let rows = [
        "mill-bran,salt,1,kg,,,yes",
        "mill-bran,wheat,10,kg,NL,field,",
        "mill-flour,salt,9,kg,,,yes",
        "mill-flour,wheat,90,kg,NL,field,",
    ];
    assert_eq!(inputs(&case), rows);
}

/// `origin` is where a product is made whose place depends on who asks; an input cannot state it.
#[test]
fn a_supplier_without_a_place_comes_back() {
    let case = mill().table(
        "processes",
        "id,product,amount,unit,region
         field,wheat,1,kg,origin
         mill,flour,80,kg,NL",
    );
    back(&case);
    assert_eq!(inputs(&case), ["mill,salt,10,kg,,,yes", "mill,wheat,100,kg,,field,"]);
    let found = totals(&case.path().join("back"));
    let flour = found[&("flour".to_owned(), "climate-change".to_owned())];
    assert!((flour - 1.25).abs() < 1e-12, "{flour}");
}

#[test]
fn a_product_that_is_cut_off_twice_is_added_up() {
    let case = mill().table(
        "inputs",
        "process,product,amount,unit,origin,cutoff
         mill,salt,10000,g,FR,yes
         mill,salt,20,kg,DE,yes
         mill,wheat,100,kg,,",
    );
    let (said, told) = back(&case);
    assert_holds(&said, &["2 inputs are cut off", "`salt` of `mill:bran`, `salt` of `mill:flour`;"]);
    assert_holds(&told, &["  2  in inputs, cut off\n"]);
    assert_eq!(inputs(&case)[..1], ["mill-bran,salt,3,kg,,,yes"]);
    assert_eq!(inputs(&case)[2..3], ["mill-flour,salt,27,kg,,,yes"]);
}

#[test]
fn rows_of_cut_offs_that_are_left_out_are_told() {
    let case = mill();
    back(&case);
    let mut from = zip::ZipArchive::new(fs::File::open(case.path().join("a.zip")).unwrap()).unwrap();
    let mut to = zip::ZipWriter::new(fs::File::create(case.path().join("b.zip")).unwrap());
    for at in 0..from.len() {
        let mut file = from.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        to.start_file(&name, SimpleFileOptions::default()).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if name == "cutoffs.csv" {
            // The header, two good rows, and three of which nothing can become.
            bytes.extend(b"99,salt,Salt,kg,1,kg\nmill,salt,Salt,kg,1,kg\n1,,Salt,kg,1,kg\n");
        }
        to.write_all(&bytes).unwrap();
    }
    to.finish().unwrap();
    let told = imported(case.path(), &["brightway", "b.zip"], "out");
    let unknown =
        "2  left out: inputs that are cut off, of a process that the technosphere does not have (first: ";
    let nameless = "1  left out: inputs that are cut off, without the id of a product (";
    assert_holds(&told, &["2  in inputs, cut off\n", unknown, "cutoffs.csv:4", nameless, "cutoffs.csv:6"]);
}
