//! What of each difference comes from which cause, as flat columns.

use crate::base::money::Money;
use crate::data::reference::Dimension;
use crate::pricing::TruePrice;
use crate::report::columns::Columns;
use crate::study::compare::{Compared, Comparison, IndicatorDifference, ProductDifference, Split};

/// A cause of the difference of a product.
struct Row<'a> {
    compared: &'a Compared,
    price: &'a TruePrice,
    difference: &'a ProductDifference,
    indicator: Option<&'a IndicatorDifference>,
    cause: usize,
}

impl Row<'_> {
    fn part(&self, split: Option<&Split>) -> Option<Money> {
        split?.parts.as_ref()?.get(self.cause).copied()
    }
}

fn rows(comparison: &Comparison, by_indicator: bool) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for compared in &comparison.scenarios {
        for difference in &compared.products {
            let price = &comparison.base.products[difference.base];
            let mut all = |indicator| {
                let of = (0..compared.causes.len()).map(|cause| Row {
                    compared,
                    price,
                    difference,
                    indicator,
                    cause,
                });
                rows.extend(of);
            };
            if by_indicator {
                difference.indicators.iter().for_each(|indicator| all(Some(indicator)));
            } else {
                all(None);
            }
        }
    }
    rows
}

/// One row a scenario, product x origin and cause. The rows of a product add up to its differences.
pub fn causes(comparison: &Comparison) -> Columns {
    let rows = rows(comparison, false);
    let target = comparison.base.target;
    Columns::of(&rows)
        .text("scenario", |row| &row.compared.scenario.name)
        .text("product", |row| &row.price.product)
        .text("origin", |row| row.price.origin.to_string())
        .text("unit", |row| &row.price.unit)
        .text("cause", |row| &row.compared.causes[row.cause].0)
        .text("title", |row| &row.compared.causes[row.cause].1)
        .text("rule", |row| row.compared.rule.word())
        .money("market_price", |row| row.part(row.difference.market.as_ref()))
        .money("environmental", |row| row.part(row.difference.dimensions.get(&Dimension::Environmental)))
        .money("social", |row| row.part(row.difference.dimensions.get(&Dimension::Social)))
        .money("health", |row| row.part(row.difference.dimensions.get(&Dimension::Health)))
        .money("external_cost", |row| row.part(Some(&row.difference.external)))
        .money("internalised", |row| row.part(Some(&row.difference.internalised)))
        .money("gap", |row| row.part(row.difference.gap.as_ref()))
        .money("true_price", |row| row.part(row.difference.true_price.as_ref()))
        .target(target)
        .done()
}

/// One row a scenario, product x origin, indicator and cause. The rows of a cause add up to those of [`causes`].
pub fn by_indicator(comparison: &Comparison) -> Columns {
    let rows = rows(comparison, true);
    let target = comparison.base.target;
    Columns::of(&rows)
        .text("scenario", |row| &row.compared.scenario.name)
        .text("product", |row| &row.price.product)
        .text("origin", |row| row.price.origin.to_string())
        .text("indicator", |row| row.indicator.map(|k| k.indicator.as_str()).unwrap_or_default())
        .text("dimension", |row| row.indicator.map(|k| k.dimension.word()).unwrap_or_default())
        .text("cause", |row| &row.compared.causes[row.cause].0)
        .money("external_cost", |row| row.part(row.indicator.map(|k| &k.external)))
        .money("internalised", |row| row.part(row.indicator.map(|k| &k.internalised)))
        .money("gap", |row| row.part(row.indicator.map(|k| &k.gap)))
        .target(target)
        .done()
}
