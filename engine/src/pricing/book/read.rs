//! A book from an Arrow IPC file. The file may be anything: nothing is believed that was not checked.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type, Int32Type, UInt32Type};
use arrow_array::{Array, RecordBatch, StructArray};
use arrow_buffer::Buffer;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use num_bigint::BigInt;
use num_traits::Signed;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::money::{Factor, Money};
use crate::base::region::Level;
use crate::base::unit::UnitRow;
use crate::data::factors::Band;
use crate::data::parquet::caught;
use crate::data::reference::{Dimension, IndicatorKind};

use super::hash::VERSION;
use super::ipc::{DIMENSIONS, PREFIX, batch};
use super::{
    Book, BookIndicator, BookPlace, BookProduct, Cell, Cost, Footprint, Head, MoneyMove, PlaceFactor,
};

/// How an Arrow IPC file starts and ends.
const MAGIC: &[u8] = b"ARROW1";
/// Digits of either part of a ratio: more than rates and indices can make.
const DIGITS: usize = 2_000;

/// Reads the bytes of a book. What is damaged, of another version or changed is a diagnostic.
pub fn from_ipc(file: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<Book> {
    match read(bytes) {
        Ok(book) => Some(book),
        Err((message, hint)) => {
            diagnostics.push(Diagnostic::error(codes::BOOK, message).at(Place::file(file)).hint(hint));
            None
        }
    }
}

/// What is wrong, and what to do.
type Problem = (String, &'static str);

const AGAIN: &str = "compile it again: truecost pricebook";

fn damaged(message: impl Into<String>) -> Problem {
    (message.into(), AGAIN)
}

/// Damaged files make the arrow crates panic.
fn read(bytes: Vec<u8>) -> Result<Book, Problem> {
    caught(|| decoded(bytes)).unwrap_or_else(|| Err(damaged("the file is damaged")))
}

fn decoded(bytes: Vec<u8>) -> Result<Book, Problem> {
    let batch = record_batch(bytes)?;
    let book = book(&batch)?;
    if let Some(problem) = book.problem() {
        return Err(damaged(problem));
    }
    if batch.schema().metadata().get(&format!("{PREFIX}hash")) != Some(&book.hash()) {
        return Err(damaged("its content is not that of its hash: it was damaged or changed"));
    }
    Ok(book)
}

/// The one row of the file. Nothing is allocated by what the file says of its lengths: they are looked up in its bytes.
fn record_batch(bytes: Vec<u8>) -> Result<RecordBatch, Problem> {
    let not_one =
        || ("this is no price book".to_owned(), "`truecost pricebook DATASET -o BOOK.arrow` writes one");
    if !bytes.starts_with(MAGIC) {
        return Err(not_one());
    }
    let cut_off = || damaged("the file is cut off or damaged");
    let bytes = Buffer::from_vec(bytes);
    let end = bytes.len().checked_sub(10).ok_or_else(cut_off)?;
    let tail: [u8; 10] = bytes[end..].try_into().map_err(|_| cut_off())?;
    let length = read_footer_length(tail).map_err(|_| cut_off())?;
    let start = end.checked_sub(length).ok_or_else(cut_off)?;
    let footer = arrow_ipc::root_as_footer(&bytes[start..end]).map_err(|_| cut_off())?;
    let schema = footer.schema().ok_or_else(cut_off)?;
    let schema = std::sync::Arc::new(fb_to_schema(schema));
    match schema.metadata().get(&format!("{PREFIX}book")).map(String::as_str) {
        Some(VERSION) => {}
        Some(other) => {
            let message = format!("this is a price book of format {other}, and {VERSION} is read here");
            return Err((message, "take the version of truecost that wrote it, or compile it again"));
        }
        None => return Err(not_one()),
    }
    let expected = batch(&empty(head(schema.metadata())?)).map_err(|error| damaged(error.to_string()))?;
    if schema.fields() != expected.schema().fields() {
        return Err(damaged("its tables have other columns than those of a price book"));
    }
    let blocks = footer.recordBatches().ok_or_else(cut_off)?;
    if blocks.len() != 1 || footer.dictionaries().is_some_and(|dictionaries| !dictionaries.is_empty()) {
        return Err(damaged("a price book is one row"));
    }
    let block = blocks.get(0);
    let part = |value: i64| usize::try_from(value).map_err(|_| cut_off());
    let (offset, message) = (part(block.offset())?, part(block.metaDataLength().into())?);
    let length = message.checked_add(part(block.bodyLength())?).ok_or_else(cut_off)?;
    if offset.checked_add(length).is_none_or(|end| end > start) || message < 8 {
        return Err(cut_off());
    }
    let data = bytes.slice_with_length(offset, length);
    let decoder = FileDecoder::new(schema, footer.version());
    let batch = decoder.read_record_batch(block, &data).map_err(|error| damaged(error.to_string()))?;
    batch.filter(|batch| batch.num_rows() == 1).ok_or_else(|| damaged("a price book is one row"))
}

/// The rows of one table.
struct Table<'a> {
    name: &'static str,
    rows: &'a StructArray,
    start: usize,
    end: usize,
}

impl<'a> Table<'a> {
    fn of(batch: &'a RecordBatch, name: &'static str) -> Result<Self, Problem> {
        let missing = || damaged(format!("the table `{name}` is not there"));
        let list =
            batch.column_by_name(name).and_then(|column| column.as_list_opt::<i32>()).ok_or_else(missing)?;
        let offsets = list.value_offsets();
        let (start, end) = (offsets[0] as usize, offsets[1] as usize);
        let rows = list.values().as_struct_opt().ok_or_else(missing)?;
        if list.is_null(0) || start > end || end > rows.len() {
            return Err(missing());
        }
        Ok(Self { name, rows, start, end })
    }

    fn wrong(&self, column: &str) -> Problem {
        damaged(format!("the column `{column}` of the table `{}` cannot be read", self.name))
    }

    fn column(&self, name: &str) -> Result<&'a dyn Array, Problem> {
        self.rows.column_by_name(name).map(AsRef::as_ref).ok_or_else(|| self.wrong(name))
    }

    fn rows(&self) -> std::ops::Range<usize> {
        self.start..self.end
    }

    fn texts(&self, name: &str) -> Result<impl Fn(usize) -> &'a str + use<'a>, Problem> {
        let column = self.column(name)?.as_string_opt::<i32>().ok_or_else(|| self.wrong(name))?;
        Ok(|row| column.value(row))
    }

    fn maybe_texts(&self, name: &str) -> Result<impl Fn(usize) -> Option<&'a str> + use<'a>, Problem> {
        let column = self.column(name)?.as_string_opt::<i32>().ok_or_else(|| self.wrong(name))?;
        Ok(|row| column.is_valid(row).then(|| column.value(row)))
    }

    fn maybe_numbers(&self, name: &str) -> Result<impl Fn(usize) -> Option<u32> + use<'a>, Problem> {
        let column = self.column(name)?.as_primitive_opt::<UInt32Type>().ok_or_else(|| self.wrong(name))?;
        Ok(|row| column.is_valid(row).then(|| column.value(row)))
    }

    fn numbers(&self, name: &str) -> Result<impl Fn(usize) -> u32 + use<'a>, Problem> {
        let column = self.column(name)?.as_primitive_opt::<UInt32Type>().ok_or_else(|| self.wrong(name))?;
        Ok(|row| column.value(row))
    }

    fn years(&self, name: &str) -> Result<impl Fn(usize) -> Option<i32> + use<'a>, Problem> {
        let column = self.column(name)?.as_primitive_opt::<Int32Type>().ok_or_else(|| self.wrong(name))?;
        Ok(|row| column.is_valid(row).then(|| column.value(row)))
    }

    fn flags(&self, name: &str) -> Result<impl Fn(usize) -> bool + use<'a>, Problem> {
        let column = self.column(name)?.as_boolean_opt().ok_or_else(|| self.wrong(name))?;
        Ok(|row| column.value(row))
    }

    fn floats(&self, name: &str) -> Result<impl Fn(usize) -> f64 + use<'a>, Problem> {
        let column = self.column(name)?.as_primitive_opt::<Float64Type>().ok_or_else(|| self.wrong(name))?;
        Ok(|row| column.value(row))
    }

    fn decimals(&self, name: &str) -> Result<impl Fn(usize) -> Option<i128> + use<'a>, Problem> {
        let column =
            self.column(name)?.as_primitive_opt::<Decimal128Type>().ok_or_else(|| self.wrong(name))?;
        Ok(|row| column.is_valid(row).then(|| column.value(row)))
    }

    fn money(
        &self,
        name: &'static str,
    ) -> Result<impl Fn(usize) -> Result<Money, Problem> + use<'a>, Problem> {
        let (units, table) = (self.decimals(name)?, self.name);
        let fits = |units: &i128| units.unsigned_abs() <= Money::MAX.units().unsigned_abs();
        let wrong =
            move || damaged(format!("the column `{name}` of the table `{table}` holds what is no money"));
        Ok(move |row| units(row).filter(fits).map(Money::of_units).ok_or_else(wrong))
    }
}

