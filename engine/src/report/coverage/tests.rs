//! Coverage of a small chain that can be worked out by hand.

use std::sync::Arc;

use super::{coverage, indicators_of};
use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::data::supply::Supply;
use crate::pricing::{Request, TruePrices, prepare, price};
use crate::report::columns::{self, Columns};
use crate::report::parquet::batch;

/// Grain of France, flour and bread of Germany, salt of Germany: all of it in the factor set of Germany.
fn prices(settings: &str) -> TruePrices {
    let folder = tempfile::tempdir().unwrap();
    let manifest = format!(
        "kind = \"supply\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"DE\"\n\
         licence = {{ name = \"CC0-1.0\", redistribute = true }}\n\
         [defaults]\nfactors = \"uba-2025\"\ncurrency = \"EUR\"\nyear = 2025\n{settings}"
    );
    let files = [
        ("manifest.toml", manifest.as_str()),
        (
            "products.csv",
            "id,name,unit\nbread,Bread,kg\nflour,Flour,kg\ngrain,Grain,kg\nsalt,Salt,kg\nyeast,Yeast,kg\n",
        ),
        (
            "processes.csv",
            "id,product,amount,unit,region\nbake,bread,1,kg,DE\nmill,flour,1,kg,DE\nfarm,grain,1,kg,FR\nmine,salt,1,kg,DE\n",
        ),
        (
            "inputs.csv",
            "process,product,amount,unit,cutoff\nbake,flour,1,kg,\nmill,grain,1,kg,\nbake,yeast,0.5,kg,yes\n",
        ),
        (
            "interventions.csv",
            "process,indicator,amount,unit\nbake,co2-to-air,1,kg CO2\nbake,climate-change,2,kg CO2-eq\n\
             mill,climate-change,4,kg CO2-eq\nfarm,climate-change,3,kg CO2-eq\nfarm,child-labour-hazardous,5,h\n\
             mine,climate-change,1,kg CO2-eq\n",
        ),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let (library, mut diagnostics) = (Library::new(None), Diagnostics::new());
    let reference = Reference::read(&library, &mut diagnostics);
    let request = Request::default();
    let supply = Supply::read(Source::folder(folder.path()), &reference, &(), &mut diagnostics).map(Arc::new);
    let prepared = supply.and_then(|s| prepare(s, &request, &library, &reference, &mut diagnostics));
    let prices = prepared.as_ref().and_then(|p| price(p, &request, &reference, &(), &mut diagnostics));
    prices.unwrap_or_else(|| panic!("{diagnostics}"))
}

/// Rows of a product, without what is the same in all.
fn rows(table: &Columns, product: &str) -> Vec<[String; 7]> {
    let names = ["indicator", "status", "stated", "reason", "silent", "amount", "external_cost"];
    let of = (0..table.rows()).filter(|&row| table.text("product", row) == product);
    of.map(|row| names.map(|name| table.text(name, row))).collect()
}

#[test]
fn every_part_of_an_indicator_has_its_row() {
    let prices = prices("");
    let table = coverage(&prices);
    // 345 EUR of 2025 per tonne emitted in 2025: 4 kg in the mill, 1 kg in the oven.
    let outside = "FR is outside DE, where the set is valid";
    assert_eq!(
        rows(&table, "bread"),
        [
            [
                "child-labour-hazardous",
                "unpriced",
                "partial",
                "the set has no factor for it",
                "bake mill",
                "5",
                ""
            ],
            ["climate-change", "priced", "complete", "", "", "4", "1.38"],
            ["climate-change", "unpriced", "complete", outside, "", "3", ""],
            ["climate-change", "excluded", "complete", "co2-to-air", "", "2", ""],
            ["co2-to-air", "priced", "partial", "", "farm mill", "1", "0.345"],
            ["", "cut off", "", "bake takes 0.5 kg of yeast, which has no supplier", "", "", ""],
        ]
        .map(|row| row.map(str::to_owned))
    );
    let not_stated = ["co2-to-air", "not stated", "absent", "", "", "", ""].map(str::to_owned);
    assert!(rows(&table, "grain").contains(&not_stated), "{:?}", rows(&table, "grain"));
    // Where nothing is stated of what is absent, it is not zero.
    assert!(rows(&table, "salt").iter().all(|row| row[1] != "zero"));
}

#[test]
fn the_costs_of_its_rows_are_the_external_cost() {
    let prices = prices("");
    let table = coverage(&prices);
    let costs: Vec<String> = rows(&table, "bread").into_iter().map(|row| row[6].clone()).collect();
    assert_eq!(costs.iter().filter(|cost| !cost.is_empty()).collect::<Vec<_>>(), ["1.38", "0.345"]);
    let bread = prices.products.iter().find(|p| p.product == "bread").unwrap();
    assert_eq!(bread.external.money().unwrap().to_string(), "1.725");
}

#[test]
fn nothing_by_declaration_is_zero() {
    let table = coverage(&prices("[supply]\nabsent_interventions = \"zero\"\n"));
    assert_eq!(
        rows(&table, "salt"),
        [
            ["child-labour-hazardous", "zero", "complete", "", "", "0", ""],
            ["climate-change", "priced", "complete", "", "", "1", "0.345"],
            ["co2-to-air", "priced", "complete", "", "", "0", "0"],
        ]
        .map(|row| row.map(str::to_owned))
    );
}

#[test]
fn indicators_of_a_result_once_each() {
    let table = indicators_of(&prices(""));
    let found: Vec<[String; 4]> = (0..table.rows())
        .map(|row| ["id", "unit", "dimension", "kind"].map(|name| table.text(name, row)))
        .collect();
    assert_eq!(
        found,
        [
            ["child-labour-hazardous", "h", "social", "burden"],
            ["climate-change", "kg CO2-eq", "environmental", "burden"],
            ["co2-to-air", "kg CO2", "environmental", "burden"],
        ]
        .map(|row| row.map(str::to_owned))
    );
}

#[test]
fn results_without_rows_have_their_types() {
    let full = prices("");
    let mut empty = full.clone();
    empty.products.clear();
    empty.breakdown.clear();
    for table in [columns::true_prices, columns::breakdown, coverage, indicators_of] {
        let (full, empty) = (batch(&table(&full)).unwrap(), batch(&table(&empty)).unwrap());
        assert_eq!((empty.num_rows(), empty.schema()), (0, full.schema()));
        assert!(full.num_rows() > 0);
    }
}
