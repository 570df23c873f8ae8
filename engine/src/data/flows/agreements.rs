//! Agreements: what was agreed together, and what holds of all its flows.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostics;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;

use super::field::{Features, Field};
use super::words::coded;

/// An agreement.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Id.
    pub id: String,
    /// Name; the id where none is given.
    pub name: String,
    /// What is stated of all its flows.
    pub stated: Features,
    /// Row.
    pub row: RowRef,
}

/// Fields that an agreement may state.
pub(super) const STATED: [Field; 4] =
    [Field::PriceBasis, Field::Contracted, Field::Compelled, Field::AccessScope];

/// Reads the table, sorted by id.
pub(super) fn agreements(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<Agreement> {
    let mut agreements: Vec<Agreement> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let mut stated = Features::default();
        for field in STATED {
            stated = stated.with(field, coded(&row, field.name(), field, diagnostics));
        }
        stated = stated.with(Field::Certification, certification(row.text("certification")));
        let id = id?;
        let name = row.text("name").unwrap_or(&id).to_owned();
        Some(Agreement { id, name, stated, row: row.row_ref() })
    });
    agreements.sort_by(|a, b| a.id.cmp(&b.id));
    agreements.dedup_by(|a, b| a.id == b.id);
    agreements
}

/// The agreements that flows name, where the dataset has no table of them.
pub(super) fn named(bound: &Bound) -> Vec<Agreement> {
    let mut named: BTreeMap<String, Agreement> = BTreeMap::new();
    bound.each(|row| {
        if let Some(id) = row.text("agreement")
            && !named.contains_key(id)
        {
            let (id, row) = (id.to_owned(), row.row_ref());
            let agreement = Agreement { id: id.clone(), name: id.clone(), stated: Features::default(), row };
            named.insert(id, agreement);
        }
    });
    named.into_values().collect()
}

/// A certificate is `none`, or the name of one.
pub(super) fn certification(text: Option<&str>) -> u8 {
    let word = text.map(|text| if text == "none" { "none" } else { "some" });
    word.map(|word| Field::Certification.known(word)).unwrap_or_default()
}
