//! Lines priced with a small book, against figures worked out by hand.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray, types::Int32Type,
};

use super::*;
use crate::base::currency::Currency;
use crate::base::decimal::parse;
use crate::base::diagnostic::Diagnostics;
use crate::base::money::{Factor, Money};
use crate::base::region::Level;
use crate::base::unit::UnitRow;
use crate::data::factors::Band;
use crate::data::reference::{Dimension, IndicatorKind};
use crate::pricing::book::{
    Book, BookIndicator, BookPlace, BookProduct, Cell, Cost, Footprint, Head, MoneyMove, PlaceFactor,
};

fn money(text: &str) -> Money {
    Money::round(&parse(text).unwrap()).unwrap()
}

fn same<T: Copy>(value: T) -> Band<T> {
    Band { lower: value, central: value, upper: value }
}

fn unit(code: &str, ratio: &str) -> UnitRow {
    let ratio = parse(ratio).unwrap();
    UnitRow {
        code: code.into(),
        aliases: vec![],
        ratio,
        dimension: [0, 1, 0, 0, 0, 0, 0, 0],
        metric: false,
        kind: String::new(),
    }
}

fn product(id: &str, category: &str) -> BookProduct {
    BookProduct {
        id: id.into(),
        name: id.to_uppercase(),
        category: category.into(),
        unit: "kg".into(),
        mass_kg: None,
        partial: String::new(),
        not_stated: String::new(),
    }
}

fn factor(place: Option<u32>, indicator: u32, value: &str, fallback: &str) -> PlaceFactor {
    PlaceFactor {
        place,
        year: None,
        indicator,
        method: String::new(),
        value: (!value.is_empty()).then(|| same(Factor::round(&parse(value).unwrap()).unwrap())),
        fallback: fallback.into(),
        unpriced: String::new(),
    }
}

/// Bread is made in DE at 1.25 for climate and 0.5 for wages of which 0.2 is paid; corn is of any place.
fn book() -> Book {
    let indicator = |id: &str, dimension| BookIndicator {
        id: id.into(),
        name: id.into(),
        dimension,
        kind: IndicatorKind::Burden,
        unit: "kg".into(),
    };
    let place = |code: &str, level, parent| BookPlace { code: code.into(), name: code.into(), level, parent };
    let euro = Currency::from_code("EUR").unwrap();
    let dollar = Currency::from_code("USD").unwrap();
    let cost = |indicator, cost: &str, paid: &str| Cost {
        cell: 0,
        indicator,
        cost: same(money(cost)),
        paid: money(paid),
    };
    let footprint = |indicator, amount| Footprint {
        product: 1,
        indicator,
        year: None,
        method: "".into(),
        amount,
        paid: Money::ZERO,
    };
    let moved = |currency, multiplier: &str| MoneyMove {
        currency,
        year: 2024,
        multiplier: parse(multiplier).unwrap(),
        steps: String::new(),
    };
    Book {
        head: Head {
            engine: "test".into(),
            dataset: "test".into(),
            title: "Test".into(),
            factors: "test".into(),
            currency: euro,
            year: 2024,
            emission_year: None,
            default_year: 2024,
            years: None,
            netting: false,
            lineage: String::new(),
        },
        indicators: vec![
            indicator("climate", Dimension::Environmental),
            indicator("wages", Dimension::Social),
        ],
        products: vec![product("bread", "bakery"), product("corn", "grain"), product("dust", "nothing")],
        places: vec![
            place("001", Level::World, None),
            place("150", Level::Region, Some(0)),
            place("DE", Level::Country, Some(1)),
            place("FR", Level::Country, Some(1)),
        ],
        cells: vec![Cell {
            product: 0,
            place: Some(2),
            year: None,
            of_origin: false,
            fallback: String::new(),
            unpriced: String::new(),
        }],
        costs: vec![cost(0, "1.25", "0"), cost(1, "0.5", "0.2")],
        footprints: vec![footprint(0, 0.1), footprint(1, 3.0)],
        factors: vec![
            factor(None, 0, "0.13", "world"),
            factor(None, 1, "", ""),
            factor(Some(2), 0, "0.25", ""),
            factor(Some(2), 1, "2", ""),
        ],
        moves: vec![moved(euro, "1"), moved(dollar, "0.9")],
        units: vec![unit("g", "0.001"), unit("kg", "1"), unit("t", "1000")],
    }
}

fn lines() -> RecordBatch {
    let text = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values)) as ArrayRef;
    let products: DictionaryArray<Int32Type> =
        vec!["bread", "corn", "corn", "bread", "korn", "corn", "bread"].into_iter().collect();
    RecordBatch::try_from_iter([
        ("product", Arc::new(products) as ArrayRef),
        (
            "origin",
            text(vec![Some("DE"), Some("DE-BY"), Some("FR"), Some("FR"), Some("DE"), None, Some("DE-BY")]),
        ),
        (
            "quantity",
            Arc::new(Float64Array::from(vec![2.0, 0.5, 1000.0, 1.0, 1.0, f64::NAN, -1.0])) as ArrayRef,
        ),
        (
            "unit",
            text(vec![Some("kg"), Some("kg"), Some("g"), Some("kg"), Some("kg"), Some("kg"), Some("kg")]),
        ),
        ("price", text(vec![Some("3"), None, Some("0.01"), Some("1"), Some("1"), Some("1"), Some("3.5")])),
        (
            "currency",
            text(vec![Some("USD"), None, Some("EUR"), Some("EUR"), Some("EUR"), Some("EUR"), Some("EUR")]),
        ),
        ("year", Arc::new(Int32Array::from(vec![2024; 7])) as ArrayRef),
    ])
    .unwrap()
}

