//! Results as JSON. Money is text: a JSON number would not be exact.

use serde_json::{Map, Value, json};

use crate::base::money::Money;
use crate::data::factors::Band;
use crate::pricing::{Amount, IndicatorCost, Lineage, Stated, TruePrice, TruePrices};

fn band(band: Band<Money>) -> Value {
    json!({ "lower": band.lower.to_string(), "central": band.central.to_string(), "upper": band.upper.to_string() })
}

fn amount(amount: Amount) -> Value {
    match amount {
        Amount::Money(money) => json!(money.to_string()),
        Amount::Unpriced => json!("unpriced"),
        Amount::NotStated => json!("not stated"),
    }
}

/// Lineage alone.
pub fn lineage(lineage: &Lineage) -> Value {
    lineage.json()
}

fn indicator(k: &IndicatorCost) -> Value {
    let (stated, silent) = match &k.stated {
        Stated::Complete => ("complete", &[][..]),
        Stated::Partial(processes) => ("partial", processes.as_slice()),
        Stated::Absent => ("not stated", &[][..]),
    };
    json!({
        "indicator": k.indicator,
        "name": k.name,
        "dimension": k.dimension.word(),
        "unit": k.unit,
        "stated": stated,
        "not_stated_by": silent,
        "priced_amount": k.priced_amount,
        "unpriced_amount": k.unpriced_amount,
        "unpriced_because": k.unpriced_reasons,
        "excluded_amount": k.excluded_amount,
        "excluded_for": k.excluded_for,
        "error_bound": k.bound,
        "cost": if k.is_priced { band(k.cost) } else { Value::Null },
        "paid": k.paid.to_string(),
    })
}

fn product(p: &TruePrice, shares: bool) -> Value {
    let dimensions: Map<String, Value> =
        p.dimensions.iter().map(|(d, a)| (d.word().to_owned(), amount(*a))).collect();
    let market = p.market.as_ref().map(|m| {
        json!({
            "amount": m.amount.to_string(), "published": m.published, "item": m.item, "vat": m.vat,
            "moved": m.steps, "source": m.source, "verification": m.verification,
        })
    });
    json!({
        "product": p.product,
        "name": p.name,
        "category": p.category,
        "origin": p.origin.to_string(),
        "unit": p.unit,
        "market_price": market,
        "dimensions": dimensions,
        "external_cost": amount(p.external),
        "internalised": p.gap.map(|_| p.internalised.to_string()),
        "overpaid": p.gap.map(|_| p.overpaid.to_string()),
        "benefits": p.gap.map(|_| p.benefits.to_string()),
        "gap": p.gap.map(band),
        "true_price": p.true_price().map(band),
        "external_cost_shared": shares.then(|| p.shared_external.to_string()),
        "public_support": p.support.map(|s| s.to_string()),
        "true_price_with_public_support": p.support.zip(p.true_price()).map(|(support, price)| json!({
            "none": price.central.to_string(),
            "half": (price.central + support.half()).to_string(),
            "all": (price.central + support).to_string(),
        })),
        "price_support": p.price_support.map(|s| s.to_string()),
        "coverage": {
            "priced": p.coverage.priced,
            "unpriced": p.coverage.unpriced,
            "excluded": p.coverage.excluded,
            "partial": p.coverage.partial,
            "not_stated": p.coverage.not_stated,
            "cut_off": p.coverage.cutoffs.iter().map(|cutoff| {
                json!({ "process": cutoff.process, "product": cutoff.product, "amount": cutoff.recorded })
            }).collect::<Vec<_>>(),
        },
        "indicators": p.indicators.iter().map(indicator).collect::<Vec<_>>(),
    })
}

/// The whole result.
pub fn true_prices(prices: &TruePrices) -> Value {
    let target = prices.target;
    json!({
        "currency": target.currency.to_string(),
        "price_year": target.year,
        "lineage": lineage(&prices.lineage),
        "shared_indicators": prices.shared_indicators,
        "coverage_differs": prices.coverage_differs,
        "products": prices.products.iter().map(|p| product(p, !prices.shared_indicators.is_empty())).collect::<Vec<_>>(),
    })
}

/// As text with a line end.
pub fn text(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