/// A number from its text.
fn number(text: &str) -> Option<BigInt> {
    text.parse().ok().filter(|_| text.len() <= DIGITS)
}

fn exact(text: &str) -> Option<Exact> {
    let (numerator, denominator) = text.split_once('/')?;
    let (numerator, denominator) = (number(numerator)?, number(denominator)?);
    denominator.is_positive().then(|| Exact::new(numerator, denominator))
}

fn positive(text: &str) -> Result<Exact, Problem> {
    let wrong = || damaged("a ratio is not two numbers above 0, such as 1/2");
    exact(text).filter(Signed::is_positive).ok_or_else(wrong)
}

fn book(batch: &RecordBatch) -> Result<Book, Problem> {
    Ok(Book {
        head: head(batch.schema().metadata())?,
        indicators: indicators(&Table::of(batch, "indicators")?)?,
        products: products(&Table::of(batch, "products")?)?,
        places: places(&Table::of(batch, "places")?)?,
        cells: cells(&Table::of(batch, "cells")?)?,
        costs: costs(&Table::of(batch, "costs")?)?,
        footprints: footprints(&Table::of(batch, "footprints")?)?,
        factors: factors(&Table::of(batch, "factors")?)?,
        moves: moves(&Table::of(batch, "moves")?)?,
        units: units(&Table::of(batch, "units")?)?,
    })
}

