//! `truecost fairtrade value-equation`.

use std::path::PathBuf;

use crate::base::diagnostic::Diagnostics;
use crate::data::coop;
use crate::data::source::Library;
use crate::fairtrade::value_equation::value_equation;
use crate::report::coop::value_equation::value_equation as report;

use super::super::outcome::Outcome;
use super::{OutputArguments, finish};

/// Arguments of `fairtrade value-equation`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Dataset of a co-op, with the tables contributions, buckets and distributions
    pub dataset: PathBuf,
    /// Who gets what no claim takes, where a distribution does not say; it is an error if nobody does
    #[arg(long, value_name = "AGENT")]
    pub left_to: Option<String>,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Shares out distributions.
pub(super) fn run(arguments: &Arguments, _library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let left_to = arguments.left_to.as_deref();
    let made = coop::open(&arguments.dataset, "contributions", &mut diagnostics).and_then(|mut opened| {
        let shares = value_equation(&mut opened, left_to, &mut diagnostics)?;
        Some(report(&shares, left_to, &opened))
    });
    finish(made, diagnostics, &arguments.output, &[&arguments.dataset])
}
