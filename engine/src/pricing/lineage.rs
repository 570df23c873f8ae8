//! Where a result comes from: data, factors, choices.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::base::listed::listed;
use crate::data::factors::FactorSet;
use crate::data::manifest::Manifest;
use crate::data::supply::Rule;
use crate::valuation::{FactorUse, Order, Status, Unpriced};

use super::TruePrice;
use super::run::Run;

/// A dataset a result rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `supply`, `factors` or `prices`.
    pub role: &'static str,
    /// Name, with the variant of a factor set.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it holds, per what, what it leaves out.
    pub description: String,
    /// Version.
    pub version: String,
    /// How to cite it.
    pub citation: String,
    /// Where it is.
    pub url: Option<String>,
    /// What it covers.
    pub geography: String,
    /// Licence.
    pub licence: String,
    /// May it be passed on?
    pub redistribute: bool,
    /// Content hash.
    pub hash: String,
}

/// Everything a reader needs to make the numbers again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lineage {
    /// Version of truecost.
    pub engine: &'static str,
    /// Datasets.
    pub datasets: Vec<Origin>,
    /// Choices of the method, by name.
    pub choices: BTreeMap<&'static str, String>,
    /// How many factors in use were seen how.
    pub factor_verification: BTreeMap<&'static str, usize>,
    /// How many interventions in use were seen how.
    pub data_verification: BTreeMap<&'static str, usize>,
    /// Sources of the factors in use.
    pub factor_sources: Vec<String>,
    /// Sources of the interventions in use.
    pub data_sources: Vec<String>,
    /// VAT convention of the factor sets.
    pub vat: Vec<String>,
    /// What a reader must know before believing a number.
    pub cautions: Vec<String>,
    /// Further remarks.
    pub notes: Vec<String>,
}

impl Lineage {
    /// As JSON.
    pub fn json(&self) -> Value {
        let datasets: Vec<Value> = self
            .datasets
            .iter()
            .map(|d| {
                json!({
                    "role": d.role, "name": d.name, "title": d.title, "description": d.description, "version": d.version, "citation": d.citation,
                    "url": d.url, "geography": d.geography, "licence": d.licence, "redistribute": d.redistribute,
                    "hash": d.hash,
                })
            })
            .collect();
        json!({
            "engine": format!("truecost {}", self.engine),
            "datasets": datasets,
            "choices": self.choices,
            "factor_verification": self.factor_verification,
            "data_verification": self.data_verification,
            "factor_sources": self.factor_sources,
            "data_sources": self.data_sources,
            "vat": self.vat,
            "cautions": self.cautions,
            "notes": self.notes,
        })
    }
}

/// The rows of the factor set that are in use, and how.
#[derive(Debug, Default)]
pub(super) struct FactorsUsed {
    /// Indices of the rows.
    pub(super) rows: BTreeSet<usize>,
    /// Is central repeated for a bound of one?
    pub(super) repeated: bool,
    /// Is one used outside the regions the set is valid in?
    pub(super) outside: bool,
}

impl FactorsUsed {
    /// Adds one.
    pub(super) fn add(&mut self, factor: &FactorUse) {
        self.rows.extend(&factor.rows);
        self.repeated |= factor.repeated;
        self.outside |= factor.outside;
    }
}

/// Describes a run; `nodes` are the processes behind the listed products.
pub(super) fn describe(run: &Run, products: &[TruePrice], nodes: &BTreeSet<usize>) -> Lineage {
    let statuses: BTreeSet<usize> =
        nodes.iter().flat_map(|&node| run.rows(node)).map(|row| run.valued.status_index(row)).collect();
    let used = statuses.iter().filter_map(|&status| match run.valued.statuses[status] {
        Status::Priced(factor) => Some(&run.valued.uses[factor]),
        _ => None,
    });
    let uses = &run.valued.uses;
    let used = FactorsUsed {
        rows: used.flat_map(|factor| factor.rows.iter().copied()).collect(),
        repeated: uses.iter().any(|factor| factor.repeated),
        outside: uses.iter().any(|factor| factor.outside),
    };
    described(run, &run.prepared.set, &used, products, nodes)
}

