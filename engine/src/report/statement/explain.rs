//! What one flow costs others, in plain words.

use std::fmt::Write as _;

use crate::base::decimal::plain;
use crate::pricing::flow_costs::{FlowCost, FlowCosts, Status};

/// What a flow costs others, by indicator; empty where there is no flow of that id.
pub fn explain(costs: &FlowCosts, id: &str) -> String {
    let data = &costs.judged.data;
    let Some(flow) = data.flows.find(id) else { return String::new() };
    let cost = costs.of(flow);
    let mut text = String::from("\nwhat it costs others\n");
    match cost.status {
        Status::NotAProduct => {
            text.push_str("  nothing by itself: no product moves in this leg\n");
        }
        Status::Unpriced(reason) => {
            let _ = writeln!(text, "  unpriced, which is not 0: {}", reason.word());
        }
        Status::Priced => text.push_str(&priced(costs, flow, &cost)),
    }
    if let Some(price) = cost.price {
        let supply = &costs.prices.prepared.supply.name;
        let _ = writeln!(
            text,
            "  {} from {} in {supply}: {}",
            price.product,
            price.origin,
            price.coverage.summary()
        );
    }
    text
}

fn priced(costs: &FlowCosts, flow: usize, cost: &FlowCost) -> String {
    let data = &costs.judged.data;
    let mut text = String::new();
    let quantity = data.flows.quantity(flow).map(|quantity| quantity.to_string()).unwrap_or_default();
    let unit = &data.flows.terms_of(flow).unit;
    let target = costs.target;
    let _ = writeln!(text, "  {} of {}, for {quantity} {unit}", target.currency, target.year);
    for line in &cost.lines {
        let _ = write!(text, "  {} ({}): {}", line.indicator, line.dimension.word(), line.external);
        for (what, money) in
            [("benefit", line.benefit), ("internalised", line.internalised), ("overpaid", line.overpaid)]
        {
            if money.units() != 0 {
                let _ = write!(text, ", {what} {money}");
            }
        }
        text.push('\n');
    }
    let sum = |money: Option<crate::base::money::Money>| money.unwrap_or_default();
    let _ = writeln!(
        text,
        "  external cost {}, internalised {}, gap {}",
        sum(cost.external()),
        sum(cost.internalised()),
        sum(cost.gap)
    );
    if let (Some(market), Some(true_price)) = (cost.market, cost.true_price()) {
        let _ = writeln!(text, "  market value {market} + gap = true price {true_price}");
    }
    let rounded = plain(&1.into(), crate::pricing::line::LINE_SCALE);
    let _ = writeln!(text, "  each indicator: cost per unit x quantity, rounded half-even to {rounded}");
    text
}
