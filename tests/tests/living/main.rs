//! Living wages, living incomes and reference prices, against published cases and cases worked out by hand.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod answers;
mod benchmarks;
mod incomes;
mod reference_prices;
mod wages;

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::{Answer, run};

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

const FARMS: &str = "id,product,year,decent_living,production_cost,production_cost_per_ha,other_income,\
                     deduct_other_income,land,rejuvenation,yield,unit,currency\n";
