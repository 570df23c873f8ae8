//! Largest remainder: splits a total by weights so that the parts add up to it exactly.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, Zero};

/// Splits `total` in proportion to `weights`, one unit at a time to the largest remainders.
///
/// Remainders are compared as exact integers; equal ones by the order of `ids` (bytes, ascending).
/// `split(-total) == -split(total)`. Weights may be negative as long as their sum is not 0; where
/// it is 0 there are no shares, and the answer is `None` unless the total is 0 too.
///
/// # Panics
/// If there is not one id for each weight.
pub fn largest_remainder(total: i128, weights: &[BigInt], ids: &[&str]) -> Option<Vec<i128>> {
    assert_eq!(weights.len(), ids.len(), "one id a weight");
    let sum: BigInt = weights.iter().sum();
    if sum.is_zero() {
        return (total == 0).then(|| vec![0; weights.len()]);
    }
    let magnitude = BigInt::from(total.unsigned_abs());
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let divisor = sum.abs();
    for weight in weights {
        let weight = if sum.is_negative() { -weight } else { weight.clone() };
        let (quotient, remainder) = (&magnitude * weight).div_mod_floor(&divisor);
        parts.push(quotient);
        remainders.push(remainder);
    }
    let left = &magnitude - parts.iter().sum::<BigInt>();
    let left = usize::try_from(left).ok()?;
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&a, &b| {
        remainders[b].cmp(&remainders[a]).then_with(|| ids[a].as_bytes().cmp(ids[b].as_bytes()))
    });
    for &index in &order[..left] {
        parts[index] += 1u8;
    }
    let sign = if total < 0 { -1 } else { 1 };
    parts.into_iter().map(|part| i128::try_from(part).ok().map(|part| sign * part)).collect()
}

/// Rounds `parts / divisor` to whole numbers that add up to their sum, which is whole: one unit at a time to the largest
/// remainders, equal ones by the order of `ids` (bytes, ascending). The rounded parts of `-parts` are the opposite of those
/// of `parts`. `None` if the sum is not whole, or a part does not fit.
///
/// # Panics
/// If there is not one id for each part.
pub fn whole_parts(parts: &[BigInt], divisor: &BigInt, ids: &[&str]) -> Option<Vec<i128>> {
    assert_eq!(parts.len(), ids.len(), "one id a part");
    let sum: BigInt = parts.iter().sum();
    if !(&sum % divisor).is_zero() {
        return None;
    }
    let is_less = sum.is_negative();
    let (mut whole, mut remainders) = (Vec::with_capacity(parts.len()), Vec::with_capacity(parts.len()));
    for part in parts {
        let part = if is_less { -part } else { part.clone() };
        let (quotient, remainder) = part.div_mod_floor(divisor);
        whole.push(quotient);
        remainders.push(remainder);
    }
    let left = sum.abs() / divisor - whole.iter().sum::<BigInt>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| {
        remainders[b].cmp(&remainders[a]).then_with(|| ids[a].as_bytes().cmp(ids[b].as_bytes()))
    });
    for &index in &order[..usize::try_from(left).ok()?] {
        whole[index] += 1u8;
    }
    let sign = if is_less { -1 } else { 1 };
    whole.into_iter().map(|part| i128::try_from(part).ok().map(|part| sign * part)).collect()
}

/// Rounds `values` (integers of a fine scale) to a scale coarser by `divisor`, so that the rounded parts
/// add up to the rounded total.
pub fn rounded_parts(values: &[i128], divisor: i128) -> Vec<i128> {
    let total: i128 = values.iter().sum();
    let target = super::decimal::div_half_even(&BigInt::from(total), &BigInt::from(divisor));
    let mut parts: Vec<i128> = values.iter().map(|v| v.div_floor(&divisor)).collect();
    let left = target - parts.iter().sum::<i128>();
    let left = usize::try_from(left).unwrap_or(0).min(parts.len());
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(values[i].mod_floor(&divisor)), i));
    for &index in &order[..left] {
        parts[index] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(total: i128, weights: &[i64]) -> Option<Vec<i128>> {
        let ids = ["a", "b", "c", "d", "e"];
        let weights: Vec<BigInt> = weights.iter().map(|w| BigInt::from(*w)).collect();
        largest_remainder(total, &weights, &ids[..weights.len()])
    }

    #[test]
    fn parts_by_hand() {
        assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(split(10, &[5, 3, 1]), Some(vec![6, 3, 1]));
        assert_eq!(split(-100, &[1, 1, 1]), Some(vec![-34, -33, -33]));
        assert_eq!(split(10, &[3, -1]), Some(vec![15, -5]));
        assert_eq!(split(10, &[-3, 1]), Some(vec![15, -5]));
        assert_eq!(split(1, &[0, 0]), None);
        assert_eq!(split(0, &[2, -2]), Some(vec![0, 0]));
    }

    #[test]
    fn whole_parts_by_hand() {
        let whole = |parts: &[i64], divisor: i64| {
            let ids = ["b", "a", "c"];
            let parts: Vec<BigInt> = parts.iter().map(|part| BigInt::from(*part)).collect();
            whole_parts(&parts, &BigInt::from(divisor), &ids[..parts.len()])
        };
        // 1/2 + 1/2: equal remainders go by id, and a part of nothing gets nothing.
        assert_eq!(whole(&[1, 1, 0], 2), Some(vec![0, 1, 0]));
        assert_eq!(whole(&[-1, -1, 0], 2), Some(vec![0, -1, 0]));
        // 5/3 - 2/3 + 3/3 = 2
        assert_eq!(whole(&[5, -2, 3], 3), Some(vec![2, -1, 1]));
        assert_eq!(whole(&[1, 1, 1], 2), None);
        assert_eq!(whole(&[3, -3, 0], 2), Some(vec![1, -1, 0]));
    }

    #[test]
    fn rounded_parts_add_up() {
        assert_eq!(rounded_parts(&[333, 333, 334], 10), vec![33, 33, 34]);
        assert_eq!(rounded_parts(&[1_005, 1_005], 10), vec![101, 100]);
        assert_eq!(rounded_parts(&[1_000, -255], 10), vec![100, -26]);
    }
}
