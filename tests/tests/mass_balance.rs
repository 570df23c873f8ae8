//! Mass balance: by hand, against a second reckoning, and whatever the order of rows.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;

use num_bigint::BigInt;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tempfile::TempDir;
use truecost::base::decimal::{Exact, zero};
use truecost::base::period::Period;
use truecost::data::cells::RowRef;
use truecost::data::coop::movements::{Movement, MovementKind};
use truecost::data::coop::validity::Validity;
use truecost::data::coop::yields::Yield;
use truecost::fairtrade::mass_balance::{Balance, By, Stock, Turnover, balance};
use truecost_tests::{Answer, assert_holds, run};

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

const MANIFEST: &str = "kind = \"coop\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                        geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n";
const MOVEMENTS: &str = "id,date,site,product,certificate,kind,quantity,unit";
const YIELDS: &str = "input,output,yield,process,site,from,until";

/// A dataset of these tables; a table is its header and its lines.
fn dataset(tables: &[(&str, &str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("manifest.toml"), MANIFEST).unwrap();
    for (name, header, lines) in tables {
        let lines: Vec<&str> = lines.trim().lines().map(str::trim).collect();
        fs::write(folder.path().join(format!("{name}.csv")), format!("{header}\n{}\n", lines.join("\n")))
            .unwrap();
    }
    folder
}

fn asked(folder: &TempDir, more: &[&str]) -> Answer {
    let mut arguments = vec!["fairtrade", "mass-balance", "."];
    arguments.extend(more);
    run(folder.path(), &arguments)
}

/// The answer about movements and yields as rows, and the exit code.
fn table(movements: &str, yields: &str, more: &[&str]) -> (Vec<Row>, i32) {
    let folder = dataset(&[("movements", MOVEMENTS, movements), ("yields", YIELDS, yields)]);
    let mut arguments = vec!["--format", "csv"];
    arguments.extend(more);
    let answer = asked(&folder, &arguments);
    assert!(!answer.stdout.is_empty(), "{}", answer.stderr);
    (rows(&answer.stdout), answer.code)
}

fn notes(movements: &str, yields: &str) -> String {
    asked(&dataset(&[("movements", MOVEMENTS, movements), ("yields", YIELDS, yields)]), &[]).stdout
}

fn figures<'a>(rows: &'a [Row], product: &str, columns: &[&str]) -> Vec<&'a str> {
    let row = rows.iter().find(|row| row["product"] == product).unwrap();
    columns.iter().map(|column| row[*column].as_str()).collect()
}

const CHAIN: &str = "cherry,parchment,0.2,,,,\nparchment,green,0.8,,,,\ngreen,roasted,0.84,,,,";

#[test]
fn a_chain_of_yields_by_hand() {
    // 42 kg roasted need 50 kg green; 30 kg green are there, 20 need 25 kg parchment, of which 5 are there: 20 need 100 kg
    // cherry.
    let movements = "a,2024-01-05,mill,cherry,ft,bought,160,kg
                     b,2024-01-06,mill,parchment,ft,bought,5,kg
                     c,2024-01-07,mill,green,ft,opening,30,kg
                     d,2024-02-01,mill,roasted,ft,sold,42,kg";
    let (rows, code) = table(movements, CHAIN, &[]);
    assert_eq!(code, 0);
    let columns = ["opening", "bought", "made", "used", "sold", "closing"];
    assert_eq!(figures(&rows, "cherry", &columns), ["0", "160", "0", "100", "0", "60"]);
    assert_eq!(figures(&rows, "parchment", &columns), ["0", "5", "20", "25", "0", "0"]);
    assert_eq!(figures(&rows, "green", &columns), ["30", "0", "20", "50", "0", "0"]);
    assert_eq!(figures(&rows, "roasted", &columns), ["0", "0", "42", "0", "42", "0"]);
}

