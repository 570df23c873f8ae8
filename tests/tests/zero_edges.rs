//! What is taken 0 times is not part of a chain, also where it closes a loop.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::run;

const FILES: [(&str, &str); 5] = [
    (
        "manifest.toml",
        "kind = \"supply\"\ntitle = \"Zero\"\nproducer = \"a test\"\ncitation = \"a test\"\nversion = \"1\"\n\
         geography = \"world\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n\n\
         [defaults]\nfactors = \"ce-delft-2024\"\ncurrency = \"EUR\"\nyear = 2021\n",
    ),
    ("products.csv", "id,name,unit\np,p,kg\nq,q,kg\n"),
    ("processes.csv", "id,product,amount,unit,region,period\na,p,1,kg,NL,2021\nb,q,1,kg,NL,2021\n"),
    ("inputs.csv", "process,product,amount,unit\na,q,0,kg\nb,p,1,kg\n"),
    ("interventions.csv", "process,indicator,amount,unit,source\nb,climate-change,2,kg CO2-eq,test\n"),
];

#[test]
fn a_product_does_not_state_what_it_takes_none_of() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("zero")).unwrap();
    for (name, text) in FILES {
        fs::write(folder.path().join("zero").join(name), text).unwrap();
    }
    let done = run(folder.path(), &["price", "zero", "--format", "json"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let found: Value = serde_json::from_str(&done.stdout).unwrap();
    let coverage = |product: &str| {
        let all = found["products"].as_array().unwrap();
        let own = all.iter().find(|p| p["product"] == product).unwrap();
        own["coverage"].clone()
    };
    assert_eq!(coverage("p")["not_stated"][0], "climate-change", "{}", coverage("p"));
    assert_eq!(coverage("q")["partial"]["climate-change"][0], "a", "{}", coverage("q"));
    let said = run(folder.path(), &["explain", "zero", "p"]);
    assert!(!said.stdout.contains("partial"), "{}", said.stdout);
}
