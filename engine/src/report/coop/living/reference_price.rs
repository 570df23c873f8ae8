//! Reference prices: of the farms of a dataset, and published ones held against their inputs.

use serde_json::json;

use crate::base::decimal::{Short, to_f64_at_18, zero};
use crate::base::diagnostic::Diagnostics;
use crate::base::money::Money;
use crate::data::coop::living::LivingData;
use crate::data::coop::reference_prices::ReferencePriceSet;
use crate::data::reference::Verification;
use crate::fairtrade::living::{Computed, Published};
use crate::report::columns::Columns;

use super::super::{CoopReport, Sheet};
use super::{dataset, minor, settled};

fn engine() -> String {
    format!("truecost {}", env!("CARGO_PKG_VERSION"))
}

/// The prices that give the households of the farms a living income.
pub fn reference_price(data: &LivingData, diagnostics: &mut Diagnostics) -> Option<CoopReport> {
    let all: Vec<Computed> = data.farms.iter().filter_map(|farm| Computed::new(farm, diagnostics)).collect();
    if diagnostics.has_errors() {
        return None;
    }
    let rows: Result<Vec<_>, _> = all
        .iter()
        .map(|one| {
            let digits = one.farm.currency.minor_digits();
            let amounts = [&one.farm.decent_living, &one.cost, &one.deducted, &one.price];
            let [living, cost, deducted, price] = amounts.map(|amount| minor(amount, digits));
            Ok((one, [living?, cost?, deducted?, price?], Money::round(&one.price)?))
        })
        .collect();
    let rows = settled(rows, diagnostics)?;
    let columns = Columns::of(&rows)
        .text("farm", |r| &r.0.farm.id)
        .text("product", |r| &r.0.farm.product)
        .text("origin", |r| r.0.farm.origin.clone().unwrap_or_default())
        .year("year", |r| Some(r.0.farm.year))
        .text("currency", |r| r.0.farm.currency.to_string())
        .money("decent_living", |r| Some(r.1[0]))
        .money("cost", |r| Some(r.1[1]))
        .money("deducted", |r| Some(r.1[2]))
        .number("net_land", |r| Some(to_f64_at_18(&r.0.net_land)))
        .number("harvest", |r| Some(to_f64_at_18(&r.0.harvest)))
        .money("price", |r| Some(r.1[3]))
        .text("unit", |r| r.0.farm.unit.text())
        .money("price_exact", |r| Some(r.2))
        .text("verification", |r| r.0.farm.verification.word())
        .text("source", |r| &r.0.farm.source)
        .done();
    let mut notes = vec!["per household and year, at the farm gate".to_owned()];
    let kept = all.iter().filter(|one| one.farm.other_income.is_some() && !one.farm.deducts).count();
    if kept > 0 {
        notes.push(format!(
            "other income that is stated and not deducted (`deduct_other_income`): of {kept} of {} farms",
            all.len()
        ));
    }
    let below = all.iter().filter(|one| one.price < zero()).count();
    if below > 0 {
        notes.push(format!(
            "a price below 0: of {below} of {} farms the income that is deducted is more than living and production cost, so \
             any price gives a living income",
            all.len()
        ));
    }
    let unverified = all.iter().filter(|one| one.farm.verification == Verification::Unverified).count();
    if unverified > 0 {
        notes.push(format!("figures that nobody verified: of {unverified} of {} farms", all.len()));
    }
    Some(CoopReport {
        name: "reference_price",
        sheets: vec![Sheet { name: "prices", columns }],
        notes,
        pages: Vec::new(),
        lineage: json!({
            "engine": engine(),
            "datasets": [dataset("coop", &data.name, &data.manifest, &data.hash)],
        }),
        failed: false,
    })
}

/// Published prices, each with the price of its inputs where all were found.
pub fn published(set: &ReferencePriceSet, diagnostics: &mut Diagnostics) -> Option<CoopReport> {
    let all: Vec<Published> = set.prices.iter().map(Published::new).collect();
    let rows: Result<Vec<_>, _> = all
        .iter()
        .map(|one| {
            let computed = one.computed.as_ref().map(Money::round).transpose()?;
            let implied = one.implied.as_ref().map(|implied| minor(implied, 2)).transpose()?;
            Ok((one, Money::round(&one.price.amount)?, computed, implied))
        })
        .collect();
    let rows = settled(rows, diagnostics)?;
    let columns = Columns::of(&rows)
        .text("id", |r| &r.0.price.id)
        .text("period", |r| r.0.price.period.to_string())
        .text("currency", |r| r.0.price.currency.to_string())
        .text("unit", |r| r.0.price.unit.text())
        .money("published", |r| Some(r.1))
        .money("of_inputs", |r| r.2)
        .text("not_found", |r| r.0.missing.join(" "))
        .money("implied_decent_living", |r| r.3)
        .text("verification", |r| r.0.price.verification.word())
        .text("note", |r| &r.0.price.note)
        .text("source", |r| &r.0.price.source)
        .done();
    let mut inputs = Vec::new();
    for price in &set.prices {
        inputs.extend(price.inputs.iter().map(|(kind, input)| (price, *kind, input)));
    }
    let input_columns = Columns::of(&inputs)
        .text("price", |r| &r.0.id)
        .text("kind", |r| r.1.word())
        .text("amount", |r| Short(&r.2.amount, 15).to_string())
        .text("currency", |r| r.2.currency.map(|currency| currency.to_string()).unwrap_or_default())
        .text("verification", |r| r.2.verification.word())
        .text("source", |r| &r.2.source)
        .done();
    let found = all.iter().filter(|one| one.computed.is_some()).count();
    let notes = vec![
        format!("of {} published prices, {found} can be computed from inputs that were found", all.len()),
        "`implied_decent_living` is what the published price and the other inputs imply, in the currency of the inputs: a \
         check of consistency, and no proof"
            .to_owned(),
        format!("licence: {}", set.manifest.licence.name),
    ];
    Some(CoopReport {
        name: "reference_price",
        sheets: vec![Sheet { name: "prices", columns }, Sheet { name: "inputs", columns: input_columns }],
        notes,
        pages: Vec::new(),
        lineage: json!({
            "engine": engine(),
            "datasets": [dataset("reference_prices", &set.name, &set.manifest, &set.hash)],
        }),
        failed: false,
    })
}
