//! Books that are damaged or absurd, and lines that nobody would write: a diagnostic or a reason, never a panic, never a
//! wrong amount.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[expect(dead_code, reason = "shared with another test")]
mod lines_book;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal64Type, Int32Type};
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, NullArray, RecordBatch,
    StringArray, UInt64Array,
};
use lines_book::columns::{Types, random_lines};
use lines_book::{Numbers, exact, random_book};
use proptest::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::base::money::{Factor, Money};
use truecost::data::factors::Band;
use truecost::pricing::book::{Book, from_ipc, to_ipc};
use truecost::pricing::lines::{Indicators, LineOptions, Pricer, Reason, widened};

fn read(bytes: Vec<u8>) -> Result<Book, String> {
    let mut diagnostics = Diagnostics::new();
    let book = from_ipc("book.arrow", bytes, &mut diagnostics);
    match book {
        Some(book) => {
            assert!(!diagnostics.has_errors(), "{diagnostics}");
            Ok(book)
        }
        None => {
            assert!(diagnostics.has_errors());
            Err(diagnostics.to_string())
        }
    }
}

fn priced(book: Book, batch: &RecordBatch, bounds: bool) -> (RecordBatch, Vec<(usize, Reason)>) {
    let mut diagnostics = Diagnostics::new();
    let options = LineOptions {
        bounds,
        indicators: Indicators::All,
        group_by: Some(Vec::new()),
        ..LineOptions::default()
    };
    let pricer = Pricer::new(Arc::new(book), &batch.schema(), &options, "lines", &mut diagnostics);
    let pricer = Arc::new(pricer.unwrap_or_else(|| panic!("{diagnostics}")));
    let mut worker = pricer.worker();
    let priced = worker.price(batch).unwrap();
    assert_eq!(priced.lines.num_rows() + priced.rejected.len(), batch.num_rows());
    assert_eq!(worker.into_summary().unwrap().batch().unwrap().num_rows(), 1);
    let rejected = priced.rejected.iter().map(|line| (line.row, line.reason)).collect();
    (widened(&priced.lines).unwrap(), rejected)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_book_comes_back_as_it_was(seed in any::<u64>()) {
        let book = random_book(seed);
        let bytes = to_ipc(&book).unwrap();
        let again = read(bytes.clone()).map_err(TestCaseError::fail)?;
        prop_assert_eq!(&again, &book);
        prop_assert_eq!(again.hash(), book.hash());
        prop_assert_eq!(to_ipc(&again).unwrap(), bytes);
    }

    #[test]
    fn a_damaged_book_is_told_or_is_the_same(seed in any::<u64>(), at in any::<u64>(), bit in 0_u8..8, cut in any::<u64>()) {
        let book = random_book(seed);
        let bytes = to_ipc(&book).unwrap();
        let mut changed = bytes.clone();
        changed[(at % bytes.len() as u64) as usize] ^= 1 << bit;
        if let Ok(other) = read(changed) {
            prop_assert_eq!(&other, &book);
        }
        prop_assert!(read(bytes[..(cut % bytes.len() as u64) as usize].to_vec()).is_err());
        // A stretch of it, gone or twice.
        let mut numbers = Numbers(at);
        let (from, to) = (numbers.below(bytes.len()), numbers.below(bytes.len()));
        let other = [&bytes[..from], &bytes[to..]].concat();
        prop_assert!(from == to || read(other).map_or_else(|_| true, |other| other == book));
    }

    #[test]
    fn an_absurd_book_is_refused_or_gives_what_it_says(seed in any::<u64>(), lines in any::<u64>()) {
        let book = absurd(random_book(seed), &mut Numbers(seed));
        let Ok(bytes) = to_ipc(&book) else { return Ok(()) };
        let Ok(book) = read(bytes) else { return Ok(()) };
        let lines = random_lines(&book, lines, 40, 10);
        priced(book, &lines.batch(Types(seed)), seed % 2 == 0);
    }
}

