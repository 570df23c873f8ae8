//! Benchmarks, as a table.

use std::collections::BTreeMap;

use serde_json::json;

use crate::base::decimal::to_f64_at_18;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::region::Regions;
use crate::data::coop::benchmarks::{Benchmark, BenchmarkSet};
use crate::report::cell::Cell;
use crate::report::columns::Columns;

use super::super::{CoopReport, Sheet};
use super::dataset;

/// The benchmarks of these sets, or of one country.
pub fn benchmarks<'a>(
    sets: impl IntoIterator<Item = &'a BenchmarkSet>,
    country: Option<&str>,
    regions: &Regions,
    diagnostics: &mut Diagnostics,
) -> Option<CoopReport> {
    if let Some(code) = country.filter(|code| !regions.contains(code)) {
        let message = format!("`{code}` is not a region");
        let hint = match regions.code_of(code) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use ISO 3166 such as KE".to_owned(),
        };
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_REGION, message).hint(hint));
        return None;
    }
    let sets: Vec<&BenchmarkSet> = sets.into_iter().collect();
    let all = sets.iter().flat_map(|set| set.benchmarks.values());
    let asked = all.filter(|one| country.is_none_or(|country| country == one.country));
    let sheet = sheet(asked);
    let mut notes: Vec<String> = sets.iter().filter_map(|set| set.manifest.caveat.clone()).collect();
    let licences: Vec<String> =
        sets.iter().map(|set| format!("{}: {}", set.name, set.manifest.licence.name)).collect();
    notes.push(format!("licences: {}", licences.join("; ")));
    if sheet.columns.rows() == 0 {
        notes.insert(0, "there are none".to_owned());
    }
    let datasets: Vec<_> =
        sets.iter().map(|set| dataset("benchmarks", &set.name, &set.manifest, &set.hash)).collect();
    let engine = format!("truecost {}", env!("CARGO_PKG_VERSION"));
    Some(CoopReport {
        name: "benchmarks",
        sheets: vec![sheet],
        notes,
        pages: Vec::new(),
        lineage: json!({ "engine": engine, "datasets": datasets }),
        failed: false,
    })
}

/// Benchmarks by id, each once.
pub(super) fn sheet<'a>(all: impl Iterator<Item = &'a Benchmark>) -> Sheet {
    let by_id: BTreeMap<&str, &Benchmark> = all.map(|one| (one.id.as_str(), one)).collect();
    let rows: Vec<&Benchmark> = by_id.into_values().collect();
    let columns = Columns::of(&rows)
        .text("id", |r| &r.id)
        .text("kind", |r| r.kind.word())
        .text("country", |r| &r.country)
        .text("region", |r| &r.region)
        .text("period", |r| r.period.to_string())
        .text("amount", |r| Cell::Published(r.amount.clone()).text())
        .text("per", |r| r.per.word())
        .text("currency", |r| r.currency.to_string())
        .text("basis", |r| r.basis.map(crate::data::coop::stated::Basis::word).unwrap_or_default())
        .number("equivalence", |r| r.equivalence.as_ref().map(to_f64_at_18))
        .text("verification", |r| r.verification.word())
        .text("source", |r| &r.source)
        .done();
    Sheet { name: "benchmarks", columns }
}
