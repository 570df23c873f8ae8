//! `truecost fairtrade drift`.

use std::path::{Path, PathBuf};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::coop;
use crate::data::reference::Reference;
use crate::data::source::{Library, Opened};
use crate::fairtrade::drift::{FlowYears, drift_of};
use crate::regime::DEFAULT_RULES;
use crate::report::coop::drift::{drift as report, flows_in_lineage};

use super::super::classify::judged;
use super::super::outcome::Outcome;
use super::{OutputArguments, finish};

/// Arguments of `fairtrade drift`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Dataset of a co-op, or a file of years (.csv, .parquet)
    pub dataset: PathBuf,
    /// Flow dataset of the co-op, whose flows are classified: how much is bought and sold on conventional markets
    #[arg(long, value_name = "DIR")]
    pub flows: Option<PathBuf>,
    /// Unit of account of the flows that are counted; the currency of the co-op if left out
    #[arg(long, value_name = "UNIT", requires = "flows")]
    pub unit: Option<String>,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Measures how a co-op changed.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let report = coop::open(&arguments.dataset, "years", &mut diagnostics).and_then(|mut opened| {
        let flows = match &arguments.flows {
            Some(path) => Some(passed(path, arguments, &opened, library, &mut diagnostics)?),
            None => None,
        };
        let (years, of) = flows.unzip();
        let found = drift_of(&mut opened, years.as_ref(), library, &mut diagnostics)?;
        report(&found, years.as_ref().zip(of), &opened)
            .map_err(|error| {
                let message = format!("the page cannot be made: {error}");
                diagnostics.push(Diagnostic::error(codes::UNWRITABLE, message));
            })
            .ok()
    });
    finish(
        report,
        diagnostics,
        &arguments.output,
        &[&arguments.dataset, arguments.flows.as_ref().unwrap_or(&arguments.dataset)],
    )
}

/// The flows of a dataset by year, and what they are in the lineage.
fn passed(
    path: &Path,
    arguments: &Arguments,
    opened: &Opened,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> Option<(FlowYears, serde_json::Value)> {
    let reference = Reference::read(library, diagnostics);
    let judged = judged(path, DEFAULT_RULES, library, &reference, diagnostics)?;
    let unit = arguments.unit.clone().or_else(|| opened.manifest.coop.currency.clone());
    let agent = opened.manifest.coop.agent.as_deref();
    let years = FlowYears::new(&judged, agent, unit.as_deref(), diagnostics)?;
    Some((years, flows_in_lineage(&judged)))
}