/// One thing of it is as no book should have it.
fn absurd(mut book: Book, numbers: &mut Numbers) -> Book {
    let large = *numbers.pick(&[&u32::MAX, &1000, &7]);
    match numbers.below(14) {
        0 => book.places[1].parent = Some(large),
        1 => book.places[0].parent = Some(1),
        2 => book.places.truncate(3),
        3 => book.products.truncate(1),
        4 => book.indicators.truncate(1),
        5 => book.cells.iter_mut().for_each(|cell| cell.place = Some(large)),
        6 => book.costs.reverse(),
        7 => book.footprints.iter_mut().for_each(|footprint| footprint.amount = f64::MAX),
        8 => book.footprints.iter_mut().for_each(|footprint| footprint.amount = f64::NAN),
        9 => book.units.clear(),
        10 => book.head.years = Some((2023, 2021)),
        11 => book.head.default_year = i32::MIN,
        12 => book.moves.iter_mut().for_each(|moved| moved.multiplier = exact("1e60") * exact("1e60")),
        _ => book.factors.clear(),
    }
    book
}

#[test]
fn a_book_of_all_years_there_are_is_refused() {
    let mut book = random_book(1);
    book.head.years = Some((i32::MIN, i32::MAX));
    assert!(read(to_ipc(&book).unwrap()).is_err());
}

/// A book of one product of any place that costs 1 a kilogram.
fn simple() -> Book {
    let mut book = random_book(1);
    book.head.years = None;
    book.head.emission_year = None;
    book.head.netting = false;
    book.indicators.truncate(1);
    book.products.truncate(1);
    book.products[0].unit = "kg".into();
    book.products[0].mass_kg = None;
    (book.cells, book.costs) = (Vec::new(), Vec::new());
    let factor = Factor::round(&exact("0.25")).unwrap();
    book.footprints = vec![truecost::pricing::book::Footprint {
        product: 0,
        indicator: 0,
        method: "".into(),
        year: None,
        amount: 4.0,
        paid: Money::ZERO,
    }];
    book.factors = vec![truecost::pricing::book::PlaceFactor {
        place: None,
        year: None,
        indicator: 0,
        method: String::new(),
        value: Some(Band { lower: factor, central: factor, upper: factor }),
        fallback: String::new(),
        unpriced: String::new(),
    }];
    book
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
        .unwrap()
}

fn texts(cells: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(cells.to_vec()))
}

fn costs(lines: &RecordBatch) -> Vec<String> {
    let column = lines.column_by_name("external_cost").unwrap();
    let column = column.as_primitive::<arrow_array::types::Decimal128Type>();
    (0..lines.num_rows()).map(|row| column.value_as_string(row)).collect()
}

#[test]
fn numbers_in_words() {
    let cells = [
        ("1", "1.000000"),
        (" 1 ", "1.000000"),
        ("+1", "1.000000"),
        ("1e0", "1.000000"),
        ("1E+2", "100.000000"),
        (".5", "0.500000"),
        ("5.", "5.000000"),
        ("-0.0", "0.000000"),
        ("-2", "-2.000000"),
        ("0.0000005", "0.000000"),
        ("0.0000015", "0.000002"),
        ("0.00000050000000000000000000000001", "0.000001"),
        ("999999999999.999999", "999999999999.999999"),
        ("-999999999999.9999994", "-999999999999.999999"),
        ("0.00000000000000000000000000000000000000000000000000000000001", "0.000000"),
        ("999999999999.9999995", "overflow"),
        ("1000000000000", "overflow"),
        ("-1e12", "overflow"),
        ("1e59", "overflow"),
        ("123456789012345678901234567890123456789012345678901234567890", "overflow"),
        ("1,5", "bad-value"),
        ("1 000", "bad-value"),
        ("1_000", "bad-value"),
        ("1'000", "bad-value"),
        ("0x10", "bad-value"),
        ("1/2", "bad-value"),
        ("--1", "bad-value"),
        ("+-1", "bad-value"),
        ("1e", "bad-value"),
        ("e5", "bad-value"),
        ("1e1e1", "bad-value"),
        ("1e1.5", "bad-value"),
        (".", "bad-value"),
        ("-", "bad-value"),
        ("NaN", "bad-value"),
        ("nan", "bad-value"),
        ("inf", "bad-value"),
        ("-Infinity", "bad-value"),
        ("null", "bad-value"),
        ("None", "bad-value"),
        ("€5", "bad-value"),
        ("5 kg", "bad-value"),
        ("١", "bad-value"),
        ("1\u{a0}", "1.000000"),
        ("1e99999999999999999999", "bad-value"),
        ("1e-400", "bad-value"),
        ("", "missing-value"),
        ("   ", "missing-value"),
    ];
    let quantities: Vec<&str> = cells.iter().map(|(quantity, _)| *quantity).collect();
    let lines = batch(vec![("product", texts(&vec!["p0"; cells.len()])), ("quantity", texts(&quantities))]);
    let (lines, rejected) = priced(simple(), &lines, true);
    let mut accepted = costs(&lines).into_iter();
    for (row, (quantity, wanted)) in cells.iter().enumerate() {
        let found = match rejected.iter().find(|(other, _)| *other == row) {
            Some((_, reason)) => reason.word().to_owned(),
            None => accepted.next().unwrap(),
        };
        assert_eq!(found, *wanted, "{quantity:?}");
    }
}

