//! What must come of a line: slowly, in exact rationals, from the tables of the book alone.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use truecost::base::currency::Currency;
use truecost::base::decimal::{Exact, parse};
use truecost::base::money::{Factor, Money};
use truecost::base::period::Period;
use truecost::base::region::Level;
use truecost::data::factors::Band;
use truecost::pricing::book::Book;
use truecost::pricing::lines::{Reason, Role};

use super::columns::Line;
use super::exact;

/// Amounts of a line are below this many millionths.
const LIMIT: i128 = 1_000_000_000_000_000_000;

/// Amounts of a line in millionths; bounds in the order lower, central, upper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    pub(crate) market: Option<i128>,
    pub(crate) external: [i128; 3],
    pub(crate) internalised: i128,
    pub(crate) overpaid: i128,
    pub(crate) benefits: i128,
    pub(crate) gap: [i128; 3],
    /// External cost by indicator.
    pub(crate) by_indicator: Vec<i128>,
    /// The words, sorted.
    pub(crate) fallback: BTreeSet<String>,
    pub(crate) unpriced: String,
    /// Money that moves between the indicator and the sum is too large: it may be rejected.
    pub(crate) may_overflow: bool,
}

/// Why a line may be rejected: any of them is right.
pub(crate) type Reasons = Vec<(Reason, Role)>;

/// The nearest whole number, halves to the even one: by the size of what is left over.
pub(crate) fn nearest(value: &Exact) -> BigInt {
    let zero = BigInt::from(0);
    let (numerator, denominator) = (value.numer().clone(), value.denom().clone());
    let negative = numerator < zero;
    let size = if negative { -numerator } else { numerator };
    let whole = &size / &denominator;
    let left = (&size % &denominator) * 2;
    let is_odd = &whole % 2 != zero;
    let whole = if left > denominator || (left == denominator && is_odd) { whole + 1 } else { whole };
    if negative { -whole } else { whole }
}

/// In so many decimals, as a number of the last one; `None`: more than an i128 holds.
fn at(value: &Exact, decimals: u32) -> Option<i128> {
    i128::try_from(nearest(&(value * Exact::from_integer(BigInt::from(10).pow(decimals))))).ok()
}

/// A cost per unit in 1e-12: the exact product, rounded once.
fn unit(amount: f64, factor: Factor) -> Option<i128> {
    let factor = Exact::new(factor.units().into(), BigInt::from(10).pow(18));
    at(&(Exact::from_float(amount)? * factor), 12)
        .filter(|unit| *unit <= Money::MAX.units() && -unit <= Money::MAX.units())
}

/// Millionths of a unit cost times a quantity.
fn line(unit: i128, quantity: &Exact) -> Option<i128> {
    at(&(Exact::new(unit.into(), BigInt::from(10).pow(12)) * quantity), 6)
}

/// A place and those that contain it, then nowhere.
fn above(book: &Book, place: Option<u32>) -> Vec<Option<u32>> {
    let mut all = Vec::new();
    let mut here = place;
    while let Some(at) = here {
        all.push(here);
        here = book.places[at as usize].parent;
    }
    all.push(None);
    all
}

/// A place of the book; of a part of a country that it does not know, the country.
fn origin(book: &Book, code: &str) -> Option<(u32, bool)> {
    let find = |code: &str| book.places.iter().position(|place| place.code == code);
    if let Some(place) = find(code) {
        return Some((place as u32, false));
    }
    let (country, part) = code.split_once('-')?;
    let place = find(country).filter(|place| book.places[*place].level == Level::Country)?;
    let is_code = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_code.then_some((place as u32, true))
}

/// Reference units in one unit of a product.
fn ratio(book: &Book, product: usize, unit: &str) -> Result<Exact, Reason> {
    let find = |code: &str| {
        book.units
            .iter()
            .find(|row| row.code == code || row.aliases.iter().any(|alias| alias == code))
            .cloned()
    };
    let unit = find(unit).ok_or(Reason::UnknownUnit)?;
    let product = &book.products[product];
    let reference = find(&product.unit).unwrap();
    if unit.dimension == reference.dimension && unit.kind == reference.kind {
        return Ok(unit.ratio / reference.ratio);
    }
    let mass = [0, 1, 0, 0, 0, 0, 0, 0];
    match &product.mass_kg {
        Some(kilograms) if unit.dimension == mass && unit.kind.is_empty() => Ok(unit.ratio / kilograms),
        _ => Err(Reason::OtherUnit),
    }
}

