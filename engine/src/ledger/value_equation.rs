//! A value equation: an amount distributed over contributions, bucket by bucket, to the last minor unit.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::Signed;

use crate::base::decimal::{Exact, one, ten, zero};
use crate::base::money::{BOOK_SCALE, Money};
use crate::base::split::largest_remainder;

/// What a percentage is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percentage {
    /// Of the whole amount.
    Straight,
    /// Of what earlier buckets leave.
    Remaining,
}

/// A part of the amount, shared out by claims.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Id.
    pub id: String,
    /// From 0 to 100.
    pub percentage: Exact,
    /// What it is of.
    pub of: Percentage,
    /// Contributions with their agent and their claim, 0 or more.
    pub claims: Vec<(String, String, Money)>,
}

/// What happens to an amount that no claim takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortfall {
    /// It is an error.
    Refuse,
    /// It goes to this agent.
    To(String),
}

/// Why nothing is distributed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EquationError {
    /// Straight percentages are more than the whole.
    #[error("the straight percentages of the buckets are more than 100")]
    TooMuch,
    /// A percentage below 0 or above 100.
    #[error("the percentage of the bucket `{0}` is not from 0 to 100")]
    Percentage(String),
    /// A claim below 0.
    #[error("the claim of `{0}` is below 0")]
    Claim(String),
    /// The amount is not a whole number of minor units.
    #[error("the amount is not a whole number of minor units")]
    NotWhole,
    /// Money that no claim takes.
    #[error("{0} is left that no claim takes: name who gets it")]
    Stranded(Money),
}

/// A distribution: its parts and what is left add up to the amount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    /// Bucket, contribution, agent and amount, in the order of the claims.
    pub parts: Vec<(String, String, String, Money)>,
    /// What no claim takes, and who gets it.
    pub left: Option<(String, Money)>,
}

impl Distribution {
    /// What each agent gets.
    pub fn by_agent(&self) -> BTreeMap<&str, Money> {
        let mut sums = BTreeMap::new();
        let parts = self.parts.iter().map(|(_, _, agent, amount)| (agent.as_str(), *amount));
        for (agent, amount) in parts.chain(self.left.iter().map(|(agent, amount)| (agent.as_str(), *amount)))
        {
            let sum = sums.entry(agent).or_insert(Money::ZERO);
            *sum = *sum + amount;
        }
        sums
    }
}

/// Distributes an amount with `digits` decimals. Buckets are split by largest remainder, and so are their claims: equal
/// remainders by id, so that nobody gets the residue for being the largest.
pub fn distribute(
    amount: Money,
    digits: u32,
    buckets: &[Bucket],
    shortfall: &Shortfall,
) -> Result<Distribution, EquationError> {
    let minor = 10_i128.pow(BOOK_SCALE - digits.min(BOOK_SCALE));
    if amount.units() % minor != 0 {
        return Err(EquationError::NotWhole);
    }
    let (shares, left) = shares(buckets)?;
    let ids: Vec<&str> = buckets.iter().map(|bucket| bucket.id.as_str()).chain([""]).collect();
    let weights = whole(shares.into_iter().chain([left]));
    let sums = largest_remainder(amount.units() / minor, &weights, &ids).unwrap_or_default();
    let mut found = Distribution::default();
    let mut stranded = sums.last().copied().unwrap_or_default();
    for (bucket, sum) in buckets.iter().zip(&sums) {
        let claims: Vec<BigInt> = bucket.claims.iter().map(|claim| claim.2.units().into()).collect();
        let ids: Vec<&str> = bucket.claims.iter().map(|claim| claim.0.as_str()).collect();
        let Some(parts) = largest_remainder(*sum, &claims, &ids) else {
            stranded += sum;
            continue;
        };
        for ((contribution, agent, _), part) in bucket.claims.iter().zip(parts) {
            let part = Money::of_units(part * minor);
            found.parts.push((bucket.id.clone(), contribution.clone(), agent.clone(), part));
        }
    }
    let stranded = Money::of_units(stranded * minor);
    match shortfall {
        _ if stranded == Money::ZERO => {}
        Shortfall::Refuse => return Err(EquationError::Stranded(stranded)),
        Shortfall::To(agent) => found.left = Some((agent.clone(), stranded)),
    }
    Ok(found)
}

