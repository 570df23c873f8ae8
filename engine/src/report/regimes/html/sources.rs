//! What the page rests on: datasets, rules, licences, what the manifest states of all flows.

use serde::Serialize;

use crate::flows::WINDOWS_DAYS;
use crate::report::regimes::Regimes;
use crate::report::web::dataset::Dataset;

/// Something that the manifest states of all flows.
#[derive(Serialize)]
struct Stated {
    column: String,
    value: String,
    is_absent: bool,
}

/// All of it.
#[derive(Serialize)]
pub(super) struct Sources {
    datasets: Vec<Dataset>,
    cautions: Vec<String>,
    stated: Vec<Stated>,
    rules: usize,
    windows: String,
    engine: &'static str,
    example: String,
    folder: String,
}

impl Sources {
    pub(super) fn new(regimes: &Regimes) -> Self {
        let (data, rules) = (regimes.data, &regimes.rules.table);
        let mut datasets = vec![
            Dataset::of("Flows", &data.name, &data.manifest, &data.hash),
            Dataset::of("Rules", &rules.name, &rules.manifest, &rules.hash),
        ];
        datasets.extend(regimes.licences.map(|[name, version, citation, licence]| Dataset {
            role: "Licences of software and works".to_owned(),
            name: name.clone(),
            title: name.clone(),
            version: version.clone(),
            citation: citation.clone(),
            licence: licence.clone(),
            ..Dataset::default()
        }));
        let stated = data.manifest.flows.stated.iter().map(|(column, value)| Stated {
            column: column.clone(),
            value: value.clone(),
            is_absent: data.constants.absent().contains(&column.as_str()),
        });
        Self {
            datasets,
            cautions: data.manifest.caveat.iter().map(|text| text.trim_end_matches('.').to_owned()).collect(),
            stated: stated.collect(),
            rules: rules.rules.len(),
            windows: WINDOWS_DAYS.map(|days| days.to_string()).join(", "),
            engine: env!("CARGO_PKG_VERSION"),
            example: if data.flows.is_empty() { "FLOW".to_owned() } else { data.flows.id(0).to_owned() },
            folder: data.name.clone(),
        }
    }
}
