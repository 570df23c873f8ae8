//! A product's cost by stage, region and indicator: shares of the amount that was born whole.

use num_bigint::BigInt;

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

/// Splits a cost over cells in proportion to amount x factor, by largest remainder at the book scale.
pub fn split(total: Money, cells: &[(f64, Factor)], ids: &[&str]) -> Result<Vec<Money>, Overflow> {
    let terms: Vec<(BigInt, i32)> = cells.iter().map(|(amount, factor)| product(*amount, *factor)).collect();
    let lowest = terms.iter().filter(|(m, _)| *m != BigInt::ZERO).map(|(_, e)| *e).min().unwrap_or(0);
    let weights: Vec<BigInt> = terms
        .into_iter()
        .map(|(m, e)| if m == BigInt::ZERO { m } else { m << (e - lowest) as usize })
        .collect();
    if let Some(parts) = largest_remainder(total.units(), &weights, ids) {
        return parts.into_iter().map(|part| Money::from_units(&part.into())).collect();
    }
    // The parts cancel to the last bit, so there are no shares: each is rounded on its own, and what
    // rounding left over goes to the first.
    let mut parts: Vec<Money> = cells.iter().map(|cell| Money::born([*cell])).collect::<Result<_, _>>()?;
    let rest = total - parts.iter().copied().sum();
    if let Some(first) = parts.first_mut() {
        *first = *first + rest;
    }
    Ok(parts)
}
