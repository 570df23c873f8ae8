//! Factor sets.

use crate::base::diagnostic::Diagnostics;
use crate::data::factors::FactorSet;
use crate::data::manifest::FactorSettings;
use crate::data::reference::{Reference, Verification};
use crate::data::source::Library;
use crate::report::columns::{Columns, words};

use super::sets;

/// One row a factor set of the library; its factors are counted in its default variant.
pub fn factor_sets(library: &Library, reference: &Reference, diagnostics: &mut Diagnostics) -> Columns {
    let sets = sets(library, reference, diagnostics);
    let verified =
        |set: &FactorSet, by: Verification| set.rows.iter().filter(|r| r.verification == by).count();
    Columns::of(&sets)
        .text("name", |set| &set.name)
        .text("variants", |set| settings(set).map(|s| words(&s.variants)).unwrap_or_default())
        .text("default_variant", |set| &set.variant)
        .text("currency", |set| settings(set).map(|s| s.currency.clone()).unwrap_or_default())
        .year("price_year", |set| settings(set).map(|s| s.price_year))
        .text("valid_in", |set| settings(set).map(|s| words(&s.valid_in)).unwrap_or_default())
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

/// Settings of the set, or of the first of a composite.
fn settings(set: &FactorSet) -> Option<&FactorSettings> {
    set.heads.first().map(|head| &head.settings)
}
