//! `truecost fairtrade reference-price`.

use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::coop;
use crate::data::source::Library;

use super::super::outcome::Outcome;
use super::OutputArguments;

/// Arguments of `fairtrade reference-price`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Dataset of a co-op, or a file of farms (.csv, .parquet)
    pub dataset: PathBuf,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Not there yet.
pub(super) fn run(arguments: &Arguments, _library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    coop::open(&arguments.dataset, "farms", &mut diagnostics);
    Err(Diagnostic::error(codes::NOT_FOUND, "not there yet").into())
}
