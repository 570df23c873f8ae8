//! A value equation over time: claims that earlier distributions used up have no part in later ones.

use num_bigint::BigInt;
use num_traits::Signed;

use crate::base::decimal::{Exact, div_half_even, one, ten, zero};
use crate::base::money::{BOOK_SCALE, Money};
use crate::base::split::largest_remainder;

use super::value_equation::{EquationError, Percentage, whole};

/// How long the claims on a pool hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// Until what is owed is paid.
    Debt,
    /// Until the first distribution that pays something on it.
    Once,
    /// For ever: what was paid before does not count.
    Equity,
}

/// A claim of a contribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Contribution.
    pub id: String,
    /// Who gave it.
    pub agent: String,
    /// It has no part in distributions before this day.
    pub day: Option<i32>,
    /// Its weight against others, 0 or more; of a debt, what is owed.
    pub amount: Money,
    /// What was paid on it.
    pub paid: Money,
}

/// A part of every distribution, and the claims on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Id.
    pub id: String,
    /// From 0 to 100.
    pub percentage: Exact,
    /// What it is of: `Remaining` is of what earlier pools did leave, claims that are paid off included.
    pub of: Percentage,
    /// How long its claims hold.
    pub lasting: Lasting,
    /// Who gets what its claims do not take; `None`: it is left for later pools.
    pub to: Option<String>,
    /// Claims.
    pub claims: Vec<Claim>,
}

/// An amount to distribute.
#[derive(Clone, Debug)]
pub struct Round<'a> {
    /// Day, counted from 1970-01-01.
    pub day: i32,
    /// How much: a whole number of minor units, 0 or more.
    pub amount: Money,
    /// Decimals of the minor unit.
    pub digits: u32,
    /// Who gets what no pool takes; `None`: it is an error.
    pub left_to: Option<&'a str>,
}

/// A part that was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Place of the pool.
    pub pool: usize,
    /// Place of the claim in it; `None`: it went to who gets what claims do not take.
    pub claim: Option<usize>,
    /// Who got it.
    pub agent: String,
    /// What the claim counted for; of a debt, what was still owed.
    pub open: Option<Money>,
    /// How much.
    pub amount: Money,
}

/// A distribution: its parts and what is left add up to the amount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// What each pool took.
    pub sums: Vec<Money>,
    /// Parts, by pool and claim; parts of nothing are not listed.
    pub parts: Vec<Part>,
    /// What no pool took, and who got it.
    pub left: Option<(String, Money)>,
}

impl Pool {
    /// What a claim counts for on a day, in minor units; 0 if it has no part.
    fn weight(&self, claim: &Claim, day: i32, minor: i128) -> BigInt {
        let used = self.lasting == Lasting::Once && claim.paid > Money::ZERO;
        if used || claim.day.is_some_and(|from| from > day) {
            return BigInt::from(0u8);
        }
        match self.lasting {
            // A debt is paid in whole minor units: what is owed is rounded to them once.
            Lasting::Debt => {
                let owed = div_half_even(&claim.amount.units().into(), &minor.into());
                (owed - BigInt::from(claim.paid.units() / minor)).max(BigInt::from(0u8))
            }
            Lasting::Once | Lasting::Equity => claim.amount.units().into(),
        }
    }

    /// The most it can take, in minor units; `None`: anything.
    fn capacity(&self, weights: &[BigInt]) -> Option<BigInt> {
        let sum: BigInt = weights.iter().sum();
        match self.lasting {
            _ if self.to.is_some() => None,
            Lasting::Debt => Some(sum),
            Lasting::Once | Lasting::Equity => (!sum.is_positive()).then_some(sum),
        }
    }
}

impl Round<'_> {
    /// Distributes it over pools in their order, and notes in the claims what was paid on them.
    ///
    /// A pool takes its percentage, and no more than its claims can take; what one of them leaves raises the `Remaining` pools after
    /// it. Amounts are split by largest remainder, equal remainders by id.
    ///
    /// # Errors
    /// Percentages or claims that cannot be, an amount that is not whole, and money that nobody takes.
    pub fn distribute(&self, pools: &mut [Pool]) -> Result<Shared, EquationError> {
        let minor = 10_i128.pow(BOOK_SCALE - self.digits.min(BOOK_SCALE));
        if self.amount.units() % minor != 0 || self.amount < Money::ZERO {
            return Err(EquationError::NotWhole);
        }
        check(pools)?;
        let weights: Vec<Vec<BigInt>> = pools
            .iter()
            .map(|pool| pool.claims.iter().map(|claim| pool.weight(claim, self.day, minor)).collect())
            .collect();
        let sums = bucket_sums(pools, &weights, self.amount.units() / minor)?;
        let mut shared = Shared {
            sums: sums.iter().map(|sum| Money::of_units(sum * minor)).collect(),
            ..Shared::default()
        };
        for (at, (pool, weights)) in pools.iter_mut().zip(&weights).enumerate() {
            pay(pool, at, sums[at], (weights, minor), &mut shared.parts)?;
        }
        let left = self.amount - shared.sums.iter().copied().sum();
        if left != Money::ZERO {
            let to = self.left_to.ok_or(EquationError::Stranded(left))?;
            shared.left = Some((to.to_owned(), left));
        }
        Ok(shared)
    }
}

