//! `truecost multipliers`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::Progress;
use crate::data::importers::supply::{EconomySettings, economy};
use crate::report::columns::csv_of;
use crate::report::{json, multipliers as report};
use crate::rollup::dense::Order;
use crate::study::multipliers::{Kept, Multipliers, System, multipliers};

use super::arguments::Format;
use super::outcome::{Outcome, deliver_file, settle};
use super::progress::Bar;

/// Arguments of `multipliers`.
#[derive(Debug, clap::Args)]
pub struct MultipliersArguments {
    /// Folder or zip with Z and x (or Y), or A; unit; and folders with F or S and unit
    #[arg(value_name = "SOURCE")]
    pub source: PathBuf,
    /// Only this extension, by its folder or name, such as satellite; may be repeated. All if left out
    #[arg(long = "extension", value_name = "NAME")]
    pub extensions: Vec<String>,
    /// Only this stressor, by all its labels with `, ` between or by one of them; may be repeated
    #[arg(long = "stressor", value_name = "NAME")]
    pub stressors: Vec<String>,
    /// Show only this sector, of all regions; may be repeated. All are solved
    #[arg(long = "sector", value_name = "NAME")]
    pub sectors: Vec<String>,
    /// Show only sectors of this region; may be repeated
    #[arg(long = "region", value_name = "NAME")]
    pub regions: Vec<String>,
    /// One row a sector with a column for each stressor, without bounds, in the file or as CSV
    #[arg(long)]
    pub wide: bool,
    /// How many threads; as many as the machine has if left out. The result is the same for any number
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// File to write the multipliers to (.csv, .parquet, .json)
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// Prints multipliers.
pub(super) fn run(arguments: &MultipliersArguments) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let bar = Bar::new();
    let found = found(arguments, &bar, &mut diagnostics);
    bar.done();
    let found = settle(found, diagnostics)?;
    let file = arguments.out.as_ref().map(|path| report::stage(path, &found, arguments.wide)).transpose()?;
    let text = match arguments.format {
        Format::Table => report::table(&found),
        Format::Csv if arguments.wide => String::from_utf8_lossy(&report::csv_by_sector(&found)).into_owned(),
        Format::Csv => csv_of(report::parts(&found)),
        Format::Json => json::text(&report::json(&found)),
    };
    deliver_file(&text, file, &[])
}

fn found(
    arguments: &MultipliersArguments,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Multipliers> {
    let settings = EconomySettings {
        source: arguments.source.clone(),
        extensions: arguments.extensions.clone(),
        stressors: arguments.stressors.clone(),
    };
    let economy = economy(&settings, progress, diagnostics)?;
    let source = arguments.source.to_string_lossy();
    let system = System {
        source: &source,
        sectors: &economy.sectors,
        stressors: &economy.stressors,
        requirements: &economy.requirements,
        order: Order::Rows,
        intensities: &economy.intensities,
    };
    let kept = Kept { sectors: arguments.sectors.clone(), regions: arguments.regions.clone() };
    multipliers(&system, &kept, arguments.threads, progress, diagnostics)
}