/// Cost per unit by bound, and what is paid, by indicator; with fallback and unpriced.
#[derive(Default)]
struct Found {
    costs: Vec<(usize, [Option<i128>; 3], i128)>,
    fallback: BTreeSet<String>,
    unpriced: Vec<String>,
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(", ").filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn find(book: &Book, product: u32, origin: Option<(u32, bool)>, year: i32) -> Result<Found, Reason> {
    let cells: Vec<usize> =
        (0..book.cells.len()).filter(|cell| book.cells[*cell].product == product).collect();
    let holds = |its: Option<i32>, year: i32| its.is_none_or(|its| its == year);
    let place = origin.map(|(place, _)| place);
    let mut found = Found::default();
    let has_footprints = book.footprints.iter().any(|footprint| footprint.product == product);
    let is_made = above(book, place).iter().any(|at| cells.iter().any(|cell| book.cells[*cell].place == *at));
    if !cells.is_empty() && (is_made || !has_footprints) {
        let of_origin = book.cells[cells[0]].of_origin;
        let places: BTreeSet<Option<u32>> = cells.iter().map(|cell| book.cells[*cell].place).collect();
        let from = match place {
            None if !of_origin && places.len() > 1 => return Err(Reason::AmbiguousOrigin),
            None if !of_origin => *places.first().unwrap(),
            place => place,
        };
        let cell = above(book, from)
            .into_iter()
            .find_map(|at| {
                cells
                    .iter()
                    .find(|cell| book.cells[**cell].place == at && holds(book.cells[**cell].year, year))
            })
            .ok_or(Reason::OtherOrigin)?;
        for cost in book.costs.iter().filter(|cost| cost.cell as usize == *cell) {
            let Band { lower, central, upper } = cost.cost;
            let costs = [lower, central, upper].map(|money| Some(money.units()));
            found.costs.push((cost.indicator as usize, costs, cost.paid.units()));
        }
        let cell = &book.cells[*cell];
        if of_origin {
            found.fallback =
                words(&cell.fallback).into_iter().map(|word| format!("factors {word}")).collect();
        } else if cell.place != from || origin.is_some_and(|(_, is_part)| is_part) {
            found.fallback.insert(format!("origin {}", book.places[cell.place.unwrap() as usize].code));
        }
        found.unpriced = cell.unpriced.split_whitespace().map(str::to_owned).collect();
    } else {
        let mut levels: BTreeMap<&str, usize> = BTreeMap::new();
        for footprint in book.footprints.iter().filter(|footprint| footprint.product == product) {
            let factor = above(book, place).into_iter().find_map(|at| {
                book.factors.iter().find(|factor| {
                    factor.place == at
                        && holds(factor.year, footprint.year.unwrap_or(year))
                        && (factor.indicator, &*factor.method) == (footprint.indicator, &*footprint.method)
                })
            });
            let Some(Band { lower, central, upper }) = factor.and_then(|factor| factor.value) else {
                found.unpriced.push(book.indicators[footprint.indicator as usize].id.clone());
                continue;
            };
            let costs = [lower, central, upper].map(|factor| unit(footprint.amount, factor));
            found.costs.push((footprint.indicator as usize, costs, footprint.paid.units()));
            if let Some(level) = factor.map(|factor| &*factor.fallback).filter(|level| !level.is_empty()) {
                *levels.entry(level).or_default() += 1;
            }
        }
        found.fallback = levels.iter().map(|(level, count)| format!("factors {level} {count}")).collect();
    }
    if found.costs.is_empty() { Err(Reason::NoFactor) } else { Ok(found) }
}

/// What must come of a line.
#[expect(clippy::too_many_lines, reason = "one cell after the other")]
pub(crate) fn expected(book: &Book, line_of: &Line, bounds: bool) -> Result<Amounts, Reasons> {
    let mut reasons = Reasons::new();
    let cell = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let number = |text: &Option<String>, role: Role, reasons: &mut Reasons| {
        match cell(text) {
            None => Err(Reason::MissingValue),
            Some(text) => parse(&text).map_err(|_| Reason::BadValue),
        }
        .map_err(|reason| reasons.push((reason, role)))
        .ok()
    };
    let product = match cell(&line_of.product) {
        None => Err(Reason::MissingValue),
        Some(id) => book.products.iter().position(|product| product.id == id).ok_or(Reason::UnknownProduct),
    };
    let product = product.map_err(|reason| reasons.push((reason, Role::Product))).ok();
    let stated = number(&line_of.quantity, Role::Quantity, &mut reasons);
    let mut per_unit = Some(exact("1"));
    if let Some(unit) = &line_of.unit {
        let known = |text: &str| match product {
            Some(product) => ratio(book, product, text),
            None => ratio(book, 0, text)
                .or_else(|reason| if reason == Reason::OtherUnit { Ok(exact("1")) } else { Err(reason) }),
        };
        let found = cell(unit).ok_or(Reason::MissingValue).and_then(|text| known(&text));
        per_unit = found.map_err(|reason| reasons.push((reason, Role::Unit))).ok();
    }
    let mut year = None;
    if let Some(when) = &line_of.when {
        let found = cell(when).ok_or(Reason::MissingValue);
        let found = found.and_then(|text| Period::parse(&text).map(Period::year).ok_or(Reason::BadValue));
        year = found.map_err(|reason| reasons.push((reason, Role::Year))).ok();
    }
    let emitted = book.head.emission_year.or(year).unwrap_or(book.head.default_year);
    if book.head.years.is_some_and(|(first, last)| emitted < first || emitted > last) {
        reasons.push((Reason::NoYear, Role::Year));
    }
    let mut from = Ok(None);
    if let Some(code) = line_of.origin.as_ref().and_then(cell) {
        from = origin(book, &code).map(Some).ok_or(());
        if from.is_err() {
            reasons.push((Reason::UnknownOrigin, Role::Origin));
        }
    }
    let mut found = None;
    if let (Some(product), Ok(from)) = (product, from) {
        match find(book, product as u32, from, emitted) {
            Ok(costs) => found = Some(costs),
            Err(reason @ Reason::NoFactor) => reasons.push((reason, Role::Product)),
            Err(reason) => reasons.push((reason, Role::Origin)),
        }
    }
    let mut amounts = Amounts { by_indicator: vec![0; book.indicators.len()], ..Amounts::default() };
    let mut overflow = Vec::new();
    if let Some(text) = line_of.price.as_ref().filter(|text| cell(text).is_some()) {
        let role = if line_of.is_value { Role::Value } else { Role::Price };
        let price = number(text, role, &mut reasons);
        let currency = match line_of.currency.as_ref().and_then(cell) {
            None => Err(Reason::MissingValue),
            Some(code) => Currency::from_code(&code).ok_or(Reason::UnknownCurrency),
        };
        let year = year.unwrap_or(book.head.year);
        let moved = currency.and_then(|currency| {
            let moved = book.moves.iter().find(|moved| (moved.currency, moved.year) == (currency, year));
            moved.ok_or(Reason::NoRate)
        });
        let moved = moved.map_err(|reason| reasons.push((reason, Role::Currency))).ok();
        if let (Some(price), Some(moved), Some(quantity)) = (price, moved, &stated) {
            let whole = if line_of.is_value { price } else { price * quantity };
            let market = at(&(whole * &moved.multiplier), 6).unwrap_or(LIMIT);
            if market.abs() >= LIMIT {
                overflow.push((Reason::Overflow, role));
            }
            amounts.market = Some(market.clamp(-LIMIT, LIMIT));
        }
    }
    let (Some(found), Some(stated), Some(per_unit)) = (found, stated, per_unit) else {
        return Err(reasons);
    };
    let quantity = stated * per_unit;
    let used = if bounds { 0..3 } else { 1..2 };
    let mut is_large = false;
    for (indicator, costs, paid) in &found.costs {
        amounts.may_overflow |= costs.contains(&None);
        for bound in used.clone() {
            let Some(cost) = costs[bound] else {
                is_large = true;
                continue;
            };
            let of = |unit: i128| line(unit, &quantity).unwrap_or(LIMIT).clamp(-LIMIT, LIMIT);
            let internalised = cost.max(0).min(*paid);
            let (external, benefit, own) = (of(cost.max(0)), of((-cost).max(0)), of(internalised));
            let overpaid = of(*paid) - own;
            is_large |= [external, benefit, own].iter().any(|amount| amount.abs() >= LIMIT);
            amounts.may_overflow |= of(*paid).abs() >= LIMIT;
            amounts.external[bound] += external;
            amounts.gap[bound] += external - own;
            if book.head.netting {
                amounts.gap[bound] -= benefit + overpaid;
            }
            if bound == 1 {
                amounts.internalised += own;
                amounts.overpaid += overpaid;
                amounts.benefits += benefit;
                amounts.by_indicator[*indicator] += external;
            } else {
                amounts.may_overflow |= overpaid.abs() >= LIMIT;
            }
        }
    }
    let sums = [amounts.external, amounts.gap].concat();
    let sums = sums.into_iter().chain([amounts.internalised, amounts.overpaid, amounts.benefits]);
    let with_gap = amounts.gap.map(|gap| amounts.market.unwrap_or_default() + gap);
    if is_large || sums.chain(with_gap).any(|amount| amount.abs() >= LIMIT) {
        overflow.push((Reason::Overflow, Role::Quantity));
    }
    amounts.fallback = found.fallback;
    amounts.unpriced = found.unpriced.join(" ");
    reasons.extend(overflow);
    if amounts.may_overflow && !reasons.is_empty() {
        reasons.push((Reason::Overflow, Role::Quantity));
    }
    if reasons.is_empty() { Ok(amounts) } else { Err(reasons) }
}
