//! Many products of one loop are solved together: their breakdowns against a geometric series.

use std::fs;
use std::sync::Arc;

use tempfile::TempDir;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::data::supply::Supply;
use truecost::pricing::prepare::prepare;
use truecost::pricing::{Choices, Run};
use truecost::valuation::PriceLevel;

/// Enough products and a loop long enough for one solve a cell.
const COUNT: usize = 120;

fn cause(at: usize) -> f64 {
    ((at * 37 + 11) % 53 + 1) as f64
}

#[test]
fn a_ring_by_stage_is_a_geometric_series() {
    let folder = TempDir::new().unwrap();
    let ring = folder.path().join("ring");
    fs::create_dir(&ring).unwrap();
    let rows = |header: &str, row: &dyn Fn(usize) -> String| {
        let rows: Vec<String> = (0..COUNT).map(row).collect();
        format!("{header}\n{}\n", rows.join("\n"))
    };
    let manifest = "kind = \"supply\"\ntitle = \"Ring\"\nproducer = \"a test\"\ncitation = \"a test\"\nversion = \"1\"\n\
         geography = \"world\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n\n\
         [defaults]\nfactors = \"ce-delft-2024\"\ncurrency = \"EUR\"\nyear = 2021\n";
    let files = [
        ("manifest.toml", manifest.to_owned()),
        ("products.csv", rows("id,name,unit", &|i| format!("p{i},p{i},kg"))),
        (
            "processes.csv",
            rows("id,product,amount,unit,region,period,stage", &|i| {
                format!("m{i},p{i},1,kg,NL,2021,s{}", i % 3)
            }),
        ),
        ("inputs.csv", rows("process,product,amount,unit", &|i| format!("m{i},p{},0.5,kg", (i + 1) % COUNT))),
        (
            "interventions.csv",
            rows("process,indicator,amount,unit,source", &|i| {
                format!("m{i},climate-change,{},kg CO2-eq,test", cause(i))
            }),
        ),
    ];
    for (name, text) in files {
        fs::write(ring.join(name), text).unwrap();
    }
    let mut diagnostics = Diagnostics::new();
    let library = Library::new(None);
    let mut reference = Reference::read(&library, &mut diagnostics);
    let supply = Supply::read(Source::folder(&ring), &reference, &(), &mut diagnostics).map(Arc::new);
    let choices = Choices::default();
    let request = choices.request(&library, &mut reference, None, &mut diagnostics);
    let prepared = prepare(supply.unwrap(), &request, &library, &reference, &mut diagnostics).unwrap();
    let level = PriceLevel::new(&reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(&prepared, &request, &reference, &level, &(), &mut diagnostics).unwrap();
    let together = run.true_prices(&(), &mut diagnostics).unwrap();
    let mut seen = 0;
    for point in run.points() {
        // The same product by itself: what it sets in motion, added up.
        let (price, alone) = run.true_price(point, &mut diagnostics).unwrap();
        let start: usize = price.product[1..].parse().unwrap();
        let rows = together.breakdown.iter().filter(|row| row.product == price.product);
        for (row, alone) in rows.zip(&alone) {
            let stage: usize = row.stage[1..].parse().unwrap();
            let steps = (0..COUNT).filter(|step| (start + step) % COUNT % 3 == stage);
            let series: f64 =
                steps.map(|step| 0.5_f64.powi(step as i32) * cause((start + step) % COUNT)).sum();
            // Going round once more adds 2^-120 of it, which no double shows.
            assert!(
                (row.amount / series - 1.0).abs() < 1e-14,
                "{} {}: {} {series}",
                row.product,
                row.stage,
                row.amount
            );
            assert_eq!((row.amount.to_bits(), row.cost), (alone.amount.to_bits(), alone.cost));
            seen += 1;
        }
    }
    assert_eq!(seen, 3 * COUNT);
}
