//! Factor sets.

use crate::base::diagnostic::Diagnostics;
use crate::data::factors::FactorSet;
use crate::data::reference::{Reference, Verification};
use crate::data::source::Library;
use crate::report::columns::{Columns, words};

use super::sets;

/// One row a factor set of the library; its factors are counted in its default variant. A composite has a currency, a
/// price year and an area only where all sets it takes from have the same.
pub fn factor_sets(library: &Library, reference: &Reference, diagnostics: &mut Diagnostics) -> Columns {
    let sets = sets(library, reference, diagnostics);
    let verified =
        |set: &FactorSet, by: Verification| set.rows.iter().filter(|r| r.verification == by).count();
    Columns::of(&sets)
        .text("name", |set| &set.name)
        .text("variants", |set| set.variants().join(" "))
        .text("default_variant", |set| &set.variant)
        .text("currency", |set| set.agreed(|s| s.currency.clone()).unwrap_or_default())
        .year("price_year", |set| set.agreed(|s| s.price_year))
        .text("valid_in", |set| set.agreed(|s| words(&s.valid_in)).unwrap_or_default())
        .count("factors", |set| set.rows.len())
        .count("primary", |set| verified(set, Verification::Primary))
        .count("secondary", |set| verified(set, Verification::Secondary))
        .count("unverified", |set| verified(set, Verification::Unverified))
        .text("title", |set| &set.manifest.title)
        .text("version", |set| &set.manifest.version)
        .text("published", |set| set.manifest.published.clone().unwrap_or_default())
        .text("producer", |set| &set.manifest.producer)
        .text("licence", |set| &set.manifest.licence.name)
        .flag("redistribute", |set| set.manifest.licence.redistribute)
        .text("url", |set| set.manifest.url.clone().unwrap_or_default())
        .text("citation", |set| &set.manifest.citation)
        .text("caveat", |set| set.manifest.caveat.clone().unwrap_or_default())
        .text("description", |set| &set.manifest.description)
        .text("hash", |set| &set.hash)
        .done()
}
