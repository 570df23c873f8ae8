//! `truecost fairtrade benchmarks`.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::source::Library;
use crate::fairtrade::living::benchmark;
use crate::report::coop::living;

use super::super::outcome::Outcome;
use super::OutputArguments;

/// Arguments of `fairtrade benchmarks`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only of this country, such as KE
    #[arg(long, value_name = "CODE")]
    pub country: Option<String>,
    /// Of this dataset: a name, a folder or a file; all that are built in if left out
    #[arg(long, value_name = "NAME|PATH")]
    pub benchmarks: Option<String>,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Lists benchmarks.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let reference = Reference::read(library, &mut diagnostics);
    let sets = benchmark::sets(arguments.benchmarks.as_deref(), library, &reference, &mut diagnostics);
    let country = arguments.country.as_deref();
    let report =
        sets.and_then(|sets| living::benchmarks(&sets, country, &reference.regions, &mut diagnostics));
    super::finish(
        report,
        diagnostics,
        &arguments.output,
        &[Path::new(arguments.benchmarks.as_deref().unwrap_or_default())],
    )
}
