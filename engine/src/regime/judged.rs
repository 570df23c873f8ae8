//! A dataset of flows with what each of them is: what later stages begin with.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::Progress;
use crate::data::flows::FlowData;
use crate::data::manifest::Kind;
use crate::data::reference::Reference;
use crate::flows::{Prepared, prepare};

use super::classify::{Classified, classify};
use super::rules::Rules;

/// A dataset of flows, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The dataset; other sets of rules may judge it too.
    pub data: Arc<FlowData>,
    /// Its flows with their features.
    pub prepared: Prepared,
    /// The rules.
    pub rules: Rules,
    /// What each flow is.
    pub classified: Classified,
    /// Name, version, citation and licence of the table of licences, if it is there.
    pub licences: Option<[String; 4]>,
}

impl Judged {
    /// Says of every flow of a dataset what it is.
    pub fn new(
        data: impl Into<Arc<FlowData>>,
        rules: Rules,
        reference: &Reference,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let data = data.into();
        let prepared = prepare(&data, progress, diagnostics)?;
        let classified = classify(&prepared.features, &prepared.bundles, &rules, progress, diagnostics)?;
        let licences = reference.manifests.iter().find(|(_, manifest)| manifest.kind == Kind::Licences);
        let licences = licences
            .map(|(name, m)| [name.clone(), m.version.clone(), m.citation.clone(), m.licence.name.clone()]);
        Some(Self { data, prepared, rules, classified, licences })
    }
}