#[test]
fn the_first_movement_that_broke_it_is_named_and_later_ones_are_counted() {
    let movements = "in,2024-01-05,mill,parchment,ft,bought,100,kg
                     s1,2024-03-01,mill,green,ft,sold,80,kg
                     s2,2024-03-02,mill,green,ft,sold,2.5,kg
                     s3,2024-03-03,mill,green,ft,sold,1,kg
                     s4,2024-03-04,mill,parchment,ft,bought,1000,kg
                     s5,2024-03-05,mill,green,ft,sold,10,kg";
    let (rows, code) = table(movements, CHAIN, &[]);
    assert_eq!(code, 1);
    // 1,100 x 0.8 = 880 of green, of which 93.5 were sold: 116.875 of parchment.
    assert_eq!(figures(&rows, "parchment", &["bought", "used", "closing"]), ["1100", "116.875", "983.125"]);
    let text = notes(movements, CHAIN);
    let told = "broken: `green` at mill, ft: `s2` of 2024-03-02 (./movements.csv:4) is 2.5 kg too much, no `parchment` \
                is left to make it of; 1 later movement took more";
    assert_holds(&text, &[told]);
    assert_eq!(text.matches("broken").count(), 1);
}

#[test]
fn each_fall_below_zero_and_each_period_of_it_has_its_first_movement() {
    // +10 -12 = -2; +5 covers it: 3. Next year -4 = -1; +4: 3; -5 = -2, -1 = -3; and on in the year after: -1 = -4.
    let movements = "a,2024-01-05,mill,green,ft,bought,10,t
                     b,2024-02-10,mill,green,ft,sold,12,t
                     c,2024-02-15,mill,green,ft,bought,5,t
                     d,2025-02-15,mill,green,ft,sold,4,t
                     e,2025-02-16,mill,green,ft,bought,4,t
                     f,2025-03-01,mill,green,ft,sold,5,t
                     g,2025-03-02,mill,green,ft,sold,1,t
                     h,2026-01-02,mill,green,ft,sold,1,t";
    let violations = |by: &str| -> Vec<String> {
        let folder = dataset(&[("movements", MOVEMENTS, movements), ("yields", YIELDS, "")]);
        let answer = asked(&folder, &["--by", by, "--out", "out"]);
        assert_eq!(answer.code, 1, "{}", answer.stderr);
        let text = fs::read_to_string(folder.path().join("out/violations.csv")).unwrap();
        let columns = ["period", "movement", "short", "most", "later"];
        rows(&text).iter().map(|row| columns.map(|column| row[column].clone()).join(" ")).collect()
    };
    let years = ["2024 b 2000 2000 0", "2025 d 1000 1000 0", "2025 f 2000 3000 1", "2026 h 4000 4000 0"];
    assert_eq!(violations("year"), years);
    // All days together have three falls.
    assert_eq!(violations("all"), ["all b 2000 2000 0", "all d 1000 1000 0", "all f 2000 4000 2"]);
    assert_eq!(violations("month")[2], "2025-03 f 2000 3000 1");
}

#[test]
fn a_balance_that_is_right_at_the_end_of_the_year_and_wrong_on_a_day_is_broken() {
    let movements = "s,2024-03-01,mill,green,ft,sold,10,kg
                     b,2024-03-02,mill,green,ft,bought,10,kg";
    let (rows, code) = table(movements, CHAIN, &[]);
    assert_eq!((code, figures(&rows, "green", &["closing"])), (1, vec!["0"]));
    // On one day, what is bought comes first, whatever the ids and the order of rows.
    let same_day = "a,2024-03-01,mill,green,ft,sold,10,kg
                    b,2024-03-01,mill,green,ft,bought,10,kg";
    assert_eq!(table(same_day, CHAIN, &[]).1, 0);
    assert_holds(&notes(same_day, CHAIN), &["no stock was ever below 0"]);
}

const LIQUOR: &str = "beans,liquor,0.8,,,,\nliquor,butter,0.5,press,,,\nliquor,powder,0.5,press,,,";

#[test]
fn butter_and_powder_of_one_pressing_need_the_liquor_once() {
    // 125 kg beans make 100 kg liquor, which make 50 kg butter and 50 kg powder at once.
    let movements = "a,2024-01-01,works,beans,ft,bought,125,kg
                     b,2024-02-01,works,butter,ft,sold,50,kg
                     c,2024-02-02,works,powder,ft,sold,50,kg";
    let (rows, code) = table(movements, LIQUOR, &[]);
    assert_eq!(code, 0);
    assert_eq!(figures(&rows, "beans", &["used", "closing"]), ["125", "0"]);
    assert_eq!(figures(&rows, "liquor", &["made", "used", "closing"]), ["100", "100", "0"]);
    assert_eq!(figures(&rows, "powder", &["made", "sold", "closing"]), ["50", "50", "0"]);
    // One kilogram more of either is too much.
    for product in ["powder", "butter"] {
        let more = format!("{movements}\nd,2024-03-01,works,{product},ft,sold,1,kg");
        assert_eq!(table(&more, LIQUOR, &[]).1, 1, "{product}");
    }
    // Where they are not made together, each needs liquor of its own.
    assert_eq!(table(movements, &LIQUOR.replace("press", ""), &[]).1, 1);
}

