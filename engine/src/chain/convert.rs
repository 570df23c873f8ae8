//! Amounts of a product in its reference unit: within one dimension, or by the product's mass.

use crate::base::decimal::Exact;
use crate::base::unit::{Ratio, Unit};
use crate::data::cells::Number;
use crate::data::supply::Product;

/// How many reference units of `product` are in one `unit` of it.
///
/// `pack_kg` is the mass of one `unit` where it is a pack. A product whose reference unit is not a mass
/// converts from kilograms by its own `mass_kg`.
pub fn to_reference(
    product: &Product,
    unit: &Unit,
    pack_kg: Option<&Number>,
    kilogram: &Unit,
) -> Result<Ratio, String> {
    let direct = unit.ratio_to(&product.unit);
    let error = match direct {
        Ok(ratio) => return Ok(ratio),
        Err(error) => error,
    };
    let kilograms: Option<Exact> = if unit.is_mass() {
        unit.ratio_to(kilogram).ok().map(|ratio| ratio.exact().clone())
    } else {
        pack_kg.map(|mass| mass.exact.clone())
    };
    let per_reference: Option<Exact> = if product.unit.is_mass() {
        product.unit.ratio_to(kilogram).ok().map(|ratio| ratio.exact().clone())
    } else {
        product.mass_kg.as_ref().map(|mass| mass.exact.clone())
    };
    match (kilograms, per_reference) {
        (Some(kilograms), Some(reference)) => Ok(Ratio::one().times(&(kilograms / reference))),
        _ => Err(error.to_string()),
    }
}
