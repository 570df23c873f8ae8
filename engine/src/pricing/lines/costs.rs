//! What a line costs others: found in the book, times its quantity.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::base::decimal::Exact;
use crate::base::money::{BOOK_SCALE, Money, Overflow};
use crate::data::factors::Band;
use crate::pricing::book::fallback;
use crate::pricing::line::{LINE_SCALE, Quantity};

use super::exact::{carefully, exact_feet, exactly};
use super::goods::{Feet, Good, nearest_cell};
use super::index::Origin;
use super::kernel;
use super::pricer::{LINE_DIGITS, Pricer, Shape};
use super::rates::{BOUNDS, CENTRAL, Rates};
use super::reject::Reason;
use super::texts::{NONE, Texts};

/// More than any amount of a line, in 1e-6.
pub(super) const LIMIT: i128 = 10_i128.pow(LINE_DIGITS as u32);
/// Cells that are remembered, by where a line comes from.
const REMEMBERED: usize = 1 << 20;
/// Doubles in a line of the cache.
const CACHE_LINE: usize = 8;

/// The costs of a line, in 1e-6 of the currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Costs {
    pub(super) external: [i64; BOUNDS],
    pub(super) internalised: i64,
    pub(super) overpaid: i64,
    pub(super) benefits: i64,
    pub(super) gap: [i64; BOUNDS],
    /// Text that says what stood in.
    pub(super) fallback: u32,
    /// Indicators without a factor.
    pub(super) unpriced: u32,
}

/// How much a line is of.
pub(super) struct Much<'a> {
    /// In 1e6 reference units, near enough.
    pub(super) near: f64,
    /// Exactly, in reference units; asked for where the digit is in doubt.
    pub(super) exact: &'a dyn Fn() -> Option<Exact>,
}

impl Much<'_> {
    pub(super) fn quantity(&self) -> Result<Quantity, Overflow> {
        (self.exact)().map(Quantity::new).ok_or(Overflow)
    }
}

/// Where the costs of a line are, and what is to be said of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    kind: Kind,
    fallback: u32,
    unpriced: u32,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A cell.
    Cell(u32),
    /// Footprints, and a row of factors; do doubles do for them?
    Feet { feet: u32, row: u32, is_fast: bool },
}

/// Texts of footprints that state the same, at one row of factors.
#[derive(Clone, Copy, Debug)]
struct Notes {
    fallback: u32,
    unpriced: u32,
    is_priced: bool,
    /// Is a factor below 0?
    is_negative: bool,
}

/// Finds costs; keeps what it found.
#[derive(Debug)]
pub(super) struct Coster {
    pub(super) texts: Texts,
    slots: Vec<i64>,
    /// Is slot k of indicator k, for all?
    is_straight: bool,
    cells: FxHashMap<(u32, Option<Origin>, i32), Result<Target, Reason>>,
    /// By pattern and row of factors; how many there is room for.
    notes: Vec<Vec<Option<Notes>>>,
    noted: usize,
}

impl Coster {
    pub(super) fn new(pricer: &Pricer) -> Self {
        let slots = &pricer.index.rates.slots;
        let indicators = pricer.index.book.indicators.len();
        let in_order = slots.iter().enumerate().all(|(at, slot)| at == slot.0 as usize);
        Self {
            texts: Texts::default(),
            slots: vec![0; slots.len()],
            is_straight: slots.len() == indicators && in_order,
            cells: FxHashMap::default(),
            notes: vec![Vec::new(); pricer.index.goods.patterns.len()],
            noted: 0,
        }
    }

    /// Finds the costs of a product from an origin, in an emission year of the book.
    #[inline]
    pub(super) fn find(
        &mut self,
        pricer: &Pricer,
        product: u32,
        origin: Option<Origin>,
        year: i32,
    ) -> Result<Target, Reason> {
        match pricer.index.goods.products[product as usize] {
            Good::Unknown => Err(Reason::NoFactor),
            Good::Footprints { feet, pattern, is_plain } => {
                self.feet(pricer, (feet, pattern, is_plain), origin, year)
            }
            good => match self.known_cell(pricer, product, origin, year) {
                Err(Reason::OtherOrigin) if let Good::Both(_, _, feet) = good => {
                    let Feet { pattern, is_plain, .. } = pricer.index.goods.feet[feet as usize];
                    self.feet(pricer, (feet, pattern, is_plain), origin, year)
                }
                found => found,
            },
        }
    }

    /// Footprints at the factors of an origin and year.
    #[inline]
    fn feet(
        &mut self,
        pricer: &Pricer,
        (feet, pattern, is_plain): (u32, u32, bool),
        origin: Option<Origin>,
        year: i32,
    ) -> Result<Target, Reason> {
        let row = pricer.index.rates.row(origin.map(|origin| origin.place), year);
        let notes = match self.notes[pattern as usize].get(row as usize) {
            Some(Some(notes)) => *notes,
            _ => self.note(pricer, feet, row),
        };
        let Notes { fallback, unpriced, is_priced, .. } = notes;
        let target = Target {
            kind: Kind::Feet { feet, row, is_fast: is_plain && !notes.is_negative },
            fallback,
            unpriced,
        };
        if is_priced { Ok(target) } else { Err(Reason::NoFactor) }
    }

