//! A price book as flat tables: what it names by number is named by its id.

use crate::base::decimal::to_f64_at_18;
use crate::pricing::book::{Book, Cell, Cost};

use super::columns::Columns;

/// What names what a book keeps by number.
struct Names<'a>(&'a Book);

impl<'a> Names<'a> {
    fn indicator(&self, at: u32) -> &'a str {
        self.0.indicators.get(at as usize).map_or("", |indicator| &indicator.id)
    }

    fn product(&self, at: u32) -> &'a str {
        self.0.products.get(at as usize).map_or("", |product| &product.id)
    }

    fn place(&self, at: Option<u32>) -> &'a str {
        at.and_then(|at| self.0.places.get(at as usize)).map_or("", |place| &place.code)
    }

    fn of_cell<T>(&self, cost: &Cost, get: impl Fn(&'a Cell) -> T) -> Option<T> {
        self.0.cells.get(cost.cell as usize).map(get)
    }
}

/// One row an indicator.
pub fn indicators(book: &Book) -> Columns {
    Columns::of(&book.indicators)
        .text("id", |indicator| &indicator.id)
        .text("name", |indicator| &indicator.name)
        .text("unit", |indicator| &indicator.unit)
        .text("dimension", |indicator| indicator.dimension.word())
        .text("kind", |indicator| indicator.kind.word())
        .done()
}

/// One row a product, with its reference unit.
pub fn products(book: &Book) -> Columns {
    Columns::of(&book.products)
        .text("id", |product| &product.id)
        .text("name", |product| &product.name)
        .text("category", |product| &product.category)
        .text("unit", |product| &product.unit)
        .number("mass_kg", |product| product.mass_kg.as_ref().map(to_f64_at_18))
        .text("partial", |product| &product.partial)
        .text("not_stated", |product| &product.not_stated)
        .done()
}

/// One row a product x place x year that has costs of its own.
pub fn cells(book: &Book) -> Columns {
    let names = Names(book);
    Columns::of(&book.cells)
        .text("product", |cell| names.product(cell.product))
        .text("place", |cell| names.place(cell.place))
        .year("year", |cell| cell.year)
        .flag("of_origin", |cell| cell.of_origin)
        .text("fallback", |cell| &cell.fallback)
        .text("unpriced", |cell| &cell.unpriced)
        .done()
}

/// One row a product x place x year x indicator: money per reference unit.
pub fn costs(book: &Book) -> Columns {
    let names = Names(book);
    Columns::of(&book.costs)
        .text("product", |cost| names.of_cell(cost, |cell| names.product(cell.product)).unwrap_or_default())
        .text("place", |cost| names.of_cell(cost, |cell| names.place(cell.place)).unwrap_or_default())
        .year("year", |cost| names.of_cell(cost, |cell| cell.year).flatten())
        .text("indicator", |cost| names.indicator(cost.indicator))
        .money("cost", |cost| Some(cost.cost.central))
        .money("cost_lower", |cost| Some(cost.cost.lower))
        .money("cost_upper", |cost| Some(cost.cost.upper))
        .money("paid", |cost| Some(cost.paid))
        .done()
}

/// One row a product x indicator whose costs hang on where a line is from: amounts per reference unit.
pub fn footprints(book: &Book) -> Columns {
    let names = Names(book);
    Columns::of(&book.footprints)
        .text("product", |footprint| names.product(footprint.product))
        .text("indicator", |footprint| names.indicator(footprint.indicator))
        .text("method", |footprint| &*footprint.method)
        .number("amount", |footprint| Some(footprint.amount))
        .money("paid", |footprint| Some(footprint.paid))
        .done()
}

/// One row a place x year x indicator x method: money per unit of the indicator.
pub fn factors(book: &Book) -> Columns {
    let names = Names(book);
    Columns::of(&book.factors)
        .text("place", |factor| names.place(factor.place))
        .year("year", |factor| factor.year)
        .text("indicator", |factor| names.indicator(factor.indicator))
        .text("method", |factor| &factor.method)
        .factor("value", |factor| factor.value.map(|value| value.central))
        .factor("lower", |factor| factor.value.map(|value| value.lower))
        .factor("upper", |factor| factor.value.map(|value| value.upper))
        .text("fallback", |factor| &factor.fallback)
        .text("unpriced", |factor| &factor.unpriced)
        .done()
}

/// One row a currency and year: what money of it is multiplied with, as the nearest double, and how that came about.
pub fn moves(book: &Book) -> Columns {
    Columns::of(&book.moves)
        .text("currency", |step| step.currency.to_string())
        .year("year", |step| Some(step.year))
        .number("multiplier", |step| Some(to_f64_at_18(&step.multiplier)))
        .text("steps", |step| &step.steps)
        .done()
}