/// A book without rows, whose columns are those of every book.
fn empty(head: Head) -> Book {
    Book {
        head,
        indicators: Vec::new(),
        products: Vec::new(),
        places: Vec::new(),
        cells: Vec::new(),
        costs: Vec::new(),
        footprints: Vec::new(),
        factors: Vec::new(),
        moves: Vec::new(),
        units: Vec::new(),
    }
}

fn head(metadata: &HashMap<String, String>) -> Result<Head, Problem> {
    let wrong = |name: &str| damaged(format!("`{PREFIX}{name}` is missing in its metadata, or wrong"));
    let text = |name: &str| metadata.get(&format!("{PREFIX}{name}"));
    let needed = |name: &str| text(name).cloned().ok_or_else(|| wrong(name));
    let year = |name: &str| match text(name) {
        Some(text) => text.parse::<i32>().map(Some).map_err(|_| wrong(name)),
        None => Ok(None),
    };
    let needed_year = |name: &str| year(name)?.ok_or_else(|| wrong(name));
    Ok(Head {
        engine: needed("engine")?,
        dataset: needed("dataset")?,
        title: needed("title")?,
        factors: needed("factors")?,
        currency: Currency::from_code(&needed("currency")?).ok_or_else(|| wrong("currency"))?,
        year: needed_year("year")?,
        emission_year: year("emission_year")?,
        default_year: needed_year("default_year")?,
        years: year("first_year")?.zip(year("last_year")?),
        netting: needed("netting")?.parse().map_err(|_| wrong("netting"))?,
        lineage: needed("lineage")?,
    })
}

