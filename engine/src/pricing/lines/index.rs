//! A book laid out for lookups: products, places, units and money by their names.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::nearest;
use crate::base::region::Level;
use crate::base::unit::{Unit, Units};
use crate::chain::convert::ratio_to_reference;
use crate::pricing::book::{Book, MoneyMove};

use super::goods::Goods;
use super::rates::Rates;

/// A place that a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    /// In the book.
    pub(super) place: u32,
    /// Was it a part of a country that the book does not know, and the country stands in?
    pub(super) is_part: bool,
}

/// A book laid out for lookups.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) book: Arc<Book>,
    pub(super) rates: Rates,
    pub(super) goods: Goods,
    products: FxHashMap<Box<str>, u32>,
    places: FxHashMap<Box<str>, u32>,
    moves: FxHashMap<(Currency, i32), usize>,
    units: Units,
    /// Reference units of products.
    references: Vec<Option<Unit>>,
    kilogram: Option<Unit>,
}

impl Index {
    pub(super) fn new(book: Arc<Book>) -> Self {
        let rates = Rates::new(&book);
        let units = Units::new(book.units.clone());
        let numbered = |at: usize, name: &str| (Box::from(name), at as u32);
        Self {
            goods: Goods::new(&book, &rates),
            rates,
            products: book.products.iter().enumerate().map(|(at, p)| numbered(at, &p.id)).collect(),
            places: book.places.iter().enumerate().map(|(at, p)| numbered(at, &p.code)).collect(),
            moves: book.moves.iter().enumerate().map(|(at, m)| ((m.currency, m.year), at)).collect(),
            references: book.products.iter().map(|product| units.unit(&product.unit).ok()).collect(),
            kilogram: units.unit("kg").ok(),
            units,
            book,
        }
    }

    pub(super) fn product(&self, id: &str) -> Option<u32> {
        self.products.get(id).copied()
    }

    /// A place of the book, or of a part of a country (`CO-HUI`) that is not in it, the country.
    pub(super) fn origin(&self, code: &str) -> Option<Origin> {
        if let Some(place) = self.places.get(code) {
            return Some(Origin { place: *place, is_part: false });
        }
        let (country, part) = code.split_once('-')?;
        let place = *self.places.get(country)?;
        let is_country = self.book.places[place as usize].level == Level::Country;
        let is_code = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        (is_country && is_code).then_some(Origin { place, is_part: true })
    }

    /// What money of a currency and year is multiplied with.
    pub(super) fn moved(&self, currency: Currency, year: i32) -> Option<&MoneyMove> {
        self.moves.get(&(currency, year)).map(|at| &self.book.moves[*at])
    }

    pub(super) fn unit(&self, text: &str) -> Option<Unit> {
        self.units.unit(text).ok()
    }

    /// A unit that a text that is none was probably meant to be, as a hint.
    pub(super) fn unit_like(&self, text: &str) -> Option<String> {
        let codes = || self.book.units.iter().map(|unit| unit.code.as_str());
        let lower = text.to_lowercase();
        let other_case = codes().chain(["kg", "mg", "mL", "cL"]).find(|code| code.to_lowercase() == lower);
        let found = other_case.or_else(|| nearest(text, codes()));
        found.map(|code| format!("did you mean `{code}`?"))
    }

    /// How many reference units of a product are in a unit of it, or why that is not known.
    pub(super) fn ratio(&self, product: u32, unit: &Unit) -> Result<Exact, String> {
        let product_of = &self.book.products[product as usize];
        let known = self.references[product as usize].as_ref().zip(self.kilogram.as_ref());
        let (reference, kilogram) =
            known.ok_or_else(|| format!("the book does not know the unit `{}`", product_of.unit))?;
        ratio_to_reference(reference, product_of.mass_kg.as_ref(), unit, None, kilogram)
            .map(|ratio| ratio.exact().clone())
    }

    /// All product ids, for suggestions.
    pub(super) fn product_ids(&self) -> impl Iterator<Item = &str> {
        self.book.products.iter().map(|product| product.id.as_str())
    }
}
