//! Datasets that are exported to Brightway and come back: what the matrices have no place for.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::Read;

use truecost_tests::imported::imported;
use truecost_tests::{Case, run};

/// A file of a package.
fn file(case: &Case, name: &str) -> String {
    let mut zip = zip::ZipArchive::new(fs::File::open(case.path().join("a.zip")).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Exports the dataset, imports it again, and gives what both said.
fn back(case: &Case) -> (String, String) {
    let answer = run(case.path(), &["export", "brightway", "data", "-o", "a.zip"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    (answer.stderr, imported(case.path(), &["brightway", "a.zip"], "back"))
}

/// Rows of `inputs` that came back, up to the column `cutoff`.
fn inputs(case: &Case) -> Vec<String> {
    let text = fs::read_to_string(case.path().join("back/inputs.csv")).unwrap();
    let mut rows: Vec<String> =
        text.lines().skip(1).map(|line| line.split(',').take(7).collect::<Vec<_>>().join(",")).collect();
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
        .table(
            "inputs",
            "process,product,amount,unit,cutoff\nmill,salt,10000,g,yes\nmill,wheat,100,kg,",
        )
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
