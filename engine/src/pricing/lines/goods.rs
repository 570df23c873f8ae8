//! Products of a book as lines are priced with: costs of cells, and footprints, laid out for speed.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::base::money::Money;
use crate::data::factors::Band;
use crate::pricing::book::{Book, Cell};

use super::rates::{BOUNDS, Rates, slot};

/// Below this a cost in 1e-12 is exact in a double, and sure to be rounded right.
const LARGEST_UNIT: i128 = 1 << 48;

/// What a book knows of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Good {
    /// Nothing: no process makes it.
    Unknown,
    /// Cells, by place and year.
    Cells(Range<usize>),
    /// Footprints: the number of its [`Feet`].
    Footprints(usize),
    /// Cells where it is made, footprints everywhere else.
    Both(Range<usize>, usize),
}

impl Good {
    /// Its cells.
    pub(super) fn cells(&self) -> Option<&Range<usize>> {
        match self {
            Self::Cells(cells) | Self::Both(cells, _) => Some(cells),
            Self::Unknown | Self::Footprints(_) => None,
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
#[derive(Debug)]
pub(super) struct Feet {
    /// Where they are in the book.
    pub(super) footprints: Range<usize>,
    /// Slot of each.
    pub(super) slots: Vec<u32>,
    /// Amounts, by slot; 0 where there is none. Empty where they need the exact way: payments, uptake.
    pub(super) dense: Vec<f64>,
    /// Products that state the same slots share a number.
    pub(super) pattern: u32,
}

/// All products of a book.
#[derive(Debug)]
pub(super) struct Goods {
    pub(super) goods: Vec<Good>,
    /// By cell.
    pub(super) units: Vec<UnitCosts>,
    pub(super) feet: Vec<Feet>,
}

impl Goods {
    pub(super) fn new(book: &Book, rates: &Rates) -> Self {
        let mut goods = vec![Good::Unknown; book.products.len()];
        for cells in runs(&book.cells, |cell| cell.product) {
            let product = book.cells[cells.start].product as usize;
            goods[product] = Good::Cells(cells);
        }
        let mut costs = vec![0..0; book.cells.len()];
        for run in runs(&book.costs, |cost| cost.cell) {
            let cell = book.costs[run.start].cell as usize;
            costs[cell] = run;
        }
        let units = costs.into_iter().map(|costs| UnitCosts { fast: fast(book, &costs), costs }).collect();
        let mut feet = Vec::new();
        let mut patterns: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        for footprints in runs(&book.footprints, |footprint| footprint.product) {
            let own = &book.footprints[footprints.clone()];
            let slots: Vec<u32> = own
                .iter()
                .map(|own| {
                    let own = slot(own);
                    rates.slots.partition_point(|other| *other < own) as u32
                })
                .collect();
            let is_plain = own.iter().all(|own| own.amount >= 0.0 && own.paid == Money::ZERO);
            let mut dense = vec![0.0; if is_plain { rates.slots.len() } else { 0 }];
            for (slot, own) in slots.iter().zip(own).filter(|_| is_plain) {
                dense[*slot as usize] = own.amount;
            }
            let count = patterns.len() as u32;
            let pattern = *patterns.entry(slots.clone()).or_insert(count);
            let good = &mut goods[own[0].product as usize];
            *good = match good.cells() {
                Some(cells) => Good::Both(cells.clone(), feet.len()),
                None => Good::Footprints(feet.len()),
            };
            feet.push(Feet { footprints, slots, dense, pattern });
        }
        Self { goods, units, feet }
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
