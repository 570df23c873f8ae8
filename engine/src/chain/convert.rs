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
    let exact = |mass: &Number| mass.exact.clone();
    let own = product.mass_kg.as_ref().map(exact);
    ratio_to_reference(&product.unit, own.as_ref(), unit, pack_kg.map(exact), kilogram)
}

/// How many `reference` units of a product, of which one has the mass `mass_kg`, are in one `unit` of it.
pub fn ratio_to_reference(
    reference: &Unit,
    mass_kg: Option<&Exact>,
    unit: &Unit,
    pack_kg: Option<Exact>,
    kilogram: &Unit,
) -> Result<Ratio, String> {
    let direct = unit.ratio_to(reference);
    let error = match direct {
        Ok(ratio) => return Ok(ratio),
        Err(error) => error,
    };
    let in_kilograms = |unit: &Unit| unit.ratio_to(kilogram).ok().map(|ratio| ratio.exact().clone());
    let kilograms = if unit.is_mass() { in_kilograms(unit) } else { pack_kg };
    let per_reference = if reference.is_mass() { in_kilograms(reference) } else { mass_kg.cloned() };
    match (kilograms, per_reference) {
        (Some(kilograms), Some(per_reference)) => Ok(Ratio::one().times(&(kilograms / per_reference))),
        _ => Err(error.to_string()),
    }
}

/// Does this unit of a product, a mass, become reference units by the product's own mass? An amount in it is less the
/// heavier the product is.
pub fn converts_by_mass(product: &Product, unit: &Unit) -> bool {
    product.mass_kg.is_some() && unit.is_mass() && unit.ratio_to(&product.unit).is_err()
}

/// Does this unit of a product, a pack, become reference units by the mass that its price states?
pub fn converts_by_pack(product: &Product, unit: &Unit) -> bool {
    !unit.is_mass() && unit.ratio_to(&product.unit).is_err()
}