/// Describes a run with these factors.
pub(super) fn described(
    run: &Run,
    set: &FactorSet,
    used: &FactorsUsed,
    products: &[TruePrice],
    nodes: &BTreeSet<usize>,
) -> Lineage {
    let prepared = run.prepared;
    let supply = &prepared.supply;
    let mut datasets = vec![origin("supply", supply.name.clone(), &supply.manifest, &supply.hash)];
    datasets.extend(supply.rests_on.iter().map(|d| origin(d.role, d.name.clone(), &d.manifest, &d.hash)));
    if !set.heads.is_empty() {
        datasets.push(origin("factors", set.label(), &set.manifest, &set.hash));
    }
    if set.heads.len() != 1 || set.heads[0].name != set.name {
        datasets.extend(
            set.heads.iter().map(|head| origin("factors", head.name.clone(), &head.manifest, &head.hash)),
        );
    }
    datasets.extend(
        prepared.list.iter().map(|list| origin("prices", list.name.clone(), &list.manifest, &list.hash)),
    );
    let interventions = &supply.interventions;
    let mut profiles: BTreeSet<usize> = BTreeSet::new();
    let mut data_verification = BTreeMap::new();
    for row in nodes.iter().flat_map(|&node| run.rows(node)) {
        profiles.insert(interventions.profile_index(row));
        if *run.valued.status(row) != Status::NotStated {
            *data_verification.entry(interventions.profile(row).verification.word()).or_default() += 1;
        }
    }
    let mut factor_verification = BTreeMap::new();
    for &row in &used.rows {
        *factor_verification.entry(set.rows[row].verification.word()).or_default() += 1;
    }
    let sources =
        |rows: BTreeSet<&str>| rows.into_iter().filter(|s| !s.is_empty()).map(str::to_owned).collect();
    Lineage {
        engine: env!("CARGO_PKG_VERSION"),
        datasets,
        choices: choices(run, nodes),
        factor_verification,
        data_verification,
        factor_sources: sources(used.rows.iter().map(|&row| set.rows[row].source.as_str()).collect()),
        data_sources: sources(profiles.iter().map(|&p| &*interventions.profiles()[p].source).collect()),
        vat: set.heads.iter().map(|head| format!("{}: {}", head.name, head.settings.vat)).collect(),
        cautions: cautions(run, set),
        notes: notes(run, set, used, products),
    }
}

fn choices(run: &Run, nodes: &BTreeSet<usize>) -> BTreeMap<&'static str, String> {
    let (prepared, request) = (run.prepared, run.request);
    let order = match request.order {
        Order::InflateFirst => "inflate in the own currency, then convert",
        Order::ConvertFirst => "convert, then inflate in the target currency",
    };
    let year = if prepared.year_is_default { " (latest of the tables in use)" } else { "" };
    BTreeMap::from([
        ("allocation", allocation(run, nodes)),
        ("currency", prepared.target.currency.to_string()),
        ("price year", format!("{}{year}", prepared.target.year)),
        ("emission year", format!("{} where a process states none", prepared.emission_year)),
        ("price level", order.to_owned()),
        ("outside the regions of the set", request.outside.word().to_owned()),
        ("netting", if request.netting { "on: benefits cancel costs" } else { "off" }.to_owned()),
        (
            "bounds of footprints",
            if run.proved(nodes) { "proved by the comparison matrix" } else { "estimated" }.to_owned(),
        ),
    ])
}

/// The rules in use, with the processes of each.
fn allocation(run: &Run, nodes: &BTreeSet<usize>) -> String {
    let mut rules: BTreeMap<(&Rule, bool), Vec<&str>> = BTreeMap::new();
    for allocation in run.allocations(nodes) {
        rules.entry((&allocation.used.rule, allocation.stated)).or_default().push(&allocation.process);
    }
    if rules.is_empty() {
        return "none: every process makes one product".to_owned();
    }
    let words = rules.iter().map(|((rule, stated), processes)| {
        let default = if *stated { "" } else { " (default)" };
        format!("{rule}{default}: {}", listed(processes, NAMED))
    });
    words.collect::<Vec<_>>().join("; ")
}

/// Processes of a rule that are named.
const NAMED: usize = 10;

/// What the datasets ask every reader to know, and where footprints and prices come from different places.
fn cautions(run: &Run, set: &FactorSet) -> Vec<String> {
    let supply = &run.prepared.supply;
    let mut cautions: Vec<String> = supply.manifest.caveat.iter().cloned().collect();
    if let Some(list) = &run.prepared.list {
        let (prices, goods) = (&list.manifest.geography, &supply.manifest.geography);
        if prices != goods && prices != "not stated" {
            cautions.push(format!(
                "footprints are of {goods}, market prices of {prices} ({})",
                list.manifest.title
            ));
        }
        cautions.extend(list.manifest.caveat.iter().cloned());
    }
    cautions.extend(set.heads.iter().filter_map(|head| head.manifest.caveat.clone()));
    cautions
}

