//! The statement as JSON.

use serde_json::{Value, json};

use crate::data::flows::Basis;
use crate::network::Statement;
use crate::pricing::flow_costs::FlowCosts;
use crate::report::json as texts;
use crate::report::regimes::{self, Regimes};

/// What flows and their prices rest on.
pub fn lineage(regimes: &Regimes, costs: &FlowCosts) -> Value {
    let mut lineage = regimes::lineage(regimes);
    lineage["prices"] = texts::lineage(&costs.prices.prices.lineage);
    lineage
}

/// The whole statement, with what its prices rest on.
pub fn json(costs: &FlowCosts, statement: &Statement) -> Value {
    let lines: Vec<Value> = statement
        .lines
        .iter()
        .map(|line| {
            json!({
                "regime": line.class.regime().word(),
                "subregime": line.class.subregime(),
                "year": line.year,
                "measure": line.measure.word(),
                "basis": line.basis.map(Basis::word),
                "detail": line.detail,
                "count": line.count,
                "amount": line.amount.map(|amount| amount.to_string()),
                "unit": line.unit,
            })
        })
        .collect();
    let resources = costs.judged.data.resources.as_deref().unwrap_or_default();
    let assets: Vec<Value> = statement
        .assets
        .iter()
        .map(|asset| {
            json!({
                "resource": resources[asset.resource].id,
                "class": asset.class.to_string(),
                "flows": asset.flows,
                "replacement_hours": asset.hours.map(|hours| hours.to_string()),
                "stated": asset.stated,
            })
        })
        .collect();
    json!({
        "currency": statement.target.currency.to_string(),
        "price_year": statement.target.year,
        "netting": costs.netting,
        "lineage": texts::lineage(&costs.prices.prices.lineage),
        "lines": lines,
        "commons": assets,
        "tasks_without_wage": statement.silent_tasks,
        "agents_without_wage": statement.silent_agents,
        "not_moved_to_the_report": statement.unmoved,
    })
}
