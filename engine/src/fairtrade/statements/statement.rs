//! The statement of a producer in one currency: a balance, what changed it, and a balance.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::money::Money;
use crate::data::coop::records::Records;

use super::super::books::{Amounts, Valued};
use super::dates::Dates;
use super::line::{Line, LineKind};

/// A statement: what the co-op owes the producer; below 0 the producer owes it.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Place of the producer.
    pub producer: usize,
    /// Currency of all its amounts.
    pub currency: Currency,
    /// Balance before the first day.
    pub opening: Money,
    /// What changed it, each with the balance after it.
    pub lines: Vec<(Line, Money)>,
    /// What all of it comes to.
    pub sums: Sums,
    /// By product, grade, certificate and unit of weight.
    pub products: BTreeMap<Goods, GoodsSum>,
}

/// What is summed up together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Goods {
    /// Product.
    pub product: String,
    /// Grade.
    pub grade: String,
    /// Certificate.
    pub certificate: String,
    /// Unit of the weights.
    pub unit: String,
}

/// Sums over deliveries of one kind of goods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GoodsSum {
    /// How many deliveries.
    pub deliveries: usize,
    /// Net weight; weights have at most twelve decimals, as money has.
    pub net: Money,
    /// Value at price.
    pub value: Money,
    /// Floor adjustments.
    pub adjustment: Money,
    /// Premium to the fund.
    pub premium: Money,
    /// What second payments of the period added, to deliveries of the period or of earlier ones.
    pub second: Money,
}

impl GoodsSum {
    /// Adds another sum.
    pub fn add(&mut self, other: &Self) {
        self.deliveries += other.deliveries;
        self.net = self.net + other.net;
        self.value = self.value + other.value;
        self.adjustment = self.adjustment + other.adjustment;
        self.premium = self.premium + other.premium;
        self.second = self.second + other.second;
    }
}

/// Sums over lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Value of deliveries at price.
    pub value: Money,
    /// Floor adjustments.
    pub adjustment: Money,
    /// Premium to the fund: no part of any balance.
    pub premium: Money,
    /// By kind of line; what is taken off and paid is below 0.
    pub kinds: BTreeMap<LineKind, Money>,
}

impl Sums {
    /// The sum of the lines of a kind.
    pub fn of(&self, kind: LineKind) -> Money {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }

    /// By how much the balance changed.
    pub fn change(&self) -> Money {
        self.kinds.values().copied().sum()
    }

    /// Money that was paid, above 0.
    pub fn paid(&self) -> Money {
        -self.kinds.iter().filter(|(kind, _)| kind.is_paid()).map(|(_, sum)| *sum).sum::<Money>()
    }

    /// What was taken off, above 0.
    pub fn deducted(&self) -> Money {
        let taken = [LineKind::Service, LineKind::Loan, LineKind::Capital, LineKind::Levy];
        -taken.iter().map(|kind| self.of(*kind)).sum::<Money>()
    }

    /// Adds other sums.
    pub fn add(&mut self, other: &Self) {
        self.value = self.value + other.value;
        self.adjustment = self.adjustment + other.adjustment;
        self.premium = self.premium + other.premium;
        for (kind, sum) in &other.kinds {
            let own = self.kinds.entry(*kind).or_default();
            *own = *own + *sum;
        }
    }
}

impl Statement {
    /// The statement of a producer's lines over some days.
    pub(super) fn new(
        (producer, currency): (usize, Currency),
        lines: Vec<Line>,
        dates: Dates,
        (records, amounts): (&Records, &Amounts),
    ) -> Self {
        let mut statement = Self {
            producer,
            currency,
            opening: Money::ZERO,
            lines: Vec::new(),
            sums: Sums::default(),
            products: BTreeMap::new(),
        };
        let mut balance = Money::ZERO;
        for line in lines.into_iter().filter(|line| !dates.is_after(line.day)) {
            balance = balance + line.amount;
            if dates.is_before(line.day) {
                statement.opening = balance;
            } else {
                statement.count(&line, records, amounts);
                statement.lines.push((line, balance));
            }
        }
        statement
    }

    /// Balance at the end of the last day.
    pub fn closing(&self) -> Money {
        self.lines.last().map_or(self.opening, |(_, balance)| *balance)
    }

    fn count(&mut self, line: &Line, records: &Records, amounts: &Amounts) {
        let sum = self.sums.kinds.entry(line.kind).or_default();
        *sum = *sum + line.amount;
        let Some(valued) = line.valued.map(|at| &amounts.deliveries[at]) else { return };
        let goods = self.products.entry(goods(valued, records)).or_default();
        if line.kind == LineKind::SecondPayment {
            goods.second = goods.second + line.amount;
            return;
        }
        let premium = valued.premium.unwrap_or_default();
        let own = GoodsSum {
            deliveries: 1,
            net: Money::round(&valued.net).unwrap_or_default(),
            value: valued.value,
            adjustment: valued.adjustment,
            premium,
            second: Money::ZERO,
        };
        goods.add(&own);
        self.sums.value = self.sums.value + valued.value;
        self.sums.adjustment = self.sums.adjustment + valued.adjustment;
        self.sums.premium = self.sums.premium + premium;
    }
}

fn goods(valued: &Valued, records: &Records) -> Goods {
    let delivery = &records.deliveries[valued.delivery];
    Goods {
        product: delivery.product.clone(),
        grade: delivery.grade.clone(),
        certificate: delivery.certificate.clone(),
        unit: delivery.unit.text().to_owned(),
    }
}
