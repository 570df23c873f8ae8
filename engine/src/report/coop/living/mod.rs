//! What people lack, as tables: wages, incomes, reference prices, benchmarks.

mod benchmarks;
mod income;
mod products;
mod reference_price;
mod wages;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::base::decimal::{Exact, Short, round, to_f64_at_18};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{Money, Overflow};
use crate::data::coop::living::LivingData;
use crate::data::manifest::Manifest;
use crate::fairtrade::living::Terms;

pub use benchmarks::benchmarks;
pub use income::income;
pub use reference_price::{published, reference_price};
pub use wages::wages;

/// An exact amount rounded half-even to the minor unit.
fn minor(value: &Exact, digits: u32) -> Result<Money, Overflow> {
    Money::round(&round(value, digits))
}

/// A share, for people, at four decimals.
fn share(part: &Exact, whole: &Exact) -> Option<f64> {
    (*whole > crate::base::decimal::zero()).then(|| to_f64_at_18(&round(&(part / whole), 4)))
}

/// What became too large.
fn settled<T>(value: Result<T, Overflow>, diagnostics: &mut Diagnostics) -> Option<T> {
    value.map_err(|overflow| diagnostics.push(Diagnostic::error(codes::OVERFLOW, overflow.to_string()))).ok()
}

/// A dataset in the lineage.
fn dataset(role: &str, name: &str, manifest: &Manifest, hash: &str) -> Value {
    json!({
        "role": role, "name": name, "title": manifest.title, "version": manifest.version,
        "citation": manifest.citation, "url": manifest.url, "licence": manifest.licence.name,
        "redistribute": manifest.licence.redistribute, "hash": hash,
    })
}

/// What gaps rest on.
fn lineage(data: &LivingData, terms: &Terms, used: &BTreeSet<&str>) -> Value {
    let mut datasets = vec![dataset("coop", &data.name, &data.manifest, &data.hash)];
    let sets = terms.benchmarks.sets_of(used);
    datasets.extend(sets.iter().map(|set| dataset("benchmarks", &set.name, &set.manifest, &set.hash)));
    let own = terms.overrides.indices.iter();
    let indices = own.map(|((name, year), value)| {
        let countries = terms.overrides.countries.iter().filter(|(_, index)| *index == name);
        let of: String = countries.map(|(country, _)| format!("@{country}")).collect();
        format!("{name}{of}:{year}={}", Short(value, 12))
    });
    let indices: Vec<String> = indices.collect();
    json!({
        "engine": format!("truecost {}", env!("CARGO_PKG_VERSION")),
        "datasets": datasets,
        "choices": {
            "in_kind_cap": Short(&terms.in_kind_cap, 6).to_string(),
            "own_indices": indices,
        },
    })
}

/// What the manifests of the benchmarks want everybody to know.
fn caveats(terms: &Terms, used: &BTreeSet<&str>) -> Vec<String> {
    terms.benchmarks.sets_of(used).iter().filter_map(|set| set.manifest.caveat.clone()).collect()
}
