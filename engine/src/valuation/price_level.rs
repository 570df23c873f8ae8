//! Money between years and currencies: inflate in its own currency, then convert; or the other order.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::One;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, Short};
use crate::data::manifest::RateType;
use crate::data::reference::Reference;

use super::ValuationError;

/// Currency and price year of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Currency.
    pub currency: Currency,
    /// Price year.
    pub year: i32,
}

/// Which comes first. Published studies use both, and they differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Inflate in the own currency, convert at the target year's rate.
    #[default]
    InflateFirst,
    /// Convert at the rate of the money's year, inflate in the target currency.
    ConvertFirst,
}

/// Figures of the user, which win over the tables.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Index values by name and year.
    pub indices: BTreeMap<(String, i32), Exact>,
    /// Which of these indices is of the prices in a country, by its code.
    pub countries: BTreeMap<String, String>,
    /// Units per euro by currency and year.
    pub market: BTreeMap<(Currency, i32), Exact>,
    /// PPP units per euro by currency and year.
    pub ppp: BTreeMap<(Currency, i32), Exact>,
}

/// A change of price level: what to multiply with, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// Multiplier.
    pub multiplier: Exact,
    /// What was done, in words.
    pub steps: Vec<String>,
}

/// Moves money to the target.
#[derive(Clone, Debug)]
pub struct PriceLevel<'a> {
    reference: &'a Reference,
    /// Where to.
    pub target: Target,
    /// Which first.
    pub order: Order,
    overrides: &'a Overrides,
}

impl<'a> PriceLevel<'a> {
    /// Moves to `target` with these tables.
    pub fn new(reference: &'a Reference, target: Target, order: Order, overrides: &'a Overrides) -> Self {
        Self { reference, target, order, overrides }
    }

    /// How money of a currency and year is moved; `index` is the one its factor set names.
    pub fn moved(
        &self,
        currency: Currency,
        year: i32,
        index: Option<&str>,
        rate: RateType,
    ) -> Result<Move, ValuationError> {
        let mut steps = Vec::new();
        let target = self.target;
        let multiplier = match self.order {
            _ if currency == target.currency => self.inflate(currency, year, index, &mut steps)?,
            Order::InflateFirst => {
                let inflated = self.inflate(currency, year, index, &mut steps)?;
                inflated * self.convert(currency, target.year, rate, &mut steps)?
            }
            Order::ConvertFirst => {
                let converted = self.convert(currency, year, rate, &mut steps)?;
                converted * self.inflate(target.currency, year, None, &mut steps)?
            }
        };
        Ok(Move { multiplier, steps })
    }

    fn inflate(
        &self,
        currency: Currency,
        year: i32,
        index: Option<&str>,
        steps: &mut Vec<String>,
    ) -> Result<Exact, ValuationError> {
        if year == self.target.year {
            return Ok(Exact::one());
        }
        let Some(name) = index.or_else(|| self.general_index(currency)) else {
            return Err(ValuationError::NoIndex {
                currency: currency.to_string(),
                from: year,
                to: self.target.year,
            });
        };
        let (from, to) = (self.index_value(name, year)?, self.index_value(name, self.target.year)?);
        steps.push(format!(
            "{currency}{year} to {currency}{} by {name}: x {} / {}",
            self.target.year,
            Short(&to, 9),
            Short(&from, 9)
        ));
        Ok(to / from)
    }

    fn index_value(&self, name: &str, year: i32) -> Result<Exact, ValuationError> {
        if let Some(own) = self.overrides.indices.get(&(name.to_owned(), year)) {
            return Ok(own.clone());
        }
        let value = self.reference.indices.get(name).and_then(|index| index.values.get(&year));
        let missing = || {
            let figures = self.reference.indices.get(name).into_iter().flat_map(|index| &index.values);
            let figures = figures.map(|(own, value)| (*own, &value.value));
            let given = self.overrides.indices.iter().filter(|((own, _), _)| own == name);
            let figures = figures.chain(given.map(|((_, own), value)| (*own, value)));
            let nearest = figures.min_by_key(|(own, _)| (*own - year).abs());
            let nearest = nearest.map(|(own, value)| format!("{own} = {}", Short(value, 9)));
            ValuationError::Index {
                index: name.to_owned(),
                year,
                nearest: nearest.unwrap_or_else(|| "none".to_owned()),
            }
        };
        value.map(|v| v.value.clone()).ok_or_else(missing)
    }

