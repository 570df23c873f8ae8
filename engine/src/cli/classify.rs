//! `truecost classify`.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::data::flows::FlowData;
use crate::data::manifest::Kind;
use crate::data::reference::Reference;
use crate::data::regimes::RuleTable;
use crate::data::source::{Library, Shelf, Source};
use crate::flows::{Prepared, prepare};
use crate::regime::{Classified, Rules, classify};
use crate::report::{json, regimes};

use super::arguments::{ClassifyArguments, Format};
use super::outcome::{Outcome, note, print, settle};

/// Name of the rules that are built in.
pub(super) const DEFAULT_RULES: &str = "default";

/// A dataset with what its flows are.
pub(super) struct Found {
    data: FlowData,
    prepared: Prepared,
    rules: Rules,
    classified: Classified,
    licences: Option<[String; 4]>,
}

impl Found {
    /// Reads a dataset and says what its flows are.
    pub(super) fn new(
        dataset: &Path,
        profile: &str,
        library: &Library,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let reference = Reference::read(library, diagnostics);
        let rules = read_rules(profile, library, diagnostics);
        let data = FlowData::read(Source::folder(dataset), &reference, &(), diagnostics);
        if diagnostics.has_errors() {
            return None;
        }
        let (data, rules) = (data?, rules?);
        let prepared = prepare(&data, &(), diagnostics)?;
        let classified = classify(&prepared.features, &prepared.bundles, &rules, &(), diagnostics)?;
        let licences = reference.manifests.iter().find(|(_, manifest)| manifest.kind == Kind::Licences);
        let licences = licences
            .map(|(name, m)| [name.clone(), m.version.clone(), m.citation.clone(), m.licence.name.clone()]);
        Some(Self { data, prepared, rules, classified, licences })
    }

    /// All that reports need.
    pub(super) fn regimes(&self) -> regimes::Regimes<'_> {
        let licences = self.licences.clone();
        regimes::Regimes::new(&self.data, &self.prepared, &self.rules, &self.classified, licences)
    }
}

/// Reads a set of rules by name or path, and compiles it.
pub(super) fn read_rules(name: &str, library: &Library, diagnostics: &mut Diagnostics) -> Option<Rules> {
    match library.find(Shelf::Regimes, name) {
        Ok(source) => {
            let before = diagnostics.errors();
            let table = RuleTable::read(source, &(), diagnostics)?;
            (diagnostics.errors() == before).then(|| Rules::compile(table, diagnostics))?
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
    }
}

/// Says what the flows of a dataset are.
pub(super) fn run(arguments: &ClassifyArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let found = Found::new(&arguments.dataset, &arguments.profile, library, &mut diagnostics);
    let found = settle(found, diagnostics)?;
    let regimes = found.regimes();
    let text = match arguments.format {
        Format::Table => regimes::text(&regimes),
        Format::Csv => {
            let mut bytes = Vec::new();
            // Writing to memory does not fail.
            let _ = regimes::csv(&regimes, &mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Format::Json => json::text(&regimes::json(&regimes)),
    };
    // The files get their names last: if the table cannot be printed, no report stands there.
    let report = arguments.out.as_ref().map(|folder| regimes::stage(folder, &regimes)).transpose()?;
    print(&text)?;
    if let Some(report) = report {
        let written = report.commit()?;
        if let Some(folder) = &arguments.out {
            note(&format!("wrote {} files to {}", written.len(), folder.display()));
        }
    }
    Ok(())
}
