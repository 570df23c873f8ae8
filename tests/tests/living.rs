//! Living wages, living incomes and reference prices, against published cases and cases worked out by hand.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::workbooks::Parts;
use truecost_tests::{Answer, repository, run};

const MANIFEST: &str = "kind = \"coop\"\ntitle = \"t\"\nproducer = \"t\"\ncitation = \"t\"\nversion = \"1\"\n\
                        geography = \"KE\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n\n\
                        [defaults]\nfactors = \"true-price-2025\"\ncurrency = \"EUR\"\nyear = 2024\n\n\
                        [coop]\ncurrency = \"EUR\"\n";

const BENCHMARKS: &str = "id,kind,country,region,period,amount,per,currency,basis,equivalence,source,verification\n\
                          lw,wage,KE,x,2024,1000,month,EUR,net,,made up,unverified\n\
                          li,income,KE,x,2024,24000,year,EUR,,2.4,made up,unverified\n";

/// A farm that makes coffee in portions of 10 kg.
const PRODUCTS: &str = "id,name,unit\ncoffee,Coffee,kg\n";
const PROCESSES: &str = "id,product,amount,unit,region,period\nfarm,coffee,10,kg,KE,2024\n";

/// A folder with a manifest, own benchmarks and these tables.
struct Coop(TempDir);

impl Coop {
    fn new(tables: &[(&str, &str)]) -> Self {
        let coop = Self(TempDir::new().unwrap());
        coop.write("manifest.toml", MANIFEST);
        coop.write("benchmarks.csv", BENCHMARKS);
        for (name, text) in tables {
            coop.write(&format!("{name}.csv"), text);
        }
        coop
    }

    /// With the supply tables of the farm.
    fn farm(tables: &[(&str, &str)]) -> Self {
        let coop = Self::new(tables);
        coop.write("products.csv", PRODUCTS);
        coop.write("processes.csv", PROCESSES);
        coop
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        run(self.0.path(), arguments)
    }

    /// The tables of an answer, each row by column.
    fn tables(&self, arguments: &[&str]) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        let answer = self.run(&all);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let json: Value = serde_json::from_str(&answer.stdout).unwrap();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let row = |row: &Value| {
            row.as_object().unwrap().iter().map(|(column, value)| (column.clone(), text(value))).collect()
        };
        let table = |rows: &Value| rows.as_array().unwrap().iter().map(row).collect();
        json["tables"].as_object().unwrap().iter().map(|(name, rows)| (name.clone(), table(rows))).collect()
    }

    /// The first row of what `price` says, by column.
    fn price(&self) -> BTreeMap<String, String> {
        let answer = self.run(&["price", ".", "--format", "csv"]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let mut reader = csv::Reader::from_reader(answer.stdout.as_bytes());
        reader.deserialize().next().unwrap().unwrap()
    }

    /// What is wrong, without hints.
    fn problems(&self, arguments: &[&str]) -> Vec<String> {
        let answer = self.run(arguments);
        assert_eq!(answer.code, 1, "{}", answer.stdout);
        assert!(answer.stdout.is_empty(), "{}", answer.stdout);
        answer.stderr.lines().filter(|line| line.starts_with("error[")).map(str::to_owned).collect()
    }
}

const WORKERS: &str = "id,job,count,benchmark,period,months,pay,pay_per,basis,overtime_pay,bonuses,bonuses_per,in_kind,\
                       contracted_hours,standard_hours,days_per_week,minimum_wage,product,process\n";

fn workers(rows: &[&str]) -> String {
    format!("{WORKERS}{}\n", rows.join("\n"))
}

const OUTPUT: &str = "product,process,period,quantity,unit\ncoffee,farm,2024,1200,kg\n";

/// Living wage, wage, gap and rise of the only row.
fn wage(row: &str) -> [String; 4] {
    let coop = Coop::new(&[("workers", &workers(&[row]))]);
    let mut tables = coop.tables(&["fairtrade", "wages", "."]);
    let row = tables.remove("workers").unwrap().remove(0);
    ["living_wage", "wage", "gap", "rise"].map(|column| row[column].clone())
}

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

const HOUSEHOLDS: &str = "id,producer,benchmark,period,adults,children,net_income,premium_included,product,quantity,unit,\
                          process\n";

