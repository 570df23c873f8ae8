//! A book as an Arrow IPC file: one row, each column a table, as a list of structs.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, ListArray, RecordBatch, StringArray,
    StructArray, UInt32Array,
};
use arrow_buffer::OffsetBuffer;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema};

use crate::base::money::{BOOK_SCALE, FACTOR_SCALE, Factor, Money};
use crate::data::factors::Band;

use super::hash::{VERSION, ratio};
use super::{Book, Head};

/// Digits of a 128-bit decimal.
pub(super) const PRECISION: u8 = 38;
/// Exponents of the dimension of a unit, in their order.
pub(super) const DIMENSIONS: [&str; 8] = ["m", "kg", "s", "A", "K", "mol", "cd", "count"];
/// Before the names of all metadata.
pub(super) const PREFIX: &str = "truecost.";

/// A book as the bytes of an Arrow IPC file. The same book gives the same bytes.
pub fn to_ipc(book: &Book) -> Result<Vec<u8>, ArrowError> {
    let batch = batch(book)?;
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema())?;
    writer.write(&batch)?;
    writer.into_inner()
}

/// A book as one row.
pub(super) fn batch(book: &Book) -> Result<RecordBatch, ArrowError> {
    let tables = [
        ("indicators", indicators(book)),
        ("products", products(book)),
        ("places", places(book)),
        ("cells", cells(book)),
        ("costs", costs(book)?),
        ("footprints", footprints(book)?),
        ("factors", factors(book)?),
        ("moves", moves(book)),
        ("units", units(book)),
    ];
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (name, columns_of) in tables {
        let (field, column) = list(name, columns_of)?;
        fields.push(field);
        columns.push(column);
    }
    let mut metadata = metadata(&book.head);
    metadata.insert(format!("{PREFIX}book"), VERSION.to_owned());
    metadata.insert(format!("{PREFIX}hash"), book.hash());
    RecordBatch::try_new(Arc::new(Schema::new(fields).with_metadata(metadata)), columns)
}

fn metadata(head: &Head) -> HashMap<String, String> {
    let mut texts = vec![
        ("engine", head.engine.clone()),
        ("dataset", head.dataset.clone()),
        ("title", head.title.clone()),
        ("factors", head.factors.clone()),
        ("currency", head.currency.code().to_owned()),
        ("year", head.year.to_string()),
        ("default_year", head.default_year.to_string()),
        ("netting", head.netting.to_string()),
        ("lineage", head.lineage.clone()),
    ];
    texts.extend(head.emission_year.map(|year| ("emission_year", year.to_string())));
    texts.extend(head.years.map(|(first, _)| ("first_year", first.to_string())));
    texts.extend(head.years.map(|(_, last)| ("last_year", last.to_string())));
    texts.into_iter().map(|(key, text)| (format!("{PREFIX}{key}"), text)).collect()
}