    /// The cell of a product from an origin in a year, if it is asked for again.
    fn known_cell(
        &mut self,
        pricer: &Pricer,
        product: u32,
        origin: Option<Origin>,
        year: i32,
    ) -> Result<Target, Reason> {
        let key = (product, origin, year);
        if let Some(found) = self.cells.get(&key) {
            return *found;
        }
        if self.cells.len() >= REMEMBERED {
            self.cells.clear();
        }
        let found = self.cell(pricer, pricer.index.goods.products[product as usize], origin, year);
        self.cells.insert(key, found);
        found
    }

    /// The cell of a product from an origin in a year.
    fn cell(
        &mut self,
        pricer: &Pricer,
        good: Good,
        origin: Option<Origin>,
        year: i32,
    ) -> Result<Target, Reason> {
        let book = &pricer.index.book;
        let cells = good.cells().ok_or(Reason::NoFactor)?;
        let own = &book.cells[cells.clone()];
        let mut place = origin.map(|origin| origin.place);
        if origin.is_none() && matches!(good, Good::Both(..)) {
            // Nobody says where it comes from: what holds everywhere counts.
            return Err(Reason::OtherOrigin);
        }
        if origin.is_none() && !own.iter().any(|cell| cell.of_origin) {
            // Nobody says where it comes from: from the only place there is.
            place = own[0].place;
            if own.iter().any(|cell| cell.place != place) {
                return Err(Reason::AmbiguousOrigin);
            }
        }
        let year = book.head.years.map(|_| year);
        let (at, cell) = nearest_cell(book, cells, place, year).ok_or(Reason::OtherOrigin)?;
        if pricer.index.goods.units[at].costs.is_empty() {
            return Err(Reason::NoFactor);
        }
        let is_part = origin.is_some_and(|origin| origin.is_part);
        let fallback = match cell.place {
            _ if cell.of_origin && cell.fallback.is_empty() => String::new(),
            _ if cell.of_origin => format!("factors {}", cell.fallback),
            Some(found) if is_part || cell.place != place => {
                format!("origin {}", book.places[found as usize].code)
            }
            _ => String::new(),
        };
        Ok(Target {
            kind: Kind::Cell(at as u32),
            fallback: self.texts.number(fallback),
            unpriced: self.texts.number(cell.unpriced.clone()),
        })
    }

    /// What is to be said of footprints at a row of factors.
    fn note(&mut self, pricer: &Pricer, feet: u32, row: u32) -> Notes {
        let index = &pricer.index;
        let rates = index.rates.exact(row);
        let slots = index.goods.slots(feet);
        let own = || slots.iter().map(|slot| (&rates[*slot as usize], index.rates.slots[*slot as usize].0));
        let priced = || own().filter(|(rate, _)| rate.value.is_some());
        let levels = fallback::summary(priced().map(|(rate, _)| rate.fallback.as_str()));
        let fallback = if levels.is_empty() { levels } else { format!("factors {levels}") };
        let unpriced: Vec<&str> = own()
            .filter(|(rate, _)| rate.value.is_none())
            .map(|(_, indicator)| index.book.indicators[indicator as usize].id.as_str())
            .collect();
        let notes = Notes {
            fallback: self.texts.number(fallback),
            unpriced: self.texts.number(unpriced.join(" ")),
            is_priced: priced().next().is_some(),
            is_negative: index.rates.is_negative(row),
        };
        let pattern = index.goods.feet[feet as usize].pattern as usize;
        if self.notes[pattern].is_empty() {
            let rows = index.rates.rows();
            if self.noted > REMEMBERED {
                self.notes.fill(Vec::new());
                self.noted = 0;
            }
            self.notes[pattern] = vec![None; rows];
            self.noted += rows;
        }
        self.notes[pattern][row as usize] = Some(notes);
        notes
    }

