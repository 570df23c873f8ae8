//! Keys of a summary: columns whose distinct values have a number each.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array, StringArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use rustc_hash::FxHashMap;

use super::codes::{EMPTY, Words};

/// A value of a key column. Values sort as numbers, or as bytes of text; what is empty comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Empty,
    Integer(i64),
    Text(Arc<str>),
}

/// Numbers of the values of a key column.
#[derive(Debug)]
pub(super) enum Keys {
    Integers(FxHashMap<i64, u32>, Vec<i64>),
    Texts(Words),
}

impl Keys {
    /// Keys of a column of this type.
    pub(super) fn new(kind: &DataType) -> Self {
        if is_whole(kind) {
            Self::Integers(FxHashMap::default(), Vec::new())
        } else {
            Self::Texts(Words::as_written())
        }
    }

    /// The number of an integer.
    pub(super) fn integer(&mut self, value: i64) -> u32 {
        let Self::Integers(known, values) = self else { return EMPTY };
        let next = values.len() as u32;
        *known.entry(value).or_insert_with(|| {
            values.push(value);
            next
        })
    }

    /// The number of a text.
    pub(super) fn text(&mut self, value: &str) -> u32 {
        match self {
            Self::Texts(words) => words.number(value),
            Self::Integers(..) => EMPTY,
        }
    }

    /// The number of the value in each row.
    pub(super) fn numbers(&mut self, column: &ArrayRef) -> Result<Vec<u32>, ArrowError> {
        if let Self::Texts(words) = self {
            return words.numbers(column);
        }
        let kind = plain(column.data_type()).clone();
        let column = cast(&cast(column, &kind)?, &integers_of(&kind))?;
        let column = cast(&column, &DataType::Int64)?;
        let values = column.as_primitive::<Int64Type>();
        let mut last: Option<(i64, u32)> = None;
        let mut number = |row: usize| {
            if values.is_null(row) {
                return EMPTY;
            }
            let value = values.value(row);
            match last {
                Some((before, number)) if before == value => number,
                _ => {
                    let number = self.integer(value);
                    last = Some((value, number));
                    number
                }
            }
        };
        Ok((0..values.len()).map(&mut number).collect())
    }

    /// The value of a number.
    pub(super) fn key(&self, number: u32) -> Key {
        match self {
            _ if number == EMPTY => Key::Empty,
            Self::Integers(_, values) => Key::Integer(values[number as usize]),
            Self::Texts(words) => Key::Text(words.words()[number as usize].clone()),
        }
    }
}

/// The type of the values, whatever dictionaries they are in.
pub(super) fn plain(kind: &DataType) -> &DataType {
    match kind {
        DataType::Dictionary(_, values) => plain(values),
        kind => kind,
    }
}

/// Can a summary be by a column of this type?
pub(super) fn is_key(kind: &DataType) -> bool {
    let is_time = matches!(kind, DataType::Time32(_) | DataType::Time64(_) | DataType::Timestamp(..));
    let is_text = matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null);
    is_whole(kind) || kind.is_numeric() || is_text || is_time || *kind == DataType::Boolean
}

/// Is a column of this type kept as whole numbers?
fn is_whole(kind: &DataType) -> bool {
    kind.is_integer() && *kind != DataType::UInt64 || matches!(kind, DataType::Date32 | DataType::Date64)
}

/// Are keys of this type numbers that are kept as text?
pub(super) fn is_number_in_text(kind: &DataType) -> bool {
    kind.is_numeric() && !is_whole(kind)
}

/// The order of two keys of a column: of numbers by size, whatever they are kept as.
pub(super) fn order(one: &Key, other: &Key, kind: &DataType) -> Ordering {
    match (one, other) {
        (Key::Text(a), Key::Text(b)) if is_number_in_text(kind) => {
            let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
            number(a).total_cmp(&number(b)).then_with(|| one.cmp(other))
        }
        _ => one.cmp(other),
    }
}

/// The whole numbers that a type is made of.
fn integers_of(kind: &DataType) -> DataType {
    match kind {
        DataType::Date32 => DataType::Int32,
        _ => DataType::Int64,
    }
}

/// Keys as a column of the type that they had in the lines.
pub(super) fn array<'a>(
    keys: impl Iterator<Item = &'a Key> + Clone,
    kind: &DataType,
) -> Result<ArrayRef, ArrowError> {
    if is_whole(kind) {
        let integers: Int64Array =
            keys.map(|key| if let Key::Integer(value) = key { Some(*value) } else { None }).collect();
        return cast(&cast(&integers, &integers_of(kind))?, kind);
    }
    let texts: StringArray =
        keys.map(|key| if let Key::Text(text) = key { Some(text.as_ref()) } else { None }).collect();
    cast(&texts, kind)
}
