//! Money as people read it: rounded to the minor unit so that the parts still add up.

use crate::base::currency::Currency;
use crate::base::money::{BOOK_SCALE, Money};
use crate::base::split::rounded_parts;
use crate::data::reference::Dimension;
use crate::pricing::{Amount, TruePrice};

/// A true price in the minor unit: market + environmental + social + health - internalised = true price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// Market price; empty if there is none.
    pub market: String,
    /// Environmental cost, or `not stated`, or `unpriced`.
    pub environmental: String,
    /// Social cost.
    pub social: String,
    /// Health cost.
    pub health: String,
    /// What the price already pays; empty where nothing has a price to compare with.
    pub internalised: String,
    /// True price gap.
    pub gap: String,
    /// True price; empty without a market price.
    pub true_price: String,
}

impl Shelf {
    /// Rounds a true price. With netting on, benefits are part of the gap: what the parts do not
    /// explain is then the netted benefit, and the gap is rounded on its own.
    pub fn new(price: &TruePrice, currency: Currency) -> Self {
        let digits = currency.minor_digits();
        let of = |d: Dimension| price.dimensions.get(&d).copied().unwrap_or(Amount::NotStated);
        let market = price.market.as_ref().map(|m| m.amount);
        let money = |a: Amount| a.money().unwrap_or_default();
        let parts = [
            market.unwrap_or_default(),
            money(of(Dimension::Environmental)),
            money(of(Dimension::Social)),
            money(of(Dimension::Health)),
            -price.internalised,
        ];
        let rounded = rounded(&parts, digits);
        let gap = price.gap.map(|gap| gap.central);
        let explained: Money = parts[1..].iter().copied().sum();
        let gap_rounded = match gap {
            Some(gap) if gap != explained => gap.at_scale(digits),
            _ => rounded[1..].iter().sum(),
        };
        let cell = |amount: Amount, value: i128| match amount {
            Amount::Money(_) => fixed(value, digits),
            Amount::Unpriced => "unpriced".to_owned(),
            Amount::NotStated => "not stated".to_owned(),
        };
        Self {
            market: market.map(|_| fixed(rounded[0], digits)).unwrap_or_default(),
            environmental: cell(of(Dimension::Environmental), rounded[1]),
            social: cell(of(Dimension::Social), rounded[2]),
            health: cell(of(Dimension::Health), rounded[3]),
            internalised: gap.map(|_| fixed(-rounded[4], digits)).unwrap_or_default(),
            gap: gap.map_or_else(|| cell(price.external, 0), |_| fixed(gap_rounded, digits)),
            true_price: match (market, gap) {
                (Some(_), Some(_)) => fixed(rounded[0] + gap_rounded, digits),
                _ => String::new(),
            },
        }
    }
}

/// Amounts in the minor unit whose sum is the rounded sum.
pub fn rounded(parts: &[Money], digits: u32) -> Vec<i128> {
    let units: Vec<i128> = parts.iter().map(|m| m.units()).collect();
    rounded_parts(&units, 10_i128.pow(BOOK_SCALE - digits.min(BOOK_SCALE)))
}

/// Parts at a scale that add up to `target`: rounded by largest remainder, and where the target was rounded
/// together with other amounts, the part that was rounded most against it gives way.
pub fn fitted(parts: &[Money], digits: u32, target: i128) -> Vec<i128> {
    let mut values = rounded(parts, digits);
    let unit = 10_i128.pow(BOOK_SCALE - digits.min(BOOK_SCALE));
    let mut left = target - values.iter().sum::<i128>();
    while left != 0 {
        let step = left.signum();
        let error = |i: &usize| (parts[*i].units() - values[*i] * unit) * step;
        let candidates = (0..parts.len()).filter(|&i| parts[i] != Money::ZERO);
        let Some(most) = candidates.max_by_key(|i| (error(i), std::cmp::Reverse(*i))) else { break };
        values[most] += step;
        left -= step;
    }
    values
}

/// One amount in the minor unit.
pub fn single(money: Money, currency: Currency) -> String {
    fixed(money.at_scale(currency.minor_digits()), currency.minor_digits())
}

/// An integer of 10^-digits with its decimals.
pub fn fixed(value: i128, digits: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", value.unsigned_abs(), width = digits as usize + 1);
    let (whole, fraction) = text.split_at(text.len() - digits as usize);
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A footprint in up to four significant digits.
pub fn amount(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = libm::floor(libm::log10(value.abs())) as i32;
    if !(-5..9).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    format!("{value:.*}", (3 - magnitude).max(0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_numbers() {
        assert_eq!(amount(1.144_006), "1.144");
        assert_eq!(amount(0.000_087_699), "0.00008770");
        assert_eq!(amount(25_545.4), "25545");
        assert_eq!(amount(1.2e-9), "1.200e-9");
        assert_eq!(fixed(-5, 2), "-0.05");
        assert_eq!(fixed(1234, 0), "1234");
    }
}