    /// Reads the numbers that lines need once ahead: far apart in memory, they come together instead of in turn.
    pub(super) fn fetch<'a>(pricer: &Pricer, targets: impl Iterator<Item = &'a Target>) {
        let mut sum = 0_u64;
        for target in targets {
            if let Kind::Feet { feet, row, .. } = target.kind {
                let dense = pricer.index.goods.dense(feet);
                let factors = pricer.index.rates.scaled(CENTRAL, row);
                for (one, other) in dense.iter().step_by(CACHE_LINE).zip(factors.iter().step_by(CACHE_LINE)) {
                    sum ^= one.to_bits() ^ other.to_bits();
                }
            }
        }
        std::hint::black_box(sum);
    }

    /// Costs of so much of a target. External costs by indicator go into `externals`, which is all 0.
    #[inline]
    pub(super) fn price(
        &mut self,
        pricer: &Pricer,
        target: Target,
        much: &Much,
        externals: &mut [i64],
    ) -> Result<Costs, Reason> {
        let costs = match target.kind {
            Kind::Cell(cell) => self.of_cell(pricer, cell as usize, much, externals),
            Kind::Feet { feet, row, is_fast: true } => self.fast_feet(pricer, feet, row, much, externals),
            Kind::Feet { feet, row, is_fast: false } => exact_feet(pricer, feet, row, much, externals),
        };
        let costs = costs.map_err(|Overflow| Reason::Overflow)?;
        Ok(Costs { fallback: target.fallback, unpriced: target.unpriced, ..costs })
    }

    fn of_cell(
        &mut self,
        pricer: &Pricer,
        cell: usize,
        much: &Much,
        externals: &mut [i64],
    ) -> Result<Costs, Overflow> {
        let book = &pricer.index.book;
        let units = &pricer.index.goods.units[cell];
        let costs = &book.costs[units.costs.clone()];
        if units.fast[CENTRAL].len() != costs.len() {
            let costs = costs.iter().map(|cost| Ok((cost.indicator, cost.cost, cost.paid)));
            return exactly(externals, pricer.shape, costs, &much.quantity()?);
        }
        self.slots.resize(self.slots.len().max(costs.len()), 0);
        let lines = &mut self.slots[..costs.len()];
        let mut external = [0; BOUNDS];
        for bound in pricer.shape.bounds() {
            if !kernel::of_units(&units.fast[bound], much.near, lines) {
                let quantity = much.quantity()?;
                for (line, cost) in lines.iter_mut().zip(costs) {
                    *line = steps(quantity.line(of(cost.cost, bound))?)?;
                }
            }
            external[bound] = total(lines)?;
            if bound == CENTRAL {
                for (line, cost) in lines.iter().zip(costs) {
                    externals[cost.indicator as usize] += line;
                }
            }
        }
        Ok(Costs::external(external))
    }

    #[inline]
    fn fast_feet(
        &mut self,
        pricer: &Pricer,
        feet: u32,
        row: u32,
        much: &Much,
        externals: &mut [i64],
    ) -> Result<Costs, Overflow> {
        let rates = &pricer.index.rates;
        let dense = pricer.index.goods.dense(feet);
        let mut external = [0; BOUNDS];
        for bound in pricer.shape.bounds() {
            let factors = rates.scaled(bound, row);
            if self.is_straight && bound == CENTRAL {
                external[bound] = lines(dense, rates, factors, (row, bound), much, externals)?;
                continue;
            }
            external[bound] = lines(dense, rates, factors, (row, bound), much, &mut self.slots)?;
            if bound == CENTRAL {
                for (line, slot) in self.slots.iter().zip(&rates.slots) {
                    externals[slot.0 as usize] += line;
                }
            }
        }
        Ok(Costs::external(external))
    }
}

impl Costs {
    /// Nothing but external costs.
    fn external(external: [i64; BOUNDS]) -> Self {
        Self { external, gap: external, fallback: NONE, unpriced: NONE, ..Self::default() }
    }
}

impl Shape {
    /// The bounds that are computed.
    pub(super) fn bounds(self) -> Range<usize> {
        if self.bounds { 0..BOUNDS } else { CENTRAL..CENTRAL + 1 }
    }
}

/// Lines of footprints at a row of factors and a bound, by slot; their sum.
#[inline]
fn lines(
    dense: &[f64],
    rates: &Rates,
    factors: &[f64],
    (row, bound): (u32, usize),
    much: &Much,
    lines: &mut [i64],
) -> Result<i64, Overflow> {
    let lines = &mut lines[..dense.len()];
    if !kernel::of_footprints(dense, factors, much.near, lines) {
        carefully(dense, rates.exact(row), factors, bound, much, lines)?;
    }
    total(lines)
}

/// One of the three.
pub(super) fn of<T>(band: Band<T>, bound: usize) -> T {
    let Band { lower, central, upper } = band;
    match bound {
        0 => lower,
        CENTRAL => central,
        _ => upper,
    }
}

/// Money that is a multiple of 1e-6, as an integer of that.
pub(super) fn steps(money: Money) -> Result<i64, Overflow> {
    within(money.units() / 10_i128.pow(BOOK_SCALE - LINE_SCALE))
}

/// An amount of a line, if it is one.
pub(super) fn within(amount: i128) -> Result<i64, Overflow> {
    if amount.abs() < LIMIT { i64::try_from(amount).map_err(|_| Overflow) } else { Err(Overflow) }
}

/// The sum of lines.
#[inline]
fn total(lines: &[i64]) -> Result<i64, Overflow> {
    // Each is below 2^49, or below the limit and few.
    let sum: i128 = if lines.len() < 8 {
        lines.iter().map(|line| i128::from(*line)).sum()
    } else {
        let (mut sum, mut large) = (0_i64, 0_u64);
        for line in lines {
            sum = sum.wrapping_add(*line);
            large |= line.unsigned_abs();
        }
        if large < 1 << 49 && lines.len() < 1 << 13 {
            i128::from(sum)
        } else {
            lines.iter().map(|line| i128::from(*line)).sum()
        }
    };
    within(sum)
}
