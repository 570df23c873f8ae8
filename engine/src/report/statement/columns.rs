//! Flat tables: a row a line of the statement, and a row a flow.

use crate::base::currency::Currency;
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
        .text("basis", |line| line.basis.map(|basis| basis.word()).unwrap_or_default())
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
    let price = |row: &(usize, FlowCost)| row.1.price.map(PriceText::of).unwrap_or_default();
    let amount = |row: &(usize, FlowCost), money: Option<Amount>| match (money, row.1.status) {
        (Some(amount), _) => amount,
        (None, Status::NotAProduct) => Amount::NotStated,
        (None, _) => Amount::Unpriced,
    };
    let of = |dimension: Dimension| {
        move |row: &(usize, FlowCost)| -> Option<Amount> { row.1.dimension(dimension) }
    };
    let [environmental, social, health] = Dimension::ALL.map(of);
    Columns::of(&rows)
        .text("flow", |row| flows.id(row.0))
        .text("regime", |row| classified.judgement(row.0).class.regime().word())
        .text("subregime", |row| classified.judgement(row.0).class.subregime())
        .text("product", |row| price(row).product)
        .text("origin", |row| price(row).origin)
        .number("quantity", |row| flows.quantity(row.0))
        .text("unit", |row| &*flows.terms_of(row.0).unit)
        .text("status", |row| row.1.status.word())
        .text("reason", |row| row.1.status.reason().map(Reason::word).unwrap_or_default())
        .optional("environmental", move |row| environmental(row))
        .optional("social", move |row| social(row))
        .optional("health", move |row| health(row))
        .optional("external_cost", |row| {
            row.1.external().map(Amount::Money).or_else(|| unpriced(amount(row, None)))
        })
        .money("benefits", |row| row.1.benefits())
        .money("internalised", |row| row.1.internalised())
        .money("overpaid", |row| row.1.overpaid())
        .money("gap", |row| row.1.gap)
        .money("market_value", |row| row.1.market)
        .money("true_price", |row| row.1.true_price())
        .target(costs.target)
        .text("coverage", |row| price(row).coverage)
        .done()
}

/// What has no price says so; what is no product says nothing.
fn unpriced(amount: Amount) -> Option<Amount> {
    Some(amount).filter(|amount| *amount == Amount::Unpriced)
}

/// All flows, part by part; at least one part, so that there is a header.
pub fn costs<'a>(costs: &'a FlowCosts) -> impl Iterator<Item = Columns> + 'a {
    let count = costs.judged.data.flows.len();
    (0..count.max(1))
        .step_by(FLOWS_AT_ONCE)
        .map(move |start| cost_columns(costs, start, start + FLOWS_AT_ONCE))
}

/// The product of a row, as text.
#[derive(Default)]
struct PriceText {
    product: String,
    origin: String,
    coverage: String,
}

impl PriceText {
    fn of(price: &TruePrice) -> Self {
        Self {
            product: price.product.clone(),
            origin: price.origin.to_string(),
            coverage: price.coverage.summary(),
        }
    }
}
