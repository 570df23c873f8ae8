//! A label to cut out and put on the shelf.

use serde::Serialize;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::money::Money;
use crate::pricing::{Amount, Lineage, Pack, TruePrice};
use crate::report::display::{Shelf, fixed, rounded, single};

use super::scale::percent;
use super::sources::{choice, factor_set};

/// The category of what is bought in a shop.
const RETAIL: &str = "retail";

/// So many indicators without a factor are named; of more, how many there are.
const NAMED: usize = 3;

/// What stands on the label.
#[derive(Serialize)]
pub(super) struct Label {
    name: String,
    is_long: bool,
    /// What the amounts are for: a unit, or the pack that is sold.
    of: String,
    /// `shop price`, or `price` of what no shop sells.
    word: &'static str,
    market: String,
    true_price: String,
    gap: String,
    range: Option<String>,
    /// Of a pack: the true price of a unit.
    per_unit: Option<String>,
    mostly: Option<String>,
    /// What the true price leaves out.
    without: Option<String>,
    /// How much of the data nobody has checked.
    unverified: Option<String>,
    cautions: Vec<String>,
    factors: String,
    year: String,
}

/// Price, gap and true price of what is sold, as they are printed: they add up.
struct Sold {
    of: String,
    market: String,
    gap: String,
    true_price: String,
    range: Option<String>,
    per_unit: Option<String>,
}

impl Label {
    /// The label of a product; only what has a price stands on a shelf.
    pub(super) fn new(
        price: &TruePrice,
        heading: &str,
        shelf: &Shelf,
        currency: Currency,
        lineage: &Lineage,
    ) -> Option<Self> {
        let market = price.market.as_ref()?;
        let pack = market.pack.as_ref().and_then(|pack| of_pack(price, pack, shelf, currency));
        let Sold { of, market, gap, true_price, range, per_unit } =
            pack.unwrap_or_else(|| of_unit(price, shelf, currency));
        Some(Self {
            name: heading.to_owned(),
            is_long: heading.chars().count() > 40,
            of,
            word: if price.category == RETAIL { "shop price" } else { "price" },
            market,
            true_price,
            gap,
            range,
            per_unit,
            mostly: mostly(price),
            without: without(price),
            unverified: unverified(lineage),
            cautions: lineage.cautions.clone(),
            factors: factor_set(lineage),
            year: format!("{currency} of {}", choice(lineage, "price year")),
        })
    }
}

fn of_unit(price: &TruePrice, shelf: &Shelf, currency: Currency) -> Sold {
    let whole = price.true_price().filter(|band| band.lower != band.upper);
    Sold {
        of: format!("per {}", price.unit),
        market: shelf.market.clone(),
        gap: shelf.gap.clone(),
        true_price: shelf.true_price.clone(),
        range: whole.map(|b| range(b.lower, b.upper, currency)),
        per_unit: None,
    }
}

/// A pack, if it has a true price that can be kept exactly.
fn of_pack(price: &TruePrice, pack: &Pack, shelf: &Shelf, currency: Currency) -> Option<Sold> {
    let (market, gap) = (price.market.as_ref()?, price.gap?);
    let times = |money: Money| -> Option<Money> {
        let exact: Exact = money.exact() * &pack.quantity;
        Money::round(&exact).ok()
    };
    let digits = currency.minor_digits();
    let amounts = rounded(&[times(market.amount)?, times(gap.central)?], digits);
    let whole = price.true_price().filter(|band| band.lower != band.upper);
    let range = match whole {
        Some(band) => Some(range(times(band.lower)?, times(band.upper)?, currency)),
        None => None,
    };
    Some(Sold {
        of: if market.item.is_empty() { pack.text.clone() } else { market.item.clone() },
        market: fixed(amounts[0], digits),
        gap: fixed(amounts[1], digits),
        true_price: fixed(amounts[0] + amounts[1], digits),
        range,
        per_unit: Some(format!("{currency} {} per {}", shelf.true_price, price.unit)),
    })
}

fn range(lower: Money, upper: Money, currency: Currency) -> String {
    format!("{}\u{2013}{}", single(lower, currency), single(upper, currency))
}

/// What the true price says nothing of: `Land use (no factor), social and health cost`.
fn without(price: &TruePrice) -> Option<String> {
    price.gap?;
    let unpriced: Vec<&str> = price
        .indicators
        .iter()
        .filter(|k| price.coverage.unpriced.contains_key(&k.indicator))
        .map(|k| k.name.as_str())
        .collect();
    let mut words: Vec<String> =
        unpriced.iter().take(NAMED).map(|name| format!("{name} (no factor)")).collect();
    if unpriced.len() > NAMED {
        words.push(format!("{} more without a factor", unpriced.len() - NAMED));
    }
    let silent: Vec<&str> =
        price.dimensions.iter().filter(|(_, a)| a.money().is_none()).map(|(d, _)| d.word()).collect();
    if !silent.is_empty() {
        let costs = if silent.len() == 1 { "cost" } else { "costs" };
        words.push(format!("{} {costs}", silent.join(" and ")));
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// `11 of 12 amounts unverified`.
fn unverified(lineage: &Lineage) -> Option<String> {
    let counts = &lineage.data_verification;
    let none = counts.get("unverified").copied().filter(|count| *count > 0)?;
    Some(format!("{none} of {} amounts unverified", counts.values().sum::<usize>()))
}

/// What makes up most of the external cost: `Land use 61 %, Climate change 20 %`.
pub(super) fn mostly(price: &TruePrice) -> Option<String> {
    let Amount::Money(whole) = price.external else { return None };
    if whole <= Money::ZERO {
        return None;
    }
    let mut parts: Vec<(Money, &str)> =
        price.indicators.iter().map(|k| (k.external().central, k.name.as_str())).collect();
    parts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let of = |(money, name): &(Money, &str)| format!("{name} {}", percent(*money, whole));
    let is_large = |(money, _): &&(Money, &str)| money.to_f64() >= 0.15 * whole.to_f64();
    let mut words: Vec<String> = parts.iter().take(2).filter(is_large).map(of).collect();
    if words.is_empty() {
        words.extend(parts.first().map(of));
    }
    Some(words.join(", "))
}
