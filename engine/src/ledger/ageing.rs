//! How old a debt is: what comes in pays the oldest part of it first.

use std::collections::VecDeque;

use crate::base::money::Money;

/// Upper ends of the buckets in days; the last has none.
pub const BUCKETS: [&str; 4] = ["0-30", "31-90", "91-365", "over 365"];

/// A balance below 0, by age.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ageing {
    /// Since which day the balance has been below 0.
    pub since: Option<i32>,
    /// The day of the oldest part of the debt that is still open.
    pub oldest: Option<i32>,
    /// The debt by age, as in [`BUCKETS`]; the parts add up to it.
    pub buckets: [Money; 4],
}

/// The age of a debt at the end of a day, from the changes of its balance by day.
pub fn ageing(changes: &[(i32, Money)], today: i32) -> Ageing {
    let mut open: VecDeque<(i32, Money)> = VecDeque::new();
    let (mut balance, mut since) = (Money::ZERO, None);
    for &(day, change) in changes.iter().filter(|(day, _)| *day <= today) {
        if change < Money::ZERO {
            let debt = (-change - balance.or_zero()).or_zero();
            if debt > Money::ZERO {
                open.push_back((day, debt));
            }
        }
        let mut pays = change.or_zero();
        while let Some((day, debt)) = open.front().copied().filter(|_| pays > Money::ZERO) {
            open.pop_front();
            if debt > pays {
                open.push_front((day, debt - pays));
            }
            pays = (pays - debt).or_zero();
        }
        balance = balance + change;
        since = if balance < Money::ZERO { since.or(Some(day)) } else { None };
    }
    let mut buckets = [Money::ZERO; 4];
    for (day, debt) in &open {
        let at = match today - day {
            ..=30 => 0,
            31..=90 => 1,
            91..=365 => 2,
            _ => 3,
        };
        buckets[at] = buckets[at] + *debt;
    }
    Ageing { since, oldest: open.front().map(|(day, _)| *day), buckets }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_debt_is_paid_first() {
        let money =
            |units: i64| Money::round(&crate::base::decimal::Exact::from_integer(units.into())).unwrap();
        let changes: Vec<(i32, Money)> =
            [(0, 10), (1, -40), (100, -20), (380, 25), (399, -5)].map(|(d, m)| (d, money(m))).to_vec();
        // 30 of day 1, of which 25 are paid; 20 of day 100; 5 of day 399.
        let found = ageing(&changes, 400);
        assert_eq!((found.since, found.oldest), (Some(1), Some(1)));
        assert_eq!(found.buckets, [money(5), money(0), money(20), money(5)]);
        assert_eq!(ageing(&changes, 0), Ageing::default());
        let paid = [changes, vec![(400, money(60))]].concat();
        assert_eq!(ageing(&paid, 400), Ageing::default());
    }
}