#[test]
fn doubles_that_are_no_quantity() {
    let cells = [
        (f64::NAN, "bad-value"),
        (f64::INFINITY, "bad-value"),
        (f64::NEG_INFINITY, "bad-value"),
        (-0.0, "0.000000"),
        (0.1, "0.100000"),
        (f64::MIN_POSITIVE, "bad-value"),
        (5e-324, "bad-value"),
        (f64::MAX, "bad-value"),
        (1e-44, "0.000000"),
        (-1e13, "overflow"),
        (0.1 + 0.2, "0.300000"),
        (0.000_000_5, "0.000000"),
        (0.000_001_5, "0.000002"),
        // The double is a little less than the decimal, and the decimal counts.
        (2.675_000_5, "2.675000"),
        (-2.675_001_5, "-2.675002"),
    ];
    let quantities = Float64Array::from(cells.iter().map(|(quantity, _)| *quantity).collect::<Vec<_>>());
    let lines = batch(vec![("product", texts(&vec!["p0"; cells.len()])), ("quantity", Arc::new(quantities))]);
    let (lines, rejected) = priced(simple(), &lines, false);
    let mut accepted = costs(&lines).into_iter();
    for (row, (quantity, wanted)) in cells.iter().enumerate() {
        let found = match rejected.iter().find(|(other, _)| *other == row) {
            Some((_, reason)) => reason.word().to_owned(),
            None => accepted.next().unwrap(),
        };
        assert_eq!(found, *wanted, "{quantity:e}");
    }
}

#[test]
fn years_and_dates_in_words() {
    let cells = [
        ("2023", true),
        ("2023-05", true),
        ("2023-05-17", true),
        (" 2023 ", true),
        ("2024-02-29", true),
        ("2023-02-29", false),
        ("2023-13", false),
        ("2023-00", false),
        ("2023-1-1", false),
        ("23", false),
        ("20233", false),
        ("-2023", false),
        ("2023-05-17T10:00:00", true),
        ("17.05.2023", false),
        ("2023/05/17", false),
        ("20230517", false),
        ("٢٠٢٣", false),
        ("last year", false),
    ];
    let whens: Vec<&str> = cells.iter().map(|(when, _)| *when).collect();
    let count = cells.len();
    let quantity: ArrayRef = Arc::new(Float64Array::from(vec![1.0; count]));
    for name in ["year", "date"] {
        let columns = vec![
            ("product", texts(&vec!["p0"; count])),
            ("quantity", quantity.clone()),
            (name, texts(&whens)),
        ];
        let (_, rejected) = priced(simple(), &batch(columns), false);
        for (row, (when, is_good)) in cells.iter().enumerate() {
            let reason = rejected.iter().find(|(other, _)| *other == row).map(|(_, reason)| *reason);
            assert_eq!(reason, (!is_good).then_some(Reason::BadValue), "{name} {when:?}");
        }
    }
}

#[test]
fn columns_of_nothing() {
    let none = |count: usize| -> ArrayRef { Arc::new(NullArray::new(count)) };
    let columns = ["product", "quantity", "unit", "origin", "price", "currency", "year"];
    for count in [0, 1, 5] {
        let lines = batch(columns.iter().map(|name| (*name, none(count))).collect());
        let (lines, rejected) = priced(simple(), &lines, true);
        assert_eq!((lines.num_rows(), rejected.len()), (0, count));
        assert!(rejected.iter().all(|(_, reason)| *reason == Reason::MissingValue));
    }
    // A quantity is there, and nothing else but the product: no origin and no price are needed.
    let lines = batch(vec![
        ("product", texts(&["p0"; 3])),
        ("quantity", Arc::new(Int32Array::from(vec![1, 2, -3]))),
        ("origin", none(3)),
        ("price", none(3)),
        ("currency", none(3)),
    ]);
    let (lines, rejected) = priced(simple(), &lines, false);
    assert!(rejected.is_empty());
    assert_eq!(costs(&lines), ["1.000000", "2.000000", "-3.000000"]);
    assert_eq!(lines.column_by_name("true_price").unwrap().null_count(), 3);
}

