//! Arrays of a datapackage: `.npy` or Parquet. What an array says of itself is checked before memory is set aside.

use std::io::Cursor;

use npyz::{DType, NpyHeader, Order};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Input;
use crate::data::parquet::guarded;
use crate::data::table::Table;

use super::spread::Spread;

/// Bytes of the header of an array.
const LONGEST: usize = 1 << 16;
/// Brackets of a header.
const BRACKETS: usize = 64;
const MAGIC: &[u8] = b"\x93NUMPY";

/// A row and a column of a matrix, as ids.
pub(super) type Index = (i64, i64);

/// One column of a record: where it is, and what.
#[derive(Clone, Debug)]
struct Field {
    name: String,
    kind: String,
    at: usize,
}

/// An array in memory: items of one size.
struct Raw {
    fields: Vec<Field>,
    size: usize,
    count: usize,
    bytes: Vec<u8>,
    start: usize,
}

fn problem(file: &str, message: impl Into<String>) -> Diagnostic {
    let hint = "write the package anew with bw_processing";
    Diagnostic::error(codes::UNREADABLE, message).at(Place::file(file)).hint(hint)
}

/// The bytes before the header's text and of it, if they are there. `None`: it is no array.
fn header_end(bytes: &[u8]) -> Option<usize> {
    let version = *bytes.strip_prefix(MAGIC)?.first()?;
    let (start, length) = if version == 1 {
        (10, usize::from(u16::from_le_bytes([*bytes.get(8)?, *bytes.get(9)?])))
    } else {
        let word = bytes.get(8..12)?;
        (12, u32::from_le_bytes([word[0], word[1], word[2], word[3]]) as usize)
    };
    let end = start + length;
    let text = bytes.get(start..end).filter(|_| length <= LONGEST)?;
    let brackets = text.iter().filter(|byte| b"([{".contains(byte)).count();
    (brackets <= BRACKETS).then_some(end)
}

impl Raw {
    /// Of one dimension, with items of fixed size.
    fn new(file: &str, bytes: Vec<u8>) -> Result<Self, Diagnostic> {
        let Some(start) = header_end(&bytes) else {
            return Err(problem(file, "is not an array of numpy, or its header is damaged"));
        };
        let header =
            guarded(|| NpyHeader::from_reader(Cursor::new(&bytes[..start])).map_err(|e| e.to_string()))
                .map_err(|error| problem(file, format!("the header of the array cannot be read: {error}")))?;
        if header.uses_pickled_array() {
            let hint = "reading it would run code that is in it; write numbers";
            let diagnostic = problem(file, "holds objects of Python (pickle), which are not read");
            return Err(Diagnostic { hint: Some(hint.to_owned()), ..diagnostic });
        }
        let shape = header.shape();
        if shape.len() != 1 || header.order() == Order::Fortran && shape.len() > 1 {
            return Err(problem(file, format!("has {} dimensions, not one", shape.len())));
        }
        let (fields, size) = fields(file, &header.dtype())?;
        let count = usize::try_from(shape[0]).ok();
        let needed = count.and_then(|count| count.checked_mul(size));
        match (count, needed) {
            (Some(count), Some(needed)) if needed == bytes.len() - start => {
                Ok(Self { fields, size, count, bytes, start })
            }
            _ => {
                let there = bytes.len() - start;
                let message =
                    format!("says that it has {} items of {size} bytes, and has {there} bytes", shape[0]);
                Err(problem(file, message))
            }
        }
    }

    fn items(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes[self.start..].chunks_exact(self.size.max(1)).take(self.count)
    }

    fn field(&self, file: &str, name: &str) -> Result<&Field, Diagnostic> {
        let names = || self.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
        let found = self.fields.iter().find(|field| field.name == name);
        found.ok_or_else(|| problem(file, format!("has no field `{name}`, only {}", names())))
    }
}

/// The fields of an item, and its bytes.
fn fields(file: &str, dtype: &DType) -> Result<(Vec<Field>, usize), Diagnostic> {
    let kind = |dtype: &DType| match dtype {
        DType::Plain(kind) => {
            Ok((kind.to_string(), dtype.num_bytes().filter(|size| (1..=16).contains(size))))
        }
        other => Err(problem(file, format!("holds {}, not numbers", other.descr()))),
    };
    let listed = match dtype {
        DType::Record(listed) => listed.iter().map(|field| (field.name.clone(), &field.dtype)).collect(),
        plain => vec![(String::new(), plain)],
    };
    let (mut fields, mut at) = (Vec::new(), 0);
    for (name, dtype) in listed {
        let (kind, size) = kind(dtype)?;
        let Some(size) = size else { return Err(problem(file, format!("holds `{kind}`, not numbers"))) };
        fields.push(Field { name, kind, at });
        at += size;
    }
    Ok((fields, at))
}

/// A number of an item as a double. `None`: it is of another kind.
fn float(kind: &str, item: &[u8]) -> Option<f64> {
    match kind {
        "<f8" => item.first_chunk().map(|bytes| f64::from_le_bytes(*bytes)),
        ">f8" => item.first_chunk().map(|bytes| f64::from_be_bytes(*bytes)),
        "<f4" => item.first_chunk().map(|bytes| f64::from(f32::from_le_bytes(*bytes))),
        ">f4" => item.first_chunk().map(|bytes| f64::from(f32::from_be_bytes(*bytes))),
        "|b1" => item.first().map(|byte| f64::from(*byte)),
        _ => whole(kind, item).map(|whole| whole as f64),
    }
}

