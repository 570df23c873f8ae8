//! Is a book that was read what the lookup takes for granted: sorted by key, its numbers within their tables?

use crate::base::unit::Units;

use super::places::are_a_tree;
use super::years::MOST;
use super::{Book, Footprint};

/// Every key is larger than the one before.
fn is_sorted<T, K: PartialOrd>(rows: &[T], key: impl Fn(&T) -> K) -> bool {
    rows.windows(2).all(|pair| key(&pair[0]) < key(&pair[1]))
}

fn footprint_key(row: &Footprint) -> (u32, u32) {
    (row.product, row.indicator)
}

impl Book {
    /// What is wrong with it, if something is.
    pub(super) fn problem(&self) -> Option<String> {
        let sorted = [
            ("indicators", self.indicators.windows(2).all(|pair| pair[0].id < pair[1].id)),
            ("products", self.products.windows(2).all(|pair| pair[0].id < pair[1].id)),
            ("places", self.places.windows(2).all(|pair| pair[0].code < pair[1].code)),
            ("cells", is_sorted(&self.cells, super::Cell::key)),
            ("costs", is_sorted(&self.costs, |row| (row.cell, row.indicator))),
            ("footprints", is_sorted(&self.footprints, footprint_key)),
            ("factors", self.factors.windows(2).all(|pair| pair[0].key() < pair[1].key())),
            ("moves", is_sorted(&self.moves, |row| (row.currency, row.year))),
            ("units", self.units.windows(2).all(|pair| pair[0].code < pair[1].code)),
        ];
        if let Some((table, _)) = sorted.iter().find(|(_, is_sorted)| !is_sorted) {
            return Some(format!("the table `{table}` is not sorted by its key, or has a key twice"));
        }
        if !are_a_tree(&self.places) {
            return Some("the parents of the places are no tree".to_owned());
        }
        let within = |number: u32, rows: usize| (number as usize) < rows;
        let place = |place: Option<u32>| place.is_none_or(|place| within(place, self.places.len()));
        let product = |number: u32| within(number, self.products.len());
        let indicator = |number: u32| within(number, self.indicators.len());
        let pointing = [
            ("cells", self.cells.iter().all(|row| product(row.product) && place(row.place))),
            (
                "costs",
                self.costs.iter().all(|row| within(row.cell, self.cells.len()) && indicator(row.indicator)),
            ),
            (
                "footprints",
                self.footprints.iter().all(|row| product(row.product) && indicator(row.indicator)),
            ),
            ("factors", self.factors.iter().all(|row| place(row.place) && indicator(row.indicator))),
        ];
        if let Some((table, _)) = pointing.iter().find(|(_, is_right)| !is_right) {
            return Some(format!("the table `{table}` points to rows that are not there"));
        }
        if !self.footprints.iter().all(|row| row.amount.is_finite()) {
            return Some("a footprint is no number".to_owned());
        }
        if self.head.years.is_some_and(|(first, last)| first > last || last.saturating_sub(first) >= MOST) {
            return Some(format!("its years are none, or more than {MOST}"));
        }
        let units = Units::new(self.units.clone());
        let unknown = self.products.iter().find(|product| units.unit(&product.unit).is_err());
        unknown.map(|product| format!("the unit of `{}` is not in its table of units", product.id))
    }
}
