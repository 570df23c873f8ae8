//! True prices without breakdowns, which sampling starts from, are those with them; and what they say of chains is what a walk along
//! the activity of each product finds.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::manifest::Absent;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::data::supply::Supply;
use truecost::pricing::{Choices, Run, Stated, TruePrices, prepare};
use truecost::valuation::{PriceLevel, Status};
use truecost_tests::{Case, repository};

/// All but the breakdown, as text: money to the last digit, doubles to the last bit.
fn said(prices: &TruePrices) -> String {
    let whole = (&prices.products, &prices.shared_indicators, &prices.allocations);
    format!("{whole:?} {} {:?} {}", prices.coverage_differs, prices.target, prices.lineage.json())
}

/// Prices both ways and compares; gives back how many products x indicators were walked.
fn compare(dataset: &Path, shelf: Option<&Path>, choices: &Choices) -> usize {
    let mut diagnostics = Diagnostics::new();
    let library = Library::new(shelf.map(Path::to_owned));
    let mut reference = Reference::read(&library, &mut diagnostics);
    let supply = Supply::read(Source::folder(dataset), &reference, &(), &mut diagnostics).map(Arc::new);
    let request = choices.request(&library, &mut reference, None, &mut diagnostics);
    let prepared =
        supply.and_then(|supply| prepare(supply, &request, &library, &reference, &mut diagnostics));
    let prepared = prepared.unwrap_or_else(|| panic!("{diagnostics}"));
    let level = PriceLevel::new(&reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(&prepared, &request, &reference, &level, &(), &mut diagnostics)
        .unwrap_or_else(|| panic!("{diagnostics}"));
    let (mut of_full, mut of_alone) = (Diagnostics::new(), Diagnostics::new());
    let full = run.true_prices(&(), &mut of_full).unwrap();
    let alone = run.prices_alone(&(), &mut of_alone).unwrap();
    assert_eq!(said(&alone), said(&full));
    assert_eq!(of_alone.to_string(), of_full.to_string());
    assert!(alone.breakdown.is_empty() && !full.breakdown.is_empty());
    walked(&run, &alone)
}

/// Flags and coverage by what each product sets in motion.
fn walked(run: &Run, prices: &TruePrices) -> usize {
    let zero = run.prepared.supply.manifest.supply.absent_interventions == Absent::Zero;
    let mut count = 0;
    for (product, point) in prices.products.iter().zip(run.points()) {
        let nodes: Vec<usize> = run.activity(point).into_iter().map(|(node, _)| node).collect();
        let processes = nodes.iter().filter(|node| run.prepared.chain.nodes[**node].process.is_some());
        let processes: Vec<usize> = processes.copied().collect();
        for k in &product.indicators {
            let (mut priced, mut unpriced) = (false, false);
            let mut silent: BTreeSet<&str> = BTreeSet::new();
            let mut speaking = 0;
            for &node in &processes {
                let statuses: Vec<&Status> =
                    run.rows_with(node, &k.indicator).map(|row| run.valued.status(row)).collect();
                let stated = statuses.iter().any(|status| **status != Status::NotStated);
                speaking += usize::from(stated);
                let empty = statuses.iter().any(|status| **status == Status::NotStated);
                if empty || (!stated && !zero) {
                    silent.insert(run.process_id(node));
                }
                priced |= statuses.iter().any(|status| matches!(status, Status::Priced(_)));
                unpriced |= statuses.iter().any(|status| matches!(status, Status::Unpriced(_)));
            }
            // What is absent and means zero has a price of zero.
            assert!(k.is_priced == priced || (zero && k.is_priced), "{} {}", product.product, k.indicator);
            assert_eq!(!k.unpriced_reasons.is_empty(), unpriced, "{} {}", product.product, k.indicator);
            match &k.stated {
                Stated::Complete => assert!(silent.is_empty(), "{} {}", product.product, k.indicator),
                Stated::Absent => assert_eq!(speaking, 0, "{} {}", product.product, k.indicator),
                Stated::Partial(processes) => {
                    let found: BTreeSet<&str> = processes.iter().map(String::as_str).collect();
                    assert!(found == silent && speaking > 0, "{} {}", product.product, k.indicator);
                }
            }
            count += 1;
        }
    }
    count
}

#[test]
fn of_the_datasets_that_are_shipped() {
    for (name, least) in [("coffee", 1), ("grocery", 500)] {
        let dataset = repository().join("datasets/supply").join(name);
        assert!(compare(&dataset, None, &Choices::default()) >= least, "{name}");
    }
}

/// Chains of 2 to 7 products: inputs by taker, supplier and amount, and interventions by process, indicator and amount, which may be
/// empty. Nothing uses up more than two thirds of what it makes.
type Rows = (usize, Vec<(usize, usize, f64)>, Vec<(usize, usize, Option<f64>)>);

fn rows() -> impl Strategy<Value = Rows> {
    (2_usize..8).prop_flat_map(|count| {
        let input = (0..count, 0..count, 0.001..0.05_f64);
        let intervention = (0..count, 0..4_usize, prop::option::weighted(0.8, 0.1..9.0_f64));
        (Just(count), prop::collection::vec(input, 0..12), prop::collection::vec(intervention, 1..14))
    })
}

const INDICATORS: [(&str, &str); 4] = [
    ("acidification", "kg SO2-eq"),
    ("climate-change", "kg CO2-eq"),
    ("freshwater-eutrophication", "kg P-eq"),
    ("ozone-depletion", "kg CFC-11-eq"),
];

fn case((count, inputs, interventions): &Rows) -> Case {
    let mut tables = ["id,name,unit\n", "id,product,amount,unit,region\n", "process,product,amount,unit\n"]
        .map(str::to_owned);
    let mut caused = "process,indicator,amount,unit,subject\n".to_owned();
    for at in 0..*count {
        tables[0] += &format!("p{at},P{at},kg\n");
        tables[1] += &format!("m{at},p{at},1,kg,NL\n");
    }
    let pairs: BTreeSet<(usize, usize)> = inputs.iter().map(|(taker, other, _)| (*taker, *other)).collect();
    for (taker, other) in pairs {
        let amount = inputs.iter().find(|row| (row.0, row.1) == (taker, other)).unwrap().2;
        tables[2] += &format!("m{taker},p{other},{amount},kg\n");
    }
    for (at, (process, k, amount)) in interventions.iter().enumerate() {
        let (id, unit) = INDICATORS[*k];
        let amount = amount.map(|amount| amount.to_string()).unwrap_or_default();
        caused += &format!("m{process},{id},{amount},{unit},s{at}\n");
    }
    Case::new()
        .table("products", &tables[0])
        .table("processes", &tables[1])
        .table("inputs", &tables[2])
        .table("interventions", &caused)
        .factors(
            "test",
            &[],
            "indicator,lower,central,upper,unit,transfer,source,verification
             acidification,1,2,6,kg SO2-eq,global,report,primary
             climate-change,0.05,0.1,0.4,kg CO2-eq,global,report,primary",
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn of_random_chains(rows in rows()) {
        let case = case(&rows);
        // A chain in which nothing is priced has no breakdown to leave out.
        let (dataset, shelf) = (case.path().join("data"), case.path().join("shelf"));
        prop_assume!(rows.2.iter().any(|(_, _, amount)| amount.is_some()));
        prop_assert!(compare(&dataset, Some(&shelf), &Choices::default()) > 0);
    }
}