/// The share of each bucket, and what is left.
fn shares(buckets: &[Bucket]) -> Result<(Vec<Exact>, Exact), EquationError> {
    let hundred = Exact::from_integer(ten(2));
    let mut left = one();
    let mut shares = Vec::new();
    for bucket in buckets {
        if bucket.percentage < zero() || bucket.percentage > hundred {
            return Err(EquationError::Percentage(bucket.id.clone()));
        }
        if let Some(claim) = bucket.claims.iter().find(|claim| claim.2 < Money::ZERO) {
            return Err(EquationError::Claim(claim.0.clone()));
        }
        let part = &bucket.percentage / &hundred;
        let share = if bucket.of == Percentage::Remaining { part * &left } else { part };
        left -= &share;
        if left.is_negative() {
            return Err(EquationError::TooMuch);
        }
        shares.push(share);
    }
    Ok((shares, left))
}

/// Fractions as whole numbers of the same proportions.
pub(super) fn whole(fractions: impl Iterator<Item = Exact> + Clone) -> Vec<BigInt> {
    let denominator = fractions.clone().fold(BigInt::from(1u8), |all, fraction| all.lcm(fraction.denom()));
    fractions.map(|fraction| fraction.numer() * (&denominator / fraction.denom())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    fn money(text: &str) -> Money {
        Money::round(&parse(text).unwrap()).unwrap()
    }

    fn bucket(id: &str, percentage: &str, of: Percentage, claims: &[(&str, &str, &str)]) -> Bucket {
        let claims = claims.iter().map(|(c, a, m)| ((*c).to_owned(), (*a).to_owned(), money(m))).collect();
        Bucket { id: id.to_owned(), percentage: parse(percentage).unwrap(), of, claims }
    }

    #[test]
    fn remaining_percentages_are_of_what_is_left() {
        let buckets = [
            bucket("costs", "10", Percentage::Straight, &[("c1", "ana", "1")]),
            bucket(
                "work",
                "50",
                Percentage::Remaining,
                &[("w1", "ana", "1"), ("w2", "bo", "1"), ("w3", "cem", "1")],
            ),
            bucket("tools", "100", Percentage::Remaining, &[("t1", "dora", "3")]),
        ];
        let found = distribute(money("100.01"), 2, &buckets, &Shortfall::Refuse).unwrap();
        let by: Vec<(&str, String)> = found.by_agent().into_iter().map(|(a, m)| (a, m.to_string())).collect();
        // 10.001, 45.0045, 45.0045: one cent is over, and goes to the larger remainder that comes first by id.
        assert_eq!(
            by,
            [("ana", "25".into()), ("bo", "15".into()), ("cem", "15".into()), ("dora", "45.01".into())]
        );
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        let over = [
            bucket("a", "60", Percentage::Straight, &[("x", "ana", "1")]),
            bucket("b", "50", Percentage::Straight, &[("y", "bo", "1")]),
        ];
        assert_eq!(distribute(money("10"), 2, &over, &Shortfall::Refuse), Err(EquationError::TooMuch));
        let short = [
            bucket("a", "60", Percentage::Straight, &[("x", "ana", "1")]),
            bucket("b", "40", Percentage::Straight, &[]),
        ];
        let refused = distribute(money("10"), 2, &short, &Shortfall::Refuse);
        assert_eq!(refused, Err(EquationError::Stranded(money("4"))));
        let found = distribute(money("10"), 2, &short, &Shortfall::To("fund".to_owned())).unwrap();
        assert_eq!(found.left, Some(("fund".to_owned(), money("4"))));
        assert_eq!(distribute(money("0.001"), 2, &short, &Shortfall::Refuse), Err(EquationError::NotWhole));
    }
}
