//! Cells as text, in CSV.

use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal64Type, Decimal128Type, Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, Schema};

/// The cells of a column, one after the other.
enum Cells<'a> {
    Text(&'a arrow_array::StringArray),
    Decimal(Box<dyn Fn(usize) -> i128 + 'a>, i8, &'a ArrayRef),
    Single(&'a arrow_array::Float32Array),
    Double(&'a arrow_array::Float64Array),
    Shared(Vec<usize>, Box<Cells<'a>>, &'a ArrayRef),
    Other(ArrayFormatter<'a>, &'a ArrayRef),
}

impl<'a> Cells<'a> {
    fn new(column: &'a ArrayRef, options: &'a FormatOptions<'a>) -> Result<Self, ArrowError> {
        Ok(match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string()),
            DataType::Float32 => Self::Single(column.as_primitive::<Float32Type>()),
            DataType::Float64 => Self::Double(column.as_primitive::<Float64Type>()),
            DataType::Decimal64(_, scale) => {
                let values = column.as_primitive::<Decimal64Type>().values();
                Self::Decimal(Box::new(|row| i128::from(values[row])), *scale, column)
            }
            DataType::Decimal128(_, scale) => {
                let values = column.as_primitive::<Decimal128Type>().values();
                Self::Decimal(Box::new(|row| values[row]), *scale, column)
            }
            DataType::Dictionary(..) if !column.as_any_dictionary().values().is_empty() => {
                let shared = column.as_any_dictionary();
                Self::Shared(shared.normalized_keys(), Box::new(Self::new(shared.values(), options)?), column)
            }
            _ => Self::Other(ArrayFormatter::try_new(column.as_ref(), options)?, column),
        })
    }

    fn write(&self, row: usize, to: &mut Vec<u8>) {
        let absent = |column: &ArrayRef| column.is_null(row);
        match self {
            Self::Text(texts) if texts.is_valid(row) => quoted(texts.value(row), to),
            Self::Single(numbers) if numbers.is_valid(row) => {
                let _ = write!(to, "{}", numbers.value(row));
            }
            Self::Double(numbers) if numbers.is_valid(row) => {
                let _ = write!(to, "{}", numbers.value(row));
            }
            Self::Decimal(value, scale, column) if !absent(column) => decimal(value(row), *scale, to),
            Self::Shared(keys, values, column) if !absent(column) => values.write(keys[row], to),
            Self::Other(formatter, column) if !absent(column) => {
                quoted(&formatter.value(row).to_string(), to);
            }
            _ => {}
        }
    }
}

/// A decimal without zeros at its end.
fn decimal(units: i128, scale: i8, to: &mut Vec<u8>) {
    let Ok(scale @ 0..=38) = usize::try_from(scale) else {
        let _ = write!(to, "{units}e{}", -i32::from(scale));
        return;
    };
    if units < 0 {
        to.push(b'-');
    }
    // Numbers of 64 bits are divided much faster, and nearly all are.
    let (whole, part) = match (u64::try_from(units.unsigned_abs()), scale) {
        (Ok(units), 0..=18) => {
            let one = 10_u64.pow(scale as u32);
            (u128::from(units / one), u128::from(units % one))
        }
        _ => {
            let one = 10_u128.pow(scale as u32);
            (units.unsigned_abs() / one, units.unsigned_abs() % one)
        }
    };
    let _ = write!(to, "{whole}");
    if part > 0 {
        let _ = write!(to, ".{part:0scale$}");
        while to.last() == Some(&b'0') {
            to.pop();
        }
    }
}

/// A cell, in quotes where it needs them.
pub(super) fn quoted(cell: &str, to: &mut Vec<u8>) {
    let needs_them =
        cell.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r')) || cell.starts_with('#');
    if !needs_them {
        to.extend_from_slice(cell.as_bytes());
        return;
    }
    to.push(b'"');
    to.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
    to.push(b'"');
}

/// The header of a CSV.
pub(super) fn header(schema: &Schema) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (at, field) in schema.fields().iter().enumerate() {
        if at > 0 {
            bytes.push(b',');
        }
        quoted(field.name(), &mut bytes);
    }
    bytes.push(b'\n');
    bytes
}

fn options() -> FormatOptions<'static> {
    FormatOptions::default().with_display_error(true)
}

/// Rows of a CSV.
pub(super) fn rows(batch: &RecordBatch, to: &mut Vec<u8>) -> Result<(), ArrowError> {
    let options = options();
    let columns: Vec<Cells> =
        batch.columns().iter().map(|column| Cells::new(column, &options)).collect::<Result<_, _>>()?;
    for row in 0..batch.num_rows() {
        let start = to.len();
        for (at, column) in columns.iter().enumerate() {
            if at > 0 {
                to.push(b',');
            }
            column.write(row, to);
        }
        if to.len() == start {
            // An empty line is no row.
            to.extend_from_slice(b"\"\"");
        }
        to.push(b'\n');
    }
    Ok(())
}

/// The cells of one row, each after a comma.
pub(super) fn cells(batch: &RecordBatch, row: usize, to: &mut Vec<u8>) {
    let options = options();
    for column in batch.columns() {
        to.push(b',');
        let one = column.slice(row, 1);
        // What cannot be shown is left empty: the row says where the line is.
        if let Ok(cells) = Cells::new(&one, &options) {
            cells.write(0, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_no_zeros_at_their_end() {
        let text = |units, scale| {
            let mut bytes = Vec::new();
            decimal(units, scale, &mut bytes);
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(
            [text(1_250_000, 6), text(-1, 6), text(0, 6), text(-3_000_000, 6)],
            ["1.25", "-0.000001", "0", "-3"]
        );
        assert_eq!([text(12, 0), text(12, -2), text(i128::MIN, 38)][..2], ["12", "12e2"]);
    }

    #[test]
    fn cells_are_quoted_only_where_they_must_be() {
        let mut bytes = Vec::new();
        for cell in ["a", "b,c", "say \"so\"", "#x", "two\nlines"] {
            quoted(cell, &mut bytes);
            bytes.push(b'|');
        }
        assert_eq!(String::from_utf8(bytes).unwrap(), "a|\"b,c\"|\"say \"\"so\"\"\"|\"#x\"|\"two\nlines\"|");
    }
}
