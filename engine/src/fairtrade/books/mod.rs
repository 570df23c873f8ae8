//! The records of a co-op as flows: what its books are made of.

mod amounts;
mod doubts;
mod grid;
mod merge;
mod moneys;
mod priceless;
mod prices;
mod record_flows;
mod second;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
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
    /// Names of the products of its supply tables, by their ids.
    pub products: BTreeMap<String, String>,
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

/// Reads the records of a co-op and makes flows of them; every problem of every table is reported. Without a record and
/// without a flow there are no books, which is an error too.
pub fn coop_flows(
    opened: Opened,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<CoopFlows> {
    let is_workbook = opened.source.is_workbook();
    let place = if is_workbook {
        Place::file(opened.source.label())
    } else {
        Place::file(opened.source.file_label("manifest.toml"))
    };
    let before = diagnostics.errors();
    let found = read(opened, reference, progress, diagnostics).2;
    if found.is_none() && diagnostics.errors() == before {
        let message = "the co-op has no deliveries, payments or deductions, and no other flows";
        let hint = if is_workbook {
            "fill the sheets Producers, Buying prices, Deliveries and Payments; each header has a note"
        } else {
            "docs/reference/coop-statements.md says which tables statements and books are made of"
        };
        diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(place).hint(hint));
    }
    found
}

/// Looks for every problem of the records and of other flows, and for what is unlikely; gives the records, and what they
/// come to. A co-op may have neither.
pub fn check(
    opened: Opened,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> (Records, Amounts) {
    let (records, amounts, _) = read(opened, reference, progress, diagnostics);
    doubts::doubts(&records, &amounts, diagnostics);
    (records, amounts)
}

/// Reads all of it; no flows: there is a problem, or nothing at all.
fn read(
    mut opened: Opened,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> (Records, Amounts, Option<CoopFlows>) {
    let before = diagnostics.errors();
    let records = Records::read(&mut opened, &reference.units, progress, diagnostics);
    let amounts = Amounts::of(&records, diagnostics);
    moneys::mixed(&records, &amounts, diagnostics);
    let merged = merge::merge(&mut opened, &records, &amounts, progress, diagnostics);
    if merged.is_empty() {
        return (records, amounts, None);
    }
    let (stated, products) = (merged.stated.clone(), merged.products.clone());
    // Flows that lack a record with a problem are no problems of their own.
    let is_whole = diagnostics.errors() == before;
    let data = merged.read(&opened, is_whole, (reference, progress), diagnostics);
    let data = data.filter(|_| diagnostics.errors() == before);
    let flows = data.map(|data| CoopFlows {
        records: records.clone(),
        amounts: amounts.clone(),
        data,
        stated,
        products,
    });
    (records, amounts, flows)
}
