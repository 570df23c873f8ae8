//! Balances that were worked out on paper.

use std::fs;

use truecost_tests::assert_holds;

use super::{MOVEMENTS, Row, YIELDS, asked, dataset, figures, notes, rows, table};

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
