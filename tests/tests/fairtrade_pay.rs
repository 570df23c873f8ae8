//! What contracts pay: known truths of METHOD section 5, by hand, and against an independent program.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use truecost_tests::{Answer, assert_holds, auditor, repository, run};

type Row = BTreeMap<String, String>;

const HEAD: &str = "id,date,product,form,quality,origin,incoterm,quantity,unit,agreed,market,government_fob,\
                    minimum,premium,organic_differential,price_unit,currency,mass_kg";

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

/// Files of a folder, by name.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let text: Vec<&str> = text.trim().lines().map(str::trim).collect();
        fs::write(folder.path().join(name), text.join("\n") + "\n").unwrap();
    }
    folder
}

fn contracts(lines: &str) -> String {
    format!("{HEAD}\n{}", lines.trim())
}

fn pay(folder: &Path, more: &[&str]) -> Answer {
    let mut arguments = vec!["fairtrade", "pay", "contracts.csv", "--format", "csv"];
    arguments.extend(more);
    run(folder, &arguments)
}

/// The one contract of a file without market prices.
fn one(line: &str) -> Row {
    let folder = folder(&[("contracts.csv", &contracts(line))]);
    let answer = pay(folder.path(), &[]);
    rows(&answer.stdout).into_iter().next().unwrap_or_else(|| panic!("{}", answer.stderr))
}

fn fields<'a>(row: &'a Row, names: &[&str]) -> Vec<&'a str> {
    names.iter().map(|name| row[*name].as_str()).collect()
}

const PARTS: [&str; 5] = ["decided", "price", "differential", "premium", "pay"];

#[test]
fn organic_washed_arabica_at_a_market_of_160_pays_240() {
    let row = one("c,2023-08-01,coffee,arabica-washed,organic,CO,FOB,1,lb,,1.60,,,,,lb,USD,");
    assert_eq!(fields(&row, &PARTS), ["minimum", "1.8", "0.4", "0.2", "2.4"]);
    assert_eq!(row["rests_on"], "secondary");
}

#[test]
fn conventional_at_a_market_of_250_pays_270() {
    let row = one("c,2024-05-02,coffee,arabica-washed,conventional,CO,FOB,1,lb,,2.50,,,,,lb,USD,");
    assert_eq!(fields(&row, &PARTS), ["market", "2.5", "0", "0.2", "2.7"]);
}

#[test]
fn the_day_before_the_change_the_old_prices_hold() {
    let row = one("c,2023-07-31,coffee,arabica-washed,organic,CO,FOB,1,lb,,1.20,,,,,lb,USD,");
    assert_eq!(fields(&row, &PARTS), ["minimum", "1.4", "0.3", "0.2", "1.9"]);
    let row = one("c,2011-03-31,coffee,arabica-natural,organic,CO,FOB,1,lb,,1.00,,,,,lb,USD,");
    assert_eq!(fields(&row, &PARTS), ["minimum", "1.2", "0.2", "0.1", "1.5"]);
    let row = one("c,2008-05-31,coffee,arabica-natural,organic,CO,FOB,1,lb,,1.00,,,,,lb,USD,");
    assert_eq!(row["status"], "not priced");
    assert_holds(&row["why"], &["no minimum price is in force on 2008-05-31", "from 2008-06-01"]);
}

#[test]
fn the_agreed_price_counts_where_it_is_the_highest() {
    let row = one("c,2024-05-02,coffee,robusta-natural,conventional,UG,FOB,1,lb,3.10,2.50,,,,,lb,USD,");
    assert_eq!(fields(&row, &PARTS), ["agreed", "3.1", "0", "0.2", "3.3"]);
}

#[test]
fn where_a_government_sets_the_price_the_buyer_pays_what_it_is_below_the_minimum() {
    // 2,400 - 2,124 = 276, and the premium of 240; neither the market nor an agreement counts.
    let row = one("c,2019-10-01,cocoa,beans,conventional,CI,FOB,25,t,2600,3000,2124,,,,t,USD,");
    assert_eq!(fields(&row, &PARTS), ["minimum", "2124", "276", "240", "2640"]);
    assert_eq!(fields(&row, &["total", "to_fund"]), ["66000", "6000"]);
    let row = one("c,2019-10-01,cocoa,beans,conventional,GH,FOB,25,t,,,2500,,,,t,USD,");
    assert_eq!(fields(&row, &PARTS), ["government", "2500", "0", "240", "2740"]);
    let row = one("c,2019-10-01,cocoa,beans,conventional,CI,FOB,25,t,,3000,,,,,t,USD,");
    assert_holds(&row["why"], &["a government sets the price there"]);
    // Without an origin it is not known whether a government does.
    let row = one("c,2019-10-01,cocoa,beans,conventional,,FOB,25,t,,3000,,,,,t,USD,");
    assert_holds(&row["why"], &["states no origin", "CI, GH"]);
}

