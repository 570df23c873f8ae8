//! A column of numbers, of whatever type: each as the nearest double, and exactly where that is asked for.

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Decimal128Array, Float64Array, Int64Array, StringArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::base::decimal::{self, Exact};

/// Doubles beyond these have no decimal of the digits that tables keep, or may have none.
const SMALLEST: f64 = 1e-40;
const LARGEST: f64 = 1e40;

/// Digits that a double holds exactly.
const SHORT: usize = 15;

/// A column of numbers. A double is the shortest decimal that gives it, as in tables.
#[derive(Debug)]
pub(super) enum Numbers {
    Doubles(Float64Array),
    Integers(Int64Array),
    Decimals(Decimal128Array, u32),
    Texts(StringArray),
}

/// A cell of such a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// A number, within two units of the last place of its double.
    Near(f64),
    /// An empty cell.
    Empty,
    /// No number.
    Bad,
}

/// May a column of this type hold numbers?
pub(super) fn is_numeric(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_numeric(values),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        other => other.is_numeric(),
    }
}

impl Numbers {
    /// A column, of a type that holds numbers.
    pub(super) fn new(column: &ArrayRef) -> Result<Self, ArrowError> {
        let column = match column.data_type() {
            DataType::Dictionary(_, values) => &cast(column, values)?,
            _ => column,
        };
        let to = |kind: &DataType| cast(column, kind);
        Ok(match column.data_type() {
            DataType::Float64 => Self::Doubles(column.as_primitive::<Float64Type>().clone()),
            DataType::Int64 => Self::Integers(column.as_primitive::<Int64Type>().clone()),
            DataType::UInt64 => Self::decimals(&to(&DataType::Decimal128(20, 0))?),
            kind if kind.is_integer() => {
                Self::Integers(to(&DataType::Int64)?.as_primitive::<Int64Type>().clone())
            }
            DataType::Decimal128(..) => Self::decimals(column),
            DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) => {
                Self::decimals(&to(&DataType::Decimal128(38, *scale))?)
            }
            DataType::Float32 | DataType::Float16 => Self::Texts(singles(&to(&DataType::Float32)?)),
            _ => Self::Texts(to(&DataType::Utf8)?.as_string::<i32>().clone()),
        })
    }

    fn decimals(column: &ArrayRef) -> Self {
        let decimals = column.as_primitive::<Decimal128Type>();
        match decimals.scale() {
            scale @ 0.. => Self::Decimals(decimals.clone(), scale as u32),
            // A negative scale is rare: text holds it.
            _ => Self::Texts(
                (0..decimals.len())
                    .map(|row| decimals.is_valid(row).then(|| decimals.value_as_string(row)))
                    .collect(),
            ),
        }
    }

    /// A cell.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Number {
        match self {
            Self::Doubles(values) => {
                let value = values.value(row);
                if values.is_null(row) {
                    Number::Empty
                } else if value == 0.0 || (SMALLEST..LARGEST).contains(&value.abs()) {
                    Number::Near(value)
                } else {
                    near(self.exact(row))
                }
            }
            Self::Integers(values) if values.is_null(row) => Number::Empty,
            Self::Integers(values) => Number::Near(values.value(row) as f64),
            Self::Decimals(values, _) if values.is_null(row) => Number::Empty,
            Self::Decimals(values, scale) => {
                Number::Near(values.value(row) as f64 / 10_f64.powi(*scale as i32))
            }
            Self::Texts(values) => {
                let text = if values.is_null(row) { "" } else { values.value(row).trim() };
                if text.is_empty() {
                    return Number::Empty;
                }
                short(text).map_or_else(|| near(self.exact(row)), Number::Near)
            }
        }
    }

    /// A cell that is a number, exactly.
    pub(super) fn exact(&self, row: usize) -> Option<Exact> {
        match self {
            Self::Doubles(values) => decimal::parse(&format!("{:e}", values.value(row))).ok(),
            Self::Integers(values) => Some(Exact::from_integer(BigInt::from(values.value(row)))),
            Self::Decimals(values, scale) => {
                Some(Exact::new(BigInt::from(values.value(row)), decimal::ten(*scale)))
            }
            Self::Texts(values) => decimal::parse(values.value(row).trim()).ok(),
        }
    }
}

