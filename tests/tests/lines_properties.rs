//! What must hold of priced lines: the slow exact answer, whatever the cuts, the order, the threads and the types.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod lines_book;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal64Type, Decimal128Type, Int64Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_cast::cast;
use arrow_schema::DataType;
use lines_book::columns::{Family, Line, Lines, Types, When, random_lines};
use lines_book::expected::{Amounts, Reasons, expected};
use lines_book::{Numbers, halves, random_book};
use proptest::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::pricing::book::Book;
use truecost::pricing::lines::{Indicators, LineOptions, Pricer, Reason, Role, Summary, widened};

/// What came of lines, by row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    priced: BTreeMap<usize, Priced>,
    /// Reason and column.
    rejected: BTreeMap<usize, (Reason, String)>,
    summary: BTreeMap<Vec<Option<String>>, Vec<(String, i128)>>,
    /// Are there rows twice, out of order, or in both?
    is_orderly: bool,
}

/// A priced line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Priced {
    money: BTreeMap<String, Option<i64>>,
    fallback: BTreeSet<String>,
    unpriced: String,
}

/// How lines are cut: rows in a batch, workers, order.
#[derive(Clone, Copy, Debug)]
struct Cuts {
    size: usize,
    workers: usize,
    seed: u64,
}

fn options(bounds: bool) -> LineOptions {
    LineOptions {
        keep: Some(vec!["row".into()]),
        indicators: Indicators::All,
        bounds,
        group_by: Some(vec!["category".into(), "product".into()]),
        ..LineOptions::default()
    }
}

fn pricer(book: &Arc<Book>, batch: &RecordBatch, options: &LineOptions) -> Arc<Pricer> {
    let mut diagnostics = Diagnostics::new();
    let pricer = Pricer::new(book.clone(), &batch.schema(), options, "lines", &mut diagnostics);
    Arc::new(pricer.unwrap_or_else(|| panic!("{diagnostics}")))
}

fn found(book: &Arc<Book>, batch: &RecordBatch, bounds: bool, cuts: Cuts) -> Found {
    let pricer = pricer(book, batch, &options(bounds));
    let mut numbers = Numbers(cuts.seed);
    let mut parts = Vec::new();
    let mut start = 0;
    while start < batch.num_rows() {
        let size = (1 + numbers.below(cuts.size)).min(batch.num_rows() - start);
        parts.push((start, size));
        start += size;
    }
    for end in (1..parts.len()).rev() {
        parts.swap(end, numbers.below(end + 1));
    }
    let mut workers: Vec<_> = (0..cuts.workers).map(|_| pricer.worker()).collect();
    let mut found = Found {
        priced: BTreeMap::new(),
        rejected: BTreeMap::new(),
        summary: BTreeMap::new(),
        is_orderly: true,
    };
    for (start, size) in parts {
        let worker = numbers.below(cuts.workers);
        let priced = workers[worker].price(&batch.slice(start, size)).unwrap();
        found.is_orderly &= priced.lines.num_rows() + priced.rejected.len() == size;
        found.is_orderly &= priced.rejected.windows(2).all(|pair| pair[0].row < pair[1].row);
        for line in &priced.rejected {
            assert!(!line.message.is_empty() && line.row < size);
            let before = found.rejected.insert(start + line.row, (line.reason, line.column.clone()));
            found.is_orderly &= before.is_none();
        }
        let rows = priced.lines.column_by_name("row").unwrap().as_primitive::<Int64Type>().clone();
        found.is_orderly &= rows.values().windows(2).all(|pair| pair[0] < pair[1]);
        for (at, row) in rows.values().iter().enumerate() {
            let row = *row as usize;
            found.is_orderly &= (start..start + size).contains(&row) && !found.rejected.contains_key(&row);
            found.is_orderly &= found.priced.insert(row, line(&priced.lines, at)).is_none();
        }
        let wide = widened(&priced.lines).unwrap();
        assert!(wide.columns().iter().all(|column| !matches!(column.data_type(), DataType::Decimal64(..))));
    }
    let mut summaries: Vec<Summary> =
        workers.into_iter().map(|worker| worker.into_summary().unwrap()).collect();
    while summaries.len() > 1 {
        let other = summaries.swap_remove(numbers.below(summaries.len()));
        let at = numbers.below(summaries.len());
        summaries[at].merge(other);
    }
    let batch = summaries[0].batch().unwrap();
    found.summary = sums(&batch);
    assert_eq!(found.summary.len(), batch.num_rows(), "no group is there twice");
    found
}

