//! Books by hand: the lookup, the file, and files that only look like books.

use std::sync::Arc;

use arrow_ipc::writer::FileWriter;

use super::ipc::{PREFIX, batch};
use super::*;
use crate::base::decimal::parse;

fn money(text: &str) -> Money {
    Money::round(&parse(text).unwrap()).unwrap()
}

fn factor(text: &str) -> Band<Factor> {
    let central = Factor::round(&parse(text).unwrap()).unwrap();
    Band { lower: central, central, upper: central }
}

/// Rice from anywhere, and bread that is made in the Netherlands.
fn book() -> Book {
    let place = |code: &str, level, parent| BookPlace { code: code.into(), name: code.into(), level, parent };
    let product = |id: &str| BookProduct {
        id: id.into(),
        name: id.into(),
        category: String::new(),
        unit: "kg".into(),
        mass_kg: None,
        partial: String::new(),
        not_stated: "toil".into(),
    };
    let factor = |place, year, text: &str| PlaceFactor {
        place,
        year,
        indicator: 0,
        method: "m".into(),
        value: Some(factor(text)),
        fallback: String::new(),
        unpriced: String::new(),
    };
    let cost = Band { lower: money("0.1"), central: money("0.2"), upper: money("0.4") };
    Book {
        head: Head {
            engine: "0".into(),
            dataset: "d".into(),
            title: "t".into(),
            factors: "f:standard".into(),
            currency: Currency::from_code("EUR").unwrap(),
            year: 2024,
            emission_year: None,
            default_year: 2024,
            years: Some((2023, 2024)),
            netting: false,
            lineage: "{}".into(),
        },
        indicators: vec![BookIndicator {
            id: "soot".into(),
            name: "Soot".into(),
            dimension: Dimension::Health,
            kind: IndicatorKind::Burden,
            unit: "kg".into(),
        }],
        products: vec![product("bread"), product("rice")],
        places: vec![
            place("001", Level::World, None),
            place("150", Level::Region, Some(0)),
            place("NL", Level::Country, Some(1)),
        ],
        cells: vec![Cell {
            product: 0,
            place: Some(2),
            year: None,
            of_origin: false,
            fallback: String::new(),
            unpriced: String::new(),
        }],
        costs: vec![Cost { cell: 0, indicator: 0, cost, paid: Money::ZERO }],
        footprints: vec![Footprint {
            product: 1,
            indicator: 0,
            method: "m".into(),
            year: None,
            amount: 1.5,
            paid: money("0.01"),
        }],
        factors: vec![
            factor(None, Some(2023), "1"),
            factor(None, Some(2024), "2"),
            factor(Some(1), None, "3"),
        ],
        moves: vec![MoneyMove {
            currency: Currency::from_code("USD").unwrap(),
            year: 2020,
            multiplier: parse("1.12").unwrap(),
            steps: "x 1.12".into(),
        }],
        units: vec![UnitRow {
            code: "kg".into(),
            aliases: vec!["kilo".into()],
            ratio: parse("1").unwrap(),
            dimension: [0, 1, 0, 0, 0, 0, 0, 0],
            metric: false,
            kind: String::new(),
        }],
    }
}

fn read(bytes: Vec<u8>) -> Result<Book, String> {
    let mut diagnostics = crate::base::diagnostic::Diagnostics::new();
    from_ipc("b.arrow", bytes, &mut diagnostics).ok_or_else(|| diagnostics.to_string())
}

#[test]
fn a_lookup_goes_up_the_tree() {
    let book = book();
    let central = |product: &str, place: Option<&str>, year| {
        let place = place.map(|code| book.place(code).unwrap());
        let costs = book.unit_costs(book.product(product).unwrap(), place, year).unwrap();
        costs.first().map(|cost| cost.cost.central.to_string())
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(central("rice", None, 2023), some("1.5"));
    assert_eq!(central("rice", Some("001"), 2024), some("3"));
    assert_eq!(central("rice", Some("NL"), 2023), some("4.5"));
    assert_eq!(central("bread", Some("NL"), 2023), some("0.2"));
    assert_eq!(central("bread", Some("150"), 2023), None);
}

#[test]
fn a_book_comes_back_as_it_was() {
    let book = book();
    let bytes = to_ipc(&book).unwrap();
    assert_eq!(read(bytes.clone()).unwrap(), book);
    assert!(to_ipc(&read(bytes.clone()).unwrap()).unwrap() == bytes);
}

#[test]
fn a_book_that_cannot_be_is_refused_though_its_hash_is_right() {
    type Change = fn(&mut Book);
    let wrongs: [(&str, Change); 12] = [
        ("sorted", |book| book.products.reverse()),
        ("sorted", |book| book.products[1].id = "bread".into()),
        ("sorted", |book| book.factors.swap(0, 1)),
        ("sorted", |book| book.cells.push(book.cells[0].clone())),
        ("tree", |book| book.places[0].parent = Some(2)),
        ("tree", |book| book.places[2].parent = Some(3)),
        ("`cells` points", |book| book.cells[0].place = Some(3)),
        ("`costs` points", |book| book.costs[0].cell = 1),
        ("`footprints` points", |book| book.footprints[0].product = 2),
        ("`factors` points", |book| book.factors[2].indicator = 1),
        ("no number", |book| book.footprints[0].amount = f64::INFINITY),
        ("the unit of `rice`", |book| book.products[1].unit = "furlong".into()),
    ];
    for (why, change) in wrongs {
        let mut book = book();
        change(&mut book);
        let problem = read(to_ipc(&book).unwrap()).unwrap_err();
        assert!(problem.contains(why), "{why}: {problem}");
    }
}

#[test]
fn other_versions_and_other_tables_are_told_apart() {
    let written = |change: &dyn Fn(&mut std::collections::HashMap<String, String>), columns: usize| {
        let whole = batch(&book()).unwrap().project(&(0..columns).collect::<Vec<_>>()).unwrap();
        let mut metadata = whole.schema().metadata().clone();
        change(&mut metadata);
        let schema = Arc::new(whole.schema().as_ref().clone().with_metadata(metadata));
        let whole = arrow_array::RecordBatch::try_new(schema.clone(), whole.columns().to_vec()).unwrap();
        let mut writer = FileWriter::try_new(Vec::new(), &schema).unwrap();
        writer.write(&whole).unwrap();
        writer.into_inner().unwrap()
    };
    let problem = |bytes| read(bytes).unwrap_err();
    let key = |name: &str| format!("{PREFIX}{name}");
    assert!(read(written(&|_| (), 9)).is_ok());
    assert!(problem(written(&|_| (), 8)).contains("other columns"));
    let version = written(&|metadata| drop(metadata.insert(key("book"), "2".into())), 9);
    assert!(problem(version).contains("format 2, and 1 is read here"));
    assert!(problem(written(&|metadata| drop(metadata.remove(&key("book"))), 9)).contains("no price book"));
    assert!(problem(written(&|metadata| drop(metadata.remove(&key("year"))), 9)).contains("`truecost.year`"));
    let hash = written(&|metadata| drop(metadata.insert(key("hash"), "sha256:0".into())), 9);
    assert!(problem(hash).contains("damaged or changed"));
    let title = written(&|metadata| drop(metadata.insert(key("title"), "another".into())), 9);
    assert!(problem(title).contains("damaged or changed"));
}
