//! What is taken 0 times is not part of a chain, also where it closes a loop.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::{Case, assert_holds, run};

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

#[test]
fn rows_that_cancel_leave_no_trace_of_their_supplier() {
    // One taken and one given back to the same supplier, which is named in one of the rows.
    let case = Case::new()
        .table("products", "id,name,unit\ngood,Good,kg\npart,Part,kg")
        .table("processes", "id,product,amount,unit,region\nmake,good,1,kg,NL\nsmelt,part,1,kg,NL")
        .table("inputs", "process,product,amount,unit,supplier\nmake,part,1,kg,\nmake,part,-1,kg,smelt")
        .table("interventions", "process,indicator,amount,unit\nsmelt,climate-change,2,kg CO2-eq")
        .factors(
            "test",
            &[],
            "indicator,central,unit,transfer,source,verification\nclimate-change,1,kg CO2-eq,global,r,primary",
        );
    let prices = case.price(&[]);
    let coverage = &prices.product("good")["coverage"];
    assert_eq!(coverage["not_stated"], serde_json::json!(["climate-change"]), "{coverage}");
}

#[test]
fn long_lists_of_silent_processes_and_cut_offs_are_cut_short() {
    let (mut products, mut processes) = (
        "id,name,unit\ngood,Good,kg\n".to_owned(),
        "id,product,amount,unit,region\nmake,good,1,kg,NL\n".to_owned(),
    );
    let mut inputs = "process,product,amount,unit,cutoff\n".to_owned();
    for at in 0..25 {
        products += &format!("p{at:02},P,kg\nq{at:02},Q,kg\n");
        processes += &format!("m{at:02},p{at:02},1,kg,NL\n");
        inputs += &format!("make,p{at:02},1,kg,\nmake,q{at:02},1,kg,yes\n");
    }
    let case = Case::new()
        .table("products", &products)
        .table("processes", &processes)
        .table("inputs", &inputs)
        .table("interventions", "process,indicator,amount,unit\nmake,climate-change,2,kg CO2-eq")
        .factors(
            "test",
            &[],
            "indicator,central,unit,transfer,source,verification\nclimate-change,1,kg CO2-eq,global,r,primary",
        );
    let said = case.run("explain", &["good"]).stdout;
    assert_holds(&said, &["partial: not stated by m00, m01, ", "m19 and 5 more\n"]);
    let out = case.path().join("out");
    case.run("price", &["--product", "good", "--out", out.to_str().unwrap()]);
    let page = fs::read_to_string(out.join("index.html")).unwrap();
    assert_holds(&page, &["m19 and 5 more", "<b>q19</b> into make", "<li>and 5 more</li>"]);
    // Tables and JSON have all.
    let prices = case.price(&["--product", "good"]);
    let coverage = &prices.product("good")["coverage"];
    assert_eq!(coverage["partial"]["climate-change"].as_array().unwrap().len(), 25);
    assert_eq!(coverage["cut_off"].as_array().unwrap().len(), 25);
}
