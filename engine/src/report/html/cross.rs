//! A product's cost by stage or region and dimension, with a bar for each line.

use std::collections::BTreeMap;

use minijinja::Value;
use serde::Serialize;

use crate::base::money::Money;
use crate::data::reference::Dimension;
use crate::pricing::{BreakdownRow, IndicatorCost};

use super::build_up::fill;
use crate::report::display::fitted;

use super::scale::{Scale, percent};
use crate::report::web::svg::Svg;

/// A column of the table: a dimension that has a cost.
#[derive(Serialize)]
pub(super) struct Column {
    word: &'static str,
    fill: &'static str,
    total: String,
}

/// A line of the table.
#[derive(Serialize)]
pub(super) struct Line {
    name: String,
    cells: Vec<String>,
    total: String,
    share: String,
    bar: Value,
}

/// The table. Columns and lines add up to what is printed.
#[derive(Serialize)]
pub(super) struct Cross {
    columns: Vec<Column>,
    lines: Vec<Line>,
    total: String,
    step: String,
    has_gaps: bool,
}

impl Cross {
    /// Puts the cells of a product into lines named by `name`, dearest first.
    pub(super) fn new(
        rows: &[&BreakdownRow],
        indicators: &[IndicatorCost],
        scale: &Scale,
        name: impl Fn(&BreakdownRow) -> String,
    ) -> Option<Self> {
        let burdens: BTreeMap<&str, Dimension> = indicators
            .iter()
            .filter(|k| k.is_priced && k.cost.central > Money::ZERO)
            .map(|k| (k.indicator.as_str(), k.dimension))
            .collect();
        let mut sums: BTreeMap<String, BTreeMap<Dimension, Money>> = BTreeMap::new();
        for row in rows {
            let (Some(cost), Some(&dimension)) = (row.cost, burdens.get(row.indicator.as_str())) else {
                continue;
            };
            let cell = sums.entry(name(row)).or_default().entry(dimension).or_default();
            *cell = *cell + cost.central;
        }
        if sums.is_empty() {
            return None;
        }
        let whole = |cells: &BTreeMap<Dimension, Money>| cells.values().copied().sum::<Money>();
        let mut lines: Vec<(String, BTreeMap<Dimension, Money>)> = sums.into_iter().collect();
        lines.sort_by(|a, b| whole(&b.1).cmp(&whole(&a.1)).then_with(|| a.0.cmp(&b.0)));
        let columns: Vec<Vec<i128>> = scale
            .dimensions
            .iter()
            .map(|(d, target)| {
                let parts: Vec<Money> =
                    lines.iter().map(|(_, c)| c.get(d).copied().unwrap_or_default()).collect();
                fitted(&parts, scale.digits, *target)
            })
            .collect();
        let all: Money = lines.iter().map(|(_, cells)| whole(cells)).sum();
        let longest = lines.iter().map(|(_, cells)| drawn(cells)).fold(0.0, f64::max);
        let has_gaps = lines.iter().any(|(_, cells)| cells.len() < scale.dimensions.len());
        let table = lines.iter().enumerate().map(|(i, (name, cells))| Line {
            name: name.clone(),
            cells: (scale.dimensions.iter().zip(&columns))
                .map(
                    |((d, _), column)| {
                        if cells.contains_key(d) { scale.text(column[i]) } else { "\u{2013}".to_owned() }
                    },
                )
                .collect(),
            total: scale.text(columns.iter().map(|column| column[i]).sum()),
            share: percent(whole(cells), all),
            bar: bar(cells, longest),
        });
        Some(Self {
            lines: table.collect(),
            columns: (scale.dimensions.iter())
                .map(|(d, cost)| Column { word: d.word(), fill: fill(*d), total: scale.text(*cost) })
                .collect(),
            total: scale.text(scale.dimensions.iter().map(|(_, cost)| cost).sum()),
            step: scale.step(),
            has_gaps,
        })
    }

    /// The name and the line, if there is only one.
    pub(super) fn only(&self) -> Option<&str> {
        if let [line] = self.lines.as_slice() { Some(&line.name) } else { None }
    }
}

fn drawn(cells: &BTreeMap<Dimension, Money>) -> f64 {
    cells.values().map(|money| money.or_zero().to_f64()).sum()
}

fn bar(cells: &BTreeMap<Dimension, Money>, longest: f64) -> Value {
    let mut svg = Svg::new(0.0, longest);
    let mut at = 0.0;
    for (dimension, money) in cells {
        let next = at + money.or_zero().to_f64();
        if next > at {
            svg.bar((at, next), 2, 12, fill(*dimension));
        }
        at = next;
    }
    svg.ornament(16)
}
