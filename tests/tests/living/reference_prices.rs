//! Reference prices of a living income.

use std::collections::BTreeMap;

use super::{Coop, FARMS};

#[test]
fn a_reference_price_by_hand() {
    let price = |row: &str| {
        let coop = Coop::new(&[("farms", &format!("{FARMS}f,coffee,2024,{row}\n"))]);
        let row = coop.tables(&["fairtrade", "reference-price", "."]).remove("prices").unwrap().remove(0);
        ["net_land", "cost", "deducted", "price"].map(|column| row[column].clone())
    };
    // 4 ha of which a quarter is planted anew: (6000 + 200 + 100 x 3) / (3 x 500) = 4.333…
    assert_eq!(price("6000,200,100,,,4,0.25,500,kg,USD"), ["3.0", "500", "0", "4.33"]);
    // Other income is not deducted unless the row says so.
    assert_eq!(price("6000,0,,1500,,3,,500,kg,USD"), ["3.0", "0", "0", "4"]);
    assert_eq!(price("6000,0,,1500,yes,3,,500,kg,USD"), ["3.0", "0", "1500", "3"]);
    for bad in [
        "6000,0,,,,3,1,500,kg,USD",
        "6000,0,,,,0,,500,kg,USD",
        "6000,0,,,,3,,0,kg,USD",
        "6000,0,,,,-3,,-5,kg,USD",
    ] {
        let coop = Coop::new(&[("farms", &format!("{FARMS}f,coffee,2024,{bad}\n"))]);
        let problems = coop.problems(&["fairtrade", "reference-price", "."]);
        assert!(problems[0].starts_with("error[negative-amount] ./farms.csv:2:"), "{problems:?}");
    }
    let coop = Coop::new(&[("farms", &format!("{FARMS}f,coffee,2024,6000,,,,yes,3,,5,kg,USD\n"))]);
    assert_eq!(coop.problems(&["fairtrade", "reference-price", "."]).len(), 2);
}

#[test]
fn a_yield_is_of_a_hectare_and_in_a_weight_or_a_count() {
    let ask = |unit: &str| {
        Coop::new(&[("farms", &format!("{FARMS}f,coffee,2024,6000,0,,,,3,,500,{unit},USD\n"))]).run(&[
            "fairtrade",
            "reference-price",
            ".",
            "--format",
            "csv",
        ])
    };
    // 6000 / (3 x 500), whatever way it is said that the yield is of a hectare.
    for (unit, shown) in [
        ("kg", "kg"),
        ("kg/ha", "kg"),
        ("kg / ha", "kg"),
        ("kg per hectare", "kg"),
        ("t/ha", "t"),
        ("box/ha", "box"),
        ("[qq_46]/ha", "[qq_46]"),
    ] {
        let answer = ask(unit);
        assert_eq!(answer.code, 0, "{unit}: {}", answer.stderr);
        let mut reader = csv::Reader::from_reader(answer.stdout.as_bytes());
        let row: BTreeMap<String, String> = reader.deserialize().next().unwrap().unwrap();
        assert_eq!((&*row["price"], &*row["unit"]), ("4", shown), "{unit}");
    }
    for unit in ["kg/acre", "kg / acre", "kg per acre", "m3", "h", "ha", "kg/a"] {
        let answer = ask(unit);
        let said = format!("error[wrong-dimension] ./farms.csv:2:unit: `{unit}` is no unit of a yield");
        assert!(answer.code == 1 && answer.stderr.starts_with(&said), "{unit}: {}", answer.stderr);
    }
    assert!(ask("zzq/ha").stderr.contains("error[unknown-unit]"));
}

#[test]
fn a_published_reference_price_is_reproduced() {
    // Fairtrade International, cocoa from Côte d'Ivoire, 2025: 2.65 EUR a kg. Of its inputs the land is given to one
    // decimal, 3.8 ha: between 3.75 and 3.85 ha lies the published price.
    let coop = Coop::new(&[]);
    let prices =
        coop.tables(&["fairtrade", "reference-price", "living-income-reference-prices"]).remove("prices");
    let prices = prices.unwrap();
    let row = prices.iter().find(|row| row["id"] == "lirp-ci-cocoa-2025").unwrap();
    assert_eq!((&*row["published"], &*row["of_inputs"]), ("2.65", "2.672022066915"));
    let at = |land: f64| (4_201_431.0 + 1_126_873.0) / (land * 800.0) / 655.957;
    assert!((at(3.8) - 2.672_022_066_915).abs() < 1e-9);
    assert!(at(3.85) < 2.65 && 2.65 < at(3.75));
    // Of no other are all inputs known, and none is made up.
    let others = prices.iter().filter(|row| row["id"] != "lirp-ci-cocoa-2025");
    assert!(others.clone().all(|row| row["of_inputs"] == "null" && !row["not_found"].is_empty()));
    assert_eq!(others.count(), 9);
}