fn notes(run: &Run, set: &FactorSet, used: &FactorsUsed, products: &[TruePrice]) -> Vec<String> {
    let mut notes = Vec::new();
    for head in set.heads.iter().filter(|head| !head.manifest.licence.redistribute) {
        notes.push(format!("licence of the factors {}: {}", head.name, head.manifest.licence.name));
    }
    if used.repeated {
        notes
            .push("where a factor has no range, its central value is repeated as lower and upper".to_owned());
    }
    if used.outside {
        let areas: BTreeSet<&str> =
            set.heads.iter().flat_map(|head| &head.settings.valid_in).map(String::as_str).collect();
        let areas: Vec<&str> = areas.into_iter().collect();
        notes.push(format!(
            "some factors are used outside the regions the set is valid in ({})",
            areas.join(", ")
        ));
    }
    let overrides = &run.request.overrides;
    for ((name, year), value) in &overrides.indices {
        notes.push(format!(
            "index {name} {year} = {} was given by the user",
            crate::base::decimal::Short(value, 12)
        ));
    }
    for (kind, rates) in [("market", &overrides.market), ("PPP", &overrides.ppp)] {
        for ((currency, year), value) in rates {
            let value = crate::base::decimal::Short(value, 12);
            notes.push(format!("{kind} rate {currency} {year} = {value} per EUR was given by the user"));
        }
    }
    if run.request.netting {
        notes.push("netting is on: a benefit cancels a cost".to_owned());
    }
    let unpriced: BTreeSet<&str> = products
        .iter()
        .flat_map(|p| &p.indicators)
        .filter(|k| !k.is_priced && k.paid != crate::base::money::Money::ZERO)
        .map(|k| k.indicator.as_str())
        .collect();
    if !unpriced.is_empty() {
        let words: Vec<&str> = unpriced.into_iter().collect();
        notes.push(format!(
            "paid for what has no price, so neither internalised nor overpaid: {}",
            words.join(", ")
        ));
    }
    notes.extend(other_methods(run, products));
    let vats: BTreeSet<&str> = products.iter().filter_map(|p| p.market.as_ref().map(|m| m.vat)).collect();
    if !vats.is_empty() {
        let words: Vec<&str> = vats.into_iter().collect();
        let factors: Vec<&str> = set.heads.iter().map(|head| head.settings.vat.as_str()).collect();
        notes.push(format!(
            "VAT in market prices: {}; none is added to the gap (in the factors: {})",
            words.join(", "),
            factors.join("; ")
        ));
    }
    notes.extend(run.prepared.supply.remarks.iter().cloned());
    notes.push(
        "lower and upper are scenarios (all factors low, all high), not bounds on the truth".to_owned(),
    );
    notes
}

/// Indicators of the products whose factors are bound to other methods than their amounts, with what would price them.
fn other_methods(run: &Run, products: &[TruePrice]) -> Vec<String> {
    let unpriced: BTreeSet<&str> =
        products.iter().flat_map(|product| product.coverage.unpriced.keys()).map(String::as_str).collect();
    let mut by_reason: BTreeMap<&Unpriced, BTreeSet<&str>> = BTreeMap::new();
    for (indicator, status) in run.said().statuses() {
        let id = run.indicators[indicator as usize].id.as_str();
        if let Status::Unpriced(why @ Unpriced::Method { .. }) = &run.valued.statuses[status as usize]
            && unpriced.contains(id)
        {
            by_reason.entry(why).or_default().insert(id);
        }
    }
    let hint = |why: &Unpriced| match why {
        Unpriced::Method { stated, .. } if stated.is_empty() => {
            "say the method of the amounts: the column `method` of `interventions`, or `method` under [defaults]"
        }
        _ => "take a set for the method of the amounts, or amounts by a method of the set",
    };
    let note = |(why, ids): (&Unpriced, BTreeSet<&str>)| {
        let ids: Vec<&str> = ids.into_iter().collect();
        format!("unpriced, {}: {why}; {}", ids.join(", "), hint(why))
    };
    by_reason.into_iter().map(note).collect()
}

/// A dataset in the lineage.
pub fn origin(role: &'static str, name: String, manifest: &Manifest, hash: &str) -> Origin {
    Origin {
        role,
        name,
        title: manifest.title.clone(),
        description: manifest.description.clone(),
        version: manifest.version.clone(),
        citation: manifest.citation.clone(),
        url: manifest.url.clone(),
        geography: manifest.geography.clone(),
        licence: manifest.licence.name.clone(),
        redistribute: manifest.licence.redistribute,
        hash: hash.to_owned(),
    }
}
