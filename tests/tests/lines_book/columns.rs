//! Lines as batches: the same cells in columns of any type.

use std::sync::Arc;

use arrow_array::types::{Int8Type, Int32Type, UInt16Type};
use arrow_array::{
    Array, ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray,
};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use truecost::base::period::Period;
use truecost::pricing::book::Book;

use super::Numbers;

#[expect(clippy::option_option, reason = "a column may be missing, and a cell of it may be empty")]
/// A line, as text. `None` outside: there is no such column; inside: the cell is null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) product: Option<String>,
    pub(crate) quantity: Option<String>,
    pub(crate) unit: Option<Option<String>>,
    pub(crate) origin: Option<Option<String>>,
    pub(crate) price: Option<Option<String>>,
    pub(crate) is_value: bool,
    pub(crate) currency: Option<Option<String>>,
    pub(crate) when: Option<Option<String>>,
}

/// What the cells of a column of numbers may be, and so which types hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Doubles.
    Double,
    /// Decimals with at most 12 digits after the point.
    Decimal,
    /// Whole numbers.
    Whole,
    /// Anything, in words.
    Text,
}

/// What the cells that say when may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Nothing,
    Year,
    Day,
    Text,
}

/// Lines, and what is known of their columns.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    pub(crate) rows: Vec<Line>,
    pub(crate) quantity: Family,
    pub(crate) price: Family,
    pub(crate) when: When,
}

const FAMILIES: [Family; 4] = [Family::Double, Family::Decimal, Family::Whole, Family::Text];

/// Lines of anything. `badly`: one cell in so many is wrong.
pub(crate) fn random_lines(book: &Book, seed: u64, count: usize, badly: usize) -> Lines {
    let mut numbers = Numbers(seed ^ 0x5555);
    let numbers = &mut numbers;
    let (quantity, price) = (FAMILIES[numbers.below(4)], FAMILIES[numbers.below(4)]);
    let when = [When::Nothing, When::Year, When::Day, When::Text][numbers.below(4)];
    let has = [0; 3].map(|_| !numbers.rarely(4));
    let is_value = numbers.rarely(2);
    let line = |numbers: &mut Numbers| {
        let product = numbers.below(book.products.len());
        let own = book.products[product].unit.clone();
        let units: &[&str] =
            if own == "h" { &["h", "mo", "kg"] } else { &["kg", "g", "lb", "[lb_av]", "t", &own, &own] };
        let unit = numbers.pick(units).to_owned();
        let place =
            numbers.pick(&["DE", "NL", "BR", "NL-UT", "NL-ZH", "150", "001", "", "155", "019"]).to_owned();
        Line {
            product: bad(numbers, badly, format!("p{product}"), &["p99", "P0", "", "p 1"]),
            quantity: number(numbers, quantity, badly),
            unit: has[0].then(|| bad(numbers, badly, unit, &["box", "furlong", "", "kkg", "EUR"])),
            origin: has[1]
                .then(|| bad(numbers, badly, place, &["XX", "NL-", "DE-BERLIN", "nl", "Netherlands"])),
            price: has[2].then(|| if numbers.rarely(5) { None } else { number(numbers, price, badly) }),
            is_value,
            currency: has[2].then(|| {
                let code = numbers.pick(&["EUR", "EUR", "USD", "JPY"]).to_owned();
                bad(numbers, badly, code, &["QQQ", "eur", "", "CHF", "EURO"])
            }),
            when: (when != When::Nothing).then(|| instant(numbers, when, badly)),
        }
    };
    Lines { rows: (0..count).map(|_| line(numbers)).collect(), quantity, price, when }
}

/// Mostly `good`; else one of the others, or null.
fn bad(numbers: &mut Numbers, badly: usize, good: String, others: &[&str]) -> Option<String> {
    if !numbers.rarely(badly) {
        return Some(if numbers.rarely(30) { format!(" {good} ") } else { good });
    }
    let at = numbers.below(others.len() + 1);
    others.get(at).map(|text| (*text).to_owned())
}