/// What each pool takes, in minor units.
fn bucket_sums(pools: &[Pool], weights: &[Vec<BigInt>], amount: i128) -> Result<Vec<i128>, EquationError> {
    let ids: Vec<&str> = pools.iter().map(|pool| pool.id.as_str()).chain([""]).collect();
    let capacities: Vec<Option<BigInt>> =
        pools.iter().zip(weights).map(|(pool, weights)| pool.capacity(weights)).collect();
    let mut fixed: Vec<Option<i128>> = vec![None; pools.len()];
    if amount == 0 {
        return Ok(vec![0; pools.len()]);
    }
    // Each turn fixes the first pool that would get more than it can take; what it leaves is known then.
    loop {
        let (shares, left) = shares(pools, &fixed, amount)?;
        let open: i128 = amount - fixed.iter().flatten().sum::<i128>();
        let parts = largest_remainder(open, &whole(shares.into_iter().chain([left])), &ids);
        let parts = parts.unwrap_or_else(|| vec![0; ids.len()]);
        let sums: Vec<i128> = fixed.iter().zip(&parts).map(|(fixed, part)| fixed.unwrap_or(*part)).collect();
        let over = |at: &usize| capacities[*at].as_ref().is_some_and(|most| BigInt::from(sums[*at]) > *most);
        let Some(at) = (0..pools.len()).filter(|at| fixed[*at].is_none()).find(over) else {
            return Ok(sums);
        };
        fixed[at] = capacities[at].as_ref().and_then(|most| i128::try_from(most).ok());
    }
}

fn check(pools: &[Pool]) -> Result<(), EquationError> {
    let hundred = Exact::from_integer(ten(2));
    for pool in pools {
        if pool.percentage < zero() || pool.percentage > hundred {
            return Err(EquationError::Percentage(pool.id.clone()));
        }
        if let Some(claim) = pool.claims.iter().find(|claim| claim.amount < Money::ZERO) {
            return Err(EquationError::Claim(claim.id.clone()));
        }
    }
    shares(pools, &vec![None; pools.len()], 1).map(|_| ())
}

/// The share of each pool that is not fixed, and what all leave; those that are fixed have none.
fn shares(
    pools: &[Pool],
    fixed: &[Option<i128>],
    amount: i128,
) -> Result<(Vec<Exact>, Exact), EquationError> {
    let hundred = Exact::from_integer(ten(2));
    let mut left = one();
    let mut shares = Vec::new();
    for (pool, fixed) in pools.iter().zip(fixed) {
        if let Some(fixed) = fixed {
            left -= Exact::new(BigInt::from(*fixed), BigInt::from(amount));
            shares.push(zero());
            continue;
        }
        let part = &pool.percentage / &hundred;
        let share = if pool.of == Percentage::Remaining { part * &left } else { part };
        left -= &share;
        if left.is_negative() {
            return Err(EquationError::TooMuch);
        }
        shares.push(share);
    }
    Ok((shares, left))
}

