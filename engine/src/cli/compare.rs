//! `truecost compare`, and the scenario of commands that look at one dataset.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::data::supply::Supply;
use crate::pricing::scenario::Base;
use crate::pricing::{Request, Scenario};
use crate::report::{columns, compare as report, json};
use crate::study::compare::{Asked, compare};

use super::arguments::Format;
use super::outcome::{Outcome, deliver, settle};
use super::progress::Bar;
use super::supply::asked;
use super::valuing::ValuingArguments;

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArguments {
    /// Folder of a supply dataset
    pub dataset: PathBuf,
    /// Only these products; all if none is named
    #[arg(value_name = "PRODUCT")]
    pub products: Vec<String>,
    /// A scenario: a TOML file, or a folder of tables laid over those of the dataset by their keys; may be repeated
    #[arg(long = "scenario", value_name = "FILE|DIR", required = true)]
    pub scenarios: Vec<PathBuf>,
    /// How to value it
    #[command(flatten)]
    pub valuing: ValuingArguments,
    /// Folder to write the comparison into
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// Compares a dataset with scenarios of it.
pub(super) fn run(arguments: &CompareArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let source = Source::at(&arguments.dataset);
    let choices = arguments.valuing.choices(&arguments.products);
    let (supply, request, reference) = asked(source, &choices, library, &mut diagnostics);
    let comparison = supply.and_then(|supply| {
        let scenarios: Vec<Option<Scenario>> = arguments
            .scenarios
            .iter()
            .map(|path| Scenario::read(path, &supply, &reference, &mut diagnostics))
            .collect();
        let scenarios: Vec<Scenario> = scenarios.into_iter().collect::<Option<_>>()?;
        let asked = Asked { supply, request: &request, reference: &reference, library };
        let bar = Bar::new();
        let comparison = compare(&asked, scenarios, &bar, &mut diagnostics);
        bar.done();
        comparison
    });
    let comparison = settle(comparison, diagnostics)?;
    let text = match arguments.format {
        Format::Table => report::table(&comparison),
        Format::Csv => String::from_utf8_lossy(&columns::csv(&report::comparison(&comparison))).into_owned(),
        Format::Json => json::text(&report::json(&comparison)),
    };
    let files = arguments.out.as_ref().map(|folder| report::stage(folder, &comparison)).transpose()?;
    let list = arguments.valuing.terms.prices.as_deref().unwrap_or_default();
    let mut read: Vec<&Path> = vec![&arguments.dataset, Path::new(list)];
    read.extend(arguments.scenarios.iter().map(PathBuf::as_path));
    deliver(&text, files, &read)
}

/// A dataset with the changes of a scenario, if one is named.
pub(super) fn changed(
    scenario: Option<&Path>,
    supply: Option<Arc<Supply>>,
    request: Request,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> (Option<Arc<Supply>>, Request) {
    let (Some(path), Some(supply)) = (scenario, supply.clone()) else { return (supply, request) };
    let scenario = Scenario::read(path, &supply, reference, diagnostics);
    let base = Base { supply, request: &request, reference };
    let changed = scenario.filter(|scenario| scenario.check(&base, diagnostics));
    match changed.and_then(|scenario| scenario.whole(&base, diagnostics)) {
        Some(changed) => (Some(changed.supply), changed.request),
        None => (None, request),
    }
}
