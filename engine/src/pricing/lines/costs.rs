//! What a line costs others: found in the book, times its quantity.

use rustc_hash::FxHashMap;

use crate::base::decimal::Exact;
use crate::base::money::{BOOK_SCALE, Money, Overflow};
use crate::data::factors::Band;
use crate::pricing::book::fallback;
use crate::pricing::line::{LINE_SCALE, Quantity};

use super::goods::{Good, nearest_cell};
use super::index::Origin;
use super::kernel;
use super::pricer::{LINE_DIGITS, Pricer, Shape};
use super::rates::{BOUNDS, CENTRAL};
use super::reject::Reason;
use super::texts::{NONE, Texts};

/// More than any amount of a line, in 1e-6.
pub(super) const LIMIT: i128 = 10_i128.pow(LINE_DIGITS as u32);
/// Cells that are remembered, by where a line comes from.
const REMEMBERED: usize = 1 << 20;

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
    fn quantity(&self) -> Result<Quantity, Overflow> {
        (self.exact)().map(Quantity::new).ok_or(Overflow)
    }
}

/// Where a line's costs are.
#[derive(Clone, Debug)]
enum Place {
    Cell { cell: usize, fallback: u32, unpriced: u32 },
    Nowhere(Reason),
}

/// Texts of footprints that state the same, at one row of factors.
#[derive(Clone, Copy, Debug)]
struct Notes {
    fallback: u32,
    unpriced: u32,
    is_priced: bool,
}

/// Finds costs; keeps what it found.
#[derive(Debug)]
pub(super) struct Coster {
    /// External cost of each indicator of the line.
    pub(super) externals: Vec<i64>,
    pub(super) texts: Texts,
    slots: Vec<i64>,
    /// Is slot k of indicator k, for all?
    is_straight: bool,
    places: FxHashMap<(u32, Option<Origin>, i32), Place>,
    notes: FxHashMap<(u32, usize), Notes>,
}

impl Coster {
    pub(super) fn new(pricer: &Pricer) -> Self {
        let slots = &pricer.index.rates.slots;
        let indicators = pricer.index.book.indicators.len();
        Self {
            externals: vec![0; indicators],
            texts: Texts::default(),
            slots: vec![0; slots.len()],
            is_straight: slots.len() == indicators
                && slots.iter().enumerate().all(|(at, slot)| at == slot.0 as usize),
            places: FxHashMap::default(),
            notes: FxHashMap::default(),
        }
    }

    /// Costs of so much of a product from an origin, in an emission year of the book. External costs by indicator are
    /// left in `externals`.
    #[inline]
    pub(super) fn price(
        &mut self,
        pricer: &Pricer,
        product: u32,
        origin: Option<Origin>,
        year: i32,
        much: &Much,
    ) -> Result<Costs, Reason> {
        match &pricer.index.goods.goods[product as usize] {
            Good::Unknown => Err(Reason::NoFactor),
            Good::Footprints(feet) => {
                let row = pricer.index.rates.row(origin.map(|origin| origin.place), year);
                self.of_feet(pricer, *feet, row, much)
            }
            good => match self.place(pricer, product, origin, year) {
                Place::Nowhere(reason) => match good {
                    Good::Both(_, feet) if reason == Reason::OtherOrigin => {
                        let row = pricer.index.rates.row(origin.map(|origin| origin.place), year);
                        self.of_feet(pricer, *feet, row, much)
                    }
                    _ => Err(reason),
                },
                Place::Cell { cell, fallback, unpriced } => {
                    let costs = self.of_cell(pricer, cell, much).map_err(|Overflow| Reason::Overflow)?;
                    Ok(Costs { fallback, unpriced, ..costs })
                }
            },
        }
    }

    /// The cell of a product from an origin in a year.
    fn place(&mut self, pricer: &Pricer, product: u32, origin: Option<Origin>, year: i32) -> Place {
        let key = (product, origin, year);
        if let Some(place) = self.places.get(&key) {
            return place.clone();
        }
        if self.places.len() >= REMEMBERED {
            self.places.clear();
        }
        let place = self.find(pricer, product, origin, year);
        self.places.insert(key, place.clone());
        place
    }

