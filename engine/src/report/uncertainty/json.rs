//! Figures of draws as JSON.

use serde_json::{Map, Value, json};

use crate::study::sample::Statistics;

use super::Uncertainty;

fn figures(statistics: &Statistics, percentiles: &[f64]) -> Value {
    let percentiles: Map<String, Value> = percentiles
        .iter()
        .zip(&statistics.percentiles)
        .map(|(p, value)| (p.to_string(), json!(value)))
        .collect();
    json!({
        "samples": statistics.count,
        "mean": statistics.mean,
        "sd": statistics.sd,
        "standard_error": statistics.standard_error,
        "percentiles": percentiles,
    })
}

/// How it was sampled, and what came out. Numbers are doubles: spread is an estimate.
pub fn uncertainty(uncertainty: &Uncertainty) -> Value {
    let samples = &uncertainty.samples;
    let percentiles = &samples.asked.percentiles;
    let products: Vec<Value> = (0..samples.products.len())
        .map(|at| {
            let product = uncertainty.product(at);
            let measures: Map<String, Value> = uncertainty
                .rows_of(at)
                .map(|row| {
                    let mut value = figures(&row.statistics, percentiles);
                    value["central"] = json!(row.central);
                    (row.name.to_owned(), value)
                })
                .collect();
            json!({ "product": product.product, "origin": product.origin.to_string(), "unit": product.unit, "measures": measures })
        })
        .collect();
    let comparisons: Vec<Value> = uncertainty
        .comparisons
        .iter()
        .map(|pair| {
            let side = |at: usize| {
                let product = uncertainty.product(at);
                json!({ "product": product.product, "origin": product.origin.to_string() })
            };
            json!({
                "a": side(pair.a),
                "b": side(pair.b),
                "by": uncertainty.name(pair.by),
                "probability_a_above_b": pair.probability(),
                "standard_error": pair.standard_error(),
                "above": pair.above,
                "equal": pair.equal,
                "difference": figures(&pair.difference, percentiles),
            })
        })
        .collect();
    json!({
        "seed": samples.asked.seed,
        "samples_asked": samples.asked.samples,
        "samples_done": samples.done,
        "samples_without_solution": samples.failed.len(),
        "generator": "Philox4x32-10, inverse distribution functions",
        "varied": samples.asked.vary.word(),
        "drawn": {
            "inputs": samples.counts.inputs,
            "outputs": samples.counts.outputs,
            "interventions": samples.counts.interventions,
            "factors": samples.counts.factors,
        },
        "products": products,
        "comparisons": comparisons,
    })
}
