//! Properties of products by which the burden of a process may be divided: energy, dry matter, protein.

use crate::base::diagnostic::Diagnostics;
use crate::base::unit::Unit;

use super::cells::{Cells, Number, RowRef};
use super::reference::Reference;

/// How much of a property one reference unit of a product has.
#[derive(Clone, Debug)]
pub struct Property {
    /// Product.
    pub product: String,
    /// The process it is made by, if this holds for that one only.
    pub process: Option<String>,
    /// Name of the property.
    pub property: String,
    /// How much, 0 or more.
    pub amount: Number,
    /// In which unit.
    pub unit: Unit,
    /// Source.
    pub source: String,
    /// Row.
    pub row: RowRef,
}

/// Reads a row of `properties`.
pub(super) fn property(
    row: &Cells,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Property> {
    let product = row.id("product", diagnostics);
    let process = row.optional_id("process", diagnostics);
    let property = row.id("property", diagnostics);
    let amount = row.non_negative("amount", diagnostics);
    let unit = row.unit("unit", &reference.units, diagnostics);
    Some(Property {
        product: product?,
        process,
        property: property?,
        amount: amount?,
        unit: unit?,
        source: row.string("source"),
        row: row.row_ref(),
    })
}
