//! A price book: what products cost others, compiled once and applied to any number of lines.
//!
//! It is stored factorised. [`Cell`]s with [`Cost`]s are money per unit of the product x place pairs that exist.
//! [`Footprint`]s are physical, of products whose place is `origin`; [`PlaceFactor`]s are money per unit of an indicator
//! by place and year. A cell of product x origin x year x indicator is found by lookup: see [`Book`].

mod answers;
mod cells;
mod check;
pub mod compile;
mod factors;
pub mod fallback;
mod footprints;
mod hash;
pub mod ipc;
mod lookup;
mod moves;
mod places;
pub mod read;
mod years;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::money::{Factor, Money};
use crate::base::region::Level;
use crate::base::unit::UnitRow;
use crate::data::factors::Band;
use crate::data::reference::{Dimension, IndicatorKind};

pub use compile::compile;
pub use ipc::to_ipc;
pub use lookup::UnitCost;
pub use read::from_ipc;

/// A price book. All tables are sorted by their keys, numbers that point into another table are places in it.
///
/// The cost of indicator k of a unit of product p from origin o in year y:
///
/// 1. if p has cells: the cell of (p, o, y), else of the nearest place that contains o;
/// 2. if p has footprints: footprint (p, k) x factor of (o, y, k, method), where a place without rows of its own takes
///    those of its parent; rounded half-even to 1e-12. A footprint with a year of its own has the factor of that year.
///
/// Above the world is the place `None`: nobody states where a line comes from. A year of `None` holds for all years; at
/// one place there are rows for all years, or one that holds for all, or none. [`Book::unit_costs`] is this lookup.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// What it is, and where it comes from.
    pub head: Head,
    /// Indicators, by id.
    pub indicators: Vec<BookIndicator>,
    /// Products, by id.
    pub products: Vec<BookProduct>,
    /// Places, by code: the tree of regions, and sites that factors or processes name.
    pub places: Vec<BookPlace>,
    /// Products x places in money, by product, place and year.
    pub cells: Vec<Cell>,
    /// Costs of the cells, by cell and indicator; only of what has a price.
    pub costs: Vec<Cost>,
    /// Products in physical units, by product and indicator.
    pub footprints: Vec<Footprint>,
    /// Factors, by place, year, indicator and method.
    pub factors: Vec<PlaceFactor>,
    /// Money of other currencies and years, by currency and year.
    pub moves: Vec<MoneyMove>,
    /// The table of units, by code.
    pub units: Vec<UnitRow>,
}

/// What a book is, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Version of truecost that compiled it.
    pub engine: String,
    /// Name of the supply dataset.
    pub dataset: String,
    /// Its title.
    pub title: String,
    /// Factor set, with variant.
    pub factors: String,
    /// Currency of all money.
    pub currency: Currency,
    /// Price year of all money.
    pub year: i32,
    /// Emission year of all lines; `None`: the year of each line.
    pub emission_year: Option<i32>,
    /// Emission year of lines that state no year.
    pub default_year: i32,
    /// First and last emission year that lines may have; `None`: costs are the same in every year.
    pub years: Option<(i32, i32)>,
    /// Do benefits cancel costs?
    pub netting: bool,
    /// Lineage, as the JSON of a true price.
    pub lineage: String,
}

/// An indicator of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookIndicator {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Dimension.
    pub dimension: Dimension,
    /// Burden or benefit.
    pub kind: IndicatorKind,
    /// Unit of its amounts.
    pub unit: String,
}

/// A product of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookProduct {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Category.
    pub category: String,
    /// Reference unit, as UCUM code.
    pub unit: String,
    /// Mass of a reference unit that is not a mass.
    pub mass_kg: Option<Exact>,
    /// Indicators that only some processes of its chain state, with spaces between.
    pub partial: String,
    /// Indicators that no process of its chain states, while other products state them, with spaces between.
    pub not_stated: String,
}

/// A place of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookPlace {
    /// ISO 3166 or UN M49 code.
    pub code: String,
    /// Name.
    pub name: String,
    /// How wide it is.
    pub level: Level,
    /// The place that contains it.
    pub parent: Option<u32>,
}

/// A product from one place, in money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Product.
    pub product: u32,
    /// Place; `None`: nobody states where a line comes from.
    pub place: Option<u32>,
    /// Emission year; `None`: all.
    pub year: Option<i32>,
    /// Is the product one of the place `origin`, valued here, and not one that is made here?
    pub of_origin: bool,
    /// Levels of factors that stand in for those of a place `of_origin`: `world 3, subregion 1`; empty: none does.
    pub fallback: String,
    /// Indicators whose amounts have no factor, in part or in whole, with spaces between.
    pub unpriced: String,
}

/// What one indicator of a cell costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Cell.
    pub cell: u32,
    /// Indicator.
    pub indicator: u32,
    /// Cost to others per reference unit; negative: a benefit.
    pub cost: Band<Money>,
    /// What the chain pays for it per reference unit.
    pub paid: Money,
}

/// A footprint of a product whose place is `origin`.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// Product.
    pub product: u32,
    /// Indicator.
    pub indicator: u32,
    /// Characterisation method that its factor must have.
    pub method: Arc<str>,
    /// Emission year of its factor: that of its process, where it states one and the factor hangs on it; `None`: that of
    /// the line.
    pub year: Option<i32>,
    /// Amount per reference unit.
    pub amount: f64,
    /// What is paid for it per reference unit.
    pub paid: Money,
}

/// Money per unit of an indicator at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceFactor {
    /// Place; `None`: nobody states where a line comes from.
    pub place: Option<u32>,
    /// Emission year; `None`: all.
    pub year: Option<i32>,
    /// Indicator.
    pub indicator: u32,
    /// Characterisation method of the footprints that it is for.
    pub method: String,
    /// Cost per unit, negative for a benefit; `None`: there is no factor.
    pub value: Option<Band<Factor>>,
    /// The region of the row that is used stands in for the place: its level; empty: the row is of the place or its
    /// country, or holds wherever the set is valid.
    pub fallback: String,
    /// Why there is none.
    pub unpriced: String,
}

/// What money of a currency and year is multiplied with to be money of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyMove {
    /// Currency.
    pub currency: Currency,
    /// Year.
    pub year: i32,
    /// Multiplier, exactly.
    pub multiplier: Exact,
    /// How it came about, in words.
    pub steps: String,
}
