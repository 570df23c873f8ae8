//! `truecost fairtrade mass-balance`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::base::diagnostic::Diagnostics;
use crate::data::coop;
use crate::data::source::Library;
use crate::fairtrade::mass_balance::By;
use crate::report::coop::mass_balance::mass_balance;

use super::super::outcome::Outcome;
use super::{OutputArguments, finish};

/// Arguments of `fairtrade mass-balance`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Dataset of a co-op, or a file of movements (.csv, .parquet)
    pub dataset: PathBuf,
    /// How finely the table tells time apart; every day is checked in any case
    #[arg(long, value_enum, default_value_t)]
    pub by: Span,
    /// Take all sites together
    #[arg(long)]
    pub group: bool,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// How finely a balance tells time apart.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Span {
    /// By month
    Month,
    /// By quarter
    Quarter,
    /// By year
    #[default]
    Year,
    /// All days together
    All,
}

/// Balances what came in and went out.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let by = match arguments.by {
        Span::Month => By::Month,
        Span::Quarter => By::Quarter,
        Span::Year => By::Year,
        Span::All => By::All,
    };
    let report = coop::open(&arguments.dataset, "movements", &mut diagnostics)
        .and_then(|opened| mass_balance(opened, by, arguments.group, library, &mut diagnostics));
    finish(report, diagnostics, &arguments.output, &[&arguments.dataset])
}