fn indicators(table: &Table) -> Result<Vec<BookIndicator>, Problem> {
    let (id, name, unit) = (table.texts("id")?, table.texts("name")?, table.texts("unit")?);
    let (dimension, kind) = (table.texts("dimension")?, table.texts("kind")?);
    let kinds = [IndicatorKind::Burden, IndicatorKind::Benefit];
    let row = |row| {
        Ok(BookIndicator {
            id: id(row).to_owned(),
            name: name(row).to_owned(),
            dimension: Dimension::ALL
                .into_iter()
                .find(|known| known.word() == dimension(row))
                .ok_or_else(|| table.wrong("dimension"))?,
            kind: kinds
                .into_iter()
                .find(|known| known.word() == kind(row))
                .ok_or_else(|| table.wrong("kind"))?,
            unit: unit(row).to_owned(),
        })
    };
    table.rows().map(row).collect()
}

fn products(table: &Table) -> Result<Vec<BookProduct>, Problem> {
    let (id, name, category) = (table.texts("id")?, table.texts("name")?, table.texts("category")?);
    let (unit, mass) = (table.texts("unit")?, table.maybe_texts("mass_kg")?);
    let (partial, not_stated) = (table.texts("partial")?, table.texts("not_stated")?);
    let row = |row| {
        Ok(BookProduct {
            id: id(row).to_owned(),
            name: name(row).to_owned(),
            category: category(row).to_owned(),
            unit: unit(row).to_owned(),
            mass_kg: mass(row).map(positive).transpose()?,
            partial: partial(row).to_owned(),
            not_stated: not_stated(row).to_owned(),
        })
    };
    table.rows().map(row).collect()
}

fn places(table: &Table) -> Result<Vec<BookPlace>, Problem> {
    let (code, name, level) = (table.texts("code")?, table.texts("name")?, table.texts("level")?);
    let parent = table.maybe_numbers("parent")?;
    let levels = Level::ALL.map(|level| (level, level.to_string()));
    let row = |row| {
        let known = levels.iter().find(|(_, word)| word == level(row));
        Ok(BookPlace {
            code: code(row).to_owned(),
            name: name(row).to_owned(),
            level: known.ok_or_else(|| table.wrong("level"))?.0,
            parent: parent(row),
        })
    };
    table.rows().map(row).collect()
}

fn cells(table: &Table) -> Result<Vec<Cell>, Problem> {
    let (product, place, year) =
        (table.numbers("product")?, table.maybe_numbers("place")?, table.years("year")?);
    let of_origin = table.flags("of_origin")?;
    let (fallback, unpriced) = (table.texts("fallback")?, table.texts("unpriced")?);
    let row = |row| Cell {
        product: product(row),
        place: place(row),
        year: year(row),
        of_origin: of_origin(row),
        fallback: fallback(row).to_owned(),
        unpriced: unpriced(row).to_owned(),
    };
    Ok(table.rows().map(row).collect())
}

fn costs(table: &Table) -> Result<Vec<Cost>, Problem> {
    let (cell, indicator) = (table.numbers("cell")?, table.numbers("indicator")?);
    let (lower, central, upper) = (table.money("lower")?, table.money("central")?, table.money("upper")?);
    let paid = table.money("paid")?;
    let row = |row| {
        Ok(Cost {
            cell: cell(row),
            indicator: indicator(row),
            cost: Band { lower: lower(row)?, central: central(row)?, upper: upper(row)? },
            paid: paid(row)?,
        })
    };
    table.rows().map(row).collect()
}

