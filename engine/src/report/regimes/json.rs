//! What flows are, as JSON: lineage, sums, what is not settled, and the rules. The flows themselves are in the tables.

use serde_json::{Value, json};

use crate::base::money::Money;
use crate::data::manifest::Manifest;
use crate::regime::By;

use super::{Regimes, words};

/// What the result rests on.
pub fn lineage(regimes: &Regimes) -> Value {
    let dataset = |role: &str, name: &str, manifest: &Manifest, hash: &str| {
        json!({
            "role": role, "name": name, "title": manifest.title, "version": manifest.version,
            "citation": manifest.citation, "url": manifest.url, "licence": manifest.licence.name,
            "redistribute": manifest.licence.redistribute, "hash": hash,
        })
    };
    let mut datasets = vec![
        dataset("flows", &regimes.data.name, &regimes.data.manifest, &regimes.data.hash),
        dataset("rules", &regimes.rules.table.name, &regimes.rules.table.manifest, &regimes.rules.table.hash),
    ];
    if let Some([name, version, citation, licence]) = regimes.licences {
        datasets.push(json!({
            "role": "licences", "name": name, "version": version, "citation": citation, "licence": licence,
        }));
    }
    json!({
        "engine": format!("truecost {}", env!("CARGO_PKG_VERSION")),
        "datasets": datasets,
        "cautions": regimes.data.manifest.caveat.iter().collect::<Vec<_>>(),
        "stated_of_all": regimes.data.manifest.flows.stated,
        "stated_of_absent_columns": regimes.data.constants.absent(),
        "windows_days": crate::flows::WINDOWS_DAYS,
    })
}

/// How much of what is given in each unit can go round.
fn circulation(regimes: &Regimes) -> Vec<Value> {
    let (circles, units) = (&regimes.circles, &regimes.prepared.counterflows.units);
    let money = |units: i128| Money::of_units(units).to_string();
    let rounds = circles.rounds.iter().map(|round| {
        json!({
            "unit": units[round.unit as usize],
            "value": money(round.value),
            "circulating": round.circulating.map(money),
            "share": round.share(),
            "circles": circles.all.iter().filter(|circle| circle.unit == round.unit).count(),
        })
    });
    rounds.collect()
}

/// Disagreements that are listed; the others stand in the table of flows.
const DISAGREEMENTS: usize = 1000;

/// The whole result but the single flows.
pub fn json(regimes: &Regimes) -> Value {
    let totals: Vec<Value> = regimes
        .summary
        .totals
        .iter()
        .map(|total| {
            let (regime, subregime) = words(total.class);
            let mut total_of = json!({
                "regime": regime, "subregime": subregime, "unit": total.unit, "year": total.span.year,
                "flows": total.sum.flows, "value": total.sum.value.to_string(),
                "without_value": total.sum.without_value,
            });
            if regimes.summary.by == By::Month {
                total_of["month"] = json!(total.span.month);
            }
            total_of
        })
        .collect();
    let flows = &regimes.data.flows;
    let disagreements: Vec<Value> = regimes
        .disagreements()
        .take(DISAGREEMENTS)
        .map(|flow| {
            let verdict = regimes.classified.judgement(flow);
            json!({
                "flow": flows.id(flow),
                "declared": flows.terms_of(flow).declared.map(|class| class.to_string()),
                "found": verdict.class.to_string(),
                "confidence": super::part(verdict.confidence),
            })
        })
        .collect();
    let open = &regimes.open;
    let gains = open.gains.iter().map(|gain| {
        json!({
            "field": gain.field.name(), "lacking": gain.lacking, "certain": gain.certain, "possible": gain.possible,
        })
    });
    let (declared, same_class, same_regime) = regimes.declared();
    json!({
        "lineage": lineage(regimes),
        "flows": flows.len(),
        "agents": regimes.data.agents.len(),
        "distinct_features": regimes.classified.profiles(),
        "totals": totals,
        "circulation": circulation(regimes),
        "undecided": {
            "flows": open.undecided,
            "contradictory": open.contradictory,
            "settled_by_one_field": open.by_one,
            "fields": gains.collect::<Vec<_>>(),
            "contested_statements": regimes.prepared.contested.len(),
        },
        "declared": { "flows": declared, "same_class": same_class, "same_regime": same_regime },
        "disagreements": disagreements,
        "disagreements_in_all": regimes.disagreements().count(),
    })
}
