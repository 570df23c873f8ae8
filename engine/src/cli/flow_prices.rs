//! Prices of a flow dataset, for the commands that take one.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::fairtrade::living;
use crate::pricing::{FlowPrices, supply_of};
use crate::regime::Judged;
use crate::valuation::Overrides;

use super::valuing::ValuingArguments;

/// The prices of what passes; `None` where neither a flag nor the manifest names a supply dataset, or where there are
/// errors.
pub(super) fn flow_prices(
    judged: Option<&Judged>,
    supply: Option<&Path>,
    valuing: &ValuingArguments,
    library: &Library,
    reference: &mut Reference,
    diagnostics: &mut Diagnostics,
) -> Option<FlowPrices> {
    let data = &judged?.data;
    let choices = valuing.choices(&[]);
    let supply = supply_of(data, supply, &choices, diagnostics)?;
    let source = Source::at(&supply);
    let supply = living::supply(source, reference, &Overrides::default(), &(), diagnostics)?;
    FlowPrices::new(data, supply, &choices, library, reference, &(), diagnostics)
}
