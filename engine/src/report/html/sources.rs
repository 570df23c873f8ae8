//! Where the numbers come from: datasets, licences, choices, and how far they were checked.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::pricing::Lineage;
use crate::pricing::lineage::Origin;
use crate::report::web::dataset::{Dataset, region};

/// The card of a dataset.
pub(in crate::report) fn card(origin: &Origin) -> Dataset {
    let role = match origin.role {
        "supply" => "Supply data",
        "factors" => "Factor set",
        "prices" => "Market prices",
        "scenario" => "Scenario",
        other => other,
    };
    let card = Dataset {
        role: role.to_owned(),
        name: origin.name.clone(),
        title: origin.title.clone(),
        version: origin.version.clone(),
        citation: origin.citation.clone(),
        geography: region(&origin.geography),
        licence: origin.licence.clone(),
        redistribute: Some(origin.redistribute),
        ..Dataset::default()
    };
    card.found_at(origin.url.clone()).hashed(&origin.hash)
}

/// How many of something were seen in the document that publishes them, in one that quotes them, or in none.
#[derive(Serialize)]
pub(super) struct Checked {
    /// All.
    total: usize,
    unverified: usize,
    secondary: usize,
    counts: Vec<(&'static str, usize)>,
}

impl Checked {
    fn new(counts: &BTreeMap<&'static str, usize>) -> Self {
        let of = |word: &str| counts.get(word).copied().unwrap_or(0);
        Self {
            total: counts.values().sum(),
            unverified: of("unverified"),
            secondary: of("secondary"),
            counts: ["primary", "secondary", "unverified"].map(|word| (word, of(word))).to_vec(),
        }
    }
}

/// A choice of the method.
#[derive(Serialize)]
pub(super) struct Choice {
    name: &'static str,
    value: String,
}

/// Everything of it.
#[derive(Serialize)]
pub(super) struct Sources {
    datasets: Vec<Dataset>,
    choices: Vec<Choice>,
    factors: Checked,
    data: Checked,
    of_factors: Vec<String>,
    of_data: Vec<String>,
    vat: Vec<String>,
    notes: Vec<String>,
    cautions: Vec<String>,
    is_whole: bool,
    engine: &'static str,
}

impl Sources {
    /// `whole`: with the list of all sources of single amounts, which may be long.
    pub(super) fn new(lineage: &Lineage, whole: bool) -> Self {
        let list = |sources: &Vec<String>| if whole { sources.clone() } else { Vec::new() };
        Self {
            datasets: lineage.datasets.iter().map(card).collect(),
            choices: lineage
                .choices
                .iter()
                .map(|(name, value)| Choice { name, value: value.clone() })
                .collect(),
            factors: Checked::new(&lineage.factor_verification),
            data: Checked::new(&lineage.data_verification),
            of_factors: list(&lineage.factor_sources),
            of_data: list(&lineage.data_sources),
            vat: lineage.vat.clone(),
            notes: lineage.notes.clone(),
            cautions: lineage.cautions.clone(),
            is_whole: whole,
            engine: lineage.engine,
        }
    }
}

/// The titles of all factor sets in use, with their versions.
pub(super) fn factor_set(lineage: &Lineage) -> String {
    let sets: Vec<&Origin> = lineage.datasets.iter().filter(|origin| origin.role == "factors").collect();
    let text = |origin: &&Origin| {
        if origin.title.contains(&origin.version) {
            origin.title.clone()
        } else {
            format!("{}, version {}", origin.title, origin.version)
        }
    };
    sets.first().map_or_else(|| "none".to_owned(), text)
}

/// The name of the factor set in use, as short as the label needs it.
pub(super) fn factor_name(lineage: &Lineage) -> String {
    let name = lineage.datasets.iter().find(|origin| origin.role == "factors").map(|origin| &origin.name);
    name.map_or_else(|| "none".to_owned(), |name| name.strip_suffix(":standard").unwrap_or(name).to_owned())
}

/// The title of the dataset.
pub(in crate::report) fn dataset_title(lineage: &Lineage) -> String {
    let supply = lineage.datasets.iter().find(|origin| origin.role == "supply").or(lineage.datasets.first());
    supply.map_or_else(|| "True prices".to_owned(), |origin| origin.title.clone())
}

/// A choice by name, up to the first bracket.
pub(in crate::report) fn choice<'a>(lineage: &'a Lineage, name: &str) -> &'a str {
    let value = lineage.choices.get(name).map_or("not stated", String::as_str);
    value.split(" (").next().unwrap_or(value)
}

/// Do benefits cancel costs?
pub(in crate::report) fn netting(lineage: &Lineage) -> bool {
    choice(lineage, "netting").starts_with("on")
}