/// Pays what a pool took to its claims, and what they do not take to who gets that.
fn pay(
    pool: &mut Pool,
    at: usize,
    sum: i128,
    (weights, minor): (&[BigInt], i128),
    parts: &mut Vec<Part>,
) -> Result<(), EquationError> {
    let all: BigInt = weights.iter().sum();
    let most = if pool.lasting == Lasting::Debt { i128::try_from(&all).unwrap_or(sum).min(sum) } else { sum };
    let ids: Vec<&str> = pool.claims.iter().map(|claim| claim.id.as_str()).collect();
    let paid = if all.is_positive() { largest_remainder(most, weights, &ids) } else { None };
    let paid = paid.unwrap_or_else(|| vec![0; pool.claims.len()]);
    let rest = sum - paid.iter().sum::<i128>();
    for (place, (claim, amount)) in pool.claims.iter_mut().zip(paid).enumerate() {
        if amount == 0 {
            continue;
        }
        let open = match pool.lasting {
            Lasting::Debt => weights[place].clone() * minor,
            Lasting::Once | Lasting::Equity => weights[place].clone(),
        };
        let amount = Money::of_units(amount * minor);
        claim.paid = claim.paid + amount;
        let open = Money::from_units(&open).ok();
        parts.push(Part { pool: at, claim: Some(place), agent: claim.agent.clone(), open, amount });
    }
    if rest == 0 {
        return Ok(());
    }
    let amount = Money::of_units(rest * minor);
    let agent = pool.to.clone().ok_or(EquationError::Stranded(amount))?;
    parts.push(Part { pool: at, claim: None, agent, open: None, amount });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    fn money(text: &str) -> Money {
        Money::round(&parse(text).unwrap()).unwrap()
    }

    fn pool(
        id: &str,
        percentage: &str,
        of: Percentage,
        lasting: Lasting,
        claims: &[(&str, &str, &str)],
    ) -> Pool {
        let claims = claims.iter().map(|(id, agent, amount)| Claim {
            id: (*id).to_owned(),
            agent: (*agent).to_owned(),
            day: None,
            amount: money(amount),
            paid: Money::ZERO,
        });
        let (id, percentage) = (id.to_owned(), parse(percentage).unwrap());
        Pool { id, percentage, of, lasting, to: None, claims: claims.collect() }
    }

    fn round(pools: &mut [Pool], amount: &str, left_to: Option<&str>) -> Result<Vec<String>, EquationError> {
        let round = Round { day: 0, amount: money(amount), digits: 2, left_to };
        let shared = round.distribute(pools)?;
        let parts = shared.parts.iter().map(|part| format!("{} {}", part.agent, part.amount));
        let left = shared.left.iter().map(|(to, amount)| format!("left {to} {amount}"));
        Ok(parts.chain(left).collect())
    }

    #[test]
    fn a_debt_is_paid_off_and_what_it_leaves_goes_on() {
        // A loan of 100 gets half of all until it is paid; work gets what is left.
        let mut pools = [
            pool(
                "loan",
                "50",
                Percentage::Straight,
                Lasting::Debt,
                &[("l1", "ana", "70"), ("l2", "bo", "30")],
            ),
            pool("work", "100", Percentage::Remaining, Lasting::Equity, &[("w", "cem", "1")]),
        ];
        assert_eq!(round(&mut pools, "120", None).unwrap(), ["ana 42", "bo 18", "cem 60"]);
        // 40 are owed still: half of 120 would be 60.
        assert_eq!(round(&mut pools, "120", None).unwrap(), ["ana 28", "bo 12", "cem 80"]);
        assert_eq!(round(&mut pools, "120", None).unwrap(), ["cem 120"]);
    }

    #[test]
    fn a_claim_of_once_is_used_up_by_the_first_payment() {
        let mut pools = [
            pool("start", "20", Percentage::Straight, Lasting::Once, &[("s", "ana", "5")]),
            pool("work", "100", Percentage::Remaining, Lasting::Equity, &[("w", "bo", "1")]),
        ];
        assert_eq!(round(&mut pools, "0", None).unwrap(), [""; 0]);
        assert_eq!(round(&mut pools, "10", None).unwrap(), ["ana 2", "bo 8"]);
        assert_eq!(round(&mut pools, "10", None).unwrap(), ["bo 10"]);
    }

    #[test]
    fn claims_count_from_their_day() {
        let mut pools = [pool(
            "work",
            "100",
            Percentage::Straight,
            Lasting::Equity,
            &[("a", "ana", "1"), ("b", "bo", "1")],
        )];
        pools[0].claims[1].day = Some(1);
        assert_eq!(round(&mut pools, "10", None).unwrap(), ["ana 10"]);
        pools[0].claims[1].day = Some(0);
        assert_eq!(round(&mut pools, "10", None).unwrap(), ["ana 5", "bo 5"]);
    }

    #[test]
    fn what_nobody_takes_is_an_error_or_goes_to_somebody() {
        let short = || [pool("loan", "100", Percentage::Straight, Lasting::Debt, &[("l", "ana", "7")])];
        assert_eq!(round(&mut short(), "10", None), Err(EquationError::Stranded(money("3"))));
        assert_eq!(round(&mut short(), "10", Some("fund")).unwrap(), ["ana 7", "left fund 3"]);
        let mut named = short();
        named[0].to = Some("pool".to_owned());
        assert_eq!(round(&mut named, "10", None).unwrap(), ["ana 7", "pool 3"]);
        assert_eq!(round(&mut short(), "0.001", None), Err(EquationError::NotWhole));
        let mut over = [
            pool("a", "60", Percentage::Straight, Lasting::Equity, &[("x", "ana", "1")]),
            pool("b", "50", Percentage::Straight, Lasting::Equity, &[("y", "bo", "1")]),
        ];
        assert_eq!(round(&mut over, "10", None), Err(EquationError::TooMuch));
    }
}