fn options() -> LineOptions {
    LineOptions {
        keep: Some(vec!["product".into()]),
        indicators: Indicators::All,
        group_by: Some(vec!["category".into(), "year".into()]),
        ..LineOptions::default()
    }
}

fn pricer(options: &LineOptions) -> Arc<Pricer> {
    let mut diagnostics = Diagnostics::new();
    let pricer = Pricer::new(Arc::new(book()), &lines().schema(), options, "lines", &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics}");
    Arc::new(pricer.unwrap())
}

fn decimals(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(name).unwrap().as_primitive::<Decimal128Type>();
    (0..column.len()).map(|row| column.is_valid(row).then(|| column.value_as_string(row))).collect()
}

fn texts(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(name).unwrap().as_string::<i32>();
    column.iter().map(|text| text.map(str::to_owned)).collect()
}

fn some(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|value| (!value.is_empty()).then(|| (*value).to_owned())).collect()
}

#[test]
fn lines_are_priced_by_cells_and_by_footprints() {
    let mut worker = pricer(&options()).worker();
    let priced = worker.price(&lines()).unwrap();
    let batch = widened(&priced.lines).unwrap();
    // Bread from DE: 2 x (1.25 + 0.5), 2 x 0.2 paid; corn from a part of DE: half of 0.1 x 0.25 + 3 x 2; from FR: 0.1 x 0.13.
    assert_eq!(decimals(&batch, "external_cost"), some(&["3.500000", "3.012500", "0.013000", "-1.750000"]));
    assert_eq!(decimals(&batch, "internalised"), some(&["0.400000", "0.000000", "0.000000", "-0.200000"]));
    assert_eq!(decimals(&batch, "gap"), some(&["3.100000", "3.012500", "0.013000", "-1.550000"]));
    assert_eq!(decimals(&batch, "market_price"), some(&["5.400000", "", "10.000000", "-3.500000"]));
    assert_eq!(decimals(&batch, "true_price"), some(&["8.500000", "", "10.013000", "-5.050000"]));
    assert_eq!(
        decimals(&batch, "external_cost.climate"),
        some(&["2.500000", "0.012500", "0.013000", "-1.250000"])
    );
    assert_eq!(texts(&batch, "fallback"), some(&["", "", "factors world 1", "origin DE"]));
    assert_eq!(texts(&batch, "unpriced"), some(&["", "", "wages", ""]));
    let why: Vec<(usize, Reason)> = priced.rejected.iter().map(|line| (line.row, line.reason)).collect();
    assert_eq!(why, [(3, Reason::OtherOrigin), (4, Reason::UnknownProduct), (5, Reason::BadValue)]);
    assert_eq!(priced.rejected[1].message, "the book has no product `korn`; did you mean `corn`?");
    let summary = worker.into_summary().unwrap().batch().unwrap();
    assert_eq!(texts(&summary, "category"), some(&["bakery", "grain"]));
    assert_eq!(decimals(&summary, "external_cost"), some(&["1.750000", "3.025500"]));
    assert_eq!(decimals(&summary, "external_cost.wages"), some(&["0.500000", "3.000000"]));
    assert_eq!(decimals(&summary, "market_price"), some(&["1.900000", "10.000000"]));
}

#[test]
fn what_does_not_fit_is_said_before_a_line_is_read() {
    let codes = |options: &LineOptions| {
        let mut diagnostics = Diagnostics::new();
        assert!(
            Pricer::new(Arc::new(book()), &lines().schema(), options, "lines", &mut diagnostics).is_none()
        );
        diagnostics.sorted().iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>()
    };
    let columns = |pairs: &[(Role, &str)]| LineOptions {
        columns: pairs.iter().map(|(role, name)| (*role, (*name).to_owned())).collect(),
        ..options()
    };
    assert_eq!(codes(&columns(&[(Role::Product, "sku"), (Role::Quantity, "qty")])), ["missing-column"; 2]);
    assert_eq!(codes(&columns(&[(Role::Price, "price"), (Role::Value, "price")])), ["contradiction"]);
    let unknown =
        LineOptions { keep: Some(vec!["sku".into()]), group_by: Some(vec!["shop".into()]), ..options() };
    assert_eq!(codes(&unknown), ["missing-column"; 2]);
    let twice = LineOptions { group_by: Some(vec!["unit".into(), "unit".into()]), ..options() };
    assert_eq!(codes(&twice), ["duplicate-column"]);
    let indicators = LineOptions { indicators: Indicators::Some(vec!["climat".into()]), ..options() };
    assert_eq!(codes(&indicators), ["not-found"]);
}

#[test]
fn keys_that_are_numbers_are_sorted_as_numbers() {
    let options = LineOptions { group_by: Some(vec!["quantity".into()]), ..options() };
    let mut worker = pricer(&options).worker();
    worker.price(&lines()).unwrap();
    let summary = worker.into_summary().unwrap().batch().unwrap();
    let keys = summary.column_by_name("quantity").unwrap().as_primitive::<arrow_array::types::Float64Type>();
    assert_eq!(keys.values(), &[-1.0, 0.5, 2.0, 1000.0]);
}
