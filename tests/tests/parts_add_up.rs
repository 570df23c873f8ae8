//! Written tables against each other: the parts add up to the whole, to the last digit.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use truecost_tests::{repository, run};

fn read(path: &Path) -> RecordBatch {
    let bytes = bytes::Bytes::from(fs::read(path).unwrap());
    let mut reader =
        ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().with_batch_size(1 << 20).build().unwrap();
    let batch = reader.next().unwrap().unwrap();
    assert!(reader.next().is_none());
    batch
}

fn text(batch: &RecordBatch, column: &str) -> Vec<String> {
    let array = batch.column_by_name(column).unwrap().as_string::<i32>();
    (0..array.len()).map(|row| array.value(row).to_owned()).collect()
}

fn money(batch: &RecordBatch, column: &str) -> Vec<Option<i128>> {
    let array = batch.column_by_name(column).unwrap().as_primitive::<Decimal128Type>();
    (0..array.len()).map(|row| array.is_valid(row).then(|| array.value(row))).collect()
}

#[test]
fn stages_and_regions_add_up_to_the_cost() {
    let here = tempfile::tempdir().unwrap();
    let dataset = repository().join("datasets/supply/coffee");
    let answer = run(here.path(), &["price", dataset.to_str().unwrap(), "--out", "report"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let report = here.path().join("report");
    let breakdown = read(&report.join("breakdown.parquet"));
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(report.join("true_prices.json")).unwrap()).unwrap();
    let keys = ["product", "origin", "indicator"].map(|column| text(&breakdown, column));
    let amounts =
        breakdown.column_by_name("amount").unwrap().as_primitive::<arrow_array::types::Float64Type>();
    for (column, bound) in [("cost_lower", "lower"), ("cost", "central"), ("cost_upper", "upper")] {
        let mut sums: BTreeMap<[&str; 3], (i128, f64)> = BTreeMap::new();
        for (row, cost) in money(&breakdown, column).into_iter().enumerate() {
            let sum = sums.entry([&keys[0][row], &keys[1][row], &keys[2][row]]).or_default();
            sum.0 += cost.unwrap_or(0);
            sum.1 += amounts.value(row);
        }
        let mut seen = 0;
        for product in json["products"].as_array().unwrap() {
            for k in product["indicators"].as_array().unwrap() {
                let key =
                    [&product["product"], &product["origin"], &k["indicator"]].map(|v| v.as_str().unwrap());
                let (cost, amount) = sums.get(&key).copied().unwrap_or_default();
                if k["cost"].is_object() {
                    assert_eq!(decimal(k["cost"][bound].as_str().unwrap()), cost, "{key:?} {bound}");
                    seen += 1;
                }
                let whole: f64 = ["priced_amount", "unpriced_amount", "excluded_amount"]
                    .map(|f| k[f].as_f64().unwrap())
                    .iter()
                    .sum();
                assert!((whole - amount).abs() <= 1e-9 * whole.abs(), "{key:?}: {whole} and {amount}");
            }
        }
        assert!(seen > 100, "{seen} costs were compared");
    }
}

/// A decimal of up to twelve places as an integer of 1e-12.
fn decimal(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<12}").parse().unwrap()
}

#[test]
fn the_table_of_true_prices_adds_up() {
    let here = tempfile::tempdir().unwrap();
    for dataset in ["grocery", "coffee"] {
        let path = repository().join("datasets/supply").join(dataset);
        let answer = run(here.path(), &["price", path.to_str().unwrap(), "--out", dataset]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let table = read(&here.path().join(dataset).join("true_prices.parquet"));
        let columns = [
            "market_price",
            "external_cost",
            "internalised",
            "gap",
            "true_price",
            "environmental",
            "social",
            "health",
        ]
        .map(|column| money(&table, column));
        for row in 0..table.num_rows() {
            let [market, external, internalised, gap, true_price, environmental, social, health] =
                columns.each_ref().map(|column| column[row]);
            assert_eq!(gap, external.map(|e| e - internalised.unwrap_or(0)));
            assert_eq!(external, [environmental, social, health].into_iter().flatten().reduce(|a, b| a + b));
            assert_eq!(true_price, market.zip(gap).map(|(market, gap)| market + gap));
        }
        // The printed table is rounded, and still adds up.
        let mut seen = 0;
        for line in answer.stdout.lines().skip(2).take(table.num_rows()) {
            let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|c| !c.is_empty()).collect();
            if let [_, _, market, parts @ .., true_price, _] = cells.as_slice()
                && parts.len() >= 5
            {
                let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap_or(0);
                let parts: Vec<i64> = parts[..5].iter().map(|part| cents(part)).collect();
                assert_eq!(parts[0] + parts[1] + parts[2] - parts[3], parts[4], "{line}");
                assert_eq!(cents(market) + parts[4], cents(true_price), "{line}");
                seen += 1;
            }
        }
        assert!(seen >= 4, "{dataset}: {seen} rows with a price");
    }
}