fn number(numbers: &mut Numbers, family: Family, badly: usize) -> Option<String> {
    if numbers.rarely(badly) && family != Family::Text {
        return match numbers.below(3) {
            0 if family == Family::Double => Some("NaN".into()),
            1 if family == Family::Double => {
                Some(numbers.pick(&["inf", "-inf", "1e300", "-1e-310"]).to_owned())
            }
            _ => None,
        };
    }
    let sign = if numbers.rarely(8) { "-" } else { "" };
    let round =
        numbers.pick(&["0.5", "1.5", "2.5", "0.25", "0.000001", "0.125", "1", "0", "1e3", "0.0000005"]);
    let any = numbers.next();
    Some(match family {
        Family::Whole => {
            let power = 10_u64.pow(numbers.below(13) as u32);
            format!("{sign}{}", any % power)
        }
        Family::Decimal => {
            // 12 digits before the point, 12 after it.
            let (whole, part) =
                (any % 10_u64.pow(numbers.below(13) as u32), numbers.next() % 1_000_000_000_000);
            if numbers.rarely(3) && round != "1e3" {
                format!("{sign}{round}")
            } else if numbers.rarely(2) {
                format!("{sign}{whole}.{part:012}")
            } else {
                format!("{sign}0.{:012}", part % 10_u64.pow(numbers.below(12) as u32))
            }
        }
        Family::Double => {
            let power = numbers.below(22) as i32 - 9;
            let value: f64 = if numbers.rarely(3) {
                round.parse().unwrap()
            } else {
                (any >> 11) as f64 / (1_u64 << 53) as f64 * 10_f64.powi(power)
            };
            if numbers.rarely(30) { "-0.0".into() } else { format!("{sign}{value:e}") }
        }
        Family::Text => match numbers.below(8) {
            // Beside a half, by less than a double can tell.
            0 => format!("{sign}0.5000000000000000000000000000000000{}", any % 10),
            1 => format!("{sign}2.4999999999999999999999999999999999{}", any % 10),
            2 => format!(
                "{sign}{}.{:018}{}",
                any % 1_000_000,
                numbers.next() % 1_000_000_000_000_000_000,
                any % 10
            ),
            3 => format!("{sign}{}e-{}", any % 10_000, numbers.below(13)),
            4 => format!("+{round}"),
            5 if numbers.rarely(2) => numbers
                .pick(&[
                    "1,5", "1 000", "NaN", "inf", "-", "--1", "0x10", "1e99", "1.2.3", "١", "5.", ".5", "1e",
                    "", "  ",
                ])
                .to_owned(),
            6 => format!("  {sign}{round} "),
            _ => format!("{sign}{round}"),
        },
    })
}

fn instant(numbers: &mut Numbers, when: When, badly: usize) -> Option<String> {
    let year = 2021 + numbers.below(3);
    let other = numbers.pick(&["2019", "2024", "2050", "1850"]).to_owned();
    let year = if numbers.rarely(badly) { other } else { year.to_string() };
    if numbers.rarely(badly) && when != When::Text {
        return None;
    }
    let day = format!("{year}-{:02}-{:02}", 1 + numbers.below(12), 1 + numbers.below(28));
    Some(match when {
        When::Nothing | When::Year => year,
        When::Day => day,
        When::Text if numbers.rarely(badly) => numbers
            .pick(&["2022-13", "20222", "-1", "abc", "22", "2022-02-30", "2022/01/01", "", "2022.0"])
            .to_owned(),
        When::Text => match numbers.below(3) {
            0 => year,
            1 => day[..7].to_owned(),
            _ => day,
        },
    })
}

/// The types that columns get.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Types(pub(crate) u64);

impl Lines {
    /// As one batch, with a column `row` that counts from 0.
    pub(crate) fn batch(&self, types: Types) -> RecordBatch {
        let mut numbers = Numbers(types.0);
        let numbers = &mut numbers;
        let first = &self.rows[0];
        let row: Vec<i64> = (0..self.rows.len() as i64).collect();
        let mut columns: Vec<(&str, ArrayRef)> = vec![("row", Arc::new(Int64Array::from(row)))];
        let of = |get: fn(&Line) -> &Option<String>| -> Vec<Option<&str>> {
            self.rows.iter().map(|line| get(line).as_deref()).collect()
        };
        columns.push(("product", words(&of(|line| &line.product), numbers)));
        columns.push(("quantity", quantities(&of(|line| &line.quantity), self.quantity, numbers)));
        if first.unit.is_some() {
            columns.push(("unit", words(&of(|line| line.unit.as_ref().unwrap()), numbers)));
        }
        if first.origin.is_some() {
            columns.push(("origin", words(&of(|line| line.origin.as_ref().unwrap()), numbers)));
        }
        if first.price.is_some() {
            let name = if first.is_value { "value" } else { "price" };
            columns.push((name, quantities(&of(|line| line.price.as_ref().unwrap()), self.price, numbers)));
            columns.push(("currency", words(&of(|line| line.currency.as_ref().unwrap()), numbers)));
        }
        if first.when.is_some() {
            let name = if self.when == When::Year { "year" } else { "date" };
            columns.push((name, instants(&of(|line| line.when.as_ref().unwrap()), self.when, numbers)));
        }
        RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, column)| (name, column, true)),
        )
        .unwrap()
    }
}