/// A column of a table: name, values, may there be none?
type Column = (&'static str, ArrayRef, bool);

fn list(name: &str, columns: Vec<Column>) -> Result<(FieldRef, ArrayRef), ArrowError> {
    let count = columns.first().map_or(0, |(_, values, _)| values.len());
    if i32::try_from(count).is_err() {
        let message = format!("{count} rows of {name} are too many for a book");
        return Err(ArrowError::InvalidArgumentError(message));
    }
    let field = |(name, values, nullable): &Column| Field::new(*name, values.data_type().clone(), *nullable);
    let fields: Fields = columns.iter().map(field).collect();
    let values = columns.into_iter().map(|(_, values, _)| values).collect();
    let rows = StructArray::try_new(fields.clone(), values, None)?;
    let item = Arc::new(Field::new_list_field(DataType::Struct(fields), false));
    let offsets = OffsetBuffer::from_lengths([count]);
    let column = ListArray::try_new(item.clone(), offsets, Arc::new(rows), None)?;
    Ok((Arc::new(Field::new(name, DataType::List(item), false)), Arc::new(column)))
}

fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

fn numbers(numbers: impl Iterator<Item = u32>) -> ArrayRef {
    Arc::new(UInt32Array::from_iter_values(numbers))
}

fn maybe_numbers(numbers: impl Iterator<Item = Option<u32>>) -> ArrayRef {
    Arc::new(numbers.collect::<UInt32Array>())
}

fn years(years: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(years.collect::<Int32Array>())
}

fn flags(flags: impl Iterator<Item = bool>) -> ArrayRef {
    Arc::new(flags.map(Some).collect::<BooleanArray>())
}

fn decimals(units: impl Iterator<Item = Option<i128>>, scale: u32) -> Result<ArrayRef, ArrowError> {
    let values: Decimal128Array = units.collect();
    Ok(Arc::new(values.with_precision_and_scale(PRECISION, scale as i8)?))
}

/// Lower, central and upper as columns.
fn band<T, B>(
    rows: &[T],
    of: impl Fn(&T) -> Option<Band<B>>,
    units: fn(B) -> i128,
    scale: u32,
    nullable: bool,
) -> Result<[Column; 3], ArrowError> {
    let column =
        |get: fn(Band<B>) -> B| decimals(rows.iter().map(|row| of(row).map(|band| units(get(band)))), scale);
    Ok([
        ("lower", column(|band| band.lower)?, nullable),
        ("central", column(|band| band.central)?, nullable),
        ("upper", column(|band| band.upper)?, nullable),
    ])
}

fn indicators(book: &Book) -> Vec<Column> {
    let rows = || book.indicators.iter();
    vec![
        ("id", texts(rows().map(|row| &*row.id)), false),
        ("name", texts(rows().map(|row| &*row.name)), false),
        ("dimension", texts(rows().map(|row| row.dimension.word())), false),
        ("kind", texts(rows().map(|row| row.kind.word())), false),
        ("unit", texts(rows().map(|row| &*row.unit)), false),
    ]
}

fn products(book: &Book) -> Vec<Column> {
    let rows = || book.products.iter();
    let masses: StringArray = rows().map(|row| row.mass_kg.as_ref().map(ratio)).collect();
    vec![
        ("id", texts(rows().map(|row| &*row.id)), false),
        ("name", texts(rows().map(|row| &*row.name)), false),
        ("category", texts(rows().map(|row| &*row.category)), false),
        ("unit", texts(rows().map(|row| &*row.unit)), false),
        ("mass_kg", Arc::new(masses), true),
        ("partial", texts(rows().map(|row| &*row.partial)), false),
        ("not_stated", texts(rows().map(|row| &*row.not_stated)), false),
    ]
}

fn places(book: &Book) -> Vec<Column> {
    let rows = || book.places.iter();
    let levels: Vec<String> = rows().map(|row| row.level.to_string()).collect();
    vec![
        ("code", texts(rows().map(|row| &*row.code)), false),
        ("name", texts(rows().map(|row| &*row.name)), false),
        ("level", texts(levels.iter().map(String::as_str)), false),
        ("parent", maybe_numbers(rows().map(|row| row.parent)), true),
    ]
}

fn cells(book: &Book) -> Vec<Column> {
    let rows = || book.cells.iter();
    vec![
        ("product", numbers(rows().map(|row| row.product)), false),
        ("place", maybe_numbers(rows().map(|row| row.place)), true),
        ("year", years(rows().map(|row| row.year)), true),
        ("of_origin", flags(rows().map(|row| row.of_origin)), false),
        ("fallback", texts(rows().map(|row| &*row.fallback)), false),
        ("unpriced", texts(rows().map(|row| &*row.unpriced)), false),
    ]
}

fn costs(book: &Book) -> Result<Vec<Column>, ArrowError> {
    let rows = || book.costs.iter();
    let paid = decimals(rows().map(|row| Some(row.paid.units())), BOOK_SCALE)?;
    let [lower, central, upper] = band(&book.costs, |row| Some(row.cost), Money::units, BOOK_SCALE, false)?;
    Ok(vec![
        ("cell", numbers(rows().map(|row| row.cell)), false),
        ("indicator", numbers(rows().map(|row| row.indicator)), false),
        lower,
        central,
        upper,
        ("paid", paid, false),
    ])
}

fn footprints(book: &Book) -> Result<Vec<Column>, ArrowError> {
    let rows = || book.footprints.iter();
    let paid = decimals(rows().map(|row| Some(row.paid.units())), BOOK_SCALE)?;
    let amounts = Float64Array::from_iter_values(rows().map(|row| row.amount));
    Ok(vec![
        ("product", numbers(rows().map(|row| row.product)), false),
        ("indicator", numbers(rows().map(|row| row.indicator)), false),
        ("method", texts(rows().map(|row| &*row.method)), false),
        ("year", years(rows().map(|row| row.year)), true),
        ("amount", Arc::new(amounts), false),
        ("paid", paid, false),
    ])
}

fn factors(book: &Book) -> Result<Vec<Column>, ArrowError> {
    let rows = || book.factors.iter();
    let [lower, central, upper] = band(&book.factors, |row| row.value, Factor::units, FACTOR_SCALE, true)?;
    Ok(vec![
        ("place", maybe_numbers(rows().map(|row| row.place)), true),
        ("year", years(rows().map(|row| row.year)), true),
        ("indicator", numbers(rows().map(|row| row.indicator)), false),
        ("method", texts(rows().map(|row| &*row.method)), false),
        lower,
        central,
        upper,
        ("fallback", texts(rows().map(|row| &*row.fallback)), false),
        ("unpriced", texts(rows().map(|row| &*row.unpriced)), false),
    ])
}

fn moves(book: &Book) -> Vec<Column> {
    let rows = || book.moves.iter();
    let multipliers: Vec<String> = rows().map(|row| ratio(&row.multiplier)).collect();
    vec![
        ("currency", texts(rows().map(|row| row.currency.code())), false),
        ("year", years(rows().map(|row| Some(row.year))), false),
        ("multiplier", texts(multipliers.iter().map(String::as_str)), false),
        ("steps", texts(rows().map(|row| &*row.steps)), false),
    ]
}

fn units(book: &Book) -> Vec<Column> {
    let rows = || book.units.iter();
    let aliases: Vec<String> = rows().map(|row| row.aliases.join("|")).collect();
    let ratios: Vec<String> = rows().map(|row| ratio(&row.ratio)).collect();
    let mut columns = vec![
        ("code", texts(rows().map(|row| &*row.code)), false),
        ("aliases", texts(aliases.iter().map(String::as_str)), false),
        ("ratio", texts(ratios.iter().map(String::as_str)), false),
        ("metric", flags(rows().map(|row| row.metric)), false),
        ("kind", texts(rows().map(|row| &*row.kind)), false),
    ];
    columns.extend(DIMENSIONS.iter().enumerate().map(|(at, name)| -> Column {
        (name, years(rows().map(|row| Some(i32::from(row.dimension[at])))), false)
    }));
    columns
}