#[test]
fn butter_to_powder_as_one_to_one_point_twelve() {
    // 106 kg liquor at 0.46 and 0.46 x 1.12 = 0.5152: 48.76 kg butter and 54.6112 kg powder.
    let yields = "liquor,butter,0.46,press,,,\nliquor,powder,0.5152,press,,,";
    let movements = "a,2024-01-01,works,liquor,ft,bought,106,kg
                     b,2024-02-01,works,powder,ft,sold,54.6112,kg
                     c,2024-02-02,works,butter,ft,sold,48.76,kg";
    let (rows, code) = table(movements, yields, &[]);
    assert_eq!((code, figures(&rows, "liquor", &["used", "closing"])), (0, vec!["106", "0"]));
    let more = format!("{movements}\nd,2024-02-03,works,butter,ft,sold,0.000001,kg");
    assert_eq!(table(&more, yields, &[]).1, 1);
}

#[test]
fn yields_have_days_and_sites() {
    let yields =
        "parchment,green,0.8,,,,2024-07-01\nparchment,green,0.75,,,2024-07-01,\nparchment,green,0.5,,old,,";
    let movements = "a,2024-01-01,mill,parchment,ft,bought,300,kg
                     b,2024-06-30,mill,green,ft,sold,80,kg
                     c,2024-07-01,mill,green,ft,sold,75,kg
                     d,2024-01-01,old,parchment,ft,bought,100,kg
                     e,2024-06-30,old,green,ft,sold,50,kg";
    let (rows, code) = table(movements, yields, &[]);
    assert_eq!((code, figures(&rows, "parchment", &["used", "closing"])), (0, vec!["200", "100"]));
    let old: Vec<&Row> = rows.iter().filter(|row| row["site"] == "old").collect();
    assert_eq!(old.iter().map(|row| row["used"].as_str()).max(), Some("100"));
    let too_early = "a,2024-01-01,mill,parchment,ft,bought,300,kg\nb,2024-06-30,mill,green,ft,sold,80,kg";
    let late = "parchment,green,0.75,,,2024-07-01,";
    assert_holds(&notes(too_early, late), &["no yield of it holds on that day"]);
}

#[test]
fn sites_and_certificates_are_kept_apart_unless_they_are_a_group() {
    let movements = "a,2024-01-01,north,beans,ft,bought,10,kg
                     b,2024-02-01,south,beans,ft,sold,10,kg";
    assert_eq!(table(movements, "", &[]).1, 1);
    let (rows, code) = table(movements, "", &["--group"]);
    assert_eq!((code, rows[0]["site"].as_str(), rows[0]["closing"].as_str()), (0, "group", "0"));
    let other = "a,2024-01-01,north,beans,ft,bought,10,kg\nb,2024-02-01,north,beans,organic,sold,10,kg";
    assert_eq!(table(other, "", &["--group"]).1, 1);
}

#[test]
fn losses_and_corrections_count() {
    let movements = "a,2024-01-01,mill,green,ft,opening,10,kg
                     b,2024-01-02,mill,green,ft,lost,1.5,kg
                     c,2024-01-03,mill,green,ft,adjusted,-0.5,kg
                     d,2024-01-04,mill,green,ft,adjusted,2,kg
                     e,2024-01-05,mill,green,ft,sold,10,kg";
    let (rows, code) = table(movements, "", &[]);
    let columns = ["opening", "adjusted", "lost", "sold", "closing"];
    assert_eq!((code, figures(&rows, "green", &columns)), (0, vec!["10", "1.5", "1.5", "10", "0"]));
}