    fn convert(
        &self,
        from: Currency,
        year: i32,
        kind: RateType,
        steps: &mut Vec<String>,
    ) -> Result<Exact, ValuationError> {
        let to = self.target.currency;
        let word = match kind {
            RateType::Market => "market",
            RateType::Ppp => "PPP",
        };
        let known = |currency: Currency| {
            let tables = self.reference.rates.values().filter(|t| t.rate_type == kind);
            currency.code() == "EUR" || tables.into_iter().any(|t| t.per_base(currency, year).is_some())
        };
        let missing = || ValuationError::Rate {
            kind: word,
            from: from.to_string(),
            to: to.to_string(),
            year,
            missing: if known(from) { to } else { from }.to_string(),
        };
        let (rate, table) = self.rate(from, to, year, kind).ok_or_else(missing)?;
        steps.push(format!("{from} to {to} at the {word} rate of {year} ({table}): x {}", Short(&rate, 9)));
        Ok(rate)
    }

    /// Units of `to` per one `from`: through the user's own rates per euro where one is given, else from the tables.
    fn rate(&self, from: Currency, to: Currency, year: i32, kind: RateType) -> Option<(Exact, String)> {
        let given = match kind {
            RateType::Market => &self.overrides.market,
            RateType::Ppp => &self.overrides.ppp,
        };
        if !given.contains_key(&(from, year)) && !given.contains_key(&(to, year)) {
            return self.table_rate(from, to, year, kind);
        }
        let euro = Currency::from_code("EUR")?;
        let per_euro = |currency: Currency| {
            let own = given.get(&(currency, year)).cloned();
            own.or_else(|| self.table_rate(euro, currency, year, kind).map(|(rate, _)| rate))
        };
        Some((per_euro(to)? / per_euro(from)?, "given".to_owned()))
    }

    /// The first table, by name, with both currencies; else two that meet in the base of the first.
    fn table_rate(&self, from: Currency, to: Currency, year: i32, kind: RateType) -> Option<(Exact, String)> {
        if from == to {
            return Some((Exact::one(), String::new()));
        }
        let tables: Vec<_> = self.reference.rates.values().filter(|t| t.rate_type == kind).collect();
        let direct = tables.iter().find_map(|table| {
            let rate = table.per_base(to, year)? / table.per_base(from, year)?;
            Some((rate, table.name.clone()))
        });
        direct.or_else(|| {
            let first = tables.iter().find(|t| t.per_base(from, year).is_some())?;
            let to_base = first.per_base(from, year)?.recip();
            let has_both = |t: &&&crate::data::reference::Rates| {
                t.per_base(first.base, year).is_some() && t.per_base(to, year).is_some()
            };
            let second = tables.iter().find(has_both)?;
            let rate = to_base * second.per_base(to, year)? / second.per_base(first.base, year)?;
            Some((rate, format!("{}, {}", first.name, second.name)))
        })
    }

    /// The latest year in which all this money has a figure of its index, and a market rate to the target.
    pub fn latest_year(
        reference: &Reference,
        overrides: &Overrides,
        target: Currency,
        money: &BTreeSet<(Currency, Option<&str>)>,
    ) -> Option<i32> {
        let tables = reference.indices.values().flat_map(|index| index.values.keys().copied());
        let own = overrides.indices.keys().map(|(_, year)| *year);
        let years: BTreeSet<i32> = tables.chain(own).collect();
        years.into_iter().rev().find(|&year| {
            let level =
                PriceLevel::new(reference, Target { currency: target, year }, Order::default(), overrides);
            money.iter().all(|(currency, index)| {
                let name = index.or_else(|| level.general_index(*currency));
                name.is_some_and(|name| level.index_value(name, year).is_ok())
                    && (*currency == target
                        || level.rate(*currency, target, year, RateType::Market).is_some())
            })
        })
    }

    fn general_index(&self, currency: Currency) -> Option<&'a str> {
        let mut own = self.reference.indices.values().filter(|i| i.currency == currency && i.general);
        own.next().map(|index| index.name.as_str())
    }
}
