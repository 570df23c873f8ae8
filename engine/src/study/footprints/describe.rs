//! Where footprints come from.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::Chain;
use crate::data::manifest::Absent;
use crate::data::supply::Supply;
use crate::pricing::Lineage;
use crate::pricing::lineage::origin;

use super::amounts::Amounts;

/// The dataset, and the choices of the method.
pub(super) fn lineage(supply: &Supply, chain: &Chain, amounts: &Amounts, proved: bool) -> Lineage {
    let mut datasets = vec![origin("supply", supply.name.clone(), &supply.manifest, &supply.hash)];
    datasets.extend(supply.rests_on.iter().map(|d| origin(d.role, d.name.clone(), &d.manifest, &d.hash)));
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    for allocation in &chain.allocations {
        let default = if allocation.stated { "" } else { " (default)" };
        *rules.entry(format!("{}{default}", allocation.used.rule)).or_default() += 1;
    }
    let rules: Vec<String> = rules
        .into_iter()
        .map(|(rule, count)| format!("{rule}: {count} process{}", if count == 1 { "" } else { "es" }))
        .collect();
    let absent = match supply.manifest.supply.absent_interventions {
        Absent::Zero => "zero",
        Absent::NotStated => "not stated",
    };
    let bounds = if proved { "proved by the comparison matrix" } else { "estimated in part" };
    let allocation =
        if rules.is_empty() { "none: every process makes one product".to_owned() } else { rules.join("; ") };
    let profiles = supply.interventions.profiles();
    let mut sources = BTreeSet::new();
    let mut verification: BTreeMap<&'static str, usize> = BTreeMap::new();
    for row in 0..supply.interventions.len() {
        let profile = &profiles[supply.interventions.profile_index(row)];
        let is_asked = amounts.indicators.binary_search_by(|k| (*k.id).cmp(&profile.indicator)).is_ok();
        if is_asked && supply.interventions.amount(row).is_some() {
            *verification.entry(profile.verification.word()).or_default() += 1;
        }
    }
    for profile in profiles.iter().filter(|profile| !profile.source.is_empty()) {
        sources.insert(profile.source.to_string());
    }
    Lineage {
        engine: env!("CARGO_PKG_VERSION"),
        datasets,
        choices: BTreeMap::from([
            ("allocation", allocation),
            ("rows that are absent", absent.to_owned()),
            ("bounds of footprints", bounds.to_owned()),
        ]),
        factor_verification: BTreeMap::new(),
        data_verification: verification,
        factor_sources: Vec::new(),
        data_sources: sources.into_iter().collect(),
        vat: Vec::new(),
        cautions: supply.manifest.caveat.iter().cloned().collect(),
        notes: supply.remarks.clone(),
    }
}