fn near(exact: Option<Exact>) -> Number {
    let value = exact.and_then(|exact| exact.to_f64()).filter(|value| value.is_finite());
    value.map_or(Number::Bad, Number::Near)
}

/// Single-precision numbers as their own shortest decimals.
fn singles(column: &ArrayRef) -> StringArray {
    let values = column.as_primitive::<arrow_array::types::Float32Type>();
    values.iter().map(|value| value.map(|value| format!("{value:e}"))).collect()
}

/// A plain decimal of a few digits, to its nearest double.
fn short(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if unsigned.len() > SHORT {
        return None;
    }
    let (mut digits, mut whole, mut decimals, mut point) = (0_u32, 0_u64, 0, false);
    for byte in unsigned.bytes() {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + u64::from(byte - b'0');
                digits += 1;
                decimals += i32::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    // Both are exact, and so the quotient is the nearest double.
    let value = whole as f64 / 10_f64.powi(decimals);
    (digits > 0).then_some(if unsigned.len() < text.len() { -value } else { value })
}

/// The cell of a column as people read it.
pub(super) fn shown(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    let plain = match column.data_type() {
        DataType::Dictionary(_, values) => cast(&column.slice(row, 1), values).ok(),
        _ => Some(column.slice(row, 1)),
    };
    let text = plain.and_then(|plain| arrow_cast::display::array_value_to_string(&plain, 0).ok());
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn column(array: impl Array + 'static) -> Numbers {
        Numbers::new(&(Arc::new(array) as ArrayRef)).unwrap()
    }

    #[test]
    fn texts_that_are_short_are_the_nearest_doubles() {
        for text in ["0", "1.5", "-0.1", "123456789.12345", ".5", "5.", "0.000000000001"] {
            assert_eq!(short(text), text.parse::<f64>().ok(), "{text}");
        }
        for text in ["", "-", ".", "1e3", "1.2.3", "+1", "1234567890123456"] {
            assert_eq!(short(text), None, "{text}");
        }
    }

    #[test]
    fn every_type_gives_the_same_numbers() {
        let texts = column(StringArray::from(vec![Some("0.1"), None, Some(" 2 "), Some("x"), Some("1e3")]));
        assert_eq!(texts.get(0), Number::Near(0.1));
        assert_eq!(texts.get(1), Number::Empty);
        assert_eq!(texts.get(2), Number::Near(2.0));
        assert_eq!(texts.get(3), Number::Bad);
        assert_eq!(texts.get(4), Number::Near(1000.0));
        let doubles = column(Float64Array::from(vec![0.1, f64::NAN, f64::INFINITY, 1e-50, 1e300, -0.0]));
        assert_eq!(doubles.get(0), Number::Near(0.1));
        assert_eq!(doubles.exact(0), decimal::parse("0.1").ok());
        assert_eq!((doubles.get(1), doubles.get(2)), (Number::Bad, Number::Bad));
        assert_eq!(doubles.get(3), Number::Near(1e-50));
        assert_eq!(doubles.get(4), Number::Bad);
        assert_eq!(doubles.get(5), Number::Near(-0.0));
        let singles = column(arrow_array::Float32Array::from(vec![0.1_f32]));
        assert_eq!((singles.get(0), singles.exact(0)), (Number::Near(0.1), decimal::parse("0.1").ok()));
        let decimals = Decimal128Array::from(vec![15]).with_precision_and_scale(10, 1).unwrap();
        assert_eq!(column(decimals).exact(0), decimal::parse("1.5").ok());
        assert_eq!(column(arrow_array::UInt64Array::from(vec![u64::MAX])).exact(0), {
            Some(Exact::from_integer(BigInt::from(u64::MAX)))
        });
    }
}
