//! A product's cost by stage, region and indicator: shares of the amount that was born whole.

use num_bigint::BigInt;
use num_traits::Signed;

use crate::base::money::{Factor, Money, Overflow, product};
use crate::base::split::largest_remainder;
use crate::data::factors::Band;

/// One cell of the breakdown.
#[derive(Clone, Debug)]
pub struct BreakdownRow {
    /// Product.
    pub product: String,
    /// Place it is made in.
    pub origin: String,
    /// Stage of the chain.
    pub stage: String,
    /// Region of the processes.
    pub region: String,
    /// Indicator.
    pub indicator: String,
    /// Footprint.
    pub amount: f64,
    /// Its unit.
    pub unit: String,
    /// `priced`, `unpriced` or `excluded`.
    pub status: &'static str,
    /// Factor, where it is priced.
    pub factor: Option<Band<Factor>>,
    /// Cost: its share of the product's cost of the indicator.
    pub cost: Option<Band<Money>>,
    /// Where the factor is from.
    pub factor_source: String,
    /// Where the amounts are from.
    pub source: String,
}

/// Splits a cost over cells by amount x factor, so that the cells add up to it.
///
/// Cells of one sign are shares of the total, by largest remainder at the book scale. Where costs and benefits
/// partly cancel there are no shares that mean anything: each cell is born on its own, and what is left over by
/// rounding goes to the cells by their size.
pub fn split(total: Money, cells: &[(f64, Factor)], ids: &[&str]) -> Result<Vec<Money>, Overflow> {
    if cells.iter().any(|(amount, _)| !amount.is_finite()) {
        return Err(Overflow);
    }
    let terms: Vec<(BigInt, i32)> = cells.iter().map(|(amount, factor)| product(*amount, *factor)).collect();
    let lowest = terms.iter().filter(|(m, _)| *m != BigInt::ZERO).map(|(_, e)| *e).min().unwrap_or(0);
    let weights: Vec<BigInt> = terms
        .into_iter()
        .map(|(m, e)| if m == BigInt::ZERO { m } else { m << (e - lowest) as usize })
        .collect();
    let one_sign = !weights.iter().any(Signed::is_negative) || !weights.iter().any(Signed::is_positive);
    if one_sign {
        let parts = largest_remainder(total.units(), &weights, ids).ok_or(Overflow)?;
        return parts.into_iter().map(|part| Money::from_units(&part.into())).collect();
    }
    let parts: Vec<Money> = cells.iter().map(|cell| Money::born([*cell])).collect::<Result<_, _>>()?;
    let rest = total - parts.iter().copied().sum();
    let sizes: Vec<BigInt> = weights.iter().map(Signed::abs).collect();
    let rest = largest_remainder(rest.units(), &sizes, ids).ok_or(Overflow)?;
    parts.into_iter().zip(rest).map(|(part, rest)| Ok(part + Money::from_units(&rest.into())?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    fn factor(text: &str) -> Factor {
        Factor::round(&parse(text).unwrap()).unwrap()
    }

    fn parts(total: &str, cells: &[f64], price: &str) -> Vec<String> {
        let total = Money::round(&parse(total).unwrap()).unwrap();
        let cells: Vec<(f64, Factor)> = cells.iter().map(|amount| (*amount, factor(price))).collect();
        let ids = ["a", "b", "c"];
        let parts = split(total, &cells, &ids[..cells.len()]).unwrap();
        assert_eq!(parts.iter().copied().sum::<Money>(), total);
        parts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn uptake_and_release_keep_their_sizes() {
        assert_eq!(parts("0", &[10.0, -10.0], "0.2"), ["2", "-2"]);
        assert_eq!(parts("0.000000000002", &[10.000_000_000_01, -10.0], "0.2"), ["2.000000000002", "-2"]);
        assert_eq!(parts("0.6", &[1.0, 2.0], "0.2"), ["0.2", "0.4"]);
        assert_eq!(parts("-0.000000000001", &[-1.0, -1.0], "0.0000000000005"), ["-0.000000000001", "0"]);
    }
}
