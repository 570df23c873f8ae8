//! Living wages: bands, premiums, prices per product.

use super::{Coop, FOUR, OUTPUT, households, wage, workers};

#[test]
fn the_published_jeans() {
    // Impact Institute for ABN AMRO, 2019: a shortfall of 1,060 EUR a worker-year over 5,000 pairs is 0.212 a pair.
    let coop = Coop::new(&[
        ("products", "id,name,unit\njeans,Jeans,pair\n"),
        ("processes", "id,product,amount,unit,region,period\nsewing,jeans,1,pair,BD,2024\n"),
        ("workers", &workers(&["sewer,,1,lw,2024,,10940,year,net,,,,,,,,10000,jeans,sewing"])),
        ("output", "product,process,period,quantity,unit\njeans,sewing,2024,5000,pair\n"),
    ]);
    let tables = coop.tables(&["fairtrade", "wages", "."]);
    assert_eq!(tables["workers"][0]["gap_of_period"], "1060");
    assert_eq!(tables["products"][0]["gap_per_unit"], "0.212");
    // 0.212 x 1.03.
    assert_eq!(coop.price()["social"], "0.21836");
}

#[test]
fn anker_benchmarks_are_built_in() {
    let row = |basis: &str, pay| {
        format!(
            "id,benchmark,period,pay,pay_per,basis,currency\n\
             w,lw-ke-naivasha-horticulture-2014-{basis},2014-03,{pay},month,{basis},KES\n"
        )
    };
    for (basis, pay, gap) in [("net", 12000, "5276"), ("gross", 12000, "6542"), ("gross", 18542, "0")] {
        let coop = Coop::new(&[("workers", &row(basis, pay))]);
        assert_eq!(coop.tables(&["fairtrade", "wages", "."])["workers"][0]["gap"], gap);
    }
    let mixed = row("net", 12000).replace(",net,", ",gross,");
    let coop = Coop::new(&[("workers", &mixed)]);
    let problems = coop.problems(&["fairtrade", "wages", "."]);
    let told = "error[contradiction] ./workers.csv:2:basis: the pay is gross, and the benchmark \
                `lw-ke-naivasha-horticulture-2014-net` net";
    assert_eq!(problems, [told]);
}

#[test]
fn a_living_wage_by_hand() {
    // Pay, bonuses a year, and in kind up to 30 % of 1,000; overtime is not counted.
    assert_eq!(wage("w,,1,lw,2024,,500,month,net,400,120,year,350,,,,,,"), ["1000", "810", "190", "190"]);
    // Half a week needs half a living wage, and so does the cap: 500 x 30 % = 150.
    assert_eq!(wage("w,,1,lw,2024,,200,month,net,,,,200,20,40,,,,"), ["500", "350", "150", "150"]);
    // More than a full week needs no more.
    assert_eq!(wage("w,,1,lw,2024,,900,month,net,,,,,60,40,,,,"), ["1000", "900", "100", "100"]);
    // A week is 12/52 of a month: 150 x 52/12 = 650; the rise is 350 x 12/52 = 80.769…, rounded up.
    assert_eq!(wage("w,,1,lw,2024,,150,week,net,,,,,,,,,,"), ["1000", "650", "350", "80.77"]);
    // A day, 6 of them a week, is 30 x 6 x 52/12 = 780; an hour, 45 of them, 4 x 45 x 52/12 = 780; a year 9,360 / 12.
    assert_eq!(wage("w,,1,lw,2024,,30,day,net,,,,,,,6,,,"), ["1000", "780", "220", "8.47"]);
    assert_eq!(wage("w,,1,lw,2024,,4,hour,net,,,,,45,45,,,,"), ["1000", "780", "220", "1.13"]);
    assert_eq!(wage("w,,1,lw,2024,,9360,year,net,,,,,,,,,,"), ["1000", "780", "220", "2640"]);
    // Of 60 hours where 40 are standard, 40 count: 5 x 40 x 52/12 = 866.666…, and the rise is 133.333… x 12/52/40 = 0.769…
    let full = ["1000", "866.67", "133.33", "0.77"].map(str::to_owned);
    assert_eq!(wage("w,,1,lw,2024,,5,hour,net,,,,,60,40,,,,"), full);
    assert_eq!(wage("w,,1,lw,2024,,5,hour,net,,,,,40,40,,,,"), full);
    // Bonuses an hour are of standard hours too: (4 + 1) x 40 x 52/12.
    assert_eq!(wage("w,,1,lw,2024,,4,hour,net,,1,hour,,60,40,,,,"), full);
    // Enough is enough.
    assert_eq!(wage("w,,1,lw,2024,,1200,month,net,,,,,,,,,,"), ["1000", "1200", "0", "0"]);
}

