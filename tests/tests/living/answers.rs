//! What is said of rows that are wrong, and in which order.

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::workbooks::Parts;
use truecost_tests::{Answer, run};

use super::{Coop, FARMS, FOUR, MANIFEST, OUTPUT, households, workers};

#[test]
fn the_order_of_rows_changes_nothing() {
    let rows = [
        "w1,,1,lw,2024,,700,month,net,,,,,,,,600,coffee,farm",
        "w2,,2,lw,2024,,31,week,net,,,,,,,,,coffee,farm",
    ];
    let answer = |rows: &[&str], homes: &[&str]| {
        let coop = Coop::farm(&[
            ("workers", &workers(rows)),
            ("output", OUTPUT),
            ("households", &households(homes)),
        ]);
        let told = coop.run(&["price", ".", "--format", "json"]);
        let json: Value = serde_json::from_str(&told.stdout).unwrap_or_else(|_| panic!("{}", told.stderr));
        json["lineage"]["datasets"][0]["hash"].to_string() + &json["products"].to_string()
    };
    let turned: Vec<&str> = FOUR.into_iter().rev().collect();
    assert_eq!(answer(&rows, &FOUR), answer(&[rows[1], rows[0]], &turned));
    // And what is lacking is part of the hash.
    let other = [rows[0], "w2,,2,lw,2024,,32,week,net,,,,,,,,,coffee,farm"];
    assert_ne!(answer(&rows, &FOUR)[..80], answer(&other, &FOUR)[..80]);
}

#[test]
fn what_cannot_be_is_said() {
    let row = "w,,10,lw,2024,,700,month,net,,,,,,,,600,coffee,farm";
    let told = |coop: &Coop, arguments: &[&str], what: &str| {
        let problems = coop.problems(arguments);
        assert!(problems.len() == 1 && problems[0].contains(what), "{problems:?}");
    };
    let price = ["price", "."];
    let stated = "process,indicator,amount,unit\nfarm,wage-gap-below-living,1,EUR2024\n";
    let coop = Coop::farm(&[("workers", &workers(&[row])), ("output", OUTPUT), ("interventions", stated)]);
    told(
        &coop,
        &price,
        "interventions.csv:2:indicator: `farm` states `wage-gap-below-living`, which is computed",
    );
    let coop = Coop::farm(&[("workers", &workers(&[row]))]);
    told(&coop, &price, "workers.csv:2:process: how much did `farm` make in 2024?");
    let coop = Coop::farm(&[("workers", &workers(&[&row.replace(",farm", ",form")])), ("output", OUTPUT)]);
    told(&coop, &price, "workers.csv:2:process: there is no process `form`");
    let both = [("workers", &*workers(&[row])), ("households", &households(&["h,w,li,2024,2,3,1,no,,,,"]))];
    told(
        &Coop::new(&both),
        &["check", "."],
        "households.csv:2:id: `w` is a household of 2024 and a worker in",
    );
    let wages = ["fairtrade", "wages", "."];
    let coop = Coop::new(&[("workers", &workers(&[&row.replace(",lw,", ",li,")]))]);
    told(&coop, &wages, "error[wrong-kind] ./workers.csv:2:benchmark: `li` is a benchmark of kind `income`");
    let coop = Coop::new(&[("workers", &workers(&[&row.replace(",lw,", ",lv,")]))]);
    told(&coop, &wages, "error[not-found] ./workers.csv:2:benchmark: there is no benchmark `lv`");
    let coop = Coop::new(&[("workers", &workers(&[&row.replace(",2024,", ",2030,")]))]);
    told(&coop, &wages, "error[missing-index] ./workers.csv:2:benchmark: the price index `hicp-euro-area`");
    let coop = Coop::new(&[("workers", &workers(&[&row.replace(",month,", ",hour,")]))]);
    told(&coop, &wages, "error[missing-value] ./workers.csv:2:contracted_hours: how many hours has a week?");
    let coop = Coop::new(&[("workers", &workers(&[&row.replace(",2024,,", ",2024,13,")]))]);
    told(&coop, &wages, "error[bad-value] ./workers.csv:2:months: `2024` has no 13 months");
    let coop = Coop::new(&[("workers", &workers(&[row]))]);
    coop.write("manifest.toml", &MANIFEST.replace("[coop]\ncurrency = \"EUR\"\n", ""));
    told(&coop, &wages, "error[missing-value] ./workers.csv:currency: there are amounts without a currency");
    coop.write(
        "manifest.toml",
        &MANIFEST.replace("[coop]\ncurrency = \"EUR\"\n", "[coop]\ncurrency = \"USD\"\n"),
    );
    told(&coop, &wages, "workers.csv:2:currency: the amounts are in USD, and the benchmark `lw` in EUR");
    told(&coop, &["fairtrade", "income", "."], "error[missing-table] ./households.csv");
}