    fn find(&mut self, pricer: &Pricer, product: u32, origin: Option<Origin>, year: i32) -> Place {
        let book = &pricer.index.book;
        let good = &pricer.index.goods.goods[product as usize];
        let Some(cells) = good.cells() else {
            return Place::Nowhere(Reason::NoFactor);
        };
        let own = &book.cells[cells.clone()];
        let mut place = origin.map(|origin| origin.place);
        if origin.is_none() && matches!(good, Good::Both(..)) {
            // Nobody says where it comes from: what holds everywhere counts.
            return Place::Nowhere(Reason::OtherOrigin);
        }
        if origin.is_none() && !own.iter().any(|cell| cell.of_origin) {
            // Nobody says where it comes from: from the only place there is.
            place = own[0].place;
            if own.iter().any(|cell| cell.place != place) {
                return Place::Nowhere(Reason::AmbiguousOrigin);
            }
        }
        let year = book.head.years.map(|_| year);
        let Some((at, cell)) = nearest_cell(book, cells.clone(), place, year) else {
            return Place::Nowhere(Reason::OtherOrigin);
        };
        if pricer.index.goods.units[at].costs.is_empty() {
            return Place::Nowhere(Reason::NoFactor);
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
        let unpriced = cell.unpriced.clone();
        Place::Cell { cell: at, fallback: self.texts.number(fallback), unpriced: self.texts.number(unpriced) }
    }

    fn of_cell(&mut self, pricer: &Pricer, cell: usize, much: &Much) -> Result<Costs, Overflow> {
        let book = &pricer.index.book;
        let units = &pricer.index.goods.units[cell];
        let costs = &book.costs[units.costs.clone()];
        let shape = pricer.shape;
        self.externals.fill(0);
        if units.fast[CENTRAL].len() == costs.len() {
            self.slots.resize(self.slots.len().max(costs.len()), 0);
            let mut external = [0; BOUNDS];
            for bound in shape.bounds() {
                let lines = &mut self.slots[..costs.len()];
                if !kernel::of_units(&units.fast[bound], much.near, lines) {
                    let quantity = much.quantity()?;
                    for (line, cost) in lines.iter_mut().zip(costs) {
                        *line = steps(quantity.line(of(cost.cost, bound))?)?;
                    }
                }
                external[bound] = total(lines)?;
                if bound == CENTRAL {
                    for (line, cost) in lines.iter().zip(costs) {
                        self.externals[cost.indicator as usize] += line;
                    }
                }
            }
            return Ok(Costs::external(external));
        }
        let quantity = much.quantity()?;
        let costs = costs.iter().map(|cost| Ok((cost.indicator, cost.cost, cost.paid)));
        exactly(&mut self.externals, shape, costs, &quantity)
    }

    #[inline]
    fn of_feet(&mut self, pricer: &Pricer, feet: usize, row: usize, much: &Much) -> Result<Costs, Reason> {
        let feet_of = &pricer.index.goods.feet[feet];
        let notes = match self.notes.get(&(feet_of.pattern, row)) {
            Some(notes) => *notes,
            None => self.note(pricer, feet, row),
        };
        if !notes.is_priced {
            return Err(Reason::NoFactor);
        }
        let is_fast = !feet_of.dense.is_empty() && !pricer.index.rates.is_negative(row);
        let costs = if is_fast {
            self.fast_feet(pricer, feet, row, much)
        } else {
            self.exact_feet(pricer, feet, row, much)
        };
        let costs = costs.map_err(|Overflow| Reason::Overflow)?;
        Ok(Costs { fallback: notes.fallback, unpriced: notes.unpriced, ..costs })
    }

    #[inline]
    fn fast_feet(
        &mut self,
        pricer: &Pricer,
        feet: usize,
        row: usize,
        much: &Much,
    ) -> Result<Costs, Overflow> {
        let rates = &pricer.index.rates;
        let dense = &pricer.index.goods.feet[feet].dense;
        let mut external = [0; BOUNDS];
        for bound in pricer.shape.bounds() {
            let factors = rates.scaled(bound, row);
            let straight = self.is_straight && bound == CENTRAL;
            let lines = if straight { &mut self.externals } else { &mut self.slots };
            let lines = &mut lines[..dense.len()];
            if !kernel::of_footprints(dense, factors, much.near, lines) {
                carefully(dense, rates.exact(row), factors, bound, much, lines)?;
            }
            external[bound] = total(lines)?;
            if bound == CENTRAL && !straight {
                self.externals.fill(0);
                for (line, slot) in self.slots.iter().zip(&rates.slots) {
                    self.externals[slot.0 as usize] += line;
                }
            }
        }
        Ok(Costs::external(external))
    }

    /// With payments, uptake and benefits.
    fn exact_feet(
        &mut self,
        pricer: &Pricer,
        feet: usize,
        row: usize,
        much: &Much,
    ) -> Result<Costs, Overflow> {
        let feet = &pricer.index.goods.feet[feet];
        let rates = pricer.index.rates.exact(row);
        let quantity = much.quantity()?;
        let own = &pricer.index.book.footprints[feet.footprints.clone()];
        let priced =
            feet.slots.iter().zip(own).filter_map(|(slot, own)| Some((own, rates[*slot as usize].value?)));
        let costs = priced.map(|(own, value)| {
            let cost = value.try_map(|factor| kernel::born(own.amount, factor))?;
            Ok((own.indicator, cost, own.paid))
        });
        self.externals.fill(0);
        exactly(&mut self.externals, pricer.shape, costs, &quantity)
    }

    /// What is to be said of footprints at a row of factors.
    fn note(&mut self, pricer: &Pricer, feet: usize, row: usize) -> Notes {
        let index = &pricer.index;
        let feet = &index.goods.feet[feet];
        let rates = index.rates.exact(row);
        let own =
            || feet.slots.iter().map(|slot| (&rates[*slot as usize], index.rates.slots[*slot as usize].0));
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
        };
        self.notes.insert((feet.pattern, row), notes);
        notes
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
    fn bounds(self) -> std::ops::Range<usize> {
        if self.bounds { 0..BOUNDS } else { CENTRAL..CENTRAL + 1 }
    }
}

/// The lines that doubles leave in doubt, one by one.
#[cold]
fn carefully(
    footprints: &[f64],
    rates: &[super::rates::Rate],
    factors: &[f64],
    bound: usize,
    much: &Much,
    lines: &mut [i64],
) -> Result<(), Overflow> {
    let mut quantity = None;
    for (at, line) in lines.iter_mut().enumerate() {
        let Some(value) = rates[at].value else { continue };
        let unit = match kernel::unit(footprints[at], factors[at]) {
            Some(unit) => unit as i128,
            None => kernel::born(footprints[at], of(value, bound))?.units(),
        };
        // Up to here a double holds it exactly.
        if unit.unsigned_abs() < 1 << 52 {
            let (amount, sure) = kernel::nearest(unit as f64 * much.near, kernel::LINE_ERROR);
            if sure {
                *line = amount as i64;
                continue;
            }
        }
        if quantity.is_none() {
            quantity = Some(much.quantity()?);
        }
        if let Some(quantity) = &quantity {
            *line = steps(quantity.line(Money::of_units(unit))?)?;
        }
    }
    Ok(())
}

/// Costs with all that may belong to them, exactly as `pricing::flow_costs` has them.
fn exactly(
    externals: &mut [i64],
    shape: Shape,
    costs: impl Iterator<Item = Result<(u32, Band<Money>, Money), Overflow>>,
    quantity: &Quantity,
) -> Result<Costs, Overflow> {
    let mut sums = [[0_i128; 4]; BOUNDS];
    for cost in costs {
        let (indicator, cost, paid) = cost?;
        for bound in shape.bounds() {
            let cost = of(cost, bound);
            let external = cost.or_zero();
            let internalised = external.min(paid);
            let line = |money: Money| quantity.line(money).and_then(steps).map(i128::from);
            let parts = [
                line(external)?,
                line(internalised)?,
                line(paid)? - line(internalised)?,
                line((-cost).or_zero())?,
            ];
            for (sum, part) in sums[bound].iter_mut().zip(parts) {
                *sum += part;
            }
            if bound == CENTRAL {
                let external = &mut externals[indicator as usize];
                *external = within(i128::from(*external) + parts[0])?;
            }
        }
    }
    let mut costs = Costs { fallback: NONE, unpriced: NONE, ..Costs::default() };
    for bound in shape.bounds() {
        let [external, internalised, overpaid, benefits] = sums[bound];
        costs.external[bound] = within(external)?;
        let gap = external - internalised - if shape.netting { benefits + overpaid } else { 0 };
        costs.gap[bound] = within(gap)?;
        if bound == CENTRAL {
            costs.internalised = within(internalised)?;
            costs.overpaid = within(overpaid)?;
            costs.benefits = within(benefits)?;
        }
    }
    Ok(costs)
}

fn of<T>(band: Band<T>, bound: usize) -> T {
    let Band { lower, central, upper } = band;
    match bound {
        0 => lower,
        CENTRAL => central,
        _ => upper,
    }
}

/// Money that is a multiple of 1e-6, as an integer of that.
fn steps(money: Money) -> Result<i64, Overflow> {
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
