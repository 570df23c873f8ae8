//! The indicators of a product: what was counted, at which factor, and what was not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::listed::listed;
use crate::base::money::{Factor, Money};
use crate::data::reference::Dimension;
use crate::pricing::{Amount, BreakdownRow, IndicatorCost, Stated, TruePrice};
use crate::report::coverage::SILENT;
use crate::report::display::{amount, fitted};

use super::build_up::fill;
use super::scale::Scale;

/// One indicator.
#[derive(Serialize)]
pub(super) struct Row {
    name: String,
    amount: String,
    unit: String,
    bound: Option<String>,
    factor: String,
    factor_exact: Option<String>,
    cost: String,
    is_word: bool,
    paid: String,
    is_complete: bool,
}

/// The indicators of one dimension.
#[derive(Serialize)]
pub(super) struct Group {
    word: &'static str,
    fill: &'static str,
    total: String,
    is_word: bool,
    rows: Vec<Row>,
    /// Indicators that no process of the chain states.
    not_stated: Vec<String>,
}

/// An indicator with an amount that has no price of its own, and why.
#[derive(Serialize)]
pub(super) struct Left {
    name: String,
    amount: String,
    unit: String,
    why: String,
}

/// Indicators that the same processes do not state.
#[derive(Serialize)]
pub(super) struct Silent {
    names: Vec<String>,
    processes: String,
    count: usize,
}

/// The name of an indicator, or its id.
pub(super) fn name_of<'a>(indicators: &'a [IndicatorCost], id: &'a str) -> &'a str {
    indicators.iter().find(|k| k.indicator == id).map_or(id, |k| &k.name)
}

/// The table of indicators, dearest first within each dimension.
pub(super) fn groups(price: &TruePrice, rows: &[&BreakdownRow], scale: &Scale) -> Vec<Group> {
    let mut factors: BTreeMap<&str, BTreeSet<Factor>> = BTreeMap::new();
    for row in rows {
        factors.entry(&row.indicator).or_default().extend(row.factor.map(|factor| factor.central));
    }
    let none = BTreeSet::new();
    let group = |dimension: Dimension| {
        let (absent, mut own): (Vec<&IndicatorCost>, Vec<&IndicatorCost>) = price
            .indicators
            .iter()
            .filter(|k| k.dimension == dimension)
            .partition(|k| k.stated == Stated::Absent);
        own.sort_by(|a, b| {
            (!a.is_priced, b.cost.central)
                .cmp(&(!b.is_priced, a.cost.central))
                .then_with(|| a.name.cmp(&b.name))
        });
        let external: Vec<Money> = own.iter().map(|k| k.external().central).collect();
        let target = scale.of(dimension);
        let costs = fitted(&external, scale.digits, target.unwrap_or(0));
        let rows: Vec<Row> = own
            .iter()
            .zip(costs)
            .map(|(k, cost)| row(k, cost, factors.get(k.indicator.as_str()).unwrap_or(&none), scale))
            .collect();
        let word = match price.dimensions.get(&dimension) {
            Some(Amount::Unpriced) => "unpriced",
            _ => "not stated",
        };
        Group {
            word: dimension.word(),
            fill: fill(dimension),
            total: target.map_or_else(|| word.to_owned(), |cost| scale.text(cost)),
            is_word: target.is_none(),
            rows,
            not_stated: absent.into_iter().map(|k| k.name.clone()).collect(),
        }
    };
    Dimension::ALL.into_iter().map(group).collect()
}

fn row(k: &IndicatorCost, cost: i128, factors: &BTreeSet<Factor>, scale: &Scale) -> Row {
    let total = k.priced_amount + k.unpriced_amount + k.excluded_amount;
    let (factor, factor_exact) = match factors.iter().collect::<Vec<_>>().as_slice() {
        [one] => (amount(one.units() as f64 / 1e18), Some(one.to_string())),
        [] => ("none".to_owned(), None),
        _ => ("by region".to_owned(), None),
    };
    let word = if !k.unpriced_reasons.is_empty() {
        "unpriced"
    } else if !k.excluded_for.is_empty() {
        "priced elsewhere"
    } else {
        "nothing to price"
    };
    let cost = if !k.is_priced {
        word.to_owned()
    } else if k.cost.central < Money::ZERO {
        format!("benefit {}", scale.single(-k.cost.central))
    } else if k.unpriced_reasons.is_empty() {
        scale.text(cost)
    } else {
        format!("{} (part unpriced)", scale.text(cost))
    };
    Row {
        name: k.name.clone(),
        amount: amount(total),
        unit: k.unit.clone(),
        bound: (k.bound > 1e-6 * total.abs()).then(|| amount(k.bound)),
        factor,
        factor_exact,
        cost,
        is_word: !k.is_priced,
        paid: if k.paid == Money::ZERO { "\u{2013}".to_owned() } else { scale.single(k.paid) },
        is_complete: k.stated == Stated::Complete,
    }
}

/// Amounts without a factor.
pub(super) fn unpriced(price: &TruePrice) -> Vec<Left> {
    let some = price.indicators.iter().filter(|k| !k.unpriced_reasons.is_empty());
    some.map(|k| left(k, k.unpriced_amount, k.unpriced_reasons.join("; "))).collect()
}

/// Amounts that another indicator prices.
pub(super) fn excluded(price: &TruePrice) -> Vec<Left> {
    let some = price.indicators.iter().filter(|k| !k.excluded_for.is_empty());
    some.map(|k| {
        let others: Vec<&str> = k.excluded_for.iter().map(|id| name_of(&price.indicators, id)).collect();
        left(k, k.excluded_amount, others.join(", "))
    })
    .collect()
}

fn left(k: &IndicatorCost, value: f64, why: String) -> Left {
    Left { name: k.name.clone(), amount: amount(value), unit: k.unit.clone(), why }
}

/// Indicators that some process does not state, together where the processes are the same.
pub(super) fn partial(price: &TruePrice) -> Vec<Silent> {
    let mut by_processes: BTreeMap<&[String], Vec<String>> = BTreeMap::new();
    for k in &price.indicators {
        if let Stated::Partial(processes) = &k.stated {
            by_processes.entry(processes).or_default().push(k.name.clone());
        }
    }
    let mut silent: Vec<Silent> = by_processes
        .into_iter()
        .map(|(processes, names)| Silent {
            names,
            processes: listed(processes, SILENT),
            count: processes.len(),
        })
        .collect();
    silent.sort_by(|a, b| a.count.cmp(&b.count).then_with(|| a.names.cmp(&b.names)));
    silent
}