#[test]
fn periods_carry_what_is_left() {
    let movements = "a,2023-12-31,mill,green,ft,bought,0.1,t
                     b,2024-01-01,mill,green,ft,sold,25,kg
                     c,2024-05-01,mill,green,ft,sold,25,kg";
    let closing = |by: &str| -> Vec<String> {
        let rows = table(movements, "", &["--by", by]).0;
        rows.iter().map(|row| format!("{} {} {}", row["period"], row["opening"], row["closing"])).collect()
    };
    assert_eq!(closing("year"), ["2023 0 100", "2024 100 50"]);
    assert_eq!(closing("quarter"), ["2023-Q4 0 100", "2024-Q1 100 75", "2024-Q2 75 50"]);
    assert_eq!(closing("month"), ["2023-12 0 100", "2024-01 100 75", "2024-05 75 50"]);
    assert_eq!(closing("all"), ["all 0 50"]);
}

#[test]
fn deliveries_and_contracts_stand_in_and_never_count_twice() {
    let deliveries = (
        "deliveries",
        "id,date,producer,product,certificate,site,gross_weight,tare,unit",
        "d1,2024-01-01,ana,parchment,ft,mill,101,1,kg
         d2,2024-01-02,bo,parchment,,mill,50,,kg
         d3,2024-01-02,bo,parchment,ft,,50,,kg",
    );
    let contracts = (
        "contracts",
        "id,date,product,quantity,unit,certificate,site,shipped",
        "k1,2023-06-01,green,80,kg,ft,mill,2024-02-01
         k2,2024-01-01,green,900,kg,ft,mill,",
    );
    let yields = ("yields", YIELDS, CHAIN);
    let folder = dataset(&[deliveries, contracts, yields]);
    let answer = asked(&folder, &[]);
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    assert_holds(
        &answer.stdout,
        &[
            "bought: 1 certified deliveries",
            "1 certified deliveries name no site",
            "sold: 1 certified contracts that were shipped",
            "1 certified contracts name no site or no day of shipment",
            "no stock was ever below 0",
        ],
    );
    let movements = ("movements", MOVEMENTS, "m1,2024-01-01,mill,green,ft,bought,80,kg");
    let folder = dataset(&[deliveries, contracts, yields, movements]);
    let answer = asked(&folder, &["--format", "csv"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let rows = rows(&answer.stdout);
    assert!(rows.iter().all(|row| row["product"] == "green"), "deliveries are counted too");
    assert_eq!(figures(&rows, "green", &["bought", "sold", "closing"]), ["80", "80", "0"]);
}

#[test]
fn what_has_no_single_balance_is_refused() {
    for (movements, yields, more, code, says) in [
        ("a,2024-01-01,m,x,ft,bought,1,box", "", &[][..], "wrong-dimension", "`box` is not a unit of weight"),
        ("a,2024-01-01,m,x,ft,bought,-1,kg", "", &[], "negative-amount", "below 0"),
        ("a,2024-01,m,x,ft,bought,1,kg", "", &[], "bad-date", "is not a day"),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg",
            "x,y,0.5,,,,\ny,x,0.5,,,,",
            &[],
            "contradiction",
            "made of it again",
        ),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg",
            "x,y,0.5,,,,\nz,y,0.5,,,,",
            &[],
            "contradiction",
            "is made of `z`, and of `x`",
        ),
        ("a,2024-01-01,m,x,ft,bought,1,kg", "x,y,0.5,,m,,", &["--group"], "bad-value", "a group of sites"),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg\nb,2024-01-02,m,x,ft,opening,1,kg",
            "",
            &[],
            "contradiction",
            "an opening of `x` at `m` after `a`",
        ),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg",
            "x,y,0.5,,,2024-01-01,2024-02-01\nx,y,0.6,,,2024-03-01,",
            &[],
            "gap-in-dates",
            "from 2024-02-01 to 2024-02-29",
        ),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg",
            "x,y,0.5,,,2024-01-01,\nx,y,0.6,,,2024-03-01,",
            &[],
            "contradiction",
            "row 2 holds on 2024-03-01 too",
        ),
    ] {
        let folder = dataset(&[("movements", MOVEMENTS, movements), ("yields", YIELDS, yields)]);
        let answer = asked(&folder, more);
        assert_eq!((answer.code, answer.stdout.as_str()), (1, ""), "{movements}");
        assert_holds(&answer.stderr, &[code, says]);
    }
}