/// A whole number of an item.
fn whole(kind: &str, item: &[u8]) -> Option<i64> {
    match kind.trim_start_matches(['<', '|']) {
        "i8" => item.first_chunk().map(|bytes| i64::from_le_bytes(*bytes)),
        "i4" => item.first_chunk().map(|bytes| i64::from(i32::from_le_bytes(*bytes))),
        "i2" => item.first_chunk().map(|bytes| i64::from(i16::from_le_bytes(*bytes))),
        "i1" => item.first_chunk().map(|bytes| i64::from(i8::from_le_bytes(*bytes))),
        "u8" => item.first_chunk().and_then(|bytes| i64::try_from(u64::from_le_bytes(*bytes)).ok()),
        "u4" => item.first_chunk().map(|bytes| i64::from(u32::from_le_bytes(*bytes))),
        "u2" => item.first_chunk().map(|bytes| i64::from(u16::from_le_bytes(*bytes))),
        "u1" => item.first().map(|byte| i64::from(*byte)),
        _ => None,
    }
}

/// A column of numbers or truths.
fn column<T>(
    file: &str,
    raw: &Raw,
    name: &str,
    wanted: &str,
    read: impl Fn(&str, &[u8]) -> Option<T>,
) -> Result<Vec<T>, Diagnostic> {
    let field = if name.is_empty() { raw.fields.first() } else { Some(raw.field(file, name)?) };
    let Some(field) = field else { return Err(problem(file, "has no field")) };
    let found: Option<Vec<T>> = raw.items().map(|item| read(&field.kind, &item[field.at..])).collect();
    found.ok_or_else(|| problem(file, format!("holds `{}`, not {wanted}", field.kind)))
}

/// Either kind of file, column by column.
enum Store {
    Npy(Raw),
    Parquet(Table),
}

impl Store {
    fn new(input: Input, diagnostics: &mut Diagnostics) -> Option<Self> {
        if input.name.ends_with(".parquet") {
            return Some(Self::Parquet(Table::from_parquet(&input.name, input.bytes, diagnostics)?));
        }
        Raw::new(&input.name, input.bytes).map_err(|problem| diagnostics.push(problem)).ok().map(Self::Npy)
    }

    fn column<T>(
        &self,
        file: &str,
        name: &str,
        wanted: &str,
        read: impl Fn(&str, &[u8]) -> Option<T>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, Diagnostic> {
        match self {
            Self::Npy(raw) => column(file, raw, name, wanted, read),
            Self::Parquet(table) => {
                let name = if name.is_empty() { "0" } else { name };
                let Some(at) = table.column(name) else {
                    return Err(problem(file, format!("has no column `{name}`")));
                };
                let mut found = Vec::new();
                for chunk in table.chunks() {
                    for row in 0..chunk.len() {
                        let text = chunk.cell(row, at).unwrap_or("nan");
                        let value = parse(text);
                        found.push(
                            value.ok_or_else(|| problem(file, format!("holds `{text}`, not {wanted}")))?,
                        );
                    }
                }
                Ok(found)
            }
        }
    }

    fn floats(&self, file: &str, name: &str) -> Result<Vec<f64>, Diagnostic> {
        self.column(file, name, "numbers", float, |text| text.parse().ok())
    }

    fn wholes(&self, file: &str, name: &str) -> Result<Vec<i64>, Diagnostic> {
        self.column(file, name, "whole numbers", whole, |text| text.parse().ok())
    }

    fn truths(&self, file: &str, name: &str) -> Result<Vec<bool>, Diagnostic> {
        let read = |kind: &str, item: &[u8]| (kind == "|b1").then(|| item.first() == Some(&1));
        // Truths of a Parquet file are read as these words.
        let parse = |text: &str| {
            [("yes", true), ("no", false)].iter().find(|(word, _)| *word == text).map(|(_, is)| *is)
        };
        self.column(file, name, "truths", read, parse)
    }
}

fn reported<T>(found: Result<T, Diagnostic>, diagnostics: &mut Diagnostics) -> Option<T> {
    found.map_err(|problem| diagnostics.push(problem)).ok()
}

/// Rows and columns.
pub(super) fn indices(input: Input, diagnostics: &mut Diagnostics) -> Option<Vec<Index>> {
    let file = input.name.clone();
    let store = Store::new(input, diagnostics)?;
    let rows = reported(store.wholes(&file, "row"), diagnostics)?;
    let columns = reported(store.wholes(&file, "col"), diagnostics)?;
    Some(rows.into_iter().zip(columns).collect())
}

/// Numbers.
pub(super) fn floats(input: Input, diagnostics: &mut Diagnostics) -> Option<Vec<f64>> {
    let file = input.name.clone();
    let store = Store::new(input, diagnostics)?;
    reported(store.floats(&file, ""), diagnostics)
}

/// Truths.
pub(super) fn truths(input: Input, diagnostics: &mut Diagnostics) -> Option<Vec<bool>> {
    let file = input.name.clone();
    let store = Store::new(input, diagnostics)?;
    reported(store.truths(&file, ""), diagnostics)
}

/// Distributions.
pub(super) fn spreads(input: Input, diagnostics: &mut Diagnostics) -> Option<Vec<Spread>> {
    let file = input.name.clone();
    let store = Store::new(input, diagnostics)?;
    let mut read = |name: &str| reported(store.floats(&file, name), diagnostics);
    let (kinds, loc, scale) = (read("uncertainty_type")?, read("loc")?, read("scale")?);
    let (shape, minimum, maximum) = (read("shape")?, read("minimum")?, read("maximum")?);
    let spread = |at: usize| Spread {
        kind: kinds[at] as u8,
        loc: loc[at],
        scale: scale[at],
        shape: shape[at],
        minimum: minimum[at],
        maximum: maximum[at],
    };
    Some((0..kinds.len()).map(spread).collect())
}
