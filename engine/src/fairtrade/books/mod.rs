//! The records of a co-op as flows: what its books are made of.

mod amounts;
mod grid;
mod merge;
mod prices;
mod record_flows;
mod second;

use std::collections::BTreeSet;

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::Progress;
use crate::data::coop::records::Records;
use crate::data::flows::FlowData;
use crate::data::manifest::Kind;
use crate::data::reference::Reference;
use crate::data::source::{Opened, Source};
use crate::ledger::DEFAULT_POSTINGS;

pub use amounts::{Amounts, Second, Valued};
pub use prices::Rate;

/// Name of the table of postings that books of co-ops are kept by.
pub const COOP_POSTINGS: &str = "coop";

/// The table of postings of a dataset, if nobody names another.
pub fn postings_of(kind: Option<Kind>) -> &'static str {
    if kind == Some(Kind::Coop) { COOP_POSTINGS } else { DEFAULT_POSTINGS }
}

/// The records of a co-op, what they come to, and the flows that they are.
#[derive(Clone, Debug)]
pub struct CoopFlows {
    /// The records.
    pub records: Records,
    /// What they come to.
    pub amounts: Amounts,
    /// The flows of the records, and those that the dataset states beside them.
    pub data: FlowData,
    /// Ids of flows that the dataset states itself.
    pub stated: BTreeSet<String>,
}

/// Reads a flow dataset, or the records of a co-op as one.
pub fn flow_data(
    source: Source,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<FlowData> {
    let kind = source.clone().open_any(&mut Diagnostics::new()).map(|opened| opened.manifest.kind);
    if kind != Some(Kind::Coop) {
        return FlowData::read(source, reference, progress, diagnostics);
    }
    let opened = source.open(Kind::Coop, diagnostics)?;
    coop_flows(opened, reference, progress, diagnostics).map(|flows| flows.data)
}

/// Reads the records of a co-op and makes flows of them; every problem of every table is reported.
pub fn coop_flows(
    mut opened: Opened,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<CoopFlows> {
    let before = diagnostics.errors();
    let records = Records::read(&mut opened, &reference.units, progress, diagnostics);
    let amounts = Amounts::of(&records, diagnostics);
    let merged = merge::merge(&mut opened, &records, &amounts, progress, diagnostics);
    let stated = merged.stated.clone();
    let data = merged.read(&opened, reference, progress, diagnostics);
    if diagnostics.errors() > before {
        return None;
    }
    Some(CoopFlows { records, amounts, data: data?, stated })
}