/// A second reckoning, from the end to the beginning: how much input must have been worked up by each day so that no stock
/// was ever below 0. Gives the first day on which what was bought does not suffice, or the stocks of the last day.
struct Naive<'a> {
    movements: &'a [Movement],
    yields: &'a [Yield],
    days: i32,
}

impl Naive<'_> {
    /// Net of what came in and what went out of a product, up to the end of each day.
    fn net(&self, product: &str) -> Vec<Exact> {
        let mut net = vec![zero(); self.days as usize];
        for movement in self.movements.iter().filter(|m| m.product == product) {
            let goes = matches!(movement.kind, MovementKind::Sold | MovementKind::Lost);
            let kg = if goes { -&movement.kg } else { movement.kg.clone() };
            for slot in net.iter_mut().skip(movement.date.first_day() as usize) {
                *slot += &kg;
            }
        }
        net
    }

    /// What of a product is missing by each day if all its outputs are to be made: the most that ever was.
    fn missing(&self, product: &str, worked_up: &mut BTreeMap<String, Vec<Exact>>) -> Vec<Exact> {
        let mut processes: BTreeMap<String, Vec<&Yield>> = BTreeMap::new();
        for (at, row) in self.yields.iter().enumerate().filter(|(_, y)| y.input == product) {
            let process = row.process.clone().unwrap_or_else(|| format!("alone {at}"));
            processes.entry(process).or_default().push(row);
        }
        let mut net = self.net(product);
        for outputs in processes.values() {
            let mut used = vec![zero(); self.days as usize];
            for row in outputs {
                for (slot, missing) in used.iter_mut().zip(self.missing(&row.output, worked_up)) {
                    *slot = (missing / &row.rate).max(slot.clone());
                }
            }
            for (slot, used) in net.iter_mut().zip(&used) {
                *slot -= used;
            }
            for row in outputs {
                worked_up.insert(row.output.clone(), used.iter().map(|used| used * &row.rate).collect());
            }
        }
        let mut most = zero();
        let missing: Vec<Exact> = net
            .iter()
            .map(|net| {
                most = most.clone().max(-net);
                most.clone()
            })
            .collect();
        worked_up.insert(format!("net {product}"), net);
        missing
    }

    fn answer(&self, root: &str) -> Result<BTreeMap<String, Exact>, i32> {
        let mut worked_up = BTreeMap::new();
        let missing = self.missing(root, &mut worked_up);
        if let Some(day) = missing.iter().position(|missing| *missing > zero()) {
            return Err(day as i32);
        }
        let last = self.days as usize - 1;
        let products = worked_up.keys().filter_map(|key| key.strip_prefix("net "));
        Ok(products
            .map(|product| {
                let made = worked_up.get(product).map_or_else(zero, |made| made[last].clone());
                (product.to_owned(), worked_up[&format!("net {product}")][last].clone() + made)
            })
            .collect())
    }
}

const DAYS: i32 = 40;
/// A tree of products: a chain, two outputs that are one or the other, and two that are made together.
const TREE: [(&str, &str, i64, i64, Option<&str>); 6] = [
    ("root", "mid", 4, 5, None),
    ("root", "side", 1, 2, None),
    ("mid", "butter", 47, 100, Some("press")),
    ("mid", "powder", 53, 100, Some("press")),
    ("side", "end", 3, 7, None),
    ("powder", "cake", 9, 10, None),
];
const PRODUCTS: [&str; 7] = ["root", "mid", "side", "butter", "powder", "end", "cake"];

fn yields() -> Vec<Yield> {
    let row = |(input, output, top, bottom, process): (&str, &str, i64, i64, Option<&str>)| Yield {
        input: input.to_owned(),
        output: output.to_owned(),
        rate: Exact::new(BigInt::from(top), BigInt::from(bottom)),
        process: process.map(str::to_owned),
        certificate: None,
        site: None,
        validity: Validity::default(),
        source: String::new(),
        row: RowRef { file: "yields".into(), row: 1 },
    };
    TREE.map(row).into()
}