fn footprints(table: &Table) -> Result<Vec<Footprint>, Problem> {
    let (product, indicator) = (table.numbers("product")?, table.numbers("indicator")?);
    // Methods are few: each is kept once.
    let mut methods: BTreeMap<String, Arc<str>> = BTreeMap::new();
    let mut shared = |method: &str| match methods.get(method) {
        Some(known) => known.clone(),
        None => methods.entry(method.to_owned()).or_insert_with(|| method.into()).clone(),
    };
    let (method, year) = (table.texts("method")?, table.years("year")?);
    let (amount, paid) = (table.floats("amount")?, table.money("paid")?);
    let row = |row| {
        Ok(Footprint {
            product: product(row),
            indicator: indicator(row),
            method: shared(method(row)),
            year: year(row),
            amount: amount(row),
            paid: paid(row)?,
        })
    };
    table.rows().map(row).collect()
}

fn factors(table: &Table) -> Result<Vec<PlaceFactor>, Problem> {
    let (place, year) = (table.maybe_numbers("place")?, table.years("year")?);
    let (indicator, method) = (table.numbers("indicator")?, table.texts("method")?);
    let bounds = [table.decimals("lower")?, table.decimals("central")?, table.decimals("upper")?];
    let (fallback, unpriced) = (table.texts("fallback")?, table.texts("unpriced")?);
    let factor = |units| Factor::from_units(units).map_err(|_| damaged("a factor is too large"));
    let row = |row| {
        let value = match [0, 1, 2].map(|at: usize| bounds[at](row)) {
            [Some(lower), Some(central), Some(upper)] => {
                Some(Band { lower: factor(lower)?, central: factor(central)?, upper: factor(upper)? })
            }
            [None, None, None] => None,
            _ => return Err(damaged("a factor has some of its bounds and not all")),
        };
        Ok(PlaceFactor {
            place: place(row),
            year: year(row),
            indicator: indicator(row),
            method: method(row).to_owned(),
            value,
            fallback: fallback(row).to_owned(),
            unpriced: unpriced(row).to_owned(),
        })
    };
    table.rows().map(row).collect()
}

fn moves(table: &Table) -> Result<Vec<MoneyMove>, Problem> {
    let (currency, year) = (table.texts("currency")?, table.years("year")?);
    let (multiplier, steps) = (table.texts("multiplier")?, table.texts("steps")?);
    let row = |row| {
        Ok(MoneyMove {
            currency: Currency::from_code(currency(row)).ok_or_else(|| table.wrong("currency"))?,
            year: year(row).ok_or_else(|| table.wrong("year"))?,
            multiplier: positive(multiplier(row))?,
            steps: steps(row).to_owned(),
        })
    };
    table.rows().map(row).collect()
}

fn units(table: &Table) -> Result<Vec<UnitRow>, Problem> {
    let (code, aliases, ratio) = (table.texts("code")?, table.texts("aliases")?, table.texts("ratio")?);
    let (metric, kind) = (table.flags("metric")?, table.texts("kind")?);
    let exponents = DIMENSIONS.map(|name| table.years(name));
    let mut of = Vec::with_capacity(exponents.len());
    for exponent in exponents {
        of.push(exponent?);
    }
    let row = |row| {
        let mut dimension = [0_i8; DIMENSIONS.len()];
        for (slot, exponent) in dimension.iter_mut().zip(&of) {
            let exponent = exponent(row).and_then(|exponent| i8::try_from(exponent).ok());
            *slot = exponent.ok_or_else(|| damaged("the dimension of a unit is out of range"))?;
        }
        let aliases = aliases(row).split('|').filter(|alias| !alias.is_empty()).map(str::to_owned);
        Ok(UnitRow {
            code: code(row).to_owned(),
            aliases: aliases.collect(),
            ratio: positive(ratio(row))?,
            dimension,
            metric: metric(row),
            kind: kind(row).to_owned(),
        })
    };
    table.rows().map(row).collect()
}