#[test]
fn units_convert_exactly() {
    // The lot of 37,500 lb of the exchange, in kilograms: 37,500 x 0.45359237 = 17,009.713875.
    let row = one("c,2023-08-01,coffee,arabica-washed,organic,CO,FOB,17009.713875,kg,,1.60,,,,,lb,USD,");
    assert_eq!(fields(&row, &["total", "to_fund"]), ["90000", "7500"]);
    // 100 quintals of 100 lb are 10,000 lb; those of 46 kg are 4,600 kg = 10,141.2640… lb.
    let row = one("c,2023-08-01,coffee,arabica-washed,organic,CO,FOB,100,[qq_lb],,1.60,,,,,lb,USD,");
    assert_eq!(row["total"], "24000");
    // 4,600 / 0.45359237 x 2.40 = 24,339.0337…
    let row = one("c,2023-08-01,coffee,arabica-washed,organic,CO,FOB,100,[qq_46],,1.60,,,,,lb,USD,");
    assert_eq!(row["total"], "24339.03");
    // Prices per quintal of 100 lb, and per metric one: 1.80 x 100, 1.80 x 100 / 0.45359237 = 396.8320719…
    let row = one("c,2023-08-01,coffee,arabica-washed,organic,CO,FOB,1,[qq_lb],,160,,,,,[qq_lb],USD,");
    assert_eq!(fields(&row, &PARTS), ["minimum", "180", "40", "20", "240"]);
    let row = one("c,2023-08-01,coffee,arabica-washed,organic,CO,FOB,1,quintal,,300,,,,,quintal,USD,");
    assert_eq!(row["price"], "396.83207193278");
    // 276 USD/t in USD per metric quintal and per kilogram.
    let row = one("c,2019-10-01,cocoa,beans,conventional,CI,FOB,250,quintal,,,212.4,,,,quintal,USD,");
    assert_eq!(fields(&row, &["differential", "total"]), ["27.6", "66000"]);
    let row = one("c,2019-10-01,cocoa,beans,conventional,CI,FOB,25000,kg,,,2.124,,,,kg,USD,");
    assert_eq!(fields(&row, &["differential", "total"]), ["0.276", "66000"]);
}

#[test]
fn a_box_has_the_mass_of_its_row_and_nothing_else_has() {
    // 1 USD for a box of 18.14 kg; the minimum price of the country is the contract's own.
    let line = "c,2026-02-01,banana,fresh,conventional,EC,FOB,1814,kg,,6,,7,,,box,USD,";
    let row = one(line);
    assert_eq!(fields(&row, &["premium", "pay", "total", "to_fund"]), ["1", "8", "800", "100"]);
    let sacks = one("c,2026-02-01,banana,fresh,conventional,EC,FOB,10,sack,,6,,7,,,box,USD,");
    assert_holds(&sacks["why"], &["`sack` does not convert to `box`", "mass_kg"]);
    let sized = one("c,2026-02-01,banana,fresh,conventional,EC,FOB,10,box,,6,,7,,,kg,USD,18.14");
    assert_eq!(fields(&sized, &["price", "total"]), ["7", "1279.8"]);
}

#[test]
fn where_a_government_sets_the_price_no_organic_differential_is_added() {
    // 2,124 + 276 + 240: the differential of 300 of the table is not in the formula, nor is one of the contract.
    for own in ["", "300"] {
        let row = one(&format!("c,2024-01-02,cocoa,beans,organic,CI,FOB,1,t,,,2124,,,{own},t,USD,"));
        assert_eq!(fields(&row, &PARTS), ["minimum", "2124", "276", "240", "2640"]);
    }
}

#[test]
fn organic_with_a_minimum_of_its_own_has_no_differential() {
    let row = one("c,2018-12-01,cocoa,beans,organic,PE,FOB,1,t,,2200,,,,,t,USD,");
    assert_eq!(fields(&row, &PARTS), ["minimum", "2300", "0", "200", "2500"]);
    let row = one("c,2019-12-01,cocoa,beans,organic,PE,FOB,1,t,,2500,,,,,t,USD,");
    assert_eq!(fields(&row, &PARTS), ["market", "2500", "300", "240", "3040"]);
}

