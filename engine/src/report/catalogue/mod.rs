//! What there is to price with: factor sets, indicators, factors, and what the sets say of one indicator.

mod comparison;
mod factor_sets;
mod factors;
mod indicators;
#[cfg(test)]
mod tests;

use crate::base::diagnostic::Diagnostics;
use crate::data::factors::FactorSet;
use crate::data::reference::Reference;
use crate::data::source::{Library, Shelf};

pub use comparison::{Choice, Comparison, comparison};
pub use factor_sets::factor_sets;
pub use factors::factors;
pub use indicators::indicators;

/// All factor sets of a library, in their default variants.
fn sets(library: &Library, reference: &Reference, diagnostics: &mut Diagnostics) -> Vec<FactorSet> {
    let names = library.names(Shelf::Factors);
    names.iter().filter_map(|name| FactorSet::read(name, library, reference, diagnostics)).collect()
}
