//! Factors of a book by place and year, as rows that footprints are multiplied with.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::money::Factor;
use crate::data::factors::Band;
use crate::pricing::book::{Book, PlaceFactor};

use super::kernel;

/// The bounds of a band, in the order of [`Rates::scaled`].
pub(super) const BOUNDS: usize = 3;
/// The place of the central values among them.
pub(super) const CENTRAL: usize = 1;

/// A factor of one indicator and method at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    /// Cost per unit; `None`: there is none.
    pub(super) value: Option<Band<Factor>>,
    /// The level that stands in for the place.
    pub(super) fallback: String,
    /// Why there is none.
    pub(super) unpriced: String,
}

/// What decides the factor of a footprint at a place: indicator, method, and the year where it has one of its own.
pub(super) type Slot = (u32, String, Option<i32>);

/// All factors that footprints are multiplied with. A row has one factor for each slot.
#[derive(Debug, Default)]
pub(super) struct Rates {
    /// Sorted.
    pub(super) slots: Vec<Slot>,
    /// First year of the rows; `None`: one row holds for all years.
    first_year: Option<i32>,
    years: usize,
    /// Row of each place (and last of no place) and year.
    row_of: Vec<u32>,
    /// Factors in 1e-12 per unit, by bound, row and slot; 0 where there is none.
    scaled: [Vec<f64>; BOUNDS],
    /// The same, exactly.
    exactly: Vec<Rate>,
    /// Has a row a factor below 0?
    negative: Vec<bool>,
}

impl Rates {
    pub(super) fn new(book: &Book) -> Self {
        let distinct: FxHashSet<(u32, &str, Option<i32>)> =
            book.footprints.iter().map(|own| (own.indicator, &*own.method, own.year)).collect();
        let mut slots: Vec<Slot> = distinct
            .into_iter()
            .map(|(indicator, method, year)| (indicator, method.to_owned(), year))
            .collect();
        slots.sort();
        if slots.is_empty() {
            return Self::default();
        }
        let years: Vec<Option<i32>> = match book.head.years {
            Some((first, last)) => (first..=last).map(Some).collect(),
            None => vec![book.head.emission_year],
        };
        let mut rates = Self {
            first_year: years[0],
            years: years.len(),
            row_of: vec![0; (book.places.len() + 1) * years.len()],
            slots,
            ..Self::default()
        };
        let mut own: FxHashMap<(Option<u32>, Option<i32>), Vec<&PlaceFactor>> = FxHashMap::default();
        for factor in &book.factors {
            own.entry((factor.place, factor.year)).or_default().push(factor);
        }
        for (at, year) in years.iter().enumerate() {
            rates.fill(book, at, *year, &own);
        }
        rates
    }

    /// The rows of a year, parents before what they contain: a place without rows of its own has its parent's.
    fn fill(
        &mut self,
        book: &Book,
        at: usize,
        year: Option<i32>,
        own: &FxHashMap<(Option<u32>, Option<i32>), Vec<&PlaceFactor>>,
    ) {
        let nothing = Rate { value: None, fallback: String::new(), unpriced: String::new() };
        let mut root = vec![nothing; self.slots.len()];
        let nowhere = book.places.len();
        let mut done: Vec<Option<u32>> = vec![None; nowhere + 1];
        let mut all: Vec<Option<i32>> = self.slots.iter().map(|slot| slot.2).chain([year, None]).collect();
        all.sort_unstable();
        all.dedup();
        let of = |place: Option<u32>| all.iter().filter_map(move |year| own.get(&(place, *year))).flatten();
        self.lay(&mut root, year, of(None));
        done[nowhere] = Some(self.push(&root));
        for start in 0..nowhere {
            // Up to a place whose row is known, then down again.
            let mut path = vec![start];
            while let Some(parent) = path.last().and_then(|place| book.places[*place].parent) {
                if done[parent as usize].is_some() || path.len() > nowhere {
                    break;
                }
                path.push(parent as usize);
            }
            while let Some(place) = path.pop() {
                if done[place].is_some() {
                    continue;
                }
                let parent = book.places[place].parent.map_or(nowhere, |parent| parent as usize);
                let parent = done[parent].or(done[nowhere]).unwrap_or_default();
                let mut rows = of(Some(place as u32)).peekable();
                done[place] = Some(if rows.peek().is_none() {
                    parent
                } else {
                    let slots = self.slots.len();
                    let mut row = self.exactly[parent as usize * slots..][..slots].to_vec();
                    self.lay(&mut row, year, rows);
                    self.push(&row)
                });
            }
        }
        for (place, row) in done.into_iter().enumerate() {
            self.row_of[place * self.years + at] = row.unwrap_or_default();
        }
    }

    /// Lays rows of the book over those of a parent, for lines of a year.
    fn lay<'a>(&self, row: &mut [Rate], year: Option<i32>, own: impl Iterator<Item = &'a &'a PlaceFactor>) {
        for factor in own {
            let key = (factor.indicator, factor.method.as_str());
            let first =
                self.slots.partition_point(|(indicator, method, _)| (*indicator, method.as_str()) < key);
            let slots = self.slots[first..].iter().zip(&mut row[first..]);
            for (slot, rate) in slots.take_while(|(slot, _)| (slot.0, slot.1.as_str()) == key) {
                if factor.year.is_none() || factor.year == slot.2.or(year) {
                    *rate = Rate {
                        value: factor.value,
                        fallback: factor.fallback.clone(),
                        unpriced: factor.unpriced.clone(),
                    };
                }
            }
        }
    }

    fn push(&mut self, row: &[Rate]) -> u32 {
        let number = self.negative.len() as u32;
        let of = |bound: usize, value: Band<Factor>| [value.lower, value.central, value.upper][bound];
        for (bound, scaled) in self.scaled.iter_mut().enumerate() {
            scaled.extend(
                row.iter().map(|rate| rate.value.map_or(0.0, |value| kernel::scaled(of(bound, value)))),
            );
        }
        let zero = Factor::default();
        let is_negative = |value: Band<Factor>| (0..BOUNDS).any(|bound| of(bound, value) < zero);
        self.negative.push(row.iter().any(|rate| rate.value.is_some_and(is_negative)));
        self.exactly.extend_from_slice(row);
        number
    }

    /// The row of a place (`None`: not stated) in a year of the book.
    #[inline]
    pub(super) fn row(&self, place: Option<u32>, year: i32) -> u32 {
        let at = self.first_year.map_or(0, |first| (year - first) as usize);
        let place = place.map_or(self.row_of.len() / self.years - 1, |place| place as usize);
        self.row_of[place * self.years + at]
    }

    /// Factors of a row at a bound, by slot.
    #[inline]
    pub(super) fn scaled(&self, bound: usize, row: u32) -> &[f64] {
        &self.scaled[bound][row as usize * self.slots.len()..][..self.slots.len()]
    }

    /// Factors of a row, by slot, exactly.
    pub(super) fn exact(&self, row: u32) -> &[Rate] {
        &self.exactly[row as usize * self.slots.len()..][..self.slots.len()]
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.negative.len()
    }

    /// Has the row a factor below 0?
    pub(super) fn is_negative(&self, row: u32) -> bool {
        self.negative[row as usize]
    }
}