#[test]
fn no_minimum_by_rule_is_not_a_minimum_that_was_not_seen() {
    let row = one("c,2012-01-02,cane-sugar,raw,organic,PY,FOB,10,t,700,,,,,,t,USD,");
    assert_eq!(fields(&row, &PARTS), ["agreed", "700", "0", "80", "780"]);
    let row = one("c,2012-01-02,cocoa,butter,conventional,GH,FOB,10,t,,4100,,,,,t,USD,");
    assert_eq!(fields(&row, &PARTS), ["market", "4100", "0", "530", "4630"]);
    for (line, lacks) in [
        ("c,2026-02-01,banana,fresh,conventional,EC,FOB,1,box,,6,,,,,box,USD,", "`minimum` was not seen"),
        ("c,2026-02-01,cocoa,beans,conventional,PE,FOB,1,t,,6000,,,,,t,USD,", "`premium` was not seen"),
        ("c,2026-02-01,cocoa,beans,conventional,CI,FOB,1,t,,,3000,,,,t,USD,", "`minimum` was not seen"),
        ("c,2012-01-02,cane-sugar,raw,organic,PY,FOB,10,t,,,,,,,t,USD,", "no market price"),
    ] {
        let row = one(line);
        assert_eq!(fields(&row, &["status", "pay", "total"]), ["not priced", "", ""], "{line}");
        assert_holds(&row["why"], &[lacks]);
    }
}

#[test]
fn the_contracts_own_figures_win_and_need_no_table() {
    let row = one("c,2024-05-02,coffee,arabica-washed,organic,CO,FOB,1,lb,,1.60,,2.10,0.25,none,lb,USD,");
    assert_eq!(fields(&row, &PARTS), ["minimum", "2.1", "0", "0.25", "2.35"]);
    assert_eq!(row["rests_on"], "own figures");
    let row = one("c,2024-05-02,tea,leaf,conventional,LK,FOB,1,kg,,2,,none,0.5,,kg,EUR,");
    assert_eq!(fields(&row, &PARTS), ["market", "2", "0", "0.5", "2.5"]);
    let row = one("c,2024-05-02,tea,leaf,organic,LK,FOB,1,kg,,2,,none,0.5,,kg,EUR,");
    assert_holds(&row["why"], &["no minimum price of `tea`"]);
}

#[test]
fn incoterm_levels_are_never_mixed() {
    let row = one("c,2024-05-02,coffee,arabica-washed,organic,CO,EXW,1,lb,,1.60,,,,,lb,USD,");
    assert_holds(&row["why"], &["are at FOB", "`EXW`", "never mixed"]);
    let row = one("c,2024-05-02,coffee,arabica-washed,organic,CO,,1,lb,,1.60,,,,,lb,USD,");
    assert_holds(&row["why"], &["the contract states no incoterm"]);
}

const MARKET: &str = "product,form,quality,origin,incoterm,date,price,unit,currency";

/// The price of a conventional contract of 15 March 2024 with these market prices.
fn at_market(market: &str, more: &[&str]) -> Row {
    let line = "c,2024-03-15,coffee,arabica-washed,conventional,CO,FOB,1,lb,,,,,,,lb,USD,";
    let market = format!("{MARKET}\n{}", market.trim());
    let folder = folder(&[("contracts.csv", &contracts(line)), ("market.csv", &market)]);
    let mut arguments = vec!["--market", "market.csv"];
    arguments.extend(more);
    let answer = pay(folder.path(), &arguments);
    rows(&answer.stdout).into_iter().next().unwrap_or_else(|| panic!("{}", answer.stderr))
}

#[test]
fn the_last_market_price_on_or_before_the_day_counts_and_none_after_it() {
    let days = "coffee,,,,,2024-03-14,2.41,lb,USD
                coffee,,,,,2024-03-15,2.42,lb,USD
                coffee,,,,,2024-03-16,9.99,lb,USD";
    assert_eq!(at_market(days, &[])["price"], "2.42");
    let later = at_market("coffee,,,,,2024-03-16,9.99,lb,USD", &[]);
    assert_holds(&later["why"], &["no market price of `coffee`", "2024-03-15", "a later price never counts"]);
    // A month is known on its last day only.
    let months = "coffee,,,,,2024-02,2.30,lb,USD
                  coffee,,,,,2024-03,2.90,lb,USD";
    assert_eq!(at_market(months, &[])["price"], "2.3");
}

