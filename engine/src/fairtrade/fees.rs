//! Fees on orders, line by line, so that what customers pay and what producers are charged add up to the same.
//!
//! A fee in percent is rounded once, as a whole; its lines are shares of it by largest remainder. A total by customer, by
//! producer or by order is then a sum of lines, and no total differs from another by a cent.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, ten};
use crate::base::money::{Money, Overflow};

use super::minor::Minor;

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// Id.
    pub id: String,
    /// Who buys.
    pub customer: String,
    /// Who sells.
    pub producer: String,
    /// What the goods cost, 0 or more.
    pub amount: Money,
}

/// A fee of an enterprise: a hub, a market, a carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    /// Who takes it.
    pub enterprise: String,
    /// Of what the goods cost.
    pub percentage: Exact,
}

/// What a fee comes to on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeLine<'a> {
    /// The line.
    pub line: &'a OrderLine,
    /// Who takes it.
    pub enterprise: &'a str,
    /// How much.
    pub amount: Money,
}

/// Fees on all lines, the lines of each fee together in the order of `lines`.
///
/// # Errors
/// If an amount is too large to be kept.
pub fn fees<'a>(
    lines: &'a [OrderLine],
    fees: &'a [Fee],
    currency: Currency,
) -> Result<Vec<FeeLine<'a>>, Overflow> {
    let minor = Minor::of(currency);
    let goods: Money = lines.iter().map(|line| line.amount).sum();
    let weights: Vec<Exact> = lines.iter().map(|line| line.amount.exact()).collect();
    let ids: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    let mut found = Vec::with_capacity(lines.len() * fees.len());
    for fee in fees {
        let whole = minor.round(&(goods.exact() * &fee.percentage / Exact::from_integer(ten(2))))?;
        // Without goods there is no fee, and nothing to split.
        let parts = minor.split(whole, &weights, &ids).unwrap_or_else(|| vec![Money::ZERO; lines.len()]);
        found.extend(lines.iter().zip(parts).map(|(line, amount)| FeeLine {
            line,
            enterprise: &fee.enterprise,
            amount,
        }));
    }
    Ok(found)
}

/// Sums of fee lines by what `of` names.
pub fn sums<'a, K: Ord>(lines: &[FeeLine<'a>], of: impl Fn(&FeeLine<'a>) -> K) -> BTreeMap<K, Money> {
    let mut sums = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(of(line)).or_insert(Money::ZERO);
        *sum = *sum + line.amount;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    #[test]
    fn what_customers_pay_is_what_producers_are_charged() {
        let euro = Currency::from_code("EUR").unwrap();
        let money = |text: &str| Money::round(&parse(text).unwrap()).unwrap();
        let line = |id: &str, customer: &str, producer: &str, amount| OrderLine {
            id: id.to_owned(),
            customer: customer.to_owned(),
            producer: producer.to_owned(),
            amount: money(amount),
        };
        // Rounded one by one, three lines of 3.33 at 5 percent (0.1665) come to 0.17 each, 0.51; of 9.99 it is 0.50.
        let lines = [
            line("1", "ana", "farm", "3.33"),
            line("2", "ana", "mill", "3.33"),
            line("3", "bo", "farm", "3.33"),
        ];
        let hub = Fee { enterprise: "hub".to_owned(), percentage: parse("5").unwrap() };
        let van = Fee { enterprise: "van".to_owned(), percentage: parse("0.5").unwrap() };
        let all = [hub, van];
        let found = fees(&lines, &all, euro).unwrap();
        let text: Vec<String> = found.iter().map(|fee| fee.amount.to_string()).collect();
        assert_eq!(text, ["0.17", "0.17", "0.16", "0.02", "0.02", "0.01"]);
        let total = |sums: BTreeMap<&str, Money>| sums.into_values().sum::<Money>();
        assert_eq!(total(sums(&found, |fee| fee.line.customer.as_str())), money("0.55"));
        assert_eq!(total(sums(&found, |fee| fee.line.producer.as_str())), money("0.55"));
        let by_enterprise = sums(&found, |fee| fee.enterprise);
        assert_eq!(by_enterprise, BTreeMap::from([("hub", money("0.5")), ("van", money("0.05"))]));
        assert_eq!(fees(&[], &all, euro), Ok(Vec::new()));
    }
}
