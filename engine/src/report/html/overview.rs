//! The table of all products, one line each.

use serde::Serialize;

use crate::base::currency::Currency;
use crate::pricing::TruePrices;
use crate::report::display::{Shelf, single};

use super::place::Place;

/// From how many products on the table can be searched.
const SEARCHABLE: usize = 12;

/// One product.
#[derive(Serialize)]
pub(super) struct Row {
    link: String,
    name: String,
    origin: Option<String>,
    id: Option<String>,
    unit: String,
    cells: Vec<Cell>,
    coverage: String,
}

/// One amount, or a word.
#[derive(Serialize)]
pub(super) struct Cell {
    text: String,
    is_word: bool,
    is_strong: bool,
}

impl Cell {
    fn new(text: &str) -> Self {
        let is_word = !text.contains(|c: char| c.is_ascii_digit());
        Self { text: text.to_owned(), is_word, is_strong: false }
    }

    fn strong(text: &str) -> Self {
        Self { is_strong: true, ..Self::new(text) }
    }
}

/// The table.
#[derive(Serialize)]
pub(super) struct Overview {
    rows: Vec<Row>,
    is_searchable: bool,
    differs: bool,
    /// Indicators that all products state completely and price.
    shared: Vec<String>,
}

impl Overview {
    /// All products in order.
    pub(super) fn new(prices: &TruePrices, places: &[Place], currency: Currency, paged: bool) -> Self {
        let differs = prices.coverage_differs;
        let with_shared = differs && !prices.shared_indicators.is_empty();
        let row = |place: &Place| {
            let price = &prices.products[place.index];
            let shelf = Shelf::new(price, currency);
            let has_gap = price.gap.is_some();
            let mut cells = vec![
                Cell::new(if shelf.market.is_empty() { "no price" } else { &shelf.market }),
                Cell::new(&shelf.environmental),
                Cell::new(&shelf.social),
                Cell::new(&shelf.health),
                Cell::new(if has_gap { &shelf.internalised } else { &shelf.gap }),
                Cell::new(&shelf.gap),
                match (shelf.true_price.is_empty(), has_gap) {
                    (false, _) => Cell::strong(&shelf.true_price),
                    (true, true) => Cell::new("gap only"),
                    (true, false) => Cell::new(&shelf.gap),
                },
            ];
            if with_shared {
                cells.push(Cell::new(&single(price.shared_external, currency)));
            }
            Row {
                link: if paged { place.file() } else { format!("#p-{}", place.slug) },
                name: price.name.clone(),
                origin: place.origin.clone(),
                id: place.id.clone(),
                unit: price.unit.clone(),
                cells,
                coverage: price.coverage.summary(),
            }
        };
        let name = |id: &String| {
            let mut named =
                prices.products.iter().flat_map(|price| &price.indicators).filter(|k| k.indicator == *id);
            named.next().map_or_else(|| id.clone(), |k| k.name.clone())
        };
        Self {
            rows: places.iter().map(row).collect(),
            is_searchable: places.len() >= SEARCHABLE,
            differs,
            shared: prices.shared_indicators.iter().map(name).collect(),
        }
    }
}