fn households(rows: &[&str]) -> String {
    format!("{HOUSEHOLDS}{}\n", rows.join("\n"))
}

/// They lack 4,000; 0; 9,000; 1,000. The third has one adult and no child: 24,000 / 2.4 = 10,000.
const FOUR: [&str; 4] = [
    "a,,li,2024,2,3,20000,no,coffee,400,kg,farm",
    "b,,li,2024,2,3,25000,no,coffee,300,kg,farm",
    "c,,li,2024,1,0,1000,no,coffee,0.3,t,farm",
    "d,,li,2024,2,3,23000,no,coffee,400,kg,farm",
];

#[test]
fn a_living_income_by_hand() {
    let coop = Coop::farm(&[("households", &households(&FOUR))]);
    let tables = coop.tables(&["fairtrade", "income", ".", "--share", "0.75"]);
    let column = |table: &str, column: &str| -> Vec<String> {
        tables[table].iter().map(|row| row[column].clone()).collect()
    };
    assert_eq!(column("households", "living_income"), ["24000", "24000", "10000", "24000"]);
    assert_eq!(column("households", "gap"), ["4000", "0", "9000", "1000"]);
    // 4000/400, 0, 9000/0.3, 1000/400: per the unit of the row.
    assert_eq!(column("households", "rise"), ["10", "0", "30000", "2.5"]);
    // On average 4000 - 1000 + 9000 + 1000 over 1,400 kg = 9.285…; of the rises 0, 2.5, 10, 30 the third; all.
    assert_eq!(column("prices", "aim"), ["on average", "75 %", "all"]);
    assert_eq!(column("prices", "rise"), ["9.29", "10", "30"]);
    assert_eq!(column("prices", "households_at_living_income"), ["2", "3", "4"]);
    assert_eq!(column("prices", "gap_left"), ["6497", "6000", "0"]); // 4000-3716 + 9000-2787; 9000-3000
    // 14,000 over 1,400 kg.
    assert_eq!(column("products", "gap_per_unit"), ["10"]);
    assert_eq!(coop.price()["social"], "10.3");
}

#[test]
fn nothing_sold_closes_nothing() {
    let coop = Coop::farm(&[("households", &households(&["a,,li,2024,2,3,20000,no,coffee,0,kg,"]))]);
    let tables = coop.tables(&["fairtrade", "income", "."]);
    assert!(tables["prices"].iter().all(|row| row["rise"] == "null"));
    assert_eq!(tables["households"][0]["rise"], "null");
    let text = coop.run(&["fairtrade", "income", "."]).stdout;
    assert!(text.contains("no price closes the gap"), "{text}");
}