#[test]
fn an_old_market_price_does_not_count() {
    // 13 February to 15 March 2024 are 31 days.
    assert_eq!(at_market("coffee,,,,,2024-02-13,2.42,lb,USD", &[])["price"], "2.42");
    let old = "coffee,,,,,2024-02-12,2.42,lb,USD";
    assert_holds(&at_market(old, &[])["why"], &["from the 31 days up to 2024-03-15", "of 2024-02-12"]);
    assert_eq!(at_market(old, &["--market-days", "32"])["price"], "2.42");
    assert_eq!(at_market("coffee,,,,,2024-03-15,2.42,lb,USD", &["--market-days", "0"])["price"], "2.42");
}

#[test]
fn the_most_specific_market_price_wins_and_two_that_fit_equally_are_refused() {
    let rows = "coffee,,,,,2024-03-15,2.10,lb,USD
                coffee,arabica-washed,,,FOB,2024-03-10,2.20,lb,USD
                coffee,arabica-washed,,CO,FOB,2024-03-01,2.30,lb,USD
                coffee,arabica-washed,organic,CO,FOB,2024-03-15,2.40,lb,USD
                coffee,arabica-washed,,BR,FOB,2024-03-15,2.50,lb,USD
                coffee,arabica-washed,,CO,EXW,2024-03-15,2.60,lb,USD";
    assert_eq!(at_market(rows, &[])["price"], "2.3");
    let either = "coffee,arabica-washed,,,,2024-03-15,2.10,lb,USD
                  coffee,,conventional,,,2024-03-15,2.20,lb,USD";
    assert_holds(&at_market(either, &[])["why"], &["fit equally well", "rows 2, 3"]);
    let wider = "coffee,arabica-washed,,019,,2024-03-15,2.10,lb,USD
                 coffee,arabica-washed,,005,,2024-03-15,2.20,lb,USD
                 coffee,arabica-washed,,001,,2024-03-15,2.30,lb,USD";
    assert_eq!(at_market(wider, &[])["price"], "2.2");
}