#[test]
fn columns_that_hold_something_else_are_refused_before_a_line_is_read() {
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    let halves: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
    let whole: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX]));
    for (name, column) in
        [("product", &halves), ("quantity", &flags), ("unit", &halves), ("origin", &flags), ("year", &flags)]
    {
        let mut columns: Vec<(&str, ArrayRef)> =
            vec![("product", texts(&["p0"])), ("quantity", whole.clone())];
        columns.retain(|(other, _)| *other != name);
        columns.push((name, column.clone()));
        let mut diagnostics = Diagnostics::new();
        let options = LineOptions::default();
        let schema = batch(columns).schema();
        assert!(
            Pricer::new(Arc::new(simple()), &schema, &options, "lines", &mut diagnostics).is_none(),
            "{name}"
        );
        assert!(diagnostics.to_string().contains(name), "{diagnostics}");
    }
    let (_, rejected) =
        priced(simple(), &batch(vec![("product", texts(&["p0"])), ("quantity", whole)]), false);
    assert_eq!(rejected, [(0, Reason::Overflow)]);
}

#[test]
fn dictionaries_with_nulls_and_slices() {
    use Reason::{MissingValue, UnknownProduct};
    let values: ArrayRef =
        Arc::new(StringArray::from(vec![None, Some("p0"), Some(""), Some("gone"), Some(" p0")]));
    let keys = Int32Array::from(vec![Some(1), None, Some(0), Some(2), Some(3), Some(4), Some(1), Some(1)]);
    let products: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values).unwrap());
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None, Some(2)]));
    let keys = Int32Array::from(vec![Some(0), Some(0), Some(0), Some(0), Some(0), Some(2), Some(1), None]);
    let quantities: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::try_new(keys, numbers).unwrap());
    let lines = batch(vec![("product", products), ("quantity", quantities)]);
    let all = [
        (1, MissingValue),
        (2, MissingValue),
        (3, MissingValue),
        (4, UnknownProduct),
        (6, MissingValue),
        (7, MissingValue),
    ];
    let (found, rejected) = priced(simple(), &lines, false);
    assert_eq!(rejected, all);
    assert_eq!(costs(&found), ["7.000000", "2.000000"]);
    for start in 0..8 {
        for length in 0..=8 - start {
            let (found, rejected) = priced(simple(), &lines.slice(start, length), false);
            let here = (start..start + length).filter_map(|row| all.iter().find(|(other, _)| *other == row));
            assert_eq!(rejected, here.map(|(row, reason)| (row - start, *reason)).collect::<Vec<_>>());
            assert_eq!(found.num_rows() + rejected.len(), length);
        }
    }
}

/// Footprints that no double times a factor holds: never an amount.
#[test]
fn costs_beyond_all_doubles_overflow() {
    for amount in [f64::MAX, 1e290, 1e200, 1e40, 1e16] {
        for factor in ["100000000000000", "1", "-100000000000000"] {
            for quantity in [0.0, 1e-12, 1.0, -1e12] {
                let mut book = simple();
                book.footprints[0].amount = amount;
                let factor = Factor::round(&exact(factor)).unwrap();
                book.factors[0].value = Some(Band { lower: factor, central: factor, upper: factor });
                let lines = batch(vec![
                    ("product", texts(&["p0"])),
                    ("quantity", Arc::new(Float64Array::from(vec![quantity]))),
                ]);
                let (_, rejected) = priced(book, &lines, true);
                assert_eq!(rejected, [(0, Reason::Overflow)], "{amount:e} {factor} {quantity:e}");
            }
        }
    }
}

#[test]
fn amounts_have_eighteen_digits() {
    let lines = batch(vec![("product", texts(&["p0"])), ("quantity", texts(&["999999999999.999999"]))]);
    let mut diagnostics = Diagnostics::new();
    let pricer =
        Pricer::new(Arc::new(simple()), &lines.schema(), &LineOptions::default(), "lines", &mut diagnostics);
    let priced = Arc::new(pricer.unwrap()).worker().price(&lines).unwrap();
    let column = priced.lines.column_by_name("gap").unwrap().as_primitive::<Decimal64Type>();
    assert_eq!((column.value(0), column.precision(), column.scale()), (999_999_999_999_999_999, 18, 6));
}
