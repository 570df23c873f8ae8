//! Contributions as JSON. Money is text: a JSON number would not be exact.

use serde_json::{Value, json};

use crate::study::contribution::{
    Contributions, Figure, OfProduct, Part, PathRow, Walked, Whole, cost_share, share,
};

fn figure(figure: &Figure, whole: &Whole) -> Value {
    json!({
        "indicator": whole.indicator,
        "amount": figure.amount,
        "unit": (!whole.unit.is_empty()).then_some(&whole.unit),
        "share": share(figure.amount, whole.figure.amount),
        "cost": figure.cost.map(|cost| json!({
            "lower": cost.lower.to_string(), "central": cost.central.to_string(), "upper": cost.upper.to_string(),
        })),
        "cost_share": cost_share(figure, &whole.figure),
    })
}

fn part(part: &Part, wholes: &[Whole]) -> Value {
    let stated = part.figures.iter().zip(wholes).filter(|(own, _)| **own != Figure::default());
    let figures: Vec<Value> = stated.map(|(own, whole)| figure(own, whole)).collect();
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    json!({
        "part": part.name, "stage": some(&part.stage), "region": some(&part.region),
        "makes": some(&part.makes), "figures": figures,
    })
}

fn path(row: &PathRow, whole: &Whole) -> Value {
    json!({
        "path": row.nodes, "tier": row.tier, "needed": row.product, "needed_amount": row.amount,
        "needed_unit": row.unit, "figure": figure(&row.figure, whole),
    })
}

fn walked(walked: &Walked) -> Value {
    json!({
        "indicator": walked.whole.indicator,
        "cutoff": walked.cutoff,
        "paths": walked.rows.iter().map(|row| path(row, &walked.whole)).collect::<Vec<_>>(),
        "not_listed": figure(&walked.rest, &walked.whole),
        "above_cutoff": walked.above,
        "all_looked_at": walked.is_complete,
        "none_missed": walked.is_proved && walked.is_complete,
    })
}

fn product(of: &OfProduct) -> Value {
    json!({
        "product": of.product,
        "name": of.name,
        "origin": of.origin,
        "unit": of.unit,
        "whole": of.wholes.iter().map(|whole| figure(&whole.figure, whole)).collect::<Vec<_>>(),
        "parts": of.parts.iter().map(|own| part(own, &of.wholes)).collect::<Vec<_>>(),
        "paths": of.paths.as_ref().map(walked),
    })
}

/// The whole answer.
pub fn contributions(contributions: &Contributions) -> Value {
    json!({
        "currency": contributions.target.currency.to_string(),
        "price_year": contributions.target.year,
        "by": contributions.by.word(),
        "lineage": contributions.lineage.json(),
        "products": contributions.products.iter().map(product).collect::<Vec<_>>(),
    })
}