#[test]
fn a_wrong_unit_of_a_header_is_told_at_the_header() {
    let settings: &[&[&str]] = &[&["setting", "value"], &["currency", "EUR"]];
    let farm = |head: &str| -> Answer {
        let folder = TempDir::new().unwrap();
        let rows: &[&[&str]] = &[
            &["Id", "Product", "Year", "Decent living (EUR)", "Production cost (EUR)", "Land (ha)", head],
            &["f", "coffee", "2024", "6000", "0", "3", "500"],
        ];
        Parts::new().table("Settings", settings).table("Farms", rows).write(&folder.path().join("coop.xlsx"));
        run(folder.path(), &["fairtrade", "reference-price", "coop.xlsx", "--format", "csv"])
    };
    let fine = farm("Yield (kg/ha)");
    assert!(fine.code == 0 && fine.stdout.contains(",4,kg,"), "{}{}", fine.stdout, fine.stderr);
    assert!(farm("Yield (kg / ha)").stdout.contains(",4,kg,"));
    let told = farm("Yield (kg/acre)");
    assert!(
        told.code == 1 && told.stderr.contains("Farms!G1: `kg/acre` is no unit of a yield"),
        "{}",
        told.stderr
    );
    let folder = TempDir::new().unwrap();
    let rows: &[&[&str]] = &[
        &[
            "Id",
            "Benchmark",
            "Period",
            "Adults",
            "Children",
            "Net income (KES)",
            "Product",
            "Quantity (kg/ha)",
        ],
        &["h", "li-ke-rural-kericho-2024", "2024", "2", "3", "500000", "tea", "10000"],
    ];
    Parts::new()
        .table("Settings", settings)
        .table("Households", rows)
        .write(&folder.path().join("coop.xlsx"));
    let told = run(folder.path(), &["fairtrade", "income", "coop.xlsx"]);
    assert!(
        told.code == 1 && told.stderr.contains("Households!H1: `kg/ha` is no unit of a quantity"),
        "{}",
        told.stderr
    );
}

#[test]
fn what_an_answer_lacks_is_noted() {
    // (600 + 0 - 1,500) / (3 x 500) = -0.6.
    let farm = format!("{FARMS}f,coffee,2024,600,0,,1500,yes,3,,500,kg,USD\n");
    let text = Coop::new(&[("farms", &farm)]).run(&["fairtrade", "reference-price", "."]).stdout;
    assert!(text.contains("-0.6") && text.contains("a price below 0: of 1 of 1 farms"), "{text}");
    // A worker of a month, and only the output of the year.
    let row = "w,,1,lw,2024-03,,500,month,net,,,,,,,,600,coffee,farm";
    let text = Coop::farm(&[("workers", &workers(&[row])), ("output", OUTPUT)]);
    let text = text.run(&["fairtrade", "wages", "."]).stdout;
    assert!(text.contains("no gap per unit of `coffee` in 2024-03: `output` has no row"), "{text}");
    // The sign of a quintal of coffee.
    let farm = format!("{FARMS}f,coffee,2024,600,0,,,,3,,500,qq,USD\n");
    let told = Coop::new(&[("farms", &farm)]).run(&["fairtrade", "reference-price", "."]).stderr;
    assert!(told.contains("[qq_46] (46 kg) or [qq_lb] (100 lb), and `quintal` is 100 kg"), "{told}");
}
