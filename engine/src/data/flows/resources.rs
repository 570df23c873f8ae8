//! Resources: what passes.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::licences::Licences;

use super::field::{Features, Field, UNKNOWN};
use super::words::coded;

/// A resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Id.
    pub id: String,
    /// Name; the id where none is given.
    pub name: String,
    /// What it is where it comes back for something: a value of [`Field::CounterflowKind`].
    pub kind: u8,
    /// Is it rival and excludable, and what does its licence let others do?
    pub stated: Features,
    /// Row.
    pub row: RowRef,
}

/// What a resource can be.
const KINDS: [&str; 6] = ["money", "credit", "hours", "goods_services", "attention_data", "claim"];

/// Reads the table, sorted by id.
pub(super) fn resources(bound: &Bound, licences: &Licences, diagnostics: &mut Diagnostics) -> Vec<Resource> {
    let kinds = KINDS.map(|word| (word, Field::CounterflowKind.known(word)));
    let mut resources: Vec<Resource> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let kind = row.optional_word("kind", &kinds, diagnostics).unwrap_or(UNKNOWN);
        let mut stated = Features::default();
        for field in [Field::Rival, Field::Excludable] {
            stated = stated.with(field, coded(&row, field.name(), field, diagnostics));
        }
        stated = stated.with(Field::LicenceClass, licence_class(&row, licences, diagnostics));
        let id = id?;
        let name = row.text("name").unwrap_or(&id).to_owned();
        Some(Resource { id, name, kind, stated, row: row.row_ref() })
    });
    resources.sort_by(|a, b| a.id.cmp(&b.id));
    resources.dedup_by(|a, b| a.id == b.id);
    resources
}

/// What the licence in a cell lets others do; `none` where nothing is licensed.
pub(super) fn licence_class(row: &Cells, licences: &Licences, diagnostics: &mut Diagnostics) -> u8 {
    let Some(text) = row.text("licence") else { return UNKNOWN };
    if text == "none" {
        return Field::LicenceClass.known(text);
    }
    if let Some(class) = licences.class(text) {
        return Field::LicenceClass.known(class.word());
    }
    let message = format!("`{text}` is not a licence");
    let hint = match licences.like(text) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "use an SPDX id such as CC-BY-4.0, LicenseRef-… for one of your own, or none".to_owned(),
    };
    let place = row.place().column("licence");
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    UNKNOWN
}
