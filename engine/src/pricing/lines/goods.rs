//! Products of a book as lines are priced with: costs of cells, and footprints, laid out for speed.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::base::money::Money;
use crate::data::factors::Band;
use crate::pricing::book::{Book, Cell, Footprint};

use super::rates::{BOUNDS, Rates};

/// Below this a cost in 1e-12 is exact in a double, and sure to be rounded right.
const LARGEST_UNIT: i128 = 1 << 48;

/// What a book knows of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Good {
    /// Nothing: no process makes it.
    Unknown,
    /// Cells, by place and year: the first, and the one after the last.
    Cells(u32, u32),
    /// Footprints: the number of its [`Feet`], and what most lines need of it.
    Footprints { feet: u32, pattern: u32, is_plain: bool },
    /// Cells where it is made, footprints everywhere else.
    Both(u32, u32, u32),
}

impl Good {
    /// Its cells.
    pub(super) fn cells(self) -> Option<Range<usize>> {
        match self {
            Self::Cells(start, end) | Self::Both(start, end, _) => Some(start as usize..end as usize),
            Self::Unknown | Self::Footprints { .. } => None,
        }
    }
}

/// Costs per unit of a cell, by bound, of the indicators of its costs.
#[derive(Debug)]
pub(super) struct UnitCosts {
    /// Where its costs are in the book.
    pub(super) costs: Range<usize>,
    /// Costs in 1e-12, by bound; empty where they need the exact way: payments, benefits, large numbers.
    pub(super) fast: [Vec<f64>; BOUNDS],
}

/// Footprints of a product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feet {
    /// The first in the book, and the one after the last.
    start: u32,
    end: u32,
    /// Products that state the same slots share a number.
    pub(super) pattern: u32,
    /// Are they nothing but external costs, as far as the factors are? Payments and uptake need the exact way.
    pub(super) is_plain: bool,
}

impl Feet {
    /// Where they are in the book.
    pub(super) fn footprints(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// All products of a book.
#[derive(Debug)]
pub(super) struct Goods {
    pub(super) products: Vec<Good>,
    /// By cell.
    pub(super) units: Vec<UnitCosts>,
    pub(super) feet: Vec<Feet>,
    /// Slots of each pattern.
    pub(super) patterns: Vec<Vec<u32>>,
    /// Amounts by feet and slot, one after the other; 0 where there is none.
    dense: Vec<f64>,
    slots: usize,
}

impl Goods {
    pub(super) fn new(book: &Book, rates: &Rates) -> Self {
        let mut goods = vec![Good::Unknown; book.products.len()];
        for cells in runs(&book.cells, |cell| cell.product) {
            goods[book.cells[cells.start].product as usize] =
                Good::Cells(cells.start as u32, cells.end as u32);
        }
        let mut costs = vec![0..0; book.cells.len()];
        for run in runs(&book.costs, |cost| cost.cell) {
            let cell = book.costs[run.start].cell as usize;
            costs[cell] = run;
        }
        let units = costs.into_iter().map(|costs| UnitCosts { fast: fast(book, &costs), costs }).collect();
        let slots = rates.slots.len();
        let mut all =
            Self { products: goods, units, feet: Vec::new(), patterns: Vec::new(), dense: Vec::new(), slots };
        let mut known: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        for footprints in runs(&book.footprints, |footprint| footprint.product) {
            let own = &book.footprints[footprints.clone()];
            let number = |own: &Footprint| {
                let key = (own.indicator, &*own.method, own.year);
                rates.slots.partition_point(|other| (other.0, other.1.as_str(), other.2) < key) as u32
            };
            let own_slots: Vec<u32> = own.iter().map(number).collect();
            let start = all.dense.len();
            all.dense.resize(start + slots, 0.0);
            for (slot, own) in own_slots.iter().zip(own) {
                all.dense[start + *slot as usize] = own.amount;
            }
            let pattern = *known.entry(own_slots).or_insert_with_key(|slots| {
                all.patterns.push(slots.clone());
                all.patterns.len() as u32 - 1
            });
            let number = all.feet.len() as u32;
            let good = &mut all.products[own[0].product as usize];
            let is_plain = own.iter().all(|own| own.amount >= 0.0 && own.paid == Money::ZERO);
            *good = match *good {
                Good::Cells(start, end) => Good::Both(start, end, number),
                _ => Good::Footprints { feet: number, pattern, is_plain },
            };
            all.feet.push(Feet {
                start: footprints.start as u32,
                end: footprints.end as u32,
                pattern,
                is_plain,
            });
        }
        all
    }

    /// Reads what is known of products once ahead: far apart in memory, they come together instead of in turn.
    pub(super) fn fetch(&self, products: &[u32]) {
        let is_other =
            |product: &&u32| self.products.get(**product as usize).is_some_and(|good| *good == Good::Unknown);
        std::hint::black_box(products.iter().filter(is_other).count());
    }

    /// Amounts by slot.
    #[inline]
    pub(super) fn dense(&self, feet: u32) -> &[f64] {
        &self.dense[feet as usize * self.slots..][..self.slots]
    }

    /// Slots that footprints state.
    pub(super) fn slots(&self, feet: u32) -> &[u32] {
        &self.patterns[self.feet[feet as usize].pattern as usize]
    }
}

/// Costs in doubles, where that is exact and nothing but external costs.
fn fast(book: &Book, costs: &Range<usize>) -> [Vec<f64>; BOUNDS] {
    let costs = &book.costs[costs.clone()];
    let is_small = |money: Money| (0..LARGEST_UNIT).contains(&money.units());
    let is_plain = |band: Band<Money>| is_small(band.lower) && is_small(band.central) && is_small(band.upper);
    if !costs.iter().all(|cost| cost.paid == Money::ZERO && is_plain(cost.cost)) {
        return Default::default();
    }
    let of = |get: fn(Band<Money>) -> Money| costs.iter().map(|cost| get(cost.cost).units() as f64).collect();
    [of(|band| band.lower), of(|band| band.central), of(|band| band.upper)]
}

/// Runs of rows of equal key.
fn runs<T, K: PartialEq>(rows: &[T], key: impl Fn(&T) -> K) -> Vec<Range<usize>> {
    let mut start = 0;
    rows.chunk_by(|a, b| key(a) == key(b))
        .map(|run| {
            let range = start..start + run.len();
            start = range.end;
            range
        })
        .collect()
}

/// The cell of a place and year: that of the place, else of the nearest that contains it.
/// `cells` are those of one product.
pub(super) fn nearest_cell(
    book: &Book,
    cells: Range<usize>,
    place: Option<u32>,
    year: Option<i32>,
) -> Option<(usize, &Cell)> {
    let start = cells.start;
    let cells = &book.cells[cells];
    let find = |place: Option<u32>| {
        let at = cells.partition_point(|cell| cell.place < place);
        let of_place = cells[at..].iter().take_while(|cell| cell.place == place);
        let found = of_place.enumerate().find(|(_, cell)| cell.year.is_none() || cell.year == year);
        found.map(|(more, cell)| (start + at + more, cell))
    };
    let mut here = place;
    for _ in 0..=book.places.len() {
        if let Some(found) = find(here) {
            return Some(found);
        }
        here = book.places[here? as usize].parent;
    }
    None
}
