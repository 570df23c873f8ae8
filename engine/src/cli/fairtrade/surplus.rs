//! `truecost fairtrade surplus`.

use std::path::{Path, PathBuf};

use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::Diagnostics;
use crate::data::coop;
use crate::data::coop::members::MemberTables;
use crate::data::source::Library;
use crate::fairtrade::surplus::{Asked, distribute};
use crate::report::coop::surplus::surplus;

use super::super::outcome::Outcome;
use super::{OutputArguments, finish};

/// Arguments of `fairtrade surplus`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Dataset of a co-op
    pub dataset: PathBuf,
    /// Only the surplus of this year; all if left out
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    pub year: Option<i32>,
    /// Rules to share it out by: a set of the dataset, a name that `fairtrade rules` lists, or a path to a folder
    #[arg(long, value_name = "NAME|PATH")]
    pub rules: Option<String>,
    /// What part of each share is paid in cash, from 0 to 1
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub cash_rate: Option<Exact>,
    /// After how many years capital of members falls due for redemption
    #[arg(long, value_name = "YEARS", value_parser = clap::value_parser!(u32).range(0..=200))]
    pub redeem_after: Option<u32>,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// A fraction from 0 to 1.
fn rate(text: &str) -> Result<Exact, String> {
    decimal::parse(text)
        .ok()
        .filter(|rate| *rate >= decimal::zero() && *rate <= decimal::one())
        .ok_or_else(|| "a rate is from 0 to 1, such as 0.2".to_owned())
}

/// Shares out surpluses.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let asked = Asked {
        year: arguments.year,
        rules: arguments.rules.clone(),
        cash_rate: arguments.cash_rate.clone(),
        redeem_after: arguments.redeem_after,
    };
    let report = coop::open(&arguments.dataset, "surpluses", &mut diagnostics).and_then(|mut opened| {
        let tables = MemberTables::read(&mut opened, &mut diagnostics);
        let made = distribute(&tables, &asked, library, &mut diagnostics)?;
        Some(surplus(&made, &asked, &opened))
    });
    let rules = arguments.rules.as_deref().map_or(arguments.dataset.as_path(), Path::new);
    finish(report, diagnostics, &arguments.output, &[&arguments.dataset, rules])
}
