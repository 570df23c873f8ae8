//! What a report about a co-op rests on.

use serde_json::{Value, json};

use crate::data::manifest::Manifest;
use crate::data::source::Opened;

/// A dataset in the lineage.
pub(super) fn dataset(role: &str, name: &str, manifest: &Manifest, hash: &str) -> Value {
    json!({
        "role": role, "name": name, "title": manifest.title, "version": manifest.version,
        "citation": manifest.citation, "url": manifest.url, "licence": manifest.licence.name,
        "redistribute": manifest.licence.redistribute, "hash": hash,
    })
}

/// The dataset of the co-op in the lineage; call it when all tables were read, for its hash is of what was.
pub(super) fn coop(opened: &Opened) -> Value {
    dataset("co-op", &opened.source.name, &opened.manifest, &opened.hash())
}

/// A lineage of datasets and choices.
pub(super) fn lineage(datasets: &[Value], choices: &Value, cautions: &[String]) -> Value {
    json!({
        "engine": env!("CARGO_PKG_VERSION"), "datasets": datasets, "choices": choices, "cautions": cautions,
    })
}
