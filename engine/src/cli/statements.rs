//! `truecost statements`.

use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, codes};

use super::fairtrade::OutputArguments;
use super::outcome::Outcome;

/// Arguments of `statements`.
#[derive(Debug, clap::Args)]
pub struct StatementsArguments {
    /// Dataset of a co-op: a folder, or a workbook
    pub dataset: PathBuf,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Not there yet.
pub(super) fn run(_arguments: &StatementsArguments) -> Outcome {
    Err(Diagnostic::error(codes::NOT_FOUND, "not there yet").into())
}
