//! The supply dataset that a command prices, and how it is valued.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::data::supply::Supply;
use crate::fairtrade::living::social_cost::with_living;
use crate::pricing::{Choices, Request};

/// Reads the dataset and checks the choices. What workers and households of a co-op lack is part of what is read; their
/// benchmarks are moved by the user's own figures too.
pub(super) fn asked(
    source: Source,
    choices: &Choices,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> (Option<Arc<Supply>>, Request, Reference) {
    let mut reference = Reference::read(library, diagnostics);
    let supply = Supply::read(source.clone(), &reference, &(), diagnostics);
    let default = supply.as_ref().and_then(|supply| supply.manifest.defaults.factors.as_deref());
    let request = choices.request(library, &mut reference, default, diagnostics);
    let supply = supply
        .and_then(|supply| with_living(supply, source, &reference, &request.overrides, diagnostics))
        .map(Arc::new);
    (supply, request, reference)
}