#[test]
fn currencies_convert_at_the_rate_of_the_contracts_year_and_it_is_printed() {
    let folder = folder(&[
        (
            "contracts.csv",
            &contracts("c,2023-09-01,coffee,arabica-washed,organic,CO,FOB,1000,lb,,1.50,,,,,lb,EUR,"),
        ),
        (
            "odd.csv",
            &contracts("c,2023-09-01,coffee,arabica-washed,organic,CO,FOB,1000,lb,,1.50,,,,,lb,XAU,"),
        ),
    ]);
    let answer = run(folder.path(), &["fairtrade", "pay", "contracts.csv"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(&answer.stdout, &["USD to EUR at the market rate of 2023 (ecb-annual)"]);
    // The reference rate of 2023, read from the table by the test itself.
    let rates = fs::read_to_string(repository().join("datasets/reference/ecb-annual/rates.csv")).unwrap();
    let rate =
        rows(&rates).into_iter().find(|row| row["currency"] == "USD" && row["year"] == "2023").unwrap();
    let rate: f64 = rate["units_per_base"].parse().unwrap();
    let row = rows(&pay(folder.path(), &[]).stdout).remove(0);
    let total: f64 = row["total"].parse().unwrap();
    assert!((total - 2400.0 / rate).abs() < 0.006, "{total} {rate}");
    // A rate of the user wins: at 1.25 a euro the minimum is 1.44 EUR, so the market of 1.50 counts, and 0.60 / 1.25.
    let own = pay(folder.path(), &["--rate", "USD:2023=1.25"]);
    assert_eq!(rows(&own.stdout)[0]["total"], "1980");
    let wrong = pay(folder.path(), &["--rate", "USD=1.25"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (1, ""));
    assert_holds(&wrong.stderr, &["--rate `USD=1.25` cannot be read"]);
    let odd = run(folder.path(), &["fairtrade", "pay", "odd.csv", "--format", "csv"]);
    assert_eq!(odd.code, 1);
    assert_holds(&rows(&odd.stdout)[0]["why"], &["USD and XAU in 2023"]);
}

#[test]
fn contracts_without_a_certificate_are_listed_and_owe_nothing() {
    let text =
        "id,date,product,form,quality,origin,incoterm,quantity,unit,market,price_unit,currency,certificate
                a,2024-05-02,coffee,arabica-washed,organic,CO,FOB,1,lb,1.60,lb,USD,fairtrade
                b,2024-05-02,coffee,arabica-washed,organic,CO,FOB,1,lb,1.60,lb,USD,";
    let folder = folder(&[("contracts.csv", text)]);
    let answer = pay(folder.path(), &[]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let rows = rows(&answer.stdout);
    assert_eq!(fields(&rows[0], &["status", "total"]), ["priced", "2.4"]);
    assert_eq!(fields(&rows[1], &["status", "total"]), ["not certified", ""]);
}

#[test]
fn what_is_missing_fails_after_all_is_printed() {
    let lines = "a,2024-05-02,coffee,arabica-washed,organic,CO,FOB,1,lb,,1.60,,,,,lb,USD,
                 b,2024-05-02,coffee,arabica-washed,organic,CO,FOB,1,lb,,,,,,,lb,USD,";
    let folder = folder(&[("contracts.csv", &contracts(lines))]);
    let answer = pay(folder.path(), &["--out", "out"]);
    assert_eq!(answer.code, 1);
    let rows = rows(&answer.stdout);
    assert_eq!(fields(&rows[0], &["status", "total"]), ["priced", "2.4"]);
    assert_eq!(rows[1]["status"], "not priced");
    for name in ["pay.csv", "parts.csv", "figures.csv", "totals.csv", "pay.xlsx", "pay.json"] {
        assert!(folder.path().join("out").join(name).is_file(), "{name}");
    }
}

#[test]
fn own_minimum_prices_lie_in_the_dataset_or_are_named() {
    let own = "product,form,quality,origin,incoterm,unit,currency,minimum,premium,organic_differential,regulated,from,until,source,verification
               honey,,,,EXW,kg,EUR,5.00,0.40,none,,2024,,our board,primary";
    let line = "c,2024-05-02,honey,,,,EXW,100,kg,,4.10,,,,,kg,EUR,";
    let manifest = "kind = \"coop\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"
                    licence = { name = \"CC0-1.0\", redistribute = true }";
    let folder = folder(&[
        ("manifest.toml", manifest),
        ("contracts.csv", &contracts(line)),
        ("minimum_prices.csv", own),
    ]);
    for arguments in [
        &["fairtrade", "pay", ".", "--format", "csv"][..],
        &["fairtrade", "pay", "contracts.csv", "--prices", "minimum_prices.csv", "--format", "csv"],
    ] {
        let answer = run(folder.path(), arguments);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let rows = rows(&answer.stdout);
        assert_eq!(fields(&rows[0], &PARTS), ["minimum", "5", "0", "0.4", "5.4"]);
        assert_eq!(rows[0]["rests_on"], "primary");
    }
}

#[test]
fn every_figure_of_many_contracts_is_that_of_an_independent_program() {
    for seed in 1..=3 {
        let seed = seed.to_string();
        let made = TempDir::new().unwrap();
        let path = made.path().to_str().unwrap();
        if auditor("pay.py", &["make", path, "--seed", &seed, "--count", "400"]).is_none() {
            return;
        }
        let answer = run(
            made.path(),
            &["fairtrade", "pay", "contracts.csv", "--market", "market.csv", "--out", "out"],
        );
        assert!(answer.stderr.starts_with("wrote"), "{}", answer.stderr);
        let mut expected = rows(&auditor("pay.py", &["pay", path]).unwrap());
        let read = |name: &str| rows(&fs::read_to_string(made.path().join("out").join(name)).unwrap());
        let mut own = read("pay.csv");
        let parts = read("parts.csv");
        for row in &mut own {
            for part in ["price", "minimum_differential", "organic_differential", "premium"] {
                let total = parts.iter().find(|p| p["contract"] == row["contract"] && p["part"] == part);
                row.insert(format!("total_{part}"), total.map(|p| p["total"].clone()).unwrap_or_default());
            }
        }
        expected.sort();
        own.sort();
        assert_eq!(own.len(), 400);
        let priced = own.iter().filter(|row| row["status"] == "priced").count();
        assert!((150..400).contains(&priced), "{priced} of 400 are priced");
        own.sort_by(|a, b| a["contract"].cmp(&b["contract"]));
        expected.sort_by(|a, b| a["contract"].cmp(&b["contract"]));
        for (own, expected) in own.iter().zip(&expected) {
            for (column, cell) in expected {
                assert_eq!(&own[column], cell, "seed {seed}, {}: {column}: {}", own["contract"], own["why"]);
            }
        }
    }
}
