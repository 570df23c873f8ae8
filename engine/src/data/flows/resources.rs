//! Resources: what passes.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::region::Location;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, Number, RowRef};
use crate::data::licences::Licences;
use crate::data::reference::Reference;

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
    /// The product of the supply dataset that it is, and the place it comes from, where that is stated.
    pub product: Option<(String, Option<Location>)>,
    /// The kind of work, for wages.
    pub task: Option<String>,
    /// Hours it would take to make it once again.
    pub replacement_hours: Option<Number>,
    /// Row.
    pub row: RowRef,
}

/// What a resource can be.
const KINDS: [&str; 6] = ["money", "credit", "hours", "goods_services", "attention_data", "claim"];

/// Reads the table, sorted by id.
pub(super) fn resources(
    bound: &Bound,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Vec<Resource> {
    let kinds = KINDS.map(|word| (word, Field::CounterflowKind.known(word)));
    let mut resources: Vec<Resource> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let kind = row.optional_word("kind", &kinds, diagnostics).unwrap_or(UNKNOWN);
        let mut stated = Features::default();
        for field in [Field::Rival, Field::Excludable] {
            stated = stated.with(field, coded(&row, field.name(), field, diagnostics));
        }
        stated = stated.with(Field::LicenceClass, licence_class(&row, &reference.licences, diagnostics));
        let product = product(&row, kind, reference, diagnostics);
        let task = row.optional_id("task", diagnostics);
        let replacement_hours = row.optional_positive("replacement_hours", diagnostics);
        let id = id?;
        let name = row.text("name").unwrap_or(&id).to_owned();
        let row = row.row_ref();
        Some(Resource { id, name, kind, stated, product, task, replacement_hours, row })
    });
    resources.sort_by(|a, b| a.id.cmp(&b.id));
    resources.dedup_by(|a, b| a.id == b.id);
    resources
}

/// Kinds that are entries in somebody's books: nobody makes them out of anything.
pub(super) const CLAIMS: [&str; 4] = ["money", "credit", "hours", "claim"];

/// The product that a resource is, with its origin.
fn product(
    row: &Cells,
    kind: u8,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<(String, Option<Location>)> {
    let product = row.optional_id("product", diagnostics);
    let origin = row.text("origin").and_then(|_| row.location("origin", &reference.regions, diagnostics));
    if origin.is_some() && product.is_none() {
        let message = "an origin, and no product that comes from there";
        let hint = "name the `product` of the supply dataset, or leave `origin` empty";
        let place = row.place().column("product");
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
    }
    let kind = Field::CounterflowKind.word(kind);
    if product.is_some() && CLAIMS.contains(&kind) {
        let message = format!("what is {kind} is no product of a supply chain");
        let hint = "name the product where it passes itself, in the resource of that leg";
        let place = row.place().column("product");
        diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
    }
    product.map(|product| (product, origin))
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