fn movement(id: usize, (day, product, kind, kg): (i32, usize, u8, i64)) -> Movement {
    let kind = match kind {
        0..=2 => MovementKind::Bought,
        3 => MovementKind::Lost,
        4 => MovementKind::Adjusted,
        _ => MovementKind::Sold,
    };
    // Most is bought as the root, and little of it is sold.
    let product = if kind == MovementKind::Bought && product < 5 { 0 } else { product };
    let scale = if product == 0 && kind == MovementKind::Bought { 4 } else { 1 };
    Movement {
        id: format!("m{id:03}"),
        date: Period::of_day(day).unwrap(),
        site: "mill".to_owned(),
        product: PRODUCTS[product].to_owned(),
        certificate: "ft".to_owned(),
        kind,
        kg: Exact::new(BigInt::from(kg * scale), BigInt::from(10)),
        row: RowRef { file: "movements".into(), row: id as u64 + 2 },
    }
}

fn movements() -> impl Strategy<Value = Vec<Movement>> {
    let one = (0..DAYS, 0..PRODUCTS.len(), 0..8_u8, 0..500_i64);
    prop::collection::vec(one, 1..40)
        .prop_map(|all| all.into_iter().enumerate().map(|(id, one)| movement(id, one)).collect())
}

fn adds_up(turnover: &Turnover) -> bool {
    let t = turnover;
    &t.opening + &t.bought + &t.made + &t.adjusted - &t.used - &t.lost - &t.sold == t.closing
}

fn closing(balance: &Balance) -> BTreeMap<String, Exact> {
    balance
        .turnovers
        .iter()
        .map(|(stock, _, turnover)| (stock.product.clone(), turnover.closing.clone()))
        .collect()
}

#[test]
fn what_is_made_up_is_broken_sometimes() {
    let mut runner = TestRunner::deterministic();
    let yields = yields();
    let sound = (0..300).filter(|_| {
        let movements = movements().new_tree(&mut runner).unwrap().current();
        Naive { movements: &movements, yields: &yields, days: DAYS }.answer("root").is_ok()
    });
    let sound = sound.count();
    assert!((30..270).contains(&sound), "{sound} of 300 are sound");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_a_second_reckoning_says(movements in movements()) {
        let yields = yields();
        let found = balance(&movements, &yields, By::Month, false);
        prop_assert!(found.turnovers.iter().all(|(.., turnover)| adds_up(turnover)));
        match (Naive { movements: &movements, yields: &yields, days: DAYS }).answer("root") {
            Ok(stocks) => {
                prop_assert!(found.violations.is_empty(), "{:?}", found.violations);
                for (product, kg) in closing(&found) {
                    prop_assert_eq!(&stocks[&product], &kg, "{}", product);
                }
            }
            Err(day) => {
                let first = found.violations.iter().map(|broken| broken.date.first_day()).min();
                prop_assert_eq!(first, Some(day));
            }
        }
    }

    #[test]
    fn the_order_of_rows_and_the_periods_change_nothing(movements in movements(), seed in 0..1000_usize) {
        let yields = yields();
        let mut others = movements.clone();
        let (length, mut other_yields) = (others.len(), yields.clone());
        others.rotate_left(seed % length);
        others.reverse();
        other_yields.reverse();
        let (one, other) = (balance(&movements, &yields, By::Year, false), balance(&others, &other_yields, By::Year, false));
        prop_assert_eq!(&one.turnovers, &other.turnovers);
        let broken = |balance: &Balance| -> Vec<_> {
            balance.violations.iter().map(|b| (b.stock.clone(), b.movement.clone(), b.short.clone(), b.later)).collect()
        };
        prop_assert_eq!(broken(&one), broken(&other));
        let by_month = balance(&movements, &yields, By::Month, false);
        prop_assert_eq!(closing(&one), closing(&by_month));
        // A finer period tells the same falls in more parts: of as many movements, and as deep.
        let of_all = |balance: &Balance| {
            let mut all: BTreeMap<Stock, (usize, Exact)> = BTreeMap::new();
            for b in &balance.violations {
                let (count, most) = all.entry(b.stock.clone()).or_insert_with(|| (0, b.most.clone()));
                *count += 1 + b.later;
                *most = most.clone().max(b.most.clone());
            }
            all
        };
        prop_assert_eq!(of_all(&one), of_all(&by_month));
        for b in &one.violations {
            let key = (&b.stock, &b.movement, &b.short);
            prop_assert!(by_month.violations.iter().any(|m| (&m.stock, &m.movement, &m.short) == key), "{:?}", b);
        }
    }
}