/// Behind a row that is none of it: an array that begins somewhere else.
fn sliced(column: ArrayRef, numbers: &mut Numbers) -> ArrayRef {
    if numbers.rarely(3) && !column.is_empty() {
        let twice = arrow_select::concat::concat(&[&column.slice(0, 1), &column]).unwrap();
        return twice.slice(1, column.len());
    }
    column
}

fn words(cells: &[Option<&str>], numbers: &mut Numbers) -> ArrayRef {
    let texts: ArrayRef = Arc::new(cells.iter().copied().collect::<StringArray>());
    let column: ArrayRef = match numbers.below(6) {
        0 => texts,
        1 => Arc::new(cells.iter().copied().collect::<LargeStringArray>()),
        2 => cast(&texts, &DataType::Utf8View).unwrap(),
        3 => Arc::new(cells.iter().copied().collect::<DictionaryArray<Int32Type>>()),
        4 => {
            // Words that no row has, one twice, and a null among them.
            let own: DictionaryArray<Int32Type> = cells.iter().copied().collect();
            let values = own.values().clone();
            let others: ArrayRef =
                Arc::new(StringArray::from(vec![Some("never"), None, Some("p0"), Some("never")]));
            let values = arrow_select::concat::concat(&[&others, &values]).unwrap();
            let keys: arrow_array::Int32Array =
                own.keys().iter().map(|key| Some(key.map_or(1, |key| key + 4))).collect();
            Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values).unwrap())
        }
        _ => {
            let short: DictionaryArray<Int32Type> = cells.iter().copied().collect();
            let kind = if short.values().len() < 100 { DataType::Int8 } else { DataType::UInt16 };
            if kind == DataType::Int8 {
                Arc::new(cells.iter().copied().collect::<DictionaryArray<Int8Type>>())
            } else {
                Arc::new(cells.iter().copied().collect::<DictionaryArray<UInt16Type>>())
            }
        }
    };
    sliced(column, numbers)
}

fn quantities(cells: &[Option<&str>], family: Family, numbers: &mut Numbers) -> ArrayRef {
    let text = |numbers: &mut Numbers| words(cells, numbers);
    let column: ArrayRef = match (family, numbers.below(4)) {
        (Family::Text, _) | (_, 0) => return text(numbers),
        (Family::Double, _) => Arc::new(
            cells.iter().map(|cell| cell.map(|cell| cell.parse().unwrap())).collect::<Float64Array>(),
        ),
        (Family::Whole, 1) => {
            Arc::new(cells.iter().map(|cell| cell.map(|cell| cell.parse().unwrap())).collect::<Int64Array>())
        }
        (Family::Whole, 2) => Arc::new(
            cells.iter().map(|cell| cell.map(|cell| cell.parse().unwrap())).collect::<Float64Array>(),
        ),
        (Family::Whole | Family::Decimal, kind) => {
            let units = cells.iter().map(|cell| cell.map(trillionths));
            let decimals: Decimal128Array = units.collect();
            let decimals: ArrayRef = Arc::new(decimals.with_precision_and_scale(38, 12).unwrap());
            if kind == 3 && family == Family::Decimal {
                let keys: arrow_array::Int32Array = (0..cells.len() as i32).collect();
                Arc::new(DictionaryArray::<Int32Type>::try_new(keys, decimals).unwrap())
            } else {
                decimals
            }
        }
    };
    sliced(column, numbers)
}

/// A decimal with at most 12 digits after the point, in 1e-12.
fn trillionths(text: &str) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<12}").parse().unwrap()
}

fn instants(cells: &[Option<&str>], when: When, numbers: &mut Numbers) -> ArrayRef {
    let years = || cells.iter().map(|cell| cell.map(|cell| cell.parse::<i64>().unwrap()));
    let days = || {
        let day = |cell: &str| Period::parse(cell).unwrap().first_day();
        let days: ArrayRef = Arc::new(cells.iter().map(|cell| cell.map(day)).collect::<Date32Array>());
        days
    };
    let column: ArrayRef = match (when, numbers.below(4)) {
        (When::Year, 1) => Arc::new(years().collect::<Int64Array>()),
        (When::Year, 2) => {
            cast(&(Arc::new(years().collect::<Int64Array>()) as ArrayRef), &DataType::Int16).unwrap()
        }
        (When::Year, 3) => {
            cast(&(Arc::new(years().collect::<Int64Array>()) as ArrayRef), &DataType::Float64).unwrap()
        }
        (When::Day, 1) => days(),
        (When::Day, 2) => cast(&days(), &DataType::Date64).unwrap(),
        (When::Day, 3) => cast(&days(), &DataType::Timestamp(TimeUnit::Microsecond, None)).unwrap(),
        _ => return words(cells, numbers),
    };
    sliced(column, numbers)
}
