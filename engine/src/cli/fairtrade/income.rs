//! `truecost fairtrade income`.

use std::path::PathBuf;

use crate::base::diagnostic::Diagnostics;
use crate::data::source::Library;
use crate::report::coop::living;

use super::super::outcome::Outcome;
use super::OutputArguments;
use super::living::{LivingArguments, share};

/// Arguments of `fairtrade income`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Dataset of a co-op, or a file of households (.csv, .parquet)
    pub dataset: PathBuf,
    /// Benchmarks
    #[command(flatten)]
    pub living: LivingArguments,
    /// Which price brings this share of the households to a living income, such as 0.8, beside all of them
    #[arg(long, value_name = "SHARE")]
    pub share: Option<String>,
    /// Only incomes of this year
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    pub year: Option<i32>,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Holds incomes against living incomes.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let share = arguments.share.as_deref().and_then(|text| share("--share", text, &mut diagnostics));
    let asked = arguments.living.read(&arguments.dataset, "households", library, &mut diagnostics);
    let report = asked.and_then(|asked| {
        let terms = asked.terms();
        living::income(&asked.data, arguments.year, share.as_ref(), &terms, &mut diagnostics)
    });
    super::finish(report, diagnostics, &arguments.output, &arguments.living.made_from(&arguments.dataset))
}