#[test]
fn two_bands_and_their_prices() {
    let bands = |rows: &[&str]| {
        let coop = Coop::farm(&[("workers", &workers(rows)), ("output", OUTPUT)]);
        let tables = coop.tables(&["fairtrade", "wages", "."]);
        let steps = ["gap_to_minimum", "gap_to_living"].map(|column| tables["steps"][0][column].clone());
        (steps, tables["products"][0]["gap_per_unit"].clone(), coop.price()["social"].clone())
    };
    let expect = |low: &str, high: &str, unit: &str, social: &str| {
        ([low.to_owned(), high.to_owned()], unit.to_owned(), social.to_owned())
    };
    // 500 of a minimum of 600 and a living wage of 1,000. Ten people x 12 months over 1,200 kg: 1 kg is a tenth of a month.
    let row = |pay, minimum| format!("w,,10,lw,2024,,{pay},month,net,,,,,,,,{minimum},coffee,farm");
    assert_eq!(bands(&[&row(500, 600)]), expect("100", "400", "50", "56.5")); // 10 x 1.53 + 40 x 1.03
    // Above the minimum the lower band is empty; a minimum above a living wage ends at it.
    assert_eq!(bands(&[&row(700, 600)]), expect("0", "300", "30", "30.9"));
    assert_eq!(bands(&[&row(500, 2000)]), expect("500", "0", "50", "76.5"));
    // 4 an hour where 5 is the minimum, 60 hours of which 40 are standard: 693.33 of 866.67 of 1,000.
    let coop = Coop::farm(&[("workers", &workers(&["w,,1,lw,2024,,4,hour,net,,,,,60,40,,5,,"]))]);
    let steps = &coop.tables(&["fairtrade", "wages", "."])["steps"][0];
    assert_eq!((&*steps["gap_to_minimum"], &*steps["gap_to_living"]), ("173.33", "133.33"));
    // Half a year of work is half of it.
    let half = "w,,10,lw,2024,6,500,month,net,,,,,,,,600,coffee,farm";
    assert_eq!(bands(&[half]), expect("100", "400", "25", "28.25"));
    // Nobody lacks anything: that is stated, and 0.
    assert_eq!(bands(&[&row(1000, 600)]), expect("0", "0", "0", "0"));
    // Rows add up, exactly: 3 x 66.666…
    let third = "c,,1,lw,2024-05,,33.333,month,net,,,,,,,,0,coffee,farm";
    let coop = Coop::farm(&[
        ("workers", &workers(&["a,,1,lw,2024,,1000,month,net,,,,,,,,0,coffee,farm", third])),
        (
            "output",
            "product,process,period,quantity,unit\ncoffee,farm,2024,1200,kg\ncoffee,farm,2024-05,800,kg\n",
        ),
    ]);
    // 966.667 over all 2,000 kg.
    assert_eq!(coop.price()["social"], "0.497833505"); // 966.667 / 2000 x 1.03
}

#[test]
fn without_a_minimum_wage_the_split_is_not_known() {
    let row = "w,,10,lw,2024,,500,month,net,,,,,,,,,coffee,farm";
    let coop = Coop::farm(&[("workers", &workers(&[row])), ("output", OUTPUT)]);
    let tables = coop.tables(&["fairtrade", "wages", "."]);
    let steps = &tables["steps"][0];
    assert_eq!((&*steps["gap_to_minimum"], &*steps["gap_to_living"]), ("null", "null"));
    assert_eq!(tables["workers"][0]["gap"], "500");
    let price = coop.price();
    assert_eq!(price["social"], "51.5"); // 50 x 1.03: at least that
    assert_eq!(price["partial"], "wage-gap-below-minimum");
    // Who has enough has no part below the minimum, whatever it is.
    let enough = Coop::farm(&[("workers", &workers(&[&row.replace(",500,", ",1000,")])), ("output", OUTPUT)]);
    assert_eq!((&*enough.price()["social"], &*enough.price()["partial"]), ("0", ""));
}

#[test]
fn what_is_paid_for_wages_may_be_in_them() {
    let row = "w,,10,lw,2024,,700,month,net,,,,,,,,600,coffee,farm";
    let paid =
        "process,indicator,amount,currency,year,source\nfarm,wage-gap-below-living,400,EUR,2024,a fund\n";
    let coop = Coop::farm(&[("workers", &workers(&[row])), ("output", OUTPUT), ("paid", paid)]);
    let price = coop.price();
    // 30 x 1.03, of which no more than that is internalised: 40 a kilogram were paid.
    assert_eq!((&*price["internalised"], &*price["overpaid"], &*price["gap"]), ("30.9", "9.1", "0"));
    let told = coop.run(&["price", "."]).stderr;
    assert!(told.starts_with("warning[contradiction] ./paid.csv:2:indicator: `farm` pays for"), "{told}");
}

#[test]
fn workers_and_households_of_one_process_both_count() {
    let row = "w,,10,lw,2024,,700,month,net,,,,,,,,600,coffee,farm";
    let coop =
        Coop::farm(&[("workers", &workers(&[row])), ("output", OUTPUT), ("households", &households(&FOUR))]);
    assert_eq!(coop.price()["social"], "41.2"); // 30.9 + 10.3
    let answer = coop.run(&["explain", ".", "coffee"]);
    for told in ["./workers.csv:2", "./households.csv:4", "w: 10 x 12 months", "c: living income 10000"] {
        assert!(answer.stdout.contains(told), "{told}: {}", answer.stdout);
    }
}
