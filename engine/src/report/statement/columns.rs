//! Flat tables: a row a line of the statement, and a row a flow.

use crate::base::currency::Currency;
use crate::data::flows::Basis;
use crate::data::reference::Dimension;
use crate::network::Statement;
use crate::pricing::flow_costs::{FlowCost, FlowCosts, Reason, Status};
use crate::pricing::{Amount, TruePrice};
use crate::report::columns::Columns;
use crate::report::regimes::FLOWS_AT_ONCE;

/// One row a class, year, measure, unit, basis and detail.
pub fn statement_columns(statement: &Statement) -> Columns {
    let money = |unit: &str| unit.len() == 7 && unit.get(..3).and_then(Currency::from_code).is_some();
    Columns::of(&statement.lines)
        .text("regime", |line| line.class.regime().word())
        .text("subregime", |line| line.class.subregime())
        .year("year", |line| line.year)
        .text("measure", |line| line.measure.word())
        .text("basis", |line| line.basis.map(Basis::word).unwrap_or_default())
        .text("detail", |line| line.detail)
        .count("count", |line| line.count)
        .money("amount", |line| line.amount)
        .text("unit", |line| if money(&line.unit) { &line.unit[..3] } else { &line.unit })
        .year("price_year", |line| money(&line.unit).then_some(statement.target.year))
        .done()
}

/// Some flows, with what they cost others.
pub fn cost_columns(costs: &FlowCosts, from: usize, to: usize) -> Columns {
    let (data, classified) = (&costs.judged.data, &costs.judged.classified);
    let flows = &data.flows;
    let rows: Vec<(usize, FlowCost)> =
        (from..to.min(flows.len())).map(|flow| (flow, costs.of(flow))).collect();
    let price =
        |row: &(usize, FlowCost), get: fn(&TruePrice) -> String| row.1.price.map(get).unwrap_or_default();
    Columns::of(&rows)
        .text("flow", |row| flows.id(row.0))
        .text("regime", |row| classified.judgement(row.0).class.regime().word())
        .text("subregime", |row| classified.judgement(row.0).class.subregime())
        .text("product", |row| price(row, |price| price.product.clone()))
        .text("origin", |row| price(row, |price| price.origin.to_string()))
        .number("quantity", |row| flows.quantity(row.0))
        .text("unit", |row| &*flows.terms_of(row.0).unit)
        .text("status", |row| row.1.status.word())
        .text("reason", |row| row.1.status.reason().map(Reason::word).unwrap_or_default())
        .optional("environmental", |row| row.1.dimension(Dimension::Environmental))
        .optional("social", |row| row.1.dimension(Dimension::Social))
        .optional("health", |row| row.1.dimension(Dimension::Health))
        .optional("external_cost", |row| external(&row.1))
        .money("benefits", |row| row.1.benefits())
        .money("internalised", |row| row.1.internalised())
        .money("overpaid", |row| row.1.overpaid())
        .money("gap", |row| row.1.gap)
        .money("market_value", |row| row.1.market)
        .money("true_price", |row| row.1.true_price())
        .target(costs.target)
        .text("coverage", |row| price(row, |price| price.coverage.summary()))
        .done()
}

/// What has no price says so; what is no product says nothing.
fn external(cost: &FlowCost) -> Option<Amount> {
    match cost.status {
        Status::Priced => cost.external().map(Amount::Money),
        Status::Unpriced(_) => Some(Amount::Unpriced),
        Status::NotAProduct => None,
    }
}

/// All flows, part by part; at least one part, so that there is a header.
pub fn costs<'a>(costs: &'a FlowCosts) -> impl Iterator<Item = Columns> + 'a {
    let count = costs.judged.data.flows.len();
    (0..count.max(1))
        .step_by(FLOWS_AT_ONCE)
        .map(move |start| cost_columns(costs, start, start + FLOWS_AT_ONCE))
}
