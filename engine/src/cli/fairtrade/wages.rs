//! `truecost fairtrade wages`.

use std::path::PathBuf;

use crate::base::diagnostic::Diagnostics;
use crate::data::source::Library;
use crate::report::coop::living;

use super::super::outcome::Outcome;
use super::OutputArguments;
use super::living::{LivingArguments, share};

/// Arguments of `fairtrade wages`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Dataset of a co-op, or a file of workers (.csv, .parquet)
    pub dataset: PathBuf,
    /// Benchmarks
    #[command(flatten)]
    pub living: LivingArguments,
    /// Of a living wage at most this share counts in kind, where a row does not say; 0.3 if left out, unverified
    #[arg(long, value_name = "SHARE")]
    pub in_kind_cap: Option<String>,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Holds wages against living wages.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let cap = arguments.in_kind_cap.as_deref();
    let cap = cap.and_then(|text| share("--in-kind-cap", text, &mut diagnostics));
    let asked = arguments.living.read(&arguments.dataset, "workers", library, &mut diagnostics);
    let report = asked.and_then(|asked| {
        let mut terms = asked.terms();
        if let Some(cap) = cap {
            terms.in_kind_cap = cap;
        }
        living::wages(&asked.data, &terms, &mut diagnostics)
    });
    super::finish(report, diagnostics, &arguments.output, &arguments.living.made_from(&arguments.dataset))
}
