//! A comparison as JSON. Money is text: a JSON number would not be exact.

use serde_json::{Map, Value, json};

use crate::base::money::Money;
use crate::report::json as whole;
use crate::study::compare::{Compared, Comparison, ProductDifference, Split};

/// The whole comparison: true prices of the dataset as it is and of each scenario, and differences by cause.
pub fn json(comparison: &Comparison) -> Value {
    json!({
        "base": whole::true_prices(&comparison.base),
        "scenarios": comparison.scenarios.iter().map(|compared| scenario(comparison, compared)).collect::<Vec<_>>(),
    })
}

fn scenario(comparison: &Comparison, compared: &Compared) -> Value {
    let of = &compared.scenario;
    let pairs = |list: &[(String, String)]| -> Vec<Value> {
        list.iter().map(|(product, origin)| json!({ "product": product, "origin": origin })).collect()
    };
    let changes: Vec<Value> = of
        .changes
        .iter()
        .map(|change| {
            json!({ "id": change.id, "cause": change.cause, "title": change.title, "source": change.source })
        })
        .collect();
    json!({
        "name": of.name, "title": of.title, "description": of.description, "source": of.source, "hash": of.hash,
        "changes": changes,
        "causes": compared.causes.iter().map(|(id, title)| json!({ "id": id, "title": title })).collect::<Vec<_>>(),
        "rule": compared.rule.word(),
        "evaluations": compared.evaluations,
        "only_base": pairs(&compared.only_base),
        "only_scenario": pairs(&compared.only_scenario),
        "differences": compared.products.iter().map(|d| difference(comparison, compared, d)).collect::<Vec<_>>(),
        "prices": whole::true_prices(&compared.prices),
    })
}

fn difference(comparison: &Comparison, compared: &Compared, product: &ProductDifference) -> Value {
    let price = &comparison.base.products[product.base];
    let split = |split: Option<&Split>| split.map_or(Value::Null, |split| value(compared, split));
    let dimensions: Map<String, Value> =
        product.dimensions.iter().map(|(d, of)| (d.word().to_owned(), value(compared, of))).collect();
    let indicators: Vec<Value> = product
        .indicators
        .iter()
        .map(|k| {
            json!({
                "indicator": k.indicator, "name": k.name, "dimension": k.dimension.word(),
                "external_cost": value(compared, &k.external),
                "internalised": value(compared, &k.internalised),
                "gap": value(compared, &k.gap),
            })
        })
        .collect();
    json!({
        "product": price.product,
        "origin": price.origin.to_string(),
        "unit": price.unit,
        "market_price": split(product.market.as_ref()),
        "dimensions": dimensions,
        "external_cost": value(compared, &product.external),
        "internalised": value(compared, &product.internalised),
        "gap": split(product.gap.as_ref()),
        "true_price": split(product.true_price.as_ref()),
        "shared_indicators": product.shared,
        "shared_cost": { "base": text(product.shared_external.0), "scenario": text(product.shared_external.1) },
        "coverage_differs": product.coverage,
        "indicators": indicators,
    })
}

fn text(money: Money) -> String {
    money.to_string()
}

/// A difference with its parts by cause.
fn value(compared: &Compared, split: &Split) -> Value {
    let causes = split.parts.as_ref().map(|parts| {
        let named = compared.causes.iter().zip(parts);
        named.map(|((id, _), part)| (id.clone(), json!(part.to_string()))).collect::<Map<_, _>>()
    });
    json!({ "difference": split.difference.to_string(), "by_cause": causes })
}
