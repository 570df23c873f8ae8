//! `truecost fairtrade rules`.

use crate::base::diagnostic::Diagnostics;
use crate::data::source::{Library, Shelf};
use crate::fairtrade::surplus::RuleSet;
use crate::report::coop::surplus::rule_sets;

use super::super::outcome::Outcome;
use super::{OutputArguments, finish};

/// Arguments of `fairtrade rules`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Lists the sets of rules by which a surplus can be shared out.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let names = library.names(Shelf::Surplus);
    let sets: Vec<RuleSet> =
        names.iter().filter_map(|name| RuleSet::find(name, &[], None, library, &mut diagnostics)).collect();
    finish(Some(rule_sets(&sets)), diagnostics, &arguments.output, &[])
}