fn line(batch: &RecordBatch, row: usize) -> Priced {
    let schema = batch.schema();
    let money = schema.fields().iter().zip(batch.columns()).filter_map(|(field, column)| {
        let column = column.as_primitive_opt::<Decimal64Type>()?;
        Some((field.name().clone(), column.is_valid(row).then(|| column.value(row))))
    });
    let text = |name: &str| {
        let column = cast(batch.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
        let texts = column.as_string::<i32>();
        let text = texts.is_valid(row).then(|| texts.value(row).to_owned());
        assert_ne!(text.as_deref(), Some(""), "no text is null");
        text.unwrap_or_default()
    };
    let fallback = text("fallback");
    let fallback = match fallback.strip_prefix("factors ") {
        Some(levels) => levels.split(", ").map(|level| format!("factors {level}")).collect(),
        None => [fallback].into_iter().filter(|text| !text.is_empty()).collect(),
    };
    Priced { money: money.collect(), fallback, unpriced: text("unpriced") }
}

fn sums(batch: &RecordBatch) -> BTreeMap<Vec<Option<String>>, Vec<(String, i128)>> {
    let mut all = BTreeMap::new();
    let schema = batch.schema();
    for row in 0..batch.num_rows() {
        let (mut key, mut sums) = (Vec::new(), Vec::new());
        for (field, column) in schema.fields().iter().zip(batch.columns()) {
            match column.data_type() {
                DataType::Decimal128(38, 6) => {
                    sums.push((field.name().clone(), column.as_primitive::<Decimal128Type>().value(row)));
                }
                DataType::UInt64 => {
                    sums.push((
                        field.name().clone(),
                        i128::from(column.as_primitive::<UInt64Type>().value(row)),
                    ));
                }
                _ => {
                    let texts = cast(column, &DataType::Utf8).unwrap();
                    let texts = texts.as_string::<i32>();
                    key.push(texts.is_valid(row).then(|| texts.value(row).trim().to_owned()));
                }
            }
        }
        all.insert(key, sums);
    }
    all
}

/// One worker, one batch.
const WHOLE: Cuts = Cuts { size: usize::MAX >> 1, workers: 1, seed: 0 };

/// Compares a line with the slow answer; gives what is wrong.
fn differs(
    found: &Found,
    row: usize,
    expected: &Result<Amounts, Reasons>,
    book: &Book,
    lines: &Line,
) -> Option<String> {
    let name = |role: Role| match role {
        Role::Price | Role::Value if lines.is_value => "value".to_owned(),
        Role::Price | Role::Value => "price".to_owned(),
        Role::Year | Role::Date => "when".to_owned(),
        role => role.word().to_owned(),
    };
    let when =
        |column: &str| if ["year", "date"].contains(&column) { "when".to_owned() } else { column.to_owned() };
    let told = found.rejected.get(&row).map(|(reason, column)| (*reason, when(column)));
    let amounts = match (expected, &told) {
        (Ok(amounts), Some((Reason::Overflow, _))) if amounts.may_overflow => return None,
        (Ok(_), Some(told)) => return Some(format!("rejected: {told:?}")),
        (Err(reasons), None) => return Some(format!("accepted, and not rejected because of {reasons:?}")),
        (Err(reasons), Some(told)) => {
            let fits = reasons.iter().any(|(reason, role)| (*reason, name(*role)) == *told);
            return (!fits).then(|| format!("rejected because of {told:?}, not {reasons:?}"));
        }
        (Ok(amounts), None) => amounts,
    };
    let priced = &found.priced[&row];
    let mut expected: BTreeMap<String, Option<i128>> = BTreeMap::new();
    let has_price = amounts.market.is_some();
    for (bound, end) in ["_lower", "", "_upper"].into_iter().enumerate() {
        expected.insert(format!("external_cost{end}"), Some(amounts.external[bound]));
        expected.insert(format!("gap{end}"), Some(amounts.gap[bound]));
        expected.insert(format!("true_price{end}"), amounts.market.map(|market| market + amounts.gap[bound]));
    }
    expected.insert("market_price".into(), amounts.market);
    for (name, amount) in [
        ("internalised", amounts.internalised),
        ("overpaid", amounts.overpaid),
        ("benefits", amounts.benefits),
    ] {
        if !priced.money.contains_key(name) && amount != 0 {
            return Some(format!("no column {name}, which is {amount}"));
        }
        expected.insert(name.into(), Some(amount));
    }
    for (indicator, amount) in book.indicators.iter().zip(&amounts.by_indicator) {
        expected.insert(format!("external_cost.{}", indicator.id), Some(*amount));
    }
    for (name, amount) in &priced.money {
        let amount = amount.map(i128::from);
        if expected.get(name) != Some(&amount) {
            return Some(format!("{name} is {amount:?}, not {:?}", expected.get(name)));
        }
    }
    // What a line's parts must add up to, whatever they are.
    let get = |name: &str| priced.money[name].map(i128::from);
    let parts = book.indicators.iter().filter_map(|k| get(&format!("external_cost.{}", k.id)));
    if parts.sum::<i128>() != get("external_cost").unwrap() {
        return Some("its indicators do not add up".into());
    }
    if has_price && get("market_price").unwrap() + get("gap").unwrap() != get("true_price").unwrap() {
        return Some("market price and gap are not the true price".into());
    }
    if priced.fallback != amounts.fallback || priced.unpriced != amounts.unpriced {
        return Some(format!(
            "{:?} {:?}, not {:?} {:?}",
            priced.fallback, priced.unpriced, amounts.fallback, amounts.unpriced
        ));
    }
    None
}

/// The sums that the lines found give, by the keys of the summary.
fn sums_of(found: &Found, book: &Book, lines: &Lines) -> BTreeMap<Vec<Option<String>>, Vec<(String, i128)>> {
    let mut all: BTreeMap<Vec<Option<String>>, BTreeMap<String, i128>> = BTreeMap::new();
    for (row, priced) in &found.priced {
        let id = lines.rows[*row].product.clone().unwrap();
        let product = book.products.iter().find(|product| product.id == id.trim()).unwrap();
        let sums = all.entry(vec![Some(product.category.clone()), Some(id.trim().to_owned())]).or_default();
        *sums.entry("lines".into()).or_default() += 1;
        *sums.entry("lines_with_price".into()).or_default() +=
            i128::from(priced.money["market_price"].is_some());
        for (name, amount) in &priced.money {
            *sums.entry(name.clone()).or_default() += i128::from(amount.unwrap_or_default());
        }
    }
    all.into_iter().map(|(key, sums)| (key, sums.into_iter().collect())).collect()
}

/// The same, with the sums of each key by name.
fn by_name(
    summary: &BTreeMap<Vec<Option<String>>, Vec<(String, i128)>>,
) -> BTreeMap<Vec<Option<String>>, Vec<(String, i128)>> {
    let sorted = |sums: &Vec<(String, i128)>| {
        let mut sums = sums.clone();
        sums.sort();
        sums
    };
    summary.iter().map(|(key, sums)| (key.clone(), sorted(sums))).collect()
}

/// How many cases: more by hand, `TRUECOST_CASES=5000`.
fn cases() -> u32 {
    std::env::var("TRUECOST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

/// Lines whose product has no spaces around it: sums by product are then by product.
fn unspaced(mut lines: Lines) -> Lines {
    for line in &mut lines.rows {
        line.product = line.product.take().map(|product| product.trim().to_owned());
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_are_what_exact_arithmetic_makes_of_the_book(
        seed in any::<u64>(), count in 1_usize..400, badly in 4_usize..40, bounds in any::<bool>(), types in any::<u64>(),
    ) {
        let book = Arc::new(random_book(seed));
        let lines = unspaced(random_lines(&book, seed, count, badly));
        let found = found(&book, &lines.batch(Types(types)), bounds, WHOLE);
        prop_assert!(found.is_orderly);
        prop_assert_eq!(found.priced.len() + found.rejected.len(), count);
        for (row, line) in lines.rows.iter().enumerate() {
            let expected = expected(&book, line, bounds);
            let wrong = differs(&found, row, &expected, &book, line);
            prop_assert!(wrong.is_none(), "{}: {:?}", wrong.unwrap_or_default(), line);
        }
        prop_assert_eq!(by_name(&found.summary), sums_of(&found, &book, &lines));
    }

    #[test]
    fn cuts_order_threads_and_types_change_nothing(
        seed in any::<u64>(), count in 1_usize..300, size in 1_usize..120, workers in 1_usize..5,
        types in any::<(u64, u64)>(),
    ) {
        let book = Arc::new(random_book(seed));
        let lines = unspaced(random_lines(&book, seed, count, 12));
        let whole = found(&book, &lines.batch(Types(types.0)), true, WHOLE);
        let cut = found(&book, &lines.batch(Types(types.1)), true, Cuts { size, workers, seed });
        prop_assert!(cut.is_orderly);
        prop_assert_eq!(whole, cut);
    }
}

/// What lies in the middle goes to the even digit, what lies a hair beside it does not: doubles cannot tell them apart.
#[test]
fn halves_and_what_is_beside_them() {
    let (mut odd, mut all) = (0, 0);
    for seed in 0..40 {
        let (book, lines) = halves(seed, 120);
        let book = Arc::new(book);
        let line = |(product, quantity): &(String, String)| Line {
            product: Some(product.clone()),
            quantity: Some(quantity.clone()),
            unit: None,
            origin: None,
            price: None,
            is_value: false,
            currency: None,
            when: None,
        };
        let lines: Vec<Line> = lines.iter().map(line).collect();
        let lines = Lines { rows: lines, quantity: Family::Text, price: Family::Text, when: When::Nothing };
        let found = found(&book, &lines.batch(Types(0)), false, WHOLE);
        for (row, line) in lines.rows.iter().enumerate() {
            let expected = expected(&book, line, false);
            let wrong = differs(&found, row, &expected, &book, line);
            assert!(wrong.is_none(), "{seed} {}: {line:?}", wrong.unwrap_or_default());
            all += 1;
            odd +=
                usize::from(found.priced.get(&row).is_some_and(|line| line.money["gap"].unwrap() % 2 != 0));
        }
    }
    assert!(odd > 500 && all == 40 * 360, "{odd} of {all}");
}

/// How many lines of what kind the random ones are: nothing is tested where nothing happens.
#[test]
fn random_lines_are_of_all_kinds() {
    let mut reasons: BTreeMap<Reason, usize> = BTreeMap::new();
    let (mut priced, mut with_price, mut fallback, mut unpriced, mut negative, mut largest) =
        (0, 0, 0, 0, 0, 0);
    for seed in 0..300 {
        let book = Arc::new(random_book(seed));
        let lines = unspaced(random_lines(&book, seed, 60, 10));
        let found = found(&book, &lines.batch(Types(seed)), false, WHOLE);
        for (reason, _) in found.rejected.values() {
            *reasons.entry(*reason).or_default() += 1;
        }
        for line in found.priced.values() {
            priced += 1;
            with_price += usize::from(line.money["market_price"].is_some());
            fallback += usize::from(!line.fallback.is_empty());
            unpriced += usize::from(!line.unpriced.is_empty());
            negative += usize::from(line.money["gap"] < Some(0));
            largest = largest.max(line.money["external_cost"].unwrap_or_default());
        }
    }
    eprintln!("{priced} priced, {with_price} {fallback} {unpriced} {negative} {largest} {reasons:?}");
    assert!(priced > 5000 && with_price > 1500 && fallback > 500 && unpriced > 500 && negative > 500);
    assert!(largest > 100_000_000_000_000_000);
    let met = Reason::ALL.iter().filter(|reason| **reason != Reason::Unreadable);
    for reason in met {
        assert!(reasons.get(reason).is_some_and(|count| *count >= 20), "{reason:?} {reasons:?}");
    }
}
