//! `truecost fairtrade reference-price`.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::data::coop;
use crate::data::coop::living::LivingData;
use crate::data::coop::reference_prices::ReferencePriceSet;
use crate::data::reference::Reference;
use crate::data::source::{Library, Shelf};
use crate::fairtrade::living::must_have;
use crate::report::coop::CoopReport;
use crate::report::coop::living;

use super::super::outcome::Outcome;
use super::OutputArguments;

/// Arguments of `fairtrade reference-price`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Dataset of a co-op, or a file of farms (.csv, .parquet); or the name of a dataset of published prices, such as
    /// living-income-reference-prices, which are held against their inputs
    pub dataset: String,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Computes reference prices, or holds published ones against their inputs.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let reference = Reference::read(library, &mut diagnostics);
    let report = answer(&arguments.dataset, library, &reference, &mut diagnostics);
    super::finish(report, diagnostics, &arguments.output, &[Path::new(&arguments.dataset)])
}

/// A name that is no path is one of a dataset of published prices.
pub fn answer(
    dataset: &str,
    library: &Library,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<CoopReport> {
    let path = Path::new(dataset);
    if !path.exists() && library.names(Shelf::Fairtrade).iter().any(|name| name == dataset) {
        let source = library.find(Shelf::Fairtrade, dataset).map_err(|problem| diagnostics.push(problem));
        let set = ReferencePriceSet::read(source.ok()?, reference, diagnostics)?;
        return living::published(&set, diagnostics);
    }
    let opened = coop::open(path, "farms", diagnostics)?;
    must_have(&opened, "farms", diagnostics);
    let data = LivingData::read(opened, reference, diagnostics);
    living::reference_price(&data, diagnostics)
}
