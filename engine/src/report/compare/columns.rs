//! The dataset as it is and each scenario as flat columns.

use crate::base::money::Money;
use crate::data::reference::Dimension;
use crate::pricing::{Amount, TruePrice};
use crate::report::columns::Columns;
use crate::study::compare::{Comparison, ProductDifference, Split};

/// Name of the dataset as it is among scenarios.
pub(super) const BASE: &str = "base";

/// A product x origin in the dataset as it is, or in a scenario.
struct Row<'a> {
    scenario: &'a str,
    price: &'a TruePrice,
    /// In a scenario, if the product is in both.
    difference: Option<&'a ProductDifference>,
    year: i32,
}

/// One row a product x origin in the dataset as it is and in each scenario; differences are to the dataset as it is.
pub fn comparison(comparison: &Comparison) -> Columns {
    let base = &comparison.base;
    let mut rows: Vec<Row> = Vec::new();
    let own = base.products.iter();
    rows.extend(own.map(|price| Row { scenario: BASE, price, difference: None, year: base.target.year }));
    for compared in &comparison.scenarios {
        for (at, price) in compared.prices.products.iter().enumerate() {
            rows.push(Row {
                scenario: &compared.scenario.name,
                price,
                difference: compared.products.iter().find(|product| product.scenario == at),
                year: compared.prices.target.year,
            });
        }
    }
    let dimension =
        |row: &Row, d: Dimension| row.price.dimensions.get(&d).copied().unwrap_or(Amount::NotStated);
    let difference = |row: &Row, get: fn(&ProductDifference) -> Option<&Split>| -> Option<Money> {
        get(row.difference?).map(|split| split.difference)
    };
    Columns::of(&rows)
        .text("scenario", |row| row.scenario)
        .text("product", |row| &row.price.product)
        .text("name", |row| &row.price.name)
        .text("origin", |row| row.price.origin.to_string())
        .text("unit", |row| &row.price.unit)
        .money("market_price", |row| row.price.market.as_ref().map(|market| market.amount))
        .amount("environmental", |row| dimension(row, Dimension::Environmental))
        .amount("social", |row| dimension(row, Dimension::Social))
        .amount("health", |row| dimension(row, Dimension::Health))
        .amount("external_cost", |row| row.price.external)
        .money("internalised", |row| row.price.gap.map(|_| row.price.internalised))
        .money("gap", |row| Some(row.price.gap?.central))
        .money("gap_lower", |row| Some(row.price.gap?.lower))
        .money("gap_upper", |row| Some(row.price.gap?.upper))
        .money("true_price", |row| Some(row.price.true_price()?.central))
        .money("true_price_lower", |row| Some(row.price.true_price()?.lower))
        .money("true_price_upper", |row| Some(row.price.true_price()?.upper))
        .money("market_price_difference", |row| difference(row, |d| d.market.as_ref()))
        .money("environmental_difference", |row| {
            difference(row, |d| d.dimensions.get(&Dimension::Environmental))
        })
        .money("social_difference", |row| difference(row, |d| d.dimensions.get(&Dimension::Social)))
        .money("health_difference", |row| difference(row, |d| d.dimensions.get(&Dimension::Health)))
        .money("external_cost_difference", |row| difference(row, |d| Some(&d.external)))
        .money("internalised_difference", |row| difference(row, |d| Some(&d.internalised)))
        .money("gap_difference", |row| difference(row, |d| d.gap.as_ref()))
        .money("true_price_difference", |row| difference(row, |d| d.true_price.as_ref()))
        .money("shared_cost", |row| row.difference.map(|d| d.shared_external.1))
        .money("shared_cost_difference", |row| {
            row.difference.map(|d| d.shared_external.1 - d.shared_external.0)
        })
        .text("coverage", |row| row.price.coverage.summary())
        .text("coverage_differs", |row| row.difference.map(|d| d.coverage.join("; ")).unwrap_or_default())
        .text("currency", |_| base.target.currency.to_string())
        .year("price_year", |row| Some(row.year))
        .done()
}