#[test]
fn a_premium_counts_once() {
    let with = |paid: &str, households: &str| {
        let paid = format!(
            "process,indicator,amount,currency,year,source\nfarm,living-income-gap,{paid},EUR,2024,fund\n"
        );
        Coop::farm(&[("households", households), ("paid", &paid)])
    };
    // 10.3 a kilogram; `paid` is for the 10 kg of the process.
    let four = households(&FOUR);
    let amounts =
        |coop: &Coop| ["internalised", "overpaid", "gap"].map(|column| coop.price()[column].clone());
    assert_eq!(amounts(&with("40", &four)), ["4", "0", "6.3"]);
    assert_eq!(amounts(&with("500", &four)), ["10.3", "39.7", "0"]);
    // Of those who got it, the gap is smaller already.
    let included = households(&[FOUR[0], &FOUR[3].replace(",no,", ",yes,")]);
    let told = "error[contradiction] ./households.csv:3:premium_included: the premium is in the income of `d`, and \
                ./paid.csv:2 says that `farm` pays for what is lacking: it would count twice";
    assert_eq!(with("40", &included).problems(&["price", "."]), [told]);
    let silent = households(&[FOUR[0], &FOUR[3].replace(",no,", ",,")]);
    let problems = with("40", &silent).problems(&["price", "."]);
    assert!(
        problems[0].starts_with("error[missing-value] ./households.csv:3:premium_included"),
        "{problems:?}"
    );
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
fn a_benchmark_is_moved_by_its_index() {
    // cpi-kenya: 108.69 in 2020, 133.69 in 2023. Own figures win.
    let benchmarks = "id,kind,country,region,period,amount,per,currency,basis,source,verification\n\
                      k,wage,KE,x,2020,10869,month,KES,net,made up,unverified\n";
    let rows = "id,benchmark,period,pay,pay_per,basis,currency\nw,k,2023,0,month,net,KES\n";
    let coop = Coop::new(&[("workers", rows)]);
    coop.write("benchmarks.csv", benchmarks);
    let living = |flags: &[&str]| {
        let mut arguments = vec!["fairtrade", "wages", "."];
        arguments.extend(flags);
        coop.tables(&arguments)["workers"][0]["living_wage"].clone()
    };
    assert_eq!(living(&[]), "13369");
    assert_eq!(living(&["--index", "cpi-kenya:2023=217.38"]), "21738");
}

/// What a benchmark of 10,000 of 2024 becomes in 2022.
fn moved(country: &str, currency: &str, flags: &[&str]) -> Result<(String, String), String> {
    let coop = Coop::new(&[(
        "households",
        &format!("id,benchmark,period,adults,children,net_income,currency\nh,b,2022,1,0,0,{currency}\n"),
    )]);
    coop.write(
        "benchmarks.csv",
        &format!(
            "id,kind,country,region,period,amount,per,currency,basis,equivalence,source,verification\n\
             b,income,{country},x,2024,10000,year,{currency},,1,made up,unverified\n"
        ),
    );
    coop.write("indices/reference/cpi-ci/manifest.toml", &index("CI"));
    coop.write(
        "indices/reference/cpi-ci/index.csv",
        "year,value,source,verification\n2022,100,s,unverified\n2024,125,s,unverified\n",
    );
    coop.write("indices/reference/cpi-sn/manifest.toml", &index("Senegal"));
    coop.write(
        "indices/reference/cpi-sn/index.csv",
        "year,value,source,verification\n2022,100,s,unverified\n2024,160,s,unverified\n",
    );
    let mut arguments = vec!["--datasets", "indices", "fairtrade", "income", ".", "--format", "json"];
    arguments.extend(flags);
    let answer = coop.run(&arguments);
    if answer.code != 0 {
        return Err(answer.stderr);
    }
    let json: Value = serde_json::from_str(&answer.stdout).unwrap();
    let text = |table: &str, column: &str| json["tables"][table][0][column].as_str().unwrap().to_owned();
    Ok((text("households", "living_income"), text("steps", "moved")))
}

/// The manifest of an index of francs in a country.
fn index(country: &str) -> String {
    format!(
        "kind = \"index\"\ntitle = \"t\"\nproducer = \"t\"\ncitation = \"t\"\nversion = \"1\"\ngeography = \"{country}\"\n\
         licence = {{ name = \"CC0-1.0\", redistribute = true }}\n\n[index]\ncurrency = \"XOF\"\n"
    )
}

#[test]
fn a_benchmark_is_moved_by_the_prices_of_its_own_country() {
    let by = |country: &str, currency: &str| {
        let (living, step) = moved(country, currency, &[]).unwrap();
        let name = step.split(" by ").nth(1).unwrap().split(':').next().unwrap().to_owned();
        (living, name)
    };
    let told = |living: &str, name: &str| (living.to_owned(), name.to_owned());
    // 10,000 x 100 / 125 and x 100 / 160: two countries of one currency.
    assert_eq!(by("CI", "XOF"), told("8000", "cpi-ci"));
    assert_eq!(by("SN", "XOF"), told("6250", "cpi-sn"));
    // 10,000 x 292.655 / 313.689 in the United States.
    assert_eq!(by("US", "USD"), told("9329.46", "us-cpi-u"));
    // Germany has an index of its own, France that of the euro area.
    assert_eq!(by("DE", "EUR").1, "cpi-germany");
    assert_eq!(by("FR", "EUR").1, "hicp-euro-area");
    // Ecuador pays in dollars, and not the prices of the United States.
    let refused = moved("EC", "USD", &[]).unwrap_err();
    let said = "error[missing-index] ./households.csv:2:benchmark: there is no price index of Ecuador in USD, and the \
                benchmark `b` of 2024 has to be moved to 2022";
    assert!(refused.starts_with(said), "{refused}");
    assert!(
        refused.contains("`us-cpi-u` is of US; give your own figures, --index cpi-ec@EC:2024=VALUE"),
        "{refused}"
    );
}

#[test]
fn an_index_of_your_own_has_a_country() {
    // 10,000 x 108.92 / 113.05 = 9,634.67; the US index would give 9,329.46.
    let own = ["--index", "cpi-ec@EC:2022=108.92", "--index", "cpi-ec@EC:2024=113.05"];
    let (living, step) = moved("EC", "USD", &own).unwrap();
    assert_eq!(living, "9634.67");
    assert_eq!(step, "USD2024 to USD2022 by cpi-ec: x 108.92 / 113.05");
    // It wins over one that is built in, in its own country alone.
    let own = ["--index", "mine@DE:2022=1", "--index", "mine@DE:2024=2"];
    assert_eq!(moved("DE", "EUR", &own).unwrap().0, "5000");
    assert!(moved("FR", "EUR", &own).unwrap().1.contains("by hicp-euro-area"));
    // A currency that no index is of: Honduras.
    let own = ["--index", "cpi-hn@HN:2022=100", "--index", "cpi-hn@HN:2024=112.5"];
    assert_eq!(moved("HN", "HNL", &own).unwrap().0, "8888.89");
    // One year alone moves nothing, and what is no country or no index is refused.
    let refused = moved("HN", "HNL", &own[..2]).unwrap_err();
    assert!(refused.contains("the price index `cpi-hn` has no figure for 2024"), "{refused}");
    assert!(refused.contains("its nearest figure is 2022 = 100"), "{refused}");
    for bad in ["cpi-hn:2022=100", "cpi-hn@XX:2022=100", "@HN:2022=100", "cpi-hn@HN=100"] {
        let refused = moved("HN", "HNL", &["--index", bad]).unwrap_err();
        assert!(refused.contains(&format!("--index `{bad}` cannot be read")), "{refused}");
    }
    let two = ["--index", "a@HN:2022=1", "--index", "b@HN:2024=1"];
    assert!(moved("HN", "HNL", &two).unwrap_err().contains("--index `b@HN:2024=1` cannot be read"));
}

const FARMS: &str = "id,product,year,decent_living,production_cost,production_cost_per_ha,other_income,\
                     deduct_other_income,land,rejuvenation,yield,unit,currency\n";

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
fn what_a_household_sells_is_a_weight_a_volume_or_a_count() {
    let ask = |unit: &str| {
        let row = format!("a,,li,2024,2,3,20000,no,coffee,400,{unit},");
        Coop::new(&[("households", &households(&[&row]))]).run(&["fairtrade", "income", "."])
    };
    for unit in ["kg", "[lb_av]", "L", "box"] {
        assert_eq!(ask(unit).code, 0, "{unit}: {}", ask(unit).stderr);
    }
    for unit in ["kg/ha", "kg / ha", "kg per acre", "h", "ha", "km"] {
        let answer = ask(unit);
        let said =
            format!("error[wrong-dimension] ./households.csv:2:unit: `{unit}` is no unit of a quantity");
        assert!(answer.code == 1 && answer.stderr.starts_with(&said), "{unit}: {}", answer.stderr);
    }
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

#[test]
fn benchmarks_fit_the_scale_of_equivalence_they_state() {
    let path = repository().join("datasets/fairtrade/living-income-benchmarks/benchmarks.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), 134);
    for row in &rows {
        let [size, adults, stated] =
            ["household_size", "adults", "equivalence"].map(|column| row[column].parse::<f64>().unwrap());
        let computed = 1.0 + 0.5 * (adults - 1.0) + 0.3 * (size - adults);
        assert!((computed - stated).abs() < 1e-9, "{}", row["id"]);
    }
    let listed = run(Path::new("."), &["fairtrade", "benchmarks", "--country", "UG", "--format", "csv"]);
    assert_eq!(listed.stdout.lines().count(), 2, "{}", listed.stdout);
    let other = run(Path::new("."), &["fairtrade", "benchmarks", "--country", "Uganda"]);
    assert!(other.stderr.contains("did you mean `UG`?"), "{}", other.stderr);
}
